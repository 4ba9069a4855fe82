//! Bytes to tokens: one pass, an ASCII fast path, no allocation per token.
//!
//! A token is a maximal run of letters and digits with inner apostrophes, hyphens and abbreviation
//! dots ("so-called", "don't", "U.S."), a number with its separators, a link, or one mark of
//! punctuation. White space belongs to no token.

use super::key::{self, KeyHasher};
use super::letters::{CASE_BITS, count_case_bits, eight_bytes, leading_letters};
use super::markup;
use super::span::ByteSpan;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum TokenKind {
    Word,
    Number,
    Url,
    /// `.`
    Stop,
    /// `!`
    Exclamation,
    /// `?`
    Question,
    /// `…` or `...`
    Ellipsis,
    Comma,
    Semicolon,
    Colon,
    /// En dash, em dash, or `--`.
    Dash,
    Hyphen,
    /// `"`, `″` or `''`
    StraightQuote,
    /// `“` or `«`
    OpenQuote,
    /// `”` or `»`
    CloseQuote,
    /// `‘`
    OpenSingle,
    /// `’`, which is also an apostrophe.
    CloseSingle,
    /// `'`
    StraightSingle,
    OpenBracket,
    CloseBracket,
    Percent,
    Currency,
    /// Anything else that shows: symbols, emoji, control characters.
    Other,
}

/// Facts about a token's form, as bits.
pub mod form {
    /// The first letter is upper case.
    pub const CAPITALISED: u16 = 1;
    /// Two letters or more, all upper case.
    pub const ALL_CAPS: u16 = 1 << 1;
    /// Has a digit.
    pub const DIGIT: u16 = 1 << 2;
    /// Ends in a possessive 's, which is not part of the key.
    pub const POSSESSIVE: u16 = 1 << 3;
    /// White space, or the start of the text, stands before it.
    pub const SPACE_BEFORE: u16 = 1 << 4;
    /// Stands inside a quotation; set once quotes are paired.
    pub const QUOTED: u16 = 1 << 5;
    /// Has a hyphen inside.
    pub const HYPHENATED: u16 = 1 << 6;
    /// Ends in an abbreviation dot that is part of the token ("U.S.").
    pub const DOTTED: u16 = 1 << 7;
    /// Ends in -ed.
    pub const ED: u16 = 1 << 8;
    /// Ends in -ing.
    pub const ING: u16 = 1 << 9;
    /// Ends in -ly.
    pub const LY: u16 = 1 << 10;
    /// Ends in -s (but not -ss).
    pub const S: u16 = 1 << 11;
    /// Has a letter outside ASCII.
    pub const NON_ASCII: u16 = 1 << 12;
    /// Has small letters, and a capital behind the first letter ("McHale", "MondayThe").
    pub const INNER_CAPITAL: u16 = 1 << 13;
    /// Known to be of ASCII letters alone; not set for every such word.
    pub const PLAIN: u16 = 1 << 14;
    /// A line break stands before it.
    pub const BREAK_BEFORE: u16 = 1 << 15;
}

/// One token. `classes` is filled by the lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub start: u32,
    pub end: u32,
    /// Key of the lower-cased word without a possessive; see [`super::key`].
    pub key: u64,
    /// Key of the word without its commonest endings; equal for "support", "supports", "supporting".
    pub stem: u64,
    /// Word classes of the lexicon, as bits.
    pub classes: u32,
    /// Bits of [`form`].
    pub form: u16,
    pub kind: TokenKind,
}

impl Token {
    #[must_use]
    pub fn span(&self) -> ByteSpan {
        ByteSpan::new(self.start, self.end)
    }

    #[must_use]
    pub fn is(&self, bit: u16) -> bool {
        self.form & bit != 0
    }

    #[must_use]
    pub fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }

    /// A word or a number: what counts as a word in every rate.
    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::Number)
    }

    /// True if the lexicon puts the word in any of these classes.
    #[must_use]
    pub fn has(&self, classes: u32) -> bool {
        self.classes & classes != 0
    }

    /// Ends a sentence, unless it is part of an abbreviation.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self.kind, TokenKind::Stop | TokenKind::Exclamation | TokenKind::Question | TokenKind::Ellipsis)
    }

    /// Closes a quotation or bracket.
    #[must_use]
    pub fn is_closer(&self) -> bool {
        matches!(
            self.kind,
            TokenKind::CloseQuote
                | TokenKind::StraightQuote
                | TokenKind::CloseSingle
                | TokenKind::StraightSingle
                | TokenKind::CloseBracket
        )
    }
}

