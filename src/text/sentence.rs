//! Sentences: where one ends, told from abbreviations, initials, decimals and quotations.

mod list;

use std::ops::Range;

use crate::lexicon::word;

use super::key::{KeySet, word_key};
use super::shown::Shown;
use super::span::ByteSpan;
use super::token::{Token, TokenKind, form};

/// A sentence: indices into the document's tokens and cues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub span: ByteSpan,
    pub block: u32,
    first_token: u32,
    end_token: u32,
    first_cue: u32,
    end_cue: u32,
    /// Words and numbers in it.
    pub words: u32,
    /// Counts in rates: part of a body paragraph and no boilerplate.
    pub body: bool,
    pub boilerplate: bool,
    pub shown: Shown,
}

impl Sentence {
    #[must_use]
    pub fn tokens(&self) -> Range<usize> {
        self.first_token as usize..self.end_token as usize
    }

    #[must_use]
    pub fn cues(&self) -> Range<usize> {
        self.first_cue as usize..self.end_cue as usize
    }

    pub(super) fn set_cues(&mut self, first: u32, end: u32) {
        self.first_cue = first;
        self.end_cue = end;
    }
}

/// No sentence is longer. Text without full stops is cut here, so that what is done once for each word of a
/// sentence and looks at the whole sentence stays linear in the text.
const MAX_TOKENS: usize = 300;

/// Splits one block into sentences and appends them.
pub(super) fn split(tokens: &[Token], range: Range<usize>, block: u32, sentences: &mut Vec<Sentence>) {
    let mut first = range.start;
    let mut at = range.start;
    let mut item = list::Marker::at(tokens, &range, first);
    while at < range.end {
        // "2." of a list is no sentence of its own.
        if at == first
            && let Some(marker) = &item
        {
            at = marker.end;
            continue;
        }
        let end = match tokens.get(at) {
            Some(token) if token.is_terminal() => boundary(tokens, &range, first, at),
            Some(token) if token.is(form::DOTTED) => after_abbreviation(tokens, &range, first, at),
            Some(token) => match token.kind {
                TokenKind::Other | TokenKind::Dash => after_rule(tokens, &range, at),
                TokenKind::CloseBracket => after_emoticon(tokens, &range, at),
                _ => item.as_ref().and_then(|item| item.next_item(tokens, &range, at)),
            },
            None => None,
        };
        match end {
            Some(end) => {
                push(tokens, first..end, block, sentences);
                first = end;
                at = end;
                item = list::Marker::at(tokens, &range, first);
            }
            None => at += 1,
        }
        if at - first >= MAX_TOKENS {
            push(tokens, first..at, block, sentences);
            first = at;
            item = None;
        }
    }
    push(tokens, first..range.end, block, sentences);
}

fn push(tokens: &[Token], range: Range<usize>, block: u32, sentences: &mut Vec<Sentence>) {
    let Some(inside) = tokens.get(range.clone()) else {
        return;
    };
    let (Some(first), Some(last)) = (inside.first(), inside.last()) else {
        return;
    };
    // Marks without a word belong to the sentence before, if there is one in the block.
    let words = inside.iter().filter(|token| token.counts()).count() as u32;
    if words == 0
        && let Some(previous) = sentences.last_mut().filter(|sentence| sentence.block == block)
    {
        previous.end_token = range.end as u32;
        previous.shown = previous.shown.and(Shown::of(inside));
        previous.span = previous.span.cover(ByteSpan::new(first.start, last.end));
        return;
    }
    sentences.push(Sentence {
        span: ByteSpan::new(first.start, last.end),
        block,
        first_token: range.start as u32,
        end_token: range.end as u32,
        first_cue: 0,
        end_cue: 0,
        words,
        body: false,
        boilerplate: false,
        shown: Shown::of(inside),
    });
}

