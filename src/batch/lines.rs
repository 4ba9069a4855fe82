//! Lines within a bound.

use std::io::{self, BufRead, Read as _};

/// A line, or how long it was.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Without its end.
    Whole(Vec<u8>),
    /// Passed over to its end: it never was in memory.
    TooLong { bytes: u64 },
}

/// The next line of at most `limit` bytes.
pub(super) fn next(source: &mut impl BufRead, limit: usize) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    // A carriage return and a line feed behind the longest line.
    let most = limit as u64 + 2;
    let read = source.by_ref().take(most).read_until(b'\n', &mut line)? as u64;
    if read == 0 {
        return Ok(None);
    }
    let ended = line.last() == Some(&b'\n');
    if ended {
        line.pop();
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if line.len() <= limit && (ended || read < most) {
        return Ok(Some(Line::Whole(line)));
    }
    let rest = if ended { 0 } else { source.skip_until(b'\n')? as u64 };
    Ok(Some(Line::TooLong { bytes: read + rest }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, limit: usize) -> Vec<Line> {
        let mut source = text.as_bytes();
        std::iter::from_fn(|| next(&mut source, limit).unwrap()).collect()
    }

    fn whole(line: &str) -> Line {
        Line::Whole(line.as_bytes().to_vec())
    }

    #[test]
    fn lines_end_in_any_way() {
        assert_eq!(all("one\r\n\ntwo\nthree", 9), [whole("one"), whole(""), whole("two"), whole("three")]);
    }

    #[test]
    fn a_line_at_the_limit_is_whole_and_one_byte_more_is_passed_over() {
        for end in ["", "\n", "\r\n"] {
            assert_eq!(all(&format!("abc{end}"), 3), [whole("abc")], "{end:?}");
        }
        assert_eq!(all("abcd\nef\n", 3), [Line::TooLong { bytes: 5 }, whole("ef")]);
        assert_eq!(all(&format!("{}\nef", "x".repeat(99)), 3), [Line::TooLong { bytes: 100 }, whole("ef")]);
        assert_eq!(all("abcde", 3), [Line::TooLong { bytes: 5 }]);
    }
}
