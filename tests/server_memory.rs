//! How much memory the program takes, at most and in the long run. The numbers of docs/operations.md.
//!
//! `SOAK_ARTICLES=500000 PROGRAM=target/release/candor cargo test --test server_memory` is the long run.

#![cfg(target_os = "linux")]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use candor::rpc::admission::CALL_BYTES;
use candor::rpc::{Limits, v1};
use common::process::Serving;
use common::raw::{Raw, Unread, framed, gzip};
use common::{ARTICLE, Client, Outcome, article, item, request};
use prost::Message as _;
use tokio_stream::StreamExt as _;
use tonic::Code;

const MIB: usize = 1 << 20;

/// A line of /proc/PID/status, in bytes.
fn memory(id: u32, name: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse::<usize>().unwrap() * 1024
}

/// News without end: every article of another length.
fn news(n: usize) -> v1::Article {
    let copies = 1 + n % 7;
    article(&n.to_string(), &format!("{n} {}", ARTICLE.repeat(copies)))
}

/// What docs/operations.md says: a base, three times what may be in flight, and for each core two hundred times
/// the greatest text.
fn promised(in_flight: usize, text: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    64 * MIB + 3 * in_flight + 200 * cores * text
}

/// The most that a service has taken so far, which must not be more than is promised.
fn check_peak(serving: &Serving, in_flight: usize, text: usize) {
    let (peak, promised) = (memory(serving.id(), "VmHWM:"), promised(in_flight, text));
    eprintln!("peak {} MiB, promised {} MiB", peak / MIB, promised / MIB);
    assert!(peak <= promised);
}

