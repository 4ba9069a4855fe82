//! Prediction and its explanation: one sum, so that they cannot disagree.

use super::artifact::{Artifact, Bands, Interval, Model};
use super::floor::Floor;
use super::register::{REGISTER, Reading, Register};
use super::transform::{Column, Quantiles, Rank};
use crate::features::{FEATURES, FeatureVector, Status, Tier};
use crate::report::{Band, FeatureScore, LogitTerm, RegisterPattern, RegisterReport, SubScore, Verdict};
use crate::sigmoid::sigmoid;

/// The ends of a 90% interval lie so many standard deviations away.
const Z_90: f64 = 1.645;

/// The name of the bias among the terms of a logit.
pub const BIAS: &str = "bias";
/// The name of the floor effect among the terms of a logit.
pub const FLOOR_EFFECT: &str = "floor_effect";

/// All sub-scores, in the order of a report. One without features in the dictionary is not reported.
pub const SUB_SCORES: &[&str] = &[
    "support",
    "neutrality",
    "specificity",
    "information_density",
    "headline_fit",
    "fluency",
    "transparency",
    "consistency",
];

/// What a model is given of an article.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub vector: &'a FeatureVector,
    /// What the model's own [`read`](Model::read) made of it.
    pub reading: &'a Reading,
    pub words: u32,
}

/// The score of an article and everything it is explained by.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    pub verdict: Verdict,
    /// One for each entry of [`FEATURES`], in that order; contributions present.
    pub features: Vec<FeatureScore>,
    pub sub_scores: Vec<SubScore>,
    /// Absent in a model without a register.
    pub register: Option<RegisterReport>,
}

/// An article's features among the reference articles, without a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// One for each entry of [`FEATURES`], in that order; contributions absent.
    pub features: Vec<FeatureScore>,
    pub sub_scores: Vec<SubScore>,
}

/// A model's content by place in the dictionary, calibration folded in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resolved {
    bias: f64,
    /// One for each entry of [`FEATURES`].
    features: Vec<ResolvedFeature>,
    register: Option<ResolvedRegister>,
    slope: f64,
    floor: Floor,
    bands: Bands,
    interval: Interval,
}

#[derive(Debug, Clone, PartialEq)]
struct ResolvedRegister {
    register: Register,
    /// Of its sum.
    weight: f64,
    /// The sum in the middle of the reference, where the term is 0: what is ordinary neither raises nor lowers a score.
    centre: f64,
    reference: Quantiles,
    patterns: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct ResolvedFeature {
    quantiles: Option<Quantiles>,
    columns: Vec<ResolvedColumn>,
}

#[derive(Debug, Clone, PartialEq)]
struct ResolvedColumn {
    /// Place among the model's columns.
    index: usize,
    column: Column,
    weight: f64,
}

impl Resolved {
    /// For an artifact that was checked; what does not fit is left out rather than trusted.
    pub(crate) fn new(artifact: &Artifact) -> Self {
        let slope = artifact.calibration.slope;
        let scale = slope * artifact.orientation();
        let features = FEATURES
            .iter()
            .map(|feature| ResolvedFeature {
                quantiles: artifact
                    .reference
                    .quantiles
                    .iter()
                    .find(|quantiles| quantiles.feature_id == feature.id)
                    .cloned(),
                columns: artifact
                    .columns
                    .iter()
                    .zip(artifact.estimator.params())
                    .enumerate()
                    .filter(|(_, (column, _))| column.feature_id == feature.id)
                    .map(|(index, (column, weight))| ResolvedColumn {
                        index,
                        column: column.clone(),
                        weight: scale * weight,
                    })
                    .collect(),
            })
            .collect();
        let weight = artifact.estimator.params().iter().nth(artifact.columns.len());
        let register = artifact.register.as_ref().zip(weight).map(|(file, weight)| ResolvedRegister {
            register: Register::new(file),
            weight: scale * weight,
            centre: file.reference.median(),
            reference: file.reference.clone(),
            patterns: file.patterns.iter().map(|(name, ..)| name.clone()).collect(),
        });
        let ordinary = register.as_ref().map_or(0.0, |register| register.weight * register.centre);
        Resolved {
            bias: scale * artifact.estimator.intercept() + artifact.calibration.intercept + ordinary,
            features,
            register,
            slope,
            floor: artifact.floor,
            bands: artifact.bands,
            interval: artifact.interval.clone(),
        }
    }

