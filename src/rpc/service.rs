//! The service: each handler validates, calls and converts.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};

use super::convert;
use super::limits::Limits;
use super::status::Error;
use super::v1::{self, article_result, reliability_service_server::ReliabilityService};
use super::validate::{self, Job, Slot};
use super::workers::Workers;
use crate::engine::Engine;

/// `candor.v1.ReliabilityService` over one engine. Clones share it.
#[derive(Debug, Clone)]
pub struct Service {
    engine: Arc<Engine>,
    limits: Limits,
    workers: Workers,
}

impl Service {
    /// Serves `engine` within `limits`.
    #[must_use]
    pub fn new(engine: Engine, limits: Limits) -> Self {
        Service { engine: Arc::new(engine), limits, workers: Workers::default() }
    }

    async fn score(&self, job: Job) -> Result<v1::Report, Error> {
        let engine = Arc::clone(&self.engine);
        self.workers.run(move || convert::score(&engine, &job)).await
    }

    async fn answer(&self, slot: Slot) -> v1::ArticleResult {
        let scored = match slot.job {
            Ok(job) => self.score(job).await,
            Err(error) => Err(error),
        };
        v1::ArticleResult {
            article_id: slot.article_id,
            result: Some(match scored {
                Ok(report) => article_result::Result::Report(report),
                Err(error) => article_result::Result::Error(error.into()),
            }),
        }
    }
}

#[tonic::async_trait]
impl ReliabilityService for Service {
    async fn score_article(
        &self,
        request: Request<v1::ScoreArticleRequest>,
    ) -> Result<Response<v1::ScoreArticleResponse>, Status> {
        let job = validate::score_article(request.into_inner(), &self.limits)?;
        let report = Some(self.score(job).await?);
        Ok(Response::new(v1::ScoreArticleResponse { report }))
    }

    async fn batch_score_articles(
        &self,
        request: Request<v1::BatchScoreArticlesRequest>,
    ) -> Result<Response<v1::BatchScoreArticlesResponse>, Status> {
        let slots = validate::batch_score_articles(request.into_inner(), &self.limits)?;
        let answers = slots.into_iter().map(|slot| self.answer(slot));
        let results = stream::iter(answers).buffered(self.workers.window()).collect().await;
        Ok(Response::new(v1::BatchScoreArticlesResponse { results }))
    }

    type StreamScoreArticlesStream = BoxStream<'static, Result<v1::StreamScoreArticlesResponse, Status>>;

    async fn stream_score_articles(
        &self,
        request: Request<Streaming<v1::StreamScoreArticlesRequest>>,
    ) -> Result<Response<Self::StreamScoreArticlesStream>, Status> {
        let (service, window) = (self.clone(), self.workers.window());
        // Requests are read only as responses are taken: no more than a window of them is in memory.
        let responses = request.into_inner().map(move |message| {
            let service = service.clone();
            async move {
                let slot = validate::stream_score_articles(message?, &service.limits);
                let result = Some(service.answer(slot).await);
                Ok(v1::StreamScoreArticlesResponse { result })
            }
        });
        Ok(Response::new(responses.buffered(window).boxed()))
    }

    async fn list_features(
        &self,
        _request: Request<v1::ListFeaturesRequest>,
    ) -> Result<Response<v1::ListFeaturesResponse>, Status> {
        Ok(Response::new(convert::features()))
    }

    async fn get_model(
        &self,
        _request: Request<v1::GetModelRequest>,
    ) -> Result<Response<v1::GetModelResponse>, Status> {
        Ok(Response::new(v1::GetModelResponse {
            model: Some(convert::model_to_proto(self.engine.model())),
            limits: Some(v1::Limits::from(&self.limits)),
        }))
    }
}
