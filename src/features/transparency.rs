//! Transparency: what the copy shows of who made it, when, and how it may be checked. Shown, never scored: extraction
//! drops bylines, dates and links, and a correction must never cost a paper anything. The sub-score tells only of what was
//! seen: it is absent without a byline and a date.

use super::{Direction, Feature, Measurement, Noun, Tier, absent, shows};

/// 1 if it was seen. What was not seen may have been lost on the way.
fn sighting(seen: bool, blocks: usize) -> Measurement {
    if seen { Measurement::over(1.0, blocks.max(1) as u32, 1) } else { Measurement::not_seen() }
}

pub(super) const BYLINE_PRESENT: Feature = Feature {
    id: "byline_present",
    noun: Noun::Presence("line that names the writer"),
    sub_score: "transparency",
    tier: Tier::Report,
    unit: "0 or 1",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "A line that names who wrote the article.\n\
\n\
**Why it matters.** A reader can look up, and write to, somebody who signs.\n\
\n\
**How it is computed.** 1 if a line of the text is a byline or the credit of a wire report; else not seen. Exposure: blocks.\n\
\n\
**Limits.** Extraction drops bylines: not seen does not mean that there was none. Agencies and some papers sign nothing.\n\
\n\
**Source.** NewsGuard criterion 9; The Trust Project (author expertise); Zhang et al. 2018.",
    examples: &[
        shows("Fire burns in Oslo\n\nBy Jane Doe\n\nA fire burned in the old town of Oslo. Police held two men.", 1.0),
        absent("Fire burns in Oslo\n\nA fire burned in the old town of Oslo. Police held two men."),
    ],
    measure: |analysis| sighting(analysis.transparency.byline, analysis.document.blocks.len()),
};

pub(super) const PUBLICATION_DATE_SEEN: Feature = Feature {
    id: "publication_date_seen",
    noun: Noun::Presence("date of publication"),
    sub_score: "transparency",
    tier: Tier::Report,
    unit: "0 or 1",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "When the article was published.\n\
\n\
**Why it matters.** Old news passed on as new misleads; \"on Monday\" means nothing without a date.\n\
\n\
**How it is computed.** 1 if the caller sent the time of publication, or a line of the text or its dateline has a calendar date; else not seen. Exposure: blocks.\n\
\n\
**Limits.** Extraction drops dates: not seen does not mean that there was none. The date is not checked.\n\
\n\
**Source.** The Trust Project; Journalism Trust Initiative.",
    examples: &[
        shows(
            "Fire burns in Oslo\n\nMarch 3, 2025\n\nA fire burned in the old town of Oslo. Police held two men.",
            1.0,
        ),
        absent("Fire burns in Oslo\n\nA fire burned in the old town of Oslo on March 3. Police held two men."),
    ],
    measure: |analysis| sighting(analysis.transparency.dated, analysis.document.blocks.len()),
};

pub(super) const CORRECTION_NOTICE_PRESENT: Feature = Feature {
    id: "correction_notice_present",
    noun: Noun::Presence("notice of a correction or an update"),
    sub_score: "",
    tier: Tier::Report,
    unit: "0 or 1",
    range: (0.0, 1.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "A notice that something was corrected, clarified or updated.\n\
\n\
**Why it matters.** Papers that say what they got wrong can be trusted with the rest. It never lowers a score: that would reward hiding errors.\n\
\n\
**How it is computed.** 1 if a block of the text is such a notice, else 0. Exposure: blocks.\n\
\n\
**Limits.** Most articles need none; 0 says nothing about the paper.\n\
\n\
**Source.** NewsGuard criterion 3; Journalism Trust Initiative, clauses 14 and 15.",
    examples: &[
        shows(
            "A fire burned in the old town of Oslo and 12 homes were lost. Police held two men.\n\nCorrection: there were 12 homes, not 20.",
            1.0,
        ),
        shows("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men.", 0.0),
    ],
    measure: |analysis| {
        let seen = f64::from(u8::from(analysis.transparency.corrected));
        Measurement::over(seen, analysis.document.blocks.len() as u32, 1)
    },
};

pub(super) const CITATION_LINK_RATE: Feature = Feature {
    id: "citation_link_rate",
    noun: Noun::Plural("links and cited studies"),
    sub_score: "",
    tier: Tier::Report,
    unit: "per 100 body words",
    range: (0.0, 100.0),
    direction: Direction::Higher,
    saturation: f64::INFINITY,
    docs: "Links, and studies named with the place where they stand.\n\
\n\
**Why it matters.** A reader can follow them and see for himself.\n\
\n\
**How it is computed.** 100 times the links of the body and its documents \"published in\" a named place, over body words, at most 100; not applicable to a text without a single link, as copying as plain text drops them all. Exposure: body words.\n\
\n\
**Limits.** Links are not followed, and may lead to the paper itself.\n\
\n\
**Source.** Zhang et al. 2018; The Trust Project (citations and references).",
    examples: &[
        shows("A fire burned in the old town. See https://example.org for a map of it.", 100.0 / 13.0),
        absent("A fire burned in the old town. See our site for a map of it."),
    ],
    measure: |analysis| {
        let seen = &analysis.transparency;
        if seen.links == 0 {
            return Measurement::not_applicable(seen.words);
        }
        let rate = 100.0 * f64::from(seen.links + seen.published_sources) / f64::from(seen.words.max(1));
        Measurement::over(rate.min(100.0), seen.words, 150)
    },
};
