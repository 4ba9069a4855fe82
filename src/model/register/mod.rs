//! The register model: how a text is written, whatever it is about.
//!
//! It sees single units and neighbouring pairs of a text whose content words are masked by their shape
//! ([`shape`]), in pieces of like length. A pattern counts by `(1 + ln n) * idf`, n being how often it occurs; the
//! counts of a piece have length 1. The sum of weight times count, averaged over the pieces, is one
//! input of the reliability model, beside the documented features. It knows no names, no topics and no outlets;
//! it is style, and style is cheap to imitate: its term in the logit is shown apart.

mod fit;
pub mod shape;

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

pub use fit::{FitError, Row, Settings, Spellings, fit};
pub use shape::Unit;

use super::artifact::is_moderate;
use super::transform::Quantiles;
use crate::text::{Document, phrase_key, word_key};

/// Its name among the terms of a logit.
pub const REGISTER: &str = "register";

/// A text is read in pieces of about so many units, and their sums averaged: the sum of a whole grows with its length,
/// and length is no practice.
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
        if !(is_moderate(self.bias) && self.penalty.is_finite() && self.penalty >= 0.0) {
            return Some("the bias or the penalty of its register model is out of range".to_owned());
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
    /// Bias and patterns, the mean over its pieces; above 0 is closer to good practice.
    pub sum: f64,
    /// What the strongest patterns add to the sum: index into [`RegisterFile::patterns`], value.
    pub strongest: Vec<(u32, f64)>,
}

/// A register model ready for use.
#[derive(Debug, Clone, PartialEq)]
pub struct Register {
    vocabulary: HashSet<u64>,
    patterns: HashMap<u64, u32>,
    bias: f64,
    /// Inverse document frequency and weight, by pattern.
    weights: Vec<(f64, f64)>,
}

/// How many units each piece of a text of so many has, the last perhaps fewer.
#[must_use]
pub fn piece_length(units: usize) -> usize {
    let pieces = ((units + PIECE_UNITS / 2) / PIECE_UNITS).max(1);
    units.div_ceil(pieces).max(1)
}

impl Register {
    #[must_use]
    pub fn new(file: &RegisterFile) -> Self {
        Register {
            vocabulary: file.vocabulary.iter().map(|word| word_key(word)).collect(),
            patterns: (0u32..).zip(&file.patterns).map(|(index, (name, ..))| (pattern_key(name), index)).collect(),
            bias: file.bias,
            weights: file.patterns.iter().map(|&(_, idf, weight)| (idf, weight)).collect(),
        }
    }

    /// Reads an article.
    #[must_use]
    pub fn read(&self, document: &Document<'_>) -> Reading {
        let units = document.body().map(|(_, sentence)| sentence.tokens().len()).sum();
        let mut reader = Reader::new(self, units);
        shape::each(document, |_, unit| reader.see(unit));
        reader.finish()
    }

    /// The same of units that were kept.
    #[must_use]
    pub fn read_units(&self, units: &[Unit]) -> Reading {
        let mut reader = Reader::new(self, units.len());
        units.iter().for_each(|unit| reader.see(*unit));
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
    before: Option<u64>,
    /// Pieces that were closed, and what each pattern added to their sums.
    pieces: u32,
    added: Vec<f64>,
}

impl<'r> Reader<'r> {
    fn new(register: &'r Register, units: usize) -> Self {
        let patterns = register.weights.len();
        Reader {
            register,
            piece_length: piece_length(units),
            units: 0,
            counts: vec![0; patterns],
            before: None,
            pieces: 0,
            added: vec![0.0; patterns],
        }
    }

    fn see(&mut self, unit: Unit) {
        if self.units == self.piece_length {
            self.close();
        }
        self.units += 1;
        let key = unit.key(|word| self.register.vocabulary.contains(&word));
        self.count(key);
        if let Some(before) = self.before.filter(|_| !unit.first) {
            self.count(phrase_key(before, key));
        }
        self.before = Some(key);
    }

    fn count(&mut self, key: u64) {
        let index = self.register.patterns.get(&key).map(|&index| index as usize);
        if let Some(count) = index.and_then(|index| self.counts.get_mut(index)) {
            *count = count.saturating_add(1);
        }
    }

    fn close(&mut self) {
        let value = |count: u32, idf: f64| (1.0 + libm::log(f64::from(count))) * idf;
        let mut squares = 0.0;
        for (&count, &(idf, _)) in self.counts.iter().zip(&self.register.weights).filter(|(count, _)| **count > 0) {
            squares += value(count, idf) * value(count, idf);
        }
        let length = libm::sqrt(squares);
        for ((count, &(idf, weight)), added) in self
            .counts
            .iter_mut()
            .zip(&self.register.weights)
            .zip(&mut self.added)
            .filter(|((count, _), _)| **count > 0)
        {
            *added += weight * value(*count, idf) / length;
            *count = 0;
        }
        self.before = None;
        self.units = 0;
        self.pieces += 1;
    }

    fn finish(mut self) -> Reading {
        if self.units > 0 {
            self.close();
        }
        let pieces = f64::from(self.pieces.max(1));
        let mut sum = self.register.bias;
        let mut parts = Vec::new();
        for (&added, index) in self.added.iter().zip(0u32..).filter(|(added, _)| **added != 0.0) {
            sum += added / pieces;
            parts.push((index, added / pieces));
        }
        let stronger = |a: &(u32, f64), b: &(u32, f64)| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0));
        if parts.len() > STRONGEST {
            parts.select_nth_unstable_by(STRONGEST, stronger);
            parts.truncate(STRONGEST);
        }
        parts.sort_by(stronger);
        Reading { sum, strongest: parts }
    }
}

/// The key of a pattern by its name: a unit, or two with a blank between.
fn pattern_key(name: &str) -> u64 {
    match name.split_once(' ') {
        Some((first, second)) => phrase_key(word_key(first), word_key(second)),
        None => word_key(name),
    }
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
        shape::each(&Document::read(&Article::from_text(&text)), |_, unit| half.push(unit));
        let half: Vec<Unit> = half.iter().cycle().take(500).copied().collect();
        let whole = [&half[..], &half[..], &half[..]].concat();
        let register = Register::new(&register());
        let (one, three) = (register.read_units(&half), register.read_units(&whole));
        assert!((one.sum - three.sum).abs() < 1e-12, "the same register, three times as long");
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
    }
}
