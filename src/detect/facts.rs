//! What each sentence holds that can be counted: words, numbers, dates, names.

use std::ops::Range;

use crate::lexicon::{CueClass, word};
use crate::text::{Document, KeySet, Sentence, Token, TokenKind, form, word_key};

/// Countable contents of one sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentenceFacts {
    /// Words and numbers.
    pub words: u32,
    /// Of these, outside quotations.
    pub own_words: u32,
    /// Figures: numbers that are no date, year, age or ordinal, with percentages and sums of money.
    pub figures: u32,
    /// Calendar dates, years, and weekdays with a date.
    pub dates: u32,
    /// Any expression of time, relative ones included.
    pub times: u32,
    /// Runs of capitalised words that read as names.
    pub names: u32,
    /// Of these, names that no earlier sentence has.
    pub new_names: u32,
    /// A verb that may tell an event: a past form or a perfect.
    pub event_verb: bool,
    /// `I` or `we` in the article's own voice.
    pub first_person: bool,
    pub question: bool,
    /// An exclamation mark in the article's own voice.
    pub exclamation: bool,
    /// `you` in the article's own voice.
    pub second_person: bool,
    pub link: bool,
    /// Words of courts and police.
    pub judicial: bool,
    /// More than half of the words are quoted.
    pub quoted: bool,
}

/// The sentences' contents and their sums over the body.
#[derive(Debug, Default)]
pub struct Facts {
    /// One for each sentence of the document.
    pub sentences: Vec<SentenceFacts>,
    pub body_sentences: u32,
    /// Words and numbers of body sentences.
    pub body_words: u32,
    /// Of these, in the article's own voice.
    pub own_words: u32,
    /// Of these, inside quotations.
    pub quoted_words: u32,
    pub dates: u32,
}

/// Counts.
#[must_use]
pub fn collect(document: &Document<'_>) -> Facts {
    let mut facts = Facts { sentences: Vec::with_capacity(document.sentences.len()), ..Facts::default() };
    // Of each word, whether it was the last of a name before.
    let mut names = document.vocabulary.table(false);
    for sentence in &document.sentences {
        let own = of_sentence(document, sentence, &mut names);
        if sentence.body {
            facts.body_sentences += 1;
            facts.body_words += own.words;
            facts.own_words += own.own_words;
            facts.quoted_words += own.words - own.own_words;
            facts.dates += own.dates;
        }
        facts.sentences.push(own);
    }
    facts
}

fn of_sentence(document: &Document<'_>, sentence: &Sentence, names: &mut [bool]) -> SentenceFacts {
    let tokens = document.tokens_of(sentence);
    let numbers = document.vocabulary.of_tokens(sentence.tokens());
    let mut facts = SentenceFacts { words: sentence.words, ..SentenceFacts::default() };
    let mut name_run = false;
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1);
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let own = !token.is(form::QUOTED);
        match token.kind {
            TokenKind::Word => {
                facts.own_words += u32::from(own);
                if !token.has(TELLING_CLASSES) && !token.is(TELLING_FORMS) {
                    name_run = false;
                    continue;
                }
                facts.first_person |= own && token.has(word::PRONOUN_FIRST) && !token.is(form::ALL_CAPS);
                facts.second_person |= own && token.has(word::PRONOUN_SECOND);
                facts.judicial |= token.has(word::JUDICIAL);
                facts.event_verb |= is_event_verb(token, before);
                if token.has(word::MONTH) && dated_by(before, next) {
                    facts.dates += 1;
                    facts.times += 1;
                } else if token.has(word::WEEKDAY) {
                    facts.times += 1;
                } else if token.has(word::NUMBER_WORD) && !is_one(token) || is_magnitude(token) {
                    facts.figures += 1;
                }
                let name = is_name(tokens, at);
                if name && !name_run {
                    facts.names += 1;
                }
                // A name counts as new by its last word: "Jane Doe", then "Doe".
                if name
                    && !next.is_some_and(|next| next.is_word() && is_name(tokens, at + 1))
                    && let Some(known) = numbers.get(at).and_then(|numbers| names.get_mut(numbers.word as usize))
                    && !std::mem::replace(known, true)
                {
                    facts.new_names += 1;
                }
                name_run = name;
                continue;
            }
            TokenKind::Number => {
                facts.own_words += u32::from(own);
                match number(document, tokens, at) {
                    Numeral::Year => {
                        facts.dates += u32::from(!before.is_some_and(dates_year));
                        facts.times += 1;
                    }
                    Numeral::Date => {
                        facts.dates += 1;
                        facts.times += 1;
                    }
                    Numeral::DayOfMonth | Numeral::Label => {}
                    Numeral::Figure => facts.figures += 1,
                }
            }
            TokenKind::Url => facts.link = true,
            TokenKind::Question => facts.question |= own,
            TokenKind::Exclamation => facts.exclamation |= own,
            _ => {}
        }
        name_run = false;
    }
    facts.times += document.cues_of(sentence).iter().filter(|cue| cue.class == CueClass::RelativeTime).count() as u32;
    facts.quoted = facts.own_words * 2 < facts.words;
    facts
}

