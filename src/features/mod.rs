//! The feature dictionary: one slice, [`FEATURES`], from which the catalogue, the model's schema and
//! every report derive. To add a feature, write its formula's function and one entry here.

mod attribution;
mod claims;
mod consistency;
mod extraction;
mod fluency;
mod gopher;
mod headline;
mod hedging;
mod quotation;
mod rate;
mod readability;
mod repetition;
mod specificity;
mod stance;
mod statistic;
mod style;
mod transparency;
mod web_lines;

use crate::article::Article;
use crate::detect::Analysis;

/// What a feature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// A model input.
    Model,
    /// Shown, never scored.
    Report,
    /// Decides how the text is treated, never its score.
    Gate,
}

/// Which way better practice lies, where a journalism standard says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    Higher,
    Lower,
    /// Better up to a point, worse beyond it.
    Hump,
    /// No standard says.
    Neutral,
}

/// Whether a value could be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Ok,
    /// Measured over too little text to lean on.
    LowExposure,
    /// There is nothing to measure it on; the value is absent, not 0.
    NotApplicable,
    /// The text as sent does not show it; that does not mean it was never there.
    NotSeen,
}

/// A feature's value for one article. Invariant: `value` is finite, and present exactly when the
/// status is [`Status::Ok`] or [`Status::LowExposure`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measurement {
    value: Option<f64>,
    status: Status,
    exposure: u32,
}

impl Measurement {
    /// `value` over `exposure` items, of low exposure below `enough` items.
    #[must_use]
    pub fn over(value: f64, exposure: u32, enough: u32) -> Self {
        if exposure == 0 || !value.is_finite() {
            return Self::not_applicable(exposure);
        }
        let status = if exposure < enough { Status::LowExposure } else { Status::Ok };
        Measurement { value: Some(value), status, exposure }
    }

    /// Nothing to measure on.
    #[must_use]
    pub fn not_applicable(exposure: u32) -> Self {
        Measurement { value: None, status: Status::NotApplicable, exposure }
    }

    /// Not visible in the text as sent.
    #[must_use]
    pub fn not_seen() -> Self {
        Measurement { value: None, status: Status::NotSeen, exposure: 0 }
    }

    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.value
    }

    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    #[must_use]
    pub fn exposure(&self) -> u32 {
        self.exposure
    }
}

