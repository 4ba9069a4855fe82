//! `candor evaluate` and `candor train-classifier`, as processes, on small sets made here.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("evaluate-{name}-{}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

fn candor(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_candor")).args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Teasers and news, told apart by their words.
fn headlines() -> String {
    let mut rows = String::new();
    for n in 0..60 {
        writeln!(rows, r#"{{"title": "{n} Things You Will Love About Cats", "label": "clickbait"}}"#).unwrap();
        writeln!(rows, r#"{{"title": "Council {n} Votes on Harbour Budget", "label": "news"}}"#).unwrap();
    }
    rows
}

#[test]
fn a_classifier_is_fitted_written_and_measured() {
    let folder = folder("clickbait");
    let gold = folder.join("headlines.jsonl");
    fs::write(&gold, headlines()).unwrap();
    let gold = gold.to_str().unwrap();
    let fit = |to: &str| {
        let to = folder.join(to);
        let output = candor(&[
            "train-classifier",
            "clickbait",
            "--data",
            gold,
            "--fitted-on",
            "Rows of a test.",
            "--out",
            to.to_str().unwrap(),
        ]);
        (out(&output), fs::read_to_string(to.join("clickbait.json")).unwrap(), to)
    };
    let (table, file, to) = fit("once");
    assert!(table.contains("| AUC | 120 | 60 | 1.0000 |"), "{table}");
    assert!(file.contains("Rows of a test.") && file.contains("\"things\""), "{file}");
    assert!(fs::read_to_string(to.join("CARD.md")).unwrap().contains("Rows of a test."));
    assert_eq!(file, fit("again").1, "the same rows give the same file");

    let folds = out(&candor(&["evaluate", "clickbait", "--gold", gold, "--folds", "3"]));
    assert!(folds.contains("| macro F1 | 120 | 60 | 1.0000 |"), "{folds}");
    let fresh = out(&candor(&["evaluate", "clickbait", "--gold", gold, "--fit", gold]));
    assert!(fresh.contains("| AUC | 120 | 60 | 1.0000 |"), "{fresh}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn gates_are_measured_on_labelled_articles() {
    let folder = folder("gates");
    let gold = folder.join("articles.jsonl");
    let story = "The mayor of the town said on Monday that the old mill would close in May. ".repeat(8);
    let mut rows = String::new();
    for (label, text, url) in [
        ("news", story.clone(), "https://example.org/mill"),
        ("satire", format!("LEEDS (The Borowitz Report) -- {story}"), ""),
        ("satire", story, "https://example.org/satire/mill"),
    ] {
        writeln!(rows, "{}", serde_json::json!({"id": "a", "text": text, "url": url, "label": label})).unwrap();
    }
    fs::write(&gold, rows).unwrap();
    let gold = gold.to_str().unwrap();
    let table = |more: &[&str]| out(&candor(&[&["evaluate", "gates", "--gold", gold][..], more].concat()));
    let seen = table(&["--expect", "satire_suspected=satire"]);
    assert!(seen.contains("| gate | label news (1) | label satire (2) | precision | recall |"), "{seen}");
    assert!(seen.contains("| satire_suspected | 0 (0.0%) | 2 (100.0%) | 1.000 | 1.000 |"), "{seen}");
    let hidden = table(&["--expect", "satire_suspected=satire", "--hide-address", "--errors", "9"]);
    assert!(hidden.contains("| satire_suspected | 0 (0.0%) | 1 (50.0%) | 1.000 | 0.500 |"), "{hidden}");
    assert!(hidden.contains("satire_suspected did not fire on a (satire)"), "{hidden}");
    let refused = candor(&["evaluate", "gates", "--gold", gold, "--expect", "moon=satire"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("there is no gate `moon`"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_cannot_be_fitted_or_measured_is_a_sentence() {
    let folder = folder("refused");
    let gold = folder.join("one.jsonl");
    fs::write(&gold, "{\"title\": \"Only news here\", \"label\": \"news\"}\n".repeat(4)).unwrap();
    let gold = gold.to_str().unwrap();
    for (arguments, code, sentence) in [
        (vec!["evaluate", "clickbait", "--gold", gold, "--folds", "2"], 1, "both labels are needed"),
        (vec!["evaluate", "hedging", "--gold", gold, "--folds", "2"], 2, "No classifier stands behind this detector"),
        (vec!["evaluate", "clickbait", "--gold", gold, "--folds", "1"], 2, "1 is not in 2..=20"),
        (vec!["evaluate", "clickbait", "--gold", "nowhere.jsonl"], 1, "nowhere.jsonl: cannot be opened"),
        (
            vec!["train-classifier", "sentences", "--data", gold, "--fitted-on", "x", "--out", "nowhere"],
            2,
            "No classifier stands behind this detector",
        ),
    ] {
        let output = candor(&arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
        assert!(told.contains(sentence), "{arguments:?}: {told}");
    }
    fs::remove_dir_all(folder).unwrap();
}
