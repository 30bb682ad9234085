//! The SPSC algorithm: a ring with one position for each end, which only its own end moves.
//!
//! Where cores share caches, each end caches its own position and the other's, and reads the
//! other's cache line only if the cached one says Full or Empty: a pair in balance rarely exchanges
//! lines. Neither end waits for the other: every operation is a bounded number of loads and pauses,
//! and at most one store. `docs/design/spsc.md` has the proof.

use crate::ordering;
use crate::raw::value::{ValueCell, drop_each};
use crate::sync::{
    LINE_BYTES, Ordering, PREFETCH_BYTES, PeerWord, SPINS_PER_RETRY, SpinOncePerPosition, pause,
    prefetch_for_write,
};

mod block;
mod position;

pub(crate) use self::block::{Block, Ring};
pub(crate) use self::position::Geometry;

/// The only end that pushes.
pub(crate) struct ProducerEnd<'a, T> {
    ring: Ring<'a, T>,
    limit: PeerWord,
    tail: PeerWord,
    head: PeerWord,
    spin_once: SpinOncePerPosition,
}

impl<'a, T> ProducerEnd<'a, T> {
    /// # Safety
    /// This is the only producer end of the ring that is used from now on, and all operations of an
    /// earlier one happened before.
    pub(crate) unsafe fn new(ring: Ring<'a, T>) -> Self {
        let positions = ring.positions();
        // ORDERING: none: only producer ends write the tail, and those before this one happened
        // before.
        let tail = PeerWord::new(|| positions.tail().load(Ordering::Relaxed));
        // ORDERING: acquires the store of the head: the values before it are gone (S2).
        let head = PeerWord::new(|| positions.head.load(ordering::PRODUCER_LOAD_HEAD));
        Self { ring, limit: ring.limit(), tail, head, spin_once: SpinOncePerPosition::new() }
    }

    /// Pushes a value. If the queue is full, spins once per position, for `retries *
    /// SPINS_PER_RETRY` hints but no more than one for 32 slots (small queues: two), before it
    /// gives the value back: the consumer runs ahead meanwhile, and the two ends exchange fewer
    /// cache lines.
    #[inline]
    pub(crate) fn push(&mut self, value: T, retries: usize) -> Result<(), T> {
        let (tail, geometry) = (self.tail(), self.geometry());
        let full = Geometry::full_position(tail);
        if self.refresh_head_if(|head| head == full) == full
            && (retries == 0 || !self.spin_for_room(full, retries))
        {
            return Err(value);
        }
        // SAFETY: the tail is a position of the ring.
        let slot = unsafe { self.ring.slot(tail) };
        self.prefetch_after(slot, tail);
        // SAFETY: not full, so the consumer has left this slot, and returns to it only after
        // `publish_to`.
        unsafe { slot.write(value) };
        // SAFETY: the slot at the tail, the only one before the next position, was free and holds a
        // value.
        unsafe { self.publish_to(geometry.next(tail)) };
        Ok(())
    }

    /// Requests, once per line, the line that is written a few lines later, unless the slots end
    /// before it.
    #[inline]
    fn prefetch_after(&self, slot: &ValueCell<T>, position: usize) {
        let slots_ahead = const { slots_to_prefetch(size_of::<T>()) };
        let address = core::ptr::from_ref(slot).cast::<u8>();
        if slots_ahead > 0
            && address.addr() % LINE_BYTES < size_of::<T>()
            && Geometry::index(position) + slots_ahead < self.geometry().capacity()
        {
            prefetch_for_write(address.wrapping_add(slots_ahead * size_of::<T>()));
        }
    }

    /// Requests the lines that are written a few lines after the next `count` slots, as far as
    /// their slots are known to be free and do not end before.
    #[inline]
    pub(crate) fn prefetch_after_chunk(&self, count: usize) {
        let slots_ahead = const { slots_to_prefetch(size_of::<T>()) };
        if slots_ahead > 0 {
            let (geometry, tail) = (self.geometry(), self.tail());
            // ORDERING: acquires the store of the head: the values before it are gone (S2).
            let head = self.head.get(|| self.ring.positions().head.load(ordering::PRODUCER_LOAD_HEAD));
            let free = geometry.capacity() - geometry.distance(head, tail);
            // SAFETY: the geometry of this ring, the tail is a position of it, and no more slots
            // than the ring has.
            let (free, _) = unsafe { self.ring.runs(geometry, tail, free) };
            let ahead = free.iter().skip(slots_ahead).take(count);
            ahead
                .step_by(const { slots_per_line(size_of::<T>()) })
                .for_each(|slot| prefetch_for_write(core::ptr::from_ref(slot).cast()));
        }
    }

