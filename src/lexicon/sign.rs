//! Signs of genre: what a line or a sentence begins with tells what kind of text it stands in. They are no cues,
//! for nothing is counted in a sentence because of them.

/// Declares the signs and their names in the data files.
macro_rules! signs {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What the beginning of a line or a sentence is a sign of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Sign { $($(#[$doc])* $name,)* }

        impl Sign {
            /// Every sign with its name in the data files.
            pub const ALL: &'static [(&'static str, Sign)] = &[$(($text, Sign::$name),)*];
        }
    };
}

signs! {
    /// Labels by which a page files a text; they stand first in a line, alone or before a colon.
    LabelOpinion = "label_opinion",
    LabelPromotion = "label_promotion",
    LabelSatire = "label_satire",
    /// Another genre than news, of which no gate makes anything by the label alone.
    LabelOther = "label_other",
    /// Lines that only a press release has.
    ReleaseLine = "release_line",
    /// Distributors of press releases, in the dateline.
    ReleaseWire = "release_wire",
    /// Publications that call themselves satirical, in the dateline.
    SatireCredit = "satire_credit",
    /// The text says of itself that it is no news.
    SatireNotice = "satire_notice",
    /// The text says of itself that it is a transcript.
    TranscriptNotice = "transcript_notice",
    /// After a number at the beginning of a line.
    RecipeMeasure = "recipe_measure",
    RecipeStep = "recipe_step",
    /// Alone in a line.
    RecipeList = "recipe_list",
    Zodiac = "zodiac",
    /// At a beginning or behind a subject, as are services and lives.
    NoticeSurvivors = "notice_survivors",
    NoticeService = "notice_service",
    NoticeLife = "notice_life",
    LegalClause = "legal_clause",
    /// Anywhere but in a quotation, as are the terms of law.
    LegalDuty = "legal_duty",
    LegalTerm = "legal_term",
}

impl Sign {
    /// The sign as a bit of a mask.
    #[must_use]
    pub const fn bit(self) -> u64 {
        1 << self as u8
    }
}
