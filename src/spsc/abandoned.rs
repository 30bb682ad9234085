//! Whether the other end of a queue is gone.

use super::{Consumer, Producer};

// In both, the memory of the queue outlives the call: an end that owns it gives up its share
// afterwards.

impl<T> Drop for Producer<'_, T> {
    fn drop(&mut self) {
        self.end.leave();
    }
}

impl<T> Drop for Consumer<'_, T> {
    fn drop(&mut self) {
        self.end.leave();
    }
}

impl<T> Producer<'_, T> {
    /// Returns `true` if the [`Consumer`] was dropped, so that no value is popped any more. It
    /// stays `true` for as long as this end lives.
    ///
    /// Values can still be pushed. The queue drops them, or the next ends of a queue that is
    /// [`split`](super::Queue::split) again find them. A consumer that is forgotten
    /// ([`core::mem::forget`]) counts as one that lives.
    ///
    /// **Guarantees**: wait-free; if `true`, all that the consumer did happened before; may be
    /// called in an interrupt handler. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 3>::new();
    /// let (mut producer, consumer) = queue.split();
    /// assert!(!producer.is_abandoned());
    /// drop(consumer);
    /// assert!(producer.is_abandoned());
    /// assert_eq!(producer.push(1), Ok(()));
    /// ```
    pub fn is_abandoned(&self) -> bool {
        self.end.is_abandoned()
    }
}

impl<T> Consumer<'_, T> {
    /// Returns `true` if the [`Producer`] was dropped, so that no value is pushed any more. It
    /// stays `true` for as long as this end lives.
    ///
    /// Values that are left can still be popped: call this first, and then
    /// [`pop`](Consumer::pop). If the pop finds nothing, nothing will come. A producer that is
    /// forgotten ([`core::mem::forget`]) counts as one that lives.
    ///
    /// **Guarantees**: wait-free; if `true`, all that the producer did happened before: what it
    /// pushed is found; may be called in an interrupt handler. **Complexity**: one load. Never
    /// panics.
    ///
    /// ```
    /// let (mut producer, mut consumer) = ringway::spsc::BoxedQueue::new(3)?.into_split();
    /// let pushing = std::thread::spawn(move || (1..=3).for_each(|n| producer.push(n).unwrap()));
    /// let mut sum = 0;
    /// loop {
    ///     let was_last = consumer.is_abandoned();
    ///     sum += consumer.drain().sum::<i32>();
    ///     if was_last {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(sum, 6);
    /// # pushing.join().unwrap();
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn is_abandoned(&self) -> bool {
        self.end.is_abandoned()
    }
}
