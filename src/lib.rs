//! Candor reads the text of a news article and returns a report of its observable reporting practice.

// Nothing a caller sends may end the program. Tests may.
#![cfg_attr(
    not(test),
    warn(
        clippy::exit,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::print_stdout,
        clippy::unwrap_used
    )
)]

pub mod article;
pub mod cli;
pub mod detect;
pub mod engine;
pub mod evaluate;
pub mod features;
pub mod lexicon;
pub mod model;
pub mod report;
pub mod rpc;
pub mod server;
pub mod text;

pub use article::Article;
pub use engine::Engine;
pub use report::Report;
