//! Fitting: rows of patterns to a classifier, with linfa's logistic regression.

use std::collections::BTreeMap;
use std::fmt;

use hashbrown::HashMap;
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

use super::classifier::{ClassifierFile, Evaluation, SCHEMA};
use super::pattern::{Pattern, Sample};

/// How a classifier is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// At most so many patterns.
    pub patterns: usize,
    /// A pattern stands in at least so many rows.
    pub least: usize,
    /// Weight of the sum of squares.
    pub penalty: f64,
    /// A probability from here on is a yes.
    pub threshold: f64,
}

/// Why nothing was fitted, in one sentence.
#[derive(Debug)]
pub struct FitError(String);

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FitError {}

/// Labelled samples, reduced to the patterns in them.
#[derive(Debug, Default)]
pub struct Rows {
    names: Vec<String>,
    by_key: HashMap<u64, u32>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    /// Patterns and how often each occurs, by pattern.
    seen: Vec<(u32, u32)>,
    label: bool,
}

impl Rows {
    /// Adds a sample whose tokens stand in `text`.
    pub fn push(&mut self, text: &str, sample: &Sample<'_>, label: bool) {
        let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
        sample.each(|key, pattern| {
            let id = match self.by_key.get(&key) {
                Some(id) => *id,
                None => {
                    // A word that its written form does not lead back to (odd cases of letters) is left out.
                    let Some(name) = pattern.name(text, sample.tokens).filter(|name| Pattern::key(name) == key) else {
                        return;
                    };
                    let id = self.names.len() as u32;
                    self.names.push(name);
                    self.by_key.insert(key, id);
                    id
                }
            };
            *seen.entry(id).or_default() += 1;
        });
        self.rows.push(Row { seen: seen.into_iter().collect(), label });
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many of these rows are a yes.
    #[must_use]
    pub fn positives(&self, rows: &[usize]) -> usize {
        rows.iter().filter(|&&row| self.rows.get(row).is_some_and(|row| row.label)).count()
    }

    /// The patterns that tell most between the labels: the logarithm of the ratio of their shares among
    /// yes and no, times the square root of how many rows have them.
    fn choose(&self, rows: &[usize], settings: &Settings) -> Vec<u32> {
        let positives = self.positives(rows) as f64;
        let negatives = rows.len() as f64 - positives;
        let mut counts = vec![(0u32, 0u32); self.names.len()];
        for row in rows.iter().filter_map(|&row| self.rows.get(row)) {
            for (id, _) in &row.seen {
                if let Some((yes, no)) = counts.get_mut(*id as usize) {
                    *(if row.label { yes } else { no }) += 1;
                }
            }
        }
        let mut ranked: Vec<(f64, u32)> = counts
            .iter()
            .enumerate()
            .filter(|(_, (yes, no))| (yes + no) as usize >= settings.least)
            .map(|(id, &(yes, no))| {
                let ratio = libm::log((f64::from(yes) + 0.5) / positives.max(1.0))
                    - libm::log((f64::from(no) + 0.5) / negatives.max(1.0));
                (ratio.abs() * libm::sqrt(f64::from(yes + no)), id as u32)
            })
            .collect();
        let name = |id: u32| self.names.get(id as usize);
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| name(a.1).cmp(&name(b.1))));
        ranked.truncate(settings.patterns);
        let mut chosen: Vec<u32> = ranked.into_iter().map(|(_, id)| id).collect();
        chosen.sort_by_key(|id| name(*id));
        chosen
    }
}

/// linfa stops when the gradient, a sum over all rows, is this small; the next is tried where rounding
/// keeps it from that. Weights move by less than their rounding beyond the first.
const TOLERANCES: [f64; 2] = [1e-1, 1.0];

/// What is left to gain after so many steps is below what a fold changes.
const ITERATIONS: u64 = 40;