const STREAMED: &str = r#"candor_in_flight_bytes{kind="stream"}"#;
const UNARY: &str = r#"candor_in_flight_bytes{kind="unary"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_peak_is_what_is_promised_whatever_is_sent() -> Outcome {
    let (text, in_flight) = (128 << 10, 16 * MIB);
    let arguments =
        ["--max-text-bytes", &text.to_string(), "--max-in-flight-bytes", &in_flight.to_string(), "--log-level", "off"];
    let serving = Arc::new(Serving::start(&arguments));
    let idle = memory(serving.id(), "VmRSS:");
    // The longest texts of several kinds, far more of them than there is room for, by calls and by streams.
    let texts = ["said ", "\u{201c}No.\u{201d} ", "A source said. ", "a", "A. ", "9% ", ARTICLE].map(|part| {
        let mut text = part.repeat(text / part.len() + 1);
        text.truncate(text.floor_char_boundary(128 << 10));
        Arc::new(text)
    });
    let patience = Instant::now() + Duration::from_secs(5);
    let callers: Vec<_> = (0..24)
        .map(|n| {
            let (serving, text) = (Arc::clone(&serving), Arc::clone(&texts[n % texts.len()]));
            tokio::spawn(async move {
                let mut client = Client::new(serving.channel().await).max_decoding_message_size(1 << 30);
                let full = v1::ReportView::Full.into();
                if n % 2 == 0 {
                    while Instant::now() < patience {
                        let request = v1::ScoreArticleRequest { view: full, ..request(article("", &text)) };
                        match client.score_article(request).await {
                            Ok(_) => {}
                            Err(status) if status.code() == Code::ResourceExhausted => {
                                tokio::time::sleep(Duration::from_millis(100)).await;
                            }
                            Err(status) => assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}"),
                        }
                    }
                } else {
                    let items = std::iter::repeat_with(move || v1::StreamScoreArticlesRequest {
                        view: full,
                        ..item(article("", &text))
                    });
                    let items = tokio_stream::iter(items.take_while(move |_| Instant::now() < patience));
                    let mut answers = client.stream_score_articles(items).await.unwrap().into_inner();
                    while answers.next().await.is_some() {}
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await?;
    }
    eprintln!("idle {} MiB", idle / MIB);
    assert!(idle <= 40 * MIB);
    check_peak(&serving, in_flight, text);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_inflates_is_not_kept_for_callers_who_never_end() -> Outcome {
    const CALLS: usize = 100;
    let (text, in_flight) = (128 << 10, 16 * MIB);
    let arguments = ["--max-text-bytes", &text.to_string(), "--max-in-flight-bytes", &in_flight.to_string()];
    let serving = Serving::start(&arguments);
    // A few kilobytes that inflate to as much as is ever read.
    let most = Limits::with_max_text_bytes(text).max_decoded_bytes();
    let message = framed(1, &gzip(&request(article("", &"a".repeat(most - 100))).encode_to_vec()));
    let caller = Raw::connect(&serving.address).await?;
    let calls: Vec<_> = (0..CALLS)
        .map(|_| {
            let (mut caller, message) = (caller.clone(), message.clone());
            tokio::spawn(async move {
                let ended = caller.call_without_end("ScoreArticle", &[("grpc-encoding", "gzip")], message).await;
                ended.map_err(|error| error.to_string())
            })
        })
        .collect();
    let held = CALLS * (message.len() + CALL_BYTES);
    serving.wait_for_metric(UNARY, held as f64);
    check_peak(&serving, in_flight, text);
    for call in calls {
        call.abort();
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_keeps_nothing_of_its_longest_message() -> Outcome {
    const STREAMS: usize = 60;
    let (text, in_flight) = (128 << 10, 16 * MIB);
    let arguments = ["--max-text-bytes", &text.to_string(), "--max-in-flight-bytes", &in_flight.to_string()];
    let serving = Serving::start(&arguments);
    let most = Limits::with_max_text_bytes(text).max_decoded_bytes();
    // As long as is ever read, as it is and inflated. All are answered that the text is too long.
    let long = item(article("", &"a".repeat(most - 100))).encode_to_vec();
    let mut streams = Vec::new();
    for (flag, message, encoding) in [(0, long.clone(), "identity"), (1, gzip(&long), "gzip")] {
        let message = framed(flag, &message);
        for _ in 0..STREAMS / 2 {
            let (mut caller, message) = (Raw::connect(&serving.address).await?, message.clone());
            streams.push(tokio::spawn(async move {
                let headers = [("grpc-encoding", encoding)];
                let ended = caller.call_without_end("StreamScoreArticles", &headers, message).await;
                ended.map_err(|error| error.to_string())
            }));
        }
    }
    serving.wait_for_metric("candor_open_streams", STREAMS as f64);
    serving.wait_for_metric(STREAMED, 0.0);
    check_peak(&serving, in_flight, text);
    let resident = memory(serving.id(), "VmRSS:");
    eprintln!("{} MiB with {STREAMS} idle streams", resident / MIB);
    for stream in &streams {
        assert!(!stream.is_finished());
        stream.abort();
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nobody_reads_are_within_the_promise_and_are_given_up() -> Outcome {
    let (text, in_flight) = (128 << 10, 16 * MIB);
    let arguments = [
        "--max-text-bytes",
        &text.to_string(),
        "--max-in-flight-bytes",
        &in_flight.to_string(),
        // Until then, answers wait for their readers.
        "--max-deadline",
        "8s",
        "--log-level",
        "off",
    ];
    let serving = Serving::start(&arguments);
    // The greatest reports for their texts.
    let texts = [("a ", 4 << 10), ("Jane Doe said 9% may, reportedly, be. ", 16 << 10), ("he said, ", 16 << 10)];
    let full = v1::ReportView::Full.into();
    let (mut streams, mut calls) = (Vec::new(), Vec::new());
    for n in 0..40 {
        let (part, bytes) = texts[n % texts.len()];
        let long = article("", &part.repeat(bytes / part.len()));
        // Each has a connection of its own, for what one may send before it is read is bounded for all of them, too.
        let mut client = Client::new(serving.channel().await).max_decoding_message_size(1 << 30);
        if n % 2 == 0 {
            let items = std::iter::repeat(v1::StreamScoreArticlesRequest { view: full, ..item(long) });
            // Opened, and nothing is read of it.
            streams.push(client.stream_score_articles(tokio_stream::iter(items)).await?.into_inner());
        } else {
            calls.push(Unread::call(&serving.address, &v1::ScoreArticleRequest { view: full, ..request(long) }).await?);
        }
    }
    let patience = Instant::now() + Duration::from_secs(30);
    while serving.metric(STREAMED) == Some(0.0) || serving.metric(UNARY) == Some(0.0) {
        assert!(Instant::now() < patience, "nothing is held");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Nobody reads, yet all room comes back.
    while serving.metric(STREAMED) != Some(0.0) || serving.metric(UNARY) != Some(0.0) {
        let held = (serving.metric(STREAMED), serving.metric(UNARY));
        assert!(Instant::now() < patience + Duration::from_secs(60), "room is still held: {held:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    check_peak(&serving, in_flight, text);
    let mut client = Client::new(serving.channel().await);
    client.score_article(request(article("", ARTICLE))).await?;
    for mut stream in streams {
        let ended = loop {
            match stream.next().await {
                Some(Ok(_)) => {}
                Some(Err(status)) => break status,
                None => panic!("a stream ended as if all were answered"),
            }
        };
        assert_eq!(ended.code(), Code::DeadlineExceeded, "{ended:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_long_run_needs_no_more_than_its_tenth_part() -> Outcome {
    let articles: usize = std::env::var("SOAK_ARTICLES").map_or(Ok(4_000), |articles| articles.parse())?;
    let serving = Serving::start(&["--log-level", "warn", "--max-connection-age", "10s"]);
    let since = Instant::now();
    let mut resident = Vec::new();
    for part in 0..20 {
        let range = articles * part / 20..articles * (part + 1) / 20;
        let mut client = Client::new(serving.channel().await);
        let items = range.clone().map(|n| item(news(n)));
        let mut answers = client.stream_score_articles(tokio_stream::iter(items)).await?.into_inner();
        let mut next = range.start;
        while let Some(answer) = answers.next().await {
            assert_eq!(answer?.result.unwrap().article_id, next.to_string());
            next += 1;
        }
        assert_eq!(next, range.end);
        resident.push(memory(serving.id(), "VmRSS:"));
    }
    // Of three looks each, for the allocator moves pages about.
    let median = |parts: &[usize]| {
        let mut parts = parts.to_vec();
        parts.sort_unstable();
        parts[parts.len() / 2]
    };
    let (at_a_tenth, at_the_end) = (median(&resident[1..4]), median(&resident[17..]));
    eprintln!(
        "{articles} articles in {:?}: {} KiB at a tenth, {} KiB at the end; after each twentieth {:?}",
        since.elapsed(),
        at_a_tenth >> 10,
        at_the_end >> 10,
        resident.iter().map(|bytes| bytes >> 10).collect::<Vec<_>>()
    );
    assert!(at_the_end <= at_a_tenth + at_a_tenth / 10 + 4 * MIB);
    Ok(())
}
