//! Values to model inputs: ranks among the reference articles, clipped and centred.

use serde::{Deserialize, Serialize};

use crate::features::{Direction, FEATURES, Feature, FeatureVector, Tier};

/// Up to so many distinct values a distribution is kept whole; above, at its percentiles.
const MAX_EXACT_VALUES: usize = 128;
/// Above [`MAX_EXACT_VALUES`], a value that at least one article in so many has is kept all the same:
/// interpolating across a tie (most often at zero) would move its rank.
const KEPT_TIE_PER: u64 = 200;
/// Ranks are clipped to this range for the model, so that an extreme value earns no more than P1 or P99.
const CLIP: (f64, f64) = (0.01, 0.99);

/// Where a value lies in a distribution of X. Invariant: `0 <= below <= upto <= 1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    /// P(X < v)
    pub below: f64,
    /// P(X <= v)
    pub upto: f64,
}

impl Rank {
    /// P(X < v) + P(X = v) / 2, 0..1.
    #[must_use]
    pub fn mid(self) -> f64 {
        0.5 * (self.below + self.upto)
    }

    /// The share of reference articles that do no better, 0..1; absent where no standard says what
    /// better is.
    #[must_use]
    pub fn no_better(self, direction: Direction) -> Option<f64> {
        match direction {
            Direction::Higher => Some(self.upto),
            Direction::Lower => Some(1.0 - self.below),
            Direction::Hump => Some(1.0 - (2.0 * self.mid() - 1.0).abs()),
            Direction::Neutral => None,
        }
    }
}

/// The distribution of one feature over the reference articles: knots with exact counts, so that
/// ties have the rank they had in the data. Between two knots the rank is interpolated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantiles {
    pub feature_id: String,
    /// Articles in which the feature could be measured.
    pub count: u32,
    /// Strictly increasing, in the feature's unit.
    pub values: Vec<f64>,
    /// For each value, how many articles lie below it.
    pub below: Vec<u32>,
    /// For each value, how many articles lie below or at it.
    pub upto: Vec<u32>,
}

impl Quantiles {
    /// The distribution of `values`; absent if there are none. Values that are not finite are left out.
    #[must_use]
    pub fn of(feature_id: &str, values: impl IntoIterator<Item = f64>) -> Option<Self> {
        // Adding zero makes -0.0 and 0.0 one value.
        let mut sorted: Vec<f64> =
            values.into_iter().filter(|value| value.is_finite()).map(|value| value + 0.0).collect();
        sorted.sort_by(f64::total_cmp);
        let count = u32::try_from(sorted.len()).ok().filter(|&n| n > 0)?;

        let mut atoms: Vec<(f64, u32, u32)> = Vec::new();
        for (value, index) in sorted.into_iter().zip(0u32..) {
            match atoms.last_mut() {
                Some((last, _, upto)) if *last == value => *upto = index + 1,
                _ => atoms.push((value, index, index + 1)),
            }
        }
        if atoms.len() > MAX_EXACT_VALUES {
            let last = atoms.len() - 1;
            let n = u64::from(count);
            let mut position = 0;
            atoms.retain(|&(_, below, upto)| {
                let (below, upto) = (u64::from(below), u64::from(upto));
                let tied = (upto - below) * KEPT_TIE_PER >= n && upto - below > 1;
                // Some k in 1..=99 with below <= k n / 100 < upto.
                let k = (below * 100).div_ceil(n).max(1);
                let percentile = k <= 99 && k * n < upto * 100;
                let keep = position == 0 || position == last || tied || percentile;
                position += 1;
                keep
            });
        }
        Some(Quantiles {
            feature_id: feature_id.to_owned(),
            count,
            values: atoms.iter().map(|atom| atom.0).collect(),
            below: atoms.iter().map(|atom| atom.1).collect(),
            upto: atoms.iter().map(|atom| atom.2).collect(),
        })
    }

    /// Why this cannot be a distribution, if it cannot.
    pub(crate) fn problem(&self) -> Option<String> {
        let id = &self.feature_id;
        let knots = self.values.len();
        if knots == 0 || self.below.len() != knots || self.upto.len() != knots {
            return Some(format!(
                "the reference distribution of {id} has {knots} values, {} counts below and {} counts up to them",
                self.below.len(),
                self.upto.len()
            ));
        }
        if self.values.iter().any(|value| !value.is_finite()) {
            return Some(format!("the reference distribution of {id} has a value that is not finite"));
        }
        let mut last: Option<(f64, u32)> = None;
        for ((&value, &below), &upto) in self.values.iter().zip(&self.below).zip(&self.upto) {
            let rises = last.is_none_or(|(least, reached)| value > least && below >= reached);
            if !rises || below >= upto {
                return Some(format!("the reference distribution of {id} does not rise"));
            }
            last = Some((value, upto));
        }
        if self.below.first() != Some(&0) || self.upto.last() != Some(&self.count) {
            return Some(format!(
                "the reference distribution of {id} does not account for its {} articles",
                self.count
            ));
        }
        None
    }

