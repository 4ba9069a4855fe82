//! How long a call may go on: until its deadline, and for as long as somebody waits for its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::Instant;

use super::status::Error;

/// The time by which a call must be answered. Whatever reads the call's headers puts it among the
/// request's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(pub Instant);

/// What the work of one call asks between its stages. Clones are of the same call.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    until: Instant,
    nobody_waits: Arc<AtomicBool>,
}

/// Ends the work when the call that waits for it is dropped.
#[derive(Debug)]
pub(super) struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Budget {
    /// Work until `until`, for whoever keeps the second part.
    pub(super) fn until(until: Instant) -> (Self, Waiting) {
        let nobody_waits = Arc::new(AtomicBool::new(false));
        (Budget { until, nobody_waits: Arc::clone(&nobody_waits) }, Waiting(nobody_waits))
    }

    /// When the time is up.
    pub(super) fn end(&self) -> Instant {
        self.until
    }

    /// Whether `stage` may begin `now`.
    pub(super) fn check(&self, stage: &'static str, now: Instant) -> Result<(), Error> {
        if self.nobody_waits.load(Ordering::Relaxed) {
            Err(Error::cancelled())
        } else if now >= self.until {
            Err(Error::deadline(stage))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn work_ends_at_the_deadline_and_when_nobody_waits() {
        let end = Instant::now();
        let (budget, waiting) = Budget::until(end);
        assert_eq!(budget.check("read", end), Err(Error::deadline("read")));
        let before = end.checked_sub(Duration::from_nanos(1)).unwrap();
        assert_eq!(budget.clone().check("read", before), Ok(()));
        drop(waiting);
        assert_eq!(budget.check("read", before), Err(Error::cancelled()));
    }
}
