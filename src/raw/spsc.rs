//! The SPSC algorithm: a ring with one position for each end, which only its own end moves.
//!
//! Each end works on its own position and on a *copy* of the other's; it reads the other's line again
//! only when the copy says that there is nothing to do. So a pair in balance exchanges lines rarely, and
//! neither end ever waits: every operation is a bounded number of loads and at most one store.

use super::pos::Parity;
use super::slot::{Place, drop_each};
use crate::sync::{Atomic, Claimed, Ordering, Padded, const_fn, edge};
use core::marker::PhantomData;
use core::ptr::NonNull;

/// The published positions of both ends.
pub(crate) struct Ends {
    /// Next to pop. Moved by the consumer.
    head: Padded<Atomic<usize>>,
    /// Next to push. Moved by the producer.
    tail: Padded<(Atomic<usize>, Claimed)>,
}

impl Ends {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self { head: Padded::new(Atomic::new()), tail: Padded::new((Atomic::new(), Claimed::new())) }
        }
    }

    /// Whether this call is the first to ask for the ends.
    pub(crate) fn claim(&self) -> bool {
        self.tail.1.claim()
    }

    #[inline]
    fn tail(&self) -> &Atomic<usize> {
        &self.tail.0
    }
}

/// A borrowed ring.
///
/// Pointers instead of references, because an end that owns its queue frees it while it still has them.
pub(crate) struct Ring<'a, T> {
    ends: NonNull<Ends>,
    places: NonNull<Place<T>>,
    parity: Parity,
    borrows: PhantomData<&'a Place<T>>,
}

// SAFETY: a ring is a shared reference to ends and places, which are `Sync` if `T: Send`.
unsafe impl<T: Send> Send for Ring<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Ring<'_, T> {}

impl<T> Clone for Ring<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ring<'_, T> {}

impl<'a, T> Ring<'a, T> {
    /// # Safety
    /// `ends` belongs to `places`, of which there are `1 <= places.len()`, few enough for a word, and both
    /// stay where they are for `'a` or as long as the ring is used.
    #[inline]
    pub(crate) unsafe fn new(ends: &Ends, places: &[Place<T>]) -> Self {
        Self {
            ends: NonNull::from(ends),
            places: NonNull::from(places).cast(),
            parity: Parity::new(places.len()),
            borrows: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn capacity(self) -> usize {
        self.parity.capacity()
    }

    /// The number of values, which others may change meanwhile.
    pub(crate) fn len(self) -> usize {
        // ORDERING: S2 to, S1 to; the head first, so that the tail is not behind it.
        let head = self.ends().head.load(edge::REUSE);
        let tail = self.ends().tail().load(edge::OBSERVE);
        self.parity.distance(head, tail).min(self.capacity())
    }

    #[inline]
    fn ends(self) -> &'a Ends {
        // SAFETY: the ends outlive every use of the ring.
        unsafe { self.ends.as_ref() }
    }

    #[inline]
    fn place(self, position: usize) -> &'a Place<T> {
        let index = self.parity.index(position);
        debug_assert!(index < self.capacity());
        // SAFETY: the index of a position is below the capacity.
        let place = unsafe { self.places.add(index) };
        // SAFETY: the places outlive every use of the ring.
        unsafe { place.as_ref() }
    }

    /// The places of the `count` positions from `position` on: one run, and one more from index 0.
    #[inline]
    fn runs(self, position: usize, count: usize) -> (&'a [Place<T>], &'a [Place<T>]) {
        debug_assert!(count <= self.capacity());
        let index = self.parity.index(position);
        let first = count.min(self.capacity() - index);
        // SAFETY: `index + first <= capacity`.
        let start = unsafe { self.places.add(index) };
        // SAFETY: as above, and the places outlive every use of the ring.
        let first_run = unsafe { NonNull::slice_from_raw_parts(start, first).as_ref() };
        // SAFETY: `count - first <= capacity`, and the places outlive every use of the ring.
        let second_run = unsafe { NonNull::slice_from_raw_parts(self.places, count - first).as_ref() };
        (first_run, second_run)
    }
}

/// The only end that pushes.
pub(crate) struct ProducerEnd<'a, T> {
    ring: Ring<'a, T>,
    tail: usize,
    head_copy: usize,
}

impl<'a, T> ProducerEnd<'a, T> {
    /// # Safety
    /// This is the only producer end of the ring that is used from here on, and what the one before it did
    /// happened before.
    pub(crate) unsafe fn new(ring: Ring<'a, T>) -> Self {
        // ORDERING: only producer ends write the tail; see the contract.
        let tail = ring.ends().tail().load(Ordering::Relaxed);
        // ORDERING: S2 to.
        let head_copy = ring.ends().head.load(edge::REUSE);
        Self { ring, tail, head_copy }
    }

    #[inline]
    pub(crate) fn push(&mut self, value: T) -> Result<(), T> {
        if self.is_full() {
            return Err(value);
        }
        // SAFETY: not full, so the consumer has left this place and returns only after `publish`.
        unsafe { self.ring.place(self.tail).write(value) };
        self.publish_to(self.ring.parity.next(self.tail));
        Ok(())
    }

    #[inline]
    fn is_full(&mut self) -> bool {
        let full = self.ring.parity.other_lap(self.tail);
        if self.head_copy == full {
            self.refresh();
        }
        self.head_copy == full
    }

