//! Stance: certainty, demands, loaded words and opinion in the article's own voice.

use super::{Direction, Feature, Tier, rate, shows};

pub(super) const BOOSTER_RATE: Feature = Feature {
    id: "booster_rate",
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Words that state certainty.\n\
\n\
**Why it matters.** \"Clearly\" and \"of course\" stand where evidence should.\n\
\n\
**How it is computed.** 100 times the boosters outside quotations, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** Legitimate in opinion pieces.\n\
\n\
**Source.** Hyland 2005; Rashkin et al. 2017.",
    examples: &[
        shows("This was clearly the worst result in years for the club.", 100.0 / 11.0),
        shows("This was the worst result in years for the club.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.stance.boosters), 100.0),
};

pub(super) const DEONTIC_OWN_VOICE_RATE: Feature = Feature {
    id: "deontic_own_voice_rate",
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Demands in the article's own voice.\n\
\n\
**Why it matters.** News says who wants what done; a demand nobody is named for is the article's opinion.\n\
\n\
**How it is computed.** 100 times the deontic cues (must, should, it is essential) outside quotations and outside what is attributed to somebody, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** Rules with a procedure (must register by) are left out.\n\
\n\
**Source.** Leite et al. 2025 (call to action); NewsGuard criterion on news and opinion.",
    examples: &[
        shows("The world must stand together against this threat to peace.", 10.0),
        shows("Voters must register by Friday at any library in town.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.stance.deontic), 100.0),
};

pub(super) const FACTIVE_FRAME_RATE: Feature = Feature {
    id: "factive_frame_rate",
    sub_score: "",
    tier: Tier::Report,
    unit: "cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Frames that presuppose what follows.\n\
\n\
**Why it matters.** \"The fact that\" asserts without saying so.\n\
\n\
**How it is computed.** 100 times the factive frames outside quotations, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** In an attributed sentence the frame is the speaker's.\n\
\n\
**Source.** Recasens et al. 2013; Hooper 1975.",
    examples: &[
        shows("The fact that prices rose hurts every family in town.", 10.0),
        shows("Prices rose, which hurts every family in town.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.stance.factive_frames), 100.0),
};

pub(super) const LOADED_LANGUAGE_RATE: Feature = Feature {
    id: "loaded_language_rate",
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "weighted cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Loaded words in the article's own voice.\n\
\n\
**Why it matters.** Words that judge or stir take the judgement from the reader.\n\
\n\
**How it is computed.** 100 times the loaded words outside quotations, a weak one counting half, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** Some beats need strong words; the list is kept balanced between political sides.\n\
\n\
**Source.** Recasens et al. 2013; Rashkin et al. 2017; Przybyla 2020.",
    examples: &[
        shows("The disgraceful plan was voted on in the town hall.", 10.0),
        shows("The plan was voted on in the town hall on Monday.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, analysis.subjectivity.loaded, 100.0),
};

pub(super) const OPINION_SENTENCE_RATIO: Feature = Feature {
    id: "opinion_sentence_ratio",
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "share of body sentences",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Sentences of opinion in the article's own voice.\n\
\n\
**Why it matters.** Readers should be able to tell news from opinion.\n\
\n\
**How it is computed.** Body sentences that hold, outside quotations and outside what is attributed to somebody, a demand, a template of significance, an evaluative adverb, an interpretive verb or a loaded word, over body sentences. Exposure: body sentences.\n\
\n\
**Limits.** Labelled opinion is legitimate; see genre_label_seen.\n\
\n\
**Source.** NewsGuard criterion on news and opinion; Leite et al. 2025.",
    examples: &[
        shows("The nation must act now. The vote was held on Monday.", 0.5),
        shows("The nation must act, the mayor said. The vote was held on Monday.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, f64::from(analysis.subjectivity.opinion_sentences)),
};
