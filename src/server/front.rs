//! What every call passes before it reaches its method, from the outside in.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tonic::Status;
use tonic::body::Body;
use tonic::service::Routes;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use super::auth::{Auth, Peer};
use super::call::{Call, Following, timeout};
use super::method::{Kind, Method};
use super::metrics::Metrics;
use crate::rpc::admission::{Admission, Ticket};
use crate::rpc::budget::Deadline;
use crate::rpc::{Error, Limits};

/// The greatest request of a method that scores nothing.
const SMALL_REQUEST_BYTES: usize = 64 << 10;

/// What stands before each message of a body.
const PREFIX_BYTES: usize = 5;

/// The way to the methods. Clones share everything.
#[derive(Debug, Clone)]
pub struct Front {
    pub routes: Routes,
    pub limits: Limits,
    pub admission: Arc<Admission>,
    pub auth: Arc<Auth>,
    pub metrics: Arc<Metrics>,
    pub stopping: watch::Receiver<bool>,
}

impl Front {
    /// Answers one call, whatever happens to it.
    pub async fn answer(self, request: Request<Body>) -> Response<Body> {
        let method = Method::at(request.uri().path());
        let call = Call::begin(&self.metrics, method, request.headers());
        let span = call.span().clone();
        let (response, following) = match self.pass(method, request).instrument(span).await {
            Ok(answered) => answered,
            Err(error) => (Status::from(error).into_http(), Following::default()),
        };
        call.follow(response, following)
    }

    async fn pass(&self, method: Method, mut request: Request<Body>) -> Result<(Response<Body>, Following), Error> {
        if !method.is_public() {
            let peer = request.extensions().get::<Peer>().cloned().unwrap_or_default();
            let span = tracing::Span::current();
            if let Some(address) = peer.address {
                span.record("peer", tracing::field::display(address));
            }
            if let Some(caller) = self.auth.check(request.headers(), &peer)? {
                span.record("caller", caller);
            }
        }
        let asked = timeout(request.headers()).and_then(|time| Instant::now().checked_add(time));
        let deadline = match method.kind {
            Kind::Scoring | Kind::Unary => {
                let most = Instant::now() + self.limits.max_deadline;
                Some(asked.map_or(most, |asked| asked.min(most)))
            }
            Kind::ScoringStream | Kind::ServerStream | Kind::Stream => asked,
        };
        if let Some(deadline) = deadline {
            request.extensions_mut().insert(Deadline(deadline));
        }
        let mut ticket = None;
        if method.kind == Kind::Scoring {
            let taken = self.admission.enter()?;
            request.extensions_mut().insert(taken.clone());
            ticket = Some(taken);
        }
        let most = match method.kind {
            Kind::Scoring => Some(Most {
                bytes: PREFIX_BYTES + self.limits.max_decoded_bytes(),
                told: self.limits.max_request_bytes(),
            }),
            Kind::ScoringStream => None,
            Kind::Unary | Kind::ServerStream | Kind::Stream => {
                Some(Most { bytes: SMALL_REQUEST_BYTES, told: SMALL_REQUEST_BYTES })
            }
        };
        let broken_off = Arc::new(AtomicBool::new(false));
        let received = Received { most, ticket: ticket.clone(), broken_off: Arc::clone(&broken_off), bytes: 0 };
        let request = request.map(|body| Body::new(Receiving { body, received }));
        let routed = async {
            let request = if method.kind == Kind::Scoring { whole(request).await } else { request };
            self.routes.clone().oneshot(request).await
        };
        let response = match deadline {
            Some(deadline) => timeout_at(deadline, routed).await.map_err(|_| Error::deadline("call"))?,
            None => routed.await,
        };
        let response = match response {
            // The transport takes a caller that goes away in the middle of a message for one that sends none.
            Ok(_) if method.kind != Kind::ScoringStream && broken_off.load(Ordering::Relaxed) => {
                return Err(Error::cancelled());
            }
            Ok(response) => self.in_our_terms(response),
            Err(_) => return Err(Error::internal()),
        };
        Ok((response, Following::of(method, deadline, &self.stopping, ticket)))
    }

    /// Gives what the transport refuses a reason that programs can read.
    fn in_our_terms(&self, response: Response<Body>) -> Response<Body> {
        let status = Status::from_header_map(response.headers()).filter(|status| status.code() != tonic::Code::Ok);
        match status.and_then(|status| Error::of_transport(&status, &self.limits)) {
            Some(error) => Status::from(error).into_http(),
            None => response,
        }
    }
}

impl tower::Service<Request<Body>> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let front = self.clone();
        Box::pin(async move { Ok(front.answer(request).await) })
    }
}

/// The request once all of it is here. The transport inflates a message when it has come and then waits for the end of
/// the body: from a caller that never ends it, it would keep what nobody has found room for.
async fn whole(request: Request<Body>) -> Request<Body> {
    let (parts, mut body) = request.into_parts();
    let mut frames = Vec::new();
    while let Some(frame) = body.frame().await {
        let failed = frame.is_err();
        frames.push(frame);
        if failed {
            break;
        }
    }
    Request::from_parts(parts, Body::new(StreamBody::new(stream::iter(frames))))
}

/// The body of a request.
struct Receiving {
    body: Body,
    received: Received,
}

/// What has come of it.
struct Received {
    bytes: usize,
    most: Option<Most>,
    /// What arrives is taken from the room there is.
    ticket: Option<Ticket>,
    /// The caller has gone away before the end.
    broken_off: Arc<AtomicBool>,
}

/// The most that is received of a body.
#[derive(Debug, Clone, Copy)]
struct Most {
    bytes: usize,
    /// The limit that the caller of a longer one has overlooked.
    told: usize,
}

impl Received {
    fn take(&mut self, bytes: usize) -> Result<(), Error> {
        self.bytes = self.bytes.saturating_add(bytes);
        if let Some(most) = self.most.filter(|most| self.bytes > most.bytes) {
            return Err(Error::message_too_large(most.told));
        }
        self.ticket.as_ref().map_or(Ok(()), |ticket| ticket.hold(self.bytes))
    }
}

impl http_body::Body for Receiving {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let frame = std::task::ready!(Pin::new(&mut this.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                if let Err(error) = this.received.take(frame.data_ref().map_or(0, Bytes::len)) {
                    return Poll::Ready(Some(Err(error.into())));
                }
            }
            Some(Err(_)) => this.received.broken_off.store(true, Ordering::Relaxed),
            None => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}
