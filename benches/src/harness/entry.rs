//! A contender in a case: its check and its time.

use core::marker::PhantomData;

use crate::harness::case::{Case, Kind, Payload};
use crate::harness::check::{Concurrent, ConcurrentTasks, SingleThreaded, check_spawned};
use crate::harness::cores::Cores;
use crate::harness::watchdog;
use crate::harness::workloads::pairs::{OneThread, RoundTrip};
use crate::harness::workloads::spawned::SpawnedStream;
use crate::harness::workloads::tasks::{PingPong, Stream};
use crate::harness::workloads::transfer::{Batches, Transfer};
use crate::harness::workloads::wake_up::WakeUp;
use crate::harness::workloads::{Timed, completion, pool, priority};
use crate::interface::channel::Channel;
use crate::interface::completion::Completion;
use crate::interface::pool::ObjectPool;
use crate::interface::priority::PriorityQueue;
use crate::interface::queue::{Contender, Item};
use crate::interface::row::{ChannelRow, CompletionRow, PoolRow, PriorityRow, QueueRow};
use crate::interface::spawned::{Spawned, SpawnedRow};

/// A contender without its type.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub name: &'static str,
    time: fn(&Case, u64, &Cores) -> Option<Timed>,
    check: fn(&Case, &Cores) -> Option<Result<usize, String>>,
}

impl QueueRow for Entry {
    /// With cases of `u64` only.
    fn of_queue<K: Contender>() -> Self {
        Self { name: K::NAME, time: time_with::<K, u64>, check: check_with::<K, u64> }
    }

    /// With cases of both payloads.
    fn of_pair_queue<K: Contender>() -> Self {
        Self { name: K::NAME, time: time::<K>, check: check::<K> }
    }
}

impl ChannelRow for Entry {
    fn of_channel<K: Channel>() -> Self {
        Self { name: K::NAME, time: time_channel::<K>, check: check_channel::<K> }
    }
}

impl SpawnedRow for Entry {
    fn of_spawned<K: Spawned>() -> Self {
        Self { name: K::NAME, time: time_spawned::<K>, check: check_with_spawned::<K> }
    }
}

impl CompletionRow for Entry {
    fn of_completion<K: Completion>() -> Self {
        Self {
            name: K::NAME,
            time: |case, tasks, cores| Some(completion::time::<K>(case.setup.producers, tasks, cores)),
            check: |case, cores| Some(completion::check::<K>(cores).map(|()| case.setup.capacity)),
        }
    }
}

impl PriorityRow for Entry {
    fn of_priority<K: PriorityQueue>() -> Self {
        Self {
            name: K::NAME,
            time: |case, items, cores| Some(priority::time::<K>(case.setup.producers, items, cores)),
            check: |case, cores| Some(priority::check::<K>(cores).map(|()| case.setup.capacity)),
        }
    }
}

impl PoolRow for Entry {
    fn of_pool<K: ObjectPool>() -> Self {
        Self {
            name: K::NAME,
            time: |case, items, cores| Some(pool::time::<K>(case.setup.producers, items, cores)),
            check: |case, cores| Some(pool::check::<K>(cores).map(|()| case.setup.capacity)),
        }
    }
}

impl Entry {
    /// The time this many items took; `None` when the contender has no such case.
    pub fn time(&self, case: &Case, items: u64, cores: &Cores) -> Option<Timed> {
        let _watched = watchdog::watch(self.name, &case.name);
        (self.time)(case, items, cores)
    }

    /// The capacity found or what is wrong; `None` when the contender has no such case.
    pub fn check(&self, case: &Case, cores: &Cores) -> Option<Result<usize, String>> {
        let _watched = watchdog::watch(self.name, &case.name);
        (self.check)(case, cores)
    }
}

/// The name of the second entry: its distance from the first is the noise.
pub const AGAIN: &str = "ringway, once more";

/// Whether an entry of this name is of ringway.
pub(crate) fn is_ringway(name: &str) -> bool {
    name.starts_with("ringway")
}

/// Enters the first, with which the others are compared, a second time.
pub(crate) fn with_noise(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.insert(1, Entry { name: AGAIN, ..entries[0] });
    entries
}

