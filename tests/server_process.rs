//! The program itself under load and signals.

#![cfg(unix)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use candor::rpc::v1;
use common::process::{Serving, candor, http, was_never_sent};
use common::raw::{Raw, frame};
use common::{ARTICLE, Client, Outcome, article, item, request};
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use tonic::transport::Endpoint;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt as _;

const IN_FLIGHT: [&str; 2] = [r#"candor_in_flight_bytes{kind="unary"}"#, r#"candor_in_flight_bytes{kind="stream"}"#];

fn long_article(bytes: usize) -> v1::Article {
    article("long", &ARTICLE.repeat(bytes / ARTICLE.len() + 1)[..].chars().take(bytes / 2).collect::<String>())
}

/// Calls until told to stop or the door is closed. Returns how many were answered.
async fn call_until(stop: Arc<AtomicBool>, uri: String, lost: Arc<AtomicUsize>) -> usize {
    let mut answered = 0;
    let Ok(mut client) = Client::connect(uri).await else { return 0 };
    while !stop.load(Ordering::Relaxed) {
        match client.score_article(request(article("load", ARTICLE))).await {
            Ok(_) => answered += 1,
            // The door is closed, or closes: nothing was begun.
            Err(status) if was_never_sent(&status) => break,
            Err(status) => {
                eprintln!("lost: {status:?}");
                lost.fetch_add(1, Ordering::Relaxed);
                break;
            }
        }
    }
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_under_load_loses_no_call_and_waits_for_no_watch_or_stream() -> Outcome {
    let mut serving = Serving::start(&["--drain-delay", "300ms", "--shutdown-timeout", "20s"]);
    let mut watch = HealthClient::new(serving.channel().await)
        .watch(HealthCheckRequest { service: String::new() })
        .await?
        .into_inner();
    assert_eq!(watch.next().await.unwrap()?.status(), ServingStatus::Serving);

    // A stream that stays open, and one that sends all the time.
    let (send, receive) = mpsc::channel(1);
    let mut quiet =
        Client::new(serving.channel().await).stream_score_articles(ReceiverStream::new(receive)).await?.into_inner();
    send.send(item(article("quiet", ARTICLE))).await?;
    assert!(quiet.next().await.unwrap()?.result.is_some());
    let endless = tokio_stream::iter((0..).map(|n: u32| item(article(&n.to_string(), ARTICLE))));
    let mut busy = Client::new(serving.channel().await).stream_score_articles(endless).await?.into_inner();
    let busy = tokio::spawn(async move {
        let mut next = 0;
        loop {
            match busy.next().await {
                Some(Ok(answer)) => {
                    assert_eq!(answer.result.unwrap().article_id, next.to_string());
                    next += 1;
                }
                Some(Err(status)) => return (next, status),
                None => panic!("a stream that was cut short must say so"),
            }
        }
    });

    let (stop, lost) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> =
        (0..8).map(|_| tokio::spawn(call_until(Arc::clone(&stop), serving.uri(), Arc::clone(&lost)))).collect();
    tokio::time::sleep(Duration::from_millis(500)).await;

    let told = Instant::now();
    serving.signal("TERM");
    assert_eq!(watch.next().await.unwrap()?.status(), ServingStatus::NotServing);
    serving.wait_for("/readyz", 503);
    // Calls are still answered: load balancers have not heard of it yet.
    Client::new(serving.channel().await).score_article(request(article("late", ARTICLE))).await?;

    let status = quiet.next().await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let (answered_on_stream, status) = busy.await?;
    assert!(answered_on_stream > 0);
    assert_eq!(status.code(), Code::Unavailable, "{status:?}");
    assert_eq!(status.get_details_error_info().unwrap().reason, "STOPPING");
    assert!(watch.next().await.is_none());

    let ended = tokio::task::spawn_blocking(move || (serving.ends_within(Duration::from_secs(20)), serving.log()));
    let (status, log) = ended.await?;
    assert!(!log.contains("not answered") || log.matches("not answered").count() == 2, "only the streams: {log}");
    stop.store(true, Ordering::Relaxed);
    let mut answered = 0;
    for caller in callers {
        answered += caller.await?;
    }
    assert_eq!(lost.load(Ordering::Relaxed), 0, "calls were lost");
    assert!(answered > 0);
    assert_eq!(status.code(), Some(0));
    eprintln!("{answered} calls and {answered_on_stream} messages answered; stopped after {:?}", told.elapsed());
    drop(send);
    Ok(())
}

#[test]
fn a_second_signal_ends_it_at_once_and_calls_cut_off_are_told_by_the_code() {
    let mut serving = Serving::start(&["--drain-delay", "60s"]);
    serving.signal("TERM");
    serving.wait_for("/readyz", 503);
    serving.signal("TERM");
    assert_eq!(serving.ends_within(Duration::from_secs(5)).code(), Some(4));

    let mut serving = Serving::start(&["--drain-delay", "60s"]);
    serving.signal("INT");
    assert_eq!(serving.ends_within(Duration::from_secs(5)).code(), Some(0), "nobody waits at the keyboard");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_longer_than_the_shutdown_timeout_is_cut_off_and_told() -> Outcome {
    let mut serving = Serving::start(&["--drain-delay", "0s", "--shutdown-timeout", "100ms"]);
    let mut client = Client::new(serving.channel().await);
    let call = tokio::spawn(async move {
        let said = "said ".repeat(300_000);
        client.score_article(request(article("slow", &said))).await
    });
    let serving = tokio::task::spawn_blocking(move || {
        serving.wait_for_in_flight();
        serving.signal("TERM");
        let status = serving.ends_within(Duration::from_secs(5));
        (serving, status)
    });
    let (serving, status) = serving.await?;
    assert_eq!(status.code(), Some(3));
    assert!(serving.log().contains("cut off"));
    assert!(call.await?.is_err());
    Ok(())
}

trait Waiting {
    fn wait_for_in_flight(&self);
}

impl Waiting for Serving {
    /// Until a call is being scored.
    fn wait_for_in_flight(&self) {
        let patience = Instant::now() + Duration::from_secs(30);
        while self.metric(IN_FLIGHT[0]).unwrap_or_default() <= 1_000_000.0 {
            assert!(Instant::now() < patience);
        }
    }
}

/// Times of one kind of call.
struct Times(Vec<Duration>);

impl Times {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        Times(times)
    }

    /// The time that so many of a hundred calls stay within.
    fn percentile(&self, percent: usize) -> Duration {
        self.0[(self.0.len() - 1) * percent / 100]
    }

    fn median(&self) -> Duration {
        self.percentile(50)
    }
}

/// Asks for health all the time until told to stop, from a thread of its own: what the test's other calls wait for
/// in this process is no part of the answer's time.
fn ask_for_health(uri: String, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<Times> {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut health = HealthClient::new(Endpoint::new(uri).unwrap().connect().await.unwrap());
            let mut times = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let since = Instant::now();
                let status = health.check(HealthCheckRequest::default()).await.unwrap().into_inner().status();
                times.push(since.elapsed());
                assert_eq!(status, ServingStatus::Serving);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Times::of(times)
        })
    })
}

