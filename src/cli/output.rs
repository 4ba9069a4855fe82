//! JSON for programs.

use std::io::{self, Write};

use prost::Message;
use serde::Serialize;
use serde_json::{Value, json};
use tonic_types::pb;

/// How JSON is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Over many lines, for people.
    Pretty,
    /// On one line, for programs that read line by line.
    Line,
}

/// Writes one document and hands it on at once.
pub(super) fn write_json(out: &mut impl Write, document: &impl Serialize, layout: Layout) -> io::Result<()> {
    match layout {
        Layout::Pretty => serde_json::to_writer_pretty(&mut *out, document)?,
        Layout::Line => serde_json::to_writer(&mut *out, document)?,
    }
    out.write_all(b"\n")?;
    out.flush()
}

/// What stands where a report would, in the protobuf JSON mapping.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorDocument<'a> {
    article_id: &'a str,
    error: ErrorBody,
}

#[derive(Debug, Serialize)]
struct ErrorBody {
    code: i32,
    message: String,
    details: Vec<Value>,
}

impl<'a> ErrorDocument<'a> {
    pub(super) fn new(article_id: &'a str, status: pb::Status) -> Self {
        ErrorDocument {
            article_id,
            error: ErrorBody {
                code: status.code,
                message: status.message,
                details: status.details.iter().filter_map(detail).collect(),
            },
        }
    }
}

/// A detail as JSON; nothing for a type that no error of ours carries.
fn detail(any: &prost_types::Any) -> Option<Value> {
    let bytes = any.value.as_slice();
    match any.type_url.rsplit('/').next()? {
        "google.rpc.ErrorInfo" => {
            let info = pb::ErrorInfo::decode(bytes).ok()?;
            Some(json!({
                "@type": any.type_url,
                "reason": info.reason,
                "domain": info.domain,
                "metadata": info.metadata,
            }))
        }
        "google.rpc.BadRequest" => {
            let request = pb::BadRequest::decode(bytes).ok()?;
            let violations = request.field_violations.iter().map(|violation| {
                json!({
                    "field": violation.field,
                    "description": violation.description,
                    "reason": violation.reason,
                })
            });
            Some(json!({
                "@type": any.type_url,
                "fieldViolations": violations.collect::<Vec<_>>(),
            }))
        }
        _ => None,
    }
}