    /// Spins, once at each position. Returns `true` if the head left the position `full` meanwhile.
    #[inline]
    fn spin_for_room(&mut self, full: usize, retries: usize) -> bool {
        if !self.spin_once.first_visit(full) {
            return false;
        }
        // A hint takes about as long as popping a dozen values. A pause that outlasts the values in
        // a small queue stalls both ends.
        let capacity = self.geometry().capacity();
        pause((retries * SPINS_PER_RETRY).min((capacity / 8).min(2).max(capacity / 32)));
        self.refresh_head_if(|head| head == full) != full
    }

    /// The number of free slots: at least `wanted` if that many are free now.
    #[inline]
    pub(crate) fn free(&mut self, wanted: usize) -> usize {
        let (geometry, tail) = (self.geometry(), self.tail());
        let free = |head| geometry.capacity() - geometry.distance(head, tail);
        free(self.refresh_head_if(|head| free(head) < wanted))
    }

    #[inline]
    pub(crate) fn geometry(&self) -> Geometry {
        self.ring.geometry(&self.limit)
    }

    #[inline]
    fn tail(&self) -> usize {
        // SAFETY: only this end writes the tail.
        self.tail.get(|| unsafe { self.ring.positions().tail().read() })
    }

    /// Returns the cached head, loaded again first if `is_stale` returns `true` for it.
    #[inline]
    fn refresh_head_if(&mut self, is_stale: impl Fn(usize) -> bool) -> usize {
        // ORDERING: acquires the store of the head: the values before it are gone (S2).
        self.head.refresh_if(|| self.ring.positions().head.load(ordering::PRODUCER_LOAD_HEAD), is_stale)
    }

    /// The free slot `offset` after the last value.
    ///
    /// # Safety
    /// `offset` is below the number of [`free`](Self::free) slots.
    #[inline]
    pub(crate) unsafe fn slot(&self, offset: usize) -> &ValueCell<T> {
        let position = self.geometry().advance(self.tail(), offset);
        // SAFETY: fewer than a lap after the tail, so it is a position of the ring.
        unsafe { self.ring.slot(position) }
    }

    /// The free slots from `offset` to `end` after the last value.
    ///
    /// # Safety
    /// `offset` is at most `end`, and `end` at most the number of [`free`](Self::free) slots.
    #[inline]
    pub(crate) unsafe fn slots(&self, offset: usize, end: usize) -> (&[ValueCell<T>], &[ValueCell<T>]) {
        let geometry = self.geometry();
        let position = geometry.advance(self.tail(), offset);
        // SAFETY: the geometry of this ring; at most a lap after the tail, so it is a position of
        // the ring; and no more slots than are free.
        unsafe { self.ring.runs(geometry, position, end - offset) }
    }

    /// Publishes the next `count` slots.
    ///
    /// # Safety
    /// They are [`free`](Self::free) and hold values.
    #[inline]
    pub(crate) unsafe fn publish(&mut self, count: usize) {
        let tail = self.geometry().advance(self.tail(), count);
        // SAFETY: the caller's promise, of the `count` slots before that position.
        unsafe { self.publish_to(tail) };
    }

    /// Publishes the slots before the position `tail`.
    ///
    /// # Safety
    /// It is a position of the ring, and the slots from the present tail up to it are free and hold
    /// values.
    #[inline]
    unsafe fn publish_to(&mut self, tail: usize) {
        self.tail.set(tail);
        // ORDERING: releases the values before the tail to the consumer (S1).
        self.ring.positions().tail().store(tail, ordering::PRODUCER_STORE_TAIL);
    }

    /// The number of values. The consumer may take from them at any time.
    pub(crate) fn len(&self) -> usize {
        self.ring.len(self.geometry())
    }

    /// Marks this end as dropped. It is not used again.
    pub(crate) fn leave(&mut self) {
        self.ring.positions().producer_gone().set();
    }

