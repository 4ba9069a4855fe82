use std::fmt;
use std::io;
use std::path::Path;

/// Why a job ends early. What was written so far stays, and `--resume` goes on from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The request asks for what cannot be.
    Usage(String),
    /// Something on the way does not allow it.
    Refused(String),
}

impl Failure {
    /// What the system said about one file.
    pub(super) fn file(path: &Path, problem: &str, error: &io::Error) -> Self {
        Failure::Refused(format!("{} {problem}: {error}.", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(sentence) | Failure::Refused(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for Failure {}
