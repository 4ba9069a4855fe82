//! The service around the methods: one file, one idea.
//!
//! | file | idea |
//! |---|---|
//! | `settings` | what can be set, checked together |
//! | `connection` | connections: accepted, aged, kept alive, let go |
//! | `tls` | certificates |
//! | `front` | what every call passes: key, deadline, room |
//! | `auth` | who may call |
//! | `call` | one call counted, logged and ended in time |
//! | `answer` | answers on their way out, given up when nobody takes them |
//! | `method` | which methods there are |
//! | `metrics` | what is counted |
//! | `health` | what health checks are told, and the test before it |
//! | `admin` | probes, metrics and reloads by HTTP |
//! | `reload` | what is read again while the service runs |
//! | `signals` | what the process is told from outside |
//! | `telemetry` | logs and traces |

pub mod admin;
pub mod answer;
pub mod auth;
pub mod call;
pub mod connection;
pub mod front;
pub mod health;
pub mod method;
pub mod metrics;
pub mod reload;
pub mod settings;
pub mod signals;
pub mod telemetry;
pub mod tls;

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::spawn_blocking;
use tonic::service::Routes;
use tonic_health::server::HealthReporter;
use tonic_web::GrpcWebLayer;
use tower::Layer as _;
use tower_http::cors::CorsLayer;

use crate::engine::Engine;
use crate::rpc::admission::Admission;
use crate::rpc::engines::Engines;
use crate::rpc::service::{Server as Scoring, Service};
use crate::rpc::v1;

use admin::Admin;
use answer::Answers;
use auth::{Auth, Keys};
use connection::{Connections, Entry, Manners};
use front::Front;
use health::Checks;
use metrics::Metrics;
use reload::Reload;
use tls::{Loaded, Tls, TlsFiles};

pub use health::Health;
pub use settings::Settings;
pub use signals::Stop;

/// Why the service could not start.
#[derive(Debug)]
pub struct Error(Kind);

#[derive(Debug)]
enum Kind {
    Settings(String),
    File(String),
    Listen { address: String, source: io::Error },
    Reflection(tonic_reflection::server::Error),
    SelfTest(String),
}

impl Error {
    /// Whether the settings contradict each other, whatever the machine is like.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(self.0, Kind::Settings(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Settings(problem) | Kind::File(problem) | Kind::SelfTest(problem) => f.write_str(problem),
            Kind::Listen { address, source } => write!(f, "Cannot listen on {address}: {source}."),
            Kind::Reflection(source) => write!(f, "The API's own description is broken: {source}."),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Listen { source, .. } => Some(source),
            Kind::Reflection(source) => Some(source),
            Kind::Settings(_) | Kind::File(_) | Kind::SelfTest(_) => None,
        }
    }
}

/// Everything that answers calls: scoring, health and, if wanted, reflection.
fn routes(service: Service, settings: &Settings) -> Result<(Routes, HealthReporter), Error> {
    let reporter = HealthReporter::new();
    let health = Checks::new(reporter.clone(), service.stopping.clone());
    let mut routes = Routes::new(Scoring::new(service)).add_service(health);
    if settings.reflection {
        let details = error_details().map_err(|source| Error(Kind::Reflection(source.into())))?;
        let reflection = || {
            tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(v1::FILE_DESCRIPTOR_SET)
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
                .register_file_descriptor_set(details.clone())
        };
        let broken = |source| Error(Kind::Reflection(source));
        routes = routes
            .add_service(reflection().build_v1().map_err(broken)?)
            // grpcurl before 1.8.8 and other older clients ask for this version only.
            .add_service(reflection().build_v1alpha().map_err(broken)?);
    }
    Ok((routes.prepare(), reporter))
}

/// The messages inside `google.rpc.Status.details`, without which clients print them as base64.
/// `google.rpc.Status` itself is left out: our own set has it, and a client that loads both files
/// refuses the second.
fn error_details() -> Result<FileDescriptorSet, prost::DecodeError> {
    let mut set = FileDescriptorSet::decode(tonic_types::pb::FILE_DESCRIPTOR_SET)?;
    set.file.retain(|file| file.name() != "status.proto");
    Ok(set)
}

/// What the settings name files for.
struct Files {
    tls: Option<(TlsFiles, Loaded)>,
    keys: Option<Keys>,
}

