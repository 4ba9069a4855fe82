//! The word lists' promise: in a document, each example shows its cue, and each counter-example does not.

use crate::article::Article;
use crate::text::{BlockKind, Document};

use super::{CueClass, Entry, Sign, entries, words};

/// Whether a document of this one line shows a cue of the class that covers one of the entry's forms.
fn shows(text: &str, entry: &Entry, class: CueClass) -> bool {
    let document = Document::read(&Article::from_text(text));
    document.cues.iter().filter(|cue| cue.class == class).any(|cue| {
        let covered = document.cue_span(cue).slice(text).unwrap_or_default().to_lowercase().replace('’', "'");
        let words = |phrase: &str| phrase.split_whitespace().map(bare).collect::<Vec<_>>();
        // Of several phrases that begin at a word, the longest is the cue.
        let covered = words(&covered);
        entry.forms.iter().map(|form| words(form)).any(|form| covered.windows(form.len()).any(|part| *part == *form))
    })
}

/// A word without a possessive ending or a final dot.
fn bare(word: &str) -> String {
    word.trim_end_matches("'s").trim_end_matches(['\'', '.']).to_owned()
}

/// Whether the line is what its class makes of a block.
fn is_furniture(text: &str, kind: BlockKind) -> bool {
    let document = Document::read(&Article::from_text(text));
    document.has_block(kind) || kind == BlockKind::Boilerplate && document.sentences.iter().any(|s| s.boilerplate)
}

fn check(entry: &Entry, class: CueClass) -> Vec<String> {
    let fault = |what: &str, text: &str| format!("{} {:?}: {what}: {text}", entry.class, entry.forms[0]);
    let mut faults = Vec::new();
    match class {
        // A swallowed phrase shows as what is not there, which the classes it guards test.
        CueClass::Ignore => {}
        CueClass::BoilerplateLine | CueClass::BoilerplateStart => {
            if !is_furniture(entry.example, BlockKind::Boilerplate) {
                faults.push(fault("reads as body", entry.example));
            }
            if is_furniture(entry.counter_example, BlockKind::Boilerplate) {
                faults.push(fault("reads as furniture", entry.counter_example));
            }
        }
        CueClass::CorrectionNotice => {
            if !is_furniture(entry.example, BlockKind::Notice) {
                faults.push(fault("reads as body", entry.example));
            }
            if is_furniture(entry.counter_example, BlockKind::Notice) {
                faults.push(fault("reads as a notice", entry.counter_example));
            }
        }
        CueClass::BylineStart => {
            if !is_furniture(entry.example, BlockKind::Byline) {
                faults.push(fault("is no byline", entry.example));
            }
            if is_furniture(entry.counter_example, BlockKind::Byline) {
                faults.push(fault("reads as a byline", entry.counter_example));
            }
        }
        // Where the words stand decides; the rule is tested with truncation_suspected.
        CueClass::Truncation => {
            if !shows(entry.example, entry, class) {
                faults.push(fault("shows no cue", entry.example));
            }
        }
        _ => {
            if !shows(entry.example, entry, class) {
                faults.push(fault("shows no cue", entry.example));
            }
            if shows(entry.counter_example, entry, class) {
                faults.push(fault("shows the cue", entry.counter_example));
            }
        }
    }
    faults
}

#[test]
fn every_cue_keeps_its_promise_in_a_document() {
    let mut faults = Vec::new();
    for entry in entries() {
        let Some(&(_, class)) = CueClass::ALL.iter().find(|(name, _)| *name == entry.class) else {
            continue;
        };
        faults.extend(check(entry, class));
    }
    let all = entries().len();
    assert!(faults.is_empty(), "{} of {all} entries:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_word_class_keeps_its_promise_in_a_document() {
    let has =
        |text: &str, bit: u32| Document::read(&Article::from_text(text)).tokens.iter().any(|token| token.has(bit));
    let mut faults = Vec::new();
    for list in words() {
        let bit = super::word::ALL.iter().find(|(name, _)| *name == list.class).map_or(0, |(_, bit)| *bit);
        if !has(list.example, bit) {
            faults.push(format!("{}: no word of the class: {}", list.class, list.example));
        }
        if has(list.counter_example, bit) {
            faults.push(format!("{}: a word of the class: {}", list.class, list.counter_example));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_sign_keeps_its_promise_in_a_document() {
    let mut faults = Vec::new();
    for entry in entries() {
        let Some(&(_, sign)) = Sign::ALL.iter().find(|(name, _)| *name == entry.class) else {
            continue;
        };
        let seen = |text| Document::read(&Article::from_text(text)).signs() & sign.bit() != 0;
        if !seen(entry.example) {
            faults.push(format!("{}: shows no sign: {}", entry.class, entry.example));
        }
        if seen(entry.counter_example) {
            faults.push(format!("{}: shows the sign: {}", entry.class, entry.counter_example));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
