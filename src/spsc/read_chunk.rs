//! Several values at once, read in place and dropped with one store.

use super::iter::Drain;
use crate::raw::spsc::ConsumerEnd;
use crate::raw::value::ValueCell;
use core::fmt;
use core::marker::PhantomData;

/// Values that are read in place. Created by [`Consumer::read_chunk`](super::Consumer::read_chunk).
///
/// Dropped without a commit, it leaves all values in the queue.
// Invariant: the oldest `len` values are available, and only the chunk has access to them.
pub struct ReadChunk<'c, 'a, T> {
    end: &'c mut ConsumerEnd<'a, T>,
    len: usize,
    /// Lends the values, so it is shared between threads only if they are.
    lends: PhantomData<T>,
}

impl<'c, 'a, T> ReadChunk<'c, 'a, T> {
    /// # Safety
    /// `len` is at most the number of [`available`](ConsumerEnd::available) values, none of which
    /// is gone.
    pub(super) unsafe fn new(end: &'c mut ConsumerEnd<'a, T>, len: usize) -> Self {
        Self { end, len, lends: PhantomData }
    }

    /// Returns the number of values in the chunk.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// assert_eq!(consumer.read_chunk(2).unwrap().len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns `true` if the chunk has no values.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// assert!(queue.split().1.read_chunk(0).unwrap().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the values, oldest first: one run, and one more from the first slot of the ring on.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: no atomic operation.
    /// Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// consumer.skip(3);
    /// producer.push_slice(&[4, 5, 6]);
    /// let chunk = consumer.read_chunk(3).unwrap();
    /// assert_eq!(chunk.as_slices(), (&[4][..], &[5, 6][..]));
    /// ```
    pub fn as_slices(&self) -> (&[T], &[T]) {
        // SAFETY: that many are available (the invariant).
        let (first, second) = unsafe { self.end.slots(self.len) };
        // SAFETY: available values, which only this chunk has access to, laid out as a slice.
        let first = unsafe { &*ValueCell::values(first) };
        // SAFETY: as above.
        let second = unsafe { &*ValueCell::values(second) };
        (first, second)
    }

    /// Returns the values, oldest first, to be changed in place: runs as those of
    /// [`as_slices`](Self::as_slices).
    ///
    /// **Guarantees** and **Complexity**: as [`as_slices`](Self::as_slices). Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[3, 1, 2]);
    /// consumer.read_chunk(3).unwrap().as_mut_slices().0.sort();
    /// assert_eq!(consumer.pop(), Some(1));
    /// ```
    pub fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
        // SAFETY: that many are available (the invariant).
        let (first, second) = unsafe { self.end.slots(self.len) };
        // SAFETY: available values, which only this chunk has access to; it is borrowed for as
        // long.
        let first = unsafe { &mut *ValueCell::values(first) };
        // SAFETY: as above; the two runs do not overlap.
        let second = unsafe { &mut *ValueCell::values(second) };
        (first, second)
    }

    /// Drops the oldest `count` values of the chunk, or all of them if there are fewer, and frees
    /// their slots at once. The others stay in the queue.
    ///
    /// **Guarantees**: wait-free, except for what dropping a `T` does.
    /// **Complexity**: one store.
    /// **Panics**: only if dropping a `T` does; all `count` are gone in that case too.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// consumer.read_chunk(3).unwrap().commit(2);
    /// assert_eq!(consumer.pop(), Some(3));
    /// ```
    pub fn commit(self, count: usize) {
        // SAFETY: that many are available, and the chunk, consumed here, was all that refers to
        // them (the invariant).
        unsafe { self.end.discard(count.min(self.len)) };
    }

    /// Drops all values of the chunk and frees their slots at once.
    ///
    /// **Guarantees**, **Complexity** and **Panics**: as [`commit`](Self::commit) with
    /// [`len`](Self::len).
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// consumer.read_chunk(2).unwrap().commit_all();
    /// assert_eq!(consumer.pop(), Some(3));
    /// ```
    pub fn commit_all(self) {
        let all = self.len;
        self.commit(all);
    }
}

/// Moves the values out, oldest first. Values that were not returned when the iterator is dropped
/// stay in the queue. Each slot is freed with its value, so that no value is returned twice if the
/// iterator is [forgotten](core::mem::forget).
///
/// ```
/// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
/// # let (mut producer, mut consumer) = queue.split();
/// producer.push_slice(&[1, 2, 3]);
/// let chunk = consumer.read_chunk(3).unwrap();
/// assert_eq!(chunk.into_iter().take(2).collect::<Vec<_>>(), [1, 2]);
/// assert_eq!(consumer.pop(), Some(3));
/// ```
impl<'c, 'a, T> IntoIterator for ReadChunk<'c, 'a, T> {
    type Item = T;
    type IntoIter = Drain<'c, 'a, T>;

    fn into_iter(self) -> Drain<'c, 'a, T> {
        Drain::new(self.end, self.len)
    }
}

impl<T> fmt::Debug for ReadChunk<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadChunk").field("len", &self.len).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for ReadChunk<'_, '_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "ReadChunk {{ len: {=usize} }}", self.len);
    }
}
