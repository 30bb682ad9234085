//! The timed loops in which items stream from the producers to the consumers.

use core::hint::black_box;
use core::ops::Range;

use crate::harness::backoff::Backoff;
use crate::harness::cores::Cores;
use crate::harness::gate::{Task, run_threads, task};
use crate::harness::workloads::{Timed, verified, warm_up};
use crate::interface::queue::{Item, Job, Pop, Push};

/// Items per call in the batch cases.
pub(crate) const BATCH: usize = 32;

/// Every item through the queue once, from the producers to the consumers.
#[derive(Debug)]
pub(crate) struct Transfer<'a> {
    pub(crate) cores: &'a Cores,
    pub(crate) capacity: usize,
    pub(crate) items: u64,
    /// Dependent multiplications per item on each side.
    pub(crate) producer_work: u32,
    pub(crate) consumer_work: u32,
}

impl<T: Item> Job<T> for Transfer<'_> {
    type Output = Timed;

    fn run<P: Push<T>, C: Pop<T>>(self, mut producers: Vec<P>, mut consumers: Vec<C>) -> Timed {
        warm_up(&mut producers[0], &mut consumers[0], self.capacity);
        let pushed = self.items / producers.len() as u64;
        let popped = self.items / consumers.len() as u64;
        let producers = producers
            .into_iter()
            .enumerate()
            .map(|(index, end)| producer(end, share(index, pushed), self.producer_work));
        let consumers = consumers.into_iter().map(|end| consumer(end, popped, self.consumer_work));
        let joined = run_threads(self.cores, producers.chain(consumers).collect());
        joined.and_then(|(sample, sums)| verified(sample, sums, self.items))
    }
}

fn producer<'a, T: Item>(end: impl Push<T> + 'a, numbers: Range<u64>, work: u32) -> Task<'a, u64> {
    match work {
        0 => task(end, |mut end, backoff| push_all(&mut end, numbers, backoff, |_| ())),
        _ => task(end, move |mut end, backoff| push_all(&mut end, numbers, backoff, multiply(work))),
    }
}

fn consumer<'a, T: Item>(end: impl Pop<T> + 'a, items: u64, work: u32) -> Task<'a, u64> {
    match work {
        0 => task(end, move |mut end, backoff| pop_all(&mut end, items, backoff, |_| ())),
        _ => task(end, move |mut end, backoff| pop_all(&mut end, items, backoff, multiply(work))),
    }
}

/// The same with the queue's own batch calls; `None` when it has none.
#[derive(Debug)]
pub(crate) struct Batches<'a> {
    pub(crate) cores: &'a Cores,
    pub(crate) capacity: usize,
    pub(crate) items: u64,
}

impl<T: Item> Job<T> for Batches<'_> {
    type Output = Option<Timed>;

    fn run<P: Push<T>, C: Pop<T>>(self, mut producers: Vec<P>, mut consumers: Vec<C>) -> Option<Timed> {
        if !P::BATCHES {
            return None;
        }
        warm_up(&mut producers[0], &mut consumers[0], self.capacity);
        let items = self.items;
        let producers = producers
            .into_iter()
            .map(|end| task(end, move |mut end, backoff| push_batches(&mut end, items, backoff)));
        let consumers = consumers
            .into_iter()
            .map(|end| task(end, move |mut end, backoff| pop_batches(&mut end, items, backoff)));
        let joined = run_threads(self.cores, producers.chain(consumers).collect());
        Some(joined.and_then(|(sample, sums)| verified(sample, sums, self.items)))
    }
}

/// The numbers of one producer: shares follow each other without a gap.
pub(crate) fn share(index: usize, length: u64) -> Range<u64> {
    let start = index as u64 * length;
    start..start + length
}

/// Adds nothing to the checksum, like every producer.
#[inline]
fn push_all<T: Item>(
    end: &mut impl Push<T>,
    numbers: Range<u64>,
    backoff: Backoff,
    mut before: impl FnMut(u64),
) -> u64 {
    for number in numbers {
        before(number);
        backoff.until(|| end.push(T::numbered(number)).then_some(()));
    }
    0
}

#[inline]
fn pop_all<T: Item>(end: &mut impl Pop<T>, items: u64, backoff: Backoff, mut after: impl FnMut(u64)) -> u64 {
    let mut sum = 0_u64;
    for _ in 0..items {
        let number = backoff.until(|| end.pop()).number();
        after(number);
        sum = sum.wrapping_add(number);
    }
    sum
}

pub(crate) fn push_batches<T: Item>(end: &mut impl Push<T>, items: u64, backoff: Backoff) -> u64 {
    let mut numbers = 0..items;
    while !numbers.is_empty() {
        let batch: [T; BATCH] = core::array::from_fn(|_| T::numbered(numbers.next().unwrap_or_default()));
        let mut rest = &batch[..];
        while !rest.is_empty() {
            let count = backoff.until(|| Some(end.push_batch(rest)).filter(|&count| count > 0));
            rest = &rest[count..];
        }
    }
    0
}

fn pop_batches<T: Item>(end: &mut impl Pop<T>, items: u64, backoff: Backoff) -> u64 {
    let (mut sum, mut missing) = (0_u64, items);
    let mut batch = [T::default(); BATCH];
    while missing > 0 {
        let count = backoff.until(|| Some(end.pop_batch(&mut batch)).filter(|&count| count > 0));
        for item in &batch[..count] {
            sum = sum.wrapping_add(item.number());
        }
        missing -= count as u64;
    }
    sum
}

/// A chain of multiplications in which each needs the one before.
fn multiply(times: u32) -> impl FnMut(u64) {
    let mut state = 1_u64;
    move |number| {
        for _ in 0..times {
            state = (state ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        black_box(state);
    }
}
