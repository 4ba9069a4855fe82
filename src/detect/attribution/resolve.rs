//! From the words of a source to who it is.

use crate::lexicon::{CueClass, word};
use crate::report::SourceKind;
use crate::text::Sentence;

use super::super::source::{self, Chunk, Sort};
use super::known::{Mention, name_hash};
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
                let named_here = self
                    .known
                    .named
                    .filter(|mention| (mention.first as usize) < chunk.first && mention.block == sentence.block);
                // The last source goes on speaking, unless somebody else was named since in this paragraph.
                let since = |person: &Mention| {
                    named_here.is_some_and(|named| named.first > person.first && named.key_hash != person.key_hash)
                };
                match self.known.person {
                    Some(person)
                        if person.block == sentence.block
                            || !named_here.is_some_and(|named| named.block == sentence.block) =>
                    {
                        if since(&person) && person.block != sentence.block {
                            carried(named_here)
                        } else {
                            carried(Some(person))
                        }
                    }
                    _ => carried(named_here.or(self.known.person).or(self.known.named).or(self.known.organisation)),
                }
            }
            Sort::It => carried(self.known.body()),
            Sort::Epithet => carried(self.known.person.or(self.known.named).or(self.known.organisation)),
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
