//! `candor evaluate`: detectors, classifiers, the score and the gates against human annotation.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::labels::LabelsChoice;
use super::{Failure, ModelChoice};
use crate::classify::{Classifier, Task, classifier as shipped};
use crate::evaluate::classifier::TaskRows;
use crate::evaluate::damages::judge_damages;
use crate::evaluate::gates::{Expected, judge_gates};
use crate::evaluate::kinds::{KindSource, judge_kinds};
use crate::evaluate::probes::judge_probes;
use crate::evaluate::reliability::judge_reliability;
use crate::evaluate::{Detector, GoldSet, judge, read};

const EXAMPLES: &str = "Of detectors and classifiers, against annotated sentences or headlines:
  candor evaluate hedging --gold szeged-wiki.jsonl.gz --split test
  candor evaluate claims --gold claimbuster.jsonl.gz --folds 4
Of the score and the gates, against whole articles:
  candor evaluate reliability --data horne2017.jsonl.gz
  candor evaluate probes --data made.jsonl --labels labels.json
  candor evaluate gates --gold horne2017.jsonl.gz --expect satire_suspected=satire";

/// Measure detectors, classifiers, the score or the gates against human annotation.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct EvaluateArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, clap::Subcommand)]
#[command(subcommand_help_heading = "What to measure", subcommand_value_name = "WHAT")]
enum What {
    /// Detector: all labels of the news-evidence format.
    Evidence(DetectorArgs),
    /// Detector: a sentence with a cue of uncertainty.
    Hedging(DetectorArgs),
    /// Detector: who is said to have said what, by sentence, or by token where relations are annotated.
    Attribution(DetectorArgs),
    /// Detector: where a sentence begins inside a paragraph.
    Sentences(DetectorArgs),
    /// Detector and its classifier: a check-worthy sentence.
    Claims(DetectorArgs),
    /// Detector and its classifier: a subjective sentence.
    Subjectivity(DetectorArgs),
    /// Classifier: a headline that teases.
    Clickbait(DetectorArgs),
    /// Score: against labels of whole articles, beside what their length alone tells.
    Reliability(ScoreArgs),
    /// Score: how changes of a text that should not move it move it.
    Probes(ProbesArgs),
    /// Gates: on which whole articles a score is refused or a caution is given.
    Gates(GatesArgs),
    /// Gates: whether prose that is no news is told from news.
    Kinds(KindsArgs),
    /// Gates: whether they see damages that are done to whole articles.
    Damages(ScoreArgs),
}

const DETECTOR_EXAMPLES: &str = "Examples:
  candor evaluate hedging --gold szeged-wiki.jsonl.gz --split test
  candor evaluate attribution --gold polnear.dev.sents.jsonl.gz --errors 5
  candor evaluate subjectivity --gold newssd.test.jsonl.gz --fit newssd.train.jsonl.gz
  candor evaluate clickbait --gold headlines.jsonl --folds 5";

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = DETECTOR_EXAMPLES)]
struct DetectorArgs {
    /// Annotated sentences as JSON Lines, plain or gzipped; `--data` is the same
    #[arg(long, alias = "data", value_name = "FILE", num_args = 1.., required = true)]
    gold: Vec<PathBuf>,
    /// Read only the rows of this part ("split")
    #[arg(long, value_name = "NAME")]
    split: Option<String>,
    /// Of claims, subjectivity and clickbait: measure the classifier behind the detector, fitted anew on
    /// all folds but one for each of so many (those that the rows name in `fold`, or drawn)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=20), conflicts_with = "fit")]
    folds: Option<u8>,
    /// Of claims, subjectivity and clickbait: measure the classifier behind the detector, fitted anew on
    /// these rows
    #[arg(long, value_name = "FILE", num_args = 1..)]
    fit: Vec<PathBuf>,
    /// Also print up to so many sentences of each kind of error
    #[arg(long, value_name = "N", default_value_t = 0)]
    errors: usize,
}

const RELIABILITY_EXAMPLES: &str = "Examples:
  candor evaluate reliability --data horne2017.jsonl.gz
  candor evaluate reliability --data made.jsonl --labels labels.json --model models/mine/model.json";

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = RELIABILITY_EXAMPLES)]
struct ScoreArgs {
    /// Labelled articles as JSON Lines, plain or gzipped; a row's `corpus`, or else the file's name up to its first dot, is
    /// its corpus
    #[arg(long, alias = "gold", value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelsChoice,
    #[command(flatten)]
    model: ModelChoice,
}

const PROBES_EXAMPLES: &str = "Examples:
  candor evaluate probes --data horne2017.jsonl.gz
  candor evaluate probes --data made.jsonl --labels labels.json

Each probe changes every article it can and compares the scores before and after. \"Must be\" is the way the mean of the
score may not leave; \"-\" where either way is allowed and only the figure is told.

Exit codes: 0 every probe holds, 1 one does not (after the table) or a file cannot be used, 2 wrong usage.";

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = PROBES_EXAMPLES)]
struct ProbesArgs {
    #[command(flatten)]
    articles: ScoreArgs,
}

