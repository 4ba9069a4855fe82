//! The port for whoever runs the service: plain HTTP, for probes, metrics and reloads.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::health::Health;
use super::metrics::{self, Metrics};
use super::reload::Reload;
use crate::rpc::admission::Admission;

/// Connections at once, and the longest that one may last: probes are short.
const MOST_CONNECTIONS: usize = 64;
const LONGEST: Duration = Duration::from_secs(60);

/// What the port tells of.
#[derive(Debug)]
pub struct Admin {
    pub health: Health,
    pub metrics: Arc<Metrics>,
    pub admission: Arc<Admission>,
    pub reload: Arc<Reload>,
}

impl Admin {
    /// Answers for ever.
    pub async fn serve(self: Arc<Self>, listener: TcpListener) {
        let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        loop {
            let Ok((stream, peer)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else { continue };
            let admin = Arc::clone(&self);
            tokio::spawn(async move {
                let _slot = slot;
                let answer = service_fn(|request| {
                    let admin = Arc::clone(&admin);
                    async move { Ok::<_, Infallible>(admin.answer(&request, peer).await) }
                });
                let mut builder = http1::Builder::new();
                builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10)).max_buf_size(16 << 10);
                let _ = timeout(LONGEST, builder.serve_connection(TokioIo::new(stream), answer)).await;
            });
        }
    }

    async fn answer(&self, request: &Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        match (request.method(), request.uri().path()) {
            (&Method::GET | &Method::HEAD, "/livez") => text(StatusCode::OK, "alive\n".to_owned()),
            (&Method::GET | &Method::HEAD, "/readyz") if self.health.is_ready() => {
                text(StatusCode::OK, "ready\n".to_owned())
            }
            (&Method::GET | &Method::HEAD, "/readyz") => {
                text(StatusCode::SERVICE_UNAVAILABLE, "not ready\n".to_owned())
            }
            (&Method::GET, "/metrics") => {
                page(StatusCode::OK, metrics::CONTENT_TYPE, self.metrics.page(&self.admission))
            }
            (&Method::POST, "/reload") => self.reload(request, peer).await,
            (_, "/livez" | "/readyz" | "/metrics" | "/reload") => {
                text(StatusCode::METHOD_NOT_ALLOWED, "not this way\n".to_owned())
            }
            _ => text(StatusCode::NOT_FOUND, "/livez, /readyz, /metrics or, by POST, /reload\n".to_owned()),
        }
    }

    async fn reload(&self, request: &Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        // Not from a page that this machine's user happens to look at, either.
        if !is_this_machine(peer.ip()) || request.headers().contains_key(header::ORIGIN) {
            return text(StatusCode::FORBIDDEN, "only from this machine\n".to_owned());
        }
        let (told, fine) = self.reload.all().await;
        let told = if told.is_empty() { "there is nothing to reload\n".to_owned() } else { told.join("\n") + "\n" };
        text(if fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, told)
    }
}

/// Whether a peer at `address` can only be a program on this machine. A socket for both versions of IP shows those of
/// version 4 as mapped ones.
fn is_this_machine(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    page(status, "text/plain; charset=utf-8", body)
}

fn page(status: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_in_every_way_of_writing_it() {
        for ours in ["127.0.0.1", "127.0.0.2", "127.255.255.255", "::1", "::ffff:127.0.0.1", "::ffff:127.8.9.10"] {
            assert!(is_this_machine(ours.parse().unwrap()), "{ours}");
        }
        for other in [
            "0.0.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "10.0.0.1",
            "169.254.0.1",
            "::",
            "::2",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:128.0.0.1",
            "64:ff9b::127.0.0.1",
            "fe80::1",
            "2001:db8::1",
        ] {
            assert!(!is_this_machine(other.parse().unwrap()), "{other}");
        }
    }
}