/// Splits `text` into tokens. Offsets beyond `u32::MAX` cannot be expressed: the engine limits the
/// text long before.
#[must_use]
pub fn tokenise(text: &str) -> Vec<Token> {
    scan(text).tokens
}

/// What one pass over a text finds.
pub(super) struct Scanned {
    pub tokens: Vec<Token>,
    /// Tags of HTML, which are no tokens.
    pub tags: u32,
}

pub(super) fn scan(text: &str) -> Scanned {
    // English prose has a token for every five bytes or so.
    let tokens = Vec::with_capacity(text.len() / 5 + 8);
    let mut scanner = Scanner { text, bytes: text.as_bytes(), at: 0, before: form::SPACE_BEFORE, tokens, tags: 0 };
    scanner.run();
    Scanned { tokens: scanner.tokens, tags: scanner.tags }
}

/// Byte classes of the ASCII fast path.
mod class {
    pub(super) const OTHER: u8 = 0;
    pub(super) const SPACE: u8 = 1;
    pub(super) const LETTER: u8 = 2;
    pub(super) const DIGIT: u8 = 3;
    pub(super) const HIGH: u8 = 4;
}

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
static CLASS: [u8; 256] = {
    let mut table = [class::OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = if b.is_ascii_alphabetic() {
            class::LETTER
        } else if b.is_ascii_digit() {
            class::DIGIT
        } else if b == b' ' || (b >= 9 && b <= 13) {
            class::SPACE
        } else if b >= 128 {
            class::HIGH
        } else {
            class::OTHER
        };
        byte += 1;
    }
    table
};

#[allow(clippy::indexing_slicing, reason = "a byte is below 256")]
fn class_of(byte: u8) -> u8 {
    CLASS[byte as usize]
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// What stands before the next token: bits of [`form`].
    before: u16,
    tokens: Vec<Token>,
    tags: u32,
}

