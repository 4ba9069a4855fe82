//! Word lists as data files.

/// Changes whenever a word list changes a value.
pub const LEXICON_VERSION: &str = "1";
