//! Style: context for a reader, never a fault.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, shows};

/// Sentences below which the spread of their lengths is not measured.
const ENOUGH_SENTENCES: u32 = 8;

pub(super) const MEAN_SENTENCE_LENGTH: Feature = Feature {
    id: "mean_sentence_length",
    noun: Noun::Singular("mean length of sentences"),
    sub_score: "",
    tier: Tier::Report,
    unit: "words per sentence",
    range: (0.0, 300.0),
    direction: Direction::Hump,
    saturation: f64::INFINITY,
    docs: "How long the sentences are.\n\
\n\
**Why it matters.** News that is easily read keeps to some 15 to 28 words a sentence; much less is a list, much more is hard to follow.\n\
\n\
**How it is computed.** Words and numbers of the body over body sentences. Exposure: body sentences.\n\
\n\
**Limits.** A habit of genre and outlet. A stop that is taken for a sentence's end shortens it.\n\
\n\
**Source.** NELA (complexity); Arapakis et al. 2016.",
    examples: &[shows("The old mill burned down. Nobody was hurt in it.", 5.0), absent("")],
    measure: |analysis| {
        let style = &analysis.style;
        Measurement::over(f64::from(style.words) / f64::from(style.sentences.max(1)), style.sentences, 5)
    },
};

pub(super) const SENTENCE_LENGTH_CV: Feature = Feature {
    id: "sentence_length_cv",
    noun: Noun::Singular("spread of sentence lengths"),
    sub_score: "",
    tier: Tier::Report,
    unit: "standard deviation over mean",
    range: (0.0, f64::INFINITY),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "How much the sentences differ in length.\n\
\n\
**Why it matters.** Even sentences are a register, common in machine-written news and among careful second-language writers alike: shown, never scored.\n\
\n\
**How it is computed.** Standard deviation of words per body sentence over their mean; not applicable below 8 body sentences. Exposure: body sentences.\n\
\n\
**Limits.** Says nothing of who wrote the text: detectors built on evenness accuse second-language writers (Liang et al. 2023).\n\
\n\
**Source.** Liang et al. 2023; burstiness.",
    examples: &[
        shows(
            "He left. She left the old mill. He left. She left the old mill. He left. She left the old mill. He left. She left the old mill.",
            3.0 / 7.0,
        ),
        shows(
            "He left town. She left town. It fell down. They saw it. We saw him. You saw her. He saw us. She saw me.",
            0.0,
        ),
        absent("He left. She left the old mill."),
    ],
    measure: |analysis| {
        let style = &analysis.style;
        match style.sentence_length_cv {
            Some(cv) if style.sentences >= ENOUGH_SENTENCES => Measurement::over(cv, style.sentences, ENOUGH_SENTENCES),
            _ => Measurement::not_applicable(style.sentences),
        }
    },
};

pub(super) const MATTR_50: Feature = Feature {
    id: "mattr_50",
    noun: Noun::Singular("variety of words"),
    sub_score: "",
    tier: Tier::Report,
    unit: "share of words",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "How varied the words are.\n\
\n\
**Why it matters.** A text that says much uses many words; one that repeats itself does not.\n\
\n\
**How it is computed.** Mean over all windows of 50 words and numbers of the body of the share of different ones, case and possessives aside; not applicable below 50. Exposure: words and numbers of the body.\n\
\n\
**Limits.** A moving window, since the plain ratio of types falls with length. Second-language writers vary less for no fault: shown, not scored.\n\
\n\
**Source.** Covington and McFall 2010.",
    examples: &[
        shows(
            "On and on the old men sang and the old men sang and the old men sang and the old men sang and the old men sang \
             and the old men sang and the old men sang and the old men sang and the old men sang till dawn came.",
            9.0 / 50.0,
        ),
        absent("The old men sang."),
    ],
    measure: |analysis| match analysis.style.mattr {
        Some(mattr) => Measurement::over(mattr, analysis.style.words, 150),
        None => Measurement::not_applicable(analysis.style.words),
    },
};

pub(super) const MEAN_WORD_LENGTH: Feature = Feature {
    id: "mean_word_length",
    noun: Noun::Singular("mean length of words"),
    sub_score: "",
    tier: Tier::Report,
    unit: "letters per word",
    range: (0.0, f64::INFINITY),
    direction: Direction::Higher,
    saturation: 5.2,
    docs: "How long the words are.\n\
\n\
**Why it matters.** Plain reports have longer words than gossip; beyond a point long words are padding.\n\
\n\
**How it is computed.** Letters of the words of the body over these words, numbers aside; no credit beyond 5.2. Exposure: words of the body.\n\
\n\
**Limits.** Rewritten and inflated texts have the longest words; the subject decides most of it.\n\
\n\
**Source.** Horne and Adali 2017.",
    examples: &[shows("The old mill burned down in 1987.", 22.0 / 6.0), absent("")],
    measure: |analysis| {
        let style = &analysis.style;
        Measurement::over(f64::from(style.letters) / f64::from(style.plain_words.max(1)), style.plain_words, 150)
    },
};
