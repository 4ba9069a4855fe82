//! Word lists as data files (`data/`), each cue with a sentence that must match and one that must
//! not, compiled into one automaton.

mod class;
mod parse;
mod sign;
mod table;

use std::sync::LazyLock;

pub use class::{CueClass, word};
pub use parse::{Entry, WordClass, entries, words};
pub use sign::Sign;
pub use table::{Lexicon, Node};

/// Changes whenever a word list changes a value.
pub const LEXICON_VERSION: &str = "6";

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::compile);
static SIGNS: LazyLock<Lexicon> = LazyLock::new(Lexicon::compile_signs);

/// The compiled lexicon; the first call compiles it.
#[must_use]
pub fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// The compiled signs of genre, apart from the cues: they are looked up at the beginnings of lines and sentences
/// only. The cues of its nodes are bits of [`Sign::bit`].
#[must_use]
pub fn signs() -> &'static Lexicon {
    &SIGNS
}

#[cfg(test)]
mod contract;
