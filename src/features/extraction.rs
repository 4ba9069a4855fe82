//! Gates: how the copy was made, and what kind of text it says it is. They never blame the publisher.

use super::{Direction, Feature, Measurement, Noun, Tier, shows};

pub(super) const BOILERPLATE_CHAR_RATIO: Feature = Feature {
    id: "boilerplate_char_ratio",
    noun: Noun::Unranked,
    sub_score: "",
    tier: Tier::Gate,
    unit: "share of bytes",
    range: (0.0, 1.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "How much of the text is not the article.\n\
\n\
**Why it matters.** Share buttons and comment forms would count as sentences; they are found and left out of every rate.\n\
\n\
**How it is computed.** Bytes of blocks and sentences read as page furniture, over bytes of all blocks. Exposure: blocks.\n\
\n\
**Limits.** A property of the copy, not of the writing.\n\
\n\
**Source.** Raffel et al. 2020 (C4); Pomikalek 2011 (jusText).",
    examples: &[
        shows(
            "A fire burned in the old town of Oslo and 12 homes were lost. Police held two men.\n\nShare this",
            10.0 / 92.0,
        ),
        shows("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men.", 0.0),
    ],
    measure: |analysis| {
        use crate::text::BlockKind;
        let document = &analysis.document;
        let all: u32 = document.blocks.iter().map(|block| block.span.len()).sum();
        let blocks: u32 =
            document.blocks.iter().filter(|block| block.kind.is_boilerplate()).map(|block| block.span.len()).sum();
        let inside: u32 = document
            .sentences
            .iter()
            .filter(|sentence| {
                sentence.boilerplate
                    && document.blocks.get(sentence.block as usize).is_some_and(|block| block.kind == BlockKind::Body)
            })
            .map(|sentence| sentence.span.len())
            .sum();
        Measurement::over(f64::from(blocks + inside) / f64::from(all.max(1)), document.blocks.len() as u32, 1)
    },
};

pub(super) const DUPLICATE_BLOCK_RATIO: Feature = Feature {
    id: "duplicate_block_ratio",
    noun: Noun::Unranked,
    sub_score: "",
    tier: Tier::Gate,
    unit: "share of blocks",
    range: (0.0, 1.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "Blocks that repeat an earlier one word for word.\n\
\n\
**Why it matters.** A doubled title or paragraph is a fault of the copy; it is left out of every rate.\n\
\n\
**How it is computed.** Blocks of at least 3 words that equal an earlier block, or the title sent with the text, over all blocks. Exposure: blocks.\n\
\n\
**Limits.** A headline that a page prints twice is the doing of the copy, not of the writer.\n\
\n\
**Source.** Rae et al. 2021 (Gopher).",
    examples: &[
        shows(
            "Fire burns in Oslo\n\nFire burns in Oslo\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            1.0 / 3.0,
        ),
        shows("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men.", 0.0),
    ],
    measure: |analysis| {
        use crate::text::BlockKind;
        let blocks = &analysis.document.blocks;
        let doubled = blocks.iter().filter(|block| block.kind == BlockKind::Duplicate).count();
        Measurement::over(doubled as f64 / blocks.len().max(1) as f64, blocks.len() as u32, 1)
    },
};

pub(super) const HEADLINE_MISSING: Feature = Feature {
    id: "headline_missing",
    noun: Noun::Unranked,
    sub_score: "",
    tier: Tier::Gate,
    unit: "0 or 1",
    range: (0.0, 1.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "No headline was sent and none stands at the beginning.\n\
\n\
**Why it matters.** Headline features cannot be measured without one.\n\
\n\
**How it is computed.** 1 if the title is empty and no first block reads as a headline, else 0. Exposure: blocks.\n\
\n\
**Limits.** Callers often keep the title apart: send it in article.title.\n\
\n\
**Source.** Candor's own definition.",
    examples: &[
        shows("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men.", 1.0),
        shows(
            "Fire burns in Oslo\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            0.0,
        ),
    ],
    measure: |analysis| {
        let missing = analysis.document.headline.is_none();
        Measurement::over(f64::from(u8::from(missing)), analysis.document.blocks.len() as u32, 1)
    },
};

pub(super) const TRUNCATION_SUSPECTED: Feature = Feature {
    id: "truncation_suspected",
    noun: Noun::Unranked,
    sub_score: "",
    tier: Tier::Gate,
    unit: "0 or 1",
    range: (0.0, 1.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "The text seems to break off.\n\
\n\
**Why it matters.** A cut text may have lost its sources.\n\
\n\
**How it is computed.** 1 if the last body paragraph ends without a terminal mark or with an ellipsis, or a prompt to read on follows, else 0. Exposure: body paragraphs.\n\
\n\
**Limits.** Lowers confidence, never the score.\n\
\n\
**Source.** Raffel et al. 2020 (C4); Rae et al. 2021 (Gopher).",
    examples: &[
        shows("A fire burned in Oslo. Police held two men who were seen near the old houses just before the", 1.0),
        shows("A fire burned in the old town of Oslo and 12 homes were lost. Police held two men.", 0.0),
    ],
    measure: |analysis| match analysis.document.breaks_off() {
        Some(cut) => Measurement::over(f64::from(u8::from(cut)), analysis.quotation.paragraphs, 1),
        None => Measurement::not_applicable(0),
    },
};

pub(super) const GENRE_LABEL_SEEN: Feature = Feature {
    id: "genre_label_seen",
    noun: Noun::Unranked,
    sub_score: "",
    tier: Tier::Gate,
    unit: "0 or 1",
    range: (0.0, 1.0),
    direction: Direction::Neutral,
    saturation: f64::INFINITY,
    docs: "The page labels itself as something other than news.\n\
\n\
**Why it matters.** Opinion, sponsored content, press releases and satire follow other rules than news.\n\
\n\
**How it is computed.** 1 if the title, the path of the address or one of the first three blocks carries such a label, else 0. Exposure: blocks.\n\
\n\
**Limits.** Most pages carry no label in their text: 0 is \"not seen\", not \"news\".\n\
\n\
**Source.** NewsGuard; The Trust Project (type of work).",
    examples: &[
        shows(
            "Opinion: Fire burns in Oslo\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            1.0,
        ),
        shows(
            "Fire burns in Oslo\n\nA fire burned in the old town of Oslo and 12 homes were lost. Police held two men.",
            0.0,
        ),
    ],
    measure: |analysis| {
        let seen = analysis.document.has_genre_label();
        Measurement::over(f64::from(u8::from(seen)), analysis.document.blocks.len() as u32, 1)
    },
};
