//! A batch job that is killed at any moment goes on to the same bytes.

#![cfg(unix)]

mod common;

use std::fs;
use std::io::Write as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime};

use common::batch::{Folder, batch, ends, exists, fine, jsonl, stderr};
use serde_json::Value;

/// Numbers that are the same in every run of the tests.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Kills a child after a while, unless it has ended. Whether it was killed.
fn killed(child: &mut Child, after: Duration) -> bool {
    let end = Instant::now() + after;
    while Instant::now() < end {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    child.kill().unwrap();
    std::os::unix::process::ExitStatusExt::signal(&child.wait().unwrap()) == Some(9)
}

/// Kills runs of one job at random moments, going on each time, until one ends. How many were killed.
fn to_its_end(folder: &Folder, arguments: &[&str], numbers: &mut Numbers, whole: Duration, code: i32) -> u32 {
    let mut kills = 0;
    loop {
        let arguments = [arguments, &["--resume", "--quiet", "--checkpoint-seconds", "0"]].concat();
        let mut child = batch(folder, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let most = u64::try_from(whole.as_micros()).unwrap();
        if killed(&mut child, Duration::from_micros(numbers.below(most))) {
            kills += 1;
            assert!(kills < 200, "it never ends");
            continue;
        }
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), Some(code));
        return kills;
    }
}

/// Whether a file has what another run wrote.
fn same(folder: &Folder, a: &str, b: &str) {
    assert!(folder.read(a) == folder.read(b), "{a} is not {b}");
}

#[test]
fn killed_at_fifty_random_moments_every_output_is_that_of_a_run_that_was_not() {
    let folder = Folder::new();
    let mut articles = jsonl(0..400);
    let middle = articles.find("{\"id\":\"article-200\"").unwrap();
    articles.insert_str(middle, "broken\n");
    let (first, rest) = articles.as_bytes().split_at(articles.len() / 3 * 2);
    folder.file("a.jsonl", first);
    // The second input is packed: it cannot be entered in its middle.
    folder.file("b.jsonl.zst", zstd::encode_all(rest, 1).unwrap());
    for number in 0..40 {
        folder.file(&format!("c/{number}.txt"), common::batch::text(number));
    }
    let mut numbers = Numbers(20_240_509);
    let mut kills = 0;
    for round in 0.. {
        let (output, more): (&str, &[&str]) = match round % 3 {
            0 => ("out.jsonl", &["--jobs", "2", "--summary", "s.json"]),
            1 => ("out.jsonl.gz", &["--jobs", "3"]),
            _ => ("out.parquet", &["--jobs", "1", "--view", "full"]),
        };
        let arguments = [&["a.jsonl", "-o", output, "b.jsonl.zst", "c"], more].concat();
        let whole = if exists(&folder, &format!("whole-{output}")) {
            Duration::from_millis(fs::read_to_string(folder.path("time")).unwrap().parse().unwrap())
        } else {
            // The run that nobody ends, and how long it takes.
            let began = Instant::now();
            ends(&folder, 1, &arguments);
            let took = began.elapsed();
            for name in folder.names().iter().filter(|name| name.starts_with("out.") || name.starts_with("s.")) {
                fs::rename(folder.path(name), folder.path(&format!("whole-{name}"))).unwrap();
            }
            folder.file("time", took.as_millis().to_string());
            took
        };
        kills += to_its_end(&folder, &arguments, &mut numbers, whole, 1);
        for name in folder.names().iter().filter(|name| name.starts_with("out.") || name.starts_with("s.")) {
            same(&folder, name, &format!("whole-{name}"));
            fs::remove_file(folder.path(name)).unwrap();
        }
        if kills >= 50 {
            break;
        }
    }
}

