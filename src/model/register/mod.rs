//! The register model: how a text is written, whatever it is about.
//!
//! It sees single units and neighbouring pairs of a text whose content words are masked by their class of cue or their
//! shape ([`shape`]), in pieces of like length. A pattern counts by `(1 + ln n) * idf`, n being how often it
//! occurs; the counts of a piece have length 1. The sum of weight times count grows with the length of a piece that
//! is well reported, the same words cut otherwise; what grows is taken out. Averaged over the pieces it is one
//! input of the reliability model, beside the documented features. It knows no names, no topics and no outlets; it
//! is style, and style is cheap to imitate: its term in the logit is shown apart.

mod fit;
pub mod shape;

use std::collections::BTreeSet;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

pub use fit::{FitError, Row, Settings, Spellings, fit, lost_by_halving};
pub use shape::{Shape, Unit};

use super::artifact::is_moderate;
use super::transform::Quantiles;
use crate::text::{Document, word_key};

/// Its name among the terms of a logit.
pub const REGISTER: &str = "register";

/// A text is read in pieces of about so many units, and their sums averaged. The sum of a piece grows with its length,
/// and length is no practice: [`RegisterFile::length_effect`] takes out what a piece of this length would not have.
const PIECE_UNITS: usize = 500;

/// A report names at most so many patterns.
const STRONGEST: usize = 10;

/// The square of a smaller one may be 0, and the length of a piece's counts with it.
const LEAST_IDF: f64 = 1e-9;

/// The register model as it lies in a model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFile {
    /// The words that keep their letters, in alphabetical order.
    pub vocabulary: Vec<String>,
    pub bias: f64,
    /// L2 strength for each article of average weight.
    pub penalty: f64,
    /// What the sum of a piece of a good article gains when it is cut e times as long.
    pub length_effect: f64,
    /// Pattern, inverse document frequency, weight towards good practice.
    pub patterns: Vec<(String, f64, f64)>,
    /// The sums of the reference articles, each from a model that had not seen its corpus.
    pub reference: Quantiles,
}

impl RegisterFile {
    /// Why this cannot be a register model, if it cannot.
    pub(super) fn problem(&self) -> Option<String> {
        if self.patterns.is_empty() {
            return Some("its register model has no patterns".to_owned());
        }
        if self.vocabulary.len() > MOST_WORDS || self.patterns.len() > MOST_PATTERNS {
            return Some(format!(
                "its register model has {} words and {} patterns; at most {MOST_WORDS} and {MOST_PATTERNS} are read",
                self.vocabulary.len(),
                self.patterns.len()
            ));
        }
        let sound = is_moderate(self.bias) && is_moderate(self.length_effect);
        if !(sound && self.penalty.is_finite() && self.penalty >= 0.0) {
            return Some("the bias, the penalty or the length effect of its register model is out of range".to_owned());
        }
        let mut seen = BTreeSet::new();
        for (name, idf, weight) in &self.patterns {
            if !(is_moderate(*idf) && *idf >= LEAST_IDF && is_moderate(*weight)) {
                return Some(format!("the register pattern `{name}` has a number that is out of range"));
            }
            if !seen.insert(name) {
                return Some(format!("it has the register pattern `{name}` twice"));
            }
        }
        self.reference.problem()
    }
}

/// What the register model reads in one article.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Bias, patterns and length effect, the mean over its pieces; above 0 is closer to good practice.
    pub sum: f64,
    /// What the strongest patterns add to the sum: index into [`RegisterFile::patterns`], value.
    pub strongest: Vec<(u32, f64)>,
}

/// What a unit is to one register model: from 1 on the shapes, after them the words that keep their letters.
type Code = u16;

/// Before the first unit of a paragraph.
const NOTHING: Code = 0;

/// The codes of one vocabulary.
#[derive(Debug, Clone, PartialEq)]
struct Codes {
    /// The words that keep their letters, by key.
    words: HashMap<u64, Code>,
    /// How many codes there are, [`NOTHING`] included.
    count: usize,
}

impl Codes {
    fn of(vocabulary: &[String]) -> Self {
        let words = (Self::FIRST_WORD..).zip(vocabulary).map(|(code, word)| (word_key(word), code)).collect();
        Codes { words, count: usize::from(Self::FIRST_WORD) + vocabulary.len() }
    }

    const FIRST_WORD: Code = 1 + shape::SHAPES as Code;

    /// The code of a word that keeps its letters, by its key; [`NOTHING`] for others.
    fn word(&self, word: u64) -> Code {
        self.words.get(&word).copied().filter(|_| word != 0).unwrap_or(NOTHING)
    }

