//! What health checks are told, and what must hold before they are told that the service is well.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::{self, BoxStream, StreamExt};
use serde::Deserialize;
use tokio::sync::watch;
use tonic::server::NamedService as _;
use tonic::{Code, Request, Response, Status};
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{self, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse, health_check_response};
use tonic_health::server::{HealthReporter, HealthService};

use super::Scoring;
use super::metrics::Metrics;
use crate::article::Article;
use crate::engine::Engine;
use crate::report::Applicability;
use crate::rpc::stopping::turns_true;
use crate::sigmoid::sigmoid;

/// An article of ordinary length that every model can judge.
const SAMPLE: &str = include_str!("../../samples/council-budget.txt");

/// How far two ways of adding up a score may lie apart.
const TOLERANCE: f64 = 1e-9;

/// What health checks are told. Clones tell the same.
#[derive(Debug, Clone)]
pub struct Health {
    reporter: HealthReporter,
    ready: Arc<AtomicBool>,
    metrics: Arc<Metrics>,
}

impl Health {
    /// The names that callers ask for: the whole server, and its one service.
    const NAMES: [&str; 2] = ["", Scoring::NAME];

    /// Not ready yet.
    pub async fn not_yet(reporter: HealthReporter, metrics: Arc<Metrics>) -> Self {
        let health = Health { reporter, ready: Arc::new(AtomicBool::new(false)), metrics };
        health.set(false).await;
        health
    }

    async fn set(&self, ready: bool) {
        let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
        self.ready.store(ready, Ordering::Release);
        self.metrics.ready(ready);
        for name in Self::NAMES {
            self.reporter.set_service_status(name, status).await;
        }
    }

    /// Whether the service takes calls.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// The service takes calls.
    pub async fn ready(&self) {
        self.set(true).await;
    }

    /// No more calls should be sent; those that come are answered.
    pub async fn drain(&self) {
        if self.is_ready() {
            self.set(false).await;
        }
    }

    /// The service takes no more calls. Open watches hear of it and then end: left open, they would
    /// hold up a graceful shutdown for ever.
    pub async fn stop(&mut self) {
        self.drain().await;
        for name in Self::NAMES {
            self.reporter.clear_service_status(name).await;
        }
    }
}

/// The health service as its protocol has it: a watch of a service that is not known says so and stays open. That of
/// [`tonic_health`] ends it with an error, upon which clients ask again and again.
#[derive(Debug)]
pub struct Checks {
    service: HealthService,
    stopping: watch::Receiver<bool>,
}

impl Checks {
    /// What `reporter` tells, until `stopping` turns true.
    #[must_use]
    pub fn new(reporter: HealthReporter, stopping: watch::Receiver<bool>) -> HealthServer<Self> {
        HealthServer::new(Checks { service: HealthService::from_health_reporter(reporter), stopping })
    }
}

#[tonic::async_trait]
impl health_server::Health for Checks {
    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        self.service.check(request).await
    }

    type WatchStream = BoxStream<'static, Result<HealthCheckResponse, Status>>;

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        match self.service.watch(request).await {
            Ok(known) => Ok(known.map(StreamExt::boxed)),
            Err(status) if status.code() == Code::NotFound => {
                let unknown =
                    HealthCheckResponse { status: health_check_response::ServingStatus::ServiceUnknown.into() };
                let told = stream::iter([Ok(unknown)]).chain(stream::pending());
                Ok(Response::new(told.take_until(turns_true(self.stopping.clone())).boxed()))
            }
            Err(status) => Err(status),
        }
    }
}

/// A line of the file beside a model: an article and its score.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    #[serde(default)]
    title: String,
    text: String,
    score: f64,
}

/// Scores as the service will. The sample must be judged, its score must be what its parts add up to, and
/// a second run must agree with the first. Where a model file `NAME.json` has a `NAME.golden.jsonl` beside
/// it, the articles in there must have the scores in there.
///
/// # Errors
/// What is not as it must be, in one sentence.
pub fn self_test(engine: &Engine, model: Option<&Path>) -> Result<(), String> {
    let article = Article::from_text(SAMPLE);
    let report = engine.score(&article);
    let verdict = match (&report.verdict, report.applicability) {
        (Some(verdict), Applicability::Ok) => verdict,
        _ => return Err("The model gives the sample article no score.".to_owned()),
    };
    let terms: f64 = verdict.terms.iter().map(|term| term.value).sum();
    let features: f64 = report.features.iter().filter_map(|feature| feature.contribution).sum();
    let score = sigmoid(terms + features);
    let ordered =
        0.0 < verdict.low && verdict.low <= verdict.score && verdict.score <= verdict.high && verdict.high < 1.0;
    if !ordered || (score - verdict.score).abs() > TOLERANCE {
        return Err(format!("The parts of the sample's score add up to {score} and not to {}.", verdict.score));
    }
    if engine.score(&article) != report {
        return Err("Two reports on the sample article differ.".to_owned());
    }
    let Some(beside) = model.map(|path| path.with_extension("golden.jsonl")).filter(|path| path.exists()) else {
        return Ok(());
    };
    let problem = |index: usize, problem: String| format!("Line {} of {}: {problem}.", index + 1, beside.display());
    let text =
        std::fs::read_to_string(&beside).map_err(|error| format!("Cannot read {}: {error}.", beside.display()))?;
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let golden: Golden = serde_json::from_str(line).map_err(|error| problem(index, error.to_string()))?;
        let article = Article { title: &golden.title, ..Article::from_text(&golden.text) };
        match engine.score(&article).verdict.map(|verdict| verdict.score) {
            Some(score) if (score - golden.score).abs() <= TOLERANCE => {}
            Some(score) => return Err(problem(index, format!("the score is {score} and must be {}", golden.score))),
            None => return Err(problem(index, format!("there is no score and it must be {}", golden.score))),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_passes_and_a_wrong_golden_score_does_not() {
        let engine = Engine::embedded().unwrap();
        assert_eq!(self_test(&engine, None), Ok(()));
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("model.json");
        let beside = folder.path().join("model.golden.jsonl");
        let score = engine.score(&Article::from_text(SAMPLE)).verdict.unwrap().score;
        let line = |score: f64| serde_json::json!({"text": SAMPLE, "score": score}).to_string();
        std::fs::write(&beside, format!("{}\n\n", line(score))).unwrap();
        assert_eq!(self_test(&engine, Some(&model)), Ok(()));
        std::fs::write(&beside, format!("{}\n{}\n", line(score), line(score + 0.001))).unwrap();
        let error = self_test(&engine, Some(&model)).unwrap_err();
        assert!(error.starts_with("Line 2 of "), "{error}");
    }
}
