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
    end: ProducerEnd<'a, T>,
    _queue: KeepAlive<T>,
}

impl<'a, T> Producer<'a, T> {
    pub(super) fn new(end: ProducerEnd<'a, T>) -> Self {
        Self { end, _queue: KeepAlive::<T>::default() }
    }

    /// The same end, which shares the ownership of its queue.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(super) fn keep_alive(self, queue: KeepAlive<T>) -> Self {
        Self { _queue: queue, ..self }
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
    /// assert_eq!(producer.free(), 2);
    /// ```
    pub fn free(&self) -> usize {
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
    /// **Guarantees** and **Complexity**: as [`free`](Self::free). Never panics.
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
    /// **Guarantees** and **Complexity**: as [`free`](Self::free). Never panics.
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
