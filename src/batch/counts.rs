use std::fmt;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// What became of the records. Every one that was read is in exactly one of the other three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub read: u64,
    pub scored: u64,
    /// In the output, with a reason in the place of a score.
    pub not_applicable: u64,
    pub rejected: u64,
}

impl Counts {
    /// Whether nothing was lost and nothing doubled.
    #[must_use]
    pub fn add_up(&self) -> bool {
        self.read == self.scored + self.not_applicable + self.rejected
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Counts) {
        self.read += more.read;
        self.scored += more.scored;
        self.not_applicable += more.not_applicable;
        self.rejected += more.rejected;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { read, scored, not_applicable, rejected } = self;
        write!(f, "{read} read: {scored} scored, {not_applicable} not applicable, {rejected} rejected")
    }
}
