//! Quotations: pairing marks, straight and curly, over paragraphs, and the faults in them.

use std::ops::Range;

use super::span::ByteSpan;
use super::token::{Token, TokenKind, form};

/// A quotation: tokens `first..end` stand inside its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    pub first: u32,
    pub end: u32,
    /// With its marks.
    pub span: ByteSpan,
    /// The block it begins in.
    pub block: u32,
    /// Words inside.
    pub words: u32,
    /// False if its closing mark is missing and the paragraph's end closes it.
    pub closed: bool,
    /// True if it goes on in the next paragraph, which opens with a mark of its own.
    pub continued: bool,
    /// True for single marks.
    pub single: bool,
}

/// What can be wrong with quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteFaultKind {
    /// Opened and never closed.
    Unclosed,
    /// A closing mark without an opening one.
    Unopened,
    /// Punctuation left over between two quotations.
    OrphanPunctuation,
}

/// A fault and where it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuoteFault {
    pub kind: QuoteFaultKind,
    pub span: ByteSpan,
    pub block: u32,
}

/// Pairs the marks of one block after another.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    quotes: Vec<Quote>,
    faults: Vec<QuoteFault>,
    /// The quotation that the block before left open, by index into `quotes`.
    left_open: Option<usize>,
}

impl Quotes {
    /// Pairs the marks of one block.
    pub(super) fn pair(&mut self, text: &str, tokens: &mut [Token], range: Range<usize>, block: u32) {
        let mut open: Option<usize> = None;
        let mut single: Option<usize> = None;
        let left_open = self.left_open.take();
        let mut last_close: Option<usize> = None;
        for at in range.clone() {
            let Some(token) = tokens.get(at) else {
                break;
            };
            let kind = token.kind;
            match kind {
                TokenKind::OpenQuote | TokenKind::CloseQuote | TokenKind::StraightQuote => {}
                TokenKind::OpenSingle | TokenKind::CloseSingle | TokenKind::StraightSingle => {
                    self.single_mark(tokens, &range, at, block, open.is_some(), &mut single);
                    continue;
                }
                _ => continue,
            }
            let straight = kind == TokenKind::StraightQuote;
            if straight && open.is_none() && is_inch_mark(tokens, &range, at) {
                continue;
            }
            // A mark glued to the front of a word opens, one glued to its end closes, whichever
            // character it is; only where that does not tell does the character, or the state, decide.
            let (begins, ends) = (begins_a_word(tokens, &range, at), ends_a_word(tokens, &range, at));
            let opens = match kind {
                TokenKind::OpenQuote => open.is_none() || !ends,
                TokenKind::CloseQuote => open.is_none() && begins && !ends,
                _ if open.is_none() => begins || !ends,
                _ => begins && !ends,
            };
            if opens {
                if let Some(unclosed) = open.take() {
                    self.unclosed(tokens, unclosed, at, block);
                } else if at == range.start
                    && let Some(before) = left_open.and_then(|index| self.quotes.get_mut(index))
                {
                    before.continued = true;
                }
                if let Some(close) = last_close.take() {
                    self.orphan(tokens, close, at, block);
                }
                open = Some(at);
            } else if let Some(mark) = open.take() {
                self.push(tokens, mark, at, block, true, false);
                last_close = Some(at);
            } else {
                self.faults.push(QuoteFault {
                    kind: QuoteFaultKind::Unopened,
                    span: around(text, tokens, &range, at),
                    block,
                });
            }
        }
        if let Some(mark) = open {
            self.left_open = Some(self.quotes.len());
            self.push(tokens, mark, range.end, block, false, false);
        }
    }

    /// Reports the quotations left open that no later paragraph took up, and marks quoted tokens.
    pub(super) fn finish(mut self, tokens: &mut [Token]) -> (Vec<Quote>, Vec<QuoteFault>) {
        for quote in &self.quotes {
            if !quote.closed && !quote.continued && !quote.single {
                self.faults.push(QuoteFault { kind: QuoteFaultKind::Unclosed, span: quote.span, block: quote.block });
            }
            for token in tokens.get_mut(quote.first as usize..quote.end as usize).unwrap_or_default() {
                token.form |= form::QUOTED;
            }
        }
        self.quotes.sort_by_key(|quote| (quote.first, quote.end));
        self.faults.sort_by_key(|fault| fault.span);
        (self.quotes, self.faults)
    }

    fn push(&mut self, tokens: &[Token], mark: usize, close: usize, block: u32, closed: bool, single: bool) {
        let inside = tokens.get(mark + 1..close).unwrap_or_default();
        let words = inside.iter().filter(|token| token.counts()).count() as u32;
        let start = tokens.get(mark).map_or(0, |token| token.start);
        let last = if closed { close } else { close.saturating_sub(1) };
        let end = tokens.get(last).map_or(start, |token| token.end);
        self.quotes.push(Quote {
            first: mark as u32 + 1,
            end: close as u32,
            span: ByteSpan::new(start, end),
            block,
            words,
            closed,
            continued: false,
            single,
        });
    }

