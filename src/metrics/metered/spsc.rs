//! The two ends of a metered SPSC queue.

use super::{Metered, push};
use crate::Full;
use crate::metrics::{Clock, InService, Meter, Snapshot, Stamped};
use crate::spsc::{Consumer, Producer};
use core::ops::Deref;

impl<T, C, M, const EVERY: usize, const OCTAVES: usize> Metered<Producer<'_, Stamped<T, C>>, M>
where
    C: Clock,
    M: Deref<Target = Meter<C, EVERY, OCTAVES>>,
{
    /// Pushes a value to the back of the queue, and counts it.
    ///
    /// **Guarantees**: wait-free, except for counting: see [`Meter::stamp`] and [`Meter::on_push`].
    /// **Complexity**: that of [`Producer::push`] and [`Producer::len`], of [`Meter::stamp`] and of
    /// [`Meter::on_push`] or [`Meter::on_full`].
    /// **Errors**: [`Full`] with the value if the queue is full. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, spsc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let mut queue = Queue::<_, 1>::new();
    /// let (producer, consumer) = queue.split();
    /// let mut producer = Metered::new(producer, &meter);
    /// assert!(producer.push(1).is_ok());
    /// assert!(producer.push(2).is_err());
    /// assert_eq!(meter.snapshot(1).rejected, 1);
    /// ```
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
    /// Pops the value at the front of the queue, and records its waiting time. Returns `None` if
    /// the queue is empty.
    ///
    /// **Guarantees**: wait-free, except for recording: see [`Meter::on_pop`].
    /// **Complexity**: that of [`Consumer::pop`] and of [`Meter::on_pop`]. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, spsc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let mut queue = Queue::<_, 1>::new();
    /// let (producer, consumer) = queue.split();
    /// let mut producer = Metered::new(producer, &meter);
    /// let mut consumer = Metered::new(consumer, &meter);
    /// producer.push("job").unwrap();
    /// meter.clock().advance(7);
    /// assert_eq!((consumer.pop(), meter.waiting().max()), (Some("job"), 7));
    /// ```
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.queue.pop().map(|arrival| self.meter.on_pop(arrival))
    }

    /// Pops the value at the front of the queue, and times its service until the guard is dropped.
    /// Returns `None` if the queue is empty.
    ///
    /// **Guarantees**: wait-free, except for recording: see [`Meter::on_start`].
    /// **Complexity**: that of [`Consumer::pop`] and of [`Meter::on_start`]. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, spsc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let mut queue = Queue::<_, 1>::new();
    /// let (producer, consumer) = queue.split();
    /// let mut producer = Metered::new(producer, &meter);
    /// let mut consumer = Metered::new(consumer, &meter);
    /// producer.push("job").unwrap();
    /// let job = consumer.begin().unwrap();
    /// meter.clock().advance(7);
    /// assert_eq!((job.finish(), meter.service().max()), ("job", 7));
    /// ```
    #[inline]
    pub fn begin(&mut self) -> Option<InService<'_, T, C, EVERY, OCTAVES>> {
        self.queue.pop().map(|arrival| InService::new(&self.meter, arrival))
    }

    /// Returns the counts, and the length of the queue.
    ///
    /// **Guarantees**: wait-free. **Complexity**: seven loads. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, spsc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let mut queue = Queue::<_, 1>::new();
    /// let (producer, consumer) = queue.split();
    /// let mut producer = Metered::new(producer, &meter);
    /// let consumer = Metered::new(consumer, &meter);
    /// producer.push("job").unwrap();
    /// assert_eq!((consumer.snapshot().length, consumer.snapshot().offered), (1, 1));
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        self.meter.snapshot(self.queue.len())
    }
}
