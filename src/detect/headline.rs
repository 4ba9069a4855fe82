//! The headline: whether it shouts, and whether the body bears it out.

use crate::lexicon::word;
use crate::report::{Place, Voice};
use crate::text::{ByteSpan, Document, TokenKind, form};

use super::margin::Margin;
use super::repetition::is_content;

/// Body words in which the headline's words are looked for.
const OVERLAP_WORDS: usize = 200;
/// Shorter words are no sign of shouting: initials and articles are often upper case.
const SHOUTED_LETTERS: u32 = 4;
/// A headline wholly in capitals is a house style.
const HOUSE_STYLE_SHARE: f64 = 0.8;

/// What the headline shows.
#[derive(Debug, Default)]
pub struct HeadlineFit {
    pub words: u32,
    /// Share of longer words in capitals, plus exclamation and question marks; absent for house style.
    pub shouting: Option<f64>,
    /// Share of content words that stand in the first words of the body; absent without any.
    pub overlap: Option<f64>,
    pub content_words: u32,
}

/// Reads the headline.
#[must_use]
pub fn detect(document: &Document<'_>, margin: &mut Margin) -> HeadlineFit {
    let Some(headline) = &document.headline else {
        return HeadlineFit::default();
    };
    let mut fit = HeadlineFit {
        words: headline.tokens.iter().filter(|token| token.counts()).count() as u32,
        ..HeadlineFit::default()
    };
    let place = |span: ByteSpan| Place { field: headline.field, span };
    let (mut long, mut shouted, mut marks) = (0u32, Vec::new(), 0u32);
    for token in &headline.tokens {
        match token.kind {
            TokenKind::Word if token.end - token.start >= SHOUTED_LETTERS => {
                long += 1;
                // "NATO" and "COVID-19" are names, known or with a digit.
                let acronym =
                    token.has(word::METONYM | word::ORGANISATION_NOUN) || token.is(form::DIGIT | form::DOTTED);
                if token.is(form::ALL_CAPS) && !acronym {
                    shouted.push(token.span());
                }
            }
            TokenKind::Exclamation | TokenKind::Question => {
                marks += 1;
                margin.mark_at(
                    "headline_shouting",
                    place(token.span()),
                    Voice::Own,
                    0.4,
                    "A headline that exclaims or asks.",
                );
            }
            _ => {}
        }
    }
    let share = if long == 0 { 0.0 } else { shouted.len() as f64 / f64::from(long) };
    if share <= HOUSE_STYLE_SHARE || long < 3 {
        fit.shouting = Some(share + f64::from(marks));
        for span in shouted {
            margin.mark_at("headline_shouting", place(span), Voice::Own, 0.4, "A word of the headline in capitals.");
        }
    }
    overlap(document, &mut fit, margin);
    fit
}

fn overlap(document: &Document<'_>, fit: &mut HeadlineFit, margin: &mut Margin) {
    let Some(headline) = &document.headline else {
        return;
    };
    let mut stems: Vec<u64> = Vec::with_capacity(OVERLAP_WORDS);
    'body: for (_, sentence) in document.body() {
        for token in document.tokens_of(sentence).iter().filter(|token| token.counts()) {
            if stems.len() >= OVERLAP_WORDS {
                break 'body;
            }
            stems.push(token.stem);
        }
    }
    stems.sort_unstable();
    let mut own: Vec<(u64, ByteSpan)> =
        headline.tokens.iter().filter(|token| is_content(token)).map(|token| (token.stem, token.span())).collect();
    own.sort_unstable();
    own.dedup_by_key(|(stem, _)| *stem);
    if own.is_empty() || stems.is_empty() {
        return;
    }
    fit.content_words = own.len() as u32;
    let missing: Vec<ByteSpan> =
        own.iter().filter(|(stem, _)| stems.binary_search(stem).is_err()).map(|(_, span)| *span).collect();
    let found = own.len() - missing.len();
    let share = found as f64 / own.len() as f64;
    fit.overlap = Some(share);
    if share < 0.5 {
        margin.mark_at(
            "headline_body_overlap",
            Place { field: headline.field, span: headline.span },
            Voice::Own,
            0.4 * (1.0 - share),
            format!(
                "Only {found} of the headline's {} content words stand in the first {OVERLAP_WORDS} words of the body.",
                own.len()
            ),
        );
    }
}
