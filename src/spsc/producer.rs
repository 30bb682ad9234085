//! The end that pushes.

use super::KeepAlive;
use super::write_chunk::WriteChunk;
use crate::raw::spsc::ProducerEnd;
use crate::sync::FULL_RETRIES;
use crate::{ChunkError, Full};
use core::fmt;

/// The end that pushes. Its type names neither the capacity of the queue nor where the queue lives.
///
/// There is one for each queue. It may be sent to another thread or passed to an interrupt handler.
pub struct Producer<'a, T> {
    pub(super) end: ProducerEnd<'a, T>,
    _queue: KeepAlive<T>,
}

impl<'a, T> Producer<'a, T> {
    /// An end that shares the ownership of its queue, or one that borrows it.
    pub(super) fn new(end: ProducerEnd<'a, T>, queue: KeepAlive<T>) -> Self {
        Self { end, _queue: queue }
    }

    /// Pushes a value to the back of the queue.
    ///
    /// **Guarantees**: wait-free; FIFO; seen by every pop that [happens
    /// after](super#what-happened-before) it; may be called in an interrupt handler.
    /// **Complexity**: one store, and one load; no load where cores share caches, unless the queue
    /// looks full. Where there is an operating system, the first push that finds the queue full at
    /// a position spins for at most 24 pauses of the processor before it returns an error: the
    /// consumer runs ahead meanwhile, and the two ends exchange fewer cache lines.
    /// **Errors**: [`Full`] returns the value. A slot that was freed by a pop that happened before
    /// this call is found free.
    /// Never panics.
    ///
    /// ```
    /// use ringway::{Full, spsc::Queue};
    ///
    /// let mut queue = Queue::<_, 1>::new();
    /// let (mut producer, _) = queue.split();
    /// assert_eq!(producer.push(1), Ok(()));
    /// assert_eq!(producer.push(2), Err(Full(2)));
    /// ```
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), Full<T>> {
        self.push_after(value, FULL_RETRIES)
    }

    /// Pushes a value, and spins for at most this many retries if the queue is full.
    #[inline]
    pub(crate) fn push_after(&mut self, value: T, retries: usize) -> Result<(), Full<T>> {
        self.end.push(value, retries).map_err(Full)
    }

    /// Copies values to the back of the queue, as many as there is room for, and publishes them at
    /// once. Returns how many.
    ///
    /// **Guarantees**: wait-free; FIFO; may be called in an interrupt handler.
    /// **Complexity**: one store, at most one load, at most two copies of a run.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 3>::new();
    /// let (mut producer, _) = queue.split();
    /// assert_eq!(producer.push_slice(&[1, 2]), 2);
    /// assert_eq!(producer.push_slice(&[3, 4]), 1);
    /// ```
    pub fn push_slice(&mut self, values: &[T]) -> usize
    where
        T: Copy,
    {
        let count = self.end.free(values.len()).min(values.len());
        self.end.prefetch_after_chunk(count);
        // SAFETY: that many slots are free.
        let mut chunk = unsafe { WriteChunk::new(&mut self.end, count) };
        chunk.copy_from_slice(values);
        chunk.commit()
    }

    /// Pushes values until the slots that are free now are filled or `values` ends, and publishes
    /// them at once. Returns how many. Takes no more values than it pushes: lend the iterator
    /// ([`Iterator::by_ref`]) to keep the rest.
    ///
    /// The free slots belong to this end, so the code of `values` may take as long as it likes: the
    /// consumer pops what was there before meanwhile, and finds the new values at the end.
    ///
    /// **Guarantees**: wait-free, except for what `values` does; FIFO.
    /// **Complexity**: one load, one store; no atomic read-modify-write for a value.
    /// **Panics**: only if `values` does; the values that it returned until then are published.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 3>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// let mut numbers = 1..=5;
    /// assert_eq!(producer.push_iter(&mut numbers), 3);
    /// assert_eq!(consumer.drain().sum::<i32>(), 6);
    /// assert_eq!(producer.push_iter(numbers), 2);
    /// ```
    pub fn push_iter(&mut self, values: impl IntoIterator<Item = T>) -> usize {
        let free = self.end.free(usize::MAX);
        // SAFETY: that many slots are free.
        let mut chunk = PublishOnDrop(unsafe { WriteChunk::new(&mut self.end, free) });
        chunk.0.fill(values)
    }

    /// Claims exactly `count` free slots, to be written in place and published together.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: at most one load.
    /// **Errors**: [`ChunkError`] reports how many slots are free, if there are fewer.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 4>::new();
    /// let (mut producer, mut consumer) = queue.split();
    /// let mut chunk = producer.write_chunk(3).unwrap();
    /// chunk.fill(10..);
    /// assert_eq!(consumer.pop(), None);
    /// assert_eq!(chunk.commit(), 3);
    /// assert_eq!(consumer.pop(), Some(10));
    /// assert_eq!(producer.write_chunk(5).unwrap_err().available(), 2);
    /// ```
    pub fn write_chunk(&mut self, count: usize) -> Result<WriteChunk<'_, 'a, T>, ChunkError> {
        let free = self.end.free(count);
        if free < count {
            Err(ChunkError::new(free))
        } else {
            self.end.prefetch_after_chunk(count);
            // SAFETY: that many slots are free.
            Ok(unsafe { WriteChunk::new(&mut self.end, count) })
        }
    }

    /// Returns the number of free slots. The consumer may add to them at any time; only this end
    /// fills them.
    ///
    /// **Guarantees**: wait-free; never too large, and every slot that was freed
    /// [before](super#what-happened-before) is counted; may be called in an interrupt handler.
    /// **Complexity**: two loads.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 3>::new();
    /// let (mut producer, _) = queue.split();
    /// producer.push(1).unwrap();
    /// assert_eq!(producer.free_capacity(), 2);
    /// ```
    pub fn free_capacity(&self) -> usize {
        self.capacity() - self.len()
    }

    /// Returns the number of values. The consumer may pop them at any time; only this end adds to
    /// them.
    ///
    /// **Guarantees**: wait-free; never too small, and no value that was popped
    /// [before](super#what-happened-before) is counted; may be called in an interrupt handler.
    /// **Complexity**: two loads.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 3>::new();
    /// let (mut producer, _) = queue.split();
    /// producer.push(1).unwrap();
    /// assert_eq!(producer.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.end.len()
    }

    /// Returns `true` if there is no value. It stays true until this end pushes.
    ///
    /// **Guarantees** and **Complexity**: as [`free_capacity`](Self::free_capacity). Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<u8, 3>::new();
    /// assert!(queue.split().0.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if no slot is free. The consumer may change that at any time.
    ///
    /// **Guarantees** and **Complexity**: as [`free_capacity`](Self::free_capacity). Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<u8, 3>::new();
    /// assert!(!queue.split().0.is_full());
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
    /// assert_eq!(queue.split().0.capacity(), 3);
    /// ```
    pub fn capacity(&self) -> usize {
        self.end.geometry().capacity()
    }
}

/// Values that are published even if a panic ends their writing.
struct PublishOnDrop<'p, 'a, T>(WriteChunk<'p, 'a, T>);

impl<T> Drop for PublishOnDrop<'_, '_, T> {
    fn drop(&mut self) {
        self.0.publish();
    }
}

/// Pushes values while there is room, and leaves the others in the iterator: as
/// [`push_iter`](Producer::push_iter), which also returns how many were pushed.
///
/// ```
/// let mut queue = ringway::spsc::Queue::<_, 2>::new();
/// let (mut producer, _) = queue.split();
/// let mut numbers = 1..=3;
/// producer.extend(&mut numbers);
/// assert_eq!((producer.len(), numbers.next()), (2, Some(3)));
/// ```
impl<T> Extend<T> for Producer<'_, T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.push_iter(values);
    }
}

impl<T> fmt::Debug for Producer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").field("len", &self.len()).field("capacity", &self.capacity()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for Producer<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Producer {{ len: {=usize}, capacity: {=usize} }}", self.len(), self.capacity());
    }
}
