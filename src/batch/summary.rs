//! What a job found, all in all. Its size does not grow with the input.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::backend::Maker;
use super::counts::Counts;
use super::sketch::Sketch;
use crate::rpc::v1;

/// Names of sources that are counted one by one; those that come later are counted together.
const MOST_SOURCES: usize = 10_000;
/// How many of the strongest and weakest articles are named.
const NAMED: usize = 20;
/// The quantiles of every distribution.
const PERCENTS: [u64; 5] = [5, 25, 50, 75, 95];

/// Everything that is counted. Two of them can be added, in any order but for sources beyond the bound.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Tally {
    applicability: BTreeMap<String, u64>,
    bands: BTreeMap<String, u64>,
    reasons: BTreeMap<String, u64>,
    sources: BTreeMap<String, Source>,
    other_sources: Source,
    score: Sketch,
    sub_scores: BTreeMap<String, Sketch>,
    features: BTreeMap<String, Sketch>,
    strongest: Vec<Ranked>,
    weakest: Vec<Ranked>,
}

/// The articles of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Source {
    scored: u64,
    not_applicable: u64,
}

/// An article and its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Ranked {
    pub(super) id: String,
    pub(super) score: f64,
}

impl Tally {
    pub(super) fn add(&mut self, report: &v1::Report, source: &str) {
        *entry(&mut self.applicability, report.applicability().as_str_name()) += 1;
        let source = self.source(source);
        let Some(score) = report.score else {
            source.not_applicable += 1;
            return;
        };
        source.scored += 1;
        *entry(&mut self.bands, report.band().as_str_name()) += 1;
        self.score.add(score);
        for sub_score in &report.sub_scores {
            if let Some(score) = sub_score.score {
                entry(&mut self.sub_scores, &sub_score.sub_score_id).add(score);
            }
        }
        for feature in &report.features {
            if let Some(value) = feature.value {
                entry(&mut self.features, &feature.feature_id).add(value);
            }
        }
        let ranks = |ranked: &[Ranked], better: fn(f64, f64) -> bool| {
            ranked.len() < NAMED || ranked.last().is_some_and(|last| !better(last.score, score))
        };
        // Nearly every article is neither: its name is not copied.
        if ranks(&self.strongest, |last, score| last > score) || ranks(&self.weakest, |last, score| last < score) {
            let ranked = Ranked { id: report.article_id.clone(), score };
            self.strongest.push(ranked.clone());
            self.weakest.push(ranked);
            self.rank();
        }
    }

    pub(super) fn reject(&mut self, reason: &str) {
        *entry(&mut self.reasons, reason) += 1;
    }

    pub(super) fn merge(&mut self, more: Tally) {
        for (counts, more) in [
            (&mut self.applicability, more.applicability),
            (&mut self.bands, more.bands),
            (&mut self.reasons, more.reasons),
        ] {
            for (name, count) in more {
                *counts.entry(name).or_default() += count;
            }
        }
        let others = std::iter::once((None, more.other_sources));
        for (name, count) in more.sources.into_iter().map(|(name, count)| (Some(name), count)).chain(others) {
            let source = match name {
                Some(name) => self.source(&name),
                None => &mut self.other_sources,
            };
            source.scored += count.scored;
            source.not_applicable += count.not_applicable;
        }
        self.score.merge(&more.score);
        for (sketches, more) in [(&mut self.sub_scores, more.sub_scores), (&mut self.features, more.features)] {
            for (name, sketch) in more {
                sketches.entry(name).or_default().merge(&sketch);
            }
        }
        self.strongest.extend(more.strongest);
        self.weakest.extend(more.weakest);
        self.rank();
    }

    fn source(&mut self, name: &str) -> &mut Source {
        if self.sources.len() >= MOST_SOURCES && !self.sources.contains_key(name) {
            return &mut self.other_sources;
        }
        entry(&mut self.sources, name)
    }

    /// Equal scores are ordered by name, so that it does not matter which came first.
    fn rank(&mut self) {
        self.strongest.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        self.weakest.sort_by(|a, b| a.score.total_cmp(&b.score).then_with(|| a.id.cmp(&b.id)));
        self.strongest.truncate(NAMED);
        self.weakest.truncate(NAMED);
    }

    pub(super) fn score(&self) -> &Sketch {
        &self.score
    }

    pub(super) fn sub_scores(&self) -> &BTreeMap<String, Sketch> {
        &self.sub_scores
    }

    pub(super) fn features(&self) -> &BTreeMap<String, Sketch> {
        &self.features
    }

    pub(super) fn applicability(&self) -> &BTreeMap<String, u64> {
        &self.applicability
    }

    pub(super) fn bands(&self) -> &BTreeMap<String, u64> {
        &self.bands
    }

    pub(super) fn reasons(&self) -> &BTreeMap<String, u64> {
        &self.reasons
    }

    pub(super) fn strongest(&self) -> &[Ranked] {
        &self.strongest
    }

    pub(super) fn weakest(&self) -> &[Ranked] {
        &self.weakest
    }

    /// Sources with their counts of scored and other articles, the most frequent first.
    pub(super) fn sources(&self) -> Vec<(&str, u64, u64)> {
        let mut sources: Vec<_> =
            self.sources.iter().map(|(name, source)| (name.as_str(), source.scored, source.not_applicable)).collect();
        sources.sort_by_key(|(_, scored, not_applicable)| std::cmp::Reverse(scored + not_applicable));
        sources
    }

    /// The summary as a document.
    pub(super) fn to_json(&self, counts: Counts, maker: &Maker) -> Value {
        let ranked = |ranked: &[Ranked]| -> Vec<Value> {
            ranked.iter().map(|Ranked { id, score }| json!({"articleId": id, "score": score})).collect()
        };
        let all = |sketches: &BTreeMap<String, Sketch>| -> serde_json::Map<String, Value> {
            sketches.iter().map(|(name, sketch)| (name.clone(), distribution(sketch))).collect()
        };
        let sources = self.sources().into_iter().map(
            |(name, scored, not_applicable)| json!({"source": name, "scored": scored, "notApplicable": not_applicable}),
        );
        let Source { scored, not_applicable } = self.other_sources;
        json!({
            "counts": counts,
            "applicability": self.applicability,
            "bands": self.bands,
            "rejects": self.reasons,
            "score": distribution(&self.score),
            "subScores": all(&self.sub_scores),
            "features": all(&self.features),
            "sources": sources.collect::<Vec<_>>(),
            "otherSources": {"scored": scored, "notApplicable": not_applicable},
            "strongest": ranked(&self.strongest),
            "weakest": ranked(&self.weakest),
            "provenance": maker,
        })
    }
}

fn entry<'a, T: Default>(map: &'a mut BTreeMap<String, T>, name: &str) -> &'a mut T {
    map.entry(name.to_owned()).or_default()
}

fn distribution(sketch: &Sketch) -> Value {
    let mut document = serde_json::Map::new();
    document.insert("count".to_owned(), sketch.count().into());
    document.insert("minimum".to_owned(), sketch.least().into());
    for percent in PERCENTS {
        document.insert(format!("p{percent}"), sketch.quantile(percent).into());
    }
    document.insert("maximum".to_owned(), sketch.greatest().into());
    Value::Object(document)
}
