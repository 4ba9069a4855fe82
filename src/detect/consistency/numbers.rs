//! Two numbers for one thing: ages of one person, members of one body, counts of one event.

use hashbrown::HashMap;

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{ByteSpan, Document, KeySet, Sentence, Token, TokenKind, form, phrase_key, word_key, word_keys};

use super::super::attribution::Attributions;
use super::super::facts::is_name;
use super::super::margin::Margin;
use super::Compared;

const FEATURE: &str = "number_conflict_count";

/// A number and what it is said of.
#[derive(Clone, Copy)]
struct Told {
    value: f64,
    span: ByteSpan,
    /// Who says so; 0 for the article itself.
    source: u64,
    /// A conflict with it was reported.
    reported: bool,
}

pub(super) fn detect(document: &Document<'_>, attribution: &Attributions, margin: &mut Margin) -> Compared {
    let mut told: HashMap<u64, Told> = HashMap::new();
    let mut compared = Compared::default();
    let with_numbers = |sentence: &Sentence| sentence.shown.is(form::DIGIT) || sentence.shown.has(word::NUMBER_WORD);
    for (index, sentence) in document.body().filter(|(_, sentence)| with_numbers(sentence)) {
        let tokens = document.tokens_of(sentence);
        for at in 0..tokens.len() {
            let Some(token) = tokens.get(at).filter(|token| token.is(form::DIGIT) || token.has(word::NUMBER_WORD))
            else {
                continue;
            };
            if token.is(form::QUOTED) {
                continue;
            }
            let found = age(document, tokens, at)
                .or_else(|| membership(document, tokens, at))
                .or_else(|| count(document, sentence, at));
            let Some((key, value, span)) = found else { continue };
            let source = attribution.of(index).first().map_or(0, |said| said.key_hash);
            let now = Told { value, span, source, reported: false };
            let Some(first) = told.get_mut(&key) else {
                told.insert(key, now);
                continue;
            };
            compared.pairs += 1;
            let elsewhere = first.source != now.source && first.source != 0 && now.source != 0;
            if first.value == value || first.reported || elsewhere || rounds_to(first.value, value) {
                continue;
            }
            first.reported = true;
            compared.conflicts += 1;
            let note = |other: f64| format!("The text elsewhere gives {other}.");
            margin.mark(FEATURE, first.span, Voice::Own, 0.5, note(value));
            margin.mark(FEATURE, span, Voice::Own, 0.5, note(first.value));
        }
    }
    compared
}

/// True if one may be the other in round numbers: 1,200 for 1,187.
fn rounds_to(one: f64, two: f64) -> bool {
    let round = |value: f64, other: f64| value % 10.0 == 0.0 && (value - other).abs() <= 0.1 * value;
    one.fract() != 0.0 || two.fract() != 0.0 || round(one, two) || round(two, one)
}

/// The value of a number in digits or of one word; nothing for a range, a score or a fraction in words.
pub(super) fn value(document: &Document<'_>, tokens: &[Token], at: usize) -> Option<f64> {
    let token = tokens.get(at)?;
    let text = token.span().slice(document.article.text)?;
    if token.kind == TokenKind::Number {
        let grouped =
            text.split(',').skip(1).all(|group| group.split('.').next().is_some_and(|group| group.len() == 3));
        if !grouped || text.len() > 15 || text.contains(['-', '/', ':']) {
            return None;
        }
        return text.replace(',', "").parse().ok();
    }
    WORDS.iter().position(|&word| word == token.key).map(|number| number as f64)
}

const WORDS: [u64; 21] = word_keys([
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]);

/// Markers of what kind of thing a key names, so that an age is never compared with a count.
const AGE: u64 = word_key("age of a person");
const MEMBERSHIP: u64 = word_key("members of a body");
const COUNT: u64 = word_key("count of an event");

/// "Jane Doe, 43, said": the age of a full name.
fn age(document: &Document<'_>, tokens: &[Token], at: usize) -> Option<(u64, f64, ByteSpan)> {
    let is = |at: usize, kind: TokenKind| tokens.get(at).is_some_and(|token| token.kind == kind);
    let comma = at.checked_sub(1)?;
    let last = at.checked_sub(2)?;
    let first = at.checked_sub(3)?;
    let closed = is(at + 1, TokenKind::Comma) || is(at + 1, TokenKind::Stop) && at + 2 == tokens.len();
    if !is(at, TokenKind::Number) || !is(comma, TokenKind::Comma) || !closed {
        return None;
    }
    let years = value(document, tokens, at).filter(|years| (5.0..=110.0).contains(years) && years.fract() == 0.0)?;
    let (given, surname) = (tokens.get(first)?, tokens.get(last)?);
    // A given name that is known: "Springfield Heights, 43" is no person.
    let person = given.has(word::GIVEN_NAME) && is_name(tokens, last) && !surname.has(word::GIVEN_NAME | word::MONTH);
    // "May 5, 43": a list of results has commas between names and numbers too.
    let listed = is(at + 1, TokenKind::Comma)
        && tokens.get(at + 2).is_some_and(|next| is_name(tokens, at + 2) && !next.has(word::STOP));
    (person && !listed).then(|| {
        let key = phrase_key(phrase_key(AGE, given.key), surname.key);
        (key, years, given.span().cover(tokens.get(at).map_or(given.span(), Token::span)))
    })
}

