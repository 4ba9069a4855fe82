//! What a classifier sees of a sentence: words, pairs of neighbours, classes of the lexicon, and counts.

use crate::lexicon::CueClass;
use crate::lexicon::word;
use crate::text::{Cue, Document, Sentence, Token, TokenKind, form, phrase_key, word_key};

/// A sentence or headline to classify.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'t> {
    pub tokens: &'t [Token],
    /// The cues that begin in it.
    pub cues: &'t [Cue],
    /// Whether capitals count: in a headline they are the outlet's style.
    pub cased: bool,
}

/// One thing seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// The token at this index.
    Word(usize),
    /// The token at this index and the next.
    Pair(usize),
    /// The first word of the sample.
    First(usize),
    /// Anything else.
    Named(&'static Named),
}

/// A pattern that is no word: a class, a form, a count.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    name: &'static str,
    key: u64,
}

impl Named {
    const fn new(name: &'static str) -> Self {
        Named { name, key: word_key(name) }
    }

    pub(super) fn key(&self) -> u64 {
        self.key
    }

    /// Classes of cues have names that may also be words.
    const fn cue(name: &'static str) -> Self {
        Named { name, key: phrase_key(CUE, word_key(name)) }
    }
}

pub(super) const FIRST: u64 = word_key("<first>");

/// Bounds of the classes of length, in words.
static LENGTHS: [(u32, Named); 7] = [
    (4, Named::new("<words up to 4>")),
    (7, Named::new("<words up to 7>")),
    (11, Named::new("<words up to 11>")),
    (16, Named::new("<words up to 16>")),
    (23, Named::new("<words up to 23>")),
    (32, Named::new("<words up to 32>")),
    (u32::MAX, Named::new("<words over 32>")),
];

/// Classes of words that count as patterns of their own. Those of names and sources are left out of
/// what a headline shows: they would tell the topic.
static CLASSES: [(u32, Named); 12] = [
    (word::PRONOUN_FIRST, Named::new("<first person>")),
    (word::PRONOUN_SECOND, Named::new("<second person>")),
    (word::PRONOUN_PERSON, Named::new("<third person>")),
    (word::NEGATION, Named::new("<negation>")),
    (word::AUXILIARY, Named::new("<auxiliary>")),
    (word::IRREGULAR_PAST, Named::new("<past verb>")),
    (word::NUMBER_WORD, Named::new("<number word>")),
    (word::MONTH | word::WEEKDAY, Named::new("<calendar>")),
    (word::TIME_UNIT, Named::new("<time unit>")),
    (word::ROLE_NOUN, Named::new("<role>")),
    (word::ORGANISATION_NOUN | word::METONYM, Named::new("<organisation>")),
    (word::NATIONALITY, Named::new("<nationality>")),
];

static FORMS: [(u16, Named); 4] = [
    (form::ED, Named::new("<-ed>")),
    (form::ING, Named::new("<-ing>")),
    (form::LY, Named::new("<-ly>")),
    (form::DIGIT, Named::new("<with digit>")),
];

static ALL_CAPS: Named = Named::new("<all caps>");
static CAPITALISED: Named = Named::new("<capitalised>");

impl<'t> Sample<'t> {
    /// A sentence of a document.
    #[must_use]
    pub fn of(document: &'t Document<'_>, sentence: &Sentence) -> Self {
        Sample { tokens: document.tokens_of(sentence), cues: document.cues_of(sentence), cased: true }
    }

    /// Calls `see` with the key of every pattern, once for each time it occurs. The words of a quotation
    /// count like any.
    pub fn each(&self, mut see: impl FnMut(u64, Pattern)) {
        let mut words = 0u32;
        let mut before: Option<u64> = None;
        for (at, token) in self.tokens.iter().enumerate() {
            let key = key_of(token);
            see(key, Pattern::Word(at));
            match before {
                Some(before) => see(phrase_key(before, key), Pattern::Pair(at - 1)),
                None => see(phrase_key(FIRST, key), Pattern::First(at)),
            }
            before = Some(key);
            words += u32::from(token.counts());
            if !token.is_word() {
                continue;
            }
            for (_, named) in named(token.classes, token.form) {
                see(named.key, Pattern::Named(named));
            }
            if self.cased && at > 0 && token.is(form::CAPITALISED) && !token.has(word::PRONOUN_FIRST) {
                let named = capital(token);
                see(named.key, Pattern::Named(named));
            }
        }
        for cue in self.cues {
            let named = cue_name(cue.class);
            see(named.key, Pattern::Named(named));
        }
        if let Some(named) = length(words) {
            see(named.key, Pattern::Named(named));
        }
    }
}

/// All of [`CLASSES`], and all of [`FORMS`].
const ANY_CLASS: u32 = {
    let (mut all, mut at) = (0, 0);
    while at < CLASSES.len() {
        all |= CLASSES[at].0;
        at += 1;
    }
    all
};
const ANY_FORM: u16 = form::ED | form::ING | form::LY | form::DIGIT;

/// How many classes and forms there are.
pub(super) const NAMED: usize = CLASSES.len() + FORMS.len();

/// The classes and forms of a word, with their places among all of them: classes first.
pub(super) fn named(classes: u32, form: u16) -> impl Iterator<Item = (usize, &'static Named)> {
    // Most words have none of either.
    let listed = if classes & ANY_CLASS == 0 { &[] } else { CLASSES.as_slice() };
    let formed = if form & ANY_FORM == 0 { &[] } else { FORMS.as_slice() };
    let listed = listed.iter().zip(0..).filter(move |((class, _), _)| classes & class != 0);
    let formed = formed.iter().zip(CLASSES.len()..).filter(move |((bit, _), _)| form & bit != 0);
    listed.map(|((_, named), place)| (place, named)).chain(formed.map(|((_, named), place)| (place, named)))
}

