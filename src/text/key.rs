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

/// Takes up to eight bytes at once, the first one lowest. Bytes of words are never 0, so a short piece needs no length.
const fn step(state: u64, piece: u64) -> u64 {
    (state.rotate_left(23) ^ piece).wrapping_mul(MULTIPLIER)
}

const fn mix(state: u64) -> u64 {
    let x = (state ^ (state >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    x ^ (x >> 32)
}

/// The bytes of a piece: as many as a step takes.
const PIECE: usize = 8;

/// Hashes a word piece by piece. It holds back the last bytes, so that the key of a word without its ending costs no
/// second pass: 9 bytes or more are held once as many have come, and an ending and a possessive have 7.
pub(super) struct KeyHasher {
    state: u64,
    length: usize,
    /// The last bytes, the first one lowest; 0 behind them.
    held: u128,
    count: usize,
}

impl KeyHasher {
    pub(super) const fn new() -> Self {
        KeyHasher { state: SEED, length: 0, held: 0, count: 0 }
    }

    pub(super) const fn push(&mut self, byte: u8) {
        self.push_all(byte as u64, 1);
    }

    /// A word of so many bytes, 1 to 16, the first one lowest; the others are 0.
    pub(super) const fn of_word(held: u128, count: usize) -> Self {
        KeyHasher { state: SEED, length: count, held, count }
    }

    /// Takes the lowest `count` bytes, the first one lowest; the others are 0.
    pub(super) const fn push_all(&mut self, bytes: u64, count: usize) {
        if count == 0 {
            return;
        }
        if self.count + count > 2 * PIECE {
            self.state = step(self.state, self.held as u64);
            self.held >>= 8 * PIECE;
            self.count -= PIECE;
        }
        self.held |= (bytes as u128) << (8 * self.count);
        self.count += count;
        self.length += count;
    }

    pub(super) const fn finish(&self) -> u64 {
        finished(self.state, self.held, self.count)
    }

    /// The key of the word without its last `dropped` bytes, at most as many as endings have, and with `last` instead,
    /// if that is not 0.
    fn key_without(&self, dropped: usize, last: u8) -> u64 {
        if dropped == 0 {
            return self.finish();
        }
        let count = self.count.saturating_sub(dropped);
        let kept = self.held & !(u128::MAX << (8 * count));
        finished(self.state, kept | u128::from(last) << (8 * count), count + usize::from(last != 0))
    }

    fn tail(&self) -> Tail {
        let last = self.held << (8 * (2 * PIECE - self.count.max(1)));
        Tail { bytes: ((last >> (8 * PIECE)) as u64).swap_bytes(), length: self.length }
    }

    /// The bytes of the word without a possessive, and how many the possessive takes.
    fn without_possessive(&self) -> (Tail, usize) {
        let tail = self.tail();
        if tail.ends(&const { Ending::new("'s", 1) }) { (tail.without(2), 2) } else { (tail, 0) }
    }

    /// The keys of the word without a possessive and of its stem, and its endings as bits.
    pub(super) fn word_stem_endings(&self) -> (u64, u64, u8) {
        let (tail, cut) = self.without_possessive();
        let word = self.key_without(cut, 0);
        let possessive = if cut > 0 { POSSESSIVE } else { 0 };
        // Most words end in none of these letters.
        if !matches!(tail.last(), b's' | b'd' | b'g' | b'y' | b'r' | b'e') {
            return (word, word, possessive);
        }
        let (dropped, y) = tail.inflection();
        let stem = if dropped == 0 { word } else { self.key_without(cut + dropped, if y { b'y' } else { 0 }) };
        (word, stem, possessive | tail.endings())
    }
}

/// What [`KeyHasher::word_stem_endings`] tells, for a word of 1 to 8 letters, the first one lowest, and 0 behind them.
#[inline]
pub(super) fn short_word_stem_endings(letters: u64, count: usize) -> (u64, u64, u8) {
    let word = mix(step(SEED, letters));
    let tail = Tail { bytes: letters.swap_bytes() >> (u64::BITS as usize - 8 * count), length: count };
    if !matches!(tail.last(), b's' | b'd' | b'g' | b'y' | b'r' | b'e') {
        return (word, word, 0);
    }
    let (dropped, y) = tail.inflection();
    if dropped == 0 {
        return (word, word, tail.endings());
    }
    let end = 8 * (count - dropped);
    let kept = letters & !(u64::MAX << end);
    let kept = if y { kept | u64::from(b'y') << end } else { kept };
    (word, mix(step(SEED, kept)), tail.endings())
}

const fn finished(state: u64, held: u128, count: usize) -> u64 {
    let first = step(state, held as u64);
    mix(if count > PIECE { step(first, (held >> (8 * PIECE)) as u64) } else { first })
}

/// An ending, and how many bytes must stand before it: what is kept must still look like a word.
struct Ending {
    bytes: u64,
    mask: u64,
    length: usize,
}

impl Ending {
    #[allow(clippy::indexing_slicing, reason = "an index below the length; evaluated by the compiler")]
    const fn new(text: &str, stem: usize) -> Self {
        let (mut bytes, mut mask, mut at) = (0, 0, 0);
        while at < text.len() {
            bytes = (bytes << 8) | text.as_bytes()[at] as u64;
            mask = (mask << 8) | 0xFF;
            at += 1;
        }
        Ending { bytes, mask, length: text.len() + stem }
    }
}

/// The last bytes of a word, newest lowest, and its length.
#[derive(Clone, Copy)]
struct Tail {
    bytes: u64,
    length: usize,
}

impl Tail {
    fn without(self, count: usize) -> Self {
        Tail { bytes: self.bytes >> (8 * count), length: self.length - count }
    }

    fn last(self) -> u8 {
        self.bytes as u8
    }

    fn ends(self, ending: &Ending) -> bool {
        self.bytes & ending.mask == ending.bytes && self.length >= ending.length
    }

    fn endings(self) -> u8 {
        let ends = |ending: &Ending| self.ends(ending);
        match self.last() {
            b'd' if ends(&const { Ending::new("ed", 2) }) => ED,
            b'g' if ends(&const { Ending::new("ing", 2) }) => ING,
            b'y' if ends(&const { Ending::new("ly", 2) }) => LY,
            b's' if ends(&const { Ending::new("s", 2) }) && !ends(&const { Ending::new("ss", 1) }) => S,
            _ => 0,
        }
    }

    /// How many bytes an inflection takes at the end, and whether the stem then ends in y. The longest ending
    /// comes first.
    fn inflection(self) -> (usize, bool) {
        let ends = |ending: &Ending| self.ends(ending);
        let dropped = match self.last() {
            b's' => {
                if ends(&const { Ending::new("ies", 3) }) {
                    return (3, true);
                } else if ends(&const { Ending::new("ings", 3) }) || ends(&const { Ending::new("ness", 4) }) {
                    4
                } else if ends(&const { Ending::new("ers", 4) }) {
                    3
                } else if ends(&const { Ending::new("es", 3) }) {
                    2
                } else {
                    usize::from(ends(&const { Ending::new("s", 3) }) && !ends(&const { Ending::new("ss", 2) }))
                }
            }
            b'd' => {
                if ends(&const { Ending::new("ied", 3) }) {
                    return (3, true);
                }
                if ends(&const { Ending::new("ed", 3) }) { 2 } else { 0 }
            }
            b'g' if ends(&const { Ending::new("ing", 3) }) => 3,
            b'y' => {
                if ends(&const { Ending::new("ingly", 4) }) {
                    5
                } else if ends(&const { Ending::new("edly", 4) }) {
                    4
                } else if ends(&const { Ending::new("ity", 4) }) {
                    3
                } else if ends(&const { Ending::new("ly", 4) }) {
                    2
                } else {
                    0
                }
            }
            b'r' if ends(&const { Ending::new("er", 4) }) => 2,
            b'e' if ends(&const { Ending::new("e", 3) }) => 1,
            _ => 0,
        };
        (dropped, false)
    }
}

/// The key of a lower-cased word, as the tokens of a text have it.
#[must_use]
#[allow(clippy::indexing_slicing, reason = "an index below the length")]
pub const fn word_key(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let possessive = matches!(bytes, [_, .., b'\'', b's']);
    let length = if possessive { bytes.len() - 2 } else { bytes.len() };
    let (mut hasher, mut at) = (KeyHasher::new(), 0);
    while at < length {
        hasher.push(bytes[at]);
        at += 1;
    }
    hasher.finish()
}

/// The keys of some lower-cased words.
#[must_use]
#[expect(clippy::indexing_slicing, reason = "a const fn has no other way in, and the index is below N")]
pub const fn word_keys<const N: usize>(words: [&str; N]) -> [u64; N] {
    let mut keys = [0; N];
    let mut at = 0;
    while at < N {
        keys[at] = word_key(words[at]);
        at += 1;
    }
    keys
}

/// A few words, by their keys.
#[derive(Debug)]
pub struct KeySet<const N: usize> {
    keys: [u64; N],
    /// One bit for each value of a key's lowest eight bits, set where a key has it: most words that are asked for are
    /// none of these, and one bit says so.
    bits: [u64; 4],
}

impl<const N: usize> KeySet<N> {
    /// The set of some lower-cased words.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "a const fn has no other way in, and the indices are in range")]
    pub const fn new(words: [&str; N]) -> Self {
        let keys = word_keys(words);
        let mut bits = [0; 4];
        let mut at = 0;
        while at < N {
            bits[(keys[at] >> 6 & 3) as usize] |= 1 << (keys[at] & 63);
            at += 1;
        }
        KeySet { keys, bits }
    }

    #[must_use]
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "two bits are an index below 4")]
    pub fn contains(&self, key: &u64) -> bool {
        self.bits[(key >> 6 & 3) as usize] & 1 << (key & 63) != 0 && self.keys.contains(key)
    }
}

