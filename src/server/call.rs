//! One call from its headers to the end of its answer: counted once, logged once, ended in time.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use http_body::Frame;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};
use tonic::body::Body;
use tonic::{Code, Status};
use tracing::Span;

use super::answer::{Answer, Answers, GivenUp};
use super::method::{Kind, Method};
use super::metrics::{Metrics, code_name};
use crate::rpc::Error;
use crate::rpc::admission::Ticket;
use crate::rpc::stopping::turns_true;

/// The header by which caller and log name one call.
pub const REQUEST_ID: &str = "x-request-id";

/// One call. Dropped before its end, it counts as cancelled.
#[derive(Debug)]
pub struct Call {
    metrics: Arc<Metrics>,
    method: Method,
    since: Instant,
    span: Span,
    request_id: Option<HeaderValue>,
    ended: bool,
}

impl Call {
    /// Counts a call and opens its span.
    #[must_use]
    pub fn begin(metrics: &Arc<Metrics>, method: Method, headers: &HeaderMap) -> Self {
        metrics.started(method);
        let request_id = headers.get(REQUEST_ID).filter(|id| is_sane(id)).cloned().unwrap_or_else(new_id);
        let span = tracing::info_span!(
            "call",
            otel.name = method.name,
            otel.kind = "server",
            rpc.system = "grpc",
            rpc.service = method.service,
            rpc.method = method.name,
            request_id = request_id.to_str().unwrap_or_default(),
            trace_id = trace_id(headers),
            caller = tracing::field::Empty,
            peer = tracing::field::Empty,
            rpc.grpc.status_code = tracing::field::Empty,
        );
        super::telemetry::follow(&span, headers);
        let request_id = Some(request_id);
        Call { metrics: Arc::clone(metrics), method, since: Instant::now(), span, request_id, ended: false }
    }

    /// The span that holds the call's work.
    #[must_use]
    pub fn span(&self) -> &Span {
        &self.span
    }

    fn end(&mut self, code: Code) {
        if self.ended {
            return;
        }
        self.ended = true;
        let took = self.since.elapsed();
        self.metrics.handled(self.method, code, took);
        let _within = self.span.enter();
        self.span.record("rpc.grpc.status_code", i32::from(code));
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let code_name = code_name(code);
        // By whose fault it is: nobody's, the caller's, the load's, ours.
        match code {
            Code::Ok | Code::Cancelled => tracing::debug!(code = code_name, ms, "answered"),
            Code::ResourceExhausted | Code::Unavailable | Code::DeadlineExceeded => {
                tracing::warn!(code = code_name, ms, "not answered");
            }
            Code::Internal | Code::Unknown | Code::DataLoss => tracing::error!(code = code_name, ms, "failed"),
            _ => tracing::info!(code = code_name, ms, "refused"),
        }
    }

