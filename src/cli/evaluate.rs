//! `candor evaluate`: the detectors against human annotation.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::{Failure, ModelChoice};
use crate::classify::{Classifier, Task, classifier as shipped};
use crate::evaluate::classifier::TaskRows;
use crate::evaluate::gates::{Expected, judge_gates};
use crate::evaluate::probes::judge_probes;
use crate::evaluate::reliability::judge_reliability;
use crate::evaluate::{Detector, GoldSet, judge, read};
use crate::model::data::Labels;

/// Measure a detector on annotated sentences, or the score on labelled articles
#[derive(Debug, Clone, clap::Args)]
pub struct EvaluateArgs {
    /// What to measure
    #[arg(value_enum)]
    pub detector: Detector,
    /// Annotated sentences or labelled articles as JSON Lines, plain or gzipped; `--data` is the same
    #[arg(long, alias = "data", value_name = "FILE", num_args = 1.., required = true)]
    pub gold: Vec<PathBuf>,
    /// Of reliability and probes: what the labels of each corpus mean
    #[arg(long, value_name = "FILE", default_value = "models/reliability-5/labels.json")]
    pub labels: PathBuf,
    #[command(flatten)]
    model: ModelChoice,
    /// Of claims, subjectivity and clickbait: measure the classifier behind the detector, fitted anew on
    /// all folds but one for each of so many (those that the rows name in `fold`, or drawn)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=20), conflicts_with = "fit")]
    pub folds: Option<u8>,
    /// Of claims, subjectivity and clickbait: measure the classifier behind the detector, fitted anew on
    /// these rows
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub fit: Vec<PathBuf>,
    /// Read only the rows of this part ("split")
    #[arg(long, value_name = "NAME")]
    pub split: Option<String>,
    /// Of gates: the field of the rows that labels the articles; `address` takes the label from the path of the
    /// address and hides the address from the gates
    #[arg(long, value_name = "NAME", default_value = "label")]
    pub field: String,
    /// Of gates: hide the address, which may name the source or the genre
    #[arg(long)]
    pub hide_address: bool,
    /// Of gates: which gate should fire on which value of the field, for precision and recall
    #[arg(long, value_name = "GATE=VALUE", num_args = 1..)]
    pub expect: Vec<Expected>,
    /// Also print up to so many sentences of each kind of error
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub errors: usize,
}

/// Prints the table.
pub(super) fn run(args: &EvaluateArgs) -> Result<ExitCode, Failure> {
    if matches!(args.detector, Detector::Reliability | Detector::Probes | Detector::Gates) {
        return articles(args);
    }
    let gold = read(&args.gold, args.split.as_deref()).map_err(refused)?;
    let fresh = args.folds.is_some() || !args.fit.is_empty();
    match args.detector.task() {
        Some(task) if fresh || args.detector == Detector::Clickbait => classifier(args, task, &gold),
        None if fresh => Err(Failure::Usage(
            "No classifier stands behind this detector: --folds and --fit are for claims, subjectivity and clickbait."
                .to_owned(),
        )),
        _ => {
            write!(io::stdout().lock(), "{}", judge(args.detector, &gold, args.errors))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Whole articles, and the score.
fn articles(args: &EvaluateArgs) -> Result<ExitCode, Failure> {
    let engine = args.model.engine()?;
    let mut out = io::stdout().lock();
    if args.detector == Detector::Gates {
        let (field, expect) = (&args.field, &args.expect);
        let table = judge_gates(&engine, &args.gold, field, expect, args.hide_address, args.errors).map_err(refused)?;
        write!(out, "{table}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let labels = Labels::load(&args.labels).map_err(refused)?;
    if args.detector == Detector::Reliability {
        write!(out, "{}", judge_reliability(&engine, &args.gold, &labels).map_err(refused)?)?;
    } else {
        write!(out, "{}", judge_probes(&engine, &args.gold, &labels).map_err(refused)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn classifier(args: &EvaluateArgs, task: Task, gold: &GoldSet) -> Result<ExitCode, Failure> {
    let rows = TaskRows::new(task, gold);
    if rows.is_empty() {
        return Err(Failure::Refused("No row has a label for this classifier.".to_owned()));
    }
    let answers = if let Some(folds) = args.folds {
        rows.cross_validate(usize::from(folds)).map_err(refused)?
    } else if args.fit.is_empty() {
        rows.judge(shipped(task))
    } else {
        let seen = read(&args.fit, None).map_err(refused)?;
        let file = TaskRows::new(task, &seen).fit().map_err(refused)?;
        rows.judge(&Classifier::new(&file))
    };
    let mut out = io::stdout().lock();
    write!(out, "{answers}")?;
    let (false_positives, false_negatives) = answers.errors(args.errors);
    for (kind, list) in [("marked without reason", false_positives), ("missed", false_negatives)] {
        for words in list {
            writeln!(out, "{} {kind}: {words}", task.name())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::Refused(error.to_string())
}
