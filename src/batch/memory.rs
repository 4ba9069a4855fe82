//! One stream scored in memory, by the same steps as a job with files.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::backend::Local;
use super::chunk::{Chunk, Recipe};
use super::counts::Counts;
use super::failure::Failure;
use super::fields::FieldNames;
use super::format::{Compression, Destination, Format};
use super::reader::{Reader, Shape};
use super::stream::Stream;
use crate::engine::Engine;
use crate::rpc::{Limits, v1};

/// What became of the records of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scored {
    pub counts: Counts,
    /// The lines that a job would write to its output.
    pub output: Vec<u8>,
    /// The lines that it would write to its rejects.
    pub rejects: Vec<u8>,
}

/// Scores what comes out of `source`; `name` stands for its file in what is written.
///
/// # Errors
/// A report cannot be written, which does not happen in memory.
pub fn score_stream(
    engine: &Engine,
    limits: Limits,
    name: &str,
    format: Format,
    source: impl Read + Send + 'static,
) -> Result<Scored, Failure> {
    let names = FieldNames::default();
    let shape = Shape { names: names.clone(), max_text_bytes: limits.max_text_bytes(), ours: Vec::new() };
    let mut reader = Reader::of_stream(name, format, Stream::of(source, &Arc::default()), &shape);
    let recipe = Recipe {
        names,
        limits,
        wishes: v1::StreamScoreArticlesRequest::default(),
        destination: Destination::Jsonl(Compression::None),
        with_tally: false,
    };
    let (backend, stop) = (Local::new(engine, limits), AtomicBool::new(false));
    let mut scored = Scored::default();
    for number in 0.. {
        let Some(chunk) = Chunk::read(&mut reader, number) else { break };
        let done = recipe.apply(chunk, &backend, &stop)?;
        scored.counts += done.counts;
        scored.output.extend(done.output);
        scored.rejects.extend(done.rejects);
    }
    Ok(scored)
}