/// A job of one input that was killed on its way.
fn half_done(input: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new();
    folder.file("in.jsonl", input);
    for most in 1.. {
        let arguments = ["in.jsonl", "-o", "out.jsonl", "--checkpoint-seconds", "0", "--jobs", "1", "--overwrite"];
        let mut child = batch(&folder, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let part = || fs::metadata(folder.path("out.jsonl.part")).map_or(0, |part| part.len());
        while part() == 0 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(100));
        }
        // The first chunk has its checkpoint when the second is written.
        let first = part();
        while part() == first && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(100));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if exists(&folder, "out.jsonl.checkpoint") {
            let checkpoint: Value = serde_json::from_slice(&folder.read("out.jsonl.checkpoint")).unwrap();
            if checkpoint["progress"]["counts"]["read"].as_u64() > Some(0)
                && checkpoint["progress"]["finished"] == false
            {
                return folder;
            }
        }
        assert!(most < 50, "it is always too fast");
    }
    unreachable!()
}

#[test]
fn what_has_changed_is_said_and_nothing_is_mixed() {
    let articles = jsonl(0..600);
    let folder = half_done(&articles);
    let resume = ["in.jsonl", "-o", "out.jsonl", "--resume"];
    let model = common::process::write(&folder.path(""), "model.json", other_model());
    for (more, words) in [
        (&["--view", "full"][..], "--view was"),
        (&["--text-field", "title"], "--text-field was"),
        (&["--max-evidence", "3"], "--max-evidence was"),
        (&["--unordered"], "--unordered was"),
        (&["--summary", "s.json"], "--summary was"),
        (&["--rejects", "r.jsonl"], "--rejects was"),
        (&["--model", &model], "the content of the model was"),
        (&["in.jsonl"], "there were 1 inputs and are 2"),
    ] {
        let said = ends(&folder, 1, &[&resume, more].concat());
        assert!(said.contains(words) && said.contains("--overwrite"), "{more:?}: {said}");
    }
    let said = ends(&folder, 1, &resume[..3]);
    assert!(said.contains("--resume goes on"), "{said}");

    // Another beginning, another length.
    let path = folder.path("in.jsonl");
    let date = fs::metadata(&path).unwrap().modified().unwrap();
    let dated = |date: SystemTime| fs::File::options().append(true).open(&path).unwrap().set_modified(date).unwrap();
    fs::write(&path, articles.replacen("Tuesday", "Fridays", 1)).unwrap();
    dated(date);
    let said = ends(&folder, 1, &resume);
    assert!(said.contains("in.jsonl has changed: its beginning"), "{said}");
    fs::write(&path, articles.clone() + "\n").unwrap();
    dated(date);
    let said = ends(&folder, 1, &resume);
    assert!(said.contains(&format!("it had {} bytes and has {}", articles.len(), articles.len() + 1)), "{said}");

    // With another date and the same words, it goes on.
    fs::write(&path, &articles).unwrap();
    dated(date + Duration::from_secs(1));
    let said = fine(&folder, &resume);
    assert!(said.starts_with("600 read"), "{said}");
    fine(&folder, &["in.jsonl", "-o", "whole.jsonl"]);
    same(&folder, "out.jsonl", "whole.jsonl");
}

