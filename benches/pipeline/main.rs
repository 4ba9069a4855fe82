//! How fast the pipeline is on one core, stage by stage, beside a floor measured in the same run.
//!
//! `cargo bench --bench pipeline [-- --articles FILE.jsonl[.gz] ...]` prints Markdown. Times are the sum, over
//! portions of some hundred kilobytes, of the best of several passes: a portion is short enough to run undisturbed at
//! least once on a busy machine. Three tables: throughput on composed news and on the given articles, time a byte for
//! news of growing length, and time a byte for hostile texts of doubling length, where a column that grows to the
//! right would show work that is not linear.

mod floor;
mod news;

use std::error::Error;
use std::hint::black_box;
use std::io::Read;
use std::time::{Duration, Instant};

use candor::detect::Analysis;
use candor::features::FeatureVector;
use candor::report::Options;
use candor::rpc::convert;
use candor::text::{Document, tokenise};
use candor::{Article, Engine};

use floor::{Floor, Scan};
use news::Newsroom;

const PASSES: usize = 9;
const PORTION_BYTES: usize = 128 << 10;
const COMPOSED_ARTICLES: usize = 2_048;
const COMPOSED_BYTES: usize = 4_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut files: Vec<String> = std::env::var("CANDOR_BENCH_ARTICLES").into_iter().collect();
    let mut asked = false;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => asked = true,
            "--articles" => files.push(arguments.next().ok_or("--articles needs a file")?),
            _ => {}
        }
    }
    if !asked {
        // `cargo test --all-targets` runs this too, and has no use for minutes of timing.
        return Ok(());
    }
    let mut bench = Bench { engine: Engine::embedded()?, floor: Floor::new(Scan::new()?) };
    let mut newsroom = Newsroom::new(1);
    let composed: Vec<String> = (0..COMPOSED_ARTICLES).map(|_| newsroom.article(COMPOSED_BYTES)).collect();
    bench.throughput("composed news", &composed);
    for file in &files {
        let name = file.rsplit('/').next().unwrap_or(file);
        bench.throughput(name, &read_articles(file)?);
    }
    bench.growing_news(&mut newsroom);
    bench.hostile();
    Ok(())
}

struct Bench {
    engine: Engine,
    floor: Floor,
}

impl Bench {
    fn throughput(&mut self, name: &str, texts: &[String]) {
        let bytes: usize = texts.iter().map(String::len).sum();
        let ascii: usize = texts.iter().map(|text| text.bytes().filter(u8::is_ascii).count()).sum();
        println!(
            "## {name}\n\n{} articles, {:.1} MB, {:.1} KB each, {:.1}% ASCII; lexicon of {} forms.\n",
            texts.len(),
            bytes as f64 / 1e6,
            bytes as f64 / 1e3 / texts.len().max(1) as f64,
            100.0 * ascii as f64 / bytes.max(1) as f64,
            self.floor.scan().patterns(),
        );
        let Bench { engine, floor } = self;
        let pass = time(texts, |text| floor.run(text));
        let scan = time(texts, |text| floor.scan().run(text));
        let rows = [
            ("bare scan (automaton over the lexicon)", scan),
            ("**floor pass** (words, types, 5-grams, scan)", pass),
            ("tokenise", time(texts, |text| tokenise(text))),
            ("`Document::read`", time(texts, |text| Document::read(&Article::from_text(text)).tokens.len())),
            (
                "`Analysis::of` (document and evidence)",
                time(texts, |text| Analysis::of(&Article::from_text(text)).evidence.len()),
            ),
            ("... and `FeatureVector`", time(texts, |text| FeatureVector::of(&Article::from_text(text)))),
            ("**whole engine** (`Engine::score`)", time(texts, |text| engine.score(&Article::from_text(text)))),
            (
                "... and its message (basic view)",
                time(texts, |text| {
                    let article = Article::from_text(text);
                    convert::report(engine.score(&article), &article, Options::default())
                }),
            ),
        ];
        println!("| stage, each with those before it | MB/s | of the floor |\n|---|---:|---:|");
        for (stage, taken) in rows {
            let rate = bytes as f64 / 1e6 / taken.as_secs_f64();
            println!("| {stage} | {rate:.1} | {:.2} |", pass.as_secs_f64() / taken.as_secs_f64());
        }
        println!();
    }

