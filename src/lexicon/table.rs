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
    /// Open addressing, a power of two, at most a quarter full. 0 is an empty slot.
    keys: Vec<u64>,
    nodes: Vec<Node>,
    longest_phrase: usize,
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
        let mask = self.keys.len().wrapping_sub(1);
        let mut slot = key as usize & mask;
        loop {
            match *self.keys.get(slot)? {
                0 => return None,
                found if found == key => return self.nodes.get(slot),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// Number of words in the longest phrase.
    #[must_use]
    pub fn longest_phrase(&self) -> usize {
        self.longest_phrase
    }
}

#[derive(Default)]
struct Builder {
    nodes: std::collections::BTreeMap<u64, Node>,
    longest_phrase: usize,
}

impl Builder {
    fn node(&mut self, key: u64) -> &mut Node {
        self.nodes.entry(key).or_default()
    }

    fn phrase(&mut self, form: &str, cue: u64) {
        let mut state: Option<u64> = None;
        let mut length = 0;
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
            length += 1;
        }
        if let Some(end) = state {
            self.node(end).cues |= cue;
        }
        self.longest_phrase = self.longest_phrase.max(length);
    }

    fn finish(self) -> Lexicon {
        let size = (self.nodes.len() * 4).next_power_of_two().max(16);
        let mut keys = vec![0; size];
        let mut nodes = vec![Node::default(); size];
        for (key, node) in self.nodes {
            let mut slot = key as usize & (size - 1);
            while keys[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            keys[slot] = key;
            nodes[slot] = node;
        }
        Lexicon { keys, nodes, longest_phrase: self.longest_phrase }
    }
}
