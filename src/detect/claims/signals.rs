//! What a sentence shows of the matter it states: read once, used by every rule about claims.

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{Document, KeySet, Sentence, TokenKind, form, word_key};

use super::super::attribution::{Act, Attribution};
use super::super::facts::is_name;

/// Signs of one sentence. What only says who speaks, the source and its verb, is left out: "Jane Doe said"
/// is no event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signals {
    /// Bits of the cue classes outside what says who speaks; in any voice, and in the article's own.
    cues: u64,
    own_cues: u64,
    /// Names outside the source.
    pub names: u32,
    /// A past form that is no auxiliary.
    pub past: bool,
    /// `has` or `have` with a past form: a change up to now, without a date.
    pub perfect: bool,
    /// `had` with a past form.
    pub past_perfect: bool,
    /// A form of `be` with an -ing form.
    pub progressive: bool,
    /// A form of `be` with a past form.
    pub passive: bool,
    /// `is`, `was` and their like, or another present auxiliary.
    pub copula: bool,
    /// `will`, `would`, `could` and their like.
    pub modal: bool,
    /// "Would", "had closed": what was said, told in the past.
    pub backshifted: bool,
    pub negated: bool,
    /// Begins with "these", "all", "many": sums up or generalises.
    pub sums_up: bool,
    /// A hedge in the article's own voice stands before the first verb or on it.
    pub main_verb_hedged: bool,
    /// "Reportedly", "allegedly" in the article's own voice.
    pub distanced: bool,
    /// `I` or `we`, in a quotation too.
    pub first_person: bool,
    pub second_person: bool,
    /// Somebody is reported to have said something, in the article's own voice.
    pub reported: bool,
    /// An opinion in the article's own voice.
    pub opinion: bool,
    /// Words outside what says who speaks.
    pub words: u32,
}

impl Signals {
    pub fn has(&self, class: CueClass) -> bool {
        self.cues & class.bit() != 0
    }

    /// In the article's own voice.
    pub fn own(&self, class: CueClass) -> bool {
        self.own_cues & class.bit() != 0
    }
}

static BE: KeySet<9> = KeySet::new(["is", "are", "was", "were", "be", "been", "being", "am", "it's"]);
const BEEN: u64 = word_key("been");
static HAVE: KeySet<4> = KeySet::new(["has", "have", "hasn't", "haven't"]);
static HAD: KeySet<2> = KeySet::new(["had", "hadn't"]);
/// Subjects that sum up: "these factors", "all of that", "many".
static SUMMING: KeySet<10> =
    KeySet::new(["this", "these", "those", "that", "that's", "such", "all", "many", "most", "some"]);
/// A hedge is on the main verb if it stands at most so many words after it.
const MAIN_VERB: usize = 2;
static MODAL: KeySet<11> =
    KeySet::new(["will", "would", "could", "should", "shall", "might", "may", "can", "won't", "wouldn't", "couldn't"]);
static BACKSHIFTED: KeySet<2> = KeySet::new(["would", "wouldn't"]);
/// Words that an auxiliary and its verb may have between them.
const BETWEEN: usize = 3;

/// What a word must have of, for any sign to rest on it: most words have nothing.
const TELLING_CLASSES: u32 =
    word::NEGATION | word::PRONOUN_FIRST | word::PRONOUN_SECOND | word::AUXILIARY | word::IRREGULAR_PAST;
const TELLING_FORMS: u16 = form::CAPITALISED | form::ED | form::ING;

