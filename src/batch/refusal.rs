//! Why a record has no report.

use prost::Message as _;
use serde::Serialize;
use tonic_types::pb;

use super::record::Position;

/// A reason for programs and a sentence for people. Neither holds words of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: String,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(reason: &str, message: impl Into<String>) -> Self {
        Refusal { reason: reason.to_owned(), message: message.into() }
    }

    pub(super) fn not_utf8(valid_up_to: usize) -> Self {
        Refusal::new("INPUT_NOT_UTF8", format!("The record is not UTF-8 at its byte {valid_up_to}."))
    }

    pub(super) fn too_large(bytes: u64, limit: usize) -> Self {
        Refusal::new("TEXT_TOO_LARGE", format!("The text has {bytes} bytes; at most {limit} are accepted."))
    }

    pub(super) fn record_too_large(bytes: u64, limit: usize) -> Self {
        Refusal::new("RECORD_TOO_LARGE", format!("The record has {bytes} bytes; at most {limit} are read."))
    }

    pub(super) fn unclosed(line: u64) -> Self {
        let message = format!(
            "The quotation mark that opens a field in line {line} is not closed: all behind it, to the end of the input, is \
             in that field."
        );
        Refusal::new("UNCLOSED_QUOTATION", message)
    }

    /// A table without the column of the texts. Its columns are named as far as they look like names: the first line
    /// of a table without names is an article.
    pub(super) fn no_text_column(wanted: &str, found: &[String]) -> Self {
        const SHOWN: usize = 12;
        const LONGEST: usize = 40;
        let shown = found.iter().take(SHOWN).map(|name| match name.len() {
            0..=LONGEST => format!("{name:?}"),
            bytes => format!("one of {bytes} bytes"),
        });
        let mut columns = shown.collect::<Vec<_>>().join(", ");
        if let Some(more) = found.len().checked_sub(SHOWN).filter(|&more| more > 0) {
            columns.push_str(&format!(" and {more} more"));
        }
        let separator = match found {
            [one] => [';', '\t', '|', ','].into_iter().find(|&separator| one.contains(separator)),
            _ => None,
        };
        let hint = separator.map_or_else(String::new, |separator| {
            format!(" CSV is split at commas and TSV at tabs; this line has {separator:?} in it.")
        });
        Refusal::new("MISSING_TEXT", format!("There is no column {wanted:?} among the columns {columns}.{hint}"))
    }

    pub(super) fn two_columns(name: &str) -> Self {
        Refusal::new("DUPLICATE_FIELD", format!("There are two columns {name:?}; which one is meant cannot be told."))
    }

    pub(super) fn unreadable(problem: &str) -> Self {
        Refusal::new("INPUT_UNREADABLE", format!("The file cannot be read: {problem}."))
    }

    /// What is left of a file is lost with its damage, as one refusal.
    pub(super) fn damaged(problem: &str) -> Self {
        Refusal::new("INPUT_DAMAGED", format!("The input cannot be read from here on: {problem}."))
    }
}

impl From<pb::Status> for Refusal {
    fn from(status: pb::Status) -> Self {
        let info = status.details.iter().find(|any| any.type_url.ends_with("google.rpc.ErrorInfo"));
        let reason = info.and_then(|any| pb::ErrorInfo::decode(any.value.as_slice()).ok()).map(|info| info.reason);
        Refusal { reason: reason.unwrap_or_else(|| "UNKNOWN".to_owned()), message: status.message }
    }
}

/// A line of the file of rejects.
#[derive(Debug, Serialize)]
pub(super) struct Reject<'a> {
    pub(super) input: &'a str,
    #[serde(flatten)]
    pub(super) position: Position,
    pub(super) id: &'a str,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
}