    /// Whether the consumer was dropped.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.ring.positions().consumer_gone().is_set()
    }
}

/// The number of slots between one that is written and one whose line is requested: zero for items
/// that fill more than half a line, which gain nothing.
const fn slots_to_prefetch(item_bytes: usize) -> usize {
    if item_bytes == 0 || item_bytes > LINE_BYTES / 2 { 0 } else { PREFETCH_BYTES / item_bytes }
}

/// At least one.
const fn slots_per_line(item_bytes: usize) -> usize {
    if item_bytes == 0 || item_bytes > LINE_BYTES { 1 } else { LINE_BYTES / item_bytes }
}

/// The only end that pops.
pub(crate) struct ConsumerEnd<'a, T> {
    ring: Ring<'a, T>,
    limit: PeerWord,
    head: PeerWord,
    tail: PeerWord,
}

impl<'a, T> ConsumerEnd<'a, T> {
    /// # Safety
    /// This is the only consumer end of the ring that is used from now on, and all operations of an
    /// earlier one happened before.
    pub(crate) unsafe fn new(ring: Ring<'a, T>) -> Self {
        let positions = ring.positions();
        // ORDERING: none: only consumer ends write the head, and those before this one happened
        // before.
        let head = PeerWord::new(|| positions.head.load(Ordering::Relaxed));
        // ORDERING: acquires the store of the tail: the values before it are written (S1).
        let tail = PeerWord::new(|| positions.tail().load(ordering::CONSUMER_LOAD_TAIL));
        Self { ring, limit: ring.limit(), head, tail }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let (head, geometry) = (self.head(), self.geometry());
        if self.refresh_tail_if(|tail| tail == head) == head {
            return None;
        }
        // SAFETY: the head is a position of the ring.
        let slot = unsafe { self.ring.slot(head) };
        // SAFETY: not empty, so the producer published this value, and returns to its slot only
        // after `vacate_to`.
        let value = unsafe { slot.read() };
        // SAFETY: the value at the head, the only one before the next position, was available and
        // is gone.
        unsafe { self.vacate_to(geometry.next(head)) };
        Some(value)
    }

    /// The number of values: at least `wanted` if that many are available now.
    #[inline]
    pub(crate) fn available(&mut self, wanted: usize) -> usize {
        let (geometry, head) = (self.geometry(), self.head());
        let available = |tail| geometry.distance(head, tail);
        available(self.refresh_tail_if(|tail| available(tail) < wanted))
    }

    #[inline]
    pub(crate) fn geometry(&self) -> Geometry {
        self.ring.geometry(&self.limit)
    }

    #[inline]
    fn head(&self) -> usize {
        // SAFETY: only this end writes the head.
        self.head.get(|| unsafe { self.ring.positions().head.read() })
    }

    /// Returns the cached tail, loaded again first if `is_stale` returns `true` for it.
    #[inline]
    fn refresh_tail_if(&mut self, is_stale: impl Fn(usize) -> bool) -> usize {
        // ORDERING: acquires the store of the tail: the values before it are written (S1).
        self.tail.refresh_if(|| self.ring.positions().tail().load(ordering::CONSUMER_LOAD_TAIL), is_stale)
    }

    /// The slot of the value `offset` after the oldest.
    ///
    /// # Safety
    /// `offset` is below the number of [`available`](Self::available) values.
    #[inline]
    pub(crate) unsafe fn slot(&self, offset: usize) -> &ValueCell<T> {
        let position = self.geometry().advance(self.head(), offset);
        // SAFETY: fewer than a lap after the head, so it is a position of the ring.
        unsafe { self.ring.slot(position) }
    }

    /// The slots of the oldest `count` values.
    ///
    /// # Safety
    /// `count` is at most the number of [`available`](Self::available) values.
    #[inline]
    pub(crate) unsafe fn slots(&self, count: usize) -> (&[ValueCell<T>], &[ValueCell<T>]) {
        // SAFETY: the geometry of this ring, the head is a position of it, and there are no more
        // values than slots.
        unsafe { self.ring.runs(self.geometry(), self.head(), count) }
    }

