//! The service: each handler validates, calls and converts.

use std::convert::Infallible;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use prost::Message as _;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tonic::{Request, Response, Status, Streaming};

use super::admission::{Admission, Ticket};
use super::budget::{Budget, Deadline};
use super::convert;
use super::engines::Engines;
use super::limits::Limits;
use super::observer::{Observer, Unobserved};
use super::status::Error;
use super::stopping::turns_true;
use super::v1::{self, article_result, reliability_service_server::ReliabilityService};
use super::validate::{self, Job, Slot};
use super::workers::Workers;
use crate::engine::Engine;

/// `candor.v1.ReliabilityService` over the engine in use. Clones share everything.
#[derive(Debug, Clone)]
pub struct Service {
    pub engines: Arc<Engines>,
    pub limits: Limits,
    pub admission: Arc<Admission>,
    pub observer: Arc<dyn Observer>,
    /// True once open streams are to end.
    pub stopping: watch::Receiver<bool>,
    workers: Workers,
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
        Service { engines, limits, admission, observer, stopping, workers: Workers::default() }
    }

    /// The same, scoring so many articles at once instead of one for each core.
    #[must_use]
    pub fn with_threads(self, threads: Option<NonZero<usize>>) -> Self {
        let workers = threads.map_or_else(Workers::default, |threads| Workers::new(threads.get()));
        Service { workers, ..self }
    }

    /// Serves one engine with room for whatever its limits allow, for as long as anybody asks.
    #[must_use]
    pub fn alone(engine: Engine, limits: Limits) -> Self {
        let admission = Admission::new(4 * limits.max_decoded_bytes(), 64);
        Service::new(Engines::new(engine), limits, admission, Arc::new(Unobserved), watch::channel(false).1)
    }

    /// The room for a unary call: taken where its headers were read, or here.
    fn ticket<T>(&self, request: &Request<T>) -> Result<Ticket, Error> {
        request.extensions().get::<Ticket>().cloned().map_or_else(|| self.admission.enter(), Ok)
    }

    /// When a call, or one article of a stream that was called for `deadline`, must be answered.
    fn until(&self, deadline: Option<Deadline>) -> Instant {
        let most = Instant::now() + self.limits.max_deadline;
        deadline.map_or(most, |deadline| deadline.0.min(most))
    }

    /// Scores one article while `kept`, which holds its room, is moved into the work.
    async fn score<K: Send + 'static>(
        &self,
        engine: Arc<Engine>,
        job: Job,
        until: Instant,
        kept: K,
    ) -> Result<v1::Report, Error> {
        let observer = Arc::clone(&self.observer);
        // Dropped with this call: work for a caller that has gone away ends at its next stage.
        let (budget, _waiting) = Budget::until(until);
        let end = budget.end();
        let work = move || {
            let _kept = kept;
            let mut clock = StageClock::new(observer.as_ref());
            let scored = convert::score_within(&engine, &job, &mut |stage| {
                let now = clock.begin(stage);
                budget.check(stage, now)
            });
            drop(clock);
            let report = scored?;
            observer.scored(&report, job.article().text.len());
            Ok(report)
        };
        self.workers.run(end, tracing::Span::current(), work).await?
    }

    async fn answer<K: Send + 'static>(
        &self,
        engine: Result<Arc<Engine>, Error>,
        slot: Slot,
        until: Instant,
        kept: K,
    ) -> v1::ArticleResult {
        let scored = match (slot.job, engine) {
            (Ok(job), Ok(engine)) => self.score(engine, job, until, kept).await,
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        v1::ArticleResult {
            article_id: slot.article_id,
            result: Some(match scored {
                Ok(report) => article_result::Result::Report(report),
                Err(error) => article_result::Result::Error(error.into()),
            }),
        }
    }

    /// Answers one message of a stream once there is room for it, and drops `waiting` then. What is refused needs none:
    /// nothing of it is kept.
    async fn answer_next(
        self,
        message: v1::StreamScoreArticlesRequest,
        deadline: Option<Deadline>,
        waiting: oneshot::Sender<Infallible>,
    ) -> Result<v1::StreamScoreArticlesResponse, Status> {
        let bytes = message.encoded_len();
        let engine = self.engines.with_version(&message.model_version);
        let slot = validate::stream_score_articles(message, &self.limits);
        let room = match &slot.job {
            Ok(_) => Some(self.admission.wait(bytes).await.map_err(|_| Error::stopping())?),
            Err(_) => None,
        };
        drop(waiting);
        let result = Some(self.answer(engine, slot, self.until(deadline), room).await);
        Ok(v1::StreamScoreArticlesResponse { result })
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

/// A task that ends with whoever waits for it. A stream's articles run as tasks because what they wait
/// for must not depend on their reader: a reader that stalls would keep the room it was given.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn ended<T>(mut task: Task<Result<T, Status>>) -> Result<T, Status> {
    (&mut task.0).await.unwrap_or_else(|_| Err(Error::internal().into()))
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
        let report = Some(self.score(engine?, job, until, ticket).await?);
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
        let answers = slots.into_iter().map(|slot| self.answer(Ok(Arc::clone(&engine)), slot, until, ticket.clone()));
        let results = stream::iter(answers).buffered(self.workers.window()).collect().await;
        // Articles that ran out of time have nothing to show to a caller that has gone.
        if Instant::now() >= until {
            return Err(Error::deadline("batch").into());
        }
        Ok(Response::new(v1::BatchScoreArticlesResponse { results }))
    }

    type StreamScoreArticlesStream = BoxStream<'static, Result<v1::StreamScoreArticlesResponse, Status>>;

    async fn stream_score_articles(
        &self,
        request: Request<Streaming<v1::StreamScoreArticlesRequest>>,
    ) -> Result<Response<Self::StreamScoreArticlesStream>, Status> {
        let open = self.admission.open_stream()?;
        let deadline = request.extensions().get().copied();
        let (service, limits) = (self.clone(), self.limits);
        let read_all = Arc::new(AtomicBool::new(false));
        let mark = Arc::clone(&read_all);
        let messages = request.into_inner().chain(stream::poll_fn(move |_| {
            mark.store(true, Ordering::Relaxed);
            Poll::Ready(None)
        }));
        // Requests are read only as responses are taken, no more than a window of them, and not while one waits for room:
        // no more than one is in memory that has none.
        let answers = messages
            .take_until(turns_true(self.stopping.clone()))
            .then(move |message| {
                let (waiting, has_room) = oneshot::channel();
                let task = message.map(|message| {
                    let span = tracing::Span::current();
                    let answer = service.clone().answer_next(message, deadline, waiting);
                    Task(tokio::spawn(tracing::Instrument::instrument(answer, span)))
                });
                async move {
                    // Nothing is ever sent.
                    let _ = has_room.await;
                    task
                }
            })
            .map(move |task| async move {
                match task {
                    Ok(task) => ended(task).await,
                    Err(status) => Err(Error::of_transport(&status, &limits).map_or(status, Status::from)),
                }
            })
            .buffered(self.workers.window());
        // What was read has been answered; the caller sends the rest elsewhere.
        let cut_short = stream::once(async move { read_all.load(Ordering::Relaxed) })
            .filter_map(|read_all| async move { (!read_all).then(|| Err(Error::stopping().into())) });
        let responses = answers.chain(cut_short).map(move |answer| {
            let _open = &open;
            answer
        });
        Ok(Response::new(responses.boxed()))
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use bytes::Bytes;
    use futures_util::FutureExt as _;
    use http_body::Frame;
    use http_body_util::StreamBody;
    use tonic::body::Body;
    use tonic::codec::Codec as _;
    use tonic_prost::ProstCodec;

    use super::*;
    use crate::rpc::admission::CALL_BYTES;

    /// Messages of articles with these ids, as a stream that counts what is read of it.
    fn messages(articles: [(&str, &str); 5], read: &Arc<AtomicUsize>) -> Streaming<v1::StreamScoreArticlesRequest> {
        let frames = articles.map(|(id, text)| {
            let article = v1::Article { id: id.to_owned(), text: text.to_owned(), ..v1::Article::default() };
            let message = v1::StreamScoreArticlesRequest { article: Some(article), ..Default::default() };
            let mut frame = vec![0];
            frame.extend(u32::try_from(message.encoded_len()).unwrap().to_be_bytes());
            message.encode(&mut frame).unwrap();
            Bytes::from(frame)
        });
        let read = Arc::clone(read);
        let counted = stream::iter(frames).map(move |frame| {
            read.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Status>(Frame::data(frame))
        });
        let codec = ProstCodec::<(), v1::StreamScoreArticlesRequest>::default().decoder();
        Streaming::new_request(codec, Body::new(StreamBody::new(counted)), None, None)
    }

    #[tokio::test]
    async fn a_stream_without_room_answers_what_it_refuses_and_reads_one_message_more() {
        let admission = Admission::new(4 * CALL_BYTES, 1);
        let engines = Engines::new(Engine::embedded().unwrap());
        let (_stop, stopping) = watch::channel(false);
        let limits = Limits::with_max_text_bytes(10);
        let service = Service::new(engines, limits, Arc::clone(&admission), Arc::new(Unobserved), stopping);
        let all = admission.wait(usize::MAX / 2).await.unwrap();
        let read = Arc::default();
        let sent = [("1", "eleven byte"), ("2", "a"), ("3", "b"), ("4", "c"), ("5", "d")];
        let answers = service.stream_score_articles(Request::new(messages(sent, &read))).await.unwrap();
        let mut answers = answers.into_inner().map(|answer| answer.unwrap().result.unwrap());

        let refused = answers.next().await.unwrap();
        assert_eq!(refused.article_id, "1");
        assert!(matches!(refused.result, Some(article_result::Result::Error(_))), "{refused:?}");
        for _ in 0..100 {
            assert_eq!(answers.next().now_or_never(), None);
            tokio::task::yield_now().await;
        }
        assert_eq!(read.load(Ordering::Relaxed), 2, "one is refused and one waits");
        drop(all);
        let rest: Vec<_> = answers.map(|answer| answer.article_id).collect().await;
        assert_eq!(rest, ["2", "3", "4", "5"]);
        assert_eq!(admission.bytes_in_flight(), (0, 0));
    }
}