/// What a feature counts, as a reader would say it: with it a report says where a value stands among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// "More loaded words than ...", "No loaded words, as ..."
    Plural(&'static str),
    /// "A higher share of quoted words than ..."
    Singular(&'static str),
    /// It is there or not: "A date of publication, as ..."
    Presence(&'static str),
    /// It is never ranked, so that nobody says it.
    Unranked,
}

/// One entry of the dictionary.
#[derive(Debug)]
pub struct Feature {
    /// Stable snake_case name.
    pub id: &'static str,
    pub noun: Noun,
    /// The sub-score it belongs to; empty if none.
    pub sub_score: &'static str,
    pub tier: Tier,
    pub unit: &'static str,
    /// Least and greatest value; infinity where there is no bound.
    pub range: (f64, f64),
    pub direction: Direction,
    /// The model gives no credit beyond this value; infinity where credit does not stop.
    pub saturation: f64,
    /// Markdown under fixed headings; the first line is the summary.
    pub docs: &'static str,
    /// Texts and the values they must have; at least one that shows the feature and one that does not.
    pub examples: &'static [Example],
    pub measure: fn(&Analysis<'_>) -> Measurement,
}

/// A text and the value a feature must have on it.
#[derive(Debug)]
pub struct Example {
    pub text: &'static str,
    /// Absent where the feature must not be measurable.
    pub value: Option<f64>,
    /// How far off it may be: no further than rounding, unless fitted weights decide.
    pub tolerance: f64,
}

/// Short for an example with a value.
const fn shows(text: &'static str, value: f64) -> Example {
    Example { text, value: Some(value), tolerance: 1e-9 }
}

/// Short for an example of a feature that rests on fitted weights.
const fn near(text: &'static str, value: f64) -> Example {
    Example { text, value: Some(value), tolerance: 0.05 }
}

/// Short for an example without one.
const fn absent(text: &'static str) -> Example {
    Example { text, value: None, tolerance: 0.0 }
}

impl Feature {
    /// The value as the model sees it.
    #[must_use]
    pub fn credited(&self, value: f64) -> f64 {
        value.min(self.saturation)
    }

    /// The first line of the documentation.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.docs.lines().next().unwrap_or_default()
    }
}

/// The measurements of one article, one for each entry of [`FEATURES`], in that order.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureVector(Vec<Measurement>);

impl FeatureVector {
    /// Reads an article and measures it.
    #[must_use]
    pub fn of(article: &Article<'_>) -> Self {
        Self::measure(&Analysis::of(article))
    }

    /// Measures every feature.
    #[must_use]
    pub fn measure(analysis: &Analysis<'_>) -> Self {
        FeatureVector(FEATURES.iter().map(|feature| (feature.measure)(analysis)).collect())
    }

    /// A vector from measurements made elsewhere; absent unless there is one for each entry of
    /// [`FEATURES`].
    #[must_use]
    pub fn from_measurements(measurements: Vec<Measurement>) -> Option<Self> {
        (measurements.len() == FEATURES.len()).then_some(FeatureVector(measurements))
    }

    /// All measurements, in the order of [`FEATURES`].
    #[must_use]
    pub fn as_slice(&self) -> &[Measurement] {
        &self.0
    }

    /// The measurement of one feature.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Measurement> {
        let index = FEATURES.iter().position(|feature| feature.id == id)?;
        self.0.get(index).copied()
    }
}

/// Changes whenever a definition changes a value.
pub const FEATURE_SET_VERSION: &str = "6";

/// The dictionary, by family. The order is that of `ListFeatures` and of every report.
pub static FEATURES: &[Feature] = &[
    hedging::EPISTEMIC_HEDGE_RATE,
    hedging::APPROXIMATOR_RATE,
    hedging::EVIDENTIAL_DISTANCE_RATE,
    hedging::NEGATED_EVIDENCE_COUNT,
    stance::BOOSTER_RATE,
    stance::DEONTIC_OWN_VOICE_RATE,
    stance::FACTIVE_FRAME_RATE,
    attribution::ATTRIBUTED_SENTENCE_RATIO,
    attribution::NAMED_ATTRIBUTION_RATIO,
    attribution::DISTINCT_SOURCE_COUNT,
    attribution::TOP_SOURCE_SHARE,
    attribution::ATTRIBUTION_ANCHOR_RATIO,
    attribution::DOCUMENT_SOURCE_RATE,
    attribution::RIGHT_OF_REPLY_PRESENT,
    attribution::JUDGEMENTAL_REPORT_VERB_SHARE,
    attribution::BARE_ANONYMOUS_COUNT,
    attribution::ANONYMOUS_SOURCE_RATIO,
    attribution::ANONYMITY_EXPLAINED_RATIO,
    attribution::WEASEL_ATTRIBUTION_RATE,
    attribution::VAGUE_COLLECTIVE_RATE,
    quotation::QUOTED_WORD_RATIO,
    quotation::SPEAKER_LINKED_QUOTE_RATIO,
    quotation::SCARE_QUOTE_RATE,
    quotation::QUOTE_INTEGRITY_ERROR_RATE,
    quotation::QUOTE_VARIANT_CONFLICT_COUNT,
    claims::CHECKWORTHY_SENTENCE_RATIO,
    claims::UNSUPPORTED_CLAIM_RATIO,
    claims::WEAKLY_SUPPORTED_CLAIM_RATIO,
    claims::QUANTITATIVE_SUPPORT_RATIO,
    claims::SUPERLATIVE_UNSUPPORTED_COUNT,
    claims::INTERPRETIVE_CLAIM_RATIO,
    specificity::NUMBER_RATE,
    specificity::ABSOLUTE_DATE_RATE,
    specificity::UNANCHORED_TIME_RATIO,
    specificity::DISTINCT_ENTITY_RATE,
    specificity::LEAD_COMPLETENESS,
    repetition::WINDOWED_SENTENCE_NOVELTY,
    repetition::FILLER_SENTENCE_RATIO,
    repetition::SIGNIFICANCE_TEMPLATE_RATE,
    repetition::REPEATED_NGRAM_RATIO,
    repetition::PARAPHRASE_REPEAT_RATIO,
    stance::LOADED_LANGUAGE_RATE,
    stance::OPINION_SENTENCE_RATIO,
    stance::FIRST_PERSON_RATE,
    stance::READER_ADDRESS_RATE,
    stance::INCIVILITY_RATE,
    headline::CLICKBAIT_CUE_COUNT,
    headline::HEADLINE_CLICKBAIT_PROBABILITY,
    headline::HEADLINE_SHOUTING,
    headline::HEADLINE_BODY_OVERLAP,
    headline::HEADLINE_CERTAINTY_GAP,
    fluency::GARBLE_RATE,
    fluency::FRAGMENT_RATIO,
    extraction::BOILERPLATE_CHAR_RATIO,
    extraction::DUPLICATE_BLOCK_RATIO,
    extraction::HEADLINE_MISSING,
    extraction::TRUNCATION_SUSPECTED,
    style::MEAN_SENTENCE_LENGTH,
    style::SENTENCE_LENGTH_CV,
    style::MATTR_50,
    style::MEAN_WORD_LENGTH,
    extraction::GENRE_LABEL_SEEN,
    transparency::BYLINE_PRESENT,
    transparency::PUBLICATION_DATE_SEEN,
    transparency::CORRECTION_NOTICE_PRESENT,
    transparency::CITATION_LINK_RATE,
    consistency::NUMBER_CONFLICT_COUNT,
    consistency::DATE_ARITHMETIC_ERROR_COUNT,
];

/// Text statistics, in the order of `ListFeatures` and of every full report, behind [`FEATURES`]: the rules by which web
/// corpora are filtered, and readability. Only the full view measures them, and no model reads them.
pub static TEXT_STATISTICS: &[Feature] = &[
    gopher::GOPHER_DUP_PARA_FRAC,
    gopher::GOPHER_DUP_PARA_CHAR_FRAC,
    gopher::GOPHER_DUP_LINE_FRAC,
    gopher::GOPHER_DUP_LINE_CHAR_FRAC,
    gopher::GOPHER_TOP_2_GRAM_CHAR_FRAC,
    gopher::GOPHER_TOP_3_GRAM_CHAR_FRAC,
    gopher::GOPHER_TOP_4_GRAM_CHAR_FRAC,
    gopher::GOPHER_DUP_5_GRAM_CHAR_FRAC,
    gopher::GOPHER_DUP_6_GRAM_CHAR_FRAC,
    gopher::GOPHER_DUP_7_GRAM_CHAR_FRAC,
    gopher::GOPHER_DUP_8_GRAM_CHAR_FRAC,
    gopher::GOPHER_DUP_9_GRAM_CHAR_FRAC,
    gopher::GOPHER_DUP_10_GRAM_CHAR_FRAC,
    gopher::GOPHER_WORD_COUNT,
    gopher::GOPHER_MEAN_WORD_LENGTH,
    gopher::GOPHER_HASH_TO_WORD_RATIO,
    gopher::GOPHER_ELLIPSIS_TO_WORD_RATIO,
    gopher::GOPHER_BULLET_LINE_RATIO,
    gopher::GOPHER_ELLIPSIS_LINE_RATIO,
    gopher::GOPHER_ALPHA_WORD_RATIO,
    gopher::GOPHER_STOP_WORD_COUNT,
    web_lines::FINEWEB_LINE_PUNCT_RATIO,
    web_lines::FINEWEB_SHORT_LINE_RATIO,
    web_lines::FINEWEB_CHAR_DUP_RATIO,
    web_lines::FINEWEB_LIST_RATIO,
    web_lines::C4_UNPUNCTUATED_LINE_RATIO,
    web_lines::C4_FEW_WORDS_LINE_RATIO,
    web_lines::C4_LONG_WORD_LINE_RATIO,
    web_lines::C4_JAVASCRIPT_LINE_RATIO,
    web_lines::C4_POLICY_LINE_RATIO,
    web_lines::C4_PAGE_DISCARDED,
    web_lines::C4_SENTENCE_COUNT,
    web_lines::C4_LONG_PARAGRAPH_COUNT,
    readability::FLESCH_READING_EASE,
    readability::FLESCH_KINCAID_GRADE,
    readability::GUNNING_FOG,
    readability::SMOG_INDEX,
    readability::COLEMAN_LIAU_INDEX,
    readability::AUTOMATED_READABILITY_INDEX,
    readability::LIX,
    readability::RIX,
];

/// Every feature there is: [`FEATURES`], then [`TEXT_STATISTICS`].
pub fn catalogue() -> impl Iterator<Item = &'static Feature> {
    FEATURES.iter().chain(TEXT_STATISTICS)
}

