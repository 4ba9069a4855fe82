//! The domain report: what the engine found, in bytes and plain types. The edges turn it into
//! protobuf, JSON or a page for the terminal.

pub(crate) mod assemble;
#[cfg(test)]
pub(crate) mod fixture;
pub mod offsets;
pub mod reason;
pub mod text;
pub mod view;

use std::borrow::Cow;

pub use offsets::OffsetEncoding;
pub use view::{Options, View};

use crate::article::Article;
use crate::features::{Status, in_catalogue};
use crate::text::ByteSpan;

/// Which of the caller's strings a span refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `article.title`
    Title,
    /// `article.text`
    Text,
}

/// A span and the field it lies in. Ordered as evidence is: title first, then by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub field: Field,
    pub span: ByteSpan,
}

impl Place {
    /// The words at the place, or nothing if it is no place of `article`.
    #[must_use]
    pub fn words<'a>(self, article: &Article<'a>) -> Option<&'a str> {
        self.span.slice(match self.field {
            Field::Title => article.title,
            Field::Text => article.text,
        })
    }
}

/// Who speaks: the article itself, or somebody it quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Voice {
    Own,
    Quoted,
}

/// Whether the text can be judged at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Applicability {
    Ok,
    /// Fewer body words or sentences than a rate needs; blank text included.
    TooShort,
    NotEnglish,
    /// Lists, tables, code, one word over and over: no running sentences.
    NotProse,
    /// Plainly another kind of text than a news article: a transcript, a recipe, results, a horoscope, the notice of a
    /// death, a legal text.
    NotNews,
}

/// Why to trust a score less. A caution lowers the confidence by its [factor](Caution::factor) and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caution {
    /// Fewer than [`SHORT_WORDS`] words.
    Short,
    /// A label says so, or the text speaks in the first person and judges throughout.
    OpinionSuspected,
    /// A label, a credit or a notice of the text says so; its style never does.
    SatireSuspected,
    /// A press release, or something paid for.
    PressReleaseSuspected,
    /// The text seems to break off.
    Truncated,
    /// More structural breaks than 99% of the reference articles.
    Garbled,
    /// It lacks three of six habits of news: it has no sources, quotes nobody, says no times, or has much I, you or
    /// opinion.
    OutOfDistribution,
    /// Tags of HTML stand in the text.
    Markup,
    /// The text is written all in capitals or all in small letters.
    Caseless,
}

/// Fewer tags than this may be what a text is about.
pub const MARKUP_TAGS: u32 = 3;

/// A scored text with fewer words than this is short.
pub const SHORT_WORDS: u32 = 150;

impl Caution {
    /// Every caution, in the order of a report.
    pub const ALL: &'static [Caution] = &[
        Caution::Short,
        Caution::OpinionSuspected,
        Caution::SatireSuspected,
        Caution::PressReleaseSuspected,
        Caution::Truncated,
        Caution::Garbled,
        Caution::OutOfDistribution,
        Caution::Markup,
        Caution::Caseless,
    ];

    /// What is left of the confidence. Stated, not fitted: for what is another genre, half or less, since the reference
    /// is news.
    #[must_use]
    pub const fn factor(self) -> f64 {
        match self {
            // The length itself lowers the confidence besides.
            Caution::Short => 0.9,
            Caution::OpinionSuspected | Caution::Garbled | Caution::OutOfDistribution | Caution::Caseless => 0.5,
            Caution::SatireSuspected => 0.3,
            Caution::PressReleaseSuspected => 0.6,
            Caution::Truncated => 0.8,
            // Tags are passed over, but what stood in menus and captions is now text.
            Caution::Markup => 0.9,
        }
    }

    /// One sentence for a reader.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Caution::Short => "The text is short, so that a sentence more or less may change the score.",
            Caution::OpinionSuspected => {
                "It may be an opinion piece, which follows other rules than news: a label or its own voice suggests it."
            }
            Caution::SatireSuspected => {
                "It may be satire, which is not meant to be believed: a label, a credit or a notice suggests it."
            }
            Caution::PressReleaseSuspected => {
                "It may be a press release or sponsored content, written for the one it is about."
            }
            Caution::Truncated => "The text seems to break off, and sources may be in the part that is missing.",
            Caution::Garbled => {
                "The text has more broken sentences than 99% of ordinary news; they may be the fault of the copy."
            }
            Caution::OutOfDistribution => {
                "It is not told as news is: it lacks sources, quotations or times, or is full of \"I\", \"you\" and opinion."
            }
            Caution::Markup => {
                "Tags of HTML stand in the text: they are passed over, but menus and captions may count as its sentences."
            }
            Caution::Caseless => {
                "It is written all in capitals or all in small letters, so that names and sources cannot be told."
            }
        }
    }

    /// Stable name, as `candor evaluate gates` prints it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Caution::Short => "short",
            Caution::OpinionSuspected => "opinion_suspected",
            Caution::SatireSuspected => "satire_suspected",
            Caution::PressReleaseSuspected => "press_release_suspected",
            Caution::Truncated => "truncated",
            Caution::Garbled => "garbled",
            Caution::OutOfDistribution => "out_of_distribution",
            Caution::Markup => "markup",
            Caution::Caseless => "caseless",
        }
    }
}

