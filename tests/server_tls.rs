//! TLS, client certificates and keys, and their replacement while the service runs.

#![cfg(unix)]

mod common;

use std::path::Path;
use std::time::Duration;

use common::batch::{Folder, ends, fine, jsonl};
use common::process::{Serving, candor, write};
use common::{Client, Outcome, article, request};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt as _;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, in PEM; expired or not.
fn issued(by: &Issuer, name: &str, expired: bool) -> (String, String) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if expired {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 1);
    }
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, by).unwrap().pem(), key.serialize_pem())
}

struct Files {
    folder: TempDir,
    ca: Issuer,
}

impl Files {
    fn new() -> Self {
        let files = Files { folder: TempDir::new().unwrap(), ca: authority() };
        files.certify("localhost", false);
        write(files.path(), "ca.pem", files.ca.pem());
        files
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, name: &str) -> String {
        self.path().join(name).to_str().unwrap().to_owned()
    }

    /// Puts a new certificate in place.
    fn certify(&self, name: &str, expired: bool) {
        let (certificate, key) = issued(&self.ca, name, expired);
        write(self.path(), "server.pem", certificate);
        write(self.path(), "server.key", key);
    }

    fn serve(&self, more: &[&str]) -> Serving {
        let (certificate, key) = (self.at("server.pem"), self.at("server.key"));
        let mut arguments = vec!["--tls-cert", &certificate, "--tls-key", &key, "--reload-interval", "off"];
        arguments.extend(more);
        Serving::start(&arguments)
    }

    fn trusting(&self) -> ClientTlsConfig {
        ClientTlsConfig::new().ca_certificate(Certificate::from_pem(self.ca.pem())).domain_name("localhost")
    }
}

async fn connect(serving: &Serving, tls: ClientTlsConfig) -> Result<Channel, tonic::transport::Error> {
    Endpoint::new(format!("https://{}", serving.address))?.tls_config(tls)?.connect().await
}