    pub(crate) fn bias(&self) -> f64 {
        self.bias
    }

    pub(crate) fn register_weight(&self) -> Option<f64> {
        self.register.as_ref().map(|register| register.weight)
    }

    pub(crate) fn register(&self) -> Option<&Register> {
        Some(&self.register.as_ref()?.register)
    }

    /// The reference distribution of the feature at `index` of [`FEATURES`].
    pub(super) fn quantiles(&self, index: usize) -> Option<&Quantiles> {
        self.features.get(index)?.quantiles.as_ref()
    }

    /// What the feature at `index` adds to the logit at a mid-rank.
    pub(super) fn contribution(&self, index: usize, mid: f64) -> f64 {
        let columns = self.features.get(index).map_or(&[][..], |feature| &feature.columns);
        columns.iter().fold(0.0, |sum, column| sum + column.weight * column.column.input(mid))
    }

    /// What the floor effect adds to the logit.
    pub(super) fn floor_effect(&self, sub_scores: &[SubScore]) -> f64 {
        self.slope * self.floor.term(sub_scores)
    }
}

impl Model {
    /// Scores an article.
    #[must_use]
    pub fn predict(&self, given: Given<'_>) -> Prediction {
        let Given { vector, reading, words } = given;
        let resolved = &self.resolved;
        let Description { mut features, sub_scores } = self.describe(vector);

        let mut terms = vec![
            LogitTerm { id: BIAS, value: resolved.bias },
            LogitTerm { id: FLOOR_EFFECT, value: resolved.slope * resolved.floor.term(&sub_scores) },
        ];
        let register = resolved.register.as_ref().map(|register| register.report(reading));
        if let Some(register) = &register {
            terms.push(LogitTerm { id: REGISTER, value: register.contribution });
        }
        let mut logit = terms.iter().fold(0.0, |sum, term| sum + term.value);
        let mut inputs = vec![0.0; resolved.interval.covariance.len()];
        if let Some(bias) = inputs.first_mut() {
            *bias = 1.0;
        }
        if let Some(slot) = inputs.last_mut().filter(|_| register.is_some()) {
            *slot = reading.sum;
        }
        for ((score, resolved), feature) in features.iter_mut().zip(&resolved.features).zip(FEATURES) {
            let mut contribution = 0.0;
            if let (Some(quantiles), Some(value)) = (&resolved.quantiles, score.value)
                && !resolved.columns.is_empty()
            {
                let mid = quantiles.rank(feature.credited(value)).mid();
                for column in &resolved.columns {
                    let input = column.column.input(mid);
                    contribution += column.weight * input;
                    if let Some(slot) = inputs.get_mut(column.index + 1) {
                        *slot = input;
                    }
                }
            }
            score.contribution = Some(contribution);
            logit += contribution;
        }

        let margin = Z_90 * libm::sqrt(resolved.interval.variance(&inputs, words));
        let score = sigmoid(logit);
        Prediction {
            verdict: Verdict {
                score,
                low: sigmoid(logit - margin),
                high: sigmoid(logit + margin),
                band: resolved.bands.of(score),
                logit,
                terms,
            },
            features,
            sub_scores,
            register,
        }
    }

    /// An article's features and sub-scores, for a text that gets no score.
    #[must_use]
    pub fn describe(&self, vector: &FeatureVector) -> Description {
        let ranks: Vec<Option<Rank>> = self
            .resolved
            .features
            .iter()
            .zip(vector.as_slice())
            .map(|(resolved, measurement)| Some(resolved.quantiles.as_ref()?.rank(measurement.value()?)))
            .collect();
        let features = FEATURES
            .iter()
            .zip(vector.as_slice())
            .zip(&ranks)
            .enumerate()
            .map(|(index, ((feature, measurement), rank))| FeatureScore {
                feature: index,
                value: measurement.value(),
                status: measurement.status(),
                exposure: measurement.exposure(),
                percentile: rank.filter(|_| feature.tier != Tier::Gate).map(Rank::mid),
                contribution: None,
            })
            .collect();
        Description { features, sub_scores: sub_scores(vector, &ranks) }
    }