/// How a checkable sentence is supported, strongest first (the support ladder).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Support {
    /// At least six quoted words with a known speaker.
    Quote,
    /// A named report, study, filing, data set or communique.
    Document,
    /// A person, office or organisation named in the sentence.
    Named,
    /// A link in or right after the sentence.
    Link,
    /// A figure with the place or thing it comes from ("figures from the harbour"), not a named source.
    NumberSource,
    /// The source of the sentence before still speaks.
    Carry,
    /// Unnamed but described ("two officials familiar with the talks").
    WeakAnon,
    /// Unnamed and undescribed ("a source").
    WeakBare,
    /// Nobody in particular ("critics say").
    WeakWeasel,
    /// No source, but the article's own caution on the main verb.
    WeakHedge,
    /// Nothing.
    None,
    /// Exempt: it needs no support of its own, for the reason an [`Exemption`] gives.
    Background,
}

/// Why a sentence stands on its step of the support ladder: what was found, or what was considered and is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ground {
    /// A full quotation with a known speaker.
    Quotes,
    /// A full quotation of somebody without a name.
    QuotesUnnamed,
    /// A document is the source.
    Document,
    /// The source speaks in a document, or the sentence points to one.
    Writing,
    /// A person, office or organisation is the source.
    Names,
    Links,
    /// The source of the sentence before still speaks.
    GoesOn,
    /// A figure with the place or thing it comes from.
    FigureSource,
    /// Unnamed but described.
    Unnamed,
    /// A pronoun or epithet speaks, and the text does not say whose it is.
    Unresolved,
    /// Unnamed and undescribed.
    Undescribed,
    /// Nobody in particular.
    Nobody,
    /// A hedge in the article's own voice.
    Hedged,
    /// A headline.
    Headline,
    /// The only attribution stands inside a quotation.
    InsideQuotation,
    /// The only attribution tells of hearsay ("is expected to").
    Hearsay,
    /// The only attribution reports no statement: a wish, a perception, speech as an event.
    NoReport,
    /// No attribution at all.
    Nothing,
}

impl Ground {
    /// One sentence for a reader.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Ground::Quotes => "Quotes somebody the text names or describes.",
            Ground::QuotesUnnamed => "Quotes somebody the text does not name.",
            Ground::Document => "A document is the source.",
            Ground::Writing => "Points to a document in which it is written.",
            Ground::Names => "Names a person, an office or an organisation as its source.",
            Ground::Links => "Links to its source.",
            Ground::GoesOn => "The source of the sentence before still speaks.",
            Ground::FigureSource => "Says where its figure comes from.",
            Ground::Unnamed => "The source is described and has no name.",
            Ground::Unresolved => "Somebody says it, but the text does not make clear who.",
            Ground::Undescribed => "The source has neither a name nor a description.",
            Ground::Nobody => "Nobody in particular says it.",
            Ground::Hedged => "There is no source; a hedge softens it.",
            Ground::Headline => "A headline: the article is to say who says so.",
            Ground::InsideQuotation => {
                "The only attribution stands inside a quotation, so it is the speaker's, not the article's."
            }
            Ground::Hearsay => "What is expected or rumoured has no source.",
            Ground::NoReport => {
                "The nearest attribution reports no statement: a wish, a perception, or speech as an event."
            }
            Ground::Nothing => "There is no attribution in the sentence, and none that goes on from the one before.",
        }
    }
}

