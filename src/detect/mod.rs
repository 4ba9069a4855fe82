//! A document to evidence: one file per detector.
//!
//! The order below is the order in which they run; each sees the document and what stands above it.

pub mod attribution;
pub mod claims;
pub mod consistency;
pub mod facts;
pub mod fluency;
pub mod genre;
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
use std::convert::Infallible;

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
    pub genre: genre::Genre,
    /// Ordered by place.
    pub evidence: Vec<Evidence>,
    /// Empty until somebody asks.
    statistics: OnceCell<TextStatistics>,
}

impl<'a> Analysis<'a> {
    /// Runs every detector over one article.
    #[must_use]
    pub fn of(article: &Article<'a>) -> Self {
        let Ok(analysis) = Self::within(article, &mut |_| Ok::<(), Infallible>(()));
        analysis
    }

    /// Runs every detector over one article, for as long as `go_on` lets it: it is asked before each
    /// stage, and told the stage's name.
    ///
    /// # Errors
    /// What `go_on` answers.
    pub fn within<E>(article: &Article<'a>, go_on: &mut impl FnMut(&'static str) -> Result<(), E>) -> Result<Self, E> {
        go_on("read")?;
        let document = Document::read(article);
        let mut prose = prose(&document);
        let mut margin = Margin::for_tokens(document.tokens.len());
        go_on("facts")?;
        let facts = facts::collect(&document);
        go_on("hedging")?;
        let hedging = hedging::detect(&document, &facts, &mut margin);
        go_on("attribution")?;
        let attribution = attribution::detect(&document, &mut margin);
        go_on("quotation")?;
        let quotation = quotation::detect(&document, &attribution, &mut margin);
        go_on("repetition")?;
        let repetition = repetition::detect(&document, &facts, &mut margin);
        go_on("stance")?;
        let stance = stance::detect(&document, &attribution, &mut margin);
        go_on("subjectivity")?;
        let subjectivity = subjectivity::detect(&document, &facts, &stance, &attribution, &mut margin);
        go_on("claims")?;
        let claims = claims::detect(
            &claims::Given {
                document: &document,
                facts: &facts,
                hedging: &hedging,
                attribution: &attribution,
                quotation: &quotation,
                repetition: &repetition,
                stance: &stance,
                tenor: claims::Tenor::of(&document, &facts, &subjectivity.opinion),
                opinion: &subjectivity.opinion,
            },
            &mut margin,
        );
        go_on("padding")?;
        let padding = padding::detect(&document, &facts, &repetition, &stance, &attribution, &mut margin);
        go_on("headline")?;
        let headline = headline::detect(&document, &mut margin);
        go_on("fluency")?;
        let fluency = fluency::detect(&document, &mut margin);
        go_on("transparency")?;
        let transparency = transparency::detect(&document, &mut margin);
        go_on("specificity")?;
        let specificity = specificity::detect(&document, &facts, &attribution, &mut margin);
        go_on("style")?;
        let style = style::detect(&document);
        go_on("consistency")?;
        let consistency = consistency::detect(&document, &attribution, &mut margin);
        go_on("genre")?;
        let genre = genre::detect(&document, &facts, &subjectivity);
        fluency.overrule(&mut prose);
        genre.overrule(&mut prose);
        Ok(Analysis {
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
            genre,
            evidence: margin.finish(),
            document,
            statistics: OnceCell::new(),
        })
    }

    /// The text statistics, computed when they are first asked for: most callers never do.
    pub fn statistics(&self) -> &TextStatistics {
        self.statistics.get_or_init(|| TextStatistics::of(&self.document))
    }
}
