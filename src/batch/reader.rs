//! All records of all inputs, one after the other, from any place on.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::columns::ColumnsFile;
use super::failure::Failure;
use super::fields::{Columns, FieldNames};
use super::format::Format;
use super::input::{self, Input, Kind, STDIN, Walk};
use super::lines::{self, Line};
use super::record::{Body, Position, Record};
use super::refusal::Refusal;
use super::rows::{self, Rows};
use super::stream::Stream;

/// The rest of a text that is too large is counted up to here, for the message; some inputs never end.
const COUNTED_BYTES: u64 = 1 << 30;
/// What a record may have beside its text.
const BESIDE_THE_TEXT: usize = 64 << 10;

/// A place in the inputs: behind a record. Reading goes on from there as if it had never stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Which of the inputs.
    input: usize,
    /// How many files of it are done.
    files: u64,
    /// How many records of the file are done; lines, where it has lines.
    records: u64,
    /// How many bytes of it.
    offset: u64,
    /// What those bytes were.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    digest: Option<String>,
}

impl Cursor {
    /// How many inputs lie before it.
    pub(super) fn inputs_done(&self) -> usize {
        self.input
    }
}

/// How to read.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) names: FieldNames,
    pub(super) max_text_bytes: usize,
    /// Our own files, which are no input.
    pub(super) ours: Vec<PathBuf>,
}

impl Shape {
    /// The longest record: JSON writes some characters with three times their bytes.
    fn max_record_bytes(&self) -> usize {
        3 * self.max_text_bytes + BESIDE_THE_TEXT
    }

    /// The largest page: most of one is no text.
    fn max_page_bytes(&self) -> usize {
        4 * self.max_text_bytes + BESIDE_THE_TEXT
    }
}

/// The hashes of the inputs that were read to their end, by their number; folders and tables by columns have none.
pub(super) type Hashes = BTreeMap<usize, String>;

/// What others may see of a reader at its work.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Bytes of files, for the progress.
    pub(super) count: Arc<AtomicU64>,
    hashes: Arc<Mutex<Hashes>>,
}

impl Seen {
    pub(super) fn hashes(&self) -> Hashes {
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn add_hashes(&self, hashes: Hashes) {
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner).extend(hashes);
    }
}

/// Reads records.
pub(super) struct Reader<'a> {
    inputs: &'a [Input],
    shape: &'a Shape,
    seen: Seen,
    at: Cursor,
    walk: Option<Walk>,
    open: Option<Open>,
}

/// The file that is being read.
struct Open {
    name: Arc<str>,
    format: Format,
    content: Content,
}

enum Content {
    Lines(Stream),
    Rows(Stream, Box<Rows>, Arc<Columns>),
    Columns(Box<ColumnsFile>),
    /// One record, whatever it is, and the hash of what it was read from.
    Single(Option<Body>, Option<String>),
}

impl Content {
    fn refused(refusal: Refusal) -> Self {
        Content::Single(Some(Body::Refused(refusal)), None)
    }

