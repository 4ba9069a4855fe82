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
fn prose_that_is_no_news_is_told_from_news() {
    let folder = folder("kinds");
    let (news, talk) = (folder.join("news.jsonl"), folder.join("talk.jsonl"));
    let story = "The mayor of the town said on Monday that the old mill would close in May. ".repeat(8);
    let mut rows = String::new();
    for (id, label) in [("a", "real"), ("b", "real"), ("c", "made up")] {
        writeln!(rows, "{}", serde_json::json!({"id": id, "text": story, "label": label})).unwrap();
    }
    fs::write(&news, rows).unwrap();
    let mut rows = String::new();
    for at in 0..60 {
        let sentence =
            ["You know that I do not think so.", "I believe that we must do better.", "What would you do?"][at % 3];
        writeln!(rows, "{}", serde_json::json!({"doc_id": at, "sentence": sentence})).unwrap();
    }
    fs::write(&talk, rows).unwrap();
    let news = format!("mill={}:label=real", news.display());
    let talk = format!("talk={}", talk.display());
    let table = out(&candor(&["evaluate", "kinds", "--news", &news, "--other", &talk, "--turns"]));
    assert!(table.contains("| news: mill | 2 | 0 | 0 | 0 of 2 (0.0%) |"), "{table}");
    assert!(table.contains("| talk | 2 | 0 | 0 | 2 of 2 (100.0%) |"), "{table}");
    assert!(table.contains("| talk, by turns | 2 | 2 | 0 | 0 of 0 (0.0%) |"), "{table}");
    assert!(table.contains("0.0% of the tuning half, 0.0% of the held-out half."), "{table}");
    let refused = candor(&["evaluate", "kinds", "--news", &news, "--other", "talk"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("write KIND=FILE"));
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

/// Articles of two kinds, and what their labels mean.
fn labelled(folder: &std::path::Path) -> (PathBuf, PathBuf) {
    let mut rows = String::new();
    for n in 0..24 {
        let good = format!(
            "The council of Harbourtown voted on Monday to spend {n} million crowns on the old bridge. The mayor, Jane \
             Doe, said the work begins in May. It is the third repair in {n} years, according to the town's report. \
             Engineers told the council in March that the piers are worn."
        );
        let poor = format!(
            "You will not believe what they did {n} times! They lie to us all, and nobody dares to say it. It is a \
             disgrace, a total disaster, and everyone knows who is behind this. Wake up! Our children will pay for it, \
             and {n} idiots just laugh about it now."
        );
        for (text, label) in [(good.repeat(3), "good"), (poor.repeat(3), "poor")] {
            let title = "The bridge";
            writeln!(rows, r#"{{"id": "{label}{n}", "title": "{title}", "text": "{text}", "label": "{label}"}}"#)
                .unwrap();
        }
    }
    let labels = r#"{"min_words": 80, "corpora": [{"id": "made", "field": "label", "positive": ["good"],
        "negative": ["poor"], "dropped": [], "reference": [], "group_by": ["id"], "license": "none", "meaning": "made"}]}"#;
    let (data, meaning) = (folder.join("made.jsonl"), folder.join("labels.json"));
    fs::write(&data, rows).unwrap();
    fs::write(&meaning, labels).unwrap();
    (data, meaning)
}

#[test]
fn the_score_is_judged_beside_length_on_every_article() {
    let folder = folder("reliability");
    let (data, labels) = labelled(&folder);
    let (data, labels) = (data.to_str().unwrap(), labels.to_str().unwrap());
    let table = out(&candor(&["evaluate", "reliability", "--data", data, "--labels", labels]));
    assert!(table.contains("48 articles in 48 groups; a report would score 48 of them."), "{table}");
    let all = table.lines().find(|line| line.starts_with("| all | 48 |")).unwrap();
    let auc: f64 = all.split(['|', '(']).nth(3).unwrap().trim().parse().unwrap();
    assert!(auc > 0.9, "{all}");
    assert!(table.contains("| 100% |") && table.contains("| 10% |"), "{table}");
    fs::remove_dir_all(folder).unwrap();
}

/// The cells "must be" and "holds" of a table of probes, by the change.
fn held(table: &str) -> Vec<(String, String, String)> {
    let rows = table.lines().map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    rows.filter(|cells| cells.len() == 9 && !cells[0].starts_with("| kind"))
        .map(|cells| (cells[1].clone(), cells[6].clone(), cells[7].clone()))
        .collect()
}

