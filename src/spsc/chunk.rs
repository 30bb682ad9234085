//! Several values at once, in place, published or given up with one store.

use super::iter::Drain;
use crate::Full;
use crate::raw::spsc::{ConsumerEnd, ProducerEnd};
use crate::raw::value::{ValueCell, drop_each};
use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;

/// Free places that are being written to. Made by [`Producer::write_chunk`](super::Producer::write_chunk).
///
/// What was written is published by [`commit`](Self::commit), all at once. Dropped without it, the chunk
/// drops what was written and publishes nothing.
pub struct WriteChunk<'p, 'a, T> {
    end: &'p mut ProducerEnd<'a, T>,
    len: usize,
    written: usize,
}

impl<'p, 'a, T> WriteChunk<'p, 'a, T> {
    /// Whoever calls this keeps `len` within what is free.
    pub(super) fn new(end: &'p mut ProducerEnd<'a, T>, len: usize) -> Self {
        Self { end, len, written: 0 }
    }

    /// The number of places in the chunk, written or not.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// assert_eq!(queue.split().0.write_chunk(3).unwrap().len(), 3);
    /// ```
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the chunk has no places.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// assert!(queue.split().0.write_chunk(0).unwrap().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of places not written yet.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, _) = queue.split();
    /// let mut chunk = producer.write_chunk(3).unwrap();
    /// chunk.write(1).unwrap();
    /// assert_eq!(chunk.remaining(), 2);
    /// ```
    pub fn remaining(&self) -> usize {
        self.len - self.written
    }

    /// Writes the next value.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation.
    /// **Errors**: [`Full`] gives the value back if the chunk is written. Never panics.
    ///
    /// ```
    /// # use ringway::Full;
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, _) = queue.split();
    /// let mut chunk = producer.write_chunk(1).unwrap();
    /// assert_eq!(chunk.write(1), Ok(()));
    /// assert_eq!(chunk.write(2), Err(Full(2)));
    /// ```
    pub fn write(&mut self, value: T) -> Result<(), Full<T>> {
        if self.remaining() == 0 {
            return Err(Full(value));
        }
        // SAFETY: free, and the chunk holds it.
        unsafe { self.end.slot(self.written).write(value) };
        self.written += 1;
        Ok(())
    }

    /// Writes values until the chunk is written or `values` ends; says how many. Takes no more values than
    /// it writes.
    ///
    /// **Complexity**: no atomic operation. Panics only if `values` does; nothing is published then.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, _) = queue.split();
    /// let mut chunk = producer.write_chunk(3).unwrap();
    /// assert_eq!(chunk.fill([1, 2]), 2);
    /// assert_eq!(chunk.commit(), 2);
    /// ```
    pub fn fill(&mut self, values: impl IntoIterator<Item = T>) -> usize {
        let before = self.written;
        for value in values.into_iter().take(self.remaining()) {
            // SAFETY: no more values are taken than places remain.
            unsafe { self.end.slot(self.written).write(value) };
            self.written += 1;
        }
        self.written - before
    }

    /// Copies as many values in as remain; says how many.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, _) = queue.split();
    /// let mut chunk = producer.write_chunk(3).unwrap();
    /// assert_eq!(chunk.copy_from_slice(&[1, 2, 3, 4]), 3);
    /// ```
    pub fn copy_from_slice(&mut self, values: &[T]) -> usize
    where
        T: Copy,
    {
        let count = self.remaining().min(values.len());
        let (first, second) = self.as_mut_slices();
        let rest = values.get(first.len()..).unwrap_or_default();
        for (place, value) in first.iter_mut().zip(values) {
            place.write(*value);
        }
        for (place, value) in second.iter_mut().zip(rest) {
            place.write(*value);
        }
        self.written += count;
        count
    }

    /// The places not written yet, in order, for a peripheral or foreign code to write to.
    ///
    /// Say how many were written with [`assume_init`](Self::assume_init).
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, _) = queue.split();
    /// let mut chunk = producer.write_chunk(2).unwrap();
    /// chunk.as_mut_slices().0[0].write(7);
    /// // SAFETY: the first place was written.
    /// unsafe { chunk.assume_init(1) };
    /// assert_eq!(chunk.commit(), 1);
    /// ```
    pub fn as_mut_slices(&mut self) -> (&mut [MaybeUninit<T>], &mut [MaybeUninit<T>]) {
        let (first, second) = self.end.slots(self.written, self.len);
        // SAFETY: free places, which the chunk holds; it is borrowed for as long as the slice.
        let first = unsafe { uninit(first) };
        // SAFETY: as above; the two runs do not overlap.
        let second = unsafe { uninit(second) };
        (first, second)
    }

    /// Takes it that the first `count` of the [places not written yet](Self::as_mut_slices) were written.
    ///
    /// # Safety
    ///
    /// They were, and `count` is at most [`remaining`](Self::remaining).
    pub unsafe fn assume_init(&mut self, count: usize) {
        debug_assert!(count <= self.remaining());
        self.written += count;
    }

    /// Publishes what was written, all at once, and says how many values that are.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler. **Complexity**: one store.
    /// Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, mut consumer) = queue.split();
    /// let mut chunk = producer.write_chunk(2).unwrap();
    /// chunk.fill([1, 2]);
    /// assert_eq!(chunk.commit(), 2);
    /// assert_eq!(consumer.len(), 2);
    /// ```
    pub fn commit(mut self) -> usize {
        let written = core::mem::take(&mut self.written);
        self.end.publish(written);
        written
    }
}

