//! Word lists as data files (`data/`), each cue with a sentence that must match and one that must
//! not, compiled into one automaton.

mod class;
mod parse;
mod table;

use std::sync::LazyLock;

pub use class::{CueClass, word};
pub use parse::{Entry, WordClass, entries, words};
pub use table::{Lexicon, Node};

/// Changes whenever a word list changes a value.
pub const LEXICON_VERSION: &str = "2";

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::compile);

/// The compiled lexicon; the first call compiles it.
#[must_use]
pub fn lexicon() -> &'static Lexicon {
    &LEXICON
}

#[cfg(test)]
mod contract;
