//! The model: load, verify, predict, explain, train.
//!
//! A model is a logistic regression fitted by linfa on ranks: each feature's value is replaced by its
//! place among the articles of a frozen reference distribution, so that no single number can weigh
//! more than the reference allows. [`Model`] is a model file that was checked; [`train`] makes one.

pub mod artifact;
pub mod calibrate;
pub mod card;
#[allow(clippy::indexing_slicing, reason = "training data is read and indexed at the desk, never on a request")]
pub mod data;
pub mod evaluate;
pub mod explain;
pub mod floor;
mod logistic;
pub mod predict;
pub mod register;
#[cfg(test)]
mod synthetic;
#[allow(clippy::indexing_slicing, reason = "indices into matrices made here, at the desk, never on a request")]
pub mod train;
pub mod transform;
mod unlike_news;

pub use artifact::{Model, ModelError, ModelErrorKind};
pub use predict::{Description, Given, Prediction};
