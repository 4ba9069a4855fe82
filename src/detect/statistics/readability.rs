//! Readability by the published formulas.
//!
//! Each is a function of counts, and equals what textstat 0.7.13 computes from the same counts.

use super::lines::is_blank;
use super::syllables::syllables;
use crate::detect::facts::is_name;
use crate::text::{Document, TokenKind, form};

/// A word of so many syllables is a long one to Gunning and McLaughlin.
const POLYSYLLABLE: u32 = 3;
/// A word of more letters is a long one to Björnsson and Anderson.
const LONG_WORD: usize = 6;

/// What the formulas are made of: body sentences and their words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sentences of at least three words.
    pub sentences: u32,
    pub words: u32,
    /// By rule, see [`syllables`].
    pub syllables: u32,
    /// Letters and digits.
    pub letters: u32,
    /// All characters but blanks, marks included.
    pub characters: u32,
    /// Words of three syllables or more.
    pub polysyllables: u32,
    /// Of these, words that are no name and no longer than their stem by an ending -es, -ed or -ing alone.
    pub complex_words: u32,
    /// Words of more than six letters.
    pub long_words: u32,
}

/// Words below which textstat counts no sentence.
const SHORTEST_SENTENCE: u32 = 3;

impl Counts {
    /// Counts what stands in the body.
    #[must_use]
    pub fn of(document: &Document<'_>) -> Self {
        let mut counts = Counts::default();
        // Of each word that was met, its syllables.
        let mut known = document.vocabulary.table(0_u32);
        for (_, sentence) in document.body() {
            counts.sentences += u32::from(sentence.words >= SHORTEST_SENTENCE);
            let tokens = document.tokens_of(sentence);
            let numbers = document.vocabulary.of_tokens(sentence.tokens());
            for (at, (token, number)) in tokens.iter().zip(numbers).enumerate() {
                let word = token.span().slice(document.article.text).unwrap_or_default();
                // Blanks are not ASCII in words and numbers, if they have any.
                let plain = token.is(form::PLAIN) || token.counts() && word.is_ascii();
                counts.characters +=
                    if plain { word.len() } else { word.chars().filter(|&c| !is_blank(c)).count() } as u32;
                if !token.counts() {
                    continue;
                }
                let letters = if token.is(form::PLAIN) {
                    word.len()
                } else if plain {
                    word.bytes().filter(u8::is_ascii_alphanumeric).count()
                } else {
                    word.chars().filter(|c| c.is_alphanumeric()).count()
                };
                counts.words += 1;
                counts.letters += letters as u32;
                counts.long_words += u32::from(letters > LONG_WORD);
                let spoken = match known.get_mut(number.word as usize) {
                    _ if token.kind == TokenKind::Number => 1,
                    // A word's syllables are counted once; its number tells its letters, where these are plain.
                    Some(known) if plain && !token.is(form::POSSESSIVE) => {
                        if *known == 0 {
                            *known = syllables(word);
                        }
                        *known
                    }
                    _ => syllables(word),
                };
                counts.syllables += spoken;
                if spoken >= POLYSYLLABLE {
                    counts.polysyllables += 1;
                    let grown = inflected(word).is_some_and(|stem| syllables(stem) < POLYSYLLABLE);
                    let name = at > 0 && token.is(form::CAPITALISED) || is_name(tokens, at);
                    counts.complex_words += u32::from(!grown && !name && !token.is(form::HYPHENATED));
                }
            }
        }
        counts
    }

    /// Flesch 1948: higher is easier.
    #[must_use]
    pub fn flesch_reading_ease(&self) -> Option<f64> {
        Some(206.835 - 1.015 * self.sentence_length()? - 84.6 * self.of_words(self.syllables)?)
    }

    /// Kincaid et al. 1975: a school grade.
    #[must_use]
    pub fn flesch_kincaid_grade(&self) -> Option<f64> {
        Some(0.39 * self.sentence_length()? + 11.8 * self.of_words(self.syllables)? - 15.59)
    }

    /// Gunning 1952: years of school.
    #[must_use]
    pub fn gunning_fog(&self) -> Option<f64> {
        Some(0.4 * (self.sentence_length()? + 100.0 * self.of_words(self.complex_words)?))
    }

    /// McLaughlin 1969: a school grade.
    #[must_use]
    pub fn smog_index(&self) -> Option<f64> {
        Some(1.043 * libm::sqrt(30.0 * self.of_sentences(self.polysyllables)?) + 3.1291)
    }

    /// Coleman and Liau 1975: a school grade.
    #[must_use]
    pub fn coleman_liau_index(&self) -> Option<f64> {
        let hundred = |share: f64| 100.0 * share;
        Some(0.058 * hundred(self.of_words(self.letters)?) - 0.296 * hundred(self.of_words(self.sentences)?) - 15.8)
    }

    /// Senter and Smith 1967: a school grade.
    #[must_use]
    pub fn automated_readability_index(&self) -> Option<f64> {
        Some(4.71 * self.of_words(self.characters)? + 0.5 * self.sentence_length()? - 21.43)
    }

    /// Björnsson 1968: higher is harder.
    #[must_use]
    pub fn lix(&self) -> Option<f64> {
        Some(self.sentence_length()? + 100.0 * self.of_words(self.long_words)?)
    }

    /// Anderson 1983: long words for each sentence.
    #[must_use]
    pub fn rix(&self) -> Option<f64> {
        self.of_sentences(self.long_words)
    }

    fn sentence_length(&self) -> Option<f64> {
        self.of_sentences(self.words)
    }

    fn of_sentences(&self, count: u32) -> Option<f64> {
        (self.sentences > 0).then(|| f64::from(count) / f64::from(self.sentences))
    }

    fn of_words(&self, count: u32) -> Option<f64> {
        (self.words > 0 && self.sentences > 0).then(|| f64::from(count) / f64::from(self.words))
    }
}

/// The stem of a word that Gunning does not count for its ending alone.
fn inflected(word: &str) -> Option<&str> {
    ["es", "ed", "ing"].iter().find_map(|ending| word.strip_suffix(ending))
}
