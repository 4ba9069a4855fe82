//! Which way the arrows point: what reads and scores text knows nothing of the network.

use std::fs;
use std::path::{Path, PathBuf};

const INSIDE: [&str; 8] = [
    "src/text",
    "src/lexicon",
    "src/classify",
    "src/detect",
    "src/features",
    "src/model",
    "src/report",
    "src/engine.rs",
];

const OUTSIDE: [&str; 3] = ["tonic", "prost", "tokio"];

fn sources(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            sources(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rs") {
        found.push(path.to_owned());
    }
}

/// The names in a source, comments aside, without regard to what they are joined to by `::`.
fn names(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
}

#[test]
fn nothing_inside_names_the_network() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for room in INSIDE {
        sources(&root.join(room), &mut found);
    }
    assert!(found.len() >= INSIDE.len(), "the rooms have moved: {found:?}");
    for path in found {
        let source = fs::read_to_string(&path).unwrap();
        for name in names(&source) {
            let outside =
                OUTSIDE.iter().any(|crate_name| name == *crate_name || name.starts_with(&format!("{crate_name}_")));
            assert!(!outside, "{} names {name}", path.display());
        }
    }
}

#[test]
fn the_check_itself_sees_names() {
    let source = "use tokio::sync;\n// prost\nlet x = tonic_types::Status;";
    let seen: Vec<_> = names(source).filter(|name| !name.is_empty()).collect();
    assert_eq!(seen, ["use", "tokio", "sync", "let", "x", "tonic_types", "Status"]);
}
