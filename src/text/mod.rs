//! Bytes to a document: spans, tokens, cues, quotations, sentences, blocks, language.

mod block;
mod case;
mod cue;
mod document;
mod extraction;
mod furniture;
mod key;
mod language;
mod letters;
mod markup;
mod quote;
mod sentence;
mod shown;
mod sign;
mod span;
mod token;
mod vocabulary;

pub use block::{Block, BlockKind, Original};
pub use cue::Cue;
pub use document::{Document, Headline};
pub use key::{KeySet, phrase_key, word_key, word_keys};
pub use language::{Prose, prose};
pub use letters::ascii_letters;
pub use quote::{Quote, QuoteFault, QuoteFaultKind};
pub use sentence::Sentence;
pub use shown::Shown;
pub use span::ByteSpan;
pub use token::{Token, TokenKind, form, tokenise};
pub use vocabulary::{Numbers, Vocabulary};
