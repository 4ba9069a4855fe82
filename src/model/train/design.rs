//! Columns of inputs, and fits on some of them.

use linfa_logistic::FittedLogisticRegression;

use super::set::TrainingSet;
use super::{Signs, TrainError};
use crate::features::{Direction, FEATURES, FeatureVector, Tier};
use crate::model::artifact::{Excluded, orientation};
use crate::model::floor;
use crate::model::logistic::logistic;
use crate::model::predict::sub_scores;
use crate::model::register::{self, REGISTER, Register, RegisterFile, Row, Unit};
use crate::model::transform::{Column, Quantiles, Reference, Transform, columns_of};

/// Which inputs a fit may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inputs {
    All,
    /// The documented features, without the register model.
    Documented,
    /// The register model alone.
    Register,
}

/// Candidate columns, and the inputs of all articles, for a reference and a register model taken from some of them.
pub(super) struct Design<'a> {
    pub set: &'a TrainingSet,
    pub reference: Reference,
    pub columns: Vec<Column>,
    /// For each column, the input of every example; the register model's stands behind them, if there is one.
    pub inputs: Vec<Vec<f64>>,
    /// How far every example is broken; the floor's term is so many times its depth.
    pub broken: Vec<f64>,
    pub register: Option<RegisterFile>,
    /// How many pieces its length effect rests on.
    pub halved: usize,
    pub excluded: Vec<Excluded>,
}

/// A fit on some of a design's inputs. Without an estimator every logit is 0.
pub(super) struct Fitted {
    /// Indices into the design's inputs.
    pub kept: Vec<usize>,
    pub estimator: Option<FittedLogisticRegression<f64, bool>>,
    pub excluded: Vec<Excluded>,
}

impl Fitted {
    pub(super) fn columns(&self, design: &Design<'_>) -> Vec<Column> {
        self.kept.iter().filter_map(|&column| design.columns.get(column).cloned()).collect()
    }

    pub(super) fn has_register(&self, design: &Design<'_>) -> bool {
        self.kept.contains(&design.columns.len())
    }
}

impl<'a> Design<'a> {
    /// For a fit on `rows`.
    pub(super) fn new(set: &'a TrainingSet, rows: &[usize], settings: register::Settings) -> Result<Self, TrainError> {
        let chosen = set.reference(rows);
        let chosen = if chosen.is_empty() {
            (0..set.len()).filter(|&row| set.examples[row].reference).collect()
        } else {
            chosen
        };
        if chosen.is_empty() {
            return Err(TrainError::data("No article belongs to the reference distribution.".to_owned()));
        }
        let names = set
            .corpora
            .iter()
            .enumerate()
            .filter(|(index, _)| chosen.iter().any(|&row| set.examples[row].corpus == *index))
            .map(|(_, corpus)| format!("{}: {}", corpus.id, corpus.reference.join(", ")))
            .collect();
        let vectors = || chosen.iter().map(|&row| &set.examples[row].whole.features);
        let reference = Reference::of(names, vectors());
        let broken = set.examples.iter().map(|example| broken(&reference, &example.whole.features)).collect();
        let mut design = Design {
            set,
            reference,
            columns: Vec::new(),
            inputs: Vec::new(),
            broken,
            register: None,
            halved: 0,
            excluded: Vec::new(),
        };
        for (index, feature) in FEATURES.iter().enumerate() {
            if feature.tier != Tier::Model {
                continue;
            }
            let quantiles = design.reference.quantiles.iter().find(|quantiles| quantiles.feature_id == feature.id);
            let Some(quantiles) = quantiles else {
                design.excluded.push(Excluded {
                    feature_id: feature.id.to_owned(),
                    transform: Transform::LogOdds,
                    reason: "no reference article has a value".to_owned(),
                });
                continue;
            };
            for column in columns_of(feature, quantiles, vectors()) {
                let inputs: Vec<f64> = set
                    .examples
                    .iter()
                    .map(|example| {
                        let measurement = example.whole.features.as_slice().get(index);
                        measurement
                            .and_then(|measurement| measurement.value())
                            .map_or(0.0, |value| column.input(quantiles.rank(feature.credited(value)).mid()))
                    })
                    .collect();
                let first = rows.first().map(|&row| inputs[row]);
                if rows.iter().all(|&row| Some(inputs[row]) == first) {
                    design.excluded.push(Excluded {
                        feature_id: column.feature_id,
                        transform: column.transform,
                        reason: "it has one value in all training articles".to_owned(),
                    });
                } else {
                    design.columns.push(column);
                    design.inputs.push(inputs);
                }
            }
        }
        design.add_register(rows, &chosen, settings);
        Ok(design)
    }

