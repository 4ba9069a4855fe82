//! A document to evidence: one file per detector.
//!
//! The order below is the order in which they run; each sees the document and what stands above it.

pub mod attribution;
pub mod claims;
pub mod consistency;
pub mod facts;
pub mod fluency;
pub mod headline;
pub mod hedging;
mod margin;
pub mod padding;
pub mod quotation;
pub mod repetition;
mod scope;
mod source;
pub mod specificity;
pub mod stance;
pub mod statistics;
pub mod style;
pub mod subjectivity;
pub mod transparency;
mod variants;

use std::cell::OnceCell;

use crate::article::Article;
use crate::report::Evidence;
use crate::text::{Document, Prose, prose};

pub use margin::Margin;
use statistics::TextStatistics;

/// Everything found in one article.
#[derive(Debug)]
pub struct Analysis<'a> {
    pub document: Document<'a>,
    pub prose: Prose,
    pub facts: facts::Facts,
    pub hedging: hedging::Hedging,
    pub attribution: attribution::Attributions,
    pub quotation: quotation::Quotation,
    pub repetition: repetition::Repetition,
    pub stance: stance::Stance,
    pub claims: claims::Claims,
    pub padding: padding::Padding,
    pub subjectivity: subjectivity::Subjectivity,
    pub headline: headline::HeadlineFit,
    pub fluency: fluency::Fluency,
    pub transparency: transparency::Transparency,
    pub specificity: specificity::Specificity,
    pub style: style::Style,
    pub consistency: consistency::Consistency,
    /// Ordered by place.
    pub evidence: Vec<Evidence>,
    /// Empty until somebody asks.
    statistics: OnceCell<TextStatistics>,
}

impl<'a> Analysis<'a> {
    /// Runs every detector over one article.
    #[must_use]
    pub fn of(article: &Article<'a>) -> Self {
        let document = Document::read(article);
        let prose = prose(&document);
        let mut margin = Margin::default();
        let facts = facts::collect(&document);
        let hedging = hedging::detect(&document, &facts, &mut margin);
        let attribution = attribution::detect(&document, &mut margin);
        let quotation = quotation::detect(&document, &attribution, &mut margin);
        let repetition = repetition::detect(&document, &facts, &mut margin);
        let stance = stance::detect(&document, &attribution, &mut margin);
        let claims = claims::detect(
            &claims::Given {
                document: &document,
                facts: &facts,
                hedging: &hedging,
                attribution: &attribution,
                quotation: &quotation,
                repetition: &repetition,
                stance: &stance,
                register: claims::Register::of(&document, &facts),
            },
            &mut margin,
        );
        let padding = padding::detect(&document, &facts, &repetition, &stance, &attribution, &mut margin);
        let subjectivity = subjectivity::detect(&document, &facts, &stance, &attribution, &mut margin);
        let headline = headline::detect(&document, &mut margin);
        let fluency = fluency::detect(&document, &mut margin);
        let transparency = transparency::detect(&document, &mut margin);
        let specificity = specificity::detect(&document, &facts, &attribution, &mut margin);
        let style = style::detect(&document);
        let consistency = consistency::detect(&document, &attribution, &mut margin);
        Analysis {
            prose,
            facts,
            hedging,
            attribution,
            quotation,
            repetition,
            stance,
            claims,
            padding,
            subjectivity,
            headline,
            fluency,
            transparency,
            specificity,
            style,
            consistency,
            evidence: margin.finish(),
            document,
            statistics: OnceCell::new(),
        }
    }

    /// The text statistics, computed when they are first asked for: most callers never do.
    pub fn statistics(&self) -> &TextStatistics {
        self.statistics.get_or_init(|| TextStatistics::of(&self.document))
    }
}
