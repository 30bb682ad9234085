//! What a contender must get right before its time means anything.

use core::ops::Range;

use crate::harness::backoff::Backoff;
use crate::harness::case::Placement;
use crate::harness::cores::Cores;
use crate::harness::gate::{run_threads, task};
use crate::harness::workloads::spawned::SpawnedStream;
use crate::harness::workloads::tasks::Stream;
use crate::harness::workloads::transfer::{push_batches, share};
use crate::interface::channel::{AsyncJob, AsyncRecv, AsyncSend};
use crate::interface::queue::{Item, Job, Pop, Push, Setup};
use crate::interface::spawned::Spawned;

/// Laps of filling and emptying, each begun at another place of the ring.
const LAPS: usize = 5;
/// Items each producer of the threaded check pushes; a multiple of every number of consumers and
/// of the batch.
const SHARE: u64 = 12_288;

/// Capacity, order and the answers when full and empty, on one thread.
#[derive(Debug)]
pub(crate) struct SingleThreaded {
    pub(crate) capacity: usize,
}

impl<T: Item> Job<T> for SingleThreaded {
    /// The capacity found.
    type Output = Result<usize, String>;

    fn run<P: Push<T>, C: Pop<T>>(self, mut producers: Vec<P>, mut consumers: Vec<C>) -> Self::Output {
        let (push, pop) = (&mut producers[0], &mut consumers[0]);
        let limit = 2 * self.capacity as u64;
        let mut found = 0;
        for lap in 0..LAPS {
            ensure(pop.pop().is_none(), "pops from an empty queue")?;
            let held = (0..limit).take_while(|&n| push.push(T::numbered(n))).count();
            ensure(lap == 0 || held == found, "capacity changes")?;
            found = held;
            one_out_one_in(push, pop, found as u64)?;
            drain(pop, 1..found as u64 + 1)?;
            shift(push, pop, lap)?;
        }
        ensure(
            found == self.capacity || found + 1 == self.capacity,
            &format!("holds {found} of {}", self.capacity),
        )?;
        Ok(found)
    }
}

/// A pop from a full queue makes room for exactly one push.
fn one_out_one_in<T: Item>(push: &mut impl Push<T>, pop: &mut impl Pop<T>, next: u64) -> Result<(), String> {
    let oldest = pop.pop().map(|item| item.number());
    ensure(oldest == Some(0), "wrong oldest item")?;
    ensure(push.push(T::numbered(next)), "full after a pop")?;
    ensure(!push.push(T::numbered(next)), "accepts more than it holds")
}

fn drain<T: Item>(pop: &mut impl Pop<T>, mut numbers: Range<u64>) -> Result<(), String> {
    let in_order = numbers.all(|n| pop.pop().is_some_and(|item| item.number() == n));
    ensure(in_order, "order broken")?;
    ensure(pop.pop().is_none(), "pops more than was pushed")
}

/// Moves the ring on, so that the next lap starts elsewhere.
fn shift<T: Item>(push: &mut impl Push<T>, pop: &mut impl Pop<T>, steps: usize) -> Result<(), String> {
    for _ in 0..=steps {
        ensure(push.push(T::default()), "full when empty")?;
        ensure(pop.pop().is_some(), "empty after a push")?;
    }
    Ok(())
}

/// Every item exactly once and each producer's items in order, with all threads at work.
#[derive(Debug)]
pub(crate) struct Concurrent<'a> {
    pub(crate) cores: &'a Cores,
    pub(crate) batches: bool,
}

impl<T: Item> Job<T> for Concurrent<'_> {
    type Output = Result<(), String>;

    fn run<P: Push<T>, C: Pop<T>>(self, producers: Vec<P>, consumers: Vec<C>) -> Self::Output {
        let pushers = producers.len() as u64;
        let popped = SHARE * pushers / consumers.len() as u64;
        let batches = self.batches && P::BATCHES;
        let producers = producers.into_iter().enumerate().map(|(index, end)| {
            task(end, move |mut end, backoff| {
                if batches {
                    push_batches(&mut end, SHARE, backoff);
                } else {
                    push_singly(&mut end, share(index, SHARE), backoff);
                }
                Vec::new()
            })
        });
        let consumers = consumers
            .into_iter()
            .map(|end| task(end, move |mut end, backoff| collect(&mut end, popped, batches, backoff)));
        let (_, streams) = run_threads(self.cores, producers.chain(consumers).collect())?;
        complete_and_in_order(streams, pushers, SHARE)
    }
}

