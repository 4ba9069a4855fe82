//! Reads the word lists in `data/`. The lists are part of the program, so a malformed line is a defect of the program:
//! reading stops with the file and the line.

use std::fmt;
use std::sync::LazyLock;

/// Every list, in the order in which classes are numbered.
const SOURCES: &[(&str, &str)] = &[
    ("ignore.txt", include_str!("data/ignore.txt")),
    ("attribution.txt", include_str!("data/attribution.txt")),
    ("mind.txt", include_str!("data/mind.txt")),
    ("sources.txt", include_str!("data/sources.txt")),
    ("hedging.txt", include_str!("data/hedging.txt")),
    ("weasel.txt", include_str!("data/weasel.txt")),
    ("stance.txt", include_str!("data/stance.txt")),
    ("loaded.txt", include_str!("data/loaded.txt")),
    ("evaluation.txt", include_str!("data/evaluation.txt")),
    ("claims.txt", include_str!("data/claims.txt")),
    ("clickbait.txt", include_str!("data/clickbait.txt")),
    ("time.txt", include_str!("data/time.txt")),
    ("grammar.txt", include_str!("data/grammar.txt")),
    ("boilerplate.txt", include_str!("data/boilerplate.txt")),
    ("genre.txt", include_str!("data/genre.txt")),
    ("padding.txt", include_str!("data/padding.txt")),
];

/// One line of a cue or a sign: its forms with a sentence that holds it and one that only looks as if it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub class: &'static str,
    pub forms: Vec<&'static str>,
    pub example: &'static str,
    pub counter_example: &'static str,
}

/// A closed class of single words with one pair of sentences for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordClass {
    pub class: &'static str,
    pub words: Vec<&'static str>,
    pub example: &'static str,
    pub counter_example: &'static str,
}

/// All cue lines, in file order.
pub fn entries() -> &'static [Entry] {
    &LISTS.0
}

/// All word classes, in file order.
pub fn words() -> &'static [WordClass] {
    &LISTS.1
}

type Lists = (Vec<Entry>, Vec<WordClass>);

#[allow(clippy::panic, reason = "the lists are part of the program, and a test reads them")]
static LISTS: LazyLock<Lists> = LazyLock::new(|| match read(SOURCES) {
    Ok(lists) => lists,
    Err(error) => panic!("{error}"),
});

#[derive(Debug, PartialEq, Eq)]
struct ListError {
    file: &'static str,
    line: usize,
    problem: String,
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.problem)
    }
}

enum Section {
    None,
    Cue(&'static str),
    Word,
}

fn read(sources: &[(&'static str, &'static str)]) -> Result<Lists, ListError> {
    let mut lists: Lists = (Vec::new(), Vec::new());
    for &(file, text) in sources {
        let mut section = Section::None;
        for (index, raw) in text.lines().enumerate() {
            let line = raw.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            read_line(line, &mut section, &mut lists).map_err(|problem| ListError {
                file,
                line: index + 1,
                problem,
            })?;
        }
    }
    Ok(lists)
}

fn read_line(line: &'static str, section: &mut Section, (cues, words): &mut Lists) -> Result<(), String> {
    if let Some(header) = line.strip_prefix('[') {
        let header = header.strip_suffix(']').ok_or("a header ends with ']'")?;
        let (kind, class) = header.split_once(' ').ok_or("a header is a kind and a class")?;
        check_class(class)?;
        if cues.iter().any(|cue| cue.class == class) || words.iter().any(|word| word.class == class) {
            return Err(format!("class '{class}' appears twice"));
        }
        *section = match kind {
            "cue" | "sign" => Section::Cue(class),
            "word" => {
                words.push(WordClass { class, words: Vec::new(), example: "", counter_example: "" });
                Section::Word
            }
            other => return Err(format!("unknown kind '{other}'")),
        };
        return Ok(());
    }
    match section {
        Section::None => Err("a line before the first header".to_owned()),
        Section::Cue(class) => {
            let parts: Vec<&'static str> = line.split('|').map(str::trim).collect();
            let &[forms, example, counter_example] = parts.as_slice() else {
                return Err("a cue line is 'forms | example | counter-example'".to_owned());
            };
            let forms: Vec<&'static str> = forms.split(',').map(str::trim).collect();
            forms.iter().try_for_each(|form| check_form(form))?;
            cues.push(Entry { class, forms, example, counter_example });
            Ok(())
        }
        Section::Word => {
            let class = words.last_mut().ok_or("a word line before its header")?;
            if let Some(example) = line.strip_prefix("+ ") {
                class.example = example.trim();
            } else if let Some(counter_example) = line.strip_prefix("- ") {
                class.counter_example = counter_example.trim();
            } else {
                for word in line.split_whitespace() {
                    check_form(word)?;
                    class.words.push(word);
                }
            }
            Ok(())
        }
    }
}

fn check_class(class: &str) -> Result<(), String> {
    let sound = !class.is_empty() && class.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if sound { Ok(()) } else { Err(format!("bad class name '{class}'")) }
}

/// Lower case, words apart by exactly one space, nothing a token cannot hold.
fn check_form(form: &str) -> Result<(), String> {
    let letters = form.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '.' | '&'));
    let spaced = !form.is_empty() && form.split(' ').all(|word| !word.is_empty());
    if letters && spaced && form.to_lowercase() == form { Ok(()) } else { Err(format!("bad form '{form}'")) }
}

#[cfg(test)]
mod tests;
