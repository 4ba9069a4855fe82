//! Domain types to messages.

use prost::Message as _;

use super::status::Error;
use super::v1::{self, article_result};
use super::validate::Job;
use crate::engine::Engine;
use crate::features::{Direction, FEATURE_SET_VERSION, FEATURES, Feature, Status, TEXT_STATISTICS, Tier};
use crate::model::Model;
use crate::model::card::INTENDED_USE;
use crate::report::offsets::Offsets;
use crate::report::{
    Act, Applicability, AttributionReport, Band, Caution, Counterfactual, Evidence, Exemption, FeatureScore, Field,
    OffsetEncoding, Options, Place, RegisterPattern, Report, SentenceReport, SourceKind, Support, View, Voice, reason,
    view,
};

/// Scores one article and reports as its sender wishes.
#[must_use]
pub fn score(engine: &Engine, job: &Job) -> v1::Report {
    let article = job.article();
    report(engine.score_for(&article, job.options().view), &article, job.options())
}

/// As [`score`], for as long as `go_on` lets it; it is asked before each stage.
///
/// # Errors
/// What `go_on` answers.
pub fn score_within<E>(
    engine: &Engine,
    job: &Job,
    go_on: &mut impl FnMut(&'static str) -> Result<(), E>,
) -> Result<v1::Report, E> {
    let article = job.article();
    let found = engine.score_within(&article, job.options().view, go_on)?;
    go_on("convert")?;
    Ok(report(found, &article, job.options()))
}

/// What became of one article of several.
pub(super) fn result(article_id: String, scored: Result<v1::Report, Error>) -> v1::ArticleResult {
    let result = Some(match scored {
        Ok(report) => article_result::Result::Report(report),
        Err(error) => article_result::Result::Error(error.into()),
    });
    v1::ArticleResult { article_id, result }
}

/// About how much memory a report takes until it is sent.
pub(super) fn footprint(report: &v1::Report) -> usize {
    report.encoded_len()
        + report.evidence.len() * size_of::<v1::Evidence>()
        + report.sentences.len() * size_of::<v1::Sentence>()
        + report.attributions.len() * size_of::<v1::Attribution>()
}

/// How many bytes a report encodes to at most, beside what every call takes. Ordinary news needs a tenth of it; what
/// comes near it are hostile texts.
pub(super) fn most_report_bytes(job: &Job) -> usize {
    let (article, options) = (job.article(), job.options());
    let text = article.text.len() + article.title.len();
    let evidence = options.max_evidence.map_or(0, |most| (200 * most).min(32 * text));
    match options.view {
        View::Basic => evidence,
        // Sentences and attributions have no limit but the text.
        View::Full => evidence + 8 * text,
    }
}

/// The message of one report on `article`.
#[must_use]
pub fn report(report: Report, article: &crate::Article<'_>, options: Options) -> v1::Report {
    let chosen = view::choose(&report.evidence, options.view, options.max_evidence);
    let (sentences, attributions) = match options.view {
        View::Basic => (&[][..], &[][..]),
        View::Full => (&report.sentences[..], &report.attributions[..]),
    };
    let places = chosen
        .evidence
        .iter()
        .flat_map(|piece| std::iter::once(piece.place).chain(piece.related))
        .chain(sentences.iter().map(|sentence| sentence.place))
        .chain(attributions.iter().flat_map(places_of));
    let spans = Spans::new(article, options.offset_encoding, places);
    let evidence = chosen.evidence.iter().map(|piece| spans.evidence(piece)).collect();
    let omitted_evidence_count = int(chosen.omitted);
    let sentences = sentences.iter().map(|sentence| spans.sentence(sentence)).collect();
    let attributions = attributions.iter().map(|said| spans.attribution(said)).collect();
    let verdict = report.verdict.as_ref();
    v1::Report {
        article_id: article.id.to_owned(),
        applicability: applicability(report.applicability).into(),
        applicability_reason: report.applicability_reason,
        score: verdict.map(|verdict| verdict.score),
        score_low: verdict.map(|verdict| verdict.low),
        score_high: verdict.map(|verdict| verdict.high),
        band: verdict.map_or(v1::Band::Unspecified, |verdict| band(verdict.band)).into(),
        confidence: report.confidence,
        cautions: report.cautions.iter().map(|&found| caution(found).into()).collect(),
        logit: verdict.map(|verdict| verdict.logit),
        logit_terms: verdict.map_or_else(Vec::new, |verdict| {
            let terms =
                verdict.terms.iter().map(|term| v1::LogitTerm { term_id: term.id.to_owned(), value: term.value });
            terms.collect()
        }),
        sub_scores: report
            .sub_scores
            .iter()
            .map(|sub_score| v1::SubScore {
                sub_score_id: sub_score.id.to_owned(),
                score: sub_score.score,
                feature_ids: sub_score.feature_ids.iter().map(|&id| id.to_owned()).collect(),
            })
            .collect(),
        features: report.features.iter().map(|score| feature_score(score, options.view)).collect(),
        evidence,
        omitted_evidence_count,
        sentences,
        attributions,
        counterfactuals: match options.view {
            View::Basic => Vec::new(),
            View::Full => report.counterfactuals.iter().map(counterfactual).collect(),
        },
        provenance: Some(v1::Provenance {
            service_version: report.provenance.service_version.to_owned(),
            model_version: report.provenance.model_version,
            feature_set_version: report.provenance.feature_set_version.to_owned(),
            lexicon_version: report.provenance.lexicon_version.to_owned(),
            offset_encoding: offset_encoding(options.offset_encoding).into(),
        }),
        register: report.register.map(|register| v1::Register {
            percentile: register.percentile,
            strongest: match options.view {
                View::Basic => Vec::new(),
                View::Full => register.strongest.into_iter().map(register_pattern).collect(),
            },
        }),
    }
}

fn register_pattern(found: RegisterPattern) -> v1::RegisterPattern {
    v1::RegisterPattern { pattern: found.pattern, contribution: found.contribution }
}

/// Every feature, in the order of reports.
#[must_use]
pub fn features() -> v1::ListFeaturesResponse {
    let statistics = TEXT_STATISTICS.iter().map(|described| v1::Feature { full_view_only: true, ..feature(described) });
    v1::ListFeaturesResponse {
        features: FEATURES.iter().map(feature).chain(statistics).collect(),
        feature_set_version: FEATURE_SET_VERSION.to_owned(),
    }
}

/// The model in use.
#[must_use]
pub fn model_to_proto(model: &Model) -> v1::Model {
    let artifact = model.artifact();
    let weights = model.weights().map(|weight| v1::Weight {
        feature_id: weight.feature_id.to_owned(),
        transform: weight.transform.to_owned(),
        weight: weight.weight,
    });
    let bands = model
        .bands()
        .into_iter()
        .map(|(name, minimum_score)| v1::BandThreshold { band: band(name).into(), minimum_score });
    let corpora = artifact.corpora.iter().map(|corpus| v1::Corpus {
        corpus_id: corpus.id.clone(),
        article_count: int(corpus.articles),
        license: corpus.license.clone(),
        fitted: corpus.fitted,
    });
    let metrics = artifact.metrics.iter().map(|metric| v1::Metric {
        metric_id: metric.id.clone(),
        corpus_id: metric.corpus.clone(),
        value: metric.value,
    });
    v1::Model {
        version: model.version().to_owned(),
        sha256: model.sha256().to_owned(),
        feature_set_version: artifact.feature_set_version.clone(),
        weights: weights.collect(),
        bias: model.bias(),
        bands: bands.collect(),
        corpora: corpora.collect(),
        metrics: metrics.collect(),
        intended_use: INTENDED_USE.to_owned(),
        register_pattern_count: int(artifact.register.as_ref().map_or(0, |register| register.patterns.len())),
    }
}

/// A count or an offset on the wire. What is counted is bounded far below the ends of the type.
pub(super) fn int(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}

/// Places of one article, counted in the caller's unit.
struct Spans<'a> {
    article: &'a crate::Article<'a>,
    title: Offsets,
    text: Offsets,
}

