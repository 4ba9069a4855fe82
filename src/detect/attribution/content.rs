//! What is reported: where it begins and ends.

use std::ops::Range;

use crate::lexicon::{CueClass, word};
use crate::text::{Document, Sentence, Token, TokenKind, form, word_key};

use super::super::source::Chunk;
use super::reader::Reader;
use super::verbs::{TELL, THAT, is_report_verb};

impl Reader<'_, '_> {
    pub(super) fn content(
        &self,
        sentence: &Sentence,
        chunk: &Chunk,
        verb: usize,
        verb_end: usize,
        participle: bool,
    ) -> [Option<Range<u32>>; 2] {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let end = content_end(self.document, sentence);
        let subject_first = chunk.first.min(verb);
        let before_mark = subject_first.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        // "'We left,' she said, adding that": what is added follows.
        let postposed = !participle
            && before_mark.is_some_and(|token| {
                matches!(
                    token.kind,
                    TokenKind::Comma | TokenKind::CloseQuote | TokenKind::StraightQuote | TokenKind::CloseSingle
                ) || token.is_terminal()
            })
            && self.is_clause(range.start, subject_first);
        // The comma that sets the speaker apart belongs to nobody, unless it stands inside the quotation.
        let comma = before_mark.is_some_and(|token| token.kind == TokenKind::Comma && !token.is(form::QUOTED));
        let before_end = subject_first - usize::from(comma && subject_first > range.start);
        let before = (postposed && before_end > range.start).then_some(range.start as u32..before_end as u32);
        let inverted = chunk.first >= verb;
        let mut from = verb_end.max(if inverted { chunk.end } else { 0 });
        // "said on Monday that": when and where it was said is not what was said.
        if let Some(that) = (from..end.min(from + 8)).find(|&at| tokens.get(at).is_some_and(|token| token.key == THAT))
            && (from..that).all(|at| tokens.get(at).is_some_and(Token::counts))
            && tokens.get(from).is_some_and(|token| {
                token.key == THAT
                    || token.has(word::PREPOSITION | word::WEEKDAY)
                    || tokens.get(verb).is_some_and(|verb| TELL.contains(&verb.key))
            })
        {
            from = that;
        }
        let resumes = |at: usize| {
            tokens.get(at).is_some_and(|token| {
                at < end && matches!(token.kind, TokenKind::Colon | TokenKind::OpenQuote | TokenKind::StraightQuote)
            })
        };
        let comma = tokens.get(from).is_some_and(|token| from < end && token.kind == TokenKind::Comma);
        // After "..., said Jane Doe" a comma opens an apposition, unless a quotation goes on.
        let goes_on = !postposed || resumes(from) || comma && (!inverted || resumes(from + 1));
        while tokens
            .get(from)
            .is_some_and(|token| from < end && matches!(token.kind, TokenKind::Comma | TokenKind::Colon))
        {
            from += 1;
        }
        let after = (goes_on && end > from).then_some(from as u32..end as u32);
        [before, after]
    }

    /// Long enough, or quoted, to be what was said and not an opening phrase ("On Monday, ...").
    pub(super) fn is_clause(&self, first: usize, end: usize) -> bool {
        let inside = self.document.tokens.get(first..end).unwrap_or_default();
        // Inside a quotation all words are quoted, and that tells nothing.
        let outside = self.document.tokens.get(end).is_none_or(|token| !token.is(form::QUOTED));
        if outside && inside.iter().any(|token| token.is(form::QUOTED)) {
            return true;
        }
        let opening = inside.first().is_some_and(|token| {
            token.has(word::PREPOSITION | word::CONJUNCTION)
                || inside.get(1).is_some_and(|next| next.key == OF)
                || token.is(form::ING)
                || token.is(form::ED)
                || token.is(form::LY)
        });
        let words = inside.iter().filter(|token| token.counts()).count();
        let verb = inside.iter().any(|token| {
            token.has(word::AUXILIARY | word::IRREGULAR_PAST)
                || token.is(form::ED | form::S) && !token.is(form::CAPITALISED) && !token.has(word::STOP)
        });
        words >= 4 && verb && !opening
    }
}

/// The end of what a sentence can report: without its final marks, and without a comment of the
/// article's own that trails it (", marking a pivotal moment").
pub(super) fn content_end(document: &Document<'_>, sentence: &Sentence) -> usize {
    let tokens = &document.tokens;
    let range = sentence.tokens();
    // A comment begins with a participle: most sentences have none.
    let cues = if sentence.shown.is(form::ING) { document.cues_of(sentence) } else { &[] };
    let comment = cues.iter().position(|cue| {
        let first = cue.first as usize;
        matches!(cue.class, CueClass::InterpretiveVerb | CueClass::Significance)
            && tokens.get(first).is_some_and(|token| token.is(form::ING))
            && first > range.start
            && tokens.get(first - 1).is_some_and(|before| before.kind == TokenKind::Comma)
            && !cues.iter().any(|other| other.first == cue.first && is_report_verb(other.class))
    });
    let mut end = comment.and_then(|at| cues.get(at)).map_or(range.end, |cue| cue.first as usize - 1);
    while end > range.start && tokens.get(end - 1).is_some_and(|token| token.is_terminal()) {
        end -= 1;
    }
    end
}

const OF: u64 = word_key("of");
