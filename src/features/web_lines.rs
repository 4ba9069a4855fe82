//! The line and page rules of FineWeb and C4, as datatrove 0.10.1 defines them.

use super::statistic::{STATISTIC, docs, docs_over_words, measured};
use super::{Feature, Measurement, absent, shows};
use crate::detect::Analysis;
use crate::detect::statistics::c4::{Dropped, Page};
use crate::detect::statistics::fineweb::Lines;

/// A word that no line of prose holds.
const LONG_WORD_TEXT: &str = match std::str::from_utf8(&[b'x'; 1001]) {
    Ok(text) => text,
    Err(_) => "",
};

/// A line as long as a paragraph.
const LONG_LINE_TEXT: &str = match std::str::from_utf8(&[b'x'; 200]) {
    Ok(text) => text,
    Err(_) => "",
};

pub(super) const FINEWEB_LINE_PUNCT_RATIO: Feature = Feature {
    id: "fineweb_line_punct_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Lines that end in a full stop, an exclamation or a question mark.",
        "Such lines over lines that are not blank; FineWeb rejects below 0.12. Exposure: these lines.",
        "A line that ends in a quotation mark or a blank does not count as ended, though its sentence is.",
        "Penedo et al. 2024 (FineWeb); datatrove 0.10.1."
    ),
    examples: &[shows("The mill burned.\nHe said: “Enough.”", 0.5), shows("The mill burned", 0.0), absent(" ")],
    measure: |analysis| fineweb(analysis, |found| (Some(found.punctuated), found.lines)),
    ..STATISTIC
};

pub(super) const FINEWEB_SHORT_LINE_RATIO: Feature = Feature {
    id: "fineweb_short_line_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Short lines.",
        "Lines of at most 30 characters over lines that are not blank; FineWeb rejects above 0.67. Exposure: these \
         lines.",
        "Text wrapped at a narrow width is all short lines.",
        "Penedo et al. 2024 (FineWeb); datatrove 0.10.1."
    ),
    examples: &[shows("The mill burned.", 1.0), shows("The mill burned down in the night of the great storm.", 0.0)],
    measure: |analysis| fineweb(analysis, |found| (Some(found.short), found.lines)),
    ..STATISTIC
};

pub(super) const FINEWEB_CHAR_DUP_RATIO: Feature = Feature {
    id: "fineweb_char_dup_ratio",
    unit: "share of characters",
    range: (0.0, 1.0),
    docs: docs!(
        "Characters of lines that stood earlier.",
        "Characters of lines that are not blank and have the characters of an earlier one, over all characters but \
         line feeds; FineWeb rejects above 0.01. Exposure: lines that are not blank.",
        "A headline that the page prints twice is enough for a rejection.",
        "Penedo et al. 2024 (FineWeb); datatrove 0.10.1."
    ),
    examples: &[shows("The mill burned.\nThe mill burned.", 0.5), shows("The mill burned.", 0.0)],
    measure: |analysis| fineweb(analysis, |found| (Some(found.repeated_chars), found.lines)),
    ..STATISTIC
};

pub(super) const FINEWEB_LIST_RATIO: Feature = Feature {
    id: "fineweb_list_ratio",
    unit: "line feeds over words",
    range: (0.0, f64::INFINITY),
    docs: docs_over_words!(
        "How often lines end.",
        "Line feeds over tokens; FineWeb rejects above 0.3. Exposure: lines that are not blank.",
        "Blank lines between paragraphs count.",
        "Penedo et al. 2024 (FineWeb); datatrove 0.10.1."
    ),
    examples: &[shows("The mill burned\n", 1.0 / 3.0), shows("The mill burned", 0.0)],
    measure: |analysis| fineweb(analysis, |found| (found.line_feeds, found.lines)),
    ..STATISTIC
};

pub(super) const C4_UNPUNCTUATED_LINE_RATIO: Feature = Feature {
    id: "c4_unpunctuated_line_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Lines that do not end as a sentence does.",
        "Lines that, references in square brackets aside, do not end in a full stop, an exclamation or question mark \
         or a straight quotation mark, or end in three full stops, over lines. Each line counts for the first rule it \
         breaks: too long a word, no end mark, too few words, JavaScript, policy. Reading ends at a line that \
         discards the page. Exposure: lines, blank ones included.",
        "A line that ends in a curly quotation mark is dropped, and so is a blank line.",
        "Raffel et al. 2020 (C4); datatrove 0.10.1."
    ),
    examples: &[shows("The mill burned down.\nShare this", 0.5), shows("The old mill burned down.", 0.0), absent("")],
    measure: |analysis| c4(analysis, |dropped| dropped.no_terminal_mark),
    ..STATISTIC
};

pub(super) const C4_FEW_WORDS_LINE_RATIO: Feature = Feature {
    id: "c4_few_words_line_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Ended lines of fewer than three words.",
        "Lines of one or two words between blanks, over lines. Each line counts for the first rule it breaks: too \
         long a word, no end mark, too few words, JavaScript, policy. Reading ends at a line that discards the page. \
         Exposure: lines, blank ones included.",
        "One-line quotations are dropped with the rest.",
        "Raffel et al. 2020 (C4); datatrove 0.10.1."
    ),
    examples: &[shows("The mill burned down.\nIt fell.", 0.5), shows("The old mill burned down.", 0.0), absent("")],
    measure: |analysis| c4(analysis, |dropped| dropped.few_words),
    ..STATISTIC
};

