//! What may be in memory at once: bytes of articles received, and of reports that nobody has taken yet.
//!
//! Unary calls and streams have half of the bytes each, so that neither can keep the other out. A unary
//! call that finds no room is refused at once and may come again; a stream waits, and its sender with it.
//! Of their half, streams have a quarter for messages that are on their way. What waits there waits for the rest, and
//! what has found room in the rest waits for nothing but its reader: so streams cannot wait for each other in a circle.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use super::status::Error;

/// What a call takes beside its message: about what its tokens and marks need however short it is. So a
/// bound on bytes is a bound on calls too.
pub const CALL_BYTES: usize = 64 << 10;

/// The bounds, shared by all calls.
#[derive(Debug)]
pub struct Admission {
    unary: Pool,
    receiving: Pool,
    streamed: Pool,
    streams: Arc<Semaphore>,
    max_streams: usize,
    refused: AtomicU64,
}

/// Room of a size.
#[derive(Debug)]
struct Pool {
    free: Arc<Semaphore>,
    bytes: usize,
}

impl Pool {
    fn new(bytes: usize) -> Self {
        let bytes = bytes.clamp(CALL_BYTES, u32::MAX as usize);
        Pool { free: Arc::new(Semaphore::new(bytes)), bytes }
    }

    /// Room for `bytes` at once, or not at all.
    fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).try_acquire_many_owned(permits(bytes)).ok()
    }

    /// The same for whoever waits. What is larger than all the room there is has to wait for all of it.
    async fn wait(&self, bytes: usize) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(&self.free).acquire_many_owned(permits(bytes.min(self.bytes))).await
    }

    fn taken(&self) -> usize {
        self.bytes - self.free.available_permits()
    }
}

/// The bytes that one unary call holds, given back with its last clone.
#[derive(Debug, Clone)]
pub struct Ticket {
    held: Arc<Mutex<Held>>,
    admission: Arc<Admission>,
}

#[derive(Debug)]
struct Held {
    room: OwnedSemaphorePermit,
    message: usize,
    reports: usize,
}

impl Admission {
    /// Room for `bytes` of articles, of which no more than `u32::MAX` in either half, and for `streams`
    /// open streams.
    #[must_use]
    pub fn new(bytes: usize, streams: usize) -> Arc<Self> {
        let half = bytes / 2;
        Arc::new(Admission {
            unary: Pool::new(half),
            receiving: Pool::new(half / 4),
            streamed: Pool::new(half - half / 4),
            streams: Arc::new(Semaphore::new(streams)),
            max_streams: streams,
            refused: AtomicU64::new(0),
        })
    }

    /// A unary call begins.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn enter(self: &Arc<Self>) -> Result<Ticket, Error> {
        match self.unary.take(CALL_BYTES) {
            Some(room) => {
                let held = Held { room, message: 0, reports: 0 };
                Ok(Ticket { held: Arc::new(Mutex::new(held)), admission: Arc::clone(self) })
            }
            None => Err(self.refuse()),
        }
    }

    /// A stream begins; it may stay open for as long as the permit is kept.
    ///
    /// # Errors
    /// There are too many.
    pub fn open_stream(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.streams).try_acquire_owned().map_err(|_| self.refuse())
    }

    /// Waits until there is room for one message of a stream that is on its way.
    pub(super) async fn receive(&self, bytes: usize) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.receiving.wait(bytes).await
    }

    /// Room for the work on one message of a stream, and for its answer, if there is some now.
    pub(super) fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.streamed.take(bytes)
    }

    /// The same for whoever waits.
    pub(super) async fn wait(&self, bytes: usize) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.streamed.wait(bytes).await
    }

    /// Bytes held by unary calls and by messages of streams.
    #[must_use]
    pub fn bytes_in_flight(&self) -> (usize, usize) {
        (self.unary.taken(), self.receiving.taken() + self.streamed.taken())
    }

    /// Streams that are open.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.max_streams - self.streams.available_permits()
    }

    /// Calls refused since the start.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Successive callers are told different times, so that they do not come back together.
    fn refuse(&self) -> Error {
        let count = self.refused.fetch_add(1, Ordering::Relaxed);
        Error::overloaded(Duration::from_millis(250 + count.wrapping_mul(37) % 750))
    }
}