    /// Frees the slots of the oldest `count` values.
    ///
    /// # Safety
    /// These values are [`available`](Self::available) and gone: moved out or dropped.
    #[inline]
    pub(crate) unsafe fn vacate(&mut self, count: usize) {
        let head = self.geometry().advance(self.head(), count);
        // SAFETY: the caller's promise, of the `count` values before that position.
        unsafe { self.vacate_to(head) };
    }

    /// Frees the slots before the position `head`.
    ///
    /// # Safety
    /// It is a position of the ring, and the values from the present head up to it are available
    /// and gone.
    #[inline]
    unsafe fn vacate_to(&mut self, head: usize) {
        self.head.set(head);
        // ORDERING: releases the slots before the head, whose values are gone, to the producer
        // (S2).
        self.ring.positions().head.store(head, ordering::CONSUMER_STORE_HEAD);
    }

    /// The value `offset` after the oldest.
    ///
    /// # Safety
    /// It is [`available`](Self::available) and not gone, and nothing else refers to it for as long
    /// as the reference is used.
    #[expect(clippy::mut_from_ref, reason = "the slot has interior mutability; the caller answers for it")]
    pub(crate) unsafe fn value_mut(&self, offset: usize) -> &mut T {
        // SAFETY: the value is available, so its offset is below their number.
        let value = unsafe { self.slot(offset) }.as_ptr();
        // SAFETY: nothing else refers to the value, and the slot stays for the borrow of the end.
        let value = unsafe { &mut *value };
        // SAFETY: available and not gone, so there is a value.
        unsafe { value.assume_init_mut() }
    }

    /// The number of values. The producer may add to them at any time.
    pub(crate) fn len(&self) -> usize {
        self.ring.len(self.geometry())
    }

    /// Marks this end as dropped. It is not used again.
    pub(crate) fn leave(&mut self) {
        self.ring.positions().consumer_gone().set();
    }

    /// Whether the producer was dropped.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.ring.positions().producer_gone().is_set()
    }

    /// Drops the oldest `count` values, all of them even if one panics, and frees their slots.
    ///
    /// # Safety
    /// `count` is at most the number of [`available`](Self::available) values, none is gone, and
    /// nothing else refers to them.
    pub(crate) unsafe fn discard(&mut self, count: usize) {
        let slots = VacateOnDrop { end: self, count };
        let mut offsets = 0..count;
        // SAFETY: below `count`, so below the number of available values.
        let next = || offsets.next().map(|offset| unsafe { slots.end.slot(offset) }.as_ptr());
        // SAFETY: each of the available values is dropped once, and then its slot is freed.
        unsafe { drop_each(next) };
    }
}

/// Slots that are freed together, even if dropping a value in them panics.
///
/// Invariant: the oldest `count` values are available, and gone when this is dropped.
struct VacateOnDrop<'c, 'a, T> {
    end: &'c mut ConsumerEnd<'a, T>,
    count: usize,
}

impl<T> Drop for VacateOnDrop<'_, '_, T> {
    fn drop(&mut self) {
        // SAFETY: the invariant.
        unsafe { self.end.vacate(self.count) };
    }
}

/// Drops every value that is left, even if one of them panics.
///
/// # Safety
/// No end of the ring is used from now on.
pub(crate) unsafe fn drop_all<T>(block: &Block<[ValueCell<T>]>) {
    if core::mem::needs_drop::<T>() {
        // SAFETY: there is no other end, and none is used from now on.
        let mut end = unsafe { ConsumerEnd::new(block.ring()) };
        let count = end.available(0);
        // A queue that never had an end has no limit, and no value.
        if count > 0 {
            // SAFETY: that many are available, and as no end is used, nothing refers to them.
            unsafe { end.discard(count) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE_BYTES, PREFETCH_BYTES, slots_to_prefetch};

    #[test]
    fn a_push_requests_a_line_a_fixed_number_of_bytes_ahead_for_small_items_only() {
        for item_bytes in [1, 8, 12, LINE_BYTES / 2] {
            assert_eq!(slots_to_prefetch(item_bytes), PREFETCH_BYTES / item_bytes);
        }
        for item_bytes in [0, LINE_BYTES / 2 + 1, LINE_BYTES, 1000] {
            assert_eq!(slots_to_prefetch(item_bytes), 0);
        }
    }
}
