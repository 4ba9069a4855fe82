//! `candor evaluate`: the detectors against human annotation.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::Failure;
use crate::evaluate::{Detector, judge, read};

/// Measure a detector on annotated sentences
#[derive(Debug, Clone, clap::Args)]
pub struct EvaluateArgs {
    /// What to measure
    #[arg(value_enum)]
    pub detector: Detector,
    /// Annotated sentences as JSON Lines, plain or gzipped
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub gold: Vec<PathBuf>,
    /// Read only the rows of this part ("split")
    #[arg(long, value_name = "NAME")]
    pub split: Option<String>,
    /// Also print up to so many sentences of each kind of error
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub errors: usize,
}

/// Prints the table.
pub(super) fn run(args: &EvaluateArgs) -> Result<ExitCode, Failure> {
    let gold = read(&args.gold, args.split.as_deref()).map_err(|error| Failure::Refused(error.to_string()))?;
    write!(io::stdout().lock(), "{}", judge(args.detector, &gold, args.errors))?;
    Ok(ExitCode::SUCCESS)
}
