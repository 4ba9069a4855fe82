//! What is measured about a model when it is made.

use super::TrainError;
use super::left_out::Parts;
use super::set::TrainingSet;
use crate::model::artifact::{Bands, Calibration, Corpus, Diagram, Metric};
use crate::model::calibrate::platt;
use crate::model::evaluate::{auc, brier, calibration_error, equal_bins, weighted_quantile};
use crate::sigmoid::sigmoid;

/// A figure for each corpus that is fitted on; `None` where it is not defined. `values` has one for every article.
pub(super) fn auc_by_corpus(
    set: &TrainingSet,
    values: &[f64],
    figure: impl Fn(&[f64], &[bool], &[u32]) -> Option<f64>,
) -> Vec<Option<f64>> {
    set.fitted()
        .into_iter()
        .map(|corpus| {
            let rows = set.rows(|example| example.corpus == corpus);
            let values: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
            figure(&values, &set.good(&rows), &set.words(&rows))
        })
        .collect()
}

pub(super) fn mean(figures: &[Option<f64>]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for figure in figures.iter().flatten() {
        sum += figure;
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

pub(super) fn push(set: &TrainingSet, id: &str, figures: &[Option<f64>], metrics: &mut Vec<Metric>) {
    for (corpus, figure) in set.fitted().into_iter().zip(figures) {
        if let Some(value) = figure {
            metrics.push(Metric { id: id.to_owned(), corpus: set.corpora[corpus].id.clone(), value: *value });
        }
    }
    metrics.push(Metric { id: id.to_owned(), corpus: String::new(), value: mean(figures) });
}

pub(super) fn calibrate(set: &TrainingSet, rows: &[usize], logits: &[f64]) -> Result<Calibration, TrainError> {
    let (mut values, mut good) = (Vec::new(), Vec::new());
    for (&row, copies) in rows.iter().zip(set.copies(rows)) {
        for _ in 0..copies {
            values.push(logits[row]);
            good.push(set.examples[row].good);
        }
    }
    platt(&values, &good)
}

/// Calibrated logits, each calibrated on the articles of the other parts only.
pub(super) fn probabilities_by_part(
    set: &TrainingSet,
    parts: &Parts<'_>,
    logits: &[f64],
) -> Result<Vec<f64>, TrainError> {
    let mut calibrated = vec![0.0; logits.len()];
    for (left_out, others) in parts.each() {
        let calibration = calibrate(set, others, logits)?;
        for &row in left_out {
            calibrated[row] = calibration.apply(logits[row]);
        }
    }
    Ok(calibrated)
}

/// Brier score and calibration error of calibrated logits, and the reliability diagram behind them.
pub(super) fn summary(set: &TrainingSet, id: &str, logits: &[f64], metrics: &mut Vec<Metric>) -> Diagram {
    let all = set.rows(|_| true);
    let (good, weights) = (set.good(&all), set.weights(&all));
    let logits: Vec<f64> = all.iter().map(|&row| logits[row]).collect();
    let base = weighted_base_rate(&good, &weights);
    let bins = equal_bins(&logits, &good, &weights);
    let mut one = |name: &str, value| {
        metrics.push(Metric { id: format!("{id}_{name}"), corpus: String::new(), value });
    };
    one("brier_score", brier(&logits, &good, &weights));
    one("brier_score_of_base_rate", base * (1.0 - base));
    one("calibration_error", calibration_error(&bins));
    Diagram { id: id.to_owned(), bins }
}

fn weighted_base_rate(good: &[bool], weights: &[f64]) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (good, weight) in good.iter().zip(weights) {
        sum += weight * f64::from(*good);
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// What the number of words alone tells, its direction taken from the other corpora.
pub(super) fn length_only(set: &TrainingSet, metrics: &mut Vec<Metric>) {
    let words: Vec<f64> = set.examples.iter().map(|example| f64::from(example.whole.words)).collect();
    let longer = auc_by_corpus(set, &words, |words, good, _| auc(words, good));
    let figures: Vec<Option<f64>> = longer
        .iter()
        .enumerate()
        .map(|(corpus, figure)| {
            let others: Vec<Option<f64>> =
                longer.iter().enumerate().filter(|(other, _)| *other != corpus).map(|(_, figure)| *figure).collect();
            figure.map(|auc| if mean(&others) >= 0.5 { auc } else { 1.0 - auc })
        })
        .collect();
    push(set, "length_only_auc", &figures, metrics);
}

/// The middle third of logits of articles left out, cells weighing the same.
pub(super) fn band_width(set: &TrainingSet, logits: &[f64]) -> f64 {
    let rows = set.rows(|_| true);
    let logits: Vec<f64> = rows.iter().map(|&row| logits[row]).collect();
    let weights = set.weights(&rows);
    let at = |share| weighted_quantile(&logits, &weights, share).unwrap_or_default();
    at(2.0 / 3.0) - at(1.0 / 3.0)
}

/// Terciles of the calibrated scores of articles in left-out corpora, cells weighing the same, to
/// three decimals.
pub(super) fn bands(
    set: &TrainingSet,
    rows: &[usize],
    logits: &[f64],
    calibration: Calibration,
) -> Result<Bands, TrainError> {
    let scores: Vec<f64> = rows.iter().map(|&row| sigmoid(calibration.apply(logits[row]))).collect();
    let weights = set.weights(rows);
    let at = |share| {
        weighted_quantile(&scores, &weights, share).map(|score| (score * 1000.0).round() / 1000.0).unwrap_or(0.5)
    };
    let bands = Bands { mixed: at(1.0 / 3.0), high: at(2.0 / 3.0) };
    if bands.mixed < bands.high {
        Ok(bands)
    } else {
        Err(TrainError::fit(format!(
            "The scores do not spread enough for three bands: a third lies up to {} and two thirds up to {}.",
            bands.mixed, bands.high
        )))
    }
}

/// The corpora as the model file names them; of one that is not fitted on, only what the reference took.
pub(super) fn corpora(set: &TrainingSet) -> Vec<Corpus> {
    set.corpora
        .iter()
        .enumerate()
        .map(|(index, corpus)| {
            let count = |good: bool| {
                let articles = set.examples.iter().filter(|e| e.corpus == index && e.good == good).count();
                u32::try_from(articles).unwrap_or(u32::MAX)
            };
            let (positive, negative) = (count(true), count(false));
            Corpus {
                id: corpus.id.clone(),
                articles: positive.saturating_add(negative),
                positive,
                negative,
                fitted: corpus.fitted,
                license: corpus.license.clone(),
                meaning: corpus.meaning.clone(),
            }
        })
        .collect()
}
