//! Fluency: whether the copy is whole.

use super::{Direction, Feature, Measurement, Noun, Tier, rate, shows};

pub(super) const GARBLE_RATE: Feature = Feature {
    id: "garble_rate",
    noun: Noun::Plural("breaks in the text"),
    sub_score: "fluency",
    tier: Tier::Model,
    unit: "breaks per 1,000 body words",
    range: (0.0, 1000.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Structural breaks in the text.\n\
\n\
**Why it matters.** Machine translation and bad extraction break sentences; what is left cannot be quoted safely.\n\
\n\
**How it is computed.** 1,000 times the breaks (a sentence that begins with a small letter, two words glued together, a function word twice, two articles in a row, a sentence that begins inside another, punctuation that stands alone, a dash glued to one side), over body words, at most 1,000. Exposure: body words.\n\
\n\
**Limits.** Structure only: agreement, articles left out and spelling variants never count, so that no dialect or second language does.\n\
\n\
**Source.** Candor's own definition, after classes of machine-translation errors.",
    examples: &[
        shows("The plan was the the best they had at the time.", 1000.0 / 11.0),
        shows("report . )", 1000.0),
        shows("The plan were best that they had at that time then.", 0.0),
    ],
    measure: |analysis| {
        let words = analysis.fluency.words;
        // One word may stand in several breaks.
        let rate = 1000.0 * f64::from(analysis.fluency.breaks) / f64::from(words.max(1));
        Measurement::over(rate.min(1000.0), words, 150)
    },
};

pub(super) const FRAGMENT_RATIO: Feature = Feature {
    id: "fragment_ratio",
    noun: Noun::Singular("share of sentences without a verb"),
    sub_score: "fluency",
    tier: Tier::Model,
    unit: "share of body sentences",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Sentences without a verb that could carry them.\n\
\n\
**Why it matters.** A copy that was translated or cut by machine leaves halves of sentences; now and then one is a matter of style.\n\
\n\
**How it is computed.** Body sentences of at least 4 words that end in a full stop, open with an infinitive, with \"a\", \"no\" or \"not\", or with a preposition, and hold no word that may be a finite verb or its subject, over body sentences. Headings, lists and quotations are left out. Exposure: body sentences.\n\
\n\
**Limits.** Most fragments are not seen: where a word may be a verb in any English (\"the team play\"), it is taken for one.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows("The ice was thick in March. A long, bitter winter for the town.", 0.5),
        shows("The ice was thick in March. The team play on it.", 0.0),
    ],
    measure: |analysis| rate::of_sentences(analysis, f64::from(analysis.fluency.fragments)),
};
