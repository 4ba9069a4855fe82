//! Text distortion (Stamatatos 2018): a word keeps its letters only if it is in a small vocabulary of common
//! words; every other word is replaced by the class of cue it belongs to, a reporting verb or a hedge, or else by its
//! shape. What is left is how a text is written, not what about.

use crate::lexicon::{CueClass, word};
use crate::text::{Cue, Document, Token, TokenKind, form};

/// What a masked word, a number or a mark looks like: a place in [`NAMES`], and behind those in [`CueClass::ALL`].
pub type Shape = u8;

/// How many shapes there are.
pub const SHAPES: usize = NAMES.len() + CueClass::ALL.len();

/// How a shape is written in a model file.
#[must_use]
pub fn name(shape: Shape) -> String {
    let place = usize::from(shape);
    match (NAMES.get(place), place.checked_sub(NAMES.len()).and_then(|class| CueClass::ALL.get(class))) {
        (Some(name), _) => (*name).to_owned(),
        (None, Some((class, _))) => format!("<{class}>"),
        (None, None) => String::new(),
    }
}

macro_rules! shapes {
    ($($name:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only positions, seen nowhere else")]
        #[derive(Clone, Copy)]
        enum Position { $($name,)* }
        $(const $name: Shape = Position::$name as Shape;)*
        /// How each shape that is not a class of cues is written in a model file.
        pub const NAMES: &[&str] = &[$($text,)*];
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

/// One token, masked. Invariant: `shape` is below [`SHAPES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The key of a word; 0 for all else.
    pub word: u64,
    pub shape: Shape,
    /// The first of a paragraph: it forms no pair with the unit before.
    pub first: bool,
    /// Written like a name.
    pub capitalised: bool,
}

impl Unit {
    #[must_use]
    pub fn of(text: &str, seen: &Seen<'_>) -> Self {
        let looks = looks(text, seen.token);
        Unit {
            word: seen.word(),
            shape: seen.cue().map_or(looks, cue_shape),
            first: seen.first,
            capitalised: matches!(looks, NAME | CAPS | CALENDAR),
        }
    }
}

/// A token of the running text, as [`each`] meets it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'t> {
    pub token: &'t Token,
    /// Its place among the tokens of the document.
    pub at: usize,
    /// The first of its paragraph.
    pub first: bool,
    /// The cues of its sentence from the first on that does not end before it.
    cues: &'t [Cue],
}

impl Seen<'_> {
    /// The key of a word; 0 for all else.
    #[must_use]
    pub fn word(&self) -> u64 {
        if self.token.is_word() { self.token.key } else { 0 }
    }

    /// The first cue that it is part of. Cues stand in the order of their first tokens.
    #[must_use]
    pub fn cue(&self) -> Option<CueClass> {
        let begun = self.cues.iter().take_while(|cue| cue.first as usize <= self.at);
        begun.filter(|cue| cue.end as usize > self.at).map(|cue| cue.class).next()
    }
}

/// Calls `see` with every token of the running text, boilerplate left out.
pub fn each(document: &Document<'_>, mut see: impl FnMut(Seen<'_>)) {
    let mut block = None;
    for (_, sentence) in document.body() {
        let mut first = block != Some(sentence.block);
        block = Some(sentence.block);
        let mut cues = document.cues_of(sentence);
        for (at, token) in (sentence.tokens().start..).zip(document.tokens_of(sentence)) {
            while let Some((cue, rest)) = cues.split_first()
                && cue.end as usize <= at
            {
                cues = rest;
            }
            see(Seen { token, at, first, cues });
            first = false;
        }
    }
}

/// The shape of a token.
#[must_use]
pub fn of(text: &str, seen: &Seen<'_>) -> Shape {
    seen.cue().map_or_else(|| looks(text, seen.token), cue_shape)
}

fn cue_shape(class: CueClass) -> Shape {
    NAMES.len() as Shape + class as Shape
}

/// What a token looks like, whatever it is a cue of.
fn looks(text: &str, token: &Token) -> Shape {
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
    let letters = token.span().slice(text).unwrap_or_default().as_bytes();
    let (suffix, shape) = suffix(letters);
    if suffix > 0 && letters.len() > suffix + 2 {
        shape
    } else if token.is(form::S) {
        S
    } else {
        WORD
    }
}

/// An ending that is not an inflection, and its length; 0 if there is none.
fn suffix(letters: &[u8]) -> (usize, Shape) {
    match letters {
        [.., b't', b'i', b'o', b'n'] => (4, TION),
        [.., b'm', b'e', b'n', b't'] => (4, MENT),
        [.., b'n', b'e', b's', b's'] => (4, NESS),
        [.., b'i', b't', b'y'] => (3, ITY),
        [.., b'i', b'v', b'e'] => (3, IVE),
        [.., b'o', b'u', b's'] => (3, OUS),
        [.., b'e', b'r'] => (2, ER),
        [.., b'a', b'l'] => (2, AL),
        _ => (0, WORD),
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
        each(&document, |met| {
            let written = met.token.span().slice(text).unwrap().to_lowercase();
            let unit = Unit::of(text, &met);
            assert_eq!(unit.shape, of(text, &met));
            seen.push(if vocabulary.contains(&written.as_str()) { written } else { name(unit.shape) });
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
    fn a_cue_is_masked_by_its_class_unless_it_keeps_its_letters() {
        let text = "The minister insisted that it was allegedly sold, according to Brown.";
        let words = masked(text, &["the", "that", "it", "was", "to"]).join(" ");
        assert_eq!(
            words,
            "the <-er> <report_verb_stance> that it was <hedge_distance> <word> , <report_frame> to <Name> ."
        );
    }

    #[test]
    fn two_texts_of_one_shape_are_one() {
        let a = masked("Alice Smith sold the bridge to Omar Khan, “slowly”.", &["the", "to"]);
        let b = masked("Nigel Brown gave the engine to Jane Doe, \"quickly\".", &["the", "to"]);
        assert_eq!(a, b);
    }
}
