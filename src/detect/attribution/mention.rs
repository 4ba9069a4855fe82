//! What hands something over without reporting it: wishes and plans, perceptions, speech as an event.
//!
//! "She wants", "they saw", "was accused of", "refused to say", "must explain": the same subjects and the
//! same contents as those of reports, under weaker conditions, because nothing rests on them.

use std::ops::Range;

use crate::lexicon::word;
use crate::report::SourceKind;
use crate::text::{Cue, KeySet, Sentence, Token, TokenKind, form, word_key};

use super::super::source::{self, Chunk, Sort};
use super::content::content_end;
use super::reader::{Reader, Resolved};
use super::verbs::{THAT, TO, Verbs};
use super::{Act, Attribution, VerbSort};

/// Nothing follows the verb in its clause.
fn closes(tokens: &[Token], verb_end: usize, end: usize) -> bool {
    tokens.get(verb_end).filter(|_| verb_end < end).is_none_or(|next| !next.is_word() && !next.is(form::DIGIT))
}

/// How a verb stands in its clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Active,
    Passive,
    Infinitive,
    Participle,
}

static OUGHT: KeySet<2> = KeySet::new(["must", "should"]);

impl Reader<'_, '_> {
    /// A verb of mind, or a verb of speech that reports nothing where it stands.
    pub(super) fn mention(
        &self,
        index: usize,
        sentence: &Sentence,
        verbs: &Verbs,
        first_here: usize,
    ) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let (verb, verb_end) = (verbs.first as usize, verbs.end_of_verb(tokens));
        if self.document.is_quoted(verb) || verbs.is_narrow() {
            return None;
        }
        // "The actor appeared on a show": seen, not seeming.
        let place = tokens.get(verb_end).filter(|_| verb_end < range.end);
        if verbs.appearance && place.is_some_and(|next| PLACES.contains(&next.key)) {
            return None;
        }
        let shape = if verbs.adjective { self.is_felt(&range, verb)? } else { self.shape(&range, verb)? };
        // "refused to say", "wants to see": one act, told by its first verb.
        if shape == Shape::Infinitive && self.goes_on_from_cue(verb, first_here) {
            return None;
        }
        // "to support", "to see": a purpose, not yet a mind.
        let speech = verbs.says || verbs.stance || verbs.judging || verbs.presents || verbs.mentions;
        let phase = self.phase_verb(&range, verb);
        if shape == Shape::Infinitive && phase.is_none() && (!speech || verbs.attitude || verbs.perception) {
            return None;
        }
        // "did not answer calls": the verb stands before, and this is its object.
        let back = |by: usize| verb.checked_sub(by).and_then(|at| tokens.get(at));
        if back(1).is_some_and(|before| before.is_word() && !before.has(word::STOP) && !before.is(form::LY))
            && back(2).is_some_and(|before| before.has(word::NEGATION))
        {
            return None;
        }
        let act = match shape {
            Shape::Passive if verbs.attitude || verbs.perception || verbs.appearance => Act::Hearsay,
            _ => verbs.act(),
        };
        let chunk = match shape {
            _ if verbs.appearance => None,
            Shape::Active => {
                Some(self.left_subject(&range, verb, first_here).or_else(|| self.counted_subject(&range, verb))?)
            }
            Shape::Passive => self.agent_of_passive(&range, verb, verb_end),
            Shape::Infinitive | Shape::Participle => match phase {
                Some(phase) => self.phase_subject(&range, phase, first_here),
                None => self
                    .participle_subject(&range, verb, first_here)
                    .or_else(|| self.described(&range, verb).filter(|_| shape == Shape::Participle))
                    .or_else(|| self.sentence_subject(&range, verb))
                    .or_else(|| self.first_subject(&range, verb)),
            },
        };
        // "He said he believes": his own report already hands it over.
        if let Some(chunk) = chunk
            && matches!(chunk.sort, Sort::Pronoun | Sort::It | Sort::Writer)
            && shape == Shape::Active
            && self.is_reported(verb, first_here)
        {
            return None;
        }
        let first = source::before_auxiliaries(tokens, &range, verb);
        let end = content_end(self.document, sentence);
        let cue = self.cue_start(&range, verb)..self.cue_end(&range, verbs, verb_end);
        let after = (end > cue.end as usize).then_some(cue.end..end as u32);
        let subject_of_passive = (shape == Shape::Passive || verbs.appearance)
            .then(|| self.memo.subject(tokens, source::clause_start(tokens, &range, first)..first))
            .flatten()
            .map(|chunk| chunk.first as u32..chunk.end as u32);
        let before = match (subject_of_passive, after.as_ref().filter(|_| !closes(tokens, verb_end, range.end))) {
            (Some(subject), _) => Some(subject),
            // "It will rain, they hope."
            (None, None) if shape == Shape::Active && closes(tokens, verb_end, range.end) => {
                let subject = chunk.map_or(verb, |chunk| chunk.first);
                (subject > range.start + 1 && self.is_clause(range.start, subject))
                    .then_some(range.start as u32..subject as u32)
            }
            _ => None,
        };
        let resolved = match chunk {
            Some(chunk) => self.resolve(chunk, sentence, source::is_described_after(tokens, &chunk, verb)),
            None => Resolved { chunk: None, kind: SourceKind::Unresolved, key: None, key_hash: 0 },
        };
        let mut found = self.relation(index, cue, resolved, [before, after], VerbSort::Neutral);
        found.source = chunk.map(|chunk| self.source_phrase(&range, &chunk, verb, verb_end));
        // "called the ruling a 'huge win'": the name that is given is in the speaker's words.
        let called = shape == Shape::Active && tokens.get(verb).is_some_and(|token| CALLS.contains(&token.key));
        let spoken = found.quoted && called && chunk.is_some_and(|chunk| chunk.sort.speaks());
        found.act = if spoken { Act::Report } else { act };
        Some(found)
    }

    /// "voters | worried about prices", "a man | calling for calm": what stands right before a participle.
    fn described(&self, range: &Range<usize>, verb: usize) -> Option<Chunk> {
        let before = verb.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| self.document.tokens.get(at))?;
        let noun =
            before.is_word() && !before.has(word::STOP | word::PREPOSITION | word::CONJUNCTION) && !before.is(form::LY);
        self.chunk_ending(range, verb).filter(|_| noun)
    }

    /// Inside what an earlier report of the sentence hands over.
    fn is_reported(&self, verb: usize, first_here: usize) -> bool {
        let here = self.found.all.get(first_here..).unwrap_or_default();
        let mut reports = here.iter().filter(|found| found.act == Act::Report);
        reports.any(|report| report.content.iter().flatten().any(|content| content.contains(&(verb as u32))))
    }

    /// "Six in ten want", "another says": a subject that no noun heads.
    pub(super) fn counted_subject(&self, range: &Range<usize>, verb: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let end = source::before_auxiliaries(tokens, range, verb);
        let first = source::clause_start(tokens, range, end);
        let counted = tokens.get(first..end)?.iter().any(|token| {
            token.kind == TokenKind::Number
                || token.has(word::NUMBER_WORD | word::COLLECTIVE_NOUN | word::PRONOUN_OTHER)
        });
        let head = end.checked_sub(1).filter(|head| counted && *head >= first)?;
        Some(Chunk { first, end, head, sort: Sort::Other, definite: false, described: true })
    }

    /// Right after an earlier cue of the sentence: "refused | to say".
    fn goes_on_from_cue(&self, verb: usize, first_here: usize) -> bool {
        let here = self.found.all.get(first_here..).unwrap_or_default();
        here.last().is_some_and(|before| before.cue.end as usize + 1 >= verb)
    }

    /// How the verb stands, if it reads as a verb at all.
    fn shape(&self, range: &Range<usize>, verb: usize) -> Option<Shape> {
        let tokens = &self.document.tokens;
        let token = tokens.get(verb)?;
        let first = source::before_auxiliaries(tokens, range, verb);
        if self.is_counted(range, verb) {
            return None;
        }
        let helpers = tokens.get(first..verb).unwrap_or_default();
        // "The council must reject the plan": what somebody ought to think, by the writer's lights.
        if helpers.iter().any(|helper| OUGHT.contains(&helper.key)) {
            return None;
        }
        let before = first.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        let be = helpers.iter().any(source::is_be);
        let past = token.is(form::ED) || token.has(word::IRREGULAR_PAST);
        if before.is_some_and(|before| before.key == TO) && !past && !token.is(form::ING) {
            return Some(Shape::Infinitive);
        }
        if token.is(form::ING) {
            return Some(if be { Shape::Active } else { Shape::Participle });
        }
        if past {
            // "When asked whether", "Asked why": nobody before it has done it.
            if !be && before.is_none_or(|before| WHEN.contains(&before.key)) {
                return Some(Shape::Passive);
            }
            return Some(if be { Shape::Passive } else { Shape::Active });
        }
        let helped = helpers.iter().any(|helper| helper.has(word::AUXILIARY) && !source::is_be(helper));
        if helped {
            return Some(Shape::Active);
        }
        // "Six in ten think", "48% favor": nouns counted by a number would stand in the plural.
        if OPINES.contains(&token.key)
            && before.is_some_and(|before| {
                before.is(form::DIGIT)
                    || before.kind == TokenKind::Number
                    || before.has(word::NUMBER_WORD)
                    || PERCENT.contains(&before.key)
            })
        {
            return Some(Shape::Active);
        }
        // A bare or an -s form is a verb only after something that can be its subject.
        let before = before?;
        if !before.is_word() {
            let apposed = matches!(before.kind, TokenKind::Comma | TokenKind::Dash | TokenKind::CloseBracket);
            return (apposed && token.is(form::S)).then_some(Shape::Active);
        }
        // "her support": what stands before a plain form is its owner, never its subject.
        if before.is(form::POSSESSIVE) || before.has(word::NUMBER_WORD) || before.key == HER && !token.is(form::S) {
            return None;
        }
        let pronoun =
            before.has(PRONOUN) || before.key == THAT || SINGLE.contains(&before.key) || RELATIVE.contains(&before.key);
        if pronoun || before.has(word::CONJUNCTION) && !before.has(word::PREPOSITION) {
            return Some(Shape::Active);
        }
        if before.has(word::STOP | word::PREPOSITION | word::DETERMINER) && !QUANTIFIER.contains(&before.key) {
            return None;
        }
        let singular = token.is(form::S);
        let plural = before.is(form::S)
            || before.has(word::ANONYMOUS_NOUN | word::COLLECTIVE_NOUN)
            || QUANTIFIER.contains(&before.key);
        let name = before.is(form::CAPITALISED);
        let head = before.has(word::ROLE_NOUN | word::ORGANISATION_NOUN | word::DOCUMENT_NOUN | word::METONYM);
        (if singular { name || head || !before.is(form::S) } else { plural }).then_some(Shape::Active)
    }

    /// "400 pledged seats": a participle between a number and what it counts.
    pub(super) fn is_counted(&self, range: &Range<usize>, verb: usize) -> bool {
        let tokens = &self.document.tokens;
        let number = verb.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        tokens.get(verb).is_some_and(|token| token.is(form::ED))
            && number.is_some_and(|before| before.kind == TokenKind::Number || before.has(word::NUMBER_WORD))
            && tokens.get(verb + 1).is_some_and(|next| verb + 1 < range.end && next.is(form::S))
    }

    /// "is confident", "remains skeptical", "feels less certain": an adjective of mind with its verb; or after its noun,
    /// with what it is about ("voters wary of").
    fn is_felt(&self, range: &Range<usize>, adjective: usize) -> Option<Shape> {
        let tokens = &self.document.tokens;
        let degree = usize::from(source::is_degree_of_state(tokens, range, adjective));
        let first = source::before_auxiliaries(tokens, range, adjective - degree);
        let felt = |token: &Token| source::is_be(token) || source::is_joined(token) || FEEL.contains(&token.key);
        let helped = tokens.get(first..adjective).unwrap_or_default().iter().any(felt);
        let before = first.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        if helped || before.is_some_and(felt) {
            return Some(Shape::Active);
        }
        let complement = tokens.get(adjective + 1).is_some_and(|next| COMPLEMENTS.contains(&next.key));
        let noun = before.is_some_and(|before| {
            before.kind == TokenKind::Comma
                || before.is_word()
                    && !before.has(word::STOP | word::PREPOSITION | word::CONJUNCTION | word::DETERMINER)
                    && !before.is(form::ED)
        });
        (complement && noun && first == adjective).then_some(Shape::Participle)
    }

    /// "declined to comment", "did not respond to a request": who was asked, and said nothing.
    pub(super) fn silence(
        &self,
        index: usize,
        sentence: &Sentence,
        cue: &Cue,
        first_here: usize,
    ) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let asked = tokens.get(cue.first as usize..cue.end as usize).unwrap_or_default();
        if self.document.is_quoted(cue.first as usize) || !asked.iter().any(|token| ANSWER.contains(&token.key)) {
            return None;
        }
        let chunk = self.left_subject(&range, cue.first as usize, first_here)?;
        if !chunk.sort.speaks() && chunk.sort != Sort::Other {
            return None;
        }
        let end = content_end(self.document, sentence) as u32;
        let after = (end > cue.end).then_some(cue.end..end);
        let resolved = self.resolve(chunk, sentence, false);
        let start = self.cue_start(&range, cue.first as usize);
        // "declined | to comment", "did not respond to | a request".
        let declined = asked.first().is_some_and(|token| DECLINE.contains(&token.key));
        let (stop, after) =
            if declined { (cue.first + 1, Some(cue.first + 1..end.max(cue.end))) } else { (cue.end, after) };
        let mut found = self.relation(index, start..stop, resolved, [None, after], VerbSort::Neutral);
        found.source = Some(self.source_phrase(&range, &chunk, cue.first as usize, cue.end as usize));
        found.act = Act::Mention;
        Some(found)
    }
}

