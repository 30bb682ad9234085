//! Who takes part in which table.

use core::marker::PhantomData;

use crate::case::{Case, Kind, Payload};
use crate::channel::Channel;
use crate::check::{Alone, TasksTogether, Together};
use crate::completion::Completion;
use crate::contender::{Contender, Item, Setup};
use crate::jobs::Timed;
use crate::jobs::pairs::{OneThread, RoundTrip};
use crate::jobs::tasks::{PingPong, Stream};
use crate::jobs::transfer::{Batches, Transfer};
use crate::jobs::wake_up::WakeUp;
use crate::jobs::{completion, priority};
use crate::ours;
use crate::peers::{channel, pair, shared, waiting};
use crate::priority::{AsyncPriorityChannel, Embassy, LockedHeap, Ours, PriorityQueue};
use crate::race::Cores;
use crate::watchdog;
use ringway::metrics::StdClock;

/// The setup of everything that needs one thread only.
pub const ONE_THREAD: Setup = Setup::pair(64);

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

/// The row of one contender in a table, without the contender's type. Each table has rows of a type of its own, so
/// that a program is compiled with what it measures only.
pub trait QueueRow: Sized {
    fn of_queue<K: Contender>() -> Self;

    /// Of a queue in the tables with one producer and one consumer.
    fn of_pair_queue<K: Contender>() -> Self {
        Self::of_queue::<K>()
    }
}

/// The same for channels.
pub trait ChannelRow: Sized {
    fn of_channel<K: Channel>() -> Self;
}

/// The same for counters of tasks.
pub trait CompletionRow: Sized {
    fn of_completion<K: Completion>() -> Self;
}

/// The same for queues with priorities.
pub trait PriorityRow: Sized {
    fn of_priority<K: PriorityQueue>() -> Self;
}

/// Contenders in the tables with one producer and one consumer.
pub fn pairs<R: QueueRow>() -> Vec<R> {
    vec![
        R::of_pair_queue::<ours::Spsc>(),
        R::of_pair_queue::<ours::BoxedSpsc>(),
        R::of_pair_queue::<pair::Rtrb>(),
        R::of_pair_queue::<pair::RingbufHeap>(),
        R::of_pair_queue::<pair::HeaplessSpsc>(),
        R::of_pair_queue::<pair::GilSpsc>(),
        R::of_pair_queue::<pair::OmangoSpsc>(),
        R::of_pair_queue::<pair::NexusSpsc>(),
        R::of_pair_queue::<shared::ArrayQueue>(),
    ]
}

/// Contenders in the tables with several producers or consumers.
pub fn many<R: QueueRow>() -> Vec<R> {
    vec![
        R::of_queue::<ours::Mpmc>(),
        R::of_queue::<ours::BoxedMpmc>(),
        R::of_queue::<shared::ArrayQueue>(),
        R::of_queue::<channel::CrossbeamChannel>(),
        R::of_queue::<shared::HeaplessMpmc>(),
        R::of_queue::<shared::ThingBuf>(),
        R::of_queue::<shared::ConcurrentQueue>(),
        R::of_queue::<shared::Lfqueue>(),
        R::of_queue::<channel::GilMpmc>(),
        R::of_queue::<channel::OmangoMpmc>(),
    ]
}

/// Contenders in the tables of channels.
pub fn channels<R: ChannelRow>() -> Vec<R> {
    vec![
        R::of_channel::<ours::InlineChannel>(),
        R::of_channel::<ours::SharedChannel>(),
        R::of_channel::<ours::SpscChannel>(),
        R::of_channel::<waiting::TokioMpsc>(),
        R::of_channel::<waiting::AsyncChannel>(),
        R::of_channel::<waiting::Flume>(),
        R::of_channel::<waiting::Kanal>(),
        R::of_channel::<waiting::Crossfire>(),
        R::of_channel::<waiting::CrossfireSpsc>(),
        R::of_channel::<channel::CrossbeamChannel>(),
        R::of_channel::<waiting::ThingBufMpsc>(),
        R::of_channel::<waiting::Tachyonix>(),
        R::of_channel::<waiting::EmbassyChannel>(),
        R::of_channel::<waiting::SyncChannel>(),
    ]
}

