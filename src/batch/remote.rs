//! Scoring by services over their streams.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};
use tonic_types::{StatusExt as _, pb};

use super::backend::{Answer, Backend, Maker};
use super::failure::Failure;
use crate::features::FEATURE_SET_VERSION;
use crate::rpc::v1::reliability_service_client::ReliabilityServiceClient;
use crate::rpc::validate::stream_score_articles;
use crate::rpc::{Error, Limits, status, v1};

/// Calls in vain, one after the other, after which a run gives up. With their delays, about two minutes.
const MOST_CALLS_IN_VAIN: u32 = 20;
/// The same at the beginning, when a wrong address is likelier than a service that comes back.
const QUESTIONS_IN_VAIN: u32 = 4;
const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(10);
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// A service that goes silent without a word is asked this often whether it is there.
const ASK_EVERY: Duration = Duration::from_secs(20);
/// A full report is several times its text.
const REPORT_BYTES_A_TEXT_BYTE: usize = 64;

type Client = ReliabilityServiceClient<Channel>;

/// Services that score, and how to speak to them.
#[derive(Default)]
pub struct Services {
    /// As http://HOST:PORT or https://HOST:PORT.
    pub endpoints: Vec<String>,
    /// The key that they ask for, if any.
    pub key: Option<String>,
    /// The authorities, in PEM, that those of https are believed by; those of the system if absent.
    pub authorities: Option<Vec<u8>>,
    /// What they are shown, where they ask for a certificate.
    pub certificate: Option<ShownCertificate>,
}

/// A client's certificate with those that lead to its root, and its key, in PEM.
pub struct ShownCertificate {
    pub chain: Vec<u8>,
    pub key: Vec<u8>,
}

impl fmt::Debug for Services {
    /// Without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").field("endpoints", &self.endpoints).finish_non_exhaustive()
    }
}

impl fmt::Debug for ShownCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownCertificate")
    }
}

/// Services with one model.
pub(super) struct Remote {
    runtime: Runtime,
    services: Vec<(String, Client)>,
    key: Option<MetadataValue<Ascii>>,
    limits: Limits,
    maker: Maker,
    /// Whose turn it is.
    turn: AtomicUsize,
}

/// Why a call brought no answer.
enum Broken {
    /// Another call may.
    Passing(Status),
    Lasting(Failure),
}

