//! Quotation: how much is quoted, whose words they are, and whether the marks are whole.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, shows};

pub(super) const QUOTED_WORD_RATIO: Feature = Feature {
    id: "quoted_word_ratio",
    noun: Noun::Singular("share of quoted words"),
    sub_score: "support",
    tier: Tier::Model,
    unit: "share of body words",
    range: (0.0, 1.0),
    direction: Direction::Hump,
    saturation: f64::INFINITY,
    docs: "Words inside quotation marks.\n\
\n\
**Why it matters.** Verbatim words are evidence; an article that is mostly block quotation reports little of its own.\n\
\n\
**How it is computed.** Body words inside paired quotation marks, over body words. Exposure: body words.\n\
\n\
**Limits.** A trait of outlets as much as of articles; it enters the model with its square.\n\
\n\
**Source.** Horne and Adali 2017; Newell et al. 2018 (PolNeAR).",
    examples: &[
        shows("\"We will not sign this,\" the minister told the press.", 0.5),
        shows("The minister told the press that he will not sign.", 0.0),
    ],
    measure: |analysis| {
        let words = analysis.facts.body_words;
        Measurement::over(f64::from(analysis.facts.quoted_words) / f64::from(words.max(1)), words, 100)
    },
};

pub(super) const SPEAKER_LINKED_QUOTE_RATIO: Feature = Feature {
    id: "speaker_linked_quote_ratio",
    noun: Noun::Singular("share of quotations with a known speaker"),
    sub_score: "support",
    tier: Tier::Model,
    unit: "share of full quotations",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Quotations whose speaker the text names or describes.\n\
\n\
**Why it matters.** A quotation without a speaker is not evidence.\n\
\n\
**How it is computed.** Quotations of at least 6 words, titles left out, with a speaker in the same or a neighbouring sentence, over such quotations. Exposure: such quotations; absent without any.\n\
\n\
**Limits.** The link is by position.\n\
\n\
**Source.** Vaucher et al. 2021; Pareti 2016 (PARC3).",
    examples: &[
        shows("\"We will not sign this paper today,\" Jane Doe said.", 1.0),
        absent("Jane Doe read from \"The Long Road to the Old Mill\" at noon."),
        absent("Jane Doe said no."),
    ],
    measure: |analysis| {
        let full = analysis.quotation.full;
        Measurement::over(f64::from(analysis.quotation.linked) / f64::from(full.max(1)), full, 2)
    },
};

pub(super) const QUOTE_INTEGRITY_ERROR_RATE: Feature = Feature {
    id: "quote_integrity_error_rate",
    noun: Noun::Singular("share of paragraphs with broken quotation marks"),
    sub_score: "fluency",
    tier: Tier::Model,
    unit: "share of body paragraphs",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Paragraphs with broken quotation marks.\n\
\n\
**Why it matters.** Where marks are broken, nobody can tell who said what.\n\
\n\
**How it is computed.** Body paragraphs with a double quotation mark that is opened and not closed, or closed and not opened, or with punctuation left between two quotations, over body paragraphs. Exposure: body paragraphs.\n\
\n\
**Limits.** A quotation may go on in a next paragraph that opens with a mark of its own.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows("He said: “We will not sign. That was all he said to us that day.", 1.0),
        shows("He said: “We will not sign.” That was all he said to us.", 0.0),
    ],
    measure: |analysis| {
        let paragraphs = analysis.quotation.paragraphs;
        Measurement::over(f64::from(analysis.quotation.faulty_paragraphs) / f64::from(paragraphs.max(1)), paragraphs, 3)
    },
};

pub(super) const SCARE_QUOTE_RATE: Feature = Feature {
    id: "scare_quote_rate",
    noun: Noun::Plural("quotation marks that quote nobody"),
    sub_score: "",
    tier: Tier::Report,
    unit: "quotations per 1000 body words",
    range: (0.0, 1000.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Quotation marks that quote nobody.\n\
\n\
**Why it matters.** Marks around a word can cast doubt on it without saying why.\n\
\n\
**How it is computed.** 1000 times the quotations of one to three words that no report hands over and no word of naming (called, known as) precedes, over body words; titles and names are left out. Exposure: body words.\n\
\n\
**Limits.** Terms of art and official phrases stand in such marks too: it is shown and not scored.\n\
\n\
**Source.** Recasens et al. 2013 (framing).",
    examples: &[
        shows("The \"safe\" bridge fell into the river on Monday.", 1000.0 / 9.0),
        shows("The bridge, which she called \"safe\", fell on Monday.", 0.0),
    ],
    measure: |analysis| {
        let words = analysis.facts.body_words;
        Measurement::over(1000.0 * f64::from(analysis.quotation.scare) / f64::from(words.max(1)), words, 100)
    },
};

pub(super) const QUOTE_VARIANT_CONFLICT_COUNT: Feature = Feature {
    id: "quote_variant_conflict_count",
    noun: Noun::Plural("statements quoted in two wordings"),
    sub_score: "",
    tier: Tier::Report,
    unit: "count",
    range: (0.0, f64::INFINITY),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "One statement quoted in two wordings.\n\
\n\
**Why it matters.** A quotation is verbatim; two wordings of one statement cannot both be.\n\
\n\
**How it is computed.** Pairs of quotations of one speaker of which the shorter shares at least 0.6 of its words of content, at least 4 of them, with the longer and is no part of it word for word. Exposure: full quotations; absent without any.\n\
\n\
**Limits.** People do repeat themselves; the last 16 quotations are compared.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows(
            "\"We will never sell the old stone mill to strangers,\" Jane Doe said. \"We would never have sold the old stone mill to strangers,\" Doe said.",
            1.0,
        ),
        shows(
            "\"We will never sell the old stone mill to strangers,\" Jane Doe said. They would \"never sell the old stone mill\", Doe said.",
            0.0,
        ),
        absent("Jane Doe said no."),
    ],
    measure: |analysis| Measurement::over(f64::from(analysis.quotation.conflicts), analysis.quotation.full, 2),
};
