//! Signs of genre in a document: where the lexicon's signs count, and where the same words do not.

use crate::lexicon::{Sign, signs};

use super::document::Document;
use super::key::{phrase_key, word_key};
use super::sentence::Sentence;
use super::token::{Token, TokenKind, form};

/// Signs that count at the beginning of a line or a sentence.
const AT_A_BEGINNING: u64 = Sign::ReleaseLine.bit()
    | Sign::SatireNotice.bit()
    | Sign::TranscriptNotice.bit()
    | Sign::RecipeStep.bit()
    | Sign::Zodiac.bit()
    | Sign::NoticeSurvivors.bit()
    | Sign::NoticeService.bit()
    | Sign::NoticeLife.bit()
    | Sign::LegalClause.bit();

/// Signs that also count behind the subject of a sentence.
const BEHIND_A_SUBJECT: u64 = Sign::NoticeSurvivors.bit() | Sign::NoticeService.bit() | Sign::NoticeLife.bit();

/// Signs that count as a credit of the dateline.
const CREDITS: u64 = Sign::ReleaseWire.bit() | Sign::SatireCredit.bit();

const LABELS: u64 =
    Sign::LabelOpinion.bit() | Sign::LabelPromotion.bit() | Sign::LabelSatire.bit() | Sign::LabelOther.bit();

/// A dateline with its credit has at most so many tokens.
const DATELINE_TOKENS: usize = 28;
/// The subject that a sign stands behind has at most so many tokens.
const SUBJECT_TOKENS: usize = 8;
/// A label has at most so many bytes.
const LABEL_BYTES: usize = 40;

/// Lengths and signs of the phrases that begin a run of tokens, the shortest first. A comma does not part the words of a
/// phrase: "For further information, please contact".
fn phrases(tokens: &[Token]) -> impl Iterator<Item = (usize, u64)> {
    let mut state: Option<u64> = None;
    let mut goes_on = true;
    let lexicon = signs();
    let words = tokens.iter().enumerate().filter(|(_, token)| token.kind != TokenKind::Comma);
    words.map_while(move |(at, token)| {
        if !goes_on || token.kind != TokenKind::Word {
            return None;
        }
        let key = state.map_or(token.key, |before| phrase_key(before, token.key));
        let node = lexicon.get(key)?;
        state = Some(key);
        goes_on = node.goes_on;
        Some((at + 1, node.cues))
    })
}

/// Tokens behind bullets, brackets, opening quotation marks and the number of an item ("2. Stir the soup").
fn from_first_word(tokens: &[Token]) -> &[Token] {
    let numbered = matches!(tokens, [number, mark, ..]
        if number.kind == TokenKind::Number && matches!(mark.kind, TokenKind::Stop | TokenKind::CloseBracket));
    let tokens = if numbered { tokens.get(2..).unwrap_or_default() } else { tokens };
    let first = tokens.iter().position(Token::counts).unwrap_or(tokens.len());
    if first <= 2 { tokens.get(first..).unwrap_or_default() } else { &[] }
}

/// Tokens behind the name or the pronoun that a sentence begins with: "Mary A. (Vale) Doe", "She".
fn behind_subject(tokens: &[Token]) -> &[Token] {
    let named = |token: &Token| !token.is_word() || token.is(form::CAPITALISED);
    let length = tokens.iter().take(SUBJECT_TOKENS + 1).take_while(|token| named(token)).count();
    if (1..=SUBJECT_TOKENS).contains(&length) { tokens.get(length..).unwrap_or_default() } else { &[] }
}

/// How the words of law stand in a sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LegalWords {
    /// Words that bind somebody.
    pub duties: u32,
    /// Other words of which texts of law are full.
    pub terms: u32,
}

