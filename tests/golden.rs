//! Whole reports of the articles in `tests/articles`, held to files beside them, so that a change in what Candor sees
//! shows in the diff. What a new model would change (scores, percentiles, contributions, versions) is left out.
//!
//! `CANDOR_BLESS=1 cargo test --test golden` writes the files anew.

use std::fs;
use std::path::{Path, PathBuf};

use candor::report::{OffsetEncoding, Options, View};
use candor::rpc::convert;
use candor::{Article, Engine};
use serde_json::Value;

const MODEL_BOUND: [&str; 9] =
    ["provenance", "score", "scoreLow", "scoreHigh", "band", "logit", "logitTerms", "subScores", "counterfactuals"];

fn articles() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/articles");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "txt")).collect();
    found.sort();
    found
}

/// Every number to six places: a sum may be written in another order.
fn round(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let rounded = (number.as_f64().unwrap() * 1e6).round() / 1e6;
            *value = Value::from(if rounded == 0.0 { 0.0 } else { rounded });
        }
        Value::Array(values) => values.iter_mut().for_each(round),
        Value::Object(values) => values.values_mut().for_each(round),
        _ => {}
    }
}

fn report(engine: &Engine, text: &str) -> String {
    let article = Article::from_text(text);
    let options = Options { view: View::Full, offset_encoding: OffsetEncoding::Utf8, max_evidence: None };
    let mut report = serde_json::to_value(convert::report(engine.score(&article), &article, options)).unwrap();
    let fields = report.as_object_mut().unwrap();
    for field in MODEL_BOUND {
        fields.remove(field);
    }
    for feature in fields["features"].as_array_mut().unwrap() {
        let feature = feature.as_object_mut().unwrap();
        feature.remove("percentile");
        feature.remove("contribution");
        feature.remove("reason");
    }
    round(&mut report);
    serde_json::to_string_pretty(&report).unwrap() + "\n"
}

/// The first line in which two texts differ, with the line before it.
fn first_difference(expected: &str, found: &str) -> String {
    let (mut expected, mut found) = (expected.lines(), found.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (expected.next(), found.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => return String::new(),
            (a, b) => {
                let line = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return format!("line {number}\n  expected {}\n  found    {}", line(a), line(b));
            }
        }
    }
}

#[test]
fn reports_are_as_recorded() {
    let bless = std::env::var_os("CANDOR_BLESS").is_some();
    let engine = Engine::embedded().unwrap();
    let mut changed = Vec::new();
    let articles = articles();
    assert!(articles.len() >= 8);
    for path in articles {
        let found = report(&engine, &fs::read_to_string(&path).unwrap());
        let golden = path.with_extension("report.json");
        if bless {
            fs::write(&golden, found).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if expected != found {
            changed.push(format!("{}: {}", golden.display(), first_difference(&expected, &found)));
        }
    }
    assert!(
        changed.is_empty(),
        "{} reports differ. If that is meant, run `CANDOR_BLESS=1 cargo test --test golden` and read the diff.\n{}",
        changed.len(),
        changed.join("\n")
    );
}

#[test]
fn a_difference_is_shown_by_its_first_line() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), "");
    assert_eq!(first_difference("a\nb\n", "a\nc\n"), "line 2\n  expected b\n  found    c");
    assert_eq!(first_difference("a\n", "a\nb\n"), "line 2\n  expected (the end)\n  found    b");
}
