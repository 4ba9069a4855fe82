//! Where the engine runs: off the asynchronous threads, on threads of its own, as many as there are cores.
//!
//! Work waits in one line. A thread that has finished a piece takes the next from there, without a word to the
//! asynchronous threads in between: under load nobody is woken to be told that somebody else may begin. The threads are
//! always the same ones. A runtime's pool for blocking work hands each piece to another of its threads, ten or more for
//! two at work; each keeps a heap, and the memory of one article is cold for the next.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, available_parallelism};

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tracing::Span;

use super::status::Error;

/// Threads that score, shared by all calls. They end when the last clone is dropped.
#[derive(Debug, Clone)]
pub(super) struct Workers {
    crew: Arc<Crew>,
    count: usize,
}

/// Sends the threads home.
#[derive(Debug, Default)]
struct Crew(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    line: Mutex<Line>,
    changed: Condvar,
}

type Work = Box<dyn FnOnce() + Send>;

/// Work that waits, in the order of its coming, and the threads there are for it.
#[derive(Default)]
struct Line {
    waiting: BTreeMap<u64, Work>,
    next: u64,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} waiting, {} threads, {} idle", self.waiting.len(), self.threads, self.idle)
    }
}

impl Default for Workers {
    fn default() -> Self {
        Workers::new(available_parallelism().map_or(1, NonZero::get))
    }
}

impl Workers {
    pub(super) fn new(count: usize) -> Self {
        Workers { crew: Arc::default(), count }
    }

    /// How many articles of one call to have under way: enough to keep every worker busy while a
    /// finished one waits for its turn, few enough to bound what one call holds in memory.
    pub(super) fn window(&self) -> usize {
        self.count * 2
    }

    /// Runs `work` within `span` when a worker is free, if that is before `until` and while the call still waits. A
    /// panic in it is an internal error of this call alone.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        until: Instant,
        span: Span,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, mut answered) = oneshot::channel();
        let place = self.queue(Box::new(move || {
            // A caller that has gone takes no answer.
            drop(answer.send(span.in_scope(work)));
        }));
        let done = match timeout_at(until, &mut answered).await {
            Ok(done) => done,
            Err(_) if place.leave() => return Err(Error::deadline("queue")),
            // It has begun, and asks for the time between its stages.
            Err(_) => answered.await,
        };
        // Work that is waited for ends without an answer only by a panic.
        done.map_err(|_| Error::internal())
    }

    /// Puts `work` at the end of the line, and one more thread before it if all are busy and there may be more.
    fn queue(&self, work: Work) -> Place<'_> {
        let shared = &self.crew.0;
        let mut line = shared.lock();
        let number = line.next;
        line.next += 1;
        line.waiting.insert(number, work);
        shared.changed.notify_one();
        // A thread that was told of earlier work may not have woken yet.
        if line.waiting.len() > line.idle && line.threads < self.count {
            let crew = Arc::clone(shared);
            match thread::Builder::new().name("scoring".to_owned()).spawn(move || crew.serve()) {
                Ok(_) => line.threads += 1,
                // The work waits for the threads there are, or for the next try.
                Err(error) => tracing::error!(%error, "cannot start a thread"),
            }
        }
        Place { shared, number }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    /// No work is done under the lock, so nothing can panic there.
    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works until nobody can bring more.
    fn serve(&self) {
        let mut line = self.lock();
        while !line.closed {
            if let Some((_, work)) = line.waiting.pop_first() {
                drop(line);
                // What a panic leaves behind belongs to the work and goes with it.
                drop(catch_unwind(AssertUnwindSafe(work)));
                line = self.lock();
            } else {
                line.idle += 1;
                line = self.changed.wait(line).unwrap_or_else(PoisonError::into_inner);
                line.idle -= 1;
            }
        }
    }
}

/// Where one piece of work waits. It leaves the line, with all that it holds, when nobody waits for it any more.
struct Place<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Place<'_> {
    /// Whether the work was still in the line; it is not done then.
    fn leave(&self) -> bool {
        let left = self.shared.lock().waiting.remove(&self.number);
        left.is_some()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt as _;
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
    async fn a_call_that_is_given_up_leaves_the_line_with_all_it_holds() {
        let workers = Workers::new(1);
        let (begin, began) = std::sync::mpsc::channel::<()>();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let first = {
            let workers = workers.clone();
            tokio::spawn(async move {
                let work = move || {
                    begin.send(()).unwrap();
                    ended.recv().unwrap();
                };
                workers.run(later(), Span::none(), work).await
            })
        };
        began.recv().unwrap();
        // The only worker is busy; what waits is given up, by its caller or by the clock.
        let held = Arc::new(());
        let keeping = || {
            let held = Arc::clone(&held);
            move || drop(held)
        };
        let mut given_up = Box::pin(workers.run(later(), Span::none(), keeping()));
        assert!((&mut given_up).now_or_never().is_none());
        assert_eq!(Arc::strong_count(&held), 2);
        drop(given_up);
        assert_eq!(Arc::strong_count(&held), 1);
        let late = workers.run(Instant::now() + Duration::from_millis(1), Span::none(), keeping()).await;
        assert_eq!(late, Err(Error::deadline("queue")));
        assert_eq!(Arc::strong_count(&held), 1);
        end.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(()));
    }

    #[tokio::test]
    async fn what_came_first_is_done_first() {
        let workers = Workers::new(1);
        let (done, order) = std::sync::mpsc::channel();
        let runs = (0..32).map(|n| {
            let done = done.clone();
            workers.run(later(), Span::none(), move || done.send(n).unwrap())
        });
        assert!(join_all(runs).await.iter().all(Result::is_ok));
        assert!(order.try_iter().eq(0..32));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_same_threads_do_all_the_work_and_end_with_their_calls() {
        let workers = Workers::new(2);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..100 {
            let runs = (0..3).map(|_| workers.run(later(), Span::none(), || thread::current().id()));
            seen.extend(join_all(runs).await.into_iter().map(Result::unwrap));
        }
        assert!(seen.len() <= 2, "{seen:?}");
        let shared = Arc::clone(&workers.crew.0);
        drop(workers);
        let patience = Instant::now() + Duration::from_secs(60);
        while Arc::strong_count(&shared) > 1 {
            assert!(Instant::now() < patience, "{shared:?}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
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