#[test]
fn probes_say_what_moved_and_whether_it_may() {
    let folder = folder("probes");
    let (data, labels) = labelled(&folder);
    let output =
        candor(&["evaluate", "probes", "--data", data.to_str().unwrap(), "--labels", labels.to_str().unwrap()]);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    for kind in ["gaming", "copy", "fairness"] {
        assert!(table.contains(&format!("| {kind} |")), "{table}");
    }
    let held = held(&table);
    assert_eq!(held.len(), 14, "{table}");
    for (change, must_be, holds) in &held {
        let sourced = change.contains("the ministry said") || change.contains("he said on");
        assert_eq!(must_be == "-", sourced, "{change}");
        assert!(must_be != "-" || holds == "-", "{change}: {holds}");
        assert!(["yes", "**no**", "-"].contains(&holds.as_str()), "{change}: {holds}");
    }
    // Twenty-four times the same story moves more than news does.
    assert!(held.iter().any(|(_, _, holds)| holds == "**no**"), "{table}");
    assert_eq!(output.status.code(), Some(1), "{table}");

    let poor = fs::read_to_string(&data).unwrap().replace("\"label\": \"good\"", "\"label\": \"neither\"");
    let meaning = fs::read_to_string(&labels).unwrap().replace("\"dropped\": []", "\"dropped\": [\"neither\"]");
    fs::write(&data, poor).unwrap();
    fs::write(&labels, meaning).unwrap();
    let table =
        out(&candor(&["evaluate", "probes", "--data", data.to_str().unwrap(), "--labels", labels.to_str().unwrap()]));
    assert!(!table.contains("**no**") && table.contains("| not up | yes |"), "{table}");
    let missing = candor(&["evaluate", "probes", "--data", "nowhere.jsonl", "--labels", labels.to_str().unwrap()]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("nowhere.jsonl cannot be read ("));
    fs::remove_dir_all(folder).unwrap();
}

/// The program in a folder that is not the project's.
fn elsewhere(folder: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_candor")).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn the_labels_that_ship_are_in_the_program() {
    let folder = folder("elsewhere");
    let (data, _) = labelled(&folder);
    let rows = fs::read_to_string(data).unwrap();
    let rows = rows.replace("\"label\": \"good\"", "\"label\": \"real\"");
    let rows = rows.replace("\"label\": \"poor\"", "\"label\": \"fake\"");
    fs::write(folder.join("celebrity.2.jsonl"), rows).unwrap();
    let table = out(&elsewhere(&folder, &["evaluate", "reliability", "--data", "celebrity.2.jsonl"]));
    assert!(table.contains("48 articles in 48 groups"), "{table}");

    // The program reads them without the checks of a file of labels, which they pass too.
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/models/reliability-7/labels.json");
    assert_eq!(
        table,
        out(&elsewhere(&folder, &["evaluate", "reliability", "--data", "celebrity.2.jsonl", "--labels", shipped]))
    );
    let labels: serde_json::Value = serde_json::from_str(&fs::read_to_string(shipped).unwrap()).unwrap();
    for command in [&["train", "--help"][..], &["evaluate", "probes", "--help"]] {
        let help = out(&candor(command)).split_whitespace().collect::<Vec<_>>().join(" ");
        for corpus in labels["corpora"].as_array().unwrap() {
            assert!(help.contains(corpus["id"].as_str().unwrap()), "{command:?} {corpus}");
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_of_no_known_corpus_is_told_once_with_its_path_and_the_way_out() {
    let folder = folder("corpora");
    labelled(&folder);
    let at = folder.display();
    for (arguments, expected) in [
        (
            &["evaluate", "reliability", "--data", "made.jsonl"][..],
            &[format!("--data {at}/made.jsonl: there is no corpus `made`"), "--labels FILE".to_owned()][..],
        ),
        (
            &["train", "--data", "made.jsonl", "--out", "model", "--version", "v"],
            &[format!("--data {at}/made.jsonl: there is no corpus `made`"), "celebrity".to_owned()],
        ),
        (&["evaluate", "probes", "--data", "none.jsonl"], &[format!("--data {at}/none.jsonl cannot be read (")]),
        (
            &["train", "--data", "made.jsonl", "--labels", "none.json", "--out", "model"],
            &[format!("--labels {at}/none.json: none.json cannot be read (")],
        ),
    ] {
        let output = elsewhere(&folder, arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{arguments:?}: {told}");
        for words in expected {
            assert!(told.contains(words), "{arguments:?}: {told}");
        }
        assert!(!folder.join("model").exists());
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_measure_has_a_page_of_help_with_its_own_options_and_examples() {
    let page = out(&candor(&["evaluate", "--help"]));
    for group in ["Detector: ", "Classifier: ", "Score: ", "Gates: "] {
        assert!(page.contains(group), "{page}");
    }
    for (measure, has, has_not) in [
        ("hedging", "--split", "--labels"),
        ("reliability", "--labels", "--split"),
        ("probes", "Exit codes: 0 every probe holds", "--expect"),
        ("gates", "--expect", "--labels"),
        ("kinds", "--turns", "--expect"),
    ] {
        let page = out(&candor(&["evaluate", measure, "--help"]));
        assert!(page.contains("Examples:") && page.contains(&format!("candor evaluate {measure} ")), "{page}");
        assert!(page.contains(has) && !page.contains(has_not), "{page}");
    }
}
