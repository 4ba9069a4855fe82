//! How far a cue and a source reach: "has repeatedly said", "Jane Doe, a spokeswoman for the ministry".

use std::ops::Range;

use crate::lexicon::word;
use crate::text::{KeySet, Token, TokenKind, form, word_key};

use super::super::source::{self, Chunk, Sort};
use super::reader::Reader;
use super::verbs::{THAT, TO, Verbs};

/// A source has no more tokens than this.
const LONGEST_SOURCE: usize = 30;

impl Reader<'_, '_> {
    /// Where the cue of a verb begins: with its auxiliaries, adverbs and "to".
    pub(super) fn cue_start(&self, range: &Range<usize>, verb: usize) -> u32 {
        let tokens = &self.document.tokens;
        // "continued to say", "is more worried".
        let verb = self.phase_verb(range, verb).unwrap_or(verb);
        let verb = if source::is_degree_of_state(tokens, range, verb) { verb - 1 } else { verb };
        let mut first = source::before_auxiliaries(tokens, range, verb);
        let to = first.checked_sub(1).filter(|at| *at >= range.start && first == verb);
        if to.and_then(|at| tokens.get(at)).is_some_and(|token| token.key == TO) {
            first -= 1;
        }
        // "He's asking": the auxiliary is part of the pronoun.
        if first > range.start && tokens.get(first - 1).is_some_and(source::is_joined) {
            first -= 1;
        }
        // "Both said": a subject, not an adverb.
        while first < verb && tokens.get(first).is_some_and(|token| SUBJECTS.contains(&token.key)) {
            first += 1;
        }
        first as u32
    }

    /// Where it ends: with the particle or preposition that joins the verb to its matter ("warned about", "voted
    /// against"), or with the colon before what was said.
    pub(super) fn cue_end(&self, range: &Range<usize>, verbs: &Verbs, verb_end: usize) -> u32 {
        let tokens = &self.document.tokens;
        let next = tokens.get(verb_end).filter(|_| verb_end < range.end);
        // "said on Monday", "said at the rally": after a verb of saying, where and when.
        let joined = next.is_some_and(|next| {
            next.kind == TokenKind::Colon
                || next.key == ABOUT
                || !verbs.says && JOINS.contains(&next.key)
                || !verbs.reports() && LOOSE_JOINS.contains(&next.key) && !self.is_time(verb_end + 1)
        });
        let end = verb_end + usize::from(joined);
        let end = if joined { end } else { self.manner_end(range, verbs, verb_end) };
        end as u32
    }

    /// "said | repeatedly", "said | Tuesday", "said | in a statement", "issued a statement | saying": how, when and in
    /// what it was said, where nothing stands between that and the verb.
    fn manner_end(&self, range: &Range<usize>, verbs: &Verbs, verb_end: usize) -> usize {
        let tokens = &self.document.tokens;
        if !verbs.says {
            return verb_end;
        }
        let key = |at: usize| tokens.get(at).filter(|_| at < range.end).map_or(0, |token| token.key);
        let mut end = verb_end;
        if tokens.get(end).is_some_and(|next| {
            end < range.end
                && (next.is(form::LY) && !next.is(form::CAPITALISED)
                    || next.has(word::WEEKDAY) && next.is(form::CAPITALISED)
                    || SAYING.contains(&next.key)
                        && tokens.get(end - 1).is_some_and(|text| text.has(word::DOCUMENT_NOUN)))
        }) {
            end += 1;
        }
        if key(end) != IN || !ARTICLES.contains(&key(end + 1)) {
            return end;
        }
        // "in a brief statement", "in an email": the noun follows at once or after one or two adjectives.
        let noun = (end + 2..end + 5).find(|&at| OCCASIONS.contains(&key(at)));
        let plain = noun.is_some_and(|noun| {
            tokens
                .get(end + 2..noun)
                .unwrap_or_default()
                .iter()
                .all(|token| token.is_word() && !token.has(word::PREPOSITION))
        });
        if let Some(noun) = noun.filter(|_| plain) { noun + 1 } else { end }
    }

    /// "on | Monday", "at | 9".
    fn is_time(&self, at: usize) -> bool {
        let time = |token: &Token| token.has(word::WEEKDAY) || token.kind == TokenKind::Number;
        self.document.tokens.get(at).is_some_and(time)
    }

