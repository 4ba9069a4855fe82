//! What may be in memory at once: bytes of articles received and not yet reported on.
//!
//! Unary calls and streams have half of the bytes each, so that neither can keep the other out. A unary
//! call that finds no room is refused at once and may come again; a stream waits, and its sender with it.

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
    unary: Arc<Semaphore>,
    streamed: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    half: usize,
    max_streams: usize,
    refused: AtomicU64,
}

/// The bytes that one unary call holds, given back with its last clone.
#[derive(Debug, Clone)]
pub struct Ticket {
    held: Arc<Mutex<OwnedSemaphorePermit>>,
    admission: Arc<Admission>,
}

impl Admission {
    /// Room for `bytes` of articles, of which no more than `u32::MAX` in either half, and for `streams`
    /// open streams.
    #[must_use]
    pub fn new(bytes: usize, streams: usize) -> Arc<Self> {
        let half = (bytes / 2).clamp(CALL_BYTES, u32::MAX as usize);
        Arc::new(Admission {
            unary: Arc::new(Semaphore::new(half)),
            streamed: Arc::new(Semaphore::new(half)),
            streams: Arc::new(Semaphore::new(streams)),
            half,
            max_streams: streams,
            refused: AtomicU64::new(0),
        })
    }

    /// A unary call begins.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn enter(self: &Arc<Self>) -> Result<Ticket, Error> {
        match Arc::clone(&self.unary).try_acquire_many_owned(permits(CALL_BYTES)) {
            Ok(permit) => Ok(Ticket { held: Arc::new(Mutex::new(permit)), admission: Arc::clone(self) }),
            Err(_) => Err(self.refuse()),
        }
    }

    /// A stream begins; it may stay open for as long as the permit is kept.
    ///
    /// # Errors
    /// There are too many.
    pub fn open_stream(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.streams).try_acquire_owned().map_err(|_| self.refuse())
    }

    /// Waits until there is room for one message of a stream. One that is larger than all the room there
    /// is waits for all of it.
    pub(super) async fn wait(&self, bytes: usize) -> Result<OwnedSemaphorePermit, AcquireError> {
        let bytes = (bytes + CALL_BYTES).min(self.half);
        Arc::clone(&self.streamed).acquire_many_owned(permits(bytes)).await
    }

    /// Bytes held by unary calls and by messages of streams.
    #[must_use]
    pub fn bytes_in_flight(&self) -> (usize, usize) {
        (self.half - self.unary.available_permits(), self.half - self.streamed.available_permits())
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
        let missing = (bytes + CALL_BYTES).saturating_sub(held.num_permits());
        if missing == 0 {
            return Ok(());
        }
        match Arc::clone(held.semaphore()).try_acquire_many_owned(permits(missing)) {
            Ok(more) => held.merge(more),
            Err(_) => return Err(self.admission.refuse()),
        }
        Ok(())
    }
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
        assert_eq!(admission.bytes_in_flight(), (2 * CALL_BYTES, 0), "never less than before");
        assert_eq!(tonic::Status::from(admission.enter().unwrap_err()).code(), tonic::Code::ResourceExhausted);
        assert!(first.hold(CALL_BYTES + 1).is_err());
        assert_eq!(admission.refused(), 2);
        drop(first);
        assert!(admission.enter().is_err(), "a clone holds on");
        drop(clone);
        assert_eq!(admission.bytes_in_flight(), (0, 0));
        assert!(admission.enter().is_ok());
    }

    #[tokio::test]
    async fn streams_wait_for_room_of_their_own() {
        let admission = Admission::new(4 * CALL_BYTES, 1);
        let open = admission.open_stream().unwrap();
        assert!(admission.open_stream().is_err());
        let all = admission.wait(usize::MAX / 2).await.unwrap();
        assert_eq!(admission.bytes_in_flight(), (0, 2 * CALL_BYTES));
        assert!(admission.enter().is_ok(), "unary calls have the other half");
        let waiting = {
            let admission = Arc::clone(&admission);
            tokio::spawn(async move { admission.wait(1).await.map(drop) })
        };
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(all);
        waiting.await.unwrap().unwrap();
        assert_eq!(admission.bytes_in_flight(), (0, 0));
        drop(open);
        assert_eq!(admission.open_streams(), 0);
    }
}