impl<T> Drop for WriteChunk<'_, '_, T> {
    fn drop(&mut self) {
        let mut written = 0..self.written;
        // SAFETY: each was written, is not published, and is dropped once.
        unsafe { drop_each(|| written.next().map(|offset| self.end.slot(offset).as_ptr())) };
    }
}

/// # Safety
/// Nobody else has access to the places for `'p`.
#[expect(clippy::mut_from_ref, reason = "the places have interior mutability; the caller answers for it")]
unsafe fn uninit<T>(places: &[ValueCell<T>]) -> &mut [MaybeUninit<T>] {
    // SAFETY: nobody else has access, and a place is laid out as its value.
    unsafe { &mut *(ValueCell::values(places) as *mut [MaybeUninit<T>]) }
}

/// Values that are being read in place. Made by [`Consumer::read_chunk`](super::Consumer::read_chunk).
///
/// Dropped without a commit, it leaves all values in the queue.
pub struct ReadChunk<'c, 'a, T> {
    end: &'c mut ConsumerEnd<'a, T>,
    len: usize,
    /// Lends the values, so it is shared between threads only if they may be.
    lends: PhantomData<T>,
}

impl<'c, 'a, T> ReadChunk<'c, 'a, T> {
    /// Whoever calls this keeps `len` within what is available.
    pub(super) fn new(end: &'c mut ConsumerEnd<'a, T>, len: usize) -> Self {
        Self { end, len, lends: PhantomData }
    }

    /// The number of values in the chunk.
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

    /// Whether the chunk has no values.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// assert!(queue.split().1.read_chunk(0).unwrap().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The values, oldest first: one run, and one more where the ring begins again.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
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
        let (first, second) = self.end.slots(self.len);
        // SAFETY: available values, which only this chunk has access to, laid out as a slice.
        let first = unsafe { &*ValueCell::values(first) };
        // SAFETY: as above.
        let second = unsafe { &*ValueCell::values(second) };
        (first, second)
    }

    /// The values, oldest first, to be changed where they are.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[3, 1, 2]);
    /// consumer.read_chunk(3).unwrap().as_mut_slices().0.sort();
    /// assert_eq!(consumer.pop(), Some(1));
    /// ```
    pub fn as_mut_slices(&mut self) -> (&mut [T], &mut [T]) {
        let (first, second) = self.end.slots(self.len);
        // SAFETY: available values, which only this chunk has access to; it is borrowed for as long.
        let first = unsafe { &mut *ValueCell::values(first) };
        // SAFETY: as above; the two runs do not overlap.
        let second = unsafe { &mut *ValueCell::values(second) };
        (first, second)
    }

    /// Drops the oldest `count` values of the chunk, all of them if it has fewer, and gives their places
    /// back at once.
    ///
    /// **Guarantees**: wait-free, but for what dropping a `T` does. **Complexity**: one store.
    /// Panics only if dropping a `T` does; all `count` are gone even then.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, mut consumer) = queue.split();
    /// producer.push_slice(&[1, 2, 3]);
    /// consumer.read_chunk(3).unwrap().commit(2);
    /// assert_eq!(consumer.pop(), Some(3));
    /// ```
    pub fn commit(self, count: usize) {
        // SAFETY: so many are available.
        unsafe { self.end.discard(count.min(self.len)) };
    }

    /// Drops all values of the chunk and gives their places back at once.
    ///
    /// As [`commit`](Self::commit) with [`len`](Self::len).
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

/// Moves the values out, oldest first; those not asked for stay in the queue. Each place goes back with its
/// value, so that forgetting the iterator ([`core::mem::forget`]) gives no value out twice.
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

impl<T> fmt::Debug for WriteChunk<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteChunk").field("len", &self.len).field("written", &self.written).finish()
    }
}

impl<T> fmt::Debug for ReadChunk<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadChunk").field("len", &self.len).finish()
    }
}

#[cfg(feature = "defmt")]
mod defmt_impls {
    use super::{ReadChunk, WriteChunk};

    impl<T> defmt::Format for WriteChunk<'_, '_, T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "WriteChunk {{ len: {=usize}, written: {=usize} }}", self.len, self.written);
        }
    }

    impl<T> defmt::Format for ReadChunk<'_, '_, T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "ReadChunk {{ len: {=usize} }}", self.len);
        }
    }
}
