//! Labelled articles, measured, and how much each weighs.

use std::collections::BTreeMap;

use crate::features::FeatureVector;
use crate::model::register::{Spellings, Unit};

/// Copies of an average article of the largest cell (a corpus and a label); more copies make the
/// copies of two articles of one cell more alike, and fitting slower.
const COPIES: usize = 2;
/// No article is copied more often, however small its cell: a handful of articles must not speak for
/// a corpus.
const MAX_COPIES: usize = 64;

/// Where articles come from.
#[derive(Debug, Clone)]
pub struct CorpusInfo {
    pub id: String,
    pub license: String,
    /// What a label says of an article.
    pub meaning: String,
    /// The labels whose articles make the reference distribution.
    pub reference: Vec<String>,
    /// Whether weights are fitted on it. What is not fitted on may still be part of the reference.
    pub fitted: bool,
}

/// A text, measured: a whole article or half of one.
#[derive(Debug, Clone)]
pub struct Piece {
    pub features: FeatureVector,
    /// What the register model sees of it.
    pub units: Vec<Unit>,
    pub words: u32,
}

/// One labelled article, measured.
#[derive(Debug, Clone)]
pub struct Example {
    /// Index into the corpora.
    pub corpus: usize,
    /// Articles of one group are never on both sides of a test.
    pub group: String,
    pub good: bool,
    /// Whether it is part of the reference distribution; never without a score.
    pub reference: bool,
    /// Whether a report gives it a score. What gets none is never fitted on, and judged with the others.
    pub scored: bool,
    /// How far a report trusts the text, 0..1.
    pub confidence: f64,
    pub whole: Piece,
    /// The two halves of a long article; none without a score.
    pub halves: Option<[Piece; 2]>,
}

/// All labelled articles.
#[derive(Debug, Clone)]
pub struct TrainingSet {
    pub(super) corpora: Vec<CorpusInfo>,
    pub(super) examples: Vec<Example>,
    pub(super) spellings: Spellings,
}

impl TrainingSet {
    /// Corpora without an example are dropped.
    #[must_use]
    pub fn new(
        corpora: Vec<CorpusInfo>,
        examples: impl IntoIterator<Item = Example>,
        spellings: Spellings,
    ) -> TrainingSet {
        let mut examples: Vec<Example> =
            examples.into_iter().filter(|example| example.corpus < corpora.len()).collect();
        examples.sort_by_key(|example| example.corpus);
        let mut kept = Vec::new();
        let mut index = vec![0; corpora.len()];
        for (old, corpus) in corpora.into_iter().enumerate() {
            if examples.iter().any(|example| example.corpus == old) {
                index[old] = kept.len();
                kept.push(corpus);
            }
        }
        for example in &mut examples {
            example.corpus = index[example.corpus];
            if !example.scored {
                example.reference = false;
                example.halves = None;
            }
        }
        TrainingSet { corpora: kept, examples, spellings }
    }

    /// The corpora, by index.
    #[must_use]
    pub fn corpora(&self) -> &[CorpusInfo] {
        &self.corpora
    }

    /// The articles, by corpus.
    #[must_use]
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// How many articles.
    #[must_use]
    pub fn len(&self) -> usize {
        self.examples.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.examples.is_empty()
    }

    /// The corpora that weights are fitted on.
    pub(super) fn fitted(&self) -> Vec<usize> {
        (0..self.corpora.len()).filter(|&corpus| self.corpora[corpus].fitted).collect()
    }

    /// Of the corpora that are fitted on, the articles that get a score and that `keep` wants: what a model is fitted on.
    pub(super) fn rows(&self, keep: impl Fn(&Example) -> bool) -> Vec<usize> {
        self.judged(|example| example.scored && keep(example))
    }

