//! Candor reads the text of a news article and returns a report of its observable reporting practice: what an
//! experienced editor would mark in the margin, the features computed from those marks, sub-scores, and one
//! calibrated score whose parts add up exactly. It never says whether a claim is true.
//!
//! ```text
//! article -> text -> detect -> features -> model -> report -> rpc, batch, cli
//! ```
//!
//! Nothing flows back, and only the last rooms know about gRPC, files or the terminal. The types to know:
//!
//! - [`Article`]: what a caller sends; borrowed, never changed.
//! - [`Engine`]: load once, score many; [`Engine::score`] is a plain function without I/O, clock or randomness.
//! - [`Report`]: everything found, in bytes of the text as sent.
//! - [`features::FEATURES`]: the dictionary from which the catalogue and the model's columns derive;
//!   [`features::TEXT_STATISTICS`] stands behind it, measured for full reports and read by no model.
//! - [`model::Model`]: a model file that was checked.
//!
//! ```
//! use candor::{Article, Engine};
//!
//! let engine = Engine::embedded()?;
//! let report = engine.score(&Article::from_text("The plant closed, according to a source."));
//! assert!(report.verdict.is_none(), "one sentence is too short to judge");
//! assert!(report.evidence.iter().any(|mark| mark.feature_id == "bare_anonymous_count"));
//! # Ok::<(), candor::model::ModelError>(())
//! ```
//!
//! # Untrusted input
//!
//! Any text may arrive. Time and memory are linear in its length: no sentence is longer than 300 tokens to the
//! detectors, every look back has a fixed window, and hash maps are seeded. Nothing on the way of a request
//! unwraps, indexes without a check, or is unsafe. The service limits the size of a text and of a message.
pub mod article;
pub mod batch;
pub mod classify;
pub mod cli;
pub mod detect;
pub mod engine;
pub mod evaluate;
pub mod features;
pub mod lexicon;
pub mod model;
pub mod random;
pub mod report;
pub mod rpc;
pub mod server;
mod sigmoid;
pub mod text;
pub use article::Article;
pub use engine::Engine;
pub use report::Report;
