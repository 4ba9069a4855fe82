//! The floor effect: a broken dimension cannot be averaged away.
//!
//! A linear model lets good sourcing make up for a text that nobody can quote from. An editor does not: a
//! story fails if it fails badly in one respect. So a sub-score in the lowest tenth of the reference lowers
//! the logit by a term of its own. Its size is stated, not fitted: weak labels cannot teach it.

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

impl Floor {
    /// The worst tenth of ordinary news, and half a logit: enough to take an article at the reference
    /// median out of the middle band, whatever else it does well.
    pub const STATED: Floor = Floor { below: 0.1, depth: 0.5 };

    /// The term, at most 0, for an article with these sub-scores; one that was not measured takes nothing.
    #[must_use]
    pub fn term(self, sub_scores: &[SubScore]) -> f64 {
        let mut missing = 0.0;
        for score in sub_scores.iter().filter_map(|sub_score| sub_score.score) {
            missing += ((self.below - score) / self.below).max(0.0);
        }
        // Not -0.0 for an article without fault.
        if missing > 0.0 { -self.depth * missing } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(values: &[Option<f64>]) -> Vec<SubScore> {
        values.iter().map(|&score| SubScore { id: "x", score, feature_ids: Vec::new() }).collect()
    }

    #[test]
    fn only_a_broken_dimension_takes_something() {
        let floor = Floor { below: 0.1, depth: 0.5 };
        assert_eq!(floor.term(&scores(&[Some(0.1), Some(0.9), None])), 0.0);
        assert!((floor.term(&scores(&[Some(0.0), Some(0.9)])) + 0.5).abs() < 1e-12);
        assert!((floor.term(&scores(&[Some(0.05), Some(0.0)])) + 0.75).abs() < 1e-12);
    }
}