    /// The register model of `rows`, and its sum for every article. An article of `rows` gets the sum of a model
    /// that had not seen its corpus: else the fit would trust the register by what it learnt by heart. On such
    /// articles the length effect is measured, too, and one is taken out of all sums.
    fn add_register(&mut self, rows: &[usize], reference: &[usize], settings: register::Settings) {
        let set = self.set;
        let whole = pieces(set, rows);
        let Ok(mut file) = register::fit(&whole, &set.spellings, &settings) else {
            return;
        };
        let mut corpora: Vec<usize> = rows.iter().map(|&row| set.examples[row].corpus).collect();
        corpora.dedup();
        let mut left_out = Vec::new();
        let mut lost = Vec::new();
        for corpus in corpora {
            let (own, others): (Vec<usize>, Vec<usize>) =
                rows.iter().partition(|&&row| set.examples[row].corpus == corpus);
            let Ok(file) = register::fit(&pieces(set, &others), &set.spellings, &settings) else {
                return;
            };
            lost.extend(register::lost_by_halving(&file, &pieces(set, &own)));
            left_out.push((own, file));
        }
        self.halved = lost.len();
        file.length_effect = lost.iter().sum::<f64>() / lost.len().max(1) as f64;
        let register = Register::new(&file);
        let mut sums: Vec<f64> =
            set.examples.iter().map(|example| register.read_units(&example.whole.units).sum).collect();
        for (own, mut left_out) in left_out {
            left_out.length_effect = file.length_effect;
            let register = Register::new(&left_out);
            for row in own {
                sums[row] = register.read_units(&set.examples[row].whole.units).sum;
            }
        }
        let Some(quantiles) = Quantiles::of(REGISTER, reference.iter().map(|&row| sums[row])) else {
            return;
        };
        file.reference = quantiles;
        self.register = Some(file);
        self.inputs.push(sums);
    }

    fn candidates(&self, inputs: Inputs) -> Vec<usize> {
        let features = self.columns.len();
        match inputs {
            Inputs::All => (0..self.inputs.len()).collect(),
            Inputs::Documented => (0..features).collect(),
            Inputs::Register => (features..self.inputs.len()).collect(),
        }
    }

    /// Fits on `rows`. With stated signs, the column that contradicts its direction most is dropped,
    /// and the rest fitted again, until none does.
    pub(super) fn fit(&self, rows: &[usize], penalty: f64, signs: Signs, inputs: Inputs) -> Result<Fitted, TrainError> {
        let mut fitted = Fitted { kept: self.candidates(inputs), estimator: None, excluded: Vec::new() };
        while !fitted.kept.is_empty() {
            let estimator = self.fit_columns(rows, &fitted.kept, penalty)?;
            let orientation = orientation(&estimator);
            let worst = fitted
                .kept
                .iter()
                .zip(estimator.params())
                .enumerate()
                .map(|(place, (&column, weight))| {
                    let weight = orientation * weight;
                    (place, weight, weight * self.stated_sign(column))
                })
                .filter(|(_, _, agreement)| signs == Signs::Stated && *agreement < 0.0)
                .min_by(|a, b| a.2.total_cmp(&b.2));
            let Some((place, weight, _)) = worst else {
                fitted.estimator = Some(estimator);
                break;
            };
            let Some(column) = self.columns.get(fitted.kept.remove(place)) else {
                // The register model contradicts itself on corpora it had not seen: it knows nothing.
                continue;
            };
            fitted.excluded.push(Excluded {
                feature_id: column.feature_id.clone(),
                transform: column.transform,
                reason: format!(
                    "its fitted weight of {weight:+.2} contradicts its direction: {}",
                    direction_words(direction(&column.feature_id))
                ),
            });
        }
        Ok(fitted)
    }

    fn stated_sign(&self, input: usize) -> f64 {
        self.columns.get(input).map_or(1.0, |column| column.stated_sign(direction(&column.feature_id)))
    }

