//! What the service adds to the engine: processor time of the server for each article, above what the engine takes for
//! the same articles, and what a server costs that does nothing.
//!
//! `cargo bench --bench service` starts the program itself, calls it from this process and reads the program's processor
//! time from /proc; Linux only. The engine's time is taken of this process in the same run, with as many threads busy at
//! once as the service has workers: what both have in common, the machine and its shared caches, falls out of the
//! difference. What is left is the message, its bytes, the calls to the kernel and the waiting for one another.

#[path = "../pipeline/news.rs"]
mod news;
#[path = "../../tests/common/process.rs"]
#[allow(dead_code, reason = "made for tests, which ask for more")]
mod process;

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use candor::rpc::v1::reliability_service_client::ReliabilityServiceClient;
use candor::rpc::v1::{Article as Sent, ScoreArticleRequest, StreamScoreArticlesRequest};
use candor::{Article, Engine};
use futures_util::stream::{self, StreamExt as _};
use news::Newsroom;
use process::Serving;

type Outcome<T> = Result<T, Box<dyn Error>>;

const ARTICLES: usize = 256;
const BYTES: usize = 4_000;
/// Articles of one measurement, and measurements, of which the least counts.
const CALLS: usize = 4_096;
const ROUNDS: usize = 5;
const STARTS: usize = 9;

fn main() -> Outcome<()> {
    if !std::env::args().any(|argument| argument == "--bench") || !cfg!(target_os = "linux") {
        // `cargo test --all-targets` runs this too, and has no use for it.
        return Ok(());
    }
    let mut newsroom = Newsroom::new(1);
    let texts: Arc<Vec<String>> = Arc::new((0..ARTICLES).map(|_| newsroom.article(BYTES)).collect());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    println!(
        "## The service\n\n{CALLS} articles of {BYTES} bytes and a little more, the basic view, {ROUNDS} rounds.\n"
    );
    println!("| figure | is | beyond the engine | to reach |\n|---|---:|---:|---:|");
    idle()?;
    let serving = Serving::start(&[]);
    let engine = engine_time(&texts)?;
    println!("| engine alone, all workers busy | {} | | |", micros(engine));
    for in_flight in [1, 16, 64] {
        let spent = least(&serving, || runtime.block_on(unary(&serving, &texts, in_flight)))?;
        let target = if in_flight >= 16 { "25 µs" } else { "" };
        println!(
            "| unary call, {in_flight} in flight | {} | {} | {target} |",
            micros(spent),
            micros_beyond(spent, engine)
        );
    }
    let spent = least(&serving, || runtime.block_on(streamed(&serving, &texts)))?;
    println!("| article of a stream | {} | {} | 8 µs |\n", micros(spent), micros_beyond(spent, engine));
    Ok(())
}

/// Start, memory at rest and size of the program.
fn idle() -> Outcome<()> {
    let mut started = Vec::new();
    let mut resident = 0;
    for _ in 0..STARTS {
        let begun = Instant::now();
        let serving = Serving::begin(&[]);
        while !process::http(&serving.admin, "GET", "/readyz").is_ok_and(|(code, _)| code == 200) {
            std::thread::sleep(Duration::from_millis(1));
        }
        started.push(begun.elapsed());
        resident = kilobytes_resident(serving.id())?;
    }
    let fastest = started.iter().min().copied().unwrap_or_default();
    let program = std::fs::metadata(env!("CARGO_BIN_EXE_candor"))?.len();
    println!("| start to SERVING, fastest of {STARTS} | {:.0} ms | | 50 ms |", fastest.as_secs_f64() * 1e3);
    println!("| resident at rest | {:.1} MB | | 40 MB |", resident as f64 / 1e3);
    println!("| size of the program | {:.1} MB | | 20 MB |", program as f64 / 1e6);
    Ok(())
}

/// Processor time of the engine for one article, on as many threads as there are workers: the least mean of some rounds.
fn engine_time(texts: &[String]) -> Outcome<Duration> {
    let engine = Engine::embedded()?;
    let workers = std::thread::available_parallelism()?.get();
    let alone = || {
        let begun = thread_time();
        for text in texts {
            black_box(engine.score(&Article::from_text(text)));
        }
        thread_time().saturating_sub(begun) / texts.len() as u32
    };
    let mut least = Duration::MAX;
    for _ in 0..ROUNDS * 4 {
        let together: Duration = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|_| scope.spawn(alone)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
        });
        least = least.min(together / workers as u32);
    }
    Ok(least)
}

/// Processor time of the server for one article: the least of some rounds, after one that warms it.
fn least(serving: &Serving, round: impl Fn() -> Outcome<()>) -> Outcome<Duration> {
    round()?;
    let mut least = Duration::MAX;
    for _ in 0..ROUNDS {
        let begun = processor_time(serving.id())?;
        round()?;
        least = least.min((processor_time(serving.id())? - begun) / CALLS as u32);
    }
    Ok(least)
}

fn sent(texts: &[String], at: usize) -> Sent {
    let text = texts.get(at % texts.len()).cloned().unwrap_or_default();
    Sent { id: at.to_string(), text, ..Sent::default() }
}

async fn unary(serving: &Serving, texts: &Arc<Vec<String>>, in_flight: usize) -> Outcome<()> {
    let client = ReliabilityServiceClient::new(serving.channel().await);
    let calls = stream::iter(0..CALLS).map(|at| {
        let (mut client, article) = (client.clone(), sent(texts, at));
        async move {
            client.score_article(ScoreArticleRequest { article: Some(article), ..ScoreArticleRequest::default() }).await
        }
    });
    let answers: Vec<_> = calls.buffer_unordered(in_flight).collect().await;
    answers.into_iter().try_for_each(|answer| answer.map(|_| ()).map_err(Into::into))
}

async fn streamed(serving: &Serving, texts: &Arc<Vec<String>>) -> Outcome<()> {
    let mut client = ReliabilityServiceClient::new(serving.channel().await);
    let texts = Arc::clone(texts);
    let articles = stream::iter((0..CALLS).map(move |at| {
        let article = Some(sent(&texts, at));
        StreamScoreArticlesRequest { article, ..StreamScoreArticlesRequest::default() }
    }));
    let mut answers = client.stream_score_articles(articles).await?.into_inner();
    let mut count = 0;
    while let Some(answer) = answers.message().await? {
        black_box(answer);
        count += 1;
    }
    if count == CALLS { Ok(()) } else { Err(format!("{count} answers to {CALLS} articles").into()) }
}

fn micros(time: Duration) -> String {
    format!("{:.0} µs", time.as_secs_f64() * 1e6)
}

fn micros_beyond(time: Duration, engine: Duration) -> String {
    format!("{:+.0} µs", (time.as_secs_f64() - engine.as_secs_f64()) * 1e6)
}

#[cfg(unix)]
fn thread_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

#[cfg(not(unix))]
fn thread_time() -> Duration {
    Duration::ZERO
}

/// All threads' time in the processor, to the nanosecond, unlike the ticks of /proc/PID/stat.
fn processor_time(id: u32) -> Outcome<Duration> {
    let mut sum = 0;
    for task in std::fs::read_dir(format!("/proc/{id}/task"))? {
        // A thread may have ended meanwhile.
        let Ok(told) = std::fs::read_to_string(task?.path().join("schedstat")) else { continue };
        sum += told.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(sum))
}

fn kilobytes_resident(id: u32) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
