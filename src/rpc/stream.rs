//! StreamScoreArticles: messages as they come to answers in the same order, with room for each from its first byte to the last
//! of its answer.
//!
//! An answer is encoded where it was made and holds room until the transport has taken it, so that readers that stall are
//! within the bound on memory, too.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body::Frame;
use prost::Message as _;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::body::Body;
use tonic::metadata::GRPC_CONTENT_TYPE;

use super::admission::{CALL_BYTES, keep};
use super::budget::Deadline;
use super::compression::{self, Encoding};
use super::convert;
use super::framing::{COMPRESSED, PLAIN, Prefix};
use super::incoming::{Bounds, Incoming, Received};
use super::limits::Limits;
use super::service::Service;
use super::status::Error;
use super::stopping::turns_true;
use super::v1;
use super::validate::{self, Slot};
use crate::engine::Engine;

/// A task that ends with whoever waits for it.
struct Task<T = Answer>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Answers one call.
pub fn answer(service: &Service, request: Request<Body>) -> Response<Body> {
    let opened = service.admission.open_stream().and_then(|open| Ok((open, Encoding::of(request.headers())?)));
    let (open, encoding) = match opened {
        Ok(opened) => opened,
        Err(error) => return refused(error),
    };
    let gzip = service.gzip_replies && compression::accepts_gzip(request.headers());
    let deadline = request.extensions().get::<Deadline>().copied();
    let bounds = Bounds { most: service.limits.most_of_a_request(), time: service.limits.max_deadline };
    let incoming = Incoming::new(request.into_body(), encoding, bounds, Arc::clone(&service.admission));
    let call = Call { service: service.clone(), deadline, gzip };
    let (slots, tasks) = mpsc::channel(service.workers.window());
    let reading = tracing::Instrument::instrument(call.read_all(incoming, slots), tracing::Span::current());
    let reader = Task(tokio::spawn(reading));
    let body = Answers { answers: in_order(tasks).boxed(), sending: None, ended: false, _reader: reader, _open: open };
    let mut response = Response::new(Body::new(body));
    response.headers_mut().insert(header::CONTENT_TYPE, GRPC_CONTENT_TYPE);
    if gzip {
        response.headers_mut().insert(compression::ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// The answers of tasks, in the order in which their messages came.
fn in_order(tasks: mpsc::Receiver<Result<Task, Error>>) -> impl Stream<Item = Result<Answer, Error>> + Send + 'static {
    stream::unfold(tasks, |mut tasks| async move {
        let answer = match tasks.recv().await? {
            Ok(mut task) => (&mut task.0).await.map_err(|_| Error::internal()),
            Err(error) => Err(error),
        };
        Some((answer, tasks))
    })
}

fn refused(error: Error) -> Response<Body> {
    let unknown_compression = error == Error::unknown_compression();
    let mut response = Status::from(error).into_http();
    if unknown_compression {
        response.headers_mut().insert(compression::ACCEPT_ENCODING, HeaderValue::from_static(compression::ACCEPTED));
    }
    response
}

/// What all messages of one call have in common.
#[derive(Clone)]
struct Call {
    service: Service,
    deadline: Option<Deadline>,
    gzip: bool,
}

impl Call {
    /// Reads messages and begins to answer them, each when there is a slot for it. Apart from whoever takes the answers:
    /// a message that has begun to come, or that waits for room, holds some, and must not depend on a slow reader.
    async fn read_all(self, mut incoming: Incoming, slots: mpsc::Sender<Result<Task, Error>>) {
        let stop = turns_true(self.service.stopping.clone());
        tokio::pin!(stop);
        while let Ok(slot) = slots.reserve().await {
            let received = tokio::select! {
                biased;
                () = &mut stop => Err(Error::stopping()),
                received = incoming.next() => received,
            };
            let task = match received {
                Ok(Some(received)) => self.begin(received).await,
                Ok(None) => return,
                Err(error) => Err(error),
            };
            let ended = task.is_err();
            slot.send(task);
            // Whatever comes after what cannot be read is no message; the rest of a stream that is stopped goes elsewhere.
            if ended {
                return;
            }
        }
    }

    /// Finds room for one message and begins to answer it.
    async fn begin(&self, received: Received) -> Result<Task, Error> {
        let (asked, room) = self.with_room(&received).await?;
        drop(received);
        let work = self.clone().answer(asked, room);
        Ok(Task(tokio::spawn(tracing::Instrument::instrument(work, tracing::Span::current()))))
    }

    /// What is asked, once there is room for the work on it and for the answer.
    async fn with_room(&self, received: &Received) -> Result<(Asked, Option<OwnedSemaphorePermit>), Error> {
        let admission = &self.service.admission;
        let asked = self.read(received)?;
        let Some(bytes) = asked.bytes(&self.service.limits) else {
            return Ok((asked, None));
        };
        if let Some(room) = admission.take(bytes) {
            return Ok((asked, Some(room)));
        }
        // There is room for what has come, not for what that inflates to.
        let kept = (!received.is_compressed()).then_some(asked);
        let room = admission.wait(bytes).await.map_err(|_| Error::stopping())?;
        Ok((kept.map_or_else(|| self.read(received), Ok)?, Some(room)))
    }

    fn read(&self, received: &Received) -> Result<Asked, Error> {
        let request: v1::StreamScoreArticlesRequest = received.decode()?;
        let bytes = request.encoded_len();
        // A version that is too long is refused, and not repeated.
        let engines = &self.service.engines;
        let known = request.model_version.len() <= self.service.limits.max_model_version_bytes;
        let engine = if known { engines.with_version(&request.model_version) } else { Ok(engines.current()) };
        Ok(Asked { bytes, engine, slot: validate::stream_score_articles(request, &self.service.limits) })
    }

    async fn answer(self, asked: Asked, room: Option<OwnedSemaphorePermit>) -> Answer {
        let Asked { engine, slot: Slot { article_id, job }, .. } = asked;
        let gzip = self.gzip;
        let (job, engine) = match (job, engine) {
            (Ok(job), Ok(engine)) => (job, engine),
            (Err(error), _) | (_, Err(error)) => return Answer::of(article_id, Err(error), room, gzip),
        };
        let id = article_id.clone();
        let until = self.service.until(self.deadline);
        let finish = move |report| Answer::of(id, Ok(report), room, gzip);
        let made = self.service.score(engine, job, until, finish).await;
        made.unwrap_or_else(|error| Answer::of(article_id, Err(error), None, gzip))
    }
}

/// One message, checked.
struct Asked {
    bytes: usize,
    engine: Result<Arc<Engine>, Error>,
    slot: Slot,
}

impl Asked {
    /// What the work and its answer may take. Of what is refused only the id is kept, which is little unless it is that which
    /// is too long.
    fn bytes(&self, limits: &Limits) -> Option<usize> {
        match (&self.slot.job, &self.engine) {
            (Ok(job), Ok(_)) => Some(self.bytes + CALL_BYTES + convert::most_report_bytes(job)),
            _ => Some(self.slot.article_id.len()).filter(|&bytes| bytes > limits.max_id_bytes),
        }
    }
}

/// One answer as it is sent, and its room.
struct Answer {
    bytes: Bytes,
    room: Option<OwnedSemaphorePermit>,
}

impl Answer {
    fn of(
        article_id: String,
        scored: Result<v1::Report, Error>,
        mut room: Option<OwnedSemaphorePermit>,
        gzip: bool,
    ) -> Self {
        let result = Some(convert::result(article_id, scored));
        let message = v1::StreamScoreArticlesResponse { result }.encode_to_vec();
        let compressed = if gzip { compression::gzip(&message) } else { None };
        let (flag, message) = compressed.map_or((PLAIN, message), |compressed| (COMPRESSED, compressed));
        let bytes = Bytes::from([&Prefix { flag, bytes: message.len() }.encode(), &message[..]].concat());
        if let Some(room) = &mut room {
            keep(room, bytes.len());
        }
        Answer { bytes, room }
    }
}

/// The body of all answers.
struct Answers {
    answers: BoxStream<'static, Result<Answer, Error>>,
    /// The room of the answer that the transport is about to send; given back when it asks for the next.
    sending: Option<OwnedSemaphorePermit>,
    ended: bool,
    _reader: Task<()>,
    _open: OwnedSemaphorePermit,
}

impl http_body::Body for Answers {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        this.sending = None;
        if this.ended {
            return Poll::Ready(None);
        }
        let status = match ready!(this.answers.poll_next_unpin(context)) {
            Some(Ok(answer)) => {
                this.sending = answer.room;
                return Poll::Ready(Some(Ok(Frame::data(answer.bytes))));
            }
            Some(Err(error)) => Status::from(error),
            None => Status::ok(""),
        };
        this.ended = true;
        let mut trailers = HeaderMap::new();
        Poll::Ready(Some(status.add_header(&mut trailers).map(|()| Frame::trailers(trailers))))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt as _;
    use http_body::Body as _;
    use http_body_util::{BodyExt as _, StreamBody};
    use tokio::sync::watch;

    use super::*;
    use crate::rpc::admission::Admission;
    use crate::rpc::engines::Engines;
    use crate::rpc::framing::PREFIX_BYTES;
    use crate::rpc::observer::Unobserved;
    use crate::rpc::v1::{Article, article_result};

    fn service(admission: &Arc<Admission>) -> Service {
        let engines = Engines::new(Engine::embedded().unwrap());
        let limits = Limits::with_max_text_bytes(10);
        let stopping = watch::channel(false).1;
        Service::new(engines, limits, Arc::clone(admission), Arc::new(Unobserved), stopping)
    }

    /// A call with articles of these ids and texts, each in a frame of its own, that counts what is read of it.
    fn call(articles: [(&str, &str); 5], read: &Arc<AtomicUsize>) -> Request<Body> {
        let frames = articles.map(|(id, text)| {
            let article = Article { id: id.to_owned(), text: text.to_owned(), ..Article::default() };
            let message = v1::StreamScoreArticlesRequest { article: Some(article), ..Default::default() };
            let message = message.encode_to_vec();
            Bytes::from([&Prefix { flag: PLAIN, bytes: message.len() }.encode(), &message[..]].concat())
        });
        let read = Arc::clone(read);
        let counted = stream::iter(frames).map(move |frame| {
            read.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Status>(Frame::data(frame))
        });
        Request::new(Body::new(StreamBody::new(counted)))
    }

    /// The next answer; nothing at the end.
    async fn next(body: &mut Body) -> Option<v1::ArticleResult> {
        let data = body.frame().await.unwrap().unwrap().into_data().ok()?;
        v1::StreamScoreArticlesResponse::decode(data.slice(PREFIX_BYTES..)).unwrap().result
    }

    #[tokio::test]
    async fn a_stream_without_room_answers_what_it_refuses_and_reads_one_message_more() {
        let admission = Admission::new(16 * CALL_BYTES, 1);
        let all = admission.wait(usize::MAX / 2).await.unwrap();
        let read = Arc::default();
        let sent = [("1", "eleven byte"), ("2", "a"), ("3", "b"), ("4", "c"), ("5", "d")];
        let mut body = answer(&service(&admission), call(sent, &read)).into_body();

        let refused = next(&mut body).await.unwrap();
        assert_eq!(refused.article_id, "1");
        assert!(matches!(refused.result, Some(article_result::Result::Error(_))), "{refused:?}");
        for _ in 0..100 {
            assert!(next(&mut body).now_or_never().is_none());
            tokio::task::yield_now().await;
        }
        assert_eq!(read.load(Ordering::Relaxed), 2, "one is refused and one waits");
        drop(all);
        for id in ["2", "3", "4", "5"] {
            assert_eq!(next(&mut body).await.unwrap().article_id, id);
        }
        assert_eq!(next(&mut body).await, None);
        assert!(body.is_end_stream() || body.frame().await.is_none());
        assert_eq!(admission.bytes_in_flight(), (0, 0));
    }

    #[tokio::test]
    async fn messages_are_read_although_nobody_takes_an_answer() {
        let admission = Admission::new(16 * CALL_BYTES, 1);
        let read = Arc::default();
        let body = answer(&service(&admission), call(["1", "2", "3", "4", "5"].map(|id| (id, "a")), &read)).into_body();
        let patience = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
        while read.load(Ordering::Relaxed) < 2 {
            assert!(tokio::time::Instant::now() < patience, "what is on its way waits for a reader");
            tokio::task::yield_now().await;
        }
        drop(body);
        while admission.bytes_in_flight() != (0, 0) || admission.open_streams() > 0 {
            assert!(tokio::time::Instant::now() < patience, "{:?}", admission.bytes_in_flight());
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_version_that_is_too_long_is_refused_and_not_kept() {
        let admission = Admission::new(16 * CALL_BYTES, 1);
        let service = service(&admission);
        let article = Some(Article { text: "a".to_owned(), ..Article::default() });
        let model_version = "v".repeat(1 << 20);
        let message = v1::StreamScoreArticlesRequest { article, model_version, ..Default::default() }.encode_to_vec();
        let frame = [&Prefix { flag: PLAIN, bytes: message.len() }.encode(), &message[..]].concat();
        let frames = stream::iter([Ok::<_, Status>(Frame::data(Bytes::from(frame)))]);
        let bounds = Bounds { most: service.limits.most_of_a_request(), time: service.limits.max_deadline };
        let body = Body::new(StreamBody::new(frames));
        let mut incoming = Incoming::new(body, Encoding::Identity, bounds, Arc::clone(&admission));
        let received = incoming.next().await.unwrap().unwrap();
        let asked = Call { service, deadline: None, gzip: false }.read(&received).unwrap();
        assert!(asked.slot.job.is_err());
        assert!(asked.engine.is_ok(), "an error that repeats the version would have no room");
    }

    #[tokio::test]
    async fn an_answer_that_repeats_a_long_id_has_room_for_it() {
        let admission = Admission::new(16 * CALL_BYTES, 1);
        let id = "i".repeat(3 * CALL_BYTES);
        let read = Arc::default();
        let sent = [("1", "a"), (&id[..], "a"), ("3", "a"), ("4", "a"), ("5", "a")];
        let mut body = answer(&service(&admission), call(sent, &read)).into_body();
        assert_eq!(next(&mut body).await.unwrap().article_id, "1");
        let refused = next(&mut body).await.unwrap();
        assert!(refused.article_id == id && matches!(refused.result, Some(article_result::Result::Error(_))));
        assert!(admission.bytes_in_flight().1 >= id.len());
        while next(&mut body).await.is_some() {}
        assert_eq!(admission.bytes_in_flight(), (0, 0));
    }

    #[tokio::test]
    async fn answers_that_nobody_takes_hold_their_room_and_no_more() {
        let admission = Admission::new(16 * CALL_BYTES, 1);
        let service = service(&admission);
        let read = Arc::default();
        let mut body = answer(&service, call(["1", "2", "3", "4", "5"].map(|id| (id, "a")), &read)).into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        let (mut before, mut same) = (usize::MAX, 0);
        // Work under way holds more than its answer.
        while same < 100 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            let (_, now) = admission.bytes_in_flight();
            same = if now == before { same + 1 } else { 0 };
            before = now;
        }
        let sent = service.workers.window().min(5);
        assert!((sent * first.len() / 2..=sent * first.len() * 2).contains(&before), "{before} of {sent}");
        drop(body);
        // What was under way ends when it is next looked at.
        while admission.bytes_in_flight() != (0, 0) {
            tokio::task::yield_now().await;
        }
        assert_eq!(admission.open_streams(), 0);
    }
}
