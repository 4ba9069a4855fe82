//! Claims: which sentences state something a reader could check, and what each rests on.
//!
//! Check-worthiness is a sum of cues (after ClaimBuster, Hassan et al. 2017, and Full Fact's
//! practice); support is the strongest step of a ladder from a verbatim quotation to nothing.

use crate::lexicon::{CueClass, word};
use crate::report::{SourceKind, Support, Voice};
use crate::text::{Document, Sentence};

use super::attribution::{Attribution, Attributions, VerbSort};
use super::facts::{Facts, SentenceFacts};
use super::hedging::Hedging;
use super::margin::Margin;
use super::quotation::{FULL_QUOTE_WORDS, Quotation};
use super::repetition::{Repetition, stems_of};

/// What claims are read from.
pub struct Given<'g, 'a> {
    pub document: &'g Document<'a>,
    pub facts: &'g Facts,
    pub hedging: &'g Hedging,
    pub attribution: &'g Attributions,
    pub quotation: &'g Quotation,
    pub repetition: &'g Repetition,
}

/// The claim a sentence makes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Claim {
    /// 0..1; check-worthy from 0.5.
    pub worthiness: f64,
    /// Present for check-worthy body sentences.
    pub support: Option<Support>,
    /// Present for all body sentences: the step of the ladder, before exemptions.
    pub ladder: Option<Support>,
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
}

/// Check-worthy from here; the additive score is halved to reach it at 1.
const WORTHY: f64 = 0.5;

/// Finds claims and what they rest on.
#[must_use]
pub fn detect(given: &Given<'_, '_>, margin: &mut Margin) -> Claims {
    let document = given.document;
    let mut claims = Claims { sentences: vec![Claim::default(); document.sentences.len()], ..Claims::default() };
    let lead = document.body().next().map(|(index, _)| index);
    let mut previous: Option<(usize, Support)> = None;
    for (index, sentence) in document.sentences.iter().enumerate() {
        let Some(facts) = given.facts.sentences.get(index) else {
            continue;
        };
        if sentence.boilerplate {
            continue;
        }
        let score = worthiness(document, sentence, facts);
        // The weights are tenths; so is their sum.
        let worthiness = ((score * 10.0).round() / 20.0).clamp(0.0, 1.0);
        if !sentence.body {
            // A headline states something, but nobody expects its source in it.
            if let Some(slot) = claims.sentences.get_mut(index) {
                slot.worthiness = worthiness;
            }
            continue;
        }
        let ladder = given.support(index, sentence, facts, previous);
        previous = Some((index, ladder));
        let mut claim = Claim { worthiness, support: None, ladder: Some(ladder) };
        if worthiness >= WORTHY {
            let support = given.exempt(index, sentence, facts, ladder, lead, &claims).unwrap_or(ladder);
            claim.support = Some(support);
            claims.count(facts, worthiness, support);
            mark(sentence, facts, worthiness, support, margin);
        }
        if let Some(slot) = claims.sentences.get_mut(index) {
            *slot = claim;
        }
    }
    claims
}

impl Claims {
    fn count(&mut self, facts: &SentenceFacts, worthiness: f64, support: Support) {
        self.check_worthy += 1;
        let figure = facts.figures > 0;
        self.with_figures += u32::from(figure);
        match support {
            Support::None => self.unsupported += weight(worthiness),
            Support::WeakAnon | Support::WeakBare | Support::WeakWeasel | Support::WeakHedge => {
                self.weakly_supported += 1
            }
            _ => self.figures_supported += u32::from(figure),
        }
    }
}

/// How much an unsupported claim counts: a barely check-worthy one three quarters, a certain one wholly.
fn weight(worthiness: f64) -> f64 {
    0.5 + worthiness / 2.0
}