    /// Follows an answer to its end.
    pub fn follow(
        mut self,
        mut response: Response<Body>,
        following: Following,
        answers: &Arc<Answers>,
    ) -> Response<Body> {
        if let Some(id) = self.request_id.take() {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        if let Some(code) = code(response.headers()) {
            self.end(code);
            return response;
        }
        response.map(|body| {
            let followed = Followed {
                answer: answers.send(body, following.ticket),
                call: self,
                deadline: following.deadline.map(|at| Box::pin(tokio::time::sleep_until(at))),
                stopping: following
                    .stopping
                    .map(|stopping| -> Pin<Box<dyn Future<Output = ()> + Send>> { Box::pin(turns_true(stopping)) }),
            };
            Body::new(followed)
        })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end(Code::Cancelled);
    }
}

/// What goes with an answer.
#[derive(Debug, Default)]
pub struct Following {
    /// When it is cut off.
    pub deadline: Option<Instant>,
    /// Ends it when it turns true: for streams that have nothing to finish.
    pub stopping: Option<watch::Receiver<bool>>,
    /// The room that it takes until it is sent.
    pub ticket: Option<Ticket>,
}

impl Following {
    /// For a call of `method`.
    #[must_use]
    pub fn of(
        method: Method,
        deadline: Option<Instant>,
        stopping: &watch::Receiver<bool>,
        ticket: Option<Ticket>,
    ) -> Self {
        let stopping = (method.kind == Kind::Stream).then(|| stopping.clone());
        Following { deadline, stopping, ticket }
    }
}

/// The body of an answer, with its call.
struct Followed {
    answer: Answer,
    call: Call,
    deadline: Option<Pin<Box<Sleep>>>,
    stopping: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Followed {
    fn cut(&mut self, error: Error) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let status = Status::from(error);
        self.call.end(status.code());
        self.answer.give_up();
        let mut trailers = HeaderMap::new();
        Poll::Ready(Some(status.add_header(&mut trailers).map(|()| Frame::trailers(trailers))))
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        if self.answer.is_given_up() {
            self.call.end(Code::DeadlineExceeded);
        }
    }
}

impl http_body::Body for Followed {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if this.call.ended {
            return Poll::Ready(None);
        }
        // First, for a caller who takes a little now and then never leaves it to the end.
        if this.deadline.as_mut().is_some_and(|deadline| deadline.as_mut().poll(context).is_ready()) {
            return this.cut(Error::deadline("answer"));
        }
        match this.answer.poll_frame(context) {
            Err(GivenUp) => return this.cut(Error::deadline("answer")),
            Ok(Poll::Ready(Some(Ok(frame)))) => {
                if let Some(code) = frame.trailers_ref().and_then(code) {
                    this.call.end(code);
                }
                return Poll::Ready(Some(Ok(frame)));
            }
            Ok(Poll::Ready(Some(Err(status)))) => {
                this.call.end(status.code());
                return Poll::Ready(Some(Err(status)));
            }
            Ok(Poll::Ready(None)) => {
                this.call.end(Code::Unknown);
                return Poll::Ready(None);
            }
            Ok(Poll::Pending) => {}
        }
        if this.stopping.as_mut().is_some_and(|stopping| stopping.as_mut().poll(context).is_ready()) {
            return this.cut(Error::stopping());
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.call.ended
    }
}

/// The code in headers or trailers.
fn code(headers: &HeaderMap) -> Option<Code> {
    headers.get("grpc-status").map(|code| Code::from_bytes(code.as_bytes()))
}

fn is_sane(id: &HeaderValue) -> bool {
    (1..=64).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

/// A name that no other call of any replica has, but for chance.
fn new_id() -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static START: std::sync::LazyLock<u64> = std::sync::LazyLock::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let nanos = u64::try_from(since.as_nanos() & u128::from(u64::MAX)).unwrap_or_default();
        nanos ^ u64::from(std::process::id()).rotate_left(40)
    });
    let id = format!("{:016x}-{:x}", *START, NEXT.fetch_add(1, Ordering::Relaxed));
    HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

/// The trace id of a W3C `traceparent`, or nothing.
fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let parent = headers.get("traceparent")?.to_str().ok()?;
    let mut parts = parent.split('-');
    let (version, id) = (parts.next()?, parts.next()?);
    let hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let valid = hex(version, 2) && version != "ff" && hex(id, 32) && id.bytes().any(|byte| byte != b'0');
    valid.then_some(id)
}

/// The time that a caller gives its call, from `grpc-timeout`.
#[must_use]
pub fn timeout(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("grpc-timeout")?.to_str().ok()?;
    let (number, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if number.is_empty() || number.len() > 8 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn timeouts_are_read_in_every_unit_and_nonsense_is_none() {
        for (value, expected) in [
            ("1H", Some(Duration::from_secs(3_600))),
            ("99999999M", Some(Duration::from_secs(99_999_999 * 60))),
            ("20S", Some(Duration::from_secs(20))),
            ("5m", Some(Duration::from_millis(5))),
            ("7u", Some(Duration::from_micros(7))),
            ("0n", Some(Duration::ZERO)),
            ("999999999S", None),
            ("-1S", None),
            ("S", None),
            ("", None),
            ("5", None),
            ("5s", None),
            ("+5S", None),
        ] {
            assert_eq!(timeout(&headers("grpc-timeout", value)), expected, "{value:?}");
        }
    }

    #[test]
    fn a_trace_id_is_taken_from_a_valid_parent_only() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(trace_id(&headers("traceparent", &format!("00-{id}-00f067aa0ba902b7-01"))), Some(id));
        for wrong in
            ["00-short-00f067aa0ba902b7-01".to_owned(), format!("ff-{id}-0-0"), format!("00-{}-0-0", "0".repeat(32))]
        {
            assert_eq!(trace_id(&headers("traceparent", &wrong)), None);
        }
    }

    #[tokio::test]
    async fn who_takes_an_answer_little_by_little_is_held_to_the_deadline() {
        use http_body_util::{BodyExt as _, Full};

        let call =
            Call::begin(&Arc::default(), Method::at("/candor.v1.ReliabilityService/ScoreArticle"), &HeaderMap::new());
        let response = Response::new(Body::new(Full::new(Bytes::from(vec![0; 1 << 20]))));
        let following = Following { deadline: Some(Instant::now()), ..Following::default() };
        let mut body = call.follow(response, following, &Answers::new(Duration::from_secs(60))).into_body();
        tokio::time::sleep(Duration::from_millis(20)).await;
        // Something could be taken at once, and is not given any more.
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.trailers_ref().and_then(code), Some(Code::DeadlineExceeded));
    }

    #[test]
    fn ids_differ() {
        assert_ne!(new_id(), new_id());
    }
}
