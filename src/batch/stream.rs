//! Bytes of one input, decompressed, with their offset.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use memchr::memchr_iter;
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

/// One input. What it holds is told by its first bytes: gzip, zstd or neither.
pub(super) struct Stream {
    source: Box<dyn BufRead + Send>,
    offset: u64,
    /// Ends of lines that were read.
    lines: u64,
    /// Over everything read.
    digest: Sha256,
}

impl Stream {
    /// A file that can be opened again.
    pub(super) fn open(path: &Path, count: &Arc<AtomicU64>) -> io::Result<Self> {
        Stream::of(File::open(path)?, count)
    }

    /// A file, a pipe, or whatever else can be read from its beginning.
    pub(super) fn of(mut pipe: impl Read + Send + 'static, count: &Arc<AtomicU64>) -> io::Result<Self> {
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
        Ok(Stream { source, offset: 0, lines: 0, digest: Sha256::new() })
    }

    /// How many bytes were read, after decompression.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The line that comes next, or the one that is being read.
    pub(super) fn line(&self) -> u64 {
        self.lines + 1
    }

    /// The hash of everything read so far.
    pub(super) fn digest(&self) -> String {
        hexadecimal(self.digest.clone())
    }

    /// Goes on at `offset`, or at the end if that comes first. What lies before is read, for its hash.
    pub(super) fn skip_to(&mut self, offset: u64) -> io::Result<()> {
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
        self.source.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.offset += count as u64;
        // The buffer is filled already, so this reads nothing.
        if let Ok(buffer) = self.source.fill_buf() {
            let read = buffer.get(..count).unwrap_or_default();
            self.digest.update(read);
            self.lines += memchr_iter(b'\n', read).count() as u64;
        }
        self.source.consume(count);
    }
}