/// Why a claim needs no support of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exemption {
    /// The beginning of the story, whose source the next sentences name.
    Lead,
    /// Said before, with support.
    Restatement,
    /// Plain narration of what is on record: anyone can look it up.
    PublicRecord,
    /// A plan or an appointment, not yet a fact.
    ScheduledEvent,
    /// Somebody's words, though it is unclear whose.
    Quoted,
    /// What the reporter saw.
    OwnObservation,
    /// Says what is not known.
    NegatedEvidence,
}

impl Exemption {
    /// One sentence for a reader.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Exemption::Lead => "Begins the story, and the next sentences name its source.",
            Exemption::Restatement => "Says again what was supported before.",
            Exemption::PublicRecord => "Tells plainly what is on record and can be looked up.",
            Exemption::ScheduledEvent => "Announces a plan or an appointment.",
            Exemption::Quoted => "Gives somebody's words, though it is unclear whose.",
            Exemption::OwnObservation => "Describes what the reporter saw.",
            Exemption::NegatedEvidence => "Says openly what is not known.",
        }
    }
}

/// What kind of source an attribution names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    Person,
    Organisation,
    Document,
    /// Unnamed, with a descriptor of position or knowledge.
    DescribedAnonymous,
    /// Unnamed, no descriptor beyond the noun.
    BareAnonymous,
    /// Nobody in particular: critics, experts, "some".
    Collective,
    /// A pronoun or epithet whose antecedent was not found.
    Unresolved,
}

/// One mark in the margin.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The feature the mark counts for; an id of [`FEATURES`](crate::features::FEATURES).
    pub feature_id: &'static str,
    pub place: Place,
    pub voice: Voice,
    /// 0 (worth knowing, no fault) to 1 (a fault an editor would stop at).
    pub severity: f64,
    /// One sentence for a reader.
    pub message: Cow<'static, str>,
    /// The other place, where a mark is about two: what is repeated, or what repeats it.
    pub related: Option<Place>,
}

/// One feature of one article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureScore {
    /// Place in the [catalogue](crate::features::catalogue).
    pub feature: usize,
    /// The value in the feature's unit; absent where it could not be measured.
    pub value: Option<f64>,
    pub status: Status,
    /// Over how many sentences, tokens or items the value was measured.
    pub exposure: u32,
    /// Where the value lies among the reference articles, 0..1; absent for a gate or a missing value.
    pub percentile: Option<f64>,
    /// What the feature adds to the logit; 0 if the model does not use it. Absent without a score.
    pub contribution: Option<f64>,
}

impl FeatureScore {
    /// The feature's id.
    #[must_use]
    pub fn id(&self) -> &'static str {
        in_catalogue(self.feature).map_or("", |feature| feature.id)
    }
}

/// A summary of the features of one kind, 0..1, higher is better practice.
#[derive(Debug, Clone, PartialEq)]
pub struct SubScore {
    pub id: &'static str,
    /// Absent where none of its features could be measured.
    pub score: Option<f64>,
    pub feature_ids: Vec<&'static str>,
}

/// A named summand of the logit that is not a feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogitTerm {
    pub id: &'static str,
    pub value: f64,
}

/// What the register model makes of how the text is written, whatever it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterReport {
    /// What it adds to the logit: its term there.
    pub contribution: f64,
    /// Where the text lies among the reference articles, 0..1.
    pub percentile: f64,
    /// The patterns of words and masked words that weigh most, strongest first.
    pub strongest: Vec<RegisterPattern>,
}

/// One pattern of the register model.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterPattern {
    /// One or two units: a common word, a mark, or the class or shape of any other word: `said <Name>`.
    pub pattern: String,
    /// What it adds to the logit, as a part of the register's term.
    pub contribution: f64,
}

/// Named ranges of the score; their thresholds live in the model file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Band {
    Low,
    Mixed,
    High,
}

