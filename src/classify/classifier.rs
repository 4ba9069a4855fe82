//! A fitted classifier: its file, and the sum it makes of what it sees.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::pattern::{self, Pattern, Sample};
use crate::sigmoid::sigmoid;

/// A classifier's file that cannot be used, in one sentence.
#[derive(Debug)]
pub struct ClassifierError(pub(super) String);

impl fmt::Display for ClassifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ClassifierError {}

pub(super) const SCHEMA: &str = "candor.classifier/1";

/// A classifier as it lies on disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifierFile {
    pub schema: String,
    pub name: String,
    /// The command that made it.
    pub created_from: String,
    /// What it was fitted on, with the licence as its distributor states it.
    pub fitted_on: Vec<String>,
    pub evaluation: Evaluation,
    pub bias: f64,
    /// A probability from here on is a yes.
    pub threshold: f64,
    /// Patterns and what each adds to the logit, before the sum is divided by the square root of the
    /// number of patterns seen.
    pub weights: BTreeMap<String, f64>,
}

/// How it did on rows it was not fitted on.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    pub rows: usize,
    pub positives: usize,
    pub folds: usize,
    pub weighted_f1: f64,
    pub macro_f1: f64,
    pub auc: f64,
}

impl ClassifierFile {
    /// Reads a file's content; `name` is how an error refers to it.
    ///
    /// # Errors
    /// What is no classifier, or of another schema, or has a number that is not finite.
    pub fn from_json(json: &str, name: &str) -> Result<Self, ClassifierError> {
        let file: ClassifierFile = serde_json::from_str(json)
            .map_err(|error| ClassifierError(format!("{name} is no classifier ({error}).")))?;
        if file.schema != SCHEMA {
            return Err(ClassifierError(format!(
                "{name} has the schema {:?}; this program reads {SCHEMA:?}.",
                file.schema
            )));
        }
        if !file.weights.values().chain([&file.bias, &file.threshold]).all(|number| number.is_finite()) {
            return Err(ClassifierError(format!("{name} has a number that is not finite.")));
        }
        Ok(file)
    }
}

/// A classifier ready for use.
#[derive(Debug, Default)]
pub struct Classifier {
    bias: f64,
    threshold: f64,
    known: Table,
    /// The weights of classes and forms, by place.
    named: [Option<f64>; pattern::NAMED],
}

/// What is known of a pattern.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) weight: Option<f64>,
    /// A pair that has a weight begins, or ends, with this word.
    pub(super) opens: bool,
    pub(super) closes: bool,
}

/// The weights of what was seen so far, in its order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    weights: f64,
    seen: u32,
}

impl Sum {
    /// Adds what has a weight.
    pub(super) fn add(&mut self, weight: Option<f64>) {
        if let Some(weight) = weight {
            self.weights += weight;
            self.seen += 1;
        }
    }
}

impl Classifier {
    #[must_use]
    pub fn new(file: &ClassifierFile) -> Self {
        let mut known: BTreeMap<u64, Known> = BTreeMap::new();
        for (name, weight) in &file.weights {
            known.entry(Pattern::key(name)).or_default().weight = Some(*weight);
            if let Some((first, second)) = Pattern::pair(name) {
                known.entry(first).or_default().opens = true;
                known.entry(second).or_default().closes = true;
            }
        }
        let mut named = [None; pattern::NAMED];
        for (place, pattern) in pattern::named(u32::MAX, u16::MAX) {
            if let Some(slot) = named.get_mut(place) {
                *slot = known.get(&pattern.key()).and_then(|known| known.weight);
            }
        }
        Classifier { bias: file.bias, threshold: file.threshold, known: Table::new(&known), named }
    }

