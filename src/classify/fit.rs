//! Fitting: rows of patterns to a classifier, with linfa's logistic regression.

use std::collections::BTreeMap;
use std::fmt;

use hashbrown::HashMap;
use linfa::prelude::{Dataset, FitWith, ParamGuard};
use linfa_ftrl::Ftrl;
use ndarray::{Array1, Array2};

use super::classifier::{ClassifierFile, Evaluation, SCHEMA};
use super::pattern::{Pattern, Sample};
use crate::random::SplitMix;

/// How a classifier is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// At most so many patterns.
    pub patterns: usize,
    /// A pattern stands in at least so many rows.
    pub least: usize,
    /// How far a step goes.
    pub rate: f64,
    /// Weight of the sum of squares.
    pub penalty: f64,
    /// How often every row is seen.
    pub rounds: usize,
    /// A probability from here on is a yes; without one, the share of positives fitted on.
    pub threshold: Option<f64>,
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
            .filter(|(id, _)| {
                !self.names.get(*id).is_some_and(|name| name.split(' ').any(|word| OUTLETS.contains(&word)))
            })
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

/// The names of outlets that rows were taken from: what an outlet is called tells nothing of how it writes.
const OUTLETS: [&str; 6] = ["buzzfeed", "upworthy", "viralnova", "scoopwhoop", "thatscoop", "wikinews"];

/// Rows of one step. Only so many rows are ever spelt out over all patterns, most of which are zeros.
const STEP_ROWS: usize = 16;

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
    let examples: Vec<Example> =
        rows.iter().filter_map(|&row| all.rows.get(row)).map(|row| example(row, &column)).collect();
    let weights = follow(&examples, chosen.len(), name, settings)?;
    let (bias, weights) = weights.split_last().map_or((0.0, &weights[..0]), |(bias, weights)| (*bias, weights));
    // Three decimals keep the file small; what they change is far below what a fold changes.
    let rounded = |weight: f64| libm::round(weight * 1e3) / 1e3;
    Ok(ClassifierFile {
        schema: SCHEMA.to_owned(),
        name: name.to_owned(),
        created_from: String::new(),
        fitted_on: Vec::new(),
        evaluation: Evaluation::default(),
        bias: rounded(bias),
        threshold: rounded(settings.threshold.unwrap_or(positives as f64 / rows.len() as f64)),
        weights: chosen
            .iter()
            .zip(weights)
            .filter_map(|(id, weight)| Some((all.names.get(*id as usize)?.clone(), rounded(*weight))))
            .filter(|(_, weight)| *weight != 0.0)
            .collect(),
    })
}

/// A row as the solver sees it.
struct Example {
    values: Vec<(usize, f64)>,
    label: bool,
}

fn example(row: &Row, column: &HashMap<u32, usize>) -> Example {
    let known = || row.seen.iter().filter_map(|(id, count)| Some((*column.get(id)?, f64::from(*count))));
    let root = libm::sqrt(known().map(|(_, count)| count).sum::<f64>().max(1.0));
    Example { values: known().map(|(column, count)| (column, count / root)).collect(), label: row.label }
}

/// Follows the regularised leader (McMahan et al. 2013) over the examples in a drawn order; the last weight
/// is the bias.
fn follow(examples: &[Example], columns: usize, name: &str, settings: &Settings) -> Result<Vec<f64>, FitError> {
    let failed = |error: linfa_ftrl::FtrlError| FitError(format!("{name}: the fit failed ({error})."));
    let params = Ftrl::params()
        .alpha(settings.rate)
        .beta(1.0)
        .l1_ratio(0.0)
        .l2_ratio(settings.penalty)
        .check()
        .map_err(failed)?;
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = SplitMix::new(3);
    let mut model: Option<Ftrl<f64>> = None;
    for _ in 0..settings.rounds {
        random.shuffle(&mut order);
        for step in order.chunks(STEP_ROWS) {
            let mut records = Array2::<f64>::zeros((step.len(), columns + 1));
            let mut targets = Vec::with_capacity(step.len());
            for (mut record, example) in
                records.rows_mut().into_iter().zip(step.iter().filter_map(|&at| examples.get(at)))
            {
                for &(column, value) in example.values.iter().chain([&(columns, 1.0)]) {
                    if let Some(slot) = record.get_mut(column) {
                        *slot = value;
                    }
                }
                targets.push(example.label);
            }
            model = Some(params.fit_with(model.take(), &Dataset::new(records, Array1::from(targets))).map_err(failed)?);
        }
    }
    Ok(model.map(|model| model.get_weights().to_vec()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Classifier;
    use crate::text::tokenise;

    fn rows() -> Rows {
        let mut rows = Rows::default();
        for n in 0..40 {
            for (text, label) in
                [(format!("You will love these {n} cats"), true), (format!("The council voted on {n} budgets"), false)]
            {
                let tokens = tokenise(&text);
                rows.push(&text, &Sample { tokens: &tokens, cues: &[], cased: false }, label);
            }
        }
        rows
    }

    #[test]
    fn what_was_fitted_tells_the_labels_apart_and_is_the_same_again() {
        let (rows, settings) =
            (rows(), Settings { patterns: 20, least: 3, rate: 1.0, penalty: 0.1, rounds: 40, threshold: Some(0.5) });
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
        let error = fit(
            &rows,
            &yes,
            "test",
            &Settings { patterns: 20, least: 3, rate: 1.0, penalty: 0.1, rounds: 40, threshold: Some(0.5) },
        )
        .unwrap_err();
        assert_eq!(error.to_string(), "test: both labels are needed; 40 of 40 rows are a yes.");
    }
}