    /// The value in the middle: the first at or below which half of the articles lie.
    #[must_use]
    pub fn median(&self) -> f64 {
        let half = self.upto.partition_point(|&upto| 2 * u64::from(upto) < u64::from(self.count));
        self.values.get(half).copied().unwrap_or_default()
    }

    /// Where `value` lies.
    #[must_use]
    pub fn rank(&self, value: f64) -> Rank {
        let value = value + 0.0;
        let count = f64::from(self.count.max(1));
        let share = |n: u32| f64::from(n) / count;
        let after = self.values.partition_point(|knot| *knot < value);
        let knot = |index: usize| Some((*self.values.get(index)?, *self.below.get(index)?, *self.upto.get(index)?));
        match (after.checked_sub(1).and_then(knot), knot(after)) {
            (_, Some((high, below, upto))) if high == value => Rank { below: share(below), upto: share(upto) },
            (None, Some(_)) => Rank { below: 0.0, upto: 0.0 },
            (Some((low, _, upto)), Some((high, below, _))) => {
                let way = (value - low) / (high - low);
                let way = if way.is_finite() { way } else { 0.5 };
                let rank = share(upto) + way * (share(below) - share(upto));
                Rank { below: rank, upto: rank }
            }
            (_, None) => Rank { below: 1.0, upto: 1.0 },
        }
    }
}

/// The reference distribution: what values the features take in articles of good practice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Which articles of which corpora, such as `abp_mbfc: high`.
    pub corpora: Vec<String>,
    /// How many articles.
    pub articles: u32,
    /// In the order of [`FEATURES`]; a feature that no reference article has is left out.
    pub quantiles: Vec<Quantiles>,
}

impl Reference {
    /// The distribution of every feature that is no gate.
    pub(crate) fn of<'a>(corpora: Vec<String>, articles: impl Iterator<Item = &'a FeatureVector> + Clone) -> Self {
        let quantiles = FEATURES
            .iter()
            .enumerate()
            .filter(|(_, feature)| feature.tier != Tier::Gate)
            .filter_map(|(index, feature)| {
                let values = articles.clone().filter_map(|vector| vector.as_slice().get(index)?.value());
                Quantiles::of(feature.id, values)
            })
            .collect();
        Reference { corpora, articles: u32::try_from(articles.count()).unwrap_or(u32::MAX), quantiles }
    }
}

/// How a feature enters the model. p is its mid-rank clipped to P1..P99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    /// ln(p / (1 - p)) / 2: like 2p - 1 in the middle, and steeper towards both ends, where practice is unusual
    LogOdds,
    /// (2p - 1) squared: of a feature that is best in the middle
    PercentileSquared,
}

impl Transform {
    /// The name in the model file and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Transform::LogOdds => "log_odds",
            Transform::PercentileSquared => "percentile_squared",
        }
    }
}

/// One column of the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub feature_id: String,
    pub transform: Transform,
    /// Subtracted from the transformed rank: its mean over the reference for `percentile_squared`, 0
    /// for `log_odds`. A missing value then adds 0, which is neither credit nor blame.
    pub centre: f64,
}

impl Column {
    /// The input for a value of mid-rank `mid`; within -2.3..2.3.
    #[must_use]
    pub fn input(&self, mid: f64) -> f64 {
        raw_input(self.transform, mid) - self.centre
    }

    /// The sign that a journalism standard gives this column's weight: 1, -1, or 0 where it gives none.
    #[must_use]
    pub(crate) fn stated_sign(&self, direction: Direction) -> f64 {
        match (direction, self.transform) {
            (Direction::Higher, Transform::LogOdds) => 1.0,
            (Direction::Lower, Transform::LogOdds) => -1.0,
            // Worse towards both ends is what a hump means.
            (Direction::Hump, Transform::PercentileSquared) => -1.0,
            _ => 0.0,
        }
    }
}

fn raw_input(transform: Transform, mid: f64) -> f64 {
    let p = mid.clamp(CLIP.0, CLIP.1);
    match transform {
        Transform::LogOdds => 0.5 * libm::log(p / (1.0 - p)),
        Transform::PercentileSquared => (2.0 * p - 1.0) * (2.0 * p - 1.0),
    }
}

