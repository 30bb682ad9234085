//! Little's law, sampled beside times that are measured.

use ringway::metrics::{LittlesLaw, ManualClock, Meter, Metered};
use ringway::mpmc;

/// Values that wait for a known time, sampled at moments that have nothing to do with them.
#[test]
fn the_mean_wait_from_twenty_thousand_samples_is_within_a_hundredth() {
    let clock = ManualClock::new(1);
    let meter = Meter::<_, 1, 30>::with_clock(&clock);
    let queue = Metered::new(mpmc::Queue::<_, 256>::new(), &meter);
    let mut little = LittlesLaw::new(&clock);
    let mut dice = 1u64;
    while little.samples() < 20_000 {
        clock.advance(1);
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match dice >> 56 {
            0..60 => drop(queue.push(())),
            60..124 => drop(queue.pop()),
            124..144 => little.sample(queue.queue().stats()),
            _ => {}
        }
    }
    let (sampled, timed) = (little.mean_wait(), meter.waiting().mean());
    let error = (sampled / timed - 1.0).abs();
    assert!(error < 0.01, "{sampled} sampled beside {timed} timed");
}

#[test]
fn time_beyond_the_range_of_its_sum_is_left_out() {
    let (queue, clock) = (mpmc::Queue::<u8, 2>::new(), ManualClock::new(1));
    let mut little = LittlesLaw::new(&clock);
    queue.push(1).unwrap();
    little.sample(queue.stats());
    for _ in 0..5 {
        clock.advance(1 << (usize::BITS - 1));
        queue.pop().unwrap();
        queue.push(1).unwrap();
        little.sample(queue.stats());
    }
    let expected = if usize::BITS == 64 { 1 } else { 5 };
    assert_eq!((little.samples(), little.mean_length()), (expected, 1.0));
    assert_eq!(little.mean_wait(), 2f64.powi(usize::BITS as i32 - 1));
}

#[test]
fn nothing_sampled_is_zero_and_not_a_nan() {
    let little = LittlesLaw::new(ManualClock::new(1));
    assert_eq!((little.mean_length(), little.throughput(), little.mean_wait()), (0.0, 0.0, 0.0));
}
