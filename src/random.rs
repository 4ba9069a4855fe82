//! A small seeded generator: the same draws on every machine.

/// SplitMix64 (Steele et al. 2014).
#[derive(Debug, Clone)]
pub struct SplitMix(u64);

impl SplitMix {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        SplitMix(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, 0 if there is none; the bias of the high-bits product is below 2^-32 for our sizes.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.draw()) * bound as u128) >> 64) as usize
    }

    /// Puts items in a drawn order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_repeat_and_a_shuffle_keeps_every_item() {
        let draw = || {
            let mut random = SplitMix::new(7);
            let mut items: Vec<u32> = (0..100).collect();
            random.shuffle(&mut items);
            items
        };
        assert_eq!(draw(), draw());
        assert_ne!(draw(), (0..100).collect::<Vec<_>>());
        let mut sorted = draw();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert_eq!(SplitMix::new(1).below(0), 0);
    }
}