impl Scanner<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The character at `at`, which is a character boundary.
    fn char_at(&self, at: usize) -> Option<char> {
        let byte = *self.bytes.get(at)?;
        if byte < 128 {
            return Some(char::from(byte));
        }
        self.text.get(at..)?.chars().next()
    }

    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            // Most tokens are words, and most have one blank before them.
            match class_of(byte) {
                class::LETTER => self.word(),
                class::SPACE => {
                    self.at += 1;
                    self.before |= form::SPACE_BEFORE | when(matches!(byte, b'\n' | b'\r'), form::BREAK_BEFORE);
                }
                class::DIGIT => self.number(),
                class::HIGH => {
                    let Some(c) = self.char_at(self.at) else { return };
                    if is_mark(c) {
                        self.mark(c);
                    } else if c.is_whitespace() || is_invisible(c) {
                        self.at += c.len_utf8();
                        self.before |= when(c.is_whitespace(), form::SPACE_BEFORE);
                    } else if c.is_alphanumeric() {
                        self.word();
                    } else {
                        self.mark(c);
                    }
                }
                _ if byte == b'<' && self.tag() => {}
                _ => self.mark(char::from(byte)),
            }
        }
    }

    /// Adds the token that ends here.
    fn push(&mut self, start: usize, kind: TokenKind, form: u16, key: u64, stem: u64) {
        let form = form | std::mem::take(&mut self.before);
        self.tokens.push(Token { start: start as u32, end: self.at as u32, key, stem, classes: 0, form, kind });
    }

    /// Passes over the tag that begins here; false if none does.
    #[cold]
    fn tag(&mut self) -> bool {
        let Some(tag) = markup::tag_at(self.bytes, self.at) else {
            return false;
        };
        self.at = tag.end;
        self.tags += 1;
        self.before |= when(tag.breaks, form::SPACE_BEFORE | form::BREAK_BEFORE);
        true
    }

    fn mark(&mut self, c: char) {
        let start = self.at;
        self.at += c.len_utf8();
        let kind = match c {
            '.' => {
                if self.byte(self.at) == b'.' {
                    while self.byte(self.at) == b'.' {
                        self.at += 1;
                    }
                    TokenKind::Ellipsis
                } else {
                    TokenKind::Stop
                }
            }
            '…' => TokenKind::Ellipsis,
            '!' => TokenKind::Exclamation,
            '?' => TokenKind::Question,
            ',' => TokenKind::Comma,
            ';' => TokenKind::Semicolon,
            ':' => TokenKind::Colon,
            '-' => {
                if self.byte(self.at) == b'-' {
                    while self.byte(self.at) == b'-' {
                        self.at += 1;
                    }
                    TokenKind::Dash
                } else {
                    TokenKind::Hyphen
                }
            }
            '–' | '—' | '―' => TokenKind::Dash,
            // Some wire copy writes quotation marks as double primes.
            '"' | '″' | '＂' => TokenKind::StraightQuote,
            '“' | '«' | '„' => TokenKind::OpenQuote,
            '”' | '»' => TokenKind::CloseQuote,
            '‘' => TokenKind::OpenSingle,
            '’' => TokenKind::CloseSingle,
            // Wire copy writes double marks as two single ones.
            '\'' if self.byte(self.at) == b'\'' => {
                self.at += 1;
                TokenKind::StraightQuote
            }
            '`' if self.byte(self.at) == b'`' => {
                self.at += 1;
                TokenKind::OpenQuote
            }
            '\'' => TokenKind::StraightSingle,
            '(' | '[' | '{' => TokenKind::OpenBracket,
            ')' | ']' | '}' => TokenKind::CloseBracket,
            '%' => TokenKind::Percent,
            '$' | '£' | '€' | '¥' | '₹' => TokenKind::Currency,
            _ => TokenKind::Other,
        };
        let code = u64::from(u32::from(c));
        self.push(start, kind, 0, code, code);
    }

    /// Digits with inner separators ("1,200.50", "9-11", "2016/17"); letters turn it into a word
    /// ("15-year-old", "2nd").
    fn number(&mut self) {
        let start = self.at;
        let mut at = start;
        loop {
            while self.byte(at).is_ascii_digit() {
                at += 1;
            }
            let next = self.byte(at);
            let separated = matches!(next, b'.' | b',' | b':' | b'/' | b'-') && self.byte(at + 1).is_ascii_digit();
            if !separated {
                break;
            }
            at += 1;
        }
        let next = self.byte(at);
        let letter_follows = class_of(next) == class::LETTER
            || (next == b'-' && class_of(self.byte(at + 1)) == class::LETTER)
            || (next >= 128 && self.char_at(at).is_some_and(char::is_alphabetic));
        if letter_follows {
            return self.word();
        }
        self.at = at;
        let mut hasher = KeyHasher::new();
        for &byte in self.bytes.get(start..at).unwrap_or_default() {
            hasher.push(byte);
        }
        let key = hasher.finish();
        self.push(start, TokenKind::Number, form::DIGIT, key, key);
    }

    /// The word that begins here, if it is like most: at most seven ASCII letters, and nothing behind them that may belong
    /// to it. False for the others, which are read letter by letter.
    fn short_word(&mut self) -> bool {
        let start = self.at;
        let eight = eight_bytes(self.bytes, start);
        let length = leading_letters(eight);
        if length == 8 {
            return self.middling_word(eight);
        }
        let ends = self.ends_plain_word(start + length as usize, length);
        let link = matches!(eight as u16 | 0x2020, LINK_H | LINK_W);
        if length == 0 || !ends || link {
            return false;
        }
        // Of a letter, one bit tells small from capital.
        let small = (eight | CASE_BITS) & (u64::MAX >> (64 - 8 * length));
        let (key, stem, endings) = key::short_word_stem_endings(small, length as usize);
        let mut form = form::PLAIN | form_of_endings(endings);
        let upper = count_case_bits(small & !eight & CASE_BITS);
        if upper > 0 {
            form |= form_of_case(length, upper, eight & 0x20 == 0, endings);
        }
        self.at = start + length as usize;
        self.push(start, TokenKind::Word, form, key, stem);
        true
    }

    /// The same for 8 to 15 letters, of which the first eight are known to be such.
    fn middling_word(&mut self, eight: u64) -> bool {
        let start = self.at;
        let more = eight_bytes(self.bytes, start + 8);
        let length = 8 + leading_letters(more);
        let end = start + length as usize;
        let link = matches!(eight as u16 | 0x2020, LINK_H | LINK_W);
        if length == 16 || link || !self.ends_plain_word(end, length) {
            return false;
        }
        let rest = more & !(u64::MAX << (8 * (length - 8)));
        let small_rest = rest | CASE_BITS & !(u64::MAX << (8 * (length - 8)));
        let held = u128::from(small_rest) << 64 | u128::from(eight | CASE_BITS);
        let (key, stem, endings) = KeyHasher::of_word(held, length as usize).word_stem_endings();
        let upper = count_case_bits(!eight & CASE_BITS) + count_case_bits(small_rest & !rest);
        let mut form = form::PLAIN | form_of_endings(endings);
        if upper > 0 {
            form |= form_of_case(length, upper, eight & 0x20 == 0, endings);
        }
        self.at = end;
        self.push(start, TokenKind::Word, form, key, stem);
        true
    }

    /// True if what stands at `end`, behind so many letters, belongs to no word.
    fn ends_plain_word(&self, end: usize, length: u32) -> bool {
        let next = self.byte(end);
        match class_of(next) {
            class::SPACE => true,
            class::OTHER => !matches!(next, b'\'' | b'-' | b'&') && !(next == b'.' && length == 1),
            _ => false,
        }
    }

    fn word(&mut self) {
        if self.short_word() {
            return;
        }
        let start = self.at;
        if let Some(end) = self.url_end(start) {
            self.at = end;
            return self.push(start, TokenKind::Url, 0, 0, 0);
        }
        let mut word = WordReader::default();
        let mut at = start;
        loop {
            let byte = self.byte(at);
            match class_of(byte) {
                class::LETTER => at = word.ascii_letters(self.bytes, at),
                class::DIGIT => {
                    word.digit(byte);
                    at += 1;
                }
                class::HIGH => {
                    let Some(c) = self.char_at(at) else { break };
                    if !is_mark(c) && (c.is_alphanumeric() || is_combining(c)) {
                        word.letter(c);
                        at += c.len_utf8();
                    } else if c == '’' && self.letter_at(at + 3) {
                        word.joiner(b'\'');
                        at += 3;
                    } else if c == '\u{2010}' || c == '\u{2011}' {
                        word.joiner(b'-');
                        at += c.len_utf8();
                    } else if is_invisible(c) {
                        at += c.len_utf8();
                    } else {
                        break;
                    }
                }
                _ => match byte {
                    b'\'' if self.letter_at(at + 1) => {
                        word.joiner(b'\'');
                        at += 1;
                    }
                    b'-' | b'&' if self.alphanumeric_at(at + 1) => {
                        word.joiner(byte);
                        at += 1;
                    }
                    // "U.S.": single letters with dots. One letter and a dot is an initial, and
                    // its dot is a token of its own.
                    b'.' if word.is_single_letters() && self.abbreviation_goes_on(at) => {
                        word.dot();
                        at += 1;
                    }
                    _ => break,
                },
            }
        }
        self.at = at;
        let (key, stem, form) = word.finish();
        self.push(start, TokenKind::Word, form, key, stem);
    }

    fn letter_at(&self, at: usize) -> bool {
        let byte = self.byte(at);
        match class_of(byte) {
            class::LETTER => true,
            class::HIGH => self.char_at(at).is_some_and(char::is_alphabetic),
            _ => false,
        }
    }

    fn alphanumeric_at(&self, at: usize) -> bool {
        self.letter_at(at) || self.byte(at).is_ascii_digit()
    }

    /// At the dot of "U." or "U.S.": true if it belongs to the abbreviation. The dot after a first
    /// letter belongs if a single letter and a dot follow; the later ones always do.
    fn abbreviation_goes_on(&self, dot: usize) -> bool {
        let after_first = dot >= 2 && self.byte(dot - 2) == b'.';
        let another = self.byte(dot + 1).is_ascii_alphabetic() && self.byte(dot + 2) == b'.';
        after_first || another
    }

    /// The end of a link that starts here, if one does.
    fn url_end(&self, start: usize) -> Option<usize> {
        let beginning = [self.byte(start) | 0x20, self.byte(start + 1) | 0x20];
        if !matches!(&beginning, b"ht" | b"ww") {
            return None;
        }
        let rest = self.bytes.get(start..)?;
        let known = ["http://", "https://", "www."];
        if !known.iter().any(|prefix| starts_with_ignoring_case(rest, prefix.as_bytes())) {
            return None;
        }
        let length = rest
            .iter()
            .position(|&b| class_of(b) == class::SPACE || matches!(b, b'"' | b'<' | b'>' | b')' | b']'))
            .unwrap_or(rest.len());
        // A link does not end in the punctuation of its sentence.
        let mut end = start + length;
        while end > start && matches!(self.byte(end - 1), b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'') {
            end -= 1;
        }
        self.text.is_char_boundary(end).then_some(end)
    }
}

