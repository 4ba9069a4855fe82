//! Sentences: where one ends, told from abbreviations, initials, decimals and quotations.

use std::ops::Range;

use crate::lexicon::word;

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
    while at < range.end {
        let end = match tokens.get(at) {
            Some(token) if token.is_terminal() => boundary(tokens, &range, at),
            Some(token) if token.is(form::DOTTED) => after_abbreviation(tokens, &range, at),
            _ => None,
        };
        match end {
            Some(end) => {
                push(tokens, first..end, block, sentences);
                first = end;
                at = end;
            }
            None => at += 1,
        }
        if at - first >= MAX_TOKENS {
            push(tokens, first..at, block, sentences);
            first = at;
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
    });
}

/// If the mark at `at` ends a sentence, the index after it and the marks that close with it.
fn boundary(tokens: &[Token], range: &Range<usize>, at: usize) -> Option<usize> {
    let mark = tokens.get(at)?;
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
    if mark.kind == TokenKind::Stop && !closed && is_abbreviation(tokens, range, at, next) {
        return None;
    }
    starts_sentence(tokens, range, end).then_some(end)
}

/// A straight quotation mark glued to the stop but also to the next word opens the next sentence
/// (`end."Next`), as far as that can be told.
fn opens_next(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    let (Some(mark), Some(next)) = (tokens.get(at), tokens.get(at + 1).filter(|_| at + 1 < range.end)) else {
        return false;
    };
    mark.kind == TokenKind::StraightQuote && next.counts() && !next.is(form::SPACE_BEFORE) && next.is(form::CAPITALISED)
}

/// "the end.The next": a blank is missing. Only after a plain lower-case word, so that names of
/// sites and versions stay whole.
fn starts_glued(tokens: &[Token], range: &Range<usize>, stop: usize, next: &Token) -> bool {
    let Some(before) = stop.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at)) else {
        return false;
    };
    let plain = before.is_word() && !before.is(form::ALL_CAPS) && before.end - before.start > 1
        || matches!(before.kind, TokenKind::Percent | TokenKind::CloseQuote | TokenKind::CloseBracket);
    plain
        && next.is(form::CAPITALISED)
        && next.is_word()
        && !(before.is(form::CAPITALISED) && before.has(word::ABBREVIATION | word::HONORIFIC))
}

/// After "U.S." or "a.m.", whose dot is part of the word: a sentence ends only where the next word
/// cannot go on with a name.
fn after_abbreviation(tokens: &[Token], range: &Range<usize>, at: usize) -> Option<usize> {
    let mut end = at + 1;
    while end < range.end
        && let Some(next) = tokens.get(end)
        && !next.is(form::SPACE_BEFORE)
        && next.is_closer()
    {
        end += 1;
    }
    let next = tokens.get(end).filter(|_| end < range.end)?;
    // "3 a.m. Witnesses said": after a lower-case abbreviation a capital begins a sentence, but for a day or a zone.
    let hour = tokens.get(at).is_some_and(|token| !token.is(form::CAPITALISED))
        && next.is(form::CAPITALISED)
        && !next.is(form::ALL_CAPS)
        && !next.has(word::WEEKDAY | word::MONTH);
    let fits = next.is(form::SPACE_BEFORE)
        && (hour
            || next.is(form::CAPITALISED) && next.has(word::SENTENCE_STARTER)
            || next.kind == TokenKind::OpenQuote);
    fits.then_some(end)
}

fn is_abbreviation(tokens: &[Token], range: &Range<usize>, stop: usize, next: &Token) -> bool {
    let Some(before) = stop.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at)) else {
        return false;
    };
    if before.is(form::SPACE_BEFORE) || stop - 1 == range.start || !before.is_word() {
        // "J. Edgar": an initial. "Plan B. The": a letter that ends a sentence is followed by a
        // word that begins one.
        let single = before.is_word() && before.end - before.start == 1 && before.is(form::CAPITALISED);
        if single && !before.has(word::PRONOUN_FIRST) {
            return !next.has(word::SENTENCE_STARTER);
        }
    }
    if !before.is_word() {
        return false;
    }
    // "no. 5", but "he said no."
    if before.has(word::ABBREVIATION) && before.has(word::NEGATION) {
        return next.kind == TokenKind::Number;
    }
    if before.has(word::ABBREVIATION) {
        // "in May. The": a month is an abbreviation only where a day follows.
        if before.has(word::MONTH | word::WEEKDAY) {
            return next.kind == TokenKind::Number;
        }
        return !(next.has(word::SENTENCE_STARTER) && next.is(form::CAPITALISED)) || before.has(word::HONORIFIC);
    }
    if before.has(word::ABBREVIATION_FINAL) {
        return !(next.is(form::CAPITALISED) && next.has(word::SENTENCE_STARTER))
            && !matches!(next.kind, TokenKind::OpenQuote);
    }
    false
}

