//! Judges attributions: by sentence, and by the tokens of cues, sources and contents.
//!
//! A token is one of Candor's: a word, a number or a mark, whatever spans it. The tokens of a document's cues
//! (sources, contents) are one set, over all its attributions; gold and own sets are compared token by token. An
//! attribution without a source is found if an own one without a source shares a token of its cue.
//!
//! The gold set annotates the outermost attribution only: what "he said he believes" believes is part of what he
//! said. So own relations whose cue stands inside what another hands over are left out.

use std::ops::Range;

use crate::article::Article;
use crate::detect::Analysis;
use crate::detect::attribution::{Act, Attribution};
use crate::text::{ByteSpan, Document};

use super::gold::{GoldArticle, GoldRelation, GoldSentence, GoldSet};
use super::judge::{Outcome, Table, flag};
use super::metrics::{Confusion, Judgement, f1_interval};

/// The spans of one part of a relation, annotated and found.
type GoldSpans = fn(&GoldRelation) -> &[Range<usize>];
type OwnRanges = fn(&Attribution) -> Vec<&Range<u32>>;

/// One figure in the making.
struct Tally {
    label: &'static str,
    groups: Vec<Vec<Judgement>>,
    false_positives: Vec<String>,
    false_negatives: Vec<String>,
    errors: usize,
}

impl Tally {
    fn new(label: &'static str, errors: usize) -> Self {
        Tally { label, groups: Vec::new(), false_positives: Vec::new(), false_negatives: Vec::new(), errors }
    }

    fn add(&mut self, group: &mut Vec<Judgement>, judgement: Judgement, words: impl FnOnce() -> String) {
        group.push(judgement);
        let list = match (judgement.gold, judgement.predicted) {
            (false, true) => &mut self.false_positives,
            (true, false) => &mut self.false_negatives,
            _ => return,
        };
        if list.len() < self.errors {
            list.push(words());
        }
    }

    fn outcome(self) -> Outcome {
        Outcome {
            label: self.label.into(),
            counts: Confusion::of(self.groups.iter().flatten().copied()),
            interval: f1_interval(&self.groups),
            false_positives: self.false_positives,
            false_negatives: self.false_negatives,
        }
    }
}

/// Judges every sentence of the set, and every document that has annotated relations.
#[must_use]
pub(super) fn judge(set: &GoldSet, errors: usize) -> Table {
    let mut by_sentence = [Tally::new("has_a_cue", errors), Tally::new("in_attribution", errors)];
    let mut by_token =
        [Tally::new("cue tokens", errors), Tally::new("source tokens", errors), Tally::new("content tokens", errors)];
    let mut without = Tally::new("without a source", errors);
    for article in &set.articles {
        let analysis = Analysis::of(&Article::from_text(&article.text));
        let own = outermost(&analysis);
        sentences(article, &analysis.document, &own, &mut by_sentence);
        if let Some(relations) = &article.relations {
            tokens(article, relations, &analysis.document, &own, &mut by_token);
            sourceless(article, relations, &analysis.document, &own, &mut without);
        }
    }
    let all = by_sentence.into_iter().chain(by_token).chain([without]);
    let outcomes = all.filter(|tally| tally.groups.iter().any(|g| !g.is_empty())).map(Tally::outcome).collect();
    Table { outcomes, ..Table::default() }
}

/// The relations whose cues stand outside of what others hand over: reports before the rest, long before short.
fn outermost<'a>(analysis: &'a Analysis<'_>) -> Vec<&'a Attribution> {
    let mut order: Vec<&Attribution> = analysis.attribution.all.iter().collect();
    let length = |found: &Attribution| found.content.iter().flatten().map(|content| content.len()).sum::<usize>();
    order.sort_by_key(|found| match found.act {
        Act::Report => (false, std::cmp::Reverse(length(found)), found.cue.start),
        _ => (true, std::cmp::Reverse(0), found.cue.start),
    });
    let mut handed = vec![false; analysis.document.tokens.len()];
    let mut kept = Vec::new();
    for found in order {
        if handed.get(found.cue.start as usize).copied().unwrap_or(true) {
            continue;
        }
        for content in found.content.iter().flatten() {
            handed.get_mut(content.start as usize..content.end as usize).unwrap_or_default().fill(true);
        }
        kept.push(found);
    }
    kept
}

fn sentences(
    article: &GoldArticle,
    document: &Document<'_>,
    all: &[&Attribution],
    [has_a_cue, inside]: &mut [Tally; 2],
) {
    let span = |range: &Range<u32>| document.span_of(range.start as usize, range.end as usize);
    let mut cues: Vec<ByteSpan> = all.iter().map(|found| span(&found.cue)).collect();
    let mut handed: Vec<ByteSpan> = all.iter().flat_map(|found| found.content.iter().flatten()).map(span).collect();
    handed.extend(&cues);
    cues.sort_unstable();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for sentence in &article.sentences {
        let begins = |span: &ByteSpan| (sentence.start..sentence.end).contains(&(span.start() as usize));
        let overlaps = |span: &ByteSpan| {
            !span.is_empty() && (span.start() as usize) < sentence.end && sentence.start < span.end() as usize
        };
        let words = || words(article, sentence);
        if let Some(gold) = flag(&sentence.labels, "label") {
            has_a_cue.add(&mut first, Judgement { gold, predicted: cues.iter().any(begins) }, words);
        }
        if let Some(gold) = flag(&sentence.labels, "in_attribution") {
            inside.add(&mut second, Judgement { gold, predicted: handed.iter().any(overlaps) }, words);
        }
    }
    has_a_cue.groups.push(first);
    inside.groups.push(second);
}

