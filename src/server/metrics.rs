//! What is counted, for Prometheus. The table in docs/operations.md lists the same, and a test holds
//! them against each other.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets, linear_buckets};
use prometheus_client::registry::Registry;
use tonic::Code;

use super::method::{METHODS, Method};
use crate::engine::STAGES;
use crate::features::FEATURES;
use crate::model::Model;
use crate::rpc::admission::Admission;
use crate::rpc::observer::Observer;
use crate::rpc::v1;

/// The type that [`Metrics::page`] writes.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Called {
    grpc_service: &'static str,
    grpc_method: &'static str,
    grpc_type: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Handled {
    grpc_service: &'static str,
    grpc_method: &'static str,
    grpc_type: &'static str,
    grpc_code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Stage {
    stage: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FeatureId {
    feature_id: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Applicability {
    applicability: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ModelInfo {
    version: String,
    sha256: String,
    feature_set_version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reload {
    what: &'static str,
    outcome: &'static str,
}

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// Everything that is counted.
pub struct Metrics {
    registry: Registry,
    started: Family<Called, Counter>,
    handled: Family<Handled, Counter>,
    handling: Histograms<Called>,
    articles: Family<Applicability, Counter>,
    article_bytes: Histogram,
    score: Histogram,
    features: Histograms<FeatureId>,
    /// The same ones by their place in a report, where text statistics come last and have no percentile: to look each
    /// up by its name takes longer than to count it.
    features_by_place: Vec<(&'static str, OnceLock<Histogram>)>,
    stages: Histograms<Stage>,
    in_flight: Family<Kind, Gauge>,
    open_streams: Gauge,
    refused: Counter,
    connections: Gauge,
    connections_refused: Counter,
    model: Family<ModelInfo, Gauge>,
    reloads: Family<Reload, Counter>,
    certificate_end: Gauge<f64, AtomicU64>,
    ready: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

fn seconds_of_calls() -> Histogram {
    // 0.5 ms to 33 s.
    Histogram::new(exponential_buckets(0.000_5, 4.0, 9))
}

fn seconds_of_stages() -> Histogram {
    // 10 us to 10 s.
    Histogram::new(exponential_buckets(0.000_01, 10.0, 7))
}

fn tenths() -> Histogram {
    Histogram::new(linear_buckets(0.1, 0.1, 9))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Metrics {
            registry: Registry::default(),
            started: Family::default(),
            handled: Family::default(),
            handling: Family::new_with_constructor(seconds_of_calls),
            articles: Family::default(),
            article_bytes: Histogram::new(exponential_buckets(256.0, 4.0, 8)),
            score: tenths(),
            features: Family::new_with_constructor(tenths),
            features_by_place: FEATURES.iter().map(|feature| (feature.id, OnceLock::new())).collect(),
            stages: Family::new_with_constructor(seconds_of_stages),
            in_flight: Family::default(),
            open_streams: Gauge::default(),
            refused: Counter::default(),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            model: Family::default(),
            reloads: Family::default(),
            certificate_end: Gauge::default(),
            ready: Gauge::default(),
        };
        metrics.register();
        // Series exist from the start: the rate of one that appears with its first event misses that event.
        for &method in METHODS {
            let _ = metrics.started.get_or_create(&called(method));
            let _ = metrics.handled.get_or_create(&handled(method, Code::Ok));
            let _ = metrics.handling.get_or_create(&called(method));
        }
        for stage in STAGES {
            let _ = metrics.stages.get_or_create(&Stage { stage });
        }
        let known = (1..).map_while(|number| v1::Applicability::try_from(number).ok());
        for applicability in known.map(|known| known.as_str_name()) {
            let _ = metrics.articles.get_or_create(&Applicability { applicability });
        }
        for what in ["model", "certificate", "keys"] {
            for outcome in ["replaced", "kept"] {
                let _ = metrics.reloads.get_or_create(&Reload { what, outcome });
            }
        }
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let all = &mut self.registry;
        let build: Family<Build, Gauge> = Family::default();
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION") }).set(1);
        all.register("grpc_server_started", "Calls begun", self.started.clone());
        all.register("grpc_server_handled", "Calls ended, by code", self.handled.clone());
        all.register(
            "grpc_server_handling_seconds",
            "From a call's headers to the end of its answer",
            self.handling.clone(),
        );
        all.register("candor_articles", "Articles reported on, by applicability", self.articles.clone());
        all.register("candor_article_bytes", "UTF-8 bytes of article text", self.article_bytes.clone());
        all.register("candor_score", "Scores given", self.score.clone());
        all.register(
            "candor_feature_percentile",
            "Where the value of a feature stands among those of the model's reference articles",
            self.features.clone(),
        );
        all.register("candor_stage_seconds", "Time in one stage of one article", self.stages.clone());
        all.register(
            "candor_in_flight_bytes",
            "Bytes of articles received and not yet answered and of reports not yet taken, with 64 KiB for each call",
            self.in_flight.clone(),
        );
        all.register("candor_open_streams", "StreamScoreArticles calls that are open", self.open_streams.clone());
        all.register("candor_refused_calls", "Calls refused for want of room", self.refused.clone());
        all.register("candor_connections", "Connections that are open", self.connections.clone());
        all.register(
            "candor_refused_connections",
            "Connections closed for being too many",
            self.connections_refused.clone(),
        );
        all.register("candor_model_info", "The model in use; always 1", self.model.clone());
        all.register("candor_build_info", "The program; always 1", build);
        all.register(
            "candor_reloads",
            "Files read again, and whether what was in use was replaced or kept",
            self.reloads.clone(),
        );
        all.register(
            "candor_certificate_not_after_timestamp_seconds",
            "When the certificate in use ends, in Unix time; 0 without TLS",
            self.certificate_end.clone(),
        );
        all.register("candor_ready", "1 while health checks are answered SERVING", self.ready.clone());
    }

    /// A call has begun.
    pub fn started(&self, method: Method) {
        self.started.get_or_create(&called(method)).inc();
    }

    /// A call has ended.
    pub fn handled(&self, method: Method, code: Code, took: Duration) {
        self.handled.get_or_create(&handled(method, code)).inc();
        self.handling.get_or_create(&called(method)).observe(took.as_secs_f64());
    }

    /// A connection was opened, for as long as the value lives.
    #[must_use]
    pub fn connection(&self) -> impl Sized + Send + use<> {
        struct Open(Gauge);
        impl Drop for Open {
            fn drop(&mut self) {
                self.0.dec();
            }
        }
        self.connections.inc();
        Open(self.connections.clone())
    }

    /// A connection was closed for being one too many.
    pub fn connection_refused(&self) {
        self.connections_refused.inc();
    }

    /// This model is in use from now on.
    pub fn model(&self, model: &Model) {
        let info = ModelInfo {
            version: model.version().to_owned(),
            sha256: model.sha256().to_owned(),
            feature_set_version: model.artifact().feature_set_version.clone(),
        };
        self.model.clear();
        self.model.get_or_create(&info).set(1);
    }

    /// Something was read again; `replaced` or else kept.
    pub fn reloaded(&self, what: &'static str, replaced: bool) {
        let outcome = if replaced { "replaced" } else { "kept" };
        self.reloads.get_or_create(&Reload { what, outcome }).inc();
    }

    /// The certificate in use ends at `timestamp`, in Unix seconds.
    pub fn certificate_ends(&self, timestamp: i64) {
        #[expect(clippy::cast_precision_loss, reason = "seconds of Unix time are below 2^53")]
        self.certificate_end.set(timestamp as f64);
    }

    /// Whether health checks are told that the service takes calls.
    pub fn ready(&self, ready: bool) {
        self.ready.set(i64::from(ready));
    }

    /// Everything, as Prometheus reads it. What `admission` holds is read now.
    #[must_use]
    pub fn page(&self, admission: &Admission) -> String {
        let (unary, streamed) = admission.bytes_in_flight();
        for (kind, bytes) in [("unary", unary), ("stream", streamed)] {
            self.in_flight.get_or_create(&Kind { kind }).set(gauge(bytes));
        }
        self.open_streams.set(gauge(admission.open_streams()));
        let refused = admission.refused();
        self.refused.inc_by(refused.saturating_sub(self.refused.get()));
        let mut page = String::new();
        // Writing to a string cannot fail.
        let _ = prometheus_client::encoding::text::encode(&mut page, &self.registry);
        page
    }
}

impl Observer for Metrics {
    fn stage(&self, stage: &'static str, took: Duration) {
        self.stages.get_or_create(&Stage { stage }).observe(took.as_secs_f64());
    }

    fn scored(&self, report: &v1::Report, text_bytes: usize) {
        let applicability = report.applicability().as_str_name();
        self.articles.get_or_create(&Applicability { applicability }).inc();
        #[expect(clippy::cast_precision_loss, reason = "texts are far below 2^53 bytes")]
        self.article_bytes.observe(text_bytes as f64);
        if let Some(score) = report.score {
            self.score.observe(score);
        }
        for (feature, (id, histogram)) in report.features.iter().zip(&self.features_by_place) {
            debug_assert_eq!(feature.feature_id, *id, "reports list the features in their order");
            if let Some(percentile) = feature.percentile {
                let found = || self.features.get_or_create_owned(&FeatureId { feature_id: id });
                histogram.get_or_init(found).observe(percentile);
            }
        }
    }
}

fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn called(method: Method) -> Called {
    Called { grpc_service: method.service, grpc_method: method.name, grpc_type: method.grpc_type() }
}

fn handled(method: Method, code: Code) -> Handled {
    let Called { grpc_service, grpc_method, grpc_type } = called(method);
    Handled { grpc_service, grpc_method, grpc_type, grpc_code: code_name(code) }
}

/// The name of a code as gRPC writes it.
#[must_use]
pub fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Options, View};
    use crate::rpc::convert;
    use crate::{Article, Engine};

    #[test]
    fn features_are_counted_under_their_own_names() {
        let engine = Engine::embedded().unwrap();
        let article = Article::from_text(include_str!("../../samples/council-budget.txt"));
        let metrics = Metrics::default();
        let mut expected = 0;
        for view in [View::Basic, View::Full] {
            let options = Options { view, ..Options::default() };
            let report = convert::report(engine.score_for(&article, view), &article, options);
            metrics.scored(&report, article.text.len());
            expected += 1;
            let page = metrics.page(&Admission::new(0, 0));
            for feature in report.features.iter().filter(|feature| feature.percentile.is_some()) {
                let id = &feature.feature_id;
                let line = format!("candor_feature_percentile_count{{feature_id=\"{id}\"}} {expected}");
                assert!(page.lines().any(|found| found == line), "{line}");
            }
        }
    }
}
