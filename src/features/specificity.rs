//! Specificity: how exactly the text says when.

use super::{Direction, Feature, Measurement, Tier, shows};

pub(super) const ABSOLUTE_DATE_RATE: Feature = Feature {
    id: "absolute_date_rate",
    sub_score: "specificity",
    tier: Tier::Model,
    unit: "dates per 100 body words",
    range: (0.0, 100.0),
    direction: Direction::Higher,
    docs: "Calendar dates and years.\n\
\n\
**Why it matters.** A date lets a reader place and check an event.\n\
\n\
**How it is computed.** 100 times the calendar dates and years in the body, over body words. Exposure: body words.\n\
\n\
**Limits.** Web copies lose the date line; relative dates are not counted.\n\
\n\
**Source.** NELA (event features); The Trust Project.",
    examples: &[
        shows("The bridge was opened on June 17, 2024, in the north.", 100.0 / 11.0),
        shows("The bridge was opened last month in the far north end.", 0.0),
    ],
    measure: |analysis| {
        let words = analysis.facts.body_words;
        Measurement::over(100.0 * f64::from(analysis.facts.dates) / f64::from(words.max(1)), words, 150)
    },
};
