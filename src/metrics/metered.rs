//! A queue that is timed.

use super::Clock;
use super::meter::{Meter, Snapshot, Stamped, Ticket};
use crate::mpmc::{QueueInner, Storage, View};
use crate::priority::{Policy, Priority};
use crate::spsc::{Consumer, Producer};
use crate::stack::Stack;
use crate::{Full, PushError};
use core::fmt;
use core::ops::{Deref, DerefMut};

/// A queue `Q` of [`Stamped`] values and a [`Meter`] that times them.
///
/// `M` leads to the meter: a reference to one in a `static`, or an `Arc` of one. The two ends of an SPSC queue
/// are metered one by one, with the same meter; the levels of a [`Priority`](crate::priority::Priority) with one
/// each.
///
/// ```
/// use ringway::metrics::{ManualClock, Meter, Metered};
/// use ringway::{mpmc, priority, spsc};
///
/// let clock = ManualClock::new(1000);
/// let meter = Meter::<_, 1, 30>::new(&clock);
///
/// let jobs = Metered::new(mpmc::Queue::<_, 8>::new(), &meter);
/// jobs.push("job").unwrap();
/// clock.advance(3);
/// assert_eq!(jobs.pop(), Some("job"));
/// assert_eq!(meter.waiting().max(), 3);
///
/// let mut queue = spsc::Queue::<_, 8>::new();
/// let (producer, consumer) = queue.split();
/// let (mut producer, mut consumer) = (Metered::new(producer, &meter), Metered::new(consumer, &meter));
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

/// A queue that several contexts share: what [`Metered`] needs of it.
pub trait SharedQueue {
    /// What goes through it.
    type Value;

    /// Puts a value in.
    fn push(&self, value: Self::Value) -> Result<(), Full<Self::Value>>;
    /// Takes a value out.
    fn pop(&self) -> Option<Self::Value>;
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T, St: Storage<T>> SharedQueue for QueueInner<T, St> {
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
    /// A queue with its meter.
    pub const fn new(queue: Q, meter: M) -> Self {
        Self { queue, meter }
    }

    /// The queue. What is pushed to it or popped from it here goes by the meter, but for its stamps.
    pub fn queue(&self) -> &Q {
        &self.queue
    }
}

/// One push, by whatever way the queue offers.
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
    /// Puts a value in.
    ///
    /// **Guarantees**: those of the queue. **Complexity**: that of the queue's push and its `len`, and of
    /// [`Meter::stamp`] and [`Meter::on_push`]. **Errors**: [`Full`] gives the value back. Never panics.
    #[inline]
    pub fn push(&self, value: T) -> Result<(), Full<T>> {
        push(&self.meter, value, |stamped| self.queue.push(stamped).map(|()| self.queue.len()))
    }

    /// Takes a value out.
    ///
    /// **Guarantees**: those of the queue. **Complexity**: that of the queue's pop and of [`Meter::on_pop`].
    /// Never panics.
    #[inline]
    pub fn pop(&self) -> Option<T> {
        self.queue.pop().map(|arrival| self.meter.on_pop(arrival))
    }

    /// Takes a value out whose service is timed too: until the guard goes.
    ///
    /// **Guarantees**: those of the queue. **Complexity**: that of the queue's pop and of [`Meter::on_start`].
    /// Never panics.
    #[inline]
    pub fn begin(&self) -> Option<InService<'_, T, C, EVERY, OCTAVES>> {
        self.queue.pop().map(|arrival| InService::new(&self.meter, arrival))
    }

    /// The counts, and the length of the queue.
    ///
    /// **Complexity**: that of the queue's `len`, and five loads. Never panics.
    pub fn snapshot(&self) -> Snapshot {
        self.meter.snapshot(self.queue.len())
    }

    /// The meter.
    pub fn meter(&self) -> &Meter<C, EVERY, OCTAVES> {
        &self.meter
    }
}

impl<T, C, M, const EVERY: usize, const OCTAVES: usize> Metered<Producer<'_, Stamped<T, C>>, M>
where
    C: Clock,
    M: Deref<Target = Meter<C, EVERY, OCTAVES>>,
{
    /// Puts a value in.
    ///
    /// **Guarantees**: wait-free but for the counting: see [`Meter::stamp`]. **Complexity**: that of
    /// [`Producer::push`] and [`Producer::len`], of [`Meter::stamp`] and [`Meter::on_push`].
    /// **Errors**: [`Full`] gives the value back. Never panics.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), Full<T>> {
        let producer = &mut self.queue;
        push(&self.meter, value, |stamped| producer.push(stamped).map(|()| producer.len()))
    }
}

impl<T, C, M, const EVERY: usize, const OCTAVES: usize> Metered<Consumer<'_, Stamped<T, C>>, M>
where
    C: Clock,
    M: Deref<Target = Meter<C, EVERY, OCTAVES>>,
{
    /// Takes the oldest value out.
    ///
    /// **Guarantees**: wait-free but for the counting: see [`Meter::on_pop`]. **Complexity**: that of
    /// [`Consumer::pop`] and of [`Meter::on_pop`]. Never panics.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.queue.pop().map(|arrival| self.meter.on_pop(arrival))
    }

    /// Takes the oldest value out; its service is timed too, until the guard goes.
    ///
    /// **Guarantees** and **Complexity**: as [`pop`](Self::pop), with [`Meter::on_start`]. Never panics.
    #[inline]
    pub fn begin(&mut self) -> Option<InService<'_, T, C, EVERY, OCTAVES>> {
        self.queue.pop().map(|arrival| InService::new(&self.meter, arrival))
    }

    /// The counts, and the length of the queue.
    ///
    /// **Complexity**: seven loads. Never panics.
    pub fn snapshot(&self) -> Snapshot {
        self.meter.snapshot(self.queue.len())
    }
}