    /// The hash of what was read so far.
    fn digest(&self) -> Option<String> {
        match self {
            Content::Lines(stream) | Content::Rows(stream, _, _) => Some(stream.digest()),
            Content::Columns(_) => None,
            Content::Single(_, digest) => digest.clone(),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(inputs: &'a [Input], shape: &'a Shape, seen: Seen) -> Self {
        Reader { inputs, shape, seen, at: Cursor::default(), walk: None, open: None }
    }

    /// The hash of one input, read to its end; nothing if it has none.
    pub(super) fn hash(input: &Input, shape: &Shape) -> Option<String> {
        let seen = Seen::default();
        let mut reader = Reader::new(std::slice::from_ref(input), shape, seen.clone());
        while reader.next().is_some() {}
        seen.hashes().remove(&0)
    }

    /// Reads one stream that is no file, from its beginning.
    pub(super) fn of_stream(name: &str, format: Format, stream: io::Result<Stream>, shape: &'a Shape) -> Self {
        let mut reader = Reader::new(&[], shape, Seen::default());
        let content = reader.content(format, stream);
        reader.open = Some(Open { name: name.into(), format, content });
        reader
    }

    /// Goes on behind `cursor`.
    ///
    /// # Errors
    /// What was read up to there is not what it was.
    pub(super) fn resume(&mut self, cursor: &Cursor) -> Result<(), Failure> {
        self.at = Cursor { input: cursor.input, files: cursor.files, ..Cursor::default() };
        let Some(input) = self.inputs.get(cursor.input) else { return Ok(()) };
        if input.kind == Kind::Folder {
            let mut walk = Walk::new(&input.path, &self.shape.ours);
            for _ in 0..cursor.files {
                walk.next();
            }
            self.walk = Some(walk);
        }
        if cursor.records == 0 && cursor.offset == 0 {
            return Ok(());
        }
        if !self.open_next() {
            return Ok(());
        }
        let changed = |name: &str| input::changed(name, &format!("the {} bytes read of it are others", cursor.offset));
        match self.open.as_mut().map(|open| (&*open.name, &mut open.content)) {
            Some((name, Content::Lines(stream) | Content::Rows(stream, _, _))) => {
                stream.skip_to(cursor.offset).map_err(|_| changed(name))?;
                if stream.offset() != cursor.offset || Some(stream.digest()) != cursor.digest {
                    return Err(changed(name));
                }
            }
            Some((_, Content::Columns(file))) => file.skip_to(cursor.records),
            Some((name, Content::Single(..))) => return Err(changed(name)),
            None => {}
        }
        self.at = cursor.clone();
        Ok(())
    }

    /// The place behind the last record.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor { digest: self.open.as_ref().and_then(|open| open.content.digest()), ..self.at.clone() }
    }

    /// Opens the file at the cursor; whatever happens to it is in its content. False behind the last one.
    fn open_next(&mut self) -> bool {
        while let Some(input) = self.inputs.get(self.at.input) {
            let opened = match input.kind {
                Kind::Folder => {
                    let walk = self.walk.get_or_insert_with(|| Walk::new(&input.path, &self.shape.ours));
                    walk.next().map(|found| {
                        let format = input.format.or_else(|| Format::of(&found.path));
                        self.open_file(&found.path, format, found.problem)
                    })
                }
                Kind::File if self.at.files == 0 => Some(self.open_file(&input.path, input.format, None)),
                Kind::Pipe if self.at.files == 0 => Some(self.open_pipe(input)),
                Kind::File | Kind::Pipe => None,
            };
            if opened.is_some() {
                self.open = opened;
                return true;
            }
            self.walk = None;
            self.at = Cursor { input: self.at.input + 1, ..Cursor::default() };
        }
        false
    }

    fn open_file(&self, path: &Path, format: Option<Format>, problem: Option<String>) -> Open {
        let name = path.to_string_lossy().into();
        let (format, content) = match (problem, format) {
            (Some(problem), _) => (Format::Text, Content::refused(Refusal::unreadable(&problem))),
            (None, None) => {
                let message = "The file has no extension that says what it holds.";
                (Format::Text, Content::refused(Refusal::new("UNKNOWN_FORMAT", message)))
            }
            (None, Some(Format::Parquet)) => {
                let file = ColumnsFile::open(path, &self.shape.names, self.shape.max_record_bytes(), &self.seen.count);
                (Format::Parquet, file.map_or_else(Content::refused, |file| Content::Columns(Box::new(file))))
            }
            (None, Some(format)) => (format, self.content(format, Stream::open(path, &self.seen.count))),
        };
        Open { name, format, content }
    }

    fn open_pipe(&self, input: &Input) -> Open {
        let name = input.path.to_string_lossy();
        let format = input.format.unwrap_or(Format::Jsonl);
        let stream = if name == STDIN {
            Stream::of(io::stdin(), &self.seen.count)
        } else {
            std::fs::File::open(&input.path).and_then(|file| Stream::of(file, &self.seen.count))
        };
        Open { name: name.into(), format, content: self.content(format, stream) }
    }

    fn content(&self, format: Format, stream: io::Result<Stream>) -> Content {
        let mut stream = match stream {
            Ok(stream) => stream,
            Err(error) => return Content::refused(Refusal::unreadable(&error.to_string())),
        };
        let single = |mut stream: Stream, limit: usize, kind: fn(Vec<u8>) -> Body| {
            let body = whole(&mut stream, limit).map_or_else(Body::Refused, kind);
            Content::Single(Some(body), Some(stream.digest()))
        };
        let refused = |stream: &Stream, refusal| Content::Single(Some(Body::Refused(refusal)), Some(stream.digest()));
        match format {
            Format::Jsonl => Content::Lines(stream),
            Format::Csv | Format::Tsv => {
                let delimiter = if format == Format::Csv { b',' } else { b'\t' };
                let mut rows = Rows::new(delimiter, self.shape.max_record_bytes());
                match rows.next(&mut stream) {
                    Ok(Some(rows::Next::Whole(header))) => match Columns::of(&header, &self.shape.names) {
                        Ok(columns) => Content::Rows(stream, Box::new(rows), Arc::new(columns)),
                        Err(refusal) => refused(&stream, refusal),
                    },
                    Ok(Some(rows::Next::Unclosed { lines })) => {
                        refused(&stream, Refusal::unclosed(stream.line() - lines))
                    }
                    Ok(Some(rows::Next::TooLong { bytes })) => {
                        refused(&stream, Refusal::record_too_large(bytes, self.shape.max_record_bytes()))
                    }
                    Ok(None) => Content::Single(None, Some(stream.digest())),
                    Err(error) => refused(&stream, Refusal::damaged(&error.to_string())),
                }
            }
            Format::Text => single(stream, self.shape.max_text_bytes, Body::Text),
            Format::Html => single(stream, self.shape.max_page_bytes(), Body::Page),
            // Not reached: columns are not read as a stream.
            Format::Parquet => {
                Content::refused(Refusal::new("UNKNOWN_FORMAT", "Parquet cannot be read from a stream."))
            }
        }
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Option<Record> {
        loop {
            if self.open.is_none() && !self.open_next() {
                return None;
            }
            if let Some(record) = self.read() {
                return Some(record);
            }
            self.close();
        }
    }

    fn close(&mut self) {
        let digest = self.open.take().and_then(|open| open.content.digest());
        let is_folder = self.inputs.get(self.at.input).is_some_and(|input| input.kind == Kind::Folder);
        if let Some(digest) = digest.filter(|_| !is_folder) {
            self.seen.add_hashes(Hashes::from([(self.at.input, digest)]));
        }
        self.at = Cursor { input: self.at.input, files: self.at.files + 1, ..Cursor::default() };
    }

    /// The next record of the open file.
    fn read(&mut self) -> Option<Record> {
        let limit = self.shape.max_record_bytes();
        let open = self.open.as_mut()?;
        let input = Arc::clone(&open.name);
        let (body, byte_offset) = match &mut open.content {
            Content::Lines(stream) => {
                let line = next_line(stream, limit, &mut self.at.records);
                self.at.offset = stream.offset();
                let (body, start) = line?;
                (body, Some(start))
            }
            Content::Rows(stream, rows, columns) => {
                let start = stream.offset();
                let row = match rows.next(stream) {
                    Ok(Some(rows::Next::Whole(row))) => Some(Body::Row(row, Arc::clone(columns))),
                    Ok(Some(rows::Next::TooLong { bytes })) => {
                        Some(Body::Refused(Refusal::record_too_large(bytes, limit)))
                    }
                    Ok(Some(rows::Next::Unclosed { lines })) => {
                        Some(Body::Refused(Refusal::unclosed(stream.line() - lines)))
                    }
                    Ok(None) => None,
                    Err(error) => Some(Body::Refused(Refusal::damaged(&error.to_string()))),
                };
                self.at.records += 1;
                self.at.offset = stream.offset();
                (row?, Some(start))
            }
            Content::Columns(file) => {
                let cells = file.next()?;
                self.at.records += 1;
                (cells.map_or_else(Body::Refused, Body::Cells), None)
            }
            Content::Single(body, _) => {
                let body = body.take()?;
                self.at.records += 1;
                (body, matches!(open.format, Format::Text | Format::Html).then_some(0))
            }
        };
        let position = Position { record: self.at.records, byte_offset };
        let ends_the_file = match &body {
            Body::Refused(refusal) => refusal.reason == "INPUT_DAMAGED",
            _ => false,
        };
        if ends_the_file || matches!(open.content, Content::Single(None, _)) {
            self.close();
        }
        Some(Record { input, position, body })
    }
}

/// The next line that is not empty, and where it begins. `number` counts them all.
fn next_line(stream: &mut Stream, limit: usize, number: &mut u64) -> Option<(Body, u64)> {
    loop {
        let start = stream.offset();
        let line = lines::next(stream, limit);
        *number += 1;
        let body = match line {
            Ok(None) => return None,
            Ok(Some(Line::Whole(line))) if line.iter().all(u8::is_ascii_whitespace) => continue,
            Ok(Some(Line::Whole(line))) if start == 0 && line.starts_with(BYTE_ORDER_MARK) => {
                Body::Json(line.get(BYTE_ORDER_MARK.len()..).unwrap_or_default().to_vec())
            }
            Ok(Some(Line::Whole(line))) => Body::Json(line),
            Ok(Some(Line::TooLong { bytes })) => Body::Refused(Refusal::record_too_large(bytes, limit)),
            Err(error) => Body::Refused(Refusal::damaged(&error.to_string())),
        };
        return Some((body, start));
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A whole file of at most `limit` bytes.
fn whole(stream: &mut Stream, limit: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let read = stream.by_ref().take(limit as u64).read_to_end(&mut bytes);
    let rest = read.and_then(|_| io::copy(&mut stream.by_ref().take(COUNTED_BYTES), &mut io::sink()));
    match rest {
        Ok(0) => Ok(bytes),
        Ok(rest) => Err(Refusal::too_large(limit as u64 + rest, limit)),
        Err(error) => Err(Refusal::damaged(&error.to_string())),
    }
}
