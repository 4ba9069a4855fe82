//! Which learner carries over best to a corpus it has not seen? Fits several on the documented features of labelled
//! articles, each corpus left out in turn, and prints a table in Markdown.
//!
//! ```text
//! cargo run --release --example model_families -- models/reliability-7/labels.json FILE...
//! ```

use std::error::Error;
use std::path::PathBuf;

use candor::features::{Direction, FEATURES, Feature, FeatureVector, Tier};
use candor::model::data::{Labels, Purpose, measure, read};
use candor::model::evaluate::auc;
use candor::model::train::{Example, TrainingSet};
use candor::model::transform::Quantiles;
use candor::random::SplitMix;
use linfa::Dataset;
use linfa::traits::{Fit, Predict};
use linfa_elasticnet::ElasticNet;
use linfa_logistic::LogisticRegression;
use linfa_trees::DecisionTree;
use ndarray::{Array1, Array2};

type Answer<T> = Result<T, Box<dyn Error>>;

/// Where a percentile is cut for binned inputs.
const CUTS: [f64; 4] = [0.2, 0.4, 0.6, 0.8];
const TREES: usize = 100;

/// How a value enters.
#[derive(Clone, Copy)]
enum Inputs {
    /// In standard deviations of the articles fitted on.
    Raw,
    /// Rank among the reference articles, centred; a hump has its square besides.
    Percentile,
    /// Half the log-odds of the rank; a hump has its percentile squared besides.
    LogOdds,
    /// Whether the rank lies above each of four cuts: an additive step function for each feature.
    Binned,
}

/// What is fitted on the inputs.
#[derive(Clone, Copy)]
enum Learner {
    Logistic {
        penalty: f64,
        /// Drop the weights that contradict a stated direction, the worst first.
        stated: bool,
    },
    ElasticNet {
        penalty: f64,
        l1: f64,
    },
    Tree {
        depth: usize,
    },
    /// Trees on samples drawn with replacement; their mean vote.
    Bagged {
        depth: usize,
    },
}

/// Name, inputs, learner.
type Family = (&'static str, Inputs, Learner);

const FAMILIES: &[Family] = &[
    ("plain logistic, L2 30", Inputs::Raw, Learner::Logistic { penalty: 30.0, stated: false }),
    ("percentile logistic, L2 30", Inputs::Percentile, Learner::Logistic { penalty: 30.0, stated: false }),
    ("percentile logistic, L2 30, stated signs", Inputs::Percentile, Learner::Logistic { penalty: 30.0, stated: true }),
    ("log-odds logistic, L2 10", Inputs::LogOdds, Learner::Logistic { penalty: 10.0, stated: false }),
    ("log-odds logistic, L2 10, stated signs", Inputs::LogOdds, Learner::Logistic { penalty: 10.0, stated: true }),
    ("additive binned logistic, L2 30", Inputs::Binned, Learner::Logistic { penalty: 30.0, stated: false }),
    ("additive binned logistic, L2 100", Inputs::Binned, Learner::Logistic { penalty: 100.0, stated: false }),
    ("elastic net, 0.02, half L1", Inputs::Percentile, Learner::ElasticNet { penalty: 0.02, l1: 0.5 }),
    ("elastic net, 0.05, half L1", Inputs::Percentile, Learner::ElasticNet { penalty: 0.05, l1: 0.5 }),
    ("one tree of depth 4", Inputs::Percentile, Learner::Tree { depth: 4 }),
    ("100 bagged trees of depth 4", Inputs::Percentile, Learner::Bagged { depth: 4 }),
    ("100 bagged trees of depth 8", Inputs::Percentile, Learner::Bagged { depth: 8 }),
];

fn main() -> Answer<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let labels = Labels::load(&arguments.next().ok_or("The first argument is the label file.")?)?;
    let files: Vec<PathBuf> = arguments.collect();
    let set = measure(&labels, &read(&files, &labels, Purpose::Fit)?.articles);
    let corpora: Vec<usize> = (0..set.corpora().len()).filter(|&corpus| set.corpora()[corpus].fitted).collect();

    print!("| learner | inputs |");
    corpora.iter().for_each(|&corpus| print!(" {} |", set.corpora()[corpus].id));
    println!(" mean AUC |\n|---|---|{}---|", "---|".repeat(corpora.len()));
    for (tier, name) in [(Tier::Model, ""), (Tier::Report, " and those only shown")] {
        for &(family, inputs, learner) in FAMILIES {
            let mut aucs = Vec::new();
            let mut width = 0;
            for &corpus in &corpora {
                let (value, inputs) = left_out(&set, corpus, tier, inputs, learner)?;
                width = inputs;
                aucs.push(value);
            }
            let cells: Vec<String> = aucs.iter().map(|auc| format!("{auc:.3}")).collect();
            let mean = aucs.iter().sum::<f64>() / aucs.len() as f64;
            println!("| {family} | {width}: model features{name} | {} | **{mean:.3}** |", cells.join(" | "));
        }
    }
    Ok(())
}

