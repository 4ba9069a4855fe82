//! Batch jobs as processes, over composed articles.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::process::candor;

/// A folder of one test, gone when the test is.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Folder(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// What is in the folder, by name.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn lines(&self, name: &str) -> Vec<Value> {
        json_lines(&self.read(name))
    }
}

pub fn json_lines(bytes: &[u8]) -> Vec<Value> {
    std::str::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// `candor batch` in a folder, with nothing on standard input.
pub fn batch(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = candor();
    command.arg("batch").args(arguments).current_dir(folder.path("")).stdin(Stdio::null());
    command
}

pub fn run(folder: &Folder, arguments: &[&str]) -> Output {
    batch(folder, arguments).output().unwrap()
}

/// Runs a job that must end well, and returns what it says.
pub fn fine(folder: &Folder, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a job that must end with a code, and returns what it says about that.
pub fn ends(folder: &Folder, code: i32, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
    stderr(&output)
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const PLACES: [&str; 8] =
    ["Lindmoor", "Harnby", "Ostervale", "Tilbrook", "Caldmere", "Wexholm", "Aldersea", "Penfold Cross"];
const SPEAKERS: [&str; 6] =
    ["Ingrid Aalto", "Ren\u{e9}e Dupont", "Tomas Brandt", "Amara Osei", "Lena Vogel", "Piotr Nowak"];
const SUBJECTS: [&str; 5] = ["bridge", "library", "harbour wall", "night bus", "school kitchen"];

/// Words of a composed article. Different numbers give different articles, some of them too short to judge.
pub fn text(number: usize) -> String {
    let place = PLACES[number % PLACES.len()];
    let speaker = SPEAKERS[number * 7 % SPEAKERS.len()];
    let subject = SUBJECTS[number * 3 % SUBJECTS.len()];
    if number % 11 == 10 {
        return format!("The {subject} of {place} is closed.");
    }
    let (year, cost, share) = (1950 + number % 70, 100 + number * 13 % 900, 3 + number % 60);
    let mut text = format!(
        "The council of {place} voted on Tuesday to repair the {subject}, which was built in {year} and has been \
         closed since the spring. The work would cost \u{20ac}{cost},000, according to a report that the treasurer \
         published in March.\n\n\u{201c}We have waited for this vote for more than three years,\u{201d} said {speaker}, \
         who leads the works committee. About {share}% of households use the {subject} every week, the report says. \
         A source said that two members might still change their minds.\n\n"
    );
    if number.is_multiple_of(3) {
        text.push_str(
            "Critics say that the plan is a reckless gamble that will ruin the town. Everybody knows that the \
             numbers never add up, and it is obvious that nobody will be held to account.\n\n",
        );
    }
    text.push_str(&format!(
        "The council meets again on May {}, 2024, and the work begins in July unless a court decides otherwise. \
         Opponents did not answer questions about article {number}.\n",
        1 + number % 28
    ));
    text
}

/// A composed article as an object.
pub fn article(number: usize) -> Value {
    json!({
        "id": format!("article-{number}"),
        "title": format!("Vote {number} passes"),
        "text": text(number),
        "source": format!("{} Courier", PLACES[number % 5]),
        "url": if number.is_multiple_of(4) { "https://example.org/news/vote" } else { "" },
    })
}

/// Composed articles as JSON Lines.
pub fn jsonl(numbers: std::ops::Range<usize>) -> String {
    numbers.map(|number| article(number).to_string() + "\n").collect()
}

pub fn id(report: &Value) -> &str {
    report["articleId"].as_str().unwrap()
}

pub fn ids(reports: &[Value]) -> Vec<&str> {
    reports.iter().map(id).collect()
}

/// What `candor score --format jsonl` prints of a text, under another name.
pub fn scored_alone(folder: &Folder, name: &str, text: &str, title: &str, view: &str) -> String {
    let path = folder.file("alone.txt", text);
    let output = candor()
        .args(["score", "--format", "jsonl", "--view", view, "--title", title, path.to_str().unwrap()])
        .output()
        .unwrap();
    let line = String::from_utf8(output.stdout).unwrap();
    fs::remove_file(&path).unwrap();
    line.replacen(&serde_json::to_string(path.to_str().unwrap()).unwrap(), &format!("\"{name}\""), 1)
}

pub fn exists(folder: &Folder, name: &str) -> bool {
    Path::exists(&folder.path(name))
}
