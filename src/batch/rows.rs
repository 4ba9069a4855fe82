//! Rows of CSV within a bound.

use std::io::{self, BufRead};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::memchr_iter;

/// More columns than this are no table of articles.
const MOST_COLUMNS: usize = 4_096;

/// The fields of a row, unquoted, one behind the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Row {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How much memory it takes, roughly.
    pub(super) fn weight(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn field(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start..end)
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|index| self.field(index))
    }
}

/// A row, or how long it was.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Whole(Row),
    /// Passed over to its end: it never was in memory.
    TooLong {
        bytes: u64,
    },
    /// The input ended inside a quotation, with so many ends of lines behind its mark.
    Unclosed {
        lines: u64,
    },
}

/// Splits a table into rows.
pub(super) struct Rows {
    reader: Reader,
    limit: usize,
}

impl Rows {
    /// For rows whose fields have at most `limit` bytes together.
    pub(super) fn new(delimiter: u8, limit: usize) -> Self {
        Rows { reader: ReaderBuilder::new().delimiter(delimiter).build(), limit }
    }

    /// The next row. Empty lines are none.
    pub(super) fn next(&mut self, source: &mut impl BufRead) -> io::Result<Option<Next>> {
        // A full buffer does not tell a row at the limit from a longer one.
        let most = self.limit + 1;
        let (mut output, mut ends) = (vec![0; most.min(8 << 10)], vec![0; 64]);
        let (mut written, mut ended) = (0, 0);
        let mut read = 0_u64;
        let (mut too_long, mut ended_by_us) = (false, false);
        // Of what was read: its length without quotation marks, and the ends of lines in its last field.
        let (mut length, mut lines) = (0, 0);
        loop {
            let input = source.fill_buf()?;
            // The end of the input ends a row as that of a line does, except in a quotation: there it is a letter.
            let is_end = input.is_empty() && read > 0 && !ended_by_us;
            let input = if is_end { b"\n" } else { input };
            let (result, taken, wrote, ended_more) = self.reader.read_record(
                input,
                output.get_mut(written..).unwrap_or_default(),
                ends.get_mut(ended..).unwrap_or_default(),
            );
            if is_end {
                ended_by_us = taken > 0;
            } else {
                source.consume(taken);
                read += taken as u64;
            }
            let mut open = output.get(written..written + wrote).unwrap_or_default();
            if let Some(&end) = ended_more.checked_sub(1).and_then(|last| ends.get(ended + last)) {
                (open, lines) = (open.get(end.saturating_sub(length)..).unwrap_or_default(), 0);
            }
            lines += memchr_iter(b'\n', open).count() as u64;
            length += wrote;
            written += wrote;
            ended += ended_more;
            match result {
                ReadRecordResult::InputEmpty if is_end && wrote > 0 => {
                    self.reader.reset();
                    return Ok(Some(Next::Unclosed { lines: lines - 1 }));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if output.len() < most && !too_long => {
                    output.resize((output.len() * 2).min(most), 0);
                }
                ReadRecordResult::OutputEndsFull if ends.len() < MOST_COLUMNS && !too_long => {
                    ends.resize(ends.len() * 2, 0);
                }
                // From here on the buffers are written over and over.
                ReadRecordResult::OutputFull => (too_long, written) = (true, 0),
                ReadRecordResult::OutputEndsFull => (too_long, ended) = (true, 0),
                ReadRecordResult::Record if too_long || written > self.limit => {
                    return Ok(Some(Next::TooLong { bytes: read }));
                }
                ReadRecordResult::Record => {
                    output.truncate(written);
                    ends.truncate(ended);
                    return Ok(Some(Next::Whole(Row { bytes: output, ends })));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, limit: usize) -> Vec<Result<Vec<String>, u64>> {
        let mut rows = Rows::new(b',', limit);
        let mut source = text.as_bytes();
        let next = std::iter::from_fn(|| rows.next(&mut source).unwrap());
        next.map(|next| match next {
            Next::Whole(row) => Ok(row.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect()),
            Next::TooLong { bytes } => Err(bytes),
            Next::Unclosed { lines } => Ok(vec![format!("unclosed for {lines} lines")]),
        })
        .collect()
    }

    fn row(fields: &[&str]) -> Result<Vec<String>, u64> {
        Ok(fields.iter().map(|&field| field.to_owned()).collect())
    }

    #[test]
    fn quotes_line_ends_and_delimiters_inside_fields() {
        let text = "\u{feff}a,b\r\n\"one, \"\"two\"\"\nthree\",4\n\n5,6";
        assert_eq!(all(text, 99), [row(&["a", "b"]), row(&["one, \"two\"\nthree", "4"]), row(&["5", "6"])]);
    }

    #[test]
    fn a_row_over_the_limit_is_passed_over() {
        let long = format!("{},{}\n", "x".repeat(70_000), "y".repeat(70_000));
        let text = format!("{long}a,b\n");
        assert_eq!(all(&text, 60_000), [Err(long.len() as u64), row(&["a", "b"])]);
        assert_eq!(all(&text, 200_000).len(), 2);
        assert!(all(&text, 140_000)[0].is_ok());
        assert!(all(&text, 139_999)[0].is_err());
    }

    #[test]
    fn a_quotation_that_is_not_closed_is_no_row() {
        for (rest, lines) in
            [("1,\"x\ny\n", 2), ("\"1\",\"x", 0), ("\"1\n2\",\"x\n3", 1), ("1,2,\"\n\"\"\n,\n", 3), ("1,\"x\"\"", 0)]
        {
            let unclosed = row(&[&format!("unclosed for {lines} lines")]);
            assert_eq!(all(&format!("a,b\n{rest}"), 99), [row(&["a", "b"]), unclosed], "{rest:?}");
        }
        let long = format!("1,\"{}", "x\n".repeat(70_000));
        assert_eq!(all(&long, 60_000), [row(&["unclosed for 70000 lines"])]);
        for closed in ["1,\"x\ny\"", "1,x\"y", "1,\"\"", "1,", "1,2\n\n\n", "1,2\r\n\r\n"] {
            let rows = all(closed, 99);
            assert_eq!((rows.len(), rows[0].as_ref().map(Vec::len)), (1, Ok(2)), "{closed:?}");
        }
    }

    #[test]
    fn too_many_columns_are_passed_over() {
        let text = format!("{}\na,b\n", ",".repeat(2 * MOST_COLUMNS));
        let rows = all(&text, 60_000);
        assert!(rows[0].is_err());
        assert_eq!(rows[1], row(&["a", "b"]));
    }

    #[test]
    fn every_byte_of_a_row_is_counted_so_that_reading_can_go_on_there() {
        let text = "a,b\r\n1,2\r\n\r\n3,4\r\n";
        let mut rows = Rows::new(b',', 99);
        let mut source = text.as_bytes();
        while let Some(Next::Whole(row)) = rows.next(&mut source).unwrap() {
            let mut again = Rows::new(b',', 99);
            let mut rest = source;
            let next = again.next(&mut rest).unwrap();
            let expected = match row.field(0) {
                Some(b"a") => Some("1"),
                Some(b"1") => Some("3"),
                _ => None,
            };
            let first = next.map(|next| match next {
                Next::Whole(row) => String::from_utf8_lossy(row.field(0).unwrap()).into_owned(),
                Next::TooLong { .. } | Next::Unclosed { .. } => unreachable!(),
            });
            assert_eq!(first.as_deref(), expected);
        }
    }
}