    /// Of the corpora that are fitted on, the articles that `keep` wants, those too that get no score: what a model is
    /// judged by, so that no figure is flattered by what a report refuses.
    pub(super) fn judged(&self, keep: impl Fn(&Example) -> bool) -> Vec<usize> {
        (0..self.examples.len())
            .filter(|&row| self.corpora[self.examples[row].corpus].fitted && keep(&self.examples[row]))
            .collect()
    }

    /// The articles of the reference distribution that a model fitted on `rows` may see: those among them, and
    /// those of corpora that no model is fitted on.
    pub(super) fn reference(&self, rows: &[usize]) -> Vec<usize> {
        let mut seen = vec![false; self.examples.len()];
        for &row in rows {
            seen[row] = true;
        }
        (0..self.examples.len())
            .filter(|&row| {
                let example = &self.examples[row];
                example.reference && (seen[row] || !self.corpora[example.corpus].fitted)
            })
            .collect()
    }

    pub(super) fn good(&self, rows: &[usize]) -> Vec<bool> {
        rows.iter().map(|&row| self.examples[row].good).collect()
    }

    pub(super) fn words(&self, rows: &[usize]) -> Vec<u32> {
        rows.iter().map(|&row| self.examples[row].whole.words).collect()
    }

    /// How often each of `rows` is repeated so that all cells (a corpus and a label) have the same
    /// total. Copies within a cell differ by at most one.
    pub(super) fn copies(&self, rows: &[usize]) -> Vec<usize> {
        let mut sizes: BTreeMap<(usize, bool), usize> = BTreeMap::new();
        let cell = |row: usize| (self.examples[row].corpus, self.examples[row].good);
        for &row in rows {
            *sizes.entry(cell(row)).or_default() += 1;
        }
        let total = COPIES * sizes.values().copied().max().unwrap_or(0);
        let mut seen: BTreeMap<(usize, bool), usize> = BTreeMap::new();
        rows.iter()
            .map(|&row| {
                let size = sizes.get(&cell(row)).copied().unwrap_or(1);
                let total = total.min(MAX_COPIES * size);
                let seen = seen.entry(cell(row)).or_default();
                let copies = (*seen + 1) * total / size - *seen * total / size;
                *seen += 1;
                copies
            })
            .collect()
    }

    pub(super) fn weights(&self, rows: &[usize]) -> Vec<f64> {
        self.copies(rows).into_iter().map(|n| n as f64).collect()
    }

    /// The rows of one corpus by group, the groups in the order of their names.
    pub(super) fn groups(&self, rows: Vec<usize>) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for row in rows {
            groups.entry(&self.examples[row].group).or_default().push(row);
        }
        groups.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::synthetic;

    #[test]
    fn cells_weigh_the_same() {
        let set = synthetic::set(1);
        let rows = set.rows(|_| true);
        let copies = set.copies(&rows);
        let mut totals: BTreeMap<(usize, bool), (usize, usize, usize)> = BTreeMap::new();
        for (&row, &n) in rows.iter().zip(&copies) {
            let example = &set.examples[row];
            let cell = totals.entry((example.corpus, example.good)).or_insert((0, usize::MAX, 0));
            *cell = (cell.0 + n, cell.1.min(n), cell.2.max(n));
        }
        let first = totals.values().next().unwrap().0;
        for (total, least, most) in totals.values() {
            assert_eq!(*total, first);
            assert!(most - least <= 1);
        }
    }

    #[test]
    fn what_is_not_fitted_on_may_be_the_reference() {
        let mut set = synthetic::set(1);
        set.corpora[1].fitted = false;
        assert_eq!(set.fitted(), [0, 2]);
        let rows = set.rows(|_| true);
        assert!(rows.iter().all(|&row| set.examples[row].corpus != 1));
        let of = |rows: &[usize]| {
            let mut corpora: Vec<usize> = set.reference(rows).iter().map(|&row| set.examples[row].corpus).collect();
            corpora.dedup();
            corpora
        };
        assert_eq!(of(&rows), [0, 1]);
        assert_eq!(of(&set.rows(|example| example.corpus == 2)), [1]);
    }
}
