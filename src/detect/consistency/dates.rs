//! Dates that the calendar refutes, periods that end before they begin, and shares of a whole that are more than it.

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{BlockKind, ByteSpan, Document, KeySet, Sentence, Token, TokenKind, form, word_key, word_keys};

use super::super::facts::is_name;
use super::super::margin::Margin;
use super::Compared;
use super::calendar::{DAY_NAMES, Date, month, weekday};

const FEATURE: &str = "date_arithmetic_error_count";
/// Rounding may add up to so much in a hundred.
const MOST_PERCENT: f64 = 103.0;
/// Two reckonings of the year of publication may differ by so much: a year has not ended.
const RECKONING: u32 = 1;

pub(super) fn detect(document: &Document<'_>, margin: &mut Margin) -> Compared {
    let mut compared = Compared::default();
    let mut present = byline_year(document);
    for (_, sentence) in document.body() {
        let shown = &sentence.shown;
        let told = shown.has(word::WEEKDAY) || shown.kind(TokenKind::Percent) || shown.may_have(&TELLING);
        if !told {
            continue;
        }
        let tokens = document.tokens_of(sentence);
        let reader = Reader { document, tokens };
        let mut percents = 0;
        for (at, token) in tokens.iter().enumerate() {
            let found = match token.kind {
                TokenKind::Word if token.has(word::WEEKDAY) => reader.wrong_weekday(at),
                TokenKind::Word if token.key == FROM || token.key == BETWEEN => reader.ends_before_it_begins(at),
                TokenKind::Word if token.key == AGO => reader.reckoned_year(sentence, at).and_then(|(year, span)| {
                    let Some(first) = present else {
                        present = Some((year, span));
                        return None;
                    };
                    Some((first.0.abs_diff(year) > RECKONING).then(|| Fault {
                        span,
                        other: Some(first.1),
                        message: format!("Reckons from {year}, where the text elsewhere reckons from {}.", first.0),
                    }))
                }),
                _ => None,
            };
            let percent = token.kind == TokenKind::Percent || token.is_word() && PERCENT.contains(&token.key);
            percents += u32::from(percent);
            compared.pairs += u32::from(found.is_some());
            if let Some(Some(fault)) = found {
                compared.conflicts += 1;
                fault.mark(if token.is(form::QUOTED) { Voice::Quoted } else { Voice::Own }, margin);
            }
        }
        let shares = (2..=3).contains(&percents).then(|| reader.more_than_all()).flatten();
        compared.pairs += u32::from(shares.is_some());
        if let Some(Some(fault)) = shares {
            compared.conflicts += 1;
            fault.mark(Voice::Own, margin);
        }
    }
    compared
}

/// Nothing where there is nothing to check; else the fault that was found, if one was.
type Check = Option<Option<Fault>>;

/// A place that cannot be right, and the one that it contradicts.
struct Fault {
    span: ByteSpan,
    other: Option<ByteSpan>,
    message: String,
}

impl Fault {
    fn mark(self, voice: Voice, margin: &mut Margin) {
        if let Some(other) = self.other {
            margin.mark(FEATURE, other, voice, 0.5, "Does not agree with another place of the text.");
        }
        margin.mark(FEATURE, self.span, voice, 0.5, self.message);
    }
}

const FROM: u64 = word_key("from");
const BETWEEN: u64 = word_key("between");
const AND: u64 = word_key("and");
const AGO: u64 = word_key("ago");
const OF: u64 = word_key("of");
const IN: u64 = word_key("in");
/// Words of which a date or a share may be read, and a sentence without them and without a day of the week has none.
static TELLING: KeySet<5> = KeySet::new(["from", "between", "ago", "percent", "pct"]);
static UNTIL: KeySet<4> = KeySet::new(["to", "until", "till", "through"]);
static YEARS: KeySet<2> = KeySet::new(["years", "year"]);
static PARTS_OF_DAY: KeySet<4> = KeySet::new(["morning", "afternoon", "evening", "night"]);
static PERCENT: KeySet<2> = KeySet::new(["percent", "pct"]);
static REST: KeySet<2> = KeySet::new(["remaining", "other"]);
const THE: u64 = word_key("the");
/// Answers that shut each other out.
const OPPOSED: [[u64; 2]; 8] = [
    word_keys(["approve", "disapprove"]),
    word_keys(["approved", "disapproved"]),
    word_keys(["support", "oppose"]),
    word_keys(["supported", "opposed"]),
    word_keys(["agree", "disagree"]),
    word_keys(["agreed", "disagreed"]),
    word_keys(["favorable", "unfavorable"]),
    word_keys(["favourable", "unfavourable"]),
];
/// Before the calendar was everywhere the same, and after anything that is news.
const YEARS_TOLD: std::ops::Range<u32> = 1800..2200;

