//! What the service adds to the engine: processor time of the server for each article, above what the engine takes for
//! the same articles, and what a server costs that does nothing.
//!
//! `cargo bench --bench service` starts the program itself, calls it from this process and reads the program's processor
//! time from /proc; Linux only. `PROGRAM` names another build of it. Each round measures everything once, one after the
//! other, over the same articles; what is printed is the median of the rounds, and of the differences within a round: what
//! else the machine does falls out of both.
//!
//! The engine's time is taken of this process, with as many threads busy at once as the service has workers: alone; and
//! where each thread does between two articles what a client does for one, which is not counted. The second shows what the
//! engine loses by sharing its caches with a client on the same machine, which no service can give back. The row after
//! them has the report's message made, encoded and dropped, without a network. The last ones are of another service, in
//! a process of its own, that answers the same messages at once with one report: less no service on these libraries
//! takes.

mod floor;
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
use candor::rpc::v1::{Article as Sent, Report, ScoreArticleRequest, StreamScoreArticlesRequest};
use candor::rpc::validate::{self, Job};
use candor::rpc::{Limits, convert};
use candor::{Article, Engine};
use floor::Floor;
use futures_util::stream::{self, StreamExt as _};
use news::Newsroom;
use process::Serving;
use prost::Message as _;

/// The program's, so that the engine is compared to itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error>>;

const ARTICLES: usize = 256;
const BYTES: usize = 4_000;
/// Articles of one measurement, and rounds of measurements.
const CALLS: usize = 1_024;
const ROUNDS: usize = 11;
const STARTS: usize = 9;

/// What is measured, what it is to reach, and one round of it.
type Measure<'a> = (&'a str, &'a str, &'a dyn Fn() -> Outcome<Duration>);

fn main() -> Outcome<()> {
    let mut newsroom = Newsroom::new(1);
    let texts: Arc<Vec<String>> = Arc::new((0..ARTICLES).map(|_| newsroom.article(BYTES)).collect());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if std::env::args().any(|argument| argument == floor::ARGUMENT) {
        return runtime.block_on(floor::serve(texts[0].clone()));
    }
    if !std::env::args().any(|argument| argument == "--bench") || !cfg!(target_os = "linux") {
        // `cargo test --all-targets` runs this too, and has no use for it.
        return Ok(());
    }
    println!(
        "## The service\n\n{CALLS} articles of {BYTES} bytes and a little more, the basic view, median of {ROUNDS} rounds.\n"
    );
    println!("| figure | is | beyond the engine | to reach |\n|---|---:|---:|---:|");
    idle()?;
    let serving = Serving::start(&[]);
    let engine = Engine::embedded()?;
    let floor = Floor::start()?;
    let (ours, theirs) = ((serving.id(), serving.uri()), (floor.id(), floor.uri.clone()));
    let called = |(id, uri): &(u32, String), in_flight| spent(*id, || runtime.block_on(unary(uri, &texts, in_flight)));
    let streamed = |(id, uri): &(u32, String)| spent(*id, || runtime.block_on(streamed(uri, &texts)));
    let measures: [Measure<'_>; 9] = [
        ("engine alone, all workers busy", "", &|| per_article(&texts, |text| alone(&engine, text))),
        ("engine among a client's work", "", &|| per_article(&texts, |text| among_clients(&engine, text))),
        ("engine and message", "", &|| per_article(&texts, |text| with_message(&engine, text))),
        ("unary call, 1 in flight", "", &|| called(&ours, 1)),
        ("unary call, 16 in flight", "25 µs", &|| called(&ours, 16)),
        ("unary call, 64 in flight", "25 µs", &|| called(&ours, 64)),
        ("article of a stream", "8 µs", &|| streamed(&ours)),
        ("unary call, 16 in flight, nothing scored", "", &|| called(&theirs, 16)),
        ("article of a stream, nothing scored", "", &|| streamed(&theirs)),
    ];
    let mut rounds = Vec::new();
    for _ in 0..=ROUNDS {
        rounds.push(measures.iter().map(|(_, _, measure)| measure()).collect::<Outcome<Vec<Duration>>>()?);
    }
    // The first only warms.
    rounds.remove(0);
    for (at, (name, target, _)) in measures.iter().enumerate() {
        let micros = |time: &Duration| time.as_secs_f64() * 1e6;
        let is = median(rounds.iter().map(|round| micros(&round[at])).collect());
        let beyond = median(rounds.iter().map(|round| micros(&round[at]) - micros(&round[0])).collect());
        let beyond = if at == 0 || at >= 7 { String::new() } else { format!("{beyond:+.0} µs") };
        println!("| {name} | {is:.0} µs | {beyond} | {target} |");
    }
    println!();
    Ok(())
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// Processor time of a process for one article of a round.
fn spent(id: u32, round: impl Fn() -> Outcome<()>) -> Outcome<Duration> {
    let begun = processor_time(id)?;
    round()?;
    Ok(processor_time(id)?.saturating_sub(begun) / CALLS as u32)
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
    let program = std::fs::metadata(process::candor().get_program())?.len();
    println!("| start to SERVING, fastest of {STARTS} | {:.0} ms | | 50 ms |", fastest.as_secs_f64() * 1e3);
    println!("| resident at rest | {:.1} MB | | 40 MB |", resident as f64 / 1e3);
    println!("| size of the program | {:.1} MB | | 20 MB |", program as f64 / 1e6);
    Ok(())
}

/// Processor time that `score` says it took for one article, on as many threads as there are workers.
fn per_article(texts: &[String], score: impl Fn(&str) -> Duration + Sync) -> Outcome<Duration> {
    let workers = std::thread::available_parallelism()?.get();
    let times = CALLS / workers / texts.len();
    let all =
        || (0..times).flat_map(|_| texts).map(|text| score(text)).sum::<Duration>() / (times * texts.len()) as u32;
    let together: Duration = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(all)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
    });
    Ok(together / workers as u32)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = thread_time();
    let done = work();
    (done, thread_time().saturating_sub(begun))
}

