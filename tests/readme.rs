//! What the README and docs/features.md show is what the program prints, and their figures are those of the model.
//! `CANDOR_UPDATE_README=1 cargo test --test readme` renews them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use candor::features::{Tier, catalogue};
use candor::model::Model;
use serde_json::Value;

const SAMPLE: &str = "samples/council-budget.txt";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn candor(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(arguments)
        .current_dir(root())
        .env_remove("CANDOR_MODEL")
        .output()
        .expect("candor runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("candor prints UTF-8")
}

/// Where the content between `<!-- name -->` and `<!-- /name -->` stands in a page.
fn section(page: &str, name: &str) -> std::ops::Range<usize> {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let start = page.find(&open).unwrap_or_else(|| panic!("the page has no {open}")) + open.len();
    let end = start + page[start..].find(&close).unwrap_or_else(|| panic!("the page has no {close}"));
    start..end
}

fn holds(file: &str, name: &str, expected: &str) {
    static WRITING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one_at_a_time = WRITING.lock();
    let path = root().join(file);
    let mut page = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let range = section(&page, name);
    if std::env::var_os("CANDOR_UPDATE_README").is_some() {
        page.replace_range(range, expected);
        std::fs::write(&path, page).unwrap_or_else(|error| panic!("{file}: {error}"));
        return;
    }
    assert!(
        page[range] == *expected,
        "{name} of {file} is out of date; renew it with `CANDOR_UPDATE_README=1 cargo test --test readme`"
    );
}

#[test]
fn the_report_shown_is_the_report_printed() {
    holds("README.md", "report", &format!("```text\n{}```\n", candor(&["score", SAMPLE])));
}

#[test]
fn the_features_shown_are_the_features_there_are() {
    holds("docs/features.md", "features", &format!("\n{}\n", candor(&["features", "--format", "markdown"])));

    let mut table = String::from("\n| id | what it measures |\n|---|---|\n");
    for feature in catalogue().filter(|feature| feature.tier == Tier::Model) {
        writeln!(table, "| `{}` | {} |", feature.id, feature.summary()).unwrap();
    }
    holds("README.md", "features", &format!("{table}\n"));
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("Of the {} features", catalogue().count())), "there are {}", catalogue().count());
}

/// A share as the README writes it.
fn short(value: f64) -> String {
    format!("{value:.2}").trim_start_matches('0').to_owned()
}

#[test]
fn the_figures_shown_are_those_of_the_model_that_ships() {
    let version = Model::embedded().unwrap().artifact().version.clone();
    let path = root().join("models").join(version).join("metrics.json");
    let metrics: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let text = |metric: &Value, name: &str| metric[name].as_str().unwrap().to_owned();
    let figures: BTreeMap<(String, String), f64> = metrics
        .iter()
        .map(|metric| ((text(metric, "id"), text(metric, "corpus")), metric["value"].as_f64().unwrap()))
        .collect();
    let figure = |id: &str, corpus: &str| {
        short(*figures.get(&(id.to_owned(), corpus.to_owned())).unwrap_or_else(|| panic!("no {id} of {corpus:?}")))
    };
    let of_corpora = figures
        .iter()
        .filter(|((id, corpus), _)| id == "leave_one_corpus_out_auc" && !corpus.is_empty())
        .map(|(_, &value)| value);
    let (count, worst, best) = of_corpora.fold((0, 1.0, 0.0), |(count, worst, best): (u32, f64, f64), value| {
        (count + 1, worst.min(value), best.max(value))
    });
    let paragraph = format!(
        "How weak, in figures: the model is a logistic regression fitted by linfa on {} public corpora with verdicts on stories.\n\
         On a corpus that it has not seen it ranks a good article above a poor one with probability {} on average (area under\n\
         the curve; {} on the worst corpus, {} on the best; {} among articles of like length). The length of the article alone\n\
         reaches {}. Much of that is register: how a text is written once its content words are masked, which is style and\n\
         cheap to imitate (the term `register` of the logit, {} alone). The documented features alone reach {}. On ratings of\n\
         184 publishers, which it was not fitted on, it says next to nothing ({}, and length alone {}), and of seven others\n\
         more, but still less than length ({}, and length alone {}). A feature whose fitted weight contradicts what journalism\n\
         standards say of it is left out; it stays in its sub-score, and a sub-score below 0.1, which hardly any ordinary news\n\
         has, lowers the score by a named term, the floor effect, whose size is stated and not fitted.\n",
        ["no", "one", "two", "three", "four", "five"][count as usize],
        figure("leave_one_corpus_out_auc", ""),
        short(worst),
        short(best),
        figure("leave_one_corpus_out_length_matched_auc", ""),
        figure("length_only_auc", ""),
        figure("leave_one_corpus_out_auc_register", ""),
        figure("leave_one_corpus_out_auc_documented", ""),
        figure("untouched_auc", "abp_mbfc"),
        figure("untouched_auc_of_length", "abp_mbfc"),
        figure("untouched_auc", "polnear"),
        figure("untouched_auc_of_length", "polnear"),
    );
    holds("README.md", "figures", &paragraph);
}
