//! Where the scoring is done.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use tonic_types::pb;

use super::failure::Failure;
use crate::engine::Engine;
use crate::rpc::validate::stream_score_articles;
use crate::rpc::{Error, Limits, convert, v1};

/// One article's report, or why it has none.
pub(super) type Answer = Result<v1::Report, pb::Status>;

/// Scores articles. Where it is done changes nothing in the reports.
pub(super) trait Backend: Sync {
    /// One answer for each request, in their order. What waits gives up once `stop` is true.
    fn score(&self, requests: Vec<v1::StreamScoreArticlesRequest>, stop: &AtomicBool) -> Result<Vec<Answer>, Failure>;
}

/// What makes the reports, and so decides what is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Maker {
    pub(super) service_version: String,
    pub(super) model_version: String,
    pub(super) model_sha256: String,
    pub(super) feature_set_version: String,
    pub(super) lexicon_version: String,
}

impl Maker {
    pub(super) fn of(sha256: &str, provenance: v1::Provenance) -> Self {
        Maker {
            service_version: provenance.service_version,
            model_version: provenance.model_version,
            model_sha256: sha256.to_owned(),
            feature_set_version: provenance.feature_set_version,
            lexicon_version: provenance.lexicon_version,
        }
    }
}

impl fmt::Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Maker { service_version, model_version, model_sha256, feature_set_version, lexicon_version } = self;
        let hash = model_sha256.get(..12).unwrap_or(model_sha256);
        write!(
            f,
            "version {service_version}, model {model_version} ({hash}), feature set {feature_set_version}, lexicon {lexicon_version}"
        )
    }
}

/// Scores in this process.
pub(super) struct Local<'a> {
    engine: &'a Engine,
    limits: Limits,
}

impl<'a> Local<'a> {
    pub(super) fn new(engine: &'a Engine, limits: Limits) -> Self {
        Local { engine, limits }
    }

    pub(super) fn maker(&self) -> Result<Maker, Failure> {
        let report = self.answer(v1::StreamScoreArticlesRequest {
            article: Some(v1::Article::default()),
            ..v1::StreamScoreArticlesRequest::default()
        });
        let provenance = report.map_err(|status| Failure::Refused(status.message))?.provenance.unwrap_or_default();
        Ok(Maker::of(self.engine.model().sha256(), provenance))
    }

    fn answer(&self, request: v1::StreamScoreArticlesRequest) -> Answer {
        let job = stream_score_articles(request, &self.limits).job?;
        // One article that brings out a fault must not cost the job the others.
        let scored = catch_unwind(AssertUnwindSafe(|| convert::score(self.engine, &job)));
        scored.map_err(|_| Error::internal().into())
    }
}

impl Backend for Local<'_> {
    fn score(&self, requests: Vec<v1::StreamScoreArticlesRequest>, _stop: &AtomicBool) -> Result<Vec<Answer>, Failure> {
        Ok(requests.into_iter().map(|request| self.answer(request)).collect())
    }
}