    fn growing_news(&mut self, newsroom: &mut Newsroom) {
        println!("## Time a byte: news of growing length\n\n| one article of | ns/byte |\n|---|---:|");
        for kilobytes in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] {
            let article = newsroom.article(kilobytes << 10);
            println!("| {kilobytes} KB | {:.1} |", self.nanoseconds_a_byte(&article));
        }
        println!();
    }

    fn hostile(&mut self) {
        const SIZES: [usize; 5] = [64 << 10, 128 << 10, 256 << 10, 512 << 10, 1024 << 10];
        println!("## Time a byte: hostile texts, ns/byte\n");
        print!("| text |");
        SIZES.iter().for_each(|size| print!(" {} KB |", size >> 10));
        println!("\n|---|{}", "---:|".repeat(SIZES.len()));
        for (name, unit) in HOSTILE {
            print!("| {name} |");
            for size in SIZES {
                print!(" {:.1} |", self.nanoseconds_a_byte(&repeated(unit, size)));
            }
            println!();
        }
        println!();
    }

    fn nanoseconds_a_byte(&self, text: &str) -> f64 {
        let passes = (4 << 20) / text.len().max(1) + 3;
        let article = Article::from_text(text);
        let best = (0..passes.min(200)).map(|_| once(|| self.engine.score(&article))).min().unwrap_or_default();
        best.as_nanos() as f64 / text.len().max(1) as f64
    }
}

/// Texts that no editor would send and somebody will.
const HOSTILE: &[(&str, &str)] = &[
    ("`a ` again and again", "a "),
    ("`said ` again and again", "said "),
    ("`he said, ` again and again", "he said, "),
    ("`according to ` again and again", "according to "),
    ("`May 9 ` again and again", "May 9 "),
    ("one word", "a"),
    ("quotation marks `\"“”`", "\"“”"),
    ("`“a ` opened, never closed", "“a "),
    ("`'a ` single marks", "'a "),
    ("`\"a\" ` quotations", "\"a\" "),
    ("line feeds", "\n"),
    ("emoji", "😀"),
    ("full stops", "."),
    ("commas", "a, "),
    ("`A. ` initials", "A. "),
    ("`Jane Doe ` names", "Jane Doe "),
    ("`Mr. ` titles", "Mr. "),
    ("brackets", "(a "),
    ("hyphens", "a-"),
    ("links", "www.a.b/c "),
    ("no full stop", "the mayor of the town said that it may have been the clerk of the court and "),
    ("short lines", "a b\n"),
    ("short sentences", "He said so. "),
    ("headings", "Plan for the road\n\n"),
    ("quotation a paragraph", "“We saw it all from here, the mayor said.\n\n"),
    ("one sentence again and again", "The mayor said on May 9 that 40 of the 300 jobs at the plant may be lost. "),
];

fn repeated(unit: &str, bytes: usize) -> String {
    unit.repeat(bytes / unit.len())
}

/// The time of all texts: for each portion of them the best pass, summed.
fn time<T>(texts: &[String], mut work: impl FnMut(&str) -> T) -> Duration {
    let portions = portions(texts);
    let mut best = vec![Duration::MAX; portions.len()];
    for _ in 0..PASSES {
        for (portion, best) in portions.iter().zip(&mut best) {
            let taken = once(|| {
                for text in *portion {
                    black_box(work(black_box(text)));
                }
            });
            *best = taken.min(*best);
        }
    }
    best.iter().sum()
}

fn once<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    black_box(work());
    begun.elapsed()
}

fn portions(texts: &[String]) -> Vec<&[String]> {
    let mut portions = Vec::new();
    let (mut first, mut bytes) = (0, 0);
    for (at, text) in texts.iter().enumerate() {
        bytes += text.len();
        if bytes >= PORTION_BYTES || at + 1 == texts.len() {
            portions.push(&texts[first..=at]);
            (first, bytes) = (at + 1, 0);
        }
    }
    portions
}

/// The `text` of each line of a JSON Lines file, gzipped or not; empty ones left out.
fn read_articles(path: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let mut lines = String::new();
    if bytes.starts_with(&[0x1F, 0x8B]) {
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut lines)?;
    } else {
        lines = String::from_utf8(bytes)?;
    }
    let mut texts = Vec::new();
    for line in lines.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let text = value.get("text").and_then(serde_json::Value::as_str).unwrap_or_default();
        if !text.is_empty() {
            texts.push(text.to_owned());
        }
    }
    if texts.is_empty() { Err(format!("{path}: no line has a text").into()) } else { Ok(texts) }
}
