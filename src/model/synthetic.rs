//! Made-up vectors for the tests of this room: three corpora in which good articles have more of what
//! is better, except for one feature that goes the wrong way in all of them.

use std::sync::OnceLock;

use super::artifact::Model;
use super::register::Unit;
use super::register::shape::NAMES;
use super::train::{CorpusInfo, Example, Options, Piece, TrainingSet, train};
use crate::features::{Direction, FEATURES, FeatureVector, Measurement};
use crate::random::SplitMix;
use crate::text::word_key;

/// Less of it is better, and here good articles have more.
pub(crate) const REVERSED: &str = "booster_rate";
pub(crate) const CONSTANT: &str = "garble_rate";
/// What the made-up articles are written in.
const WORDS: [&str; 6] = ["ab", "ac", "ad", "ae", "af", "ag"];
pub(crate) const UNSEEN: &str = "headline_body_overlap";

pub(crate) fn quick() -> Options {
    Options {
        version: "test".to_owned(),
        created_from: "made-up vectors".to_owned(),
        penalties: vec![10.0, 30.0],
        folds: 2,
        replicates: 8,
        ..Options::default()
    }
}

pub(crate) fn set(seed: u64) -> TrainingSet {
    let mut random = SplitMix::new(seed);
    let spellings = WORDS.iter().map(|word| (word_key(word), (*word).to_owned())).collect();
    let corpora = ["a", "b", "c"].map(|id| CorpusInfo {
        id: id.to_owned(),
        license: "none: made up".to_owned(),
        meaning: format!("drawn by a generator for the corpus {id}"),
        reference: vec!["good".to_owned()],
        fitted: true,
    });
    let mut examples = Vec::new();
    for (corpus, size) in [120, 75, 46].into_iter().enumerate() {
        for i in 0..size {
            let good = i % 5 < 3;
            let words = 100 + u32::try_from(random.below(1400)).unwrap();
            let halves = (words > 900).then(|| [(); 2].map(|()| piece(&mut random, good, words / 2)));
            examples.push(Example {
                corpus,
                group: format!("s{}", i / 4),
                good,
                reference: good && corpus != 2,
                scored: i % 16 != 7,
                confidence: if i % 16 == 7 { 0.0 } else { f64::from(words) / 1500.0 },
                whole: piece(&mut random, good, words),
                halves,
            });
        }
    }
    TrainingSet::new(corpora.to_vec(), examples, spellings)
}

fn piece(random: &mut SplitMix, good: bool, words: u32) -> Piece {
    let plain = NAMES.iter().position(|name| *name == "<word>").and_then(|at| u8::try_from(at).ok()).unwrap();
    // A long one is long enough to be halved; its units tell no more, so that length says nothing.
    let count = if words > 900 { 240 } else { 60 };
    // One unit in thirty tells: a good article has more of the first word, a poor one of the last.
    let units = (0..count)
        .map(|at| {
            let index = match (random.below(30), good) {
                (0, true) => 0,
                (0, false) => WORDS.len() - 1,
                _ => random.below(WORDS.len()),
            };
            Unit { word: word_key(WORDS[index]), shape: plain, first: at == 0, capitalised: false }
        })
        .collect();
    Piece { features: vector(random, good), units, words }
}

pub(crate) fn vectors(seed: u64, count: usize) -> Vec<FeatureVector> {
    let mut random = SplitMix::new(seed);
    (0..count).map(|i| vector(&mut random, i % 2 == 0)).collect()
}

pub(crate) fn unseen() -> FeatureVector {
    FeatureVector::from_measurements(vec![Measurement::not_seen(); FEATURES.len()]).unwrap()
}

/// One trained model for all tests that only read one.
pub(crate) fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| train(&set(1), &quick(), &mut |_| {}).unwrap())
}

fn vector(random: &mut SplitMix, good: bool) -> FeatureVector {
    let measurements = FEATURES
        .iter()
        .map(|feature| {
            // Roughly normal, variance 1.
            let mut noise = -6.0;
            for _ in 0..12 {
                noise += random.below(1 << 20) as f64 / f64::from(1 << 20);
            }
            let quality = if good { 0.4 } else { -0.4 };
            let value = match (feature.id, feature.direction) {
                (UNSEEN, _) => return Measurement::not_seen(),
                (CONSTANT, _) => 1.0,
                (REVERSED, _) | (_, Direction::Higher) => noise + quality,
                (_, Direction::Lower) => (noise - quality).max(0.0),
                (_, Direction::Hump) => noise * (1.0 - quality),
                (_, Direction::Neutral) => noise,
            };
            if random.below(10) == 0 { Measurement::not_applicable(0) } else { Measurement::over(value, 20, 5) }
        })
        .collect();
    FeatureVector::from_measurements(measurements).unwrap()
}
