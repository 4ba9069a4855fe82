//! Fitting: from labelled articles, measured, to a model file.
//!
//! Corpora weigh the same, and inside a corpus both labels do. Everything that is measured about the
//! model is measured on articles whose corpus or group was left out of the fit, its reference
//! distribution, its choice of columns and its register model; on all of them, those too that a report would refuse.

mod design;
mod figures;
mod left_out;
mod set;

use std::fmt;
use std::fs;
use std::path::Path;
use std::thread;

pub use set::{CorpusInfo, Example, Piece, TrainingSet};

use design::{Design, Fitted, Inputs};
use figures::{
    auc_by_corpus, band_width, bands, calibrate, corpora, count_judged, figure_by_corpus, length_only,
    probabilities_by_part, push, summary,
};
use left_out::Parts;

use super::artifact::{Artifact, Calibration, Interval, Metric, Model, SCHEMA, orientation};
use super::card::{card, diagram};
use super::evaluate::length_matched_auc;
use super::floor::Floor;
use super::predict::{FLOOR_EFFECT, Given};
use super::register::{self, Reading};
use crate::features::{FEATURE_SET_VERSION, FEATURES, FeatureVector};
use crate::random::SplitMix;
use crate::sigmoid::sigmoid;

/// A stronger penalty is preferred to one whose mean AUC is better by less than this.
const AUC_TOLERANCE: f64 = 0.002;
/// How far the explained sum may be from linfa's own prediction.
const EXPLAINED_WITHIN: f64 = 1e-12;

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
    pub register: register::Settings,
    /// Parts that the groups of all corpora are dealt into.
    pub folds: usize,
    /// Samples of groups for the covariance of the weights.
    pub replicates: u32,
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            version: "reliability-7".to_owned(),
            created_from: String::new(),
            signs: Signs::Stated,
            penalties: vec![1.0, 3.0, 10.0, 30.0, 100.0, 300.0],
            register: register::Settings::default(),
            folds: 5,
            replicates: 100,
            seed: 1,
        }
    }
}

