//! Where the engine runs: off the asynchronous threads, no more at once than there are cores.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};
use tracing::Span;

use super::status::Error;

/// A bound on concurrent scoring, shared by all calls.
#[derive(Debug, Clone)]
pub(super) struct Workers {
    permits: Arc<Semaphore>,
    count: usize,
}

impl Default for Workers {
    fn default() -> Self {
        Workers::new(available_parallelism().map_or(1, NonZero::get))
    }
}

impl Workers {
    pub(super) fn new(count: usize) -> Self {
        Workers { permits: Arc::new(Semaphore::new(count)), count }
    }

    /// How many articles of one call to have under way: enough to keep every worker busy while a
    /// finished one waits for its turn, few enough to bound what one call holds in memory.
    pub(super) fn window(&self) -> usize {
        self.count * 2
    }

    /// Runs `work` within `span` when a worker is free, if that is before `until`. A panic in it is an
    /// internal error of this call alone.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        until: Instant,
        span: Span,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let permit = match timeout_at(until, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Error::stopping()),
            Err(_) => return Err(Error::deadline("queue")),
        };
        let running = spawn_blocking(move || {
            // Held until the work is done, even where the caller has gone away.
            let _permit = permit;
            span.in_scope(work)
        });
        running.await.map_err(|failure| if failure.is_panic() { Error::internal() } else { Error::stopping() })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use std::time::Duration;

    use super::*;

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[tokio::test]
    async fn nobody_waits_for_a_worker_past_the_deadline() {
        let workers = Workers::new(0);
        let failed = workers.run(Instant::now() + Duration::from_millis(1), Span::none(), || ()).await;
        assert_eq!(failed, Err(Error::deadline("queue")));
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_and_frees_its_worker() {
        let workers = Workers::new(1);
        let failed: Result<(), Error> = workers.run(later(), Span::none(), || panic!("the words of an article")).await;
        let error = failed.unwrap_err();
        assert_eq!(error, Error::internal());
        assert!(!error.to_string().contains("words"));
        assert_eq!(workers.run(later(), Span::none(), || 7).await, Ok(7));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_runs_at_once_than_there_are_workers() {
        let workers = Workers::new(2);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let runs = (0..64).map(|_| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            workers.run(later(), Span::none(), move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                now.fetch_sub(1, Ordering::SeqCst);
            })
        });
        assert!(join_all(runs).await.iter().all(Result::is_ok));
        assert!(most.load(Ordering::SeqCst) <= 2);
    }
}
