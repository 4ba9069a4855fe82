//! Repetition and padding: how much the sentences add.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, rate, shows};

pub(super) const WINDOWED_SENTENCE_NOVELTY: Feature = Feature {
    id: "windowed_sentence_novelty",
    noun: Noun::Singular("share of new words in each sentence"),
    sub_score: "information_density",
    tier: Tier::Model,
    unit: "share of content stems",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "How much of each sentence the sentences before it did not say.\n\
\n\
**Why it matters.** Padding says the same again in other words; rules for exact repetition do not see it.\n\
\n\
**How it is computed.** Mean over body sentences of the share of content stems that no sentence before it has in the same stretch of 12; the first of each stretch is left out. Exposure: those sentences.\n\
\n\
**Limits.** In stretches, because against all sentences before it, and even against the last 12, it would measure length.\n\
\n\
**Source.** Yang and Nenkova 2014; Louis and Nenkova 2013.",
    examples: &[
        shows("Rain fell in Oslo. Snow came to Bergen.", 1.0),
        shows("Rain fell in Oslo. Rain fell in Oslo.", 0.0),
        absent("Rain fell in Oslo."),
    ],
    measure: |analysis| {
        let sentences = analysis.repetition.novelty_sentences;
        match analysis.repetition.mean_novelty {
            Some(novelty) => Measurement::over(novelty, sentences, 5),
            None => Measurement::not_applicable(sentences),
        }
    },
};

pub(super) const FILLER_SENTENCE_RATIO: Feature = Feature {
    id: "filler_sentence_ratio",
    noun: Noun::Singular("share of sentences that add nothing"),
    sub_score: "information_density",
    tier: Tier::Model,
    unit: "share of body sentences",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Sentences that add nothing.\n\
\n\
**Why it matters.** Filler makes a thin story look grown.\n\
\n\
**How it is computed.** Body sentences of at least 7 words without a figure, a date, a quotation, a new name or a named source that either have less than 0.6 new content, name at most one, tell of no first or utmost, of no event and of nobody's silence from a source (or less than 0.2), declare significance, or say that they sum up, over body sentences. Exposure: body sentences.\n\
\n\
**Limits.** Obituaries and essays dwell on things for good reasons.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows("The fire in Oslo burned 12 homes. The fire serves as a reminder of the dangers of fire in homes.", 0.5),
        shows("The fire in Oslo burned 12 homes. Police in Bergen held 3 men.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, f64::from(analysis.padding.filler_sentences)),
};

pub(super) const SIGNIFICANCE_TEMPLATE_RATE: Feature = Feature {
    id: "significance_template_rate",
    noun: Noun::Plural("ready-made phrases that declare significance"),
    sub_score: "",
    tier: Tier::Report,
    unit: "cues per 1,000 own-voice words",
    range: (0.0, 1000.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Ready-made phrases that declare significance.\n\
\n\
**Why it matters.** \"Serves as a reminder\" tells a reader what to think and adds nothing.\n\
\n\
**How it is computed.** 1,000 times the templates outside quotations, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** A register, common in machine-written and in second-language news: shown, never scored.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows("The fire serves as a reminder of the dangers at home.", 1000.0 / 11.0),
        shows("The fire burned for two days at the north end again.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.stance.significance), 1000.0),
};

pub(super) const REPEATED_NGRAM_RATIO: Feature = Feature {
    id: "repeated_ngram_ratio",
    noun: Noun::Singular("share of words in repeated phrases"),
    sub_score: "information_density",
    tier: Tier::Model,
    unit: "share of body words",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Words in phrases that come again.\n\
\n\
**Why it matters.** Verbatim repetition is padding, or a broken copy.\n\
\n\
**How it is computed.** Body words covered by a trigram with a content word that occurs again within 300 words, names left out, over body words. Exposure: body words.\n\
\n\
**Limits.** Terms of art repeat for good reasons.\n\
\n\
**Source.** Rae et al. 2021 (Gopher), table A1; Horne and Adali 2017.",
    examples: &[
        shows("The new tax law passed. The new tax law failed.", 0.8),
        shows("The new tax law passed. An old rule on rent failed.", 0.0),
    ],
    measure: |analysis| {
        let words = analysis.repetition.ngram_words;
        Measurement::over(f64::from(analysis.repetition.repeated_ngram_words) / f64::from(words.max(1)), words, 150)
    },
};

pub(super) const PARAPHRASE_REPEAT_RATIO: Feature = Feature {
    id: "paraphrase_repeat_ratio",
    noun: Noun::Singular("share of sentences that say something again"),
    sub_score: "",
    tier: Tier::Report,
    unit: "share of body sentences",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Sentences that say again what an earlier one said.\n\
\n\
**Why it matters.** Once is emphasis; often is padding.\n\
\n\
**How it is computed.** Body sentences of at least 5 content stems, 60% of which stand in one of the 64 sentences before that has a negation exactly if it has one, and without a figure or a name that is new, over body sentences. Exposure: body sentences.\n\
\n\
**Limits.** A quotation after its paraphrase is normal once.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows("The old stone bridge near Oslo collapsed yesterday. Yesterday the old bridge near Oslo collapsed.", 0.5),
        shows(
            "The old stone bridge near Oslo collapsed yesterday. The old stone bridge near Oslo collapsed 900 times.",
            0.0,
        ),
        shows("The old stone bridge near Oslo collapsed yesterday. Two men swam to the shore and called police.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, f64::from(analysis.repetition.paraphrases)),
};