    /// The estimator's inputs for an article: what linfa is given.
    pub(crate) fn inputs(&self, given: Given<'_>) -> Vec<f64> {
        let mut inputs = vec![0.0; self.artifact().columns.len()];
        if self.resolved.register.is_some() {
            inputs.push(given.reading.sum);
        }
        let measured = given.vector.as_slice();
        for ((resolved, measurement), feature) in self.resolved.features.iter().zip(measured).zip(FEATURES) {
            let (Some(quantiles), Some(value)) = (&resolved.quantiles, measurement.value()) else {
                continue;
            };
            let mid = quantiles.rank(feature.credited(value)).mid();
            for column in &resolved.columns {
                if let Some(slot) = inputs.get_mut(column.index) {
                    *slot = column.column.input(mid);
                }
            }
        }
        inputs
    }
}

impl ResolvedRegister {
    fn report(&self, reading: &Reading) -> RegisterReport {
        let named = |&(index, value): &(u32, f64)| {
            Some(RegisterPattern {
                pattern: self.patterns.get(index as usize)?.clone(),
                contribution: self.weight * value,
            })
        };
        RegisterReport {
            contribution: self.weight * (reading.sum - self.centre),
            percentile: self.reference.rank(reading.sum).mid(),
            strongest: reading.strongest.iter().filter_map(named).collect(),
        }
    }
}

/// For each sub-score, the mean over its measured features of the share of reference articles that
/// do no better. It names the features it was taken from; where none could be measured, all of them.
pub(super) fn sub_scores(vector: &FeatureVector, ranks: &[Option<Rank>]) -> Vec<SubScore> {
    SUB_SCORES
        .iter()
        .filter_map(|&id| {
            let mut sum = 0.0;
            let mut measured = Vec::new();
            let mut all = Vec::new();
            for ((feature, measurement), rank) in FEATURES.iter().zip(vector.as_slice()).zip(ranks) {
                if feature.sub_score != id {
                    continue;
                }
                all.push(feature.id);
                let seen = matches!(measurement.status(), Status::Ok | Status::LowExposure);
                let share = rank.filter(|_| seen).and_then(|rank| rank.no_better(feature.direction));
                if let Some(share) = share {
                    sum += share;
                    measured.push(feature.id);
                }
            }
            if all.is_empty() {
                return None;
            }
            let count = measured.len();
            Some(SubScore {
                id,
                score: (count > 0).then(|| sum / count as f64),
                feature_ids: if count > 0 { measured } else { all },
            })
        })
        .collect()
}

impl Bands {
    /// The band of a score.
    #[must_use]
    pub fn of(self, score: f64) -> Band {
        if score >= self.high {
            Band::High
        } else if score >= self.mixed {
            Band::Mixed
        } else {
            Band::Low
        }
    }
}

impl Interval {
    /// The variance of the logit of an article of `words` words with these inputs, the first being 1:
    /// what other sources would have taught the model, and what another piece of the article would say.
    #[must_use]
    pub fn variance(&self, inputs: &[f64], words: u32) -> f64 {
        let mut fitted = 0.0;
        for (row, a) in self.covariance.iter().zip(inputs) {
            let mut sum = 0.0;
            for (c, b) in row.iter().zip(inputs) {
                sum += c * b;
            }
            fitted += a * sum;
        }
        // A covariance is never negative; its rounded sum may be.
        fitted.max(0.0) + self.noise / f64::from(words.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Direction, Measurement};
    use crate::model::synthetic;
    use crate::model::train::explained_distance;
    use proptest::prelude::*;

    fn index(id: &str) -> usize {
        FEATURES.iter().position(|f| f.id == id).unwrap()
    }

    /// With a reading that is not nothing.
    fn predict(model: &Model, vector: &FeatureVector, words: u32) -> Prediction {
        let reading = Reading { sum: 0.25, strongest: vec![(0, 0.5), (1, -0.25)] };
        model.predict(Given { vector, reading: &reading, words })
    }

    fn with(id: &str, measurement: Measurement) -> FeatureVector {
        let mut all = synthetic::unseen().as_slice().to_vec();
        all[index(id)] = measurement;
        FeatureVector::from_measurements(all).unwrap()
    }

    fn share(sub_scores: &[SubScore], id: &str) -> Option<f64> {
        sub_scores.iter().find(|s| s.id == id).unwrap().score
    }

    #[test]
    fn terms_and_contributions_add_up_to_the_logit() {
        let model = synthetic::model();
        for vector in synthetic::vectors(7, 200) {
            let prediction = predict(model, &vector, 300);
            let Verdict { score, low, high, band, logit, terms } = prediction.verdict;
            let sum = terms.iter().map(|t| t.value).sum::<f64>()
                + prediction.features.iter().filter_map(|f| f.contribution).sum::<f64>();
            assert!((sum - logit).abs() < 1e-9);
            assert_eq!(score, sigmoid(logit));
            assert!(0.0 < low && low < score && score < high && high < 1.0);
            assert_eq!(band, model.artifact().bands.of(score));
            assert_eq!(prediction.features.len(), FEATURES.len());
        }
    }

    #[test]
    fn what_was_not_measured_adds_nothing() {
        let model = synthetic::model();
        let prediction =
            model.predict(Given { vector: &synthetic::unseen(), reading: &Reading::default(), words: 300 });
        let register: f64 = prediction.register.iter().map(|register| register.contribution).sum();
        assert!(
            (prediction.verdict.logit - model.bias() - register).abs() < 1e-12,
            "a text without words has a register"
        );
        for score in &prediction.features {
            assert_eq!(score.contribution, Some(0.0));
            assert_eq!(score.percentile, None);
        }
        assert!(prediction.sub_scores.iter().all(|s| s.score.is_none() && !s.feature_ids.is_empty()));
    }

    #[test]
    fn an_ordinary_register_neither_raises_nor_lowers_a_score() {
        let model = synthetic::model();
        let reference = &model.artifact().register.as_ref().unwrap().reference;
        let vector = &synthetic::vectors(7, 1)[0];
        let told = |sum| {
            let reading = Reading { sum, ..Reading::default() };
            model.predict(Given { vector, reading: &reading, words: 300 }).register.unwrap().contribution
        };
        let median = reference.median();
        assert_eq!(told(median), 0.0);
        assert!(told(median - 1.0) * told(median + 1.0) < 0.0);
    }

    #[test]
    fn without_a_score_there_are_no_contributions() {
        let model = synthetic::model();
        let vector = &synthetic::vectors(7, 1)[0];
        let description = model.describe(vector);
        let prediction = predict(model, vector, 300);
        assert_eq!(description.sub_scores, prediction.sub_scores);
        for (described, predicted) in description.features.iter().zip(&prediction.features) {
            assert_eq!(described.contribution, None);
            assert_eq!(described.percentile, predicted.percentile);
        }
    }

    #[test]
    fn calibration_is_folded_into_bias_and_weights() {
        let model = synthetic::model();
        let mut artifact = model.artifact().clone();
        artifact.calibration.slope *= 2.0;
        artifact.calibration.intercept += 1.0;
        artifact.seal().unwrap();
        let other = Model::from_artifact(artifact, "other").unwrap();
        let line = model.artifact().calibration;
        for vector in synthetic::vectors(7, 20) {
            let (a, b) = (predict(model, &vector, 300), predict(&other, &vector, 300));
            let raw = (a.verdict.logit - line.intercept) / line.slope;
            let expected = 2.0 * line.slope * raw + line.intercept + 1.0;
            assert!((b.verdict.logit - expected).abs() < 1e-9);
        }
        for (weight, (a, b)) in model.weights().zip(model.weights().zip(other.weights())) {
            assert_eq!(weight, a);
            assert!((2.0 * a.weight - b.weight).abs() < 1e-12);
        }
    }

    #[test]
    fn an_estimator_whose_positive_class_is_the_other_one_predicts_the_same() {
        let model = synthetic::model();
        let mut artifact = model.artifact().clone();
        let mut json = serde_json::to_value(&artifact.estimator).unwrap();
        let negated = |value: &serde_json::Value| serde_json::json!(-value.as_f64().unwrap());
        json["intercept"] = negated(&json["intercept"]);
        for weight in json["params"]["data"].as_array_mut().unwrap() {
            *weight = negated(weight);
        }
        let positive = artifact.estimator.labels().pos.class;
        json["labels"]["pos"]["class"] = (!positive).into();
        json["labels"]["neg"]["class"] = positive.into();
        artifact.estimator = serde_json::from_value(json).unwrap();
        artifact.seal().unwrap();
        let other = Model::from_artifact(artifact, "other").unwrap();
        for vector in synthetic::vectors(7, 20) {
            assert_eq!(predict(model, &vector, 300), predict(&other, &vector, 300));
            assert!(explained_distance(&other, &vector, &Reading { sum: -0.4, ..Reading::default() }) <= 1e-12);
        }
    }

    #[test]
    fn the_interval_is_wider_for_fewer_words() {
        let model = synthetic::model();
        let vector = &synthetic::vectors(7, 1)[0];
        let width = |words| {
            let verdict = predict(model, vector, words).verdict;
            verdict.high - verdict.low
        };
        assert!(width(80) > width(300) && width(300) > width(3000));
        assert_eq!(width(0), width(1));
    }

    #[test]
    fn sub_scores_follow_the_directions() {
        let model = synthetic::model();
        let of = |direction| {
            FEATURES
                .iter()
                .find(|f| {
                    f.direction == direction
                        && !f.sub_score.is_empty()
                        && f.id != synthetic::UNSEEN
                        && f.id != synthetic::CONSTANT
                })
                .unwrap()
        };
        for (direction, low, high) in
            [(Direction::Higher, 0.0, 1.0), (Direction::Lower, 1.0, 0.0), (Direction::Hump, 0.0, 0.0)]
        {
            let feature = of(direction);
            for (value, expected) in [(-1e6, low), (1e6, high)] {
                let vector = with(feature.id, Measurement::over(value, 10, 5));
                let described = model.describe(&vector).sub_scores;
                assert_eq!(share(&described, feature.sub_score), Some(expected));
                let sub_score = described.iter().find(|s| s.id == feature.sub_score).unwrap();
                assert_eq!(sub_score.feature_ids, [feature.id]);
            }
        }
    }

    #[test]
    fn every_sub_score_of_the_dictionary_is_known() {
        for feature in FEATURES.iter().filter(|f| !f.sub_score.is_empty()) {
            assert!(SUB_SCORES.contains(&feature.sub_score), "{}", feature.id);
        }
        let described = synthetic::model().describe(&synthetic::unseen()).sub_scores;
        let order: Vec<_> = described.iter().map(|s| s.id).collect();
        let expected: Vec<_> = SUB_SCORES.iter().copied().filter(|id| order.contains(id)).collect();
        assert_eq!(order, expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_vector_has_a_score(
            values in prop::collection::vec((prop::num::f64::ANY, any::<u32>(), 0u8..4), FEATURES.len()),
            words in any::<u32>(),
        ) {
            let measurements = values
                .iter()
                .map(|&(value, exposure, kind)| match kind {
                    0 => Measurement::not_seen(),
                    1 => Measurement::not_applicable(exposure),
                    _ => Measurement::over(value, exposure, 5),
                })
                .collect();
            let vector = FeatureVector::from_measurements(measurements).unwrap();
            let verdict = predict(synthetic::model(), &vector, words).verdict;
            prop_assert!(verdict.logit.is_finite());
            prop_assert!(0.0 <= verdict.low && verdict.low <= verdict.score);
            prop_assert!(verdict.score <= verdict.high && verdict.high <= 1.0);
        }
    }
}