/// The columns that a feature of this direction has.
pub(crate) fn columns_of<'a>(
    feature: &Feature,
    quantiles: &Quantiles,
    reference: impl Iterator<Item = &'a FeatureVector>,
) -> Vec<Column> {
    let column = |transform, centre| Column { feature_id: feature.id.to_owned(), transform, centre };
    if feature.direction != Direction::Hump {
        return vec![column(Transform::LogOdds, 0.0)];
    }
    let mut sum = 0.0;
    let mut count = 0.0;
    for vector in reference {
        if let Some(value) = vector.get(feature.id).and_then(|m| m.value()) {
            sum += raw_input(Transform::PercentileSquared, quantiles.rank(value).mid());
            count += 1.0;
        }
    }
    let centre = if count > 0.0 { sum / count } else { 0.0 };
    // Alone: beside a line, one end of a hump could count as better than its middle.
    vec![column(Transform::PercentileSquared, centre)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_median_is_the_value_that_half_do_not_exceed() {
        let median = |values: &[f64]| Quantiles::of("f", values.iter().copied()).unwrap().median();
        assert_eq!(median(&[3.0]), 3.0);
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 3.0, 9.0]), 2.0);
        assert_eq!(median(&[0.0, 0.0, 0.0, 7.0]), 0.0);
    }

    #[test]
    fn ties_rank_in_the_middle_of_themselves() {
        let quantiles = Quantiles::of("f", [0.0, 0.0, 0.0, 1.0, 2.0]).unwrap();
        assert_eq!(quantiles.rank(0.0), Rank { below: 0.0, upto: 0.6 });
        assert!((quantiles.rank(0.0).mid() - 0.3).abs() < 1e-15);
        assert!((quantiles.rank(1.0).mid() - 0.7).abs() < 1e-15);
        assert!((quantiles.rank(0.5).mid() - 0.6).abs() < 1e-15);
        assert_eq!(quantiles.rank(-1.0).mid(), 0.0);
        assert_eq!(quantiles.rank(9.0).mid(), 1.0);
        assert_eq!(quantiles.rank(-0.0), quantiles.rank(0.0));
    }

    #[test]
    fn a_distribution_of_one_value_is_centred() {
        let quantiles = Quantiles::of("f", [3.0; 9]).unwrap();
        assert_eq!(quantiles.rank(3.0).mid(), 0.5);
        assert_eq!(quantiles.problem(), None);
        assert_eq!(Quantiles::of("f", []), None);
        assert_eq!(Quantiles::of("f", [f64::NAN]), None);
    }

    #[test]
    fn a_large_distribution_keeps_percentiles_and_ties() {
        let values: Vec<f64> = (0..10_000).map(|i| if i < 4_000 { 0.0 } else { f64::from(i - 3_999) / 7.0 }).collect();
        let quantiles = Quantiles::of("f", values.iter().copied()).unwrap();
        assert_eq!(quantiles.problem(), None);
        assert!((50..=130).contains(&quantiles.values.len()));
        assert!((quantiles.rank(0.0).mid() - 0.2).abs() < 1e-12);
        for (i, value) in values.iter().enumerate().skip(4_000) {
            let exact = (i as f64 + 0.5) / 10_000.0;
            assert!((quantiles.rank(*value).mid() - exact).abs() < 1e-3);
        }
    }

    #[test]
    fn better_is_what_the_direction_says() {
        let quantiles = Quantiles::of("f", [0.0, 1.0, 2.0, 3.0]).unwrap();
        let top = quantiles.rank(3.0);
        assert_eq!(top.no_better(Direction::Higher), Some(1.0));
        assert_eq!(top.no_better(Direction::Lower), Some(0.25));
        assert_eq!(top.no_better(Direction::Neutral), None);
        assert_eq!(
            quantiles.rank(1.5).no_better(Direction::Hump),
            Some(1.0),
            "the middle of the reference is the best of a hump"
        );
        assert_eq!(quantiles.rank(-5.0).no_better(Direction::Hump), Some(0.0));
    }

    #[test]
    fn inputs_are_clipped_and_centred() {
        let linear = Column { feature_id: "f".to_owned(), transform: Transform::LogOdds, centre: 0.0 };
        assert_eq!(linear.input(0.5), 0.0);
        assert!((linear.input(0.9) - 0.5 * 9f64.ln()).abs() < 1e-12);
        assert!((linear.input(0.9) + linear.input(0.1)).abs() < 1e-12);
        assert_eq!(linear.input(1.0), linear.input(0.99));
        assert_eq!(linear.input(0.0), linear.input(0.01));
        let squared = Column { transform: Transform::PercentileSquared, centre: 0.3, ..linear };
        assert!((squared.input(0.5) + 0.3).abs() < 1e-15);
        assert!((squared.input(0.1) - squared.input(0.9)).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn ranks_rise_with_the_value(
            values in prop::collection::vec(-50i32..50, 1..400),
            low in -60.0f64..60.0,
            gap in 0.0f64..20.0,
        ) {
            let quantiles = Quantiles::of("f", values.iter().map(|v| f64::from(*v) / 3.0)).unwrap();
            prop_assert_eq!(quantiles.problem(), None);
            let (a, b) = (quantiles.rank(low), quantiles.rank(low + gap));
            prop_assert!(0.0 <= a.below && a.below <= a.upto && a.upto <= 1.0);
            prop_assert!(a.below <= b.below && a.upto <= b.upto);
        }

        #[test]
        fn small_distributions_are_exact(values in prop::collection::vec(-9i32..9, 1..100), v in -10i32..10) {
            let quantiles = Quantiles::of("f", values.iter().map(|v| f64::from(*v))).unwrap();
            let n = values.len() as f64;
            let below = values.iter().filter(|x| **x < v).count() as f64 / n;
            let upto = values.iter().filter(|x| **x <= v).count() as f64 / n;
            prop_assert_eq!(quantiles.rank(f64::from(v)), Rank { below, upto });
        }
    }
}