    /// The code of a unit: of its word if that keeps its letters, else of its shape.
    fn unit(&self, unit: &Unit) -> Code {
        match self.word(unit.word) {
            NOTHING => of_shape(unit.shape),
            code => code,
        }
    }

    /// How the units are written, by code.
    fn names(vocabulary: &[String]) -> Vec<String> {
        let shapes = (0u8..).take(shape::SHAPES).map(shape::name);
        std::iter::once(String::new()).chain(shapes).chain(vocabulary.iter().cloned()).collect()
    }
}

fn of_shape(shape: Shape) -> Code {
    1 + Code::from(shape)
}

/// A register model ready for use.
#[derive(Debug, Clone, PartialEq)]
pub struct Register {
    codes: Codes,
    /// For a code and the one before it the index of their pattern, or [`NO_PATTERN`]: one row for each code before. The
    /// row of [`NOTHING`] has the patterns of single units.
    patterns: Vec<u16>,
    /// One bit for each place of `patterns`, set where it has one: of all pairs that a text has few are patterns, and the
    /// bits of all of them stay in a fast cache.
    listed: Vec<u64>,
    bias: f64,
    length_effect: f64,
    /// Inverse document frequency and weight, by pattern.
    weights: Vec<(f64, f64)>,
}

const NO_PATTERN: u16 = u16::MAX;

/// Bounds of a model file. They keep the table of patterns under 3 MB.
const MOST_WORDS: usize = 1_000;
const MOST_PATTERNS: usize = 20_000;

/// How many units each piece of a text of so many has, the last perhaps fewer.
#[must_use]
pub fn piece_length(units: usize) -> usize {
    let pieces = ((units + PIECE_UNITS / 2) / PIECE_UNITS).max(1);
    units.div_ceil(pieces).max(1)
}

impl Register {
    #[must_use]
    pub fn new(file: &RegisterFile) -> Self {
        let codes = Codes::of(&file.vocabulary);
        let names = Codes::names(&file.vocabulary);
        let by_name: HashMap<&str, usize> =
            names.iter().enumerate().map(|(code, name)| (name.as_str(), code)).collect();
        let places = codes.count * codes.count;
        let (mut patterns, mut listed) = (vec![NO_PATTERN; places], vec![0u64; places.div_ceil(64)]);
        for (index, (name, ..)) in (0u16..NO_PATTERN).zip(&file.patterns) {
            let (before, unit) = name.split_once(' ').unwrap_or(("", name));
            // A pattern of a word that does not keep its letters is never seen.
            if let (Some(before), Some(unit)) = (by_name.get(before), by_name.get(unit))
                && let at = before * codes.count + unit
                && let (Some(place), Some(bits)) = (patterns.get_mut(at), listed.get_mut(at / 64))
            {
                *place = index;
                *bits |= 1 << (at % 64);
            }
        }
        let weights = file.patterns.iter().map(|&(_, idf, weight)| (idf, weight)).collect();
        Register { codes, patterns, listed, bias: file.bias, length_effect: file.length_effect, weights }
    }

    /// Reads an article.
    #[must_use]
    pub fn read(&self, document: &Document<'_>) -> Reading {
        let text = document.article.text;
        let units = document.body().map(|(_, sentence)| sentence.tokens().len()).sum();
        let mut reader = Reader::new(self, units);
        // By number; absent for a word that did not come yet.
        let mut words: Vec<Option<Code>> = document.vocabulary.table(None);
        shape::each(document, |seen| {
            let number = document.vocabulary.of_token(seen.at).word;
            let word = match words.get_mut(number as usize).filter(|_| seen.token.is_word()) {
                Some(word) => *word.get_or_insert_with(|| self.codes.word(seen.word())),
                None => NOTHING,
            };
            reader.see(if word == NOTHING { of_shape(shape::of(text, &seen)) } else { word }, seen.first);
        });
        reader.finish()
    }

    /// The same of units that were kept.
    #[must_use]
    pub fn read_units(&self, units: &[Unit]) -> Reading {
        let mut reader = Reader::new(self, units.len());
        units.iter().for_each(|unit| reader.see(self.codes.unit(unit), unit.first));
        reader.finish()
    }
}

