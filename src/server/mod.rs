//! Configuration, listening, shutdown.

pub mod telemetry;

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use prost::Message as _;
use prost_types::FileDescriptorSet;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tonic::codec::CompressionEncoding;
use tonic::server::NamedService as _;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::engine::Engine;
use crate::rpc::v1::{self, reliability_service_server::ReliabilityServiceServer};
use crate::rpc::{Limits, Service};

type Scoring = ReliabilityServiceServer<Service>;

/// How long open calls may take to end once the service is told to stop.
pub const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Why the service could not start, or stopped on its own.
#[derive(Debug)]
pub struct Error(Kind);

#[derive(Debug)]
enum Kind {
    Listen { address: String, source: io::Error },
    Reflection(tonic_reflection::server::Error),
    Serve(tonic::transport::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Listen { address, source } => write!(f, "Cannot listen on {address}: {source}."),
            Kind::Reflection(source) => write!(f, "The API's own description is broken: {source}."),
            Kind::Serve(source) => write!(f, "The service stopped: {source}."),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Listen { source, .. } => Some(source),
            Kind::Reflection(source) => Some(source),
            Kind::Serve(source) => Some(source),
        }
    }
}

/// What health checks are told.
#[derive(Debug, Clone)]
pub struct Health(HealthReporter);

impl Health {
    /// The names that callers ask for: the whole server, and its one service.
    const NAMES: [&str; 2] = ["", Scoring::NAME];

    async fn set(&self, status: ServingStatus) {
        for name in Self::NAMES {
            self.0.set_service_status(name, status).await;
        }
    }

    /// The service takes calls.
    pub async fn ready(&self) {
        self.set(ServingStatus::Serving).await;
    }

    /// The service takes no more calls. Open watches hear of it and then end: left open, they would
    /// hold up a graceful shutdown for ever.
    pub async fn stop(&mut self) {
        self.set(ServingStatus::NotServing).await;
        for name in Self::NAMES {
            self.0.clear_service_status(name).await;
        }
    }
}

/// Everything that answers calls: scoring, health (not yet ready) and reflection.
///
/// # Errors
/// If the compiled descriptors are not valid, which tests rule out.
pub async fn routes(engine: Engine, limits: Limits) -> Result<(Routes, Health), Error> {
    let (reporter, health_service) = tonic_health::server::health_reporter();
    let health = Health(reporter);
    health.set(ServingStatus::NotServing).await;

    let scoring = Scoring::new(Service::new(engine, limits))
        .max_decoding_message_size(limits.max_decoded_bytes())
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd);

    let details = error_details().map_err(|source| Error(Kind::Reflection(source.into())))?;
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(v1::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .register_file_descriptor_set(details.clone())
    };
    let broken = |source| Error(Kind::Reflection(source));
    let routes = Routes::new(scoring)
        .add_service(health_service)
        .add_service(reflection().build_v1().map_err(broken)?)
        // grpcurl before 1.8.8 and other older clients ask for this version only.
        .add_service(reflection().build_v1alpha().map_err(broken)?);
    Ok((routes, health))
}

/// The messages inside `google.rpc.Status.details`, without which clients print them as base64.
/// `google.rpc.Status` itself is left out: our own set has it, and a client that loads both files
/// refuses the second.
fn error_details() -> Result<FileDescriptorSet, prost::DecodeError> {
    let mut set = FileDescriptorSet::decode(tonic_types::pb::FILE_DESCRIPTOR_SET)?;
    set.file.retain(|file| file.name() != "status.proto");
    Ok(set)
}

/// A service that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    incoming: TcpIncoming,
    routes: Routes,
    health: Health,
}

impl Server {
    /// Listens on `listen`; port 0 takes any free one.
    ///
    /// # Errors
    /// If the address cannot be listened on.
    pub async fn bind(listen: &str, engine: Engine, limits: Limits) -> Result<Self, Error> {
        let (routes, health) = routes(engine, limits).await?;
        let failed = |source| Error(Kind::Listen { address: listen.to_owned(), source });
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Server { address, incoming: TcpIncoming::from(listener).with_nodelay(Some(true)), routes, health })
    }

    /// The address that clients reach.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers calls until `stop`, then lets open calls end for at most `drain_time`.
    ///
    /// # Errors
    /// If the transport fails.
    pub async fn run(self, stop: impl Future<Output = ()>, drain_time: Duration) -> Result<(), Error> {
        let (stopping, stopped) = oneshot::channel();
        let mut health = self.health.clone();
        let drain = async move {
            stop.await;
            tracing::info!("stopping");
            health.stop().await;
            // Nobody listens any more if the transport has failed meanwhile.
            let _ = stopping.send(());
        };
        self.health.ready().await;
        tracing::info!(address = %self.address, "listening");
        let serving = tonic::transport::Server::builder()
            .add_routes(self.routes)
            .serve_with_incoming_shutdown(self.incoming, drain);
        let out_of_time = async {
            let _ = stopped.await;
            tokio::time::sleep(drain_time).await;
        };
        tokio::select! {
            biased;
            ended = serving => ended.map_err(|source| Error(Kind::Serve(source)))?,
            () = out_of_time => tracing::warn!("open calls were cut off"),
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Listens for the signals that stop the process, from now on: the keyboard's, and that of whatever
/// runs it. The future ends with the first of them.
///
/// # Errors
/// If the signals cannot be listened for.
#[cfg(unix)]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for the signal that stops the process. The future ends with it.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
