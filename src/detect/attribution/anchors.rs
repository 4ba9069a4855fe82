//! What makes an attribution checkable: who speaks, and where, when and to whom.

use crate::lexicon::{CueClass, word};
use crate::report::SourceKind;
use crate::text::{Document, KeySet, Sentence, Token, TokenKind, form};

use super::Attribution;

/// Whether the sentence of a first attribution says who, where, when or to whom.
pub(super) fn is_anchored(document: &Document<'_>, sentence: &Sentence, attribution: &Attribution) -> bool {
    let tokens = document.tokens_of(sentence);
    let occasion = document.has_cue(sentence, CueClass::Occasion);
    let dated = tokens.iter().any(|token| token.has(word::WEEKDAY | word::MONTH) && token.is(form::CAPITALISED));
    // "told the BBC", "in Washington": a capitalised word after "told" or "in".
    let placed = tokens.windows(3).any(|window| match window {
        [a, b, c] => {
            let name = |token: &Token| {
                token.is_word() && token.is(form::CAPITALISED) && !token.has(word::STOP | word::MONTH | word::WEEKDAY)
            };
            (PLACERS.contains(&a.key)) && (name(b) || b.has(word::DETERMINER) && name(c))
        }
        _ => false,
    });
    if occasion || dated || placed {
        return true;
    }
    let Some(source) = attribution.source.clone() else {
        return false;
    };
    let words = document.tokens.get(source.start as usize..source.end as usize).unwrap_or_default();
    let role_inside = words.iter().any(|token| token.has(word::ROLE_NOUN | word::HONORIFIC));
    // "Jane Doe, a spokeswoman", "spokesman John Doe".
    let role_after = document
        .tokens
        .get(source.end as usize..(source.end as usize + 8).min(sentence.tokens().end))
        .unwrap_or_default()
        .iter()
        .take_while(|token| !token.is_terminal())
        .any(|token| token.has(word::ROLE_NOUN | word::ORGANISATION_NOUN));
    let apposed = document
        .tokens
        .get(source.end as usize)
        .is_some_and(|token| matches!(token.kind, TokenKind::Comma | TokenKind::OpenBracket));
    let apposed_inside = words.iter().any(|token| token.kind == TokenKind::Comma)
        && words.iter().any(|token| token.has(word::ROLE_NOUN | word::ORGANISATION_NOUN));
    apposed_inside || role_inside && attribution.kind == SourceKind::Person || role_after && apposed
}

pub(super) static PLACERS: KeySet<4> = KeySet::new(["told", "in", "at", "with"]);