#[test]
fn what_was_read_of_an_input_decides_whatever_its_size_and_its_date_say() {
    // Long enough that what is read is more than the beginning that is compared at once.
    let articles = jsonl(0..600).replace("{\"id\"", &format!("{{\"more\":\"{}\",\"id\"", "x".repeat(2_000)));
    let folder = half_done(&articles);
    let resume = ["in.jsonl", "-o", "out.jsonl", "--resume"];
    let checkpoint: Value = serde_json::from_slice(&folder.read("out.jsonl.checkpoint")).unwrap();
    let read = usize::try_from(checkpoint["progress"]["order"]["end"]["offset"].as_u64().unwrap()).unwrap();
    let path = folder.path("in.jsonl");
    let date = fs::metadata(&path).unwrap().modified().unwrap();
    let at = articles[..read].rfind("Tuesday").unwrap();
    assert!(at > 64 << 10 && read < articles.len());
    let mut changed = articles.clone();
    changed.replace_range(at..at + 7, "Fridays");
    fs::write(&path, changed).unwrap();
    for date in [date, date + Duration::from_secs(1)] {
        fs::File::options().append(true).open(&path).unwrap().set_modified(date).unwrap();
        let said = ends(&folder, 1, &resume);
        assert!(said.contains(&format!("in.jsonl has changed: the {read} bytes read of it are others")), "{said}");
    }

    // What was not read yet may be anything: the output is that of the input as it is now.
    let at = articles.rfind("Tuesday").unwrap();
    let mut changed = articles.clone();
    changed.replace_range(at..at + 7, "Fridays");
    fs::write(&path, changed).unwrap();
    fine(&folder, &resume);
    fine(&folder, &["in.jsonl", "-o", "whole.jsonl"]);
    same(&folder, "out.jsonl", "whole.jsonl");
}

/// What is in a folder, and since when.
fn state(folder: &Folder) -> Vec<(String, Vec<u8>, SystemTime)> {
    let names = folder.names().into_iter();
    let dated = |name: &str| fs::metadata(folder.path(name)).unwrap().modified().unwrap();
    names.map(|name| (name.clone(), folder.read(&name), dated(&name))).collect()
}

#[test]
fn a_job_that_is_done_says_its_counts_again_and_writes_nothing() {
    for (output, code) in [("out.jsonl", 0), ("out.jsonl.zst", 1), ("out.parquet", 1)] {
        let folder = Folder::new();
        folder.file("a.jsonl", jsonl(0..9) + if code == 0 { "" } else { "broken\n" });
        folder.file("b.txt", common::batch::text(3));
        let arguments = ["a.jsonl", "b.txt", "-o", output, "--summary", "s.json", "--resume"];
        let first = common::batch::run(&folder, &arguments);
        assert_eq!(first.status.code(), Some(code));
        let done = format!("{output}.done");
        assert!(exists(&folder, &done) && !exists(&folder, &format!("{output}.checkpoint")));

        let again = || {
            let before = state(&folder);
            let again = common::batch::run(&folder, &arguments);
            assert_eq!((again.status.code(), &again.stdout), (Some(code), &first.stdout), "{}", stderr(&again));
            assert!(stderr(&again).contains("nothing was written"), "{}", stderr(&again));
            assert!(state(&folder) == before, "{:?}", folder.names());
        };
        again();
        // A date is no change.
        let touched = fs::File::options().append(true).open(folder.path("a.jsonl")).unwrap();
        touched.set_modified(SystemTime::now() + Duration::from_secs(9)).unwrap();
        again();

        // Ended before it could say so, or before it took the checkpoint away.
        let whole: Vec<_> = folder.names().into_iter().map(|name| (folder.read(&name), name)).collect();
        for remove in [true, false] {
            folder.file(&format!("{output}.checkpoint"), folder.read(&done));
            if remove {
                fs::remove_file(folder.path(&done)).unwrap();
            }
            assert_eq!(common::batch::run(&folder, &arguments).status.code(), Some(code));
            again();
        }
        for (content, name) in whole.iter().filter(|(_, name)| *name != done) {
            assert!(folder.read(name) == *content, "{name}");
        }
    }
}