pub(super) const C4_LONG_WORD_LINE_RATIO: Feature = Feature {
    id: "c4_long_word_line_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Lines with a word of more than 1,000 characters.",
        "Lines that hold one, over lines. Each line counts for the first rule it breaks: too long a word, no end \
         mark, too few words, JavaScript, policy. Reading ends at a line that discards the page. Exposure: lines, \
         blank ones included.",
        "Encoded data and broken extraction; no prose has one.",
        "Raffel et al. 2020 (C4); datatrove 0.10.1."
    ),
    examples: &[shows(LONG_WORD_TEXT, 1.0), shows("The old mill burned down.", 0.0), absent("")],
    measure: |analysis| c4(analysis, |dropped| dropped.long_word),
    ..STATISTIC
};

pub(super) const C4_JAVASCRIPT_LINE_RATIO: Feature = Feature {
    id: "c4_javascript_line_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Lines that name JavaScript.",
        "Lines with the word in any case, over lines. Each line counts for the first rule it breaks: too long a word, \
         no end mark, too few words, JavaScript, policy. Reading ends at a line that discards the page. Exposure: \
         lines, blank ones included.",
        "Articles about programming name it too.",
        "Raffel et al. 2020 (C4); datatrove 0.10.1."
    ),
    examples: &[
        shows("Please turn on JavaScript.\nThe mill burned.", 0.5),
        shows("The old mill burned down.", 0.0),
        absent(""),
    ],
    measure: |analysis| c4(analysis, |dropped| dropped.javascript),
    ..STATISTIC
};

pub(super) const C4_POLICY_LINE_RATIO: Feature = Feature {
    id: "c4_policy_line_ratio",
    unit: "share of lines",
    range: (0.0, 1.0),
    docs: docs!(
        "Lines about the terms of the page.",
        "Lines with terms of use, privacy policy, cookie policy, uses cookies, use of cookies or use cookies in any \
         case, over lines. Each line counts for the first rule it breaks: too long a word, no end mark, too few \
         words, JavaScript, policy. Reading ends at a line that discards the page. Exposure: lines, blank ones \
         included.",
        "News about privacy policies breaks it too.",
        "Raffel et al. 2020 (C4); datatrove 0.10.1."
    ),
    examples: &[
        shows("Read our privacy policy.\nThe mill burned.", 0.5),
        shows("The old mill burned down.", 0.0),
        absent(""),
    ],
    measure: |analysis| c4(analysis, |dropped| dropped.policy),
    ..STATISTIC
};

pub(super) const C4_PAGE_DISCARDED: Feature = Feature {
    id: "c4_page_discarded",
    unit: "0 or 1",
    range: (0.0, 1.0),
    docs: docs!(
        "The page is filler text or code.",
        "1 if a line that keeps to the rules before has lorem ipsum in any case or an opening curly bracket. \
         Exposure: lines, blank ones included.",
        "Only lines that end as a sentence does are looked at.",
        "Raffel et al. 2020 (C4); datatrove 0.10.1."
    ),
    examples: &[shows("Lorem ipsum dolor sit amet.", 1.0), shows("The old mill burned down.", 0.0), absent("")],
    measure: |analysis| page(analysis, |page| f64::from(page.discarded.is_some())),
    ..STATISTIC
};

pub(super) const C4_SENTENCE_COUNT: Feature = Feature {
    id: "c4_sentence_count",
    unit: "count",
    range: (0.0, f64::INFINITY),
    docs: docs!(
        "Sentences in the lines that are kept.",
        "Sentences that begin in a line which no rule drops; C4 rejects below 5. Exposure: lines, blank ones \
         included.",
        "A count: it measures length. Sentences are cut by Candor; datatrove takes spaCy's.",
        "Raffel et al. 2020 (C4); datatrove 0.10.1."
    ),
    examples: &[shows("The mill burned down. It fell in May.\nShare", 2.0), absent("")],
    measure: |analysis| page(analysis, |_| f64::from(analysis.statistics().c4_sentences)),
    ..STATISTIC
};

pub(super) const C4_LONG_PARAGRAPH_COUNT: Feature = Feature {
    id: "c4_long_paragraph_count",
    unit: "count",
    range: (0.0, f64::INFINITY),
    docs: docs!(
        "Lines of at least 200 characters.",
        "Such lines of the text as sent; the paragraph filter of mC4 rejects below 3. Exposure: lines, blank ones \
         included.",
        "A count: it measures length. News written in short paragraphs has few.",
        "Raffel et al. 2020 (C4); datatrove 0.10.1."
    ),
    examples: &[shows(LONG_LINE_TEXT, 1.0), shows("The old mill burned down.", 0.0), absent("")],
    measure: |analysis| page(analysis, |page| f64::from(page.long_lines)),
    ..STATISTIC
};

fn fineweb(analysis: &Analysis<'_>, of: fn(&Lines) -> (Option<f64>, u32)) -> Measurement {
    measured(analysis.statistics().fineweb.as_ref().map(of), 1)
}

/// Lines that a rule of C4 drops, over lines.
fn c4(analysis: &Analysis<'_>, of: fn(&Dropped) -> u32) -> Measurement {
    page(analysis, |page| f64::from(of(&page.dropped)) / f64::from(page.lines.max(1)))
}

fn page(analysis: &Analysis<'_>, of: impl Fn(&Page) -> f64) -> Measurement {
    let page = &analysis.statistics().c4;
    Measurement::over(of(page), page.lines, 1)
}
