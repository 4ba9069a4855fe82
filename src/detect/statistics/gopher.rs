//! Repetition and quality by the rules of Gopher (Rae et al. 2021, table A1), as datatrove 0.10.1 defines them.
//!
//! Lengths are in code points. The functions take the words of any tokeniser, marks of punctuation being words of
//! their own; a rule rejects a text above its limit.

use hashbrown::HashSet;

use super::lines::{is_blank, length, lines};
use super::marks::is_punctuation;
use super::phrases::Phrases;

/// Words of the phrases of which the commonest one is measured.
pub const TOP_GRAMS: [usize; 3] = [2, 3, 4];
/// Words of the phrases of which every repetition is measured.
pub const DUPLICATE_GRAMS: [usize; 6] = [5, 6, 7, 8, 9, 10];

/// How much of a text stands in it twice.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Repetition {
    pub paragraphs: Duplicates,
    pub lines: Duplicates,
    /// For each of [`TOP_GRAMS`]: characters of the commonest phrase times its count, over characters. Above 1 where
    /// its occurrences overlap; absent where the text has too few words.
    pub top_grams: [Option<f64>; 3],
    /// For each of [`DUPLICATE_GRAMS`]: characters of phrases that stood earlier, over characters.
    pub duplicate_grams: [f64; 6],
}

/// Pieces of a text that have the words of an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Duplicates {
    pub pieces: u32,
    /// Of the pieces, 0 to 1.
    pub share: f64,
    /// Their characters over those of the text, 0 to 1.
    pub char_share: f64,
}

impl Repetition {
    /// Absent for an empty text.
    #[must_use]
    pub fn of(text: &str, words: &[&str]) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let chars = length(text) as f64;
        let phrases = Phrases::new(words);
        Some(Repetition {
            paragraphs: Duplicates::among(cut(text.trim_matches(is_blank), 2), chars),
            lines: Duplicates::among(cut(text, 1), chars),
            top_grams: phrases.tops().map(|top| top.map(|top| top as f64 / chars)),
            duplicate_grams: phrases.duplicated(DUPLICATE_GRAMS).map(|repeated| repeated as f64 / chars),
        })
    }
}

impl Duplicates {
    fn among<'t>(pieces: impl Iterator<Item = &'t str>, chars: f64) -> Self {
        let mut count = 0_u32;
        let (again, again_chars) = repeated(pieces.inspect(|_| count += 1));
        Duplicates {
            pieces: count,
            share: f64::from(again) / f64::from(count.max(1)),
            char_share: again_chars as f64 / chars,
        }
    }
}

/// How many pieces stood earlier, and how many characters they have.
pub(super) fn repeated<'t>(pieces: impl Iterator<Item = &'t str>) -> (u32, usize) {
    let mut seen = HashSet::new();
    let (mut again, mut again_chars) = (0, 0);
    for piece in pieces {
        if !seen.insert(piece) {
            again += 1;
            again_chars += length(piece);
        }
    }
    (again, again_chars)
}

/// Cuts at runs of at least `least` line feeds. A run at an end leaves an empty piece there.
fn cut(text: &str, least: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let piece = rest?;
        let mut from = 0;
        while let Some(at) = piece.get(from..).and_then(|after| after.find('\n')).map(|at| from + at) {
            let run = piece.bytes().skip(at).take_while(|&byte| byte == b'\n').count();
            if run >= least {
                rest = piece.get(at + run..);
                return piece.get(..at);
            }
            from = at + run;
        }
        rest = None;
        Some(piece)
    })
}

/// Whether a text looks like one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    pub words: u32,
    /// Words that are not punctuation alone.
    pub plain_words: u32,
    /// Mean characters of these; absent where there are none.
    pub mean_word_length: Option<f64>,
    /// `#` over words.
    pub hashes: f64,
    /// `...` and `…` over words.
    pub ellipses: f64,
    pub lines: u32,
    /// Lines that begin with a bullet or a hyphen, over lines.
    pub bullet_lines: f64,
    /// Lines that end in an ellipsis, over lines.
    pub ellipsis_lines: f64,
    /// Words with a letter, over words.
    pub alphabetic_words: f64,
    /// How many of eight common words occur in small letters.
    pub stop_words: u32,
}