#[test]
fn a_job_that_is_done_on_other_terms_is_not_done() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..9));
    let resume = ["in.jsonl", "-o", "out.jsonl", "--resume"];
    let counts = fine(&folder, &resume);
    let said = ends(&folder, 1, &[&resume[..], &["--view", "full"]].concat());
    assert!(said.contains("--view was") && said.contains("--overwrite"), "{said}");
    let said = ends(&folder, 1, &resume[..3]);
    assert!(said.contains("exists already"), "{said}");

    folder.file("in.jsonl", jsonl(0..9).replacen("Tuesday", "Fridays", 1));
    let said = ends(&folder, 1, &resume);
    assert!(said.contains("in.jsonl has changed: its beginning"), "{said}");
    folder.file("in.jsonl", jsonl(0..10));
    assert!(ends(&folder, 1, &resume).contains("in.jsonl has changed: it had"));
    folder.file("in.jsonl", jsonl(0..9));
    assert_eq!(fine(&folder, &resume), counts);

    // What was done and is not there any more is not done.
    let output = folder.read("out.jsonl");
    folder.file("out.jsonl", &output[..10]);
    let said = ends(&folder, 1, &resume);
    assert!(said.contains("out.jsonl has 10 bytes and had"), "{said}");
    fs::remove_file(folder.path("out.jsonl")).unwrap();
    fs::remove_file(folder.path("out.jsonl.rejects.jsonl")).unwrap();
    assert_eq!(fine(&folder, &resume), counts);
    assert!(folder.read("out.jsonl") == output);
}

#[test]
fn what_came_through_a_pipe_is_compared_when_the_job_is_done() {
    let folder = Folder::new();
    let fed = |articles: &str| {
        let arguments = ["-", "-o", "out.jsonl", "--resume"];
        let mut child =
            batch(&folder, &arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.as_mut().unwrap();
        child.stdin.take().unwrap().write_all(articles.as_bytes()).unwrap();
        let mut said = String::new();
        std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut said).unwrap();
        std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
        (child.wait().unwrap().code(), said)
    };
    // A full chunk and more, and a chunk that is full with the last record.
    for count in [70, 64] {
        let (code, first) = fed(&jsonl(0..count));
        assert!(code == Some(0) && first.contains("nothing to resume"), "{first}");
        let (code, again) = fed(&jsonl(0..count));
        assert!(code == Some(0) && again.contains(first.lines().next().unwrap()), "{again}");
        for other in [jsonl(0..count).replacen("Tuesday", "Fridays", 1), jsonl(0..count - 1), String::new()] {
            let (code, said) = fed(&other);
            assert!(code == Some(1) && said.contains("what was read of it"), "{said}");
        }
        fs::remove_file(folder.path("out.jsonl")).unwrap();
        fs::remove_file(folder.path("out.jsonl.rejects.jsonl")).unwrap();
    }
}

#[test]
fn what_was_written_behind_the_checkpoint_is_made_again() {
    let folder = half_done(jsonl(0..600));
    fine(&folder, &["in.jsonl", "-o", "whole.jsonl"]);
    let (part, checkpoint) = (folder.read("out.jsonl.part"), folder.read("out.jsonl.checkpoint"));
    let resume = ["in.jsonl", "-o", "out.jsonl", "--resume"];
    folder.file("out.jsonl.part", [&part[..], b"half a line"].concat());
    fine(&folder, &resume);
    same(&folder, "out.jsonl", "whole.jsonl");

    // What is counted and is not there cannot be made up.
    fs::remove_file(folder.path("out.jsonl")).unwrap();
    fs::remove_file(folder.path("out.jsonl.rejects.jsonl")).unwrap();
    folder.file("out.jsonl.checkpoint", &checkpoint);
    folder.file("out.jsonl.part", &part[..10]);
    let said = ends(&folder, 1, &resume);
    assert!(said.contains("has 10 bytes"), "{said}");
    folder.file("out.jsonl.checkpoint", &checkpoint[..checkpoint.len() / 2]);
    let said = ends(&folder, 1, &resume);
    assert!(said.contains("is no checkpoint"), "{said}");

    // Without the checkpoint there is nothing to go on from, whatever else lies about.
    fs::remove_file(folder.path("out.jsonl.checkpoint")).unwrap();
    fine(&folder, &resume);
    same(&folder, "out.jsonl", "whole.jsonl");
}