/// If the mark at `at` ends a sentence that began at `first`, the index after it and the marks that close with it.
fn boundary(tokens: &[Token], range: &Range<usize>, first: usize, at: usize) -> Option<usize> {
    let mark = tokens.get(at)?;
    // "[...]": words left out, not an end.
    let bracketed = tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::CloseBracket)
        && before(tokens, range, at).is_some_and(|token| token.kind == TokenKind::OpenBracket);
    if bracketed {
        return None;
    }
    let mut end = at + 1;
    // `?!`, `...”`, `.)`: what is glued to the mark closes with it.
    while end < range.end
        && let Some(next) = tokens.get(end)
        && !next.is(form::SPACE_BEFORE)
        && (next.is_terminal() || next.is_closer())
        && !opens_next(tokens, range, end)
    {
        end += 1;
    }
    let Some(next) = tokens.get(end).filter(|_| end < range.end) else {
        return Some(end);
    };
    let closed = end > at + 1;
    if !next.is(form::SPACE_BEFORE) && !closed {
        return starts_glued(tokens, range, at, next).then_some(end);
    }
    if mark.kind == TokenKind::Stop && !closed {
        if next.kind == TokenKind::Stop || mark.is(form::SPACE_BEFORE) {
            return spaced_dots(tokens, range, first, at);
        }
        if is_abbreviation(tokens, range, at, next) {
            return None;
        }
    }
    starts_sentence(tokens, range, end).then_some(end)
}

/// "went on . . . and left": an ellipsis written with blanks. Three go on unless a capital follows, four hold a full
/// stop; a full stop before three ends its sentence, and the three begin the next.
fn spaced_dots(tokens: &[Token], range: &Range<usize>, first: usize, at: usize) -> Option<usize> {
    let is_dot = |at: usize| {
        range.contains(&at)
            && tokens.get(at).is_some_and(|token| token.kind == TokenKind::Stop && token.is(form::SPACE_BEFORE))
    };
    let spaced = is_dot(at);
    if is_dot(at + 1) {
        let three = !spaced && is_dot(at + 2) && is_dot(at + 3) && !is_dot(at + 4);
        return (three && starts_sentence(tokens, range, at + 4)).then_some(at + 1);
    }
    let dots = (first..=at).rev().take(4).take_while(|&at| is_stop(tokens, at)).count();
    let next = tokens.get(at + 1)?;
    let starts = starts_sentence(tokens, range, at + 1);
    let ends = match dots {
        3 => starts && !next.has(word::PRONOUN_FIRST) && at - first >= 3,
        _ => starts,
    };
    ends.then_some(at + 1)
}

fn is_stop(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.kind == TokenKind::Stop)
}

/// The token before `at`, inside the block.
fn before<'t>(tokens: &'t [Token], range: &Range<usize>, at: usize) -> Option<&'t Token> {
    at.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at))
}

/// A straight quotation mark glued to the stop but also to the next word opens the next sentence
/// (`end."Next`), as far as that can be told.
fn opens_next(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    let (Some(mark), Some(next)) = (tokens.get(at), tokens.get(at + 1).filter(|_| at + 1 < range.end)) else {
        return false;
    };
    mark.kind == TokenKind::StraightQuote && next.counts() && !next.is(form::SPACE_BEFORE) && next.is(form::CAPITALISED)
}

const AT_SIGN: u64 = '@' as u64;
/// Last parts of the names of sites.
static DOMAINS: KeySet<6> = KeySet::new(["com", "org", "net", "edu", "gov", "info"]);
/// An address has few parts.
const ADDRESS_TOKENS: usize = 8;

/// "the end.The next": a blank is missing. Only after a plain lower-case word, so that names of
/// sites, versions and addresses stay whole.
fn starts_glued(tokens: &[Token], range: &Range<usize>, stop: usize, next: &Token) -> bool {
    let Some(last) = before(tokens, range, stop) else {
        return false;
    };
    let plain = last.is_word() && !last.is(form::ALL_CAPS) && last.end - last.start > 1
        || matches!(last.kind, TokenKind::Percent | TokenKind::CloseQuote | TokenKind::CloseBracket);
    let starts = plain
        && next.is(form::CAPITALISED)
        && next.is_word()
        && !DOMAINS.contains(&next.key)
        && !(last.is(form::CAPITALISED) && last.has(word::ABBREVIATION | word::HONORIFIC));
    starts && !is_address(tokens, range, stop)
}

/// "jane.Doe@example.com": an at sign glued to what stands around the stop.
fn is_address(tokens: &[Token], range: &Range<usize>, stop: usize) -> bool {
    let after = tokens.get(stop + 1..range.end).unwrap_or_default();
    let glued = after.iter().take(ADDRESS_TOKENS).take_while(|token| !token.is(form::SPACE_BEFORE));
    let left = (range.start..stop).rev().take(ADDRESS_TOKENS).map_while(|at| tokens.get(at));
    glued.map(|token| token.key).any(|key| key == AT_SIGN)
        || left.take_while(|token| !token.is(form::SPACE_BEFORE)).any(|token| token.key == AT_SIGN)
}