/// The feature at a place of the [`catalogue`].
#[must_use]
pub fn in_catalogue(index: usize) -> Option<&'static Feature> {
    FEATURES.get(index).or_else(|| TEXT_STATISTICS.get(index.checked_sub(FEATURES.len())?))
}

/// Measures every entry of [`TEXT_STATISTICS`], in that order.
#[must_use]
pub fn text_statistics(analysis: &Analysis<'_>) -> Vec<Measurement> {
    TEXT_STATISTICS.iter().map(|feature| (feature.measure)(analysis)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_snake_case() {
        let mut seen = std::collections::BTreeSet::new();
        for feature in catalogue() {
            assert!(seen.insert(feature.id), "{} appears twice", feature.id);
            assert!(feature.id.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')), "{}", feature.id);
        }
    }

    #[test]
    fn every_feature_is_documented_under_the_fixed_headings() {
        for feature in catalogue() {
            assert!(feature.summary().ends_with('.'), "{}: the summary is a sentence", feature.id);
            for heading in ["**Why it matters.**", "**How it is computed.**", "**Limits.**", "**Source.**"] {
                assert!(feature.docs.contains(heading), "{} lacks {heading}", feature.id);
            }
            assert!(feature.docs.contains("Exposure:"), "{}: what is the exposure?", feature.id);
            assert!(!feature.unit.is_empty(), "{} has no unit", feature.id);
            assert!(feature.range.0 < feature.range.1, "{}", feature.id);
            let shown_only = ["transparency", "consistency"].contains(&feature.sub_score);
            assert_eq!(
                feature.tier == Tier::Model,
                !feature.sub_score.is_empty() && !shown_only,
                "{}: model inputs make the sub-scores, but for two that are shown and not scored",
                feature.id
            );
        }
    }

    #[test]
    fn documented_examples_hold() {
        let mut wrong = Vec::new();
        for feature in catalogue() {
            let shown = feature.examples.iter().filter_map(|example| example.value).any(|value| value > 0.0);
            let contrast = feature.examples.iter().any(|example| example.value.is_none_or(|value| value == 0.0));
            assert!(shown && contrast, "{} needs an example and a counter-example", feature.id);
            for example in feature.examples {
                let found = (feature.measure)(&Analysis::of(&Article::from_text(example.text))).value();
                let holds = match (found, example.value) {
                    (Some(found), Some(value)) => (found - value).abs() <= example.tolerance,
                    (None, None) => true,
                    _ => false,
                };
                if !holds {
                    wrong.push(format!(
                        "{}: {:?}\n    documented {:?}, found {found:?}",
                        feature.id, example.text, example.value
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn values_stay_in_range_on_hostile_text() {
        let long = "a ".repeat(50_000);
        for text in ["", " ", "x", "\r\n\r\n", "\u{1F600}\u{1F600}", "\"\"\"\"", long.as_str(), "!!!!????....", "“”’‘"]
        {
            let analysis = Analysis::of(&Article::from_text(text));
            for feature in catalogue() {
                if let Some(value) = (feature.measure)(&analysis).value() {
                    assert!(value.is_finite(), "{} on {text:.20}", feature.id);
                    assert!((feature.range.0..=feature.range.1).contains(&value), "{} is {value}", feature.id);
                }
            }
        }
    }
}
