//! Quotations longer than the sentence that names their speaker, and those that go on without one:
//! "..., she said. \"And then we left.\""

use std::ops::Range;

use crate::report::Voice;
use crate::text::{Document, Quote};

use super::{Act, Attribution, Attributions, cover::TokenSet};

/// A quotation further from its speaker than this many sentences of its paragraph is nobody's.
const REACH: u32 = 4;
/// Shorter quotations are phrases that the article's own sentence uses.
const WORDS: u32 = 4;

/// Completes contents that begin or end inside a quotation, and gives quotations that no relation holds to
/// whoever spoke right before them.
pub(super) fn extend(document: &Document<'_>, found: &mut Attributions) {
    for relation in &mut found.all {
        let cue = relation.cue.clone();
        for content in relation.content.iter_mut().flatten() {
            match relation.voice {
                Voice::Own => complete(document, content, &cue),
                Voice::Quoted => confine(document, content, cue.start),
            }
        }
    }
    let held = TokenSet::of_contents(document.tokens.len(), &found.all);
    let mut speaker: Option<(usize, u32)> = None;
    let mut next = 0;
    let order = in_order_of_cues(&found.all);
    for quote in &document.quotes {
        while let Some(&at) = order.get(next)
            && found.all.get(at).is_some_and(|relation| relation.cue.start < quote.first)
        {
            if let Some(relation) = found.all.get(at) {
                speaker = Some((at, relation.sentence));
            }
            next += 1;
        }
        let sentence_alone = quote.words > 1 && opens_sentence(document, quote);
        if quote.words < WORDS && !sentence_alone || (quote.first..quote.end).any(|token| held.contains(token)) {
            continue;
        }
        let Some((at, sentence)) = speaker else {
            continue;
        };
        let Some(relation) = found.all.get_mut(at) else {
            continue;
        };
        if follows(document, quote, sentence, relation) {
            take_up(relation, quote);
            // What comes next goes on from here.
            speaker = Some((at, sentence_of(document, quote.end.saturating_sub(1))));
        }
    }
}

/// Reports of the article's own, by where their cues stand: `all` lists reports before other relations.
fn in_order_of_cues(all: &[Attribution]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..all.len())
        .filter(|at| all.get(*at).is_some_and(|found| found.voice == Voice::Own && found.act == Act::Report))
        .collect();
    order.sort_by_key(|at| all.get(*at).map(|found| found.cue.start));
    order
}

/// A content that begins or ends inside a quotation has all of it, unless the cue stands inside.
fn complete(document: &Document<'_>, content: &mut Range<u32>, cue: &Range<u32>) {
    let around = |token: u32| {
        let after = document.quotes.partition_point(|quote| quote.first <= token);
        let quote = document.quotes.get(after.checked_sub(1)?)?;
        (quote.end > token && !(quote.first..quote.end).contains(&cue.start)).then_some(*quote)
    };
    if let Some(quote) = around(content.start) {
        content.start = quote.first.saturating_sub(1);
    }
    // The last token may be the mark itself.
    if let Some(quote) = around(content.end.saturating_sub(1)).or_else(|| around(content.end.saturating_sub(2))) {
        content.end = content.end.max(quote.end + u32::from(quote.closed));
        let mut last = quote;
        // A quotation may go on in paragraphs that open with marks of their own.
        while last.continued {
            let after = document.quotes.partition_point(|quote| quote.first <= last.end);
            let Some(more) = document.quotes.get(after).filter(|more| more.block <= last.block + 1) else {
                break;
            };
            content.end = more.end + u32::from(more.closed);
            last = *more;
        }
    }
}

/// What is said inside a quotation ends with it.
fn confine(document: &Document<'_>, content: &mut Range<u32>, cue: u32) {
    let after = document.quotes.partition_point(|quote| quote.first <= cue);
    let Some(quote) = after.checked_sub(1).and_then(|at| document.quotes.get(at)) else {
        return;
    };
    let end = content.end.min(quote.end);
    content.start = content.start.max(quote.first).min(end);
    content.end = end;
}

/// A sentence that begins with its quotation marks is spoken, however short.
fn opens_sentence(document: &Document<'_>, quote: &Quote) -> bool {
    let here = document.sentences.get(sentence_of(document, quote.first) as usize);
    here.is_some_and(|sentence| {
        let range = sentence.tokens();
        range.start + 1 >= quote.first as usize && range.end <= quote.end as usize + 1
    })
}

fn sentence_of(document: &Document<'_>, token: u32) -> u32 {
    let after = document.sentences.partition_point(|sentence| sentence.tokens().start <= token as usize);
    after.saturating_sub(1) as u32
}

/// In the speaker's paragraph, or alone in the next one.
fn follows(document: &Document<'_>, quote: &Quote, sentence: u32, relation: &Attribution) -> bool {
    let here = sentence_of(document, quote.first);
    let block = |at: u32| document.sentences.get(at as usize).map(|sentence| sentence.block);
    if here > sentence + REACH {
        return false;
    }
    if block(sentence) == Some(quote.block) {
        return true;
    }
    let fills = document.blocks.get(quote.block as usize).is_some_and(|block| {
        let tokens = block.tokens();
        let outside = (tokens.start..quote.first as usize).chain(quote.end as usize..tokens.end);
        tokens.end - tokens.start < 2 * (quote.end - quote.first) as usize + 4
            && outside.filter(|at| document.tokens.get(*at).is_some_and(crate::text::Token::counts)).count() == 0
    });
    fills && here <= sentence + 2 && relation.is_named()
}

fn take_up(relation: &mut Attribution, quote: &Quote) {
    let marked = quote.first.saturating_sub(1)..quote.end + u32::from(quote.closed);
    match &mut relation.content[1] {
        Some(after) => after.end = after.end.max(marked.end),
        empty => *empty = Some(marked),
    }
}
