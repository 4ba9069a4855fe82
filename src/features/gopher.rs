//! The rules of Gopher, as datatrove 0.10.1 defines them.

use super::statistic::{STATISTIC, docs, docs_over_words, measured};
use super::{Feature, Measurement, absent, shows};
use crate::detect::Analysis;
use crate::detect::statistics::gopher::{Quality, Repetition};

/// Words below which Gopher does not look at a text.
const ENOUGH_WORDS: u32 = 50;

pub(super) const GOPHER_DUP_PARA_FRAC: Feature = Feature {
    id: "gopher_dup_para_frac",
    unit: "share of paragraphs",
    range: (0.0, 1.0),
    docs: docs!(
        "Paragraphs that stood earlier in the text.",
        "Paragraphs (cut at blank lines once blanks at both ends are gone) with the characters of an earlier one, \
         over paragraphs; Gopher rejects above 0.30. Exposure: paragraphs.",
        "A headline or a share line that the page repeats counts; so may a refrain.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("The bridge opened.\n\nThe bridge opened.", 0.5),
        shows("The bridge opened.\n\nThe road closed.", 0.0),
        absent(""),
    ],
    measure: |analysis| repetition(analysis, |found| (Some(found.paragraphs.share), found.paragraphs.pieces)),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_PARA_CHAR_FRAC: Feature = Feature {
    id: "gopher_dup_para_char_frac",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs!(
        "Characters of paragraphs that stood earlier in the text.",
        "Characters of paragraphs (cut at blank lines once blanks at both ends are gone) with the characters of an \
         earlier one, over all characters; Gopher rejects above 0.20. Exposure: paragraphs.",
        "A headline or a share line that the page repeats counts; so may a refrain.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("The bridge opened.\n\nThe bridge opened.", 18.0 / 38.0),
        shows("The bridge opened.\n\nThe road closed.", 0.0),
        absent(""),
    ],
    measure: |analysis| repetition(analysis, |found| (Some(found.paragraphs.char_share), found.paragraphs.pieces)),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_LINE_FRAC: Feature = Feature {
    id: "gopher_dup_line_frac",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Lines that stood earlier in the text.",
        "Lines (cut at line feeds; one at an end of the text makes an empty line there) with the characters of an \
         earlier one, over lines; Gopher rejects above 0.30. Exposure: lines.",
        "A headline or a share line that the page repeats counts; so may a refrain.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("The bridge opened.\n\nThe bridge opened.", 0.5),
        shows("The bridge opened.\n\nThe road closed.", 0.0),
        absent(""),
    ],
    measure: |analysis| repetition(analysis, |found| (Some(found.lines.share), found.lines.pieces)),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_LINE_CHAR_FRAC: Feature = Feature {
    id: "gopher_dup_line_char_frac",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs!(
        "Characters of lines that stood earlier in the text.",
        "Characters of lines (cut at line feeds; one at an end of the text makes an empty line there) with the \
         characters of an earlier one, over all characters; Gopher rejects above 0.20. Exposure: lines.",
        "A headline or a share line that the page repeats counts; so may a refrain.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("The bridge opened.\n\nThe bridge opened.", 18.0 / 38.0),
        shows("The bridge opened.\n\nThe road closed.", 0.0),
        absent(""),
    ],
    measure: |analysis| repetition(analysis, |found| (Some(found.lines.char_share), found.lines.pieces)),
    ..STATISTIC
};

pub(super) const GOPHER_TOP_2_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_top_2_gram_char_frac",
    unit: "characters over characters",
    range: (0.0, f64::INFINITY),
    docs: docs_over_words!(
        "How much of the text its commonest phrase of 2 words takes.",
        "Characters of the commonest phrase of 2 words, joined by single spaces, times its count, over all \
         characters; of equally common phrases the first. Gopher rejects above 0.20. Exposure: words.",
        "A phrase that occurs once counts, so short texts have high values; occurrences that overlap count in full, \
         so it may exceed 1.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("The mill burned. The mill closed.", 16.0 / 33.0), absent("Mill")],
    measure: |analysis| top_gram(analysis, 0),
    ..STATISTIC
};

pub(super) const GOPHER_TOP_3_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_top_3_gram_char_frac",
    unit: "characters over characters",
    range: (0.0, f64::INFINITY),
    docs: docs_over_words!(
        "How much of the text its commonest phrase of 3 words takes.",
        "Characters of the commonest phrase of 3 words, joined by single spaces, times its count, over all \
         characters; of equally common phrases the first. Gopher rejects above 0.18. Exposure: words.",
        "A phrase that occurs once counts, so short texts have high values; occurrences that overlap count in full, \
         so it may exceed 1.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("The old mill burned. The old mill closed.", 24.0 / 41.0), absent("Mill")],
    measure: |analysis| top_gram(analysis, 1),
    ..STATISTIC
};

pub(super) const GOPHER_TOP_4_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_top_4_gram_char_frac",
    unit: "characters over characters",
    range: (0.0, f64::INFINITY),
    docs: docs_over_words!(
        "How much of the text its commonest phrase of 4 words takes.",
        "Characters of the commonest phrase of 4 words, joined by single spaces, times its count, over all \
         characters; of equally common phrases the first. Gopher rejects above 0.16. Exposure: words.",
        "A phrase that occurs once counts, so short texts have high values; occurrences that overlap count in full, \
         so it may exceed 1.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("The old red mill burned. The old red mill closed.", 32.0 / 49.0), absent("Mill")],
    measure: |analysis| top_gram(analysis, 2),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_5_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_dup_5_gram_char_frac",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs_over_words!(
        "Characters in phrases of 5 words that stood earlier in the text.",
        "The words are scanned in order; where the next 5, joined without spaces, were seen before, their characters \
         count and the scan goes on behind them; over all characters, spaces included. Gopher rejects above 0.15. \
         Exposure: words.",
        "Not monotone in the length of the phrase, since the scan jumps; joined words may be the letters of other \
         words.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("one two three four five one two three four five", 19.0 / 47.0),
        shows("one two three four five", 0.0),
        absent(""),
    ],
    measure: |analysis| duplicate_gram(analysis, 0),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_6_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_dup_6_gram_char_frac",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs_over_words!(
        "Characters in phrases of 6 words that stood earlier in the text.",
        "The words are scanned in order; where the next 6, joined without spaces, were seen before, their characters \
         count and the scan goes on behind them; over all characters, spaces included. Gopher rejects above 0.14. \
         Exposure: words.",
        "Not monotone in the length of the phrase, since the scan jumps; joined words may be the letters of other \
         words.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("one two three four five six one two three four five six", 22.0 / 55.0),
        shows("one two three four five six", 0.0),
        absent(""),
    ],
    measure: |analysis| duplicate_gram(analysis, 1),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_7_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_dup_7_gram_char_frac",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs_over_words!(
        "Characters in phrases of 7 words that stood earlier in the text.",
        "The words are scanned in order; where the next 7, joined without spaces, were seen before, their characters \
         count and the scan goes on behind them; over all characters, spaces included. Gopher rejects above 0.13. \
         Exposure: words.",
        "Not monotone in the length of the phrase, since the scan jumps; joined words may be the letters of other \
         words.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("one two three four five six seven one two three four five six seven", 27.0 / 67.0),
        shows("one two three four five six seven", 0.0),
        absent(""),
    ],
    measure: |analysis| duplicate_gram(analysis, 2),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_8_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_dup_8_gram_char_frac",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs_over_words!(
        "Characters in phrases of 8 words that stood earlier in the text.",
        "The words are scanned in order; where the next 8, joined without spaces, were seen before, their characters \
         count and the scan goes on behind them; over all characters, spaces included. Gopher rejects above 0.12. \
         Exposure: words.",
        "Not monotone in the length of the phrase, since the scan jumps; joined words may be the letters of other \
         words.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("one two three four five six seven eight one two three four five six seven eight", 32.0 / 79.0),
        shows("one two three four five six seven eight", 0.0),
        absent(""),
    ],
    measure: |analysis| duplicate_gram(analysis, 3),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_9_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_dup_9_gram_char_frac",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs_over_words!(
        "Characters in phrases of 9 words that stood earlier in the text.",
        "The words are scanned in order; where the next 9, joined without spaces, were seen before, their characters \
         count and the scan goes on behind them; over all characters, spaces included. Gopher rejects above 0.11. \
         Exposure: words.",
        "Not monotone in the length of the phrase, since the scan jumps; joined words may be the letters of other \
         words.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows("one two three four five six seven eight nine one two three four five six seven eight nine", 36.0 / 89.0),
        shows("one two three four five six seven eight nine", 0.0),
        absent(""),
    ],
    measure: |analysis| duplicate_gram(analysis, 4),
    ..STATISTIC
};

