//! Nouns that hand something over: "his claim that", "calls for", "the minister's plan to".

use std::ops::Range;

use crate::lexicon::{CueClass, word};
use crate::report::SourceKind;
use crate::text::{Cue, KeySet, Sentence, TokenKind, form, word_key};

use super::super::source;
use super::content::content_end;
use super::reader::{Reader, Resolved};
use super::verbs::TO;
use super::{Act, Attribution, VerbSort};

impl Reader<'_, '_> {
    /// A noun of speech or of mind with what it is about.
    pub(super) fn noun(&self, index: usize, sentence: &Sentence, cue: &Cue, first_here: usize) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let (first, end) = (cue.first as usize, cue.end as usize);
        if self.document.is_quoted(first) {
            return None;
        }
        let next = tokens.get(end).filter(|_| end < range.end)?;
        let owner = self.owner(&range, first);
        let tells = THAT_CLAUSE.contains(&next.key);
        // "faith in", "a swipe at": nouns that take "in" or "at" with what they are about.
        let takes = TAKES.contains(&next.key) && tokens.get(first).is_some_and(|noun| TAKING.contains(&noun.key));
        let aims = AIMS.contains(&next.key) || takes;
        let acts = tokens.get(first).is_some_and(|noun| !TEXTS.contains(&noun.key));
        let mind = cue.class == CueClass::AttitudeNoun;
        // "gave the opinion to Justice Hale": handed to somebody, not about to be done.
        let given = next.key == TO
            && tokens
                .get(end + 1)
                .is_none_or(|token| token.is(form::CAPITALISED) || token.has(word::DETERMINER | word::PRONOUN_PERSON));
        if given {
            return None;
        }
        let light = owner.is_none().then(|| self.light_verb(&range, first)).flatten();
        if mind && FROM.contains(&next.key) {
            return self.received(index, sentence, cue, light);
        }
        if !(tells || aims && (mind || acts && (owner.is_some() || light.is_some()))) {
            return None;
        }
        let limit = content_end(self.document, sentence);
        // What a noun is about ends with its clause.
        let stop = (end + 1..limit)
            .find(|&at| tokens.get(at).is_some_and(|token| matches!(token.kind, TokenKind::Comma | TokenKind::Dash)))
            .unwrap_or(limit);
        // "calls for | an inquiry": what joins the noun to its matter is part of the cue.
        let end = if (aims || next.key == ABOUT) && next.key != TO { end + 1 } else { end };
        let content = (stop > end).then_some(end as u32..stop as u32);
        let owner = owner.and_then(|owner| {
            source::chunk_at(tokens, owner.start, owner.end).or_else(|| source::pronoun(tokens, owner.start))
        });
        // "raised | questions about": the subject of the verb has the questions.
        let owner = owner.or_else(|| self.phase_subject(&range, light?, first_here));
        let owner = owner.or_else(|| self.sentence_subject(&range, first).filter(|_| mind));
        let start = light.map_or(cue.first, |light| self.cue_start(&range, light));
        let resolved = match owner {
            Some(chunk) => self.resolve(chunk, sentence, false),
            None => Resolved { chunk: None, kind: SourceKind::Unresolved, key: None, key_hash: 0 },
        };
        let mut found = self.relation(index, start..end as u32, resolved, [None, content], VerbSort::Frame);
        found.act = if mind { Act::Attitude } else { Act::Mention };
        Some(found)
    }

    /// "drew criticism | from rivals", "support | among nurses": whose it is follows, and what it is about stands before.
    fn received(&self, index: usize, sentence: &Sentence, cue: &Cue, light: Option<usize>) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let chunk = source::chunk_at(tokens, cue.end as usize + 1, range.end)?;
        let first = light?;
        let start = self.cue_start(&range, first) as usize;
        let about = source::subject(tokens, source::clause_start(tokens, &range, start)..start)?;
        let content = Some(about.first as u32..about.end as u32);
        let resolved = self.resolve(chunk, sentence, false);
        let mut found = self.relation(index, start as u32..cue.end, resolved, [content, None], VerbSort::Frame);
        found.source = Some(chunk.first as u32..self.phrase_end(&chunk, range.end) as u32);
        found.act = Act::Attitude;
        Some(found)
    }

    /// "made a | promise", "raised serious | questions": a verb that means little but that the noun is done.
    fn light_verb(&self, range: &Range<usize>, noun: usize) -> Option<usize> {
        let tokens = &self.document.tokens;
        for by in 1..=LONGEST_GAP {
            let at = noun.checked_sub(by).filter(|at| *at >= range.start)?;
            let token = tokens.get(at).filter(|token| token.is_word())?;
            if LIGHT.contains(&token.key) {
                return Some(at);
            }
            if token.has(word::PREPOSITION | word::CONJUNCTION | word::PRONOUN_PERSON) {
                return None;
            }
        }
        None
    }

    /// Whose it is: "the minister's", "their", up to three words before.
    fn owner(&self, range: &Range<usize>, noun: usize) -> Option<Range<usize>> {
        let tokens = &self.document.tokens;
        let mut at = noun;
        for _ in 0..4 {
            at = at.checked_sub(1).filter(|at| *at >= range.start)?;
            let token = tokens.get(at)?;
            if !token.is_word() && token.kind != TokenKind::Number {
                return None;
            }
            if OWNERS.contains(&token.key) {
                return Some(at..at + 1);
            }
            if token.is(form::POSSESSIVE) && !token.has(word::PRONOUN_PERSON | word::PRONOUN_OTHER) {
                let mut first = at;
                while first > range.start
                    && tokens.get(first - 1).is_some_and(|before| {
                        before.is_word()
                            && (before.is(form::CAPITALISED)
                                && token.is(form::CAPITALISED)
                                && !before.has(word::PREPOSITION)
                                || before.has(word::DETERMINER))
                    })
                {
                    first -= 1;
                }
                return Some(first..at + 1);
            }
            if token.has(word::PREPOSITION | word::AUXILIARY | word::CONJUNCTION) {
                return None;
            }
        }
        None
    }
}

