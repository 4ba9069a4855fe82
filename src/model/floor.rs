//! The floor effect: a broken dimension cannot be averaged away.
//!
//! A linear model lets good sourcing make up for a text that nobody can quote from. An editor does not: a
//! story fails if it fails badly in one respect. So a sub-score below 0.1, which hardly any ordinary news has, lowers
//! the logit by a term of its own. Its size is stated, not fitted, since weak labels cannot teach it: one wholly
//! broken dimension costs one band.

use serde::{Deserialize, Serialize};

use crate::report::SubScore;

/// When and how far the floor effect lowers the logit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// A sub-score below this share of the reference counts as broken.
    pub below: f64,
    /// What a sub-score of 0 takes from the logit before calibration; in proportion between.
    pub depth: f64,
}

/// A sub-score below this counts as broken: the text does better in it than hardly any of the reference.
const BELOW: f64 = 0.1;

/// The sub-scores whose features are shown and never scored: what they miss may have been lost on the way.
const SHOWN_ONLY: [&str; 2] = ["transparency", "consistency"];

/// How far an article with these sub-scores is broken: 1 for each of 0, in proportion up to the threshold; one that was
/// not measured is not broken.
#[must_use]
pub fn broken(sub_scores: &[SubScore]) -> f64 {
    broken_ones(sub_scores).filter_map(|sub_score| sub_score.score).map(|score| (BELOW - score) / BELOW).sum()
}

/// The sub-scores that count as broken.
pub fn broken_ones(sub_scores: &[SubScore]) -> impl Iterator<Item = &SubScore> {
    let counted = sub_scores.iter().filter(|sub_score| !SHOWN_ONLY.contains(&sub_score.id));
    counted.filter(|sub_score| sub_score.score.is_some_and(|score| score < BELOW))
}

impl Floor {
    /// The floor effect where bands are so wide, in the logit before calibration.
    #[must_use]
    pub fn of_band(width: f64) -> Floor {
        Floor { below: BELOW, depth: width }
    }

    /// The term, at most 0, for an article with these sub-scores.
    #[must_use]
    pub fn term(self, sub_scores: &[SubScore]) -> f64 {
        self.of_broken(broken(sub_scores))
    }

    /// The term of an article that is so far [`broken`].
    #[must_use]
    pub fn of_broken(self, broken: f64) -> f64 {
        // Not -0.0 for an article without fault.
        if broken > 0.0 { -self.depth * broken } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(values: &[Option<f64>]) -> Vec<SubScore> {
        values.iter().map(|&score| SubScore { id: "x", score, feature_ids: Vec::new() }).collect()
    }

    #[test]
    fn what_is_only_shown_takes_nothing() {
        let shown = SHOWN_ONLY.map(|id| SubScore { id, score: Some(0.0), feature_ids: Vec::new() });
        assert_eq!(Floor::of_band(0.5).term(&shown), 0.0);
        for id in SHOWN_ONLY {
            let mut of = crate::features::FEATURES.iter().filter(|feature| feature.sub_score == id).peekable();
            assert!(of.peek().is_some() && of.all(|feature| feature.tier == crate::features::Tier::Report), "{id}");
        }
    }

    #[test]
    fn only_a_broken_dimension_takes_something() {
        let floor = Floor::of_band(0.5);
        assert_eq!(floor.term(&scores(&[Some(0.1), Some(0.9), None])), 0.0);
        assert!((floor.term(&scores(&[Some(0.0), Some(0.9)])) + 0.5).abs() < 1e-12);
        assert!((floor.term(&scores(&[Some(0.05), Some(0.0)])) + 0.75).abs() < 1e-12);
    }
}
