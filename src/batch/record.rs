//! One record of an input, read and not yet understood: that is left to the threads that score.

use std::sync::Arc;

use serde::Serialize;

use super::fields::{Columns, FieldNames, Fields};
use super::page;
use super::refusal::Refusal;
use super::rows::Row;
use crate::rpc::v1;

/// Where a record stands in its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Position {
    /// The line of JSON Lines, else the number of the row, from 1; 1 in a file of one article.
    pub(super) record: u64,
    /// Its first byte, after decompression; absent where rows have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) byte_offset: Option<u64>,
}

/// A record and where it comes from.
#[derive(Debug)]
pub(super) struct Record {
    /// The file, as named.
    pub(super) input: Arc<str>,
    pub(super) position: Position,
    pub(super) body: Body,
}

/// What was read.
#[derive(Debug)]
pub(super) enum Body {
    /// A line of JSON.
    Json(Vec<u8>),
    /// A row of CSV.
    Row(Row, Arc<Columns>),
    /// A row of Parquet.
    Cells(Fields<Vec<u8>>),
    /// A file of plain text.
    Text(Vec<u8>),
    /// A web page.
    Page(Vec<u8>),
    /// Nothing: it could not be read.
    Refused(Refusal),
}

impl Body {
    /// How much memory it takes, roughly.
    pub(super) fn weight(&self) -> usize {
        match self {
            Body::Json(bytes) | Body::Text(bytes) | Body::Page(bytes) => bytes.len(),
            Body::Row(row, _) => row.weight(),
            Body::Cells(cells) => cells.weight(),
            Body::Refused(_) => 0,
        }
    }
}

/// A record that was understood. Its name is kept apart from the article: a place in a file is no name that
/// anybody chose, and may be longer than such names are.
#[derive(Debug)]
pub(super) struct Draft {
    /// Absent where the record brings none.
    pub(super) id: Option<String>,
    pub(super) article: v1::Article,
}

impl Record {
    /// The name of a record that brings none.
    pub(super) fn default_id(&self) -> String {
        match self.body {
            Body::Text(_) | Body::Page(_) => self.input.to_string(),
            _ => format!("{}:{}", self.input, self.position.record),
        }
    }

    /// Understands the record. A refusal comes with the record's own name, where that could be read.
    pub(super) fn into_draft(self, names: &FieldNames) -> Result<Draft, (Option<String>, Refusal)> {
        let unnamed = |refusal| (None, refusal);
        // A column is there; what is missing is its value.
        let has_columns = matches!(self.body, Body::Cells(_));
        let fields = match self.body {
            Body::Json(line) => Fields::from_json(&line, names)?,
            Body::Row(row, columns) => columns.fields(&row)?,
            Body::Cells(cells) => cells.checked(names)?,
            Body::Text(bytes) => Fields { text: Some(text(bytes).map_err(unnamed)?), ..Fields::default() },
            Body::Page(bytes) => page::article(&text(bytes).map_err(unnamed)?).map_err(unnamed)?,
            Body::Refused(refusal) => return Err((None, refusal)),
        };
        let Some(text) = fields.text else {
            let message = if has_columns {
                format!("The field {:?} is null; text is needed.", names.text)
            } else {
                format!("The record has no field {:?}.", names.text)
            };
            return Err((fields.id, Refusal::new("MISSING_TEXT", message)));
        };
        let published = fields.published.filter(|published| !published.trim().is_empty());
        if published.as_ref().is_some_and(|published| !is_date(published)) {
            let message = format!(
                "The field {:?} is no date; one by RFC 3339 is needed, such as 2024-04-02 or 2024-04-02T08:00:00Z, or none.",
                names.published
            );
            return Err((fields.id, Refusal::new("INVALID_FIELD", message)));
        }
        let given = fields.id.filter(|id| !id.is_empty());
        Ok(Draft {
            id: given,
            article: v1::Article {
                id: String::new(),
                title: fields.title.unwrap_or_default(),
                text,
                source: fields.source.unwrap_or_default(),
                url: fields.url.unwrap_or_default(),
                // Only whether the date is known is read, never the date.
                published_time: published.map(|_| prost_types::Timestamp::default()),
            },
        })
    }
}

/// Whether something is a date, or a date with a time.
pub(super) fn is_date(text: &str) -> bool {
    text.trim().parse::<prost_types::Timestamp>().is_ok()
}

fn text(bytes: Vec<u8>) -> Result<String, Refusal> {
    String::from_utf8(bytes).map_err(|error| Refusal::not_utf8(error.utf8_error().valid_up_to()))
}
