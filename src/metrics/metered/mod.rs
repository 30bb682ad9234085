//! A queue whose values are counted and timed.

mod priority;
mod spsc;

use super::{Clock, InService, Meter, Snapshot, Stamped};
use crate::Full;
use crate::mpmc::{QueueInner, Storage};
use crate::stack::Stack;
use core::fmt;
use core::ops::Deref;

pub use self::priority::MeteredLevel;

/// A queue `Q` of [`Stamped`] values and a [`Meter`] that times them.
///
/// `M` dereferences to the meter: a reference to one in a `static`, or an `Arc` of one. The two
/// ends of an SPSC queue are metered separately, with the same meter; the levels of a
/// [`Priority`](crate::priority::Priority) have one each.
///
/// ```
/// use ringway::metrics::{ManualClock, Meter, Metered};
/// use ringway::{mpmc, priority, spsc};
///
/// let clock = ManualClock::new(1000);
/// let meter = Meter::<_, 1, 30>::with_clock(&clock);
///
/// let jobs = Metered::new(mpmc::Queue::<_, 8>::new(), &meter);
/// jobs.push("job").unwrap();
/// clock.advance(3);
/// assert_eq!(jobs.pop(), Some("job"));
/// assert_eq!(meter.waiting().max(), 3);
///
/// let mut queue = spsc::Queue::<_, 8>::new();
/// let (producer, consumer) = queue.split();
/// let mut producer = Metered::new(producer, &meter);
/// let mut consumer = Metered::new(consumer, &meter);
/// producer.push("other").unwrap();
/// clock.advance(5);
/// assert_eq!(consumer.pop(), Some("other"));
/// assert_eq!(meter.waiting().max(), 5);
///
/// let meters: [Meter<_>; 2] = [Meter::new(&clock), Meter::new(&clock)];
/// let jobs = Metered::new(priority::Priority::<_, 2, 8>::new(), &meters);
/// jobs.push(1, "backup").unwrap();
/// clock.advance(7);
/// assert_eq!(jobs.pop(), Some((1, "backup")));
/// assert_eq!((meters[0].waiting().max(), meters[1].waiting().max()), (0, 7));
/// ```
pub struct Metered<Q, M> {
    pub(super) queue: Q,
    pub(super) meter: M,
}

/// A queue that is used through a shared reference, as [`Metered`] does.
///
/// Implemented by the MPMC queues and the [`Stack`]; implement it to meter a queue of your own.
pub trait SharedQueue {
    /// The type of the values in the queue.
    type Value;

    /// Pushes a value, or returns it in the error if the queue is full.
    fn push(&self, value: Self::Value) -> Result<(), Full<Self::Value>>;
    /// Pops a value, or returns `None` if the queue is empty.
    fn pop(&self) -> Option<Self::Value>;
    /// Returns the number of values in the queue.
    fn len(&self) -> usize;
    /// Returns `true` if there is no value in the queue.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T, St: Storage<Value = T>> SharedQueue for QueueInner<T, St> {
    type Value = T;

    #[inline]
    fn push(&self, value: T) -> Result<(), Full<T>> {
        self.push(value)
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        self.pop()
    }

    #[inline]
    fn len(&self) -> usize {
        self.len()
    }
}

impl<T, const N: usize, const S: usize> SharedQueue for Stack<T, N, S> {
    type Value = T;

    #[inline]
    fn push(&self, value: T) -> Result<(), Full<T>> {
        self.push(value)
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        self.pop()
    }

    #[inline]
    fn len(&self) -> usize {
        self.len()
    }
}

impl<Q, M> Metered<Q, M> {
    /// Creates a metered queue from a queue and a meter.
    ///
    /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 8>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// assert_eq!(jobs.pop(), Some("job"));
    /// ```
    pub const fn new(queue: Q, meter: M) -> Self {
        Self { queue, meter }
    }

    /// Returns the queue. The meter does not count what is pushed to it or popped from it here;
    /// only the stamps of the values remain.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 1>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// assert!(jobs.queue().is_full());
    /// ```
    pub fn queue(&self) -> &Q {
        &self.queue
    }
}