static THAT_CLAUSE: KeySet<4> = KeySet::new(["that", "about", "whether", "regarding"]);
static AIMS: KeySet<8> = KeySet::new(["to", "for", "of", "on", "against", "over", "toward", "towards"]);
/// Nouns of what was said whole, rather than of one thing that was said.
static TEXTS: KeySet<27> = KeySet::new([
    "remark",
    "remarks",
    "speech",
    "speeches",
    "address",
    "comment",
    "comments",
    "interview",
    "interviews",
    "report",
    "reports",
    "statement",
    "statements",
    "response",
    "responses",
    "account",
    "accounts",
    "briefing",
    "briefings",
    "tweet",
    "tweets",
    "testimony",
    "testimonies",
    "message",
    "messages",
    "answer",
    "reply",
]);
static TAKES: KeySet<2> = KeySet::new(["in", "at"]);
static TAKING: KeySet<9> =
    KeySet::new(["faith", "confidence", "belief", "swipe", "swipes", "jab", "jabs", "anger", "shots"]);
static FROM: KeySet<2> = KeySet::new(["from", "among"]);
/// From a light verb to its noun.
const LONGEST_GAP: usize = 4;
static LIGHT: KeySet<46> = KeySet::new([
    "make",
    "makes",
    "made",
    "making",
    "give",
    "gives",
    "gave",
    "giving",
    "raise",
    "raises",
    "raised",
    "raising",
    "express",
    "expresses",
    "expressed",
    "expressing",
    "voice",
    "voiced",
    "voicing",
    "issue",
    "issues",
    "issued",
    "issuing",
    "deliver",
    "delivers",
    "delivered",
    "delivering",
    "draw",
    "draws",
    "drew",
    "drawn",
    "drawing",
    "face",
    "faces",
    "faced",
    "facing",
    "win",
    "wins",
    "won",
    "winning",
    "receive",
    "receives",
    "received",
    "receiving",
    "offered",
    "offering",
]);
const ABOUT: u64 = word_key("about");
static OWNERS: KeySet<4> = KeySet::new(["his", "her", "their", "its"]);
