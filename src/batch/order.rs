//! Which chunks are written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::reader::Cursor;

/// All chunks up to one, and some beyond it where they need not be in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Order {
    next: u64,
    end: Cursor,
    beyond: BTreeMap<u64, Cursor>,
}

impl Order {
    /// The first chunk that is not written.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Where that one begins.
    pub(super) fn end(&self) -> &Cursor {
        &self.end
    }

    pub(super) fn has(&self, number: u64) -> bool {
        number < self.next || self.beyond.contains_key(&number)
    }

    /// Notes that a chunk was written.
    pub(super) fn add(&mut self, number: u64, end: Cursor) {
        self.beyond.insert(number, end);
        while let Some(end) = self.beyond.remove(&self.next) {
            self.end = end;
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_beyond_a_gap_are_remembered_until_it_closes() {
        let mut order = Order::default();
        order.add(0, Cursor::default());
        order.add(2, Cursor::default());
        assert_eq!((order.next(), order.has(0), order.has(1), order.has(2)), (1, true, false, true));
        order.add(1, Cursor::default());
        assert_eq!((order.next(), order.beyond.len()), (3, 0));
    }
}