/// The AUC on a corpus of a learner fitted on the others, and how many inputs it had.
fn left_out(set: &TrainingSet, corpus: usize, tier: Tier, inputs: Inputs, learner: Learner) -> Answer<(f64, usize)> {
    let fitted = |example: &&Example| set.corpora()[example.corpus].fitted;
    let (test, mut train): (Vec<&Example>, Vec<&Example>) =
        set.examples().iter().filter(fitted).partition(|example| example.corpus == corpus);
    train.retain(|example| example.scored);
    let reference: Vec<&Example> =
        set.examples().iter().filter(|example| example.reference && example.corpus != corpus).collect();
    let columns: Vec<Column> = FEATURES
        .iter()
        .enumerate()
        .filter(|(_, feature)| feature.tier == Tier::Model || feature.tier == tier)
        .flat_map(|(index, feature)| columns(index, feature, inputs, &train, &reference))
        .collect();
    let matrix = |rows: &[&Example], columns: &[&Column]| {
        let values = rows.iter().flat_map(|row| columns.iter().map(|column| column.input(&row.whole.features)));
        Array2::from_shape_vec((rows.len(), columns.len()), values.collect())
    };
    let all: Vec<&Column> = columns.iter().collect();
    let good = |rows: &[&Example]| rows.iter().map(|row| row.good).collect::<Vec<bool>>();
    let scores = match learner {
        Learner::Logistic { penalty, stated } => {
            let mut kept = all.clone();
            loop {
                let data = Dataset::new(matrix(&train, &kept)?, Array1::from(good(&train)));
                let model = LogisticRegression::default().alpha(penalty).gradient_tolerance(1e-3).fit(&data)?;
                let sign = if model.labels().pos.class { 1.0 } else { -1.0 };
                let worst = model
                    .params()
                    .iter()
                    .zip(&kept)
                    .map(|(weight, column)| sign * weight * column.sign)
                    .enumerate()
                    .min_by(|a, b| a.1.total_cmp(&b.1));
                match worst {
                    Some((place, agreement)) if stated && agreement < 0.0 => {
                        kept.remove(place);
                    }
                    _ => {
                        let records = matrix(&test, &kept)?;
                        break (records.dot(model.params()) * sign).to_vec();
                    }
                }
            }
        }
        Learner::ElasticNet { penalty, l1 } => {
            let targets: Array1<f64> = good(&train).iter().map(|good| if *good { 1.0 } else { -1.0 }).collect();
            let data = Dataset::new(matrix(&train, &all)?, targets);
            let model = ElasticNet::params().penalty(penalty).l1_ratio(l1).fit(&data)?;
            model.predict(&matrix(&test, &all)?).to_vec()
        }
        Learner::Tree { depth } => votes(&matrix(&train, &all)?, &good(&train), &matrix(&test, &all)?, depth, 1)?,
        Learner::Bagged { depth } => votes(&matrix(&train, &all)?, &good(&train), &matrix(&test, &all)?, depth, TREES)?,
    };
    Ok((auc(&scores, &good(&test)).ok_or("A corpus has articles of one label only.")?, columns.len()))
}