/// The rings below our channels: they show what being a channel costs those who do not wait.
pub fn bare_rings<R: QueueRow>() -> Vec<R> {
    vec![R::of_queue::<ours::Mpmc>(), R::of_queue::<ours::BoxedMpmc>()]
}

/// Contenders in the tables of completion.
pub fn completions<R: CompletionRow>() -> Vec<R> {
    vec![
        R::of_completion::<&ringway::task::Tracker>(),
        R::of_completion::<crossbeam_utils::sync::WaitGroup>(),
        R::of_completion::<tokio_util::task::TaskTracker>(),
    ]
}

/// Contenders in the tables of priorities.
pub fn priorities<R: PriorityRow>() -> Vec<R> {
    vec![
        R::of_priority::<Ours>(),
        R::of_priority::<LockedHeap>(),
        R::of_priority::<Embassy>(),
        R::of_priority::<AsyncPriorityChannel>(),
    ]
}

/// A queue without a meter and with one, to show what metrics cost per message.
pub fn metered<R: QueueRow>() -> Vec<R> {
    vec![
        R::of_queue::<ours::Mpmc>(),
        R::of_queue::<ours::MeteredMpmc<ours::Counted, 1>>(),
        R::of_queue::<ours::MeteredMpmc<ours::Counted, 16>>(),
        R::of_queue::<ours::MeteredMpmc<StdClock, 1>>(),
        R::of_queue::<ours::MeteredMpmc<StdClock, 16>>(),
    ]
}

/// Enters the first, with which the others are compared, a second time.
fn with_noise(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.insert(1, Entry { name: AGAIN, ..entries[0] });
    entries
}

/// Additional contenders where only the producers are several.
fn many_producers() -> [Entry; 2] {
    [Entry::of_queue::<channel::GilMpsc>(), Entry::of_queue::<channel::NexusMpsc>()]
}

/// Additional contenders where only the consumers are several.
fn many_consumers() -> [Entry; 2] {
    [Entry::of_queue::<channel::GilSpmc>(), Entry::of_queue::<channel::NexusSpmc>()]
}

/// Entrants of the cases with waiting.
pub fn channel_entrants(case: &Case) -> Vec<Entry> {
    with_noise(match case.kind {
        Kind::OneThread => channels().into_iter().chain(bare_rings()).collect(),
        _ => channels(),
    })
}

/// Entrants of the cases with the optional layers.
pub fn layer_entrants(case: &Case) -> Vec<Entry> {
    with_noise(match case.kind {
        Kind::Completion => completions(),
        Kind::Priority => priorities(),
        _ => metered(),
    })
}

/// Names those who may enter a case. Benches of one family pass theirs, so that they are not
/// compiled with the contenders of the other.
pub type Entrants = fn(&Case) -> Vec<Entry>;

/// Entrants of the cases with one producer and one consumer.
pub fn pair_entrants(_: &Case) -> Vec<Entry> {
    with_noise(pairs())
}

/// Entrants of the cases with several.
pub fn many_entrants(case: &Case) -> Vec<Entry> {
    let mut entries = with_noise(many());
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
    let together = Together { cores, batches: case.kind == Kind::Batches };
    let alone = K::run::<T, _>(setup, Alone { capacity: setup.capacity })?;
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
        Kind::Tasks(placed) => K::tasks(setup, Stream { cores, placed, capacity, items }),
        Kind::PingPong(placed) => {
            K::tasks(setup, PingPong::<K> { cores, placed, setup, items, kind: PhantomData }).flatten()
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
    let alone = K::run::<u64, _>(case.setup, Alone { capacity: case.setup.capacity })?;
    let together = match case.kind {
        Kind::Tasks(placed) | Kind::PingPong(placed) => {
            K::tasks(case.setup, TasksTogether { cores, placed })?
        }
        Kind::Threads | Kind::WakeUp => K::threads(case.setup, Together { cores, batches: false })?,
        _ => K::run::<u64, _>(case.setup, Together { cores, batches: false })?,
    };
    Some(alone.and_then(|found| together.map(|()| found)))
}