fn words(article: &GoldArticle, sentence: &GoldSentence) -> String {
    article.text.get(sentence.start..sentence.end).unwrap_or_default().to_owned()
}

fn tokens(
    article: &GoldArticle,
    relations: &[GoldRelation],
    document: &Document<'_>,
    all: &[&Attribution],
    tallies: &mut [Tally; 3],
) {
    let gold: [GoldSpans; 3] = [|r| &r.cue, |r| &r.source, |r| &r.content];
    let own: [OwnRanges; 3] = [
        |found| vec![&found.cue],
        |found| found.source.iter().collect(),
        |found| found.content.iter().flatten().collect(),
    ];
    for ((tally, gold), own) in tallies.iter_mut().zip(gold).zip(own) {
        let mut judged = vec![Judgement { gold: false, predicted: false }; document.tokens.len()];
        for span in relations.iter().flat_map(gold) {
            for at in tokens_in(document, span) {
                if let Some(slot) = judged.get_mut(at) {
                    slot.gold = true;
                }
            }
        }
        for range in all.iter().copied().flat_map(own) {
            for slot in judged.get_mut(range.start as usize..range.end as usize).unwrap_or_default() {
                slot.predicted = true;
            }
        }
        let mut group = Vec::with_capacity(judged.len());
        let mut before = None;
        for (at, judgement) in judged.iter().enumerate() {
            // An error is listed once for each run of tokens.
            let wrong = (judgement.gold != judgement.predicted).then_some(*judgement);
            if wrong.is_some() && wrong != before {
                let run = judged.get(at..).unwrap_or_default().iter().take_while(|next| *next == judgement).count();
                tally.add(&mut group, *judgement, || around(article, document.span_of(at, at + run)));
            } else {
                group.push(*judgement);
            }
            before = wrong;
        }
        tally.groups.push(group);
    }
}

/// Indices of the tokens that overlap bytes of the text.
fn tokens_in(document: &Document<'_>, span: &Range<usize>) -> Range<usize> {
    let first = document.tokens.partition_point(|token| token.end as usize <= span.start);
    let end = document.tokens.partition_point(|token| (token.start as usize) < span.end);
    first..end.max(first)
}

fn sourceless(
    article: &GoldArticle,
    relations: &[GoldRelation],
    document: &Document<'_>,
    all: &[&Attribution],
    tally: &mut Tally,
) {
    let gold: Vec<&GoldRelation> = relations.iter().filter(|relation| relation.source.is_empty()).collect();
    let own: Vec<ByteSpan> = all
        .iter()
        .filter(|found| found.source.is_none())
        .map(|found| document.span_of(found.cue.start as usize, found.cue.end as usize))
        .collect();
    let shared = |relation: &GoldRelation, span: &ByteSpan| {
        relation.cue.iter().any(|cue| (span.start() as usize) < cue.end && cue.start < span.end() as usize)
    };
    let mut group = Vec::new();
    for relation in &gold {
        let predicted = own.iter().any(|span| shared(relation, span));
        tally.add(&mut group, Judgement { gold: true, predicted }, || {
            let first = relation.cue.first().cloned().unwrap_or_default();
            around(article, ByteSpan::new(first.start as u32, first.end as u32))
        });
    }
    for span in own.iter().filter(|span| !gold.iter().any(|relation| shared(relation, span))) {
        tally.add(&mut group, Judgement { gold: false, predicted: true }, || around(article, *span));
    }
    tally.groups.push(group);
}

/// The words of a span in brackets, with some text on both sides.
fn around(article: &GoldArticle, span: ByteSpan) -> String {
    const SIDE: usize = 60;
    let text = &article.text;
    let (start, end) = (span.start() as usize, span.end() as usize);
    let from = (start.saturating_sub(SIDE)..=start).find(|at| text.is_char_boundary(*at)).unwrap_or(start);
    let to = (end..(end + SIDE).min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(end);
    let part = |range: Range<usize>| text.get(range).unwrap_or_default().replace('\n', " ");
    format!("{} [{}] {}", part(from..start), part(start..end), part(end..to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(start: usize, end: usize) -> Vec<Range<usize>> {
        std::iter::once(start..end).collect()
    }

    fn article(text: &str, relations: Vec<GoldRelation>) -> GoldSet {
        let article = GoldArticle {
            id: String::new(),
            text: text.to_owned(),
            sentences: Vec::new(),
            relations: Some(relations),
            rule: false,
        };
        GoldSet { articles: vec![article] }
    }

    #[test]
    fn tokens_are_compared_as_sets() {
        let text = "The mayor said the bridge is safe.";
        let relation = GoldRelation { source: one(0, 9), cue: one(10, 14), content: one(15, 33) };
        let table = judge(&article(text, vec![relation]), 5);
        let labels: Vec<_> = table.outcomes.iter().map(|outcome| outcome.label.as_ref()).collect();
        assert_eq!(labels, ["cue tokens", "source tokens", "content tokens"]);
        for outcome in &table.outcomes {
            assert!((outcome.counts.f1() - 1.0).abs() < 1e-12, "{} {:?}", outcome.label, outcome.counts);
        }
    }

    #[test]
    fn a_missed_run_is_listed_once_with_its_words() {
        let text = "The mayor said the bridge is safe.";
        let relation = GoldRelation { source: one(15, 25), cue: one(10, 14), content: Vec::new() };
        let table = judge(&article(text, vec![relation]), 5);
        let source = table.outcomes.iter().find(|outcome| outcome.label == "source tokens");
        let missed = source.map(|outcome| outcome.false_negatives.clone());
        assert_eq!(missed, Some(vec!["The mayor said  [the bridge]  is safe".to_owned()]));
    }
}
