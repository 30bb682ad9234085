//! What is measured.

use crate::contender::Setup;
use crate::jobs::tasks::Placed;
use crate::roster::ONE_THREAD;

/// A loop and its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Items stream through, with extra multiplications per item on each side.
    Transfer { producer_work: u32, consumer_work: u32 },
    /// Items stream through in the queue's own batches.
    Batches,
    /// One item there and back through two queues.
    RoundTrip,
    /// Push and pop in turn on one thread.
    OneThread,
    /// Items stream between tasks.
    Tasks(Placed),
    /// One item there and back through two channels, between two tasks.
    PingPong(Placed),
    /// Items stream between threads that sleep when they have to wait.
    Threads,
    /// From a send to the return of a receive that slept.
    WakeUp,
    /// Tasks are counted and done.
    Completion,
    /// Values of several priorities are pushed, and the most urgent popped.
    Priority,
    /// Nothing is run: the mean of other cases.
    Mean,
}

/// What travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// One `u64`.
    Word,
    /// 64 bytes.
    Line,
}

/// One table: a kind of load on one setup.
#[derive(Clone, Debug)]
pub struct Case {
    /// `family/load/capacity`, what the filter looks at.
    pub name: String,
    pub setup: Setup,
    pub kind: Kind,
    pub payload: Payload,
}

const STREAM: Kind = Kind::Transfer { producer_work: 0, consumer_work: 0 };

impl Case {
    /// A case that only carries figures computed from others.
    pub(crate) fn mean(name: String) -> Self {
        Self::new(name, Setup::pair(CURVE_CAPACITY), Kind::Mean)
    }

    fn new(name: String, setup: Setup, kind: Kind) -> Self {
        Self { name, setup, kind, payload: Payload::Word }
    }

    fn with_lines(self) -> Self {
        Self { payload: Payload::Line, ..self }
    }

    /// Whether this is the middle of the imbalance curve.
    pub fn is_balanced(&self) -> bool {
        self.kind == STREAM && self.payload == Payload::Word && self.setup == Setup::pair(CURVE_CAPACITY)
    }

    /// The items of a lap are a multiple of this: divisible by every number of threads on one side and by the
    /// batch.
    pub fn grain(&self) -> u64 {
        match self.kind {
            // Each takes long.
            Kind::WakeUp => 16,
            _ => 256.max(self.setup.producers as u64),
        }
    }

    /// Its place on the imbalance curve: negative when the producer is slower.
    pub fn imbalance(&self) -> Option<i32> {
        match self.kind {
            STREAM => None,
            Kind::Transfer { producer_work, consumer_work } => {
                Some(consumer_work as i32 - producer_work as i32)
            }
            _ => None,
        }
    }
}

/// Capacities of the SPSC tables.
const PAIR_CAPACITIES: [usize; 3] = [64, 1_024, 65_536];
/// Capacities of the MPMC tables.
const SHARED_CAPACITIES: [usize; 2] = [64, 1_024];
/// Multiplications of the slower side on the imbalance curve.
const WORK: [u32; 4] = [1, 2, 4, 8];
const CURVE_CAPACITY: usize = 1_024;
const ROUND_TRIP_CAPACITY: usize = 64;
/// Tasks that wait at one full channel.
const WAITERS: usize = 1_024;

pub fn spsc() -> Vec<Case> {
    let words = PAIR_CAPACITIES
        .map(|capacity| Case::new(format!("spsc/u64/{capacity}"), Setup::pair(capacity), STREAM));
    let lines = PAIR_CAPACITIES.map(|capacity| {
        let name = format!("spsc/64-byte items/{capacity}");
        Case::new(name, Setup::pair(capacity), STREAM).with_lines()
    });
    let mut cases: Vec<_> = words.into_iter().chain(lines).collect();
    cases.extend(WORK.iter().rev().map(|&work| slow_side("producer", work, 0)));
    cases.extend(WORK.iter().map(|&work| slow_side("consumer", 0, work)));
    cases.push(one_thread("spsc"));
    cases
}

