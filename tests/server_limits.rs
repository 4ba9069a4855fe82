//! Every limit: at it, one below, one above; and what no client should send.

#![cfg(unix)]

mod common;

use std::io::Read as _;
use std::time::{Duration, Instant};

use bytes::Bytes;
use candor::rpc::admission::CALL_BYTES;
use candor::rpc::{Limits, v1};
use candor::server::Settings;
use common::process::Serving;
use common::raw::{Raw, frame, framed, gzip, zstd};
use common::{ARTICLE, Client, Outcome, article, item, request};
use prost::Message;
use prost::encoding::encode_varint;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt as _;

const TEXT: usize = 10_000;

fn small() -> Serving {
    Serving::start(&[
        "--max-text-bytes",
        "10000",
        "--max-batch-articles",
        "3",
        "--max-evidence",
        "5",
        "--max-streams",
        "2",
        "--max-calls-per-connection",
        "4",
    ])
}

fn small_limits() -> Limits {
    Limits::with_max_text_bytes(TEXT).and_max_batch_articles(3)
}

fn reason(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

/// What a refusal says of each field: its path, the reason, and a sentence.
fn violations(status: &Status) -> Vec<(String, String, String)> {
    let request = status.get_details_bad_request();
    let fields = request.into_iter().flat_map(|request| request.field_violations);
    fields.map(|field| (field.field, field.reason, field.description)).collect()
}

/// Checks that a refusal names one field, how large it is and how large it may be.
fn names(status: &Status, expected: (&str, &str), size: usize, limit: usize) {
    assert_eq!(reason(status), (Code::InvalidArgument, expected.1.to_owned()), "{status:?}");
    let metadata = status.get_details_error_info().unwrap().metadata;
    let [(field, why, sentence)] = &violations(status)[..] else { panic!("{status:?}") };
    assert_eq!((field.as_str(), why.as_str()), expected);
    for number in [size, limit].map(|number| number.to_string()) {
        assert!(metadata.values().any(|value| *value == number), "{number} in {metadata:?}");
        assert!(sentence.contains(&number), "{number} in {sentence}");
    }
}

/// The error of a slot as that of a call.
fn status_of(slot: v1::ArticleResult) -> Option<Status> {
    match slot.result.unwrap() {
        v1::article_result::Result::Report(_) => None,
        v1::article_result::Result::Error(error) => {
            Some(Status::with_details(error.code.into(), error.message.clone(), error.encode_to_vec().into()))
        }
    }
}

/// A message made so long by a field that nobody knows.
fn padded(message: &impl Message, size: usize) -> Vec<u8> {
    let mut bytes = message.encode_to_vec();
    // The field's number and kind take two bytes, and its length three.
    let rest = size - bytes.len() - 5;
    encode_varint(1_000 << 3 | 2, &mut bytes);
    encode_varint(rest as u64, &mut bytes);
    bytes.resize(bytes.len() + rest, 0);
    assert_eq!(bytes.len(), size);
    bytes
}

fn batch(articles: Vec<v1::Article>) -> v1::BatchScoreArticlesRequest {
    v1::BatchScoreArticlesRequest { articles, ..v1::BatchScoreArticlesRequest::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_at_a_limit_passes_and_one_more_does_not() -> Outcome {
    let serving = small();
    let mut client = Client::new(serving.channel().await).max_decoding_message_size(64 << 20);
    let limits = client.get_model(v1::GetModelRequest {}).await?.into_inner().limits.unwrap();
    let bytes = |limit: i32| usize::try_from(limit).unwrap();
    assert_eq!((bytes(limits.max_text_bytes), limits.max_batch_articles, limits.max_evidence_count), (TEXT, 3, 5));

    type Field = fn(&mut v1::Article) -> &mut String;
    let fields: [(Field, usize, (&str, &str)); 5] = [
        (|article| &mut article.text, bytes(limits.max_text_bytes), ("article.text", "TEXT_TOO_LARGE")),
        (|article| &mut article.id, bytes(limits.max_id_bytes), ("article.id", "FIELD_TOO_LONG")),
        (|article| &mut article.title, bytes(limits.max_title_bytes), ("article.title", "FIELD_TOO_LONG")),
        (|article| &mut article.source, bytes(limits.max_source_bytes), ("article.source", "FIELD_TOO_LONG")),
        (|article| &mut article.url, bytes(limits.max_url_bytes), ("article.url", "FIELD_TOO_LONG")),
    ];
    for (field, limit, expected) in fields {
        for (size, fits) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
            let mut article = article("", "text");
            *field(&mut article) = "a".repeat(size);
            match client.score_article(request(article)).await {
                Ok(_) => assert!(fits, "{size} of {limit}"),
                Err(status) => {
                    assert!(!fits, "{size} of {limit}: {status:?}");
                    names(&status, expected, size, limit);
                }
            }
        }
    }
    let limit = bytes(limits.max_model_version_bytes);
    for (size, fits) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
        let pinned = v1::ScoreArticleRequest { model_version: "v".repeat(size), ..request(article("", "text")) };
        let status = client.score_article(pinned).await.unwrap_err();
        if fits {
            assert_eq!(reason(&status), (Code::NotFound, "UNKNOWN_MODEL_VERSION".to_owned()));
        } else {
            names(&status, ("model_version", "FIELD_TOO_LONG"), size, limit);
        }
    }
    for (count, fits) in [(2, true), (3, true), (4, false)] {
        match client.batch_score_articles(batch(vec![article("", "text"); count])).await {
            Ok(answer) => assert!(fits && answer.into_inner().results.len() == count, "{count}"),
            Err(status) => {
                assert!(!fits, "{count}: {status:?}");
                names(&status, ("articles", "TOO_MANY_ARTICLES"), count, 3);
            }
        }
    }
    // The whole request, to the byte.
    let limit = bytes(limits.max_request_bytes);
    for (size, fits) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
        let mut request = batch(vec![article("", ""), article("", "x")]);
        request.articles[0].text = "a".repeat(size);
        let over = request.encoded_len() - size;
        request.articles[0].text.truncate(size - over);
        assert_eq!(request.encoded_len(), size);
        match client.batch_score_articles(request).await {
            Ok(answer) => assert!(fits && answer.into_inner().results.len() == 2),
            Err(status) => {
                assert!(!fits, "{size} of {limit}: {status:?}");
                names(&status, ("articles", "REQUEST_TOO_LARGE"), size, limit);
            }
        }
    }
    for (asked, most) in [(4, 4), (5, 5), (6, 5), (0, 5)] {
        let full = v1::ScoreArticleRequest {
            max_evidence_count: asked,
            view: v1::ReportView::Full.into(),
            ..request(article("", &ARTICLE.repeat(4)))
        };
        let report = client.score_article(full).await?.into_inner().report.unwrap();
        assert_eq!(report.evidence.len(), most, "{asked} asked for");
        assert!(report.omitted_evidence_count > 0);
    }
    Ok(())
}

