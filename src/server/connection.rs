//! Connections: accepted up to a number, with or without TLS, aged, and let go when the service stops.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tonic::body::Body;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;

use super::auth::Peer;
use super::metrics::Metrics;
use super::tls::{self, Tls};
use crate::rpc::Limits;
use crate::rpc::stopping::turns_true;

/// What answers calls.
pub type Entry = BoxCloneSyncService<Request<Body>, http::Response<Body>, Infallible>;

/// How long a client may take to begin to speak, and to agree on TLS.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// How old a connection must be before it is told to go elsewhere: before HTTP/2 is agreed on, there is no
/// way to say so but to hang up on a call that is on its way.
const SETTLING_TIME: Duration = Duration::from_millis(200);

/// Resets that a client may have in the queue: what cancels much is not yet an attack.
const PENDING_RESETS: usize = 256;

/// What a caller may send of each call before it is read: a stream that waits for room has so much of its messages in
/// memory. A connection takes as much for all of its calls, so that those that wait keep nothing from the others.
const UNREAD_BYTES: u32 = 256 << 10;

/// What of an answer may wait for the network beside what waits in the answer itself.
const UNSENT_BYTES: usize = 64 << 10;

/// What a connection is like.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// How often to ask whether a client is still there; never if absent.
    pub keepalive_interval: Option<Duration>,
    /// How long it may take to answer.
    pub keepalive_timeout: Duration,
    /// After this, clients are asked to connect again, so that new replicas get their share. What is open
    /// then ends in its own time: a bound on that would cut calls.
    pub max_age: Option<Duration>,
    /// Whether browsers may speak HTTP/1.1.
    pub web: bool,
}

/// What a connection may send before it is read, up to what HTTP/2 allows.
fn connection_window(calls: u32) -> u32 {
    const MOST: u32 = (1 << 31) - 1;
    UNREAD_BYTES.saturating_mul(calls.saturating_add(1)).min(MOST)
}

/// Serves connections.
#[derive(Debug)]
pub struct Connections {
    builder: Builder<TokioExecutor>,
    entry: Entry,
    manners: Manners,
    tls: Option<Arc<Tls>>,
    slots: Arc<Semaphore>,
    metrics: Arc<Metrics>,
}

impl Connections {
    /// Connections to `entry`, no more than `most` at once.
    #[must_use]
    pub fn new(
        entry: Entry,
        manners: Manners,
        limits: &Limits,
        tls: Option<Arc<Tls>>,
        most: usize,
        metrics: Arc<Metrics>,
    ) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.max_calls_per_connection)
            // The transport refuses what is as long as its limit.
            .max_header_list_size(limits.max_header_bytes.saturating_add(1))
            .max_pending_accept_reset_streams(PENDING_RESETS)
            .initial_stream_window_size(UNREAD_BYTES)
            .initial_connection_window_size(connection_window(limits.max_calls_per_connection))
            .max_send_buf_size(UNSENT_BYTES)
            .keep_alive_interval(manners.keepalive_interval)
            .keep_alive_timeout(manners.keepalive_timeout);
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HANDSHAKE_TIME)
            .max_buf_size((limits.max_header_bytes as usize).max(8 << 10));
        let builder = if manners.web { builder } else { builder.http2_only() };
        Connections { builder, entry, manners, tls, slots: Arc::new(Semaphore::new(most)), metrics }
    }

    /// Accepts connections until `stopping` turns true. Then the door is closed behind those that were
    /// already waiting before it, all are told to go elsewhere, and this returns when every connection has
    /// finished what was open on it.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, stopping: watch::Receiver<bool>) {
        let mut open = JoinSet::new();
        // Later than `stopping`: a client told to go elsewhere must not come back to a door that is ajar.
        let (close, closing) = watch::channel(false);
        let stop = turns_true(stopping);
        tokio::pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(_) = open.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((stream, address)) => self.admit(stream, address, &mut open, &closing),
                    Err(error) => {
                        // Out of file descriptors, mostly: some time may free one.
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
        // Those that the system has accepted for us would be reset.
        while let Some(Ok((stream, address))) = listener.accept().now_or_never() {
            self.admit(stream, address, &mut open, &closing);
        }
        drop(listener);
        // There may be no connection to hear it.
        let _ = close.send(true);
        while open.join_next().await.is_some() {}
    }

    fn admit(
        self: &Arc<Self>,
        stream: TcpStream,
        address: SocketAddr,
        open: &mut JoinSet<()>,
        closing: &watch::Receiver<bool>,
    ) {
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            return self.metrics.connection_refused();
        };
        let (connections, closing) = (Arc::clone(self), closing.clone());
        open.spawn(async move {
            let _slot = slot;
            let peer = Peer { address: Some(address), ..Peer::default() };
            connections.receive(stream, peer, closing).await;
        });
    }

    async fn receive(&self, stream: TcpStream, mut peer: Peer, stopping: watch::Receiver<bool>) {
        let _open = self.metrics.connection();
        let _ = stream.set_nodelay(true);
        // A client that says nothing is not kept.
        if !matches!(timeout(HANDSHAKE_TIME, stream.readable()).await, Ok(Ok(()))) {
            return;
        }
        let Some(tls) = &self.tls else {
            return self.speak(stream, peer, stopping).await;
        };
        let accepting = TlsAcceptor::from(tls.config()).accept(stream);
        match timeout(HANDSHAKE_TIME, accepting).await {
            Ok(Ok(stream)) => {
                let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                peer.names = certificate.map(tls::names).unwrap_or_default().into();
                self.speak(stream, peer, stopping).await;
            }
            Ok(Err(error)) => tracing::info!(peer = ?peer.address, %error, "no TLS"),
            Err(_) => tracing::info!(peer = ?peer.address, error = %io::ErrorKind::TimedOut, "no TLS"),
        }
    }

    /// Serves one connection until its client leaves, it is old, or `stopping` turns true, and then what
    /// is open on it.
    pub async fn speak<S>(&self, stream: S, peer: Peer, stopping: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let entry = self.entry.clone().map_request(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer.clone());
            request
        });
        let connection = self.builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(entry));
        tokio::pin!(connection);
        let aged = async {
            match self.manners.max_age {
                Some(age) => tokio::time::sleep(age).await,
                None => std::future::pending().await,
            }
        };
        let told_to_go = async {
            tokio::time::sleep(SETTLING_TIME).await;
            turns_true(stopping).await;
        };
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = aged => None,
            () = told_to_go => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            // Clients go away in many ways, and none of them is our fault.
            tracing::debug!(%error, "a connection ended");
        }
    }
}
