//! The denominators that features share.

use super::Measurement;
use crate::detect::Analysis;

/// Own-voice words below which a rate is of low exposure.
const ENOUGH_WORDS: u32 = 150;
/// Body sentences below which a share of them is of low exposure.
const ENOUGH_SENTENCES: u32 = 5;

/// `count` for each `scale` words of the article's own voice.
pub(super) fn per_own_words(analysis: &Analysis<'_>, count: f64, scale: f64) -> Measurement {
    let words = analysis.facts.own_words;
    Measurement::over(scale * count / f64::from(words.max(1)), words, ENOUGH_WORDS)
}

/// `count` as a share of body sentences.
pub(super) fn of_sentences(analysis: &Analysis<'_>, count: f64) -> Measurement {
    let sentences = analysis.facts.body_sentences;
    Measurement::over(count / f64::from(sentences.max(1)), sentences, ENOUGH_SENTENCES)
}