/// What a word must have of, for any fact to rest on it: most words have nothing.
const TELLING_CLASSES: u32 = word::PRONOUN_FIRST
    | word::PRONOUN_SECOND
    | word::JUDICIAL
    | word::IRREGULAR_PAST
    | word::MONTH
    | word::WEEKDAY
    | word::NUMBER_WORD;
const TELLING_FORMS: u16 = form::CAPITALISED | form::ED | form::DIGIT;

/// True for a word that is part of a name: capitalised, and not only because the sentence begins there.
#[must_use]
#[inline]
pub fn is_name(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at)
        .is_some_and(|token| token.is(form::CAPITALISED) && token.is_word() && is_name_there(tokens, at, token))
}

/// The same of a capitalised word.
fn is_name_there(tokens: &[Token], at: usize, token: &Token) -> bool {
    if token.has(word::PRONOUN_FIRST | word::MONTH | word::WEEKDAY) {
        return false;
    }
    if token.has(word::METONYM | word::GIVEN_NAME | word::NATIONALITY)
        || token.is(form::ALL_CAPS) && !token.has(word::STOP)
    {
        return true;
    }
    let begins = at == 0
        || tokens.get(at - 1).is_some_and(|before| {
            !before.counts() && before.kind != TokenKind::Comma && before.kind != TokenKind::Hyphen
        });
    if !begins {
        return !token.has(word::STOP | word::DETERMINER | word::PREPOSITION | word::CONJUNCTION);
    }
    // At the beginning, the next word decides: "Jens Stoltenberg", not "Several allies".
    !token.has(word::STOP | word::DETERMINER | word::PREPOSITION | word::CONJUNCTION | word::AUXILIARY)
        && tokens.get(at + 1).is_some_and(|next| next.is_word() && next.is(form::CAPITALISED) && !next.has(word::STOP))
}

/// True for a token that [`is_figure`] and [`date`] may say anything of: most are none.
#[inline]
pub(super) fn may_count(token: &Token) -> bool {
    token.is(form::DIGIT) || token.has(word::NUMBER_WORD | word::MONTH)
}

/// True for a token of a numeric expression: a number that is no date and no label, a number in words, an age.
pub(super) fn is_figure(document: &Document<'_>, tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    match token.kind {
        TokenKind::Number => matches!(number(document, tokens, at), Numeral::Figure),
        TokenKind::Word => {
            let age = token.is(form::DIGIT) && token.is(form::HYPHENATED) && !token.is(form::CAPITALISED);
            token.has(word::NUMBER_WORD) && !is_one(token) || is_magnitude(token) || age
        }
        _ => false,
    }
}

/// The tokens of a calendar date or a year, if it is one that [`SentenceFacts::dates`] counts at this token: a date at
/// its month.
pub(super) fn date(document: &Document<'_>, tokens: &[Token], at: usize) -> Option<Range<usize>> {
    let token = tokens.get(at)?;
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    match token.kind {
        TokenKind::Word if token.has(word::MONTH) && dated_by(before, tokens.get(at + 1)) => {
            let first = at - usize::from(before.is_some_and(is_numeral));
            let mut end = at + 1;
            while let Some(next) = tokens.get(end) {
                let after = tokens.get(end + 1).filter(|after| is_numeral(after));
                match next.kind {
                    _ if is_numeral(next) => end += 1,
                    TokenKind::Hyphen if after.is_some() => end += 2,
                    TokenKind::Comma if after.is_some_and(|year| year.end - year.start == 4) => end += 2,
                    _ => break,
                }
            }
            Some(first..end)
        }
        TokenKind::Number => match number(document, tokens, at) {
            Numeral::Year => (!before.is_some_and(dates_year)).then_some(at..at + 1),
            Numeral::Date => Some(at..at + 1),
            _ => None,
        },
        _ => None,
    }
}