/// The share of trees that call each row good; a single tree sees every row once.
fn votes(records: &Array2<f64>, good: &[bool], test: &Array2<f64>, depth: usize, trees: usize) -> Answer<Vec<f64>> {
    let mut random = SplitMix::new(1);
    let mut sums = vec![0.0; test.nrows()];
    for _ in 0..trees {
        let rows: Vec<usize> =
            (0..good.len()).map(|row| if trees == 1 { row } else { random.below(good.len()) }).collect();
        let drawn = records.select(ndarray::Axis(0), &rows);
        let targets: Array1<bool> = rows.iter().map(|&row| good[row]).collect();
        let tree =
            DecisionTree::params().max_depth(Some(depth)).min_weight_leaf(10.0).fit(&Dataset::new(drawn, targets))?;
        for (sum, vote) in sums.iter_mut().zip(tree.predict(test).iter()) {
            *sum += f64::from(*vote) / trees as f64;
        }
    }
    Ok(sums)
}

/// One input: a feature, its place, and how its value enters.
struct Column {
    feature: usize,
    /// The sign a standard states for it; 0 for none.
    sign: f64,
    shape: Shape,
}

enum Shape {
    Standard { mean: f64, deviation: f64 },
    Rank(Quantiles),
    LogOdds(Quantiles),
    Squared(Quantiles),
    Above(Quantiles, f64),
}

impl Column {
    /// 0, which is neither credit nor blame, for a value that is missing.
    fn input(&self, vector: &FeatureVector) -> f64 {
        let value = vector.as_slice().get(self.feature).and_then(|measurement| measurement.value());
        let Some(value) = value else {
            return 0.0;
        };
        let centred = |quantiles: &Quantiles| 2.0 * quantiles.rank(value).mid().clamp(0.01, 0.99) - 1.0;
        match &self.shape {
            Shape::Standard { mean, deviation } => (value - mean) / deviation,
            Shape::Rank(quantiles) => centred(quantiles),
            Shape::LogOdds(quantiles) => centred(quantiles).atanh(),
            Shape::Squared(quantiles) => centred(quantiles) * centred(quantiles) - 1.0 / 3.0,
            Shape::Above(quantiles, cut) => f64::from(quantiles.rank(value).mid() > *cut) - (1.0 - cut),
        }
    }
}

fn columns(index: usize, feature: &Feature, inputs: Inputs, train: &[&Example], reference: &[&Example]) -> Vec<Column> {
    let values = |rows: &[&Example]| -> Vec<f64> {
        rows.iter().filter_map(|row| row.whole.features.as_slice().get(index)?.value()).collect()
    };
    let sign = match feature.direction {
        Direction::Higher => 1.0,
        Direction::Lower => -1.0,
        Direction::Hump | Direction::Neutral => 0.0,
    };
    let column = |sign, shape| Column { feature: index, sign, shape };
    let Some(quantiles) = Quantiles::of(feature.id, values(reference)) else {
        return Vec::new();
    };
    match inputs {
        Inputs::Raw => {
            let values = values(train);
            let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
            let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
            let deviation = (squares / values.len().max(1) as f64).sqrt();
            if deviation > 0.0 { vec![column(sign, Shape::Standard { mean, deviation })] } else { Vec::new() }
        }
        Inputs::Percentile if feature.direction == Direction::Hump => {
            vec![column(0.0, Shape::Rank(quantiles.clone())), column(-1.0, Shape::Squared(quantiles))]
        }
        Inputs::Percentile => vec![column(sign, Shape::Rank(quantiles))],
        Inputs::LogOdds if feature.direction == Direction::Hump => {
            vec![column(0.0, Shape::LogOdds(quantiles.clone())), column(-1.0, Shape::Squared(quantiles))]
        }
        Inputs::LogOdds => vec![column(sign, Shape::LogOdds(quantiles))],
        Inputs::Binned => CUTS.iter().map(|&cut| column(sign, Shape::Above(quantiles.clone(), cut))).collect(),
    }
}
