//! Distributions in bounded memory, the same in whatever order their values come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Bits of a value's fraction that are kept: bins are 1/256 of their power of two wide.
const KEPT_BITS: u32 = 8;
const DROPPED_BITS: u32 = 52 - KEPT_BITS;

/// How often values of each size were seen. A quantile is at most 0.4% nearer to 0 than the value itself; least and
/// greatest value are exact.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sketch {
    count: u64,
    least: Option<f64>,
    greatest: Option<f64>,
    bins: BTreeMap<i64, u64>,
}

impl Sketch {
    pub(super) fn add(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.count += 1;
        self.least = Some(self.least.map_or(value, |least| least.min(value)));
        self.greatest = Some(self.greatest.map_or(value, |greatest| greatest.max(value)));
        *self.bins.entry(bin(value)).or_default() += 1;
    }

    pub(super) fn merge(&mut self, more: &Sketch) {
        self.count += more.count;
        let both = |a: Option<f64>, b: Option<f64>, choose: fn(f64, f64) -> f64| match (a, b) {
            (Some(a), Some(b)) => Some(choose(a, b)),
            (a, b) => a.or(b),
        };
        self.least = both(self.least, more.least, f64::min);
        self.greatest = both(self.greatest, more.greatest, f64::max);
        for (bin, count) in &more.bins {
            *self.bins.entry(*bin).or_default() += count;
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn least(&self) -> Option<f64> {
        self.least
    }

    pub(super) fn greatest(&self) -> Option<f64> {
        self.greatest
    }

    /// The value that `percent` of the values do not exceed.
    pub(super) fn quantile(&self, percent: u64) -> Option<f64> {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let bin = self.bins.iter().find(|(_, count)| {
            seen += **count;
            seen >= rank
        });
        let value = edge(*bin?.0);
        Some(value.clamp(self.least?, self.greatest?))
    }

    /// Counts over bars of equal width from `low` to `high`.
    pub(super) fn bars(&self, low: f64, high: f64, bars: usize) -> Vec<u64> {
        let mut heights = vec![0; bars];
        let width = (high - low) / bars as f64;
        for (bin, count) in &self.bins {
            let value = edge(*bin).clamp(self.least.unwrap_or(low), self.greatest.unwrap_or(high));
            let at = if width > 0.0 { ((value - low) / width) as usize } else { 0 };
            if let Some(height) = heights.get_mut(at.min(bars.saturating_sub(1))) {
                *height += count;
            }
        }
        heights
    }
}

/// The bin of a value: its sign, its power of two and the first bits of its fraction, in the order of the values.
fn bin(value: f64) -> i64 {
    let magnitude = i64::try_from(value.abs().to_bits() >> DROPPED_BITS).unwrap_or(i64::MAX);
    if value < 0.0 { -magnitude } else { magnitude }
}

/// The end of a bin that is nearer to 0, which round numbers are.
fn edge(bin: i64) -> f64 {
    let magnitude = f64::from_bits(bin.unsigned_abs() << DROPPED_BITS);
    if bin < 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(values: impl IntoIterator<Item = f64>) -> Sketch {
        let mut sketch = Sketch::default();
        values.into_iter().for_each(|value| sketch.add(value));
        sketch
    }

    #[test]
    fn quantiles_are_near_and_ends_are_exact() {
        let all = sketch((-500..=500).map(f64::from));
        assert_eq!((all.least(), all.greatest(), all.count()), (Some(-500.0), Some(500.0), 1001));
        for (percent, exact) in [(5, -450.0), (25, -250.0), (50, 0.0), (75, 250.0), (95, 450.0)] {
            let found: f64 = all.quantile(percent).unwrap();
            assert!((found - exact).abs() <= 2.0 + f64::abs(exact) / 256.0, "{percent}: {found}");
        }
        assert_eq!(sketch([0.0, 1.0, 1.0]).quantile(50), Some(1.0));
        assert_eq!(sketch([]).quantile(50), None);
        assert_eq!(sketch([f64::NAN, f64::INFINITY]).count(), 0);
    }

    #[test]
    fn order_and_division_do_not_matter() {
        let values: Vec<f64> = (0..999).map(|n| f64::from(n * 7919 % 997) / 31.0 - 9.0).collect();
        let whole = sketch(values.iter().copied());
        let mut parts = sketch(values[500..].iter().rev().copied());
        parts.merge(&sketch(values[..500].iter().copied()));
        assert_eq!(parts, whole);
        let json = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Sketch>(&json).unwrap(), whole);
    }

    #[test]
    fn bars_hold_every_value() {
        let all = sketch([0.0, 0.1, 0.5, 0.99, 1.0]);
        assert_eq!(all.bars(0.0, 1.0, 2), [2, 3]);
        assert_eq!(all.bars(0.0, 0.0, 3).iter().sum::<u64>(), 5);
    }
}