/// "17", "17th": digits that may be a day or a year.
fn is_numeral(token: &Token) -> bool {
    token.kind == TokenKind::Number || token.is_word() && token.is(form::DIGIT)
}

/// "June 17, 2024" is one date, counted at its month.
fn dates_year(before: &Token) -> bool {
    before.kind == TokenKind::Comma || before.has(word::MONTH)
}

fn dated_by(before: Option<&Token>, next: Option<&Token>) -> bool {
    let number = |token: Option<&Token>| token.is_some_and(|token| is_numeral(token) || token.has(word::ORDINAL_WORD));
    number(next)
        || number(before)
        || next.is_some_and(|next| next.kind == TokenKind::Stop && !next.is(form::SPACE_BEFORE)) && number(before)
}

fn is_event_verb(token: &Token, before: Option<&Token>) -> bool {
    if token.is(form::CAPITALISED) {
        return false;
    }
    let participle = before.is_some_and(|before| before.has(word::DETERMINER | word::PREPOSITION));
    token.has(word::IRREGULAR_PAST) || token.is(form::ED) && !participle
}

fn is_one(token: &Token) -> bool {
    const ONE: u64 = word_key("one");
    token.key == ONE
}

/// "$2m", "300-strong", "15kg": a word with digits that is neither an age nor an ordinal nor a decade.
fn is_magnitude(token: &Token) -> bool {
    token.is(form::DIGIT)
        && !token.is(form::HYPHENATED | form::S | form::CAPITALISED)
        && !token.has(word::ORDINAL_WORD)
        && token.end - token.start > 3
}

enum Numeral {
    Year,
    Date,
    DayOfMonth,
    /// A number that counts nothing: an item of a list, a reference.
    Label,
    Figure,
}

fn number(document: &Document<'_>, tokens: &[Token], at: usize) -> Numeral {
    let Some(token) = tokens.get(at) else {
        return Numeral::Label;
    };
    let next = tokens.get(at + 1);
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let digits = token.span().slice(document.article.text).unwrap_or_default();
    let measured = next.is_some_and(|next| {
        matches!(next.kind, TokenKind::Percent | TokenKind::Currency) || next.has(word::NUMBER_WORD)
    }) || before.is_some_and(|before| before.kind == TokenKind::Currency);
    if measured {
        return Numeral::Figure;
    }
    let month =
        |token: Option<&Token>| token.is_some_and(|token| token.has(word::MONTH) && token.is(form::CAPITALISED));
    if month(before) || month(next) {
        return Numeral::DayOfMonth;
    }
    let bytes = digits.as_bytes();
    if bytes.len() == 4
        && bytes.iter().all(u8::is_ascii_digit)
        && (digits.starts_with("19") || digits.starts_with("20"))
    {
        return Numeral::Year;
    }
    let separators = bytes.iter().filter(|&&b| b == b'/' || b == b'-').count();
    if separators == 2 {
        return Numeral::Date;
    }
    if before.is_none() && next.is_some_and(|next| matches!(next.kind, TokenKind::Stop | TokenKind::CloseBracket)) {
        return Numeral::Label;
    }
    if is_age(tokens, at, bytes.len()) || is_score(bytes) {
        return Numeral::Label;
    }
    Numeral::Figure
}

/// "Jane Doe, 47, said", "aged 47", "47 years old".
fn is_age(tokens: &[Token], at: usize, digits: usize) -> bool {
    static AGED: KeySet<2> = KeySet::new(["aged", "age"]);
    const OLD: u64 = word_key("old");
    let back = |steps: usize| at.checked_sub(steps).and_then(|at| tokens.get(at));
    if digits > 3 {
        return false;
    }
    let between_commas = back(1).is_some_and(|before| before.kind == TokenKind::Comma)
        && back(2).is_some_and(|name| name.is(form::CAPITALISED) && !name.has(word::MONTH))
        && tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Comma || next.is_terminal());
    between_commas
        || back(1).is_some_and(|before| AGED.contains(&before.key))
        || tokens.get(at + 1).is_some_and(|next| next.has(word::TIME_UNIT))
            && tokens.get(at + 2).is_some_and(|old| old.key == OLD)
}

/// "3-2", "2017-18": a result or a season.
fn is_score(digits: &[u8]) -> bool {
    let mut parts = digits.split(|byte| *byte == b'-');
    let number = |part: Option<&[u8]>| part.is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    number(parts.next()) && number(parts.next()) && parts.next().is_none()
}
