//! Logs, to standard error, and traces, to a collector.

use std::io::Write as _;
use std::sync::OnceLock;

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object a line.
    Json,
}

/// Where traces go.
#[derive(Debug, Clone, PartialEq)]
pub struct Traces {
    /// Of a collector that takes OTLP over gRPC, such as `http://127.0.0.1:4317`.
    pub endpoint: String,
    /// The share, 0 to 1, of the traces begun here; those begun by callers are followed as they say.
    pub ratio: f64,
}

/// Sends what is left when it is dropped. Not on an asynchronous thread, for it waits.
#[derive(Debug)]
#[must_use]
pub struct Sending(Option<SdkTracerProvider>);

impl Drop for Sending {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take() {
            // A collector that is away loses its traces; that is in the log.
            let _ = provider.shutdown();
        }
    }
}

/// Set once traces are sent.
static TRACING: OnceLock<()> = OnceLock::new();

/// Starts logging and, if wanted, tracing. Dependencies say no more than warnings at any `level`: some of
/// them write whole frames at their finer levels, and article text must not reach a log. Traces need a
/// runtime to be entered.
///
/// # Errors
/// The collector's address is not one.
pub fn start(format: LogFormat, level: LevelFilter, traces: Option<&Traces>) -> Result<Sending, String> {
    let wanted = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("candor", level);
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let provider = traces.map(provider).transpose()?;
    let spans = provider.as_ref().map(|provider| {
        let _ = TRACING.set(());
        let ours = Targets::new().with_target("candor", LevelFilter::DEBUG);
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("candor"));
        layer.with_location(false).with_threads(false).with_target(false).with_filter(ours)
    });
    // A second start in one process keeps the first.
    let _ = tracing_subscriber::registry().with(spans).with(lines.with_filter(wanted)).try_init();
    Ok(Sending(provider))
}

fn provider(traces: &Traces) -> Result<SdkTracerProvider, String> {
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(&traces.endpoint).build();
    let exporter = exporter.map_err(|error| format!("Cannot send traces: {error}."))?;
    let resource = Resource::builder()
        .with_service_name("candor")
        .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(traces.ratio))))
        .with_resource(resource)
        .build())
}

/// Makes `span` a part of the trace that a caller's `traceparent` names.
pub fn follow(span: &Span, headers: &HeaderMap) {
    if TRACING.get().is_some() && headers.contains_key("traceparent") {
        let parent = TraceContextPropagator::new().extract(&Carried(headers));
        // Fails where the span is not sampled into anything.
        let _ = span.set_parent(parent);
    }
}

struct Carried<'a>(&'a HeaderMap);

impl Extractor for Carried<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

/// Reports a panic by its place in the code and not by its message, which may quote the article.
pub fn report_panics_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        if tracing::event_enabled!(tracing::Level::ERROR) {
            tracing::error!(place, "panicked");
        } else {
            let _ = writeln!(std::io::stderr(), "A fault in the program at {place}.");
        }
    }));
}
