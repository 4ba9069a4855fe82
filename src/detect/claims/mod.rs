//! Claims: which sentences state something a reader could check, and what each rests on.
//!
//! Check-worthiness is a sum of cues ([`worthiness`]); support is the strongest step of a ladder from a
//! verbatim quotation to nothing ([`ladder`]); some claims need none ([`exemption`]); and what is left is
//! ranked by how grave it is ([`severity`]).

mod exemption;
mod handover;
mod ladder;
mod severity;
mod signals;
mod survey;
mod tenor;
mod worthiness;

use crate::classify::{Reading, Task, classifier};
use crate::lexicon::CueClass;
use crate::report::{Exemption, Ground, Support, Voice};
use crate::text::{Document, Sentence, Token, word_key};

use super::attribution::Attributions;
use super::facts::{Facts, SentenceFacts};
use super::hedging::Hedging;
use super::margin::Margin;
use super::quotation::Quotation;
use super::repetition::Repetition;
use super::stance::Stance;
use handover::Handover;
use ladder::{Before, Earlier, Rung};
use signals::Signals;
use survey::Survey;
pub use tenor::Tenor;
use worthiness::WORTHY;

/// What claims are read from.
pub struct Given<'g, 'a> {
    pub document: &'g Document<'a>,
    pub facts: &'g Facts,
    pub hedging: &'g Hedging,
    pub attribution: &'g Attributions,
    pub quotation: &'g Quotation,
    pub repetition: &'g Repetition,
    pub stance: &'g Stance,
    pub tenor: Tenor,
    /// One for each sentence: an opinion in the article's own voice.
    pub opinion: &'g [bool],
}

/// The claim a sentence makes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Claim {
    /// 0..1; check-worthy from 0.5.
    pub worthiness: f64,
    /// Present for check-worthy body sentences.
    pub support: Option<Support>,
    /// Present for all body sentences and headlines: the step of the ladder, before exemptions.
    pub ladder: Option<Support>,
    /// Why it is that step.
    pub ground: Option<Ground>,
    /// Why it needs no support of its own.
    pub exemption: Option<Exemption>,
    /// The relation that was considered as support: an index of [`Attributions::all`].
    pub attribution: Option<u32>,
    /// 0..1: how much an editor should mind that it is not, or only weakly, supported.
    pub severity: f64,
}

impl Claim {
    /// Worth checking.
    #[must_use]
    pub fn is_check_worthy(&self) -> bool {
        self.worthiness >= WORTHY
    }
}

/// Claims of the body.
#[derive(Debug, Default)]
pub struct Claims {
    /// One for each sentence.
    pub sentences: Vec<Claim>,
    pub check_worthy: u32,
    /// Sum of the severities of claims without any support.
    pub unsupported: f64,
    /// Claims with weak support only.
    pub weakly_supported: u32,
    /// Claims with a figure, and those of them that rest on something.
    pub with_figures: u32,
    pub figures_supported: u32,
    /// Superlatives of claims without any support, in the article's own voice.
    pub unsupported_superlatives: u32,
    /// Sentences of the article's own voice whose verb interprets, without a source.
    pub interpretive: u32,
}

/// Finds claims and what they rest on.
#[must_use]
pub fn detect(given: &Given<'_, '_>, margin: &mut Margin) -> Claims {
    let document = given.document;
    let mut claims = Claims { sentences: vec![Claim::default(); document.sentences.len()], ..Claims::default() };
    let mut before: Option<Before> = None;
    let mut handover = Handover::default();
    let mut classified = Reading::new(classifier(Task::CheckWorthy), document);
    let mut survey = Survey::default();
    let mut position = 0;
    for (index, sentence) in document.sentences.iter().enumerate() {
        let Some(facts) = given.facts.sentences.get(index) else {
            continue;
        };
        if sentence.boilerplate {
            continue;
        }
        let opinion = given.opinion.get(index).copied().unwrap_or(false);
        let mut signals = signals::read(document, sentence, given.attribution.all_of(index));
        signals.opinion = opinion;
        let worthiness = worthiness::worthiness(&signals, facts, sentence.body, || classified.logit(sentence));
        if facts.first_person && !facts.quoted || signals.opinion {
            handover.end();
        }
        let surveyed = survey.reads(document, sentence);
        let rung = if sentence.body {
            let signed = given.attribution.is_signed(sentence.block);
            ladder::of(
                given,
                index,
                sentence,
                facts,
                &signals,
                &Earlier { before, handover: &handover, signed, surveyed },
            )
        } else if handover.holds_item(sentence, facts) {
            Rung::carried()
        } else {
            // A headline states something, but nobody expects its source in it.
            ladder::of_headline(given, index, sentence)
        };
        let mut claim = Claim {
            worthiness,
            ladder: Some(rung.support),
            ground: Some(rung.ground),
            attribution: rung.attribution,
            ..Claim::default()
        };
        handover.pass(document, given.attribution, index, sentence, facts, rung);
        if sentence.body {
            before = Some(Before { index, rung });
            let context = Context { index, position, sentence, facts, signals: &signals, rung };
            claim.exemption = exemption::of(given, &context, &claims);
            if claim.is_check_worthy() {
                let support = if claim.exemption.is_some() { Support::Background } else { rung.support };
                claim.support = Some(support);
                claim.severity = severity::of(worthiness, severity::of_matter(&signals, facts), support);
                claims.count(document, &context, &claim, margin);
            }
            claims.note_interpretation(given, &context, margin);
            position += 1;
        }
        if let Some(slot) = claims.sentences.get_mut(index) {
            *slot = claim;
        }
    }
    claims
}

