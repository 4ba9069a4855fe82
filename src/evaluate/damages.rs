//! Damages: what happens to texts on their way, done on purpose, and whether the gate that is there for it fires.
//!
//! Each is done to whole articles. An article on which the gate fires as it stands is left out, since nobody knows whether
//! it was damaged before; how many these are is told, and bounds how often the gate is wrong.

use std::fmt;
use std::path::PathBuf;

use super::gates::fired;
use super::reliability::in_parallel;
use crate::article::Article;
use crate::engine::Engine;
use crate::model::data::{Labelled, Labels, Purpose, read};
use crate::model::train::TrainError;
use crate::random::SplitMix;

/// One damage and the gate that should see it.
struct Damage {
    name: &'static str,
    gate: &'static str,
    change: fn(&str) -> String,
}

const DAMAGES: &[Damage] = &[
    Damage { name: "the first 60 words alone", gate: "too_short", change: |text| words(text, 60) },
    Damage { name: "each word spelt backwards", gate: "not_english", change: backwards },
    Damage { name: "a line for each three words", gate: "not_prose", change: in_lines },
    Damage { name: "all words in disorder", gate: "not_prose", change: disordered },
    Damage { name: "cut in the middle of a sentence", gate: "truncated", change: cut },
    Damage { name: "the start of every eighth sentence lost", gate: "garbled", change: beheaded },
    Damage { name: "tags of HTML around paragraphs", gate: "markup", change: marked_up },
    Damage { name: "all in capitals", gate: "caseless", change: str::to_uppercase },
    Damage { name: "all in small letters", gate: "caseless", change: str::to_lowercase },
];

/// On how many articles the gate of a damage fired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    articles: usize,
    before: usize,
    after: usize,
}

/// All damages.
#[derive(Debug, Clone)]
pub struct DamageTable(Vec<(&'static str, &'static str, Seen)>);

/// Does every damage to the articles of `files`.
///
/// # Errors
/// A file that cannot be read, or a label of which the label file says nothing.
pub fn judge_damages(engine: &Engine, files: &[PathBuf], labels: &Labels) -> Result<DamageTable, TrainError> {
    let articles = read(files, labels, Purpose::Judge)?.articles;
    let before = in_parallel(&articles, |article| fires(engine, article, &article.text));
    let pairs: Vec<(&Labelled, Vec<&'static str>)> = articles.iter().zip(before).collect();
    let seen = DAMAGES.iter().map(|damage| {
        let found = in_parallel(&pairs, |(article, before)| {
            if before.contains(&damage.gate) {
                return (true, false);
            }
            let after = fires(engine, article, &(damage.change)(&article.text));
            (false, after.contains(&damage.gate))
        });
        let count = |yes: &dyn Fn(&(bool, bool)) -> bool| found.iter().filter(|found| yes(found)).count();
        (
            damage.name,
            damage.gate,
            Seen { articles: found.len(), before: count(&|one| one.0), after: count(&|one| one.1) },
        )
    });
    Ok(DamageTable(seen.collect()))
}

fn fires(engine: &Engine, article: &Labelled, text: &str) -> Vec<&'static str> {
    fired(engine, &Article { text, ..article.article(text) })
}

impl fmt::Display for DamageTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| damage | gate | articles | fires before | fires after (recall) | precision, if half are damaged |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for (name, gate, Seen { articles, before, after }) in &self.0 {
            let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
            let (wrong, right) = (share(*before, *articles), share(*after, articles - before));
            writeln!(
                f,
                "| {name} | {gate} | {articles} | {before} ({:.1}%) | {after} of {} ({:.1}%) | {:.3} |",
                100.0 * wrong,
                articles - before,
                100.0 * right,
                right / (right + wrong).max(f64::MIN_POSITIVE)
            )?;
        }
        Ok(())
    }
}

fn words(text: &str, count: usize) -> String {
    text.split_whitespace().take(count).collect::<Vec<_>>().join(" ")
}

