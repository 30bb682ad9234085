//! Several slots at once, written in place and published with one store.

use crate::Full;
use crate::raw::spsc::ProducerEnd;
use crate::raw::value::{ValueCell, drop_each};
use core::fmt;
use core::mem::MaybeUninit;

/// Free slots that are being written. Created by
/// [`Producer::write_chunk`](super::Producer::write_chunk).
///
/// [`commit`](Self::commit) publishes the values that were written, all at once. Dropped without
/// it, the chunk drops them and publishes nothing.
// Invariants:
// 1. The next `len` slots of the end are free: the chunk has exclusive access to them.
// 2. The first `written` of them hold values; `written` is at most `len`.
pub struct WriteChunk<'p, 'a, T> {
    end: &'p mut ProducerEnd<'a, T>,
    len: usize,
    written: usize,
}

impl<'p, 'a, T> WriteChunk<'p, 'a, T> {
    /// # Safety
    /// `len` is at most the number of [`free`](ProducerEnd::free) slots.
    pub(super) unsafe fn new(end: &'p mut ProducerEnd<'a, T>, len: usize) -> Self {
        Self { end, len, written: 0 }
    }

    /// Returns the number of slots in the chunk, written or not.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// assert_eq!(queue.split().0.write_chunk(3).unwrap().len(), 3);
    /// ```
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns `true` if the chunk has no slots.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// assert!(queue.split().0.write_chunk(0).unwrap().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the number of slots that are not written yet.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
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
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: no atomic operation.
    /// **Errors**: [`Full`] returns the value if all slots of the chunk are written.
    /// Never panics.
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
        // SAFETY: a slot remains.
        unsafe { self.write_next(value) };
        Ok(())
    }

    /// # Safety
    /// At least one slot [remains](Self::remaining).
    unsafe fn write_next(&mut self, value: T) {
        // SAFETY: a slot remains, so the offset is below `len`, the number of free slots
        // (invariant 1).
        let slot = unsafe { self.end.slot(self.written) };
        // SAFETY: only this chunk has access to the slot (1).
        unsafe { slot.write(value) };
        self.written += 1;
    }

    /// Writes values until all slots of the chunk are written or `values` ends. Returns how many.
    /// Takes no more values than it writes.
    ///
    /// **Guarantees**: wait-free, except for what `values` does.
    /// **Complexity**: no atomic operation.
    /// **Panics**: only if `values` does; the values that were written until then are dropped with
    /// the chunk.
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
            // SAFETY: no more values are taken than slots remain.
            unsafe { self.write_next(value) };
        }
        self.written - before
    }

    /// Copies as many values as slots remain. Returns how many.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: no atomic operation.
    /// Never panics.
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
        for (slot, value) in first.iter_mut().zip(values) {
            slot.write(*value);
        }
        for (slot, value) in second.iter_mut().zip(rest) {
            slot.write(*value);
        }
        self.written += count;
        count
    }

    /// Returns the slots that are not written yet, in order, for a peripheral or foreign code to
    /// write to: one run, and one more from the first slot of the ring on.
    ///
    /// [`assume_init`](Self::assume_init) takes note of how many were written.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: no atomic operation.
    /// Never panics.
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, _) = queue.split();
    /// let mut chunk = producer.write_chunk(2).unwrap();
    /// chunk.as_mut_slices().0[0].write(7);
    /// // SAFETY: the first slot was written.
    /// unsafe { chunk.assume_init(1) };
    /// assert_eq!(chunk.commit(), 1);
    /// ```
    pub fn as_mut_slices(&mut self) -> (&mut [MaybeUninit<T>], &mut [MaybeUninit<T>]) {
        // SAFETY: `written <= len`, which is at most the number of free slots (invariants 1, 2).
        let (first, second) = unsafe { self.end.slots(self.written, self.len) };
        // SAFETY: only this chunk has access to the slots (1); it is borrowed for as long as the
        // slice.
        let first = unsafe { uninit(first) };
        // SAFETY: as above; the two runs do not overlap.
        let second = unsafe { uninit(second) };
        (first, second)
    }

    /// Asserts that the first `count` of the [slots not written yet](Self::as_mut_slices) are
    /// initialised.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: no atomic operation.
    /// Never panics.
    ///
    /// # Safety
    ///
    /// They are, and `count` is at most [`remaining`](Self::remaining).
    ///
    /// ```
    /// # let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// # let (mut producer, _) = queue.split();
    /// let mut chunk = producer.write_chunk(2).unwrap();
    /// chunk.as_mut_slices().0[0].write(7);
    /// // SAFETY: the first slot was written, and two remain.
    /// unsafe { chunk.assume_init(1) };
    /// assert_eq!(chunk.remaining(), 1);
    /// ```
    pub unsafe fn assume_init(&mut self, count: usize) {
        debug_assert!(count <= self.remaining());
        self.written += count;
    }

    /// Publishes the values that were written, all at once. Returns how many.
    ///
    /// **Guarantees**: wait-free; FIFO; may be called in an interrupt handler.
    /// **Complexity**: one store.
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
        self.publish()
    }

    /// Publishes the values that were written. The slots that were not remain in the chunk.
    pub(super) fn publish(&mut self) -> usize {
        let written = core::mem::take(&mut self.written);
        self.len -= written;
        // SAFETY: these slots are free and hold values (invariants 1, 2); the chunk no longer
        // counts them as its own.
        unsafe { self.end.publish(written) };
        written
    }
}

impl<T> Drop for WriteChunk<'_, '_, T> {
    fn drop(&mut self) {
        let mut written = 0..self.written;
        // SAFETY: below `written`, so below the number of free slots (invariants 1, 2).
        let next = || written.next().map(|offset| unsafe { self.end.slot(offset) }.as_ptr());
        // SAFETY: each was written, is not published, and is dropped once.
        unsafe { drop_each(next) };
    }
}

/// # Safety
/// Nothing else has access to the slots for as long as the slice is borrowed.
#[expect(clippy::mut_from_ref, reason = "the slots have interior mutability; the caller answers for it")]
unsafe fn uninit<T>(slots: &[ValueCell<T>]) -> &mut [MaybeUninit<T>] {
    // SAFETY: nothing else has access, and a slot is laid out as its value, written or not.
    unsafe { &mut *(ValueCell::values(slots) as *mut [MaybeUninit<T>]) }
}

impl<T> fmt::Debug for WriteChunk<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteChunk").field("len", &self.len).field("written", &self.written).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for WriteChunk<'_, '_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "WriteChunk {{ len: {=usize}, written: {=usize} }}", self.len, self.written);
    }
}
