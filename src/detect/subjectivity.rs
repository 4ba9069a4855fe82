//! Subjectivity: loaded words and opinion in the article's own voice.

use crate::lexicon::CueClass;
use crate::report::Voice;
use crate::text::Document;

use super::attribution::Attributions;
use super::facts::Facts;
use super::margin::Margin;
use super::stance::Stance;

/// Subjectivity of the body, in the article's own voice.
#[derive(Debug, Default)]
pub struct Subjectivity {
    /// Loaded words; a weak one counts half.
    pub loaded: f64,
    pub opinion_sentences: u32,
    /// One for each sentence.
    pub opinion: Vec<bool>,
}

/// Finds loaded words and opinion sentences.
#[must_use]
pub fn detect(
    document: &Document<'_>,
    facts: &Facts,
    stance: &Stance,
    attribution: &Attributions,
    margin: &mut Margin,
) -> Subjectivity {
    let mut found = Subjectivity { opinion: vec![false; document.sentences.len()], ..Subjectivity::default() };
    for (index, sentence) in document.body() {
        let mut strong = false;
        let mut weak = 0u32;
        for cue in document.cues_of(sentence) {
            let (weight, severity) = match cue.class {
                CueClass::LoadedStrong | CueClass::Incivility => (1.0, 0.5),
                CueClass::LoadedWeak => (0.5, 0.2),
                _ => continue,
            };
            let ours = !document.is_quoted(cue.first as usize);
            let voice = if ours { Voice::Own } else { Voice::Quoted };
            if ours {
                found.loaded += weight;
                let attributed = attribution.covers_token(cue.first);
                strong |= weight >= 1.0 && !attributed;
                weak += u32::from(weight < 1.0 && !attributed);
            }
            margin.mark(
                "loaded_language_rate",
                document.cue_span(cue),
                voice,
                if ours { severity } else { 0.0 },
                "Judges or stirs instead of describing.",
            );
        }
        let (Some(tone), Some(own)) = (stance.sentences.get(index), facts.sentences.get(index)) else {
            continue;
        };
        let marked = tone.deontic || tone.significance || tone.evaluative || tone.interpretive || strong || weak >= 1;
        // The writer exclaims, asks, or turns to the reader.
        let addressed = own.exclamation || own.question || own.second_person;
        let opinion = marked || addressed || own.first_person && weak > 0;
        if opinion {
            found.opinion_sentences += 1;
            if let Some(slot) = found.opinion.get_mut(index) {
                *slot = true;
            }
            margin.mark(
                "opinion_sentence_ratio",
                sentence.span,
                Voice::Own,
                0.4,
                "An opinion in the article's own voice: nobody is named who holds it.",
            );
        }
    }
    found
}
