//! Fitting: from labelled feature vectors to a model file.
//!
//! Corpora weigh the same, and inside a corpus both labels do. Everything that is measured about the
//! model is measured on articles whose corpus or group was left out of the fit, its reference
//! distribution and its choice of columns.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::thread;

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_logistic::{FittedLogisticRegression, LogisticRegression};
use ndarray::{Array1, Array2};

use super::artifact::{Artifact, Bands, Calibration, Corpus, Excluded, Interval, Metric, Model, SCHEMA, orientation};
use super::calibrate::platt;
use super::card::card;
use super::evaluate::{auc, brier, calibration_error, length_matched_auc, weighted_quantile};
use super::floor::Floor;
use super::predict::{FLOOR_EFFECT, sub_scores};
use super::transform::{Column, Reference, columns_of};
use crate::features::{Direction, FEATURE_SET_VERSION, FEATURES, FeatureVector, Tier};
use crate::random::SplitMix;
use crate::sigmoid::sigmoid;

/// Copies of an average article of the largest cell (a corpus and a label); more copies make the
/// copies of two articles of one cell more alike, and fitting slower.
const COPIES: usize = 2;
/// No article is copied more often, however small its cell: a handful of articles must not speak for
/// a corpus.
const MAX_COPIES: usize = 64;
/// A stronger penalty is preferred to one whose mean AUC is better by less than this.
const AUC_TOLERANCE: f64 = 0.002;
/// Gradient norms at which the fit is called done, tried in turn: near the optimum the line search may
/// find no better point before the strictest is reached.
const TOLERANCES: [f64; 3] = [1e-4, 1e-3, 1e-2];
/// How far the explained sum may be from linfa's own prediction.
const EXPLAINED_WITHIN: f64 = 1e-12;

/// Where articles come from.
#[derive(Debug, Clone)]
pub struct CorpusInfo {
    pub id: String,
    pub license: String,
    /// What a label says of an article.
    pub meaning: String,
    /// The labels whose articles make the reference distribution.
    pub reference: Vec<String>,
}

/// One labelled article, measured.
#[derive(Debug, Clone)]
pub struct Example {
    /// Index into the corpora.
    pub corpus: usize,
    /// Articles of one group are never on both sides of a test.
    pub group: String,
    pub good: bool,
    /// Whether it is part of the reference distribution.
    pub reference: bool,
    pub words: u32,
    pub features: FeatureVector,
    /// The two halves of a long article, measured apart, with their words.
    pub halves: Option<[(FeatureVector, u32); 2]>,
}

/// All labelled articles.
#[derive(Debug, Clone)]
pub struct TrainingSet {
    corpora: Vec<CorpusInfo>,
    examples: Vec<Example>,
}

impl TrainingSet {
    /// Corpora without an example are dropped.
    #[must_use]
    pub fn new(corpora: Vec<CorpusInfo>, examples: impl IntoIterator<Item = Example>) -> TrainingSet {
        let mut examples: Vec<Example> =
            examples.into_iter().filter(|example| example.corpus < corpora.len()).collect();
        examples.sort_by_key(|example| example.corpus);
        let mut kept = Vec::new();
        let mut index = vec![0; corpora.len()];
        for (old, corpus) in corpora.into_iter().enumerate() {
            if examples.iter().any(|example| example.corpus == old) {
                index[old] = kept.len();
                kept.push(corpus);
            }
        }
        for example in &mut examples {
            example.corpus = index[example.corpus];
        }
        TrainingSet { corpora: kept, examples }
    }

    /// How many articles.
    #[must_use]
    pub fn len(&self) -> usize {
        self.examples.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.examples.is_empty()
    }

    fn rows(&self, keep: impl Fn(&Example) -> bool) -> Vec<usize> {
        (0..self.examples.len()).filter(|&row| keep(&self.examples[row])).collect()
    }

    fn good(&self, rows: &[usize]) -> Vec<bool> {
        rows.iter().map(|&row| self.examples[row].good).collect()
    }

    fn words(&self, rows: &[usize]) -> Vec<u32> {
        rows.iter().map(|&row| self.examples[row].words).collect()
    }

    /// How often each of `rows` is repeated so that all cells (a corpus and a label) have the same
    /// total. Copies within a cell differ by at most one.
    fn copies(&self, rows: &[usize]) -> Vec<usize> {
        let mut sizes: BTreeMap<(usize, bool), usize> = BTreeMap::new();
        let cell = |row: usize| (self.examples[row].corpus, self.examples[row].good);
        for &row in rows {
            *sizes.entry(cell(row)).or_default() += 1;
        }
        let total = COPIES * sizes.values().copied().max().unwrap_or(0);
        let mut seen: BTreeMap<(usize, bool), usize> = BTreeMap::new();
        rows.iter()
            .map(|&row| {
                let size = sizes.get(&cell(row)).copied().unwrap_or(1);
                let total = total.min(MAX_COPIES * size);
                let seen = seen.entry(cell(row)).or_default();
                let copies = (*seen + 1) * total / size - *seen * total / size;
                *seen += 1;
                copies
            })
            .collect()
    }

