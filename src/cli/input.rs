//! Reading articles.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::batch::Format;
use crate::rpc::status::DOMAIN;

/// What stands for standard input among the files.
pub(super) const STDIN: &str = "-";

/// Why an input is no text.
#[derive(Debug)]
pub(super) enum InputError {
    Unreadable(io::Error),
    /// By its name it is something else.
    NotPlain {
        ending: String,
    },
    NotUtf8 {
        byte_offset: usize,
    },
    TooLarge {
        bytes: u64,
        limit: usize,
    },
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputError::Unreadable(source) => write!(f, "The input cannot be read: {source}."),
            InputError::NotPlain { ending } => write!(
                f,
                "The name ends in .{ending}, which is no plain text: `candor batch FILE --output REPORTS` reads web pages, \
                 JSON Lines, tables and what is compressed; `candor score - < FILE` takes anything for text."
            ),
            InputError::NotUtf8 { byte_offset } => {
                write!(f, "The input is not UTF-8 at byte {byte_offset}.")
            }
            InputError::TooLarge { bytes, limit } => {
                write!(f, "The input has {bytes} bytes; at most {limit} are accepted.")
            }
        }
    }
}

impl From<InputError> for Status {
    fn from(error: InputError) -> Self {
        let (code, reason, numbers) = match &error {
            InputError::Unreadable(source) => match source.kind() {
                ErrorKind::NotFound => (Code::NotFound, "INPUT_NOT_FOUND", Vec::new()),
                ErrorKind::PermissionDenied => (Code::PermissionDenied, "INPUT_NOT_PERMITTED", Vec::new()),
                _ => (Code::Unknown, "INPUT_UNREADABLE", Vec::new()),
            },
            InputError::NotPlain { .. } => (Code::InvalidArgument, "INPUT_NOT_PLAIN_TEXT", Vec::new()),
            InputError::NotUtf8 { byte_offset } => {
                (Code::InvalidArgument, "INPUT_NOT_UTF8", vec![("byteOffset", byte_offset.to_string())])
            }
            InputError::TooLarge { bytes, limit } => (
                Code::InvalidArgument,
                "TEXT_TOO_LARGE",
                vec![("textBytes", bytes.to_string()), ("maxTextBytes", limit.to_string())],
            ),
        };
        let metadata: HashMap<String, String> =
            numbers.into_iter().map(|(name, number)| (name.to_owned(), number)).collect();
        let details = ErrorDetails::with_error_info(reason, DOMAIN, metadata);
        Status::with_error_details(code, error.to_string(), details)
    }
}

/// The rest of a text that is too large is counted up to here, for the message; some inputs never end.
const COUNTED_BYTES: u64 = 1 << 30;

/// The text of a file or of standard input, exactly as it is. Never holds more than `limit` bytes.
pub(super) fn read(name: &OsStr, limit: usize) -> Result<String, InputError> {
    if name == STDIN {
        return read_text(io::stdin().lock(), limit);
    }
    if let Some(ending) = not_plain(Path::new(name)) {
        return Err(InputError::NotPlain { ending });
    }
    read_text(File::open(name).map_err(InputError::Unreadable)?, limit)
}

/// The ending of a name that says that the file is no plain text.
fn not_plain(path: &Path) -> Option<String> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    let is_known = matches!(Format::of(path), Some(Format::Text) | None);
    (!is_known || ["json", "gz", "zst"].contains(&ending.as_str())).then_some(ending)
}

fn read_text(mut source: impl Read, limit: usize) -> Result<String, InputError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let read = source.by_ref().take(most).read_to_end(&mut bytes);
    let rest = read.and_then(|_| io::copy(&mut source.by_ref().take(COUNTED_BYTES), &mut io::sink()));
    match rest.map_err(InputError::Unreadable)? {
        0 => String::from_utf8(bytes)
            .map_err(|error| InputError::NotUtf8 { byte_offset: error.utf8_error().valid_up_to() }),
        rest => Err(InputError::TooLarge { bytes: most.saturating_add(rest), limit }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_at_the_limit_is_read_and_one_byte_more_is_counted_and_refused() {
        assert_eq!(read_text(&b"abc"[..], 3).unwrap(), "abc");
        let error = read_text(&b"abcdefg"[..], 3).unwrap_err();
        assert!(matches!(error, InputError::TooLarge { bytes: 7, limit: 3 }), "{error}");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_named_by_their_offset() {
        let error = read_text(&b"ab\xffcd"[..], 9).unwrap_err();
        assert!(matches!(error, InputError::NotUtf8 { byte_offset: 2 }), "{error}");
    }

    #[test]
    fn a_byte_order_mark_and_line_ends_stay() {
        let text = "\u{feff}one\r\ntwo\0";
        assert_eq!(read_text(text.as_bytes(), 99).unwrap(), text);
    }
}
