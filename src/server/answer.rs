//! Answers on their way out: given to the transport in small pieces, and given up when nobody takes them.
//!
//! A caller that asks and then does not read keeps its answer here, and the room that it holds. The transport asks for the
//! next piece when the caller has made room for the one before; who makes none for too long has no answer any more.

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use http_body::{Body as _, Frame};
use tokio::time::{Instant, sleep};
use tonic::Status;
use tonic::body::Body;

use crate::rpc::admission::Ticket;

/// What the transport is given at once: it keeps that until the caller takes it, whatever becomes of the answer. As much
/// as a frame of HTTP/2 holds by default.
const PIECE_BYTES: usize = 16 << 10;

/// All answers that are being sent.
#[derive(Debug)]
pub struct Answers {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    answers: BTreeMap<u64, Arc<Mutex<State>>>,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    state: Arc<Mutex<State>>,
    answers: Arc<Answers>,
    number: u64,
}

/// A frame, an error, or the end.
pub type Piece = Option<Result<Frame<Bytes>, Status>>;

/// Nobody has taken the answer in time.
#[derive(Debug)]
pub struct GivenUp;

enum State {
    Sending(Sending),
    GivenUp,
}

struct Sending {
    body: Body,
    /// What is left of a piece that was too large.
    rest: Bytes,
    /// The room of the whole answer; an answer of many messages has its own for each.
    _ticket: Option<Ticket>,
    /// Since when the caller could take what is there.
    waiting: Option<Instant>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Sending(sending) => write!(f, "waiting since {:?}", sending.waiting),
            State::GivenUp => f.write_str("given up"),
        }
    }
}

impl Answers {
    /// Answers of which something has to be taken every `patience`.
    #[must_use]
    pub fn new(patience: Duration) -> Arc<Self> {
        let answers = Arc::new(Answers { open: Mutex::default() });
        let watched = Arc::downgrade(&answers);
        tokio::spawn(async move {
            while let Some(answers) = watched.upgrade() {
                answers.give_up_before(Instant::now().checked_sub(patience));
                drop(answers);
                sleep((patience / 8).max(Duration::from_millis(1))).await;
            }
        });
        answers
    }

    /// Begins to send `body`, which holds `ticket`.
    #[must_use]
    pub fn send(self: &Arc<Self>, body: Body, ticket: Option<Ticket>) -> Answer {
        let sending = Sending { body, rest: Bytes::new(), _ticket: ticket, waiting: Some(Instant::now()) };
        let state = Arc::new(Mutex::new(State::Sending(sending)));
        let mut open = lock(&self.open);
        let number = open.next;
        open.next += 1;
        open.answers.insert(number, Arc::clone(&state));
        Answer { state, answers: Arc::clone(self), number }
    }

    /// Gives up what has waited since before `then`.
    fn give_up_before(&self, then: Option<Instant>) {
        let Some(then) = then else { return };
        let open: Vec<_> = lock(&self.open).answers.values().map(Arc::clone).collect();
        let mut given_up = Vec::new();
        for state in open {
            // What is locked is being taken.
            if let Ok(mut state) = state.try_lock()
                && state.is_stalled_since(then)
            {
                given_up.push(mem::replace(&mut *state, State::GivenUp));
            }
        }
        if !given_up.is_empty() {
            tracing::warn!(answers = given_up.len(), "nobody takes them: given up");
        }
        // Dropped under no lock: with them goes the work that was under way.
    }
}

impl State {
    fn is_stalled_since(&self, then: Instant) -> bool {
        match self {
            State::Sending(sending) => sending.waiting.is_some_and(|since| since < then),
            State::GivenUp => false,
        }
    }
}

impl Answer {
    /// The next piece.
    ///
    /// # Errors
    /// The answer was given up.
    pub fn poll_frame(&mut self, context: &mut Context<'_>) -> Result<Poll<Piece>, GivenUp> {
        match &mut *lock(&self.state) {
            State::Sending(sending) => Ok(sending.poll_frame(context)),
            State::GivenUp => Err(GivenUp),
        }
    }

    /// Lets go of what was not sent.
    pub fn give_up(&self) {
        let before = mem::replace(&mut *lock(&self.state), State::GivenUp);
        // Not under the lock: with it goes the work that was under way.
        drop(before);
    }

    /// Whether nobody has taken it in time.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        matches!(&*lock(&self.state), State::GivenUp)
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        lock(&self.answers.open).answers.remove(&self.number);
    }
}

