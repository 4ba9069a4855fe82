//! Who a sentence speaks for, where no verb says so: "To his rivals, the plan is a gift", "In Doe's view, ...", and the
//! name after a quotation that stands by itself: "... that is all." - Jane Doe.

use crate::lexicon::word;
use crate::report::SourceKind;
use crate::text::{KeySet, Sentence, TokenKind, form};

use super::super::source::{self, Chunk, Sort};
use super::content::content_end;
use super::reader::Reader;
use super::{Act, Attribution, VerbSort};

impl Reader<'_, '_> {
    /// "To her allies, ...", "For Doe, ...", "In the union's view, ...", "By their count, ...": an opinion is whose the
    /// opening phrase says.
    pub(super) fn viewpoint(&self, index: usize, sentence: &Sentence) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let opening = tokens.get(range.start).filter(|token| OPENINGS.contains(&token.key))?;
        if opening.is(form::QUOTED) {
            return None;
        }
        let (first, limit) = (range.start + 1, range.end.min(range.start + LONGEST));
        let comma = (first..limit)
            .find(|&at| tokens.get(at).is_some_and(|token| !token.is_word() && token.kind != TokenKind::Stop))?;
        if tokens.get(comma)?.kind != TokenKind::Comma {
            return None;
        }
        let (chunk, cue) = if MEASURES.contains(&opening.key) {
            // "in | the union's | view"
            let noun = comma - 1;
            tokens.get(noun).filter(|token| VIEWS.contains(&token.key))?;
            let owner = (first..noun).rev().find(|&at| tokens.get(at).is_some_and(|token| token.is(form::POSSESSIVE)));
            let chunk = match owner {
                Some(owner) => source::chunk_before_possessive(tokens, first, owner + 1)?,
                None => source::pronoun(tokens, first).filter(|_| noun == first + 1)?,
            };
            (chunk, noun as u32..comma as u32)
        } else {
            let chunk = source::chunk_at(tokens, first, comma).filter(|chunk| chunk.end == comma)?;
            let whose = chunk.sort.speaks() && !matches!(chunk.sort, Sort::Document | Sort::Pronoun)
                || chunk.sort == Sort::Pronoun && chunk.first + 1 == chunk.end;
            // "For September, ...", "To Paris, ...": a month speaks not, and one capital may be a place.
            let named = chunk.sort != Sort::Name || self.is_somebody(&chunk);
            if !whose || !named {
                return None;
            }
            (chunk, range.start as u32..range.start as u32 + 1)
        };
        let end = content_end(self.document, sentence);
        let content = (end > comma + 1).then_some(comma as u32 + 1..end as u32);
        let resolved = self.resolve(chunk, sentence, false);
        let mut found = self.relation(index, cue, resolved, [None, content], VerbSort::Frame);
        found.act = Act::Attitude;
        Some(found)
    }

    /// Somebody who was named before, or a name with a title or a given name.
    fn is_somebody(&self, chunk: &Chunk) -> bool {
        let words = self.document.tokens.get(chunk.first..chunk.end).unwrap_or_default();
        words.iter().any(|token| {
            token.has(word::GIVEN_NAME | word::HONORIFIC | word::ROLE_NOUN)
                || self.known.people.contains_key(&token.key)
        })
    }

    /// A quotation, a dash and the name of whoever said it, alone in its line.
    pub(super) fn signature(&self, index: usize, sentence: &Sentence) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let dash = tokens.get(range.start).filter(|token| matches!(token.kind, TokenKind::Dash | TokenKind::Hyphen))?;
        let closer = range.start.checked_sub(1).and_then(|at| tokens.get(at)).filter(|token| token.is_closer())?;
        let after = self.document.quotes.partition_point(|quote| (quote.first as usize) < range.start);
        let quote = after.checked_sub(1).and_then(|at| self.document.quotes.get(at))?;
        let end =
            (range.start + 1..range.end).rev().find(|&at| tokens.get(at).is_some_and(|token| token.counts()))? + 1;
        let chunk = source::chunk_at(tokens, range.start + 1, end)?;
        if dash.is(form::QUOTED)
            || closer.start > dash.start
            || quote.end as usize + 1 < range.start
            || chunk.end != end
        {
            return None;
        }
        let resolved = self.resolve(chunk, sentence, false);
        if !matches!(resolved.kind, SourceKind::Person | SourceKind::Organisation) {
            return None;
        }
        let content = Some(quote.first.saturating_sub(1)..quote.end + 1);
        let cue = range.start as u32..range.start as u32 + 1;
        Some(self.relation(index, cue, resolved, [content, None], VerbSort::Frame))
    }
}

/// An opening phrase has no more tokens than this.
const LONGEST: usize = 9;
static OPENINGS: KeySet<4> = KeySet::new(["to", "for", "in", "by"]);
static MEASURES: KeySet<2> = KeySet::new(["in", "by"]);
static VIEWS: KeySet<14> = KeySet::new([
    "view",
    "opinion",
    "mind",
    "eyes",
    "telling",
    "words",
    "estimation",
    "judgment",
    "count",
    "tally",
    "account",
    "estimate",
    "reckoning",
    "logic",
]);
