//! A histogram: counts in buckets whose width grows with the values.
//!
//! ```text
//!  octave   values            width of each of its 8 buckets
//!    0      0 ..= 7           1
//!    1      8 ..= 15          1
//!    2      16 ..= 31         2
//!    3      32 ..= 63         4
//!    o      2^(o+2) ..        2^(o-1)
//! ```

use super::sum::Sum;
use crate::sync::{Count, array, const_fn};
use core::fmt;

/// The number of buckets in an octave, and the number of bits that select one.
const BUCKETS: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 3;

/// A histogram of values, recorded by any number of threads and interrupt handlers. `const`, for a
/// `static`.
///
/// Every doubling of the value, an *octave*, has eight buckets of equal width. A
/// [`quantile`](Self::quantile) is therefore never too small, and too large by less than an eighth.
/// The mean, the largest value and the count are exact, within the limits that each of them states.
///
/// The buckets reach to `2^(OCTAVES + 2) − 1`: by default to the largest `u64`, with 30 octaves to
/// the largest `u32`. Larger values are counted in the last bucket, and enter the mean and the
/// largest value with their full size.
///
/// On cores without compare-and-swap, and without the feature `portable-atomic`, only one thread or
/// interrupt handler at a time may record into a histogram; values of others may not be counted.
///
/// **Memory**: `8 × OCTAVES + 3` words.
///
/// ```
/// use ringway::metrics::Histogram;
///
/// static TIMES: Histogram = Histogram::new();
///
/// (1..=1000).for_each(|time| TIMES.record(time));
/// assert_eq!(TIMES.count(), 1000);
/// assert_eq!(TIMES.mean(), 500.5);
/// assert_eq!(TIMES.max(), 1000);
/// assert_eq!(TIMES.quantile(0.5), 511); // of 500: less than an eighth above
/// ```
pub struct Histogram<const OCTAVES: usize = 62> {
    counts: [[Count; BUCKETS]; OCTAVES],
    sum: Sum<usize>,
    /// Limited to the range of a word: see [`max`](Self::max).
    max: Count,
}

/// Returns the octave of a value, and its bucket there.
#[inline]
const fn bucket_of(value: u64) -> (usize, usize) {
    let first = (BUCKETS - 1) as u64;
    let octave = u64::BITS - (value | first).leading_zeros() - BUCKET_BITS;
    (octave as usize, ((value >> octave.saturating_sub(1)) & first) as usize)
}

/// Returns the largest value of a bucket.
const fn end_of(octave: usize, bucket: usize) -> u64 {
    match octave.checked_sub(1) {
        None => bucket as u64,
        Some(width_bits) => {
            let start = ((BUCKETS + bucket) as u64) << width_bits;
            start + ((1 << width_bits) - 1)
        }
    }
}

/// Returns the sum of counts; `u64::MAX` if it is larger.
fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

// Of the default number of octaves only, so that it need not be named.
impl Histogram {
    const_fn! {
        /// Creates an empty histogram of all `u64`. It is all zeros, so a `static` is placed in
        /// `.bss`.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::metrics::Histogram;
        ///
        /// static TIMES: Histogram = Histogram::new();
        /// let others = Histogram::new();
        /// assert_eq!((TIMES.count(), others.count()), (0, 0));
        /// ```
        pub fn new() -> Self {
            Self::with_octaves()
        }
    }
}

impl<const OCTAVES: usize> Histogram<OCTAVES> {
    const IS_SOUND: () = assert!(
        OCTAVES >= 1 && OCTAVES <= 62,
        "a histogram has at least one octave, and 62 reach to the end of a u64"
    );

    const_fn! {
        /// Creates an empty histogram of as many octaves as its type says. It is all zeros, so a
        /// `static` is placed in `.bss`.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::metrics::Histogram;
        ///
        /// static TIMES: Histogram<30> = Histogram::with_octaves();
        /// assert_eq!(TIMES.buckets().count(), 240);
        /// ```
        ///
        /// A histogram without octaves does not compile:
        ///
        /// ```compile_fail
        /// let times = ringway::metrics::Histogram::<0>::with_octaves();
        /// ```
        pub fn with_octaves() -> Self {
            let () = Self::IS_SOUND;
            Self {
                counts: array![array![Count::new(); BUCKETS]; OCTAVES],
                sum: Sum::new(),
                max: Count::new(),
            }
        }
    }

    /// Records a value.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler. No division, no floating
    /// point.
    /// **Complexity**: two atomic read-modify-writes, and one more each for a new largest value and
    /// for the high word of the sum. Never panics.
    ///
    /// ```
    /// let times = ringway::metrics::Histogram::new();
    /// times.record(7);
    /// assert_eq!((times.count(), times.max()), (1, 7));
    /// ```
    #[inline]
    pub fn record(&self, value: u64) {
        let (octave, bucket) = bucket_of(value);
        let (octave, bucket) = if octave < OCTAVES { (octave, bucket) } else { (OCTAVES - 1, BUCKETS - 1) };
        if let Some(count) = self.counts.get(octave).and_then(|octave| octave.get(bucket)) {
            count.add(1);
        }
        self.sum.add(u128::from(value));
        self.max.raise(value.try_into().unwrap_or(usize::MAX));
    }

