//! The headline: tone and fit.

use super::{Direction, Feature, Measurement, Tier, absent, shows};

pub(super) const HEADLINE_SHOUTING: Feature = Feature {
    id: "headline_shouting",
    sub_score: "headline_fit",
    tier: Tier::Model,
    unit: "share of longer words in capitals, plus exclamation and question marks",
    range: (0.0, f64::INFINITY),
    direction: Direction::Lower,
    docs: "Capitals, exclamation and question marks in the headline.\n\
\n\
**Why it matters.** Shouting sells; it reports nothing.\n\
\n\
**How it is computed.** The share of words of at least 4 letters that stand in capitals, known acronyms left out, plus the count of ! and ?. Exposure: words of the headline. Absent without a headline, or where it is wholly in capitals (a house style).\n\
\n\
**Limits.** Questions are legitimate in analysis.\n\
\n\
**Source.** Horne and Adali 2017; Leite et al. 2025.",
    examples: &[
        shows(
            "Fire KILLS Nobody in Oslo!\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            1.25,
        ),
        shows(
            "Fire burns in Oslo\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            0.0,
        ),
        absent("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men."),
    ],
    measure: |analysis| match analysis.headline.shouting {
        Some(shouting) => Measurement::over(shouting, analysis.headline.words, 3),
        None => Measurement::not_applicable(analysis.headline.words),
    },
};

pub(super) const HEADLINE_BODY_OVERLAP: Feature = Feature {
    id: "headline_body_overlap",
    sub_score: "headline_fit",
    tier: Tier::Model,
    unit: "share of the headline's content words",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    docs: "Headline words that the body takes up.\n\
\n\
**Why it matters.** A headline that the story does not bear out misleads those who read no further.\n\
\n\
**How it is computed.** Content stems of the headline that stand in the first 200 words of the body, over its content stems. Exposure: those stems; absent without a headline.\n\
\n\
**Limits.** Synonyms and puns lower it.\n\
\n\
**Source.** Zhang et al. 2018 (title representativeness); NewsGuard criterion on headlines.",
    examples: &[
        shows(
            "Fire burns homes in Oslo\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            1.0,
        ),
        shows(
            "Miracle cure found\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            0.0,
        ),
        absent("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men."),
    ],
    measure: |analysis| match analysis.headline.overlap {
        Some(overlap) => Measurement::over(overlap, analysis.headline.content_words, 2),
        None => Measurement::not_applicable(analysis.headline.content_words),
    },
};
