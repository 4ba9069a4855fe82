//! Check-worthiness: a sum of signs that a sentence states a specific matter of fact.
//!
//! After ClaimBuster (Hassan et al. 2017) and Full Fact's practice: figures, acts of record, changes and
//! extremes speak for it; feelings, advice, questions and scene colour against it. A classifier fitted on
//! debates has a smaller say: it knows words that no list has.

use crate::lexicon::CueClass as C;

use super::super::facts::SentenceFacts;
use super::signals::Signals;

/// Check-worthy from here; the additive score is halved to reach it at 1.
pub(super) const WORTHY: f64 = 0.5;

/// Fewer words than this, outside what says who speaks, state little.
const SHORT: u32 = 6;
const LONG: u32 = 20;

/// 0..1; check-worthy from [`WORTHY`]. `logit` is what the classifier says; it is asked only where its say can change
/// the answer.
pub(super) fn worthiness(signals: &Signals, facts: &SentenceFacts, body: bool, logit: impl FnOnce() -> f64) -> f64 {
    let score = score(signals, facts, body);
    if score - MOST_POINTS >= CERTAIN {
        return 1.0;
    }
    if score + MOST_POINTS <= 0.0 {
        return 0.0;
    }
    // Tenths are as fine as the weights.
    (((score + classified(logit())) * 10.0).round() / (10.0 * CERTAIN)).clamp(0.0, 1.0)
}

/// The sum of points from which a sentence is certainly check-worthy.
const CERTAIN: f64 = 2.0;

/// Points for a unit of the classifier's logit: a third of what a plain sign of a fact has.
const LOGIT_POINTS: f64 = 0.3;
/// Of debate sentences 29% are check-worthy, of news sentences about 60%: the difference of their log odds.
const NEWS_ODDS: f64 = 1.4;
/// The classifier alone neither makes a sentence check-worthy nor keeps one from it.
const MOST_LOGIT: f64 = 3.0;
const MOST_POINTS: f64 = LOGIT_POINTS * MOST_LOGIT;

fn classified(logit: f64) -> f64 {
    (LOGIT_POINTS * (logit + NEWS_ODDS)).clamp(-MOST_POINTS, MOST_POINTS)
}

/// From 1 on, a sentence is check-worthy.
fn score(signals: &Signals, facts: &SentenceFacts, body: bool) -> f64 {
    let happened = signals.past || signals.perfect || signals.past_perfect || signals.passive;
    let table = [
        // What is counted, compared, or the first of its kind.
        (facts.figures > 0, 2.0),
        (signals.has(C::Approximator), 0.5),
        (signals.has(C::Trend), 1.0),
        (signals.has(C::Superlative), 0.6),
        (signals.has(C::Causal), 0.3),
        // What happened, to whom, when.
        (signals.has(C::PublicRecord), 1.0),
        // What was said and where it was said can be found again.
        (signals.has(C::ReportNoun), 0.4),
        // "Reportedly" tells of what is said to be so, not of what may be.
        (signals.distanced, 0.6),
        (signals.has(C::Accusation), 0.3),
        (facts.judicial, 0.3),
        (signals.past, 0.7),
        (signals.perfect || signals.past_perfect, 0.7),
        (signals.passive, 0.2),
        (signals.progressive, 0.2),
        (signals.names > 0, 0.5),
        (signals.names > 1, 0.7),
        (signals.names > 2, 0.2),
        (facts.times > 0, 0.6),
        (signals.words > LONG, 0.3),
        // Somebody is reported to have said it, so somebody can be asked.
        (signals.reported, 1.0),
        // A headline states the news.
        (!body, 0.5),
        // What nobody can check, and what has not happened yet.
        (signals.own(C::HedgeEpistemic) && !happened && facts.figures == 0, -0.6),
        (signals.opinion, -0.7),
        (signals.first_person, -0.7),
        (signals.second_person, -0.7),
        (facts.question, -0.8),
        (signals.has(C::PrivateState), -1.0),
        (signals.has(C::SceneColour), -1.3),
        (signals.has(C::Deontic), -0.7),
        (signals.has(C::Conditional), -0.2),
        (signals.modal, -0.3),
        (signals.words < SHORT && !signals.reported, -1.0),
        (signals.words < SHORT && signals.reported, -0.5),
    ];
    table.iter().filter(|(on, _)| *on).map(|(_, points)| points).sum()
}
