//! What a service tells of its calls, and the manners of its connections.

#![cfg(unix)]

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::process::{Serving, was_never_sent};
use common::raw::{Raw, frame};
use common::{ARTICLE, Client, Outcome, article, item, request};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio::sync::mpsc;
use tonic::{Code, Request, Response, Status};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

struct Collector(mpsc::UnboundedSender<Span>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let spans = request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        for span in spans.flat_map(|scope| scope.spans) {
            let _ = self.0.send(span);
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_trace_goes_on_through_every_stage() -> Outcome {
    let (send, mut spans) = mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    tokio::spawn(
        tonic::transport::Server::builder()
            .add_service(TraceServiceServer::new(Collector(send)))
            .serve_with_incoming(incoming),
    );
    let mut serving = Serving::start(&["--otlp-endpoint", &endpoint, "--trace-ratio", "0", "--drain-delay", "0s"]);
    let mut client = Client::new(serving.channel().await);
    let mut traced = Request::new(request(article("secret name", ARTICLE)));
    traced.metadata_mut().insert("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01").parse()?);
    client.score_article(traced).await?;
    // One of its own is not sampled.
    client.score_article(request(article("", ARTICLE))).await?;
    drop(client);
    serving.signal("TERM");
    let status = tokio::task::spawn_blocking(move || serving.ends_within(Duration::from_secs(30))).await?;
    assert_eq!(status.code(), Some(0), "what is left is sent before the end");

    let mut names = Vec::new();
    while let Ok(span) = spans.try_recv() {
        let id: String = span.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(id, TRACE, "{span:?}");
        assert!(!format!("{span:?}").contains("secret name"));
        names.push(span.name);
    }
    for name in ["ScoreArticle", "read", "attribution", "claims", "predict", "convert"] {
        assert_eq!(names.iter().filter(|found| *found == name).count(), 1, "{name} in {names:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_logged_once_by_whose_fault_it_is() -> Outcome {
    let serving = Serving::start(&["--log-format", "json", "--log-level", "debug", "--max-text-bytes", "2000"]);
    let mut client = Client::new(serving.channel().await);
    let named = |id: &'static str, text: &str| {
        let mut call = Request::new(request(article("secret name", text)));
        call.metadata_mut().insert("x-request-id", id.parse().unwrap());
        call.metadata_mut().insert("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01").parse().unwrap());
        call
    };
    let answer = client.score_article(named("good-1", ARTICLE)).await?;
    assert_eq!(answer.metadata().get("x-request-id").unwrap(), "good-1");
    let status = client.score_article(named("bad-1", &"x".repeat(2_001))).await.unwrap_err();
    assert_eq!(status.metadata().get("x-request-id").unwrap(), "bad-1");
    let made = client.score_article(request(article("", ARTICLE))).await?;
    assert!(made.metadata().get("x-request-id").unwrap().len() > 16);

    let patience = Instant::now() + Duration::from_secs(10);
    for (id, level, code) in [("good-1", "DEBUG", "OK"), ("bad-1", "INFO", "INVALID_ARGUMENT")] {
        let line = loop {
            let log = serving.log();
            let lines: Vec<_> = log.lines().filter(|line| line.contains(id) && line.contains("\"ms\"")).collect();
            match lines.as_slice() {
                [line] => break (*line).to_owned(),
                _ => assert!(Instant::now() < patience, "{id}: {lines:?}"),
            }
        };
        let line: serde_json::Value = serde_json::from_str(&line)?;
        assert_eq!((&line["level"], &line["code"]), (&level.into(), &code.into()), "{line}");
        assert_eq!(line["span"]["trace_id"], TRACE, "{line}");
        assert_eq!(line["span"]["rpc.method"], "ScoreArticle", "{line}");
    }
    assert!(!serving.log().contains("secret name"));
    Ok(())
}

/// One request by HTTP/1.1: head and body of the answer.
fn http(address: &str, head: &str, body: &[u8]) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!("{head}host: test\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    // A service that does not speak it closes the door.
    let _ = stream.write_all(&[head.as_bytes(), body].concat());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
    (String::from_utf8_lossy(&answer[..at]).to_lowercase(), answer[at..].to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_one_origin_may_call_and_no_others() -> Outcome {
    let serving = Serving::start(&["--web-origin", "https://desk.example"]);
    let path = "/candor.v1.ReliabilityService/ScoreArticle HTTP/1.1\r\n";
    let asked = "access-control-request-method: POST\r\naccess-control-request-headers: content-type,x-grpc-web\r\n";
    for (origin, allowed) in [("https://desk.example", true), ("https://other.example", false)] {
        let (head, _) = http(&serving.address, &format!("OPTIONS {path}origin: {origin}\r\n{asked}"), b"");
        assert_eq!(head.contains("access-control-allow-origin: https://desk.example"), allowed, "{origin}: {head}");
    }
    let call = "content-type: application/grpc-web+proto\r\norigin: https://desk.example\r\n";
    let (head, body) = http(&serving.address, &format!("POST {path}{call}"), &frame(&request(article("web", ARTICLE))));
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("access-control-allow-origin: https://desk.example"), "{head}");
    let body = String::from_utf8_lossy(&body);
    assert!(body.contains("grpc-status:0"), "{body}");
    // A stream, all of which is sent at once.
    let items = ["first", "second"].map(|id| frame(&item(article(id, ARTICLE)))).concat();
    let path_of_stream = "/candor.v1.ReliabilityService/StreamScoreArticles HTTP/1.1\r\n";
    let (head, body) = http(&serving.address, &format!("POST {path_of_stream}{call}"), &items);
    assert!(head.starts_with("http/1.1 200") && head.contains("application/grpc-web"), "{head}");
    let body = String::from_utf8_lossy(&body);
    assert!(["first", "second", "grpc-status:0"].iter().all(|part| body.contains(part)), "{body}");
    // Other clients are answered as ever.
    Client::new(serving.channel().await).score_article(request(article("", ARTICLE))).await?;

    let closed = Serving::start(&[]);
    let (head, _) = http(&closed.address, &format!("POST {path}{call}"), b"");
    assert!(!head.starts_with("http/1.1 200"), "{head}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_connection_is_replaced_and_no_call_is_cut() -> Outcome {
    let serving = Serving::start(&["--max-connection-age", "300ms"]);
    let mut raw = Raw::connect(&serving.address).await?;
    let message = frame(&request(article("", "Some text.")));
    assert_eq!(raw.call("ScoreArticle", &[], message.clone()).await?.code(), Code::Ok);
    let mut client = Client::new(serving.channel().await);
    let since = Instant::now();
    let (mut calls, mut unsent) = (0, 0);
    while since.elapsed() < Duration::from_secs(2) {
        match client.score_article(request(article("", "Some text."))).await {
            Ok(_) => calls += 1,
            Err(status) if was_never_sent(&status) => unsent += 1,
            Err(status) => return Err(status.into()),
        }
    }
    assert!(calls > 10 && unsent <= 7, "{calls} calls, {unsent} not sent");
    let ended = |code: &str| {
        let labels = "grpc_service=\"candor.v1.ReliabilityService\",grpc_method=\"ScoreArticle\",grpc_type=\"unary\"";
        serving.metric(&format!("grpc_server_handled_total{{{labels},grpc_code=\"{code}\"}}"))
    };
    assert_eq!(ended("OK"), Some(f64::from(calls + 1)));
    assert_eq!(ended("CANCELLED"), None, "the service cut no call");
    assert!(raw.call("ScoreArticle", &[], message).await.is_err(), "a client that does not connect again");
    Ok(())
}

#[test]
fn a_client_that_has_vanished_is_found_out() {
    let serving = Serving::start(&["--keepalive-interval", "200ms", "--keepalive-timeout", "200ms"]);
    let mut silent = TcpStream::connect(&serving.address).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // It speaks HTTP/2 and then says nothing more, not even in answer to a ping.
    silent.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    serving.wait_for_metric("candor_connections", 1.0);
    let mut said = Vec::new();
    // Ended, by a reset or without.
    match silent.read_to_end(&mut said) {
        Ok(_) => {}
        Err(error) => assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "the connection is kept"),
    }
    serving.wait_for_metric("candor_connections", 0.0);
}
