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
        let number = |token: &Token| if token.counts() { numbering.occurs(token) } else { Numbers::default() };
        let tokens = tokens.iter().map(number).collect();
        Vocabulary { tokens, times: numbering.words.iter().map(|word| word.times).collect() }
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

    /// How many different words and numbers the text has.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.times.iter().filter(|times| **times > 0).count()
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
    words: Vec<Numbered>,
}

/// What has a number.
#[derive(Clone, Copy, Default)]
struct Numbered {
    key: u64,
    /// The number of its stem; 0 until it occurs as a word.
    stem: u32,
    /// How often it occurs as a word.
    times: u32,
}

/// An odd number that no text can be written against. It decides where a key is kept and nothing else.
static SCATTER: LazyLock<u64> = LazyLock::new(|| hashbrown::DefaultHashBuilder::default().hash_one(0_u64) | 1);

/// A text has a new word for every second token or fewer, and long texts for far fewer.
const MOST_AT_FIRST: usize = 1 << 13;

impl Numbering {
    fn for_tokens(count: usize) -> Self {
        let size = count.clamp(16, MOST_AT_FIRST).next_power_of_two();
        let mut words = Vec::with_capacity(size / 2 + 1);
        words.push(Numbered::default());
        Numbering { slots: vec![0; size], shift: u64::BITS - size.trailing_zeros(), scatter: *SCATTER, words }
    }

    /// Counts a word or a number. A stem is looked up once for each word: equal words have equal stems.
    fn occurs(&mut self, token: &Token) -> Numbers {
        let word = self.number(token.key);
        let mut stem = self.words.get(word as usize).map_or(word, |known| known.stem);
        if stem == 0 {
            stem = if token.stem == token.key { word } else { self.number(token.stem) };
        }
        if let Some(known) = self.words.get_mut(word as usize) {
            known.stem = stem;
            known.times += 1;
        }
        Numbers { word, stem }
    }

    fn number(&mut self, key: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(self.scatter) >> self.shift) as usize;
        while let Some(&number) = self.slots.get(at) {
            if number == 0 {
                break;
            }
            if self.words.get(number as usize).is_some_and(|known| known.key == key) {
                return number;
            }
            at = (at + 1) & mask;
        }
        let number = self.words.len() as u32;
        self.words.push(Numbered { key, ..Numbered::default() });
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = number;
        }
        if self.words.len() * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        self.slots.clear();
        self.slots.resize(size, 0);
        self.shift -= 1;
        for (number, known) in self.words.iter().enumerate().skip(1) {
            let mut at = (known.key.wrapping_mul(self.scatter) >> self.shift) as usize;
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
        // "support", "supports", "the", "of", "12", "towns"; not "town", which is a stem only.
        assert_eq!(vocabulary.distinct(), 6);
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
