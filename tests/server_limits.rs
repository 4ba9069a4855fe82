//! Every limit: at it, one below, one above; and what no client should send.

#![cfg(unix)]

mod common;

use std::time::Duration;

use bytes::Bytes;
use candor::rpc::v1;
use common::process::Serving;
use common::raw::{Raw, frame, framed, gzip, zstd};
use common::{ARTICLE, Client, Outcome, article, item, request};
use prost::Message as _;
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

fn reason(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
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
    let fields: [(Field, usize, &str); 5] = [
        (|article| &mut article.text, bytes(limits.max_text_bytes), "TEXT_TOO_LARGE"),
        (|article| &mut article.id, bytes(limits.max_id_bytes), "FIELD_TOO_LONG"),
        (|article| &mut article.title, bytes(limits.max_title_bytes), "FIELD_TOO_LONG"),
        (|article| &mut article.source, bytes(limits.max_source_bytes), "FIELD_TOO_LONG"),
        (|article| &mut article.url, bytes(limits.max_url_bytes), "FIELD_TOO_LONG"),
    ];
    for (field, limit, expected) in fields {
        for (size, fits) in [(limit - 1, true), (limit, true), (limit + 1, false)] {
            let mut article = article("", "text");
            *field(&mut article) = "a".repeat(size);
            match client.score_article(request(article)).await {
                Ok(_) => assert!(fits, "{size} of {limit}"),
                Err(status) => {
                    assert!(!fits, "{size} of {limit}: {status:?}");
                    assert_eq!(reason(&status), (Code::InvalidArgument, expected.to_owned()));
                    let metadata = status.get_details_error_info().unwrap().metadata;
                    assert!(metadata.values().any(|value| *value == limit.to_string()), "{metadata:?}");
                }
            }
        }
    }
    for (size, expected) in [(127, "UNKNOWN_MODEL_VERSION"), (128, "UNKNOWN_MODEL_VERSION"), (129, "FIELD_TOO_LONG")] {
        let pinned = v1::ScoreArticleRequest { model_version: "v".repeat(size), ..request(article("", "text")) };
        assert_eq!(reason(&client.score_article(pinned).await.unwrap_err()).1, expected, "{size}");
    }
    for (count, expected) in [(2, Ok(2)), (3, Ok(3)), (4, Err("TOO_MANY_ARTICLES".to_owned()))] {
        let answer = client.batch_score_articles(batch(vec![article("", "text"); count])).await;
        let counted = answer.map(|answer| answer.into_inner().results.len()).map_err(|status| reason(&status).1);
        assert_eq!(counted, expected);
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
            Err(status) => assert_eq!((fits, reason(&status).1.as_str()), (false, "REQUEST_TOO_LARGE")),
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
    }
    Ok(())
}
