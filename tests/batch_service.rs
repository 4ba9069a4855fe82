//! Batch jobs against services: the same bytes as in process.

#![cfg(unix)]

mod common;

use std::process::Stdio;
use std::time::{Duration, Instant};

use common::batch::{Folder, batch, ends, fine, jsonl, run, stderr};
use common::process::{Serving, write};
use sha2::{Digest as _, Sha256};

#[test]
fn services_give_the_bytes_that_the_process_gives() {
    let folder = Folder::new();
    let faulty = "broken\n{\"id\": \"t\", \"text\": \"x\", \"title\": \"".to_owned() + &"t".repeat(5_000) + "\"}\n";
    let long = format!("{{\"id\": \"l\", \"text\": \"{}\"}}\n", "x ".repeat(1_200_000));
    folder.file("in.jsonl", jsonl(0..300) + &faulty + &long + &jsonl(300..330));
    let (one, two) = (Serving::start(&[]), Serving::start(&[]));
    for (view, output) in [("basic", "jsonl"), ("full", "parquet")] {
        let (here, there) = (format!("here.{output}"), format!("there.{output}"));
        let common = ["in.jsonl", "--view", view, "--summary"];
        ends(&folder, 1, &[&common[..], &["here.json", "-o", &here]].concat());
        let endpoints = ["--endpoint", &one.uri(), "--endpoint", &two.uri()];
        ends(&folder, 1, &[&common[..], &["there.json", "-o", &there, "--overwrite"], &endpoints].concat());
        assert!(folder.read(&here) == folder.read(&there), "{view}");
        assert!(
            folder.read(&format!("{here}.rejects.jsonl")) == folder.read(&format!("{there}.rejects.jsonl")),
            "{view}"
        );
        assert!(folder.read("here.json") == folder.read("there.json"), "{view}");
        for name in ["here.json", "here.html"] {
            std::fs::remove_file(folder.path(name)).unwrap();
        }
    }
    assert_eq!(folder.lines("there.jsonl.rejects.jsonl").len(), 3);
}

#[test]
fn a_run_goes_on_when_one_of_its_services_dies_and_with_another_back_end() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..2_000));
    fine(&folder, &["in.jsonl", "-o", "here.jsonl"]);
    let (one, two) = (Serving::start(&[]), Serving::start(&[]));
    let arguments = ["in.jsonl", "-o", "there.jsonl", "--endpoint", &one.uri(), "--endpoint", &two.uri()];
    let mut child = batch(&folder, &arguments).stdout(Stdio::null()).spawn().unwrap();
    let part = || std::fs::metadata(folder.path("there.jsonl.part")).map_or(0, |part| part.len());
    let patience = Instant::now() + Duration::from_secs(30);
    while part() == 0 && child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < patience);
        std::thread::sleep(Duration::from_millis(1));
    }
    one.signal("KILL");
    assert!(child.wait().unwrap().success());
    assert!(folder.read("here.jsonl") == folder.read("there.jsonl"));
}

#[test]
fn services_that_have_no_room_are_asked_again() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..200));
    fine(&folder, &["in.jsonl", "-o", "here.jsonl"]);
    let key = "a-key-of-the-test";
    let hash: String = Sha256::digest(key).iter().map(|byte| format!("{byte:02x}")).collect();
    // Three calls a second: streams are refused, and come again.
    let keys = write(&folder.path(""), "keys", format!("batch {hash} 3\n"));
    let serving = Serving::start(&["--api-keys", &keys]);
    folder.file("key", format!("{key}\n"));
    folder.file("wrong", "another");
    let arguments = ["in.jsonl", "-o", "there.jsonl", "--endpoint", &serving.uri()];
    for (more, words) in [(&[][..], "no key"), (&["--api-key-file", "wrong"], "no key")] {
        let said = ends(&folder, 1, &[&arguments[..], more].concat());
        assert!(said.contains(words), "{said}");
    }
    fine(&folder, &[&arguments[..], &["--api-key-file", "key", "--jobs", "8"]].concat());
    assert!(folder.read("here.jsonl") == folder.read("there.jsonl"));
}

#[test]
fn services_that_differ_or_are_not_there_are_refused() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..3));
    let mut artifact = candor::model::Model::embedded().unwrap().artifact().clone();
    artifact.corpora.pop();
    artifact.seal().unwrap();
    let model = write(&folder.path(""), "model.json", artifact.to_json().unwrap());
    let (one, two) = (Serving::start(&[]), Serving::start(&["--model", &model]));
    let arguments = ["in.jsonl", "-o", "out.jsonl", "--endpoint", &one.uri()];
    let said = ends(&folder, 1, &[&arguments[..], &["--endpoint", &two.uri()]].concat());
    assert!(said.contains("The services differ"), "{said}");
    let small = Serving::start(&["--max-text-bytes", "1000"]);
    let said = ends(&folder, 1, &["in.jsonl", "-o", "out.jsonl", "--endpoint", &small.uri()]);
    assert!(said.contains("at most 1000 bytes"), "{said}");
    fine(&folder, &["in.jsonl", "-o", "out.jsonl", "--endpoint", &small.uri(), "--max-text-bytes", "1000"]);
    let nobody = run(&folder, &["in.jsonl", "-o", "none.jsonl", "--endpoint", "http://127.0.0.1:1"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(stderr(&nobody).contains("127.0.0.1:1"), "{}", stderr(&nobody));
}