impl Remote {
    /// Speaks to every service and sees that they agree.
    pub(super) fn connect(named: &Services, limits: Limits) -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| Failure::Refused(format!("No thread can be started: {error}.")))?;
        let key = named.key.as_deref().map(MetadataValue::try_from).transpose();
        let key = key.map_err(|_| Failure::Refused("The API key has characters that no key has.".to_owned()))?;
        if (named.authorities.is_some() || named.certificate.is_some()) && !named.endpoints.iter().any(|at| is_tls(at))
        {
            return Err(Failure::Usage("Certificates are for endpoints that begin with https://.".to_owned()));
        }
        let client = |endpoint: &String| Ok((endpoint.clone(), client(endpoint, named, limits, &runtime)?));
        let services = named.endpoints.iter().map(client);
        let services = services.collect::<Result<Vec<_>, Failure>>()?;
        let mut remote = Remote { runtime, services, key, limits, maker: Maker::default(), turn: AtomicUsize::new(0) };
        let mut makers = Vec::new();
        for (endpoint, client) in &remote.services {
            makers.push((endpoint, remote.maker_at(endpoint, client.clone())?));
        }
        if let Some((first, maker)) = makers.first() {
            if let Some((other, theirs)) = makers.iter().find(|(_, theirs)| theirs != maker) {
                return Err(Failure::Refused(format!(
                    "The services differ: {first} has {maker}, {other} has {theirs}."
                )));
            }
            remote.maker = maker.clone();
        }
        Ok(remote)
    }

    pub(super) fn maker(&self) -> &Maker {
        &self.maker
    }

    /// What makes the reports of one service, if that serves for this job.
    fn maker_at(&self, endpoint: &str, client: Client) -> Result<Maker, Failure> {
        let refused = |status: Status| Failure::Refused(format!("{endpoint}: {}.", sentence(&status)));
        let ask = || {
            let mut client = client.clone();
            self.runtime.block_on(async {
                let response = client.get_model(self.request(v1::GetModelRequest {})).await?.into_inner();
                let article = Some(v1::Article::default());
                let request = v1::ScoreArticleRequest { article, ..v1::ScoreArticleRequest::default() };
                Ok((response, client.score_article(self.request(request)).await?.into_inner().report))
            })
        };
        let (response, report) = again(ask).map_err(refused)?;
        let (model, theirs) = (response.model.unwrap_or_default(), response.limits.unwrap_or_default());
        let provenance = report.unwrap_or_default().provenance.unwrap_or_default();
        if model.feature_set_version != FEATURE_SET_VERSION {
            return Err(Failure::Refused(format!(
                "{endpoint} has the feature set {}; this program knows {FEATURE_SET_VERSION}.",
                model.feature_set_version
            )));
        }
        let ours = v1::Limits::from(&self.limits);
        for (name, ours, theirs) in [
            ("a text", ours.max_text_bytes, theirs.max_text_bytes),
            ("a title", ours.max_title_bytes, theirs.max_title_bytes),
            ("the name of a source", ours.max_source_bytes, theirs.max_source_bytes),
            ("an address", ours.max_url_bytes, theirs.max_url_bytes),
        ] {
            if theirs < ours {
                return Err(Failure::Refused(format!(
                    "{endpoint} takes {name} of at most {theirs} bytes; this run, of {ours}. --max-text-bytes sets the limit of texts."
                )));
            }
        }
        Ok(Maker::of(&model.sha256, provenance))
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(key) = &self.key {
            request.metadata_mut().insert("x-api-key", key.clone());
        }
        request
    }

    /// Sends what is not answered over one stream, and notes the answers. They come in the order of the requests.
    async fn stream(
        &self,
        mut client: Client,
        requests: &[v1::StreamScoreArticlesRequest],
        answers: &mut [Option<Answer>],
        tries: u32,
    ) -> Result<(), Status> {
        let open: Vec<usize> =
            answers.iter().enumerate().filter(|(_, answer)| answer.is_none()).map(|(index, _)| index).collect();
        let messages: Vec<_> = open.iter().filter_map(|&index| requests.get(index)).cloned().collect();
        let stream = self.request(tokio_stream::iter(messages));
        let mut responses = client.stream_score_articles(stream).await?.into_inner();
        let mut passing = None;
        for index in open {
            let Some(response) = responses.message().await? else {
                return Err(Status::unavailable("the stream ended before its last answer"));
            };
            let answer = match response.result.and_then(|result| result.result) {
                Some(v1::article_result::Result::Report(report)) => Ok(report),
                Some(v1::article_result::Result::Error(error)) => Err(error),
                None => Err(Error::internal().into()),
            };
            if let Err(error) = &answer
                && let Some(status) = not_the_articles_fault(error)
            {
                // An article that takes too long again and again is at fault after all.
                if status.code() != Code::DeadlineExceeded || tries < 3 {
                    passing.get_or_insert(status);
                    continue;
                }
            }
            if let Some(slot) = answers.get_mut(index) {
                *slot = Some(answer);
            }
        }
        passing.map_or(Ok(()), Err)
    }

    fn call(
        &self,
        requests: &[v1::StreamScoreArticlesRequest],
        answers: &mut [Option<Answer>],
        tries: u32,
    ) -> Result<(), Broken> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let Some((endpoint, client)) = self.services.get(turn % self.services.len().max(1)) else {
            return Err(Broken::Lasting(Failure::Usage("No endpoint was named.".to_owned())));
        };
        let called = self.runtime.block_on(self.stream(client.clone(), requests, answers, tries));
        called.map_err(|status| {
            if is_passing(&status) {
                Broken::Passing(status)
            } else {
                Broken::Lasting(Failure::Refused(format!("{endpoint}: {}.", sentence(&status))))
            }
        })
    }
}