/// Reads one article, a piece after the other.
struct Reader<'r> {
    register: &'r Register,
    piece_length: usize,
    /// Units of the open piece.
    units: usize,
    /// How often each pattern occurs in it.
    counts: Vec<u32>,
    /// One bit for each pattern, set where the open piece, and where any piece, has it: of all patterns few are in one.
    in_piece: Vec<u64>,
    in_text: Vec<u64>,
    before: Code,
    /// Pieces that were closed, the sum of the logarithms of their lengths in [`PIECE_UNITS`], and what each pattern
    /// added to their sums.
    pieces: u32,
    lengths: f64,
    added: Vec<f64>,
    /// The patterns of a piece that is being closed, and their counts weighed.
    values: Vec<(usize, f64)>,
}

impl<'r> Reader<'r> {
    fn new(register: &'r Register, units: usize) -> Self {
        let patterns = register.weights.len();
        Reader {
            register,
            piece_length: piece_length(units),
            units: 0,
            counts: vec![0; patterns],
            in_piece: vec![0; patterns.div_ceil(64)],
            in_text: vec![0; patterns.div_ceil(64)],
            before: NOTHING,
            pieces: 0,
            lengths: 0.0,
            added: vec![0.0; patterns],
            values: Vec::new(),
        }
    }

    fn see(&mut self, code: Code, first: bool) {
        if self.units == self.piece_length {
            self.close();
        }
        self.units += 1;
        self.count(NOTHING, code);
        if self.before != NOTHING && !first {
            self.count(self.before, code);
        }
        self.before = code;
    }

    fn count(&mut self, before: Code, code: Code) {
        let at = usize::from(before) * self.register.codes.count + usize::from(code);
        if !self.register.listed.get(at / 64).is_some_and(|bits| bits & 1 << (at % 64) != 0) {
            return;
        }
        let pattern = self.register.patterns.get(at).copied().unwrap_or(NO_PATTERN);
        // `NO_PATTERN` has no count: there are fewer patterns.
        if let Some(count) = self.counts.get_mut(usize::from(pattern)) {
            *count = count.saturating_add(1);
            if let Some(bits) = self.in_piece.get_mut(usize::from(pattern) / 64) {
                *bits |= 1 << (pattern % 64);
            }
        }
    }

    fn close(&mut self) {
        self.values.clear();
        let mut squares = 0.0;
        for index in places(&self.in_piece) {
            if let (Some(count), Some((idf, _))) = (self.counts.get_mut(index), self.register.weights.get(index)) {
                let value = weigh(*count) * idf;
                squares += value * value;
                self.values.push((index, value));
                *count = 0;
            }
        }
        for (all, bits) in self.in_text.iter_mut().zip(&mut self.in_piece) {
            *all |= std::mem::take(bits);
        }
        let length = libm::sqrt(squares);
        for &(index, value) in &self.values {
            if let (Some(added), Some((_, weight))) = (self.added.get_mut(index), self.register.weights.get(index)) {
                *added += weight * value / length;
            }
        }
        self.lengths += libm::log(self.units as f64 / PIECE_UNITS as f64);
        self.before = NOTHING;
        self.units = 0;
        self.pieces += 1;
    }

    fn finish(mut self) -> Reading {
        if self.units > 0 {
            self.close();
        }
        let pieces = f64::from(self.pieces.max(1));
        let mut sum = self.register.bias - self.register.length_effect * self.lengths / pieces;
        let mut strongest: Vec<(u32, f64)> = Vec::with_capacity(STRONGEST + 1);
        for index in places(&self.in_text) {
            let added = self.added.get(index).copied().unwrap_or_default();
            if added != 0.0 {
                let part = added / pieces;
                sum += part;
                keep_strongest(&mut strongest, (index as u32, part));
            }
        }
        Reading { sum, strongest }
    }
}

/// Puts a part among the strongest, which are in order, if it is one of them. Of equal ones the first stays before.
fn keep_strongest(strongest: &mut Vec<(u32, f64)>, part: (u32, f64)) {
    let weaker = |other: &(u32, f64)| other.1.abs() < part.1.abs();
    if strongest.len() == STRONGEST && !strongest.last().is_some_and(weaker) {
        return;
    }
    let at = strongest.iter().position(weaker).unwrap_or(strongest.len());
    strongest.insert(at, part);
    strongest.truncate(STRONGEST);
}

/// The places of the bits that are set, in order.
fn places(bits: &[u64]) -> impl Iterator<Item = usize> {
    bits.iter().enumerate().flat_map(|(word, &bits)| {
        let mut left = bits;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(word * 64 + bit)
        })
    })
}

