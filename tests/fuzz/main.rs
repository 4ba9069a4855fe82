//! Nearly right input at every door: an answer or a sentence, and no panic.
//!
//! `FUZZ_CASES=1000000 cargo test --release --test fuzz` is the long run. What it finds goes into `corpus/`, which
//! [`the_corpus_holds`] replays: a file there is an input, named after what is hard about it.

#[path = "../common/mod.rs"]
mod common;
mod frames;
mod lines;
mod models;
mod offsets;
mod requests;
mod settings;
#[path = "../common/sound.rs"]
mod sound;
mod texts;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use candor::Engine;
use proptest::prelude::ProptestConfig;
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::TestRunner;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::embedded().unwrap());

/// Feeds one input to a target.
type Check = fn(&[u8]);

/// Each with the folder of its corpus.
const TARGETS: [(&str, Check); 9] = [
    ("frames", frames::check),
    ("headers", requests::check_headers),
    ("keys", requests::check_keys),
    ("lines", lines::check),
    ("models", models::check),
    ("offsets", offsets::check),
    ("requests", requests::check),
    ("settings", settings::check),
    ("texts", texts::check),
];

fn config() -> ProptestConfig {
    let cases = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000);
    // What is found is kept in the corpus, where it has a name.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// How many of 400 inputs of a target are `such`: a target of which all inputs are refused at the door tests only the
/// door.
fn reached<T>(inputs: impl Strategy<Value = T>, such: impl Fn(T) -> bool) -> usize {
    let mut runner = TestRunner::deterministic();
    (0..400).filter(|_| such(inputs.new_tree(&mut runner).unwrap().current())).count()
}

#[test]
fn the_corpus_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let mut folders: Vec<_> = fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    folders.sort();
    assert_eq!(folders, TARGETS.map(|(name, _)| name), "a folder for each target");
    for (name, check) in TARGETS {
        let mut inputs = 0;
        for entry in fs::read_dir(corpus.join(name)).unwrap() {
            let path = entry.unwrap().path();
            // Beside the assertion that fails, where it is.
            println!("{}", path.display());
            check(&fs::read(&path).unwrap());
            inputs += 1;
        }
        assert!(inputs > 0, "{name} has none");
    }
}