fn starts_with_ignoring_case(bytes: &[u8], prefix: &[u8]) -> bool {
    bytes.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Dashes, quotation marks, dots: what of other scripts' marks stands in English text, told without a look into tables.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}')
}

/// Zero-width characters and the byte-order mark: they show nothing and separate nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}' | '\u{FE00}'..='\u{FE0F}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// How "http" and "www" begin.
const LINK_H: u16 = u16::from_le_bytes(*b"ht");
const LINK_W: u16 = u16::from_le_bytes(*b"ww");

/// Collects what one pass over a word can tell.
struct WordReader {
    hasher: KeyHasher,
    letters: u32,
    upper: u32,
    first_upper: bool,
    digits: bool,
    hyphen: bool,
    dotted: bool,
    non_ascii: bool,
    /// Letters since the last joiner or dot; "U.S." never has two.
    run: u32,
    longest_run: u32,
}

impl Default for WordReader {
    fn default() -> Self {
        WordReader {
            hasher: KeyHasher::new(),
            letters: 0,
            upper: 0,
            first_upper: false,
            digits: false,
            hyphen: false,
            dotted: false,
            non_ascii: false,
            run: 0,
            longest_run: 0,
        }
    }
}

impl WordReader {
    /// Reads the ASCII letters from `first` on, most of any text, and returns where they end.
    fn ascii_letters(&mut self, bytes: &[u8], first: usize) -> usize {
        let mut at = first;
        let mut upper = 0;
        loop {
            let eight = eight_bytes(bytes, at);
            let length = leading_letters(eight);
            // Of a letter, one bit tells small from capital.
            let letters = eight & !u64::MAX.checked_shl(8 * length).unwrap_or(0);
            let small = CASE_BITS & !u64::MAX.checked_shl(8 * length).unwrap_or(0);
            upper += count_case_bits(small & !letters);
            self.hasher.push_all(letters | small, length as usize);
            at += length as usize;
            if length < 8 {
                break;
            }
        }
        let length = (at - first) as u32;
        self.first_upper |=
            self.letters == 0 && !self.digits && bytes.get(first).is_some_and(|first| first.is_ascii_uppercase());
        self.upper += upper;
        self.letters += length;
        self.run += length;
        self.longest_run = self.longest_run.max(self.run);
        at
    }

