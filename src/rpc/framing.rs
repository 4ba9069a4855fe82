//! How gRPC puts messages into a body: each after a flag and its length.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

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
        let mut parts = parts.clone();
        (parts.remaining() >= PREFIX_BYTES).then(|| Prefix { flag: parts.get_u8(), bytes: parts.get_u32() as usize })
    }

    /// As it is sent. A message that is too long for a length of 32 bits does not come this far.
    #[must_use]
    pub fn encode(self) -> Bytes {
        let length = u32::try_from(self.bytes).unwrap_or(u32::MAX).to_be_bytes();
        Bytes::from([&[self.flag], &length[..]].concat())
    }
}

/// Bytes as they came.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    parts: VecDeque<Bytes>,
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
        if !part.is_empty() {
            self.bytes += part.len();
            self.parts.push_back(part);
        }
    }

    /// The first so many bytes, or all there are.
    #[must_use]
    pub fn split_to(&mut self, bytes: usize) -> Parts {
        let mut first = Parts::default();
        while first.bytes < bytes
            && let Some(mut part) = self.parts.pop_front()
        {
            let taken = part.split_to(part.len().min(bytes - first.bytes));
            self.bytes -= taken.len();
            first.push(taken);
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

    fn into_iter(self) -> Self::IntoIter {
        self.parts.into_iter()
    }
}

impl Buf for Parts {
    fn remaining(&self) -> usize {
        self.bytes
    }

    fn chunk(&self) -> &[u8] {
        self.parts.front().map_or(&[], |part| &part[..])
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
    fn parts_are_taken_from_the_front_and_no_more_than_there_are() {
        let mut parts = Parts::default();
        for part in ["ab", "c", "def"] {
            parts.push(Bytes::from_static(part.as_bytes()));
        }
        assert_eq!(parts.split_to(4).into_iter().collect::<Vec<_>>(), ["ab", "c", "d"]);
        assert_eq!((parts.remaining(), parts.chunk()), (2, &b"ef"[..]));
        assert_eq!(parts.split_to(9).remaining(), 2);
        assert!(parts.is_empty());
    }
}
