//! What an article mainly tells, on which it depends what may stand in it without a source.

use crate::detect::facts::Facts;
use crate::lexicon::CueClass as C;
use crate::text::Document;

/// What an article mainly tells. News of dated public acts may tell the rest of them plainly; gossip, hoaxes and
/// commentary, which state few such acts, may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tenor {
    /// Acts of record and dated events.
    Record,
    #[default]
    Other,
}

/// Of record from this share of body sentences with an act of record or a time.
const RECORD_SHARE: f64 = 0.25;
/// From this share of comments on, an article is commentary, whatever it records.
const COMMENTARY_SHARE: f64 = 0.2;

impl Tenor {
    /// Reads the whole body.
    #[must_use]
    pub fn of(document: &Document<'_>, facts: &Facts, opinion: &[bool]) -> Self {
        let (mut records, mut comments) = (0.0, 0.0);
        for (index, sentence) in document.body() {
            let Some(own) = facts.sentences.get(index) else {
                continue;
            };
            let speaks = own.exclamation || own.first_person && !own.quoted;
            if speaks || opinion.get(index).is_some_and(|opinion| *opinion) {
                comments += 1.0;
            }
            if own.times > 0 || document.has_cue(sentence, C::PublicRecord) {
                records += 1.0;
            }
        }
        let all = f64::from(facts.body_sentences.max(1));
        let record = records >= RECORD_SHARE * all && comments < COMMENTARY_SHARE * all;
        if record { Tenor::Record } else { Tenor::Other }
    }
}
