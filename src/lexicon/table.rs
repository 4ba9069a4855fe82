//! One automaton compiled from all word lists: states are phrase beginnings, edges are words.
//!
//! A text is matched by word key, not by byte: a word costs one probe of a flat table, and only a
//! word that begins a longer phrase costs more.

use crate::text::{phrase_key, word_key};

use super::class::{CueClass, word};
use super::parse;
use super::sign::Sign;

/// What the lexicon knows of a word or phrase beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Node {
    /// Classes of the word itself, bits of [`word`].
    pub classes: u32,
    /// True if a listed phrase goes on from here.
    pub goes_on: bool,
    /// Cue classes of the word or phrase that ends here, bits of [`CueClass::bit`]; among signs, of [`Sign::bit`].
    pub cues: u64,
}

/// The compiled lexicon.
#[derive(Debug)]
pub struct Lexicon {
    /// Keys and indices into `nodes`; open addressing, a power of two, at most two thirds full. A free slot has the index
    /// [`FREE`]. Key and index stand together, so that a word costs one line of a cache.
    slots: Vec<(u64, u32)>,
    /// Different nodes only: there are far fewer of them than words.
    nodes: Vec<Node>,
    /// One bit for each value of a key's highest bits, set where a key may be listed: of the phrases that a text could
    /// make of a listed beginning, most are turned away here, in a fast cache.
    listed: Vec<u64>,
}

const FREE: u32 = u32::MAX;

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

    pub(super) fn compile_signs() -> Self {
        let mut builder = Builder::default();
        for entry in parse::entries() {
            if let Some((_, sign)) = Sign::ALL.iter().find(|(name, _)| *name == entry.class) {
                for form in &entry.forms {
                    builder.phrase(form, sign.bit());
                }
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
                (_, FREE) => return None,
                (listed, node) if listed == key => return self.nodes.get(node as usize),
                _ => slot = (slot + 1) & mask,
            }
        }
    }
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
        let size = (self.nodes.len() * 3 / 2).next_power_of_two().max(16);
        let mut slots = vec![(0, FREE); size];
        let mut listed = vec![0; 1 << (LISTED_BITS - 6)];
        let mut nodes = Vec::new();
        let mut known = std::collections::BTreeMap::new();
        for (key, node) in self.nodes {
            let index = *known.entry((node.classes, node.goes_on, node.cues)).or_insert_with(|| {
                nodes.push(node);
                nodes.len() as u32 - 1
            });
            let (word, bit) = listed_bit(key);
            listed[word] |= bit;
            let mut slot = key as usize & (size - 1);
            while slots[slot].1 != FREE {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = (key, index);
        }
        Lexicon { slots, nodes, listed }
    }
}