/// The shipped model without a line of its history, which its hash covers.
fn other_model() -> String {
    let shipped = candor::model::Model::embedded().unwrap();
    let mut artifact = shipped.artifact().clone();
    artifact.corpora.pop();
    artifact.seal().unwrap();
    artifact.to_json().unwrap()
}

#[test]
fn two_runs_do_not_write_one_file() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..10));
    let arguments = ["-", "-o", "out.jsonl"];
    let mut first = batch(&folder, &arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(20);
    while !exists(&folder, "out.jsonl.checkpoint") {
        assert!(Instant::now() < patience);
        std::thread::sleep(Duration::from_millis(5));
    }
    let said = ends(&folder, 1, &["in.jsonl", "-o", "out.jsonl", "--overwrite"]);
    assert!(said.contains("Another run"), "{said}");
    first.stdin.take().unwrap().write_all(jsonl(0..3).as_bytes()).unwrap();
    assert!(first.wait().unwrap().success());
    assert_eq!(folder.lines("out.jsonl").len(), 3);
}

#[test]
fn nothing_to_resume_is_said_and_the_run_begins() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..3));
    let output = common::batch::run(&folder, &["in.jsonl", "-o", "out.jsonl", "--resume"]);
    assert!(output.status.success());
    assert!(stderr(&output).contains("nothing to resume"), "{}", stderr(&output));
    assert_eq!(folder.lines("out.jsonl").len(), 3);
}

#[test]
fn a_pipe_goes_on_where_the_same_bytes_come_again() {
    let articles = jsonl(0..600);
    let folder = Folder::new();
    let start = |more: &[&str]| {
        let arguments = [&["-", "-o", "out.jsonl", "--checkpoint-seconds", "0"], more].concat();
        batch(&folder, &arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut child = start(&[]);
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&articles.as_bytes()[..articles.len() / 2]).unwrap();
    let patience = Instant::now() + Duration::from_secs(20);
    while fs::metadata(folder.path("out.jsonl.part")).map_or(0, |part| part.len()) == 0 {
        assert!(Instant::now() < patience);
        std::thread::sleep(Duration::from_millis(5));
    }
    // Until the checkpoint behind that part is written too.
    let counted = || {
        let stored: Value = serde_json::from_slice(&folder.read("out.jsonl.checkpoint")).unwrap();
        stored["progress"]["counts"]["read"].as_u64().unwrap()
    };
    while counted() == 0 {
        assert!(Instant::now() < patience);
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(pipe);

    let fed = |articles: &str| {
        let mut child = start(&["--resume"]);
        // A run that refuses what it reads does not read all of it.
        let _ = child.stdin.take().unwrap().write_all(articles.as_bytes());
        child.wait_with_output().unwrap()
    };
    let refused = fed(&articles.replacen("Tuesday", "Fridays", 1));
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("read of it are others"), "{}", stderr(&refused));
    assert!(fed(&articles).status.success());
    folder.file("all.jsonl", &articles);
    fine(&folder, &["all.jsonl", "-o", "whole.jsonl"]);
    same(&folder, "out.jsonl", "whole.jsonl");
}

#[test]
fn unordered_runs_lose_and_double_nothing_either() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..700));
    let began = Instant::now();
    fine(&folder, &["in.jsonl", "-o", "whole.jsonl"]);
    let whole = began.elapsed();
    let mut numbers = Numbers(7);
    let sorted = |name: &str| {
        let mut lines: Vec<_> = String::from_utf8(folder.read(name)).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    for _ in 0..3 {
        to_its_end(&folder, &["in.jsonl", "-o", "out.jsonl", "--unordered", "--jobs", "5"], &mut numbers, whole, 0);
        assert!(sorted("out.jsonl") == sorted("whole.jsonl"));
        fs::remove_file(folder.path("out.jsonl")).unwrap();
        fs::remove_file(folder.path("out.jsonl.rejects.jsonl")).unwrap();
    }
}
