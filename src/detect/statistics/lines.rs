//! Lines and blanks as Python cuts them: the reference values are defined by its functions.

use std::ops::Range;

/// White space to `str.strip` and `str.split`.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// What ends a line to `str.splitlines`.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The lines of `str.splitlines`, by place: a line end at the end of the text begins no further line.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let start = at;
        let Some((length, end)) = first_end(rest) else {
            at = text.len();
            return Some(start..text.len());
        };
        at = start + length + end.len_utf8();
        if end == '\r' && text.get(at..).is_some_and(|rest| rest.starts_with('\n')) {
            at += 1;
        }
        Some(start..start + length)
    })
}

/// The first line end of a text, and where it stands. Most bytes begin none.
fn first_end(text: &str) -> Option<(usize, char)> {
    let mut from = 0;
    loop {
        let at = from + text.as_bytes().get(from..)?.iter().position(|&byte| may_end_line(byte))?;
        let c = text.get(at..)?.chars().next()?;
        if ends_line(c) {
            return Some((at, c));
        }
        from = at + c.len_utf8();
    }
}

/// True for a byte with which a line end may begin.
#[allow(clippy::indexing_slicing, reason = "a byte is below 256")]
fn may_end_line(byte: u8) -> bool {
    /// Asked of every byte of a text: a table answers sooner than comparisons.
    static ENDS: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = matches!(byte, 0x0a..=0x0d | 0x1c..=0x1e | 0xc2 | 0xe2);
            byte += 1;
        }
        table
    };
    ENDS[byte as usize]
}

/// How many characters a text has.
pub(super) fn length(text: &str) -> usize {
    // Of a word, the bytes that begin a character are counted sooner than the library is called.
    if text.len() > 16 { text.chars().count() } else { text.bytes().filter(|byte| byte & 0xC0 != 0x80).count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        lines(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn lines_end_where_python_ends_them() {
        assert_eq!(cut("a\r\nb\rc\n\nd"), ["a", "b", "c", "", "d"]);
        assert_eq!(cut("a\u{2028}b\u{85}c\u{b}d"), ["a", "b", "c", "d"]);
        assert_eq!(cut("a\n"), ["a"]);
        assert_eq!(cut("\n"), [""]);
        assert!(cut("").is_empty());
    }
}