/// Zones which an hour is given in.
static TIME_ZONES: KeySet<6> = KeySet::new(["eastern", "central", "pacific", "mountain", "greenwich", "local"]);

/// After "U.S." or "a.m.", whose dot is part of the word: a sentence ends only where the next word
/// cannot go on with a name.
fn after_abbreviation(tokens: &[Token], range: &Range<usize>, first: usize, at: usize) -> Option<usize> {
    let mut end = at + 1;
    while end < range.end
        && let Some(next) = tokens.get(end)
        && !next.is(form::SPACE_BEFORE)
        && next.is_closer()
    {
        end += 1;
    }
    let next = tokens.get(end).filter(|_| end < range.end)?;
    if !next.is(form::SPACE_BEFORE) {
        return None;
    }
    // "At 5 a.m. Mr. Hale left": what has only said when has not ended.
    let only_when = at - first <= 3 && tokens.get(first).is_some_and(|token| token.has(word::PREPOSITION));
    if only_when {
        return None;
    }
    // "3 a.m. Witnesses said": after a lower-case abbreviation a capital begins a sentence, but for a day or a zone.
    let hour = tokens.get(at).is_some_and(|token| !token.is(form::CAPITALISED))
        && next.is(form::CAPITALISED)
        && !next.is(form::ALL_CAPS)
        && !next.has(word::WEEKDAY | word::MONTH)
        && !TIME_ZONES.contains(&next.key);
    let begins = |token: &Token| token.is(form::CAPITALISED) && token.has(word::SENTENCE_STARTER);
    // "the U.S. “lone wolf”" goes on; "the U.S. “We left," begins.
    let quoted = matches!(next.kind, TokenKind::OpenQuote | TokenKind::StraightQuote)
        && tokens.get(end + 1).is_some_and(|word| end + 1 < range.end && begins(word));
    (hour || begins(next) || quoted).then_some(end)
}

fn is_abbreviation(tokens: &[Token], range: &Range<usize>, stop: usize, next: &Token) -> bool {
    let Some(at) = stop.checked_sub(1).filter(|at| *at >= range.start) else {
        return false;
    };
    let Some(last) = tokens.get(at) else {
        return false;
    };
    let number_next = next.kind == TokenKind::Number;
    // "(pop. 5,000)", "N°. 5".
    let shortened = before(tokens, range, at).is_some_and(|token| token.kind == TokenKind::OpenBracket)
        || last.kind == TokenKind::Other && !last.is(form::SPACE_BEFORE) && at > range.start;
    if number_next && shortened {
        return true;
    }
    if !last.is_word() {
        return false;
    }
    let letter = last.end - last.start == 1;
    if letter
        && last.is(form::CAPITALISED)
        && !(last.has(word::PRONOUN_FIRST) && !follows_given_name(tokens, range, at))
    {
        // "J. Edgar": an initial. "Plan B. The": a letter that ends a sentence is followed by a
        // word that begins one.
        return !next.has(word::SENTENCE_STARTER);
    }
    // "p. 55"
    if letter && number_next {
        return true;
    }
    // "no. 5", but "he said no."
    if last.has(word::ABBREVIATION) && last.has(word::NEGATION) {
        return number_next;
    }
    if last.has(word::ABBREVIATION) {
        // "in Jan. The": a month is an abbreviation where a day or a small letter follows.
        if last.has(word::MONTH | word::WEEKDAY) {
            return number_next || next.is_word() && !next.is(form::CAPITALISED);
        }
        return !(next.has(word::SENTENCE_STARTER) && next.is(form::CAPITALISED)) || last.has(word::HONORIFIC);
    }
    if last.has(word::ABBREVIATION_FINAL) {
        return !(next.is(form::CAPITALISED) && next.has(word::SENTENCE_STARTER))
            && !matches!(next.kind, TokenKind::OpenQuote);
    }
    false
}

/// "Albert I. Jones", but not "you and I."
fn follows_given_name(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    before(tokens, range, at).is_some_and(|token| token.is(form::CAPITALISED) && token.has(word::GIVEN_NAME))
}

