//! What it costs to push a value with a priority and to pop the most urgent one.

use core::ops::Range;

use crate::harness::cores::Cores;
use crate::harness::gate::{run_threads, task};
use crate::harness::workloads::transfer::share;
use crate::harness::workloads::{Timed, verified};
use crate::interface::priority::{LEVELS, PriorityQueue};

/// Values that wait all the while, on all levels alike; zeros, which add nothing to the checksum.
const WAITING: usize = 4 * LEVELS;

/// Pushes and pops in turn, on some threads that share a queue.
pub(crate) fn time<K: PriorityQueue>(threads: usize, items: u64, cores: &Cores) -> Timed {
    let queue = filled::<K>();
    let share_length = items / threads as u64;
    let workers = (0..threads)
        .map(|index| task(&*queue, move |queue, _| push_pop_pairs(queue, share(index, share_length))));
    let (sample, mut sums) = run_threads(cores, workers.collect())?;
    sums.push(drain(&*queue));
    verified(sample, sums, items)
}

/// What the instruction counts are taken from: sends the numbers `0..pairs` through, and returns
/// their sum.
pub(crate) fn count<K: PriorityQueue>(pairs: u64) -> u64 {
    let queue = filled::<K>();
    push_pop_pairs(&*queue, 0..pairs) + drain(&*queue)
}

fn filled<K: PriorityQueue>() -> Box<K> {
    let queue = K::new();
    for level in 0..WAITING {
        queue.push(level % LEVELS, 0);
    }
    queue
}

/// The levels change without a pattern that a branch predictor could learn.
#[inline]
fn level(number: u64) -> usize {
    const { assert!(LEVELS == 8, "three bits") };
    (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 61) as usize
}

#[inline]
fn push_pop_pairs<K: PriorityQueue>(queue: &K, numbers: Range<u64>) -> u64 {
    let mut sum = 0_u64;
    for number in numbers {
        queue.push(level(number), number);
        sum = sum.wrapping_add(queue.pop().unwrap_or(0));
    }
    sum
}

fn drain<K: PriorityQueue>(queue: &K) -> u64 {
    core::iter::from_fn(|| queue.pop()).fold(0, u64::wrapping_add)
}

/// The more urgent comes first, and nothing is lost or doubled.
pub(crate) fn check<K: PriorityQueue>(cores: &Cores) -> Result<(), String> {
    const EACH: u64 = 16;
    let queue = K::new();
    let all = EACH * LEVELS as u64;
    for number in 0..all {
        if !queue.push(level(number), number) {
            return Err(format!("full with {number} values"));
        }
    }
    let popped: Vec<u64> = core::iter::from_fn(|| queue.pop()).collect();
    if !popped.is_sorted_by_key(|&number| level(number)) {
        return Err("a less urgent value came first".into());
    }
    let mut sorted = popped;
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..all) {
        return Err("items lost or doubled".into());
    }
    time::<K>(2, 10_000, cores).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contenders;
    use crate::interface::row::PriorityRow;
    use std::collections::VecDeque;
    use std::sync::Mutex;

    struct Check(&'static str, Result<(), String>);

    impl PriorityRow for Check {
        fn of_priority<K: PriorityQueue>() -> Self {
            Self(K::NAME, check::<K>(&Cores::available()))
        }
    }

    #[test]
    fn every_contender_pops_the_most_urgent_first() {
        for Check(name, outcome) in contenders::priorities() {
            assert_eq!(outcome, Ok(()), "{name}");
        }
    }

    struct InOrderOfArrival(Mutex<VecDeque<u64>>);

    impl PriorityQueue for InOrderOfArrival {
        const NAME: &'static str = "wrong on purpose";

        fn new() -> Box<Self> {
            Box::new(Self(Mutex::default()))
        }

        fn push(&self, _: usize, value: u64) -> bool {
            self.0.lock().unwrap().push_back(value);
            true
        }

        fn pop(&self) -> Option<u64> {
            self.0.lock().unwrap().pop_front()
        }
    }

    #[test]
    fn first_come_first_served_fails() {
        assert!(check::<InOrderOfArrival>(&Cores::available()).is_err());
    }
}
