//! A report with something in every field, for tests of what is made of reports.

use super::{
    Act, Applicability, AttributionReport, Band, Caution, Counterfactual, Evidence, FeatureScore, Field, Ground,
    LogitTerm, Place, Provenance, RegisterPattern, RegisterReport, Report, SentenceReport, SourceKind, SubScore,
    Support, Verdict, Voice,
};
use crate::article::Article;
use crate::features::{FEATURES, Status};
use crate::text::ByteSpan;

const TITLE: &str = "Caf\u{e9} owners \u{201c}furious\u{201d} over levy";

const TEXT: &str = "\u{feff}\u{201c}It is a disgrace,\u{201d} said Ren\u{e9}e Dupont \u{1F600} of the caf\u{e9} guild.\r\n\
                    Critics say the levy will\u{a0}\u{1b}[31mruin everyone.\n\nA source said so.";

pub(crate) fn article() -> Article<'static> {
    Article { id: "cafe-1", title: TITLE, text: TEXT, ..Article::default() }
}

/// The place of the first `words` in a field.
pub(crate) fn place(field: Field, words: &str) -> Place {
    let text = match field {
        Field::Title => TITLE,
        Field::Text => TEXT,
    };
    let start = text.find(words).expect("the words are in the field");
    let [start, end] = [start, start + words.len()].map(|at| u32::try_from(at).unwrap());
    Place { field, span: ByteSpan::new(start, end) }
}

fn mark(feature: usize, place: Place, voice: Voice, severity: f64, message: &'static str) -> Evidence {
    Evidence { feature_id: FEATURES[feature].id, place, voice, severity, message: message.into(), related: None }
}

pub(crate) fn report() -> Report {
    let statuses = [Status::Ok, Status::LowExposure, Status::NotApplicable, Status::NotSeen];
    let features = statuses.into_iter().enumerate().map(|(feature, status)| {
        let measured = matches!(status, Status::Ok | Status::LowExposure);
        FeatureScore {
            feature,
            value: measured.then_some(0.25),
            status,
            exposure: 7,
            percentile: measured.then_some(0.5),
            contribution: Some([0.75, -1.25, 0.0, 0.0][feature]),
        }
    });
    let text = |words| place(Field::Text, words);
    Report {
        applicability: Applicability::Ok,
        applicability_reason: String::new(),
        verdict: Some(Verdict {
            score: 1.0 / (1.0 + 0.5_f64.exp()),
            low: 0.2,
            high: 0.6,
            band: Band::Mixed,
            logit: -0.5,
            terms: vec![LogitTerm { id: "bias", value: 0.0 }],
        }),
        confidence: 0.4,
        register: Some(RegisterReport {
            contribution: 0.3,
            percentile: 0.6,
            strongest: vec![RegisterPattern { pattern: "said <Name>".to_owned(), contribution: 0.1 }],
        }),
        cautions: vec![Caution::Short, Caution::Truncated],
        sub_scores: vec![
            SubScore { id: "support", score: Some(0.42), feature_ids: vec![FEATURES[0].id, FEATURES[1].id] },
            SubScore { id: "headline_fit", score: None, feature_ids: vec![FEATURES[2].id] },
        ],
        features: features.collect(),
        evidence: vec![
            mark(3, place(Field::Title, "furious"), Voice::Quoted, 0.2, "A loaded word in the title."),
            mark(2, text("a disgrace"), Voice::Quoted, 0.1, "A loaded word in a quotation."),
            mark(
                0,
                text("Critics say the levy will\u{a0}\u{1b}[31mruin everyone."),
                Voice::Own,
                0.7,
                "Nobody in particular says this.",
            ),
            mark(1, text("A source"), Voice::Own, 0.9, "A source with no description."),
        ],
        sentences: vec![
            SentenceReport {
                place: text(
                    "\u{201c}It is a disgrace,\u{201d} said Ren\u{e9}e Dupont \u{1F600} of the caf\u{e9} guild.",
                ),
                check_worthy: false,
                check_worthiness: 0.3,
                support: None,
                voice: Voice::Quoted,
                novelty: None,
                boilerplate: false,
                ground: None,
                exemption: None,
                attribution: None,
                severity: 0.0,
            },
            SentenceReport {
                place: text("A source said so."),
                check_worthy: true,
                check_worthiness: 0.8,
                support: Some(Support::WeakBare),
                voice: Voice::Own,
                novelty: Some(0.0),
                boilerplate: false,
                ground: Some(Ground::Undescribed),
                exemption: None,
                attribution: Some(0),
                severity: 0.5,
            },
        ],
        attributions: vec![AttributionReport {
            source: vec![text("Ren\u{e9}e Dupont"), text("guild")],
            cue: vec![text("said")],
            content: vec![text("It is a disgrace,")],
            source_kind: SourceKind::Person,
            source_key: "Dupont".to_owned(),
            quoted: true,
            act: Act::Report,
        }],
        counterfactuals: vec![Counterfactual { feature_id: FEATURES[1].id, logit_change: 1.25 }],
        provenance: Provenance {
            service_version: "0",
            model_version: "m".to_owned(),
            feature_set_version: "f",
            lexicon_version: "l",
        },
    }
}