impl Backend for Remote {
    fn score(&self, requests: Vec<v1::StreamScoreArticlesRequest>, stop: &AtomicBool) -> Result<Vec<Answer>, Failure> {
        // What is wrong with an article is said here, as without a service; the rest goes out, with the model pinned.
        let checked = requests.into_iter().map(|mut request| {
            stream_score_articles(request.clone(), &self.limits).job?;
            request.model_version.clone_from(&self.maker.model_version);
            Ok(request)
        });
        let checked: Vec<Result<_, Error>> = checked.collect();
        let mut requests = Vec::with_capacity(checked.len());
        let faults: Vec<Option<Answer>> = checked
            .into_iter()
            .map(|checked| checked.map(|request| requests.push(request)).err().map(|error| Err(error.into())))
            .collect();
        let mut answers = vec![None; requests.len()];
        let mut tries = 0;
        while answers.iter().any(Option::is_none) {
            let before = answers.iter().flatten().count();
            match self.call(&requests, &mut answers, tries) {
                Ok(()) => {}
                Err(Broken::Lasting(failure)) => return Err(failure),
                Err(Broken::Passing(status)) => {
                    tries = if answers.iter().flatten().count() > before { 0 } else { tries + 1 };
                    if tries >= MOST_CALLS_IN_VAIN || stop.load(Ordering::Relaxed) {
                        return Err(Failure::Refused(format!(
                            "No service answers ({}); --resume goes on later.",
                            sentence(&status)
                        )));
                    }
                    std::thread::sleep(delay(tries, &status));
                }
            }
        }
        let mut answers = answers.into_iter().flatten();
        let internal = || Err(Error::internal().into());
        Ok(faults.into_iter().map(|fault| fault.or_else(|| answers.next()).unwrap_or_else(internal)).collect())
    }
}

fn is_tls(endpoint: &str) -> bool {
    endpoint.starts_with("https://")
}

fn client(endpoint: &str, named: &Services, limits: Limits, runtime: &Runtime) -> Result<Client, Failure> {
    let wrong = |problem: &dyn fmt::Display| Failure::Usage(format!("{endpoint} is no endpoint: {problem}."));
    if !is_tls(endpoint) && !endpoint.starts_with("http://") {
        return Err(wrong(&"it must begin with https:// or http://"));
    }
    let channel = Endpoint::from_shared(endpoint.to_owned()).map_err(|error| wrong(&error))?;
    let channel =
        if is_tls(endpoint) { channel.tls_config(tls(named)).map_err(|error| wrong(&error))? } else { channel };
    let channel = channel
        .connect_timeout(CONNECT_WITHIN)
        .http2_keep_alive_interval(ASK_EVERY)
        .keep_alive_timeout(ASK_EVERY)
        .http2_adaptive_window(true);
    // Connecting needs the runtime, and happens with the first call.
    let _inside = runtime.enter();
    let most = limits.max_text_bytes().saturating_mul(REPORT_BYTES_A_TEXT_BYTE).clamp(64 << 20, i32::MAX as usize);
    Ok(Client::new(channel.connect_lazy()).max_decoding_message_size(most).max_encoding_message_size(usize::MAX))
}

fn tls(named: &Services) -> ClientTlsConfig {
    let tls = match &named.authorities {
        Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
        None => ClientTlsConfig::new().with_enabled_roots(),
    };
    match &named.certificate {
        Some(shown) => tls.identity(Identity::from_pem(&shown.chain, &shown.key)),
        None => tls,
    }
}

/// Asks a few times, where that may help.
fn again<T>(ask: impl Fn() -> Result<T, Status>) -> Result<T, Status> {
    let mut tries = 0;
    loop {
        match ask() {
            Err(status) if is_passing(&status) && tries < QUESTIONS_IN_VAIN => {
                std::thread::sleep(delay(tries, &status));
            }
            answer => return answer,
        }
        tries += 1;
    }
}

/// Whether the same call may go well later: the service is busy, stopping, gone, or was cut off.
fn is_passing(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded => true,
        // What the client itself says of a connection that broke carries no details.
        Code::Unknown | Code::Internal | Code::Cancelled => status.details().is_empty(),
        _ => false,
    }
}

/// The state of the service, where an answer tells of that and not of the article.
fn not_the_articles_fault(error: &pb::Status) -> Option<Status> {
    let code = Code::from_i32(error.code);
    let passing = matches!(code, Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded | Code::NotFound);
    passing.then(|| Status::with_details(code, error.message.clone(), prost::Message::encode_to_vec(error).into()))
}

/// How long to wait: twice as long each time, and no shorter than the service asks for.
fn delay(tries: u32, status: &Status) -> Duration {
    let doubled = FIRST_DELAY.saturating_mul(1_u32.checked_shl(tries.min(16)).unwrap_or(u32::MAX));
    let asked = status.get_details_retry_info().and_then(|retry| retry.retry_delay).unwrap_or_default();
    doubled.max(asked).min(LONGEST_DELAY)
}

/// What a service says, without the stop.
fn sentence(status: &Status) -> String {
    let message = status::message(status).message;
    let message = message.trim_end_matches('.');
    if message.is_empty() { format!("{:?}", status.code()) } else { message.to_owned() }
}
