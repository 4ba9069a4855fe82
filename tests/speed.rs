//! Holds the speed of the engine to the floor pass of the benches, measured in the same breath: a ratio, for a second is
//! not the same on two machines. The bounds are a third of what was measured, so that only a change for the much
//! worse is told, and a round in which the machine was busy with something else is repeated.

#![cfg(unix)]

#[path = "../benches/pipeline/floor.rs"]
#[allow(dead_code, reason = "the bench asks for more")]
mod floor;
#[path = "../benches/pipeline/news.rs"]
mod news;

use std::hint::black_box;
use std::time::Duration;

use candor::report::View;
use candor::{Article, Engine};
use floor::{Floor, Scan};
use news::Newsroom;

const ARTICLES: usize = 16;
const BYTES: usize = 4_000;
const ROUNDS: usize = 40;

/// Least shares of the floor for the two views. Without optimisation nothing is as fast as it will be, and the automaton
/// of the floor, which is a dependency, is.
const BASIC: f64 = if cfg!(debug_assertions) { 0.015 } else { 0.06 };
const FULL: f64 = if cfg!(debug_assertions) { 0.01 } else { 0.035 };

#[test]
fn the_engine_keeps_up_with_the_floor() {
    let engine = Engine::embedded().unwrap();
    let mut floor = Floor::new(Scan::new().unwrap());
    let mut newsroom = Newsroom::new(1);
    let texts: Vec<String> = (0..ARTICLES).map(|_| newsroom.article(BYTES)).collect();
    let mut best = [Duration::MAX; 3];
    let mut shares = [0.0; 2];
    for _ in 0..ROUNDS {
        best[0] = best[0].min(time(|| texts.iter().map(|text| floor.run(text).grams).sum::<usize>()));
        for (slot, view) in best[1..].iter_mut().zip([View::Basic, View::Full]) {
            let scored = || texts.iter().map(|text| engine.score_for(&Article::from_text(text), view).evidence.len());
            *slot = (*slot).min(time(|| scored().sum::<usize>()));
        }
        shares = [1, 2].map(|view| best[0].as_secs_f64() / best[view].as_secs_f64());
    }
    eprintln!("basic {:.3}, full {:.3} of the floor", shares[0], shares[1]);
    assert!(shares[0] >= BASIC, "the basic view has come down to {:.3} of the floor; at least {BASIC}", shares[0]);
    assert!(shares[1] >= FULL, "the full view has come down to {:.3} of the floor; at least {FULL}", shares[1]);
}

/// Processor time of this thread, which other processes do not lengthen.
fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = now();
    black_box(work());
    now().saturating_sub(begun)
}

fn now() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}