    /// All words of a source: what follows its head and describes it.
    pub(super) fn source_phrase(
        &self,
        range: &Range<usize>,
        chunk: &Chunk,
        verb: usize,
        verb_end: usize,
    ) -> Range<u32> {
        let tokens = &self.document.tokens;
        if matches!(chunk.sort, Sort::Pronoun | Sort::It | Sort::Writer) && chunk.first + 1 == chunk.end {
            return chunk.first as u32..chunk.end as u32;
        }
        if chunk.first >= verb_end {
            let end = self.phrase_end(chunk, range.end - 1);
            return chunk.first as u32..end as u32;
        }
        let first = source::before_auxiliaries(tokens, range, verb);
        // "Jane Doe, who said": the word that stands for her there.
        if let Some(at) = first.checked_sub(1).filter(|at| *at >= chunk.end)
            && tokens.get(at).is_some_and(|token| RELATIVE.contains(&token.key))
        {
            return at as u32..at as u32 + 1;
        }
        // The comma that closes an apposition is part of it.
        let end = first;
        let between = tokens.get(chunk.end..end).unwrap_or_default();
        let apart = between.iter().position(|token| {
            matches!(token.kind, TokenKind::Comma | TokenKind::Dash | TokenKind::OpenBracket)
                || RELATIVE.contains(&token.key)
        });
        let predicate = between.iter().position(|token| {
            token.has(word::AUXILIARY | word::IRREGULAR_PAST | word::CONJUNCTION)
                && !token.has(word::PREPOSITION)
                && token.key != THAT
        });
        // "..., arguing that": the sentence's subject stands before another verb.
        // "..., to argue": and so it does before an infinitive.
        let to = first.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|token| token.key == TO);
        let distant = to || first == verb && tokens.get(verb).is_some_and(|token| token.is(form::ING));
        // "Jane Doe, who was there, said": what stands between has its closing mark. "Jane Doe spoke, but said" has none.
        let closed = between
            .last()
            .is_some_and(|last| matches!(last.kind, TokenKind::Comma | TokenKind::Dash | TokenKind::CloseBracket));
        let whole = !distant
            && predicate.is_none_or(|at| closed && apart.is_some_and(|apart| apart < at))
            && end < chunk.first + LONGEST_SOURCE;
        let end = if whole { end } else { self.phrase_end(chunk, chunk.end + predicate.unwrap_or(LONGEST_SOURCE)) };
        self.whole_start(range, chunk) as u32..end.max(chunk.end) as u32
    }

    /// Where a source begins whose chunk is only its last part: "the mayor and | Jane Doe", "most of | the nurses",
    /// "other | experts".
    fn whole_start(&self, range: &Range<usize>, chunk: &Chunk) -> usize {
        let tokens = &self.document.tokens;
        let token =
            |at: usize, by: usize| at.checked_sub(by).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        let mut first = self.apposed_start(range, chunk);
        if token(first, 1).is_some_and(|of| of.key == OF) && token(first, 2).is_some_and(source::is_quantity) {
            first -= 2;
        }
        for _ in 0..MOST_LEADS {
            first -= usize::from(token(first, 1).is_some_and(|lead| LEADS.contains(&lead.key)));
        }
        // "The mayor and | the council said": before the conjunction stands a noun phrase and nothing else.
        if let Some(and) = first.checked_sub(1).filter(|at| *at > range.start)
            && tokens.get(and).is_some_and(|token| token.key == AND)
        {
            let start = source::clause_start(tokens, range, and);
            if source::chunk_at(tokens, start, and).is_some_and(|one| one.end == and && one.sort.speaks()) {
                return start;
            }
        }
        first
    }

    /// "The mayor, | Jane Doe": where an office begins whose holder is named after it.
    fn apposed_start(&self, range: &Range<usize>, chunk: &Chunk) -> usize {
        let tokens = &self.document.tokens;
        let comma = chunk.first.checked_sub(1).filter(|at| *at > range.start);
        let Some(comma) = comma.filter(|at| tokens.get(*at).is_some_and(|token| token.kind == TokenKind::Comma)) else {
            return chunk.first;
        };
        let start = source::clause_start(tokens, range, comma);
        match source::subject(tokens, start..comma) {
            Some(office) if chunk.sort == Sort::Name && office.sort == Sort::Role => office.first,
            _ => chunk.first,
        }
    }

    /// "senior adviser to the governor", "managing director of the bank": an office, under its adjectives.
    fn is_office(&self, first: usize, limit: usize) -> bool {
        let words = self.document.tokens.get(first..limit.min(first + OFFICE)).unwrap_or_default();
        let plain = |token: &&Token| token.is_word() && !token.has(word::STOP | word::AUXILIARY);
        words.iter().take_while(plain).any(|token| token.has(word::ROLE_NOUN))
    }

    /// Where a noun phrase ends, with what a preposition or an apposition adds to it.
    pub(super) fn phrase_end(&self, chunk: &Chunk, limit: usize) -> usize {
        let tokens = &self.document.tokens;
        let limit = limit.min(chunk.first + LONGEST_SOURCE);
        let mut end = chunk.end;
        let ends = |token: &Token| {
            !token.is_word()
                && token.kind != TokenKind::Number
                && !(token.kind == TokenKind::Stop && !token.is(form::SPACE_BEFORE))
        };
        // "a survey | conducted by", "results | released on": how a document came about.
        if chunk.sort == Sort::Document
            && end + 1 < limit
            && tokens.get(end).is_some_and(|made| made.is(form::ED) && !made.is(form::CAPITALISED))
            && tokens.get(end + 1).is_some_and(|next| LINKS.contains(&next.key) || next.has(word::WEEKDAY))
        {
            end += 1 + usize::from(tokens.get(end + 1).is_some_and(|next| next.has(word::WEEKDAY)));
        }
        while end < limit && tokens.get(end).is_some_and(|token| LINKS.contains(&token.key)) {
            let Some(linked) = source::chunk_at(tokens, end + 1, limit) else {
                break;
            };
            end = linked.end;
        }
        // ", a professor of law at Yale": to the next mark.
        let comma = tokens.get(end).filter(|_| end + 2 < limit).is_some_and(|token| token.kind == TokenKind::Comma);
        let opens = |token: &Token| {
            token.has(word::DETERMINER | word::ROLE_NOUN | word::PRONOUN_PERSON) || RELATIVE.contains(&token.key)
        };
        if comma
            && matches!(chunk.sort, Sort::Name | Sort::Role | Sort::Bystander | Sort::Organisation)
            && (tokens.get(end + 1).is_some_and(opens) || self.is_office(end + 1, limit))
        {
            let mut at = end + 1;
            while at < limit && tokens.get(at).is_some_and(|token| !ends(token)) {
                at += 1;
            }
            // The comma that closes it is part of it.
            end = at + usize::from(tokens.get(at).is_some_and(|token| token.kind == TokenKind::Comma));
        }
        // "Jane Doe, 24": an age.
        let age = tokens.get(end).is_some_and(|comma| comma.kind == TokenKind::Comma)
            && tokens.get(end + 1).is_some_and(|age| age.kind == TokenKind::Number)
            && tokens.get(end + 2).is_none_or(|next| !next.is_word());
        if age && chunk.sort == Sort::Name && end + 2 <= limit {
            end += 2;
        }
        end
    }
}

