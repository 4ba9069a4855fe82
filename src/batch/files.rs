//! The files of a job: what it promises, and what they are called until then.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::checkpoint::{Progress, beside, put};
use super::failure::Failure;

/// Where everything is written.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) output: PathBuf,
    pub(super) rejects: PathBuf,
    /// The summary as JSON and as a page.
    pub(super) summary: Option<(PathBuf, PathBuf)>,
    /// What is written so far.
    pub(super) output_part: PathBuf,
    pub(super) rejects_part: PathBuf,
    pub(super) checkpoint: PathBuf,
    /// What is left of the checkpoint when everything is in its place.
    pub(super) done: PathBuf,
    /// The table, until it is whole.
    pub(super) table_part: PathBuf,
}

impl Files {
    pub(super) fn new(output: &Path, rejects: Option<&Path>, summary: Option<&Path>) -> Self {
        let rejects = rejects.map_or_else(|| beside(output, ".rejects.jsonl"), Path::to_owned);
        Files {
            output_part: beside(output, ".part"),
            checkpoint: beside(output, ".checkpoint"),
            done: beside(output, ".done"),
            table_part: beside(output, ".table.part"),
            rejects_part: beside(&rejects, ".part"),
            summary: summary.map(|path| (path.with_extension("json"), path.with_extension("html"))),
            output: output.to_owned(),
            rejects,
        }
    }

    /// What is promised.
    pub(super) fn promised(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.output, &self.rejects].into_iter().chain(self.summary.iter().flat_map(|(json, page)| [json, page]))
    }

    /// Everything of ours that may lie about, none of which is an input.
    pub(super) fn ours(&self) -> Vec<PathBuf> {
        let parts = [&self.output_part, &self.rejects_part, &self.checkpoint, &self.done, &self.table_part];
        let new = [&self.checkpoint, &self.done].into_iter().chain(self.promised()).map(|path| beside(path, ".new"));
        self.promised().chain(parts).cloned().chain(new).collect()
    }
}

/// The files that grow while a job runs.
pub(super) struct Parts {
    output: File,
    rejects: File,
    output_path: PathBuf,
    rejects_path: PathBuf,
}

impl Parts {
    /// Opens them. Nobody else may write them until this is dropped.
    pub(super) fn open(files: &Files) -> Result<Self, Failure> {
        Ok(Parts {
            output: open(&files.output_part)?,
            rejects: open(&files.rejects_part)?,
            output_path: files.output_part.clone(),
            rejects_path: files.rejects_part.clone(),
        })
    }

    /// Cuts off whatever was written behind `progress`: it was not counted, and is made again.
    pub(super) fn cut(&mut self, progress: &Progress) -> Result<(), Failure> {
        cut(&mut self.output, &self.output_path, progress.output_bytes)?;
        cut(&mut self.rejects, &self.rejects_path, progress.reject_bytes)
    }

    pub(super) fn write(&mut self, output: &[u8], rejects: &[u8]) -> Result<(), Failure> {
        let failed = |path: &Path, error| Failure::file(path, "cannot be written", &error);
        self.output.write_all(output).map_err(|error| failed(&self.output_path, error))?;
        self.rejects.write_all(rejects).map_err(|error| failed(&self.rejects_path, error))
    }

    /// Makes what was written last.
    pub(super) fn sync(&self) -> Result<(), Failure> {
        let failed = |path: &Path, error| Failure::file(path, "cannot be written", &error);
        self.output.sync_data().map_err(|error| failed(&self.output_path, error))?;
        self.rejects.sync_data().map_err(|error| failed(&self.rejects_path, error))
    }
}

fn open(path: &Path) -> Result<File, Failure> {
    let failed = |error| Failure::file(path, "cannot be written", &error);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Refused(format!("Another run is writing {}.", path.display()))),
        // A file system without locks.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn cut(file: &mut File, path: &Path, bytes: u64) -> Result<(), Failure> {
    let failed = |error| Failure::file(path, "cannot be written", &error);
    let length = file.metadata().map_err(failed)?.len();
    if length < bytes {
        let sentence = format!(
            "The run cannot be resumed: {} has {length} bytes and had {bytes}. --overwrite starts anew.",
            path.display()
        );
        return Err(Failure::Refused(sentence));
    }
    file.set_len(bytes).map_err(failed)?;
    file.seek(SeekFrom::Start(bytes)).map_err(failed)?;
    Ok(())
}

/// Puts a finished part into its place.
pub(super) fn promote(part: &Path, promised: &Path) -> Result<(), Failure> {
    put(part, promised).map_err(|error| Failure::file(promised, "cannot be put into its place", &error))
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::file(path, "cannot be removed", &error)),
        _ => Ok(()),
    }
}