    fn weights(&self, rows: &[usize]) -> Vec<f64> {
        self.copies(rows).into_iter().map(|n| n as f64).collect()
    }
}

/// Whether weights must agree with the directions that journalism standards state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Signs {
    /// A column whose weight contradicts its feature's direction is dropped.
    Stated,
    /// Whatever the corpora say.
    Free,
}

impl Signs {
    fn as_str(self) -> &'static str {
        match self {
            Signs::Stated => "stated",
            Signs::Free => "free",
        }
    }
}

/// How to train.
#[derive(Debug, Clone)]
pub struct Options {
    pub version: String,
    /// The command, as the model file shall record it.
    pub created_from: String,
    pub signs: Signs,
    /// L2 strengths to choose from, each for an article of average weight.
    pub penalties: Vec<f64>,
    /// Parts that the groups of a corpus are dealt into.
    pub folds: usize,
    /// Samples of groups for the covariance of the weights.
    pub replicates: u32,
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            version: "reliability-1".to_owned(),
            created_from: String::new(),
            signs: Signs::Stated,
            penalties: vec![1.0, 3.0, 10.0, 30.0, 100.0, 300.0],
            folds: 10,
            replicates: 100,
            seed: 1,
        }
    }
}

/// Trains a model; `progress` is told what is being done.
pub fn train(set: &TrainingSet, options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Model, TrainError> {
    if set.corpora.len() < 2 {
        return Err(TrainError::data(format!(
            "Training needs articles of at least two corpora, and there are {}.",
            set.corpora.len()
        )));
    }
    for (index, corpus) in set.corpora.iter().enumerate() {
        for (good, name) in [(true, "positive"), (false, "negative")] {
            if set.rows(|e| e.corpus == index && e.good == good).is_empty() {
                return Err(TrainError::data(format!("The corpus {} has no article with a {name} label.", corpus.id)));
            }
        }
    }
    let all = set.rows(|_| true);
    let good = set.good(&all);

    progress("ranking features without each corpus in turn");
    let folds = Folds::leave_one_corpus_out(set)?;
    let (penalty, logits, grid) = choose_penalty(set, &folds, options.signs, options, progress)?;
    let mut metrics = Vec::new();
    for (penalty, mean) in &grid {
        metrics.push(Metric {
            id: format!("leave_one_corpus_out_auc_at_penalty_{penalty}"),
            corpus: String::new(),
            value: *mean,
        });
    }

    progress("fitting on all corpora");
    let design = Design::new(set, &all)?;
    let fitted = design.fit(&all, penalty, options.signs)?;
    let Some(estimator) = fitted.estimator.clone() else {
        let reasons: Vec<String> = design
            .excluded
            .iter()
            .chain(&fitted.excluded)
            .map(|e| format!("  {} ({}): {}", e.feature_id, e.transform.as_str(), e.reason))
            .collect();
        return Err(TrainError::fit(format!("No feature is left to fit on.\n{}", reasons.join("\n"))));
    };
    let calibration = calibrate(set, &all, &logits)?;
    if calibration.slope <= 0.0 {
        return Err(TrainError::fit(format!(
            "On corpora it had not seen the model ranks poor articles above good ones (calibration slope {:.3}), so there is nothing to ship.",
            calibration.slope
        )));
    }

    progress(&format!("sampling sources for the interval, {} times", options.replicates));
    let covariance = covariance(set, &design, &fitted, penalty, calibration, options);

    measure(set, &folds, &logits, "", &mut metrics)?;
    progress("leaving out groups");
    leave_group_out(set, penalty, options.signs, options, "", &mut metrics)?;
    if options.signs == Signs::Stated {
        progress("the same with free signs, to compare");
        let (penalty, logits, _) = choose_penalty(set, &folds, Signs::Free, options, progress)?;
        measure(set, &folds, &logits, "_free_signs", &mut metrics)?;
        leave_group_out(set, penalty, Signs::Free, options, "_free_signs", &mut metrics)?;
    }
    length_only(set, &mut metrics);
    if let Some(value) = auc(&design.logits(&fitted, &all), &good) {
        metrics.push(Metric { id: "in_sample_auc".to_owned(), corpus: String::new(), value });
    }

    let mut artifact = Artifact {
        schema: SCHEMA.to_owned(),
        version: options.version.clone(),
        feature_set_version: FEATURE_SET_VERSION.to_owned(),
        created_from: options.created_from.clone(),
        features: FEATURES.iter().map(|f| f.id.to_owned()).collect(),
        columns: fitted.columns(&design),
        estimator,
        penalty,
        calibration,
        floor: Floor::STATED,
        bands: bands(set, &all, &logits, calibration)?,
        interval: Interval { noise: 0.0, covariance: covariance?, replicates: options.replicates },
        reference: design.reference.clone(),
        corpora: corpora(set),
        metrics,
        excluded: design.excluded.iter().chain(&fitted.excluded).cloned().collect(),
        sha256: String::new(),
    };
    let model = checked(artifact.clone())?;
    verify(set, &model)?;

    let (noise, halved) = noise(set, &model);
    artifact.interval.noise = noise;
    artifact.metrics.push(Metric {
        id: "articles_halved_for_noise".to_owned(),
        corpus: String::new(),
        value: halved as f64,
    });
    checked(artifact)
}

/// Writes model.json and CARD.md into `folder`, which is made if need be.
pub fn write(model: &Model, folder: &Path) -> Result<(), TrainError> {
    let unwritable = |path: &Path, error: &std::io::Error| {
        TrainError::output(format!("{} cannot be written ({error}).", path.display()))
    };
    let json = model.artifact().to_json().map_err(|error| TrainError::output(error.to_string()))?;
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    for (name, content) in [("model.json", json), ("CARD.md", card(model))] {
        let path = folder.join(name);
        fs::write(&path, content).map_err(|error| unwritable(&path, &error))?;
    }
    Ok(())
}

fn checked(mut artifact: Artifact) -> Result<Model, TrainError> {
    let fault = |error| TrainError::fit(format!("{error}"));
    artifact.seal().map_err(fault)?;
    Model::from_artifact(artifact, "the trained model").map_err(fault)
}

/// The explained sum is linfa's prediction, for every article that was fitted on.
fn verify(set: &TrainingSet, model: &Model) -> Result<(), TrainError> {
    let distance = set.examples.iter().map(|example| explained_distance(model, &example.features)).fold(0.0, f64::max);
    if distance > EXPLAINED_WITHIN {
        return Err(TrainError::fit(format!("The explained sum is {distance:e} away from linfa's prediction.")));
    }
    Ok(())
}

/// How far the probability of the explained sum, calibration taken out again, is from what linfa's
/// fitted object predicts.
pub(crate) fn explained_distance(model: &Model, vector: &FeatureVector) -> f64 {
    let artifact = model.artifact();
    let Calibration { slope, intercept } = artifact.calibration;
    let verdict = model.predict(vector, 100).verdict;
    let floor: f64 = verdict.terms.iter().filter(|term| term.id == FLOOR_EFFECT).map(|term| term.value).sum();
    let logit = verdict.logit - floor;
    let explained = sigmoid((logit - intercept) / slope);
    let inputs = model.inputs(vector);
    let width = inputs.len();
    let Ok(records) = Array2::from_shape_vec((1, width), inputs) else {
        return f64::INFINITY;
    };
    let positive = artifact.estimator.predict_probabilities(&records)[0];
    let own = if artifact.orientation() > 0.0 { positive } else { 1.0 - positive };
    (explained - own).abs()
}

/// Candidate columns, and the inputs of all articles, for a reference taken from some of them.
struct Design<'a> {
    set: &'a TrainingSet,
    reference: Reference,
    columns: Vec<Column>,
    /// For each column, the input of every example.
    inputs: Vec<Vec<f64>>,
    /// The floor's term of every example.
    floors: Vec<f64>,
    excluded: Vec<Excluded>,
}

