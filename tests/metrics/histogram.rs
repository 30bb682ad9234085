//! Counts and quantiles, beside exact ones and `hdrhistogram`.

use proptest::prelude::*;
use ringway::metrics::Histogram;
use std::thread;

const QUANTILES: [f64; 9] = [0.0, 0.001, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0];

fn record(values: &[u64]) -> Histogram {
    let histogram = Histogram::new();
    values.iter().for_each(|&value| histogram.record(value));
    histogram
}

/// The smallest value that the share `q` of all does not exceed.
fn exact_quantile(sorted: &[u64], q: f64) -> u64 {
    let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
    sorted[rank - 1]
}

/// Values of every size: each number of bits is as likely as any other.
fn values() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec((0..=64u32, any::<u64>()), 1..400).prop_map(|pairs| {
        pairs.into_iter().map(|(bits, random)| random.checked_shr(64 - bits).unwrap_or(0)).collect()
    })
}

proptest! {
    #[test]
    fn a_quantile_is_never_below_the_exact_one_and_less_than_an_eighth_above(values in values(), q in 0.0..1.0) {
        let histogram = record(&values);
        let mut sorted = values;
        sorted.sort_unstable();
        for q in QUANTILES.into_iter().chain([q]) {
            let (exact, ours) = (exact_quantile(&sorted, q), histogram.quantile(q));
            prop_assert!(ours >= exact, "{q}: {ours} is below {exact}");
            prop_assert!(ours - exact <= exact / 8, "{q}: {ours} is too far above {exact}");
        }
    }

    #[test]
    fn count_sum_mean_and_max_are_exact(values in values()) {
        let histogram = record(&values);
        let sum: u128 = values.iter().map(|&value| u128::from(value)).sum();
        prop_assert_eq!(histogram.count(), values.len() as u64);
        prop_assert_eq!(histogram.sum(), sum);
        prop_assert_eq!(histogram.mean(), sum as f64 / values.len() as f64);
        prop_assert_eq!(Some(histogram.max()), values.into_iter().max());
    }

    #[test]
    fn to_merge_is_to_record_both(left in values(), right in values()) {
        let merged = record(&left);
        merged.merge(&record(&right));
        let both = record(&[left, right].concat());
        prop_assert!(merged.buckets().eq(both.buckets()));
        prop_assert_eq!((merged.sum(), merged.max()), (both.sum(), both.max()));
    }

    /// hdrhistogram with three digits, whose own error is a thousandth.
    #[test]
    fn quantiles_agree_with_hdrhistogram(values in values()) {
        let ours = record(&values);
        let mut theirs = hdrhistogram::Histogram::<u64>::new(3).unwrap();
        // It reaches to half of a u64.
        let values: Vec<u64> = values.into_iter().filter(|&value| value <= u64::MAX / 2).collect();
        prop_assume!(values.len() as u64 == ours.count());
        values.iter().for_each(|&value| theirs.record(value).unwrap());
        for q in QUANTILES {
            let (ours, theirs) = (ours.quantile(q) as f64, theirs.value_at_quantile(q) as f64);
            prop_assert!(ours >= theirs * 0.999 && ours <= theirs * 1.125, "{q}: {ours} beside {theirs}");
        }
    }
}

#[test]
fn an_empty_histogram_is_all_zeros() {
    let empty = Histogram::new();
    assert_eq!((empty.count(), empty.sum(), empty.max(), empty.mean()), (0, 0, 0, 0.0));
    assert!(QUANTILES.iter().all(|&q| empty.quantile(q) == 0));
}

#[test]
fn a_q_beyond_its_range_is_taken_as_the_nearest_within() {
    let histogram = record(&[1, 2, 3]);
    assert_eq!((histogram.quantile(-1.0), histogram.quantile(7.0)), (1, 3));
}

#[test]
fn values_beyond_the_last_octave_count_in_its_last_bucket() {
    let small = Histogram::<1>::with_octaves();
    [3, 7, 8, u64::MAX].into_iter().for_each(|value| small.record(value));
    assert_eq!(small.buckets().map(|(_, count)| count).collect::<Vec<_>>(), [0, 0, 0, 1, 0, 0, 0, 3]);
    assert_eq!((small.count(), small.max()), (4, u64::MAX));
    assert_eq!((small.quantile(0.25), small.quantile(0.5)), (3, u64::MAX));
}

/// Each merge with itself doubles all counts: beyond the range of a count, and of the sum of them.
#[test]
fn doubled_to_the_end_of_their_range_and_beyond_counts_never_panic() {
    let histogram = record(&[1, 100]);
    for doubling in 0..140 {
        let _ = (histogram.mean(), histogram.sum(), format!("{histogram:?}"));
        let quantiles = QUANTILES.map(|q| histogram.quantile(q));
        assert!(quantiles.is_sorted() && quantiles[8] <= 100, "{quantiles:?}");
        let expected = if doubling >= 64 { 0 } else { 2u64.saturating_mul(1 << doubling) };
        assert_eq!(histogram.count(), expected, "after {doubling} doublings");
        histogram.merge(&histogram);
    }
}

#[test]
fn no_record_is_lost_between_threads() {
    static TIMES: Histogram<30> = Histogram::with_octaves();
    const EACH: u64 = 50_000;
    thread::scope(|scope| {
        (0..3).for_each(|_| drop(scope.spawn(|| (0..EACH).for_each(|value| TIMES.record(value)))));
    });
    assert_eq!(TIMES.count(), 3 * EACH);
    assert_eq!(TIMES.sum(), u128::from(3 * (EACH * (EACH - 1) / 2)));
    assert_eq!(TIMES.max(), EACH - 1);
}