impl Ticket {
    /// Holds `bytes` of a message beside what every call takes; never less than before.
    ///
    /// # Errors
    /// There is no room for so many.
    pub fn hold(&self, bytes: usize) -> Result<(), Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (message, reports) = (held.message.max(bytes), held.reports);
        self.find_room(&mut held, message, reports)
    }

    /// Holds a report of so many bytes, in place of what the work on it took.
    ///
    /// # Errors
    /// There is no room for so many.
    pub(super) fn hold_report(&self, bytes: usize) -> Result<(), Error> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (message, reports) = (held.message, held.reports.saturating_add(bytes));
        self.find_room(&mut held, message, reports)
    }

    /// Holds a message and reports of so many bytes, or what was held before.
    fn find_room(&self, held: &mut Held, message: usize, reports: usize) -> Result<(), Error> {
        let bytes = message.saturating_add(reports.max(CALL_BYTES));
        let missing = bytes.saturating_sub(held.room.num_permits());
        if missing > 0 {
            match self.admission.unary.take(missing) {
                Some(more) => held.room.merge(more),
                None => return Err(self.admission.refuse()),
            }
        }
        (held.message, held.reports) = (message, reports);
        Ok(())
    }
}

/// Gives back what `held` has beyond `bytes`.
pub(super) fn keep(held: &mut OwnedSemaphorePermit, bytes: usize) {
    drop(held.split(held.num_permits().saturating_sub(bytes)));
}

fn permits(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_without_room_is_refused_and_room_comes_back() {
        let admission = Admission::new(4 * CALL_BYTES, 1);
        let first = admission.enter().unwrap();
        let clone = first.clone();
        first.hold(CALL_BYTES).unwrap();
        first.hold(10).unwrap();
        first.hold_report(CALL_BYTES - 1).unwrap();
        first.hold_report(1).unwrap();
        assert_eq!(admission.bytes_in_flight(), (2 * CALL_BYTES, 0), "never less than before");
        assert_eq!(tonic::Status::from(admission.enter().unwrap_err()).code(), tonic::Code::ResourceExhausted);
        assert!(first.hold_report(1).is_err(), "its reports are as large as the work on them");
        first.hold_report(0).unwrap();
        assert!(first.hold(CALL_BYTES + 1).is_err());
        assert_eq!(admission.refused(), 3);
        drop(first);
        assert!(admission.enter().is_err(), "a clone holds on");
        drop(clone);
        assert_eq!(admission.bytes_in_flight(), (0, 0));
        assert!(admission.enter().is_ok());
    }

    #[tokio::test]
    async fn streams_wait_for_room_of_their_own() {
        let admission = Admission::new(16 * CALL_BYTES, 1);
        let open = admission.open_stream().unwrap();
        assert!(admission.open_stream().is_err());
        let mut all = admission.wait(usize::MAX / 2).await.unwrap();
        assert_eq!(admission.bytes_in_flight(), (0, 6 * CALL_BYTES));
        assert!(admission.take(1).is_none());
        let on_its_way = admission.receive(usize::MAX / 2).await.unwrap();
        assert_eq!(admission.bytes_in_flight(), (0, 8 * CALL_BYTES));
        drop(on_its_way);
        assert!(admission.enter().is_ok(), "unary calls have the other half");
        let waiting = {
            let admission = Arc::clone(&admission);
            tokio::spawn(async move { admission.wait(1).await.map(drop) })
        };
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        keep(&mut all, 5 * CALL_BYTES);
        assert_eq!(all.num_permits(), 5 * CALL_BYTES);
        keep(&mut all, 6 * CALL_BYTES);
        assert_eq!(all.num_permits(), 5 * CALL_BYTES, "never more than before");
        waiting.await.unwrap().unwrap();
        drop(all);
        assert_eq!(admission.bytes_in_flight(), (0, 0));
        drop(open);
        assert_eq!(admission.open_streams(), 0);
    }
}