/// A fit on some of a design's columns. Without an estimator every logit is 0.
struct Fitted {
    /// Indices into the design's columns.
    kept: Vec<usize>,
    estimator: Option<FittedLogisticRegression<f64, bool>>,
    excluded: Vec<Excluded>,
}

impl Fitted {
    fn columns(&self, design: &Design<'_>) -> Vec<Column> {
        self.kept.iter().map(|&column| design.columns[column].clone()).collect()
    }
}

impl<'a> Design<'a> {
    /// The reference is taken from the reference articles of `rows`, or from all if these have none.
    fn new(set: &'a TrainingSet, rows: &[usize]) -> Result<Self, TrainError> {
        let mut chosen: Vec<usize> = rows.iter().copied().filter(|&row| set.examples[row].reference).collect();
        if chosen.is_empty() {
            chosen = set.rows(|example| example.reference);
        }
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
        let vectors = || chosen.iter().map(|&row| &set.examples[row].features);
        let reference = Reference::of(names, vectors());

        let floors = set.examples.iter().map(|example| floor(&reference, &example.features)).collect();
        let mut design =
            Design { set, reference, columns: Vec::new(), inputs: Vec::new(), floors, excluded: Vec::new() };
        for (index, feature) in FEATURES.iter().enumerate() {
            if feature.tier != Tier::Model {
                continue;
            }
            let quantiles = design.reference.quantiles.iter().find(|quantiles| quantiles.feature_id == feature.id);
            let Some(quantiles) = quantiles else {
                design.excluded.push(Excluded {
                    feature_id: feature.id.to_owned(),
                    transform: super::transform::Transform::Percentile,
                    reason: "no reference article has a value".to_owned(),
                });
                continue;
            };
            for column in columns_of(feature, quantiles, vectors()) {
                let inputs: Vec<f64> = set
                    .examples
                    .iter()
                    .map(|example| {
                        example
                            .features
                            .as_slice()
                            .get(index)
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
        Ok(design)
    }

    /// Fits on `rows`. With stated signs, the column that contradicts its direction most is dropped,
    /// and the rest fitted again, until none does.
    fn fit(&self, rows: &[usize], penalty: f64, signs: Signs) -> Result<Fitted, TrainError> {
        let mut fitted = Fitted { kept: (0..self.columns.len()).collect(), estimator: None, excluded: Vec::new() };
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
            let column = &self.columns[fitted.kept.remove(place)];
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

    fn stated_sign(&self, column: usize) -> f64 {
        let column = &self.columns[column];
        column.stated_sign(direction(&column.feature_id))
    }

    fn fit_columns(
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
        let records = Array2::from_shape_vec((total, columns.len()), records)
            .map_err(|error| TrainError::fit(format!("The inputs have no shape ({error}).")))?;
        let dataset = Dataset::new(records, Array1::from(targets));
        let alpha = penalty * total as f64 / rows.len().max(1) as f64;
        let mut result = Err(TrainError::fit("Nothing was fitted.".to_owned()));
        for tolerance in TOLERANCES {
            result = LogisticRegression::default()
                .alpha(alpha)
                .max_iterations(500)
                .gradient_tolerance(tolerance)
                .fit(&dataset)
                .map_err(|error| TrainError::fit(format!("The fit failed ({error}).")));
            if result.is_ok() {
                break;
            }
        }
        result
    }

    /// The logit of good practice with the floor's term, before calibration.
    fn logits(&self, fitted: &Fitted, rows: &[usize]) -> Vec<f64> {
        let Some(estimator) = &fitted.estimator else {
            return rows.iter().map(|&row| self.floors[row]).collect();
        };
        let sign = orientation(estimator);
        rows.iter()
            .map(|&row| {
                let mut logit = estimator.intercept();
                for (&column, weight) in fitted.kept.iter().zip(estimator.params()) {
                    logit += weight * self.inputs[column][row];
                }
                sign * logit + self.floors[row]
            })
            .collect()
    }
}

/// The floor's term of an article among the articles of a reference.
fn floor(reference: &Reference, vector: &FeatureVector) -> f64 {
    let ranks: Vec<_> = FEATURES
        .iter()
        .zip(vector.as_slice())
        .map(|(feature, measurement)| {
            let quantiles = reference.quantiles.iter().find(|quantiles| quantiles.feature_id == feature.id)?;
            Some(quantiles.rank(measurement.value()?))
        })
        .collect();
    Floor::STATED.term(&sub_scores(vector, &ranks))
}

fn direction(id: &str) -> Direction {
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

/// One design for each corpus, made without it.
struct Folds<'a> {
    designs: Vec<(Vec<usize>, Design<'a>)>,
}

impl<'a> Folds<'a> {
    fn leave_one_corpus_out(set: &'a TrainingSet) -> Result<Self, TrainError> {
        let designs = (0..set.corpora.len())
            .map(|corpus| {
                let rows = set.rows(|example| example.corpus != corpus);
                let design = Design::new(set, &rows)?;
                Ok((rows, design))
            })
            .collect::<Result<_, TrainError>>()?;
        Ok(Folds { designs })
    }

    /// For every article, its logit under the model that had not seen its corpus.
    fn logits(&self, set: &TrainingSet, penalty: f64, signs: Signs) -> Result<Vec<f64>, TrainError> {
        let mut logits = vec![0.0; set.examples.len()];
        for (corpus, (rows, design)) in self.designs.iter().enumerate() {
            let fitted = design.fit(rows, penalty, signs)?;
            let held_out = set.rows(|example| example.corpus == corpus);
            for (&row, logit) in held_out.iter().zip(design.logits(&fitted, &held_out)) {
                logits[row] = logit;
            }
        }
        Ok(logits)
    }
}

/// The strength, the left-out logits under it, and the mean AUC for each strength tried.
type Choice = (f64, Vec<f64>, Vec<(f64, f64)>);

/// The strongest penalty whose mean AUC over left-out corpora is within a hair of the best.
fn choose_penalty(
    set: &TrainingSet,
    folds: &Folds<'_>,
    signs: Signs,
    options: &Options,
    progress: &mut dyn FnMut(&str),
) -> Result<Choice, TrainError> {
    let mut tried = Vec::new();
    for &penalty in &options.penalties {
        let logits = folds.logits(set, penalty, signs)?;
        let mean = mean(&by_corpus(set, &logits, |logits, good, _| auc(logits, good)));
        progress(&format!("penalty {penalty}, {} signs: mean AUC {mean:.3} on corpora left out", signs.as_str()));
        tried.push((penalty, mean, logits));
    }
    let best = tried.iter().map(|t| t.1).fold(f64::NEG_INFINITY, f64::max);
    let grid = tried.iter().map(|t| (t.0, t.1)).collect();
    tried
        .into_iter()
        .filter(|t| t.1 >= best - AUC_TOLERANCE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(penalty, _, logits)| (penalty, logits, grid))
        .ok_or_else(|| TrainError::fit("There is no penalty to choose from.".to_owned()))
}

/// A figure for each corpus; `None` where it is not defined.
fn by_corpus(
    set: &TrainingSet,
    values: &[f64],
    figure: impl Fn(&[f64], &[bool], &[u32]) -> Option<f64>,
) -> Vec<Option<f64>> {
    (0..set.corpora.len())
        .map(|corpus| {
            let rows = set.rows(|example| example.corpus == corpus);
            let values: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
            figure(&values, &set.good(&rows), &set.words(&rows))
        })
        .collect()
}

fn mean(figures: &[Option<f64>]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for figure in figures.iter().flatten() {
        sum += figure;
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

fn push(set: &TrainingSet, id: &str, figures: &[Option<f64>], metrics: &mut Vec<Metric>) {
    for (corpus, figure) in set.corpora.iter().zip(figures) {
        if let Some(value) = figure {
            metrics.push(Metric { id: id.to_owned(), corpus: corpus.id.clone(), value: *value });
        }
    }
    metrics.push(Metric { id: id.to_owned(), corpus: String::new(), value: mean(figures) });
}

fn calibrate(set: &TrainingSet, rows: &[usize], logits: &[f64]) -> Result<Calibration, TrainError> {
    let (mut values, mut good) = (Vec::new(), Vec::new());
    for (&row, copies) in rows.iter().zip(set.copies(rows)) {
        for _ in 0..copies {
            values.push(logits[row]);
            good.push(set.examples[row].good);
        }
    }
    platt(&values, &good)
}

/// Figures of logits that come from models which had not seen the article's corpus. Probabilities are
/// calibrated on the other corpora only.
fn measure(
    set: &TrainingSet,
    folds: &Folds<'_>,
    logits: &[f64],
    suffix: &str,
    metrics: &mut Vec<Metric>,
) -> Result<(), TrainError> {
    let aucs = by_corpus(set, logits, |logits, good, _| auc(logits, good));
    push(set, &format!("leave_one_corpus_out_auc{suffix}"), &aucs, metrics);
    let matched = by_corpus(set, logits, length_matched_auc);
    push(set, &format!("leave_one_corpus_out_length_matched_auc{suffix}"), &matched, metrics);

    let mut calibrated = vec![0.0; logits.len()];
    for (corpus, (others, _)) in folds.designs.iter().enumerate() {
        let calibration = calibrate(set, others, logits)?;
        for row in set.rows(|example| example.corpus == corpus) {
            calibrated[row] = calibration.apply(logits[row]);
        }
    }
    let all = set.rows(|_| true);
    let (good, weights) = (set.good(&all), set.weights(&all));
    let base = weighted_base_rate(&good, &weights);
    let mut one = |id: &str, value| {
        metrics.push(Metric { id: format!("{id}{suffix}"), corpus: String::new(), value });
    };
    one("brier_score", brier(&calibrated, &good, &weights));
    one("calibration_error", calibration_error(&calibrated, &good, &weights));
    if suffix.is_empty() {
        one("brier_score_of_base_rate", base * (1.0 - base));
    }
    Ok(())
}

fn weighted_base_rate(good: &[bool], weights: &[f64]) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (good, weight) in good.iter().zip(weights) {
        sum += weight * f64::from(*good);
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// Leaves out the groups of one corpus, a part at a time, and fits on the rest and the other corpora.
fn leave_group_out(
    set: &TrainingSet,
    penalty: f64,
    signs: Signs,
    options: &Options,
    suffix: &str,
    metrics: &mut Vec<Metric>,
) -> Result<(), TrainError> {
    let mut figures = Vec::new();
    for corpus in 0..set.corpora.len() {
        let rows = set.rows(|example| example.corpus == corpus);
        let mut groups = groups_of(set, &rows);
        SplitMix::new(options.seed).shuffle(&mut groups);
        let folds = options.folds.clamp(1, groups.len());
        // One group alone cannot be left out and tested.
        if groups.len() < 2 || folds < 2 {
            figures.push(None);
            continue;
        }
        let mut logits = vec![0.0; set.examples.len()];
        for fold in 0..folds {
            let held_out: Vec<usize> = groups.iter().skip(fold).step_by(folds).flatten().copied().collect();
            let mut is_held_out = vec![false; set.examples.len()];
            for &row in &held_out {
                is_held_out[row] = true;
            }
            let train: Vec<usize> = (0..set.examples.len()).filter(|&row| !is_held_out[row]).collect();
            let design = Design::new(set, &train)?;
            let fitted = design.fit(&train, penalty, signs)?;
            for (&row, logit) in held_out.iter().zip(design.logits(&fitted, &held_out)) {
                logits[row] = logit;
            }
        }
        let logits: Vec<f64> = rows.iter().map(|&row| logits[row]).collect();
        figures.push(auc(&logits, &set.good(&rows)));
    }
    push(set, &format!("leave_group_out_auc{suffix}"), &figures, metrics);
    Ok(())
}

/// The rows of each group, the groups in the order of their names.
fn groups_of(set: &TrainingSet, rows: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &row in rows {
        groups.entry(&set.examples[row].group).or_default().push(row);
    }
    groups.into_values().collect()
}

/// What the number of words alone tells, its direction taken from the other corpora.
fn length_only(set: &TrainingSet, metrics: &mut Vec<Metric>) {
    let words: Vec<f64> = set.examples.iter().map(|example| f64::from(example.words)).collect();
    let longer = by_corpus(set, &words, |words, good, _| auc(words, good));
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

/// Terciles of the calibrated scores of articles in left-out corpora, cells weighing the same, to
/// three decimals.
fn bands(set: &TrainingSet, rows: &[usize], logits: &[f64], calibration: Calibration) -> Result<Bands, TrainError> {
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

fn corpora(set: &TrainingSet) -> Vec<Corpus> {
    set.corpora
        .iter()
        .enumerate()
        .map(|(index, corpus)| {
            let count = |good: bool| {
                let rows = set.rows(|e| e.corpus == index && e.good == good);
                u32::try_from(rows.len()).unwrap_or(u32::MAX)
            };
            let (positive, negative) = (count(true), count(false));
            Corpus {
                id: corpus.id.clone(),
                articles: positive.saturating_add(negative),
                positive,
                negative,
                license: corpus.license.clone(),
                meaning: corpus.meaning.clone(),
            }
        })
        .collect()
}

/// How the calibrated bias and weights vary when the groups of each corpus are drawn again with
/// replacement. The reference, the columns and the calibration stay.
fn covariance(
    set: &TrainingSet,
    design: &Design<'_>,
    fitted: &Fitted,
    penalty: f64,
    calibration: Calibration,
    options: &Options,
) -> Result<Vec<Vec<f64>>, TrainError> {
    let groups: Vec<Vec<Vec<usize>>> =
        (0..set.corpora.len()).map(|corpus| groups_of(set, &set.rows(|example| example.corpus == corpus))).collect();
    let sample = |replicate: u32| -> Result<Vec<f64>, TrainError> {
        // Each sample has its own stream, so that the number of threads changes nothing.
        let mut random = SplitMix::new(options.seed.wrapping_add(1 + u64::from(replicate)));
        random.next();
        let mut rows = Vec::new();
        for groups in &groups {
            for _ in 0..groups.len() {
                rows.extend(&groups[random.below(groups.len())]);
            }
        }
        let estimator = design.fit_columns(&rows, &fitted.kept, penalty)?;
        let scale = calibration.slope * orientation(&estimator);
        let mut weights = vec![scale * estimator.intercept()];
        weights.extend(estimator.params().iter().map(|weight| scale * weight));
        Ok(weights)
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let replicates: Vec<u32> = (0..options.replicates).collect();
    let samples = thread::scope(|scope| {
        let parts: Vec<_> = replicates
            .chunks(replicates.len().div_ceil(threads).max(1))
            .map(|part| {
                let sample = &sample;
                scope.spawn(move || part.iter().map(|&r| sample(r)).collect::<Vec<_>>())
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| match part.join() {
                Ok(samples) => samples,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect::<Result<Vec<_>, _>>()
    })?;

    let width = fitted.kept.len() + 1;
    let count = samples.len() as f64;
    let means: Vec<f64> = (0..width).map(|i| samples.iter().map(|s| s[i]).sum::<f64>() / count.max(1.0)).collect();
    Ok((0..width)
        .map(|i| {
            (0..width)
                .map(|j| {
                    let (low, high) = (i.min(j), i.max(j));
                    let sum: f64 = samples.iter().map(|s| (s[low] - means[low]) * (s[high] - means[high])).sum();
                    sum / (count - 1.0).max(1.0)
                })
                .collect()
        })
        .collect())
}

/// The noise of the interval, and from how many articles. If a piece of n words has a logit of
/// variance noise / n, two halves of n1 and n2 words differ by one of noise (1/n1 + 1/n2). The mean
/// difference is taken out: that a story's beginning and end are written differently is no noise.
/// Headline features are left out: both halves have one headline.
fn noise(set: &TrainingSet, model: &Model) -> (f64, usize) {
    let half = |vector: &FeatureVector, words: u32| {
        let mut logit = 0.0;
        for score in model.predict(vector, words).features {
            let headline = FEATURES.get(score.feature).is_some_and(|feature| feature.sub_score == "headline_fit");
            if !headline {
                logit += score.contribution.unwrap_or(0.0);
            }
        }
        logit
    };
    let pairs: Vec<(f64, f64)> = set
        .examples
        .iter()
        .filter_map(|example| example.halves.as_ref())
        .map(|[(a, a_words), (b, b_words)]| {
            let per_word = 1.0 / f64::from((*a_words).max(1)) + 1.0 / f64::from((*b_words).max(1));
            (half(a, *a_words) - half(b, *b_words), per_word)
        })
        .collect();
    let count = pairs.len();
    if count < 2 {
        return (0.0, count);
    }
    let n = count as f64;
    let mean = pairs.iter().map(|pair| pair.0).sum::<f64>() / n;
    let squares: f64 = pairs.iter().map(|pair| (pair.0 - mean) * (pair.0 - mean)).sum();
    let per_word: f64 = pairs.iter().map(|pair| pair.1).sum();
    (squares / per_word * n / (n - 1.0), count)
}

/// Why no model was made. Its text is one sentence for each problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainError {
    kind: TrainErrorKind,
    message: String,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainErrorKind {
    /// Articles or labels cannot be read or used.
    Data,
    /// No model could be fitted.
    Fit,
    /// The model could not be written.
    Output,
}

impl TrainError {
    pub(crate) fn data(message: String) -> Self {
        TrainError { kind: TrainErrorKind::Data, message }
    }

    pub(crate) fn fit(message: String) -> Self {
        TrainError { kind: TrainErrorKind::Fit, message }
    }

    pub(crate) fn output(message: String) -> Self {
        TrainError { kind: TrainErrorKind::Output, message }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> TrainErrorKind {
        self.kind
    }
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TrainError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::synthetic::{self, REVERSED, quick};
    use crate::model::transform::Transform;

    fn trained(set: &TrainingSet) -> Model {
        train(set, &quick(), &mut |_| {}).unwrap()
    }

    fn value(model: &Model, id: &str, corpus: &str) -> f64 {
        let metrics = &model.artifact().metrics;
        let metric = metrics.iter().find(|m| m.id == id && m.corpus == corpus);
        metric.unwrap_or_else(|| panic!("no metric {id}")).value
    }

    #[test]
    fn it_learns_what_the_corpora_share() {
        let model = trained(&synthetic::set(1));
        assert!(value(&model, "leave_one_corpus_out_auc", "") > 0.8);
        assert!(value(&model, "leave_group_out_auc", "a") > 0.8);
        assert!((value(&model, "length_only_auc", "") - 0.5).abs() < 0.15);
        let base = value(&model, "brier_score_of_base_rate", "");
        assert!((base - 0.25).abs() < 1e-12, "corpora and labels weigh the same");
        assert!(value(&model, "brier_score", "") < base);
        assert!(model.artifact().interval.noise > 0.0);
        assert!(value(&model, "articles_halved_for_noise", "") > 10.0);
    }

    #[test]
    fn a_weight_against_the_stated_direction_is_dropped_and_told() {
        let set = synthetic::set(2);
        let model = trained(&set);
        assert!(model.weights().all(|weight| weight.feature_id != REVERSED));
        let told = model.artifact().excluded.iter().find(|excluded| excluded.feature_id == REVERSED).unwrap();
        assert!(
            told.reason.starts_with("its fitted weight of ")
                && told.reason.ends_with(" contradicts its direction: less is better"),
            "{}",
            told.reason
        );
        for weight in model.weights() {
            let sign = match (direction(weight.feature_id), weight.transform) {
                (Direction::Higher, "percentile") => 1.0,
                (Direction::Lower, "percentile") | (Direction::Hump, "percentile_squared") => -1.0,
                _ => continue,
            };
            assert!(sign * weight.weight >= 0.0, "{weight:?}");
        }

        let free = Options { signs: Signs::Free, ..quick() };
        let free = train(&set, &free, &mut |_| {}).unwrap();
        assert!(free.weights().any(|weight| weight.feature_id == REVERSED && weight.weight > 0.0));
    }

    #[test]
    fn constant_and_unseen_columns_are_left_out_with_the_reason() {
        let model = trained(&synthetic::set(1));
        let reason = |id: &str| {
            let excluded = &model.artifact().excluded;
            let found = excluded.iter().find(|e| e.feature_id == id);
            found.map(|e| e.reason.as_str())
        };
        assert_eq!(reason(synthetic::CONSTANT), Some("it has one value in all training articles"));
        assert_eq!(reason(synthetic::UNSEEN), Some("no reference article has a value"));
    }

    #[test]
    fn a_hump_has_two_columns() {
        let model = trained(&synthetic::set(1));
        let columns: Vec<_> = model
            .artifact()
            .columns
            .iter()
            .filter(|column| direction(&column.feature_id) == Direction::Hump)
            .map(|column| (column.transform, column.centre > 0.2))
            .collect();
        assert!(columns.contains(&(Transform::PercentileSquared, true)), "{columns:?}");
    }

    #[test]
    fn the_same_articles_give_the_same_bytes() {
        let set = synthetic::set(3);
        let json = |set: &TrainingSet| trained(set).artifact().to_json().unwrap();
        assert_eq!(json(&set), json(&set));
        assert_ne!(json(&set), json(&synthetic::set(4)));
    }

    #[test]
    fn the_explained_sum_is_what_linfa_predicts() {
        let model = synthetic::model();
        for vector in synthetic::vectors(5, 300) {
            assert!(explained_distance(model, &vector) <= 1e-12);
        }
    }

    #[test]
    fn a_flipped_positive_class_changes_nothing() {
        let set = synthetic::set(1);
        let all = set.rows(|_| true);
        let design = Design::new(&set, &all).unwrap();
        let fit = |rows: &[usize]| design.fit(rows, 10.0, Signs::Free).unwrap();
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
    fn cells_weigh_the_same() {
        let set = synthetic::set(1);
        let rows = set.rows(|_| true);
        let copies = set.copies(&rows);
        let mut totals: BTreeMap<(usize, bool), (usize, usize, usize)> = BTreeMap::new();
        for (&row, &n) in rows.iter().zip(&copies) {
            let example = &set.examples[row];
            let cell = totals.entry((example.corpus, example.good)).or_insert((0, usize::MAX, 0));
            *cell = (cell.0 + n, cell.1.min(n), cell.2.max(n));
        }
        let first = totals.values().next().unwrap().0;
        for (total, least, most) in totals.values() {
            assert_eq!(*total, first);
            assert!(most - least <= 1);
        }
    }

    #[test]
    fn the_covariance_is_symmetric_and_does_not_depend_on_the_run() {
        let set = synthetic::set(1);
        let all = set.rows(|_| true);
        let design = Design::new(&set, &all).unwrap();
        let fitted = design.fit(&all, 10.0, Signs::Stated).unwrap();
        let line = Calibration { slope: 2.0, intercept: 0.5 };
        let of = |line| covariance(&set, &design, &fitted, 10.0, line, &quick()).unwrap();
        let (one, two) = (of(line), of(line));
        assert_eq!(one, two);
        let half = of(Calibration { slope: 1.0, ..line });
        for i in 0..one.len() {
            assert!(one[i][i] > 0.0);
            for j in 0..one.len() {
                assert_eq!(one[i][j], one[j][i]);
                assert!((one[i][j] - 4.0 * half[i][j]).abs() < 1e-12, "in calibrated units");
            }
        }
    }

    #[test]
    fn what_cannot_be_trained_is_told() {
        let message = |set: &TrainingSet| train(set, &quick(), &mut |_| {}).unwrap_err().to_string();
        let empty = TrainingSet::new(Vec::new(), Vec::new());
        assert_eq!(message(&empty), "Training needs articles of at least two corpora, and there are 0.");
        let mut set = synthetic::set(1);
        set.examples.retain(|example| example.good || example.corpus != 1);
        assert_eq!(message(&set), "The corpus b has no article with a negative label.");

        let mut set = synthetic::set(1);
        for example in &mut set.examples {
            example.features = synthetic::unseen();
        }
        assert!(message(&set).starts_with("No feature is left to fit on.\n"));

        let mut set = synthetic::set(1);
        for example in &mut set.examples {
            example.reference = false;
        }
        assert_eq!(message(&set), "No article belongs to the reference distribution.");
    }

    #[test]
    fn what_is_written_can_be_loaded() {
        let folder = std::env::temp_dir().join(format!("candor-write-{}", std::process::id()));
        let model = synthetic::model();
        write(model, &folder.join("new")).unwrap();
        let loaded = Model::load(&folder.join("new/model.json"));
        let card = fs::read_to_string(folder.join("new/CARD.md"));
        let blocked = write(model, &folder.join("new/model.json"));
        let _ = fs::remove_dir_all(&folder);
        assert_eq!(&loaded.unwrap(), model);
        assert!(card.unwrap().starts_with("# Model card: test\n"));
        let error = blocked.unwrap_err();
        assert_eq!(error.kind(), TrainErrorKind::Output);
        assert!(error.to_string().contains("model.json cannot be written ("));
    }

    #[test]
    #[ignore = "writes models/reliability-1 from made-up vectors"]
    fn write_a_placeholder() {
        let options = Options {
            version: "placeholder".to_owned(),
            created_from: "made-up vectors; to be replaced".to_owned(),
            ..Options::default()
        };
        let model = train(&synthetic::set(1), &options, &mut |m| eprintln!("{m}")).unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/reliability-1");
        write(&model, &folder).unwrap();
        print!("{}", crate::model::card::table(&model));
    }
}
