//! How grave it is that a claim stands without support.

use crate::lexicon::CueClass as C;
use crate::report::Support;

use super::super::facts::SentenceFacts;
use super::signals::Signals;

/// Matters below this are plain narration or public record, which a reader can look up.
pub(super) const GRAVE: f64 = 1.0;
/// Below this, an act of record is told and nothing else.
pub(super) const PLAIN: f64 = -0.5;
/// Below this, what happened at an event held in public is told as it went.
pub(super) const PUBLIC: f64 = 0.6;
/// What kind of matter the sentence states, apart from who says so: accusations, causes, trends, figures and
/// interpretations weigh; dated acts of record weigh against.
pub(super) fn of_matter(signals: &Signals, facts: &SentenceFacts) -> f64 {
    let table = [
        (signals.own(C::Accusation), 1.0),
        (signals.own(C::Causal), 1.0),
        (signals.own(C::InterpretiveVerb) || signals.own(C::Significance) || signals.own(C::FactiveFrame), 1.0),
        (signals.own(C::Trend), 0.5),
        (signals.own(C::Trend) && signals.progressive, 0.5),
        (signals.own(C::Superlative), 0.3),
        (signals.perfect, 1.0),
        (facts.figures > 0, 0.5),
        // A figure foretold is on no record yet.
        (facts.figures > 0 && signals.modal, 0.5),
        (signals.passive, 0.3),
        (signals.sums_up, 0.5),
        (signals.own(C::LoadedStrong) || signals.own(C::LoadedWeak) || signals.own(C::Booster), 0.5),
        (signals.own(C::PublicRecord), -1.0),
        (facts.times > 0 && signals.past, -0.5),
    ];
    table.iter().filter(|(on, _)| *on).map(|(_, points)| points).sum()
}

/// 0..1: how much a claim with this support should trouble an editor.
pub(super) fn of(worthiness: f64, matter: f64, support: Support) -> f64 {
    let share = match support {
        Support::None => 1.0,
        Support::WeakBare => 0.7,
        Support::WeakWeasel => 0.6,
        Support::WeakHedge => 0.4,
        Support::WeakAnon => 0.3,
        _ => return 0.0,
    };
    let grave = (0.5 + matter / 4.0).clamp(0.5, 1.0);
    (worthiness * share * grave).clamp(0.0, 1.0)
}
