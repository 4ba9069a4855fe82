//! What stands with a verb and decides whether it reports: "found that" and "found a purse", "added that" and "added a
//! wing", "pointed to it as proof" and "pointed to the door".

use std::ops::Range;

use crate::lexicon::word;
use crate::text::{KeySet, TokenKind, form, word_key};

use super::super::source::{self, Chunk, Sort};
use super::reader::Reader;
use super::verbs::THAT;

impl Reader<'_, '_> {
    /// "added the extra week": "add" with a thing, and no clause or quotation that was said.
    pub(super) fn adds_things(&self, verb: usize, verb_end: usize, range: &Range<usize>) -> bool {
        let tokens = &self.document.tokens;
        // "added 300 jobs": a number counts what was added.
        let counts = tokens.get(verb_end).is_some_and(|next| next.kind == TokenKind::Number && verb_end < range.end);
        let said = !counts && self.introduces_content(verb_end, range);
        if said || !tokens.get(verb).is_some_and(|token| ADDS.contains(&token.key)) {
            return false;
        }
        // "by adding homes": how something was done.
        if verb.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|before| before.key == BY) {
            return true;
        }
        // "added he was glad", "added the bridge would open": a clause has a verb of its own.
        let rest = tokens.get(verb_end..range.end.min(verb_end + CLAUSE_OF_ADD)).unwrap_or_default();
        let clause = rest.iter().take_while(|token| token.is_word() || token.kind == TokenKind::Number);
        !clause.into_iter().any(|token| {
            token.has(word::AUXILIARY | word::PRONOUN_PERSON | word::PRONOUN_FIRST) || token.is(form::QUOTED)
        })
    }

    /// "calm when asked", "if told": a participle whose subject is told what the clause before says.
    pub(super) fn is_asked_when(&self, range: &Range<usize>, verb: usize) -> bool {
        let tokens = &self.document.tokens;
        let before = verb.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        tokens.get(verb).is_some_and(|token| token.is(form::ED) || token.has(word::IRREGULAR_PAST))
            && before.is_some_and(|before| WHEN.contains(&before.key))
    }

    /// "63 percent said": some of those who were asked in a survey, which is the source.
    pub(super) fn is_share(&self, source: &Range<u32>) -> bool {
        let words = self.document.tokens.get(source.start as usize..source.end as usize).unwrap_or_default();
        words.iter().any(|token| token.kind == TokenKind::Percent || SHARES.contains(&token.key))
            // "voters in the poll".
            || words.windows(2).any(|two| matches!(two, [the, poll] if the.has(word::DETERMINER) && ASKED_IN.contains(&poll.key)))
            || words.windows(3).any(source::is_out_of)
    }

    /// "An analysis of the funds that ..., shows": what a paper shows may stand far behind it.
    pub(super) fn paper(&self, range: &Range<usize>, verb: usize) -> Option<Chunk> {
        if verb > range.start + LONGEST_OBJECT {
            return None;
        }
        self.first_subject(range, verb).filter(|chunk| chunk.sort == Sort::Document && chunk.end < verb)
    }

    /// "pointed to the ruling as proof": holds something up as what it is said to be.
    pub(super) fn points_to(&self, verb: usize, verb_end: usize, range: &Range<usize>) -> bool {
        let tokens = &self.document.tokens;
        let points = tokens.get(verb).is_some_and(|token| POINTS.contains(&token.key));
        let rest = tokens.get(verb_end..range.end.min(verb_end + LONGEST_OBJECT)).unwrap_or_default();
        points && rest.iter().take_while(|token| token.is_word()).any(|token| token.key == AS)
    }

    /// "agreed with her that": the opinion is told, and not only shared.
    pub(super) fn agrees_that(&self, verb: usize, range: &Range<usize>) -> bool {
        let tokens = &self.document.tokens;
        let with = tokens.get(verb + 1).is_some_and(|with| verb + 1 < range.end && with.key == WITH);
        let rest = tokens.get(verb..range.end.min(verb + LONGEST_PARTNER)).unwrap_or_default();
        with && AGREES.contains(&tokens.get(verb).map_or(0, |token| token.key))
            && rest.iter().take_while(|token| token.is_word()).any(|token| token.key == THAT)
    }

    /// "found that": told as a finding, and not as a lost thing.
    pub(super) fn finds_that(&self, verb: usize, verb_end: usize, range: &Range<usize>) -> bool {
        let key = |at: usize| self.document.tokens.get(at).filter(|_| at < range.end).map_or(0, |token| token.key);
        FINDS.contains(&key(verb)) && (key(verb_end) == THAT || key(verb_end - 1) == THAT)
    }

    /// Those whose work is to find out; a pronoun that stands for them.
    pub(super) fn is_researcher(&self, chunk: &Chunk) -> bool {
        let tokens = &self.document.tokens;
        let known = self.known.group.filter(|_| chunk.sort == Sort::Pronoun);
        let words = known.map_or(chunk.first..chunk.end, |group| group.first as usize..group.end as usize);
        tokens.get(words).unwrap_or_default().iter().any(|token| RESEARCHERS.contains(&token.key))
    }

    /// prove, show: what papers do, and people by what they do.
    pub(super) fn shows(&self, verb: usize) -> bool {
        self.document.tokens.get(verb).is_some_and(|token| SHOWS.contains(&token.key))
    }
}

static WHEN: KeySet<4> = KeySet::new(["when", "if", "once", "though"]);
static SHARES: KeySet<6> = KeySet::new(["percent", "percentage", "majority", "two-thirds", "one-third", "half"]);
static ASKED_IN: KeySet<3> = KeySet::new(["poll", "survey", "study"]);
static FINDS: KeySet<3> = KeySet::new(["found", "finds", "find"]);
/// From a verb to the end of its object, or from the beginning of a sentence to its verb.
const LONGEST_OBJECT: usize = 60;
static RESEARCHERS: KeySet<14> = KeySet::new([
    "researchers",
    "researcher",
    "scientists",
    "scientist",
    "investigators",
    "investigator",
    "auditors",
    "auditor",
    "authors",
    "team",
    "experts",
    "inspectors",
    "economists",
    "analysts",
]);
static POINTS: KeySet<3> = KeySet::new(["pointed", "points", "pointing"]);
static AGREES: KeySet<4> = KeySet::new(["agreed", "agrees", "agree", "agreeing"]);
const WITH: u64 = word_key("with");
/// "agreed with", with whom, and "that".
const LONGEST_PARTNER: usize = 8;
static ADDS: KeySet<4> = KeySet::new(["add", "adds", "added", "adding"]);
/// A clause shows its verb within this many words after "added".
const CLAUSE_OF_ADD: usize = 10;
static SHOWS: KeySet<6> = KeySet::new(["prove", "proves", "proved", "demonstrate", "demonstrates", "demonstrated"]);
const BY: u64 = word_key("by");
const AS: u64 = word_key("as");
