//! Specificity: figures, names and times, and how much the first sentences tell.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, shows};

pub(super) const NUMBER_RATE: Feature = Feature {
    id: "number_rate",
    noun: Noun::Plural("figures"),
    sub_score: "specificity",
    tier: Tier::Model,
    unit: "numeric expressions per 100 body words",
    range: (0.0, 100.0),
    direction: Direction::Higher,
    saturation: 4.0,
    docs: "Figures.\n\
\n\
**Why it matters.** A figure can be checked; vague amounts cannot.\n\
\n\
**How it is computed.** 100 times the numeric expressions of the body, over body words. A run of numbers in digits or words is one (\"$2 million\"); dates, years, ordinals and the word one are none. No credit beyond 4. Exposure: body words.\n\
\n\
**Limits.** Tables and scores have the most; a false figure counts like a true one.\n\
\n\
**Source.** Rashkin et al. 2017; Horne and Adali 2017.",
    examples: &[
        shows("The plant will cost $2 million and employ 30 people.", 20.0),
        shows("The plant opened on June 17, 2024, and is the first.", 0.0),
    ],
    measure: |analysis| {
        let words = analysis.facts.body_words;
        Measurement::over(100.0 * f64::from(analysis.specificity.numbers) / f64::from(words.max(1)), words, 150)
    },
};

pub(super) const ABSOLUTE_DATE_RATE: Feature = Feature {
    id: "absolute_date_rate",
    noun: Noun::Plural("dates and years"),
    sub_score: "specificity",
    tier: Tier::Model,
    unit: "dates per 100 body words",
    range: (0.0, 100.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
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

pub(super) const UNANCHORED_TIME_RATIO: Feature = Feature {
    id: "unanchored_time_ratio",
    noun: Noun::Singular("share of times that only the day of publication explains"),
    sub_score: "specificity",
    tier: Tier::Model,
    unit: "share of expressions of time",
    range: (0.0, 1.0),
    direction: Direction::Lower,
    saturation: f64::INFINITY,
    docs: "Times that only a reader who knows the day of publication can place.\n\
\n\
**Why it matters.** \"Last month\" means nothing once the date is lost.\n\
\n\
**How it is computed.** Relative expressions (yesterday, last month, recently) over all expressions of time in the body: these, dates, years and weekdays. Not applicable where the caller gives a date of publication or the author's line has one, and where the body has no expression of time. Exposure: expressions of time.\n\
\n\
**Limits.** Web copies drop the date line: this tells of the copy, not of the writer. A bare weekday counts as placed.\n\
\n\
**Source.** AP Stylebook (time element); Candor's own definition.",
    examples: &[
        shows("The mill closed last month. It had opened in 1987.", 0.5),
        shows("The mill closed in May 2020. It had opened in 1987.", 0.0),
        absent("The mill is closed."),
        absent("By Jane Doe, May 3, 2021\n\nThe mill closed last month. It had been open for years and years."),
    ],
    measure: |analysis| {
        let found = &analysis.specificity;
        // A relative expression may hold a weekday that was counted before.
        let times = found.times.max(found.relative_times);
        if found.date_known {
            return Measurement::not_applicable(times);
        }
        Measurement::over(f64::from(found.relative_times) / f64::from(times.max(1)), times, 3)
    },
};

pub(super) const DISTINCT_ENTITY_RATE: Feature = Feature {
    id: "distinct_entity_rate",
    noun: Noun::Plural("different names"),
    sub_score: "specificity",
    tier: Tier::Model,
    unit: "names per 100 words",
    range: (0.0, 100.0),
    direction: Direction::Higher,
    saturation: 10.0,
    docs: "How many different names the text has.\n\
\n\
**Why it matters.** Reports name people, places and institutions that a reader can look up.\n\
\n\
**How it is computed.** 100 times the different names in the first 300 body words, over these words. A name is a run of capitalised words and counts by its last one; no credit beyond 10. Not applicable where more than half of the words are capitalised. Exposure: these words.\n\
\n\
**Limits.** Two people of one surname count once; lists of names have the most.\n\
\n\
**Source.** Horne and Adali 2017; Yang and Nenkova 2014.",
    examples: &[
        shows("The clerk met Jane Doe and Peter Hale in Oslo, where Doe lives with her family.", 300.0 / 16.0),
        shows("Later the clerk met the nurse in town, and both went home.", 0.0),
        absent("Hale Street Mill Burns Down In Ostrava After Long Night Of Storms"),
    ],
    measure: |analysis| {
        let found = &analysis.specificity;
        match found.entities {
            Some(entities) => {
                let rate = 100.0 * f64::from(entities) / f64::from(found.entity_words.max(1));
                Measurement::over(rate, found.entity_words, 150)
            }
            None => Measurement::not_applicable(found.entity_words),
        }
    },
};

pub(super) const LEAD_COMPLETENESS: Feature = Feature {
    id: "lead_completeness",
    noun: Noun::Singular("count of first answers (who, what, when, where, says who)"),
    sub_score: "",
    tier: Tier::Report,
    unit: "elements of 5",
    range: (0.0, 5.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "How many of who, what, when, where and according to whom the first sentences tell.\n\
\n\
**Why it matters.** The lead of a news report answers these questions.\n\
\n\
**How it is computed.** In the first 3 body sentences, one point each for a name; a verb that may tell an event; an expression of time; a name behind in, at or near, or a seat of government; and a named source. Exposure: these sentences.\n\
\n\
**Limits.** Features and long reads delay it on purpose: shown, never scored.\n\
\n\
**Source.** AP lead; Journalism Trust Initiative.",
    examples: &[
        shows("Fire destroyed the old mill in Ostrava on Monday, Mayor Hanna Novak said.", 5.0),
        shows("The old mill burned down.", 1.0),
        absent(""),
    ],
    measure: |analysis| {
        let lead = &analysis.specificity.lead;
        Measurement::over(f64::from(lead.told()), lead.sentences, 3)
    },
};