    /// True if it knows no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.slots.is_empty()
    }

    /// The logit of a yes.
    #[must_use]
    pub fn logit(&self, sample: &Sample<'_>) -> f64 {
        let mut sum = Sum::default();
        sample.each(|key, _| sum.add(self.weight(key)));
        self.logit_of(sum)
    }

    pub(super) fn logit_of(&self, sum: Sum) -> f64 {
        self.bias + sum.weights / libm::sqrt(f64::from(sum.seen.max(1)))
    }

    /// What a pattern adds to the sum, by its key.
    pub(super) fn weight(&self, key: u64) -> Option<f64> {
        self.known.get(key)?.weight
    }

    /// What is known of a word, by its key.
    pub(super) fn word(&self, key: u64) -> Known {
        self.known.get(key).unwrap_or_default()
    }

    /// The same of a class or a form, by its place.
    pub(super) fn named(&self, place: usize) -> Option<f64> {
        self.named.get(place).copied().flatten()
    }

    /// The probability of a yes, 0..1.
    #[must_use]
    pub fn probability(&self, sample: &Sample<'_>) -> f64 {
        sigmoid(self.logit(sample))
    }

    /// The probability from which on the answer is yes.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        self.threshold
    }
}

/// What is known, by key. Of all that a sentence shows, nine in ten are not: one bit of a small table says so.
#[derive(Debug, Default)]
struct Table {
    /// One bit for each value of a key's highest bits, set where a key may be known.
    known: Vec<u64>,
    /// Open addressing, a power of two, at most half full.
    slots: Vec<Option<(u64, Known)>>,
}

/// A bit for each value of as many bits of a key: 8 KB, which the fastest cache holds.
const KNOWN_BITS: u32 = 16;

/// The word and the bit of [`Table::known`] that stand for a key.
fn known_bit(key: u64) -> (usize, u64) {
    let bit = key >> (u64::BITS - KNOWN_BITS);
    (bit as usize / 64, 1 << (bit % 64))
}

impl Table {
    fn new(all: &BTreeMap<u64, Known>) -> Self {
        if all.is_empty() {
            return Table::default();
        }
        let size = (all.len() * 2).next_power_of_two();
        let mut table = Table { known: vec![0; 1 << (KNOWN_BITS - 6)], slots: vec![None; size] };
        for (&key, &known) in all {
            let (word, bit) = known_bit(key);
            if let Some(bits) = table.known.get_mut(word) {
                *bits |= bit;
            }
            let mut at = key as usize & (size - 1);
            while let Some(Some((other, _))) = table.slots.get(at)
                && *other != key
            {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = table.slots.get_mut(at) {
                *slot = Some((key, known));
            }
        }
        table
    }

    fn get(&self, key: u64) -> Option<Known> {
        let (word, bit) = known_bit(key);
        if self.known.get(word)? & bit == 0 {
            return None;
        }
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = key as usize & mask;
        loop {
            match *self.slots.get(at)? {
                Some((other, known)) if other == key => return Some(known),
                Some(_) => at = (at + 1) & mask,
                None => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenise;

    fn file() -> ClassifierFile {
        ClassifierFile {
            schema: SCHEMA.to_owned(),
            name: "test".to_owned(),
            created_from: String::new(),
            fitted_on: Vec::new(),
            evaluation: Evaluation::default(),
            bias: -1.0,
            threshold: 0.5,
            weights: BTreeMap::from([
                ("you".to_owned(), 3.0),
                ("you won't".to_owned(), 1.0),
                ("police".to_owned(), -2.0),
            ]),
        }
    }

    #[test]
    fn the_logit_is_bias_and_sum_over_the_root_of_what_was_seen() {
        let classifier = Classifier::new(&file());
        let logit = |text: &str| {
            let tokens = tokenise(text);
            classifier.logit(&Sample { tokens: &tokens, cues: &[], cased: false })
        };
        assert_eq!(logit("nothing known here"), -1.0);
        assert_eq!(logit("Police came"), -3.0);
        assert!((logit("You won’t believe it") - (-1.0 + 4.0 / 2f64.sqrt())).abs() < 1e-12);
    }

    #[test]
    fn a_file_comes_back_as_it_was_and_a_foreign_one_is_refused() {
        let json = serde_json::to_string(&file()).unwrap();
        assert_eq!(ClassifierFile::from_json(&json, "it").unwrap().weights, file().weights);
        let foreign = json.replace(SCHEMA, "other/1");
        assert!(ClassifierFile::from_json(&foreign, "it").unwrap_err().to_string().contains("other/1"));
        assert!(ClassifierFile::from_json("[]", "it").unwrap_err().to_string().starts_with("it is no classifier"));
    }
}
