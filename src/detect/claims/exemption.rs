//! Claims that an editor lets stand without a source of their own.

use crate::lexicon::CueClass as C;
use crate::report::{Exemption, Support, Voice};
use crate::text::{Document, KeySet, Sentence, Token, TokenKind, form, word_key};

use super::super::attribution::Attribution;
use super::super::quotation::FULL_QUOTE_WORDS;
use super::super::repetition::{is_content, stems_of};
use super::ladder::is_strong;
use super::{Claims, Context, Given, Tenor, severity};

/// Sentences after a lead in which its source may come.
const SOURCE_FOLLOWS_WITHIN: usize = 2;
/// A lead is this many sentences long at most.
const LEAD: usize = 4;

/// Content words that a lead and its source have in common, at least, and not names alone: the whole story is about the
/// same people.
const SHARED_STEMS: usize = 2;

/// Why the sentence needs no support of its own; nothing if it does.
pub(super) fn of(given: &Given<'_, '_>, context: &Context<'_>, claims: &Claims) -> Option<Exemption> {
    let Context { index, position, sentence, facts, signals, rung } = *context;
    if rung.support != Support::None {
        return None;
    }
    // Somebody else's words, though the marks or the speaker are unclear.
    if facts.quoted {
        return Some(Exemption::Quoted);
    }
    // Said before, with support.
    if let Some(Some(earlier)) = given.repetition.repeats.get(index)
        && let Some(before) = claims.sentences.get(*earlier as usize)
        && (before.ladder.is_some_and(is_strong) || before.exemption.is_some())
    {
        return Some(Exemption::Restatement);
    }
    if signals.own(C::NegatedEvidence) {
        return Some(Exemption::NegatedEvidence);
    }
    // Inverted pyramid: the lead, when the next sentences name who says so.
    if position < LEAD && source_follows(given, index, sentence) {
        return Some(Exemption::Lead);
    }
    if facts.first_person || signals.own(C::SceneColour) && facts.figures == 0 {
        return Some(Exemption::OwnObservation);
    }
    if shows(given.document, sentence) {
        return Some(Exemption::OwnObservation);
    }
    if signals.own(C::FutureSchedule) {
        return Some(Exemption::ScheduledEvent);
    }
    let matter = severity::of_matter(signals, facts);
    if is_published(given.document, context, matter) {
        return Some(Exemption::PublicRecord);
    }
    let plain = if given.tenor == Tenor::Record { severity::GRAVE } else { severity::PLAIN };
    (matter < plain).then_some(Exemption::PublicRecord)
}

/// What a picture or a recording shows, which the reader is told to look at.
fn shows(document: &Document<'_>, sentence: &Sentence) -> bool {
    let tokens = document.tokens_of(sentence);
    tokens.iter().enumerate().any(|(at, token)| {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let preceded = |keys: &KeySet<8>| before.is_some_and(|before| keys.contains(&before.key));
        !token.is(form::QUOTED)
            && (PICTURES.contains(&token.key)
                || SHOTS.contains(&token.key) && preceded(&ONE)
                || CAMERAS.contains(&token.key) && preceded(&ON))
    })
}

/// Prices of a market, votes with their tally, and events held in public: published the day they happen, for everybody to
/// look up.
fn is_published(document: &Document<'_>, context: &Context<'_>, matter: f64) -> bool {
    let Context { sentence, facts, signals, .. } = *context;
    let says = |words: &dyn Fn(&Token) -> bool| {
        document.tokens_of(sentence).iter().any(|token| !token.is(form::QUOTED) && words(token))
    };
    let charged = signals.own(C::Accusation) || signals.own(C::Causal);
    let traded = facts.figures > 0 && !charged && says(&|token| MARKET.contains(&token.key));
    // What an event will bring is on no record yet.
    let happened = facts.event_verb && !signals.modal && !says(&|token| token.key == WILL);
    let held = happened && matter < severity::PUBLIC && says(&|token| OCCASIONS.contains(&token.key));
    let voted = !charged && !signals.modal && signals.own(C::PublicRecord) && has_tally(document, sentence);
    traded || held || voted
}

