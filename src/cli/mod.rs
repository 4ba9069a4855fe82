//! The command line: one file per subcommand.

mod batch;
mod configuration;
mod evaluate;
mod features;
mod health;
mod input;
mod labels;
mod model;
mod output;
mod score;
mod serve;
mod train;
mod train_classifier;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::engine::Engine;
use crate::model::Model;
use crate::report::text::printable;
use crate::server::telemetry;

pub use configuration::check as check_configuration;

const EXAMPLES: &str = "Examples:
  candor score article.txt                        a report to read
  curl -s https://example.org/a.txt | candor score
  candor score --format jsonl news/*.txt > reports.jsonl
  candor batch archive.jsonl.zst --output reports.parquet
  candor serve --listen 127.0.0.1:50051           the same over gRPC
  candor health                                   whether that one takes calls
  candor features unsupported_claim_ratio         what one feature measures

Exit codes: 0 fine, 1 some input could not be read or was refused (a text that gets no score is no failure), 2 wrong
usage; `candor COMMAND --help` has more.";

/// Reports on the observable reporting practice of news articles. It does not judge whether a claim
/// is true.
#[derive(Debug, Parser)]
#[command(name = "candor", version, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Score articles.
    Score(score::ScoreArgs),
    /// Score many articles, and go on where a run was ended.
    Batch(Box<batch::BatchArgs>),
    /// Answer over gRPC.
    Serve(Box<serve::ServeArgs>),
    /// Ask whether a service takes calls.
    Health(health::HealthArgs),
    /// Fit a model on labelled articles.
    Train(train::TrainArgs),
    /// Fit a classifier of sentences or headlines.
    TrainClassifier(train_classifier::TrainClassifierArgs),
    /// Measure detectors, classifiers, the score or the gates against human annotation.
    Evaluate(evaluate::EvaluateArgs),
    /// Describe the features.
    Features(features::FeaturesArgs),
    /// Describe the model.
    Model(model::ModelArgs),
}

/// Which model to use.
#[derive(Debug, Clone, Args)]
pub struct ModelChoice {
    /// Use this model file and not the built-in model.
    #[arg(long, value_name = "FILE", env = "CANDOR_MODEL")]
    model: Option<PathBuf>,
}

impl ModelChoice {
    fn engine(&self) -> Result<Engine, Failure> {
        let model = match &self.model {
            None => Model::embedded(),
            Some(path) => Model::load(path),
        };
        // The error names the file and the reason.
        let model = model.map_err(|error| Failure::Refused(error.to_string()))?;
        Ok(Engine::new(model))
    }
}

/// Why a command ends early.
#[derive(Debug)]
enum Failure {
    /// Told on standard error, in one sentence. Exit code 1.
    Refused(String),
    /// The command line asks for what cannot be. Exit code 2.
    Usage(String),
    /// Standard output could not be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Output(error)
    }
}

/// Runs one command to its exit code.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    telemetry::report_panics_by_place();
    let ended = match cli.command {
        Command::Score(args) => score::run(&args),
        Command::Batch(args) => batch::run(&args),
        Command::Serve(args) => serve::run(*args),
        Command::Health(args) => health::run(&args),
        Command::Train(args) => train::run(&args),
        Command::TrainClassifier(args) => train_classifier::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Features(args) => features::run(&args),
        Command::Model(args) => model::run(&args),
    };
    match ended {
        Ok(code) => code,
        // The reader has what it wanted and has gone away: `candor features | head -1`.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => {
            complain(&format!("Cannot write the output: {error}."));
            ExitCode::FAILURE
        }
        Err(Failure::Refused(sentence)) => {
            complain(&sentence);
            ExitCode::FAILURE
        }
        Err(Failure::Usage(sentence)) => {
            complain(&sentence);
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong on standard error, where that is still open.
fn complain(sentence: &str) {
    let _ = writeln!(io::stderr(), "candor: {}", printable(sentence));
}