/// What the consumers received, each in its order, against what the producers sent.
fn complete_and_in_order(streams: Vec<Vec<u64>>, producers: u64, share: u64) -> Result<(), String> {
    for stream in &streams {
        let mut next = vec![0; producers as usize];
        for &number in stream {
            let expected = next.get_mut((number / share) as usize).ok_or("a number that was never sent")?;
            ensure(number >= *expected, "a producer's items overtook each other")?;
            *expected = number + 1;
        }
    }
    let mut all: Vec<u64> = streams.into_iter().flatten().collect();
    all.sort_unstable();
    ensure(all.into_iter().eq(0..share * producers), "items lost or doubled")
}

/// The same between tasks.
#[derive(Debug)]
pub(crate) struct ConcurrentTasks<'a> {
    pub(crate) cores: &'a Cores,
    pub(crate) placement: Placement,
}

impl AsyncJob for ConcurrentTasks<'_> {
    type Output = Result<(), String>;

    fn run<S: AsyncSend, R: AsyncRecv>(self, senders: Vec<S>, receivers: Vec<R>) -> Self::Output {
        let producers = senders.len() as u64;
        let share = (SHARE / producers).next_multiple_of(receivers.len() as u64);
        let stream =
            Stream { cores: self.cores, placement: self.placement, capacity: 1, items: share * producers };
        let (_, streams) = stream.run::<Vec<u64>, _, _>(senders, receivers)?;
        complete_and_in_order(streams, producers, share)
    }
}

/// The same between tasks of tokio.
pub(crate) fn check_spawned<K: Spawned>(
    cores: &Cores,
    setup: Setup,
    workers: usize,
) -> Option<Result<(), String>> {
    let producers = setup.producers as u64;
    let share = SHARE / producers;
    let joined = SpawnedStream { cores, setup, workers, items: share * producers }.run::<K, Vec<u64>>()?;
    Some(joined.and_then(|(_, streams)| complete_and_in_order(streams, producers, share)))
}

fn push_singly<T: Item>(end: &mut impl Push<T>, numbers: Range<u64>, backoff: Backoff) {
    for number in numbers {
        backoff.until(|| end.push(T::numbered(number)).then_some(()));
    }
}

fn collect<T: Item>(end: &mut impl Pop<T>, items: u64, batches: bool, backoff: Backoff) -> Vec<u64> {
    let mut stream = Vec::with_capacity(items as usize);
    // An odd size, so that batches in and out do not stay aligned.
    let mut batch = [T::default(); 7];
    while (stream.len() as u64) < items {
        if batches {
            let count = backoff.until(|| Some(end.pop_batch(&mut batch)).filter(|&count| count > 0));
            stream.extend(batch[..count].iter().map(Item::number));
        } else {
            stream.push(backoff.until(|| end.pop()).number());
        }
    }
    stream
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    holds.then_some(()).ok_or_else(|| otherwise.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two producers, of which the second sends 2 and 3, and two consumers.
    fn received(streams: [&[u64]; 2]) -> Result<(), String> {
        complete_and_in_order(streams.map(<[u64]>::to_vec).to_vec(), 2, 2)
    }

    #[test]
    fn each_item_once_and_in_order_passes() {
        assert_eq!(received([&[2, 0, 3], &[1]]), Ok(()));
    }

    #[test]
    fn lost_doubled_overtaken_and_invented_items_fail() {
        let wrong: [[&[u64]; 2]; 4] =
            [[&[0, 2], &[1]], [&[0, 2, 3], &[0, 1]], [&[1, 0, 2, 3], &[]], [&[0, 1, 2, 4], &[]]];
        for streams in wrong {
            assert!(received(streams).is_err(), "{streams:?}");
        }
    }
}
