//! Bytes to a document: spans, tokens, sentences, quotes, blocks, language.

mod span;

pub use span::ByteSpan;
