//! What a job has done, so that it can go on after any end.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::backend::Maker;
use super::counts::Counts;
use super::failure::Failure;
use super::input::Mark;
use super::order::Order;
use super::reader::Hashes;
use super::summary::Tally;

/// Of this file. Another one is not understood.
const VERSION: u32 = 1;

/// What decides what is written. A job goes on only where all of it is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Terms {
    pub(super) options: BTreeMap<String, String>,
    pub(super) inputs: Vec<Mark>,
    pub(super) maker: Maker,
}

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Progress {
    pub(super) order: Order,
    /// Lengths of the files written so far; what stands behind is not counted yet.
    pub(super) output_bytes: u64,
    pub(super) reject_bytes: u64,
    pub(super) counts: Counts,
    pub(super) tally: Option<Tally>,
    pub(super) hashes: Hashes,
    /// Everything was read and written, and only the files have to be put in their places.
    pub(super) finished: bool,
}

/// Both.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    version: u32,
    terms: Terms,
    progress: Progress,
}

impl Terms {
    /// Nothing, or the first thing that is not as it was.
    fn difference(&self, before: &Terms) -> Option<String> {
        for (name, now) in &self.options {
            let was = before.options.get(name).map_or("", String::as_str);
            if was != now {
                return Some(format!("{name} was {was:?} and is {now:?}"));
            }
        }
        if self.inputs.len() != before.inputs.len() {
            return Some(format!("there were {} inputs and are {}", before.inputs.len(), self.inputs.len()));
        }
        for (now, was) in self.inputs.iter().zip(&before.inputs) {
            if let Some(difference) = now.difference(was) {
                return Some(difference);
            }
        }
        for (name, was, now) in [
            ("model", &before.maker.model_version, &self.maker.model_version),
            ("content of the model", &before.maker.model_sha256, &self.maker.model_sha256),
            ("version of Candor", &before.maker.service_version, &self.maker.service_version),
            ("feature set", &before.maker.feature_set_version, &self.maker.feature_set_version),
            ("lexicon", &before.maker.lexicon_version, &self.maker.lexicon_version),
        ] {
            if was != now {
                return Some(format!("the {name} was {was:?} and is {now:?}"));
            }
        }
        None
    }
}

/// How far the job at `path` was, and on which inputs; nothing if there is none.
pub(super) fn load(path: &Path, terms: &Terms) -> Result<Option<(Progress, Vec<Mark>)>, Failure> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::file(path, "cannot be read", &error)),
    };
    let stored: Option<Stored> =
        serde_json::from_slice(&bytes).ok().filter(|stored: &Stored| stored.version == VERSION);
    let Some(stored) = stored else {
        let sentence = format!("{} is no checkpoint of this version; --overwrite starts anew.", path.display());
        return Err(Failure::Refused(sentence));
    };
    if let Some(difference) = terms.difference(&stored.terms) {
        let sentence = format!("The run cannot be resumed: {difference}. --overwrite starts anew.");
        return Err(Failure::Refused(sentence));
    }
    Ok(Some((stored.progress, stored.terms.inputs)))
}

/// Writes a checkpoint in the place of the one before.
pub(super) fn store(path: &Path, terms: &Terms, progress: &Progress) -> Result<(), Failure> {
    let stored = Stored { version: VERSION, terms: terms.clone(), progress: progress.clone() };
    let json = serde_json::to_vec(&stored).map_err(|error| Failure::Refused(format!("No checkpoint: {error}.")))?;
    replace(path, &json).map_err(|error| Failure::file(path, "cannot be written", &error))
}

/// Writes a file so that at any moment either the old or the new one is there, whole.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    let mut file = File::create(&new)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_folder(path)
}

/// Moves a finished file into its place. Done already where it is gone.
pub(super) fn put(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && to.exists() => Ok(()),
        moved => moved.and_then(|()| sync_folder(to)),
    }
}

/// Makes the names in a folder last.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// A path with more behind its name.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
