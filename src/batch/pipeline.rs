//! One thread reads, some score, one writes; a window bounds what is between them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Builder};

use super::backend::Backend;
use super::chunk::{Chunk, Done, Recipe};
use super::failure::Failure;
use super::order::Order;
use super::reader::Reader;

/// Chunks under way for each thread: one in work, one that waits, and room for those that overtake a slow one.
const WINDOW: usize = 4;
/// Web pages are walked on the stack.
const STACK_BYTES: usize = 8 << 20;

/// How chunks get from the reader to `write`.
pub(super) struct Pipeline<'a> {
    pub(super) recipe: &'a Recipe,
    pub(super) backend: &'a dyn Backend,
    pub(super) threads: usize,
    /// Whether `write` takes chunks as they come.
    pub(super) unordered: bool,
}

impl Pipeline<'_> {
    /// Scores everything behind `reader` that is not in `order`.
    pub(super) fn run(
        &self,
        reader: Reader<'_>,
        order: &Order,
        write: &mut dyn FnMut(Done) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let stop = &AtomicBool::new(false);
        let (work, works) = sync_channel(self.threads);
        let works = Arc::new(Mutex::new(works));
        let (results, done) = channel();
        let (permit, permits) = channel();
        for _ in 0..self.threads * WINDOW {
            let _ = permit.send(());
        }
        thread::scope(|scope| {
            // Each end of a channel belongs to the threads that use it: when they end, so do those they speak to.
            let reading = thread_of("read").spawn_scoped(scope, move || read(reader, order, &work, &permits));
            let mut threads = vec![reading.map_err(no_thread)?];
            for _ in 0..self.threads {
                let (works, results) = (Arc::clone(&works), results.clone());
                let scoring = thread_of("score").spawn_scoped(scope, move || self.score(&works, &results, stop));
                threads.push(scoring.map_err(no_thread)?);
            }
            drop((works, results));
            let written = self.write_all(order.next(), done, permit, write);
            stop.store(true, Ordering::Relaxed);
            let faults = threads.into_iter().filter_map(|thread| thread.join().err()).count();
            if faults > 0 { written.and(Err(fault())) } else { written }
        })
    }

    fn score(&self, works: &Mutex<Receiver<Chunk>>, results: &Sender<Result<Done, Failure>>, stop: &AtomicBool) {
        loop {
            let chunk = works.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(chunk) = chunk else { return };
            // A chunk that never came back would be waited for.
            let done = catch_unwind(AssertUnwindSafe(|| self.recipe.apply(chunk, self.backend, stop)));
            if results.send(done.unwrap_or_else(|_| Err(fault()))).is_err() {
                return;
            }
        }
    }

    fn write_all(
        &self,
        mut next: u64,
        done: Receiver<Result<Done, Failure>>,
        permit: Sender<()>,
        write: &mut dyn FnMut(Done) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut early = BTreeMap::new();
        for chunk in done {
            let chunk = chunk?;
            if self.unordered {
                write(chunk)?;
                let _ = permit.send(());
                continue;
            }
            early.insert(chunk.number, chunk);
            while let Some(chunk) = early.remove(&next) {
                write(chunk)?;
                let _ = permit.send(());
                next += 1;
            }
        }
        Ok(())
    }
}

fn fault() -> Failure {
    Failure::Refused("The run ended by a fault in Candor.".to_owned())
}

fn thread_of(name: &str) -> Builder {
    Builder::new().name(name.to_owned()).stack_size(STACK_BYTES)
}

fn no_thread(error: std::io::Error) -> Failure {
    Failure::Refused(format!("No thread can be started: {error}."))
}

/// Reads until the end, or until nobody waits for more.
fn read(mut reader: Reader<'_>, order: &Order, work: &SyncSender<Chunk>, permits: &Receiver<()>) {
    for number in order.next().. {
        let Some(chunk) = Chunk::read(&mut reader, number) else { return };
        if order.has(number) {
            continue;
        }
        if permits.recv().is_err() || work.send(chunk).is_err() {
            return;
        }
    }
}
