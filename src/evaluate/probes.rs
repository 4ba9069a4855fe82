//! Probes: changes of a text that should not move its score, or only one way.
//!
//! Gaming probes are what somebody might try to raise a score by. Fairness probes change the variety of English and
//! leave what is reported as it is. Each is applied to whole articles, and the scores before and after are compared.

use std::fmt;
use std::path::PathBuf;

use super::reliability::in_parallel;
use crate::engine::Engine;
use crate::model::artifact::Metric;
use crate::model::data::{Labelled, Labels, Purpose, read};
use crate::model::register::REGISTER;
use crate::model::train::TrainError;
use crate::sigmoid::sigmoid;
use crate::text::{BlockKind, Document};

/// A change of the score by more than this is seen by a reader.
const SEEN: f64 = 0.05;

/// Which way the score may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    /// Not up, in the mean.
    NotUp,
    /// Not down, in the mean.
    NotDown,
    /// Neither way, in the mean.
    Still,
    /// Either way; the figure is published.
    Any,
}

impl Allowed {
    /// Means nearer to 0 than this count as none.
    const MARGIN: f64 = 0.02;

    /// Absent where either way is allowed.
    fn holds(self, mean: f64) -> Option<bool> {
        match self {
            Allowed::NotUp => Some(mean <= Self::MARGIN),
            Allowed::NotDown => Some(mean >= -Self::MARGIN),
            Allowed::Still => Some(mean.abs() <= Self::MARGIN),
            Allowed::Any => None,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Allowed::NotUp => "not up",
            Allowed::NotDown => "not down",
            Allowed::Still => "still",
            Allowed::Any => "-",
        }
    }
}

/// One change. It gives nothing for a text it cannot change.
struct Probe {
    kind: &'static str,
    name: &'static str,
    allowed: Allowed,
    change: fn(&Labelled) -> Option<String>,
}

const PROBES: &[Probe] = &[
    Probe {
        kind: "gaming",
        name: "\"Experts say\" before every third sentence",
        allowed: Allowed::NotUp,
        change: experts,
    },
    Probe { kind: "gaming", name: "\"is\" and \"are\" become \"may be\"", allowed: Allowed::NotUp, change: may_be },
    Probe { kind: "gaming", name: "the longest paragraph twice", allowed: Allowed::NotUp, change: doubled },
    Probe { kind: "gaming", name: "a paragraph of filler at the end", allowed: Allowed::NotUp, change: filler },
    Probe {
        kind: "gaming",
        name: "\", the ministry said\" after every third sentence",
        allowed: Allowed::Any,
        change: ministry,
    },
    Probe {
        kind: "gaming",
        name: "\", he said on May 12, 2019\" after every third sentence",
        allowed: Allowed::Any,
        change: dated,
    },
    Probe { kind: "copy", name: "boilerplate deleted", allowed: Allowed::Still, change: cleaned },
    Probe { kind: "copy", name: "a comment form appended", allowed: Allowed::Still, change: commented },
    Probe { kind: "copy", name: "cut to half", allowed: Allowed::Still, change: halved },
    Probe { kind: "fairness", name: "British spelling", allowed: Allowed::Still, change: british },
    Probe {
        kind: "fairness",
        name: "every seventh article (a, an, the) dropped",
        allowed: Allowed::NotDown,
        change: articles,
    },
    Probe {
        kind: "fairness",
        name: "every second verb of be and have in the wrong number",
        allowed: Allowed::NotDown,
        change: agreement,
    },
    Probe {
        kind: "fairness",
        name: "every fourth in, on, at swapped",
        allowed: Allowed::NotDown,
        change: prepositions,
    },
    Probe {
        kind: "fairness",
        name: "present perfect for simple past (\"has said\")",
        allowed: Allowed::NotDown,
        change: perfect,
    },
];

/// What a probe did to the scores of articles.
#[derive(Debug, Clone, PartialEq)]
struct Moved {
    articles: usize,
    /// Of the score.
    mean: f64,
    up: f64,
    down: f64,
    /// Of the register's term in the logit.
    register: f64,
}

