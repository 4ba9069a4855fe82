//! Figures for yes-or-no judgements: precision, recall, F1, and how sure of them we can be.

use crate::random::SplitMix;

/// One judgement: what the gold says and what Candor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    pub gold: bool,
    pub predicted: bool,
}

/// Counts of judgements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confusion {
    pub true_positives: u32,
    pub false_positives: u32,
    pub false_negatives: u32,
    pub true_negatives: u32,
}

impl Confusion {
    /// Counts judgements.
    #[must_use]
    pub fn of(judgements: impl Iterator<Item = Judgement>) -> Self {
        let mut counts = Confusion::default();
        for judgement in judgements {
            let slot = match (judgement.gold, judgement.predicted) {
                (true, true) => &mut counts.true_positives,
                (false, true) => &mut counts.false_positives,
                (true, false) => &mut counts.false_negatives,
                (false, false) => &mut counts.true_negatives,
            };
            *slot += 1;
        }
        counts
    }

    #[must_use]
    pub fn positives(&self) -> u32 {
        self.true_positives + self.false_negatives
    }

    #[must_use]
    pub fn total(&self) -> u32 {
        self.positives() + self.false_positives + self.true_negatives
    }

    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    #[must_use]
    pub fn recall(&self) -> f64 {
        share(self.true_positives, self.positives())
    }

    /// Share of judgements that agree with the gold, yes or no.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        share(self.true_positives + self.true_negatives, self.total())
    }

    /// F1 of the positive class.
    #[must_use]
    pub fn f1(&self) -> f64 {
        share(2 * self.true_positives, 2 * self.true_positives + self.false_positives + self.false_negatives)
    }

    /// F1 of the negative class.
    #[must_use]
    pub fn negative_f1(&self) -> f64 {
        share(2 * self.true_negatives, 2 * self.true_negatives + self.false_positives + self.false_negatives)
    }

    /// The mean of both classes' F1.
    #[must_use]
    pub fn macro_f1(&self) -> f64 {
        (self.f1() + self.negative_f1()) / 2.0
    }

    /// The mean of both classes' F1, each weighted by its share of the gold.
    #[must_use]
    pub fn weighted_f1(&self) -> f64 {
        let positives = share(self.positives(), self.total());
        self.f1() * positives + self.negative_f1() * (1.0 - positives)
    }

    /// F1 of answering yes to everything: the floor.
    #[must_use]
    pub fn always_yes_f1(&self) -> f64 {
        share(2 * self.positives(), self.total() + self.positives())
    }
}

/// How often each class of the gold was given which class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    pub names: &'static [&'static str],
    /// Row: the gold's class; column: Candor's.
    counts: Vec<u32>,
}

impl Classes {
    #[must_use]
    pub fn new(names: &'static [&'static str]) -> Self {
        Classes { names, counts: vec![0; names.len() * names.len()] }
    }

    /// Counts one judgement; classes out of range are not counted.
    pub fn add(&mut self, gold: usize, predicted: usize) {
        let width = self.names.len();
        if gold < width
            && predicted < width
            && let Some(count) = self.counts.get_mut(gold * width + predicted)
        {
            *count += 1;
        }
    }

    /// The judgements of one class of the gold, by Candor's class.
    #[must_use]
    pub fn row(&self, gold: usize) -> &[u32] {
        let width = self.names.len();
        self.counts.get(gold * width..(gold + 1) * width).unwrap_or_default()
    }

    #[must_use]
    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// Share of judgements on the diagonal.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let same = (0..self.names.len()).filter_map(|class| self.row(class).get(class)).sum();
        share(same, self.total())
    }

    /// Accuracy of giving everything the gold's largest class: the floor.
    #[must_use]
    pub fn largest_class(&self) -> f64 {
        let largest = (0..self.names.len()).map(|class| self.row(class).iter().sum()).max();
        share(largest.unwrap_or(0), self.total())
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// Resamples drawn for an interval.
const RESAMPLES: usize = 1000;

/// The 95% interval of F1, from resampling whole articles: sentences of one article are not independent.
#[must_use]
pub fn f1_interval(groups: &[Vec<Judgement>]) -> (f64, f64) {
    let counts: Vec<Confusion> = groups.iter().map(|group| Confusion::of(group.iter().copied())).collect();
    interval_of(&counts, Confusion::f1)
}

fn interval_of(counts: &[Confusion], figure: fn(&Confusion) -> f64) -> (f64, f64) {
    if counts.is_empty() {
        return (0.0, 0.0);
    }
    let mut random = SplitMix::new(7);
    percentiles((0..RESAMPLES).map(|_| {
        let mut sum = Confusion::default();
        for _ in 0..counts.len() {
            if let Some(one) = counts.get(random.below(counts.len())) {
                sum.true_positives += one.true_positives;
                sum.false_positives += one.false_positives;
                sum.false_negatives += one.false_negatives;
                sum.true_negatives += one.true_negatives;
            }
        }
        figure(&sum)
    }))
}

fn percentiles(figures: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    let at = |share: f64| figures.get((share * (RESAMPLES - 1) as f64) as usize).copied().unwrap_or(0.0);
    (at(0.025), at(0.975))
}

/// An answer with a score behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    pub gold: bool,
    pub score: f64,
    pub predicted: bool,
}

impl Scored {
    #[must_use]
    pub fn judgement(&self) -> Judgement {
        Judgement { gold: self.gold, predicted: self.predicted }
    }