/// "voted 11 to 6", "a vote of 52-48".
fn has_tally(document: &Document<'_>, sentence: &Sentence) -> bool {
    let tokens = document.tokens_of(sentence);
    let number = |token: Option<&Token>| token.is_some_and(|token| token.kind == TokenKind::Number);
    let parts = |token: &Token| token.key == TO || matches!(token.kind, TokenKind::Dash | TokenKind::Hyphen);
    let in_one = |token: &Token| token.span().slice(document.article.text).is_some_and(|digits| digits.contains('-'));
    let is_tally = |at: usize| {
        let apart = tokens.get(at + 1).is_some_and(parts) && number(tokens.get(at + 2));
        number(tokens.get(at)) && (apart || tokens.get(at).is_some_and(in_one))
    };
    let votes = |token: &Token| !token.is(form::QUOTED) && VOTES.contains(&token.key);
    tokens.iter().enumerate().any(|(at, token)| votes(token) && (at + 1..=at + TALLY_REACH).any(is_tally))
}

/// Words between a vote and its tally: "approved the levy by 11 to 6".
const TALLY_REACH: usize = 12;
const TO: u64 = word_key("to");
static VOTES: KeySet<12> = KeySet::new([
    "voted",
    "vote",
    "votes",
    "approved",
    "approves",
    "passed",
    "rejected",
    "ratified",
    "adopted",
    "ruled",
    "confirmed",
    "defeated",
]);

const WILL: u64 = word_key("will");
static PICTURES: KeySet<10> = KeySet::new([
    "picture",
    "pictures",
    "pictured",
    "photo",
    "photos",
    "photograph",
    "photographs",
    "portraits",
    "footage",
    "selfie",
]);
static SHOTS: KeySet<4> = KeySet::new(["shot", "shots", "snap", "snaps"]);
static ONE: KeySet<8> = KeySet::new(["one", "another", "other", "each", "both", "several", "these", "candid"]);
static CAMERAS: KeySet<3> = KeySet::new(["camera", "video", "youtube"]);
static ON: KeySet<8> = KeySet::new(["on", "to", "the", "this", "in", "a", "her", "his"]);
static MARKET: KeySet<8> = KeySet::new(["trading", "shares", "stock", "stocks", "nasdaq", "bond", "bonds", "index"]);
static OCCASIONS: KeySet<23> = KeySet::new([
    "election",
    "elections",
    "caucus",
    "caucuses",
    "referendum",
    "rally",
    "rallies",
    "convention",
    "summit",
    "hearing",
    "hearings",
    "debate",
    "inauguration",
    "ceremony",
    "parade",
    "premiere",
    "festival",
    "concert",
    "tournament",
    "championship",
    "olympics",
    "conference",
    "funeral",
]);

fn source_follows(given: &Given<'_, '_>, index: usize, sentence: &Sentence) -> bool {
    let next = given.document.body().map(|(at, _)| at).skip_while(|at| *at <= index).take(SOURCE_FOLLOWS_WITHIN);
    next.into_iter().any(|at| {
        let spoken = given.quotation.spoken_words.get(at).copied().unwrap_or(0) >= FULL_QUOTE_WORDS;
        let named = |relation: &Attribution| relation.voice == Voice::Own && relation.is_named();
        (spoken || given.attribution.of(at).iter().any(named)) && shares_matter(given, sentence, at)
    })
}

fn shares_matter(given: &Given<'_, '_>, lead: &Sentence, at: usize) -> bool {
    let Some(second) = given.document.sentences.get(at) else {
        return false;
    };
    let (first, second) = (stems_of(given.document, lead), stems_of(given.document, second));
    let shared = first.iter().filter(|stem| second.binary_search(stem).is_ok()).take(SHARED_STEMS).count();
    let matter =
        |token: &Token| is_content(token) && !token.is(form::CAPITALISED) && second.binary_search(&token.stem).is_ok();
    shared == SHARED_STEMS && given.document.tokens_of(lead).iter().any(matter)
}
