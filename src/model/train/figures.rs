//! What is measured about a model when it is made.

use super::TrainError;
use super::left_out::Parts;
use super::set::TrainingSet;
use crate::model::artifact::{Bands, Calibration, Corpus, Diagram, Metric};
use crate::model::calibrate::platt;
use crate::model::evaluate::{
    Bin, COVERAGES, auc, brier, calibration_error, equal_bins, most_confident, weighted_quantile,
};
use crate::sigmoid::sigmoid;

/// A figure for each corpus that is fitted on, over those of its articles that are among `rows`; `None` where it is not
/// defined. `values` has one for every article.
pub(super) fn figure_by_corpus(
    set: &TrainingSet,
    rows: &[usize],
    values: &[f64],
    figure: impl Fn(&[f64], &[bool], &[u32]) -> Option<f64>,
) -> Vec<Option<f64>> {
    set.fitted()
        .into_iter()
        .map(|corpus| {
            let own: Vec<usize> = rows.iter().copied().filter(|&row| set.examples[row].corpus == corpus).collect();
            let values: Vec<f64> = own.iter().map(|&row| values[row]).collect();
            figure(&values, &set.good(&own), &set.words(&own))
        })
        .collect()
}

pub(super) fn auc_by_corpus(set: &TrainingSet, rows: &[usize], values: &[f64]) -> Vec<Option<f64>> {
    figure_by_corpus(set, rows, values, |values, good, _| auc(values, good))
}

/// Of the corpora in which it is defined.
pub(super) fn mean(figures: &[Option<f64>]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for figure in figures.iter().flatten() {
        sum += figure;
        count += 1.0;
    }
    (count > 0.0).then_some(sum / count)
}

pub(super) fn push(set: &TrainingSet, id: &str, figures: &[Option<f64>], metrics: &mut Vec<Metric>) {
    for (corpus, figure) in set.fitted().into_iter().zip(figures) {
        if let Some(value) = figure {
            metrics.push(Metric { id: id.to_owned(), corpus: set.corpora[corpus].id.clone(), value: *value });
        }
    }
    if let Some(value) = mean(figures) {
        metrics.push(Metric { id: id.to_owned(), corpus: String::new(), value });
    }
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

/// What calibrated logits are worth over some of the articles.
struct Worth {
    /// The mean over the corpora that have both labels.
    auc: Option<f64>,
    brier: f64,
    bins: Vec<Bin>,
    base_rate: f64,
}

impl Worth {
    /// Corpora and labels weigh the same.
    fn of(set: &TrainingSet, rows: &[usize], logits: &[f64]) -> Self {
        let (good, weights) = (set.good(rows), set.weights(rows));
        let own: Vec<f64> = rows.iter().map(|&row| logits[row]).collect();
        Worth {
            auc: mean(&auc_by_corpus(set, rows, logits)),
            brier: brier(&own, &good, &weights),
            bins: equal_bins(&own, &good, &weights),
            base_rate: weighted_base_rate(&good, &weights),
        }
    }
}

/// Brier score and calibration error of calibrated logits over all articles, the reliability diagram behind them, and
/// what they are over those that get a score and over those of the highest confidence.
pub(super) fn summary(set: &TrainingSet, id: &str, logits: &[f64], metrics: &mut Vec<Metric>) -> Diagram {
    let mut one = |name: String, value: Option<f64>| {
        let metric = value.map(|value| Metric { id: format!("{id}_{name}"), corpus: String::new(), value });
        metrics.extend(metric);
    };
    let mut part = |name: &str, rows: &[usize]| {
        let worth = Worth::of(set, rows, logits);
        one(format!("articles_{name}"), Some(rows.len() as f64));
        one(format!("auc_{name}"), worth.auc);
        one(format!("brier_score_{name}"), Some(worth.brier));
        one(format!("calibration_error_{name}"), Some(calibration_error(&worth.bins)));
    };
    for coverage in COVERAGES {
        part(&format!("at_coverage_{coverage}"), &most_trusted(set, coverage));
    }
    part("scored", &set.rows(|_| true));
    let worth = Worth::of(set, &set.judged(|_| true), logits);
    one("brier_score".to_owned(), Some(worth.brier));
    one("brier_score_of_base_rate".to_owned(), Some(worth.base_rate * (1.0 - worth.base_rate)));
    one("calibration_error".to_owned(), Some(calibration_error(&worth.bins)));
    Diagram { id: id.to_owned(), bins: worth.bins }
}

/// Of every corpus, so many in a hundred of its articles, those whose text a report trusts most; what gets no score comes
/// last.
fn most_trusted(set: &TrainingSet, coverage: u32) -> Vec<usize> {
    let mut kept = Vec::new();
    for corpus in set.fitted() {
        let rows = set.judged(|example| example.corpus == corpus);
        let confidences: Vec<f64> = rows.iter().map(|&row| set.examples[row].confidence).collect();
        kept.extend(most_confident(&confidences, coverage).into_iter().map(|index| rows[index]));
    }
    kept
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
    let longer = auc_by_corpus(set, &set.judged(|_| true), &words);
    let figures: Vec<Option<f64>> = longer
        .iter()
        .enumerate()
        .map(|(corpus, figure)| {
            let others: Vec<Option<f64>> =
                longer.iter().enumerate().filter(|(other, _)| *other != corpus).map(|(_, figure)| *figure).collect();
            figure.map(|auc| if mean(&others).is_none_or(|others| others >= 0.5) { auc } else { 1.0 - auc })
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

/// How many articles of each corpus that is fitted on were judged, those too that get no score.
pub(super) fn count_judged(set: &TrainingSet, metrics: &mut Vec<Metric>) {
    let counts: Vec<usize> =
        set.fitted().into_iter().map(|corpus| set.judged(|example| example.corpus == corpus).len()).collect();
    for (corpus, count) in set.fitted().into_iter().zip(&counts) {
        let corpus = set.corpora[corpus].id.clone();
        metrics.push(Metric { id: "articles_judged".to_owned(), corpus, value: *count as f64 });
    }
    let all = counts.iter().sum::<usize>() as f64;
    metrics.push(Metric { id: "articles_judged".to_owned(), corpus: String::new(), value: all });
}

/// The corpora as the model file names them, with the articles that were fitted on; of one that is not fitted on, only
/// what the reference took.
pub(super) fn corpora(set: &TrainingSet) -> Vec<Corpus> {
    set.corpora
        .iter()
        .enumerate()
        .map(|(index, corpus)| {
            let count = |good: bool| {
                let articles = set.examples.iter().filter(|e| e.scored && e.corpus == index && e.good == good).count();
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
