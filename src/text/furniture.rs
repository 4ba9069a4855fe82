//! Lines that speak of the page and not of the news: they address the reader, point at what is pictured or played beside
//! the text, or say who the writer is.

use crate::lexicon::{CueClass, word};

use super::cue::Cue;
use super::key::{KeySet, word_key};
use super::token::{Token, TokenKind, form};

/// A line that tells a reader what to do has at most so many words.
const APPEAL_WORDS: u32 = 22;
/// What is said of a writer has at most so many.
const BIOGRAPHY_WORDS: u32 = 45;
/// A heading between paragraphs has fewer words than this.
const LONG_HEADING_WORDS: u32 = 6;

/// "Via Northern Wire", "@northernwire": a credit or a handle and nothing else.
pub(super) fn is_line(tokens: &[Token], words: u32) -> bool {
    if words > 6 || tokens.last().is_some_and(Token::is_terminal) {
        return false;
    }
    let Some((first, rest)) = tokens.split_first() else {
        return false;
    };
    let names = || rest.iter().filter(|token| token.is_word()).all(|token| token.is(form::CAPITALISED));
    let credit = CREDITS.contains(&first.key) && first.is(form::CAPITALISED) && words > 1 && names();
    credit || words == 1 && first.key == FOLLOW || is_signature(tokens)
}

/// "Jane Doe (@janedoe)": a name with a handle.
fn is_signature(tokens: &[Token]) -> bool {
    let Some(at) = tokens.iter().position(|token| token.key == AT_SIGN) else {
        return false;
    };
    let handle = tokens.get(at + 1).is_some_and(|name| name.is_word() && !name.is(form::SPACE_BEFORE));
    let before = tokens.get(..at).unwrap_or_default();
    handle && before.iter().all(|token| !token.is_word() || token.is(form::CAPITALISED))
}

static CREDITS: KeySet<2> = KeySet::new(["via", "courtesy"]);
const FOLLOW: u64 = word_key("follow");
const AT_SIGN: u64 = '@' as u64;

/// "Watch the interview below:", "Join us on Facebook": one sentence that tells the reader what to do with the page.
pub(super) fn addresses_reader(tokens: &[Token], cues: &[Cue], words: u32) -> bool {
    if !(2..=APPEAL_WORDS).contains(&words) {
        return false;
    }
    let (Some(first), Some(last)) = (tokens.first(), tokens.iter().rev().find(|token| token.counts())) else {
        return false;
    };
    let told = cues.iter().any(|cue| matches!(cue.class, CueClass::ReportVerb | CueClass::ReportVerbStance));
    if !first.is_word() || !first.is(form::CAPITALISED) || told {
        return false;
    }
    // "... below:", "... here"
    let points = HERE.contains(&last.key);
    let open = tokens.last().is_some_and(|token| token.kind != TokenKind::Stop);
    let offered =
        tokens.windows(2).any(|pair| matches!(pair, [you, can] if you.has(word::PRONOUN_SECOND) && can.key == CAN));
    if points
        && (LOOKS.contains(&first.key) || offered && open && tokens.iter().any(|token| LOOKS.contains(&token.key)))
    {
        return true;
    }
    tokens.get(1).is_some_and(|second| APPEALS.contains(&first.key) && OBJECTS.contains(&second.key))
}

const CAN: u64 = word_key("can");
static HERE: KeySet<3> = KeySet::new(["here", "below", "above"]);
static LOOKS: KeySet<12> = KeySet::new([
    "watch", "listen", "see", "read", "view", "hear", "click", "check", "download", "find", "scroll", "look",
]);
static APPEALS: KeySet<12> = KeySet::new([
    "share",
    "subscribe",
    "follow",
    "like",
    "join",
    "click",
    "download",
    "donate",
    "tune",
    "sign",
    "watch",
    "listen",
]);
static OBJECTS: KeySet<8> = KeySet::new(["this", "our", "us", "your", "up", "now", "here", "below"]);

/// A line between paragraphs with the words of a headline: a heading names its part in few words or asks a question.
pub(super) fn is_long_heading(tokens: &[Token], words: u32) -> bool {
    // What begins with a mark is a quotation or an item of a list.
    let first = tokens.first();
    // An item of a list goes on: "a cut in the tax; and".
    let goes_on = tokens.last().is_some_and(|last| {
        matches!(last.kind, TokenKind::Comma | TokenKind::Semicolon) || last.has(word::CONJUNCTION)
    });
    words >= LONG_HEADING_WORDS
        && !goes_on
        && first.is_some_and(|first| {
            first.counts() && first.is(form::CAPITALISED) && !first.has(IN_A_TEXT) && !ASKS.contains(&first.key)
        })
}

/// Words that begin a sentence of a text, which lost its full stop, and no headline.
const IN_A_TEXT: u32 = word::PRONOUN_PERSON | word::PRONOUN_FIRST | word::PRONOUN_OTHER | word::CONJUNCTION;
static ASKS: KeySet<9> = KeySet::new(["how", "why", "what", "who", "where", "when", "which", "is", "are"]);

/// "Marin: 62,958": a row of a table.
pub(super) fn is_table_row(tokens: &[Token]) -> bool {
    matches!(tokens, [.., colon, number]
        if colon.kind == TokenKind::Colon && number.kind == TokenKind::Number)
        || matches!(tokens, [.., colon, number, percent]
            if colon.kind == TokenKind::Colon && number.kind == TokenKind::Number && percent.kind == TokenKind::Percent)
}

/// "Jane Doe is a staff writer at the Northern Wire.", "Wire columnists Jane Doe and John Roe appear on Mondays."
pub(super) fn is_biography(tokens: &[Token], words: u32) -> bool {
    if words > BIOGRAPHY_WORDS || tokens.iter().any(|token| token.is(form::QUOTED)) {
        return false;
    }
    // The names that it begins with, to the first small word.
    let head = tokens.iter().take_while(|token| token.is(form::CAPITALISED) || !token.is_word()).count();
    let rest = tokens.get(head..).unwrap_or_default();
    let (true, Some(next)) = ((1..=8).contains(&head), rest.first()) else {
        return false;
    };
    let office = |tokens: &[Token]| tokens.iter().any(|token| WRITERS.contains(&token.key));
    if next.key == IS {
        return head >= 2 && office(rest.get(1..7).unwrap_or(rest));
    }
    WRITERS.contains(&next.key) && rest.iter().take(12).any(|token| APPEARS.contains(&token.key))
}

const IS: u64 = word_key("is");
static APPEARS: KeySet<4> = KeySet::new(["appear", "appears", "writes", "covers"]);
static WRITERS: KeySet<9> = KeySet::new([
    "reporter",
    "reporters",
    "columnist",
    "columnists",
    "correspondent",
    "correspondents",
    "journalist",
    "writer",
    "blogger",
]);

/// "Do you think the mill should be saved?"
pub(super) fn asks_reader(tokens: &[Token], words: u32) -> bool {
    words <= APPEAL_WORDS
        && tokens.iter().any(|token| token.kind == TokenKind::Question)
        && tokens.iter().any(|token| token.has(word::PRONOUN_SECOND))
        && !tokens.iter().any(|token| token.is(form::QUOTED))
}
