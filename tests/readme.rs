//! What the README shows is what the program prints. `CANDOR_UPDATE_README=1 cargo test --test readme` renews it.

use std::path::{Path, PathBuf};
use std::process::Command;

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

/// Where the content between `<!-- name -->` and `<!-- /name -->` stands in the README.
fn section(readme: &str, name: &str) -> std::ops::Range<usize> {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let start = readme.find(&open).unwrap_or_else(|| panic!("the README has no {open}")) + open.len();
    let end = start + readme[start..].find(&close).unwrap_or_else(|| panic!("the README has no {close}"));
    start..end
}

fn holds(name: &str, expected: &str) {
    static WRITING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one_at_a_time = WRITING.lock();
    let path = root().join("README.md");
    let mut readme = std::fs::read_to_string(&path).expect("there is a README");
    let range = section(&readme, name);
    if std::env::var_os("CANDOR_UPDATE_README").is_some() {
        readme.replace_range(range, expected);
        std::fs::write(&path, readme).expect("the README can be written");
        return;
    }
    assert!(
        readme[range] == *expected,
        "the README's {name} is out of date; renew it with `CANDOR_UPDATE_README=1 cargo test --test readme`"
    );
}

#[test]
fn the_report_shown_is_the_report_printed() {
    holds("report", &format!("```text\n{}```\n", candor(&["score", SAMPLE])));
}

#[test]
fn the_features_shown_are_the_features_there_are() {
    holds("features", &format!("\n{}\n", candor(&["features", "--format", "markdown"])));
}
