//! Stance: certainty, demands, loaded words and opinion in the article's own voice.

use super::{Direction, Feature, Noun, Tier, rate, shows};

pub(super) const BOOSTER_RATE: Feature = Feature {
    id: "booster_rate",
    noun: Noun::Plural("words that state certainty"),
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
**How it is computed.** 100 times the boosters outside quotations and outside what is attributed to somebody, those behind a negation (not always) left out, over the words outside quotations. Exposure: those words.\n\
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
    noun: Noun::Plural("demands in the article's own voice"),
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
**How it is computed.** 100 times the deontic cues (must, should, it is essential) outside quotations, questions and what is attributed to somebody, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** Rules and procedures (must register by, under the law firms must) and inferences (must have left) are left out, so far as their words show it.\n\
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
    noun: Noun::Plural("phrases that presuppose what follows"),
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
**How it is computed.** 100 times the factive frames outside quotations and outside what is attributed to somebody, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** A frame may introduce what nobody disputes.\n\
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
    noun: Noun::Plural("loaded words"),
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
**How it is computed.** 100 times the loaded words outside quotations and outside what is attributed to somebody, a weak one counting half, over the words outside quotations. Exposure: those words.\n\
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
    noun: Noun::Singular("share of sentences of opinion"),
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
**How it is computed.** Body sentences with at least 0.6 points, over body sentences. Points are given outside quotations and outside what is attributed to somebody: a strong loaded word or an insult 1.2, a weak one 1, a word of judgement 1, a demand 1.2, an evaluative adverb or a template of significance 1, a turn of comment, an exclamation or a `we` of the writer 0.8, a booster or slang 0.7, a call upon the reader, an intensifier or an interpretive verb 0.6, `you` 0.5, a question 0.4, an opening But, And or So 0.4, an opening This or That 0.3, an absolute (all, only, even) 0.3. Points are taken for an attribution (0.7), quoted cues (0.6), figures or times (0.5 each), an event (0.3) and names (0.2). At least one word must be a reason in itself. Exposure: body sentences.\n\
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

pub(super) const FIRST_PERSON_RATE: Feature = Feature {
    id: "first_person_rate",
    noun: Noun::Plural("words such as \"I\" and \"we\" in the article's own voice"),
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "pronouns per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "How much the writer steps in.\n\
\n\
**Why it matters.** News is told from outside; `I` and `we` show a column, a diary or a witness.\n\
\n\
**How it is computed.** 100 times the forms of I and we outside quotations, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** First-person reporting is legitimate, and the sign differs between corpora: a sign of genre more than of quality. Numerals (World War I) are left out.\n\
\n\
**Source.** Rashkin et al. 2017; Horne and Adali 2017.",
    examples: &[
        shows("We drove through the flooded town for an hour last night.", 100.0 / 11.0),
        shows("\u{201c}We drove through the town,\u{201d} said Anna Hale, who fought in World War I.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.subjectivity.first_person), 100.0),
};

pub(super) const READER_ADDRESS_RATE: Feature = Feature {
    id: "reader_address_rate",
    noun: Noun::Plural("calls upon the reader"),
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "How much the reader is addressed.\n\
\n\
**Why it matters.** A text that calls on its reader (share this, wake up) wants something other than to inform.\n\
\n\
**How it is computed.** 100 times the forms of you and the calls upon the reader outside quotations, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** Advice, recipes and service pages address the reader by right.\n\
\n\
**Source.** Rashkin et al. 2017; Leite et al. 2025 (call to action).",
    examples: &[
        shows("Pay attention before the bridge is lost for ever now.", 10.0),
        shows("The word of the loss was spread in the town hall.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.subjectivity.reader_address), 100.0),
};

pub(super) const INCIVILITY_RATE: Feature = Feature {
    id: "incivility_rate",
    noun: Noun::Plural("insults"),
    sub_score: "neutrality",
    tier: Tier::Model,
    unit: "cues per 100 own-voice words",
    range: (0.0, 100.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Insults and profanity in the article's own voice.\n\
\n\
**Why it matters.** An insult tells of the writer, not of the matter.\n\
\n\
**How it is computed.** 100 times the insults and swear words outside quotations and outside what is attributed to somebody, over the words outside quotations. Exposure: those words.\n\
\n\
**Limits.** A quoted insult is news and does not count. Insults without a swear word are seldom found.\n\
\n\
**Source.** Leite et al. 2025; Rashkin et al. 2017.",
    examples: &[
        shows("The morons in charge lost the keys of the hall.", 10.0),
        shows("\u{201c}They are morons,\u{201d} said Anna Hale at the town hall.", 0.0),
    ],
    measure: |analysis| rate::per_own_words(analysis, f64::from(analysis.subjectivity.insults), 100.0),
};
