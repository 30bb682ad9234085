//! A sum that may exceed a word.

use crate::sync::{Count, Word, const_fn};

/// A sum of two words, without atomics wider than a word.
pub(super) struct Sum<W: Word> {
    low: Count<W>,
    high: Count<W>,
}

impl<W: Word> Sum<W> {
    const_fn! {
        pub(super) fn new() -> Self {
            Self { low: Count::new(), high: Count::new() }
        }
    }

    /// Adds, modulo the range of two words. Each overflow of the low word is carried exactly once:
    /// only one of several concurrent additions sees the low word overflow.
    #[inline]
    pub(super) fn add(&self, value: u128) {
        let (low, high) = (value as usize, (value >> W::BITS) as usize);
        let sum_of_low =
            self.low.add(W::truncate_from(low)).to_usize() as u128 + W::truncate_from(low).to_usize() as u128;
        let high = high.wrapping_add((sum_of_low >> W::BITS) as usize);
        if W::truncate_from(high).to_usize() != 0 {
            self.high.add(W::truncate_from(high));
        }
    }

    /// Returns the sum, which may lack a carry while an addition is in progress.
    pub(super) fn get(&self) -> u128 {
        let mut high = self.high.get();
        loop {
            let low = self.low.get();
            let now = self.high.get();
            if now == high {
                return ((high.to_usize() as u128) << W::BITS) | low.to_usize() as u128;
            }
            high = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_carries_from_word_to_word() {
        let sum = Sum::<u8>::new();
        let mut expected = 0u128;
        for value in (0..=255u128).chain([256, 1000, 12_345]) {
            sum.add(value);
            expected += value;
            assert_eq!(sum.get(), expected % (1 << 16), "after {value}");
        }
    }

    #[test]
    fn a_sum_carries_once_for_all_threads() {
        let sum = Sum::<u8>::new();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..10_000).for_each(|i| sum.add(i % 7)));
            }
        });
        let expected: u128 = 2 * (0..10_000u128).map(|i| i % 7).sum::<u128>();
        assert_eq!(sum.get(), expected % (1 << 16));
    }
}