impl<'a> Spans<'a> {
    fn new(article: &'a crate::Article<'a>, encoding: OffsetEncoding, places: impl Iterator<Item = Place>) -> Self {
        let (mut title, mut text) = (Vec::new(), Vec::new());
        for place in places {
            let bytes = [place.span.start(), place.span.end()];
            match place.field {
                Field::Title => title.extend(bytes),
                Field::Text => text.extend(bytes),
            }
        }
        Spans {
            article,
            title: Offsets::new(article.title, encoding, title),
            text: Offsets::new(article.text, encoding, text),
        }
    }

    fn span(&self, place: Place) -> v1::Span {
        let (field, offsets) = match place.field {
            Field::Title => (v1::Field::Title, &self.title),
            Field::Text => (v1::Field::Text, &self.text),
        };
        v1::Span {
            field: field.into(),
            start: int(offsets.units_before(place.span.start())),
            end: int(offsets.units_before(place.span.end())),
        }
    }

    fn evidence(&self, piece: &Evidence) -> v1::Evidence {
        v1::Evidence {
            feature_id: piece.feature_id.to_owned(),
            span: Some(self.span(piece.place)),
            quote: piece.place.words(self.article).unwrap_or_default().to_owned(),
            voice: voice(piece.voice).into(),
            severity: piece.severity,
            message: piece.message.to_string(),
            related: piece.related.map(|place| self.span(place)),
        }
    }