    pub(super) fn fit_columns(
        &self,
        rows: &[usize],
        columns: &[usize],
        penalty: f64,
    ) -> Result<FittedLogisticRegression<f64, bool>, TrainError> {
        let copies = self.set.copies(rows);
        let total: usize = copies.iter().sum();
        let mut records = Vec::with_capacity(total * columns.len());
        let mut targets = Vec::with_capacity(total);
        for (&row, &copies) in rows.iter().zip(&copies) {
            for _ in 0..copies {
                records.extend(columns.iter().map(|&column| self.inputs[column][row]));
                targets.push(self.set.examples[row].good);
            }
        }
        let alpha = penalty * total as f64 / rows.len().max(1) as f64;
        logistic(records, targets, columns.len(), alpha).map_err(TrainError::fit)
    }

    /// The logit of good practice, before calibration and the floor effect.
    pub(super) fn logits(&self, fitted: &Fitted, rows: &[usize]) -> Vec<f64> {
        let Some(estimator) = &fitted.estimator else {
            return vec![0.0; rows.len()];
        };
        let sign = orientation(estimator);
        rows.iter()
            .map(|&row| {
                let mut logit = estimator.intercept();
                for (&column, weight) in fitted.kept.iter().zip(estimator.params()) {
                    logit += weight * self.inputs[column][row];
                }
                sign * logit
            })
            .collect()
    }
}

/// The pieces of the articles in `rows`, as a register model is fitted on them.
fn pieces<'a>(set: &'a TrainingSet, rows: &[usize]) -> Vec<Row<'a>> {
    let pieces: Vec<(usize, &[Unit])> = rows
        .iter()
        .flat_map(|&row| {
            let units = &set.examples[row].whole.units;
            units.chunks(register::piece_length(units.len())).map(move |piece| (row, piece))
        })
        .collect();
    let copies = set.copies(&pieces.iter().map(|(row, _)| *row).collect::<Vec<_>>());
    pieces
        .into_iter()
        .zip(copies)
        .map(|((row, units), copies)| {
            let example = &set.examples[row];
            Row { units, corpus: example.corpus, good: example.good, copies }
        })
        .collect()
}

/// How far an article is broken, among the articles of a reference.
fn broken(reference: &Reference, vector: &FeatureVector) -> f64 {
    let ranks: Vec<_> = FEATURES
        .iter()
        .zip(vector.as_slice())
        .map(|(feature, measurement)| {
            let quantiles = reference.quantiles.iter().find(|quantiles| quantiles.feature_id == feature.id)?;
            Some(quantiles.rank(measurement.value()?))
        })
        .collect();
    floor::broken(&sub_scores(vector, &ranks))
}

pub(super) fn direction(id: &str) -> Direction {
    FEATURES.iter().find(|feature| feature.id == id).map_or(Direction::Neutral, |feature| feature.direction)
}

fn direction_words(direction: Direction) -> &'static str {
    match direction {
        Direction::Higher => "more is better",
        Direction::Lower => "less is better",
        Direction::Hump => "better up to a point, worse beyond it",
        Direction::Neutral => "none is stated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::synthetic;

    #[test]
    fn a_flipped_positive_class_changes_nothing() {
        let set = synthetic::set(1);
        let all = set.rows(|_| true);
        let design = Design::new(&set, &all, register::Settings::default()).unwrap();
        let fit = |rows: &[usize]| design.fit(rows, 10.0, Signs::Free, Inputs::All).unwrap();
        let mut poor_first = all.clone();
        poor_first.sort_by_key(|&row| set.examples[row].good);
        let (one, other) = (fit(&all), fit(&poor_first));
        let class = |fitted: &Fitted| fitted.estimator.as_ref().unwrap().labels().pos.class;
        assert_ne!(class(&one), class(&other), "equal counts: the first label seen is positive");
        let (a, b) = (design.logits(&one, &all), design.logits(&other, &all));
        for (a, b) in a.iter().zip(&b) {
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }

    #[test]
    fn the_register_stands_behind_the_features_and_can_be_left_out() {
        let set = synthetic::set(1);
        let all = set.rows(|_| true);
        let design = Design::new(&set, &all, register::Settings::default()).unwrap();
        assert_eq!(design.inputs.len(), design.columns.len() + 1);
        let fit = |inputs| design.fit(&all, 10.0, Signs::Stated, inputs).unwrap();
        assert!(fit(Inputs::All).has_register(&design));
        assert!(!fit(Inputs::Documented).has_register(&design));
        assert_eq!(fit(Inputs::Register).kept, [design.columns.len()]);
    }
}