/// One article cannot be as large as a request may be and have no field that is too long.
#[tokio::test(flavor = "multi_thread")]
async fn one_article_larger_than_a_request_is_told_so_beside_its_field() -> Outcome {
    use tonic::codec::CompressionEncoding::{Gzip, Zstd};
    let serving = small();
    let channel = serving.channel().await;
    let limit = small_limits().max_request_bytes();
    for encoding in [None, Some(Gzip), Some(Zstd)] {
        let client = Client::new(channel.clone());
        let mut client = encoding.into_iter().fold(client, Client::send_compressed);
        for (size, fits) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
            let around = request(article("", &"a".repeat(size))).encoded_len() - size;
            let request = request(article("", &"a".repeat(size - around)));
            assert_eq!(request.encoded_len(), size);
            let streamed = item(request.article.clone().unwrap());
            let refused = client.score_article(request).await.unwrap_err();
            let mut answers = client.stream_score_articles(tokio_stream::iter([streamed])).await?.into_inner();
            let slot = answers.message().await?.unwrap().result.unwrap();
            assert!(answers.message().await?.is_none());
            for status in [refused, status_of(slot).unwrap()] {
                assert_eq!(reason(&status), (Code::InvalidArgument, "TEXT_TOO_LARGE".to_owned()), "{status:?}");
                let mut told = violations(&status);
                let text = told.pop().unwrap();
                assert_eq!((text.0.as_str(), text.1.as_str()), ("article.text", "TEXT_TOO_LARGE"));
                let whole: Vec<_> = told.iter().map(|told| (told.0.as_str(), told.1.as_str())).collect();
                assert_eq!(whole.is_empty(), fits, "{size} of {limit} by {encoding:?}: {told:?}");
                if let [(_, _, sentence)] = &told[..] {
                    assert_eq!(whole, [("article", "REQUEST_TOO_LARGE")]);
                    assert!(
                        sentence.contains(&size.to_string()) && sentence.contains(&limit.to_string()),
                        "{sentence}"
                    );
                }
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_is_read_or_inflated_beyond_what_the_transport_may_read() -> Outcome {
    let serving = small();
    let mut caller = Raw::connect(&serving.address).await?;
    let (limit, most) = (small_limits().max_request_bytes(), small_limits().max_decoded_bytes());
    let one = request(article("", "Some text."));
    let several = batch(vec![article("", "Some text.")]);
    for (size, fits) in [(most - 1, true), (most, true), (most + 1, false)] {
        for (method, message) in [
            ("ScoreArticle", padded(&one, size)),
            ("StreamScoreArticles", padded(&one, size)),
            ("BatchScoreArticles", padded(&several, size)),
        ] {
            for (encoding, body) in [
                (None, framed(0, &message)),
                (Some("gzip"), framed(1, &gzip(&message))),
                (Some("zstd"), framed(1, &zstd(&message))),
            ] {
                let headers: Vec<_> = encoding.map(|encoding| ("grpc-encoding", encoding)).into_iter().collect();
                let status = caller.call(method, &headers, body).await?;
                if fits {
                    assert_eq!(status.code(), Code::Ok, "{method} {encoding:?} {size}: {status:?}");
                    continue;
                }
                let refused = (Code::InvalidArgument, "REQUEST_TOO_LARGE".to_owned());
                assert_eq!(reason(&status), refused, "{method} {encoding:?} {size}: {status:?}");
                assert_eq!(status.get_details_error_info().unwrap().metadata["maxRequestBytes"], limit.to_string());
                assert!(status.message().contains(&limit.to_string()), "{status:?}");
            }
        }
    }
    serving.wait_for_metric(r#"candor_in_flight_bytes{kind="unary"}"#, 0.0);
    serving.wait_for_metric(r#"candor_in_flight_bytes{kind="stream"}"#, 0.0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_scores_nothing_reads_no_more_than_64_kib() -> Outcome {
    let serving = small();
    let mut caller = Raw::connect(&serving.address).await?;
    for (size, fits) in [(65_535, true), (65_536, true), (65_537, false)] {
        for method in ["GetModel", "ListFeatures"] {
            // With what stands before the message.
            let body = framed(0, &padded(&v1::GetModelRequest {}, size - 5));
            assert_eq!(body.len(), size);
            let status = caller.call(method, &[], body).await?;
            assert_eq!(status.code() == Code::Ok, fits, "{method} {size}: {status:?}");
            if !fits {
                assert_eq!(reason(&status), (Code::InvalidArgument, "REQUEST_TOO_LARGE".to_owned()));
                assert_eq!(status.get_details_error_info().unwrap().metadata["maxRequestBytes"], "65536");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_request_have_their_ranges() -> Outcome {
    let serving = small();
    let mut client = Client::new(serving.channel().await);
    let at = |seconds, nanos| {
        let published_time = Some(prost_types::Timestamp { seconds, nanos });
        request(v1::Article { published_time, ..article("", "text") })
    };
    let plain = || request(article("", "text"));
    let evidence = |max_evidence_count| v1::ScoreArticleRequest { max_evidence_count, ..plain() };
    let view = |view| v1::ScoreArticleRequest { view, ..plain() };
    let encoding = |offset_encoding| v1::ScoreArticleRequest { offset_encoding, ..plain() };
    let time = Some(("article.published_time", "TIME_OUT_OF_RANGE"));
    let unknown = "UNKNOWN_ENUM_VALUE";
    // The first second of the year 1 and the last of the year 9999.
    let (first, last) = (-62_135_596_800, 253_402_300_799);
    for (asked, expected) in [
        (at(first - 1, 0), time),
        (at(first, 0), None),
        (at(first + 1, 0), None),
        (at(last - 1, 0), None),
        (at(last, 999_999_999), None),
        (at(last + 1, 0), time),
        (at(0, -1), time),
        (at(0, 0), None),
        (at(0, 999_999_998), None),
        (at(0, 1_000_000_000), time),
        (evidence(-1), Some(("max_evidence_count", "NEGATIVE"))),
        (evidence(0), None),
        (evidence(1), None),
        (evidence(i32::MAX), None),
        (view(-1), Some(("view", unknown))),
        (view(0), None),
        (view(2), None),
        (view(3), Some(("view", unknown))),
        (encoding(-1), Some(("offset_encoding", unknown))),
        (encoding(0), None),
        (encoding(3), None),
        (encoding(4), Some(("offset_encoding", unknown))),
    ] {
        let told = format!("{asked:?}");
        let refused = client.score_article(asked).await.err();
        assert!(refused.iter().all(|status| status.code() == Code::InvalidArgument), "{told}: {refused:?}");
        let found = refused.iter().flat_map(violations).map(|(field, reason, _)| (field, reason)).collect::<Vec<_>>();
        let expected = expected.map(|(field, reason)| (field.to_owned(), reason.to_owned()));
        assert_eq!(found, Vec::from_iter(expected), "{told}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_name_for_its_call_has_at_most_64_bytes() -> Outcome {
    let serving = small();
    let mut client = Client::new(serving.channel().await);
    for (size, kept) in [(1, true), (63, true), (64, true), (65, false)] {
        let name = "n".repeat(size);
        let mut call = tonic::Request::new(request(article("", "text")));
        call.metadata_mut().insert("x-request-id", name.parse()?);
        let answer = client.score_article(call).await?;
        let returned = answer.metadata().get("x-request-id").unwrap();
        assert_eq!(*returned == name, kept, "{size}: {returned:?}");
    }
    Ok(())
}

/// A call whose message never comes, until it is given up.
struct Held(tokio::task::JoinHandle<()>);

impl Held {
    fn new(caller: &Raw) -> Self {
        let mut caller = caller.clone();
        Held(tokio::spawn(async move {
            let _ = caller.call_without_end("ScoreArticle", &[], Bytes::new()).await;
        }))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_flight_have_a_number_and_their_bytes_another() -> Outcome {
    const HELD: &str = r#"candor_in_flight_bytes{kind="unary"}"#;
    let limits = Limits::with_max_text_bytes(TEXT).and_max_batch_articles(1);
    let in_flight = Settings::least_in_flight_bytes(&limits);
    let (half, text, in_flight) = (in_flight / 2, TEXT.to_string(), in_flight.to_string());
    let serving = Serving::start(&[
        "--max-text-bytes",
        &text,
        "--max-batch-articles",
        "1",
        "--max-in-flight-bytes",
        &in_flight,
        "--max-deadline",
        "10m",
    ]);
    let mut caller = Raw::connect(&serving.address).await?;
    let one = request(article("", "Some text."));
    let overloaded = |status: &Status| {
        assert_eq!(reason(status), (Code::ResourceExhausted, "OVERLOADED".to_owned()), "{status:?}");
        assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());
    };

    // To the byte: what some calls leave, less what every call takes.
    let mut open: Vec<_> = (0..3).map(|_| Held::new(&caller)).collect();
    serving.wait_for_metric(HELD, (3 * CALL_BYTES) as f64);
    let rest = half - 4 * CALL_BYTES;
    for (size, fits) in [(rest - 1, true), (rest, true), (rest + 1, false)] {
        let body = framed(0, &padded(&one, size - 5));
        assert_eq!(body.len(), size);
        let status = caller.call("ScoreArticle", &[], body).await?;
        if fits {
            assert_eq!(status.code(), Code::Ok, "{size} of {rest}: {status:?}");
        } else {
            overloaded(&status);
        }
        serving.wait_for_metric(HELD, (3 * CALL_BYTES) as f64);
    }

    // By their number: one call may come to those that are one below it, and none to those that are at it.
    let most = half / CALL_BYTES;
    while open.len() < most - 1 {
        open.push(Held::new(&caller));
    }
    serving.wait_for_metric(HELD, ((most - 1) * CALL_BYTES) as f64);
    assert_eq!(caller.call("ScoreArticle", &[], frame(&one)).await?.code(), Code::Ok, "one below");
    serving.wait_for_metric(HELD, ((most - 1) * CALL_BYTES) as f64);
    open.push(Held::new(&caller));
    serving.wait_for_metric(HELD, (most * CALL_BYTES) as f64);
    for method in ["ScoreArticle", "BatchScoreArticles"] {
        overloaded(&caller.call(method, &[], frame(&one)).await?);
    }
    assert_eq!(serving.metric("candor_refused_calls_total"), Some(3.0));
    // What scores nothing takes no room, nor does a stream take that of calls.
    assert_eq!(caller.call("GetModel", &[], frame(&v1::GetModelRequest {})).await?.code(), Code::Ok);
    assert_eq!(caller.call("StreamScoreArticles", &[], frame(&one)).await?.code(), Code::Ok);
    open.pop();
    serving.wait_for_metric(HELD, ((most - 1) * CALL_BYTES) as f64);
    assert_eq!(caller.call("ScoreArticle", &[], frame(&one)).await?.code(), Code::Ok, "one has left");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_have_a_number() -> Outcome {
    let serving = Serving::start(&["--max-connections", "2"]);
    let one = frame(&request(article("", "Some text.")));
    let mut open = Vec::new();
    for count in 1..=2 {
        let mut caller = Raw::connect(&serving.address).await?;
        assert_eq!(caller.call("ScoreArticle", &[], one.clone()).await?.code(), Code::Ok, "{count}");
        open.push(caller);
        serving.wait_for_metric("candor_connections", f64::from(count));
    }
    assert_eq!(serving.metric("candor_refused_connections_total"), Some(0.0));
    let mut refused = std::net::TcpStream::connect(&serving.address)?;
    refused.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut nothing = Vec::new();
    // Closed or reset, but not served.
    assert_eq!(refused.read_to_end(&mut nothing).unwrap_or_default(), 0);
    serving.wait_for_metric("candor_refused_connections_total", 1.0);
    for caller in &mut open {
        assert_eq!(caller.call("ScoreArticle", &[], one.clone()).await?.code(), Code::Ok);
    }
    open.pop();
    // It is counted off just before its place is free.
    let patience = Instant::now() + Duration::from_secs(60);
    while Raw::connect(&serving.address).await?.call("ScoreArticle", &[], one.clone()).await.is_err() {
        assert!(Instant::now() < patience, "{}", serving.log());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_have_a_number() -> Outcome {
    let serving = small();
    let mut open = Vec::new();
    for count in 1..=3 {
        let (send, receive) = mpsc::channel(1);
        let mut client = Client::new(serving.channel().await);
        let answer = client.stream_score_articles(ReceiverStream::new(receive)).await;
        match answer {
            Ok(answers) => {
                assert!(count <= 2);
                open.push((send, answers.into_inner()));
            }
            Err(status) => {
                assert_eq!(count, 3);
                assert_eq!(reason(&status), (Code::ResourceExhausted, "OVERLOADED".to_owned()));
                assert!(status.get_details_retry_info().is_some());
            }
        }
    }
    assert_eq!(serving.metric("candor_open_streams"), Some(2.0));
    let (send, mut answers) = open.pop().unwrap();
    send.send(item(article("still", ARTICLE))).await?;
    assert!(answers.message().await?.is_some());
    drop((send, answers));
    serving.wait_for_metric("candor_open_streams", 1.0);
    let (_send, receive) = mpsc::channel(1);
    Client::new(serving.channel().await).stream_score_articles(ReceiverStream::new(receive)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_counted_to_the_byte() -> Outcome {
    let serving = small();
    let mut client = Client::new(serving.channel().await);
    let limits = client.get_model(v1::GetModelRequest {}).await?.into_inner().limits.unwrap();
    let limit = usize::try_from(limits.max_header_bytes)?;
    // As HTTP/2 counts: 32 bytes for each beside its name and value. These are all that this caller sends.
    let path = "/candor.v1.ReliabilityService/ScoreArticle";
    let good = frame(&request(article("", "Some text.")));
    let length = good.len().to_string();
    let sent = [
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", "test"),
        (":path", path),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("content-length", &length),
        ("x-note", ""),
    ];
    let fixed: usize = sent.iter().map(|(name, value)| name.len() + value.len() + 32).sum();
    let mut caller = Raw::connect(&serving.address).await?;
    for (size, fits) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
        let note = "h".repeat(size - fixed);
        let answer = caller.call("ScoreArticle", &[("x-note", &note)], good.clone()).await;
        let told = answer.map(|status| status.code()).map_err(|error| error.to_string());
        let expected =
            if fits { Ok(Code::Ok) } else { Err("no status, HTTP 431 Request Header Fields Too Large".to_owned()) };
        assert_eq!(told, expected, "{size} of {limit}");
    }
    assert_eq!(caller.call("ScoreArticle", &[], good).await?.code(), Code::Ok, "the connection lives on");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_on_one_connection_beyond_their_number_wait_for_an_end() -> Outcome {
    let serving = small();
    let channel = serving.channel().await;
    let watch = || {
        let mut client = HealthClient::new(channel.clone());
        async move { client.watch(HealthCheckRequest::default()).await.map(tonic::Response::into_inner) }
    };
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(tokio::time::timeout(Duration::from_secs(20), watch()).await??);
    }
    let mut one_more = Box::pin(watch());
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut one_more).await.is_err());
    // Another connection has calls of its own.
    Client::new(serving.channel().await).get_model(v1::GetModelRequest {}).await?;
    open.pop();
    tokio::time::timeout(Duration::from_secs(20), one_more).await??;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_and_no_article_of_a_stream_takes_longer_than_the_service_allows() -> Outcome {
    let serving = Serving::start(&["--max-deadline", "100ms"]);
    let slow = || article("slow", &"said ".repeat(400_000));
    let mut caller = Raw::connect(&serving.address).await?;
    for asked in [&[][..], &[("grpc-timeout", "1H")]] {
        let status = caller.call("ScoreArticle", asked, frame(&request(slow()))).await?;
        assert_eq!(reason(&status), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned()), "{status:?}");
    }
    serving.wait_for_metric(r#"candor_in_flight_bytes{kind="unary"}"#, 0.0);
    // A stream may stay open for as long as it likes.
    let (send, receive) = mpsc::channel(1);
    let mut client = Client::new(serving.channel().await);
    let mut answers = client.stream_score_articles(ReceiverStream::new(receive)).await?.into_inner();
    send.send(item(slow())).await?;
    let late = answers.message().await?.unwrap().result.unwrap().result.unwrap();
    assert!(
        matches!(&late, v1::article_result::Result::Error(error) if error.code == Code::DeadlineExceeded as i32),
        "{late:?}"
    );
    serving.wait_for_metric(r#"candor_in_flight_bytes{kind="stream"}"#, 0.0);
    send.send(item(article("quick", "Some text."))).await?;
    let quick = answers.message().await?.unwrap().result.unwrap();
    assert!(matches!(quick.result, Some(v1::article_result::Result::Report(_))), "{quick:?}");
    Ok(())
}

/// A name, headers, a body, and the code and reason of the answer.
type Case = (&'static str, Vec<(&'static str, &'static str)>, Bytes, (Code, String));

#[tokio::test(flavor = "multi_thread")]
async fn bombs_and_nonsense_are_refused_and_the_service_stays_well() -> Outcome {
    let serving = small();
    let mut caller = Raw::connect(&serving.address).await?;
    let bomb = request(article("", &"a".repeat(200 << 20))).encode_to_vec();
    let over = request(article("", &"a".repeat(TEXT + 1))).encode_to_vec();
    let good = request(article("", ARTICLE));
    let invalid = |reason: &str| (Code::InvalidArgument, reason.to_owned());
    let cases: Vec<Case> = vec![
        ("a gzip bomb", vec![("grpc-encoding", "gzip")], framed(1, &gzip(&bomb)), invalid("REQUEST_TOO_LARGE")),
        ("a zstd bomb", vec![("grpc-encoding", "zstd")], framed(1, &zstd(&bomb)), invalid("REQUEST_TOO_LARGE")),
        ("gzip, one above", vec![("grpc-encoding", "gzip")], framed(1, &gzip(&over)), invalid("TEXT_TOO_LARGE")),
        ("zstd, one above", vec![("grpc-encoding", "zstd")], framed(1, &zstd(&over)), invalid("TEXT_TOO_LARGE")),
        ("no gzip", vec![("grpc-encoding", "gzip")], framed(1, b"not gzip at all"), invalid("MALFORMED_REQUEST")),
        ("no encoding", vec![], framed(1, &gzip(&good.encode_to_vec())), invalid("MALFORMED_REQUEST")),
        (
            "another encoding",
            vec![("grpc-encoding", "snappy")],
            framed(1, b"x"),
            (Code::Unimplemented, "UNKNOWN_COMPRESSION".to_owned()),
        ),
        ("no message", vec![], framed(0, b"\xff\xff\xff\xff"), invalid("MALFORMED_REQUEST")),
        ("no UTF-8", vec![], framed(0, b"\x0a\x03\x1a\x01\xff"), invalid("MALFORMED_REQUEST")),
        ("half a frame", vec![], frame(&good).slice(..20), invalid("MALFORMED_REQUEST")),
        ("nothing", vec![], Bytes::new(), invalid("MALFORMED_REQUEST")),
        (
            "a frame that promises 4 GB",
            vec![],
            Bytes::from_static(&[0, 255, 255, 255, 255, 1]),
            invalid("REQUEST_TOO_LARGE"),
        ),
        ("no flag", vec![], Bytes::from_static(&[7, 0, 0, 0, 1, 1]), invalid("MALFORMED_REQUEST")),
    ];
    for (name, headers, body, expected) in cases {
        let status = caller.call("ScoreArticle", &headers, body.clone()).await?;
        assert_eq!(reason(&status), expected, "{name}: {status:?}");
        let status = caller.call("BatchScoreArticles", &headers, body.clone()).await?;
        let slot = expected.1 == "TEXT_TOO_LARGE";
        assert_eq!(status.code() == Code::Ok, slot, "{name} as a batch");
        // A stream says of a well-formed message what is wrong with it, and goes on.
        let status = caller.call("StreamScoreArticles", &headers, body).await?;
        let fine = expected.1 == "TEXT_TOO_LARGE" || name == "nothing";
        assert_eq!(status.code() == Code::Ok, fine, "{name} in a stream: {status:?}");
        if !fine {
            assert!(status.get_details_error_info().is_some(), "{name} in a stream: {status:?}");
        }
    }
    // What scores nothing reads nothing large.
    let large = framed(0, &[0x0a; 70_000]);
    let status = caller.call("GetModel", &[], large).await?;
    assert_eq!(reason(&status), invalid("REQUEST_TOO_LARGE"), "{status:?}");

    assert_eq!(caller.call("ScoreArticle", &[], frame(&good)).await?.code(), Code::Ok);
    assert_eq!(serving.ask("GET", "/readyz").0, 200);
    serving.wait_for_metric(r#"candor_in_flight_bytes{kind="unary"}"#, 0.0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_are_compressed_where_both_sides_wish_it() -> Outcome {
    use tonic::codec::CompressionEncoding::Gzip;
    let full = v1::ScoreArticleRequest { view: v1::ReportView::Full.into(), ..request(article("", ARTICLE)) };
    for (arguments, accepts, compressed) in
        [(&["--gzip-replies"][..], true, true), (&["--gzip-replies"], false, false), (&[], true, false)]
    {
        let serving = Serving::start(arguments);
        let client = Client::new(serving.channel().await);
        let mut client = if accepts { client.accept_compressed(Gzip) } else { client };
        let answer = client.score_article(full.clone()).await?;
        assert_eq!(answer.metadata().contains_key("grpc-encoding"), compressed, "{arguments:?}");
        let items =
            ["a", "b"].map(|id| v1::StreamScoreArticlesRequest { view: full.view, ..item(article(id, ARTICLE)) });
        let answers = client.stream_score_articles(tokio_stream::iter(items)).await?;
        assert_eq!(answers.metadata().contains_key("grpc-encoding"), compressed, "{arguments:?}");
        let mut answers = answers.into_inner();
        for id in ["a", "b"] {
            let slot = answers.message().await?.unwrap().result.unwrap();
            let report = v1::Report { article_id: id.to_owned(), ..answer.get_ref().report.clone().unwrap() };
            assert!(slot.result == Some(v1::article_result::Result::Report(report)), "{arguments:?}");
            assert_eq!(slot.article_id, id);
        }
        assert_eq!(answers.message().await?, None);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_wait_keep_nothing_from_the_other_calls_of_their_connection() -> Outcome {
    let serving = Serving::start(&[]);
    let caller = Raw::connect(&serving.address).await?;
    // One announces as much as there is ever room for and sends next to nothing of it; the rest wait for that room.
    let most = u32::try_from(Limits::default().max_decoded_bytes())?;
    let announced = [&[0][..], &most.to_be_bytes(), b"next to nothing"].concat();
    let waiting = framed(0, &item(article("", &"a".repeat(400_000))).encode_to_vec());
    let mut streams = Vec::new();
    for (count, begun) in [announced.into()].into_iter().chain(std::iter::repeat_n(waiting, 12)).enumerate() {
        let mut caller = caller.clone();
        streams.push(tokio::spawn(async move {
            caller.call_without_end("StreamScoreArticles", &[], begun).await.map_err(|error| error.to_string())
        }));
        serving.wait_for_metric("candor_open_streams", (count + 1) as f64);
    }
    // More than a connection lets pass unread by default, and less time than a message has to come.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let long = frame(&request(article("", &"a ".repeat(100_000))));
    let mut other = caller.clone();
    let answer = tokio::time::timeout(Duration::from_secs(15), other.call("ScoreArticle", &[], long)).await??;
    assert_eq!(answer.code(), Code::Ok);
    for stream in streams {
        assert!(!stream.is_finished());
        stream.abort();
    }
    Ok(())
}