    fn sentence(&self, sentence: &SentenceReport) -> v1::Sentence {
        v1::Sentence {
            span: Some(self.span(sentence.place)),
            check_worthy: sentence.check_worthy,
            check_worthiness: sentence.check_worthiness,
            support: sentence.support.map_or(v1::SupportLevel::Unspecified, support).into(),
            voice: voice(sentence.voice).into(),
            novelty: sentence.novelty,
            boilerplate: sentence.boilerplate,
            support_reason: sentence.support_reason().to_owned(),
            attribution_index: sentence.attribution.map(|index| i32::try_from(index).unwrap_or(i32::MAX)),
            support_exemption: sentence.exemption.map_or(v1::SupportExemption::Unspecified, support_exemption).into(),
            severity: sentence.severity,
        }
    }

    fn attribution(&self, said: &AttributionReport) -> v1::Attribution {
        let spans = |places: &[Place]| places.iter().map(|&place| self.span(place)).collect();
        v1::Attribution {
            source: spans(&said.source),
            cue: spans(&said.cue),
            content: spans(&said.content),
            source_kind: source_kind(said.source_kind).into(),
            source_key: said.source_key.clone(),
            quoted: said.quoted,
            act: act(said.act).into(),
        }
    }
}

fn act(act: Act) -> v1::AttributionAct {
    match act {
        Act::Report => v1::AttributionAct::Report,
        Act::Attitude => v1::AttributionAct::Attitude,
        Act::Perception => v1::AttributionAct::Perception,
        Act::Mention => v1::AttributionAct::Mention,
        Act::Hearsay => v1::AttributionAct::Hearsay,
    }
}

fn places_of(said: &AttributionReport) -> impl Iterator<Item = Place> {
    said.source.iter().chain(&said.cue).chain(&said.content).copied()
}

fn counterfactual(change: &Counterfactual) -> v1::Counterfactual {
    v1::Counterfactual { feature_id: change.feature_id.to_owned(), logit_change: change.logit_change }
}

fn feature_score(score: &FeatureScore, view: View) -> v1::FeatureScore {
    v1::FeatureScore {
        reason: match view {
            View::Basic => String::new(),
            View::Full => reason::sentence(score).unwrap_or_default(),
        },
        feature_id: score.id().to_owned(),
        value: score.value,
        status: status(score.status).into(),
        exposure: int(score.exposure),
        percentile: score.percentile,
        contribution: score.contribution,
    }
}

fn feature(feature: &Feature) -> v1::Feature {
    let bound = |value: f64| value.is_finite().then_some(value);
    v1::Feature {
        feature_id: feature.id.to_owned(),
        summary: feature.summary().to_owned(),
        documentation: feature.docs.to_owned(),
        unit: feature.unit.to_owned(),
        minimum: bound(feature.range.0),
        maximum: bound(feature.range.1),
        direction: direction(feature.direction).into(),
        tier: tier(feature.tier).into(),
        sub_score_id: feature.sub_score.to_owned(),
        full_view_only: false,
    }
}

fn applicability(applicability: Applicability) -> v1::Applicability {
    match applicability {
        Applicability::Ok => v1::Applicability::Ok,
        Applicability::TooShort => v1::Applicability::TooShort,
        Applicability::NotEnglish => v1::Applicability::NotEnglish,
        Applicability::NotProse => v1::Applicability::NotProse,
        Applicability::NotNews => v1::Applicability::NotNews,
    }
}

