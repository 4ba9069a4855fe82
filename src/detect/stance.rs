//! Stance: certainty, demands and significance in the article's own voice.

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{Document, Token, word_keys};

use super::attribution::Attributions;
use super::margin::Margin;

/// Stance cues of the body. Counts are of the article's own voice.
#[derive(Debug, Default)]
pub struct Stance {
    pub boosters: u32,
    /// must, should, "it is essential", outside what is attributed to somebody.
    pub deontic: u32,
    pub factive_frames: u32,
    /// "serves as a reminder", "pivotal moment".
    pub significance: u32,
    /// Sentences that name an unnamed collective's feelings.
    pub vague_sentences: u32,
    /// One for each sentence.
    pub sentences: Vec<SentenceStance>,
}

/// The stance of one sentence, in the article's own voice and outside what it attributes to others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentenceStance {
    pub deontic: bool,
    pub significance: bool,
    pub interpretive: bool,
    pub evaluative: bool,
    pub vague: bool,
}

/// Finds stance cues.
#[must_use]
pub fn detect(document: &Document<'_>, attribution: &Attributions, margin: &mut Margin) -> Stance {
    let mut stance =
        Stance { sentences: vec![SentenceStance::default(); document.sentences.len()], ..Stance::default() };
    for (index, sentence) in document.body() {
        let Some(mut own) = stance.sentences.get(index).copied() else {
            continue;
        };
        for cue in document.cues_of(sentence) {
            let voice = if document.is_quoted(cue.first as usize) { Voice::Quoted } else { Voice::Own };
            let ours = voice == Voice::Own;
            let span = document.cue_span(cue);
            let attributed = attribution.covers_token(cue.first);
            let rated = |severity: f64| if ours { severity } else { 0.0 };
            match cue.class {
                CueClass::Booster => {
                    stance.boosters += u32::from(ours);
                    margin.mark("booster_rate", span, voice, rated(0.2), "States certainty instead of showing it.");
                }
                CueClass::Deontic if !is_procedural(document, cue.end as usize) => {
                    let counts = ours && !attributed;
                    stance.deontic += u32::from(counts);
                    own.deontic |= counts;
                    if !ours || counts {
                        margin.mark("deontic_own_voice_rate", span, voice, rated(0.5), "Says what ought to be done.");
                    }
                }
                CueClass::FactiveFrame => {
                    stance.factive_frames += u32::from(ours);
                    margin.mark(
                        "factive_frame_rate",
                        span,
                        voice,
                        rated(0.3),
                        "Presupposes that what follows is true.",
                    );
                }
                CueClass::Significance => {
                    stance.significance += u32::from(ours);
                    own.significance |= ours && !attributed;
                    margin.mark(
                        "significance_template_rate",
                        span,
                        voice,
                        rated(0.4),
                        "Declares significance without saying who sees it.",
                    );
                }
                CueClass::InterpretiveVerb => own.interpretive |= ours && !attributed,
                CueClass::EvaluativeAdverb => own.evaluative |= ours && !attributed,
                CueClass::VagueConcern
                    if ours && !has_person_subject(document, sentence.tokens().start, cue.first as usize) =>
                {
                    own.vague = true;
                    margin.mark("vague_collective_rate", span, voice, 0.4, "Nobody in particular feels or does this.");
                }
                _ => {}
            }
        }
        stance.vague_sentences += u32::from(own.vague);
        if let Some(slot) = stance.sentences.get_mut(index) {
            *slot = own;
        }
    }
    stance
}

/// "must register by", "must be submitted": a rule with a procedure, not a demand.
fn is_procedural(document: &Document<'_>, after: usize) -> bool {
    document.tokens.get(after).is_some_and(|next| PROCEDURES.contains(&next.key))
}

const PROCEDURES: [u64; 12] = word_keys([
    "register", "apply", "submit", "file", "pay", "call", "contact", "visit", "wear", "bring", "email", "rsvp",
]);

/// "He also raised concerns": somebody in particular does.
fn has_person_subject(document: &Document<'_>, start: usize, cue: usize) -> bool {
    let before = document.tokens.get(cue.saturating_sub(3).max(start)..cue).unwrap_or_default();
    before.iter().any(|token: &Token| token.has(word::PRONOUN_PERSON | word::GIVEN_NAME | word::HONORIFIC))
}
