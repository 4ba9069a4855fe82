//! One automaton compiled from all word lists: states are phrase beginnings, edges are words.
//!
//! A text is matched by word key, not by byte: a word costs one probe of a flat table, and only a
//! word that begins a longer phrase costs more.

use crate::text::{phrase_key, word_key};

use super::class::{CueClass, word};
use super::parse;

/// What the lexicon knows of a word or phrase beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Node {
    /// Classes of the word itself, bits of [`word`].
    pub classes: u32,
    /// True if a listed phrase goes on from here.
    pub goes_on: bool,
    /// Cue classes of the word or phrase that ends here, bits of [`CueClass::bit`].
    pub cues: u64,
}

/// The compiled lexicon.
#[derive(Debug)]
pub struct Lexicon {
    /// Open addressing, a power of two, at most a quarter full. A slot is 0 if empty, else one more than an index into
    /// `nodes` below [`TAG`] and bits of the key above it. Most words are not listed; the slots alone say so, and they
    /// are few enough bytes to stay in the fast caches.
    slots: Vec<u32>,
    nodes: Vec<(u64, Node)>,
    /// One bit for each value of a key's highest bits, set where a key may be listed: of the phrases that a text could
    /// make of a listed beginning, most are turned away here, in a fast cache.
    listed: Vec<u64>,
}

/// How many of a key's highest bits tell whether it may be listed: 16 KB.
const LISTED_BITS: u32 = 17;

/// The word and the bit of [`Lexicon::listed`] that stand for a key.
fn listed_bit(key: u64) -> (usize, u64) {
    let bit = key >> (u64::BITS - LISTED_BITS);
    (bit as usize / 64, 1 << (bit % 64))
}

impl Lexicon {
    pub(super) fn compile() -> Self {
        let mut builder = Builder::default();
        for list in parse::words() {
            let bit = word::ALL.iter().find(|(name, _)| *name == list.class).map_or(0, |(_, bit)| *bit);
            for form in &list.words {
                builder.node(word_key(form)).classes |= bit;
            }
        }
        for entry in parse::entries() {
            let Some((_, class)) = CueClass::ALL.iter().find(|(name, _)| *name == entry.class) else {
                continue;
            };
            for form in &entry.forms {
                builder.phrase(form, class.bit());
            }
        }
        builder.finish()
    }

    /// What is listed under a key made by [`word_key`] or [`phrase_key`].
    #[must_use]
    pub fn get(&self, key: u64) -> Option<&Node> {
        let (word, bit) = listed_bit(key);
        if self.listed.get(word)? & bit == 0 {
            return None;
        }
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = key as usize & mask;
        loop {
            match *self.slots.get(slot)? {
                0 => return None,
                found if found & TAG == tag(key) => {
                    let (listed, node) = self.nodes.get((found & !TAG) as usize - 1)?;
                    if *listed == key {
                        return Some(node);
                    }
                }
                _ => {}
            }
            slot = (slot + 1) & mask;
        }
    }
}

/// The bits of a slot that are bits of its key.
const TAG: u32 = 0xFFF0_0000;

fn tag(key: u64) -> u32 {
    (key >> 32) as u32 & TAG
}

#[derive(Default)]
struct Builder {
    nodes: std::collections::BTreeMap<u64, Node>,
}

impl Builder {
    fn node(&mut self, key: u64) -> &mut Node {
        self.nodes.entry(key).or_default()
    }

    fn phrase(&mut self, form: &str, cue: u64) {
        let mut state: Option<u64> = None;
        for word in form.split(' ') {
            let next = match state {
                None => word_key(word),
                Some(beginning) => {
                    self.node(beginning).goes_on = true;
                    phrase_key(beginning, word_key(word))
                }
            };
            self.node(next);
            state = Some(next);
        }
        if let Some(end) = state {
            self.node(end).cues |= cue;
        }
    }

    #[allow(clippy::indexing_slicing, reason = "a slot is masked to the size of the table")]
    fn finish(self) -> Lexicon {
        assert!(self.nodes.len() < !TAG as usize, "more phrases than a slot can number");
        let size = (self.nodes.len() * 4).next_power_of_two().max(16);
        let mut slots = vec![0; size];
        let mut nodes = Vec::with_capacity(self.nodes.len());
        let mut listed = vec![0; 1 << (LISTED_BITS - 6)];
        for (key, node) in self.nodes {
            nodes.push((key, node));
            let (word, bit) = listed_bit(key);
            listed[word] |= bit;
            let mut slot = key as usize & (size - 1);
            while slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = tag(key) | nodes.len() as u32;
        }
        Lexicon { slots, nodes, listed }
    }
}
