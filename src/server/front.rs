//! What every call passes before it reaches its method, from the outside in.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes};
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

use super::answer::Answers;
use super::auth::{Auth, Peer};
use super::call::{Call, Following, timeout};
use super::method::{Kind, Method};
use super::metrics::Metrics;
use crate::rpc::admission::{Admission, Ticket};
use crate::rpc::budget::Deadline;
use crate::rpc::compression::Encoding;
use crate::rpc::framing::{COMPRESSED, PLAIN, PREFIX_BYTES, Parts, Prefix};
use crate::rpc::limits::Most;
use crate::rpc::{Error, Limits};

/// The greatest request of a method that scores nothing.
const SMALL_REQUEST: Most = Most { bytes: (64 << 10) - PREFIX_BYTES, told: 64 << 10 };

/// The way to the methods. Clones share everything.
#[derive(Debug, Clone)]
pub struct Front {
    pub routes: Routes,
    pub limits: Limits,
    pub admission: Arc<Admission>,
    pub auth: Arc<Auth>,
    pub metrics: Arc<Metrics>,
    pub answers: Arc<Answers>,
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
        call.follow(response, following, &self.answers)
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
        let routed = async {
            let request = match method.kind {
                Kind::Scoring => whole(request, self.limits.most_of_a_request(), ticket.as_ref()).await?,
                Kind::Unary | Kind::ServerStream => whole(request, SMALL_REQUEST, None).await?,
                Kind::Stream => request.map(|body| Body::new(Limited { body, bytes: 0 })),
                Kind::ScoringStream => request,
            };
            self.routes.clone().oneshot(request).await.map_err(|_| Error::internal())
        };
        let response = match deadline {
            Some(deadline) => timeout_at(deadline, routed).await.unwrap_or_else(|_| Err(Error::deadline("call"))),
            None => routed.await,
        };
        Ok((self.in_our_terms(response?), Following::of(method, deadline, &self.stopping, ticket)))
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

/// The request of one message once all of it is here, inflated. The transport would inflate it before there is room for
/// that, take as much as a header asks for, and wait with it for the end of the body.
async fn whole(request: Request<Body>, most: Most, ticket: Option<&Ticket>) -> Result<Request<Body>, Error> {
    let hold = |bytes| ticket.map_or(Ok(()), |ticket| ticket.hold(bytes));
    let (parts, mut body) = request.into_parts();
    let mut arrived = Parts::default();
    while let Some(frame) = body.frame().await {
        // The transport takes a caller that goes away in the middle of a message for one that sends none.
        let frame = frame.map_err(|_| Error::cancelled())?;
        if let Ok(data) = frame.into_data() {
            arrived.push(data);
            if arrived.remaining() > PREFIX_BYTES + most.bytes {
                return Err(Error::message_too_large(most.told));
            }
            hold(arrived.remaining())?;
        }
    }
    if let Some(prefix) = Prefix::of(&arrived).filter(|prefix| prefix.flag == COMPRESSED)
        && let Ok(encoding) = Encoding::of(&parts.headers)
    {
        arrived.advance(PREFIX_BYTES);
        if arrived.remaining() != prefix.bytes {
            return Err(Error::malformed());
        }
        let inflated = encoding.inflate(arrived, most)?;
        hold(inflated.len())?;
        arrived = Parts::default();
        arrived.push(Prefix { flag: PLAIN, bytes: inflated.len() }.encode());
        arrived.push(inflated.into());
    }
    let frames = arrived.into_iter().map(|part| Ok::<_, Infallible>(Frame::data(part)));
    Ok(Request::from_parts(parts, Body::new(StreamBody::new(stream::iter(frames)))))
}

/// The body of a request that has to be small.
struct Limited {
    body: Body,
    bytes: usize,
}

impl http_body::Body for Limited {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            self.bytes = self.bytes.saturating_add(frame.data_ref().map_or(0, Bytes::len));
            if self.bytes > PREFIX_BYTES + SMALL_REQUEST.bytes {
                return Poll::Ready(Some(Err(Error::message_too_large(SMALL_REQUEST.told).into())));
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}
