//! How the messages of a stream are compressed.

use std::io::{Read as _, Write as _};

use bytes::Buf;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName};

use super::limits::Most;
use super::status::Error;

/// How a caller compresses its messages.
pub const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
/// What a side can inflate.
pub const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");
/// What we can inflate.
pub const ACCEPTED: &str = "gzip,zstd,identity";

/// What zstd uses at its highest usual level for a stream whose length it does not know.
const LEAST_WINDOW_LOG: u32 = 23;

/// How messages are compressed that say that they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

impl Encoding {
    /// As the headers of a call say.
    ///
    /// # Errors
    /// In a way that we do not know.
    pub fn of(headers: &HeaderMap) -> Result<Self, Error> {
        match headers.get(ENCODING).map(http::HeaderValue::as_bytes) {
            None | Some(b"identity") => Ok(Encoding::Identity),
            Some(b"gzip") => Ok(Encoding::Gzip),
            Some(b"zstd") => Ok(Encoding::Zstd),
            Some(_) => Err(Error::unknown_compression()),
        }
    }

    /// What a compressed message was before.
    ///
    /// # Errors
    /// It is not compressed so, or has more than `most` bytes.
    pub fn inflate(self, message: impl Buf, most: Most) -> Result<Vec<u8>, Error> {
        let compressed = message.reader();
        let mut inflated = Vec::new();
        // One byte beyond tells what has too many from what ends there.
        let end = (most.bytes as u64).saturating_add(1);
        let read = match self {
            // The flag says that it is compressed, the headers say that nothing is.
            Encoding::Identity => return Err(Error::malformed()),
            Encoding::Gzip => GzDecoder::new(compressed).take(end).read_to_end(&mut inflated),
            Encoding::Zstd => {
                let decoder = zstd::stream::read::Decoder::new(compressed).and_then(|mut decoder| {
                    decoder.window_log_max(window_log(most.bytes))?;
                    Ok(decoder)
                });
                decoder.and_then(|decoder| decoder.take(end).read_to_end(&mut inflated))
            }
        };
        match read {
            Ok(_) if inflated.len() <= most.bytes => Ok(inflated),
            Ok(_) => Err(Error::message_too_large(most.told)),
            Err(_) => Err(Error::malformed()),
        }
    }
}

/// The greatest window that a zstd frame may ask for, as a power of two. The decoder allocates what a frame's header asks for
/// before it has read on, 128 MiB by default.
fn window_log(most: usize) -> u32 {
    most.checked_next_power_of_two().map_or(u32::MAX, usize::ilog2).clamp(LEAST_WINDOW_LOG, 27)
}

/// Whether a caller inflates answers in gzip.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|encoding| encoding.trim() == "gzip")
}

/// Bytes in gzip; nothing if that fails, which it does not in memory.
pub fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn most(bytes: usize) -> Most {
        Most { bytes, told: 7 }
    }

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn what_we_do_not_know_is_refused_and_nothing_is_no_compression() {
        assert_eq!(Encoding::of(&HeaderMap::new()), Ok(Encoding::Identity));
        for (value, expected) in [
            ("identity", Ok(Encoding::Identity)),
            ("gzip", Ok(Encoding::Gzip)),
            ("zstd", Ok(Encoding::Zstd)),
            ("deflate", Err(Error::unknown_compression())),
            ("GZIP", Err(Error::unknown_compression())),
            ("", Err(Error::unknown_compression())),
        ] {
            assert_eq!(Encoding::of(&headers(ENCODING, value)), expected, "{value:?}");
        }
    }

    #[test]
    fn what_was_compressed_comes_back_up_to_the_limit() {
        let message = b"the levy passes by one vote; ".repeat(40);
        let compressed = [
            (Encoding::Gzip, gzip(&message).unwrap()),
            (Encoding::Zstd, zstd::stream::encode_all(&message[..], 3).unwrap()),
        ];
        for (encoding, compressed) in compressed {
            assert_eq!(encoding.inflate(&compressed[..], most(message.len())), Ok(message.clone()));
            let short = most(message.len() - 1);
            assert_eq!(encoding.inflate(&compressed[..], short), Err(Error::message_too_large(7)));
            for broken in [&compressed[..compressed.len() / 2], &message[..], &[]] {
                assert_eq!(encoding.inflate(broken, most(usize::MAX)), Err(Error::malformed()), "{encoding:?}");
            }
        }
        assert_eq!(Encoding::Identity.inflate(&message[..], most(10_000)), Err(Error::malformed()));
    }

    #[test]
    fn a_frame_that_asks_for_a_window_beyond_the_limit_is_refused() {
        // A zstd frame: magic, a descriptor without a size, a window of 2^(10 + log), one empty last block.
        let frame = |log: u8| [0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3, 1, 0, 0];
        assert_eq!(Encoding::Zstd.inflate(&frame(23)[..], most(1_000)), Ok(Vec::new()));
        assert_eq!(Encoding::Zstd.inflate(&frame(24)[..], most(1_000)), Err(Error::malformed()));
        assert_eq!(Encoding::Zstd.inflate(&frame(24)[..], most(10 << 20)), Ok(Vec::new()));
    }

    #[test]
    fn gzip_is_asked_for_by_name() {
        for (value, expected) in [("gzip", true), ("zstd, gzip", true), ("identity", false), ("gzipped", false)] {
            assert_eq!(accepts_gzip(&headers(ACCEPT_ENCODING, value)), expected, "{value}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
