//! What a job reads, and by what it is known again.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::failure::Failure;
use super::format::Format;
use super::stream::hexadecimal;

/// What stands for standard input.
pub(super) const STDIN: &str = "-";
/// So much of a file's beginning goes into its mark.
const HEAD_BYTES: u64 = 64 << 10;

/// One input of a job.
#[derive(Debug)]
pub struct Input {
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
    /// What its files hold, if that is known for all of them.
    pub(super) format: Option<Format>,
    /// Bytes on disk, where there is a disk.
    pub(super) bytes: u64,
    pub(super) mark: Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// Standard input or a pipe: it can be read once.
    Pipe,
}

/// By what an input is known again. A pipe has none but its name; what was read of it is compared instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    path: String,
    files: u64,
    bytes: u64,
    /// Of a file its beginning, of a folder the names, sizes and dates of its files.
    digest: String,
    /// Of a file, in nanoseconds. Another date alone is no change: what was read decides then.
    date: String,
}

impl Mark {
    /// Nothing, or the first thing that is not as it was.
    pub(super) fn difference(&self, before: &Mark) -> Option<String> {
        let path = &self.path;
        let was = |count: u64, now: u64, unit: &str| {
            Some(format!("the input {path} has changed: it had {count} {unit} and has {now}"))
        };
        if *path != before.path {
            return Some(format!("the input {path} was {}", before.path));
        }
        if self.files != before.files {
            return was(before.files, self.files, "files");
        }
        if self.bytes != before.bytes {
            return was(before.bytes, self.bytes, "bytes");
        }
        if self.digest == before.digest {
            return None;
        }
        let what = if self.date.is_empty() { "the name, size or date of a file in it" } else { "its beginning" };
        Some(format!("the input {path} has changed: {what} is not what it was"))
    }

    pub(super) fn is_dated_as(&self, before: &Mark) -> bool {
        self.date == before.date
    }
}

/// What a job answers whose input is not what it was.
pub(super) fn changed(name: &str, how: &str) -> Failure {
    Failure::Refused(format!(
        "The run cannot be resumed: the input {name} has changed: {how}. --overwrite starts anew."
    ))
}

impl Input {
    /// Looks at an input. `ours` are files of this job, which are never read.
    ///
    /// # Errors
    /// It is not there, or nothing says what it holds.
    pub(super) fn find(name: &OsString, format: Option<Format>, ours: &[PathBuf]) -> Result<Self, Failure> {
        let path = PathBuf::from(name);
        let pipe = |path: PathBuf| Input {
            mark: Mark {
                path: path.to_string_lossy().into_owned(),
                files: 1,
                bytes: 0,
                digest: String::new(),
                date: String::new(),
            },
            path,
            kind: Kind::Pipe,
            format: Some(format.unwrap_or(Format::Jsonl)),
            bytes: 0,
        };
        if name == STDIN {
            return refuse_parquet(pipe(path));
        }
        let unreadable = |error| Failure::file(&path, "cannot be read", &error);
        let metadata = fs::metadata(&path).map_err(unreadable)?;
        if metadata.is_dir() {
            let mark = mark_folder(&path, ours);
            return Ok(Input { kind: Kind::Folder, format, bytes: mark.bytes, mark, path });
        }
        if !metadata.is_file() {
            return refuse_parquet(pipe(path));
        }
        let Some(format) = format.or_else(|| Format::of(&path)) else {
            let sentence =
                format!("{} has no extension that says what it holds; say it with --format.", path.display());
            return Err(Failure::Usage(sentence));
        };
        let mark = mark_file(&path, &metadata).map_err(unreadable)?;
        Ok(Input { kind: Kind::File, format: Some(format), bytes: metadata.len(), mark, path })
    }
}

fn refuse_parquet(input: Input) -> Result<Input, Failure> {
    if input.format == Some(Format::Parquet) {
        let sentence = "Parquet is read from its end: name a file, it cannot come through a pipe.";
        return Err(Failure::Usage(sentence.to_owned()));
    }
    Ok(input)
}

