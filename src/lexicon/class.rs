//! The classes that word lists are written in. A class is named here once; its words live in `data/`.

/// Declares the word classes as bits and their names in the data files.
macro_rules! word_classes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Word classes: grammar and the nouns that sources are made of. A word may be in several.
        pub mod word {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "positions, never seen")]
            #[repr(u32)]
            enum Position { $($name,)* }
            $($(#[$doc])* pub const $name: u32 = 1 << Position::$name as u32;)*
            /// Every class with its name in the data files.
            pub const ALL: &[(&str, u32)] = &[$(($text, $name),)*];
        }
    };
}

word_classes! {
    /// Function words, which carry no content.
    STOP = "stop",
    PRONOUN_PERSON = "pronoun_person",
    PRONOUN_FIRST = "pronoun_first",
    PRONOUN_SECOND = "pronoun_second",
    PRONOUN_OTHER = "pronoun_other",
    DETERMINER = "determiner",
    PREPOSITION = "preposition",
    CONJUNCTION = "conjunction",
    AUXILIARY = "auxiliary",
    NEGATION = "negation",
    IRREGULAR_PAST = "irregular_past",
    /// Begin a new sentence when capitalised after "U.S." and its like.
    SENTENCE_STARTER = "sentence_starter",
    /// Never end a sentence ("Mr.").
    ABBREVIATION = "abbreviation",
    /// May end one ("Inc.").
    ABBREVIATION_FINAL = "abbreviation_final",
    MONTH = "month",
    WEEKDAY = "weekday",
    NUMBER_WORD = "number_word",
    ORDINAL_WORD = "ordinal_word",
    /// day, month, year: with a number, a span of time.
    TIME_UNIT = "time_unit",
    ANONYMOUS_NOUN = "anonymous_noun",
    /// Ordinary people in a story: residents, parents, passengers.
    BYSTANDER_NOUN = "bystander_noun",
    COLLECTIVE_NOUN = "collective_noun",
    DOCUMENT_NOUN = "document_noun",
    ROLE_NOUN = "role_noun",
    ORGANISATION_NOUN = "organisation_noun",
    /// Places and seats that stand for a government ("Beijing", "the Kremlin").
    METONYM = "metonym",
    NATIONALITY = "nationality",
    HONORIFIC = "honorific",
    GIVEN_NAME = "given_name",
    SECTION_LABEL = "section_label",
    /// Courts and police, where "alleged" is a duty.
    JUDICIAL = "judicial",
}

/// Declares the cue classes and their names in the data files.
macro_rules! cue_classes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What a cue, a word or phrase that a detector looks for, is a sign of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum CueClass { $($(#[$doc])* $name,)* }

        impl CueClass {
            /// Every class with its name in the data files.
            pub const ALL: &'static [(&'static str, CueClass)] = &[$(($text, CueClass::$name),)*];
        }
    };
}

cue_classes! {
    ReportVerb = "report_verb",
    ReportVerbStance = "report_verb_stance",
    ReportVerbJudging = "report_verb_judging",
    ReportVerbPresentational = "report_verb_presentational",
    ReportVerbDocument = "report_verb_document",
    /// Report only where a quotation or a colon adjoins ("he continued: ...").
    ReportVerbQuoting = "report_verb_quoting",
    /// Wish, plan, think, support: what somebody has in mind, whether or not it was said.
    AttitudeVerb = "attitude_verb",
    /// Confident, reluctant: with a form of to be, as attitude verbs.
    AttitudeAdjective = "attitude_adjective",
    /// Plan, support, view: nouns of the same.
    AttitudeNoun = "attitude_noun",
    /// See, learn, notice.
    PerceptionVerb = "perception_verb",
    /// Seem, appear: to nobody in particular.
    AppearanceVerb = "appearance_verb",
    /// Speech told as an event, and bare forms of reporting verbs ("refused to tell").
    MentionVerb = "mention_verb",
    ReportFrame = "report_frame",
    ReportNoun = "report_noun",
    Occasion = "occasion",
    AnonymityReason = "anonymity_reason",
    MetonymPhrase = "metonym_phrase",
    HedgeEpistemic = "hedge_epistemic",
    HedgeDistance = "hedge_distance",
    Hearsay = "hearsay",
    NegatedEvidence = "negated_evidence",
    /// What somebody takes to be so: belief, opinion, expectation, accusation.
    Doxastic = "doxastic",
    Conditional = "conditional",
    /// Questions held open: whether, to see if.
    Investigative = "investigative",
    Approximator = "approximator",
    Weasel = "weasel",
    VagueConcern = "vague_concern",
    Booster = "booster",
    Deontic = "deontic",
    FactiveFrame = "factive_frame",
    Significance = "significance",
    InterpretiveVerb = "interpretive_verb",
    EvaluativeAdverb = "evaluative_adverb",
    LoadedStrong = "loaded_strong",
    LoadedWeak = "loaded_weak",
    Incivility = "incivility",
    /// A mild judgement of good or bad; says little alone.
    Evaluative = "evaluative",
    Intensifier = "intensifier",
    /// A turn by which a writer comments ("in other words", "so much for").
    Commentary = "commentary",
    Colloquial = "colloquial",
    /// Calls upon the reader ("share this", "wake up").
    ReaderAddress = "reader_address",
    Causal = "causal",
    Superlative = "superlative",
    Accusation = "accusation",
    Trend = "trend",
    FutureSchedule = "future_schedule",
    /// Acts that anybody can look up: votes, rulings, appointments, matches.
    PublicRecord = "public_record",
    /// Feelings, wishes, judgements of taste.
    PrivateState = "private_state",
    SceneColour = "scene_colour",
    RelativeTime = "relative_time",
    /// Headlines only: something is announced and withheld.
    ClickbaitTease = "clickbait_tease",
    /// Headlines only: what a numbered list counts.
    ListicleNoun = "listicle_noun",
    /// Headlines only.
    SuperlativeTease = "superlative_tease",
    BoilerplateLine = "boilerplate_line",
    BoilerplateStart = "boilerplate_start",
    CorrectionNotice = "correction_notice",
    /// Phrases that say again, sum up, or put off what a sentence has to say.
    Restatement = "restatement",
    Truncation = "truncation",
    BylineStart = "byline_start",
    /// Collocations in which a listed word has another sense; they swallow the cues inside them.
    Ignore = "ignore",
}

impl CueClass {
    /// The class as a bit of a mask.
    #[must_use]
    pub const fn bit(self) -> u64 {
        1 << self as u8
    }
}
