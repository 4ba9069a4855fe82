//! The support ladder: the strongest step from a verbatim quotation to nothing, and why it is that one.

use crate::lexicon::{CueClass, word};
use crate::report::{Ground, SourceKind, Support, Voice};
use crate::text::{KeySet, Sentence, Token, TokenKind, form, word_key, word_keys};

use super::super::attribution::{Act, Attribution, VerbSort};
use super::super::facts::SentenceFacts;
use super::super::quotation::FULL_QUOTE_WORDS;
use super::Given;
use super::handover::Handover;
use super::signals::Signals;

/// A step of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rung {
    pub support: Support,
    pub ground: Ground,
    /// The relation that was considered: an index of [`super::Attributions::all`].
    pub attribution: Option<u32>,
}

impl Rung {
    fn new(support: Support, ground: Ground, attribution: Option<u32>) -> Self {
        Rung { support, ground, attribution }
    }

    /// The source of something before goes on speaking.
    pub fn carried() -> Self {
        Rung::new(Support::Carry, Ground::GoesOn, None)
    }

    /// A source that can go on speaking.
    pub fn is_strong(&self) -> bool {
        is_strong(self.support)
    }
}

/// Support that a reader could go to.
pub(super) fn is_strong(support: Support) -> bool {
    matches!(
        support,
        Support::Quote | Support::Document | Support::Named | Support::Link | Support::NumberSource | Support::Carry
    )
}

/// The step below a sentence's, with where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    pub index: usize,
    pub rung: Rung,
}

/// The strongest support of a body sentence, before exemptions.
pub(super) fn of(
    given: &Given<'_, '_>,
    index: usize,
    sentence: &Sentence,
    facts: &SentenceFacts,
    signals: &Signals,
    before: &Earlier<'_>,
) -> Rung {
    let reader = Reader { given, index, sentence, facts, signals };
    reader.read(before)
}

/// What stands before a sentence and may speak on in it.
pub(super) struct Earlier<'e> {
    /// The sentence of the body before.
    pub before: Option<Before>,
    pub handover: &'e Handover,
    /// The sentence is part of a post that somebody signs.
    pub signed: bool,
    /// It tells what a survey found that the text has named.
    pub surveyed: bool,
}

/// What a headline shows of its source: "Mayor: bridge is safe", "Mayor says bridge is safe".
pub(super) fn of_headline(given: &Given<'_, '_>, index: usize, sentence: &Sentence) -> Rung {
    let document = given.document;
    if given.attribution.of(index).iter().any(|relation| relation.voice == Voice::Own && relation.is_named()) {
        return Rung::new(Support::Named, Ground::Headline, None);
    }
    let tokens = document.tokens_of(sentence);
    let says = document.cues_of(sentence).iter().find(|cue| {
        matches!(
            cue.class,
            CueClass::ReportVerb | CueClass::ReportVerbStance | CueClass::ReportVerbJudging | CueClass::ReportFrame
        )
    });
    let colon = tokens.iter().position(|token| token.kind == TokenKind::Colon);
    let named = |tokens: &[Token]| {
        tokens.iter().any(|token| token.has(word::GIVEN_NAME | word::ROLE_NOUN | word::METONYM | word::HONORIFIC))
    };
    let first = sentence.tokens().start;
    let by_verb =
        says.is_some_and(|cue| named(tokens.get(..(cue.first as usize).saturating_sub(first)).unwrap_or_default()));
    let by_colon = colon.is_some_and(|at| named(tokens.get(..at).unwrap_or_default()));
    if by_verb || by_colon {
        Rung::new(Support::Named, Ground::Headline, None)
    } else {
        Rung::new(Support::None, Ground::Headline, None)
    }
}

static CHARGES: KeySet<4> = KeySet::new(["charge", "charges", "charged", "charging"]);
const WITH: u64 = word_key("with");

struct Reader<'r, 'g, 'a> {
    given: &'r Given<'g, 'a>,
    index: usize,
    sentence: &'r Sentence,
    facts: &'r SentenceFacts,
    signals: &'r Signals,
}