/// One body sentence and what was read of it.
struct Context<'c> {
    index: usize,
    /// Its number among the body sentences.
    position: usize,
    sentence: &'c Sentence,
    facts: &'c SentenceFacts,
    signals: &'c Signals,
    rung: Rung,
}

impl Claims {
    fn count(&mut self, document: &Document<'_>, context: &Context<'_>, claim: &Claim, margin: &mut Margin) {
        let Some(support) = claim.support else {
            return;
        };
        self.check_worthy += 1;
        let figure = context.facts.figures > 0;
        self.with_figures += u32::from(figure);
        match support {
            Support::None => self.unsupported += weight(claim.worthiness),
            Support::WeakAnon | Support::WeakBare | Support::WeakWeasel | Support::WeakHedge => {
                self.weakly_supported += 1
            }
            _ => self.figures_supported += u32::from(figure),
        }
        mark(context, claim, support, margin);
        if support == Support::None {
            self.note_superlatives(document, context, margin);
        }
    }

    fn note_superlatives(&mut self, document: &Document<'_>, context: &Context<'_>, margin: &mut Margin) {
        for cue in document.cues_of(context.sentence) {
            // "Before divorcing the first": one of several, and not the first of its kind.
            let named = document.tokens.get(cue.end as usize).is_some_and(Token::counts);
            let ordinal =
                document.tokens.get((cue.end as usize).saturating_sub(1)).is_some_and(|last| last.key == FIRST);
            let utmost = named || !ordinal;
            if cue.class == CueClass::Superlative && utmost && !document.is_quoted(cue.first as usize) {
                self.unsupported_superlatives += 1;
                margin.mark(
                    "superlative_unsupported_count",
                    document.cue_span(cue),
                    Voice::Own,
                    0.3,
                    "Calls something the first, the most or the only one, and does not say who measured it.",
                );
            }
        }
    }

    /// A sentence that says what events mean, and no source that says so.
    fn note_interpretation(&mut self, given: &Given<'_, '_>, context: &Context<'_>, margin: &mut Margin) {
        let stance = given.stance.sentences.get(context.index).copied().unwrap_or_default();
        let interprets = stance.interpretive || stance.significance;
        let unsourced = matches!(context.rung.support, Support::None | Support::WeakHedge);
        if !interprets || !unsourced || context.facts.quoted || context.facts.question {
            return;
        }
        self.interpretive += 1;
        margin.mark(
            "interpretive_claim_ratio",
            context.sentence.span,
            Voice::Own,
            0.4,
            "Says what the events mean, in the article's own voice and without a source.",
        );
    }
}

const FIRST: u64 = word_key("first");

/// How much an unsupported claim counts: a barely check-worthy one three quarters, a certain one wholly.
fn weight(worthiness: f64) -> f64 {
    0.5 + worthiness / 2.0
}

fn mark(context: &Context<'_>, claim: &Claim, support: Support, margin: &mut Margin) {
    let (feature, message) = match support {
        Support::None => {
            ("unsupported_claim_ratio", "A checkable claim, and the text does not say where it comes from.")
        }
        Support::WeakBare => {
            ("weakly_supported_claim_ratio", "A checkable claim that rests on a source nobody could identify.")
        }
        Support::WeakWeasel => {
            ("weakly_supported_claim_ratio", "A checkable claim that rests on nobody in particular.")
        }
        Support::WeakHedge => {
            ("weakly_supported_claim_ratio", "A checkable claim without a source, softened by a hedge.")
        }
        Support::WeakAnon => ("weakly_supported_claim_ratio", "A checkable claim that rests on an unnamed source."),
        _ => return,
    };
    let voice = if context.facts.quoted { Voice::Quoted } else { Voice::Own };
    margin.mark(feature, context.sentence.span, voice, claim.severity, message);
}

#[cfg(test)]
mod tests;