/// Pushes a value with `push`, which returns the length of the queue after it, and counts it.
#[inline]
fn push<T, C: Clock, const EVERY: usize, const OCTAVES: usize>(
    meter: &Meter<C, EVERY, OCTAVES>,
    value: T,
    push: impl FnOnce(Stamped<T, C>) -> Result<usize, Full<Stamped<T, C>>>,
) -> Result<(), Full<T>> {
    match push(meter.stamp(value)) {
        Ok(length) => {
            meter.on_push(length);
            Ok(())
        }
        Err(Full(rejected)) => Err(Full(meter.on_full(rejected))),
    }
}

impl<Q, T, C, M, const EVERY: usize, const OCTAVES: usize> Metered<Q, M>
where
    Q: SharedQueue<Value = Stamped<T, C>>,
    C: Clock,
    M: Deref<Target = Meter<C, EVERY, OCTAVES>>,
{
    /// Pushes a value, and counts it.
    ///
    /// **Guarantees**: those of the queue; counting is lock-free: see [`Meter::stamp`].
    /// **Complexity**: that of the queue's push and `len`, of [`Meter::stamp`] and of
    /// [`Meter::on_push`] or [`Meter::on_full`].
    /// **Errors**: [`Full`] with the value if the queue is full. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 1>::new(), &meter);
    /// assert!(jobs.push(1).is_ok());
    /// assert!(jobs.push(2).is_err());
    /// assert_eq!(jobs.snapshot().rejected, 1);
    /// ```
    #[inline]
    pub fn push(&self, value: T) -> Result<(), Full<T>> {
        push(&self.meter, value, |stamped| self.queue.push(stamped).map(|()| self.queue.len()))
    }

    /// Pops a value, and records its waiting time. Returns `None` if the queue is empty.
    ///
    /// **Guarantees**: those of the queue; recording is lock-free: see [`Meter::on_pop`].
    /// **Complexity**: that of the queue's pop and of [`Meter::on_pop`]. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 1>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// meter.clock().advance(7);
    /// assert_eq!((jobs.pop(), meter.waiting().max()), (Some("job"), 7));
    /// ```
    #[inline]
    pub fn pop(&self) -> Option<T> {
        self.queue.pop().map(|arrival| self.meter.on_pop(arrival))
    }

    /// Pops a value, and times its service until the guard is dropped. Returns `None` if the queue
    /// is empty.
    ///
    /// **Guarantees**: those of the queue; recording is lock-free: see [`Meter::on_start`].
    /// **Complexity**: that of the queue's pop and of [`Meter::on_start`]. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 1>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// let job = jobs.begin().unwrap();
    /// meter.clock().advance(7);
    /// drop(job);
    /// assert_eq!(meter.service().max(), 7);
    /// ```
    #[inline]
    pub fn begin(&self) -> Option<InService<'_, T, C, EVERY, OCTAVES>> {
        self.queue.pop().map(|arrival| InService::new(&self.meter, arrival))
    }

    /// Returns the counts, and the length of the queue.
    ///
    /// **Guarantees**: those of the queue's `len`.
    /// **Complexity**: that of the queue's `len`, and five loads. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 1>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// assert_eq!((jobs.snapshot().length, jobs.snapshot().offered), (1, 1));
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        self.meter.snapshot(self.queue.len())
    }

    /// Returns the meter.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 1>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// jobs.pop();
    /// assert_eq!(jobs.meter().waiting().count(), 1);
    /// ```
    pub fn meter(&self) -> &Meter<C, EVERY, OCTAVES> {
        &self.meter
    }
}

impl<Q: fmt::Debug, M: fmt::Debug> fmt::Debug for Metered<Q, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metered").field("queue", &self.queue).field("meter", &self.meter).finish()
    }
}

#[cfg(feature = "defmt")]
impl<Q: defmt::Format, M: defmt::Format> defmt::Format for Metered<Q, M> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Metered {{ queue: {}, meter: {} }}", self.queue, self.meter);
    }
}
