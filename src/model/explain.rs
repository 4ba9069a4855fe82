//! What a score would be otherwise, and whether an article is garbled as hardly any of the reference is.

use super::artifact::Model;
use super::predict::Prediction;
use super::transform::{Quantiles, Rank};
use crate::features::{FEATURES, FeatureVector};
use crate::report::{Counterfactual, SubScore};

/// A change that would not show.
const NO_CHANGE: f64 = 1e-12;

/// The feature by which a text is garbled.
const BREAKS: &str = "garble_rate";
/// Breaks below which a rate is an accident.
const MIN_BREAKS: f64 = 3.0;
/// The share of reference articles that have fewer breaks.
const GARBLED_FROM: f64 = 0.99;

impl Model {
    /// For each measured feature that the model reads or a sub-score takes in, what the logit would gain if it stood at
    /// the reference median, all else being equal; the greatest change first, what changes nothing left out.
    #[must_use]
    pub fn counterfactuals(&self, prediction: &Prediction) -> Vec<Counterfactual> {
        let resolved = &self.resolved;
        let floor = resolved.floor_effect(&prediction.sub_scores);
        let mut sub_scores = prediction.sub_scores.clone();
        let mut changes: Vec<Counterfactual> = Vec::new();
        for (index, (feature, score)) in FEATURES.iter().zip(&prediction.features).enumerate() {
            let (Some(quantiles), Some(value)) = (resolved.quantiles(index), score.value) else {
                continue;
            };
            let median = median_of(quantiles);
            let contribution = |value: f64| resolved.contribution(index, quantiles.rank(feature.credited(value)).mid());
            let mut change = contribution(median) - contribution(value);
            let share = |rank: Rank| rank.no_better(feature.direction);
            if let (Some(place), Some(now), Some(then)) = (
                sub_scores.iter().position(|sub| sub.id == feature.sub_score && sub.feature_ids.contains(&feature.id)),
                share(quantiles.rank(value)),
                share(quantiles.rank(median)),
            ) {
                let before = sub_scores.get(place).and_then(|sub| sub.score);
                set(&mut sub_scores, place, |sub, score| score + (then - now) / sub.feature_ids.len().max(1) as f64);
                change += resolved.floor_effect(&sub_scores) - floor;
                set(&mut sub_scores, place, |_, score| before.unwrap_or(score));
            }
            if change.abs() > NO_CHANGE {
                changes.push(Counterfactual { feature_id: feature.id, logit_change: change });
            }
        }
        // The order of the dictionary decides between equals.
        changes.sort_by(|a, b| b.logit_change.abs().total_cmp(&a.logit_change.abs()));
        changes
    }

    /// Whether the text has more structural breaks than P99 of the reference, and more than an accident or two.
    #[must_use]
    pub fn is_garbled(&self, vector: &FeatureVector) -> bool {
        let Some(index) = FEATURES.iter().position(|feature| feature.id == BREAKS) else {
            return false;
        };
        let (Some(quantiles), Some(measurement)) = (self.resolved.quantiles(index), vector.as_slice().get(index))
        else {
            return false;
        };
        // Breaks for each 1,000 words, over so many words.
        let breaks = |value: f64| value * f64::from(measurement.exposure()) / 1000.0;
        measurement
            .value()
            .is_some_and(|value| breaks(value) >= MIN_BREAKS - 0.5 && quantiles.rank(value).below >= GARBLED_FROM)
    }
}

fn set(sub_scores: &mut [SubScore], place: usize, to: impl Fn(&SubScore, f64) -> f64) {
    if let Some(sub) = sub_scores.get_mut(place) {
        sub.score = sub.score.map(|score| to(sub, score));
    }
}

/// The least value that at least half of the reference articles do not exceed.
fn median_of(quantiles: &Quantiles) -> f64 {
    let half = quantiles.count.div_ceil(2);
    let at = quantiles.upto.partition_point(|&upto| upto < half);
    quantiles.values.get(at).or(quantiles.values.last()).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Measurement;
    use crate::model::register::Reading;
    use crate::model::synthetic;
    use crate::model::{Given, Prediction};

    fn predict(model: &Model, vector: &FeatureVector) -> Prediction {
        model.predict(Given { vector, reading: &Reading::default(), words: 300 })
    }

    #[test]
    fn a_counterfactual_is_what_the_model_says_of_the_changed_article() {
        let model = synthetic::model();
        let mut seen = 0;
        for vector in synthetic::vectors(7, 20) {
            let prediction = predict(model, &vector);
            let changes = model.counterfactuals(&prediction);
            assert!(changes.is_sorted_by(|a, b| a.logit_change.abs() >= b.logit_change.abs()));
            for change in changes {
                let index = FEATURES.iter().position(|feature| feature.id == change.feature_id).unwrap();
                let mut measurements = vector.as_slice().to_vec();
                let median = median_of(model.resolved.quantiles(index).unwrap());
                measurements[index] = Measurement::over(median, 20, 5);
                let changed = FeatureVector::from_measurements(measurements).unwrap();
                let logit = predict(model, &changed).verdict.logit;
                let expected = logit - prediction.verdict.logit;
                assert!((change.logit_change - expected).abs() < 1e-9, "{change:?}: {expected}");
                seen += 1;
            }
        }
        assert!(seen > 100, "{seen}");
        assert_eq!(model.counterfactuals(&predict(model, &synthetic::unseen())), []);
    }

    #[test]
    fn breaks_make_a_garbled_text_only_if_there_are_some() {
        let model = synthetic::model();
        let index = FEATURES.iter().position(|feature| feature.id == BREAKS).unwrap();
        let with = |rate: f64, words: u32| {
            let mut measurements = synthetic::unseen().as_slice().to_vec();
            measurements[index] = Measurement::over(rate, words, 1);
            model.is_garbled(&FeatureVector::from_measurements(measurements).unwrap())
        };
        assert!(with(20.0, 200), "four breaks");
        assert!(!with(20.0, 100), "two breaks");
        assert!(!with(0.0, 5000));
    }

    #[test]
    fn the_median_is_a_value_of_the_reference() {
        let of = |values: &[f64]| median_of(&Quantiles::of("f", values.iter().copied()).unwrap());
        assert_eq!(of(&[3.0]), 3.0);
        assert_eq!(of(&[0.0, 0.0, 0.0, 5.0]), 0.0);
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0, 5.0]), 3.0);
    }
}
