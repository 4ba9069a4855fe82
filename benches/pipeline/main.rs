//! How fast the pipeline is on one core, stage by stage, beside a floor measured in the same run.
//!
//! `cargo bench --bench pipeline [-- --articles FILE.jsonl[.gz] ...]` prints Markdown. Times are processor
//! time of the thread: the sum, over portions of some hundred kilobytes, of the best of several passes. In each pass all
//! stages do one portion before any does the next, so that whatever else the machine does befalls all of them alike.
//! Three tables: throughput on composed news and on the given articles, time a byte for
//! news of growing length, and time a byte for hostile texts of doubling length, where a column that grows to the
//! right would show work that is not linear. The last two also give the share of the floor pass over the same text.
//!
//! `--rate FILE` prints articles a second in both views instead, for `benches/peers/compare.py`.

mod floor;
mod news;

use std::error::Error;
use std::hint::black_box;
use std::io::Read;
use std::time::Duration;

use candor::detect::Analysis;
use candor::features::FeatureVector;
use candor::report::{Options, View};
use candor::rpc::convert;
use candor::text::{Document, tokenise};
use candor::{Article, Engine};

use floor::{Floor, Scan};
use news::Newsroom;

/// The program's, for the engine and the floor alike.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PASSES: usize = 7;
const PORTION_BYTES: usize = 256 << 10;
const COMPOSED_ARTICLES: usize = 2_048;
const COMPOSED_BYTES: usize = 4_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut files: Vec<String> = std::env::var("CANDOR_BENCH_ARTICLES").into_iter().collect();
    let (mut asked, mut rate) = (false, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => asked = true,
            "--articles" => files.push(arguments.next().ok_or("--articles needs a file")?),
            "--rate" => rate = Some(arguments.next().ok_or("--rate needs a file")?),
            _ => {}
        }
    }
    if !asked {
        // `cargo test --all-targets` runs this too, and has no use for minutes of timing.
        return Ok(());
    }
    let mut bench = Bench { engine: Engine::embedded()?, floor: Floor::new(Scan::new()?) };
    if let Some(file) = rate {
        bench.rate(&read_articles(&file)?);
        return Ok(());
    }
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
        let scan = floor.scan().clone();
        let mut stages: [(&str, Work<'_>); 10] = [
            ("bare scan (automaton over the lexicon)", Box::new(|text| scan.run(text))),
            ("**floor pass** (words, types, 5-grams, scan)", Box::new(|text| floor.run(text).grams)),
            ("tokenise", Box::new(|text| tokenise(text).len())),
            ("`Document::read`", Box::new(|text| Document::read(&Article::from_text(text)).tokens.len())),
            (
                "`Analysis::of` (document and evidence)",
                Box::new(|text| Analysis::of(&Article::from_text(text)).evidence.len()),
            ),
            ("... and `FeatureVector`", Box::new(|text| FeatureVector::of(&Article::from_text(text)).as_slice().len())),
            (
                "**whole engine** (`Engine::score`)",
                Box::new(|text| engine.score(&Article::from_text(text)).evidence.len()),
            ),
            (
                "... and its message (basic view)",
                Box::new(|text| {
                    let article = Article::from_text(text);
                    convert::report(engine.score(&article), &article, Options::default()).evidence.len()
                }),
            ),
            (
                "**full view** (text statistics too)",
                Box::new(|text| engine.score_for(&Article::from_text(text), View::Full).evidence.len()),
            ),
            (
                "... and its message (full view)",
                Box::new(|text| {
                    let article = Article::from_text(text);
                    let options = Options { view: View::Full, ..Options::default() };
                    convert::report(engine.score_for(&article, View::Full), &article, options).evidence.len()
                }),
            ),
        ];
        let taken = time(texts, &mut stages);
        let pass = taken[FLOOR];
        println!("| stage, each with those before it | MB/s | of the floor |\n|---|---:|---:|");
        for ((stage, _), taken) in stages.iter().zip(&taken) {
            let rate = bytes as f64 / 1e6 / taken.as_secs_f64();
            println!("| {stage} | {rate:.1} | {:.2} |", pass.as_secs_f64() / taken.as_secs_f64());
        }
        println!();
    }

    fn rate(&mut self, texts: &[String]) {
        let Bench { engine, .. } = self;
        let mut stages: [(&str, Work<'_>); 2] = [
            ("basic", Box::new(|text| engine.score(&Article::from_text(text)).evidence.len())),
            ("full", Box::new(|text| engine.score_for(&Article::from_text(text), View::Full).evidence.len())),
        ];
        let taken = time(texts, &mut stages);
        let rate = |stage: usize| texts.len() as f64 / taken[stage].as_secs_f64();
        println!(r#"{{"articles": {}, "basic": {:.1}, "full": {:.1}}}"#, texts.len(), rate(0), rate(1));
    }

    fn growing_news(&mut self, newsroom: &mut Newsroom) {
        println!("## Time a byte: news of growing length\n");
        println!("| one article of | basic, ns/byte | of the floor | full, ns/byte | of the floor |");
        println!("|---|---:|---:|---:|---:|");
        for kilobytes in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 10_240] {
            let told = self.beside_floor(&newsroom.article(kilobytes << 10));
            let (basic, full) = (told.of_floor(told.basic), told.of_floor(told.full));
            println!("| {kilobytes} KB | {:.1} | {basic:.2} | {:.1} | {full:.2} |", told.basic, told.full);
        }
        println!();
    }

    fn hostile(&mut self) {
        const SIZES: [usize; 5] = [64 << 10, 128 << 10, 256 << 10, 512 << 10, 1024 << 10];
        println!("## Time a byte: hostile texts, ns/byte, and the share of the floor at the first and the last size\n");
        print!("| text |");
        SIZES.iter().for_each(|size| print!(" {} KB |", size >> 10));
        println!(" of the floor | |\n|---|{}", "---:|".repeat(SIZES.len() + 2));
        for (name, unit) in HOSTILE {
            let told = SIZES.map(|size| self.beside_floor(&repeated(unit, size)));
            print!("| {name} |");
            told.iter().for_each(|told| print!(" {:.1} |", told.basic));
            let [first, .., last] = &told;
            println!(" {:.2} | {:.2} |", first.of_floor(first.basic), last.of_floor(last.basic));
        }
        println!();
    }

    /// The floor and both views over one text, in turns.
    fn beside_floor(&mut self, text: &str) -> BesideFloor {
        let passes = ((2 << 20) / text.len().max(1)).clamp(4, 200);
        let article = Article::from_text(text);
        let mut best = [Duration::MAX; 3];
        for _ in 0..passes {
            best[0] = best[0].min(once(|| self.floor.run(text)));
            best[1] = best[1].min(once(|| self.engine.score(&article)));
            best[2] = best[2].min(once(|| self.engine.score_for(&article, View::Full)));
        }
        let [floor, basic, full] = best.map(|best| best.as_nanos() as f64 / text.len().max(1) as f64);
        BesideFloor { floor, basic, full }
    }
}

