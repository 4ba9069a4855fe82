//! Offsets in the units of a caller.

use candor::report::OffsetEncoding;
use candor::report::offsets::Offsets;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::config;

const ENCODINGS: [OffsetEncoding; 3] = [OffsetEncoding::Utf8, OffsetEncoding::Utf16, OffsetEncoding::Utf32];

/// The units before each boundary of a character, counted one by one.
fn counted(text: &str, encoding: OffsetEncoding) -> Vec<(u32, u32)> {
    let mut units = 0;
    let mut counted = vec![(0, 0)];
    for (at, c) in text.char_indices() {
        units += match encoding {
            OffsetEncoding::Utf8 => c.len_utf8(),
            OffsetEncoding::Utf16 => c.len_utf16(),
            OffsetEncoding::Utf32 => 1,
        };
        counted.push((u32::try_from(at + c.len_utf8()).unwrap(), u32::try_from(units).unwrap()));
    }
    counted
}

/// All boundaries, asked for at once.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    check_picked(&text, |boundaries| (0..boundaries).collect());
}

/// Offsets are asked for in any order, and more than once.
fn check_picked(text: &str, pick: impl Fn(usize) -> Vec<usize>) {
    for encoding in ENCODINGS {
        let counted = counted(text, encoding);
        let picked: Vec<_> = pick(counted.len()).into_iter().map(|index| counted[index]).collect();
        let offsets = Offsets::new(text, encoding, picked.iter().map(|&(byte, _)| byte).collect());
        for (byte, units) in picked {
            assert_eq!(offsets.units_before(byte), units, "{encoding:?} before byte {byte} of {text:?}");
        }
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let mixed = prop::collection::vec(
        prop_oneof![
            4 => prop::char::range(' ', '~'),
            2 => prop::char::range('\u{80}', '\u{7ff}'),
            2 => prop::char::range('\u{800}', '\u{ffff}'),
            2 => prop::char::range('\u{10000}', '\u{10ffff}'),
            1 => proptest::sample::select(&['\r', '\n', '\0', '\u{301}', '\u{200d}', '\u{feff}', '\u{d7ff}', '\u{e000}'][..]),
        ],
        0..120,
    );
    prop_oneof![3 => mixed.prop_map(String::from_iter), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_offset_is_the_number_of_units_before_it(
        text in any_text(),
        picks in prop::collection::vec(any::<Index>(), 0..12),
    ) {
        check_picked(&text, |boundaries| picks.iter().map(|pick| pick.index(boundaries)).collect());
    }
}
