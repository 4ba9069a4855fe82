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