/// What a capital tells of a word that does not begin its sentence.
pub(super) fn capital(token: &Token) -> &'static Named {
    if token.is(form::ALL_CAPS) { &ALL_CAPS } else { &CAPITALISED }
}

/// The class of a sentence's length.
pub(super) fn length(words: u32) -> Option<&'static Named> {
    LENGTHS.iter().find(|(most, _)| words <= *most).map(|(_, named)| named)
}

#[allow(clippy::indexing_slicing, reason = "one for each class")]
pub(super) fn cue_name(class: CueClass) -> &'static Named {
    &CUES[class as usize]
}

const CUE: u64 = word_key("<cue>");

/// One for each class of cues.
static CUES: [Named; CueClass::ALL.len()] = {
    let mut cues = [const { Named { name: "", key: 0 } }; CueClass::ALL.len()];
    let mut at = 0;
    while at < cues.len() {
        cues[at] = Named::cue(CueClass::ALL[at].0);
        at += 1;
    }
    cues
};

/// A number is any number: which one it is tells the topic.
pub(super) fn key_of(token: &Token) -> u64 {
    match token.kind {
        TokenKind::Word => token.key,
        kind => kind_key(kind),
    }
}

#[allow(clippy::indexing_slicing, reason = "one for each kind")]
pub(super) fn kind_key(kind: TokenKind) -> u64 {
    KIND_KEYS[kind as usize]
}

/// The keys of [`NAMES`] by kind.
static KIND_KEYS: [u64; TokenKind::Other as usize + 1] = {
    let mut keys = [word_key("<other>"); TokenKind::Other as usize + 1];
    let mut at = 0;
    while at < NAMES.len() {
        keys[NAMES[at].0 as usize] = word_key(NAMES[at].1);
        at += 1;
    }
    keys
};

const NAMES: [(TokenKind, &str); 15] = [
    (TokenKind::Number, "<number>"),
    (TokenKind::Url, "<link>"),
    (TokenKind::Stop, "."),
    (TokenKind::Exclamation, "!"),
    (TokenKind::Question, "?"),
    (TokenKind::Ellipsis, "..."),
    (TokenKind::Comma, ","),
    (TokenKind::Semicolon, ";"),
    (TokenKind::Colon, ":"),
    (TokenKind::Dash, "--"),
    (TokenKind::Hyphen, "-"),
    (TokenKind::OpenBracket, "("),
    (TokenKind::CloseBracket, ")"),
    (TokenKind::Percent, "%"),
    (TokenKind::Currency, "$"),
];

impl Pattern {
    /// The pattern as a classifier's file has it; `text` is what the tokens stand in. Absent for a word
    /// that cannot be written so.
    #[must_use]
    pub fn name(self, text: &str, tokens: &[Token]) -> Option<String> {
        let one = |at: usize| tokens.get(at).map(|token| token_name(text, token));
        match self {
            Pattern::Word(at) => one(at),
            Pattern::Pair(at) => Some(format!("{} {}", one(at)?, one(at + 1)?)),
            Pattern::First(at) => Some(format!("<first> {}", one(at)?)),
            Pattern::Named(Named { name, .. }) if name.starts_with('<') => Some((*name).to_owned()),
            Pattern::Named(Named { name, .. }) => Some(format!("<cue> {name}")),
        }
    }

    /// The key of a pattern by its name.
    #[must_use]
    pub fn key(name: &str) -> u64 {
        Self::pair(name).map_or_else(|| word_key(name), |(first, second)| phrase_key(first, second))
    }

    /// The keys of the two of a pair, by its name.
    pub(super) fn pair(name: &str) -> Option<(u64, u64)> {
        // The names of counts and classes have blanks and are whole.
        let whole = name.starts_with('<') && name.find('>') == Some(name.len() - 1);
        name.split_once(' ').filter(|_| !whole).map(|(first, second)| (word_key(first), word_key(second)))
    }
}

/// A word in lower case, its apostrophe straight and its possessive dropped; a mark as itself.
fn token_name(text: &str, token: &Token) -> String {
    if token.kind != TokenKind::Word {
        return NAMES.iter().find(|(kind, _)| *kind == token.kind).map_or("<other>", |(_, name)| name).to_owned();
    }
    let word = token.span().slice(text).unwrap_or_default().to_lowercase().replace('’', "'");
    match word.strip_suffix("'s") {
        Some(bare) if !bare.is_empty() => bare.to_owned(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::text::tokenise;

    #[test]
    fn every_pattern_has_the_key_of_its_name() {
        let text = "“The mayor’s plan (12% of it) may fail,” Jane Doe said -- and why? She didn't know...";
        let document = Document::read(&Article::from_text(text));
        let sample = Sample { tokens: &document.tokens, cues: &document.cues, cased: true };
        let mut seen = 0;
        sample.each(|key, pattern| {
            let name = pattern.name(text, &document.tokens).unwrap();
            assert_eq!(Pattern::key(&name), key, "{name}");
            seen += 1;
        });
        assert!(seen > 60, "{seen}");
    }

    #[test]
    fn capitals_are_not_seen_where_they_are_style() {
        let keys = |text: &str| {
            let tokens = tokenise(text);
            let mut keys = Vec::new();
            Sample { tokens: &tokens, cues: &[], cased: false }.each(|key, _| keys.push(key));
            keys
        };
        assert_eq!(keys("Ten Things You Must See"), keys("ten things you must see"));
        assert_ne!(keys("ten things you must see"), keys("ten things they must see"));
    }
}
