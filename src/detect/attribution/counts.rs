//! Counts over a document that features rest on.

use crate::lexicon::{CueClass, word};
use crate::report::{SourceKind, Voice};
use crate::text::{Document, KeySet, Sentence};

use super::anchors::is_anchored;
use super::{Attribution, Attributions, Source, VerbSort};

/// "Experts disagree. Jane Doe, a professor of law, says ...": a collective that a named member follows
/// within two sentences introduces somebody, and is no weasel.
pub(super) fn excuse_lead_ins(document: &Document<'_>, found: &mut Attributions) {
    // Per sentence, from the end: how many sentences ahead the next named person speaks.
    let mut ahead = u32::MAX;
    for index in (0..document.sentences.len()).rev() {
        let range = found.by_sentence.get(index).copied().unwrap_or_default();
        let own = found.all.get_mut(range.first as usize..range.reports as usize).unwrap_or_default();
        let person = own.iter().any(|attribution| attribution.kind == SourceKind::Person);
        for attribution in own.iter_mut() {
            if attribution.kind == SourceKind::Collective && attribution.verb != VerbSort::Frame && ahead < 2 {
                attribution.kind = SourceKind::DescribedAnonymous;
            }
        }
        ahead = if person { 0 } else { ahead.saturating_add(1) };
    }
}

pub(super) fn count(document: &Document<'_>, found: &mut Attributions) {
    let mut sources: Vec<Source> = Vec::new();
    let mut index_of: hashbrown::HashMap<u64, usize> = hashbrown::HashMap::new();
    for (index, sentence) in document.body() {
        let own: Vec<usize> = {
            let range = found.by_sentence.get(index).copied().unwrap_or_default();
            (range.first as usize..range.reports as usize)
                .filter(|at| found.all.get(*at).is_some_and(|a| a.voice == Voice::Own))
                .collect()
        };
        let mut named = false;
        let mut weasel = false;
        for at in &own {
            let Some(attribution) = found.all.get(*at) else {
                continue;
            };
            found.own_reports += 1;
            named |= attribution.is_named();
            weasel |= attribution.kind == SourceKind::Collective;
            if matches!(attribution.kind, SourceKind::BareAnonymous | SourceKind::DescribedAnonymous) {
                found.anonymous += 1;
                found.explained +=
                    u32::from(attribution.kind == SourceKind::DescribedAnonymous && is_explained(document, index));
            }
            // "the source said, referring to": named once.
            let bare = attribution.kind == SourceKind::BareAnonymous && !goes_on(&found.all, *at);
            found.bare_anonymous += u32::from(bare);
            found.documents += u32::from(attribution.kind == SourceKind::Document);
            if attribution.verb != VerbSort::Frame {
                found.report_verbs += 1;
                let judges = attribution.verb == VerbSort::Judging && !is_exact(document, sentence, attribution);
                found.judging_verbs += u32::from(judges);
            }
            if attribution.key_hash == 0 {
                continue;
            }
            let slot = *index_of.entry(attribution.key_hash).or_insert_with(|| {
                sources.push(Source {
                    key_hash: attribution.key_hash,
                    kind: attribution.kind,
                    anchored: is_anchored(document, sentence, attribution),
                    attributions: 0,
                });
                sources.len() - 1
            });
            if let Some(source) = sources.get_mut(slot) {
                source.attributions += 1;
            }
        }
        found.attributed_sentences += u32::from(!own.is_empty());
        found.named_sentences += u32::from(named);
        found.weasel_sentences += u32::from(weasel);
    }
    found.sources = sources;
}

/// The relation before has the same words for its source: one source that does two things.
pub(super) fn goes_on(all: &[Attribution], at: usize) -> bool {
    let source = |at: usize| all.get(at).and_then(|found| found.source.as_ref());
    at.checked_sub(1).and_then(source).is_some_and(|before| Some(before) == source(at))
}

/// The sentence, or the next one of its paragraph, says why the source goes without a name.
fn is_explained(document: &Document<'_>, index: usize) -> bool {
    let block = document.sentences.get(index).map(|sentence| sentence.block);
    let near = [index, index + 1].into_iter().filter_map(|at| document.sentences.get(at));
    near.filter(|sentence| Some(sentence.block) == block)
        .any(|sentence| document.has_cue(sentence, CueClass::AnonymityReason))
}

/// A defendant admits a charge, and that is the exact word for it.
pub(super) fn is_exact(document: &Document<'_>, sentence: &Sentence, attribution: &Attribution) -> bool {
    let cue = document.tokens.get(attribution.cue.start as usize..attribution.cue.end as usize).unwrap_or_default();
    cue.iter().any(|token| PLEAD.contains(&token.key))
        && document.tokens_of(sentence).iter().any(|token| token.has(word::JUDICIAL))
}

static PLEAD: KeySet<10> = KeySet::new([
    "admit",
    "admits",
    "admitted",
    "admitting",
    "allege",
    "alleges",
    "alleged",
    "alleging",
    "confessed",
    "verified",
]);