/// Trains a model; `progress` is told what is being done.
pub fn train(set: &TrainingSet, options: &Options, progress: &mut dyn FnMut(&str)) -> Result<Model, TrainError> {
    check(set)?;
    let all = set.rows(|_| true);
    let judged = set.judged(|_| true);

    progress("leaving out each corpus in turn");
    let by_corpus = Parts::corpora(set, options)?;
    let (penalty, bare, grid) = choose_penalty(set, &by_corpus, options.signs, options, progress)?;
    let floor = Floor::of_band(band_width(set, &bare));
    let logits = by_corpus.logits(penalty, options.signs, Inputs::All, Some(floor))?;
    let mut metrics: Vec<Metric> = grid
        .iter()
        .map(|(penalty, mean)| Metric {
            id: format!("leave_one_corpus_out_auc_at_penalty_{penalty}"),
            corpus: String::new(),
            value: *mean,
        })
        .collect();

    progress("fitting on all corpora");
    let design = Design::new(set, &all, options.register)?;
    let fitted = design.fit(&all, penalty, options.signs, Inputs::All)?;
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
    let covariance = covariance(set, &design, &fitted, penalty, calibration, options)?;

    let aucs = auc_by_corpus(set, &judged, &logits);
    push(set, "leave_one_corpus_out_auc", &aucs, &mut metrics);
    let matched = figure_by_corpus(set, &judged, &logits, length_matched_auc);
    push(set, "leave_one_corpus_out_length_matched_auc", &matched, &mut metrics);
    let unfloored = auc_by_corpus(set, &judged, &bare);
    push(set, "leave_one_corpus_out_auc_without_floor", &unfloored, &mut metrics);
    for (inputs, signs, id) in [
        (Inputs::Documented, options.signs, "leave_one_corpus_out_auc_documented"),
        (Inputs::Register, options.signs, "leave_one_corpus_out_auc_register"),
        (Inputs::All, Signs::Free, "leave_one_corpus_out_auc_free_signs"),
    ] {
        let logits = by_corpus.logits(penalty, signs, inputs, Some(floor))?;
        push(set, id, &auc_by_corpus(set, &judged, &logits), &mut metrics);
    }
    let calibrated = probabilities_by_part(set, &by_corpus, &logits)?;
    let mut diagrams = vec![summary(set, "leave_one_corpus_out", &calibrated, &mut metrics)];

    progress("leaving out groups of all corpora");
    let by_group = Parts::groups(set, options)?;
    for (inputs, id) in [(Inputs::All, "leave_group_out_auc"), (Inputs::Documented, "leave_group_out_auc_documented")] {
        let logits = by_group.logits(penalty, options.signs, inputs, Some(floor))?;
        let calibrated = probabilities_by_part(set, &by_group, &logits)?;
        push(set, id, &auc_by_corpus(set, &judged, &calibrated), &mut metrics);
        if inputs == Inputs::All {
            diagrams.push(summary(set, "leave_group_out", &calibrated, &mut metrics));
        }
    }
    length_only(set, &mut metrics);
    count_judged(set, &mut metrics);
    metrics.push(Metric {
        id: "pieces_halved_for_length_effect".to_owned(),
        corpus: String::new(),
        value: design.halved as f64,
    });

    let mut artifact = Artifact {
        schema: SCHEMA.to_owned(),
        version: options.version.clone(),
        feature_set_version: FEATURE_SET_VERSION.to_owned(),
        created_from: options.created_from.clone(),
        features: FEATURES.iter().map(|f| f.id.to_owned()).collect(),
        columns: fitted.columns(&design),
        register: design.register.clone().filter(|_| fitted.has_register(&design)),
        estimator,
        penalty,
        calibration,
        floor,
        bands: bands(set, &all, &logits, calibration)?,
        interval: Interval { noise: 0.0, covariance, replicates: options.replicates },
        reference: design.reference.clone(),
        corpora: corpora(set),
        metrics,
        diagrams,
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

/// The model with figures of articles on which nothing was fitted: they were measured with the model itself.
///
/// # Errors
/// A figure that no model file may have.
pub fn with_figures(model: &Model, figures: Vec<Metric>) -> Result<Model, TrainError> {
    let mut artifact = model.artifact().clone();
    artifact.metrics.extend(figures);
    checked(artifact)
}

/// What no model can be made of.
fn check(set: &TrainingSet) -> Result<(), TrainError> {
    let corpora = set.fitted();
    if corpora.len() < 2 {
        return Err(TrainError::data(format!(
            "Training needs articles of at least two corpora, and there are {}.",
            corpora.len()
        )));
    }
    for corpus in corpora {
        for (good, name) in [(true, "positive"), (false, "negative")] {
            if set.rows(|e| e.corpus == corpus && e.good == good).is_empty() {
                let id = &set.corpora[corpus].id;
                return Err(TrainError::data(format!(
                    "The corpus {id} has no article with a {name} label that gets a score."
                )));
            }
        }
    }
    Ok(())
}

/// Writes model.json, metrics.json, CARD.md and the card's picture into `folder`, which is made if need be.
pub fn write(model: &Model, folder: &Path) -> Result<(), TrainError> {
    let unwritable = |path: &Path, error: &std::io::Error| {
        TrainError::output(format!("{} cannot be written ({error}).", path.display()))
    };
    let json = model.artifact().to_json().map_err(|error| TrainError::output(error.to_string()))?;
    let metrics = serde_json::to_string_pretty(&model.artifact().metrics)
        .map_err(|error| TrainError::output(format!("The metrics cannot be written ({error}).")))?;
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    for (name, content) in [
        ("model.json", json),
        ("metrics.json", metrics + "\n"),
        ("CARD.md", card(model)),
        ("calibration.svg", diagram(model)),
    ] {
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
    let distance = set
        .examples
        .iter()
        .map(|example| explained_distance(model, &example.whole.features, &model.read_units(&example.whole.units)))
        .fold(0.0, f64::max);
    if distance > EXPLAINED_WITHIN {
        return Err(TrainError::fit(format!("The explained sum is {distance:e} away from linfa's prediction.")));
    }
    Ok(())
}

/// How far the probability of the explained sum, calibration taken out again, is from what linfa's
/// fitted object predicts.
pub(crate) fn explained_distance(model: &Model, vector: &FeatureVector, reading: &Reading) -> f64 {
    let artifact = model.artifact();
    let Calibration { slope, intercept } = artifact.calibration;
    let given = Given { vector, reading, words: 100 };
    let verdict = model.predict(given).verdict;
    let floor: f64 = verdict.terms.iter().filter(|term| term.id == FLOOR_EFFECT).map(|term| term.value).sum();
    let logit = verdict.logit - floor;
    let explained = sigmoid((logit - intercept) / slope);
    let inputs = model.inputs(given);
    let width = inputs.len();
    let Ok(records) = ndarray::Array2::from_shape_vec((1, width), inputs) else {
        return f64::INFINITY;
    };
    let positive = artifact.estimator.predict_probabilities(&records)[0];
    let own = if artifact.orientation() > 0.0 { positive } else { 1.0 - positive };
    (explained - own).abs()
}

/// The strength, the left-out logits under it, and the mean AUC for each strength tried.
type Choice = (f64, Vec<f64>, Vec<(f64, f64)>);

/// The strongest penalty whose mean AUC over left-out corpora is within a hair of the best.
fn choose_penalty(
    set: &TrainingSet,
    parts: &Parts<'_>,
    signs: Signs,
    options: &Options,
    progress: &mut dyn FnMut(&str),
) -> Result<Choice, TrainError> {
    let mut tried = Vec::new();
    // By what gets a score: no choice that ships may hang on articles that are refused.
    let scored = set.rows(|_| true);
    for &penalty in &options.penalties {
        let logits = parts.logits(penalty, signs, Inputs::All, None)?;
        let mean = figures::mean(&auc_by_corpus(set, &scored, &logits)).unwrap_or_default();
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

/// How the calibrated bias and weights vary when the groups of each corpus are drawn again with
/// replacement. The reference, the columns, the register model and the calibration stay.
fn covariance(
    set: &TrainingSet,
    design: &Design<'_>,
    fitted: &Fitted,
    penalty: f64,
    calibration: Calibration,
    options: &Options,
) -> Result<Vec<Vec<f64>>, TrainError> {
    let groups: Vec<Vec<Vec<usize>>> =
        set.fitted().into_iter().map(|corpus| set.groups(set.rows(|example| example.corpus == corpus))).collect();
    let sample = |replicate: u32| -> Result<Vec<f64>, TrainError> {
        // Each sample has its own stream, so that the number of threads changes nothing.
        let mut random = SplitMix::new(options.seed.wrapping_add(1 + u64::from(replicate)));
        random.draw();
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
    let half = |piece: &Piece| {
        let reading = model.read_units(&piece.units);
        let prediction = model.predict(Given { vector: &piece.features, reading: &reading, words: piece.words });
        let register = prediction.verdict.terms.iter().filter(|term| term.id == register::REGISTER);
        let mut logit: f64 = register.map(|term| term.value).sum();
        for score in prediction.features {
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
        .map(|[a, b]| {
            let per_word = 1.0 / f64::from(a.words.max(1)) + 1.0 / f64::from(b.words.max(1));
            (half(a) - half(b), per_word)
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
    use super::design::direction;
    use super::*;
    use crate::features::Direction;
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
        let base = value(&model, "leave_one_corpus_out_brier_score_of_base_rate", "");
        assert!((base - 0.25).abs() < 1e-12, "corpora and labels weigh the same");
        assert!(value(&model, "leave_one_corpus_out_brier_score", "") < base);
        assert!(model.artifact().interval.noise > 0.0);
        assert!(value(&model, "articles_halved_for_noise", "") > 10.0);
        assert!(value(&model, "pieces_halved_for_length_effect", "") > 10.0);
        assert_ne!(model.artifact().register.as_ref().unwrap().length_effect, 0.0);
    }

    /// Without them everything but the figures is the same, and with other labels the figures are others.
    #[test]
    fn what_gets_no_score_is_judged_and_not_fitted_on() {
        let set = synthetic::set(1);
        let one = trained(&set);
        let bare = |model: &Model| {
            let artifact = model.artifact().clone();
            Artifact { metrics: Vec::new(), diagrams: Vec::new(), sha256: String::new(), ..artifact }
        };
        let mut without = set.clone();
        without.examples.retain(|example| example.scored);
        assert!(without.len() + 10 < set.len());
        assert!(bare(&trained(&without)) == bare(&one));

        let mut other = set.clone();
        for example in other.examples.iter_mut().filter(|example| !example.scored) {
            example.good = !example.good;
        }
        let two = trained(&other);
        assert!(bare(&two) == bare(&one));
        for id in ["leave_one_corpus_out", "leave_group_out"] {
            for name in ["auc", "brier_score", "calibration_error"] {
                let of = |model: &Model, what: &str| value(model, &format!("{id}_{name}{what}"), "");
                assert_eq!(of(&one, "_scored"), of(&two, "_scored"), "{name}");
                assert_ne!(of(&one, ""), of(&two, ""), "{name} is over all articles");
                assert_eq!(of(&one, ""), of(&one, "_at_coverage_100"), "{name}");
            }
            let fitted: u32 = one.artifact().corpora.iter().map(|corpus| corpus.articles).sum();
            assert_eq!(value(&one, &format!("{id}_articles_scored"), ""), f64::from(fitted));
            assert_eq!(value(&one, &format!("{id}_articles_at_coverage_100"), ""), set.len() as f64);
        }
        assert_eq!(value(&one, "articles_judged", ""), set.len() as f64);
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
                (Direction::Higher, "log_odds") => 1.0,
                (Direction::Lower, "log_odds") | (Direction::Hump, "percentile_squared") => -1.0,
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
            assert!(explained_distance(model, &vector, &Reading { sum: 0.5, ..Reading::default() }) <= 1e-12);
        }
    }

    #[test]
    fn the_covariance_is_symmetric_and_does_not_depend_on_the_run() {
        let set = synthetic::set(1);
        let all = set.rows(|_| true);
        let design = Design::new(&set, &all, register::Settings::default()).unwrap();
        let fitted = design.fit(&all, 10.0, Signs::Stated, Inputs::All).unwrap();
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
        let empty = TrainingSet::new(Vec::new(), Vec::new(), Default::default());
        assert_eq!(message(&empty), "Training needs articles of at least two corpora, and there are 0.");
        let mut set = synthetic::set(1);
        set.examples.retain(|example| example.good || example.corpus != 1);
        assert_eq!(message(&set), "The corpus b has no article with a negative label that gets a score.");

        let mut set = synthetic::set(1);
        for example in &mut set.examples {
            example.whole.units.clear();
            example.whole.features = synthetic::unseen();
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
}
