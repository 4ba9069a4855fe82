//! `candor train-classifier`: labelled sentences or headlines to a classifier's file.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::Failure;
use crate::classify::{ClassifierFile, Task, card};
use crate::evaluate::classifier::TaskRows;
use crate::evaluate::{Detector, read};

/// Fit a classifier of sentences or headlines.
#[derive(Debug, Clone, clap::Args)]
pub struct TrainClassifierArgs {
    /// The detector that asks it: claims, subjectivity or clickbait
    #[arg(value_enum)]
    pub detector: Detector,
    /// Labelled rows as JSON Lines, plain or gzipped: `sentence` or `title`, and `label`
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub data: Vec<PathBuf>,
    /// What the rows are and under which licence, for the file and the card
    #[arg(long, value_name = "TEXT", required = true)]
    pub fitted_on: String,
    /// Folds of the cross-validation whose figures the file records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=20), default_value_t = 5)]
    pub folds: u8,
    /// Folder for the file; created if need be
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Fits, cross-validates, writes the file, and prints the figures.
pub(super) fn run(args: &TrainClassifierArgs) -> Result<ExitCode, Failure> {
    let refused = |error: &dyn std::fmt::Display| Failure::Refused(error.to_string());
    let Some(task) = args.detector.task() else {
        return Err(Failure::Usage(
            "No classifier stands behind this detector; name claims, subjectivity or clickbait.".to_owned(),
        ));
    };
    let set = read(&args.data, None).map_err(|error| refused(&error))?;
    let rows = TaskRows::new(task, &set);
    let mut file = rows.fit().map_err(|error| refused(&error))?;
    let answers = rows.cross_validate(usize::from(args.folds)).map_err(|error| refused(&error))?;
    file.evaluation = answers.evaluation();
    file.fitted_on = vec![args.fitted_on.clone()];
    let names: Vec<_> =
        args.data.iter().map(|path| path.file_name().unwrap_or(OsStr::new("?")).to_string_lossy()).collect();
    let detector = format!("{:?}", args.detector).to_lowercase();
    file.created_from = format!("candor train-classifier {detector} --data {} --folds {}", names.join(" "), args.folds);
    let path = args.out.join(format!("{}.json", task.name()));
    let failed = |error: io::Error| Failure::Refused(format!("{} cannot be written: {error}.", path.display()));
    std::fs::create_dir_all(&args.out).map_err(failed)?;
    let json = serde_json::to_string_pretty(&file).map_err(|error| refused(&error))?;
    std::fs::write(&path, json + "\n").map_err(failed)?;
    // The card is of all classifiers in the folder.
    let mut all = Vec::new();
    for task in Task::ALL {
        let path = args.out.join(format!("{}.json", task.name()));
        if let Ok(json) = std::fs::read_to_string(&path) {
            all.push(ClassifierFile::from_json(&json, &path.display().to_string()).map_err(|error| refused(&error))?);
        }
    }
    let card_path = args.out.join("CARD.md");
    std::fs::write(&card_path, card(&all))
        .map_err(|error| Failure::Refused(format!("{} cannot be written: {error}.", card_path.display())))?;
    write!(io::stdout().lock(), "{answers}")?;
    Ok(ExitCode::SUCCESS)
}
