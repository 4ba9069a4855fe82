//! The service: each handler validates, calls and converts.

use std::convert::Infallible;
use std::num::NonZero;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::{self, StreamExt as _};
use prost::Message as _;
use tokio::sync::watch;
use tokio::time::Instant;
use tonic::body::Body;
use tonic::codec::CompressionEncoding;
use tonic::codegen::BoxFuture;
use tonic::server::NamedService;
use tonic::{Request, Response, Status};

use super::admission::{Admission, Ticket};
use super::budget::{Budget, Deadline};
use super::convert;
use super::engines::Engines;
use super::limits::Limits;
use super::observer::Observer;
use super::status::Error;
use super::v1::{
    self,
    reliability_service_server::{ReliabilityService, ReliabilityServiceServer},
};
use super::validate::{self, Job, Slot};
use super::workers::Workers;
use crate::engine::Engine;

/// The method that is answered by [`stream`](super::stream) and not by the generated code.
const STREAM: &str = "/candor.v1.ReliabilityService/StreamScoreArticles";

/// `candor.v1.ReliabilityService` over the engine in use; [`Server`] is what a server is given. Clones share everything.
#[derive(Debug, Clone)]
pub struct Service {
    pub engines: Arc<Engines>,
    pub limits: Limits,
    pub admission: Arc<Admission>,
    pub observer: Arc<dyn Observer>,
    /// True once open streams are to end.
    pub stopping: watch::Receiver<bool>,
    pub(super) gzip_replies: bool,
    pub(super) workers: Workers,
}

impl Service {
    /// Serves `engines` within `limits` and `admission`, telling `observer`, until `stopping` turns true.
    #[must_use]
    pub fn new(
        engines: Arc<Engines>,
        limits: Limits,
        admission: Arc<Admission>,
        observer: Arc<dyn Observer>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Service { engines, limits, admission, observer, stopping, gzip_replies: false, workers: Workers::default() }
    }

    /// The same, scoring so many articles at once instead of one for each core.
    #[must_use]
    pub fn with_threads(self, threads: Option<NonZero<usize>>) -> Self {
        let workers = threads.map_or_else(Workers::default, |threads| Workers::new(threads.get()));
        Service { workers, ..self }
    }

    /// The same, compressing answers for those who inflate gzip.
    #[must_use]
    pub fn with_gzip_replies(self, gzip_replies: bool) -> Self {
        Service { gzip_replies, ..self }
    }

    /// The room for a unary call: taken where its headers were read, or here.
    fn ticket<T>(&self, request: &Request<T>) -> Result<Ticket, Error> {
        request.extensions().get::<Ticket>().cloned().map_or_else(|| self.admission.enter(), Ok)
    }

    /// When a call, or one article of a stream that was called for `deadline`, must be answered.
    pub(super) fn until(&self, deadline: Option<Deadline>) -> Instant {
        let most = Instant::now() + self.limits.max_deadline;
        deadline.map_or(most, |deadline| deadline.0.min(most))
    }

    /// Scores one article and has `finish`, which holds its room, make of the report what is kept of it.
    pub(super) async fn score<T: Send + 'static>(
        &self,
        engine: Arc<Engine>,
        job: Job,
        until: Instant,
        finish: impl FnOnce(v1::Report) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let observer = Arc::clone(&self.observer);
        // Dropped with this call: work for a caller that has gone away ends at its next stage.
        let (budget, _waiting) = Budget::until(until);
        let end = budget.end();
        let work = move || {
            let mut clock = StageClock::new(observer.as_ref());
            let scored = convert::score_within(&engine, &job, &mut |stage| {
                let now = clock.begin(stage);
                budget.check(stage, now)
            });
            drop(clock);
            let report = scored?;
            observer.scored(&report, job.article().text.len());
            drop(job);
            Ok(finish(report))
        };
        self.workers.run(end, tracing::Span::current(), work).await?
    }

    /// Scores one article of a unary call. Its report, like its message, has to find room.
    async fn report(&self, engine: Arc<Engine>, job: Job, until: Instant, ticket: Ticket) -> Result<v1::Report, Error> {
        let finish = move |report| ticket.hold_report(convert::footprint(&report)).map(|()| report);
        self.score(engine, job, until, finish).await?
    }

    /// The same for one of a batch: what goes wrong with it does so with it alone.
    async fn slot(&self, engine: Arc<Engine>, slot: Slot, until: Instant, ticket: Ticket) -> v1::ArticleResult {
        let scored = match slot.job {
            Ok(job) => self.report(engine, job, until, ticket).await,
            Err(error) => Err(error),
        };
        convert::result(slot.article_id, scored)
    }
}

