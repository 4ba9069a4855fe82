//! What the labels of labelled articles mean, and whether the files are of corpora that it tells of.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf, absolute};

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::Failure;
use crate::model::data::Labels;

const SHIPPED: &str = include_str!("../../models/reliability-7/labels.json");
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Which labels file to use.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct LabelsChoice {
    /// What the labels of each corpus mean; unless set, the file that shipped with the model, models/reliability-7/labels.json,
    /// which tells of the corpora abp_mbfc, celebrity, fakehealth, fakenewsamt, fakenewsnet2017, horne2017 and polnear only
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
}

impl LabelsChoice {
    /// The file's own name.
    pub(super) fn name(&self) -> String {
        let name = self.labels.as_deref().and_then(Path::file_name);
        name.map_or_else(|| "labels.json".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// Reads the labels, and sees that each of the articles' files can be read and begins with a corpus that they tell of.
    /// The files come with the options that name them.
    pub(super) fn load(&self, files: &[(&str, &[PathBuf])]) -> Result<Labels, Failure> {
        let labels = match &self.labels {
            None => serde_json::from_str(SHIPPED)
                .map_err(|error| Failure::Refused(format!("The labels that shipped cannot be read: {error}.")))?,
            Some(path) => Labels::load(path)
                .map_err(|error| Failure::Refused(format!("--labels {}: {error}", whole(path).display())))?,
        };
        let problems: Vec<String> = files
            .iter()
            .flat_map(|&(option, files)| files.iter().map(move |file| (option, file)))
            .filter_map(|(option, file)| self.problem(option, file, &labels))
            .collect();
        if problems.is_empty() { Ok(labels) } else { Err(Failure::Refused(problems.join("\n"))) }
    }

    /// What is wrong with a file of articles as a whole, told once and not with every row.
    fn problem(&self, option: &str, file: &Path, labels: &Labels) -> Option<String> {
        let path = whole(file);
        let first = match first_row(file) {
            Ok(first) => first,
            Err(error) => return Some(format!("{option} {} cannot be read ({error}).", path.display())),
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let corpus = first.get("corpus").and_then(Value::as_str).or_else(|| name.split('.').next()).unwrap_or_default();
        if labels.corpora.iter().any(|known| known.id == corpus) {
            return None;
        }
        let known: Vec<&str> = labels.corpora.iter().map(|corpus| corpus.id.as_str()).collect();
        let whose = match &self.labels {
            None => "the labels that shipped tell".to_owned(),
            Some(path) => format!("{} tells", whole(path).display()),
        };
        Some(format!(
            "{option} {}: there is no corpus `{corpus}`; {whose} of {}. A row's field `corpus`, or else the file's name up to its \
             first dot, is its corpus; --labels FILE tells what the labels of others mean.",
            path.display(),
            known.join(", ")
        ))
    }
}

/// From the root, so that it is plain where a file was looked for.
fn whole(path: &Path) -> PathBuf {
    absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The first row of a file; nothing of one that has none or is no JSON.
fn first_row(path: &Path) -> io::Result<Value> {
    let mut file = BufReader::new(File::open(path)?);
    let gzipped = file.fill_buf()?.starts_with(&GZIP);
    let reader: Box<dyn Read> = if gzipped { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    for line in BufReader::new(reader).lines() {
        let line = line?;
        if !line.trim().is_empty() {
            return Ok(serde_json::from_str(&line).unwrap_or_default());
        }
    }
    Ok(Value::Null)
}