fn mark_file(path: &Path, metadata: &Metadata) -> io::Result<Mark> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(Mark {
        path: path.to_string_lossy().into_owned(),
        files: 1,
        bytes: metadata.len(),
        digest: hexadecimal(Sha256::new_with_prefix(head)),
        date: date(metadata).to_string(),
    })
}

fn mark_folder(path: &Path, ours: &[PathBuf]) -> Mark {
    let (mut digest, mut files, mut bytes) = (Sha256::new(), 0, 0);
    for file in Walk::new(path, ours) {
        let metadata = fs::metadata(&file.path).ok();
        add(&mut digest, &file.path, metadata.as_ref());
        files += 1;
        bytes += metadata.map_or(0, |metadata| metadata.len());
    }
    Mark { path: path.to_string_lossy().into_owned(), files, bytes, digest: hexadecimal(digest), date: String::new() }
}

/// Nanoseconds since 1970.
fn date(metadata: &Metadata) -> u128 {
    let date = metadata.modified().ok().and_then(|date| date.duration_since(UNIX_EPOCH).ok());
    date.map_or(0, |date| date.as_nanos())
}

/// Adds name, size and date of a file.
fn add(digest: &mut Sha256, path: &Path, metadata: Option<&Metadata>) {
    let name = path.as_os_str().as_encoded_bytes();
    digest.update((name.len() as u64).to_le_bytes());
    digest.update(name);
    digest.update(metadata.map_or(0, Metadata::len).to_le_bytes());
    digest.update(metadata.map_or(0, date).to_le_bytes());
}

/// A file of a folder.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Why it cannot be read, where that is known.
    pub(super) problem: Option<String>,
}

/// The files of a folder and of the folders in it, in the order of their names. Hidden ones are left out, and links
/// to folders are not followed. Only the names of the folders that are open are in memory.
#[derive(Debug)]
pub(super) struct Walk {
    open: Vec<std::vec::IntoIter<PathBuf>>,
    ours: Vec<PathBuf>,
    unread: Option<Found>,
}

impl Walk {
    pub(super) fn new(folder: &Path, ours: &[PathBuf]) -> Self {
        let mut walk = Walk { open: Vec::new(), ours: ours.to_vec(), unread: None };
        walk.enter(folder);
        walk
    }

    fn enter(&mut self, folder: &Path) {
        match names(folder) {
            Ok(names) => self.open.push(names.into_iter()),
            Err(error) => {
                self.unread = Some(Found { path: folder.to_owned(), problem: Some(error.to_string()) });
            }
        }
    }
}

fn names(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            found.push(entry.path());
        }
    }
    found.sort_unstable();
    Ok(found)
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(unread) = self.unread.take() {
                return Some(unread);
            }
            let Some(path) = self.open.last_mut()?.next() else {
                self.open.pop();
                continue;
            };
            let kind = fs::symlink_metadata(&path).map(|metadata| metadata.file_type());
            match kind {
                Ok(kind) if kind.is_dir() => self.enter(&path),
                _ if self.ours.iter().any(|ours| is_same(ours, &path)) => {}
                Ok(kind) if kind.is_file() || fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) => {
                    return Some(Found { path, problem: None });
                }
                Ok(_) => return Some(Found { path, problem: Some("it is no regular file".to_owned()) }),
                Err(error) => return Some(Found { path, problem: Some(error.to_string()) }),
            }
        }
    }
}

/// Whether two paths name one file, which need not exist.
pub(super) fn is_same(a: &Path, b: &Path) -> bool {
    if a == b {
        return true;
    }
    let resolved = |path: &Path| {
        fs::canonicalize(path).ok().or_else(|| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
        })
    };
    // Only files of one name are worth the look.
    a.file_name() == b.file_name() && resolved(a).is_some_and(|a| resolved(b) == Some(a))
}
