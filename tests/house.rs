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

/// What deploy/Containerfile copies is what `.dockerignore` lets through: everything that the build reads.
#[test]
fn the_build_of_the_container_is_sent_all_it_reads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ignored = fs::read_to_string(root.join(".dockerignore")).unwrap();
    let rules: Vec<_> = ignored.lines().filter(|line| !line.starts_with('#')).collect();
    let sent: Vec<_> = rules.iter().filter_map(|rule| rule.strip_prefix('!')).collect();
    assert_eq!((rules[0], rules.len()), ("*", sent.len() + 1));
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    let mut read: Vec<PathBuf> = ["Cargo.toml", "Cargo.lock", "build.rs", "proto", "src"].map(PathBuf::from).to_vec();
    for path in found {
        let source = fs::read_to_string(&path).unwrap();
        let included = source.split("include_").filter_map(|rest| rest.split_once("!(\"")?.1.split('"').next());
        for included in included.filter(|included| included.starts_with("..")) {
            let included = fs::canonicalize(path.parent().unwrap().join(included)).unwrap();
            read.push(included.strip_prefix(fs::canonicalize(root).unwrap()).unwrap().to_owned());
        }
    }
    assert!(read.len() > 8, "{read:?}");
    for path in read {
        assert!(sent.iter().any(|sent| path.starts_with(sent)), "{} is not sent", path.display());
    }
}
