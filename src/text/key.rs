//! Word keys: a 64-bit number for a word, the same for the lexicon and the text.
//!
//! Two words with one key would be taken for one another. With 64 well-mixed bits that needs some
//! billions of distinct words; a text made for it can only fool its own report.

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
const SEED: u64 = 0x5851_F42D_4C95_7F2D;

/// Endings of a word, as bits.
pub(super) const POSSESSIVE: u8 = 1;
pub(super) const ED: u8 = 1 << 1;
pub(super) const ING: u8 = 1 << 2;
pub(super) const LY: u8 = 1 << 3;
pub(super) const S: u8 = 1 << 4;

/// How far back an ending may begin, and so how many states are kept.
const KEPT: usize = 8;

fn step(state: u64, byte: u8) -> u64 {
    (state.rotate_left(5) ^ u64::from(byte)).wrapping_mul(MULTIPLIER)
}

fn mix(state: u64) -> u64 {
    let x = (state ^ (state >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    x ^ (x >> 32)
}

/// Hashes a word byte by byte. It keeps the states of the last few bytes, so that the key of a word
/// without its ending costs no second pass.
pub(super) struct KeyHasher {
    state: u64,
    length: usize,
    /// The states before each of the last bytes, by position modulo [`KEPT`].
    before: [u64; KEPT],
    /// The last eight bytes, newest lowest.
    tail: u64,
}

impl KeyHasher {
    pub(super) fn new() -> Self {
        KeyHasher { state: SEED, length: 0, before: [SEED; KEPT], tail: 0 }
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.before[self.length % KEPT] = self.state;
        self.state = step(self.state, byte);
        self.tail = (self.tail << 8) | u64::from(byte);
        self.length += 1;
    }

    pub(super) fn finish(&self) -> u64 {
        mix(self.state)
    }

    /// The state before the last `count` bytes; `count` is at most the word's length and [`KEPT`].
    fn state_before(&self, count: usize) -> u64 {
        if count == 0 { self.state } else { self.before[(self.length - count) % KEPT] }
    }

    /// True if the word without its last `dropped` bytes ends in `ending` and keeps `stem` bytes before it.
    fn ends(&self, dropped: usize, ending: &str, stem: usize) -> bool {
        let bytes = ending.as_bytes();
        if self.length < dropped + bytes.len() + stem || dropped + bytes.len() > KEPT {
            return false;
        }
        let shifted = self.tail >> (8 * dropped);
        bytes.iter().rev().enumerate().all(|(i, &b)| (shifted >> (8 * i)) & 0xFF == u64::from(b))
    }

    /// How many bytes a possessive takes at the end.
    fn possessive(&self) -> usize {
        if self.ends(0, "'s", 1) { 2 } else { 0 }
    }

    pub(super) fn endings(&self) -> u8 {
        let cut = self.possessive();
        let mut bits = if cut > 0 { POSSESSIVE } else { 0 };
        if self.ends(cut, "ed", 2) {
            bits |= ED;
        } else if self.ends(cut, "ing", 2) {
            bits |= ING;
        } else if self.ends(cut, "ly", 2) {
            bits |= LY;
        } else if self.ends(cut, "s", 2) && !self.ends(cut, "ss", 1) {
            bits |= S;
        }
        bits
    }

    /// The keys of the word without a possessive, and of its stem.
    pub(super) fn word_and_stem(&self) -> (u64, u64) {
        let cut = self.possessive();
        let word = mix(self.state_before(cut));
        // Longest ending first; what is kept must still look like a word.
        let stem_state = if self.ends(cut, "ies", 3) || self.ends(cut, "ied", 3) {
            step(self.state_before(cut + 3), b'y')
        } else if self.ends(cut, "ingly", 4) {
            self.state_before(cut + 5)
        } else if self.ends(cut, "ings", 3) || self.ends(cut, "ness", 4) || self.ends(cut, "edly", 4) {
            self.state_before(cut + 4)
        } else if self.ends(cut, "ing", 3) || self.ends(cut, "ity", 4) || self.ends(cut, "ers", 4) {
            self.state_before(cut + 3)
        } else if self.ends(cut, "ed", 3)
            || self.ends(cut, "es", 3)
            || self.ends(cut, "ly", 4)
            || self.ends(cut, "er", 4)
        {
            self.state_before(cut + 2)
        } else if (self.ends(cut, "s", 3) && !self.ends(cut, "ss", 2)) || self.ends(cut, "e", 3) {
            self.state_before(cut + 1)
        } else {
            self.state_before(cut)
        };
        (word, mix(stem_state))
    }
}

/// The key of a lower-cased word, as the tokens of a text have it.
#[must_use]
pub fn word_key(word: &str) -> u64 {
    let mut hasher = KeyHasher::new();
    for &byte in word.as_bytes() {
        hasher.push(byte);
    }
    mix(hasher.state_before(hasher.possessive()))
}

/// The key of a phrase, from the key of its beginning and the key of its next word.
#[must_use]
pub fn phrase_key(beginning: u64, word: u64) -> u64 {
    mix(beginning.rotate_left(23).wrapping_mul(MULTIPLIER) ^ word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::token::tokenise;

    fn stem_of(word: &str) -> u64 {
        tokenise(word).first().map_or(0, |token| token.stem)
    }

    #[test]
    fn inflections_share_a_stem() {
        for forms in [
            &["support", "supports", "supporting", "supported"][..],
            &["state", "states", "stating", "stated"],
            &["policy", "policies"],
            &["neutral", "neutrality"],
            &["NATO", "NATO’s", "nato's"],
            &["quick", "quickly"],
        ] {
            for form in forms {
                assert_eq!(stem_of(form), stem_of(forms[0]), "{form} and {}", forms[0]);
            }
        }
    }

    #[test]
    fn short_words_keep_their_endings() {
        for (a, b) in [("bus", "bu"), ("red", "r"), ("sing", "s"), ("class", "clas"), ("city", "c")] {
            assert_ne!(stem_of(a), stem_of(b), "{a} and {b}");
        }
    }

    #[test]
    fn a_possessive_is_not_part_of_the_key() {
        let tokens = tokenise("China’s China's China");
        assert_eq!(tokens[0].key, tokens[2].key);
        assert_eq!(tokens[1].key, word_key("china"));
    }
}
