//! Word lists as data files.

mod parse;

pub use parse::{Entry, WordClass, entries, words};

/// Changes whenever a word list changes a value.
pub const LEXICON_VERSION: &str = "1";
