//! The line and page rules of C4 (Raffel et al. 2020), as the C4 filters of datatrove 0.10.1 apply them.

use std::borrow::Cow;
use std::ops::Range;

use super::lines::{is_blank, length, lines};

/// Characters of a word above which its line is dropped.
const LONGEST_WORD: usize = 1000;
/// Words below which a line is dropped.
const FEWEST_WORDS: usize = 3;
/// Characters from which a line counts as a paragraph.
const PARAGRAPH: usize = 200;
/// What lines about the page itself say.
const POLICY: [&str; 6] =
    ["terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies"];

/// Why a line is dropped; the first rule that it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drop {
    LongWord,
    NoTerminalMark,
    FewWords,
    JavaScript,
    Policy,
}

/// Why a page is dropped as a whole, on the strength of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discard {
    LoremIpsum,
    CurlyBracket,
}

/// A text as C4 would have filtered it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Lines read, blank ones included; reading ends with the line that discards the page.
    pub lines: u32,
    pub dropped: Dropped,
    /// Where the lines stand that no rule drops.
    pub kept_lines: Vec<Range<usize>>,
    pub discarded: Option<Discard>,
    /// Lines of at least 200 characters, counted over the whole text; mC4 keeps pages with three.
    pub long_lines: u32,
}

/// How many lines each rule dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    pub long_word: u32,
    pub no_terminal_mark: u32,
    pub few_words: u32,
    pub javascript: u32,
    pub policy: u32,
}

impl Page {
    /// Applies the rules, line by line.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let long_lines = text.split('\n').filter(|line| length(line) >= PARAGRAPH).count() as u32;
        let mut page = Page { long_lines, ..Page::default() };
        for range in lines(text) {
            page.lines += 1;
            match judge(text.get(range.clone()).unwrap_or_default()) {
                Ok(()) => page.kept_lines.push(range),
                Err(Fault::Line(drop)) => *page.dropped.of(drop) += 1,
                Err(Fault::Page(discard)) => {
                    page.discarded = Some(discard);
                    break;
                }
            }
        }
        page
    }
}

impl Dropped {
    fn of(&mut self, drop: Drop) -> &mut u32 {
        match drop {
            Drop::LongWord => &mut self.long_word,
            Drop::NoTerminalMark => &mut self.no_terminal_mark,
            Drop::FewWords => &mut self.few_words,
            Drop::JavaScript => &mut self.javascript,
            Drop::Policy => &mut self.policy,
        }
    }
}

enum Fault {
    Line(Drop),
    Page(Discard),
}

fn judge(line: &str) -> Result<(), Fault> {
    let line = line.trim_matches(is_blank);
    let words = || line.split(is_blank).filter(|word| !word.is_empty());
    if line.len() > LONGEST_WORD && words().any(|word| length(word) > LONGEST_WORD) {
        return Err(Fault::Line(Drop::LongWord));
    }
    let line = without_references(line);
    if !line.ends_with(['.', '?', '!', '"', '\'']) || line.ends_with("...") {
        return Err(Fault::Line(Drop::NoTerminalMark));
    }
    if words().take(FEWEST_WORDS).count() < FEWEST_WORDS {
        return Err(Fault::Line(Drop::FewWords));
    }
    let small = may_speak_of_the_page(&line).then(|| line.to_lowercase());
    let says = |phrase: &str| small.as_ref().is_some_and(|small| small.contains(phrase));
    if says("lorem ipsum") {
        return Err(Fault::Page(Discard::LoremIpsum));
    }
    if says("javascript") {
        return Err(Fault::Line(Drop::JavaScript));
    }
    if line.contains('{') {
        return Err(Fault::Page(Discard::CurlyBracket));
    }
    if POLICY.iter().any(|policy| says(policy)) {
        return Err(Fault::Line(Drop::Policy));
    }
    Ok(())
}