impl Moved {
    /// Absent where either way is allowed, or there was nothing to move.
    fn holds(&self, allowed: Allowed) -> Option<bool> {
        if self.articles == 0 { None } else { allowed.holds(self.mean) }
    }
}

/// What all probes did.
#[derive(Debug, Clone)]
pub struct ProbeTable(Vec<(&'static str, &'static str, Allowed, Moved)>);

/// Applies every probe to the articles of `files`.
///
/// # Errors
/// A file that cannot be read, or a label of which the label file says nothing.
pub fn judge_probes(engine: &Engine, files: &[PathBuf], labels: &Labels) -> Result<ProbeTable, TrainError> {
    let articles = read(files, labels, Purpose::Judge)?.articles;
    let before = in_parallel(&articles, |article| scored(engine, article, &article.text));
    let pairs: Vec<(&Labelled, Option<(f64, f64)>)> = articles.iter().zip(before).collect();
    let moved = PROBES.iter().map(|probe| {
        let changes = in_parallel(&pairs, |(article, before)| {
            let after = scored(engine, article, &(probe.change)(article)?)?;
            before.map(|before| (sigmoid(after.0) - sigmoid(before.0), after.1 - before.1))
        });
        let changes: Vec<(f64, f64)> = changes.into_iter().flatten().collect();
        let count = changes.len().max(1) as f64;
        let share = |yes: &dyn Fn(f64) -> bool| changes.iter().filter(|change| yes(change.0)).count() as f64 / count;
        let moved = Moved {
            articles: changes.len(),
            mean: changes.iter().map(|change| change.0).sum::<f64>() / count,
            up: share(&|change| change > SEEN),
            down: share(&|change| change < -SEEN),
            register: changes.iter().map(|change| change.1).sum::<f64>() / count,
        };
        (probe.kind, probe.name, probe.allowed, moved)
    });
    Ok(ProbeTable(moved.collect()))
}

/// Logit and the register's part in it; absent without a score.
fn scored(engine: &Engine, labelled: &Labelled, text: &str) -> Option<(f64, f64)> {
    let verdict = engine.score(&labelled.article(text)).verdict?;
    let register = verdict.terms.iter().filter(|term| term.id == REGISTER).map(|term| term.value).sum();
    Some((verdict.logit, register))
}

impl ProbeTable {
    /// The mean change of each probe, the share of articles it raises, and whether it moved as it may, as a model file has them.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let of = |(kind, name, allowed, moved): &(&str, &str, Allowed, Moved)| {
            let corpus = format!("{kind}: {name}");
            let metric = |id: &str, value| Metric { id: id.to_owned(), corpus: corpus.clone(), value };
            let holds = moved.holds(*allowed).map(|holds| metric("probe_holds", f64::from(holds)));
            [metric("probe_mean_change", moved.mean), metric("probe_raised_share", moved.up)].into_iter().chain(holds)
        };
        self.0.iter().flat_map(of).collect()
    }

    /// The probes whose mean moved the way it must not.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.0.iter().filter(|(_, _, allowed, moved)| moved.holds(*allowed) == Some(false)).count()
    }
}

impl fmt::Display for ProbeTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| kind | change | articles | mean change of the score | up by over {SEEN} | down | must be | holds | register's part, in the logit |\n|---|---|---|---|---|---|---|---|---|"
        )?;
        for (kind, name, allowed, moved) in &self.0 {
            writeln!(
                f,
                "| {kind} | {name} | {} | {:+.3} | {:.0}% | {:.0}% | {} | {} | {:+.2} |",
                moved.articles,
                moved.mean,
                100.0 * moved.up,
                100.0 * moved.down,
                allowed.words(),
                match moved.holds(*allowed) {
                    Some(true) => "yes",
                    Some(false) => "**no**",
                    None => "-",
                },
                moved.register
            )?;
        }
        writeln!(f, "\nMust be: within {} of it in the mean.", Allowed::MARGIN)
    }
}

