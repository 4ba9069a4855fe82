//! The score against labels of whole articles, always beside what their length alone tells.
//!
//! Every article is scored, those too that a report would refuse: abstaining cannot flatter a figure. What a
//! caller gains by trusting confident scores only stands apart, as risk over coverage.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::thread;

use crate::detect::Analysis;
use crate::engine::Engine;
use crate::features::FeatureVector;
use crate::model::artifact::Metric;
use crate::model::data::{Labelled, Labels, Purpose, read};
use crate::model::evaluate::{
    COVERAGES, auc, brier, calibration_error, equal_bins, length_matched_auc, most_confident,
};
use crate::model::train::TrainError;
use crate::model::{Given, Model};
use crate::random::SplitMix;
use crate::report::Applicability;

/// Samples of groups for an interval.
const SAMPLES: u32 = 1000;
/// Bounds of the bands of length, in words.
const LENGTHS: [(u32, &str); 5] = [
    (150, "under 150 words"),
    (300, "150 to 299"),
    (600, "300 to 599"),
    (1200, "600 to 1,199"),
    (u32::MAX, "1,200 and more"),
];
/// A stratum of fewer articles, or with fewer of a label, is not judged.
const LEAST: usize = 20;

/// One article, scored.
#[derive(Debug, Clone)]
struct Judged {
    group: usize,
    good: bool,
    /// What a numeric label says.
    number: Option<f64>,
    words: u32,
    stratum: String,
    logit: f64,
    confidence: f64,
    scored: bool,
}

/// The figures of one corpus.
#[derive(Debug, Clone)]
pub struct Figures {
    pub corpus: String,
    /// Whether the model was fitted on it: the figures then say little.
    pub fitted: bool,
    rows: Vec<Judged>,
    groups: usize,
}

/// The figures of all corpora.
#[derive(Debug, Clone)]
pub struct ReliabilityTable(Vec<Figures>);

impl ReliabilityTable {
    /// The figures of the corpora that the model was not fitted on, beside those of length alone, as a model file has them.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let mut metrics = Vec::new();
        for figures in self.0.iter().filter(|figures| !figures.fitted) {
            let mut push = |id: &str, value: f64| {
                metrics.push(Metric { id: id.to_owned(), corpus: figures.corpus.clone(), value });
            };
            push("untouched_articles", figures.rows.len() as f64);
            if let Some((beside, rest)) = figures.correlations(|_| true).filter(|_| figures.is_numeric()) {
                push("untouched_spearman", beside.score);
                push("untouched_spearman_of_length", beside.length);
                push("untouched_spearman_length_out", rest);
            } else if let Some(beside) = figures.beside_length(|_| true) {
                push("untouched_auc", beside.score);
                push("untouched_auc_of_length", beside.length);
            }
        }
        metrics
    }
}

/// Scores the articles of `files` and holds the scores against their labels.
///
/// # Errors
/// A file that cannot be read, or a label of which the label file says nothing.
pub fn judge_reliability(engine: &Engine, files: &[PathBuf], labels: &Labels) -> Result<ReliabilityTable, TrainError> {
    let corpora = read(files, labels, Purpose::Judge)?;
    let fitted = |id: &str| engine.model().artifact().corpora.iter().any(|corpus| corpus.id == id && corpus.fitted);
    let judged = in_parallel(&corpora.articles, |article| judged(engine, article));
    let mut figures: Vec<Figures> = Vec::new();
    let mut groups: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    let mut last = None;
    for (article, mut row) in corpora.articles.iter().zip(judged) {
        if last != Some(article.corpus) {
            last = Some(article.corpus);
            let id = labels.corpora.get(article.corpus).map(|corpus| corpus.id.clone()).unwrap_or_default();
            figures.push(Figures { fitted: fitted(&id), corpus: id, rows: Vec::new(), groups: 0 });
        }
        if let Some(figures) = figures.last_mut() {
            row.group = *groups.entry((article.corpus, &article.group)).or_insert_with(|| {
                figures.groups += 1;
                figures.groups - 1
            });
            figures.rows.push(row);
        }
    }
    Ok(ReliabilityTable(figures))
}

fn judged(engine: &Engine, labelled: &Labelled) -> Judged {
    let article = labelled.article(&labelled.text);
    let report = engine.score(&article);
    Judged {
        group: 0,
        good: labelled.good,
        number: labelled.number,
        words: labelled.words,
        stratum: labelled.stratum.clone(),
        logit: report.verdict.as_ref().map_or_else(|| logit(engine.model(), labelled), |verdict| verdict.logit),
        confidence: report.confidence,
        scored: report.applicability == Applicability::Ok,
    }
}

