//! Names, offices and bodies met so far: what a pronoun or an epithet may stand for.

use std::ops::Range;

use crate::lexicon::word;
use crate::report::SourceKind;
use crate::text::{Document, KeySet, Sentence, Token, TokenKind, form, phrase_key};

use super::super::source::{self, Chunk};

/// Names and sources met so far.
#[derive(Default)]
pub(super) struct Known {
    /// Last organisation that was a source, with the words that name it.
    pub(super) organisation: Option<Mention>,
    /// Last person named at all, source or not.
    pub(super) named: Option<Mention>,
    /// Last body that a sentence was about ("The company closed the mill.").
    pub(super) subject: Option<Mention>,
    /// The last people who were a source, latest first, for a pronoun that fits only some of them.
    pub(super) recent: [Option<Mention>; RECENT],
    /// Last study that the text told of, source or not: whose authors "the researchers" are.
    pub(super) study: Option<Mention>,
    /// The last group that was a source: what "they" may stand for.
    pub(super) group: Option<Mention>,
    /// Whether "he" or "she" stands for a surname, where a title or an earlier pronoun tells.
    pub(super) genders: hashbrown::HashMap<u64, Gender>,
    /// Last words of names read as a person's: key of the surname.
    pub(super) people: hashbrown::HashMap<u64, ()>,
    /// Who was named with an office: key of the office's noun ("minister").
    pub(super) offices: hashbrown::HashMap<u64, Mention>,
}

#[derive(Clone, Copy)]
pub(super) struct Mention {
    pub(super) key_hash: u64,
    pub(super) first: u32,
    pub(super) end: u32,
    pub(super) kind: SourceKind,
    pub(super) block: u32,
}

/// People remembered beyond the last.
const RECENT: usize = 4;

/// Which pronoun stands for a person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    He,
    She,
}

impl Gender {
    /// By a pronoun or a title.
    pub(super) fn of(token: &Token) -> Option<Gender> {
        match token.key {
            key if HE.contains(&key) => Some(Gender::He),
            key if SHE.contains(&key) => Some(Gender::She),
            _ => None,
        }
    }
}

static HE: KeySet<16> = KeySet::new([
    "he",
    "him",
    "his",
    "himself",
    "mr",
    "sir",
    "lord",
    "king",
    "prince",
    "father",
    "congressman",
    "chairman",
    "spokesman",
    "businessman",
    "baron",
    "duke",
]);
static SHE: KeySet<17> = KeySet::new([
    "she",
    "her",
    "hers",
    "herself",
    "mrs",
    "ms",
    "miss",
    "mme",
    "dame",
    "lady",
    "queen",
    "princess",
    "sister",
    "congresswoman",
    "chairwoman",
    "spokeswoman",
    "businesswoman",
]);

impl Known {
    /// Whether a person may be meant by a pronoun of this gender.
    pub(super) fn fits(&self, mention: &Mention, gender: Option<Gender>) -> bool {
        let known = self.genders.get(&mention.key_hash);
        gender.is_none() || known.is_none() || known.copied() == gender
    }

    /// The last person who was a source and may be meant.
    pub(super) fn person_of(&self, gender: Option<Gender>) -> Option<Mention> {
        self.recent.iter().flatten().find(|mention| self.fits(mention, gender)).copied()
    }

    /// Remembers a person who spoke.
    pub(super) fn note_person(&mut self, mention: Mention) {
        let at = self.recent.iter().position(|old| old.is_some_and(|old| old.key_hash == mention.key_hash));
        let end = at.unwrap_or(RECENT - 1);
        if let Some(slots) = self.recent.get_mut(..=end) {
            slots.rotate_right(1);
            if let Some(first) = slots.first_mut() {
                *first = Some(mention);
            }
        }
    }

    /// What "it" may stand for.
    pub(super) fn body(&self) -> Option<Mention> {
        match (self.organisation, self.subject) {
            (Some(source), Some(subject)) if subject.first > source.first => Some(subject),
            (source, subject) => source.or(subject),
        }
    }

    /// Learns what a sentence was about, once it is read.
    pub(super) fn note_subject(&mut self, document: &Document<'_>, sentence: &Sentence) {
        let range = sentence.tokens();
        let Some(chunk) = source::subject(&document.tokens, range.start..(range.start + 12).min(range.end)) else {
            return;
        };
        let kind = source::kind_of(&document.tokens, &chunk, false);
        if matches!(kind, SourceKind::Organisation | SourceKind::Document) {
            self.subject = Some(Mention {
                key_hash: name_hash(document, &chunk),
                first: chunk.first as u32,
                end: chunk.end as u32,
                kind,
                block: sentence.block,
            });
        }
    }