/// False for a line that in small letters has none of the phrases below: each has one of these words, and each word a
/// letter that is not too common. Few lines need a copy in small letters.
fn may_speak_of_the_page(line: &str) -> bool {
    let bytes = line.as_bytes();
    let stands = |at: Option<usize>, word: &str| {
        let found = at.and_then(|at| bytes.get(at..at + word.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'J' | b'j' => stands(Some(at), "javascript"),
        b'P' | b'p' => stands(at.checked_sub(1), "ipsum"),
        b'F' | b'f' => stands(at.checked_sub(7), "terms of"),
        b'V' | b'v' => stands(at.checked_sub(3), "privacy"),
        b'K' | b'k' => stands(at.checked_sub(3), "cookie"),
        // The sign for kelvin is the one other letter whose small form is an ASCII letter and no more.
        0xe2 => stands(Some(at), "\u{212a}"),
        _ => false,
    })
}

/// A line without the marks of an encyclopaedia: `[12]`, `[]`, `[edit]`, `[citation needed]`.
fn without_references(line: &str) -> Cow<'_, str> {
    if !line.contains('[') {
        return Cow::Borrowed(line);
    }
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('[') {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        let inside = from.strip_prefix('[').unwrap_or_default();
        let after = ["edit]", "citation needed]"].iter().find_map(|words| inside.strip_prefix(words));
        match after.or_else(|| inside.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(']')) {
            Some(after) => rest = after,
            None => {
                kept.push('[');
                rest = inside;
            }
        }
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dropped(line: &str) -> Option<Drop> {
        match judge(line) {
            Err(Fault::Line(drop)) => Some(drop),
            _ => None,
        }
    }

    #[test]
    fn lines_are_dropped_by_the_first_rule_they_break() {
        assert_eq!(dropped("The mill closed in May."), None);
        assert_eq!(dropped("The mill closed in May[12][citation needed]."), None);
        assert_eq!(dropped("The mill closed in May.[3]"), None);
        assert_eq!(dropped("The mill closed in May. [3]"), Some(Drop::NoTerminalMark));
        assert_eq!(dropped("“The mill closed in May.”"), Some(Drop::NoTerminalMark));
        assert_eq!(dropped("The mill closed in May..."), Some(Drop::NoTerminalMark));
        assert_eq!(dropped(""), Some(Drop::NoTerminalMark));
        assert_eq!(dropped("Mill closed."), Some(Drop::FewWords));
        assert_eq!(dropped("Please turn on JavaScript."), Some(Drop::JavaScript));
        assert_eq!(dropped("Read our Privacy Policy today."), Some(Drop::Policy));
        assert_eq!(dropped(&format!("A {} word.", "w".repeat(1001))), Some(Drop::LongWord));
    }

    #[test]
    fn a_line_can_discard_the_page() {
        let page = Page::read("The mill closed in May.\nLorem ipsum dolor sit amet.\nThe mill opened in June.");
        assert_eq!((page.lines, page.kept_lines.len(), page.discarded), (2, 1, Some(Discard::LoremIpsum)));
        assert_eq!(Page::read("Here is { a bracket.").discarded, Some(Discard::CurlyBracket));
        assert_eq!(Page::read("Here is { a bracket").discarded, None);
    }

    #[test]
    fn no_line_is_dropped_or_kept_for_want_of_a_copy_in_small_letters() {
        for phrase in POLICY.iter().chain(&["lorem ipsum", "javascript"]) {
            for line in [phrase.to_string(), phrase.to_uppercase(), format!("é{phrase}é"), format!("Yes: {phrase}s.")]
            {
                assert!(may_speak_of_the_page(&line), "{line}");
            }
        }
        assert!(may_speak_of_the_page("coo\u{212a}ies"));
        assert!(!may_speak_of_the_page("The mayor of Java keeps the private term of the vote, jokes and all."));
        let others = (128..=0x10_FFFF_u32).filter_map(char::from_u32).filter(|c| *c != '\u{212a}');
        // The dotted capital I has a small form of two characters, of which the second keeps the words apart.
        assert!(others.filter(|c| *c != '\u{130}').all(|c| c.to_lowercase().all(|small| !small.is_ascii())));
    }

    #[test]
    fn brackets_without_a_reference_stay() {
        assert_eq!(without_references("a [b] [] c [1x] [12"), "a [b]  c [1x] [12");
    }
}