/// Does something to each line; lines stay.
fn by_line(text: &str, change: impl FnMut(&str) -> String) -> String {
    text.lines().map(change).collect::<Vec<_>>().join("\n")
}

fn backwards(text: &str) -> String {
    by_line(text, |line| {
        line.split_whitespace().map(|word| word.chars().rev().collect()).collect::<Vec<String>>().join(" ")
    })
}

fn in_lines(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.chunks(3).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n\n")
}

/// Lines keep their lengths.
fn disordered(text: &str) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    SplitMix::new(words.len() as u64).shuffle(&mut words);
    let mut words = words.into_iter();
    by_line(text, |line| words.by_ref().take(line.split_whitespace().count()).collect::<Vec<_>>().join(" "))
}

/// At half of the text, or a few words before where a sentence ends there.
fn cut(text: &str) -> String {
    let ends = |word: &&str| word.ends_with(['.', '!', '?', '"', '\u{201d}', '\'', ')', '\u{2019}']);
    let half = text.split_whitespace().count() / 2;
    let mut line_ends = 0;
    for line in text.lines() {
        let count = line.split_whitespace().count();
        if line_ends + count > half {
            let kept: Vec<&str> = line.split_whitespace().take((half - line_ends).max(3)).collect();
            let open = kept.iter().rposition(|word| !ends(word)).map_or(0, |last| last + 1);
            let before: String =
                text.lines().take_while(|other| !std::ptr::eq(*other, line)).collect::<Vec<_>>().join("\n");
            return format!("{before}\n{}", kept.get(..open).unwrap_or_default().join(" "));
        }
        line_ends += count;
    }
    text.to_owned()
}

/// Of every eighth sentence the first four words are gone.
fn beheaded(text: &str) -> String {
    let mut sentence = 0_u32;
    let mut lost = 0;
    by_line(text, |line| {
        let mut kept = Vec::new();
        for word in line.split_whitespace() {
            if lost > 0 {
                lost -= 1;
            } else {
                kept.push(word);
            }
            if word.ends_with('.') && word.len() > 3 {
                sentence += 1;
                lost = if sentence % 8 == 1 { 4 } else { 0 };
            }
        }
        kept.join(" ")
    })
}

fn marked_up(text: &str) -> String {
    by_line(text, |line| if line.trim().is_empty() { String::new() } else { format!("<p class=\"text\">{line}</p>") })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The mayor of Hale said on Monday that the mill would close. Nobody had asked the town.\n\n\
                        The board of the mill met on Tuesday in Hale. It said nothing of the town at all.";

    #[test]
    fn damages_do_what_they_say() {
        assert_eq!(words(TEXT, 3), "The mayor of");
        assert!(backwards(TEXT).starts_with("ehT royam fo elaH"));
        assert!(in_lines(TEXT).starts_with("The mayor of\n\nHale said on\n\n"));
        let mut sorted: Vec<String> = disordered(TEXT).split_whitespace().map(str::to_owned).collect();
        assert_ne!(sorted.join(" "), TEXT.split_whitespace().collect::<Vec<_>>().join(" "));
        sorted.sort_unstable();
        let mut words: Vec<&str> = TEXT.split_whitespace().collect();
        words.sort_unstable();
        assert_eq!(sorted, words);
        assert!(cut(TEXT).ends_with("\nThe board of"), "{}", cut(TEXT));
        assert!(beheaded(TEXT).starts_with("The mayor of Hale said on Monday that the mill would close. town.\n"));
        assert!(marked_up(TEXT).starts_with("<p class=\"text\">The mayor"));
    }

    #[test]
    fn every_damage_has_a_gate_that_is_known() {
        let article = Article::from_text("The mill is shut.");
        let engine = Engine::embedded().unwrap();
        assert_eq!(fired(&engine, &article), ["too_short"]);
        for damage in DAMAGES {
            assert!(super::super::gates::gates().any(|gate| gate == damage.gate), "{}", damage.name);
        }
    }
}
