//! Quotation: who speaks each quotation, and whether its marks are intact.

use crate::lexicon::word;
use crate::report::{SourceKind, Voice};
use crate::text::{BlockKind, Document, KeySet, Quote, QuoteFaultKind, Token, TokenKind, form};

use super::attribution::{Attribution, Attributions};
use super::margin::Margin;
use super::variants::Variants;

/// A quotation shorter than this is a phrase, not something somebody said.
pub const FULL_QUOTE_WORDS: u32 = 6;

/// Quotations of the body.
#[derive(Debug, Default)]
pub struct Quotation {
    /// Full quotations (at least [`FULL_QUOTE_WORDS`] words).
    pub full: u32,
    /// Of these, with a speaker the text names or describes.
    pub linked: u32,
    /// Paragraphs of the body, and those with a fault in their quotation marks.
    pub paragraphs: u32,
    pub faulty_paragraphs: u32,
    /// Words of one to three words set off as if somebody else's, that no report hands over and nothing names.
    pub scare: u32,
    /// Pairs of quotations of one speaker that say the same in other words.
    pub conflicts: u32,
    /// One for each sentence: words inside full quotations whose speaker is known.
    pub spoken_words: Vec<u32>,
}

/// Links quotations to speakers and collects faults.
#[must_use]
pub fn detect(document: &Document<'_>, attribution: &Attributions, margin: &mut Margin) -> Quotation {
    let mut quotation = Quotation { spoken_words: vec![0; document.sentences.len()], ..Quotation::default() };
    let linker = Linker { document, attribution };
    let mut previous: Option<(Quote, bool)> = None;
    let mut variants = Variants::default();
    for quote in &document.quotes {
        let body = document.blocks.get(quote.block as usize).is_some_and(|block| block.kind == BlockKind::Body);
        if !body {
            continue;
        }
        let carried = previous.is_some_and(|(before, linked)| {
            linked && (before.block == quote.block || before.continued && before.block + 1 == quote.block)
        });
        let holder = attribution.holder(quote.first);
        let linked = carried || holder.is_some_and(is_speaker) || linker.speaker(quote);
        if is_scare(document, attribution, quote) {
            quotation.scare += 1;
            margin.mark("scare_quote_rate", quote.span, Voice::Own, 0.2, "Quotation marks that quote nobody.");
        } else if quote.words < FULL_QUOTE_WORDS {
            margin.mark("quoted_word_ratio", quote.span, Voice::Quoted, 0.0, "A phrase in the words of its source.");
        }
        if let Some(holder) = holder.filter(|holder| holder.key_hash != 0) {
            quotation.conflicts += variants.compare(document, quote, holder.key_hash, margin);
        }
        if quote.words >= FULL_QUOTE_WORDS && !is_title(document, quote) {
            quotation.full += 1;
            quotation.linked += u32::from(linked);
            if linked {
                margin.mark(
                    "speaker_linked_quote_ratio",
                    quote.span,
                    Voice::Quoted,
                    0.0,
                    "Quotes a speaker whom the text names or describes.",
                );
                linker.add_spoken(quote, &mut quotation.spoken_words);
            } else {
                margin.mark(
                    "speaker_linked_quote_ratio",
                    quote.span,
                    Voice::Quoted,
                    0.5,
                    "The text does not say who is quoted.",
                );
            }
        }
        previous = Some((*quote, linked));
    }
    faults(document, &mut quotation, margin);
    quotation
}

/// Somebody the text names or describes.
fn is_speaker(attribution: &Attribution) -> bool {
    !matches!(attribution.kind, SourceKind::Unresolved | SourceKind::BareAnonymous | SourceKind::Collective)
}

/// "The Return of the Native": every word capitalised that is no function word. Words in capitals only are shouted.
pub(super) fn is_title(document: &Document<'_>, quote: &Quote) -> bool {
    let inside = document.tokens.get(quote.first as usize..quote.end as usize).unwrap_or_default();
    let mut words = inside.iter().filter(|token| token.is_word());
    words.all(|word| word.is(form::CAPITALISED) || word.has(word::STOP)) && !is_shouted(inside)
}

fn is_shouted(words: &[Token]) -> bool {
    words.iter().filter(|token| token.is_word()).all(|word| word.is(form::ALL_CAPS))
}

/// One to three words in quotation marks that nobody is said to have said, that are no title and no name.
fn is_scare(document: &Document<'_>, attribution: &Attributions, quote: &Quote) -> bool {
    if quote.words == 0 || quote.words > 3 || !quote.closed || attribution.covers_token(quote.first) {
        return false;
    }
    let inside = document.tokens.get(quote.first as usize..quote.end as usize).unwrap_or_default();
    let title = !inside.iter().any(Token::is_word) || is_title(document, quote) || is_shouted(inside);
    let ends = inside.last().is_some_and(|token| token.is_terminal() || token.kind == TokenKind::Comma);
    let mark = (quote.first as usize).saturating_sub(1);
    let before = document.tokens.get(mark.saturating_sub(2)..mark).unwrap_or_default();
    let named = before.iter().any(|token| NAMING.contains(&token.key));
    let sentence = document.sentences.partition_point(|sentence| sentence.tokens().start <= quote.first as usize);
    let said = sentence
        .checked_sub(1)
        .is_some_and(|at| attribution.all_of(at).iter().any(|found| found.cue.end.abs_diff(quote.first) <= 3));
    !title && !ends && !named && !said
}