/// The contenders of a case. A target passes its own, so that it is not compiled with those of
/// others.
pub type Contenders = fn(&Case) -> Vec<Entry>;

fn time<K: Contender>(case: &Case, items: u64, cores: &Cores) -> Option<Timed> {
    match case.payload {
        Payload::Word => time_with::<K, u64>(case, items, cores),
        Payload::Line => time_with::<K, [u64; 8]>(case, items, cores),
    }
}

fn time_with<K: Contender, T: Item>(case: &Case, items: u64, cores: &Cores) -> Option<Timed> {
    let setup = case.setup;
    match case.kind {
        Kind::Transfer { producer_work, consumer_work } => K::run::<T, _>(
            setup,
            Transfer { cores, capacity: setup.capacity, items, producer_work, consumer_work },
        ),
        Kind::Batches => K::run::<T, _>(setup, Batches { cores, capacity: setup.capacity, items }).flatten(),
        Kind::RoundTrip => {
            K::run::<T, _>(setup, RoundTrip::<K> { cores, items, setup, kind: PhantomData }).flatten()
        }
        Kind::OneThread => K::run::<T, _>(setup, OneThread { cores, capacity: setup.capacity, items }),
        _ => None,
    }
}

fn check<K: Contender>(case: &Case, cores: &Cores) -> Option<Result<usize, String>> {
    match case.payload {
        Payload::Word => check_with::<K, u64>(case, cores),
        Payload::Line => check_with::<K, [u64; 8]>(case, cores),
    }
}

fn check_with<K: Contender, T: Item>(case: &Case, cores: &Cores) -> Option<Result<usize, String>> {
    let setup = case.setup;
    let together = Concurrent { cores, batches: case.kind == Kind::Batches };
    let alone = K::run::<T, _>(setup, SingleThreaded { capacity: setup.capacity })?;
    Some(alone.and_then(|found| {
        let together = K::run::<T, _>(setup, together).unwrap_or(Ok(()));
        together.map(|()| found)
    }))
}

fn time_channel<K: Channel>(case: &Case, items: u64, cores: &Cores) -> Option<Timed> {
    let setup = case.setup;
    let capacity = setup.capacity;
    match case.kind {
        Kind::OneThread => K::run::<u64, _>(setup, OneThread { cores, capacity, items }),
        Kind::Tasks(placement) => K::tasks(setup, Stream { cores, placement, capacity, items }),
        Kind::PingPong(placement) => {
            K::tasks(setup, PingPong::<K> { cores, placement, setup, items, kind: PhantomData }).flatten()
        }
        Kind::Threads => {
            K::threads(setup, Transfer { cores, capacity, items, producer_work: 0, consumer_work: 0 })
        }
        Kind::WakeUp => K::threads(setup, WakeUp { cores, items }),
        _ => None,
    }
}

/// The calls that do not wait first: what they must get right, the others must too.
fn check_channel<K: Channel>(case: &Case, cores: &Cores) -> Option<Result<usize, String>> {
    let alone = K::run::<u64, _>(case.setup, SingleThreaded { capacity: case.setup.capacity })?;
    let together = match case.kind {
        Kind::Tasks(placement) | Kind::PingPong(placement) => {
            K::tasks(case.setup, ConcurrentTasks { cores, placement })?
        }
        Kind::Threads | Kind::WakeUp => K::threads(case.setup, Concurrent { cores, batches: false })?,
        _ => K::run::<u64, _>(case.setup, Concurrent { cores, batches: false })?,
    };
    Some(alone.and_then(|found| together.map(|()| found)))
}

fn time_spawned<K: Spawned>(case: &Case, items: u64, cores: &Cores) -> Option<Timed> {
    let Kind::Spawned { workers } = case.kind else { return None };
    SpawnedStream { cores, setup: case.setup, workers, items }.time::<K>()
}

fn check_with_spawned<K: Spawned>(case: &Case, cores: &Cores) -> Option<Result<usize, String>> {
    let Kind::Spawned { workers } = case.kind else { return None };
    let alone = K::run::<u64, _>(case.setup, SingleThreaded { capacity: case.setup.capacity })?;
    let together = check_spawned::<K>(cores, case.setup, workers)?;
    Some(alone.and_then(|found| together.map(|()| found)))
}
