//! The end that pushes.

use super::Keeper;
use super::chunk::WriteChunk;
use crate::raw::spsc::ProducerEnd;
use crate::sync::FULL_RETRIES;
use crate::{ChunkError, Full};
use core::fmt;

/// The end that pushes. Its type does not say how much the queue holds or where it lives.
///
/// Send it to another thread or hand it to an interrupt handler; there is one of it.
pub struct Producer<'a, T> {
    end: ProducerEnd<'a, T>,
    _keeps: Keeper<T>,
}

impl<'a, T> Producer<'a, T> {
    pub(super) fn new(end: ProducerEnd<'a, T>) -> Self {
        Self { end, _keeps: Keeper::<T>::default() }
    }

    /// The same end, which keeps its queue alive.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(super) fn keeping(self, queue: Keeper<T>) -> Self {
        Self { _keeps: queue, ..self }
    }

    /// Puts a value in.
    ///
    /// **Guarantees**: wait-free; FIFO; seen by every pop that [happens after](super#what-happened-before) it; may be
    /// called in an interrupt handler. **Complexity**: one store, and one load if the queue looks full.
    /// Where there is an operating system, the first push that finds the queue full at a position makes up to 24
    /// pauses of the processor and looks again before it says so: the consumer gets ahead, and the two meet less often.
    /// **Errors**: [`Full`] gives the value back; room that was made before the call is seen, in the same sense. Never
    /// panics.
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

    /// The same, with at most the pauses of so many looks.
    #[inline]
    pub(crate) fn push_after(&mut self, value: T, looks: usize) -> Result<(), Full<T>> {
        self.end.push(value, looks).map_err(Full)
    }

    /// Copies as many values in as there is room for, publishes them at once and says how many.
    ///
    /// **Guarantees**: wait-free; FIFO; may be called in an interrupt handler.
    /// **Complexity**: one store, at most one load, at most two copies of a run. Never panics.
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
        let mut chunk = WriteChunk::new(&mut self.end, count);
        chunk.copy_from_slice(values);
        chunk.commit()
    }

    /// Claims exactly `count` free places, to be written to in place and published together.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler. **Complexity**: at most one load.
    /// **Errors**: [`ChunkError`] says how many places are free, if fewer. Never panics.
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
        if free < count { Err(ChunkError::new(free)) } else { Ok(WriteChunk::new(&mut self.end, count)) }
    }

    /// The number of free places. The consumer may add to them at any time; nobody takes any away.
    ///
    /// **Guarantees**: wait-free; never too large, and it counts every place that was given back
    /// [before](super#what-happened-before). **Complexity**: two loads. Never panics.
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

    /// The number of values. The consumer may take from them at any time; nobody adds any.
    ///
    /// **Guarantees**: wait-free; never too small, and none that was popped [before](super#what-happened-before) is
    /// counted. **Complexity**: two loads. Never panics.
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

    /// Whether there is no value. If so, it stays so until this end pushes.
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

    /// Whether no place is free. The consumer may change that at any time.
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

    /// How many values the queue holds when it is full.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<u8, 3>::new();
    /// assert_eq!(queue.split().0.capacity(), 3);
    /// ```
    pub fn capacity(&self) -> usize {
        self.end.wrap_bit().capacity()
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
