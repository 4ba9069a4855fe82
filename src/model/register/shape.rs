//! Text distortion (Stamatatos 2018): a word keeps its letters only if it is in a small vocabulary of common
//! words; every other word is replaced by its shape. What is left is how a text is written, not what about.

use crate::lexicon::word;
use crate::text::{Document, Token, TokenKind, form, word_key};

/// What a masked word, a number or a mark looks like: an index into [`NAMES`].
pub type Shape = u8;

macro_rules! shapes {
    ($($name:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only positions, seen nowhere else")]
        #[derive(Clone, Copy)]
        enum Position { $($name,)* }
        $(const $name: Shape = Position::$name as Shape;)*
        /// How each shape is written in a model file.
        pub const NAMES: &[&str] = &[$($text,)*];
        /// The keys of [`NAMES`].
        static KEYS: &[u64] = &[$(word_key($text),)*];
    };
}

shapes! {
    NAME = "<Name>",
    CAPS = "<CAPS>",
    CALENDAR = "<calendar>",
    ING = "<-ing>",
    ED = "<-ed>",
    LY = "<-ly>",
    TION = "<-tion>",
    MENT = "<-ment>",
    NESS = "<-ness>",
    ITY = "<-ity>",
    ER = "<-er>",
    AL = "<-al>",
    IVE = "<-ive>",
    OUS = "<-ous>",
    S = "<-s>",
    WORD = "<word>",
    YEAR = "<year>",
    NUMBER = "<number>",
    LINK = "<link>",
    STOP = ".",
    EXCLAMATION = "!",
    QUESTION = "?",
    ELLIPSIS = "...",
    COMMA = ",",
    SEMICOLON = ";",
    COLON = ":",
    DASH = "--",
    HYPHEN = "-",
    QUOTE = "\"",
    SINGLE = "'",
    BRACKET = "(",
    PERCENT = "%",
    CURRENCY = "$",
    OTHER = "<other>",
}

/// Endings of words that are not inflections. The longest come first.
const SUFFIXES: [(&str, Shape); 8] =
    [("tion", TION), ("ment", MENT), ("ness", NESS), ("ity", ITY), ("ive", IVE), ("ous", OUS), ("er", ER), ("al", AL)];

/// One token, masked. Invariant: `shape` is an index into [`NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The key of a word; 0 for all else.
    pub word: u64,
    pub shape: Shape,
    /// The first of a paragraph: it forms no pair with the unit before.
    pub first: bool,
}

impl Unit {
    /// Whether the word is written like a name.
    #[must_use]
    pub fn is_capitalised(self) -> bool {
        matches!(self.shape, NAME | CAPS | CALENDAR)
    }

    /// The key of what is left of it, given a vocabulary.
    #[must_use]
    pub fn key(self, in_vocabulary: impl FnOnce(u64) -> bool) -> u64 {
        if self.word != 0 && in_vocabulary(self.word) {
            self.word
        } else {
            KEYS.get(usize::from(self.shape)).copied().unwrap_or_default()
        }
    }
}

/// Calls `see` with every token of the running text, boilerplate left out, and its unit.
pub fn each(document: &Document<'_>, mut see: impl FnMut(&Token, Unit)) {
    let text = document.article.text;
    let mut block = None;
    for (_, sentence) in document.body() {
        let mut first = block != Some(sentence.block);
        block = Some(sentence.block);
        for token in document.tokens_of(sentence) {
            let word = if token.is_word() { token.key } else { 0 };
            see(token, Unit { word, shape: shape(text, token), first });
            first = false;
        }
    }
}

fn shape(text: &str, token: &Token) -> Shape {
    match token.kind {
        TokenKind::Word => word_shape(text, token),
        TokenKind::Number => number_shape(text, token),
        TokenKind::Url => LINK,
        TokenKind::Stop => STOP,
        TokenKind::Exclamation => EXCLAMATION,
        TokenKind::Question => QUESTION,
        TokenKind::Ellipsis => ELLIPSIS,
        TokenKind::Comma => COMMA,
        TokenKind::Semicolon => SEMICOLON,
        TokenKind::Colon => COLON,
        TokenKind::Dash => DASH,
        TokenKind::Hyphen => HYPHEN,
        TokenKind::StraightQuote | TokenKind::OpenQuote | TokenKind::CloseQuote => QUOTE,
        TokenKind::OpenSingle | TokenKind::CloseSingle | TokenKind::StraightSingle => SINGLE,
        TokenKind::OpenBracket | TokenKind::CloseBracket => BRACKET,
        TokenKind::Percent => PERCENT,
        TokenKind::Currency => CURRENCY,
        TokenKind::Other => OTHER,
    }
}

fn word_shape(text: &str, token: &Token) -> Shape {
    // One letter says nothing of a name: "I", "A".
    if token.is(form::CAPITALISED) && token.end - token.start > 1 {
        return if token.has(word::MONTH | word::WEEKDAY) {
            CALENDAR
        } else if token.is(form::ALL_CAPS) {
            CAPS
        } else {
            NAME
        };
    }
    for (bit, shape) in [(form::ING, ING), (form::ED, ED), (form::LY, LY)] {
        if token.is(bit) {
            return shape;
        }
    }
    let letters = token.span().slice(text).unwrap_or_default();
    match SUFFIXES.iter().find(|(suffix, _)| letters.len() > suffix.len() + 2 && letters.ends_with(suffix)) {
        Some((_, shape)) => *shape,
        None if token.is(form::S) => S,
        None => WORD,
    }
}

fn number_shape(text: &str, token: &Token) -> Shape {
    match token.span().slice(text).map(str::as_bytes) {
        Some([b'1', b'9', a, b] | [b'2', b'0', a, b]) if a.is_ascii_digit() && b.is_ascii_digit() => YEAR,
        _ => NUMBER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;

    fn masked(text: &str, vocabulary: &[&str]) -> Vec<String> {
        let document = Document::read(&Article::from_text(text));
        let mut seen = Vec::new();
        each(&document, |token, unit| {
            let written = token.span().slice(text).unwrap().to_lowercase();
            let kept = vocabulary.contains(&written.as_str());
            let name = if kept { written } else { NAMES[usize::from(unit.shape)].to_owned() };
            assert_eq!(unit.key(|_| kept), word_key(&name));
            seen.push(name);
        });
        seen
    }

    #[test]
    fn what_a_text_is_about_is_masked() {
        let text = "The mayor of Springfield said on Tuesday that 12 bridges were repaired quickly in 2019, NASA's \
                    celebration notwithstanding.";
        let words = masked(text, &["the", "of", "said", "on", "that", "were", "in"]).join(" ");
        assert_eq!(
            words,
            "the <word> of <Name> said on <calendar> that <number> <-s> were <-ed> <-ly> in <year> , <CAPS> <-tion> \
             <-ing> ."
        );
    }

    #[test]
    fn two_texts_of_one_shape_are_one() {
        let a = masked("Alice Smith sold the gallery to Omar Khan, “gladly”.", &["the", "to"]);
        let b = masked("Nigel Brown told the council to Jane Doe, \"sadly\".", &["the", "to"]);
        assert_eq!(a, b);
    }
}