/// The additive score: from 1 on, a sentence is check-worthy.
fn worthiness(document: &Document<'_>, sentence: &Sentence, facts: &SentenceFacts) -> f64 {
    let has = |class| document.cues_of(sentence).iter().any(|cue| cue.class == class);
    let when = |on: bool, points: f64| if on { points } else { 0.0 };
    let mut score = 0.0;
    score += when(facts.figures > 0, 1.0);
    score += when(has(CueClass::Superlative), 0.6);
    score += when(has(CueClass::Causal), 0.6);
    score += when(has(CueClass::Accusation), 0.6);
    score += when(has(CueClass::Trend), 0.5);
    score += when(facts.event_verb, 0.7);
    score += when(facts.names > 0, 0.3);
    score += when(facts.names > 1, 0.3);
    score += when(facts.dates > 0 || facts.times > 0, 0.3);
    score += when(facts.judicial, 0.3);
    score -= when(has(CueClass::FutureSchedule) && !facts.event_verb, 0.5);
    score -= when(has(CueClass::Deontic) || has(CueClass::EvaluativeAdverb), 0.4);
    score -= when(facts.first_person, 0.5);
    score -= when(facts.question, 1.0);
    score -= when(sentence.words < 6, 0.5);
    score
}

impl Given<'_, '_> {
    /// The strongest support of a sentence.
    fn support(
        &self,
        index: usize,
        sentence: &Sentence,
        facts: &SentenceFacts,
        previous: Option<(usize, Support)>,
    ) -> Support {
        let own = self.attribution.of(index);
        let spoken = self.quotation.spoken_words.get(index).copied().unwrap_or(0);
        if spoken >= FULL_QUOTE_WORDS || spoken > 0 && spoken == facts.words {
            return Support::Quote;
        }
        let voiced = || own.iter().filter(|attribution| attribution.voice == Voice::Own);
        let has = |kind: SourceKind| voiced().any(|attribution| attribution.kind == kind);
        if has(SourceKind::Document) {
            return Support::Document;
        }
        if voiced().any(Attribution::is_named) {
            return Support::Named;
        }
        if facts.link {
            return Support::Link;
        }
        if own.is_empty()
            && let Some((before, support)) = previous
            && before + 1 == index
            && self.carries_on(index, sentence, facts, before, support)
        {
            return Support::Carry;
        }
        if own.is_empty() && self.hedging.sentences.get(index).is_some_and(|hedges| hedges.negated_evidence) {
            return Support::Carry;
        }
        // "figures from the harbour": a place or a thing, not somebody who would not be named.
        let framed = || {
            let unnamed = word::ANONYMOUS_NOUN | word::BYSTANDER_NOUN | word::COLLECTIVE_NOUN | word::ROLE_NOUN;
            voiced().filter(|attribution| attribution.verb == VerbSort::Frame).any(|attribution| {
                attribution.source.as_ref().is_some_and(|source| {
                    let words = self.document.tokens.get(source.start as usize..source.end as usize);
                    !words.unwrap_or_default().iter().any(|token| token.has(unnamed))
                })
            })
        };
        if facts.figures > 0 && has(SourceKind::DescribedAnonymous) && framed() {
            return Support::NumberSource;
        }
        if has(SourceKind::DescribedAnonymous) {
            return Support::WeakAnon;
        }
        // A pronoun or epithet that speaks is a source of the story, though we could not say which.
        if has(SourceKind::Unresolved) {
            return Support::WeakAnon;
        }
        if has(SourceKind::BareAnonymous) {
            return Support::WeakBare;
        }
        if has(SourceKind::Collective) {
            return Support::WeakWeasel;
        }
        if self.hedging.sentences.get(index).is_some_and(|hedges| hedges.hedged) {
            return Support::WeakHedge;
        }
        Support::None
    }

