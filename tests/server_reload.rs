//! Another model while the service runs.

#![cfg(unix)]

mod common;

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use candor::model::Model;
use candor::rpc::v1::{self, article_result::Result as Slot};
use common::process::{Serving, candor, write};
use common::{ARTICLE, Client, Outcome, article, request};
use tonic::Code;
use tonic_types::StatusExt as _;

/// The shipped model under another name and with another bias, so that its scores differ.
fn model(version: &str, shift: f64) -> String {
    let mut artifact = Model::embedded().unwrap().artifact().clone();
    artifact.version = version.to_owned();
    artifact.calibration.intercept += shift;
    artifact.seal().unwrap();
    artifact.to_json().unwrap()
}

fn pinned(version: &str) -> v1::ScoreArticleRequest {
    v1::ScoreArticleRequest { model_version: version.to_owned(), ..request(article("a", ARTICLE)) }
}

async fn score(client: &mut Client) -> Result<(String, f64), tonic::Status> {
    let report = client.score_article(request(article("a", ARTICLE))).await?.into_inner().report.unwrap();
    Ok((report.provenance.unwrap().model_version, report.score.unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_swapped_under_load_and_no_report_mixes_two() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = write(folder.path(), "model.json", model("one", 0.0));
    let serving = Arc::new(Serving::start(&["--model", &path]));
    let mut client = Client::new(serving.channel().await);
    let first = score(&mut client).await?;
    assert_eq!(first.0, "one");

    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (stop, serving) = (Arc::clone(&stop), Arc::clone(&serving));
            tokio::spawn(async move {
                let mut client = Client::new(serving.channel().await);
                let mut seen = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let articles = vec![article("", ARTICLE); 3];
                    let batch = v1::BatchScoreArticlesRequest { articles, ..v1::BatchScoreArticlesRequest::default() };
                    let results = client.batch_score_articles(batch).await.unwrap().into_inner().results;
                    let of_batch: Vec<_> = results
                        .into_iter()
                        .map(|result| match result.result.unwrap() {
                            Slot::Report(report) => (report.provenance.unwrap().model_version, report.score.unwrap()),
                            Slot::Error(error) => panic!("{error:?}"),
                        })
                        .collect();
                    assert!(of_batch.windows(2).all(|two| two[0] == two[1]), "one model for a batch: {of_batch:?}");
                    seen.extend(of_batch);
                    seen.push(score(&mut client).await.unwrap());
                }
                seen
            })
        })
        .collect();
    let mut expected = vec![first.clone()];
    for (round, version) in ["two", "three", "four"].into_iter().enumerate() {
        write(folder.path(), "model.json", model(version, 0.2 * (round as f64 + 1.0)));
        // One way and the other.
        if round % 2 == 0 {
            serving.signal("HUP");
            serving.wait_for_metric(r#"candor_reloads_total{what="model",outcome="replaced"}"#, round as f64 + 1.0);
        } else {
            assert_eq!(serving.ask("POST", "/reload").0, 200);
        }
        let swapped = score(&mut client).await?;
        assert_eq!(swapped.0, version);
        assert!(swapped.1 > expected.last().unwrap().1);
        expected.push(swapped);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    stop.store(true, Ordering::Relaxed);
    let mut reports = 0;
    for caller in callers {
        for seen in caller.await? {
            assert!(expected.contains(&seen), "{seen:?} is no model's: {expected:?}");
            reports += 1;
        }
    }
    eprintln!("{reports} reports over four models");
    let (_, page) = serving.ask("GET", "/metrics");
    let infos: Vec<_> = page.lines().filter(|line| line.starts_with("candor_model_info{")).collect();
    assert_eq!(infos.len(), 1, "{infos:?}");
    assert!(infos[0].contains("version=\"four\""), "{infos:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_not_sound_leaves_the_old_one_in_use() -> Outcome {
    let folder = tempfile::tempdir()?;
    let good = model("one", 0.0);
    let path = write(folder.path(), "model.json", &good);
    let serving = Serving::start(&["--model", &path]);
    let mut client = Client::new(serving.channel().await);
    let first = score(&mut client).await?;
    let golden = serde_json::json!({"text": ARTICLE, "score": 0.123}).to_string();
    for (name, content, beside) in [
        ("cut off", good[..good.len() / 2].to_owned(), None),
        ("not sealed", good.replacen("\"one\"", "\"two\"", 1), None),
        ("of another schema", good.replacen("candor.model/4", "candor.model/9", 1), None),
        ("the same version and other content", model("one", 0.5), None),
        ("not as golden as it says", model("two", 0.5), Some(golden.as_str())),
        ("empty", String::new(), None),
    ] {
        write(folder.path(), "model.json", content);
        if let Some(golden) = beside {
            write(folder.path(), "model.golden.jsonl", golden);
        }
        let (code, told) = serving.ask("POST", "/reload");
        assert_eq!(code, 422, "{name}: {told}");
        assert_eq!(score(&mut client).await?, first, "{name}");
        assert_eq!(serving.ask("GET", "/readyz").0, 200);
    }
    assert_eq!(serving.metric(r#"candor_reloads_total{what="model",outcome="kept"}"#), Some(6.0));
    assert_eq!(serving.log().matches("not reloaded").count(), 6);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_may_insist_on_a_version() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = write(folder.path(), "model.json", model("one", 0.0));
    let serving = Serving::start(&["--model", &path]);
    let mut client = Client::new(serving.channel().await);
    client.score_article(pinned("one")).await?;
    write(folder.path(), "model.json", model("two", 0.1));
    assert_eq!(serving.ask("POST", "/reload").0, 200);
    let status = client.score_article(pinned("one")).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "UNKNOWN_MODEL_VERSION");
    assert_eq!((info.metadata["modelVersion"].as_str(), info.metadata["modelVersionInUse"].as_str()), ("one", "two"));
    client.score_article(pinned("two")).await?;

    let batch = v1::BatchScoreArticlesRequest {
        articles: vec![article("", ARTICLE)],
        model_version: "one".to_owned(),
        ..v1::BatchScoreArticlesRequest::default()
    };
    assert_eq!(client.batch_score_articles(batch).await.unwrap_err().code(), Code::NotFound);
    let items = ["one", "two"].map(|version| v1::StreamScoreArticlesRequest {
        article: Some(article(version, ARTICLE)),
        model_version: version.to_owned(),
        ..v1::StreamScoreArticlesRequest::default()
    });
    let mut answers = client.stream_score_articles(tokio_stream::iter(items)).await?.into_inner();
    let refused = answers.message().await?.unwrap().result.unwrap().result.unwrap();
    assert!(matches!(refused, Slot::Error(error) if error.code == Code::NotFound as i32));
    let scored = answers.message().await?.unwrap().result.unwrap().result.unwrap();
    assert!(matches!(scored, Slot::Report(_)));
    Ok(())
}

#[test]
fn a_service_whose_model_does_not_score_as_it_must_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "model.json", model("one", 0.0));
    write(folder.path(), "model.golden.jsonl", serde_json::json!({"text": ARTICLE, "score": 0.123}).to_string());
    let output = candor()
        .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--model", &path])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("0.123"), "{told}");
}

#[test]
fn no_page_that_somebody_looks_at_can_ask_for_a_reload() {
    let serving = Serving::start(&[]);
    let mut stream = TcpStream::connect(&serving.admin).unwrap();
    let asked = "POST /reload HTTP/1.1\r\nhost: test\r\norigin: https://news.example\r\ncontent-length: 0\r\n\r\n";
    stream.write_all(asked.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 403");
}

/// An address of this machine that others reach it by.
fn own_address() -> Option<IpAddr> {
    // Nothing is sent: the system only says which of its addresses would be the sender's.
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("10.255.255.255:1").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[test]
fn no_other_machine_can_ask_for_a_reload() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "model.json", model("one", 0.0));
    let Some(address) = own_address() else {
        eprintln!("skipped: this machine has no address but its own");
        return;
    };
    // Who speaks to this address is at it, whichever machine it is.
    let serving = Serving::start(&["--admin-listen", &format!("{address}:0"), "--model", &path]);
    write(folder.path(), "model.json", model("two", 0.0));
    assert_eq!(serving.ask("POST", "/reload"), (403, "only from this machine\n".to_owned()));
    assert_eq!(serving.ask("GET", "/reload").0, 405);
    // The rest is for probes, wherever they are.
    assert_eq!(serving.ask("GET", "/livez").0, 200);
    assert_eq!(serving.metric(r#"candor_reloads_total{what="model",outcome="replaced"}"#).unwrap_or(0.0), 0.0);
    let (_, page) = serving.ask("GET", "/metrics");
    assert!(page.contains("version=\"one\""), "{page}");
}
