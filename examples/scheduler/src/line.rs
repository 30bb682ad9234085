//! The queues in which jobs wait: those of ringway, and exact shortest job first for comparison.

use std::cell::RefCell;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use ringway::Full;
use ringway::metrics::{ManualClock, Stamped};
use ringway::mpmc::{BoxedQueue, Stats};
use ringway::priority::{CostClass, Policy, Priority};

use crate::workload::Job;

/// A job with the time at which it came.
pub(crate) type Arrival<'c> = Stamped<Job, &'c ManualClock>;

/// Where jobs wait.
pub(crate) trait Line<'c> {
    /// Lets a job in, or turns it away.
    fn push(&self, job: Arrival<'c>) -> Result<(), Arrival<'c>>;
    /// Whose turn it is.
    fn pop(&self) -> Option<Arrival<'c>>;
    fn len(&self) -> usize;
    /// What the queue knows about itself, if it is one queue.
    fn stats(&self) -> Option<Stats> {
        None
    }
}

/// First come, first served: a queue as it is.
impl<'c> Line<'c> for BoxedQueue<Arrival<'c>> {
    fn push(&self, job: Arrival<'c>) -> Result<(), Arrival<'c>> {
        self.push(job).map_err(Full::into_inner)
    }

    fn pop(&self) -> Option<Arrival<'c>> {
        self.pop()
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn stats(&self) -> Option<Stats> {
        Some(self.stats())
    }
}

/// Room for waiting jobs in each level.
const ROOM: usize = 1024;

/// A level for each class of jobs.
pub(crate) struct Classes<'c, const L: usize, P> {
    queue: Box<Priority<Arrival<'c>, L, ROOM, P>>,
    level_of: fn(&Job) -> usize,
}

impl<const L: usize, P: Policy<L>> Classes<'_, L, P> {
    pub(crate) fn new(policy: P, level_of: fn(&Job) -> usize) -> Self {
        Self { queue: Box::new(Priority::with_policy(policy)), level_of }
    }
}

impl<'c, const L: usize, P: Policy<L>> Line<'c> for Classes<'c, L, P> {
    fn push(&self, job: Arrival<'c>) -> Result<(), Arrival<'c>> {
        self.queue.push((self.level_of)(&job), job).map_err(|error| error.into_inner())
    }

    fn pop(&self) -> Option<Arrival<'c>> {
        self.queue.pop().map(|(_, job)| job)
    }

    fn len(&self) -> usize {
        self.queue.len()
    }
}

/// Urgent jobs first.
pub(crate) fn by_urgency(job: &Job) -> usize {
    usize::from(!job.is_urgent)
}

/// Classes of cost: eight, each of jobs up to twice as long as those of the one before.
pub(crate) const COST_CLASSES: usize = 8;

/// The first ends at 2¹⁸ ticks, about a quarter of a mean job.
pub(crate) const COST: CostClass<COST_CLASSES> = CostClass::new(SHORT);
pub(crate) const SHORT: u64 = 1 << 18;

/// Short jobs first.
pub(crate) fn by_cost(job: &Job) -> usize {
    COST.level(job.size)
}

/// The shortest job first, exactly: a heap, which neither bounds nor shares anything. The
/// yardstick.
#[derive(Default)]
pub(crate) struct Shortest<'c>(RefCell<BinaryHeap<Reverse<BySize<'c>>>>);

struct BySize<'c>(Arrival<'c>);

impl<'c> Line<'c> for Shortest<'c> {
    fn push(&self, job: Arrival<'c>) -> Result<(), Arrival<'c>> {
        self.0.borrow_mut().push(Reverse(BySize(job)));
        Ok(())
    }

    fn pop(&self) -> Option<Arrival<'c>> {
        self.0.borrow_mut().pop().map(|Reverse(BySize(job))| job)
    }

    fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

impl Ord for BySize<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.size.cmp(&other.0.size)
    }
}

impl PartialOrd for BySize<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for BySize<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for BySize<'_> {}
