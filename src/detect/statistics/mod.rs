//! Text statistics: the measures by which web corpora are filtered, and readability.
//!
//! They describe the text as sent and judge nothing; no score reads them. They are computed where they are asked
//! for, never for a score alone.

pub mod c4;
pub mod fineweb;
pub mod gopher;
mod lines;
mod marks;
mod phrases;
pub mod readability;
mod syllables;

pub use syllables::syllables;

use crate::text::Document;

/// The statistics of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextStatistics {
    /// Words and marks they were computed over: Candor's tokens.
    pub tokens: u32,
    /// Absent where the text is empty.
    pub repetition: Option<gopher::Repetition>,
    /// Absent where the text has no token.
    pub quality: Option<gopher::Quality>,
    /// Absent where no line shows anything.
    pub fineweb: Option<fineweb::Lines>,
    pub c4: c4::Page,
    /// Sentences that begin in lines which the rules of C4 keep.
    pub c4_sentences: u32,
    pub readability: readability::Counts,
}

impl TextStatistics {
    /// Computes them.
    #[must_use]
    pub fn of(document: &Document<'_>) -> Self {
        let text = document.article.text;
        let words: Vec<&str> = document.tokens.iter().filter_map(|token| token.span().slice(text)).collect();
        let c4 = c4::Page::read(text);
        let c4_sentences = begun_in(document, &c4.kept_lines);
        TextStatistics {
            tokens: words.len() as u32,
            repetition: gopher::Repetition::of(text, &words),
            quality: gopher::Quality::of(text, &words),
            fineweb: fineweb::Lines::of(text, words.len()),
            c4,
            c4_sentences,
            readability: readability::Counts::of(document),
        }
    }
}

/// Sentences that begin in one of the ranges. Both are in order.
fn begun_in(document: &Document<'_>, ranges: &[std::ops::Range<usize>]) -> u32 {
    let mut ranges = ranges.iter().peekable();
    let mut count = 0;
    for sentence in &document.sentences {
        let start = sentence.span.start() as usize;
        while ranges.next_if(|range| range.end <= start).is_some() {}
        count += u32::from(ranges.peek().is_some_and(|range| range.contains(&start)));
    }
    count
}