const GATES_EXAMPLES: &str = "Examples:
  candor evaluate gates --gold horne2017.jsonl.gz --expect satire_suspected=satire
  candor evaluate gates --gold abp_mbfc.jsonl.gz --field address --expect opinion_suspected=opinion --errors 5";

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = GATES_EXAMPLES)]
struct GatesArgs {
    /// Articles as JSON Lines, plain or gzipped; `--data` is the same
    #[arg(long, alias = "data", value_name = "FILE", num_args = 1.., required = true)]
    gold: Vec<PathBuf>,
    /// The field of the rows that labels the articles; `address` takes the label from the path of the address and
    /// hides the address from the gates
    #[arg(long, value_name = "NAME", default_value = "label")]
    field: String,
    /// Hide the address, which may name the source or the genre
    #[arg(long)]
    hide_address: bool,
    /// Which gate should fire on which value of the field, for precision and recall
    #[arg(long, value_name = "GATE=VALUE", num_args = 1..)]
    expect: Vec<Expected>,
    /// Also print up to so many articles of each kind of error
    #[arg(long, value_name = "N", default_value_t = 0)]
    errors: usize,
    #[command(flatten)]
    model: ModelChoice,
}

const KINDS_EXAMPLES: &str = "Examples:
  candor evaluate kinds --news celebrity=celebrity.jsonl.gz:label=real --other wiki=szeged-wiki.jsonl.gz
  candor evaluate kinds --news n=news.jsonl --other mail=ewt.jsonl.gz:doc_id=email-* debate=claims.jsonl --turns

A KIND that is named again goes on. A VALUE may end with * for what begins with it. Rows have a `text`, or a `sentence`: of
these, the ones with one `doc_id` make a text if it has 80 words; where each has a number of its own as `doc_id`, every
thirty in their order do.";

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = KINDS_EXAMPLES)]
struct KindsArgs {
    /// News, on which a caution for what is no news is a false alarm
    #[arg(long, value_name = "KIND=FILE[:FIELD=VALUE]", num_args = 1.., required = true)]
    news: Vec<KindSource>,
    /// Prose that is no news
    #[arg(long, value_name = "KIND=FILE[:FIELD=VALUE]", num_args = 1.., required = true)]
    other: Vec<KindSource>,
    /// Also judge texts of thirty sentences with names of two speakers put before every third sentence
    #[arg(long)]
    turns: bool,
    #[command(flatten)]
    model: ModelChoice,
}

/// Prints the table.
pub(super) fn run(args: &EvaluateArgs) -> Result<ExitCode, Failure> {
    match &args.what {
        What::Evidence(args) => detector(Detector::Evidence, args),
        What::Hedging(args) => detector(Detector::Hedging, args),
        What::Attribution(args) => detector(Detector::Attribution, args),
        What::Sentences(args) => detector(Detector::Sentences, args),
        What::Claims(args) => detector(Detector::Claims, args),
        What::Subjectivity(args) => detector(Detector::Subjectivity, args),
        What::Clickbait(args) => detector(Detector::Clickbait, args),
        What::Reliability(args) => reliability(args),
        What::Probes(args) => probes(&args.articles),
        What::Gates(args) => gates(args),
        What::Kinds(args) => kinds(args),
        What::Damages(args) => damages(args),
    }
}

fn detector(detector: Detector, args: &DetectorArgs) -> Result<ExitCode, Failure> {
    let gold = read(&args.gold, args.split.as_deref()).map_err(refused)?;
    let fresh = args.folds.is_some() || !args.fit.is_empty();
    match detector.task() {
        Some(task) if fresh || detector == Detector::Clickbait => classifier(args, task, &gold),
        None if fresh => Err(Failure::Usage(
            "No classifier stands behind this detector: --folds and --fit are for claims, subjectivity and clickbait."
                .to_owned(),
        )),
        _ => {
            write!(io::stdout().lock(), "{}", judge(detector, &gold, args.errors))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn reliability(args: &ScoreArgs) -> Result<ExitCode, Failure> {
    let (engine, labels) = (args.model.engine()?, args.labels.load(&[("--data", &args.data)])?);
    write!(io::stdout().lock(), "{}", judge_reliability(&engine, &args.data, &labels).map_err(refused)?)?;
    Ok(ExitCode::SUCCESS)
}

fn probes(args: &ScoreArgs) -> Result<ExitCode, Failure> {
    let (engine, labels) = (args.model.engine()?, args.labels.load(&[("--data", &args.data)])?);
    let table = judge_probes(&engine, &args.data, &labels).map_err(refused)?;
    write!(io::stdout().lock(), "{table}")?;
    Ok(if table.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn gates(args: &GatesArgs) -> Result<ExitCode, Failure> {
    let engine = args.model.engine()?;
    let (field, expect) = (&args.field, &args.expect);
    let table = judge_gates(&engine, &args.gold, field, expect, args.hide_address, args.errors).map_err(refused)?;
    write!(io::stdout().lock(), "{table}")?;
    Ok(ExitCode::SUCCESS)
}

fn kinds(args: &KindsArgs) -> Result<ExitCode, Failure> {
    let engine = args.model.engine()?;
    let table = judge_kinds(&engine, &args.news, &args.other, args.turns).map_err(refused)?;
    write!(io::stdout().lock(), "{table}")?;
    Ok(ExitCode::SUCCESS)
}

fn damages(args: &ScoreArgs) -> Result<ExitCode, Failure> {
    let (engine, labels) = (args.model.engine()?, args.labels.load(&[("--data", &args.data)])?);
    write!(io::stdout().lock(), "{}", judge_damages(&engine, &args.data, &labels).map_err(refused)?)?;
    Ok(ExitCode::SUCCESS)
}

fn classifier(args: &DetectorArgs, task: Task, gold: &GoldSet) -> Result<ExitCode, Failure> {
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