    /// The source of the sentence before plainly still speaks: same paragraph, and this sentence goes
    /// on about the same things without a subject of its own.
    fn carries_on(
        &self,
        index: usize,
        sentence: &Sentence,
        facts: &SentenceFacts,
        before: usize,
        support: Support,
    ) -> bool {
        let document = self.document;
        let strong = matches!(
            support,
            Support::Quote | Support::Document | Support::Named | Support::Carry | Support::NumberSource
        );
        let Some(earlier) = document.sentences.get(before) else {
            return false;
        };
        if !strong || earlier.block != sentence.block {
            return false;
        }
        let first = document.tokens_of(sentence).iter().find(|token| token.counts());
        let refers_back = first.is_some_and(|token| token.has(word::PRONOUN_PERSON | word::PRONOUN_OTHER));
        let said_before = self.attribution.covers(before);
        refers_back && (said_before || support == Support::Carry)
            || facts.new_names == 0
                && said_before
                && self.repetition.novelty.get(index).copied().flatten().is_some_and(|novelty| novelty < 0.8)
    }

    /// Claims that need no support of their own.
    fn exempt(
        &self,
        index: usize,
        sentence: &Sentence,
        facts: &SentenceFacts,
        ladder: Support,
        lead: Option<usize>,
        claims: &Claims,
    ) -> Option<Support> {
        if !matches!(ladder, Support::None | Support::WeakHedge) {
            return None;
        }
        let supported = |at: usize| {
            let spoken = self.quotation.spoken_words.get(at).copied().unwrap_or(0) >= FULL_QUOTE_WORDS;
            spoken || self.attribution.of(at).iter().any(|a| a.voice == Voice::Own && a.is_named())
        };
        // Inverted pyramid: the lead, when the next sentences name who says so.
        if lead == Some(index) {
            let next: Vec<usize> =
                self.document.body().map(|(at, _)| at).skip_while(|at| *at <= index).take(2).collect();
            if next.into_iter().any(|at| supported(at) && self.shares_subject(index, at)) {
                return Some(Support::Background);
            }
        }
        // Said before, with support.
        if let Some(Some(earlier)) = self.repetition.repeats.get(index) {
            let before = claims.sentences.get(*earlier as usize).and_then(|claim| claim.support);
            if matches!(
                before,
                Some(Support::Quote | Support::Document | Support::Named | Support::Carry | Support::Background)
            ) {
                return Some(Support::Background);
            }
        }
        // A public event with a date.
        let scheduled = self.document.has_cue(sentence, CueClass::FutureSchedule);
        (scheduled && facts.times > 0).then_some(Support::Background)
    }

    fn shares_subject(&self, a: usize, b: usize) -> bool {
        let (Some(first), Some(second)) = (self.document.sentences.get(a), self.document.sentences.get(b)) else {
            return false;
        };
        let (first, second) = (stems_of(self.document, first), stems_of(self.document, second));
        first.iter().filter(|stem| second.binary_search(stem).is_ok()).count() >= 2
    }
}

fn mark(sentence: &Sentence, facts: &SentenceFacts, worthiness: f64, support: Support, margin: &mut Margin) {
    let (feature, share, message) = match support {
        Support::None => {
            ("unsupported_claim_ratio", 1.0, "A checkable claim, and the text does not say where it comes from.")
        }
        Support::WeakBare => {
            ("weakly_supported_claim_ratio", 0.7, "A checkable claim that rests on a source nobody could identify.")
        }
        Support::WeakWeasel => {
            ("weakly_supported_claim_ratio", 0.6, "A checkable claim that rests on nobody in particular.")
        }
        Support::WeakHedge => {
            ("weakly_supported_claim_ratio", 0.4, "A checkable claim without a source, softened by a hedge.")
        }
        Support::WeakAnon => {
            ("weakly_supported_claim_ratio", 0.3, "A checkable claim that rests on an unnamed source.")
        }
        _ => return,
    };
    let voice = if facts.quoted { Voice::Quoted } else { Voice::Own };
    margin.mark(feature, sentence.span, voice, worthiness * share, message);
}
