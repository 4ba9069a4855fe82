//! Claims: how many sentences can be checked, and what they rest on.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, rate, shows};

pub(super) const CHECKWORTHY_SENTENCE_RATIO: Feature = Feature {
    id: "checkworthy_sentence_ratio",
    noun: Noun::Singular("share of checkable sentences"),
    sub_score: "",
    tier: Tier::Report,
    unit: "share of body sentences",
    range: (0.0, 1.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "Sentences that state a checkable matter.\n\
\n\
**Why it matters.** It is what the shares of support are measured over.\n\
\n\
**How it is computed.** Body sentences whose sum of cues reaches 1, over body sentences. Figures, changes, extremes, acts of record, past events, names, dates and reports count for it; feelings, advice, questions, scene colour, predictions and very short sentences against it. Exposure: body sentences.\n\
\n\
**Limits.** Cues, not meaning.\n\
\n\
**Source.** Hassan et al. 2017 (ClaimBuster); Full Fact.",
    examples: &[
        shows("Sales rose 20% in May. We like it here a lot.", 0.5),
        shows("We like it here a lot. It is nice to be home.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, f64::from(analysis.claims.check_worthy)),
};

pub(super) const UNSUPPORTED_CLAIM_RATIO: Feature = Feature {
    id: "unsupported_claim_ratio",
    noun: Noun::Singular("share of checkable claims without any support"),
    sub_score: "support",
    tier: Tier::Model,
    unit: "share of check-worthy sentences",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Checkable claims that rest on nothing the text shows.\n\
\n\
**Why it matters.** The Associated Press asks for attribution of whatever is not plain; a reader cannot check a claim from nowhere.\n\
\n\
**How it is computed.** Sum over check-worthy body sentences without support of (1 + worthiness) / 2, over check-worthy sentences. Support is the strongest of a quotation, a document, a named source, a link, a source carried over from the sentence before or from the line that introduces an excerpt or a list, a survey that the text has named, for its figures, and whoever brings a charge, for the charge. Exempt are the lead of a story whose next sentences name the source, restatements, appointments, other people's words, what the reporter saw or a picture shows, what is said not to be known, prices of a market, what happened at an event held in public, and plain narration of the public record; an article that tells few dated acts, or that comments, has little plain narration. Exposure: check-worthy sentences.\n\
\n\
**Limits.** About 30% of the sentences of good political news carry no attribution: read it against the reference, not as an alarm. Whether a plain statement is on record cannot be seen in the text: a hoax told like a police report passes.\n\
\n\
**Source.** Redi et al. 2019; Leite et al. 2025; Associated Press.",
    examples: &[
        shows("The plant has poisoned 40 rivers. The mayor said it employs 300 people.", 0.5),
        shows("The mayor said the plant has poisoned 40 rivers.", 0.0),
        absent("It is nice to be home."),
    ],
    measure: |analysis| {
        let claims = analysis.claims.check_worthy;
        Measurement::over(analysis.claims.unsupported / f64::from(claims.max(1)), claims, 3)
    },
};

pub(super) const WEAKLY_SUPPORTED_CLAIM_RATIO: Feature = Feature {
    id: "weakly_supported_claim_ratio",
    noun: Noun::Singular("share of checkable claims with weak support only"),
    sub_score: "",
    tier: Tier::Report,
    unit: "share of check-worthy sentences",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Checkable claims with weak support only.\n\
\n\
**Why it matters.** An unnamed source, a collective or a hedge tells a reader little.\n\
\n\
**How it is computed.** Check-worthy body sentences whose strongest support is an unnamed source, a collective or the article's own hedge, over check-worthy sentences. Exposure: check-worthy sentences.\n\
\n\
**Limits.** Early reports of an event often have no better.\n\
\n\
**Source.** Leite et al. 2025 (explicitly unverified claims).",
    examples: &[
        shows("The firm lost 300 jobs in 2019, according to a source.", 1.0),
        shows("The firm lost 300 jobs in 2019, according to Jane Doe.", 0.0),
    ],
    measure: |analysis| {
        let claims = analysis.claims.check_worthy;
        Measurement::over(f64::from(analysis.claims.weakly_supported) / f64::from(claims.max(1)), claims, 3)
    },
};

pub(super) const QUANTITATIVE_SUPPORT_RATIO: Feature = Feature {
    id: "quantitative_support_ratio",
    noun: Noun::Singular("share of figures that rest on a source"),
    sub_score: "support",
    tier: Tier::Model,
    unit: "share of check-worthy sentences with a figure",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Figures that rest on a source.\n\
\n\
**Why it matters.** A figure without a source looks exact and cannot be checked.\n\
\n\
**How it is computed.** Check-worthy body sentences with a figure (no date, year, age, score or ordinal) that are supported or exempt, over those with a figure. Exposure: those sentences; absent below 2.\n\
\n\
**Limits.** Prices and tables need no source; the genre gate is to route such pages.\n\
\n\
**Source.** HealthNewsReview criteria 2 to 4; Full Fact.",
    examples: &[
        shows("The firm lost 300 jobs in all. Jane Doe said 40 of them were in town.", 0.5),
        absent("The firm lost 300 jobs."),
    ],
    measure: |analysis| {
        let figures = analysis.claims.with_figures;
        if figures < 2 {
            return Measurement::not_applicable(figures);
        }
        Measurement::over(f64::from(analysis.claims.figures_supported) / f64::from(figures), figures, 3)
    },
};

pub(super) const SUPERLATIVE_UNSUPPORTED_COUNT: Feature = Feature {
    id: "superlative_unsupported_count",
    noun: Noun::Plural("extremes and firsts without support"),
    sub_score: "",
    tier: Tier::Report,
    unit: "superlatives",
    range: (0.0, f64::INFINITY),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Extremes and firsts that rest on nothing.\n\
\n\
**Why it matters.** \"The largest\" and \"the first\" are claims about everything else of the kind; somebody must have looked.\n\
\n\
**How it is computed.** Superlatives, firsts and records in the article's own voice, in check-worthy body sentences without any support. Exposure: check-worthy sentences.\n\
\n\
**Limits.** A count, which grows with length: shown, never scored. Ordinals in lists and names (the First Lady) do not count.\n\
\n\
**Source.** Hassan et al. 2017 (ClaimBuster); Rashkin et al. 2017 (superlatives).",
    examples: &[
        shows("The state has built the largest dam in the land.", 1.0),
        shows("Jane Doe said the state has built the largest dam in the land.", 0.0),
        absent("It is nice to be home."),
    ],
    measure: |analysis| {
        let claims = &analysis.claims;
        Measurement::over(f64::from(claims.unsupported_superlatives), claims.check_worthy, 3)
    },
};

pub(super) const INTERPRETIVE_CLAIM_RATIO: Feature = Feature {
    id: "interpretive_claim_ratio",
    noun: Noun::Singular("share of sentences that interpret events without a source"),
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "share of body sentences",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Sentences that say what events mean, and nobody who says so.\n\
\n\
**Why it matters.** What a vote marks, underscores or signals is a judgement; in news it is a source's, and analysis is labelled.\n\
\n\
**How it is computed.** Body sentences of the article's own voice with an interpretive predicate (marks, signifies, underscores, reflects a growing, serves as a reminder) outside attributions and without a source, over body sentences. Absent on pages labelled analysis or opinion. Exposure: body sentences.\n\
\n\
**Limits.** The predicate is found by its words, not by parsing: \"the line marks the border\" counts too.\n\
\n\
**Source.** Ad Fontes Media (analysis as a kind of expression); Leite et al. 2025 (inference).",
    examples: &[
        shows("The vote marks a change of course. It was held at noon.", 0.5),
        shows("Jane Doe said the vote marks a change of course. It was held at noon.", 0.0),
    ],
    measure: |analysis| {
        if analysis.document.has_genre_label() {
            return Measurement::not_applicable(analysis.facts.body_sentences);
        }
        rate::of_sentences(analysis, f64::from(analysis.claims.interpretive))
    },
};
