//! Fluency: structural breaks that machine translation or bad extraction leaves. Never grammar: a
//! dialect or a second language must not match.

use crate::lexicon::word;
use crate::report::Voice;
use crate::text::{Document, Token, TokenKind, form, word_keys};

use super::margin::Margin;

/// Breaks in the body.
#[derive(Debug, Default)]
pub struct Fluency {
    pub breaks: u32,
    /// Words and numbers they were counted over.
    pub words: u32,
}

/// Finds breaks.
#[must_use]
pub fn detect(document: &Document<'_>, margin: &mut Margin) -> Fluency {
    let mut fluency = Fluency::default();
    for (_, sentence) in document.body() {
        let tokens = document.tokens_of(sentence);
        fluency.words += sentence.words;
        for at in 0..tokens.len() {
            let Some((token, message)) = break_at(document, tokens, at) else {
                continue;
            };
            fluency.breaks += 1;
            let end = tokens.get(at + 1).map_or(token.end, |next| next.end);
            let span = token.span().cover(crate::text::ByteSpan::new(token.start, end));
            margin.mark("garble_rate", span, Voice::Own, 0.5, message);
        }
    }
    fluency
}

fn break_at<'t>(document: &Document<'_>, tokens: &'t [Token], at: usize) -> Option<(&'t Token, &'static str)> {
    let token = tokens.get(at)?;
    let next = tokens.get(at + 1);
    let previous = at.checked_sub(1).and_then(|before| tokens.get(before));
    match token.kind {
        TokenKind::Word => {
            if starts_lower(document, tokens, at) {
                return Some((token, "The sentence begins with a small letter: something is missing before it."));
            }
            let doubled = next
                .is_some_and(|next| next.is_word() && next.key == token.key && !next.is(form::CAPITALISED))
                && token.has(word::STOP)
                && !MAY_DOUBLE.contains(&token.key);
            if doubled {
                return Some((token, "A word stands twice."));
            }
            if let Some(next) = next
                && clash(token, next)
            {
                return Some((token, "Two words that cannot stand together: something is missing between them."));
            }
            // "sanctions policy He was applied": a sentence begins inside another.
            if let Some(before) = previous
                && before.is_word()
                && !before.is(form::CAPITALISED)
                && token.is(form::CAPITALISED)
                && RESTARTS.contains(&token.key)
            {
                return Some((token, "A new sentence begins inside another."));
            }
            None
        }
        // "Japan– and": glued to one side only.
        TokenKind::Dash => {
            let next = next.filter(|next| next.counts())?;
            let glued_before = previous.is_some_and(Token::counts) && !token.is(form::SPACE_BEFORE);
            let glued_after = !next.is(form::SPACE_BEFORE);
            let number = previous.is_some_and(|before| before.kind == TokenKind::Number);
            (glued_before && !glued_after && !number)
                .then_some((token, "A dash is glued to one side: the text was cut here."))
        }
        TokenKind::Comma | TokenKind::Semicolon => {
            let orphan = token.is(form::SPACE_BEFORE)
                && next.is_some_and(|next| next.is(form::SPACE_BEFORE))
                && previous.is_some_and(Token::counts);
            orphan.then_some((token, "Punctuation stands alone."))
        }
        TokenKind::Stop => {
            let orphan = token.is(form::SPACE_BEFORE)
                && previous.is_some_and(|before| before.counts() || before.is_closer())
                && next.is_none_or(|next| next.is(form::SPACE_BEFORE));
            orphan.then_some((token, "A full stop stands alone."))
        }
        _ => None,
    }
}

/// The first word of a sentence is lower case although the one before ended.
fn starts_lower(document: &Document<'_>, tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    let first_word = tokens.iter().position(Token::counts);
    if first_word != Some(at) || token.is(form::CAPITALISED | form::DIGIT | form::NON_ASCII) {
        return false;
    }
    // Names that are written small ("iPhone", "eBay"), links and handles are no break.
    let text = token.span().slice(document.article.text).unwrap_or_default();
    !text.bytes().any(|byte| byte.is_ascii_uppercase())
        && tokens.first().is_some_and(|first| first.start == token.start)
}

/// Function words of which the second cannot follow the first.
fn clash(first: &Token, second: &Token) -> bool {
    if !second.is_word() || second.is(form::CAPITALISED) || first.is(form::CAPITALISED) && first.is(form::ALL_CAPS) {
        return false;
    }
    ARTICLES.contains(&first.key) && (ARTICLES.contains(&second.key) || CLASH_AFTER_ARTICLE.contains(&second.key))
}

const ARTICLES: [u64; 3] = word_keys(["the", "a", "an"]);
const CLASH_AFTER_ARTICLE: [u64; 10] = word_keys(["of", "is", "are", "was", "were", "and", "him", "them", "me", "us"]);
const MAY_DOUBLE: [u64; 17] = word_keys([
    "that", "had", "very", "so", "no", "many", "much", "is", "do", "in", "on", "her", "you", "more", "what", "it", "as",
]);
const RESTARTS: [u64; 12] =
    word_keys(["he", "she", "they", "these", "there", "however", "but", "and", "it", "his", "her", "their"]);