    /// Adds everything that `other` has recorded.
    ///
    /// This is also how to take a snapshot: merge into a new histogram, and read that.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler.
    /// **Complexity**: up to `8 × OCTAVES + 3` atomic read-modify-writes. Never panics.
    ///
    /// ```
    /// use ringway::metrics::Histogram;
    ///
    /// let (all, other) = (Histogram::new(), Histogram::new());
    /// all.record(1);
    /// other.record(3);
    /// all.merge(&other);
    /// assert_eq!((all.count(), all.mean()), (2, 2.0));
    /// ```
    pub fn merge(&self, other: &Self) {
        let theirs = other.counts.iter().flatten();
        for (ours, theirs) in self.counts.iter().flatten().zip(theirs) {
            let count = theirs.get();
            if count > 0 {
                ours.add(count);
            }
        }
        self.sum.add(other.sum.get());
        self.max.raise(other.max.get());
    }

    /// Returns the number of recorded values; `u64::MAX` if there are more. Each bucket counts
    /// modulo the range of a `usize`.
    ///
    /// Like all methods below, it reads one bucket after another, and may miss values that are
    /// recorded in the meantime.
    ///
    /// **Guarantees**: wait-free. **Complexity**: `8 × OCTAVES` loads. Never panics.
    ///
    /// ```
    /// let times = ringway::metrics::Histogram::new();
    /// [3, 5, 5].into_iter().for_each(|time| times.record(time));
    /// assert_eq!(times.count(), 3);
    /// ```
    pub fn count(&self) -> u64 {
        total(self.buckets().map(|(_, count)| count))
    }

    /// Returns the exact sum of all values, modulo the range of two `usize`. It may lack a carry
    /// while other threads record.
    ///
    /// **Guarantees**: lock-free: it retries if a carry came in between.
    /// **Complexity**: three loads. Never panics.
    ///
    /// ```
    /// let times = ringway::metrics::Histogram::new();
    /// [3, 5, 5].into_iter().for_each(|time| times.record(time));
    /// assert_eq!(times.sum(), 13);
    /// ```
    pub fn sum(&self) -> u128 {
        self.sum.get()
    }

    /// Returns the mean of all values: [`sum`](Self::sum) divided by [`count`](Self::count), and as
    /// exact as these are; zero if there is none.
    ///
    /// **Guarantees**: as [`sum`](Self::sum). **Complexity**: `8 × OCTAVES + 3` loads.
    /// Never panics.
    ///
    /// ```
    /// let times = ringway::metrics::Histogram::new();
    /// [3, 5].into_iter().for_each(|time| times.record(time));
    /// assert_eq!(times.mean(), 4.0);
    /// ```
    pub fn mean(&self) -> f64 {
        match self.count() {
            0 => 0.0,
            count => self.sum() as f64 / count as f64,
        }
    }

    /// Returns the largest value; zero if there is none. It is exact if it is less than
    /// `usize::MAX`, otherwise it is the end of its bucket.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one load; `8 × OCTAVES` more if the value is not
    /// less than `usize::MAX`. Never panics.
    ///
    /// ```
    /// let times = ringway::metrics::Histogram::new();
    /// [3, 1000, 5].into_iter().for_each(|time| times.record(time));
    /// assert_eq!(times.max(), 1000);
    /// ```
    pub fn max(&self) -> u64 {
        match self.max.get() {
            usize::MAX => self.buckets().filter(|&(_, count)| count > 0).last().map_or(0, |(end, _)| end),
            max => max as u64,
        }
    }

    /// Returns the value at quantile `q`, which the share `q` of all values does not exceed. It is
    /// never too small, and too large by less than an eighth; beyond the last octave it is the
    /// largest value. Zero if there is none.
    ///
    /// A `q` is clamped to the range from 0 to 1; NaN is 0. Ranks above 2⁵³ are rounded to the
    /// precision of an `f64`.
    ///
    /// **Guarantees**: wait-free. **Complexity**: up to `24 × OCTAVES + 1` loads. Never panics.
    ///
    /// ```
    /// let times = ringway::metrics::Histogram::new();
    /// (1..=100).for_each(|time| times.record(10 * time));
    /// let p99 = times.quantile(0.99);
    /// assert!((990..990 + 990 / 8).contains(&p99));
    /// assert_eq!(times.quantile(1.0), 1000);
    /// ```
    pub fn quantile(&self, q: f64) -> u64 {
        let exact = q.clamp(0.0, 1.0) * self.count() as f64;
        let whole = exact as u64;
        let rank = whole.saturating_add(u64::from((whole as f64) < exact)).max(1);
        let mut below = 0u64;
        for (end, count) in self.buckets() {
            below = below.saturating_add(count);
            if below >= rank {
                return end.min(self.max());
            }
        }
        self.max()
    }

