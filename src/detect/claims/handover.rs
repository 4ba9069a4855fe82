//! What a line hands over to the lines after it: an excerpt of another outlet, a list of figures, a quotation.
//!
//! "The Courier reports:" is followed by paragraphs of the Courier. Nothing marks where they end once the indent
//! is lost, so they end where the writer is heard again.

use crate::lexicon::{CueClass, word};
use crate::text::{Document, KeySet, Sentence, Token, TokenKind, form};

use super::super::attribution::Attributions;
use super::super::facts::SentenceFacts;
use super::ladder::Rung;

/// A line that introduces an excerpt is no longer than this: it names the outlet and what it did.
const INTRODUCTION: u32 = 12;
/// Words of a line of a list of figures, at most.
const ITEM: u32 = 6;

/// Of the end of a line, the colon and the word before it.
const AT_END: usize = 2;

/// Verbs that end a line which introduces somebody else's text; "reports" is a noun elsewhere.
static HANDING_OVER: KeySet<12> = KeySet::new([
    "reports",
    "reported",
    "writes",
    "wrote",
    "notes",
    "explains",
    "adds",
    "states",
    "says",
    "said",
    "continues",
    "observes",
]);

/// What stands open after a sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Open {
    #[default]
    Nothing,
    /// Paragraphs of another outlet, from the block after this one.
    Excerpt(u32),
    /// Lines with a figure each.
    List,
}

/// Read along with the sentences, in their order.
#[derive(Debug, Default)]
pub(super) struct Handover {
    open: Open,
    /// A source stands in the sentence before, or spoke on in it.
    strong: bool,
    /// The sentence before names somebody whose words may follow, and its block.
    speaker: Option<u32>,
}

impl Handover {
    /// An outlet's excerpt goes on in this sentence of the body.
    pub fn holds_excerpt(&self, sentence: &Sentence) -> bool {
        matches!(self.open, Open::Excerpt(block) if block < sentence.block)
    }

    /// A line with a figure, in a list that rests on what introduces it.
    pub fn holds_item(&self, sentence: &Sentence, facts: &SentenceFacts) -> bool {
        self.open == Open::List && facts.figures > 0 && sentence.words <= ITEM
    }

    /// Words in quotation marks would be those of somebody whom the sentence before names.
    pub fn names_speaker(&self, sentence: &Sentence) -> bool {
        self.speaker.is_some_and(|block| sentence.block <= block + 1)
    }

    /// The writer speaks: what was quoted has ended.
    pub fn end(&mut self) {
        self.open = Open::Nothing;
    }

    /// Reads what the sentence leaves open.
    pub fn pass(
        &mut self,
        document: &Document<'_>,
        attribution: &Attributions,
        index: usize,
        sentence: &Sentence,
        facts: &SentenceFacts,
        rung: Rung,
    ) {
        let tokens = document.tokens_of(sentence);
        let introduces = tokens.last().is_some_and(|last| last.kind == TokenKind::Colon);
        let hands_over = |token: &Token| HANDING_OVER.contains(&token.key);
        let reports = document.cues_of(sentence).iter().any(|cue| cue.class == CueClass::ReportVerb)
            || tokens.iter().rev().take(AT_END).any(hands_over)
            || attribution.covers(index);
        let strong = rung.is_strong();
        if introduces && facts.names > 0 && reports && sentence.words <= INTRODUCTION {
            self.open = Open::Excerpt(sentence.block);
        } else if introduces && (strong || self.strong) {
            self.open = Open::List;
        } else if self.open == Open::List && sentence.words > ITEM && !introduces {
            self.open = Open::Nothing;
        }
        let speaks = attribution.all_of(index).iter().any(|relation| relation.is_named());
        let begins_with_name =
            tokens.first().is_some_and(|first| first.is(form::CAPITALISED) && !first.has(word::STOP));
        let named = speaks || reports && (facts.names > 0 || begins_with_name);
        self.speaker = named.then_some(sentence.block);
        self.strong = strong;
    }
}