/// The year in the author's line, and where it stands.
fn byline_year(document: &Document<'_>) -> Option<(u32, ByteSpan)> {
    let mut lines = document.blocks.iter().filter(|block| block.kind == BlockKind::Byline);
    lines.find_map(|block| {
        let tokens = document.tokens.get(block.tokens())?;
        let reader = Reader { document, tokens };
        (0..tokens.len()).find_map(|at| Some((reader.year(at)?, tokens.get(at)?.span())))
    })
}

/// Reads the tokens of one sentence.
#[derive(Clone, Copy)]
struct Reader<'r, 'a> {
    document: &'r Document<'a>,
    tokens: &'r [Token],
}

impl Reader<'_, '_> {
    fn get(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    fn is(&self, at: usize, kinds: &[TokenKind]) -> bool {
        self.get(at).is_some_and(|token| kinds.contains(&token.kind))
    }

    fn key(&self, at: usize) -> u64 {
        self.get(at).filter(|token| token.is_word()).map_or(0, |token| token.key)
    }

    fn text(&self, at: usize) -> &str {
        self.get(at).and_then(|token| token.span().slice(self.document.article.text)).unwrap_or_default()
    }

    fn span(&self, first: usize, end: usize) -> ByteSpan {
        match (self.get(first), end.checked_sub(1).and_then(|last| self.get(last))) {
            (Some(first), Some(last)) => first.span().cover(last.span()),
            _ => ByteSpan::default(),
        }
    }

    fn year(&self, at: usize) -> Option<u32> {
        let text = self.text(at);
        let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten().filter(|year| YEARS_TOLD.contains(year))
    }

    /// "8" or "8th".
    fn day(&self, at: usize) -> Option<u32> {
        let text = self.text(at);
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let ending = text.get(digits.len()..)?;
        let known = matches!(ending, "" | "st" | "nd" | "rd" | "th");
        let day = digits.parse().ok().filter(|day| (1..=31).contains(day) && digits.len() <= 2)?;
        known.then_some(day)
    }

    fn month(&self, at: usize) -> Option<u32> {
        let token = self.get(at).filter(|token| token.has(word::MONTH) && token.is(form::CAPITALISED))?;
        month(token.key)
    }

    /// A date that tells its year, and where it ends: "Nov. 8, 2016", "8 November 2016", "March 2016", "2016".
    fn date(&self, at: usize) -> Option<(Date, usize)> {
        if let Some(year) = self.year(at) {
            return Some((Date { year, month: None, day: None }, at + 1));
        }
        if let Some(month) = self.month(at) {
            let mut next = at + 1;
            next += usize::from(self.is(next, &[TokenKind::Stop]));
            if let Some(year) = self.year(next) {
                return Some((Date { year, month: Some(month), day: None }, next + 1));
            }
            let day = self.day(next)?;
            next += 1;
            next += usize::from(self.is(next, &[TokenKind::Comma]));
            return Some((Date { year: self.year(next)?, month: Some(month), day: Some(day) }, next + 1));
        }
        let day = self.day(at)?;
        let mut next = at + 1 + usize::from(self.key(at + 1) == OF);
        let month = self.month(next)?;
        next += 1;
        next += usize::from(self.is(next, &[TokenKind::Stop]));
        next += usize::from(self.is(next, &[TokenKind::Comma]));
        Some((Date { year: self.year(next)?, month: Some(month), day: Some(day) }, next + 1))
    }

    /// "Monday, November 8, 2016".
    fn wrong_weekday(&self, at: usize) -> Check {
        let told = weekday(self.key(at)).filter(|_| self.get(at).is_some_and(|token| token.is(form::CAPITALISED)))?;
        // "Monday through Friday, June 5, 2017" may tell the date of the first.
        if at.checked_sub(2).and_then(|before| self.get(before)).is_some_and(|before| before.has(word::WEEKDAY)) {
            return None;
        }
        let mut next = at + 1;
        next += usize::from(PARTS_OF_DAY.contains(&self.key(next)));
        next += usize::from(self.is(next, &[TokenKind::Comma, TokenKind::OpenBracket]));
        next += usize::from(self.key(next) == THE);
        let (date, end) = self.date(next)?;
        let fell = date.weekday()?;
        let name = DAY_NAMES.get(fell as usize)?;
        Some((fell != told).then(|| Fault {
            span: self.span(at, end),
            other: None,
            message: format!("The date was a {name}."),
        }))
    }

    /// "from 2015 to 2012", "between March 2015 and May 2012".
    fn ends_before_it_begins(&self, at: usize) -> Check {
        let (start, joint) = self.date(at + 1)?;
        let joined = match self.key(at) == BETWEEN {
            true => self.key(joint) == AND,
            false => UNTIL.contains(&self.key(joint)),
        };
        let (end, after) = self.date(joint + 1).filter(|_| joined)?;
        // "fell from 2015 to 1987 cases", "from 1900 to 1850 BC": no years of our era.
        let counts = self.get(after).is_some_and(|next| {
            next.is_word() && !next.has(word::STOP | word::PREPOSITION | word::CONJUNCTION | word::AUXILIARY)
                || matches!(next.kind, TokenKind::Percent | TokenKind::Hyphen)
        });
        let amounts = at.checked_sub(1).and_then(|before| self.get(before)).is_some_and(|before| {
            before.is(form::ED) || before.has(word::IRREGULAR_PAST) || before.kind == TokenKind::Number
        });
        let bare = start.month.is_none() && end.month.is_none();
        if bare && (counts || amounts) {
            return None;
        }
        Some(end.is_before(start).then(|| Fault {
            span: self.span(at, after),
            other: None,
            message: "The period ends before it begins.".to_owned(),
        }))
    }

    /// The year from which "in 1986, thirty years ago" is reckoned; nothing where the number is a rough one.
    fn reckoned_year(&self, sentence: &Sentence, at: usize) -> Option<(u32, ByteSpan)> {
        let number = at.checked_sub(2)?;
        if !YEARS.contains(&self.key(at - 1)) || self.get(at)?.is(form::QUOTED) {
            return None;
        }
        let place = sentence.tokens().start + number;
        let rough = self.document.cues_of(sentence).iter().any(|cue| {
            cue.class == CueClass::Approximator && (cue.first as usize) < place + 1 && cue.end as usize + 1 >= place
        });
        let years = super::numbers::value(self.document, self.tokens, number).filter(|_| !rough)?;
        if !(1.0..=200.0).contains(&years) || years.fract() != 0.0 {
            return None;
        }
        let apart = [TokenKind::Comma, TokenKind::Dash, TokenKind::OpenBracket];
        let before = number.checked_sub(2).filter(|_| self.is(number - 1, &apart));
        if let Some(year) = before.and_then(|before| self.year(before)) {
            return Some((year + years as u32, self.span(number - 2, at + 1)));
        }
        if !self.is(at + 1, &apart) || self.key(at + 2) != IN {
            return None;
        }
        Some((self.year(at + 3)? + years as u32, self.span(number, at + 4)))
    }

    fn is_percent(&self, at: usize) -> bool {
        self.is(at, &[TokenKind::Percent]) || PERCENT.contains(&self.key(at))
    }

    /// "52 percent approve and 56 percent disapprove"; "80 percent voted, and the remaining 30 percent".
    fn more_than_all(&self) -> Check {
        let mut shares = Vec::with_capacity(3);
        for at in 1..self.tokens.len() {
            if self.is_percent(at) && self.is(at - 1, &[TokenKind::Number]) {
                shares.push((at - 1, super::numbers::value(self.document, self.tokens, at - 1)?));
            }
        }
        let [(one_at, one), (two_at, two)] = shares.as_slice() else {
            return None;
        };
        let rest =
            two_at.checked_sub(2).is_some_and(|before| self.key(before) == THE) && REST.contains(&self.key(two_at - 1));
        let between = one_at + 2..*two_at;
        let behind = two_at + 2..two_at + 2 + between.len().clamp(2, 6);
        // "70% of Republicans support it; 40% of Democrats oppose it", "69% of whom": two wholes.
        let apart = self.key(between.start) == OF
            || self.key(behind.start) == OF
            || (between.start..behind.end).any(|at| is_name(self.tokens, at));
        let opposed = OPPOSED.iter().any(|[for_it, against]| {
            let holds = |range: &std::ops::Range<usize>, key: u64| range.clone().any(|at| self.key(at) == key);
            holds(&between, *for_it) && holds(&behind, *against) || holds(&between, *against) && holds(&behind, *for_it)
        });
        let sum = one + two;
        if *one > 100.0 || *two > 100.0 || !(rest || opposed && !apart) {
            return None;
        }
        Some((sum > MOST_PERCENT).then(|| Fault {
            span: self.span(*two_at, two_at + 2),
            other: Some(self.span(*one_at, one_at + 2)),
            message: format!("Parts of one whole add up to {sum} percent."),
        }))
    }
}
