//! Bytes of one input, decompressed, with their offset.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const BUFFER_BYTES: usize = 256 << 10;

/// Counts what is taken from a file, for the progress.
pub(super) struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R, count: Arc<AtomicU64>) -> Self {
        Counted { inner, count }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

enum Source {
    /// Can be entered anywhere.
    Plain(BufReader<Counted<File>>),
    /// Is read from its beginning: compressed, or a pipe.
    Sequence(Box<dyn BufRead + Send>),
}

/// One input. What it holds is told by its first bytes: gzip, zstd or neither.
pub(super) struct Stream {
    source: Source,
    offset: u64,
    /// Over everything read, for an input that has no size and no date to know it by.
    digest: Option<Sha256>,
}

impl Stream {
    /// A file that can be opened again.
    pub(super) fn open(path: &Path, count: &Arc<AtomicU64>) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut head = [0; 4];
        let read = read_full(&mut file, &mut head)?;
        file.seek(SeekFrom::Start(0))?;
        let plain = BufReader::with_capacity(BUFFER_BYTES, Counted::new(file, Arc::clone(count)));
        let source = match decoder(head.get(..read).unwrap_or_default()) {
            None => Source::Plain(plain),
            Some(decoder) => Source::Sequence(decoder(Box::new(plain))?),
        };
        Ok(Stream { source, offset: 0, digest: None })
    }

    /// A pipe, or whatever else is read once.
    pub(super) fn once(mut pipe: impl Read + Send + 'static, count: &Arc<AtomicU64>) -> io::Result<Self> {
        let mut head = [0; 4];
        let read = read_full(&mut pipe, &mut head)?;
        let head = head.get(..read).unwrap_or_default().to_vec();
        let choice = decoder(&head);
        let whole = Counted::new(io::Cursor::new(head).chain(pipe), Arc::clone(count));
        let whole: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(BUFFER_BYTES, whole));
        let source = match choice {
            None => whole,
            Some(decoder) => decoder(whole)?,
        };
        Ok(Stream { source: Source::Sequence(source), offset: 0, digest: Some(Sha256::new()) })
    }

    /// How many bytes were read, after decompression.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The hash of everything read so far, of an input that is read once.
    pub(super) fn digest(&self) -> Option<String> {
        self.digest.as_ref().map(|digest| hexadecimal(digest.clone()))
    }

    /// Goes on at `offset`, or at the end if that comes first.
    pub(super) fn skip_to(&mut self, offset: u64) -> io::Result<()> {
        if let Source::Plain(file) = &mut self.source {
            file.get_mut().count.fetch_add(offset.saturating_sub(self.offset), Ordering::Relaxed);
            seek(file, offset)?;
            self.offset = offset;
            return Ok(());
        }
        while self.offset < offset {
            let left = usize::try_from(offset - self.offset).unwrap_or(usize::MAX);
            let here = self.fill_buf()?.len().min(left);
            if here == 0 {
                break;
            }
            self.consume(here);
        }
        Ok(())
    }
}

/// Seeks in the file below, where `Counted` stands between.
fn seek(file: &mut BufReader<Counted<File>>, offset: u64) -> io::Result<()> {
    // What is buffered belongs to another place.
    let buffered = file.buffer().len();
    file.consume(buffered);
    file.get_mut().inner.seek(SeekFrom::Start(offset)).map(|_| ())
}

type Decoder = fn(Box<dyn BufRead + Send>) -> io::Result<Box<dyn BufRead + Send>>;

fn decoder(head: &[u8]) -> Option<Decoder> {
    if head.starts_with(&GZIP) {
        return Some(|source| Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(source)))));
    }
    if head.starts_with(&ZSTD) {
        return Some(|source| {
            let decoder = zstd::stream::read::Decoder::with_buffer(source)?;
            Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder)))
        });
    }
    None
}

/// Reads until the buffer is full or the source ends.
fn read_full(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

pub(super) fn hexadecimal(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let here = self.fill_buf()?;
        let count = here.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), here.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Stream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match &mut self.source {
            Source::Plain(file) => file.fill_buf(),
            Source::Sequence(bytes) => bytes.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        self.offset += count as u64;
        match &mut self.source {
            Source::Plain(file) => file.consume(count),
            Source::Sequence(bytes) => {
                // The buffer is filled already, so this reads nothing.
                if let (Some(digest), Ok(buffer)) = (&mut self.digest, bytes.fill_buf()) {
                    digest.update(buffer.get(..count).unwrap_or_default());
                }
                bytes.consume(count);
            }
        }
    }
}