fn caution(caution: Caution) -> v1::Caution {
    match caution {
        Caution::Short => v1::Caution::Short,
        Caution::OpinionSuspected => v1::Caution::OpinionSuspected,
        Caution::SatireSuspected => v1::Caution::SatireSuspected,
        Caution::PressReleaseSuspected => v1::Caution::PressReleaseSuspected,
        Caution::Truncated => v1::Caution::Truncated,
        Caution::Garbled => v1::Caution::Garbled,
        Caution::OutOfDistribution => v1::Caution::OutOfDistribution,
        Caution::Markup => v1::Caution::Markup,
        Caution::Caseless => v1::Caution::Caseless,
    }
}

/// The band of a score, or of a threshold of the model.
fn band(band: Band) -> v1::Band {
    match band {
        Band::Low => v1::Band::Low,
        Band::Mixed => v1::Band::Mixed,
        Band::High => v1::Band::High,
    }
}

fn voice(voice: Voice) -> v1::Voice {
    match voice {
        Voice::Own => v1::Voice::Own,
        Voice::Quoted => v1::Voice::Quoted,
    }
}

fn status(status: Status) -> v1::FeatureStatus {
    match status {
        Status::Ok => v1::FeatureStatus::Ok,
        Status::LowExposure => v1::FeatureStatus::LowExposure,
        Status::NotApplicable => v1::FeatureStatus::NotApplicable,
        Status::NotSeen => v1::FeatureStatus::NotSeen,
    }
}

fn support(support: Support) -> v1::SupportLevel {
    match support {
        Support::Quote => v1::SupportLevel::Quote,
        Support::Document => v1::SupportLevel::Document,
        Support::Named => v1::SupportLevel::Named,
        Support::Link => v1::SupportLevel::Link,
        Support::NumberSource => v1::SupportLevel::NumberSource,
        Support::Carry => v1::SupportLevel::Carry,
        Support::WeakAnon => v1::SupportLevel::WeakAnon,
        Support::WeakBare => v1::SupportLevel::WeakBare,
        Support::WeakWeasel => v1::SupportLevel::WeakWeasel,
        Support::WeakHedge => v1::SupportLevel::WeakHedge,
        Support::None => v1::SupportLevel::None,
        Support::Background => v1::SupportLevel::Background,
    }
}

fn support_exemption(exemption: Exemption) -> v1::SupportExemption {
    match exemption {
        Exemption::Lead => v1::SupportExemption::Lead,
        Exemption::Restatement => v1::SupportExemption::Restatement,
        Exemption::PublicRecord => v1::SupportExemption::PublicRecord,
        Exemption::ScheduledEvent => v1::SupportExemption::ScheduledEvent,
        Exemption::Quoted => v1::SupportExemption::Quoted,
        Exemption::OwnObservation => v1::SupportExemption::OwnObservation,
        Exemption::NegatedEvidence => v1::SupportExemption::NegatedEvidence,
    }
}

fn source_kind(kind: SourceKind) -> v1::SourceKind {
    match kind {
        SourceKind::Person => v1::SourceKind::Person,
        SourceKind::Organisation => v1::SourceKind::Organisation,
        SourceKind::Document => v1::SourceKind::Document,
        SourceKind::DescribedAnonymous => v1::SourceKind::DescribedAnonymous,
        SourceKind::BareAnonymous => v1::SourceKind::BareAnonymous,
        SourceKind::Collective => v1::SourceKind::Collective,
        SourceKind::Unresolved => v1::SourceKind::Unresolved,
    }
}

fn offset_encoding(encoding: OffsetEncoding) -> v1::OffsetEncoding {
    match encoding {
        OffsetEncoding::Utf8 => v1::OffsetEncoding::Utf8,
        OffsetEncoding::Utf16 => v1::OffsetEncoding::Utf16,
        OffsetEncoding::Utf32 => v1::OffsetEncoding::Utf32,
    }
}

fn tier(tier: Tier) -> v1::FeatureTier {
    match tier {
        Tier::Model => v1::FeatureTier::Model,
        Tier::Report => v1::FeatureTier::Report,
        Tier::Gate => v1::FeatureTier::Gate,
    }
}

