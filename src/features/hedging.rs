//! Hedging: caution, distance, and openness about what is not known.

use super::{Direction, Feature, Measurement, Noun, Tier, rate, shows};

pub(super) const EPISTEMIC_HEDGE_RATE: Feature = Feature {
    id: "epistemic_hedge_rate",
    noun: Noun::Plural("words of caution"),
    sub_score: "",
    tier: Tier::Report,
    unit: "cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "Words of caution in the article's own voice.\n\
\n\
**Why it matters.** Caution fits what is uncertain; its sign differs by genre, so it is shown and not scored.\n\
\n\
**How it is computed.** 100 times the epistemic cues (may, perhaps, appears to, possible) outside quotations, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** The month of May, ability in the past (could not reach) and names are left out; irony is not seen.\n\
\n\
**Source.** Hyland 2005; Farkas et al. 2010 (CoNLL-2010).",
    examples: &[
        shows("The talks may fail before the week is over.", 100.0 / 9.0),
        shows("She was born on May 9 in the north of the city.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.hedging.epistemic), 100.0),
};

pub(super) const APPROXIMATOR_RATE: Feature = Feature {
    id: "approximator_rate",
    noun: Noun::Plural("rounded numbers"),
    sub_score: "",
    tier: Tier::Report,
    unit: "cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "Rounded numbers.\n\
\n\
**Why it matters.** A rounded number is honest where the exact one is not known, and vague where it is; so it is shown and not scored.\n\
\n\
**How it is computed.** 100 times the rounding words (about, nearly, at least, more than, up to) with a number among the next two words, outside quotations, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** Times of day and years count as numbers (about 9 p.m.).\n\
\n\
**Source.** Hyland 2005; Farkas et al. 2010 (CoNLL-2010).",
    examples: &[
        shows("The storm left nearly 300 homes in the valley without power.", 100.0 / 11.0),
        shows("They talked about the storm and the homes in the valley.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.hedging.approximators), 100.0),
};

pub(super) const EVIDENTIAL_DISTANCE_RATE: Feature = Feature {
    id: "evidential_distance_rate",
    noun: Noun::Plural("words such as \"allegedly\" that name nobody"),
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Words that keep a statement at a distance without naming who makes it.\n\
\n\
**Why it matters.** \"Reportedly\" and \"allegedly\" pass on a claim and leave its source out.\n\
\n\
**How it is computed.** 100 times the distancing cues (reportedly, allegedly, is said to, so-called) outside quotations, over the words outside quotations; half each in sentences of courts and police. Exposure: those words.\n\
\n\
**Limits.** Crime reporting must use some of these words.\n\
\n\
**Source.** Recasens et al. 2013; Rashkin et al. 2017.",
    examples: &[
        shows("The firm reportedly lost its largest client this week.", 100.0 / 9.0),
        shows("The firm lost its largest client this week.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, analysis.hedging.distance, 100.0),
};

pub(super) const NEGATED_EVIDENCE_COUNT: Feature = Feature {
    id: "negated_evidence_count",
    noun: Noun::Plural("statements of what is not known or confirmed"),
    sub_score: "",
    tier: Tier::Report,
    unit: "count",
    range: (0.0, f64::INFINITY),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Statements of what is not known, not confirmed or not answered.\n\
\n\
**Why it matters.** Saying what could not be verified is careful practice.\n\
\n\
**How it is computed.** Count of phrases such as no evidence, could not be verified, declined to comment, outside quotations. Exposure: body sentences.\n\
\n\
**Limits.** Can be boilerplate.\n\
\n\
**Source.** Associated Press news values; HealthNewsReview criterion 4.",
    examples: &[
        shows("The ministry declined to comment on the report.", 1.0),
        shows("The ministry welcomed the report.", 0.0),
    ],
    measure: |analysis| {
        Measurement::over(f64::from(analysis.hedging.negated_evidence), analysis.facts.body_sentences, 1)
    },
};
