//! Figures of merit, exact and in a fixed order.

use serde::{Deserialize, Serialize};

use crate::random::SplitMix;
use crate::sigmoid::sigmoid;

/// A pair is matched in length if the longer article has at most so many times the words of the shorter.
const MATCHED_LENGTH: f64 = 1.25;
/// Bins of the calibration error.
const BINS: usize = 10;

/// How many articles in a hundred, those of the highest confidence, risk over coverage is told of.
pub const COVERAGES: [u32; 6] = [100, 90, 75, 50, 25, 10];

/// One bin of a reliability diagram.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bin {
    /// Mean probability of good practice.
    pub predicted: f64,
    /// Share of articles labelled good.
    pub observed: f64,
    /// Share of all articles, by weight.
    pub weight: f64,
}

/// The probability that a good article scores above a poor one, ties counting half; absent without a
/// pair.
#[must_use]
pub fn auc(scores: &[f64], good: &[bool]) -> Option<f64> {
    let mut order: Vec<(f64, bool)> = scores.iter().copied().zip(good.iter().copied()).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = order.iter().filter(|pair| pair.1).count();
    let negatives = order.len() - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    // Twice the number of pairs won, in integers: exact.
    let mut won: u128 = 0;
    let mut below: u128 = 0;
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let good = tied.iter().filter(|pair| pair.1).count() as u128;
        let poor = tied.len() as u128 - good;
        won += good * (2 * below + poor);
        below += poor;
    }
    Some(won as f64 / 2.0 / positives as f64 / negatives as f64)
}

/// The same over pairs of like length only, so that length itself cannot tell them apart.
#[must_use]
pub fn length_matched_auc(scores: &[f64], good: &[bool], words: &[u32]) -> Option<f64> {
    let rows: Vec<(f64, bool, f64)> = scores
        .iter()
        .zip(good)
        .zip(words)
        .map(|((&score, &good), &words)| (score, good, f64::from(words.max(1))))
        .collect();
    let (mut won, mut pairs) = (0u64, 0u64);
    for (score, _, length) in rows.iter().filter(|row| row.1) {
        for (other, _, other_length) in rows.iter().filter(|row| !row.1) {
            if length.max(*other_length) <= MATCHED_LENGTH * length.min(*other_length) {
                pairs += 1;
                won += match score.total_cmp(other) {
                    std::cmp::Ordering::Greater => 2,
                    std::cmp::Ordering::Equal => 1,
                    std::cmp::Ordering::Less => 0,
                };
            }
        }
    }
    (pairs > 0).then(|| won as f64 / 2.0 / pairs as f64)
}