/// Whether what stands at `at` may begin a sentence.
fn starts_sentence(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    let mut at = at;
    while at < range.end
        && let Some(token) = tokens.get(at)
    {
        match token.kind {
            TokenKind::Word => {
                // A lower-case start is a break in the copy, not a sentence boundary we may deny: after
                // a full stop and a blank, "he said" goes on, "charts. strategic concept" does not.
                return token.is(form::CAPITALISED | form::DIGIT)
                    || !token.is(form::NON_ASCII) && is_broken_start(tokens, range, at);
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

/// A lower-case word right after a plain full stop: the copy lost a capital. After `?`, `!`, an
/// ellipsis or a closing mark, a lower-case word goes on with the sentence ("...?” he asked").
fn is_broken_start(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).filter(|before| *before >= range.start).and_then(|before| tokens.get(before))
    else {
        return false;
    };
    let Some(word_before) =
        at.checked_sub(2).filter(|before| *before >= range.start).and_then(|before| tokens.get(before))
    else {
        return false;
    };
    before.kind == TokenKind::Stop && word_before.is_word() && word_before.end - word_before.start > 3
}

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::text::Document;

    fn sentences(text: &str) -> Vec<&str> {
        let document = Document::read(&Article::from_text(text));
        document.sentences.iter().map(|sentence| sentence.span.slice(text).unwrap()).collect()
    }

    fn assert_one(texts: &[&str]) {
        for text in texts {
            assert_eq!(sentences(text), [*text]);
        }
    }

    /// The bar stands where one sentence ends and the next begins.
    fn assert_split(marked: &[&str]) {
        for marked in marked {
            let text = marked.replace('|', "");
            let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
            assert_eq!(sentences(&text), expected);
        }
    }

    #[test]
    fn titles_and_months_do_not_end_a_sentence() {
        assert_one(&[
            "Mr. Smith met Mrs. Jones and Dr. Abara in St. Marin.",
            "Sen. Orla Brandt and Gov. Piet Voss signed it.",
            "The talks began on Jan. 5 and ended on Sept. 12.",
            "See No. 7 and Vol. 3 of the book.",
        ]);
    }

    #[test]
    fn dotted_names_do_not_end_a_sentence_before_a_name() {
        assert_one(&["The U.S. Senate met in Washington, D.C. on Monday.", "U.K. officials left at 5 p.m. on Monday."]);
        assert_split(&["He lives in the U.S. |The house is old.", "It was 5 p.m. |He left."]);
    }

    #[test]
    fn companies_end_a_sentence_only_before_a_beginning() {
        assert_one(&["Calder Inc. sold its mill to Voss Corp. of Narland."]);
        assert_split(&["He works for Calder Inc. |The firm is old."]);
    }

    #[test]
    fn initials_belong_to_their_name() {
        assert_one(&["The book by J. K. Tallis and A. Brandt is old.", "J. Edgar Voss left."]);
        assert_split(&["They chose plan B. |The mayor left."]);
    }

    #[test]
    fn numbers_keep_their_points() {
        assert_one(&["Prices rose by 3.5 percent to $1,200.50 on 9.11.2024 in the town."]);
        assert_split(&["It rose by 3.5. |The rest fell."]);
    }

    #[test]
    fn may_ends_a_sentence_where_no_day_follows() {
        assert_split(&["It opens in May. |The mill is old."]);
    }

    #[test]
    fn closing_marks_go_with_their_sentence() {
        assert_split(&[
            "\u{201c}It is late.\u{201d} |She left.",
            "\"It is late.\" |She left.",
            "He left (it was late). |She stayed.",
            "It was late!! |She left?! |He stayed.",
        ]);
    }

    #[test]
    fn a_question_in_quotation_marks_goes_on_with_its_speaker() {
        assert_one(&[
            "\u{201c}Is it late?\u{201d} he asked.",
            "\"Is it late?\" asked the mayor.",
            "\u{201c}Stop!\u{201d} she said.",
        ]);
    }

    #[test]
    fn an_ellipsis_ends_a_sentence_only_before_a_capital() {
        assert_one(&["He left... and came back.", "He left\u{2026} and came back."]);
        assert_split(&["He left... |She stayed."]);
    }

    #[test]
    fn a_missing_blank_does_not_join_two_sentences() {
        assert_split(&["The mill is closed.|The mayor left.", "It rose by 4%.|The rest fell."]);
        assert_one(&["The site example.com is old.", "The firm Node.js is old."]);
    }

    #[test]
    fn a_lost_capital_is_still_a_beginning() {
        assert_split(
            &["The road is closed. operations are difficult."]
                .map(|text| text.replace(". o", ". |o"))
                .each_ref()
                .map(String::as_str),
        );
    }

    #[test]
    fn a_line_break_ends_a_sentence() {
        assert_eq!(sentences("The mayor left\nThe road is closed"), ["The mayor left", "The road is closed"]);
    }

    #[test]
    fn marks_alone_belong_to_the_sentence_before() {
        assert_eq!(sentences("The mayor left. ... The road is closed.").len(), 2);
        assert!(sentences("").is_empty() && sentences(" \n ").is_empty());
    }

    #[test]
    fn text_without_stops_is_cut() {
        let text = "and so on ".repeat(1000);
        assert!(sentences(&text).iter().all(|sentence| sentence.len() <= 10 * super::MAX_TOKENS));
    }
}
