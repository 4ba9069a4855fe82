//! The line rules of FineWeb (Penedo et al. 2024), as datatrove 0.10.1 defines them.

use super::gopher::repeated;
use super::lines::{is_blank, length};
use super::marks::is_terminal;

/// A line of so many characters is a short one.
const SHORT: usize = 30;

/// How the lines of a text look. Lines end at a line feed, and blank ones do not count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lines {
    pub lines: u32,
    /// Lines whose last character ends a sentence, over lines.
    pub punctuated: f64,
    /// Lines of at most 30 characters, over lines.
    pub short: f64,
    /// Characters of lines that stood earlier, over all but line feeds.
    pub repeated_chars: f64,
    /// Line feeds over words; absent without words.
    pub line_feeds: Option<f64>,
}

impl Lines {
    /// Absent where every line is blank.
    #[must_use]
    pub fn of(text: &str, words: usize) -> Option<Self> {
        let shown = || text.split('\n').filter(|line| !line.chars().all(is_blank));
        let (mut lines, mut punctuated, mut short) = (0_u32, 0_u32, 0_u32);
        for line in shown() {
            lines += 1;
            punctuated += u32::from(line.ends_with(is_terminal));
            short += u32::from(length(line) <= SHORT);
        }
        if lines == 0 {
            return None;
        }
        let line_feeds = text.bytes().filter(|&byte| byte == b'\n').count();
        let chars = length(text) - line_feeds;
        Some(Lines {
            lines,
            punctuated: f64::from(punctuated) / f64::from(lines),
            short: f64::from(short) / f64::from(lines),
            repeated_chars: repeated(shown()).1 as f64 / chars as f64,
            line_feeds: (words > 0).then(|| line_feeds as f64 / words as f64),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_ends_in_a_quotation_mark_is_not_punctuated() {
        let lines = Lines::of("He left.\n\nHe said: “Enough.”\n", 9).unwrap();
        assert_eq!((lines.lines, lines.punctuated, lines.short), (2, 0.5, 1.0));
        assert_eq!(Lines::of(" \n\t\n", 0), None);
    }
}
