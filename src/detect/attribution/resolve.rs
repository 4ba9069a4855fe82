//! From the words of a source to who it is.

use crate::lexicon::{CueClass, word};
use crate::report::SourceKind;
use crate::text::{KeySet, Sentence, TokenKind, form};

use super::super::source::{self, Chunk, Sort};
use super::known::{Gender, Mention, name_hash};
use super::reader::{Reader, Resolved};

impl Reader<'_, '_> {
    pub(super) fn resolve(&self, chunk: Chunk, sentence: &Sentence, described_after: bool) -> Resolved {
        let tokens = &self.document.tokens;
        let own = Some(chunk.first as u32..chunk.end as u32);
        let plain = source::kind_of(tokens, &chunk, described_after);
        let carried = |mention: Option<Mention>| match mention {
            Some(mention) => Resolved {
                chunk: Some(chunk),
                kind: mention.kind,
                key: Some(mention.first..mention.end),
                key_hash: mention.key_hash,
            },
            None => Resolved { chunk: Some(chunk), kind: SourceKind::Unresolved, key: None, key_hash: 0 },
        };
        match chunk.sort {
            // Whoever is quoted does not speak of himself as "he".
            Sort::Pronoun if self.document.is_quoted(chunk.first) => carried(None),
            Sort::Pronoun => {
                let token = tokens.get(chunk.first);
                // "They said": the last group or body that spoke.
                if token.is_some_and(|token| THEY.contains(&token.key)) {
                    let mut group = carried(latest(self.known.group, self.known.body()));
                    // A group that was introduced is no longer nobody in particular.
                    if group.kind == SourceKind::Collective {
                        group.kind = SourceKind::DescribedAnonymous;
                    }
                    return group;
                }
                // "two senators, both of whom opposed it".
                if token.is_some_and(|token| WHOM.contains(&token.key)) {
                    return self.counted_of(chunk, sentence, described_after).unwrap_or_else(|| carried(None));
                }
                let gender = token.and_then(Gender::of);
                let named_here = self.known.named.filter(|mention| {
                    (mention.first as usize) < chunk.first
                        && mention.block == sentence.block
                        && self.known.fits(mention, gender)
                });
                // The last source goes on speaking, unless somebody else was named since in this paragraph.
                match self.known.person_of(gender) {
                    Some(person) if person.block == sentence.block => carried(Some(person)),
                    person => carried(
                        named_here
                            .or(person)
                            .or(self.known.named.filter(|mention| self.known.fits(mention, gender)))
                            .or(self.known.organisation.filter(|body| gender.is_none() || self.is_surname(body))),
                    ),
                }
            }
            Sort::It => carried(self.known.body()),
            Sort::Epithet => carried(self.known.person_of(None).or(self.known.named).or(self.known.organisation)),
            // "the mayor": the person who was named with that office; if nobody was, the office itself speaks.
            Sort::Role if chunk.definite => {
                let head = tokens.get(chunk.head).map_or(0, |token| token.key);
                match self.known.offices.get(&head) {
                    Some(mention) => carried(Some(*mention)),
                    None => Resolved {
                        chunk: Some(chunk),
                        kind: plain,
                        key: own,
                        key_hash: name_hash(self.document, &chunk),
                    },
                }
            }
            Sort::Name => {
                let head = tokens.get(chunk.head);
                let known = head.is_some_and(|token| self.known.people.contains_key(&token.key));
                let titled = tokens
                    .get(chunk.first..chunk.end)
                    .unwrap_or_default()
                    .iter()
                    .any(|token| token.has(word::HONORIFIC));
                let seat = self.document.cues_of(sentence).iter().any(|cue| {
                    cue.class == CueClass::MetonymPhrase
                        && chunk.first <= cue.first as usize
                        && cue.end as usize == chunk.end
                });
                let kind = match plain {
                    _ if seat => SourceKind::Organisation,
                    _ if known => SourceKind::Person,
                    // One capital word that never stood with a given name or a title: more often a firm.
                    SourceKind::Person if chunk.head == chunk.first && !titled => SourceKind::Organisation,
                    kind => kind,
                };
                // A person is known by the surname, a body by its whole name.
                let key_hash = match kind {
                    SourceKind::Person => head.map_or(0, |token| token.key),
                    _ => name_hash(self.document, &chunk),
                };
                Resolved { chunk: Some(chunk), kind, key: own, key_hash }
            }
            // "Researchers found": those of the study that the text has named.
            Sort::Collective | Sort::Role
                if matches!(plain, SourceKind::Collective | SourceKind::DescribedAnonymous)
                    && tokens.get(chunk.head).is_some_and(|head| AUTHORS.contains(&head.key))
                    && self.known.study.is_some() =>
            {
                carried(self.known.study)
            }
            Sort::Other
            | Sort::Writer
            | Sort::Anonymous
            | Sort::Bystander
            | Sort::Collective
            | Sort::Role
            | Sort::Organisation
            | Sort::Document => {
                Resolved { chunk: Some(chunk), kind: plain, key: own, key_hash: name_hash(self.document, &chunk) }
            }
        }
    }
}

impl Reader<'_, '_> {
    /// "retired generals, most of | whom": those who are counted stand before the comma.
    fn counted_of(&self, whom: Chunk, sentence: &Sentence, described: bool) -> Option<Resolved> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let comma = (range.start..whom.first)
            .rev()
            .take(LONGEST_COUNT)
            .find(|&at| tokens.get(at).is_some_and(|token| matches!(token.kind, TokenKind::Comma | TokenKind::Dash)))?;
        let chunk = self.chunk_ending(&range, comma)?;
        let plain = chunk.sort.speaks() && !matches!(chunk.sort, Sort::Pronoun | Sort::Epithet);
        plain.then(|| self.resolve(chunk, sentence, described))
    }

    /// One capital word that was taken for a body, and may be a surname: "he" tells.
    fn is_surname(&self, mention: &Mention) -> bool {
        let word = self.document.tokens.get(mention.first as usize).filter(|_| mention.first + 1 == mention.end);
        word.is_some_and(|word| {
            word.is(form::CAPITALISED)
                && !word.is(form::ALL_CAPS)
                && !word.has(word::METONYM | word::ORGANISATION_NOUN | word::ROLE_NOUN | word::NATIONALITY)
        })
    }
}

/// Who writes a study.
static AUTHORS: KeySet<5> = KeySet::new(["researchers", "researcher", "scientists", "authors", "investigators"]);
/// "all but a few of whom".
const LONGEST_COUNT: usize = 6;

/// The one that stands later in the text.
fn latest(a: Option<Mention>, b: Option<Mention>) -> Option<Mention> {
    match (a, b) {
        (Some(a), Some(b)) if b.first > a.first => Some(b),
        (a, b) => a.or(b),
    }
}

static WHOM: KeySet<2> = KeySet::new(["whom", "whose"]);
static THEY: KeySet<3> = KeySet::new(["they", "them", "their"]);