/// The text with each body sentence changed, the first not; `change` is given the number of the sentence.
fn by_sentence(labelled: &Labelled, change: impl Fn(usize, &str) -> Option<String>) -> Option<String> {
    let article = labelled.article(&labelled.text);
    let document = Document::read(&article);
    let mut out = String::with_capacity(labelled.text.len() + 256);
    let mut from = 0;
    let mut changed = false;
    for (number, (_, sentence)) in document.body().enumerate() {
        let (start, end) = (sentence.span.start() as usize, sentence.span.end() as usize);
        if let Some(new) = labelled.text.get(start..end).and_then(|words| change(number, words)) {
            out += labelled.text.get(from..start)?;
            out += &new;
            from = end;
            changed = true;
        }
    }
    out += labelled.text.get(from..)?;
    changed.then_some(out)
}

/// The text with each word changed; `change` is given how many it has changed.
fn by_word(labelled: &Labelled, change: impl Fn(usize, &str) -> Option<String>, every: usize) -> Option<String> {
    let mut out = String::with_capacity(labelled.text.len() + 256);
    let (mut seen, mut changed) = (0, 0);
    for part in labelled.text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        match change(changed, word) {
            Some(new) => {
                seen += 1;
                if seen % every == 0 {
                    changed += 1;
                    out += &new;
                    // A dropped word takes its blank along.
                    if !new.is_empty() {
                        out += part.get(word.len()..)?;
                    }
                } else {
                    out += part;
                }
            }
            None => out += part,
        }
    }
    (changed > 0).then_some(out)
}

fn experts(labelled: &Labelled) -> Option<String> {
    by_sentence(labelled, |number, words| {
        let plain = words.chars().next().is_some_and(char::is_alphabetic);
        (number % 3 == 1 && plain).then(|| format!("Experts say {words}"))
    })
}

fn ministry(labelled: &Labelled) -> Option<String> {
    by_sentence(labelled, |number, words| {
        let stem = words.strip_suffix('.').filter(|_| number % 3 == 1)?;
        Some(format!("{stem}, the ministry said."))
    })
}

fn dated(labelled: &Labelled) -> Option<String> {
    by_sentence(labelled, |number, words| {
        let stem = words.strip_suffix('.').filter(|_| number % 3 == 1)?;
        Some(format!("{stem}, he said on May 12, 2019."))
    })
}

fn may_be(labelled: &Labelled) -> Option<String> {
    by_word(labelled, |_, word| matches!(word, "is" | "are").then(|| "may be".to_owned()), 1)
}

fn doubled(labelled: &Labelled) -> Option<String> {
    let longest = labelled.text.split('\n').max_by_key(|paragraph| paragraph.len())?;
    Some(format!("{}\n{longest}", labelled.text))
}

fn filler(labelled: &Labelled) -> Option<String> {
    Some(format!(
        "{}\nIt remains to be seen what the future will bring. The situation is complex and continues to evolve. Only \
         time will tell how things will develop. It is important to note that there are many factors at play. The \
         coming days will be crucial for everyone involved.",
        labelled.text
    ))
}

fn commented(labelled: &Labelled) -> Option<String> {
    Some(format!(
        "{}\nShare this article\nLeave a comment\nPlease enter your comment!\nPlease enter your name here\nSave my name \
         and email in this browser for the next time I comment.\nRelated articles\nSubscribe to our newsletter",
        labelled.text
    ))
}

fn cleaned(labelled: &Labelled) -> Option<String> {
    let article = labelled.article(&labelled.text);
    let document = Document::read(&article);
    let kept: Vec<&str> = document
        .blocks
        .iter()
        .filter(|block| block.kind != BlockKind::Boilerplate)
        .filter_map(|block| block.span.slice(&labelled.text))
        .collect();
    (kept.len() < document.blocks.len()).then(|| kept.join("\n"))
}

fn halved(labelled: &Labelled) -> Option<String> {
    let article = labelled.article(&labelled.text);
    let document = Document::read(&article);
    let middle = labelled.text.len() / 2;
    let end = document.sentences.iter().map(|s| s.span.end() as usize).take_while(|end| *end <= middle).last()?;
    labelled.text.get(..end).map(str::to_owned)
}

