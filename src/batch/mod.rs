//! Many articles at once: nothing is lost, nothing is doubled, and whatever ends a run, the next one goes on.
//!
//! ```text
//! input -> reader -> chunk -> backend -> chunk -> files
//! (bytes)  records   of 64    engine     report   parts, checkpoint,
//!                             or service JSON     then one rename
//! ```
//!
//! One thread reads records and leaves their meaning to the threads that score; those make the bytes that are written,
//! so that the thread that writes only writes. Where a chunk begins decides where it ends, and a checkpoint names the
//! chunks that are written and the length of the files then: a run that is resumed cuts the files to that length and
//! goes on, and its output is the same as if it had never ended. Everything between the threads is bounded.

mod backend;
mod checkpoint;
mod chunk;
mod columns;
mod counts;
mod failure;
mod fields;
mod files;
mod format;
mod input;
mod job;
mod lines;
mod memory;
mod order;
mod page;
mod pipeline;
mod plot;
mod progress;
mod reader;
mod record;
mod refusal;
mod remote;
mod rows;
mod sketch;
mod stream;
mod summary;
mod table;

pub use counts::Counts;
pub use failure::Failure;
pub use fields::FieldNames;
pub use format::Format;
pub use job::{Beginning, Ended, Job, Scoring};
pub use memory::{Scored, score_stream};
pub use remote::{Services, ShownCertificate};
