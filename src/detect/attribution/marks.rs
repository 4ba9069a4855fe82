//! Marks in the margin.

use crate::report::{SourceKind, Voice};
use crate::text::{ByteSpan, Document};

use super::super::margin::Margin;
use super::counts::{goes_on, is_exact};
use super::{Act, Attribution, Attributions, VerbSort};

pub(super) fn mark(document: &Document<'_>, found: &Attributions, margin: &mut Margin) {
    let is_body = |found: &Attribution| document.sentences.get(found.sentence as usize).is_some_and(|own| own.body);
    for (at, attribution) in found.all.iter().enumerate() {
        let marked = attribution.voice == Voice::Own && attribution.act == Act::Report && is_body(attribution);
        if !marked || !attribution.is_named() && goes_on(&found.all, at) {
            continue;
        }
        let (feature, severity, message) = match attribution.kind {
            SourceKind::Person => ("named_attribution_ratio", 0.0, "Names the person who says this."),
            SourceKind::Organisation => {
                ("named_attribution_ratio", 0.0, "Names the office or organisation that says this.")
            }
            SourceKind::Document => ("named_attribution_ratio", 0.0, "Points to a document."),
            SourceKind::DescribedAnonymous => ("anonymous_source_ratio", 0.2, "The source is unnamed but described."),
            SourceKind::BareAnonymous => {
                ("bare_anonymous_count", 0.8, "The source is unnamed and nothing says how it would know.")
            }
            SourceKind::Collective => ("weasel_attribution_rate", 0.6, "Says this for nobody in particular."),
            SourceKind::Unresolved => {
                ("attributed_sentence_ratio", 0.1, "It is not clear from the text who says this.")
            }
        };
        let cue = document.span_of(attribution.cue.start as usize, attribution.cue.end as usize);
        let span = attribution.source.clone().map_or(cue, |source| {
            let source = document.span_of(source.start as usize, source.end as usize);
            adjacent(source, cue)
        });
        let severity = if attribution.voice == Voice::Own { severity } else { 0.0 };
        margin.mark(feature, span, attribution.voice, severity, message);
        let exact = document
            .sentences
            .get(attribution.sentence as usize)
            .is_some_and(|sentence| is_exact(document, sentence, attribution));
        if attribution.verb == VerbSort::Judging && !exact {
            let severity = if attribution.voice == Voice::Own { 0.2 } else { 0.0 };
            margin.mark(
                "judgemental_report_verb_share",
                cue,
                attribution.voice,
                severity,
                "The verb judges whether what is reported is true.",
            );
        }
    }
}

/// Source and cue as one span if they stand near each other, else the source.
pub(super) fn adjacent(source: ByteSpan, cue: ByteSpan) -> ByteSpan {
    let covered = source.cover(cue);
    if covered.len() <= 160 { covered } else { source }
}