/// `1 + ln n`. Most patterns come once in a piece.
fn weigh(count: u32) -> f64 {
    if count == 1 { 1.0 } else { 1.0 + libm::log(f64::from(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;

    fn register() -> RegisterFile {
        RegisterFile {
            vocabulary: vec!["said".to_owned(), "you".to_owned()],
            bias: 0.5,
            penalty: 1.0,
            length_effect: 0.0,
            patterns: vec![
                ("<Name> said".to_owned(), 2.0, 1.5),
                ("you".to_owned(), 1.0, -1.0),
                ("!".to_owned(), 1.0, -2.0),
            ],
            reference: Quantiles::of(REGISTER, [0.0, 1.0]).unwrap(),
        }
    }

    fn read(text: &str) -> Reading {
        Register::new(&register()).read(&Document::read(&Article::from_text(text)))
    }

    const PLAIN: &str = "The bridge over the river was closed on the advice of three engineers who looked at it.";

    #[test]
    fn the_sum_is_bias_and_weights_over_the_length_of_the_counts() {
        assert_eq!(read(PLAIN).sum, 0.5, "no known pattern");
        let reading = read(&format!("{PLAIN} The repair is late, Brown said. You may go. Go! Now!"));
        let (a, b, c) = (2.0, 1.0, 1.0 + 2f64.ln());
        let length = (a * a + b * b + c * c).sqrt();
        assert!((reading.sum - (0.5 + (1.5 * a - b - 2.0 * c) / length)).abs() < 1e-12, "{reading:?}");
        let order: Vec<u32> = reading.strongest.iter().map(|part| part.0).collect();
        assert_eq!(order, [2, 0, 1]);
        let parts: f64 = reading.strongest.iter().map(|part| part.1).sum();
        assert!((0.5 + parts - reading.sum).abs() < 1e-12);
    }

    #[test]
    fn a_pair_does_not_cross_paragraphs() {
        let joined = read(&format!("{PLAIN} He met Brown\nsaid the owner of the bridge, which is closed."));
        assert_eq!(joined.sum, 0.5);
    }

    #[test]
    fn a_long_text_is_read_in_pieces_of_like_length() {
        assert_eq!([0, 1, 749, 750, 1000, 1250].map(piece_length), [1, 1, 749, 375, 500, 417]);
        let mut half = Vec::new();
        let text = format!("{PLAIN} The repair is late, Brown said. You may go. Go! Now!");
        shape::each(&Document::read(&Article::from_text(&text)), |seen| half.push(Unit::of(&text, &seen)));
        let half: Vec<Unit> = half.iter().cycle().take(500).copied().collect();
        let whole = [&half[..], &half[..], &half[..]].concat();
        let register = Register::new(&register());
        let (one, three) = (register.read_units(&half), register.read_units(&whole));
        assert!((one.sum - three.sum).abs() < 1e-12, "the same register, three times as long");
    }

    #[test]
    fn what_the_length_of_a_piece_adds_is_taken_out() {
        let mut units = Vec::new();
        let text = format!("{PLAIN} The repair is late, Brown said. You may go. Go! Now!");
        shape::each(&Document::read(&Article::from_text(&text)), |seen| units.push(Unit::of(&text, &seen)));
        let corrected = Register::new(&RegisterFile { length_effect: 0.3, ..register() });
        for (length, logarithm) in [(250, -std::f64::consts::LN_2), (500, 0.0), (1000, 0.0), (1500, 0.0)] {
            let units: Vec<Unit> = units.iter().cycle().take(length).copied().collect();
            let (plain, sum) = (Register::new(&register()).read_units(&units).sum, corrected.read_units(&units).sum);
            assert!((plain - 0.3 * logarithm - sum).abs() < 1e-12, "{length} units");
        }
    }

    #[test]
    fn a_damaged_model_is_refused() {
        assert_eq!(register().problem(), None);
        let mut twice = register();
        twice.patterns.push(("you".to_owned(), 1.0, 1.0));
        assert_eq!(twice.problem().unwrap(), "it has the register pattern `you` twice");
        let mut wrong = register();
        for idf in [0.0, 5e-324, 1e300] {
            wrong.patterns[0].1 = idf;
            assert!(wrong.problem().unwrap().contains("`<Name> said`"), "{idf}");
        }
        assert!(RegisterFile { patterns: Vec::new(), ..register() }.problem().is_some());
        assert!(RegisterFile { length_effect: f64::NAN, ..register() }.problem().unwrap().contains("length effect"));
        let vocabulary = (0..=MOST_WORDS).map(|word| format!("w{word}")).collect();
        let problem = RegisterFile { vocabulary, ..register() }.problem().unwrap();
        assert!(problem.contains("1001 words"), "{problem}");
    }
}