/// One level of a metered [`Priority`]: see [`Metered::level`].
pub type MeteredLevel<'q, T, C, const EVERY: usize, const OCTAVES: usize> =
    Metered<View<'q, Stamped<T, C>>, &'q Meter<C, EVERY, OCTAVES>>;

impl<T, C, M, P, const L: usize, const N: usize, const S: usize, const EVERY: usize, const OCTAVES: usize>
    Metered<Priority<Stamped<T, C>, L, N, P, S>, M>
where
    P: Policy<L>,
    C: Clock,
    M: Deref<Target = [Meter<C, EVERY, OCTAVES>; L]>,
{
    /// Puts a value in, at a level.
    ///
    /// **Guarantees**: those of the queue. **Complexity**: that of the queue's push and the `len` of the level, and
    /// of [`Meter::stamp`] and [`Meter::on_push`]. **Errors**: [`PushError`] gives the value back. Never panics.
    #[inline]
    pub fn push(&self, level: usize, value: T) -> Result<(), PushError<T>> {
        match self.level(level) {
            Some(queue) => queue.push(value).map_err(|Full(value)| PushError::Full(value)),
            None => Err(PushError::NoSuchLevel(value)),
        }
    }

    /// Takes a value out, with its level.
    ///
    /// **Guarantees**: those of the queue. **Complexity**: that of the queue's pop and of [`Meter::on_pop`].
    /// Never panics.
    #[inline]
    pub fn pop(&self) -> Option<(usize, T)> {
        let (level, arrival) = self.queue.pop()?;
        let meter = self.meter.get(level)?;
        Some((level, meter.on_pop(arrival)))
    }

    /// Takes a value out, with its level; its service is timed too: until the guard goes.
    ///
    /// **Guarantees**: those of the queue. **Complexity**: that of the queue's pop and of [`Meter::on_start`].
    /// Never panics.
    #[inline]
    pub fn begin(&self) -> Option<(usize, InService<'_, T, C, EVERY, OCTAVES>)> {
        let (level, arrival) = self.queue.pop()?;
        let meter = self.meter.get(level)?;
        Some((level, InService::new(meter, arrival)))
    }

    /// One level as a metered queue.
    ///
    /// **Complexity**: no atomic operation. **Errors**: `None` if there is no level of that number. Never panics.
    #[inline]
    pub fn level(&self, level: usize) -> Option<MeteredLevel<'_, T, C, EVERY, OCTAVES>> {
        Some(Metered::new(self.queue.level(level)?, self.meter.get(level)?))
    }
}

/// A value in service. Its times are noted when it is [finished](Self::finish) or dropped.
///
/// Forgotten ([`core::mem::forget`]), it stays in service for ever, and its value is never dropped.
pub struct InService<'m, T, C: Clock, const EVERY: usize, const OCTAVES: usize> {
    // In this order: dropping the value is part of the service.
    value: T,
    ending: StopClockOnDrop<'m, C, EVERY, OCTAVES>,
}

/// Notes the end of a service when it goes.
struct StopClockOnDrop<'m, C: Clock, const EVERY: usize, const OCTAVES: usize> {
    ticket: Option<Ticket<C>>,
    meter: &'m Meter<C, EVERY, OCTAVES>,
}

impl<C: Clock, const EVERY: usize, const OCTAVES: usize> Drop for StopClockOnDrop<'_, C, EVERY, OCTAVES> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.meter.on_finish(ticket);
        }
    }
}

impl<'m, T, C: Clock, const EVERY: usize, const OCTAVES: usize> InService<'m, T, C, EVERY, OCTAVES> {
    #[inline]
    fn new(meter: &'m Meter<C, EVERY, OCTAVES>, arrival: Stamped<T, C>) -> Self {
        let (value, ticket) = meter.on_start(arrival);
        Self { value, ending: StopClockOnDrop { ticket: Some(ticket), meter } }
    }

    /// Ends the service, and gives the value out.
    ///
    /// **Complexity**: that of [`Meter::on_finish`]. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::<_>::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 8>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// let job = jobs.begin().unwrap();
    /// assert_eq!(jobs.snapshot().in_service, 1);
    /// meter.clock().advance(4);
    /// assert_eq!(job.finish(), "job");
    /// assert_eq!((meter.service().max(), jobs.snapshot().in_service), (4, 0));
    /// ```
    #[inline]
    pub fn finish(self) -> T {
        drop(self.ending);
        self.value
    }

    /// The value, and a ticket that goes to [`Meter::on_finish`] when its service is over: for a service that ends
    /// elsewhere.
    ///
    /// **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::<_>::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 8>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// let (job, ticket) = jobs.begin().unwrap().into_parts();
    /// meter.clock().advance(4);
    /// meter.on_finish(ticket);
    /// assert_eq!((job, meter.service().max()), ("job", 4));
    /// ```
    pub fn into_parts(mut self) -> (T, Ticket<C>) {
        let ticket = self.ending.ticket.take().unwrap_or_default();
        (self.value, ticket)
    }
}

impl<T, C: Clock, const EVERY: usize, const OCTAVES: usize> Deref for InService<'_, T, C, EVERY, OCTAVES> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, C: Clock, const EVERY: usize, const OCTAVES: usize> DerefMut for InService<'_, T, C, EVERY, OCTAVES> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug, C: Clock, const EVERY: usize, const OCTAVES: usize> fmt::Debug
    for InService<'_, T, C, EVERY, OCTAVES>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InService").field(&self.value).finish()
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

#[cfg(feature = "defmt")]
impl<T: defmt::Format, C: Clock, const EVERY: usize, const OCTAVES: usize> defmt::Format
    for InService<'_, T, C, EVERY, OCTAVES>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        self.value.format(f);
    }
}