const PRONOUN: u32 = word::PRONOUN_PERSON | word::PRONOUN_FIRST | word::PRONOUN_SECOND;
static CALLS: KeySet<8> =
    KeySet::new(["called", "calls", "dubbed", "labeled", "labelled", "branded", "described", "termed"]);
const HER: u64 = word_key("her");
static SINGLE: KeySet<3> = KeySet::new(["it", "another", "one"]);
static RELATIVE: KeySet<2> = KeySet::new(["who", "which"]);
static QUANTIFIER: KeySet<8> = KeySet::new(["many", "some", "most", "few", "others", "several", "all", "both"]);
static FEEL: KeySet<12> = KeySet::new([
    "feel", "feels", "felt", "remain", "remains", "remained", "seem", "seems", "seemed", "grew", "became", "sounded",
]);
static COMPLEMENTS: KeySet<9> = KeySet::new(["that", "to", "about", "of", "by", "in", "with", "at", "over"]);
static OPINES: KeySet<16> = KeySet::new([
    "support", "see", "view", "trust", "say", "think", "believe", "want", "favor", "favour", "oppose", "prefer",
    "agree", "disagree", "expect", "know",
]);
static PERCENT: KeySet<8> =
    KeySet::new(["percent", "%", "two-thirds", "one-third", "three-quarters", "one-quarter", "three-fourths", "half"]);
static ANSWER: KeySet<12> = KeySet::new([
    "declined",
    "declines",
    "refused",
    "respond",
    "responded",
    "comment",
    "answer",
    "return",
    "returned",
    "reply",
    "replied",
    "say",
]);
static PLACES: KeySet<8> = KeySet::new(["on", "at", "in", "before", "alongside", "with", "together", "next"]);
static WHEN: KeySet<5> = KeySet::new(["when", "if", "once", "as", "though"]);
static DECLINE: KeySet<4> = KeySet::new(["declined", "declines", "refused", "refuses"]);