static NAMING: KeySet<26> = KeySet::new([
    "called",
    "calls",
    "calling",
    "call",
    "dubbed",
    "named",
    "titled",
    "entitled",
    "known",
    "as",
    "termed",
    "term",
    "word",
    "words",
    "phrase",
    "slogan",
    "nicknamed",
    "labelled",
    "labeled",
    "means",
    "meaning",
    "reading",
    "read",
    "reads",
    "spelled",
    "hashtag",
]);

fn faults(document: &Document<'_>, quotation: &mut Quotation, margin: &mut Margin) {
    let mut faulty: Vec<u32> = Vec::new();
    for fault in &document.quote_faults {
        let body = document.blocks.get(fault.block as usize).is_some_and(|block| block.kind == BlockKind::Body);
        if !body {
            continue;
        }
        let message = match fault.kind {
            QuoteFaultKind::Unclosed => "The quotation is opened and never closed.",
            QuoteFaultKind::Unopened => "A quotation is closed that was never opened.",
            QuoteFaultKind::OrphanPunctuation => "Punctuation stands alone between two quotations.",
        };
        margin.mark("quote_integrity_error_rate", fault.span, Voice::Own, 0.6, message);
        if faulty.last() != Some(&fault.block) {
            faulty.push(fault.block);
        }
    }
    faulty.sort_unstable();
    faulty.dedup();
    quotation.faulty_paragraphs = faulty.len() as u32;
    quotation.paragraphs = document.blocks.iter().filter(|block| block.kind == BlockKind::Body).count() as u32;
}

struct Linker<'d, 'a> {
    document: &'d Document<'a>,
    attribution: &'d Attributions,
}

impl Linker<'_, '_> {
    /// The sentence that holds a token.
    fn sentence_of(&self, token: u32) -> usize {
        let after = self.document.sentences.partition_point(|sentence| sentence.tokens().start <= token as usize);
        after.saturating_sub(1)
    }

    /// True if a sentence that the quotation touches, or one beside it in its paragraph, says who speaks.
    fn speaker(&self, quote: &Quote) -> bool {
        let first = self.sentence_of(quote.first.saturating_sub(1));
        let last = self.sentence_of(quote.end.saturating_sub(1).max(quote.first));
        if (first..=last).any(|index| self.speaks_outside(index, quote)) {
            return true;
        }
        // A quotation that fills its sentences: the sentence after it in the paragraph, or the one
        // before, which often ends in a colon, has the speaker.
        let same_block =
            |index: usize| self.document.sentences.get(index).is_some_and(|sentence| sentence.block == quote.block);
        if same_block(last + 1) && self.speaks_outside(last + 1, quote) {
            return true;
        }
        let Some(before) = first.checked_sub(1) else {
            return false;
        };
        let introduced = self.document.sentences.get(before).is_some_and(|sentence| {
            self.document.tokens_of(sentence).last().is_some_and(|token| token.kind == TokenKind::Colon)
        });
        (same_block(before) || introduced || self.fills_paragraph(quote, first, last))
            && self.speaks_outside(before, quote)
    }

    /// The paragraph is nothing but this quotation: its speaker was named in the paragraph before.
    fn fills_paragraph(&self, quote: &Quote, first: usize, last: usize) -> bool {
        let Some(block) = self.document.blocks.get(quote.block as usize) else {
            return false;
        };
        let sentences = block.sentences();
        let outside = (block.tokens().start..quote.first as usize).chain(quote.end as usize..block.tokens().end);
        sentences.start == first
            && sentences.end == last + 1
            && outside.filter(|at| self.document.tokens.get(*at).is_some_and(crate::text::Token::counts)).count() == 0
    }

    /// An attribution in the sentence, outside the quotation, to somebody the text names or describes.
    fn speaks_outside(&self, index: usize, quote: &Quote) -> bool {
        let outside =
            |attribution: &Attribution| attribution.cue.start < quote.first || attribution.cue.start >= quote.end;
        self.attribution
            .of(index)
            .iter()
            .any(|attribution| outside(attribution) && attribution.voice == Voice::Own && is_speaker(attribution))
    }

    fn add_spoken(&self, quote: &Quote, spoken: &mut [u32]) {
        let mut index = self.sentence_of(quote.first);
        while let Some(sentence) = self.document.sentences.get(index) {
            let tokens = sentence.tokens();
            if tokens.start >= quote.end as usize {
                break;
            }
            let inside = tokens.start.max(quote.first as usize)..tokens.end.min(quote.end as usize);
            let words =
                self.document.tokens.get(inside).unwrap_or_default().iter().filter(|token| token.counts()).count();
            if let Some(slot) = spoken.get_mut(index) {
                *slot += words as u32;
            }
            index += 1;
        }
    }
}