    /// A second opening mark before any closing one: the first is never closed. It is taken to end
    /// with its sentence, so that it does not swallow the paragraph.
    fn unclosed(&mut self, tokens: &[Token], mark: usize, next: usize, block: u32) {
        let end = (mark + 1..next)
            .find(|&at| tokens.get(at).is_some_and(|token| token.is_terminal()))
            .map_or(next, |at| at + 1);
        self.push(tokens, mark, end, block, false, false);
    }

    /// `.” . “`: punctuation that belongs to nothing, between two quotations.
    fn orphan(&mut self, tokens: &[Token], close: usize, open: usize, block: u32) {
        let between = tokens.get(close + 1..open).unwrap_or_default();
        let only_marks = !between.is_empty()
            && between
                .iter()
                .all(|token| token.is(form::SPACE_BEFORE) && (token.is_terminal() || token.kind == TokenKind::Comma));
        if only_marks && let (Some(first), Some(last)) = (between.first(), between.last()) {
            self.faults.push(QuoteFault {
                kind: QuoteFaultKind::OrphanPunctuation,
                span: ByteSpan::new(first.start, last.end),
                block,
            });
        }
    }

    /// Single marks are apostrophes as often as quotation marks; only a clear pair counts, and a
    /// missing half is no fault.
    fn single_mark(
        &mut self,
        tokens: &[Token],
        range: &Range<usize>,
        at: usize,
        block: u32,
        inside_double: bool,
        open: &mut Option<usize>,
    ) {
        let Some(token) = tokens.get(at) else { return };
        let opens = token.kind != TokenKind::CloseSingle
            && (token.is(form::SPACE_BEFORE) || at == range.start || before_is_opening(tokens, at))
            && tokens.get(at + 1).is_some_and(|next| {
                at + 1 < range.end && next.is_word() && !next.is(form::SPACE_BEFORE) && !next.is(form::DIGIT)
            });
        if opens {
            *open = Some(at);
            return;
        }
        if !ends_a_word(tokens, range, at) {
            return;
        }
        let Some(mark) = *open else { return };
        // "the workers' rights" closes nothing: a plural possessive is followed by a lower-case word,
        // and what was opened by a straight mark a long way back was more likely an apostrophe.
        let opened_curly = tokens.get(mark).is_some_and(|token| token.kind == TokenKind::OpenSingle);
        let inside = tokens.get(mark + 1..at).unwrap_or_default();
        let possessive = inside.last().is_some_and(|last| last.is(form::S))
            && tokens.get(at + 1).is_some_and(|next| {
                at + 1 < range.end && next.is_word() && next.is(form::SPACE_BEFORE) && !next.is(form::CAPITALISED)
            });
        if possessive && !opened_curly || !opened_curly && inside.len() > 60 {
            return;
        }
        *open = None;
        // "rock 'n' roll": two apostrophes around a letter.
        let letter = matches!(inside, [only] if only.end - only.start == 1);
        if !inside_double && !inside.is_empty() && !letter {
            self.push(tokens, mark, at, block, true, true);
        }
    }
}

fn before_is_opening(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|before| tokens.get(before))
        .is_some_and(|token| matches!(token.kind, TokenKind::OpenBracket | TokenKind::OpenQuote | TokenKind::Dash))
}

/// Right after a word or its punctuation, without white space.
fn ends_a_word(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    at > range.start && tokens.get(at).is_some_and(|token| !token.is(form::SPACE_BEFORE))
}

/// Right before a word, without white space.
fn begins_a_word(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    at + 1 < range.end && tokens.get(at + 1).is_some_and(|next| !next.is(form::SPACE_BEFORE) && next.counts())
}

/// 5'10" is a height.
fn is_inch_mark(tokens: &[Token], range: &Range<usize>, at: usize) -> bool {
    ends_a_word(tokens, range, at)
        && at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|token| token.kind == TokenKind::Number)
}