impl Sending {
    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Piece> {
        self.waiting = None;
        if self.rest.is_empty() {
            let frame = match std::task::ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => frame,
                end => return Poll::Ready(end),
            };
            self.waiting = Some(Instant::now());
            match frame.into_data() {
                Ok(data) if data.len() > PIECE_BYTES => self.rest = data,
                Ok(data) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Err(other) => return Poll::Ready(Some(Ok(other))),
            }
        }
        self.waiting = Some(Instant::now());
        // Copied: a part of the whole would keep the whole.
        let piece = self.rest.slice(..self.rest.len().min(PIECE_BYTES));
        self.rest.advance(piece.len());
        Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(&piece)))))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::StreamBody;
    use std::future::poll_fn;

    use super::*;
    use crate::rpc::admission::{Admission, CALL_BYTES};

    fn body(parts: Vec<Vec<u8>>) -> Body {
        let frames = parts.into_iter().map(|part| Ok::<_, Status>(Frame::data(Bytes::from(part))));
        Body::new(StreamBody::new(stream::iter(frames)))
    }

    async fn next(answer: &mut Answer) -> Option<Bytes> {
        let frame = poll_fn(|context| match answer.poll_frame(context) {
            Ok(polled) => polled.map(|frame| frame.map(|frame| frame.unwrap().into_data().unwrap())),
            Err(GivenUp) => Poll::Ready(None),
        });
        frame.await
    }

    #[tokio::test]
    async fn pieces_are_small_and_add_up() {
        let whole: Vec<u8> = (0..3 * PIECE_BYTES + 7).map(|n| n.to_le_bytes()[0]).collect();
        let mut answer =
            Answers::new(Duration::from_secs(3_600)).send(body(vec![whole.clone(), vec![1], whole.clone()]), None);
        let mut sent = Vec::new();
        while let Some(piece) = next(&mut answer).await {
            assert!(piece.len() <= PIECE_BYTES);
            sent.extend(piece);
        }
        assert!(sent == [&whole[..], &[1], &whole].concat());
    }

    #[tokio::test]
    async fn an_answer_that_nobody_takes_is_given_up_with_its_room() {
        let admission = Admission::new(16 * CALL_BYTES, 1);
        let answers = Answers::new(Duration::from_secs(3_600));
        let mut answer = answers.send(body(vec![vec![0; 2 * PIECE_BYTES]]), Some(admission.enter().unwrap()));
        let untouched = answers.send(body(vec![vec![0]]), Some(admission.enter().unwrap()));
        let sent = Instant::now();
        sleep(Duration::from_millis(1)).await;
        assert!(next(&mut answer).await.is_some());
        answers.give_up_before(Some(sent));
        assert!(untouched.is_given_up());
        assert!(!answer.is_given_up(), "something was taken since");
        assert_eq!(admission.bytes_in_flight(), (CALL_BYTES, 0));
        answers.give_up_before(Some(Instant::now() + Duration::from_secs(1)));
        assert!(next(&mut answer).await.is_none());
        assert!(answer.is_given_up());
        assert_eq!(admission.bytes_in_flight(), (0, 0));
        drop((answer, untouched));
        assert!(lock(&answers.open).answers.is_empty());
    }

    #[tokio::test]
    async fn an_answer_that_is_being_taken_is_neither_waited_for_nor_given_up() {
        let answers = Answers::new(Duration::from_secs(3_600));
        let answer = answers.send(body(vec![vec![0]]), None);
        let taken = lock(&answer.state);
        answers.give_up_before(Some(Instant::now() + Duration::from_secs(1)));
        drop(taken);
        assert!(!answer.is_given_up());
    }

    #[tokio::test]
    async fn the_clock_gives_up_by_itself() {
        let answers = Answers::new(Duration::from_millis(1));
        let answer = answers.send(body(vec![vec![0]]), None);
        let patience = Instant::now() + Duration::from_secs(60);
        while !answer.is_given_up() {
            assert!(Instant::now() < patience);
            sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn an_answer_that_has_nothing_to_send_may_take_its_time() {
        let answers = Answers::new(Duration::from_secs(3_600));
        let silent = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Status>>());
        let mut answer = answers.send(Body::new(silent), None);
        assert!(tokio::time::timeout(Duration::from_millis(1), next(&mut answer)).await.is_err());
        answers.give_up_before(Some(Instant::now() + Duration::from_secs(1)));
        assert!(!answer.is_given_up());
    }
}
