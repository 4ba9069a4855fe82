//! ASCII letters, eight at a time: what most bytes of a text are.

/// The eight bytes from `at` on, the first one lowest; 0 beyond the end.
pub(super) fn eight_bytes(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => rest.iter().rev().fold(0, |eight, &byte| (eight << 8) | u64::from(byte)),
    }
}

/// A number with the same byte eight times.
const fn eight_times(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The bit that makes an ASCII letter small, in each of eight.
pub(super) const CASE_BITS: u64 = eight_times(0x20);

/// How many of eight bytes are ASCII letters, up to the first that is none.
pub(super) fn leading_letters(eight: u64) -> u32 {
    (!letter_bits(eight) & eight_times(0x80)).trailing_zeros() / 8
}

/// The highest bit of each of eight bytes that is an ASCII letter.
fn letter_bits(eight: u64) -> u64 {
    // Seven bits of each byte, made small, so that no sum below carries into the next byte.
    let small = eight & eight_times(0x7F) | CASE_BITS;
    let from_a = small + eight_times(0x80 - b'a');
    let beyond_z = small + eight_times(0x7F - b'z');
    from_a & !beyond_z & !eight & eight_times(0x80)
}

/// How many ASCII letters a word has.
#[must_use]
pub fn ascii_letters(word: &str) -> u32 {
    let bytes = word.as_bytes();
    (0..bytes.len()).step_by(8).map(|at| count_case_bits(letter_bits(eight_bytes(bytes, at)) >> 2)).sum()
}

/// How many of eight bytes have their case bit set; they have no other.
pub(super) fn count_case_bits(bits: u64) -> u32 {
    ((bits >> 5).wrapping_mul(eight_times(1)) >> 56) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted_eight_at_a_time() {
        for byte in 0..=255u8 {
            let expected = if byte.is_ascii_alphabetic() { 8 } else { 3 };
            let eight = u64::from_le_bytes([b'a', b'Z', b'm', byte, b'A', b'z', b'Q', b'q']);
            assert_eq!(leading_letters(eight), expected, "{byte}");
        }
        assert_eq!(leading_letters(0), 0);
        assert_eq!(eight_bytes(b"abc", 1), u64::from_le_bytes(*b"bc\0\0\0\0\0\0"));
        assert_eq!(eight_bytes(b"abc", 3), 0);
        assert_eq!(count_case_bits(CASE_BITS), 8);
        assert_eq!(ascii_letters(""), 0);
        assert_eq!(ascii_letters("a1-b, the 'Third' é (of 20) Zz@[`{"), 14);
    }
}
