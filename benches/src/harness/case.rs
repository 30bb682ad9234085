//! What is measured.

use crate::interface::queue::Setup;

/// The setup of everything that needs one thread only.
pub const ONE_THREAD: Setup = Setup::pair(64);

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
    Tasks(Placement),
    /// One item there and back through two channels, between two tasks.
    PingPong(Placement),
    /// Items stream between tasks that tokio spawns, on so many workers; none is the runtime of one
    /// thread.
    Spawned { workers: usize },
    /// Items stream between threads that sleep when they have to wait.
    Threads,
    /// From a send to the return of a receive that slept.
    WakeUp,
    /// Tasks are counted and done.
    Completion,
    /// Values of several priorities are pushed, and the most urgent popped.
    Priority,
    /// Objects of a pool are taken and returned.
    Pool,
}

/// Where the tasks of a case run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// All on one thread.
    OneThread,
    /// Each on a thread of its own.
    ThreadPerTask,
}

/// What travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// One `u64`.
    Word,
    /// 64 bytes.
    Line,
}

/// The capacity of the imbalance curve.
pub(crate) const CURVE_CAPACITY: usize = 1_024;

/// One table: a kind of load on one setup.
#[derive(Clone, Debug)]
pub struct Case {
    /// `family/load/capacity`, what the filter looks at.
    pub name: String,
    pub setup: Setup,
    pub kind: Kind,
    pub payload: Payload,
}

pub(crate) const STREAM: Kind = Kind::Transfer { producer_work: 0, consumer_work: 0 };

impl Case {
    pub(crate) fn new(name: String, setup: Setup, kind: Kind) -> Self {
        Self { name, setup, kind, payload: Payload::Word }
    }

    /// Push and pop in turn on one thread.
    pub(crate) fn one_thread(family: &str) -> Self {
        let name = format!("{family}/one thread/{}", ONE_THREAD.capacity);
        Self::new(name, ONE_THREAD, Kind::OneThread)
    }

    pub(crate) fn with_lines(self) -> Self {
        Self { payload: Payload::Line, ..self }
    }

    /// Whether this is the middle of the imbalance curve.
    pub fn is_balanced(&self) -> bool {
        self.kind == STREAM && self.payload == Payload::Word && self.setup == Setup::pair(CURVE_CAPACITY)
    }

    /// The items of a sample are a multiple of this: divisible by every number of threads on one
    /// side and by the batch.
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
