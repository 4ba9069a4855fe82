//! Items of a list that stand in one line.

use std::ops::Range;

use super::super::key::word_keys;
use super::super::token::{Token, TokenKind, form};

const NUMBERS: [u64; 20] = word_keys([
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
]);
const LETTERS: [u64; 8] = word_keys(["a", "b", "c", "d", "e", "f", "g", "h"]);

/// "1.", "2)", "• 3.", "b.": the mark before an item.
pub(super) struct Marker {
    letter: bool,
    ordinal: usize,
    /// The first token after it.
    pub(super) end: usize,
}

impl Marker {
    /// The marker that begins at `at`, or after the bullet that stands there.
    pub(super) fn at(tokens: &[Token], range: &Range<usize>, at: usize) -> Option<Self> {
        let bullet = tokens.get(at).is_some_and(|token| token.kind == TokenKind::Other);
        let at = if bullet { at + 1 } else { at };
        let token = tokens.get(at).filter(|_| at < range.end)?;
        let letter = token.is_word() && token.end - token.start == 1 && !token.is(form::CAPITALISED);
        if !letter && token.kind != TokenKind::Number {
            return None;
        }
        let ordinals: &[u64] = if letter { &LETTERS } else { &NUMBERS };
        let ordinal = ordinals.iter().position(|key| *key == token.key)?;
        let mut end = at + 1;
        while end < range.end
            && end < at + 3
            && let Some(mark) = tokens.get(end)
            && !mark.is(form::SPACE_BEFORE)
            && matches!(mark.kind, TokenKind::Stop | TokenKind::CloseBracket)
        {
            end += 1;
        }
        let next = tokens.get(end).filter(|_| end < range.end)?;
        let starts = next.is(form::SPACE_BEFORE) && next.is_word() && next.is(form::CAPITALISED);
        (end > at + 1 && starts).then_some(Marker { letter, ordinal, end })
    }

    /// Where the next item begins, if that is at `at`: the same kind of mark with the next number.
    pub(super) fn next_item(&self, tokens: &[Token], range: &Range<usize>, at: usize) -> Option<usize> {
        let token = tokens.get(at)?;
        let bullet = at.checked_sub(1).filter(|at| *at >= self.end).filter(|at| {
            tokens.get(*at).is_some_and(|token| token.kind == TokenKind::Other && token.is(form::SPACE_BEFORE))
        });
        if !token.counts() || !token.is(form::SPACE_BEFORE) && bullet.is_none() || at <= self.end {
            return None;
        }
        let next = Marker::at(tokens, range, at)?;
        let follows = next.letter == self.letter && next.ordinal == self.ordinal + 1;
        follows.then_some(bullet.unwrap_or(at))
    }
}
