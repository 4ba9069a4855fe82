//! `candor train`: labelled articles to a model file and its card.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::Failure;
use super::labels::LabelsChoice;
use crate::engine::Engine;
use crate::evaluate::probes::judge_probes;
use crate::evaluate::reliability::judge_reliability;
use crate::model::data::{Labels, Purpose, measure, read};
use crate::model::train::{Options, Signs, TrainError, train, with_figures, write};
use crate::model::{Model, card};

const EXAMPLES: &str = "Examples:
  candor train --data celebrity.jsonl.gz horne2017.jsonl.gz --out models/mine --version mine
  candor train --data ours.jsonl --labels ours.labels.json --out models/mine --version mine

A row of articles has a text and a label. The labels file says for each corpus which field holds the label, which labels
are good and which are poor, and what they mean: a corpus of your own needs a labels file of its own, and
models/reliability-7/labels.json is one to write it after. Each article is read and measured once, and what was measured
serves all models that are fitted, of which there are some hundreds.";

/// Fit a model on labelled articles.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TrainArgs {
    /// Articles as JSON Lines, plain or gzipped; a row's `corpus`, or else the file's name up to its first dot, is its corpus
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Labelled articles that nothing is fitted on: how the model does on them, and what gaming and other varieties of
    /// English do to their scores, goes into the model file and its card
    #[arg(long, value_name = "FILE", num_args = 1..)]
    check: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelsChoice,
    /// Folder for model.json, metrics.json, CARD.md and its picture; created if need be
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The model's name for itself
    #[arg(long, default_value = "reliability-7")]
    version: String,
    /// Whether weights must agree with the directions that journalism standards state
    #[arg(long, value_enum, default_value_t = Signs::Stated)]
    signs: Signs,
}

/// Trains, writes the model, its figures and its card, and prints the table; progress goes to standard error.
pub(super) fn run(args: &TrainArgs) -> Result<ExitCode, Failure> {
    let labels = args.labels.load(&[("--data", &args.data), ("--check", &args.check)])?;
    fit(args, &labels).map_err(|error| Failure::Refused(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
}

fn fit(args: &TrainArgs, labels: &Labels) -> Result<(), TrainError> {
    let mut progress = |message: &str| {
        // Nobody reading along is no reason to stop.
        let _ = writeln!(io::stderr(), "{message}");
    };
    let corpora = read(&args.data, labels, Purpose::Fit)?;
    for (corpus, left_out) in labels.corpora.iter().zip(&corpora.left_out) {
        let kept = corpora
            .articles
            .iter()
            .filter(|article| labels.corpora.get(article.corpus).map(|c| &c.id) == Some(&corpus.id))
            .count();
        progress(&format!(
            "{}: {kept} articles; left out {} by label, {} read before",
            corpus.id, left_out.label, left_out.duplicate
        ));
    }
    progress("measuring");
    let set = measure(labels, &corpora.articles);
    let judged = || set.examples().iter().filter(|e| set.corpora().get(e.corpus).is_some_and(|corpus| corpus.fitted));
    let (all, refused) = (judged().count(), judged().filter(|example| !example.scored).count());
    progress(&format!("a report gives {refused} of {all} articles no score: they are judged and not fitted on"));
    let options =
        Options { version: args.version.clone(), created_from: command(args), signs: args.signs, ..Options::default() };
    let model = with_untouched(train(&set, &options, &mut progress)?, args, labels, &mut progress)?;

    write(&model, &args.out)?;
    write!(io::stdout(), "{}", card::table(&model))
        .map_err(|error| TrainError::output(format!("The table cannot be printed ({error}).")))
}

/// The model with its figures on articles that nothing is fitted on.
fn with_untouched(
    model: Model,
    args: &TrainArgs,
    labels: &Labels,
    progress: &mut dyn FnMut(&str),
) -> Result<Model, TrainError> {
    if args.check.is_empty() {
        return Ok(model);
    }
    progress("scoring articles that nothing is fitted on");
    let engine = Engine::new(model);
    let mut figures = judge_reliability(&engine, &args.check, labels)?.metrics();
    progress("probing them");
    figures.extend(judge_probes(&engine, &args.check, labels)?.metrics());
    with_figures(engine.model(), figures)
}

/// The command as the model file records it: corpora by name, whatever folder they lay in, and in one
/// order.
fn command(args: &TrainArgs) -> String {
    let name = |path: &PathBuf| path.file_name().unwrap_or(OsStr::new("?")).to_string_lossy().into_owned();
    let names = |files: &[PathBuf]| {
        let mut names: Vec<String> = files.iter().map(name).collect();
        names.sort();
        names.join(" ")
    };
    let signs = match args.signs {
        Signs::Stated => "stated",
        Signs::Free => "free",
    };
    format!(
        "candor train --data {}{} --labels {} --version {} --signs {signs}",
        names(&args.data),
        if args.check.is_empty() { String::new() } else { format!(" --check {}", names(&args.check)) },
        args.labels.name(),
        args.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_command_knows_no_folders_and_no_order() {
        let args = |data: &[&str]| TrainArgs {
            data: data.iter().map(PathBuf::from).collect(),
            labels: LabelsChoice::default(),
            check: vec![PathBuf::from("/z/c.jsonl.gz")],
            out: PathBuf::from("/some/where"),
            version: "v".to_owned(),
            signs: Signs::Stated,
        };
        let recorded = command(&args(&["/x/b.jsonl.gz", "/y/a.jsonl"]));
        assert_eq!(recorded, command(&args(&["a.jsonl", "b.jsonl.gz"])));
        let expected =
            "candor train --data a.jsonl b.jsonl.gz --check c.jsonl.gz --labels labels.json --version v --signs stated";
        assert_eq!(recorded, expected);
    }
}
