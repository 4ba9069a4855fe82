//! The whole pipeline behind one call.

use crate::article::Article;
use crate::detect::Analysis;
use crate::features::FeatureVector;

/// Scores articles. Load once, score many: it holds no state between calls and may be shared by threads.
#[derive(Debug, Clone, Default)]
pub struct Engine {}

impl Engine {
    /// The features of one article, without a model.
    #[must_use]
    pub fn measure(&self, article: &Article<'_>) -> FeatureVector {
        FeatureVector::measure(&Analysis::of(article))
    }
}