pub(super) const GOPHER_DUP_10_GRAM_CHAR_FRAC: Feature = Feature {
    id: "gopher_dup_10_gram_char_frac",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs_over_words!(
        "Characters in phrases of 10 words that stood earlier in the text.",
        "The words are scanned in order; where the next 10, joined without spaces, were seen before, their characters \
         count and the scan goes on behind them; over all characters, spaces included. Gopher rejects above 0.10. \
         Exposure: words.",
        "Not monotone in the length of the phrase, since the scan jumps; joined words may be the letters of other \
         words.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[
        shows(
            "one two three four five six seven eight nine ten one two three four five six seven eight nine ten",
            39.0 / 97.0,
        ),
        shows("one two three four five six seven eight nine ten", 0.0),
        absent(""),
    ],
    measure: |analysis| duplicate_gram(analysis, 5),
    ..STATISTIC
};

pub(super) const GOPHER_WORD_COUNT: Feature = Feature {
    id: "gopher_word_count",
    unit: "count",
    range: (0.0, f64::INFINITY),
    docs: docs_over_words!(
        "Words that are not punctuation alone.",
        "Tokens with a character outside datatrove's set of punctuation; Gopher rejects below 50 and above 100,000. \
         Exposure: tokens.",
        "A count: it measures length.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("The old mill burned down.", 5.0), absent("")],
    measure: |analysis| quality(analysis, |found| (Some(f64::from(found.plain_words)), found.words)),
    ..STATISTIC
};

pub(super) const GOPHER_MEAN_WORD_LENGTH: Feature = Feature {
    id: "gopher_mean_word_length",
    unit: "characters",
    range: (0.0, f64::INFINITY),
    docs: docs_over_words!(
        "Mean length of words.",
        "Characters of tokens that are not punctuation alone, over these; Gopher rejects below 3 and above 10. \
         Exposure: these tokens.",
        "Links and glued words raise it.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("The old mill burned down.", 4.0), absent("...")],
    measure: |analysis| quality(analysis, |found| (found.mean_word_length, found.plain_words)),
    ..STATISTIC
};

pub(super) const GOPHER_HASH_TO_WORD_RATIO: Feature = Feature {
    id: "gopher_hash_to_word_ratio",
    unit: "signs over words",
    range: (0.0, f64::INFINITY),
    docs: docs_over_words!(
        "Hash signs.",
        "Number signs over tokens; Gopher rejects above 0.1. Exposure: tokens.",
        "Tags of social media quoted in an article count.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("Vote #one and #two", 2.0 / 6.0), shows("The old mill burned down.", 0.0)],
    measure: |analysis| quality(analysis, |found| (Some(found.hashes), found.words)),
    ..STATISTIC
};

pub(super) const GOPHER_ELLIPSIS_TO_WORD_RATIO: Feature = Feature {
    id: "gopher_ellipsis_to_word_ratio",
    unit: "signs over words",
    range: (0.0, f64::INFINITY),
    docs: docs_over_words!(
        "Ellipses.",
        "Runs of three full stops and ellipsis characters, over tokens; Gopher rejects above 0.1. Exposure: tokens.",
        "Omissions in quotations count.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("He waited... and left…", 2.0 / 6.0), shows("The old mill burned down.", 0.0)],
    measure: |analysis| quality(analysis, |found| (Some(found.ellipses), found.words)),
    ..STATISTIC
};

pub(super) const GOPHER_BULLET_LINE_RATIO: Feature = Feature {
    id: "gopher_bullet_line_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Lines that begin with a bullet or a hyphen.",
        "Such lines over all lines, blank ones included; Gopher rejects above 0.9. Exposure: lines.",
        "Lists are legitimate in service pieces.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("- The mill\n• The road\nThe end.\nThe sea.", 0.5), shows("The old mill burned down.", 0.0)],
    measure: |analysis| quality(analysis, |found| (Some(found.bullet_lines), found.lines)),
    ..STATISTIC
};

pub(super) const GOPHER_ELLIPSIS_LINE_RATIO: Feature = Feature {
    id: "gopher_ellipsis_line_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Lines that end in an ellipsis.",
        "Such lines over all lines, blank ones included; Gopher rejects above 0.3. Exposure: lines.",
        "A sign of teasers and of copies cut short.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("He waited...\nThe sea.", 0.5), shows("The old mill burned down.", 0.0)],
    measure: |analysis| quality(analysis, |found| (Some(found.ellipsis_lines), found.lines)),
    ..STATISTIC
};

pub(super) const GOPHER_ALPHA_WORD_RATIO: Feature = Feature {
    id: "gopher_alpha_word_ratio",
    unit: "share of words",
    range: (0.0, 1.0),
    docs: docs_over_words!(
        "Words with a letter.",
        "Tokens with at least one letter, over tokens; Gopher rejects below 0.8. Exposure: tokens.",
        "Falls with every mark of punctuation, being a token too.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("The old mill burned down.", 5.0 / 6.0), shows("12 + 30", 0.0)],
    measure: |analysis| quality(analysis, |found| (Some(found.alphabetic_words), found.words)),
    ..STATISTIC
};

pub(super) const GOPHER_STOP_WORD_COUNT: Feature = Feature {
    id: "gopher_stop_word_count",
    unit: "count",
    range: (0.0, 8.0),
    docs: docs_over_words!(
        "Common English words that occur.",
        "How many of the, be, to, of, and, that, have, with stand in the text in small letters; Gopher rejects below \
         2. Exposure: tokens.",
        "Tells running English from lists, not good from bad.",
        "Rae et al. 2021 (Gopher), table A1; datatrove 0.10.1."
    ),
    examples: &[shows("He went to the mill with her.", 3.0), shows("The old mill burned down.", 0.0)],
    measure: |analysis| quality(analysis, |found| (Some(f64::from(found.stop_words)), found.words)),
    ..STATISTIC
};

fn repetition(analysis: &Analysis<'_>, of: fn(&Repetition) -> (Option<f64>, u32)) -> Measurement {
    measured(analysis.statistics().repetition.as_ref().map(of), 1)
}

fn top_gram(analysis: &Analysis<'_>, place: usize) -> Measurement {
    let statistics = analysis.statistics();
    let top = statistics.repetition.and_then(|found| *found.top_grams.get(place)?);
    measured(Some((top, statistics.tokens)), ENOUGH_WORDS)
}

fn duplicate_gram(analysis: &Analysis<'_>, place: usize) -> Measurement {
    let statistics = analysis.statistics();
    let duplicated = statistics.repetition.and_then(|found| found.duplicate_grams.get(place).copied());
    measured(Some((duplicated, statistics.tokens)), ENOUGH_WORDS)
}

fn quality(analysis: &Analysis<'_>, of: fn(&Quality) -> (Option<f64>, u32)) -> Measurement {
    measured(analysis.statistics().quality.as_ref().map(of), 1)
}