    /// Learns what study a sentence tells of: "a trial of 900 nurses".
    pub(super) fn note_study(&mut self, document: &Document<'_>, sentence: &Sentence) {
        let range = sentence.tokens();
        if !sentence.shown.may_have(&STUDIES) {
            return;
        }
        let tokens = document.tokens.get(range.clone()).unwrap_or_default();
        let Some(at) = tokens.iter().position(|token| STUDIES.contains(&token.key) && !token.is(form::QUOTED)) else {
            return;
        };
        let first = (range.start + at) as u32;
        self.study = Some(Mention {
            key_hash: phrase_key(0, tokens.get(at).map_or(0, |token| token.key)),
            first,
            end: first + 1,
            kind: SourceKind::Document,
            block: sentence.block,
        });
    }

    /// Learns who holds an office named right before or after a name: "Mayor Jane Doe", "Jane Doe, the
    /// treasurer of".
    pub(super) fn note_office(
        &mut self,
        document: &Document<'_>,
        sentence: &Range<usize>,
        name: Range<usize>,
        mention: Mention,
    ) {
        let before =
            document.tokens.get(name.start.saturating_sub(4).max(sentence.start)..name.end).unwrap_or_default();
        let comma = document
            .tokens
            .get(name.end)
            .is_some_and(|token| name.end < sentence.end && token.kind == TokenKind::Comma);
        let after = if comma { (name.end + 1)..(name.end + 9).min(sentence.end) } else { 0..0 };
        let after = document.tokens.get(after).unwrap_or_default().iter().take_while(|token| token.is_word());
        // Nearest first: "the minister's spokesman, Jane Doe" is a spokesman.
        let office = |token: &Token| token.has(word::ROLE_NOUN) && !token.is(form::POSSESSIVE);
        let Some(held) = before.iter().rev().chain(after).find(|token| office(token)) else {
            return;
        };
        // A vice president is not "the president", and a former one no longer is.
        if !before.iter().any(|token| LESSER.contains(&token.key)) {
            self.offices.insert(held.key, mention);
        }
    }

    /// Learns surnames from full names ("Jens Stoltenberg") and titles ("Mr. Stoltenberg").
    pub(super) fn note_names(&mut self, document: &Document<'_>, sentence: &Sentence) {
        let range = sentence.tokens();
        let mut at = range.start;
        while at < range.end {
            let Some(token) = document.tokens.get(at) else {
                return;
            };
            let capital = |at: usize| {
                document
                    .tokens
                    .get(at)
                    .is_some_and(|token| token.is_word() && token.is(form::CAPITALISED) && !token.has(word::STOP))
            };
            if !capital(at) {
                at += 1;
                continue;
            }
            // "Jane Doe", "Mr. Doe", and after an office any two capitals: "its president Aldo Ferrant".
            let after_office = at > range.start
                && document.tokens.get(at - 1).is_some_and(|before| before.has(word::ROLE_NOUN))
                && capital(at + 1)
                && at + 1 < range.end;
            let begins = token.has(word::GIVEN_NAME | word::HONORIFIC) || after_office;
            if !begins {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while let Some(next) = document.tokens.get(end).filter(|_| end < range.end) {
                let inside = next.is_word() && next.is(form::CAPITALISED) && !next.has(word::STOP)
                    || next.kind == TokenKind::Stop && !next.is(form::SPACE_BEFORE) && end + 1 < range.end;
                if !inside {
                    break;
                }
                let possessive = next.is(form::POSSESSIVE);
                end += 1;
                if possessive {
                    break;
                }
            }
            while end > at && document.tokens.get(end - 1).is_some_and(|token| token.kind == TokenKind::Stop) {
                end -= 1;
            }
            if end > at + 1
                && let Some(last) = document.tokens.get(end - 1)
            {
                if last.has(word::METONYM | word::NATIONALITY | word::ORGANISATION_NOUN) {
                    at = end;
                    continue;
                }
                self.people.insert(last.key, ());
                let titles = document.tokens.get(at.saturating_sub(1)..end).unwrap_or_default();
                if let Some(gender) = titles.iter().find_map(Gender::of) {
                    self.genders.entry(last.key).or_insert(gender);
                }
                let mention = Mention {
                    key_hash: last.key,
                    first: at as u32,
                    end: end as u32,
                    kind: SourceKind::Person,
                    block: sentence.block,
                };
                self.note_office(document, &range, at..end, mention);
                self.named = Some(mention);
            }
            at = end;
        }
    }
}

/// One number for a body's whole name.
pub(super) fn name_hash(document: &Document<'_>, chunk: &Chunk) -> u64 {
    let words = document.tokens.get(chunk.first..chunk.end).unwrap_or_default();
    let named = words.iter().filter(|token| token.counts() && !token.has(word::DETERMINER));
    named.fold(0, |hash, token| phrase_key(hash, token.key))
}

static STUDIES: KeySet<5> = KeySet::new(["study", "trial", "experiment", "journal", "survey"]);
static LESSER: KeySet<7> = KeySet::new(["vice", "deputy", "assistant", "former", "ex", "late", "then"]);