/// The times of health checks while `busy` goes on.
async fn health_during<T>(serving: &Serving, busy: impl Future<Output = T>) -> (T, Times) {
    let stop = Arc::new(AtomicBool::new(false));
    let asking = ask_for_health(serving.uri(), Arc::clone(&stop));
    let done = busy.await;
    stop.store(true, Ordering::Relaxed);
    (done, tokio::task::spawn_blocking(|| asking.join().unwrap()).await.unwrap())
}

/// Tries three times what another program on the same machine may spoil.
async fn within_three_tries<T: Future<Output = Result<(), String>>>(attempt: impl Fn() -> T) {
    for left in (0..3).rev() {
        match attempt().await {
            Ok(()) => return,
            Err(problem) => assert!(left > 0, "{problem}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_too_much_is_shed_and_the_rest_is_answered_in_time() {
    within_three_tries(overload).await;
}

/// Whether times stay within their bounds. What must hold however slow the machine is, is asserted.
async fn overload() -> Result<(), String> {
    // Room for fifteen of these calls.
    const ROOM: u32 = 15;
    let serving = Arc::new(Serving::start(&[
        "--max-text-bytes",
        "30000",
        "--max-batch-articles",
        "1",
        "--max-in-flight-bytes",
        "2800000",
        "--log-level",
        "error",
    ]));
    let text = long_article(20_000).text;
    let call = |client: &Client| {
        let (mut client, request) = (client.clone(), request(article("load", &text)));
        async move {
            let since = Instant::now();
            (client.score_article(request).await, since.elapsed())
        }
    };
    let client = Client::new(serving.channel().await);
    let one_by_one = async {
        let mut times = Vec::new();
        for _ in 0..9 {
            let (answer, took) = call(&client).await;
            answer.unwrap();
            times.push(took);
        }
        Times::of(times)
    };
    let (idle, idle_checks) = health_during(&serving, one_by_one).await;

    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(Client::new(serving.channel().await));
    }
    // Ten times the callers that there is room for, who do not wait as long as they are told.
    let end = Instant::now() + Duration::from_secs(2);
    let all_at_once = async {
        let callers: Vec<_> = (0..10 * ROOM as usize)
            .map(|n| {
                let (mut client, text) = (clients[n % clients.len()].clone(), text.clone());
                tokio::spawn(async move {
                    let mut answers = Vec::new();
                    while Instant::now() < end {
                        let since = Instant::now();
                        let answer = client.score_article(request(article("load", &text))).await.map(|_| ());
                        let refused = answer.is_err();
                        answers.push((answer, since.elapsed()));
                        if refused {
                            tokio::time::sleep(Duration::from_millis(50)).await;
                        }
                    }
                    answers
                })
            })
            .collect();
        let (mut accepted, mut refused) = (Vec::new(), 0);
        for caller in callers {
            for (answer, took) in caller.await.unwrap() {
                match answer {
                    Ok(()) => accepted.push(took),
                    Err(status) => {
                        assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
                        assert_eq!(status.get_details_error_info().unwrap().reason, "OVERLOADED");
                        let retry = status.get_details_retry_info().unwrap().retry_delay.unwrap();
                        assert!((250..1_000).contains(&retry.as_millis()), "{retry:?}");
                        refused += 1;
                    }
                }
            }
        }
        (Times::of(accepted), refused)
    };
    let ((accepted, refused), checks) = health_during(&serving, all_at_once).await;
    let answered = accepted.0.len();
    assert!(refused > answered, "{refused} refused, {answered} accepted");
    for series in IN_FLIGHT {
        serving.wait_for_metric(series, 0.0);
    }
    assert_eq!(serving.metric("candor_refused_calls_total"), Some(refused as f64));
    let (answer, _) = call(&client).await;
    assert!(answer.is_ok());

    let (idle, usual) = (idle.median(), idle_checks.median());
    let told = format!(
        "{answered} accepted, {refused} refused; alone {idle:?}, accepted median {:?}, 99th percentile {:?}; \
         {} health checks: alone {usual:?}, median {:?}, 99th percentile {:?}",
        accepted.median(),
        accepted.percentile(99),
        checks.0.len(),
        checks.median(),
        checks.percentile(99),
    );
    eprintln!("{told}");
    // All that there is room for is scored on one core at worst, of which the callers take their part.
    let in_turn = idle * ROOM;
    let kept = accepted.median() < in_turn * 4 && accepted.percentile(99) < in_turn * 8;
    // A check that waited behind scoring would take as long as a call does.
    let well = checks.median() < accepted.median() / 4 && checks.percentile(99) < accepted.median();
    if kept && well { Ok(()) } else { Err(told) }
}

#[tokio::test(flavor = "multi_thread")]
async fn deadlines_are_kept_and_cancelled_calls_give_their_room_back() -> Outcome {
    let serving = Serving::start(&["--max-deadline", "10s"]);
    let channel = serving.channel().await;
    let slow = || article("slow", &"said ".repeat(300_000));
    // A caller that would wait for ever, as far as we can tell.
    let mut caller = Raw::connect(&serving.address).await?;
    let since = Instant::now();
    let status = caller.call("ScoreArticle", &[("grpc-timeout", "150m")], frame(&request(slow()))).await?;
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    assert_eq!(status.get_details_error_info().unwrap().reason, "DEADLINE_EXCEEDED");
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    serving.wait_for_metric(IN_FLIGHT[0], 0.0);

    // A stream is ended in the same way, and so is a call whose message never comes.
    for method in ["StreamScoreArticles", "ScoreArticle"] {
        let status = caller.call_without_end(method, &[("grpc-timeout", "150m")], Bytes::new()).await?;
        assert_eq!(status.code(), Code::DeadlineExceeded, "{method} {status:?}");
    }

    let started = r#"grpc_server_started_total{grpc_service="candor.v1.ReliabilityService",grpc_method="ScoreArticle",grpc_type="unary"}"#;
    let before = serving.metric(started).unwrap_or(0.0);
    let calls: Vec<_> = (0..4)
        .map(|_| {
            let mut client = Client::new(channel.clone());
            tokio::spawn(async move { client.score_article(request(slow())).await.map(drop) })
        })
        .collect();
    // A call that is given up before it arrives is no cancelled call.
    serving.wait_for_metric(started, before + 4.0);
    serving.wait_for_in_flight();
    for call in &calls {
        call.abort();
    }
    let since = Instant::now();
    serving.wait_for_metric(IN_FLIGHT[0], 0.0);
    eprintln!("room back {:?} after the calls were cancelled", since.elapsed());
    let cancelled = r#"grpc_server_handled_total{grpc_service="candor.v1.ReliabilityService",grpc_method="ScoreArticle",grpc_type="unary",grpc_code="CANCELLED"}"#;
    serving.wait_for_metric(cancelled, 4.0);

    // A stream whose client is gone gives back what its articles hold, and its place.
    let (streaming, uri) = (tokio::runtime::Runtime::new()?, serving.uri());
    streaming.spawn(async move {
        let mut client = Client::connect(uri).await.unwrap();
        let items = std::iter::repeat_with(move || item(slow()));
        let answers = client.stream_score_articles(tokio_stream::iter(items)).await;
        // Open, and never read.
        std::future::pending::<()>().await;
        drop(answers);
    });
    while serving.metric(IN_FLIGHT[1]).unwrap_or_default() <= 1_000_000.0 {}
    streaming.shutdown_background();
    serving.wait_for_metric(IN_FLIGHT[1], 0.0);
    serving.wait_for_metric("candor_open_streams", 0.0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn health_does_not_wait_behind_scoring() {
    within_three_tries(health_beside_scoring).await;
}

async fn health_beside_scoring() -> Result<(), String> {
    let serving = Serving::start(&[]);
    let some_time = tokio::time::sleep(Duration::from_millis(500));
    let ((), alone) = health_during(&serving, some_time).await;
    let channel = serving.channel().await;
    // Each takes a second or so; the longest of them end together.
    let slow = request(article("slow", &"said ".repeat(400_000)));
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let (mut client, slow) = (Client::new(channel.clone()), slow.clone());
            tokio::spawn(async move { client.score_article(slow).await.map(drop) })
        })
        .collect();
    serving.wait_for_in_flight();
    let scoring = async {
        let since = Instant::now();
        while calls.iter().all(|call| !call.is_finished()) && since.elapsed() < Duration::from_secs(2) {
            assert_eq!(serving.ask("GET", "/readyz").0, 200);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        since.elapsed()
    };
    let (scored_for, checks) = health_during(&serving, scoring).await;
    for call in calls {
        call.abort();
    }
    let told = format!(
        "{} health checks in {scored_for:?} of scoring: alone {:?}, median {:?}, 99th percentile {:?}",
        checks.0.len(),
        alone.median(),
        checks.median(),
        checks.percentile(99)
    );
    eprintln!("{told}");
    let well = checks.median() < alone.median() * 10 + Duration::from_millis(10)
        && checks.percentile(99) < alone.median() * 20 + Duration::from_millis(100);
    if well { Ok(()) } else { Err(told) }
}

#[test]
fn health_is_told_by_exit_code_and_the_admin_port_knows_its_paths() {
    let mut serving = Serving::start(&["--drain-delay", "60s"]);
    let health = |admin: &str| candor().args(["health", "--admin", admin]).output().unwrap().status.code();
    assert_eq!(health(&serving.admin), Some(0));
    for (method, path, code) in [
        ("GET", "/livez", 200),
        ("GET", "/readyz", 200),
        ("GET", "/metrics", 200),
        ("POST", "/metrics", 405),
        ("GET", "/reload", 405),
        ("POST", "/reload", 200),
        ("GET", "/", 404),
    ] {
        assert_eq!(serving.ask(method, path).0, code, "{method} {path}");
    }
    serving.signal("TERM");
    serving.wait_for("/readyz", 503);
    assert_eq!(serving.ask("GET", "/livez").0, 200, "alive until it is gone");
    assert_eq!(health(&serving.admin), Some(1));
    serving.signal("TERM");
    serving.ends_within(Duration::from_secs(5));
    assert_eq!(health(&serving.admin), Some(1));
    assert!(http(&serving.admin, "GET", "/livez").is_err());
}