impl<const N: usize> KeySet<N> {
    /// True if any of its bits is among these, which are made as its own.
    pub(super) fn shares(&self, bits: &[u64; 4]) -> bool {
        self.bits.iter().zip(bits).any(|(own, other)| own & other != 0)
    }
}

/// The key of a phrase, from the key of its beginning and the key of its next word.
#[must_use]
pub const fn phrase_key(beginning: u64, word: u64) -> u64 {
    mix(beginning.rotate_left(23).wrapping_mul(MULTIPLIER) ^ word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::token::tokenise;

    fn stem_of(word: &str) -> u64 {
        tokenise(word).first().map_or(0, |token| token.stem)
    }

    /// What the hasher does with states, done with strings: the rules in their order.
    fn stem_by_hand(word: &str) -> String {
        let word = word.strip_suffix("'s").filter(|rest| !rest.is_empty()).unwrap_or(word);
        let without = |ending: &str, stem: usize| word.strip_suffix(ending).filter(|rest| rest.len() >= stem);
        if let Some(rest) = without("ies", 3).or_else(|| without("ied", 3)) {
            return format!("{rest}y");
        }
        let rules =
            [("ingly", 4), ("ings", 3), ("ness", 4), ("edly", 4), ("ing", 3), ("ity", 4), ("ers", 4), ("ed", 3)];
        let more = [("es", 3), ("ly", 4), ("er", 4)];
        if let Some(rest) = rules.iter().chain(&more).find_map(|(ending, stem)| without(ending, *stem)) {
            return rest.to_owned();
        }
        let plural = without("s", 3).filter(|_| without("ss", 2).is_none());
        plural.or_else(|| without("e", 3)).unwrap_or(word).to_owned()
    }

    #[test]
    fn stems_are_those_of_the_rules() {
        let stems = ["", "a", "at", "cat", "plan", "polic", "walk", "boss", "need", "happi", "string"];
        let endings = [
            "", "s", "ss", "es", "ies", "ied", "ed", "edly", "ing", "ings", "ingly", "ly", "ity", "er", "ers", "ness",
            "e", "'s", "s's", "ing's", "edly's", "d", "g", "y", "r",
        ];
        for word in stems.iter().flat_map(|stem| endings.iter().map(move |ending| format!("{stem}{ending}"))) {
            let [token] = tokenise(&word)[..] else { continue };
            assert_eq!(token.stem, word_key(&stem_by_hand(&word)), "{word} and {}", stem_by_hand(&word));
            assert_eq!(token.key, word_key(&word), "{word}");
        }
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
    fn a_set_has_its_words_and_no_other() {
        static DAYS: KeySet<3> = KeySet::new(["monday", "friday", "sunday"]);
        for (word, listed) in [("monday", true), ("friday", true), ("sunday", true), ("tuesday", false), ("", false)] {
            assert_eq!(DAYS.contains(&word_key(word)), listed, "{word}");
        }
        let others = (0..10_000).map(|n| word_key(&format!("w{n}")));
        assert!(others.into_iter().all(|key| !DAYS.contains(&key)));
    }

    #[test]
    fn a_possessive_is_not_part_of_the_key() {
        let tokens = tokenise("China’s China's China");
        assert_eq!(tokens[0].key, tokens[2].key);
        assert_eq!(tokens[1].key, word_key("china"));
    }
}