    /// The probability that a positive scores above a negative; ties count half.
    #[must_use]
    pub fn auc(rows: &[Scored]) -> f64 {
        Self::weighted_auc(&Self::by_score(rows), &vec![1; rows.len()])
    }

    fn by_score(rows: &[Scored]) -> Vec<Scored> {
        let mut sorted = rows.to_vec();
        sorted.sort_by(|a, b| a.score.total_cmp(&b.score));
        sorted
    }

    /// The area when the rows, in the order of their scores, stand so many times each.
    fn weighted_auc(sorted: &[Scored], times: &[u32]) -> f64 {
        let (mut below, mut area, mut positives) = (0.0, 0.0, 0.0);
        let mut rest = sorted.iter().zip(times).peekable();
        while let Some((row, _)) = rest.peek() {
            let score = row.score;
            let (mut yes, mut no) = (0.0, 0.0);
            while let Some((row, times)) = rest.next_if(|(row, _)| row.score == score) {
                *(if row.gold { &mut yes } else { &mut no }) += f64::from(*times);
            }
            area += yes * (below + no / 2.0);
            below += no;
            positives += yes;
        }
        if positives == 0.0 || below == 0.0 { 0.5 } else { area / (positives * below) }
    }

    /// The 95% interval of a figure, from resampling rows.
    #[must_use]
    pub fn interval(rows: &[Scored], figure: fn(&Confusion) -> f64) -> (f64, f64) {
        let counts: Vec<Confusion> = rows.iter().map(|row| Confusion::of([row.judgement()].into_iter())).collect();
        interval_of(&counts, figure)
    }

    /// The 95% interval of the area, from resampling rows.
    #[must_use]
    pub fn auc_interval(rows: &[Scored]) -> (f64, f64) {
        let sorted = Self::by_score(rows);
        let mut random = SplitMix::new(7);
        percentiles((0..RESAMPLES).map(|_| {
            let mut times = vec![0u32; sorted.len()];
            for _ in 0..sorted.len() {
                if let Some(slot) = times.get_mut(random.below(sorted.len())) {
                    *slot += 1;
                }
            }
            Self::weighted_auc(&sorted, &times)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pairs: &[(bool, bool)]) -> Vec<Judgement> {
        pairs.iter().map(|&(gold, predicted)| Judgement { gold, predicted }).collect()
    }

    #[test]
    fn figures_follow_their_definitions() {
        let counts = Confusion::of(
            judged(&[(true, true), (true, false), (false, true), (false, false), (true, true)]).into_iter(),
        );
        assert_eq!((counts.positives(), counts.total()), (3, 5));
        assert!((counts.precision() - 2.0 / 3.0).abs() < 1e-12);
        assert!((counts.recall() - 2.0 / 3.0).abs() < 1e-12);
        assert!((counts.f1() - 2.0 / 3.0).abs() < 1e-12);
        assert!((counts.always_yes_f1() - 0.75).abs() < 1e-12);
        assert!((counts.accuracy() - 0.6).abs() < 1e-12);
    }

    #[test]
    fn classes_agree_on_the_diagonal() {
        let mut classes = Classes::new(&["a", "b", "c"]);
        for (gold, predicted) in [(0, 0), (0, 1), (0, 0), (1, 1), (2, 0), (7, 0)] {
            classes.add(gold, predicted);
        }
        assert_eq!(classes.total(), 5);
        assert_eq!(classes.row(0), [2, 1, 0]);
        assert!((classes.accuracy() - 0.6).abs() < 1e-12);
        assert!((classes.largest_class() - 0.6).abs() < 1e-12);
        assert_eq!(Classes::new(&["a"]).accuracy(), 0.0);
    }

    #[test]
    fn an_interval_holds_its_figure_and_is_repeatable() {
        let groups: Vec<_> = (0..40).map(|i| judged(&[(true, i % 3 > 0), (false, i % 5 == 0)])).collect();
        let f1 = Confusion::of(groups.iter().flatten().copied()).f1();
        let (low, high) = f1_interval(&groups);
        assert!(low < f1 && f1 < high, "{low} {f1} {high}");
        assert_eq!((low, high), f1_interval(&groups));
    }

    #[test]
    fn the_area_counts_pairs_in_order_and_ties_half() {
        let scored = |pairs: &[(bool, f64)]| -> Vec<Scored> {
            pairs.iter().map(|&(gold, score)| Scored { gold, score, predicted: score >= 0.5 }).collect()
        };
        assert_eq!(Scored::auc(&scored(&[(true, 0.9), (false, 0.1), (true, 0.8), (false, 0.2)])), 1.0);
        assert_eq!(Scored::auc(&scored(&[(true, 0.5), (false, 0.5)])), 0.5);
        assert_eq!(Scored::auc(&scored(&[(true, 0.6), (false, 0.7), (true, 0.8)])), 0.5);
        assert_eq!(Scored::auc(&[]), 0.5);
        let rows = scored(&[(true, 0.9), (false, 0.1), (true, 0.4), (false, 0.2), (false, 0.6)]);
        let (low, high) = Scored::auc_interval(&rows);
        assert!(low <= Scored::auc(&rows) && Scored::auc(&rows) <= high);
    }

    #[test]
    fn nothing_to_judge_is_zero_not_nan() {
        assert_eq!(Confusion::default().f1(), 0.0);
        assert_eq!(f1_interval(&[]), (0.0, 0.0));
    }
}