impl Reader<'_, '_, '_> {
    fn read(&self, earlier: &Earlier<'_>) -> Rung {
        let before = earlier.before;
        let reports = self.given.attribution.of(self.index);
        let first = self.given.attribution.by_sentence.get(self.index).map_or(0, |own| own.first);
        let place = |at: usize| Some(first + at as u32);
        let find = |wanted: &dyn Fn(&Attribution) -> bool| {
            reports.iter().position(|relation| relation.voice == Voice::Own && wanted(relation))
        };
        let kind = |kind: SourceKind| find(&|relation| relation.kind == kind);
        let named = find(&|relation| {
            (is_person_or_body(relation) || self.is_speech_of_somebody(relation)) && !self.is_deed(relation)
        });
        let found_out = named.is_none() && (self.is_found_out() || self.is_charge());
        let spoken = self.given.quotation.spoken_words.get(self.index).copied().unwrap_or(0);
        if spoken >= FULL_QUOTE_WORDS || spoken > 0 && spoken == self.facts.words {
            // Somebody whom the text does not name says it, however exactly.
            let unnamed = find(&|relation| self.is_unnamed(relation)).filter(|_| named.is_none());
            return match unnamed {
                Some(at) => Rung::new(Support::WeakAnon, Ground::QuotesUnnamed, place(at)),
                None => Rung::new(Support::Quote, Ground::Quotes, named.and_then(place)),
            };
        }
        let document = find(&|relation| relation.kind == SourceKind::Document && !self.is_vague(relation));
        if let Some(at) = named {
            let written = self.is_in_writing();
            let (support, ground) =
                if written { (Support::Document, Ground::Writing) } else { (Support::Named, Ground::Names) };
            return Rung::new(support, ground, place(at));
        }
        if let Some(at) = document {
            return Rung::new(Support::Document, Ground::Document, place(at));
        }
        if found_out {
            return Rung::new(Support::Named, Ground::Names, None);
        }
        if self.facts.link {
            return Rung::new(Support::Link, Ground::Links, None);
        }
        if earlier.surveyed {
            return Rung::carried();
        }
        if earlier.signed || self.is_quoted_from(earlier.handover) {
            return Rung::new(Support::Quote, Ground::Quotes, None);
        }
        if reports.is_empty()
            && let Some(before) = before
            && (before.rung.is_strong() || before.rung.support == Support::WeakAnon)
            && self.carries_on(before)
        {
            // Whoever goes on speaking is no better known than before.
            let support = if before.rung.is_strong() { Support::Carry } else { Support::WeakAnon };
            return Rung::new(support, Ground::GoesOn, before.rung.attribution);
        }
        if reports.is_empty() && earlier.handover.holds_excerpt(self.sentence) {
            return Rung::carried();
        }
        if let Some(at) = kind(SourceKind::DescribedAnonymous) {
            let framed = reports.get(at).is_some_and(|relation| self.is_framed_thing(relation));
            return if self.facts.figures > 0 && framed {
                Rung::new(Support::NumberSource, Ground::FigureSource, place(at))
            } else if reports.get(at).is_some_and(|relation| self.is_hearsay_of_the_press(relation)) {
                Rung::new(Support::WeakBare, Ground::Undescribed, place(at))
            } else {
                Rung::new(Support::WeakAnon, Ground::Unnamed, place(at))
            };
        }
        // A pronoun or epithet that speaks is a source of the story, though we could not say which.
        if let Some(at) = kind(SourceKind::Unresolved) {
            return Rung::new(Support::WeakAnon, Ground::Unresolved, place(at));
        }
        if let Some(at) = kind(SourceKind::BareAnonymous) {
            return Rung::new(Support::WeakBare, Ground::Undescribed, place(at));
        }
        if let Some(at) = find(&|relation| relation.kind == SourceKind::Collective || self.is_vague(relation)) {
            return Rung::new(Support::WeakWeasel, Ground::Nobody, place(at));
        }
        if self.is_in_writing() {
            return Rung::new(Support::Document, Ground::Writing, None);
        }
        if self.is_talk() {
            return Rung::new(Support::WeakBare, Ground::Undescribed, None);
        }
        if self.signals.main_verb_hedged {
            return Rung::new(Support::WeakHedge, Ground::Hedged, None);
        }
        self.nothing(first)
    }

    /// No support; with the relation that looks like it and is none.
    fn nothing(&self, first: u32) -> Rung {
        let all = self.given.attribution.all_of(self.index);
        let considered = all.first().map(|relation| {
            if relation.voice == Voice::Quoted {
                Ground::InsideQuotation
            } else if relation.act == Act::Hearsay {
                Ground::Hearsay
            } else {
                Ground::NoReport
            }
        });
        match considered {
            Some(ground) => Rung::new(Support::None, ground, Some(first)),
            None => Rung::new(Support::None, Ground::Nothing, None),
        }
    }

    fn words_of(&self, relation: &Attribution) -> &[Token] {
        let range = relation.source.clone().unwrap_or(0..0);
        self.given.document.tokens.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// "A Pentagon source", "an official": not "a university spokesman", whom an office answers for.
    fn is_unnamed(&self, relation: &Attribution) -> bool {
        matches!(relation.kind, SourceKind::DescribedAnonymous | SourceKind::BareAnonymous)
            && self.words_of(relation).iter().any(|token| token.has(word::ANONYMOUS_NOUN))
    }

    /// "According to his testimony": the person speaks, not the paper it is written on.
    fn is_speech_of_somebody(&self, relation: &Attribution) -> bool {
        relation.kind == SourceKind::Document
            && self.words_of(relation).iter().any(|token| SPEECH.contains(&token.key))
            && self.words_of(relation).iter().any(|token| token.has(word::PRONOUN_PERSON) || token.is(form::POSSESSIVE))
    }

    /// "Rejected the suit", "offered a buyout", "had their requests denied": what was done by speaking, and not what was
    /// said. Words of the speaker make it a report: "rejected the suit, saying", "ordered that".
    fn is_deed(&self, relation: &Attribution) -> bool {
        let tokens = &self.given.document.tokens;
        let words = tokens.get(relation.cue.start as usize..relation.cue.end as usize).unwrap_or_default();
        let Some(next) = tokens.get(relation.cue.end as usize).filter(|_| !relation.quoted) else {
            return false;
        };
        let verb = |key: u64| words.iter().any(|token| token.key == key);
        let deed = words.iter().any(|token| DEEDS.contains(&token.key))
            // A court that rejects a suit decides; an embassy that rejects claims speaks.
            || self.facts.judicial && words.iter().any(|token| DECISIONS.contains(&token.key))
            // "Denied by the court", "added a wing": other than "denied the theft", "added that".
            || verb(DENIED) && next.key == BY
            || verb(ADDED) && ARTICLES.contains(&next.key);
        deed && next.key != THAT && !next.is(form::QUOTED) && next.kind != TokenKind::Colon
    }

    /// Words of somebody whom the line before names, or who stands before a colon: "She posted a second note: ...".
    fn is_quoted_from(&self, handover: &Handover) -> bool {
        if self.facts.words < self.facts.own_words + FULL_QUOTE_WORDS {
            return false;
        }
        let tokens = self.given.document.tokens_of(self.sentence);
        let own = tokens.iter().position(|token| token.is(form::QUOTED)).unwrap_or(0);
        let lead_in = tokens.get(..own).unwrap_or_default();
        let someone = |token: &Token| token.has(word::PRONOUN_PERSON) || token.is(form::CAPITALISED);
        let introduced = lead_in.iter().rev().take(LEAD_IN).any(|token| token.kind == TokenKind::Colon)
            && lead_in.iter().any(someone);
        let nobody = |relation: &Attribution| {
            matches!(relation.kind, SourceKind::BareAnonymous | SourceKind::DescribedAnonymous | SourceKind::Collective)
        };
        if self.given.attribution.all_of(self.index).iter().any(nobody) {
            return false;
        }
        introduced || !lead_in.iter().any(Token::is_word) && self.facts.quoted && handover.names_speaker(self.sentence)
    }

    /// "Several polls found", "some reports say": documents of nobody in particular.
    fn is_vague(&self, relation: &Attribution) -> bool {
        let words = self.words_of(relation);
        relation.kind == SourceKind::Document
            && words.first().is_some_and(|first| VAGUE.contains(&first.key))
            && !words.iter().any(|token| token.is(form::CAPITALISED) && !token.has(word::DETERMINER))
    }

    /// "According to local news reports": the press at large.
    fn is_hearsay_of_the_press(&self, relation: &Attribution) -> bool {
        let words = self.words_of(relation);
        words.last().is_some_and(|last| PRESS.contains(&last.key))
            && !words.iter().any(|token| token.is(form::CAPITALISED) && !token.has(word::DETERMINER))
    }

    /// "Figures from the harbour": a place or a thing, not somebody who would not be named.
    fn is_framed_thing(&self, relation: &Attribution) -> bool {
        let unnamed = word::ANONYMOUS_NOUN | word::BYSTANDER_NOUN | word::COLLECTIVE_NOUN | word::ROLE_NOUN;
        relation.verb == VerbSort::Frame
            && relation.source.is_some()
            && !self.words_of(relation).iter().any(|token| token.has(unnamed))
    }

    /// "In the filing, the charity admitted", "said in a statement": the article's own words point to a
    /// document, outside what is reported.
    fn is_in_writing(&self) -> bool {
        let document = self.given.document;
        let range = self.sentence.tokens();
        let tokens = document.tokens_of(self.sentence);
        tokens.iter().enumerate().any(|(at, token)| {
            if !WRITTEN.contains(&token.key) || token.is(form::QUOTED) {
                return false;
            }
            let from = at.saturating_sub(PHRASE);
            let before = tokens.get(from..at).unwrap_or_default();
            let preposition = before.iter().rposition(|word| IN_OR_FROM.contains(&word.key));
            let Some(preposition) = preposition else {
                return false;
            };
            let between = before.get(preposition + 1..).unwrap_or_default();
            let phrase = between.iter().all(|word| {
                word.is_word() && !word.has(word::AUXILIARY | word::CONJUNCTION) && !word.has(word::PREPOSITION)
            });
            let held = self.given.attribution.of(self.index).iter().any(|relation| {
                let place = (range.start + at) as u32;
                relation.content.iter().flatten().any(|content| content.start < place && place + 2 < content.end)
                    && from + preposition > 0
            });
            phrase && !between.is_empty() && !held
        })
    }

    /// "Prosecutors charged two men with fraud": whoever brings a charge in public says what it is.
    fn is_charge(&self) -> bool {
        let tokens = &self.given.document.tokens;
        let whole = self.sentence.tokens();
        self.given.attribution.all_of(self.index).iter().any(|relation| {
            let cue = tokens.get(relation.cue.start as usize..relation.cue.end as usize).unwrap_or_default();
            relation.voice == Voice::Own
                && relation.act == Act::Mention
                && relation.is_named()
                && cue.iter().any(|token| CHARGES.contains(&token.key))
                // "charged $9 for parking" brings nothing.
                && tokens
                    .get(relation.cue.end as usize..whole.end)
                    .unwrap_or_default()
                    .iter()
                    .any(|token| token.key == WITH || token.key == THAT)
        })
    }

    /// "The Courier learned that", "the Courier first discovered": what an outlet found out is its report.
    fn is_found_out(&self) -> bool {
        let tokens = &self.given.document.tokens;
        self.given.attribution.all_of(self.index).iter().any(|relation| {
            let cue = tokens.get(relation.cue.start as usize..relation.cue.end as usize).unwrap_or_default();
            relation.voice == Voice::Own
                && relation.act == Act::Perception
                && relation.kind == SourceKind::Organisation
                && self.words_of(relation).iter().any(|token| token.is(form::CAPITALISED))
                && cue.iter().any(|token| FOUND_OUT.contains(&token.key))
        })
    }

    /// "There have been reports that", "amid rumours that", "word is that": talk that nobody is named for, in the article's
    /// own voice.
    fn is_talk(&self) -> bool {
        let tokens = self.given.document.tokens_of(self.sentence);
        self.sentence.shown.may_have(&TALK)
            && tokens.windows(3).any(|three| match three {
                [before, talk, that] => {
                    TALK.contains(&talk.key)
                        && that.key == THAT
                        && !talk.is(form::QUOTED)
                        && !before.has(word::PRONOUN_PERSON)
                        && !before.is(form::POSSESSIVE)
                }
                _ => false,
            })
    }

    /// The source of the sentence before plainly still speaks: same paragraph, and this sentence goes
    /// on about the same things without a subject of its own.
    fn carries_on(&self, before: Before) -> bool {
        let document = self.given.document;
        let Some(earlier) = document.sentences.get(before.index) else {
            return false;
        };
        // "The agency reports:" hands over the paragraph that follows.
        let handed_over = document.tokens_of(earlier).last().is_some_and(|token| token.kind == TokenKind::Colon);
        if handed_over && earlier.block + 1 == self.sentence.block {
            return true;
        }
        // A list of figures rests on what introduces it.
        let item = |sentence: &Sentence| sentence.words <= LIST_ITEM;
        if before.rung.support == Support::Carry && item(earlier) && item(self.sentence) && self.facts.figures > 0 {
            return true;
        }
        let tokens = document.tokens_of(self.sentence);
        let first = tokens.iter().find(|token| token.counts());
        let begins = |keys: &[u64]| first.is_some_and(|token| keys.contains(&token.key));
        if before.index + 1 != self.index {
            return false;
        }
        if earlier.block != self.sentence.block {
            return earlier.block + 1 == self.sentence.block && begins(&IN_DETAIL);
        }
        if self.signals.own(CueClass::NegatedEvidence) {
            return false;
        }
        let carried = before.rung.ground == Ground::GoesOn;
        let said = carried || self.given.attribution.covers(before.index);
        // "These claims": a demonstrative with a noun comments on what was said.
        let comments = tokens.windows(2).find(|pair| matches!(pair, [a, _] if a.counts())).is_some_and(
            |pair| matches!(pair, [this, noun] if DEMONSTRATIVES.contains(&this.key) && !noun.has(word::STOP)),
        );
        // "As well, they ...": what is put first does not change who speaks.
        let after_comma = tokens.iter().take(OPENING).position(|token| token.kind == TokenKind::Comma);
        let main = after_comma.and_then(|comma| tokens.get(comma + 1));
        let pronoun = !comments && first.is_some_and(|token| token.has(word::PRONOUN_PERSON | word::PRONOUN_OTHER))
            || main.is_some_and(|token| token.has(word::PRONOUN_PERSON));
        if pronoun && said && !self.signals.perfect {
            return true;
        }
        let adds = begins(&IN_DETAIL)
            || begins(&ADDING)
            || tokens.iter().take(ALSO_WITHIN).any(|token| token.key == ALSO)
            || self.signals.backshifted && self.facts.new_names == 0;
        let novelty = self.given.repetition.novelty.get(self.index).copied().flatten();
        // What was said is told in the tense of the telling; a present perfect is the writer's own.
        if self.signals.perfect {
            return said && adds && self.facts.new_names == 0;
        }
        said && adds && !self.signals.own(CueClass::PublicRecord)
            || said && self.facts.new_names == 0 && novelty.is_some_and(|novelty| novelty < SAME_MATTER)
    }
}