    /// Returns an iterator over the buckets in ascending order: the largest value of each, and its
    /// count.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one load for each bucket. Never panics.
    ///
    /// ```
    /// let times = ringway::metrics::Histogram::new();
    /// times.record(17);
    /// assert_eq!(times.buckets().find(|&(_, count)| count > 0), Some((17, 1)));
    /// assert_eq!(times.buckets().last(), Some((u64::MAX, 0)));
    /// ```
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        self.counts.iter().enumerate().flat_map(|(octave, counts)| {
            let buckets = counts.iter().enumerate();
            buckets.map(move |(bucket, count)| (Self::end_of(octave, bucket), count.get() as u64))
        })
    }

    /// Returns an iterator over the octaves in ascending order: the largest value of each, and the
    /// count in all of its buckets.
    pub(super) fn octaves(&self) -> impl Iterator<Item = (u64, u64)> {
        self.counts.iter().enumerate().map(|(octave, counts)| {
            let counts = counts.iter().map(|count| count.get() as u64);
            (Self::end_of(octave, BUCKETS - 1), total(counts))
        })
    }

    /// Returns the largest value of a bucket; the last one counts everything above too.
    const fn end_of(octave: usize, bucket: usize) -> u64 {
        if octave + 1 == OCTAVES && bucket + 1 == BUCKETS { u64::MAX } else { end_of(octave, bucket) }
    }
}

impl<const OCTAVES: usize> Default for Histogram<OCTAVES> {
    fn default() -> Self {
        Self::with_octaves()
    }
}

impl<const OCTAVES: usize> fmt::Debug for Histogram<OCTAVES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Histogram")
            .field("count", &self.count())
            .field("mean", &self.mean())
            .field("median", &self.quantile(0.5))
            .field("p99", &self.quantile(0.99))
            .field("max", &self.max())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<const OCTAVES: usize> defmt::Format for Histogram<OCTAVES> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Histogram {{ count: {=u64}, mean: {=f64}, median: {=u64}, p99: {=u64}, max: {=u64} }}",
            self.count(),
            self.mean(),
            self.quantile(0.5),
            self.quantile(0.99),
            self.max()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_without_gap_or_overlap() {
        let mut next = 0u64;
        for octave in 0..62 {
            for bucket in 0..BUCKETS {
                let end = end_of(octave, bucket);
                assert_eq!(bucket_of(next), (octave, bucket));
                assert_eq!(bucket_of(end), (octave, bucket));
                assert!(end - next <= next / 8, "{octave}, {bucket}: wider than an eighth");
                next = end.wrapping_add(1);
            }
        }
        assert_eq!(next, 0, "the last bucket ends at the largest value");
    }

    /// A histogram whose buckets hold these counts, and which was never merged.
    fn with_counts(counts: &[(usize, usize)]) -> Histogram<2> {
        let histogram = Histogram::with_octaves();
        for &(bucket, count) in counts {
            histogram.counts[0][bucket].add(count);
            histogram.max.raise(bucket);
        }
        histogram
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn counts_beyond_the_range_are_the_largest_and_quantiles_stay_among_the_values() {
        let full = with_counts(&[(1, usize::MAX), (3, usize::MAX), (7, 1)]);
        assert_eq!(full.count(), u64::MAX);
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(|q| full.quantile(q)), [1; 5], "the count is saturated");
        assert!(full.octaves().map(|(_, count)| count).eq([u64::MAX, 0]));
        let half = with_counts(&[(1, usize::MAX / 2), (3, usize::MAX / 2 + 1)]);
        assert_eq!([0.0, 0.49, 0.51, 1.0].map(|q| half.quantile(q)), [1, 1, 3, 3]);
        assert_eq!([half.mean(), full.mean()], [0.0; 2], "no value was ever recorded");
    }

    #[test]
    fn a_q_that_is_not_a_number_is_zero() {
        let histogram = with_counts(&[(1, 1), (3, 1)]);
        assert_eq!(histogram.quantile(f64::NAN), histogram.quantile(0.0));
        assert_eq!([f64::NEG_INFINITY, f64::INFINITY].map(|q| histogram.quantile(q)), [1, 3]);
    }

    #[test]
    fn the_largest_sum_and_the_largest_value_wrap_around_and_never_panic() {
        let histogram = Histogram::new();
        histogram.record(u64::MAX);
        let doublings = usize::BITS + 6;
        (0..doublings).for_each(|_| histogram.merge(&histogram));
        let range = 128 - 2 * usize::BITS;
        assert_eq!(histogram.sum(), u128::from(u64::MAX) << doublings << range >> range);
        assert_eq!((histogram.count(), histogram.max()), (0, 0), "its bucket started again at zero");
    }
}
