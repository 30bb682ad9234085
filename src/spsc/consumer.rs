//! The end that pops.

use super::KeepAlive;
use super::iter::{Drain, Iter, IterMut};
use super::read_chunk::ReadChunk;
use super::retain::RetainGuard;
use crate::ChunkError;
use crate::raw::spsc::ConsumerEnd;
#[cfg(any(feature = "embedded-io-07", feature = "std"))]
use crate::raw::value::ValueCell;
use core::fmt;

/// The end that pops. Its type names neither the capacity of the queue nor where the queue lives.
///
/// There is one for each queue. It may be sent to another thread or passed to an interrupt handler.
pub struct Consumer<'a, T> {
    pub(super) end: ConsumerEnd<'a, T>,
    _queue: KeepAlive<T>,
}

impl<'a, T> Consumer<'a, T> {
    /// An end that shares the ownership of its queue, or one that borrows it.
    pub(super) fn new(end: ConsumerEnd<'a, T>, queue: KeepAlive<T>) -> Self {
        Self { end, _queue: queue }
    }

    /// Pops the value at the front, or returns `None` if the queue is empty.
    ///
    /// **Guarantees**: wait-free; FIFO; sees every push that [happened
    /// before](super#what-happened-before); may be called in an interrupt handler.
    /// **Complexity**: one store, and one load; no load where cores share caches, unless the queue
    /// looks empty.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 2>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push('a').unwrap();
    /// assert_eq!(consumer.pop(), Some('a'));
    /// assert_eq!(consumer.pop(), None);
    /// ```
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.end.pop()
    }

    /// Returns a reference to the value at the front, which stays in the queue.
    ///
    /// **Guarantees**: wait-free; sees the same pushes as [`pop`](Self::pop); may be called in an
    /// interrupt handler.
    /// **Complexity**: at most one load.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 2>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push(1).unwrap();
    /// assert_eq!(consumer.peek(), Some(&1));
    /// assert_eq!(consumer.pop(), Some(1));
    /// assert_eq!(consumer.peek(), None);
    /// ```
    #[inline]
    pub fn peek(&mut self) -> Option<&T> {
        self.peek_mut().map(|value| &*value)
    }

    /// Returns a mutable reference to the value at the front, which stays in the queue.
    ///
    /// **Guarantees** and **Complexity**: as [`peek`](Self::peek). Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 2>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push(1).unwrap();
    /// *consumer.peek_mut().unwrap() += 1;
    /// assert_eq!(consumer.pop(), Some(2));
    /// ```
    pub fn peek_mut(&mut self) -> Option<&mut T> {
        // SAFETY: available, and the exclusive borrow of this end lasts as long as the reference.
        (self.end.available(1) > 0).then(|| unsafe { self.end.value_mut(0) })
    }

    /// Returns an iterator over all values, oldest first, which stay in the queue.
    ///
    /// **Guarantees**: wait-free, each step too; sees the same pushes as [`pop`](Self::pop).
    /// **Complexity**: one load; no atomic read-modify-write for a value.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// assert_eq!(consumer.iter().max(), Some(&3));
    /// assert_eq!(consumer.iter().position(|&value| value == 2), Some(1));
    /// ```
    pub fn iter(&mut self) -> Iter<'_, 'a, T> {
        let count = self.end.available(usize::MAX);
        // SAFETY: that many are available, and the exclusive borrow of this end lasts as long as
        // the iterator.
        unsafe { Iter::new(&self.end, count) }
    }

    /// Returns an iterator over all values, oldest first, that lends them to be changed. They stay
    /// in the queue.
    ///
    /// **Guarantees** and **Complexity**: as [`iter`](Self::iter). Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// consumer.iter_mut().for_each(|value| *value *= 10);
    /// assert_eq!(consumer.drain().collect::<Vec<_>>(), [10, 20, 30]);
    /// ```
    pub fn iter_mut(&mut self) -> IterMut<'_, 'a, T> {
        let count = self.end.available(usize::MAX);
        // SAFETY: that many are available, and the exclusive borrow of this end lasts as long as
        // the iterator.
        unsafe { IterMut::new(&mut self.end, count) }
    }

    /// Returns the oldest value for which `wanted` returns `true`. It stays in the queue.
    ///
    /// **Guarantees**: wait-free, except for what `wanted` does.
    /// **Complexity**: one load, and one call of `wanted` for each value up to that one.
    /// **Panics**: only if `wanted` does.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 4, 6]);
    /// assert_eq!(consumer.find(|value| value % 2 == 0), Some(&4));
    /// assert_eq!(consumer.find(|&value| value > 6), None);
    /// ```
    pub fn find(&mut self, mut wanted: impl FnMut(&T) -> bool) -> Option<&T> {
        self.iter().find(|value| wanted(value))
    }

    /// Returns how many values are in front of the oldest for which `wanted` returns `true`: zero,
    /// if it is the next to pop.
    ///
    /// **Guarantees** and **Complexity**: as [`find`](Self::find).
    /// **Panics**: only if `wanted` does.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 4, 6]);
    /// assert_eq!(consumer.position(|value| value % 2 == 0), Some(1));
    /// consumer.skip(1);
    /// assert_eq!(consumer.position(|value| value % 2 == 0), Some(0));
    /// ```
    pub fn position(&mut self, wanted: impl FnMut(&T) -> bool) -> Option<usize> {
        self.iter().position(wanted)
    }

    /// Drops the values for which `keep` returns `false`, wherever they stand. Returns how many.
    /// The others keep their order. `keep` is called once for each value, oldest first.
    ///
    /// The producer may push meanwhile. The slots of all dropped values are freed at the end.
    ///
    /// **Guarantees**: wait-free, except for what `keep` and dropping a `T` do.
    /// **Complexity**: one load, one store; at most two moves of each value that stays, none if
    /// nothing is dropped.
    /// **Panics**: only if `keep` or dropping a `T` does; values that were not visited by then
    /// stay.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3, 4]);
    /// assert_eq!(consumer.retain(|value| value % 2 == 0), 2);
    /// assert_eq!(consumer.drain().collect::<Vec<_>>(), [2, 4]);
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) -> usize {
        let count = self.end.available(usize::MAX);
        // SAFETY: that many are available, and the exclusive borrow of this end lasts as long as
        // the guard.
        let mut guard = unsafe { RetainGuard::new(&mut self.end, count) };
        while guard.visit_next(&mut keep) {}
        guard.dropped()
    }

    /// Returns an iterator that pops the values that are in the queue now, oldest first. Values
    /// that it did not return when it is dropped stay in the queue.
    ///
    /// **Guarantees**: wait-free, each step too; FIFO.
    /// **Complexity**: one load, and that of a [`pop`](Self::pop) for each value.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// assert_eq!(consumer.drain().take(2).sum::<i32>(), 3);
    /// assert_eq!(consumer.drain().collect::<Vec<_>>(), [3]);
    /// ```
    pub fn drain(&mut self) -> Drain<'_, 'a, T> {
        let left = self.end.available(usize::MAX);
        Drain::new(&mut self.end, left)
    }

    /// Drops up to `count` of the oldest values, and frees their slots at once. Returns how many.
    ///
    /// **Guarantees**: wait-free, except for what dropping a `T` does.
    /// **Complexity**: at most one load, one store.
    /// **Panics**: only if dropping a `T` does; all `count` are gone in that case too.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// assert_eq!(consumer.skip(2), 2);
    /// assert_eq!(consumer.pop(), Some(3));
    /// assert_eq!(consumer.skip(1), 0);
    /// ```
    pub fn skip(&mut self, count: usize) -> usize {
        let count = self.end.available(count).min(count);
        // SAFETY: that many are available, and by the exclusive borrow nothing refers to them.
        unsafe { self.end.discard(count) };
        count
    }

    /// Drops all values that are in the queue now, and frees their slots at once. Returns how many.
    ///
    /// **Guarantees**: wait-free, except for what dropping a `T` does; sees the same pushes as
    /// [`pop`](Self::pop).
    /// **Complexity**: one load, one store.
    /// **Panics**: only if dropping a `T` does; all are gone in that case too.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// assert_eq!(consumer.clear(), 3);
    /// assert!(consumer.is_empty());
    /// ```
    pub fn clear(&mut self) -> usize {
        self.skip(usize::MAX)
    }

    /// Copies the oldest values to `values`, as many as there are and fit, and frees their slots at
    /// once. Returns how many.
    ///
    /// **Guarantees**: wait-free; FIFO; may be called in an interrupt handler.
    /// **Complexity**: one store, at most one load, at most two copies of a run.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// let mut values = [0; 8];
    /// assert_eq!(consumer.pop_slice(&mut values), 3);
    /// assert_eq!(values[..3], [1, 2, 3]);
    /// ```
    pub fn pop_slice(&mut self, values: &mut [T]) -> usize
    where
        T: Copy,
    {
        let count = self.end.available(values.len()).min(values.len());
        // SAFETY: that many are available.
        let chunk = unsafe { ReadChunk::new(&mut self.end, count) };
        let (first, second) = chunk.as_slices();
        for (to, from) in values.iter_mut().zip(first) {
            *to = *from;
        }
        for (to, from) in values.get_mut(first.len()..).unwrap_or_default().iter_mut().zip(second) {
            *to = *from;
        }
        chunk.commit_all();
        count
    }

    /// Claims exactly `count` of the oldest values, to be read in place and dropped together.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: at most one load.
    /// **Errors**: [`ChunkError`] reports how many values there are, if there are fewer.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// let chunk = consumer.read_chunk(2).unwrap();
    /// assert_eq!(chunk.as_slices().0, [1, 2]);
    /// chunk.commit_all();
    /// assert_eq!(consumer.read_chunk(2).unwrap_err().available(), 1);
    /// ```
    pub fn read_chunk(&mut self, count: usize) -> Result<ReadChunk<'_, 'a, T>, ChunkError> {
        let available = self.end.available(count);
        if available < count {
            Err(ChunkError::new(available))
        } else {
            // SAFETY: that many are available.
            Ok(unsafe { ReadChunk::new(&mut self.end, count) })
        }
    }

    /// Returns all values up to the last slot of the ring, as one slice.
    #[cfg(any(feature = "embedded-io-07", feature = "std"))]
    pub(super) fn run(&mut self) -> &[T] {
        let count = self.end.available(usize::MAX);
        // SAFETY: that many are available.
        let (run, _) = unsafe { self.end.slots(count) };
        // SAFETY: available values, which only this end has access to, laid out as a slice.
        unsafe { &*ValueCell::values(run) }
    }

    /// Returns the number of values. The producer may add to them at any time; only this end pops
    /// them.
    ///
    /// **Guarantees**: wait-free; never too large, and every value that was pushed
    /// [before](super#what-happened-before) is counted; may be called in an interrupt handler.
    /// **Complexity**: two loads.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 3>::new();
    /// let (mut producer, consumer) = queue.split();
    /// producer.push(1).unwrap();
    /// assert_eq!(consumer.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.end.len()
    }

    /// Returns the number of free slots. The producer may fill them at any time; only this end adds
    /// to them.
    ///
    /// **Guarantees**: wait-free; never too small; may be called in an interrupt handler.
    /// **Complexity**: two loads. Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 3>::new();
    /// let (mut producer, consumer) = queue.split();
    /// producer.push(1).unwrap();
    /// assert_eq!(consumer.free_capacity(), 2);
    /// ```
    pub fn free_capacity(&self) -> usize {
        self.capacity() - self.len()
    }

    /// Returns `true` if there is no value. The producer may change that at any time.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<u8, 3>::new();
    /// assert!(queue.split().1.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if no slot is free. It stays true until this end pops.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<u8, 3>::new();
    /// assert!(!queue.split().1.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// Returns the number of values that the queue holds when it is full.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<u8, 3>::new();
    /// assert_eq!(queue.split().1.capacity(), 3);
    /// ```
    pub fn capacity(&self) -> usize {
        self.end.geometry().capacity()
    }
}

impl<T> fmt::Debug for Consumer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("len", &self.len()).field("capacity", &self.capacity()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for Consumer<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Consumer {{ len: {=usize}, capacity: {=usize} }}", self.len(), self.capacity());
    }
}
