//! Candor against human annotation: reads gold files, asks the detectors, prints figures.

mod attribution;
pub mod classifier;
pub mod damages;
pub mod gates;
mod gold;
mod judge;
pub mod kinds;
pub mod metrics;
pub mod probes;
pub mod reliability;

pub use gold::{GoldError, GoldSet, read};
pub use judge::{Detector, Outcome, Table, judge};
