//! Right of reply: whether somebody who is criticised is heard.

use crate::lexicon::word;
use crate::report::Voice;
use crate::text::{KeySet, Sentence, TokenKind};

use super::super::source;
use super::Attribution;
use super::reader::Reader;

/// Whom the article shows under criticism, and who answers.
#[derive(Debug, Default)]
pub(super) struct Replies {
    criticised: Vec<u64>,
    answered: Vec<u64>,
}

/// More criticised or answering sources than this are not remembered.
const MOST: usize = 64;

impl Replies {
    /// Absent where nobody is criticised; else whether one of the criticised answers.
    pub(super) fn present(&self) -> Option<bool> {
        (!self.criticised.is_empty()).then(|| self.criticised.iter().any(|key| self.answered.contains(key)))
    }
}

impl Reader<'_, '_> {
    /// Learns from one relation who is criticised in it, or who answers.
    pub(super) fn note_reply(&mut self, relation: &Attribution, sentence: &Sentence) {
        if relation.voice != Voice::Own {
            return;
        }
        let tokens = &self.document.tokens;
        let cue = tokens.get(relation.cue.start as usize..relation.cue.end as usize).unwrap_or_default();
        if relation.key_hash != 0 && cue.iter().any(|token| ANSWER.contains(&token.key)) {
            keep(&mut self.replies.answered, relation.key_hash);
        }
        let Some(at) = cue.iter().position(|token| CRITICISE.contains(&token.key)) else {
            return;
        };
        let passive = cue.get(..at).unwrap_or_default().iter().any(source::is_be);
        let end = sentence.tokens().end;
        let target = if passive {
            let before = relation.cue.start as usize;
            source::subject(tokens, source::clause_start(tokens, &sentence.tokens(), before)..before)
        } else {
            source::chunk_at(tokens, relation.cue.end as usize, end)
        };
        let Some(target) = target else {
            return;
        };
        // "criticised the company's plan" criticises the company.
        let owner = (target.first..target.end).find(|&at| {
            tokens.get(at).is_some_and(|token| token.is(crate::text::form::POSSESSIVE) && !token.has(word::STOP))
        });
        let owned = owner.and_then(|at| source::chunk_before_possessive(tokens, target.first, at + 1));
        let key_hash = self.resolve(owned.unwrap_or(target), sentence, false).key_hash;
        let names = tokens.get(target.first).is_some_and(|token| token.kind == TokenKind::Word);
        if key_hash != 0 && names {
            keep(&mut self.replies.criticised, key_hash);
        }
    }
}

fn keep(keys: &mut Vec<u64>, key: u64) {
    if keys.len() < MOST && !keys.contains(&key) {
        keys.push(key);
    }
}

static CRITICISE: KeySet<36> = KeySet::new([
    "accuse",
    "accuses",
    "accused",
    "accusing",
    "criticize",
    "criticizes",
    "criticized",
    "criticizing",
    "criticise",
    "criticises",
    "criticised",
    "criticising",
    "blame",
    "blames",
    "blamed",
    "blaming",
    "condemn",
    "condemns",
    "condemned",
    "condemning",
    "denounce",
    "denounces",
    "denounced",
    "slammed",
    "slams",
    "blasted",
    "blasts",
    "sued",
    "charged",
    "attacked",
    "attacks",
    "rebuked",
    "lambasted",
    "faulted",
    "assailed",
    "castigated",
]);
static ANSWER: KeySet<40> = KeySet::new([
    "deny",
    "denies",
    "denied",
    "denying",
    "reject",
    "rejects",
    "rejected",
    "rejecting",
    "defend",
    "defends",
    "defended",
    "defending",
    "respond",
    "responds",
    "responded",
    "responding",
    "declined",
    "declines",
    "dismissed",
    "dismisses",
    "dismissing",
    "disputed",
    "disputes",
    "disputing",
    "refuted",
    "rebutted",
    "countered",
    "counters",
    "replied",
    "replies",
    "answered",
    "apologised",
    "apologized",
    "insisted",
    "insists",
    "admitted",
    "acknowledged",
    "contested",
    "retorted",
    "refuted",
]);
