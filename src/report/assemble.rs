//! Puts a report together from what was found and what was predicted.

use crate::detect::Analysis;
use crate::detect::attribution::Attribution;
use crate::features::{FEATURE_SET_VERSION, FEATURES, Measurement};
use crate::lexicon::{LEXICON_VERSION, word};
use crate::text::{Document, form};

use super::{
    Applicability, AttributionReport, Caution, Counterfactual, FeatureScore, Field, MARKUP_TAGS, Place, Provenance,
    RegisterReport, Report, SHORT_WORDS, SentenceReport, SourceKind, SubScore, Verdict, Voice,
};

/// What the model has to say of an article.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub verdict: Option<Verdict>,
    pub register: Option<RegisterReport>,
    pub features: Vec<FeatureScore>,
    pub sub_scores: Vec<SubScore>,
    pub counterfactuals: Vec<Counterfactual>,
    /// More breaks than 99% of the reference.
    pub garbled: bool,
    pub out_of_distribution: bool,
}

/// Words at which length alone gives half of full confidence.
const HALF_CONFIDENCE_WORDS: f64 = 120.0;
/// Breaks per 1,000 words at which half of the confidence is gone.
const HALF_CONFIDENCE_BREAKS: f64 = 15.0;

/// The report of one article.
pub(crate) fn report(analysis: Analysis<'_>, told: Told, model_version: &str) -> Report {
    let document = &analysis.document;
    let sentences = (0..document.sentences.len()).filter_map(|index| sentence(&analysis, index)).collect();
    let attributions = analysis.attribution.all.iter().map(|found| attribution(document, found)).collect();
    let cautions = match told.verdict {
        Some(_) => cautions(&analysis, told.garbled, told.out_of_distribution),
        None => Vec::new(),
    };
    Report {
        applicability: analysis.prose.applicability,
        confidence: confidence(&analysis, &cautions),
        cautions,
        applicability_reason: analysis.prose.reason,
        verdict: told.verdict,
        register: told.register,
        sub_scores: told.sub_scores,
        features: told.features,
        evidence: analysis.evidence,
        sentences,
        attributions,
        counterfactuals: told.counterfactuals,
        provenance: Provenance {
            service_version: env!("CARGO_PKG_VERSION"),
            model_version: model_version.to_owned(),
            feature_set_version: FEATURE_SET_VERSION,
            lexicon_version: LEXICON_VERSION,
        },
    }
}

/// Text statistics as features of a report: no reference article and no weight stands behind them.
pub(crate) fn unscored(measurements: &[Measurement], has_verdict: bool) -> impl Iterator<Item = FeatureScore> {
    measurements.iter().enumerate().map(move |(index, measurement)| FeatureScore {
        feature: FEATURES.len() + index,
        value: measurement.value(),
        status: measurement.status(),
        exposure: measurement.exposure(),
        percentile: None,
        contribution: has_verdict.then_some(0.0),
    })
}

/// Why to trust the score less.
fn cautions(analysis: &Analysis<'_>, garbled: bool, out_of_distribution: bool) -> Vec<Caution> {
    let genre = &analysis.genre;
    let all = Caution::ALL.iter().copied();
    all.filter(|caution| match caution {
        Caution::Short => analysis.prose.words < SHORT_WORDS,
        Caution::OpinionSuspected => genre.opinion_suspected,
        Caution::SatireSuspected => genre.satire_suspected,
        Caution::PressReleaseSuspected => genre.release_suspected,
        Caution::Truncated => analysis.document.breaks_off() == Some(true),
        Caution::Garbled => garbled,
        Caution::OutOfDistribution => out_of_distribution,
        Caution::Markup => analysis.document.tags >= MARKUP_TAGS,
        Caution::Caseless => analysis.document.caseless,
    })
    .collect()
}

/// The confidence of a report, without the two cautions that take a model.
pub(crate) fn confidence_of_text(analysis: &Analysis<'_>) -> f64 {
    confidence(analysis, &cautions(analysis, false, false))
}

/// How far the text carries the report: its length, whether the copy is whole, and what cautions there are. Never its
/// quality.
fn confidence(analysis: &Analysis<'_>, cautions: &[Caution]) -> f64 {
    if analysis.prose.applicability != Applicability::Ok {
        return 0.0;
    }
    let words = f64::from(analysis.prose.words);
    let length = words / (words + HALF_CONFIDENCE_WORDS);
    let breaks = 1000.0 * f64::from(analysis.fluency.breaks) / f64::from(analysis.fluency.words.max(1));
    let whole = HALF_CONFIDENCE_BREAKS / (HALF_CONFIDENCE_BREAKS + breaks);
    let paragraphs = analysis.quotation.paragraphs.max(1);
    let quotes = 1.0 - 0.5 * f64::from(analysis.quotation.faulty_paragraphs) / f64::from(paragraphs);
    cautions.iter().fold(length * whole * quotes, |rest, caution| rest * caution.factor())
}

fn sentence(analysis: &Analysis<'_>, index: usize) -> Option<SentenceReport> {
    let sentence = analysis.document.sentences.get(index)?;
    let claim = analysis.claims.sentences.get(index)?;
    let quoted = analysis.facts.sentences.get(index)?.quoted;
    Some(SentenceReport {
        place: Place { field: Field::Text, span: sentence.span },
        check_worthy: claim.is_check_worthy(),
        check_worthiness: claim.worthiness,
        support: claim.support,
        voice: if quoted { Voice::Quoted } else { Voice::Own },
        novelty: analysis.repetition.novelty.get(index).copied().flatten(),
        boilerplate: sentence.boilerplate,
        ground: claim.ground.filter(|_| claim.is_check_worthy()),
        exemption: claim.exemption.filter(|_| claim.is_check_worthy()),
        attribution: claim.attribution.filter(|_| claim.is_check_worthy()),
        severity: claim.severity,
    })
}

fn attribution(document: &Document<'_>, found: &Attribution) -> AttributionReport {
    let place = |range: &std::ops::Range<u32>| {
        let span = document.span_of(range.start as usize, range.end as usize);
        (!span.is_empty()).then_some(Place { field: Field::Text, span })
    };
    AttributionReport {
        source: found.source.iter().filter_map(place).collect(),
        cue: place(&found.cue).into_iter().collect(),
        content: found.content.iter().flatten().filter_map(place).collect(),
        source_kind: found.kind,
        source_key: found.key.clone().map_or_else(String::new, |range| key(document, found.kind, range)),
        quoted: found.quoted,
        act: found.act,
    }
}

/// A surname, or the words of a name without articles; lower case, without a possessive.
fn key(document: &Document<'_>, kind: SourceKind, range: std::ops::Range<u32>) -> String {
    let tokens = document.tokens.get(range.start as usize..range.end as usize).unwrap_or_default();
    let mut words = tokens.iter().filter(|token| token.counts() && !token.has(word::DETERMINER));
    let plain = |token: &crate::text::Token| {
        if token.is(form::PLAIN) {
            return token.span().slice(document.article.text).unwrap_or_default().to_ascii_lowercase();
        }
        let word = token.span().slice(document.article.text).unwrap_or_default().to_lowercase().replace('’', "'");
        let possessive = token.is(form::POSSESSIVE).then(|| word.strip_suffix("'s").map(str::to_owned)).flatten();
        possessive.unwrap_or(word)
    };
    if kind == SourceKind::Person {
        return words.next_back().map(plain).unwrap_or_default();
    }
    words.map(plain).collect::<Vec<_>>().join(" ")
}
