//! The timed loops with one item in flight.

use core::marker::PhantomData;

use crate::harness::cores::Cores;
use crate::harness::gate::{run_threads, task};
use crate::harness::workloads::{Timed, verified, warm_up};
use crate::interface::queue::{Contender, Item, Job, Pop, Push, Setup};

/// One item at a time there through one queue and back through another of the same kind.
#[derive(Debug)]
pub(crate) struct RoundTrip<'a, K> {
    pub(crate) cores: &'a Cores,
    pub(crate) items: u64,
    pub(crate) setup: Setup,
    pub(crate) kind: PhantomData<K>,
}

impl<T: Item, K: Contender> Job<T> for RoundTrip<'_, K> {
    type Output = Option<Timed>;

    fn run<P: Push<T>, C: Pop<T>>(self, there_in: Vec<P>, there_out: Vec<C>) -> Option<Timed> {
        let back = ReturnPath { cores: self.cores, items: self.items, there_in, there_out };
        K::run::<T, _>(self.setup, back)
    }
}

struct ReturnPath<'a, P, C> {
    cores: &'a Cores,
    items: u64,
    there_in: Vec<P>,
    there_out: Vec<C>,
}

impl<T: Item, P: Push<T>, C: Pop<T>> Job<T> for ReturnPath<'_, P, C> {
    type Output = Timed;

    fn run<P2: Push<T>, C2: Pop<T>>(self, back_in: Vec<P2>, back_out: Vec<C2>) -> Timed {
        let items = self.items;
        let returning = self.there_out.into_iter().zip(back_in).map(|ends| {
            task(ends, move |(mut pop, mut push), backoff| {
                for _ in 0..items {
                    let item = backoff.until(|| pop.pop());
                    backoff.until(|| push.push(item).then_some(()));
                }
                0
            })
        });
        let asking = self.there_in.into_iter().zip(back_out).map(|ends| {
            task(ends, move |(mut push, mut pop), backoff| {
                let mut sum = 0_u64;
                for number in 0..items {
                    backoff.until(|| push.push(T::numbered(number)).then_some(()));
                    sum = sum.wrapping_add(backoff.until(|| pop.pop()).number());
                }
                sum
            })
        });
        let joined = run_threads(self.cores, returning.chain(asking).collect());
        joined.and_then(|(sample, sums)| verified(sample, sums, items))
    }
}

/// Push and pop in turn on one thread: nothing but the instructions.
#[derive(Debug)]
pub(crate) struct OneThread<'a> {
    pub(crate) cores: &'a Cores,
    pub(crate) capacity: usize,
    pub(crate) items: u64,
}

impl<T: Item> Job<T> for OneThread<'_> {
    type Output = Timed;

    fn run<P: Push<T>, C: Pop<T>>(self, mut producers: Vec<P>, mut consumers: Vec<C>) -> Timed {
        warm_up(&mut producers[0], &mut consumers[0], self.capacity);
        let items = self.items;
        let both = producers
            .into_iter()
            .zip(consumers)
            .map(|ends| task(ends, move |(mut push, mut pop), _| push_pop_pairs(&mut push, &mut pop, items)));
        let joined = run_threads(self.cores, both.collect());
        joined.and_then(|(sample, sums)| verified(sample, sums, items))
    }
}

/// Also what the instruction counts are taken from.
#[inline]
pub(crate) fn push_pop_pairs<T: Item>(push: &mut impl Push<T>, pop: &mut impl Pop<T>, pairs: u64) -> u64 {
    let mut sum = 0_u64;
    for number in 0..pairs {
        push.push(T::numbered(number));
        sum = sum.wrapping_add(pop.pop().map_or(0, |item| item.number()));
    }
    sum
}
