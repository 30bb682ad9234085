//! Who takes part in which table.

use core::hint::black_box;
use core::marker::PhantomData;

use crate::case::{Case, Kind, Payload};
use crate::check::{Alone, Together};
use crate::contender::{Contender, Item, Setup};
use crate::instructions::Count;
use crate::jobs::Timed;
use crate::jobs::pairs::{OneThread, RoundTrip};
use crate::jobs::transfer::{Batches, Transfer};
use crate::ours;
use crate::peers::{channel, pair, shared};
use crate::race::Cores;

/// The setup of everything that needs one thread only.
pub const ONE_THREAD: Setup = Setup::pair(64);

/// A contender without its type.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub name: &'static str,
    time: fn(&Case, u64, &Cores) -> Option<Timed>,
    check: fn(&Case, &Cores) -> Option<Result<usize, String>>,
    pairs: fn(u64) -> Option<u64>,
}

impl Entry {
    /// With cases of `u64` only.
    fn words<K: Contender>() -> Self {
        Self {
            name: K::NAME,
            time: time_with::<K, u64>,
            check: check_with::<K, u64>,
            // Hidden from the optimiser, or the boxed queues would know their capacity as well.
            pairs: |pairs| K::run::<u64, _>(black_box(ONE_THREAD), Count { pairs }),
        }
    }

    /// With cases of both payloads.
    fn all<K: Contender>() -> Self {
        Self { time: time::<K>, check: check::<K>, ..Self::words::<K>() }
    }

    fn renamed(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The time this many items took; `None` when the contender has no such case.
    pub fn time(&self, case: &Case, items: u64, cores: &Cores) -> Option<Timed> {
        (self.time)(case, items, cores)
    }

    /// The capacity found or what is wrong; `None` when the contender has no such case.
    pub fn check(&self, case: &Case, cores: &Cores) -> Option<Result<usize, String>> {
        (self.check)(case, cores)
    }

    /// The sum of the numbers `0..pairs`, each pushed and popped on the calling thread.
    pub fn pairs(&self, pairs: u64) -> Option<u64> {
        (self.pairs)(pairs)
    }
}

/// The name of the second entry: its distance from the first is the noise.
pub const AGAIN: &str = "ringway, once more";

/// Puts the entry the others are compared with first, and the same code again second.
fn led_by(ours: Entry, others: impl IntoIterator<Item = Entry>) -> Vec<Entry> {
    let again = ours.renamed(AGAIN);
    [ours, again].into_iter().chain(others).collect()
}

/// Contenders in the tables with one producer and one consumer.
pub fn pairs() -> Vec<Entry> {
    led_by(
        Entry::all::<ours::Spsc>(),
        [
            Entry::all::<ours::BoxedSpsc>(),
            Entry::all::<pair::Rtrb>(),
            Entry::all::<pair::RingbufHeap>(),
            Entry::all::<pair::HeaplessSpsc>(),
            Entry::all::<pair::GilSpsc>(),
            Entry::all::<pair::OmangoSpsc>(),
            Entry::all::<pair::NexusSpsc>(),
            Entry::all::<shared::ArrayQueue>(),
        ],
    )
}

/// Contenders in the tables with several producers or consumers.
pub fn many() -> Vec<Entry> {
    led_by(
        Entry::words::<ours::Mpmc>(),
        [
            Entry::words::<ours::BoxedMpmc>(),
            Entry::words::<shared::ArrayQueue>(),
            Entry::words::<channel::CrossbeamChannel>(),
            Entry::words::<shared::HeaplessMpmc>(),
            Entry::words::<shared::ThingBuf>(),
            Entry::words::<shared::ConcurrentQueue>(),
            Entry::words::<shared::Lfqueue>(),
            Entry::words::<channel::GilMpmc>(),
            Entry::words::<channel::OmangoMpmc>(),
        ],
    )
}

/// Additional contenders where only the producers are several.
fn many_producers() -> [Entry; 2] {
    [Entry::words::<channel::GilMpsc>(), Entry::words::<channel::NexusMpsc>()]
}

/// Additional contenders where only the consumers are several.
fn many_consumers() -> [Entry; 2] {
    [Entry::words::<channel::GilSpmc>(), Entry::words::<channel::NexusSpmc>()]
}

/// Names those who may enter a case. Benches of one family pass theirs, so that they are not
/// compiled with the contenders of the other.
pub type Entrants = fn(&Case) -> Vec<Entry>;

/// Entrants of the cases with one producer and one consumer.
pub fn pair_entrants(_: &Case) -> Vec<Entry> {
    pairs()
}

/// Entrants of the cases with several.
pub fn many_entrants(case: &Case) -> Vec<Entry> {
    let mut entries = many();
    match (case.setup.producers, case.setup.consumers) {
        (2.., 1) => entries.extend(many_producers()),
        (1, 2..) => entries.extend(many_consumers()),
        _ => (),
    }
    entries
}

/// Entrants of any case, by the family its name starts with.
pub fn entrants(case: &Case) -> Vec<Entry> {
    if case.name.starts_with("spsc") { pair_entrants(case) } else { many_entrants(case) }
}

fn time<K: Contender>(case: &Case, items: u64, cores: &Cores) -> Option<Timed> {
    match case.payload {
        Payload::Word => time_with::<K, u64>(case, items, cores),
        Payload::Line => time_with::<K, [u64; 8]>(case, items, cores),
    }
}

fn time_with<K: Contender, T: Item>(case: &Case, items: u64, cores: &Cores) -> Option<Timed> {
    let setup = case.setup;
    match case.kind {
        Kind::Transfer { producer_work, consumer_work } => {
            K::run::<T, _>(setup, Transfer { cores, items, producer_work, consumer_work })
        }
        Kind::Batches => K::run::<T, _>(setup, Batches { cores, items }).flatten(),
        Kind::RoundTrip => {
            K::run::<T, _>(setup, RoundTrip::<K> { cores, items, setup, kind: PhantomData }).flatten()
        }
        Kind::OneThread => K::run::<T, _>(setup, OneThread { cores, items }),
        Kind::Mean => None,
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
    let together = Together { cores, batches: case.kind == Kind::Batches };
    let alone = K::run::<T, _>(setup, Alone { capacity: setup.capacity })?;
    Some(alone.and_then(|found| {
        let together = K::run::<T, _>(setup, together).unwrap_or(Ok(()));
        together.map(|()| found)
    }))
}
