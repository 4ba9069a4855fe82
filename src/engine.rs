//! The whole pipeline behind one call.

use std::convert::Infallible;

use crate::article::Article;
use crate::classify::{Task, classifier};
use crate::detect::Analysis;
use crate::features::{self, FeatureVector};
use crate::lexicon::{lexicon, signs};
use crate::model::{Given, Model, ModelError};
use crate::report::{Applicability, Report, View, assemble};

/// The stages of one article, in their order; the statistics are of the full view alone.
pub const STAGES: [&str; 21] = [
    "read",
    "facts",
    "hedging",
    "attribution",
    "quotation",
    "repetition",
    "stance",
    "subjectivity",
    "claims",
    "padding",
    "headline",
    "fluency",
    "transparency",
    "specificity",
    "style",
    "consistency",
    "genre",
    "measure",
    "predict",
    "statistics",
    "assemble",
];

/// Scores articles. Load once, score many: it holds no state between calls and may be shared by threads.
#[derive(Debug)]
pub struct Engine {
    model: Model,
}

impl Engine {
    /// An engine with the given model.
    #[must_use]
    pub fn new(model: Model) -> Self {
        // Compiled at the first use; better at start than in the first request.
        let _ = (lexicon(), signs(), classifier(Task::CheckWorthy));
        Engine { model }
    }

    /// An engine with the model that ships inside the program.
    ///
    /// # Errors
    /// The embedded model is damaged, which only a defective build can cause.
    pub fn embedded() -> Result<Self, ModelError> {
        Model::embedded().map(Engine::new)
    }

    /// The model in use.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Reads one article and reports on it, without text statistics. Pure: the same article and model give the same
    /// report.
    #[must_use]
    pub fn score(&self, article: &Article<'_>) -> Report {
        self.score_for(article, View::Basic)
    }

    /// The same for a view: the full one has the text statistics too, which are not computed for the other.
    #[must_use]
    pub fn score_for(&self, article: &Article<'_>, view: View) -> Report {
        let Ok(report) = self.score_within(article, view, &mut |_| Ok::<(), Infallible>(()));
        report
    }

    /// As [`Engine::score_for`], for as long as `go_on` lets it: it is asked before each stage, and told the
    /// stage's name. Clocks and cancellations are the caller's.
    ///
    /// # Errors
    /// What `go_on` answers.
    pub fn score_within<E>(
        &self,
        article: &Article<'_>,
        view: View,
        go_on: &mut impl FnMut(&'static str) -> Result<(), E>,
    ) -> Result<Report, E> {
        let analysis = Analysis::within(article, go_on)?;
        go_on("measure")?;
        let vector = FeatureVector::measure(&analysis);
        go_on("predict")?;
        let mut told = if analysis.prose.applicability == Applicability::Ok {
            let reading = self.model.read(&analysis.document);
            let given = Given { vector: &vector, reading: &reading, words: analysis.prose.words };
            let prediction = self.model.predict(given);
            let counterfactuals = match view {
                View::Basic => Vec::new(),
                View::Full => self.model.counterfactuals(&prediction),
            };
            assemble::Told {
                counterfactuals,
                garbled: self.model.is_garbled(&vector),
                out_of_distribution: self.model.is_out_of_distribution(&vector),
                verdict: Some(prediction.verdict),
                register: prediction.register,
                features: prediction.features,
                sub_scores: prediction.sub_scores,
            }
        } else {
            let description = self.model.describe(&vector);
            assemble::Told {
                features: description.features,
                sub_scores: description.sub_scores,
                ..assemble::Told::default()
            }
        };
        if view == View::Full {
            go_on("statistics")?;
            let scored = told.verdict.is_some();
            told.features.extend(assemble::unscored(&features::text_statistics(&analysis), scored));
        }
        go_on("assemble")?;
        Ok(assemble::report(analysis, told, self.model.version()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_told_in_their_order() {
        let engine = Engine::embedded().unwrap();
        for view in [View::Basic, View::Full] {
            let mut told = Vec::new();
            let mut go_on = |stage| {
                told.push(stage);
                Ok::<(), Infallible>(())
            };
            let Ok(_) = engine.score_within(&Article::from_text("The bridge is shut."), view, &mut go_on);
            let full = |stage: &&str| view == View::Full || *stage != "statistics";
            assert_eq!(told, STAGES.iter().copied().filter(full).collect::<Vec<_>>());
        }
    }
}