fn is_person_or_body(relation: &Attribution) -> bool {
    matches!(relation.kind, SourceKind::Person | SourceKind::Organisation)
}

/// Less new than this, and a sentence is about what the one before was about.
const SAME_MATTER: f64 = 0.8;
/// Words of an item of a list, at most.
const LIST_ITEM: u32 = 6;
/// Tokens of an opening phrase and its comma.
const OPENING: usize = 4;
/// Tokens from a colon to the words it introduces: the mark itself and a blank.
const LEAD_IN: usize = 3;
/// "Also" this near the beginning adds to what was said.
const ALSO_WITHIN: usize = 8;
/// Words that a phrase may have from its preposition to its noun.
const PHRASE: usize = 5;

const THAT: u64 = word_key("that");
const BY: u64 = word_key("by");
const DENIED: u64 = word_key("denied");
const ADDED: u64 = word_key("added");
static ARTICLES: KeySet<4> = KeySet::new(["a", "an", "another", "more"]);
static DEMONSTRATIVES: KeySet<5> = KeySet::new(["this", "these", "those", "that", "such"]);
/// What a court does with a suit or a request.
static DECISIONS: KeySet<5> = KeySet::new(["rejected", "rejects", "approved", "granted", "dismissed"]);
/// Verbs of speech that do something: what they hand over is the deed.
static DEEDS: KeySet<18> = KeySet::new([
    "apologized",
    "apologised",
    "apologizes",
    "apologises",
    "offered",
    "offers",
    "instructed",
    "instructs",
    "ordered",
    "orders",
    "discussing",
    "discussed",
    "spoke",
    "speaks",
    "invited",
    "invites",
    "appointed",
    "nominated",
]);

