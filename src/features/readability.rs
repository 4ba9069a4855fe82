//! Readability by the published formulas.

use super::statistic::{STATISTIC, measured};
use super::{Feature, Measurement, absent, shows};
use crate::detect::Analysis;
use crate::detect::statistics::readability::Counts;

/// Words below which a formula made for passages is of low exposure.
const ENOUGH_WORDS: u32 = 100;

macro_rules! docs {
    ($summary:literal, $formula:literal, $source:literal) => {
        concat!(
            $summary,
            "\n\n**Why it matters.** Editors know it; it tells how hard the sentences are, not how good. Only the full \
             view has it, and no score reads it.\n\n**How it is computed.** ",
            $formula,
            " Over body sentences of at least three words and all words and numbers of the body. Equal to textstat \
             0.7.13 where the counts are. Exposure: words and numbers of the body.\n\n**Limits.** Syllables are counted \
             by rule, where textstat looks words up; sentences are Candor's, where textstat cuts at every full stop. \
             Dale-Chall, which needs a list of words, is left out.\n\n**Source.** ",
            $source
        )
    };
}

pub(super) const FLESCH_READING_EASE: Feature = Feature {
    id: "flesch_reading_ease",
    unit: "points, higher is easier",
    range: (f64::NEG_INFINITY, 206.835),
    docs: docs!(
        "Flesch reading ease.",
        "206.835 - 1.015 words per sentence - 84.6 syllables per word.",
        "Flesch 1948."
    ),
    examples: &[shows("The cat sat on mats.", 206.835 - 1.015 * 5.0 - 84.6 * 1.0), absent("")],
    measure: |analysis| of_words(analysis, Counts::flesch_reading_ease),
    ..STATISTIC
};

pub(super) const FLESCH_KINCAID_GRADE: Feature = Feature {
    id: "flesch_kincaid_grade",
    unit: "school grade",
    range: (-3.4, f64::INFINITY),
    docs: docs!(
        "Flesch-Kincaid grade level.",
        "0.39 words per sentence + 11.8 syllables per word - 15.59.",
        "Kincaid et al. 1975."
    ),
    examples: &[shows("The ancient committee deliberated.", 0.39 * 4.0 + 11.8 * 2.75 - 15.59), absent("")],
    measure: |analysis| of_words(analysis, Counts::flesch_kincaid_grade),
    ..STATISTIC
};

pub(super) const GUNNING_FOG: Feature = Feature {
    id: "gunning_fog",
    unit: "years of school",
    range: (0.0, f64::INFINITY),
    docs: docs!(
        "Gunning fog index.",
        "0.4 times the sum of words per sentence and complex words per 100 words. A complex word has three syllables \
         or more, is no name, has no hyphen and does not reach three by an ending -es, -ed or -ing.",
        "Gunning 1952. textstat 0.7.13 leaves out a list of easy words where Candor leaves out names and inflections."
    ),
    examples: &[shows("The cat sat on mats.", 0.4 * 5.0), absent("")],
    measure: |analysis| of_words(analysis, Counts::gunning_fog),
    ..STATISTIC
};

pub(super) const SMOG_INDEX: Feature = Feature {
    id: "smog_index",
    unit: "school grade",
    range: (3.1291, f64::INFINITY),
    docs: docs!(
        "SMOG grade.",
        "1.043 times the square root of 30 times the words of three syllables or more per sentence, plus 3.1291.",
        "McLaughlin 1969, for 30 sentences or more."
    ),
    examples: &[shows("The cat sat on mats.", 3.1291), absent("")],
    measure: |analysis| of_words(analysis, Counts::smog_index),
    ..STATISTIC
};

pub(super) const COLEMAN_LIAU_INDEX: Feature = Feature {
    id: "coleman_liau_index",
    unit: "school grade",
    range: (-45.4, f64::INFINITY),
    docs: docs!(
        "Coleman-Liau index.",
        "0.058 letters and digits per 100 words - 0.296 sentences per 100 words - 15.8.",
        "Coleman and Liau 1975."
    ),
    examples: &[shows("The ancient committee deliberated.", 0.058 * 750.0 - 0.296 * 25.0 - 15.8), absent("")],
    measure: |analysis| of_words(analysis, Counts::coleman_liau_index),
    ..STATISTIC
};

pub(super) const AUTOMATED_READABILITY_INDEX: Feature = Feature {
    id: "automated_readability_index",
    unit: "school grade",
    range: (-21.43, f64::INFINITY),
    docs: docs!(
        "Automated readability index.",
        "4.71 characters per word + 0.5 words per sentence - 21.43; all characters but blanks count, as in textstat.",
        "Senter and Smith 1967."
    ),
    examples: &[shows("The ancient committee deliberated.", 4.71 * 7.75 + 0.5 * 4.0 - 21.43), absent("")],
    measure: |analysis| of_words(analysis, Counts::automated_readability_index),
    ..STATISTIC
};

pub(super) const LIX: Feature = Feature {
    id: "lix",
    unit: "points, higher is harder",
    range: (0.0, f64::INFINITY),
    docs: docs!("LIX.", "Words per sentence plus words of more than six letters per 100 words.", "Björnsson 1968."),
    examples: &[shows("The cat sat on mats.", 5.0), absent("")],
    measure: |analysis| of_words(analysis, Counts::lix),
    ..STATISTIC
};

pub(super) const RIX: Feature = Feature {
    id: "rix",
    unit: "long words per sentence",
    range: (0.0, f64::INFINITY),
    docs: docs!("RIX.", "Words of more than six letters per sentence.", "Anderson 1983."),
    examples: &[shows("The ancient building burned down.", 2.0), shows("The cat sat on mats.", 0.0)],
    measure: |analysis| of_words(analysis, Counts::rix),
    ..STATISTIC
};

fn of_words(analysis: &Analysis<'_>, of: fn(&Counts) -> Option<f64>) -> Measurement {
    let counts = &analysis.statistics().readability;
    measured(Some((of(counts), counts.words)), ENOUGH_WORDS)
}