impl Files {
    fn read(settings: &Settings) -> Result<Self, Error> {
        let file = |problem| Error(Kind::File(problem));
        let load = |files: &TlsFiles| Ok((files.clone(), files.load(settings.web_origins.is_some())?));
        let tls = settings.tls.as_ref().map(load).transpose().map_err(file)?;
        let keys = settings.keys.as_deref().map(Keys::load).transpose().map_err(file)?;
        Ok(Files { tls, keys })
    }
}

/// Whether a service could start with the settings on this machine, but for its ports: certificates and keys are read, and
/// the engine scores as it must.
///
/// # Errors
/// The settings contradict each other, a file cannot be used, or the model does not score as it must.
pub fn check(settings: &Settings, engine: &Engine) -> Result<(), Error> {
    settings.check().map_err(|problem| Error(Kind::Settings(problem)))?;
    Files::read(settings)?;
    health::self_test(engine, settings.model.as_deref()).map_err(|problem| Error(Kind::SelfTest(problem)))
}

/// A service that is put together and does not listen yet.
#[derive(Debug)]
pub struct Parts {
    pub connections: Arc<Connections>,
    pub health: Health,
    pub admission: Arc<Admission>,
    pub metrics: Arc<Metrics>,
    pub reload: Arc<Reload>,
    stopping: watch::Sender<bool>,
}

impl Parts {
    /// Puts a service together: reads certificates and keys, and answers NOT_SERVING to health checks.
    ///
    /// # Errors
    /// The settings contradict each other, or a file cannot be used.
    pub async fn of(settings: &Settings, engine: Engine) -> Result<Self, Error> {
        settings.check().map_err(|problem| Error(Kind::Settings(problem)))?;
        let Files { tls, keys } = Files::read(settings)?;
        let limits = settings.limits;
        let web = settings.web_origins.is_some();
        let metrics = Arc::new(Metrics::default());
        let tls = tls.map(|(files, loaded)| {
            metrics.certificate_ends(loaded.not_after);
            (files, Arc::new(Tls::new(&loaded)))
        });
        let auth = Arc::new(Auth::new(keys, settings.client_names.clone()));
        let admission = Admission::new(settings.max_in_flight_bytes, settings.max_streams);
        metrics.model(engine.model());
        let engines = Engines::new(engine);
        let (stopping, stopped) = watch::channel(false);
        let service = Service::new(
            Arc::clone(&engines),
            limits,
            Arc::clone(&admission),
            Arc::clone(&metrics) as Arc<_>,
            stopped.clone(),
        )
        .with_threads(settings.threads)
        .with_gzip_replies(settings.gzip_replies);
        let (routes, reporter) = routes(service, settings)?;
        let health = Health::not_yet(reporter, Arc::clone(&metrics)).await;
        let front = Front {
            routes,
            limits,
            admission: Arc::clone(&admission),
            auth: Arc::clone(&auth),
            metrics: Arc::clone(&metrics),
            answers: Answers::new(limits.max_deadline),
            stopping: stopped,
        };
        let manners = Manners {
            keepalive_interval: settings.keepalive_interval,
            keepalive_timeout: settings.keepalive_timeout,
            max_age: settings.max_connection_age,
            web,
        };
        let connections = Connections::new(
            entry(front, settings.web_origins.as_deref()),
            manners,
            &limits,
            tls.as_ref().map(|(_, tls)| Arc::clone(tls)),
            settings.max_connections,
            Arc::clone(&metrics),
        );
        let reload = Reload {
            model: settings.model.clone(),
            engines,
            tls,
            web,
            keys: settings.keys.clone(),
            auth,
            metrics: Arc::clone(&metrics),
            seen: Mutex::default(),
        };
        Ok(Parts { connections: Arc::new(connections), health, admission, metrics, reload: Arc::new(reload), stopping })
    }

    /// Scores as the service will, and is ready if that is as it must be.
    ///
    /// # Errors
    /// It is not.
    pub async fn prove(&self) -> Result<(), Error> {
        let (engine, model) = (self.reload.engines.current(), self.reload.model.clone());
        let tested = spawn_blocking(move || health::self_test(&engine, model.as_deref())).await;
        let tested = tested.unwrap_or_else(|_| Err("The model could not be tried.".to_owned()));
        tested.map_err(|problem| Error(Kind::SelfTest(problem)))?;
        self.health.ready().await;
        Ok(())
    }