impl Quality {
    /// Absent for a text without words.
    #[must_use]
    pub fn of(text: &str, words: &[&str]) -> Option<Self> {
        if words.is_empty() {
            return None;
        }
        let count = words.len() as f64;
        let (mut plain_words, mut plain_chars, mut alphabetic) = (0_u32, 0, 0_u32);
        for word in words {
            // What begins with an ASCII letter is no punctuation, and its other characters need no look.
            let letter = word.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
            if letter || !word.chars().all(is_punctuation) {
                plain_words += 1;
                plain_chars += length(word);
            }
            alphabetic += u32::from(letter || word.chars().any(char::is_alphabetic));
        }
        let (mut all, mut bullets, mut ellipses) = (0_u32, 0_u32, 0_u32);
        for line in lines(text).filter_map(|range| text.get(range)) {
            all += 1;
            bullets += u32::from(line.trim_start_matches(is_blank).starts_with(['•', '-']));
            let end = line.trim_end_matches(is_blank);
            ellipses += u32::from(end.ends_with("...") || end.ends_with('…'));
        }
        let of_lines = |lines: u32| f64::from(lines) / f64::from(all.max(1));
        let marks = Marks::of(text);
        Some(Quality {
            words: words.len() as u32,
            plain_words,
            mean_word_length: (plain_words > 0).then(|| plain_chars as f64 / f64::from(plain_words)),
            hashes: marks.hashes as f64 / count,
            ellipses: marks.ellipses as f64 / count,
            lines: all,
            bullet_lines: of_lines(bullets),
            ellipsis_lines: of_lines(ellipses),
            alphabetic_words: f64::from(alphabetic) / count,
            stop_words: stop_words(words),
        })
    }
}

/// How many of eight words occur that a running English text holds.
fn stop_words(words: &[&str]) -> u32 {
    let mut seen = 0_u32;
    for word in words {
        seen |= match *word {
            "the" => 1,
            "be" => 1 << 1,
            "to" => 1 << 2,
            "of" => 1 << 3,
            "and" => 1 << 4,
            "that" => 1 << 5,
            "have" => 1 << 6,
            "with" => 1 << 7,
            _ => 0,
        };
    }
    seen.count_ones()
}

/// Marks that are counted wherever they stand.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks {
    /// `#`
    hashes: usize,
    /// `...`, each dot once, and `…`.
    ellipses: usize,
}

impl Marks {
    fn of(text: &str) -> Self {
        Marks {
            hashes: text.bytes().filter(|&byte| byte == b'#').count(),
            ellipses: text.matches('…').count() + triple_dots(text),
        }
    }
}

/// How many times three dots stand in a row, each dot counted once.
fn triple_dots(text: &str) -> usize {
    // How many dots stand in a row up to the last one, and where it stands.
    let (mut row, mut last, mut count) = (0, None, 0);
    for (at, _) in text.match_indices('.') {
        row = if last.is_some_and(|last| last + 1 == at) { row + 1 } else { 1 };
        last = Some(at);
        count += usize::from(row % 3 == 0);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_line_feeds_cut() {
        assert_eq!(cut("a\nb\n\nc\n\n\nd", 2).collect::<Vec<_>>(), ["a\nb", "c", "d"]);
        assert_eq!(cut("\na\n\nb\n", 1).collect::<Vec<_>>(), ["", "a", "b", ""]);
        assert_eq!(cut("", 1).collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn marks_are_counted_as_searches_would() {
        for text in ["", "#a ## ...", "....", "a...... b.....", "… … ...…", "..", "“x” é …...#"] {
            let occurrences = |of: &str| text.matches(of).count();
            let expected = Marks { hashes: occurrences("#"), ellipses: occurrences("...") + occurrences("…") };
            assert_eq!(Marks::of(text), expected, "{text}");
        }
        assert_eq!(stop_words(&["the", "The", "have", "be", "the", "within"]), 3);
    }

    #[test]
    fn too_few_words_have_no_phrase() {
        let one = Repetition::of("News", &["News"]).unwrap();
        assert_eq!((one.top_grams, one.duplicate_grams), ([None; 3], [0.0; 6]));
        assert_eq!(Repetition::of("", &[]), None);
        assert_eq!(Quality::of(" ", &[]), None);
    }
}
