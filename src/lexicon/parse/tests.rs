use std::collections::BTreeSet;

use crate::lexicon::{CueClass, Sign, word};

use super::{ListError, SOURCES, entries, read, words};

/// Case-folded tokens, once as written and once without a possessive ending.
fn tokens(text: &str) -> Vec<(String, String)> {
    text.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '.' | '&')))
        .map(|token| token.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .filter(|token| !token.is_empty())
        .map(|token| (token.clone(), token.trim_end_matches("'s").to_owned()))
        .collect()
}

fn holds(text: &str, form: &str) -> bool {
    let form: Vec<&str> = form.split(' ').map(|word| word.trim_end_matches('.')).collect();
    tokens(text)
        .windows(form.len())
        .any(|window| window.iter().zip(&form).all(|((written, bare), word)| written == word || bare == word))
}

#[test]
fn every_class_is_known_and_present() {
    let found: BTreeSet<&str> =
        entries().iter().map(|entry| entry.class).chain(words().iter().map(|word| word.class)).collect();
    let known = word::ALL.iter().map(|(name, _)| *name).chain(CueClass::ALL.iter().map(|(name, _)| *name));
    let known = known.chain(Sign::ALL.iter().map(|(name, _)| *name));
    assert_eq!(found, known.collect::<BTreeSet<_>>());
}

#[test]
fn no_form_is_listed_twice_in_a_class() {
    let mut seen = BTreeSet::new();
    for entry in entries() {
        for form in &entry.forms {
            assert!(seen.insert((entry.class, *form)), "{}: '{form}' twice", entry.class);
        }
    }
    for list in words() {
        for word in &list.words {
            assert!(seen.insert((list.class, *word)), "{}: '{word}' twice", list.class);
        }
    }
}

#[test]
fn every_example_holds_one_of_its_forms() {
    for entry in entries() {
        let held = entry.forms.iter().any(|form| holds(entry.example, form));
        assert!(held, "{}: {:?} not in '{}'", entry.class, entry.forms, entry.example);
    }
    for list in words() {
        let held = list.words.iter().any(|word| holds(list.example, word));
        assert!(held, "{}: no word in '{}'", list.class, list.example);
    }
}

#[test]
fn every_counter_example_says_something() {
    assert!(entries().iter().all(|entry| !entry.counter_example.is_empty()));
    assert!(words().iter().all(|list| !list.counter_example.is_empty() && !list.words.is_empty()));
}

#[test]
fn no_ignored_phrase_is_itself_a_cue() {
    let ignored: BTreeSet<&str> = entries()
        .iter()
        .filter(|entry| entry.class == "ignore")
        .flat_map(|entry| entry.forms.iter().copied())
        .collect();
    for entry in entries().iter().filter(|entry| entry.class != "ignore") {
        for form in &entry.forms {
            assert!(!ignored.contains(form), "{}: '{form}' is ignored", entry.class);
        }
    }
}

#[test]
fn files_are_listed_once() {
    let names: BTreeSet<&str> = SOURCES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), SOURCES.len());
}

fn problem(text: &'static str) -> ListError {
    match read(&[("sample.txt", text)]) {
        Ok(_) => ListError { file: "", line: 0, problem: "read without complaint".to_owned() },
        Err(error) => error,
    }
}

#[test]
fn a_bad_line_is_named_by_file_and_line() {
    assert_eq!(
        problem("# note\n[cue a]\nonly forms\n").to_string(),
        "sample.txt:3: a cue line is 'forms | example | counter-example'"
    );
    assert_eq!(problem("may | Yes. | No.").line, 1);
    assert_eq!(problem("[cue a]\nMay | It may. | No.").problem, "bad form 'May'");
    assert_eq!(problem("[cue a]\nmay  be | It may  be. | No.").problem, "bad form 'may  be'");
    assert_eq!(problem("[cue a]\nmay | It may. | No.\n[word a]").problem, "class 'a' appears twice");
    assert_eq!(problem("[list a]").problem, "unknown kind 'list'");
    assert_eq!(problem("[cue A]").problem, "bad class name 'A'");
    assert_eq!(problem("[cue a").problem, "a header ends with ']'");
}
