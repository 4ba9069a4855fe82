//! Consistency: places of one text that cannot both be right.
//!
//! Only what the text itself settles counts: two ages of one person, a weekday that a date did not fall on. Where two
//! statements may be about different things, nothing is said: a false alarm costs more than a miss.

mod calendar;
mod dates;
mod numbers;

use crate::text::Document;

use super::attribution::Attributions;
use super::margin::Margin;

/// Contradictions of the body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consistency {
    pub number_conflicts: u32,
    pub date_errors: u32,
}

/// Finds contradictions.
#[must_use]
pub fn detect(document: &Document<'_>, attribution: &Attributions, margin: &mut Margin) -> Consistency {
    Consistency {
        number_conflicts: numbers::detect(document, attribution, margin),
        date_errors: dates::detect(document, margin),
    }
}