    /// Turns true when what is open is to end.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }
}

/// The front, and what browsers need before it where they may call.
fn entry(front: Front, web_origins: Option<&[HeaderValue]>) -> Entry {
    let Some(origins) = web_origins else {
        return Entry::new(front);
    };
    let told = ["grpc-status", "grpc-message", "grpc-status-details-bin", call::REQUEST_ID];
    let cors = CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods([http::Method::POST])
        .allow_headers(tower_http::cors::AllowHeaders::mirror_request())
        .expose_headers(told.map(HeaderName::from_static))
        .max_age(std::time::Duration::from_secs(3_600));
    Entry::new(cors.layer(GrpcWebLayer::new().layer(front)))
}

/// A service that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    listener: TcpListener,
    admin: Option<(SocketAddr, TcpListener)>,
    settings: Settings,
    parts: Parts,
}

/// How a service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every call was answered to its end.
    Finished,
    /// Some took longer than they were given.
    CutOff,
}

impl Server {
    /// Puts a service together and listens; port 0 takes any free one.
    ///
    /// # Errors
    /// The settings contradict each other, a file cannot be used, or an address cannot be listened on.
    pub async fn bind(settings: Settings, engine: Engine) -> Result<Self, Error> {
        let parts = Parts::of(&settings, engine).await?;
        let (address, listener) = listen(&settings.listen).await?;
        let admin = match &settings.admin {
            None => None,
            Some(address) => Some(listen(address).await?),
        };
        Ok(Server { address, listener, admin, settings, parts })
    }

    /// The address that clients reach.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the admin port, if there is one.
    #[must_use]
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(|(address, _)| *address)
    }

    /// What reads files again.
    #[must_use]
    pub fn reload(&self) -> Arc<Reload> {
        Arc::clone(&self.parts.reload)
    }

    /// Answers calls until `stop`. Then: NOT_SERVING, calls still answered for the drain delay if `stop`
    /// leaves time for it; the door is closed, streams end after what they have sent, and open calls have
    /// the shutdown timeout to finish.
    ///
    /// # Errors
    /// The service does not score as it must.
    pub async fn run(self, stop: impl Future<Output = Stop>) -> Result<Ended, Error> {
        let Server { address, listener, admin, settings, parts } = self;
        // The admin port tells of a service that is not ready, too.
        let admin = admin.map(|(address, listener)| {
            tracing::info!(%address, "admin port");
            let admin = Admin {
                health: parts.health.clone(),
                metrics: Arc::clone(&parts.metrics),
                admission: Arc::clone(&parts.admission),
                reload: Arc::clone(&parts.reload),
            };
            tokio::spawn(Arc::new(admin).serve(listener))
        });
        let serving = tokio::spawn(Arc::clone(&parts.connections).serve(listener, parts.stopping()));
        let watching = settings.reload_interval.map(|interval| {
            let reload = Arc::clone(&parts.reload);
            tokio::spawn(async move { reload.watch(interval).await })
        });
        parts.prove().await?;
        tracing::info!(%address, model = parts.reload.engines.current().model().version(), "listening");

        let stop = stop.await;
        let mut health = parts.health;
        health.drain().await;
        if stop == Stop::AfterDelay && !settings.drain_delay.is_zero() {
            tracing::info!(delay = ?settings.drain_delay, "not serving from now on; calls are still answered");
            tokio::time::sleep(settings.drain_delay).await;
        }
        tracing::info!("stopping");
        health.stop().await;
        // Connections hear of it; there may be none.
        let _ = parts.stopping.send(true);
        let mut serving = serving;
        let ended = match tokio::time::timeout(settings.shutdown_timeout, &mut serving).await {
            Ok(_) => Ended::Finished,
            Err(_) => {
                serving.abort();
                tracing::warn!(timeout = ?settings.shutdown_timeout, "open calls were cut off");
                Ended::CutOff
            }
        };
        for task in [admin, watching].into_iter().flatten() {
            task.abort();
        }
        tracing::info!("stopped");
        Ok(ended)
    }
}

async fn listen(address: &str) -> Result<(SocketAddr, TcpListener), Error> {
    let failed = |source| Error(Kind::Listen { address: address.to_owned(), source });
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    Ok((listener.local_addr().map_err(failed)?, listener))
}
