//! A caller that says what no well-made client says, and never gives up by itself.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream::{self, StreamExt as _};
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http2::{Builder, SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use tokio::net::TcpStream;
use tonic::Status;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;
type Body = BoxBody<Bytes, std::convert::Infallible>;

#[derive(Clone)]
pub struct Raw(SendRequest<Body>);

/// A message as gRPC frames it.
pub fn frame(message: &impl Message) -> Bytes {
    framed(0, &message.encode_to_vec())
}

/// Bytes as gRPC frames them; `flag` is 1 for those that are compressed.
pub fn framed(flag: u8, message: &[u8]) -> Bytes {
    let mut bytes = vec![flag];
    bytes.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    bytes.extend(message);
    bytes.into()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 19).unwrap()
}

impl Raw {
    pub async fn connect(address: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (send, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Raw(send))
    }

    /// One call with one body; what became of it.
    pub async fn call(&mut self, method: &str, headers: &[(&str, &str)], body: Bytes) -> Outcome<Status> {
        self.send(method, headers, Full::new(body).boxed()).await
    }

    /// One call whose body begins and never ends.
    pub async fn call_without_end(&mut self, method: &str, headers: &[(&str, &str)], begun: Bytes) -> Outcome<Status> {
        let begun = Some(begun).filter(|begun| !begun.is_empty()).map(|begun| Ok(Frame::data(begun)));
        let body = StreamBody::new(stream::iter(begun).chain(stream::pending()));
        self.send(method, headers, http_body_util::BodyExt::boxed(body)).await
    }

    async fn send(&mut self, method: &str, headers: &[(&str, &str)], body: Body) -> Outcome<Status> {
        let request = post(method, headers, body)?;
        let response = self.0.send_request(request).await?;
        status(response).await
    }
}

/// A call whose answer is never read beyond its headers. It ends when this is dropped.
pub struct Unread {
    _caller: Raw,
    _answer: Response<Incoming>,
}

impl Unread {
    /// Over a connection of its own that takes hardly anything before it is read.
    pub async fn call(address: &str, message: &impl Message) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        let mut narrow = Builder::new(TokioExecutor::new());
        narrow.initial_stream_window_size(1_024);
        let (send, connection) = narrow.handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let mut caller = Raw(send);
        let answer = caller.0.send_request(post("ScoreArticle", &[], Full::new(frame(message)).boxed())?).await?;
        Ok(Unread { _caller: caller, _answer: answer })
    }
}

fn post(method: &str, headers: &[(&str, &str)], body: Body) -> Outcome<Request<Body>> {
    let mut request = Request::post(format!("http://test/candor.v1.ReliabilityService/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Ok(request.body(body)?)
}

async fn status(response: Response<Incoming>) -> Outcome<Status> {
    let (parts, body) = response.into_parts();
    let found = |headers: &HeaderMap| Status::from_header_map(headers);
    if let Some(status) = found(&parts.headers) {
        return Ok(status);
    }
    let trailers = body.collect().await?.trailers().cloned().unwrap_or_default();
    found(&trailers).ok_or_else(|| format!("no status, HTTP {}", parts.status).into())
}