/// One call over a new connection.
async fn call(serving: &Serving, tls: ClientTlsConfig) -> Result<(), Status> {
    let channel = connect(serving, tls).await.map_err(|error| Status::from_error(error.into()))?;
    Client::new(channel).score_article(request(article("a", "Some text."))).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_with_those_who_trust_it_and_a_new_certificate_is_taken_up() -> Outcome {
    let files = Files::new();
    let serving = files.serve(&[]);
    call(&serving, files.trusting()).await?;
    let stranger =
        ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority().pem())).domain_name("localhost");
    assert!(call(&serving, stranger).await.is_err(), "a client of another authority");
    assert!(Client::connect(serving.uri()).await.is_err() || call_in_the_clear(&serving).await.is_err());
    let ends = "candor_certificate_not_after_timestamp_seconds";
    let first = serving.metric(ends).unwrap();
    assert!(first > 0.0);

    // A connection from before lives on; new ones see the new name.
    let old = connect(&serving, files.trusting()).await?;
    files.certify("renewed.example", false);
    assert_eq!(serving.ask("POST", "/reload").0, 200);
    Client::new(old).score_article(request(article("a", "Some text."))).await?;
    assert!(call(&serving, files.trusting()).await.is_err(), "the old name is gone");
    call(&serving, files.trusting().domain_name("renewed.example")).await?;

    // Broken, mismatched and expired ones are left alone.
    let renewed = || files.trusting().domain_name("renewed.example");
    let breakages: [&dyn Fn(); 3] = [
        &|| drop(write(files.path(), "server.pem", "no certificate")),
        &|| drop(write(files.path(), "server.pem", issued(&files.ca, "other.example", false).0)),
        &|| files.certify("late.example", true),
    ];
    for (count, broken) in (1..).zip(breakages) {
        broken();
        let (code, told) = serving.ask("POST", "/reload");
        assert_eq!(code, 422, "{told}");
        assert!(told.contains("server.pem cannot be used"), "{told}");
        call(&serving, renewed()).await?;
        let kept = serving.metric(r#"candor_reloads_total{what="certificate",outcome="kept"}"#);
        assert_eq!(kept, Some(f64::from(count)));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_replaced_on_disk_is_taken_up_unasked() -> Outcome {
    let files = Files::new();
    let (certificate, key) = (files.at("server.pem"), files.at("server.key"));
    let serving = Serving::start(&["--tls-cert", &certificate, "--tls-key", &key, "--reload-interval", "50ms"]);
    call(&serving, files.trusting()).await?;
    files.certify("renewed.example", false);
    serving.wait_for_metric(r#"candor_reloads_total{what="certificate",outcome="replaced"}"#, 1.0);
    call(&serving, files.trusting().domain_name("renewed.example")).await?;
    Ok(())
}

async fn call_in_the_clear(serving: &Serving) -> Result<(), Status> {
    let channel = Endpoint::new(serving.uri()).unwrap().connect_lazy();
    Client::new(channel).score_article(request(article("a", "Some text."))).await.map(drop)
}

#[test]
fn a_certificate_that_has_expired_is_refused_at_the_start() {
    let files = Files::new();
    files.certify("localhost", true);
    let output = candor()
        .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off"])
        .args(["--tls-cert", &files.at("server.pem"), "--tls-key", &files.at("server.key")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("it expired on"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn client_certificates_are_asked_for_and_believed_by_their_authority_and_name() -> Outcome {
    let files = Files::new();
    let ca = files.at("ca.pem");
    let serving = files.serve(&["--tls-client-ca", &ca, "--client-name", "desk.example,wire.example"]);
    let with = |(certificate, key): (String, String)| files.trusting().identity(Identity::from_pem(certificate, key));
    call(&serving, with(issued(&files.ca, "wire.example", false))).await?;
    let status = call(&serving, with(issued(&files.ca, "other.example", false))).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(status.get_details_error_info().unwrap().reason, "PERMISSION_DENIED");
    assert!(call(&serving, files.trusting()).await.is_err(), "no certificate");
    assert!(call(&serving, with(issued(&files.ca, "wire.example", true))).await.is_err(), "an expired one");
    assert!(
        call(&serving, with(issued(&authority(), "wire.example", false))).await.is_err(),
        "one of another authority"
    );
    Ok(())
}

#[test]
fn a_batch_believes_the_authority_it_is_given_and_shows_its_certificate() {
    let files = Files::new();
    let (ca, folder) = (files.at("ca.pem"), Folder::new());
    let serving = files.serve(&["--tls-client-ca", &ca, "--client-name", "wire.example"]);
    let (certificate, key) = issued(&files.ca, "wire.example", false);
    let (certificate, key) = (write(files.path(), "client.pem", certificate), write(files.path(), "client.key", key));
    let other = write(files.path(), "other.pem", authority().pem());
    folder.file("in.jsonl", jsonl(0..100));
    fine(&folder, &["in.jsonl", "-o", "here.jsonl"]);
    let port = serving.address.rsplit(':').next().unwrap();
    let there = ["in.jsonl", "-o", "there.jsonl", "--endpoint", &format!("https://localhost:{port}")];
    let shown = ["--client-cert", &certificate, "--client-key", &key];
    fine(&folder, &[&there[..], &["--endpoint-ca", &ca], &shown].concat());
    assert!(folder.read("here.jsonl") == folder.read("there.jsonl"));
    let again = [&there[..], &["--overwrite"]].concat();
    for more in [&[&["--endpoint-ca", &other[..]], &shown[..]].concat()[..], &["--endpoint-ca", &ca], &shown] {
        let said = ends(&folder, 1, &[&again[..], more].concat());
        assert!(said.contains("localhost"), "{said}");
    }
    // A key alone, and certificates for a service that has none.
    ends(&folder, 2, &[&again[..], &shown[2..]].concat());
    let clear = ["in.jsonl", "-o", "clear.jsonl", "--endpoint", "http://127.0.0.1:1", "--endpoint-ca", &ca];
    let said = ends(&folder, 2, &clear);
    assert!(said.contains("https://"), "{said}");
    let said = ends(&folder, 1, &[&there[..], &["--endpoint-ca", "absent.pem"]].concat());
    assert!(said.contains("absent.pem"), "{said}");
}

fn line(name: &str, key: &str, rate: &str) -> String {
    let hash: String = Sha256::digest(key).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{name} {hash} {rate}\n")
}

async fn with_key(serving: &Serving, key: Option<&str>) -> Result<(), Status> {
    let mut request = Request::new(request(article("a", "Some text.")));
    if let Some(key) = key {
        request.metadata_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    }
    Client::new(serving.channel().await).score_article(request).await.map(drop)
}

/// Load balancers have no key.
#[tokio::test(flavor = "multi_thread")]
async fn health_is_checked_and_watched_without_a_key() -> Outcome {
    let folder = TempDir::new()?;
    let keys = write(folder.path(), "keys", line("first", "alpha", ""));
    let mut serving = Serving::start(&["--api-keys", &keys, "--drain-delay", "0s"]);
    assert_eq!(with_key(&serving, None).await.unwrap_err().code(), Code::Unauthenticated);
    let mut health = HealthClient::new(serving.channel().await);
    let mut watches = Vec::new();
    for service in ["", "candor.v1.ReliabilityService"] {
        let asked = HealthCheckRequest { service: service.to_owned() };
        let status = health.check(asked.clone()).await?.into_inner().status();
        assert_eq!(status, ServingStatus::Serving, "{service:?}");
        let mut watch = health.watch(asked).await?.into_inner();
        assert_eq!(watch.message().await?.unwrap().status(), ServingStatus::Serving, "{service:?}");
        watches.push(watch);
    }
    // They are told of changes, too.
    serving.signal("TERM");
    for watch in &mut watches {
        assert_eq!(watch.message().await?.unwrap().status(), ServingStatus::NotServing);
        assert!(watch.message().await?.is_none());
    }
    let status = tokio::task::spawn_blocking(move || serving.ends_within(Duration::from_secs(60))).await?;
    assert_eq!(status.code(), Some(0));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_open_are_replaced_without_a_gap_and_bound_their_callers() -> Outcome {
    let folder = TempDir::new()?;
    let keys = write(folder.path(), "keys", line("first", "alpha", ""));
    let serving = Serving::start(&["--api-keys", &keys, "--reload-interval", "50ms", "--log-level", "trace"]);
    with_key(&serving, Some("alpha")).await?;
    for wrong in [None, Some("beta"), Some("")] {
        let status = with_key(&serving, wrong).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated);
        assert_eq!(status.get_details_error_info().unwrap().reason, "UNAUTHENTICATED");
    }
    let replaced = r#"candor_reloads_total{what="keys",outcome="replaced"}"#;
    let kept = r#"candor_reloads_total{what="keys",outcome="kept"}"#;
    write(folder.path(), "keys", line("first", "alpha", "") + &line("second", "beta", "0.001"));
    serving.wait_for_metric(replaced, 1.0);
    with_key(&serving, Some("alpha")).await?;
    with_key(&serving, Some("beta")).await?;
    let status = with_key(&serving, Some("beta")).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(status.get_details_error_info().unwrap().reason, "RATE_LIMITED");
    assert!(status.get_details_retry_info().is_some());

    // A broken file changes nothing.
    write(folder.path(), "keys", "second gamma\n");
    serving.wait_for_metric(kept, 1.0);
    with_key(&serving, Some("alpha")).await?;
    write(folder.path(), "keys", line("second", "gamma", ""));
    serving.wait_for_metric(replaced, 2.0);
    assert_eq!(with_key(&serving, Some("alpha")).await.unwrap_err().code(), Code::Unauthenticated);
    with_key(&serving, Some("gamma")).await?;
    let log = serving.log();
    for secret in ["alpha", "beta", "gamma", line("", "alpha", "").trim()] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    Ok(())
}
