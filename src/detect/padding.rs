//! Padding: sentences that fill space.

use crate::report::Voice;
use crate::text::Document;

use super::attribution::Attributions;
use super::facts::Facts;
use super::margin::Margin;
use super::repetition::Repetition;
use super::stance::Stance;

/// A sentence with less new content than this may be filler.
const FILLER_NOVELTY: f64 = 0.6;
/// Shorter sentences punctuate, they do not pad.
const MIN_WORDS: u32 = 7;

/// Filler in the body.
#[derive(Debug, Default)]
pub struct Padding {
    pub filler_sentences: u32,
    /// One for each sentence.
    pub filler: Vec<bool>,
}

/// Finds filler: a grown sentence without a figure, a date, a quotation, a new name or a named source,
/// that says little new or declares significance.
#[must_use]
pub fn detect(
    document: &Document<'_>,
    facts: &Facts,
    repetition: &Repetition,
    stance: &Stance,
    attribution: &Attributions,
    margin: &mut Margin,
) -> Padding {
    let mut padding = Padding { filler_sentences: 0, filler: vec![false; document.sentences.len()] };
    for (index, sentence) in document.body() {
        let (Some(own), Some(tone)) = (facts.sentences.get(index), stance.sentences.get(index)) else {
            continue;
        };
        let holds_news = own.figures > 0 || own.dates > 0 || own.own_words < own.words || own.new_names > 0;
        if holds_news || sentence.words < MIN_WORDS || own.first_person || own.question {
            continue;
        }
        let sourced = attribution.of(index).iter().any(|attribution| attribution.is_named());
        if sourced {
            continue;
        }
        let novelty = repetition.novelty.get(index).copied().flatten().unwrap_or(1.0);
        let declares = tone.significance || tone.vague || tone.deontic && own.names > 0;
        if novelty >= FILLER_NOVELTY && !declares {
            continue;
        }
        padding.filler_sentences += 1;
        if let Some(slot) = padding.filler.get_mut(index) {
            *slot = true;
        }
        margin.mark(
            "filler_sentence_ratio",
            sentence.span,
            Voice::Own,
            0.5,
            "No figure, date, quotation, new name or named source, and little that is new.",
        );
    }
    padding
}