/// Tells an observer how long each stage took. One look at the clock ends a stage and begins the next.
struct StageClock<'a> {
    observer: &'a dyn Observer,
    running: Option<(&'static str, Instant, tracing::span::EnteredSpan)>,
}

impl<'a> StageClock<'a> {
    fn new(observer: &'a dyn Observer) -> Self {
        StageClock { observer, running: None }
    }

    /// When `stage` began, which is now.
    fn begin(&mut self, stage: &'static str) -> Instant {
        let now = Instant::now();
        self.end(now);
        let span = tracing::debug_span!("stage", otel.name = stage).entered();
        self.running = Some((stage, now, span));
        now
    }

    fn end(&mut self, now: Instant) {
        if let Some((stage, since, span)) = self.running.take() {
            self.observer.stage(stage, now - since);
            drop(span);
        }
    }
}

impl Drop for StageClock<'_> {
    fn drop(&mut self) {
        self.end(Instant::now());
    }
}

/// The service as a server answers it: the generated one, but for the method that is a stream.
#[derive(Debug, Clone)]
pub struct Server {
    service: Service,
    generated: ReliabilityServiceServer<Service>,
}

impl Server {
    /// Serves what `service` answers, by `generated`, which is made of a clone of it.
    #[must_use]
    pub fn new(service: Service) -> Self {
        let most = service.limits.max_decoded_bytes();
        let generated = ReliabilityServiceServer::new(service.clone())
            .max_decoding_message_size(most)
            .accept_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Zstd);
        let generated =
            if service.gzip_replies { generated.send_compressed(CompressionEncoding::Gzip) } else { generated };
        Server { service, generated }
    }
}

impl NamedService for Server {
    const NAME: &'static str = <ReliabilityServiceServer<Service> as NamedService>::NAME;
}

impl tower::Service<http::Request<Body>> for Server {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<http::Response<Body>, Infallible>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if request.uri().path() == STREAM {
            let answer = super::stream::answer(&self.service, request);
            return Box::pin(std::future::ready(Ok(answer)));
        }
        self.generated.call(request)
    }
}

#[tonic::async_trait]
impl ReliabilityService for Service {
    async fn score_article(
        &self,
        request: Request<v1::ScoreArticleRequest>,
    ) -> Result<Response<v1::ScoreArticleResponse>, Status> {
        let ticket = self.ticket(&request)?;
        let until = self.until(request.extensions().get().copied());
        let request = request.into_inner();
        ticket.hold(request.encoded_len())?;
        let engine = self.engines.with_version(&request.model_version);
        let job = validate::score_article(request, &self.limits)?;
        let report = Some(self.report(engine?, job, until, ticket).await?);
        Ok(Response::new(v1::ScoreArticleResponse { report }))
    }

    async fn batch_score_articles(
        &self,
        request: Request<v1::BatchScoreArticlesRequest>,
    ) -> Result<Response<v1::BatchScoreArticlesResponse>, Status> {
        let ticket = self.ticket(&request)?;
        let until = self.until(request.extensions().get().copied());
        let request = request.into_inner();
        ticket.hold(request.encoded_len())?;
        let engine = self.engines.with_version(&request.model_version);
        let slots = validate::batch_score_articles(request, &self.limits)?;
        // One engine for the whole batch, whatever is loaded meanwhile.
        let engine = engine?;
        let answers = slots.into_iter().map(|slot| self.slot(Arc::clone(&engine), slot, until, ticket.clone()));
        let results = stream::iter(answers).buffered(self.workers.window()).collect().await;
        // Articles that ran out of time have nothing to show to a caller that has gone.
        if Instant::now() >= until {
            return Err(Error::deadline("batch").into());
        }
        Ok(Response::new(v1::BatchScoreArticlesResponse { results }))
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
            model: Some(convert::model_to_proto(self.engines.current().model())),
            limits: Some(v1::Limits::from(&self.limits)),
        }))
    }
}
