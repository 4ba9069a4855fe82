//! Claims that an editor lets stand without a source of their own.

use crate::lexicon::CueClass as C;
use crate::report::{Exemption, Support, Voice};
use crate::text::{Document, Sentence};

use super::super::attribution::Attribution;
use super::super::facts::Facts;
use super::super::quotation::FULL_QUOTE_WORDS;
use super::super::repetition::stems_of;
use super::ladder::is_strong;
use super::{Claims, Context, Given, severity};

/// Sentences after a lead in which its source may come.
const SOURCE_FOLLOWS_WITHIN: usize = 2;
/// A lead is this many sentences long at most.
const LEAD: usize = 4;

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
    if signals.own(C::FutureSchedule) {
        return Some(Exemption::ScheduledEvent);
    }
    let plain = if given.register == Register::Record { severity::GRAVE } else { severity::PLAIN };
    (severity::of_matter(signals, facts) < plain).then_some(Exemption::PublicRecord)
}

/// What an article mainly tells. News of dated public acts may tell the rest of them plainly; gossip, hoaxes and
/// commentary, which state few such acts, may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Register {
    /// Acts of record and dated events.
    Record,
    #[default]
    Other,
}

/// Of record from this share of body sentences with an act of record or a time.
const RECORD_SHARE: f64 = 0.25;

impl Register {
    /// Reads the whole body.
    #[must_use]
    pub fn of(document: &Document<'_>, facts: &Facts) -> Self {
        let record = document.body().filter(|(index, sentence)| {
            facts.sentences.get(*index).is_some_and(|facts| facts.times > 0)
                || document.has_cue(sentence, C::PublicRecord)
        });
        let share = record.count() as f64 / f64::from(facts.body_sentences.max(1));
        if share >= RECORD_SHARE { Register::Record } else { Register::Other }
    }
}

fn source_follows(given: &Given<'_, '_>, index: usize, sentence: &Sentence) -> bool {
    let next = given.document.body().map(|(at, _)| at).skip_while(|at| *at <= index).take(SOURCE_FOLLOWS_WITHIN);
    next.into_iter().any(|at| {
        let spoken = given.quotation.spoken_words.get(at).copied().unwrap_or(0) >= FULL_QUOTE_WORDS;
        let named = |relation: &Attribution| relation.voice == Voice::Own && relation.is_named();
        (spoken || given.attribution.of(at).iter().any(named)) && shares_subject(given, sentence, at)
    })
}

fn shares_subject(given: &Given<'_, '_>, first: &Sentence, at: usize) -> bool {
    let Some(second) = given.document.sentences.get(at) else {
        return false;
    };
    let (first, second) = (stems_of(given.document, first), stems_of(given.document, second));
    first.iter().any(|stem| second.binary_search(stem).is_ok())
}