impl Document<'_> {
    /// Signs at the beginning of a sentence, as bits of [`Sign::bit`]. What stands in a quotation is a speaker's.
    #[must_use]
    pub fn signs_of(&self, sentence: &Sentence) -> u64 {
        let tokens = from_first_word(self.tokens_of(sentence));
        if tokens.first().is_none_or(|first| first.is(form::QUOTED)) {
            return 0;
        }
        let found = |tokens| phrases(tokens).fold(0, |all, (_, signs)| all | signs);
        found(tokens) & AT_A_BEGINNING | found(behind_subject(tokens)) & BEHIND_A_SUBJECT
    }

    /// The words of law in a sentence, outside its quotations.
    #[must_use]
    pub fn legal_words(&self, sentence: &Sentence) -> LegalWords {
        let mut found = LegalWords::default();
        for token in self.tokens_of(sentence).iter().filter(|token| token.is_word() && !token.is(form::QUOTED)) {
            let signs = signs().get(token.key).map_or(0, |node| node.cues);
            found.duties += u32::from(signs & Sign::LegalDuty.bit() != 0);
            found.terms += u32::from(signs & Sign::LegalTerm.bit() != 0);
        }
        found
    }

    /// Whether a line is what heads a list of ingredients, and nothing else.
    #[must_use]
    pub fn is_recipe_list(&self, line: &[Token]) -> bool {
        let listed = |&(_, signs): &(usize, u64)| signs & Sign::RecipeList.bit() != 0;
        phrases(line)
            .filter(listed)
            .any(|(length, _)| line.get(length..).unwrap_or_default().iter().all(|t| !t.counts()))
    }

    /// Whether a line is an amount of something: a number and a measure.
    #[must_use]
    pub fn is_amount(&self, line: &[Token]) -> bool {
        let tokens = match line.first() {
            Some(first) if matches!(first.kind, TokenKind::Hyphen | TokenKind::Dash | TokenKind::Other) => {
                // A bullet, or a vulgar fraction, which is a number.
                let fraction = self.words(first).chars().all(char::is_numeric);
                if fraction { line } else { line.get(1..).unwrap_or_default() }
            }
            _ => line,
        };
        let number = |token: &Token| {
            token.kind == TokenKind::Number || token.is(form::DIGIT) || self.words(token).chars().all(char::is_numeric)
        };
        let digits = tokens.iter().take(4).take_while(|token| number(token) || token.kind == TokenKind::Other).count();
        // "200g flour": the measure is part of the number.
        let joined = tokens.first().is_some_and(|first| {
            let words = self.words(first);
            let unit = words.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            unit.len() < words.len()
                && matches!(unit, "g" | "kg" | "ml" | "l" | "cl" | "dl" | "oz" | "lb" | "tsp" | "tbsp")
        });
        // "1 (14-ounce) can", "2 large eggs", "1 heaped tablespoon"
        let measured = || {
            let rest = tokens.get(digits..).unwrap_or_default();
            (0..rest.len().min(4)).any(|at| {
                let here = rest.get(at..).unwrap_or_default();
                phrases(here).any(|(_, signs)| signs & Sign::RecipeMeasure.bit() != 0)
            })
        };
        joined || digits > 0 && measured()
    }

    fn words(&self, token: &Token) -> &str {
        token.span().slice(self.article.text).unwrap_or_default()
    }

    /// Credits of the dateline, as bits of [`Sign::bit`].
    #[must_use]
    pub fn credits(&self) -> u64 {
        let head = self.tokens.get(..self.tokens.len().min(DATELINE_TOKENS)).unwrap_or_default();
        let mut found = 0;
        for (at, token) in head.iter().enumerate() {
            if token.kind != TokenKind::Word {
                continue;
            }
            let opened = at
                .checked_sub(1)
                .and_then(|at| head.get(at))
                .is_some_and(|before| before.kind == TokenKind::OpenBracket || self.words(before) == "/");
            for (length, signs) in phrases(head.get(at..).unwrap_or_default()) {
                let closed = head.get(at + length).is_some_and(|next| match next.kind {
                    TokenKind::CloseBracket => opened,
                    TokenKind::Dash => opened || at == 0,
                    TokenKind::Other => opened && self.words(next) == "/",
                    _ => false,
                });
                if closed {
                    found |= signs & CREDITS;
                }
            }
        }
        found
    }

    /// Labels that the title, the address and the first blocks give the page, as bits of [`Sign::bit`].
    #[must_use]
    pub fn labels(&self) -> u64 {
        let mut found = 0;
        for block in self.blocks.iter().take(3).filter(|block| block.kind != super::BlockKind::Body) {
            let range = block.tokens();
            let tokens = self.tokens.get(range).unwrap_or_default();
            for (length, signs) in phrases(tokens) {
                // A label stands first ("Opinion: ...") or alone, never inside a headline.
                if tokens.get(length).is_none_or(|next| !next.counts()) {
                    found |= signs & LABELS;
                }
            }
        }
        let title = self.article.title.split_once([':', '|']).map_or(0, |(label, _)| label_of(label.trim()));
        let url = self.article.url;
        let path = url.split_once("://").map_or(url, |(_, rest)| rest);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        path.split('/').skip(1).map(label_of).fold(found | title, |all, labels| all | labels)
    }

    /// Whether the title, the address or one of the first blocks labels the page as another genre than news.
    #[must_use]
    pub fn has_genre_label(&self) -> bool {
        self.labels() != 0
    }

    /// Every sign of the document, as bits of [`Sign::bit`].
    #[must_use]
    pub fn signs(&self) -> u64 {
        let begun = self.sentences.iter().map(|sentence| self.signs_of(sentence)).fold(0, |all, signs| all | signs);
        let amounts =
            self.blocks.iter().any(|block| self.is_amount(self.tokens.get(block.tokens()).unwrap_or_default()));
        let amounts = if amounts { Sign::RecipeMeasure.bit() } else { 0 };
        let listed =
            self.blocks.iter().any(|block| self.is_recipe_list(self.tokens.get(block.tokens()).unwrap_or_default()));
        let listed = if listed { Sign::RecipeList.bit() } else { 0 };
        let legal = self.sentences.iter().map(|sentence| self.legal_words(sentence)).fold(0, |all, words| {
            let duty = if words.duties > 0 { Sign::LegalDuty.bit() } else { 0 };
            all | duty | if words.terms > 0 { Sign::LegalTerm.bit() } else { 0 }
        });
        begun | amounts | listed | legal | self.credits() | self.labels()
    }
}

/// The labels that the words, or the words of a path segment, are as a whole.
fn label_of(words: &str) -> u64 {
    if words.is_empty() || words.len() > LABEL_BYTES {
        return 0;
    }
    let mut key: Option<u64> = None;
    let mut found = 0;
    for part in words.split([' ', '-', '_']).filter(|part| !part.is_empty()) {
        let word = word_key(&part.to_lowercase());
        let next = key.map_or(word, |key| phrase_key(key, word));
        let Some(node) = signs().get(next) else {
            return 0;
        };
        found = node.cues;
        key = Some(next);
    }
    found & LABELS
}
