//! One quotation in two wordings: somebody is quoted twice with nearly the same words.

use crate::lexicon::word;
use crate::report::Voice;
use crate::text::{Document, Quote};

use super::margin::Margin;

/// Share of the shorter quotation's words that the other must have.
const OVERLAP: f64 = 0.6;
/// Quotations with fewer words of content than this may agree by chance.
const LEAST: usize = 4;
/// Words of a quotation that are compared, and quotations that are remembered.
const WORDS: usize = 48;
const MEMORY: usize = 16;

/// A quotation met before.
struct Said {
    speaker: u64,
    quote: Quote,
    /// Keys of its words of content, sorted.
    content: Vec<u64>,
}

/// The last quotations of an article.
#[derive(Default)]
pub(super) struct Variants {
    said: Vec<Said>,
    next: usize,
}

impl Variants {
    /// How many earlier quotations of the speaker this one contradicts in its wording. Remembers it.
    pub(super) fn compare(&mut self, document: &Document<'_>, quote: &Quote, speaker: u64, margin: &mut Margin) -> u32 {
        let mut content: Vec<u64> = words(document, quote).filter(|(_, own)| *own).map(|(key, _)| key).collect();
        content.sort_unstable();
        content.dedup();
        if content.len() < LEAST {
            return 0;
        }
        let mut conflicts = 0;
        for earlier in self.said.iter().filter(|earlier| earlier.speaker == speaker) {
            let shared = content.iter().filter(|key| earlier.content.binary_search(key).is_ok()).count();
            let shorter = content.len().min(earlier.content.len());
            if shared as f64 >= OVERLAP * shorter as f64 && !is_part(document, quote, &earlier.quote) {
                conflicts += 1;
                margin.mark(
                    "quote_variant_conflict_count",
                    quote.span,
                    Voice::Own,
                    0.5,
                    "The same speaker is quoted above with other words for the same.",
                );
            }
        }
        let said = Said { speaker, quote: *quote, content };
        match self.said.get_mut(self.next) {
            Some(slot) => *slot = said,
            None => self.said.push(said),
        }
        self.next = (self.next + 1) % MEMORY;
        conflicts
    }
}

/// The first words of a quotation, and whether each is one of content.
fn words<'d>(document: &'d Document<'_>, quote: &Quote) -> impl Iterator<Item = (u64, bool)> + 'd {
    let inside = document.tokens.get(quote.first as usize..quote.end as usize).unwrap_or_default();
    inside.iter().filter(|token| token.counts()).take(WORDS).map(|token| (token.key, !token.has(word::STOP)))
}

/// The shorter of two quotations stands in the longer one word for word.
fn is_part(document: &Document<'_>, a: &Quote, b: &Quote) -> bool {
    let keys = |quote: &Quote| words(document, quote).map(|(key, _)| key).collect::<Vec<u64>>();
    let (a, b) = (keys(a), keys(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    long.windows(short.len().max(1)).any(|part| part == short)
}
