//! Offset encodings. Inside, a span counts bytes; a caller may want the units of its own strings.

/// The unit in which a caller counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OffsetEncoding {
    /// Bytes of the UTF-8 form.
    #[default]
    Utf8,
    /// UTF-16 code units.
    Utf16,
    /// Unicode code points.
    Utf32,
}

impl OffsetEncoding {
    /// How many units the character that begins with `byte` takes; none if `byte` continues one.
    fn units(self, byte: u8) -> u32 {
        let continues = byte & 0b1100_0000 == 0b1000_0000;
        match self {
            OffsetEncoding::Utf8 => 1,
            OffsetEncoding::Utf16 => u32::from(!continues) + u32::from(byte >= 0xF0),
            OffsetEncoding::Utf32 => u32::from(!continues),
        }
    }
}

/// The units of a set of byte offsets in one text.
#[derive(Debug)]
pub struct Offsets {
    /// Sorted by byte, each once; empty where units are bytes.
    known: Vec<(u32, u32)>,
}

impl Offsets {
    /// Counts the units before each of `bytes`, in one pass over `text`. The memory is that of the
    /// offsets asked for, not of the text.
    #[must_use]
    pub fn new(text: &str, encoding: OffsetEncoding, mut bytes: Vec<u32>) -> Self {
        if encoding == OffsetEncoding::Utf8 || text.is_ascii() {
            return Offsets { known: Vec::new() };
        }
        bytes.sort_unstable();
        bytes.dedup();
        let mut known = Vec::with_capacity(bytes.len());
        let (mut at, mut units) = (0, 0);
        for byte in bytes {
            let upto = (byte as usize).min(text.len());
            let between = text.as_bytes().get(at..upto).unwrap_or_default();
            units += between.iter().map(|&byte| encoding.units(byte)).sum::<u32>();
            at = upto;
            known.push((byte, units));
        }
        Offsets { known }
    }

    /// The units before `byte`, which must be one of the offsets asked for.
    #[must_use]
    pub fn units_before(&self, byte: u32) -> u32 {
        self.known
            .binary_search_by_key(&byte, |&(known, _)| known)
            .ok()
            .and_then(|index| self.known.get(index))
            .map_or(byte, |&(_, units)| units)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a client does: cut its own string by the units it was told.
    fn cut(text: &str, encoding: OffsetEncoding, start: u32, end: u32) -> String {
        let (start, end) = (start as usize, end as usize);
        match encoding {
            OffsetEncoding::Utf8 => text[start..end].to_owned(),
            OffsetEncoding::Utf16 => {
                let units: Vec<u16> = text.encode_utf16().collect();
                String::from_utf16(&units[start..end]).unwrap()
            }
            OffsetEncoding::Utf32 => text.chars().skip(start).take(end - start).collect(),
        }
    }

    const ALL: [OffsetEncoding; 3] = [OffsetEncoding::Utf8, OffsetEncoding::Utf16, OffsetEncoding::Utf32];

    fn end_of(text: &str, encoding: OffsetEncoding) -> u32 {
        let end = u32::try_from(text.len()).unwrap();
        Offsets::new(text, encoding, vec![end]).units_before(end)
    }

    #[test]
    fn each_encoding_counts_its_own_units() {
        for (text, units) in [
            ("", [0, 0, 0]),
            ("plain", [5, 5, 5]),
            ("caf\u{e9}", [5, 4, 4]),
            ("\u{201c}quoted\u{201d}", [12, 8, 8]),
            ("a\u{1F600}b", [6, 4, 3]),
            ("e\u{301}", [3, 2, 2]),
        ] {
            for (encoding, expected) in ALL.into_iter().zip(units) {
                assert_eq!(end_of(text, encoding), expected, "{text:?} {encoding:?}");
            }
        }
    }

    #[test]
    fn an_offset_past_the_end_counts_as_the_end() {
        let offsets = Offsets::new("\u{e9}", OffsetEncoding::Utf32, vec![9]);
        assert_eq!(offsets.units_before(9), 1);
    }

    #[test]
    fn an_offset_inside_a_character_does_not_panic() {
        let offsets = Offsets::new("\u{1F600}x", OffsetEncoding::Utf16, vec![1, 2, 4]);
        assert_eq!(offsets.units_before(4), 2);
    }

    proptest! {
        #[test]
        fn a_client_that_cuts_by_our_units_finds_our_words(
            text in "\\PC{0,60}|[a\u{e9}\u{20ac}\u{1F600}\r\n\0 ]{0,60}",
            picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..8),
        ) {
            let boundaries: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
            let spans: Vec<(u32, u32)> = picks
                .iter()
                .map(|(one, two)| {
                    let (one, two) = (*one.get(&boundaries), *two.get(&boundaries));
                    (u32::try_from(one.min(two)).unwrap(), u32::try_from(one.max(two)).unwrap())
                })
                .collect();
            for encoding in ALL {
                let bytes = spans.iter().flat_map(|&(start, end)| [start, end]).collect();
                let offsets = Offsets::new(&text, encoding, bytes);
                for &(start, end) in &spans {
                    let found = cut(&text, encoding, offsets.units_before(start), offsets.units_before(end));
                    prop_assert_eq!(found.as_str(), &text[start as usize..end as usize]);
                }
            }
        }
    }
}
