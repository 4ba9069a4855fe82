//! Candor reads the text of a news article and returns a report of its observable reporting practice.

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
