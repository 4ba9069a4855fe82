//! What an article tells from a survey that it names: once the poll is named, its figures rest on it, wherever they stand.

use crate::lexicon::word;
use crate::text::{Document, KeySet, Sentence, Token, TokenKind, form};

use super::super::source;

/// Words that a survey's name may have before its noun: "a Courier/Hale College poll of voters".
const NAME: usize = 6;
/// Shares in one sentence, from which on it tells results.
const RESULTS: usize = 2;

/// Read along with the sentences, in their order.
#[derive(Debug, Default)]
pub(super) struct Survey {
    named: bool,
}

impl Survey {
    /// Reads the sentence; true if it tells what a survey that the text has named found, or how it was made.
    pub fn reads(&mut self, document: &Document<'_>, sentence: &Sentence) -> bool {
        let tokens = document.tokens_of(sentence);
        let noun = tokens.iter().position(|token| SURVEYS.contains(&token.key) && !token.is(form::QUOTED));
        self.named |= noun.is_some_and(|noun| is_named(tokens, noun)) || is_asked(tokens);
        if !self.named {
            return false;
        }
        let any = |set: &KeySet<40>| tokens.iter().any(|token| set.contains(&token.key) && !token.is(form::QUOTED));
        let shares = tokens.iter().filter(|token| is_share(token)).count()
            + tokens.windows(3).filter(|three| source::is_out_of(three)).count();
        let asked = any(&ASKED);
        shares >= RESULTS
            || shares > 0 && (asked || noun.is_some())
            || asked && among(tokens)
            || noun.is_some() && asked
    }
}

/// "a Courier poll", "the survey by Hale College": whoever made it stands with it.
fn is_named(tokens: &[Token], noun: usize) -> bool {
    let name = |token: &Token| token.is_word() && token.is(form::CAPITALISED) && !token.has(word::STOP);
    // "voters of Flint went to the polls": no name of a poll.
    let inside = |token: &&Token| !token.is_word() || !token.has(word::STOP | word::PREPOSITION);
    let before = tokens.get(noun.saturating_sub(NAME)..noun).unwrap_or_default();
    let near = before.iter().rev().take_while(|token| inside(token) && token.kind != TokenKind::Comma);
    let after = tokens.get(noun + 1..).unwrap_or_default();
    let by = after.first().is_some_and(|by| MAKERS.contains(&by.key));
    near.into_iter().any(name) || by && after.iter().take(NAME).any(name)
}

/// "economists surveyed by the Courier".
fn is_asked(tokens: &[Token]) -> bool {
    tokens.windows(3).any(|three| {
        matches!(three, [asked, by, rest] if SURVEYED.contains(&asked.key) && MAKERS.contains(&by.key)
            && (rest.is(form::CAPITALISED) || rest.has(word::DETERMINER)))
    })
}

/// "46 percent", "49%", "5 points".
fn is_share(token: &Token) -> bool {
    token.kind == TokenKind::Percent || SHARES.contains(&token.key)
}

/// "Among likely voters, ...".
fn among(tokens: &[Token]) -> bool {
    tokens.iter().take(RESULTS).any(|token| AMONG.contains(&token.key))
}

static SURVEYED: KeySet<4> = KeySet::new(["surveyed", "polled", "interviewed", "questioned"]);
static SURVEYS: KeySet<4> = KeySet::new(["poll", "polls", "survey", "surveys"]);
static MAKERS: KeySet<4> = KeySet::new(["by", "from", "for", "conducted"]);
static SHARES: KeySet<4> = KeySet::new(["percent", "points", "percentage", "two-thirds"]);
static AMONG: KeySet<4> = KeySet::new(["among", "of", "by", "with"]);
/// Who was asked and how, and what a result is called.
static ASKED: KeySet<40> = KeySet::new([
    "voters",
    "respondents",
    "adults",
    "participants",
    "households",
    "shoppers",
    "readers",
    "surveyed",
    "surveying",
    "polled",
    "interviewed",
    "interviews",
    "questioned",
    "sample",
    "sampled",
    "sampling",
    "margin",
    "lead",
    "leads",
    "led",
    "leading",
    "ahead",
    "trails",
    "trailed",
    "trailing",
    "behind",
    "tied",
    "approve",
    "approval",
    "disapprove",
    "favor",
    "favour",
    "rating",
    "conducted",
    "said",
    "say",
    "agreed",
    "agree",
    "think",
    "believe",
]);
