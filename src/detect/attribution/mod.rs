//! Attribution: who is said to have said what.
//!
//! A relation has a source, a cue and a content. Cues are reporting verbs (said, warned, claims),
//! frames ("according to") and phrases that report for nobody ("it is believed"). The source is the
//! verb's subject, before it or after it, or the noun phrase of the frame; pronouns and epithets are
//! carried over to the last named source.
//!
//! Not every relation supports what it hands over. "The mayor said the bridge is safe" is a report;
//! "the mayor hopes so", "she was accused of fraud" and "they saw smoke" tell of a mind, of speech as an
//! event, or of what was perceived. [`Act`] tells them apart: what counts as support rests on
//! [`Attributions::of`], which lists reports only; [`Attributions::all_of`] lists everything.

use std::ops::Range;

pub use crate::report::Act;
use crate::report::{SourceKind, Voice};
use crate::text::{Cue, Document};

use super::margin::Margin;
use reader::Reader;

mod anchors;
mod company;
mod content;
mod counts;
mod cover;
mod cut;
mod extents;
mod floating;
mod known;
mod marks;
mod memo;
mod mention;
mod nouns;
mod passages;
mod reader;
mod reply;
mod resolve;
mod subject;
#[cfg(test)]
mod tests;
mod verbs;
mod viewpoint;

/// One relation. Ranges are token indices of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    pub sentence: u32,
    pub cue: Range<u32>,
    /// Absent where the source is only implied ("it is believed").
    pub source: Option<Range<u32>>,
    /// What is reported: before the source, after the cue, or both.
    pub content: [Option<Range<u32>>; 2],
    pub kind: SourceKind,
    /// The words that name the source where it was first named; for pronouns, those of their antecedent.
    pub key: Option<Range<u32>>,
    /// Equal for all mentions of one source; 0 if unresolved.
    pub key_hash: u64,
    pub act: Act,
    pub verb: VerbSort,
    /// The cue itself stands inside a quotation.
    pub voice: Voice,
    /// The content holds quoted words.
    pub quoted: bool,
}

impl Attribution {
    /// A named person, office or organisation, or a document: a source a reader could go to.
    #[must_use]
    pub fn is_named(&self) -> bool {
        matches!(self.kind, SourceKind::Person | SourceKind::Organisation | SourceKind::Document)
    }
}

/// What the cue commits the writer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerbSort {
    Neutral,
    /// Presupposes that the content is true, or judges it (revealed, admitted, claimed).
    Judging,
    /// No verb: a frame or an impersonal phrase.
    Frame,
}

/// A distinct source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    pub key_hash: u64,
    pub kind: SourceKind,
    /// Its first attribution carries a role, an occasion, an outlet, a place or a date.
    pub anchored: bool,
    pub attributions: u32,
}

/// All relations of a document.
#[derive(Debug, Default)]
pub struct Attributions {
    /// By sentence; of each sentence the reports come first, then the rest, both in order of their cues.
    pub all: Vec<Attribution>,
    /// One for each sentence.
    pub by_sentence: Vec<OfSentence>,
    /// In order of their first mention.
    pub sources: Vec<Source>,
    /// Body sentences with an attribution, of any kind, to a named source, or to a bare one.
    pub attributed_sentences: u32,
    pub named_sentences: u32,
    pub bare_anonymous: u32,
    pub weasel_sentences: u32,
    pub report_verbs: u32,
    pub judging_verbs: u32,
    pub documents: u32,
    /// Reports of the article's own in its body.
    pub own_reports: u32,
    /// Attributions of the article's own to unnamed sources, and those of them that describe the source and say why it
    /// is not named.
    pub anonymous: u32,
    pub explained: u32,
    /// Whether somebody who is criticised answers; absent where nobody is.
    pub reply: Option<bool>,
    /// Contents of the article's own reports, by where they begin: first and end token, and index into `all`.
    holders: Vec<(u32, u32, u32)>,
    /// Tokens inside what own-voice relations hand over, and in paragraphs that are somebody's words.
    covered: cover::TokenSet,
    /// Blocks that are signed posts.
    signed: Vec<u32>,
    /// Paragraphs that are somebody's words, as first and end token, in order.
    passages: Vec<(u32, u32)>,
}

