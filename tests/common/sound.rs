//! What holds of every report.

use candor::features::{FEATURES, Status, catalogue};
use candor::report::{Applicability, Field, Place};
use candor::text::{Document, Quote};
use candor::{Article, Report};

/// Checks a report of `article` for the full view.
pub fn check(report: &Report, article: &Article<'_>) {
    check_spans(report, article);
    check_features(report);
    check_verdict(report);
    check_document(article);
}

/// The span lies on the boundaries of characters, inside its string, and is not empty.
fn is_a_place(place: Place, article: &Article<'_>) {
    let words = place.words(article);
    assert!(words.is_some_and(|words| !words.is_empty()), "{place:?} is no place of {article:?}");
}

fn unit(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

fn check_spans(report: &Report, article: &Article<'_>) {
    for piece in &report.evidence {
        is_a_place(piece.place, article);
        piece.related.into_iter().for_each(|place| is_a_place(place, article));
        assert!(FEATURES.iter().any(|feature| feature.id == piece.feature_id), "{}", piece.feature_id);
        assert!(unit(piece.severity), "{piece:?}");
        assert!(!piece.message.is_empty());
    }
    assert!(report.evidence.is_sorted_by_key(|piece| piece.place), "evidence goes by place");
    let mut end = 0;
    for sentence in &report.sentences {
        is_a_place(sentence.place, article);
        assert_eq!(sentence.place.field, Field::Text);
        assert!(sentence.place.span.start() >= end, "{sentence:?} overlaps the one before");
        end = sentence.place.span.end();
        assert!(unit(sentence.check_worthiness), "{sentence:?}");
        assert_eq!(sentence.check_worthy, sentence.check_worthiness >= 0.5, "{sentence:?}");
        assert!(sentence.check_worthy || sentence.support.is_none(), "{sentence:?}");
        assert!(sentence.novelty.is_none_or(unit), "{sentence:?}");
    }
    for said in &report.attributions {
        for place in said.source.iter().chain(&said.cue).chain(&said.content) {
            is_a_place(*place, article);
        }
        assert!(!said.cue.is_empty() || !said.source.is_empty() || !said.content.is_empty(), "{said:?}");
    }
}

fn check_features(report: &Report) {
    assert!(matches!(report.features.len(), length if length == FEATURES.len() || length == catalogue().count()));
    for (at, (found, feature)) in report.features.iter().zip(catalogue()).enumerate() {
        assert_eq!(found.feature, at);
        let measured = matches!(found.status, Status::Ok | Status::LowExposure);
        assert_eq!(found.value.is_some(), measured, "{} is {found:?}", feature.id);
        if let Some(value) = found.value {
            assert!(value.is_finite(), "{} is {value}", feature.id);
            assert!((feature.range.0..=feature.range.1).contains(&value), "{} is {value}", feature.id);
            assert!(found.exposure > 0, "{} was measured over nothing", feature.id);
        }
        assert!(found.percentile.is_none_or(unit), "{} is {found:?}", feature.id);
        assert_eq!(found.contribution.is_some(), report.verdict.is_some(), "{}", feature.id);
        assert!(found.contribution.is_none_or(f64::is_finite), "{}", feature.id);
    }
    for sub_score in &report.sub_scores {
        assert!(sub_score.score.is_none_or(unit), "{sub_score:?}");
        for id in &sub_score.feature_ids {
            assert!(FEATURES.iter().any(|feature| feature.id == *id), "{id}");
        }
    }
}

fn check_verdict(report: &Report) {
    assert!(unit(report.confidence), "{}", report.confidence);
    assert_eq!(report.verdict.is_some(), report.applicability == Applicability::Ok);
    assert_eq!(report.applicability_reason.is_empty(), report.verdict.is_some());
    let Some(verdict) = &report.verdict else { return };
    let terms: f64 = verdict.terms.iter().map(|term| term.value).sum();
    let features: f64 = report.features.iter().filter_map(|feature| feature.contribution).sum();
    assert!((terms + features - verdict.logit).abs() < 1e-9, "{terms} + {features} is not {}", verdict.logit);
    assert!((1.0 / (1.0 + (-verdict.logit).exp()) - verdict.score).abs() < 1e-12);
    assert!(report.counterfactuals.iter().all(|change| change.logit_change.is_finite()));
    assert!(unit(verdict.low) && unit(verdict.high));
    assert!(verdict.low <= verdict.score && verdict.score <= verdict.high, "{verdict:?}");
}

fn check_document(article: &Article<'_>) {
    let document = Document::read(article);
    let inside = |start: u32, end: u32| article.text.get(start as usize..end as usize).is_some_and(|s| !s.is_empty());
    let mut end = 0;
    for token in &document.tokens {
        assert!(token.start >= end && inside(token.start, token.end), "{token:?}");
        end = token.end;
    }
    for quote in &document.quotes {
        let Quote { first, end, span, .. } = *quote;
        assert!(inside(span.start(), span.end()), "{quote:?}");
        assert!(first <= end && end as usize <= document.tokens.len(), "{quote:?}");
    }
    for fault in &document.quote_faults {
        assert!(inside(fault.span.start(), fault.span.end()), "{fault:?}");
    }
    // Blocks and sentences part the tokens: none is lost, none is in two.
    let in_blocks: usize = document.blocks.iter().map(|block| block.tokens().len()).sum();
    let in_sentences: usize = document.sentences.iter().map(|sentence| sentence.tokens().len()).sum();
    assert_eq!(in_blocks, document.tokens.len());
    assert_eq!(in_sentences, document.tokens.len());
    if let Some(headline) = &document.headline {
        is_a_place(Place { field: headline.field, span: headline.span }, article);
    }
}