static SAYING: KeySet<4> = KeySet::new(["saying", "stating", "announcing", "confirming"]);
static ARTICLES: KeySet<5> = KeySet::new(["a", "an", "his", "her", "its"]);
static OCCASIONS: KeySet<5> = KeySet::new(["statement", "email", "e-mail", "release", "letter"]);
const IN: u64 = word_key("in");
/// Words of an office before its noun, with the noun.
const OFFICE: usize = 4;
const OF: u64 = word_key("of");
const AND: u64 = word_key("and");
/// Words before a source that count it or set it apart: "about half of", "many other".
const MOST_LEADS: usize = 3;
static LEADS: KeySet<12> =
    KeySet::new(["other", "some", "many", "both", "most", "several", "few", "such", "more", "about", "nearly", "even"]);
const ABOUT: u64 = word_key("about");
static JOINS: KeySet<11> =
    KeySet::new(["against", "of", "for", "over", "with", "out", "up", "back", "down", "off", "toward"]);
static LOOSE_JOINS: KeySet<4> = KeySet::new(["on", "at", "as", "like"]);
static RELATIVE: KeySet<3> = KeySet::new(["who", "which", "that"]);
static LINKS: KeySet<12> =
    KeySet::new(["of", "for", "from", "in", "at", "with", "by", "on", "to", "close", "familiar", "and"]);
static SUBJECTS: KeySet<3> = KeySet::new(["both", "all", "none"]);