/// The logit of an article that a report gives no score.
fn logit(model: &Model, labelled: &Labelled) -> f64 {
    let analysis = Analysis::of(&labelled.article(&labelled.text));
    let vector = FeatureVector::measure(&analysis);
    let reading = model.read(&analysis.document);
    model.predict(Given { vector: &vector, reading: &reading, words: analysis.prose.words }).verdict.logit
}

/// Does the same with every item on all processors; the order stays.
pub(super) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let chunk = items.len().div_ceil(threads).max(1);
    let work = &work;
    thread::scope(|scope| {
        let parts: Vec<_> =
            items.chunks(chunk).map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<_>>())).collect();
        parts
            .into_iter()
            .flat_map(|part| match part.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

/// A figure, its 95% interval over samples of groups, the same of length alone, and of their difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beside {
    pub score: f64,
    pub score_interval: (f64, f64),
    pub length: f64,
    pub difference_interval: (f64, f64),
}

impl Figures {
    fn is_numeric(&self) -> bool {
        self.rows.iter().any(|row| row.number.is_some())
    }

    /// The AUC of some of the articles; absent where they are too few.
    fn beside_length(&self, keep: impl Fn(&Judged) -> bool) -> Option<Beside> {
        let rows: Vec<&Judged> = self.rows.iter().filter(|row| keep(row)).collect();
        let good = rows.iter().filter(|row| row.good).count();
        if rows.len() < LEAST || good < LEAST / 2 || rows.len() - good < LEAST / 2 {
            return None;
        }
        beside(&rows, self.groups, |rows, value| {
            let values: Vec<f64> = rows.iter().map(|row| value(row)).collect();
            let good: Vec<bool> = rows.iter().map(|row| row.good).collect();
            auc(&values, &good)
        })
    }

    /// Spearman's correlation with a numeric label, and with length taken out of both.
    fn correlations(&self, keep: impl Fn(&Judged) -> bool) -> Option<(Beside, f64)> {
        let rows: Vec<&Judged> = self.rows.iter().filter(|row| row.number.is_some() && keep(row)).collect();
        let label = |row: &&Judged| row.number.unwrap_or_default();
        let beside = beside(&rows, self.groups, |rows, value| {
            let values: Vec<f64> = rows.iter().map(|row| value(row)).collect();
            let labels: Vec<f64> = rows.iter().map(label).collect();
            Some(spearman(&values, &labels))
        })?;
        let of = |value: &dyn Fn(&Judged) -> f64| -> Vec<f64> { rows.iter().map(|row| value(row)).collect() };
        let (scores, words) = (of(&|row| row.logit), of(&|row| f64::from(row.words)));
        let labels: Vec<f64> = rows.iter().map(label).collect();
        let (sl, sw, lw) = (spearman(&scores, &labels), spearman(&scores, &words), spearman(&labels, &words));
        let rest = (1.0 - sw * sw) * (1.0 - lw * lw);
        Some((beside, if rest > 0.0 { (sl - sw * lw) / libm::sqrt(rest) } else { 0.0 }))
    }