/// Where the relations of one sentence stand in [`Attributions::all`]: `first..reports` are reports,
/// `reports..end` the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfSentence {
    pub first: u32,
    pub reports: u32,
    pub end: u32,
}

impl Attributions {
    /// The reports of one sentence: what can support a statement.
    #[must_use]
    pub fn of(&self, sentence: usize) -> &[Attribution] {
        let own = self.by_sentence.get(sentence).copied().unwrap_or_default();
        self.all.get(own.first as usize..own.reports as usize).unwrap_or_default()
    }

    /// All relations of one sentence, reports first.
    #[must_use]
    pub fn all_of(&self, sentence: usize) -> &[Attribution] {
        let own = self.by_sentence.get(sentence).copied().unwrap_or_default();
        self.all.get(own.first as usize..own.end as usize).unwrap_or_default()
    }

    /// True if the token lies in what an own-voice attribution of any act, of its sentence or of one near it,
    /// hands over.
    #[must_use]
    pub fn covers_token(&self, token: u32) -> bool {
        self.covered.contains(token)
    }

    /// True if somebody who is named says what the cue tells, or a person does so by the cue itself: "Jane Doe underlined the
    /// importance of". Of a treaty or a summit the article says so.
    #[must_use]
    pub fn answers_for(&self, sentence: usize, cue: &Cue) -> bool {
        let does = |relation: &Attribution| {
            let met = relation.cue.start < cue.end && cue.first < relation.cue.end;
            met && relation.voice == Voice::Own && relation.kind == SourceKind::Person
        };
        self.covers_token(cue.first) || self.all_of(sentence).iter().any(does)
    }

    /// True if the token is, without quotation marks, among the words of somebody else: "I" is not the writer.
    #[must_use]
    pub fn is_anothers_word(&self, token: u32) -> bool {
        let after = self.passages.partition_point(|&(first, _)| first <= token);
        let inside = after.checked_sub(1).and_then(|at| self.passages.get(at)).is_some_and(|&(_, end)| token < end);
        inside || self.holder(token).is_some_and(Attribution::is_named)
    }

    /// True if the block is a post of social media, with the signature of its writer.
    #[must_use]
    pub fn is_signed(&self, block: u32) -> bool {
        self.signed.binary_search(&block).is_ok()
    }

    /// The own-voice report whose content has this token.
    #[must_use]
    pub fn holder(&self, token: u32) -> Option<&Attribution> {
        let after = self.holders.partition_point(|&(first, ..)| first <= token);
        let near = self.holders.get(after.saturating_sub(NEAR)..after).unwrap_or_default();
        let &(.., index) = near.iter().rev().find(|&&(_, end, _)| token < end)?;
        self.all.get(index as usize)
    }

    /// True if the sentence has an own-voice report.
    #[must_use]
    pub fn covers(&self, sentence: usize) -> bool {
        self.of(sentence).iter().any(|attribution| attribution.voice == Voice::Own)
    }
}

/// Contents that begin before a token and may still hold it: reports nest no deeper.
const NEAR: usize = 6;

/// Finds attributions.
#[must_use]
pub fn detect(document: &Document<'_>, margin: &mut Margin) -> Attributions {
    let mut found = Reader::new(document).read();
    counts::excuse_lead_ins(document, &mut found);
    floating::extend(document, &mut found);
    found.covered = cover::TokenSet::of_contents(document.tokens.len(), &found.all);
    found.signed = passages::signed(document);
    found.passages = passages::of(document, &found);
    for &(first, end) in &found.passages {
        found.covered.insert(first, end);
    }
    found.holders = holders(&found.all);
    counts::count(document, &mut found);
    marks::mark(document, &found, margin);
    found
}

fn holders(all: &[Attribution]) -> Vec<(u32, u32, u32)> {
    let own = all.iter().enumerate().filter(|(_, found)| found.voice == Voice::Own && found.act == Act::Report);
    let mut holders: Vec<_> = own
        .flat_map(|(index, found)| found.content.iter().flatten().map(move |held| (held.start, held.end, index as u32)))
        .collect();
    holders.sort_unstable();
    holders
}
