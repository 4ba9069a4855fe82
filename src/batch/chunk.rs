//! What is read, scored and written at once.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use flate2::write::GzEncoder;
use prost::Message as _;

use super::backend::Backend;
use super::counts::Counts;
use super::failure::Failure;
use super::fields::FieldNames;
use super::format::{Compression, Destination};
use super::reader::{Cursor, Reader};
use super::record::{Draft, Position, Record};
use super::refusal::{Refusal, Reject};
use super::summary::Tally;
use crate::rpc::status::{Problem, Violation};
use crate::rpc::{Error, Limits, v1};

/// Records in a chunk: enough that threads seldom wait for one another.
const RECORDS: usize = 64;
/// A chunk ends with the record that brings it here, however few there are.
const BYTES: usize = 1 << 20;

/// The next records. Where a chunk begins decides where it ends, whenever the run was begun or resumed.
pub(super) struct Chunk {
    pub(super) number: u64,
    pub(super) records: Vec<Record>,
    /// The place behind the last of them.
    pub(super) end: Cursor,
}

impl Chunk {
    /// Nothing behind the last record.
    pub(super) fn read(reader: &mut Reader<'_>, number: u64) -> Option<Self> {
        let (mut records, mut bytes) = (Vec::with_capacity(RECORDS), 0);
        while records.len() < RECORDS && bytes < BYTES {
            let Some(record) = reader.next() else { break };
            bytes += record.body.weight();
            records.push(record);
        }
        (!records.is_empty()).then(|| Chunk { number, records, end: reader.cursor() })
    }
}

/// A chunk as it is written.
pub(super) struct Done {
    pub(super) number: u64,
    pub(super) end: Cursor,
    pub(super) output: Vec<u8>,
    pub(super) rejects: Vec<u8>,
    pub(super) counts: Counts,
    pub(super) tally: Option<Tally>,
}

/// How to make reports of records.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) names: FieldNames,
    pub(super) limits: Limits,
    /// A request without its article.
    pub(super) wishes: v1::StreamScoreArticlesRequest,
    pub(super) destination: Destination,
    pub(super) with_tally: bool,
}

/// A record on its way.
struct Slot {
    input: Arc<str>,
    position: Position,
    id: String,
    source: String,
    refused: Option<Refusal>,
}

impl Recipe {
    /// Scores a chunk.
    pub(super) fn apply(&self, chunk: Chunk, backend: &dyn Backend, stop: &AtomicBool) -> Result<Done, Failure> {
        let Chunk { number, records, end } = chunk;
        let mut requests = Vec::with_capacity(records.len());
        let slots: Vec<Slot> = records.into_iter().map(|record| self.prepare(record, &mut requests)).collect();
        let mut answers = backend.score(requests, stop)?.into_iter();
        let (mut output, mut rejects) = (Vec::new(), Vec::new());
        let mut counts = Counts { read: slots.len() as u64, ..Counts::default() };
        let mut tally = self.with_tally.then(Tally::default);
        for Slot { input, position, id, source, refused } in slots {
            let answer = match refused {
                Some(refusal) => Err(refusal),
                None => answers.next().unwrap_or_else(|| Err(Error::internal().into())).map_err(Refusal::from),
            };
            match answer {
                Ok(mut report) => {
                    report.article_id = id;
                    let count = if report.score.is_some() { &mut counts.scored } else { &mut counts.not_applicable };
                    *count += 1;
                    if let Some(tally) = &mut tally {
                        tally.add(&report, &source);
                    }
                    self.write(&report, &mut output)?;
                }
                Err(Refusal { reason, message }) => {
                    counts.rejected += 1;
                    if let Some(tally) = &mut tally {
                        tally.reject(&reason);
                    }
                    let reject = Reject { input: &input, position, id: &id, reason: &reason, message: &message };
                    write_line(&reject, &mut rejects)?;
                }
            }
        }
        let output = self.compress(output).map_err(|error| broken(&error))?;
        Ok(Done { number, end, output, rejects, counts, tally })
    }

    /// Understands a record and asks for its report, unless it is refused.
    fn prepare(&self, record: Record, requests: &mut Vec<v1::StreamScoreArticlesRequest>) -> Slot {
        let (input, position) = (Arc::clone(&record.input), record.position);
        let default_id = record.default_id();
        let slot = |id, source, refused| Slot { input, position, id, source, refused };
        match record.into_draft(&self.names) {
            Ok(Draft { id: Some(id), .. }) if id.len() > self.limits.max_id_bytes => {
                let problem = Problem::TooLong { bytes: id.len(), limit: self.limits.max_id_bytes };
                let violation = Violation { field: "article.id".to_owned(), problem };
                let error = Error::invalid(vec![violation]).unwrap_or_else(Error::internal);
                // The reject must stay short where the name is not.
                slot(default_id, String::new(), Some(tonic_types::Status::from(error).into()))
            }
            Ok(Draft { id, article }) => {
                let source = if self.with_tally { article.source.clone() } else { String::new() };
                let wishes = self.wishes.clone();
                requests.push(v1::StreamScoreArticlesRequest { article: Some(article), ..wishes });
                slot(id.unwrap_or(default_id), source, None)
            }
            Err((id, refusal)) => {
                let id = id.filter(|id| id.len() <= self.limits.max_id_bytes);
                slot(id.unwrap_or(default_id), String::new(), Some(refusal))
            }
        }
    }

    fn write(&self, report: &v1::Report, output: &mut Vec<u8>) -> Result<(), Failure> {
        match self.destination {
            Destination::Jsonl(_) => write_line(report, output),
            // Columns are made at the end, from the messages.
            Destination::Parquet => report.encode_length_delimited(output).map_err(|error| broken(&error)),
        }
    }

    fn compress(&self, output: Vec<u8>) -> io::Result<Vec<u8>> {
        if output.is_empty() {
            return Ok(output);
        }
        match self.destination {
            Destination::Jsonl(Compression::None) => Ok(output),
            Destination::Jsonl(Compression::Gzip) => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(&output)?;
                encoder.finish()
            }
            Destination::Jsonl(Compression::Zstd) | Destination::Parquet => {
                zstd::stream::encode_all(output.as_slice(), zstd::DEFAULT_COMPRESSION_LEVEL)
            }
        }
    }
}

fn write_line(document: &impl serde::Serialize, output: &mut Vec<u8>) -> Result<(), Failure> {
    serde_json::to_writer(&mut *output, document).map_err(|error| broken(&error))?;
    output.push(b'\n');
    Ok(())
}

/// What cannot happen in memory.
fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::Refused(format!("A report cannot be written: {error}."))
}