/// The score and what it is made of. Invariant: `score = sigmoid(logit)`, and `terms` and the
/// features' contributions add up to `logit`.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub score: f64,
    /// Ends of the 90% interval.
    pub low: f64,
    pub high: f64,
    pub band: Band,
    pub logit: f64,
    pub terms: Vec<LogitTerm>,
}

/// What an article would gain or lose if one feature stood at the median of the reference articles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counterfactual {
    pub feature_id: &'static str,
    /// Added to the logit, all else being equal; the floor effect included.
    pub logit_change: f64,
}

/// One sentence as the detectors saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SentenceReport {
    pub place: Place,
    pub check_worthy: bool,
    /// 0..1; at least 0.5 is check-worthy.
    pub check_worthiness: f64,
    /// Absent where the sentence is not check-worthy.
    pub support: Option<Support>,
    pub voice: Voice,
    /// Share of content words not seen in the sentences before; absent for the first sentence and boilerplate.
    pub novelty: Option<f64>,
    pub boilerplate: bool,
    /// Why it has that support; present for check-worthy sentences.
    pub ground: Option<Ground>,
    /// Why it needs no support of its own; present where `support` is [`Support::Background`].
    pub exemption: Option<Exemption>,
    /// The attribution that was considered, accepted or not: an index of [`Report::attributions`].
    pub attribution: Option<u32>,
    /// 0..1: how much an editor should mind that it is not, or only weakly, supported.
    pub severity: f64,
}

impl SentenceReport {
    /// Why the sentence has its support, in one sentence for a reader; empty where it is not check-worthy.
    #[must_use]
    pub fn support_reason(&self) -> &'static str {
        match (self.exemption, self.ground) {
            (Some(exemption), _) => exemption.message(),
            (None, Some(ground)) => ground.message(),
            (None, None) => "",
        }
    }
}

/// What is attributed: words and findings, or something that supports no statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Words said or written, or a finding, told as such: it can support a statement.
    Report,
    /// A wish, a plan, an opinion, a feeling: "she wants", "their fear of".
    Attitude,
    /// What somebody sees, hears or learns.
    Perception,
    /// Speech as an event, or speech that did not or need not happen: "was accused of", "refused to say",
    /// "his call for".
    Mention,
    /// What appears or is expected, to nobody in particular: "reportedly", "is expected to".
    Hearsay,
}

/// Who is said to have said what.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributionReport {
    pub source: Vec<Place>,
    pub cue: Vec<Place>,
    pub content: Vec<Place>,
    pub source_kind: SourceKind,
    /// One key for all mentions of a source: a surname, an organisation, an office. Empty if unresolved.
    pub source_key: String,
    /// True if the content holds quoted words.
    pub quoted: bool,
    pub act: Act,
}

/// What made the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub service_version: &'static str,
    pub model_version: String,
    pub feature_set_version: &'static str,
    pub lexicon_version: &'static str,
}

/// Everything Candor has to say of one article.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub applicability: Applicability,
    /// Why there is no score, in one sentence; empty if there is one.
    pub applicability_reason: String,
    /// Absent unless `applicability` is [`Applicability::Ok`].
    pub verdict: Option<Verdict>,
    /// How far the text as received carries the report, 0..1: exposure, intactness and kind, never quality.
    pub confidence: f64,
    /// Why to trust the score less, in the order of [`Caution::ALL`]; empty without a score.
    pub cautions: Vec<Caution>,
    pub sub_scores: Vec<SubScore>,
    /// How the text is written; absent without a score, or in a model without a register.
    pub register: Option<RegisterReport>,
    /// One for each entry of [`FEATURES`](crate::features::FEATURES), in that order; in the full view also one for each of
    /// [`TEXT_STATISTICS`](crate::features::TEXT_STATISTICS) behind them.
    pub features: Vec<FeatureScore>,
    /// Ordered by place.
    pub evidence: Vec<Evidence>,
    pub sentences: Vec<SentenceReport>,
    pub attributions: Vec<AttributionReport>,
    /// What would move the logit most, the greatest first; empty without a score, and in the basic view.
    pub counterfactuals: Vec<Counterfactual>,
    pub provenance: Provenance,
}
