//! The words of one text by number, so that what is counted of words is counted in plain vectors and not in a hash table
//! for each question.

use std::hash::BuildHasher;
use std::sync::LazyLock;

use super::token::Token;

/// The numbers of a token's word and of its stem. One row of numbers serves both: a word that is its own stem has one.
/// Both are 0 for what is neither word nor number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    pub word: u32,
    pub stem: u32,
}

/// The words of a text by number, from 1 on.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// One for each token.
    tokens: Vec<Numbers>,
    /// How often each number occurs as a word. As long as there are numbers, 0 included.
    times: Vec<u32>,
}

impl Vocabulary {
    pub(super) fn of(tokens: &[Token]) -> Self {
        let mut numbering = Numbering::for_tokens(tokens.len());
        let mut vocabulary = Vocabulary { tokens: Vec::with_capacity(tokens.len()), times: Vec::new() };
        vocabulary.times.resize(numbering.keys.capacity(), 0);
        for token in tokens {
            if !token.counts() {
                vocabulary.tokens.push(Numbers::default());
                continue;
            }
            let word = numbering.number(token.key);
            let stem = if token.stem == token.key { word } else { numbering.number(token.stem) };
            vocabulary.tokens.push(Numbers { word, stem });
            if vocabulary.times.len() < numbering.keys.len() {
                vocabulary.times.resize(numbering.keys.len() * 2, 0);
            }
            if let Some(times) = vocabulary.times.get_mut(word as usize) {
                *times += 1;
            }
        }
        vocabulary.times.truncate(numbering.keys.len());
        vocabulary
    }

    /// The numbers of one token.
    #[must_use]
    pub fn of_token(&self, at: usize) -> Numbers {
        self.tokens.get(at).copied().unwrap_or_default()
    }

    /// The numbers of the tokens in a range.
    #[must_use]
    pub fn of_tokens(&self, range: std::ops::Range<usize>) -> &[Numbers] {
        self.tokens.get(range).unwrap_or_default()
    }

    /// How often a word occurs in the whole text, by its number.
    #[must_use]
    pub fn times(&self, word: u32) -> u32 {
        self.times.get(word as usize).copied().unwrap_or(0)
    }

    /// One value for each number, to be indexed by it.
    #[must_use]
    pub fn table<T: Clone>(&self, value: T) -> Vec<T> {
        vec![value; self.times.len()]
    }
}

/// Gives numbers to keys: open addressing, a power of two, at most half full.
struct Numbering {
    /// 0 where free.
    slots: Vec<u32>,
    shift: u32,
    scatter: u64,
    /// By number; the first stands for nothing.
    keys: Vec<u64>,
}

/// An odd number that no text can be written against. It decides where a key is kept and nothing else.
static SCATTER: LazyLock<u64> = LazyLock::new(|| hashbrown::DefaultHashBuilder::default().hash_one(0_u64) | 1);

/// A text has a new word for every second token or fewer, and long texts for far fewer.
const MOST_AT_FIRST: usize = 1 << 13;

impl Numbering {
    fn for_tokens(count: usize) -> Self {
        let size = count.clamp(16, MOST_AT_FIRST).next_power_of_two();
        let mut keys = Vec::with_capacity(size / 2 + 1);
        keys.push(0);
        Numbering { slots: vec![0; size], shift: u64::BITS - size.trailing_zeros(), scatter: *SCATTER, keys }
    }

    fn number(&mut self, key: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(self.scatter) >> self.shift) as usize;
        while let Some(&number) = self.slots.get(at) {
            if number == 0 {
                break;
            }
            if self.keys.get(number as usize) == Some(&key) {
                return number;
            }
            at = (at + 1) & mask;
        }
        let number = self.keys.len() as u32;
        self.keys.push(key);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = number;
        }
        if self.keys.len() * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        self.slots.clear();
        self.slots.resize(size, 0);
        self.shift -= 1;
        for (number, key) in self.keys.iter().enumerate().skip(1) {
            let mut at = (key.wrapping_mul(self.scatter) >> self.shift) as usize;
            while self.slots.get(at).is_some_and(|taken| *taken != 0) {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = number as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenise;

    #[test]
    fn one_word_has_one_number_and_its_stem_the_number_of_that_word() {
        let tokens = tokenise("Support, supports: the support of 12 towns; 12 towns.");
        let vocabulary = Vocabulary::of(&tokens);
        let numbers = vocabulary.of_tokens(0..tokens.len());
        assert_eq!(numbers[0], numbers[5]);
        assert_eq!(numbers[2].stem, numbers[0].word);
        assert_ne!(numbers[2].word, numbers[0].word);
        assert_eq!(numbers[1], Numbers::default());
        assert_eq!(vocabulary.times(numbers[0].word), 2);
        assert_eq!(vocabulary.times(numbers[2].word), 1);
    }

    #[test]
    fn as_many_words_as_a_text_has_keep_apart() {
        let text: String = (0..60_000).map(|n| format!("w{} ", n % 40_000)).collect();
        let tokens = tokenise(&text);
        let vocabulary = Vocabulary::of(&tokens);
        let numbers: std::collections::HashSet<u32> =
            vocabulary.of_tokens(0..tokens.len()).iter().map(|numbers| numbers.word).collect();
        assert_eq!(numbers.len(), 40_000);
        assert!(numbers.iter().all(|number| (1..=2).contains(&vocabulary.times(*number))));
        assert!(numbers.iter().all(|number| (*number as usize) < vocabulary.table(()).len()));
    }
}
