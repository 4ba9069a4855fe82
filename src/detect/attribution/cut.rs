//! Where one content ends because the next relation of its sentence begins.

use crate::lexicon::word;
use crate::text::{KeySet, Token, TokenKind, form};

use super::{Act, Attribution};

/// Ends contents where they run into what is said next. The relations are those of one sentence, in order of
/// their cues.
pub(super) fn cut(tokens: &[Token], sentence_start: usize, here: &mut [Attribution]) {
    let fronted = tokens.get(sentence_start).is_some_and(|first| FRONTED.contains(&first.key));
    for at in 1..here.len() {
        let Some((next, earlier)) = here.get_mut(..=at).and_then(<[_]>::split_last_mut) else {
            return;
        };
        for inner in earlier {
            // "He hopes for rain, she said": what he hopes ends where her report does.
            if next.act == Act::Report
                && let Some(outer) = &next.content[0]
                && outer.contains(&inner.cue.start)
                && let Some(after) = &mut inner.content[1]
            {
                after.end = after.end.min(outer.end).max(after.start);
            }
            if !inner.content[1].as_ref().is_some_and(|after| after.contains(&next.cue.start)) {
                continue;
            }
            let begins = beginning(inner, next);
            // "While the mayor said no, the council hopes": the comma ends the clause that stands first.
            let main = fronted
                && next.source.as_ref().is_some_and(|source| source.start == begins)
                && (begins as usize)
                    .checked_sub(1)
                    .and_then(|at| tokens.get(at))
                    .is_some_and(|comma| comma.kind == TokenKind::Comma);
            let ends = main || ends_at(tokens, inner, next, begins);
            if let Some(after) = inner.content[1].as_mut().filter(|_| ends) {
                after.end = trimmed(tokens, after.start, begins);
            }
        }
    }
}

/// The first word of a relation that stands after another: its source, or its cue.
fn beginning(inner: &Attribution, next: &Attribution) -> u32 {
    let source = next.source.as_ref().map(|source| source.start);
    source.filter(|start| *start >= inner.cue.end).map_or(next.cue.start, |start| start.min(next.cue.start))
}

fn ends_at(tokens: &[Token], inner: &Attribution, next: &Attribution, begins: u32) -> bool {
    let same = inner.key_hash != 0 && inner.key_hash == next.key_hash
        || inner.source.as_ref().zip(next.source.as_ref()).is_some_and(|(a, b)| a.start == b.start);
    // "They want peace, the envoy said": no wish holds a report. What a report holds may well be one, unless a
    // conjunction sets the two side by side.
    let before = (begins as usize).checked_sub(1).and_then(|at| tokens.get(at));
    if before.is_some_and(|before| SIDE_BY_SIDE.contains(&before.key) || before.kind == TokenKind::Semicolon) {
        return true;
    }
    // "praised the crew and said", "..., adding that": a verb without a subject of its own goes on for the sentence's.
    let shares = begins == next.cue.start
        && before.is_some_and(|before| {
            before.has(word::CONJUNCTION) && !before.has(word::PREPOSITION)
                || before.kind == TokenKind::Comma && tokens.get(begins as usize).is_some_and(|cue| cue.is(form::ING))
        });
    if shares && next.act == Act::Report {
        return true;
    }
    match (inner.act, next.act) {
        (Act::Report, Act::Report) => same,
        (Act::Report, _) => false,
        (_, Act::Report) => true,
        // "wants a road and opposes a tax".
        _ => before.is_some_and(|before| before.kind == TokenKind::Comma || before.has(word::CONJUNCTION)),
    }
}

/// Without the comma or the conjunction before the next relation.
fn trimmed(tokens: &[Token], start: u32, end: u32) -> u32 {
    let joins = |token: &Token| {
        matches!(token.kind, TokenKind::Comma | TokenKind::Semicolon | TokenKind::Dash)
            || token.is_word() && token.has(word::CONJUNCTION)
    };
    let mut end = end;
    while end > start && tokens.get(end as usize - 1).is_some_and(joins) {
        end -= 1;
    }
    end
}

static FRONTED: KeySet<10> =
    KeySet::new(["while", "after", "when", "although", "though", "before", "since", "as", "if", "because"]);
static SIDE_BY_SIDE: KeySet<6> = KeySet::new(["but", "while", "whereas", "although", "though", "as"]);