    fn letter(&mut self, c: char) {
        self.non_ascii = true;
        let upper = c.is_uppercase();
        self.first_upper |= upper && self.letters == 0;
        self.upper += u32::from(upper);
        self.letters += 1;
        self.run += 1;
        self.longest_run = self.longest_run.max(self.run);
        let mut buffer = [0u8; 4];
        for lower in c.to_lowercase() {
            for &byte in lower.encode_utf8(&mut buffer).as_bytes() {
                self.hasher.push(byte);
            }
        }
    }

    fn digit(&mut self, byte: u8) {
        self.digits = true;
        self.run += 1;
        self.longest_run = self.longest_run.max(self.run);
        self.hasher.push(byte);
    }

    fn joiner(&mut self, byte: u8) {
        self.hyphen |= byte == b'-';
        self.run = 0;
        self.hasher.push(byte);
    }

    fn dot(&mut self) {
        self.dotted = true;
        self.run = 0;
        self.hasher.push(b'.');
    }

    fn is_single_letters(&self) -> bool {
        self.longest_run == 1 && self.run == 1 && !self.digits && !self.hyphen
    }

    fn finish(self) -> (u64, u64, u16) {
        let (key, stem, endings) = self.hasher.word_stem_endings();
        let mut bits = form_of_endings(endings);
        // Small letters and nothing else.
        if self.upper == 0 && !(self.digits || self.hyphen || self.dotted || self.non_ascii) {
            return (key, stem, bits);
        }
        let mut set = |bit, on| bits |= if on { bit } else { 0 };
        set(form::DIGIT, self.digits);
        set(form::HYPHENATED, self.hyphen);
        set(form::DOTTED, self.dotted && self.run == 0);
        set(form::NON_ASCII, self.non_ascii);
        (key, stem, bits | form_of_case(self.letters, self.upper, self.first_upper, endings))
    }
}