fn alone(engine: &Engine, text: &str) -> Duration {
    timed(|| drop(black_box(engine.score(&Article::from_text(text))))).1
}

fn job(text: &str) -> Job {
    let request = ScoreArticleRequest { article: Some(sent(text, 0)), ..ScoreArticleRequest::default() };
    validate::score_article(request, &Limits::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn with_message(engine: &Engine, text: &str) -> Duration {
    let job = job(text);
    timed(|| drop(black_box(convert::score(engine, &job).encode_to_vec()))).1
}

/// The engine's time. The message of the report is made, sent through memory and read between the articles.
fn among_clients(engine: &Engine, text: &str) -> Duration {
    let job = job(text);
    let (report, took) = timed(|| engine.score(&job.article()));
    let bytes = convert::report(report, &job.article(), job.options()).encode_to_vec();
    drop(black_box(Report::decode(&*bytes)));
    took
}

fn sent(text: &str, at: usize) -> Sent {
    Sent { id: at.to_string(), text: text.to_owned(), ..Sent::default() }
}

async fn unary(uri: &str, texts: &Arc<Vec<String>>, in_flight: usize) -> Outcome<()> {
    let client = ReliabilityServiceClient::connect(uri.to_owned()).await?;
    let calls = stream::iter(0..CALLS).map(|at| {
        let (mut client, article) = (client.clone(), sent(&texts[at % texts.len()], at));
        async move {
            client.score_article(ScoreArticleRequest { article: Some(article), ..ScoreArticleRequest::default() }).await
        }
    });
    let answers: Vec<_> = calls.buffer_unordered(in_flight).collect().await;
    answers.into_iter().try_for_each(|answer| answer.map(|_| ()).map_err(Into::into))
}

async fn streamed(uri: &str, texts: &Arc<Vec<String>>) -> Outcome<()> {
    let mut client = ReliabilityServiceClient::connect(uri.to_owned()).await?;
    let texts = Arc::clone(texts);
    let articles = stream::iter((0..CALLS).map(move |at| {
        let article = Some(sent(&texts[at % texts.len()], at));
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