/// After a row of marks between two parts of a text ("* * *" is one in a line of its own; "*****" may stand in one).
fn after_rule(tokens: &[Token], range: &Range<usize>, at: usize) -> Option<usize> {
    let mark = tokens.get(at)?;
    let drawn = if mark.kind == TokenKind::Dash {
        mark.end - mark.start >= 4 && mark.is(form::SPACE_BEFORE)
    } else {
        let same = |back: usize| {
            at.checked_sub(back)
                .filter(|at| range.contains(at))
                .and_then(|at| tokens.get(at))
                .is_some_and(|token| token.key == mark.key && (back == 1 || token.is(form::SPACE_BEFORE) || back == 3))
        };
        // A word with letters struck out ("d***") is no row of marks.
        !mark.is(form::SPACE_BEFORE) && same(1) && (same(2) || same(3))
    };
    let next = tokens.get(at + 1).filter(|_| at + 1 < range.end)?;
    let starts = next.is(form::SPACE_BEFORE) && next.is_word() && next.is(form::CAPITALISED);
    (drawn && starts).then_some(at + 1)
}

/// After ":-)" or ";)", where a capital follows.
fn after_emoticon(tokens: &[Token], range: &Range<usize>, at: usize) -> Option<usize> {
    if tokens.get(at).is_none_or(|bracket| bracket.is(form::SPACE_BEFORE)) {
        return None;
    }
    let nose = before(tokens, range, at)?;
    let eyes = if nose.kind == TokenKind::Hyphen && !nose.is(form::SPACE_BEFORE) {
        before(tokens, range, at - 1)?
    } else {
        nose
    };
    let drawn = matches!(eyes.kind, TokenKind::Colon | TokenKind::Semicolon) && eyes.is(form::SPACE_BEFORE);
    let next = tokens.get(at + 1).filter(|_| at + 1 < range.end)?;
    let starts = next.is(form::SPACE_BEFORE) && next.is_word() && next.is(form::CAPITALISED);
    (drawn && starts).then_some(at + 1)
}

/// Whether what stands at `at` may begin a sentence.
fn starts_sentence(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    let mut at = at;
    while at < range.end
        && let Some(token) = tokens.get(at)
    {
        match token.kind {
            TokenKind::Word => {
                // A lower-case start is a break in the copy, or the custom of the writer, not a sentence boundary we may
                // deny: after a full stop and a blank, "he said" goes on, "charts. strategic concept" does not.
                return token.is(form::CAPITALISED | form::DIGIT)
                    || !token.is(form::NON_ASCII) && starts_lower(tokens, range, at);
            }
            TokenKind::Number | TokenKind::Currency | TokenKind::Url => return true,
            TokenKind::OpenQuote
            | TokenKind::StraightQuote
            | TokenKind::OpenSingle
            | TokenKind::StraightSingle
            | TokenKind::OpenBracket
            | TokenKind::Dash
            | TokenKind::Hyphen
            | TokenKind::Other => at += 1,
            _ => return false,
        }
    }
    true
}

/// A lower-case word right after a mark. After an ellipsis or a closing quotation mark it goes on with the sentence
/// ("...?” he asked); after a mark that is part of a name ("Yahoo! in") it does, too.
fn starts_lower(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    let (Some(next), Some(mark), Some(last)) = (
        tokens.get(at),
        before(tokens, range, at),
        at.checked_sub(2).filter(|at| *at >= range.start).and_then(|at| tokens.get(at)),
    ) else {
        return false;
    };
    let short = last.end - last.start <= 3;
    match mark.kind {
        TokenKind::Stop => match last.kind {
            // What is short and no word that is known may be an abbreviation, and a preposition goes on after one
            // ("a gal. of milk").
            TokenKind::Word => !short || last.has(GRAMMAR) || next.has(GRAMMAR) && !next.has(JOINS),
            TokenKind::Number => !short,
            TokenKind::CloseBracket | TokenKind::CloseQuote | TokenKind::StraightQuote | TokenKind::Percent => true,
            _ => false,
        },
        // "Why now? is the question", but "Why now? is it late?"
        TokenKind::Question => {
            let subject =
                tokens.get(at + 1).is_some_and(|word| at + 1 < range.end && word.has(GRAMMAR) && word.key != STILL);
            last.kind != TokenKind::OpenBracket
                && (!next.has(word::AUXILIARY) || next.has(word::PRONOUN_FIRST) || subject)
        }
        TokenKind::Exclamation => {
            let name = last.is(form::CAPITALISED) && !last.is(form::ALL_CAPS) && at - 2 > range.start;
            last.kind != TokenKind::OpenBracket && !name
        }
        _ => false,
    }
}

const GRAMMAR: u32 = word::STOP | word::AUXILIARY | word::PRONOUN_PERSON | word::PRONOUN_FIRST | word::PRONOUN_OTHER;
const STILL: u64 = word_key("still");
const JOINS: u32 = word::PREPOSITION | word::CONJUNCTION;

#[cfg(test)]
mod tests;