/// What capitals tell of a word.
fn form_of_case(letters: u32, upper: u32, first_upper: bool, endings: u8) -> u16 {
    // NATO's and CEOs are upper case but for their ending.
    let ending = letters >= 3 && upper + 1 == letters && endings & (key::POSSESSIVE | key::S) != 0;
    when(first_upper, form::CAPITALISED)
        | when(letters >= 2 && upper == letters || ending, form::ALL_CAPS)
        | when(upper > u32::from(first_upper) && upper < letters, form::INNER_CAPITAL)
}

fn form_of_endings(endings: u8) -> u16 {
    when(endings & key::POSSESSIVE != 0, form::POSSESSIVE)
        | when(endings & key::ED != 0, form::ED)
        | when(endings & key::ING != 0, form::ING)
        | when(endings & key::LY != 0, form::LY)
        | when(endings & key::S != 0, form::S)
}

fn when(on: bool, bit: u16) -> u16 {
    if on { bit } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{TokenKind, form, tokenise};

    fn words(text: &str) -> Vec<&str> {
        tokenise(text).iter().map(|token| token.span().slice(text).unwrap()).collect()
    }

    fn key(word: &str) -> u64 {
        let tokens = tokenise(word);
        assert_eq!(tokens.len(), 1, "{word}");
        tokens[0].key
    }

    #[test]
    fn words_keep_their_apostrophes_hyphens_and_dots() {
        assert_eq!(words("so-called don't U.S. AT&T"), ["so-called", "don't", "U.S.", "AT&T"]);
        assert_eq!(words("state-run, J. Smith"), ["state-run", ",", "J", ".", "Smith"]);
        assert_eq!(words("end.Next"), ["end", ".", "Next"]);
    }

    #[test]
    fn long_words_have_keys_and_cases_like_short_ones() {
        let long = "abcdefgh".repeat(5);
        for end in 1..long.len() {
            let word = &long[..end];
            assert_eq!(key(word), crate::text::word_key(word), "{word}");
            assert_eq!(key(&format!("{word}'s")), key(word), "{word}");
            assert_eq!(key(&word.to_uppercase()), key(word), "{word}");
            let (small, all) = (tokenise(word)[0], tokenise(&word.to_uppercase())[0]);
            assert!(!small.is(form::CAPITALISED) && all.is(form::CAPITALISED));
            assert_eq!(all.is(form::ALL_CAPS), end >= 2, "{word}");
        }
    }

    #[test]
    fn numbers_keep_their_separators() {
        assert_eq!(
            words("$1,200.50 9-11 3.5% 15-year-old 2nd."),
            ["$", "1,200.50", "9-11", "3.5", "%", "15-year-old", "2nd", "."]
        );
    }

    #[test]
    fn links_are_one_token_without_the_stop_of_their_sentence() {
        let text = "See https://example.org/a?b=c. And www.example.org, too.";
        let links: Vec<_> = tokenise(text)
            .iter()
            .filter(|token| token.kind == TokenKind::Url)
            .map(|token| token.span().slice(text).unwrap())
            .collect();
        assert_eq!(links, ["https://example.org/a?b=c", "www.example.org"]);
    }

    #[test]
    fn one_word_has_one_key_however_it_is_written() {
        assert_eq!(key("Council"), key("council"));
        assert_eq!(key("council's"), key("council\u{2019}s"));
        assert_eq!(key("council's"), key("council"));
        assert_eq!(key("don\u{2019}t"), key("don't"));
        assert_ne!(key("council"), key("counsel"));
        assert_ne!(key("its"), key("it"));
    }

    #[test]
    fn what_shows_nothing_separates_nothing() {
        assert_eq!(words("\u{feff}mill\u{200b} \u{ad}"), ["mill\u{200b}"]);
        assert_eq!(key("mi\u{ad}ll"), key("mill"));
        assert!(tokenise("\u{feff}\u{200b} \n\u{2028}").is_empty());
    }

    #[test]
    fn case_and_accents_show_in_the_form() {
        let tokens = tokenise("Ren\u{e9}e saw NATO");
        assert!(tokens[0].is(form::CAPITALISED) && tokens[0].is(form::NON_ASCII));
        assert!(!tokens[1].is(form::CAPITALISED));
        assert!(tokens[2].is(form::ALL_CAPS));
    }
}