/// Reads one sentence.
pub(super) fn read(document: &Document<'_>, sentence: &Sentence, relations: &[Attribution]) -> Signals {
    let own = |relation: &&Attribution| relation.voice == Voice::Own;
    let reported = relations.iter().any(|relation| own(&relation) && relation.act == Act::Report);
    let mut signals = Signals { reported, ..Signals::default() };
    let range = sentence.tokens();
    let mut who = [(0, 0); 2 * MAX_RELATIONS];
    let mut places = 0;
    for relation in relations.iter().filter(own).take(MAX_RELATIONS) {
        for range in [Some(&relation.cue), relation.source.as_ref()].into_iter().flatten() {
            if let Some(place) = who.get_mut(places) {
                *place = (range.start as usize, range.end as usize);
                places += 1;
            }
        }
    }
    let who = who.get(..places).unwrap_or_default();
    let begins = who.iter().map(|(first, _)| *first).min().unwrap_or(0);
    let ends = who.iter().map(|(_, end)| *end).max().unwrap_or(0);
    let says_who =
        |at: usize| (begins..ends).contains(&at) && who.iter().any(|(first, end)| (*first..*end).contains(&at));
    for cue in document.cues_of(sentence) {
        signals.distanced |= cue.class == CueClass::HedgeDistance && !document.is_quoted(cue.first as usize);
        // "will be heard" may be read as somebody's hearing, "have not returned calls" as somebody's silence: a date to come
        // and a want of evidence all the same.
        let stands = matches!(cue.class, CueClass::FutureSchedule | CueClass::NegatedEvidence);
        if says_who(cue.first as usize) && !stands {
            continue;
        }
        signals.cues |= cue.class.bit();
        if !document.is_quoted(cue.first as usize) {
            signals.own_cues |= cue.class.bit();
        }
    }
    let tokens = document.tokens_of(sentence);
    signals.sums_up = tokens.iter().find(|token| token.counts()).is_some_and(|first| SUMMING.contains(&first.key));
    let hedge = document.cues_of(sentence).iter().find(|cue| {
        matches!(cue.class, CueClass::HedgeEpistemic | CueClass::HedgeDistance)
            && !document.is_quoted(cue.first as usize)
    });
    let mut first_verb = None;
    // The auxiliary that still waits for its verb, and how many words ago it stood.
    let (mut auxiliary, mut ago) = (Auxiliary::None, 0);
    let mut name_run = false;
    for (at, token) in tokens.iter().enumerate() {
        if !token.is_word() {
            if token.kind == TokenKind::Comma || token.is_terminal() {
                auxiliary = Auxiliary::None;
            }
            name_run = false;
            signals.words += u32::from(token.counts());
            continue;
        }
        if says_who(range.start + at) {
            auxiliary = Auxiliary::None;
            continue;
        }
        signals.words += 1;
        if !token.has(TELLING_CLASSES) && !token.is(TELLING_FORMS) {
            name_run = false;
            ago += 1;
            continue;
        }
        let name = is_name(tokens, at);
        signals.names += u32::from(name && !name_run);
        name_run = name;
        signals.negated |= token.has(word::NEGATION);
        signals.first_person |= token.has(word::PRONOUN_FIRST) && !token.is(form::ALL_CAPS);
        signals.second_person |= token.has(word::PRONOUN_SECOND);
        if token.has(word::AUXILIARY) {
            first_verb.get_or_insert(at);
            auxiliary = if token.key == BEEN && auxiliary == Auxiliary::Have {
                Auxiliary::HaveBeen
            } else if BE.contains(&token.key) {
                signals.copula = true;
                Auxiliary::Be
            } else if HAVE.contains(&token.key) {
                Auxiliary::Have
            } else if HAD.contains(&token.key) {
                Auxiliary::Had
            } else {
                signals.modal |= MODAL.contains(&token.key);
                signals.backshifted |= BACKSHIFTED.contains(&token.key);
                Auxiliary::None
            };
            ago = 0;
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let lexical_past = (token.has(word::IRREGULAR_PAST) || token.is(form::ED)) && !token.is(form::CAPITALISED);
        let attribute = before.is_some_and(|before| before.has(word::DETERMINER | word::PREPOSITION));
        let waits = ago < BETWEEN && !attribute;
        if lexical_past && !attribute && (at > 0 || token.has(word::IRREGULAR_PAST)) {
            first_verb.get_or_insert(at);
        }
        match auxiliary {
            Auxiliary::Be if waits && token.is(form::ING) => signals.progressive = true,
            Auxiliary::Be if waits && lexical_past => signals.passive = true,
            // "Has been closed": a perfect in the passive.
            Auxiliary::HaveBeen if waits && lexical_past => {
                signals.perfect = true;
                signals.passive = true;
            }
            Auxiliary::HaveBeen if waits && token.is(form::ING) => signals.progressive = true,
            Auxiliary::Have if waits && lexical_past => signals.perfect = true,
            Auxiliary::Had if waits && lexical_past => {
                signals.past_perfect = true;
                signals.backshifted = true;
            }
            _ => signals.past |= lexical_past && !attribute,
        }
        ago += 1;
    }
    signals.main_verb_hedged =
        hedge.is_some_and(|cue| first_verb.is_none_or(|verb| (cue.first as usize) <= range.start + verb + MAIN_VERB));
    signals
}

/// A sentence that reports more often than this is a list; the rest of it says nothing new about who speaks.
const MAX_RELATIONS: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Auxiliary {
    None,
    Be,
    Have,
    HaveBeen,
    Had,
}