/// Fits on the rows with these indices.
///
/// # Errors
/// Rows of one label only, or no pattern frequent enough, or linfa finds no minimum.
pub fn fit(all: &Rows, rows: &[usize], name: &str, settings: &Settings) -> Result<ClassifierFile, FitError> {
    let positives = all.positives(rows);
    if positives == 0 || positives == rows.len() {
        return Err(FitError(format!("{name}: both labels are needed; {positives} of {} rows are a yes.", rows.len())));
    }
    let chosen = all.choose(rows, settings);
    if chosen.is_empty() {
        return Err(FitError(format!("{name}: no pattern stands in {} rows.", settings.least)));
    }
    let column: HashMap<u32, usize> = chosen.iter().enumerate().map(|(column, id)| (*id, column)).collect();
    let mut records = Array2::<f64>::zeros((rows.len(), chosen.len()));
    let mut targets = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().filter_map(|&row| all.rows.get(row)).enumerate() {
        let known = || row.seen.iter().filter_map(|(id, count)| Some((column.get(id)?, f64::from(*count))));
        let root = libm::sqrt(known().map(|(_, count)| count).sum::<f64>().max(1.0));
        for (column, count) in known() {
            if let Some(slot) = records.get_mut((at, *column)) {
                *slot = count / root;
            }
        }
        targets.push(row.label);
    }
    let dataset = Dataset::new(records, Array1::from(targets));
    let mut result = Err(FitError(format!("{name}: nothing was fitted.")));
    for tolerance in TOLERANCES {
        result = LogisticRegression::default()
            .alpha(settings.penalty)
            .max_iterations(ITERATIONS)
            .gradient_tolerance(tolerance)
            .fit(&dataset)
            .map_err(|error| FitError(format!("{name}: the fit failed ({error}).")));
        if result.is_ok() {
            break;
        }
    }
    let fitted = result?;
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    // Three decimals keep the file small; what they change is far below what a fold changes.
    let rounded = |weight: f64| libm::round(weight * 1e3) / 1e3;
    Ok(ClassifierFile {
        schema: SCHEMA.to_owned(),
        name: name.to_owned(),
        created_from: String::new(),
        fitted_on: Vec::new(),
        evaluation: Evaluation::default(),
        bias: rounded(sign * fitted.intercept()),
        threshold: settings.threshold,
        weights: chosen
            .iter()
            .zip(fitted.params())
            .filter_map(|(id, weight)| Some((all.names.get(*id as usize)?.clone(), rounded(sign * weight))))
            .filter(|(_, weight)| *weight != 0.0)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Classifier;
    use crate::text::tokenise;

    fn rows() -> Rows {
        let mut rows = Rows::default();
        for n in 0..40 {
            for (text, label) in [
                (format!("You will love these {n} cats"), true),
                (format!("The council voted on {n} budgets"), false),
            ] {
                let tokens = tokenise(&text);
                rows.push(&text, &Sample { tokens: &tokens, cues: &[], cased: false }, label);
            }
        }
        rows
    }

    #[test]
    fn what_was_fitted_tells_the_labels_apart_and_is_the_same_again() {
        let (rows, settings) = (rows(), Settings { patterns: 20, least: 3, penalty: 0.1, threshold: 0.5 });
        let all: Vec<usize> = (0..rows.len()).collect();
        let file = fit(&rows, &all, "test", &settings).unwrap();
        assert!(file.weights.len() <= 20);
        let classifier = Classifier::new(&file);
        let probability = |text: &str| {
            let tokens = tokenise(text);
            classifier.probability(&Sample { tokens: &tokens, cues: &[], cased: false })
        };
        assert!(probability("You will love this") > 0.9);
        assert!(probability("The council voted") < 0.1);
        assert_eq!(file.weights, fit(&rows, &all, "test", &settings).unwrap().weights);
    }

    #[test]
    fn rows_of_one_label_are_refused() {
        let rows = rows();
        let yes: Vec<usize> = (0..rows.len()).step_by(2).collect();
        let error = fit(&rows, &yes, "test", &Settings { patterns: 20, least: 3, penalty: 0.1, threshold: 0.5 }).unwrap_err();
        assert_eq!(error.to_string(), "test: both labels are needed; 40 of 40 rows are a yes.");
    }
}
