//! How gRPC puts messages into a body: each after a flag and its length.

use std::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};

/// What stands before each message.
pub const PREFIX_BYTES: usize = 5;
/// The flag of a message as it is.
pub const PLAIN: u8 = 0;
/// The flag of one that is compressed.
pub const COMPRESSED: u8 = 1;

/// What stands before a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    pub flag: u8,
    /// The length of the message as sent.
    pub bytes: usize,
}

impl Prefix {
    /// Of the message that begins there; nothing if not all of it has come.
    #[must_use]
    pub fn of(parts: &Parts) -> Option<Self> {
        let mut bytes = parts.parts.iter().flatten().chain(&parts.tail).copied();
        let flag = bytes.next()?;
        let length = [bytes.next()?, bytes.next()?, bytes.next()?, bytes.next()?];
        Some(Prefix { flag, bytes: u32::from_be_bytes(length) as usize })
    }

    /// As it is sent. A message that is too long for a length of 32 bits does not come this far.
    #[must_use]
    pub fn encode(self) -> Bytes {
        let length = u32::try_from(self.bytes).unwrap_or(u32::MAX).to_be_bytes();
        Bytes::from([&[self.flag], &length[..]].concat())
    }
}

/// Shorter pieces are copied together: each that is kept for itself takes more than it holds.
const SHORT_PIECE: usize = 1 << 10;
const LONG_ENOUGH: usize = 16 << 10;

/// Bytes as they came.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    parts: VecDeque<Bytes>,
    /// Short pieces, behind the parts.
    tail: BytesMut,
    bytes: usize,
}

impl Parts {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Adds what has come.
    pub fn push(&mut self, part: Bytes) {
        self.bytes += part.len();
        if part.len() < SHORT_PIECE {
            self.tail.extend_from_slice(&part);
            if self.tail.len() >= LONG_ENOUGH {
                self.settle();
            }
        } else {
            self.settle();
            self.parts.push_back(part);
        }
    }

    /// Makes a part of the tail.
    fn settle(&mut self) {
        if !self.tail.is_empty() {
            self.parts.push_back(self.tail.split().freeze());
        }
    }

    /// The first so many bytes, or all there are.
    #[must_use]
    pub fn split_to(&mut self, bytes: usize) -> Parts {
        self.settle();
        let mut first = Parts::default();
        while first.bytes < bytes
            && let Some(mut part) = self.parts.pop_front()
        {
            let taken = part.split_to(part.len().min(bytes - first.bytes));
            self.bytes -= taken.len();
            first.bytes += taken.len();
            first.parts.push_back(taken);
            if !part.is_empty() {
                self.parts.push_front(part);
            }
        }
        first
    }
}

impl IntoIterator for Parts {
    type Item = Bytes;
    type IntoIter = std::collections::vec_deque::IntoIter<Bytes>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.settle();
        self.parts.into_iter()
    }
}

impl Buf for Parts {
    fn remaining(&self) -> usize {
        self.bytes
    }

    fn chunk(&self) -> &[u8] {
        self.parts.front().map_or(&self.tail[..], |part| &part[..])
    }

    fn advance(&mut self, count: usize) {
        drop(self.split_to(count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_from_however_many_parts() {
        let prefix = Prefix { flag: COMPRESSED, bytes: 0x0102_0304 };
        let mut parts = Parts::default();
        for (index, byte) in prefix.encode().iter().enumerate() {
            assert_eq!((Prefix::of(&parts), parts.remaining()), (None, index));
            parts.push(Bytes::copy_from_slice(&[*byte]));
            parts.push(Bytes::new());
        }
        assert_eq!(Prefix::of(&parts), Some(prefix));
        assert_eq!(parts.remaining(), PREFIX_BYTES, "it is still there");
    }

    #[test]
    fn a_message_in_single_bytes_is_kept_in_few_parts() {
        let mut parts = Parts::default();
        for byte in (0..=255_u8).cycle().take(100_000) {
            parts.push(Bytes::copy_from_slice(&[byte]));
        }
        assert_eq!(parts.remaining(), 100_000);
        let kept: Vec<Bytes> = parts.into_iter().collect();
        assert!(kept.len() <= 100_000 / LONG_ENOUGH + 1, "{}", kept.len());
        assert!(kept.concat().iter().copied().eq((0..=255).cycle().take(100_000)));
    }

    #[test]
    fn parts_are_taken_from_the_front_and_no_more_than_there_are() {
        let mut parts = Parts::default();
        for part in ["ab", "c", "def"] {
            parts.push(Bytes::from_static(part.as_bytes()));
        }
        let long = Bytes::from(vec![b'l'; SHORT_PIECE]);
        parts.push(long.clone());
        assert_eq!(parts.split_to(4).into_iter().collect::<Vec<_>>(), ["abcd"]);
        assert_eq!((parts.remaining(), parts.chunk()), (2 + SHORT_PIECE, &b"ef"[..]));
        parts.advance(2);
        assert_eq!(parts.split_to(SHORT_PIECE).into_iter().collect::<Vec<_>>(), [long]);
        parts.push(Bytes::from_static(b"gh"));
        assert_eq!(parts.chunk(), b"gh");
        assert_eq!(parts.split_to(9).remaining(), 2);
        assert!(parts.is_empty());
    }
}