fn direction(direction: Direction) -> v1::FeatureDirection {
    match direction {
        Direction::Higher => v1::FeatureDirection::Higher,
        Direction::Lower => v1::FeatureDirection::Lower,
        Direction::Hump => v1::FeatureDirection::Hump,
        Direction::Neutral => v1::FeatureDirection::Neutral,
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};

    use super::*;
    use crate::features::catalogue;
    use crate::report::fixture;
    use crate::rpc::admission::CALL_BYTES;
    use crate::rpc::{Limits, validate};

    const ENCODINGS: [OffsetEncoding; 3] = [OffsetEncoding::Utf8, OffsetEncoding::Utf16, OffsetEncoding::Utf32];

    fn converted(view: View, offset_encoding: OffsetEncoding) -> v1::Report {
        let options = Options { view, offset_encoding, max_evidence: None };
        report(fixture::report(), &fixture::article(), options)
    }

    #[test]
    fn no_report_is_larger_than_the_room_for_it() {
        let engine = Engine::embedded().unwrap();
        let parts = [
            "said ",
            "\u{201c}No.\u{201d} ",
            "A source said. ",
            "a ",
            "\"a\" ",
            "9% ",
            "he said, ",
            "A. ",
            "I am. ",
            "He is.\n\n",
            "Jane Doe said 9% may, reportedly, be. ",
        ];
        for (part, size) in parts.iter().flat_map(|part| [1_000, 5_000, 20_000].map(|size| (part, size))) {
            for (view, max_evidence_count) in
                [(v1::ReportView::Basic, 0), (v1::ReportView::Basic, 10_000), (v1::ReportView::Full, 0)]
            {
                let article = v1::Article { text: part.repeat(size / part.len()), ..v1::Article::default() };
                let request = v1::ScoreArticleRequest {
                    article: Some(article),
                    view: view.into(),
                    max_evidence_count,
                    ..v1::ScoreArticleRequest::default()
                };
                let job = validate::score_article(request, &Limits::default()).unwrap();
                let (bytes, most) = (score(&engine, &job).encoded_len(), most_report_bytes(&job) + CALL_BYTES);
                assert!(bytes <= most, "{part:?} {size} {view:?}: {bytes} of {most}");
            }
        }
    }

    /// What a client does with a span.
    fn cut(span: &v1::Span, encoding: OffsetEncoding) -> String {
        let article = fixture::article();
        let text = match span.field() {
            v1::Field::Title => article.title,
            v1::Field::Text => article.text,
            v1::Field::Unspecified => panic!("a span without a field"),
        };
        let [start, end] = [span.start, span.end].map(|at| usize::try_from(at).unwrap());
        match encoding {
            OffsetEncoding::Utf8 => text[start..end].to_owned(),
            OffsetEncoding::Utf16 => String::from_utf16(&text.encode_utf16().collect::<Vec<_>>()[start..end]).unwrap(),
            OffsetEncoding::Utf32 => text.chars().skip(start).take(end - start).collect(),
        }
    }

    #[test]
    fn every_span_cuts_its_words_in_every_encoding() {
        for encoding in ENCODINGS {
            let report = converted(View::Full, encoding);
            assert_eq!(report.evidence.len(), 4);
            for piece in &report.evidence {
                assert_eq!(cut(piece.span.as_ref().unwrap(), encoding), piece.quote);
            }
            let last = report.sentences.last().unwrap();
            assert_eq!(cut(last.span.as_ref().unwrap(), encoding), "A source said so.");
            let said = &report.attributions[0];
            assert_eq!(cut(&said.source[0], encoding), "Ren\u{e9}e Dupont");
            assert_eq!(cut(&said.source[1], encoding), "guild");
            assert_eq!(cut(&said.content[0], encoding), "It is a disgrace,");
            let echoed = report.provenance.unwrap().offset_encoding;
            assert_eq!(echoed, i32::from(offset_encoding(encoding)));
        }
    }

    #[test]
    fn the_basic_view_leaves_out_sentences_and_attributions() {
        let report = converted(View::Basic, OffsetEncoding::Utf8);
        assert!(report.sentences.is_empty() && report.attributions.is_empty());
        assert_eq!(report.evidence.len(), 4);
        assert_eq!(report.features.len(), 4);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let options = Options { view: View::Full, max_evidence: Some(1), ..Options::default() };
        let report = report(fixture::report(), &fixture::article(), options);
        assert_eq!(report.evidence[0].quote, "A source");
        assert_eq!(report.omitted_evidence_count, 3);
    }

    #[test]
    fn a_report_without_a_verdict_has_no_numbers_of_one() {
        let mut without = fixture::report();
        without.verdict = None;
        without.applicability = Applicability::NotEnglish;
        let report = report(without, &fixture::article(), Options::default());
        assert_eq!(report.applicability(), v1::Applicability::NotEnglish);
        assert_eq!(report.band(), v1::Band::Unspecified);
        let numbers = [report.score, report.score_low, report.score_high, report.logit];
        assert_eq!(numbers, [None; 4]);
        assert!(report.logit_terms.is_empty());
    }

    #[test]
    fn features_are_listed_in_the_order_of_reports_and_infinity_is_no_bound() {
        let listed = features().features;
        let ids: Vec<_> = listed.iter().map(|feature| feature.feature_id.as_str()).collect();
        assert_eq!(ids, catalogue().map(|feature| feature.id).collect::<Vec<_>>());
        for (message, feature) in listed.iter().zip(catalogue()) {
            assert_eq!(message.minimum.is_some(), feature.range.0.is_finite());
            assert_eq!(message.maximum.is_some(), feature.range.1.is_finite());
            assert_ne!(message.tier(), v1::FeatureTier::Unspecified);
            assert_ne!(message.direction(), v1::FeatureDirection::Unspecified);
        }
        let unbounded = Feature {
            id: "x",
            noun: crate::features::Noun::Unranked,
            sub_score: "",
            tier: Tier::Report,
            unit: "",
            range: (f64::NEG_INFINITY, f64::INFINITY),
            direction: Direction::Neutral,
            saturation: f64::INFINITY,
            docs: "One line.\n\nMore.",
            examples: &[],
            measure: |_| crate::features::Measurement::not_seen(),
        };
        let message = feature(&unbounded);
        assert_eq!((message.minimum, message.maximum), (None, None));
        assert_eq!(message.summary, "One line.");
    }

    /// Every value of a domain enum has a name on the wire, and every name but the zero a value.
    #[test]
    fn no_two_domain_values_share_a_wire_value() {
        let supports = [
            Support::Quote,
            Support::Document,
            Support::Named,
            Support::Link,
            Support::NumberSource,
            Support::Carry,
            Support::WeakAnon,
            Support::WeakBare,
            Support::WeakWeasel,
            Support::WeakHedge,
            Support::None,
            Support::Background,
        ];
        let numbers: Vec<i32> = supports.into_iter().map(|level| support(level).into()).collect();
        assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
        let exemptions = [
            Exemption::Lead,
            Exemption::Restatement,
            Exemption::PublicRecord,
            Exemption::ScheduledEvent,
            Exemption::Quoted,
            Exemption::OwnObservation,
            Exemption::NegatedEvidence,
        ];
        let numbers: Vec<i32> = exemptions.into_iter().map(|exemption| support_exemption(exemption).into()).collect();
        assert_eq!(numbers, (1..=7).collect::<Vec<_>>());
        let numbers: Vec<i32> = Caution::ALL.iter().map(|&found| caution(found).into()).collect();
        assert_eq!(numbers, (1..=9).collect::<Vec<_>>());
        let kinds = [
            SourceKind::Person,
            SourceKind::Organisation,
            SourceKind::Document,
            SourceKind::DescribedAnonymous,
            SourceKind::BareAnonymous,
            SourceKind::Collective,
            SourceKind::Unresolved,
        ];
        let numbers: Vec<i32> = kinds.into_iter().map(|kind| source_kind(kind).into()).collect();
        assert_eq!(numbers, (1..=7).collect::<Vec<_>>());
    }

    #[test]
    fn our_json_is_the_protobuf_json_mapping() {
        let pool = DescriptorPool::decode(v1::FILE_DESCRIPTOR_SET).unwrap();
        let descriptor = pool.get_message_by_name("candor.v1.Report").unwrap();
        let mut without_score = fixture::report();
        without_score.verdict = None;
        let reports = [
            converted(View::Full, OffsetEncoding::Utf16),
            converted(View::Basic, OffsetEncoding::Utf8),
            report(without_score, &fixture::article(), Options::default()),
        ];
        for report in reports {
            let bytes = report.encode_to_vec();
            let dynamic = DynamicMessage::decode(descriptor.clone(), bytes.as_slice()).unwrap();
            let options = SerializeOptions::new().skip_default_fields(false);
            let theirs = dynamic.serialize_with_options(serde_json::value::Serializer, &options).unwrap();
            assert_eq!(serde_json::to_value(&report).unwrap(), theirs);
            let read: v1::Report = serde_json::from_value(theirs).unwrap();
            assert_eq!(read, report);
        }
    }
}
