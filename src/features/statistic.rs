//! What all text statistics share: nothing scores them, no standard says which way better practice lies.

use super::{Direction, Feature, Measurement, Noun, Tier};

/// A text statistic but for what tells it from the others.
pub(super) const STATISTIC: Feature = Feature {
    id: "",
    noun: Noun::Unranked,
    sub_score: "",
    tier: Tier::Report,
    unit: "",
    range: (0.0, 1.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "",
    examples: &[],
    measure: |_| Measurement::not_applicable(0),
};

/// Documentation under the fixed headings: summary, computation, limits, source.
macro_rules! docs {
    ($summary:literal, $how:literal, $limits:expr, $source:literal) => {
        concat!(
            $summary,
            "\n\n**Why it matters.** Corpora of web text are filtered by such rules; it shows what a filter would see. \
             Only the full view has it, and no score reads it.\n\n**How it is computed.** As datatrove 0.10.1 defines \
             it, over the text as sent, furniture included; lengths are in code points. ",
            $how,
            "\n\n**Limits.** ",
            $limits,
            "\n\n**Source.** ",
            $source
        )
    };
}

/// The same, of a measure over words.
macro_rules! docs_over_words {
    ($summary:literal, $how:literal, $limits:literal, $source:literal) => {
        $crate::features::statistic::docs!(
            $summary,
            $how,
            concat!(
                $limits,
                " Its words are Candor's tokens, marks of punctuation being words of their own; datatrove takes \
                 spaCy's, which part \"don't\" and \"state-run\", so that its value for a text differs a little."
            ),
            $source
        )
    };
}

pub(super) use {docs, docs_over_words};

/// A value that may be missing, over its exposure, of low exposure below `enough`.
pub(super) fn measured(found: Option<(Option<f64>, u32)>, enough: u32) -> Measurement {
    match found {
        Some((Some(value), exposure)) => Measurement::over(value, exposure, enough),
        Some((None, exposure)) => Measurement::not_applicable(exposure),
        None => Measurement::not_applicable(0),
    }
}