    fn write(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scored = self.rows.iter().filter(|row| row.scored).count();
        writeln!(
            out,
            "### {}\n\n{} articles in {} groups{}; a report would score {scored} of them. All are scored here.\n",
            self.corpus,
            self.rows.len(),
            self.groups,
            if self.fitted { ", **which the model was fitted on: these figures flatter**" } else { "" },
        )?;
        if self.is_numeric() {
            writeln!(
                out,
                "| Spearman's rho with the label | articles | value | length alone | difference | length taken out of both |\n|---|---|---|---|---|---|"
            )?;
            for stratum in std::iter::once("").chain(self.strata()) {
                let keep = |row: &Judged| stratum.is_empty() || row.stratum == stratum;
                if let Some((beside, partial)) = self.correlations(keep) {
                    let name = if stratum.is_empty() { "all" } else { stratum };
                    let count = self.rows.iter().filter(|row| keep(row)).count();
                    writeln!(out, "| {name} | {count} | {} | {partial:.3} |", cells(beside))?;
                }
            }
            writeln!(out, "\n| coverage, highest confidence first | Spearman's rho |\n|---|---|")?;
            for (share, kept) in self.by_confidence() {
                let (logits, labels): (Vec<f64>, Vec<f64>) =
                    kept.iter().filter_map(|row| Some((row.logit, row.number?))).unzip();
                writeln!(out, "| {share} | {:.3} |", spearman(&logits, &labels))?;
            }
            writeln!(out)?;
            return Ok(());
        }
        writeln!(out, "| AUC of | articles | value | length alone | difference |\n|---|---|---|---|---|")?;
        let line = |out: &mut fmt::Formatter<'_>, name: &str, keep: &dyn Fn(&Judged) -> bool| {
            let count = self.rows.iter().filter(|row| keep(row)).count();
            match self.beside_length(keep) {
                Some(beside) => writeln!(out, "| {name} | {count} | {} |", cells(beside)),
                None => Ok(()),
            }
        };
        line(out, "all", &|_| true)?;
        let (logits, good) = self.columns();
        let words: Vec<u32> = self.rows.iter().map(|row| row.words).collect();
        if let Some(matched) = length_matched_auc(&logits, &good, &words) {
            writeln!(out, "| pairs of like lengths | {} | {matched:.3} | - | - |", self.rows.len())?;
        }
        for stratum in self.strata() {
            line(out, stratum, &|row| row.stratum == stratum)?;
        }
        let mut from = 0;
        for (to, name) in LENGTHS {
            line(out, name, &|row| row.words >= from && row.words < to)?;
            from = to;
        }
        let weights = vec![1.0; self.rows.len()];
        let share = good.iter().filter(|good| **good).count() as f64 / self.rows.len().max(1) as f64;
        writeln!(
            out,
            "\nBrier score {:.3}, of the base rate {:.3}; calibration error {:.3} in ten bins of equal count.\n",
            brier(&logits, &good, &weights),
            share * (1.0 - share),
            calibration_error(&equal_bins(&logits, &good, &weights))
        )?;
        writeln!(
            out,
            "| coverage, highest confidence first | AUC | Brier score | calibration error |\n|---|---|---|---|"
        )?;
        for (share, kept) in self.by_confidence() {
            let logits: Vec<f64> = kept.iter().map(|row| row.logit).collect();
            let good: Vec<bool> = kept.iter().map(|row| row.good).collect();
            let weights = vec![1.0; kept.len()];
            let value = auc(&logits, &good).map_or_else(|| "-".to_owned(), |auc| format!("{auc:.3}"));
            let error = calibration_error(&equal_bins(&logits, &good, &weights));
            writeln!(out, "| {share} | {value} | {:.3} | {error:.3} |", brier(&logits, &good, &weights))?;
        }
        writeln!(out)
    }

    /// For each coverage its share, and the articles of the highest confidence that make it up.
    fn by_confidence(&self) -> Vec<(String, Vec<&Judged>)> {
        let confidences: Vec<f64> = self.rows.iter().map(|row| row.confidence).collect();
        COVERAGES
            .iter()
            .map(|&coverage| {
                let kept = most_confident(&confidences, coverage);
                let rows = kept.into_iter().filter_map(|row| self.rows.get(row)).collect();
                (format!("{coverage}%"), rows)
            })
            .collect()
    }

    fn strata(&self) -> Vec<&str> {
        let mut strata: Vec<&str> = self.rows.iter().map(|row| row.stratum.as_str()).collect();
        strata.sort_unstable();
        strata.dedup();
        strata.retain(|stratum| !stratum.is_empty());
        strata
    }

    fn columns(&self) -> (Vec<f64>, Vec<bool>) {
        (self.rows.iter().map(|row| row.logit).collect(), self.rows.iter().map(|row| row.good).collect())
    }
}

fn cells(beside: Beside) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "{:.3} ({:.3} to {:.3}) | {:.3} | {:+.3} ({:+.3} to {:+.3})",
        beside.score,
        beside.score_interval.0,
        beside.score_interval.1,
        beside.length,
        beside.score - beside.length,
        beside.difference_interval.0,
        beside.difference_interval.1
    );
    out
}

/// A figure of the score and of length over the same samples of groups.
fn beside(
    rows: &[&Judged],
    groups: usize,
    figure: impl Fn(&[&Judged], &dyn Fn(&Judged) -> f64) -> Option<f64>,
) -> Option<Beside> {
    let score = |row: &Judged| row.logit;
    let length = |row: &Judged| f64::from(row.words);
    let mut members: Vec<Vec<&Judged>> = vec![Vec::new(); groups];
    for row in rows {
        if let Some(group) = members.get_mut(row.group) {
            group.push(row);
        }
    }
    members.retain(|group| !group.is_empty());
    let mut random = SplitMix::new(1);
    let (mut scores, mut differences) = (Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        let mut sample = Vec::with_capacity(rows.len());
        for _ in 0..members.len() {
            sample.extend(members.get(random.below(members.len())).into_iter().flatten().copied());
        }
        if let (Some(a), Some(b)) = (figure(&sample, &score), figure(&sample, &length)) {
            scores.push(a);
            differences.push(a - b);
        }
    }
    Some(Beside {
        score: figure(rows, &score)?,
        score_interval: interval(scores),
        length: figure(rows, &length)?,
        difference_interval: interval(differences),
    })
}