    /// The number of free places: at least `wanted` if there are so many now.
    #[inline]
    pub(crate) fn free(&mut self, wanted: usize) -> usize {
        if self.free_by_copy() < wanted {
            self.refresh();
        }
        self.free_by_copy()
    }

    #[inline]
    fn free_by_copy(&self) -> usize {
        self.ring.capacity() - self.ring.parity.distance(self.head_copy, self.tail)
    }

    #[inline]
    fn refresh(&mut self) {
        // ORDERING: S2 to.
        self.head_copy = self.ring.ends().head.load(edge::REUSE);
    }

    /// The free place `offset` behind the last value.
    ///
    /// Whoever calls this keeps `offset` below [`free`](Self::free).
    #[inline]
    pub(crate) fn place(&self, offset: usize) -> &Place<T> {
        self.ring.place(self.ring.parity.advance(self.tail, offset))
    }

    /// The free places from `offset` to `end` behind the last value.
    #[inline]
    pub(crate) fn places(&self, offset: usize, end: usize) -> (&[Place<T>], &[Place<T>]) {
        self.ring.runs(self.ring.parity.advance(self.tail, offset), end - offset)
    }

    /// Publishes the next `count` places, which hold values.
    #[inline]
    pub(crate) fn publish(&mut self, count: usize) {
        self.publish_to(self.ring.parity.advance(self.tail, count));
    }

    #[inline]
    fn publish_to(&mut self, tail: usize) {
        self.tail = tail;
        // ORDERING: S1 from.
        self.ring.ends().tail().store(tail, edge::PUBLISH);
    }

    pub(crate) fn ring(&self) -> Ring<'a, T> {
        self.ring
    }
}

/// The only end that pops.
pub(crate) struct ConsumerEnd<'a, T> {
    ring: Ring<'a, T>,
    head: usize,
    tail_copy: usize,
}

impl<'a, T> ConsumerEnd<'a, T> {
    /// # Safety
    /// This is the only consumer end of the ring that is used from here on, and what the one before it did
    /// happened before.
    pub(crate) unsafe fn new(ring: Ring<'a, T>) -> Self {
        // ORDERING: only consumer ends write the head; see the contract.
        let head = ring.ends().head.load(Ordering::Relaxed);
        // ORDERING: S1 to.
        let tail_copy = ring.ends().tail().load(edge::OBSERVE);
        Self { ring, head, tail_copy }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        // SAFETY: not empty, so the producer published this value and returns only after `vacate`.
        let value = unsafe { self.ring.place(self.head).read() };
        self.vacate_to(self.ring.parity.next(self.head));
        Some(value)
    }

    #[inline]
    fn is_empty(&mut self) -> bool {
        if self.tail_copy == self.head {
            self.refresh();
        }
        self.tail_copy == self.head
    }

    /// The number of values: at least `wanted` if there are so many now.
    #[inline]
    pub(crate) fn available(&mut self, wanted: usize) -> usize {
        if self.available_by_copy() < wanted {
            self.refresh();
        }
        self.available_by_copy()
    }

    #[inline]
    fn available_by_copy(&self) -> usize {
        self.ring.parity.distance(self.head, self.tail_copy)
    }

    #[inline]
    fn refresh(&mut self) {
        // ORDERING: S1 to.
        self.tail_copy = self.ring.ends().tail().load(edge::OBSERVE);
    }

    /// The value `offset` behind the oldest.
    ///
    /// Whoever calls this keeps `offset` below [`available`](Self::available).
    #[inline]
    pub(crate) fn place(&self, offset: usize) -> &Place<T> {
        self.ring.place(self.ring.parity.advance(self.head, offset))
    }

    /// The oldest `count` values.
    #[inline]
    pub(crate) fn places(&self, count: usize) -> (&[Place<T>], &[Place<T>]) {
        self.ring.runs(self.head, count)
    }

    /// Gives the oldest `count` places back, whose values are gone.
    #[inline]
    pub(crate) fn vacate(&mut self, count: usize) {
        self.vacate_to(self.ring.parity.advance(self.head, count));
    }

    #[inline]
    fn vacate_to(&mut self, head: usize) {
        self.head = head;
        // ORDERING: S2 from.
        self.ring.ends().head.store(head, edge::VACATE);
    }

    /// Drops the oldest `count` values, all of them even if one panics, and gives their places back.
    ///
    /// # Safety
    /// `count` is at most what [`available`](Self::available) said.
    pub(crate) unsafe fn discard(&mut self, count: usize) {
        let places = Vacating { end: self, count };
        let mut offsets = 0..count;
        // SAFETY: each of the available values is read once.
        drop_each(|| offsets.next().map(|offset| unsafe { places.end.place(offset).read() }));
    }

    pub(crate) fn ring(&self) -> Ring<'a, T> {
        self.ring
    }
}

/// Places that go back together, whatever happens to the values in them.
struct Vacating<'c, 'a, T> {
    end: &'c mut ConsumerEnd<'a, T>,
    count: usize,
}

impl<T> Drop for Vacating<'_, '_, T> {
    fn drop(&mut self) {
        self.end.vacate(self.count);
    }
}

/// Drops every value that is left, even if one of them panics.
///
/// # Safety
/// No end of the ring is used from here on.
pub(crate) unsafe fn drop_all<T>(ring: Ring<'_, T>) {
    if core::mem::needs_drop::<T>() {
        // SAFETY: as the caller promises.
        let mut end = unsafe { ConsumerEnd::new(ring) };
        let count = end.available(0);
        // SAFETY: so many are available.
        unsafe { end.discard(count) };
    }
}
