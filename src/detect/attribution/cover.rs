//! A set of tokens, one bit each.

use crate::report::Voice;

use super::Attribution;

/// Tokens of a document.
#[derive(Debug, Default)]
pub(super) struct TokenSet(Vec<u64>);

impl TokenSet {
    /// The tokens that own-voice relations hand over.
    pub(super) fn of_contents(tokens: usize, relations: &[Attribution]) -> Self {
        let mut set = TokenSet(vec![0; tokens.div_ceil(64)]);
        for relation in relations.iter().filter(|relation| relation.voice == Voice::Own) {
            for content in relation.content.iter().flatten() {
                set.insert(content.start, content.end);
            }
        }
        set
    }

    pub(super) fn insert(&mut self, first: u32, end: u32) {
        for word in first / 64..end.div_ceil(64) {
            let from = first.saturating_sub(word * 64).min(64);
            let to = (end - word * 64).min(64);
            let below = |bits: u32| if bits == 64 { u64::MAX } else { (1 << bits) - 1 };
            if let Some(slot) = self.0.get_mut(word as usize) {
                *slot |= below(to) & !below(from);
            }
        }
    }

    pub(super) fn contains(&self, token: u32) -> bool {
        self.0.get(token as usize / 64).is_some_and(|word| word >> (token % 64) & 1 == 1)
    }
}