fn slow_side(side: &str, producer_work: u32, consumer_work: u32) -> Case {
    let work = producer_work + consumer_work;
    Case::new(
        format!("spsc/{side} slower by {work}/{CURVE_CAPACITY}"),
        Setup::pair(CURVE_CAPACITY),
        Kind::Transfer { producer_work, consumer_work },
    )
}

fn one_thread(family: &str) -> Case {
    Case::new(format!("{family}/one thread/{}", ONE_THREAD.capacity), ONE_THREAD, Kind::OneThread)
}

pub fn batch() -> Vec<Case> {
    let cases = PAIR_CAPACITIES.map(|capacity| {
        let name = format!("spsc/batches of 32/{capacity}");
        Case::new(name, Setup::pair(capacity), Kind::Batches)
    });
    cases.into()
}

pub fn mpmc() -> Vec<Case> {
    let mut cases = Vec::new();
    for (producers, consumers) in [(1, 1), (2, 2), (4, 4), (2, 1), (1, 2)] {
        cases.extend(SHARED_CAPACITIES.map(|capacity| {
            let setup = Setup { capacity, producers, consumers };
            let name = format!("{}/{producers}P{consumers}C/{capacity}", family(setup));
            Case::new(name, setup, STREAM)
        }));
    }
    cases.push(one_thread("mpmc"));
    cases
}

fn family(setup: Setup) -> &'static str {
    match (setup.producers, setup.consumers) {
        (2.., 1) => "mpsc",
        (1, 2..) => "spmc",
        _ => "mpmc",
    }
}

/// Both families: the round trip shows what a queue of the other kind would cost.
pub fn latency() -> [Case; 2] {
    ["spsc", "mpmc"].map(|family| {
        Case::new(
            format!("{family}/round trip/{ROUND_TRIP_CAPACITY}"),
            Setup::pair(ROUND_TRIP_CAPACITY),
            Kind::RoundTrip,
        )
    })
}

/// Channels: at once, between tasks, between threads that sleep.
pub fn channel() -> Vec<Case> {
    let case =
        |load: &str, setup: Setup, kind| Case::new(format!("channel/{load}/{}", setup.capacity), setup, kind);
    let pair = Setup::pair(ROUND_TRIP_CAPACITY);
    let mut cases = vec![
        case("try_send + try_recv", ONE_THREAD, Kind::OneThread),
        case("async, one thread", pair, Kind::Tasks(Placed::Together)),
        case("async ping-pong, one thread", pair, Kind::PingPong(Placed::Together)),
        case("async ping-pong, two threads", pair, Kind::PingPong(Placed::Apart)),
    ];
    let crowd = Setup { producers: WAITERS, ..pair };
    cases.push(case(&format!("async, {WAITERS} waiting senders"), crowd, Kind::Tasks(Placed::Together)));
    for capacity in SHARED_CAPACITIES {
        cases.push(case("async, two threads", Setup::pair(capacity), Kind::Tasks(Placed::Apart)));
    }
    for ends in [1, 2, 4] {
        for capacity in SHARED_CAPACITIES {
            let setup = Setup { capacity, producers: ends, consumers: ends };
            cases.push(case(&format!("blocking {ends}P{ends}C"), setup, Kind::Threads));
        }
    }
    cases.push(case("wake-up of a thread", pair, Kind::WakeUp));
    cases
}

/// What the optional layers cost: priorities, completion, metrics.
pub fn layers() -> Vec<Case> {
    let shared_by = |name: &str, threads: usize, kind| {
        let setup = Setup { capacity: 1, producers: threads, consumers: threads };
        Case::new(format!("{name}/{threads} working"), setup, kind)
    };
    vec![
        shared_by("priority", 1, Kind::Priority),
        shared_by("priority", 2, Kind::Priority),
        shared_by("completion", 1, Kind::Completion),
        shared_by("completion", 2, Kind::Completion),
        one_thread("metrics"),
    ]
}