/// The mark with the words before it, for the reader.
fn around(text: &str, tokens: &[Token], range: &Range<usize>, at: usize) -> ByteSpan {
    let first = at.saturating_sub(8).max(range.start);
    let start = tokens.get(first).map_or(0, |token| token.start);
    let end = tokens.get(at).map_or(text.len() as u32, |token| token.end);
    ByteSpan::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::QuoteFaultKind;
    use crate::article::Article;
    use crate::text::Document;

    /// The quotations with their marks, and the faults with their kinds.
    fn read(text: &str) -> (Vec<&str>, Vec<(QuoteFaultKind, &str)>) {
        let document = Document::read(&Article::from_text(text));
        let quotes = document.quotes.iter().map(|quote| quote.span.slice(text).unwrap()).collect();
        let faults = document.quote_faults.iter().map(|fault| (fault.kind, fault.span.slice(text).unwrap())).collect();
        (quotes, faults)
    }

    fn assert_quotes(text: &str, quotes: &[&str]) {
        assert_eq!(read(text), (quotes.to_vec(), Vec::new()), "{text}");
    }

    #[test]
    fn straight_and_curly_marks_pair() {
        assert_quotes("He said \"it is late\" and \"go home\".", &["\"it is late\"", "\"go home\""]);
        assert_quotes("\u{201c}It is late,\u{201d} he said.", &["\u{201c}It is late,\u{201d}"]);
        assert_quotes("\u{ab}It is late\u{bb}, he said.", &["\u{ab}It is late\u{bb}"]);
    }

    #[test]
    fn wire_copy_with_double_primes_pairs() {
        assert_quotes("\u{2033}It is late,\u{2033} he said.", &["\u{2033}It is late,\u{2033}"]);
        assert_quotes("\u{201c}It is late,\u{2033} he said.", &["\u{201c}It is late,\u{2033}"]);
        assert_quotes("The door is 6'2\u{2033} high and 30\u{2033} wide.", &[]);
    }

    #[test]
    fn a_mark_turned_the_wrong_way_still_opens_or_closes() {
        assert_quotes("\u{201d}It is late,\u{201d} he said.", &["\u{201d}It is late,\u{201d}"]);
        assert_quotes("\u{201c}It is late,\u{201c} he said.", &["\u{201c}It is late,\u{201c}"]);
    }

    #[test]
    fn inches_are_no_quotation() {
        assert_quotes("The door is 6'2\" high and 30\" wide.", &[]);
    }

    #[test]
    fn an_open_quotation_ends_with_its_paragraph() {
        let (quotes, faults) = read("\u{201c}It is late, he said.\nThe road is closed.");
        assert_eq!(quotes, ["\u{201c}It is late, he said."]);
        assert_eq!(faults, [(QuoteFaultKind::Unclosed, "\u{201c}It is late, he said.")]);
    }

    #[test]
    fn a_quotation_may_go_on_in_the_next_paragraph() {
        let text = "\u{201c}It is late, and dark.\n\n\u{201c}We go home,\u{201d} he said.";
        assert_quotes(text, &["\u{201c}It is late, and dark.", "\u{201c}We go home,\u{201d}"]);
        let document = Document::read(&Article::from_text(text));
        assert!(document.quotes[0].continued && !document.quotes[0].closed && document.quotes[1].closed);
    }

    #[test]
    fn a_closing_mark_alone_is_a_fault() {
        let (quotes, faults) = read("It is late,\u{201d} he said.");
        assert!(quotes.is_empty());
        assert_eq!(faults, [(QuoteFaultKind::Unopened, "It is late,\u{201d}")]);
    }

    #[test]
    fn punctuation_left_between_quotations_is_a_fault() {
        let (_, faults) = read("\u{201c}It is late.\u{201d} . \u{201c}Go home.\u{201d}");
        assert_eq!(faults, [(QuoteFaultKind::OrphanPunctuation, ".")]);
        assert_eq!(read("\u{201c}It is late,\u{201d} he said. \u{201c}Go home.\u{201d}").1, []);
    }

    #[test]
    fn single_marks_pair_as_in_british_papers() {
        assert_quotes("\u{2018}It is late,\u{2019} he said.", &["\u{2018}It is late,\u{2019}"]);
        assert_quotes("'It is late,' he said.", &["'It is late,'"]);
        assert_quotes("\u{2018}We don\u{2019}t know,\u{2019} he said.", &["\u{2018}We don\u{2019}t know,\u{2019}"]);
    }

    #[test]
    fn apostrophes_are_no_quotation() {
        for text in [
            "The workers' rights and the players' union were old.",
            "The workers\u{2019} rights and the players\u{2019} union were old.",
            "It was rock 'n' roll in the '90s.",
            "It was rock \u{2018}n\u{2019} roll in the \u{2018}90s.",
            "James' house isn't the mayor's.",
            "\u{2019}Twas the mayor\u{2019}s.",
        ] {
            assert_quotes(text, &[]);
        }
    }

    #[test]
    fn words_inside_are_quoted_and_words_outside_are_not() {
        let text = "\u{201c}It is late,\u{201d} he said.";
        let document = Document::read(&Article::from_text(text));
        let quoted = |word: &str| {
            let at = text.find(word).unwrap() as u32;
            document.is_quoted(document.tokens.iter().position(|token| token.start == at).unwrap())
        };
        assert!(quoted("It") && quoted("late"));
        assert!(!quoted("he") && !quoted("said"));
    }
}