/// The weighted mean square of probability minus outcome.
#[must_use]
pub fn brier(logits: &[f64], good: &[bool], weights: &[f64]) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for ((logit, good), weight) in logits.iter().zip(good).zip(weights) {
        let error = sigmoid(*logit) - f64::from(*good);
        sum += weight * error * error;
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// Ten bins of equal weight, by probability; articles of one probability share a bin.
#[must_use]
pub fn equal_bins(logits: &[f64], good: &[bool], weights: &[f64]) -> Vec<Bin> {
    let mut order: Vec<(f64, bool, f64)> =
        logits.iter().zip(good).zip(weights).map(|((logit, good), weight)| (*logit, *good, *weight)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = order.iter().map(|row| row.2).sum();
    let mut bins: Vec<Bin> = Vec::new();
    let (mut reached, mut open) = (0.0, Bin::default());
    for (index, (logit, good, weight)) in order.iter().enumerate() {
        open.predicted += weight * sigmoid(*logit);
        open.observed += weight * f64::from(*good);
        open.weight += weight;
        reached += weight;
        let tied = order.get(index + 1).is_some_and(|next| next.0 == *logit);
        let full = reached * BINS as f64 >= total * (bins.len() + 1) as f64 - 1e-9 * total;
        if (full && !tied) || index + 1 == order.len() {
            open.predicted /= open.weight;
            open.observed /= open.weight;
            open.weight /= total;
            bins.push(std::mem::take(&mut open));
        }
    }
    bins
}

/// The expected calibration error: the weighted mean, over the bins, of the distance between mean probability
/// and share of good articles (Naeini et al. 2015).
#[must_use]
pub fn calibration_error(bins: &[Bin]) -> f64 {
    let mut sum = 0.0;
    for bin in bins {
        sum += bin.weight * (bin.predicted - bin.observed).abs();
    }
    sum
}

/// Which of the articles with these confidences are trusted most, so many in a hundred, in their order. Of equal ones a
/// draw decides: rows of one label often stand together.
#[must_use]
pub fn most_confident(confidences: &[f64], coverage: u32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..confidences.len()).collect();
    SplitMix::new(1).shuffle(&mut order);
    order.sort_by(|&a, &b| confidences[b].total_cmp(&confidences[a]));
    order.truncate((f64::from(coverage) * confidences.len() as f64 / 100.0).round() as usize);
    order.sort_unstable();
    order
}

/// The value that `share` of the weight lies at or below.
#[must_use]
pub fn weighted_quantile(values: &[f64], weights: &[f64], share: f64) -> Option<f64> {
    let mut order: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = order.iter().map(|pair| pair.1).sum();
    let mut reached = 0.0;
    for (value, weight) in &order {
        reached += weight;
        if reached >= share * total {
            return Some(*value);
        }
    }
    order.last().map(|pair| pair.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn auc_knows_its_corners() {
        assert_eq!(auc(&[1.0, 2.0], &[false, true]), Some(1.0));
        assert_eq!(auc(&[2.0, 1.0], &[false, true]), Some(0.0));
        assert_eq!(auc(&[1.0, 1.0], &[false, true]), Some(0.5));
        assert_eq!(auc(&[1.0, 1.0], &[true, true]), None);
        assert_eq!(auc(&[], &[]), None);
    }

    #[test]
    fn matching_removes_what_length_explains() {
        let good = [true, true, false, false];
        let words = [1000, 1000, 100, 100];
        let scores = [1000.0, 1000.0, 100.0, 100.0];
        assert_eq!(length_matched_auc(&scores, &good, &words), None);
        let words = [100, 1000, 100, 1000];
        assert_eq!(length_matched_auc(&[2.0, 1.0, 1.0, 2.0], &good, &words), Some(0.5));
    }

    #[test]
    fn a_perfectly_calibrated_bin_has_no_error() {
        let logits = [0.0; 4];
        let good = [true, false, true, false];
        assert_eq!(calibration_error(&equal_bins(&logits, &good, &[1.0; 4])), 0.0);
        assert_eq!(brier(&logits, &good, &[1.0; 4]), 0.25);
        let weights = [3.0, 1.0, 3.0, 1.0];
        assert_eq!(calibration_error(&equal_bins(&logits, &good, &weights)), 0.25);
    }

    #[test]
    fn bins_have_equal_weight_and_keep_ties_together() {
        let logits: Vec<f64> = (0..100).map(|i| f64::from(i) / 10.0).collect();
        let good: Vec<bool> = (0..100).map(|i| i >= 50).collect();
        let bins = equal_bins(&logits, &good, &[1.0; 100]);
        assert_eq!(bins.len(), 10);
        assert!(bins.iter().all(|bin| (bin.weight - 0.1).abs() < 1e-12), "{bins:?}");
        assert_eq!((bins[4].observed, bins[5].observed), (0.0, 1.0));
        assert_eq!(equal_bins(&[0.0; 7], &[true; 7], &[1.0; 7]).len(), 1);
        assert!(equal_bins(&[], &[], &[]).is_empty());
    }

    #[test]
    fn the_order_of_rows_does_not_decide_who_is_trusted() {
        assert_eq!(most_confident(&[0.1, 0.9, 0.5, 0.8], 50), [1, 3]);
        assert_eq!(most_confident(&[0.1, 0.9], 100), [0, 1]);
        assert!(most_confident(&[], 50).is_empty());
        // Two hundred that are trusted, and two hundred that get no score, the poor ones first.
        let confidences: Vec<f64> = (0..400).map(|row| f64::from(row < 200)).collect();
        let kept = most_confident(&confidences, 75);
        assert!(kept.len() == 300 && (0..200).all(|row| kept.contains(&row)));
        let poor = kept.iter().filter(|row| (200..300).contains(*row)).count();
        assert!((35..=65).contains(&poor), "{poor} of 100 kept are poor, of as many good ones");
    }

    #[test]
    fn quantiles_follow_the_weight() {
        let values = [3.0, 1.0, 2.0];
        assert_eq!(weighted_quantile(&values, &[1.0; 3], 0.5), Some(2.0));
        assert_eq!(weighted_quantile(&values, &[8.0, 1.0, 1.0], 0.5), Some(3.0));
        assert_eq!(weighted_quantile(&[], &[], 0.5), None);
    }

    proptest! {
        #[test]
        fn auc_counts_pairs(rows in prop::collection::vec((-6i8..6, any::<bool>()), 0..60)) {
            let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let good: Vec<bool> = rows.iter().map(|row| row.1).collect();
            let (mut won, mut pairs) = (0.0, 0.0);
            for (a, _) in rows.iter().filter(|row| row.1) {
                for (b, _) in rows.iter().filter(|row| !row.1) {
                    pairs += 1.0;
                    won += if a > b { 1.0 } else if a == b { 0.5 } else { 0.0 };
                }
            }
            match auc(&scores, &good) {
                None => prop_assert_eq!(pairs, 0.0),
                Some(value) => prop_assert!((value - won / pairs).abs() < 1e-12),
            }
            let words = vec![100; rows.len()];
            prop_assert_eq!(auc(&scores, &good).is_some(), length_matched_auc(&scores, &good, &words).is_some());
            if let (Some(a), Some(b)) = (auc(&scores, &good), length_matched_auc(&scores, &good, &words)) {
                prop_assert!((a - b).abs() < 1e-12);
            }
        }
    }
}
