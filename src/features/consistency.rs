//! Consistency: places of one text that cannot both be right.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, shows};

pub(super) const NUMBER_CONFLICT_COUNT: Feature = Feature {
    id: "number_conflict_count",
    noun: Noun::Plural("numbers that contradict each other"),
    sub_score: "consistency",
    tier: Tier::Report,
    unit: "count",
    range: (0.0, f64::INFINITY),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Two numbers for one thing.\n\
\n\
**Why it matters.** One of them is wrong, and a reader cannot know which.\n\
\n\
**How it is computed.** Count of things outside quotations that the body gives two numbers for: the age of one full name; the size of a body (\"the 12-member council\"); the people killed, hurt or arrested in sentences of the same names and days. Rounded numbers, parts, updates and numbers of different sources are none. Exposure: numbers told again of one thing; without any, nothing is measured.\n\
\n\
**Limits.** Most contradictions need knowledge of the world and are not seen; two people of one name would be taken for one.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows("Jane Doe, 43, left the room. Nobody saw it. Jane Doe, 45, was found in the park.", 1.0),
        shows("The vote of the 12-member council was open. Critics of the 14-member council left.", 1.0),
        shows("Jane Doe, 43, left the room. Nobody saw it. Jane Doe, 43, was found in the park.", 0.0),
        absent("Jane Doe, 43, left the room. John Doe, 45, was found in the park."),
    ],
    measure: |analysis| {
        let numbers = analysis.consistency.numbers;
        Measurement::over(f64::from(numbers.conflicts), numbers.pairs, 1)
    },
};

pub(super) const DATE_ARITHMETIC_ERROR_COUNT: Feature = Feature {
    id: "date_arithmetic_error_count",
    noun: Noun::Plural("dates and shares that arithmetic refutes"),
    sub_score: "consistency",
    tier: Tier::Report,
    unit: "count",
    range: (0.0, f64::INFINITY),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Dates and shares that arithmetic refutes.\n\
\n\
**Why it matters.** They show that nobody checked, and can be checked by anybody.\n\
\n\
**How it is computed.** Count in the body of weekdays that a full date did not fall on; periods (from, between) that end before they begin; years and \"years ago\" side by side that are reckoned from years more than one apart; two shares of one whole (approve and disapprove, the remaining 40 percent) of more than 103 percent. Exposure: dates, periods and shares that could be checked; without any, nothing is measured.\n\
\n\
**Limits.** Only what the text itself settles: that a dated event had happened otherwise is not seen. Dates before 1800 are left alone.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows("The vote was held on Monday, November 8, 2016, in the town hall.", 1.0),
        shows("The vote was held on Tuesday, November 8, 2016, in the town hall.", 0.0),
        shows("She led the board from 2015 to 2012, and then the town.", 1.0),
        absent("She led the board for three years, and then the town."),
    ],
    measure: |analysis| {
        let dates = analysis.consistency.dates;
        Measurement::over(f64::from(dates.conflicts), dates.pairs, 1)
    },
};