/// Units of which a body has one number at a time.
const UNITS: [&str; 8] = ["member", "nation", "country", "state", "seat", "judge", "person", "party"];

/// "the 12-member council": the size of a body that the text points back to.
fn membership(document: &Document<'_>, tokens: &[Token], at: usize) -> Option<(u64, f64, ByteSpan)> {
    let token = tokens.get(at).filter(|token| token.is(form::HYPHENATED))?;
    let definite = at.checked_sub(1).and_then(|before| tokens.get(before)).filter(|before| before.key == THE)?;
    let head = tokens.get(at + 1).filter(|head| head.is_word() && !head.has(word::STOP))?;
    // "the 12-member council panel": what follows says which; the key must have it.
    let after = tokens.get(at + 2).filter(|after| {
        let verb = after.is(form::ED) || after.has(word::IRREGULAR_PAST | word::AUXILIARY);
        after.is_word() && !verb && !after.has(word::STOP)
    });
    let (number, unit) = token.span().slice(document.article.text)?.split_once('-')?;
    let unit = UNITS.iter().position(|known| unit.eq_ignore_ascii_case(known))?;
    let members: f64 = number.parse().ok().filter(|members| (2.0..=1000.0).contains(members))?;
    let key = phrase_key(phrase_key(MEMBERSHIP, head.key), after.map_or(0, |after| after.key));
    Some((phrase_key(key, unit as u64), members, definite.span().cover(head.span())))
}

const THE: u64 = word_key("the");
/// What happens once to a number of people.
static EVENTS: KeySet<12> = KeySet::new([
    "killed",
    "died",
    "injured",
    "wounded",
    "arrested",
    "hurt",
    "drowned",
    "missing",
    "dead",
    "detained",
    "hospitalized",
    "hospitalised",
]);
static PEOPLE: KeySet<9> =
    KeySet::new(["people", "persons", "passengers", "workers", "students", "children", "soldiers", "men", "women"]);
/// Signs that a count is a part, an addition, an older state or a guess.
static PARTIAL: KeySet<39> = KeySet::new([
    "more",
    "other",
    "others",
    "another",
    "additional",
    "least",
    "about",
    "nearly",
    "almost",
    "over",
    "up",
    "some",
    "than",
    "including",
    "among",
    "rose",
    "risen",
    "climbed",
    "initially",
    "earlier",
    "first",
    "later",
    "now",
    "so",
    "far",
    "each",
    "every",
    "both",
    "or",
    "between",
    "around",
    "estimated",
    "annually",
    "year",
    "month",
    "week",
    "day",
    "since",
    "average",
]);

/// Before a number: some of those who were counted.
static PARTS: KeySet<3> = KeySet::new(["of", "the", "those"]);

/// "12 people were killed in Ostrava on Monday": one event, one count, told of the same names and times.
fn count(document: &Document<'_>, sentence: &Sentence, at: usize) -> Option<(u64, f64, ByteSpan)> {
    let tokens = document.tokens_of(sentence);
    let head = tokens.get(at + 1).filter(|head| PEOPLE.contains(&head.key))?;
    let number = value(document, tokens, at).filter(|number| *number >= 2.0)?;
    let mut numbers = tokens.iter().filter(|token| token.has(word::NUMBER_WORD) || token.kind == TokenKind::Number);
    if numbers.nth(1).is_some() {
        return None;
    }
    let event = only(tokens, |token| EVENTS.contains(&token.key))?;
    let definite =
        at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|before| PARTS.contains(&before.key));
    let partial = tokens.iter().any(|token| PARTIAL.contains(&token.key))
        || document
            .cues_of(sentence)
            .iter()
            .any(|cue| matches!(cue.class, CueClass::Approximator | CueClass::RelativeTime | CueClass::Trend));
    if partial || definite {
        return None;
    }
    // The names and days of the sentence say which event it is; without any, nobody can tell.
    let mut told = 0_u64;
    let mut key = phrase_key(phrase_key(COUNT, head.key), event);
    for place in 0..tokens.len() {
        let Some(token) = tokens.get(place) else { break };
        if is_name(tokens, place) || token.has(word::WEEKDAY | word::MONTH) {
            told += 1;
            key = key.wrapping_add(phrase_key(COUNT, token.key));
        }
    }
    (told >= 2).then(|| (key, number, tokens.get(at).map_or(head.span(), |first| first.span().cover(head.span()))))
}

/// The key of the one word that passes, if there is but one.
fn only(tokens: &[Token], passes: impl Fn(&Token) -> bool) -> Option<u64> {
    let mut found = tokens.iter().filter(|token| passes(token));
    found.next().filter(|_| found.next().is_none()).map(|token| token.key)
}
