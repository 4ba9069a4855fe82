//! What was looked for before a verb, and is asked again for the same verb or the next: a run of verbs without a subject
//! is read once, and not once more for each of them.

use std::cell::Cell;
use std::ops::Range;

use crate::text::Token;

use super::super::source::{self, Chunk};

/// What decides the subject before a verb: its sentence, its place, and the relations that were found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) sentence: usize,
    pub(super) verb: usize,
    pub(super) first_here: usize,
    pub(super) relations: usize,
}

/// The last answers.
#[derive(Default)]
pub(super) struct Memo {
    last: Cell<Option<(Asked, Option<Chunk>)>>,
    /// Tokens of which none may begin a chunk.
    barren: Cell<(usize, usize)>,
}

impl Memo {
    /// The answer to the same question as the last one, or that of `find`.
    pub(super) fn left_subject(&self, asked: Asked, find: impl FnOnce() -> Option<Chunk>) -> Option<Chunk> {
        match self.last.get() {
            Some((last, chunk)) if last == asked => chunk,
            _ => {
                let chunk = find();
                self.last.set(Some((asked, chunk)));
                chunk
            }
        }
    }

    /// As [`source::subject`], without a second look at where no chunk begins.
    pub(super) fn subject(&self, tokens: &[Token], clause: Range<usize>) -> Option<Chunk> {
        let (first, end) = self.barren.get();
        let known = if first <= clause.start && clause.start < end { end } else { clause.start };
        let rest = tokens.get(known.min(clause.end)..clause.end)?;
        if rest.iter().any(source::begins_chunk) {
            return source::subject(tokens, clause);
        }
        let from = if known == clause.start { clause.start } else { first };
        self.barren.set((from, clause.end.max(known)));
        None
    }
}
