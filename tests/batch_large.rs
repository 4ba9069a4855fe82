//! A run of 100,000 articles, killed twice on its way. Real articles stand outside of the project:
//!
//! ```sh
//! CANDOR_ARTICLES=articles.jsonl.gz cargo test --release --test batch_large -- --ignored --nocapture
//! ```
//!
//! `CANDOR_ARTICLES` is JSON Lines with `id` and `text`. They are repeated, each time with changes, until there are
//! `CANDOR_ARTICLE_COUNT` of them, 100,000 unless set; some lines between are broken, some texts cut short.

#![cfg(target_os = "linux")]

mod common;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Read, Write as _};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use common::batch::{Folder, batch, id};
use serde_json::{Value, json};

/// Lines that are no articles, and articles that are cut to a few words.
const BROKEN_EVERY: usize = 1_000;
const CUT_EVERY: usize = 250;

fn articles(path: &Path) -> Vec<Value> {
    let file = File::open(path).unwrap();
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let source: Box<dyn Read> = if packed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    BufReader::new(source).lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

/// Writes the input, and returns how many lines of it are broken.
fn generate(articles: &[Value], count: usize, path: &Path) -> usize {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let mut broken = 0;
    for number in 0..count {
        if number % BROKEN_EVERY == BROKEN_EVERY - 1 {
            broken += 1;
            writeln!(file, "{{\"id\": \"{number}\", \"text\": ").unwrap();
            continue;
        }
        let (article, round) = (&articles[number % articles.len()], number / articles.len());
        let text = article["text"].as_str().unwrap();
        // Each round begins elsewhere and says something of its own, so that no two texts are the same.
        let start = text.match_indices(". ").nth(round % 7).map_or(0, |(at, _)| at + 2);
        let mut text = format!("{}\n\nThe paper printed {number} copies on May {}.", &text[start..], 1 + round % 28);
        if number % CUT_EVERY == CUT_EVERY - 1 {
            text = text.split_whitespace().take(20).collect::<Vec<_>>().join(" ");
        }
        writeln!(
            file,
            "{}",
            json!({"id": number.to_string(), "title": article["title"], "text": text, "source": article["source"]})
        )
        .unwrap();
    }
    file.into_inner().unwrap().sync_all().unwrap();
    broken
}

fn start(folder: &Folder, more: &[&str]) -> Child {
    let arguments = [&["in.jsonl", "-o", "out.jsonl.zst", "--summary", "summary.json", "--quiet"], more].concat();
    batch(folder, &arguments).stdout(Stdio::piped()).spawn().unwrap()
}

fn peak(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Seconds of processor time that a child has had, to the hundredth.
fn processor_seconds(child: &Child) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or("").split_whitespace().filter_map(|field| field.parse().ok()).collect();
    // The state, which is no number, stands before them.
    fields.get(10).zip(fields.get(11)).map_or(0.0, |(user, system)| (user + system) / 100.0)
}

#[test]
#[ignore = "a measurement, and needs articles"]
fn what_a_job_costs_beside_the_engine() {
    let path = std::env::var_os("CANDOR_ARTICLES").expect("CANDOR_ARTICLES names a file");
    let count = std::env::var("CANDOR_ARTICLE_COUNT").map_or(10_000, |count| count.parse().unwrap());
    let folder = Folder::new();
    generate(&articles(Path::new(&path)), count, &folder.path("in.jsonl"));
    let lines = fs::read_to_string(folder.path("in.jsonl")).unwrap();
    let articles: Vec<Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let engine = candor::Engine::embedded().unwrap();
    let clock = || {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    for round in 0..3 {
        let began = clock();
        for article in &articles {
            let (title, text) = (article["title"].as_str().unwrap_or(""), article["text"].as_str().unwrap());
            std::hint::black_box(engine.score(&candor::Article { title, text, ..candor::Article::default() }));
        }
        let bare = clock() - began;
        let mut walls = Vec::new();
        for jobs in ["1", "2"] {
            let began = Instant::now();
            let arguments = ["in.jsonl", "-o", "out.jsonl", "--quiet", "--overwrite", "--jobs", jobs];
            let mut child = batch(&folder, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let mut cost = 0.0_f64;
            while child.try_wait().unwrap().is_none() {
                cost = cost.max(processor_seconds(&child));
                std::thread::sleep(Duration::from_millis(5));
            }
            let wall = began.elapsed().as_secs_f64();
            walls.push(wall);
            println!(
                "round {round}, {jobs} jobs: {wall:.2} s, {:.0} articles/s, {cost:.2} s of processor time; the bare engine {bare:.2} s: ratio {:.2}",
                count as f64 / wall,
                bare / cost
            );
        }
        println!("round {round}: two jobs are {:.2} times as fast as one", walls[0] / walls[1]);
    }
}

#[test]
#[ignore = "long, and needs articles"]
fn a_hundred_thousand_articles_add_up_though_the_run_is_killed_twice() {
    let path = std::env::var_os("CANDOR_ARTICLES").expect("CANDOR_ARTICLES names a file");
    let count = std::env::var("CANDOR_ARTICLE_COUNT").map_or(100_000, |count| count.parse().unwrap());
    let folder = Folder::new();
    let broken = generate(&articles(Path::new(&path)), count, &folder.path("in.jsonl"));
    let input = fs::metadata(folder.path("in.jsonl")).unwrap().len();
    println!("{count} records, {input} bytes");

    let began = Instant::now();
    let done = || {
        let checkpoint = fs::read(folder.path("out.jsonl.zst.checkpoint")).unwrap_or_default();
        let stored: Value = serde_json::from_slice(&checkpoint).unwrap_or_default();
        stored["progress"]["counts"]["read"].as_u64().unwrap_or(0)
    };
    let mut most = 0;
    for share in [3, 2] {
        let mut child = start(&folder, if share == 3 { &[] } else { &["--resume"] });
        while done() < count as u64 / share {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
            most = most.max(peak(&child));
            std::thread::sleep(Duration::from_millis(100));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        println!("killed with {} records in the checkpoint, after {:.1} s", done(), began.elapsed().as_secs_f64());
    }
    let output = start(&folder, &["--resume"]).wait_with_output().unwrap();
    let seconds = began.elapsed().as_secs_f64();
    println!("{}", String::from_utf8_lossy(&output.stdout).trim());
    println!(
        "{seconds:.1} s, {:.0} records a second, {:.1} MB/s, at most {most} kB",
        count as f64 / seconds,
        input as f64 / seconds / 1e6
    );
    assert_eq!(output.status.code(), Some(1));

    // Every record is in one place, once.
    let mut seen = HashSet::new();
    let (mut scored, mut not_applicable) = (0_u64, 0_u64);
    let reports = zstd::stream::read::Decoder::new(File::open(folder.path("out.jsonl.zst")).unwrap()).unwrap();
    for line in BufReader::new(reports).lines() {
        let report: Value = serde_json::from_str(&line.unwrap()).unwrap();
        assert!(seen.insert(id(&report).parse::<usize>().unwrap()));
        if report.get("score").is_some() { scored += 1 } else { not_applicable += 1 }
    }
    let rejects = folder.lines("out.jsonl.zst.rejects.jsonl");
    for reject in &rejects {
        assert!(seen.insert(reject["record"].as_u64().unwrap() as usize - 1));
    }
    assert_eq!((seen.len(), rejects.len()), (count, broken));
    let summary: Value = serde_json::from_slice(&folder.read("summary.json")).unwrap();
    let counts = json!({"read": count, "scored": scored, "notApplicable": not_applicable, "rejected": broken});
    assert_eq!(summary["counts"], counts);

    // The same as a run that nobody killed.
    let began = Instant::now();
    let arguments = ["in.jsonl", "-o", "whole.jsonl.zst", "--summary", "whole.json", "--quiet"];
    let status = batch(&folder, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    println!("never killed: {:.1} s", began.elapsed().as_secs_f64());
    assert_eq!(status.code(), Some(1));
    assert!(folder.read("whole.jsonl.zst") == folder.read("out.jsonl.zst"));
    assert!(folder.read("whole.json") == folder.read("summary.json"));
}
