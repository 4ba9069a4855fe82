//! The headline: tone and fit.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, near, shows};

pub(super) const HEADLINE_SHOUTING: Feature = Feature {
    id: "headline_shouting",
    noun: Noun::Plural("capitals, exclamation and question marks in the headline"),
    sub_score: "headline_fit",
    tier: Tier::Model,
    unit: "share of longer words in capitals, plus exclamation and question marks",
    range: (0.0, f64::INFINITY),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
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
    noun: Noun::Singular("share of headline words that the body takes up"),
    sub_score: "headline_fit",
    tier: Tier::Model,
    unit: "share of the headline's content words",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
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

pub(super) const CLICKBAIT_CUE_COUNT: Feature = Feature {
    id: "clickbait_cue_count",
    noun: Noun::Plural("ways in which the headline teases"),
    sub_score: "headline_fit",
    tier: Tier::Model,
    unit: "count of five kinds",
    range: (0.0, 5.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Ways in which the headline teases instead of telling.\n\
\n\
**Why it matters.** A headline that withholds sells the click and informs nobody.\n\
\n\
**How it is computed.** How many of five kinds the headline shows: it announces and withholds (you won't believe, this is why), counts off a list (19 reasons), promises the utmost (the best ever), asks, or speaks to the reader. Exposure: words of the headline. Absent without a headline.\n\
\n\
**Limits.** Questions are legitimate in analysis, and service journalism speaks to its readers.\n\
\n\
**Source.** Chakraborty et al. 2016; Potthast et al. 2018.",
    examples: &[
        shows(
            "You Won't Believe These 9 Photos\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            3.0,
        ),
        shows(
            "Fire burns homes in Oslo\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            0.0,
        ),
        absent("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men."),
    ],
    measure: |analysis| Measurement::over(f64::from(analysis.headline.teases), analysis.headline.words, 3),
};

pub(super) const HEADLINE_CLICKBAIT_PROBABILITY: Feature = Feature {
    id: "headline_clickbait_probability",
    noun: Noun::Singular("likeness of the headline to clickbait"),
    sub_score: "headline_fit",
    tier: Tier::Model,
    unit: "probability",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "How much the headline reads like clickbait.\n\
\n\
**Why it matters.** The register of teasers goes beyond a list of phrases.\n\
\n\
**How it is computed.** The probability that a logistic regression over words and pairs of words of the lower-cased headline gives; its weights are in models/classifiers-1. Exposure: words of the headline. Absent without a headline or below 4 words.\n\
\n\
**Limits.** Fitted on headlines of a few outlets of 2007 to 2015; light subjects look like clickbait to it.\n\
\n\
**Source.** Chakraborty et al. 2016.",
    examples: &[
        near(
            "21 Things You Will Only Get If You Grew Up Here\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            1.0,
        ),
        near(
            "Fire burns homes in Oslo\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            0.0,
        ),
        absent("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men."),
    ],
    measure: |analysis| match analysis.headline.clickbait {
        Some(probability) => Measurement::over(probability, analysis.headline.words, 3),
        None => Measurement::not_applicable(analysis.headline.words),
    },
};

pub(super) const HEADLINE_CERTAINTY_GAP: Feature = Feature {
    id: "headline_certainty_gap",
    noun: Noun::Presence("headline that is surer than its body"),
    sub_score: "headline_fit",
    tier: Tier::Model,
    unit: "0 or 1",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "A headline surer than its body.\n\
\n\
**Why it matters.** What the body makes conditional or doubtful is no fact in the headline either.\n\
\n\
**How it is computed.** 1 if the headline states something without a hedge, negation, question, quotation or speaker, and every sentence among the first 15 that says the same (at least 3 and half of its content words) has a hedge or condition in that clause; else 0. Exposure: content words of the headline. Absent where no sentence says the same.\n\
\n\
**Limits.** Compression is normal; a quotation whose marks were dropped is not seen.\n\
\n\
**Source.** Sumner et al. 2014; Ecker et al. 2014.",
    examples: &[
        shows(
            "Council approves harbour budget\n\nIf the council approves the harbour budget, work will start in May. Nobody objects.",
            1.0,
        ),
        shows(
            "Council approves harbour budget\n\nThe council approved the harbour budget on Monday. Work will start in May.",
            0.0,
        ),
        absent("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men."),
    ],
    measure: |analysis| match analysis.headline.certainty_gap {
        Some(gap) => Measurement::over(f64::from(u8::from(gap)), analysis.headline.content_words, 2),
        None => Measurement::not_applicable(analysis.headline.content_words),
    },
};