fn interval(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = (share * values.len() as f64) as usize;
        values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    };
    (at(0.025), at(0.975))
}

/// Spearman's rank correlation, ties at their middle; 0 where one of the two does not vary.
#[must_use]
pub fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let n = a.len().min(b.len()) as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
    let (ma, mb) = (mean(&a), mean(&b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(&b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
    }
    if aa > 0.0 && bb > 0.0 { ab / libm::sqrt(aa * bb) } else { 0.0 }
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = values.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0;
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let rank = below as f64 + (tied.len() as f64 - 1.0) / 2.0;
        for (_, index) in tied {
            if let Some(slot) = ranks.get_mut(*index) {
                *slot = rank;
            }
        }
        below += tied.len();
    }
    ranks
}

impl fmt::Display for ReliabilityTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|figures| figures.write(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(rows: impl IntoIterator<Item = (f64, bool, u32)>) -> Figures {
        let rows: Vec<Judged> = rows
            .into_iter()
            .enumerate()
            .map(|(index, (logit, good, words))| Judged {
                group: index / 2,
                good,
                number: None,
                words,
                stratum: String::new(),
                logit,
                confidence: 0.5,
                scored: true,
            })
            .collect();
        Figures { corpus: "c".to_owned(), fitted: false, groups: rows.len().div_ceil(2), rows }
    }

    #[test]
    fn a_score_that_is_only_length_is_no_better_than_length() {
        let of = |logit: fn(u32, bool) -> f64| {
            let rows = (0..200u32).map(|i| {
                let good = i % 3 != 0;
                let words = 100 + (i * 37) % 400 + if good { 60 } else { 0 };
                (logit(words, good), good, words)
            });
            figures(rows).beside_length(|_| true).unwrap()
        };
        let length = of(|words, _| f64::from(words));
        assert_eq!(length.score, length.length);
        assert_eq!(length.difference_interval, (0.0, 0.0));
        let knowing = of(|words, good| f64::from(words % 7) + if good { 5.0 } else { 0.0 });
        assert!(knowing.difference_interval.0 > 0.0, "{knowing:?}");
        assert!(knowing.score_interval.0 <= knowing.score && knowing.score <= knowing.score_interval.1);
    }

    #[test]
    fn a_handful_of_articles_is_not_judged() {
        assert_eq!(figures((0..8).map(|i| (0.0, i % 2 == 0, 100))).beside_length(|_| true), None);
    }

    /// The confident half is ordered as its labels are, the other half against them.
    #[test]
    fn every_figure_stands_beside_its_coverage() {
        let mut figures = figures((0..40u32).map(|i| {
            let good = i % 4 < 2;
            (if good == (i < 20) { 1.0 } else { -1.0 }, good, 100 + i)
        }));
        for (index, row) in figures.rows.iter_mut().enumerate() {
            row.confidence = 1.0 - index as f64 / 100.0;
        }
        let table = ReliabilityTable(vec![figures.clone()]).to_string();
        for line in ["| 100% | 0.500 | 0.303 | 0.231 |", "| 50% | 1.000 | 0.072 | 0.269 |"] {
            assert!(table.contains(line), "{line}: {table}");
        }
        for row in &mut figures.rows {
            row.number = Some(f64::from(row.good));
        }
        let table = ReliabilityTable(vec![figures]).to_string();
        for line in ["| 100% | 0.000 |", "| 50% | 1.000 |"] {
            assert!(table.contains(line), "{line}: {table}");
        }
    }

    #[test]
    fn rank_correlation_knows_its_corners() {
        assert!((spearman(&[1.0, 2.0, 9.0], &[3.0, 5.0, 6.0]) - 1.0).abs() < 1e-12);
        assert!((spearman(&[1.0, 2.0, 9.0], &[3.0, 2.0, 1.0]) + 1.0).abs() < 1e-12);
        assert_eq!(spearman(&[1.0, 1.0], &[3.0, 2.0]), 0.0);
        // Ties at their middle: ranks 0.5 0.5 2 against 0 1 2.
        assert!((spearman(&[1.0, 1.0, 4.0], &[1.0, 2.0, 3.0]) - 0.75f64.sqrt()).abs() < 1e-12);
    }
}