const ALSO: u64 = word_key("also");
const IN_DETAIL: [u64; 3] = word_keys(["specifically", "namely", "particularly"]);
const ADDING: [u64; 5] = word_keys(["also", "additionally", "furthermore", "moreover", "besides"]);
static IN_OR_FROM: KeySet<4> = KeySet::new(["in", "from", "per", "via"]);
static VAGUE: KeySet<7> = KeySet::new(["several", "some", "many", "various", "numerous", "multiple", "other"]);
static FOUND_OUT: KeySet<8> =
    KeySet::new(["learned", "learnt", "discovered", "found", "noticed", "uncovered", "observed", "spotted"]);
static TALK: KeySet<8> =
    KeySet::new(["reports", "rumors", "rumours", "rumor", "rumour", "speculation", "talk", "whispers"]);
static PRESS: KeySet<3> = KeySet::new(["reports", "rumors", "rumours"]);
static SPEECH: KeySet<7> =
    KeySet::new(["testimony", "account", "remarks", "comments", "words", "deposition", "interview"]);
/// Documents in the narrow sense: what a reader could ask for by name.
static WRITTEN: KeySet<34> = KeySet::new([
    "report",
    "study",
    "survey",
    "statement",
    "filing",
    "filings",
    "lawsuit",
    "suit",
    "complaint",
    "indictment",
    "affidavit",
    "memo",
    "memorandum",
    "letter",
    "document",
    "documents",
    "papers",
    "transcript",
    "email",
    "e-mail",
    "emails",
    "ruling",
    "deposition",
    "testimony",
    "audit",
    "book",
    "memoir",
    "invitation",
    "petition",
    "dataset",
    "census",
    "communique",
    "tweet",
    "release",
]);