fn british(labelled: &Labelled) -> Option<String> {
    const STEMS: [(&str, &str); 10] = [
        ("organiz", "organis"),
        ("recogniz", "recognis"),
        ("realiz", "realis"),
        ("color", "colour"),
        ("favor", "favour"),
        ("labor", "labour"),
        ("center", "centre"),
        ("defense", "defence"),
        ("program ", "programme "),
        ("traveled", "travelled"),
    ];
    let new = STEMS.iter().fold(labelled.text.clone(), |text, (us, gb)| text.replace(us, gb));
    (new != labelled.text).then_some(new)
}

fn articles(labelled: &Labelled) -> Option<String> {
    by_word(labelled, |_, word| matches!(word, "a" | "an" | "the").then(String::new), 7)
}

fn agreement(labelled: &Labelled) -> Option<String> {
    let wrong = |_: usize, word: &str| {
        let other = match word {
            "is" => "are",
            "are" => "is",
            "was" => "were",
            "were" => "was",
            "has" => "have",
            "have" => "has",
            _ => return None,
        };
        Some(other.to_owned())
    };
    by_word(labelled, wrong, 2)
}

fn prepositions(labelled: &Labelled) -> Option<String> {
    let other = |_: usize, word: &str| {
        let other = match word {
            "in" => "on",
            "on" => "at",
            "at" => "in",
            _ => return None,
        };
        Some(other.to_owned())
    };
    by_word(labelled, other, 4)
}

fn perfect(labelled: &Labelled) -> Option<String> {
    by_word(labelled, |_, word| (word == "said").then(|| "has said".to_owned()), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(text: &str) -> Labelled {
        Labelled {
            corpus: 0,
            group: String::new(),
            good: true,
            reference: false,
            words: 0,
            title: String::new(),
            text: text.to_owned(),
            source: String::new(),
            url: String::new(),
            number: None,
            stratum: String::new(),
        }
    }

    const TEXT: &str = "The council of the town met on Monday in the old hall. The mayor said the budget is ready and \
                        the roads are next. Residents of the center were told in March that the bridge is closed.";

    #[test]
    fn every_probe_changes_what_it_says_and_nothing_else() {
        let article = labelled(TEXT);
        let of = |name: &str| {
            let probe = PROBES.iter().find(|probe| probe.name.contains(name)).unwrap();
            (probe.change)(&article)
        };
        assert_eq!(of("Experts").unwrap(), TEXT.replace("The mayor", "Experts say The mayor"));
        assert_eq!(of("ministry").unwrap(), TEXT.replace("are next.", "are next, the ministry said."));
        assert_eq!(of("may be").unwrap(), TEXT.replace(" is ", " may be ").replace(" are ", " may be "));
        assert_eq!(of("British").unwrap(), TEXT.replace("center", "centre"));
        assert_eq!(of("has said").unwrap(), TEXT.replace("said", "has said"));
        assert_eq!(
            of("wrong number").unwrap(),
            TEXT.replace("roads are", "roads is").replace("bridge is", "bridge are")
        );
        assert_eq!(of("dropped"), None, "fewer than seven articles in lower case");
        assert_eq!(of("boilerplate deleted"), None);
        assert_eq!(of("cut to half").unwrap(), "The council of the town met on Monday in the old hall.");
    }

    #[test]
    fn what_must_not_rise_may_fall() {
        for (allowed, mean, holds) in [
            (Allowed::NotUp, -0.3, Some(true)),
            (Allowed::NotUp, 0.03, Some(false)),
            (Allowed::NotDown, 0.3, Some(true)),
            (Allowed::NotDown, -0.03, Some(false)),
            (Allowed::Still, 0.01, Some(true)),
            (Allowed::Still, 0.03, Some(false)),
            (Allowed::Any, 0.3, None),
        ] {
            assert_eq!(allowed.holds(mean), holds, "{allowed:?} {mean}");
        }
    }
}