/// Nanoseconds a byte of one text.
struct BesideFloor {
    floor: f64,
    basic: f64,
    full: f64,
}

impl BesideFloor {
    fn of_floor(&self, time: f64) -> f64 {
        self.floor / time
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

/// One stage; what it returns keeps its work from being optimised away.
type Work<'w> = Box<dyn FnMut(&str) -> usize + 'w>;

/// Where the floor stands among the stages.
const FLOOR: usize = 1;

/// The time that each stage takes for all texts.
fn time(texts: &[String], stages: &mut [(&str, Work<'_>)]) -> Vec<Duration> {
    let portions = portions(texts);
    let mut best = vec![vec![Duration::MAX; stages.len()]; portions.len()];
    for _ in 0..PASSES {
        for (portion, best) in portions.iter().zip(&mut best) {
            for ((_, work), best) in stages.iter_mut().zip(best) {
                // Once to bring the stage's own tables back into the caches, once for the clock.
                let mut run = || portion.iter().map(|text| work(black_box(text))).sum::<usize>();
                black_box(run());
                *best = once(run).min(*best);
            }
        }
    }
    (0..stages.len()).map(|stage| best.iter().map(|portion| portion[stage]).sum()).collect()
}

fn once<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = now();
    black_box(work());
    now().saturating_sub(begun)
}

/// The processor time of this thread, which other processes do not lengthen.
#[cfg(unix)]
fn now() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

#[cfg(not(unix))]
fn now() -> Duration {
    static BEGUN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    BEGUN.elapsed()
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
