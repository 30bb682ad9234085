//! The SPSC algorithm: a ring with one position for each end, which only its own end moves.
//!
//! Where there are caches, each end *remembers* its own position and the other's; it reads the other's line
//! again only when what it remembers says that there is nothing to do. So a pair in balance exchanges lines
//! rarely. Neither end ever waits: every operation is a bounded number of loads and at most one store.

use crate::ordering;
use crate::raw::value::{ValueCell, drop_each};
use crate::raw::zeroed::{Row, Zeroed, zeroed};
use crate::sync::{
    Atomic, CachedIndex, HAS_NEGATIVE_OFFSETS, Ordering, Padded, SPINS_PER_RETRY, SetOnce,
    SpinOncePerPosition, ZEROS, array, const_fn, pause,
};
use core::marker::PhantomData;
use core::mem::offset_of;
use core::ptr::NonNull;
#[cfg(feature = "alloc")]
use {
    crate::raw::zeroed::{Owned, make, make_each},
    alloc::alloc::Layout,
};

mod position;

pub(crate) use self::position::WrapBit;

/// The published positions of both ends.
pub(crate) struct Ends {
    /// Next to pop. Moved by the consumer.
    head: Padded<Atomic<usize>>,
    /// Next to push, moved by the producer; and the limit of all positions: zero until the first end is made.
    tail: Padded<(Atomic<usize>, SetOnce)>,
}

// SAFETY: words, each of which may be zero, and padding.
unsafe impl Zeroed for Ends {}

impl Ends {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self { head: Padded::new(Atomic::new()), tail: Padded::new((Atomic::new(), SetOnce::new())) }
        }
    }

    #[inline]
    fn tail(&self) -> &Atomic<usize> {
        &self.tail.0
    }

    #[inline]
    fn limit(&self) -> &SetOnce {
        &self.tail.1
    }
}

/// A queue in memory: its ends, and behind them its places, `Row<ValueCell<T>, N>` or `[ValueCell<T>]`.
#[repr(C)]
pub(crate) struct Block<P: ?Sized> {
    ends: Ends,
    places: P,
}

// SAFETY: both parts may be zeros.
unsafe impl<T, const N: usize> Zeroed for Block<Row<ValueCell<T>, N>> {}

impl<T, const N: usize> Block<Row<ValueCell<T>, N>> {
    const_fn! {
        pub(crate) fn new() -> Self {
            if ZEROS { zeroed() } else { Self { ends: Ends::new(), places: Row::of(array![ValueCell::new(); N]) } }
        }
    }

    /// The same block, with the number of its places in the reference.
    #[inline]
    pub(crate) fn as_slice(&self) -> &Block<[ValueCell<T>]> {
        let block = core::ptr::slice_from_raw_parts(core::ptr::from_ref(self).cast::<u8>(), N);
        // SAFETY: in `repr(C)` both are the ends, and behind them `N` places.
        unsafe { &*(block as *const Block<[ValueCell<T>]>) }
    }
}

impl<T> Block<[ValueCell<T>]> {
    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        self.places.len()
    }

    /// The number of values, which others may change meanwhile.
    pub(crate) fn len(&self) -> usize {
        self.ring().len(WrapBit::new(self.capacity()))
    }

    /// The ring to the first caller, if it was not lent before; `None` to all others.
    pub(crate) fn take(&self) -> Option<Ring<'_, T>> {
        self.ends.limit().claim(WrapBit::new(self.capacity()).limit()).then(|| self.ring())
    }

    /// The ring, to a caller who sees to it that no other ends of it are in use.
    ///
    /// # Safety
    /// The block stays where it is for `'b` or as long as the ring is used.
    pub(crate) unsafe fn lend<'b>(&self) -> Ring<'b, T> {
        self.ends.limit().set(WrapBit::new(self.capacity()).limit());
        Ring { origin: self.ring().origin, borrows: PhantomData }
    }

    /// The block on the heap, with so many places; `None` if there is no memory for it.
    #[cfg(feature = "alloc")]
    pub(crate) fn on_heap(capacity: usize) -> Option<Owned<Self>> {
        let places = Layout::array::<ValueCell<T>>(capacity).ok()?;
        let (layout, _) = Layout::new::<Ends>().extend(places).ok()?;
        let cast = |start| core::ptr::slice_from_raw_parts_mut(start, capacity) as *mut Self;
        // SAFETY: what `new` hands over is zeros.
        let finish = |block| unsafe { Self::make(block) };
        // SAFETY: a block of this layout, of which `make` finishes both parts.
        unsafe { Owned::new(layout.pad_to_align(), cast, finish) }
    }

    /// # Safety
    /// The block may be written to, and its bytes are all zero.
    #[cfg(feature = "alloc")]
    unsafe fn make(block: *mut Self) {
        // SAFETY: as the caller promises.
        let ends = unsafe { &raw mut (*block).ends };
        // SAFETY: as above.
        let places = unsafe { &raw mut (*block).places };
        // SAFETY: as above.
        unsafe { make(ends, Ends::new) };
        // SAFETY: as above.
        unsafe { make_each(places, ValueCell::new) };
    }

    fn ring(&self) -> Ring<'_, T> {
        // SAFETY: an offset within the block.
        let origin = unsafe { NonNull::from(self).cast::<u8>().add(Ring::<T>::ORIGIN) };
        Ring { origin, borrows: PhantomData }
    }
}

/// A borrowed ring: one pointer, for the ends are small where memory is.
///
/// Not a reference, because an end that owns its queue frees it while it still has the pointer.
pub(crate) struct Ring<'a, T> {
    /// Points into a `Block` of as many places as its limit says.
    origin: NonNull<u8>,
    borrows: PhantomData<&'a ValueCell<T>>,
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
    /// Where in the block the places are: in `repr(C)` where those of an empty array are.
    const PLACES: usize = offset_of!(Block<[ValueCell<T>; 0]>, places);
    /// Where the pointer points to: to the places, if the ends are reached from there as fast, else to the ends.
    const ORIGIN: usize = if HAS_NEGATIVE_OFFSETS { Self::PLACES } else { 0 };

    /// For an end to remember.
    fn limit(self) -> CachedIndex {
        CachedIndex::new(|| self.limit_now())
    }

    /// Its positions, whose limit an end may remember.
    #[inline]
    fn wrap_bit(self, limit: &CachedIndex) -> WrapBit {
        WrapBit::from_limit(limit.get(|| self.limit_now()))
    }

    #[inline]
    fn limit_now(self) -> usize {
        // SAFETY: set before there was an end to use, but in `drop_all`, which nobody runs beside.
        unsafe { self.ends().limit().get() }
    }

    fn len(self, wrap_bit: WrapBit) -> usize {
        // ORDERING: acquires both stores (S1, S2); the head first, so that the tail is not behind it.
        let head = self.ends().head.load(ordering::PRODUCER_LOAD_HEAD);
        let tail = self.ends().tail().load(ordering::CONSUMER_LOAD_TAIL);
        wrap_bit.distance(head, tail).min(wrap_bit.capacity())
    }

    #[inline]
    fn ends(self) -> &'a Ends {
        // SAFETY: the start of the block, where in `repr(C)` the ends are.
        let ends = unsafe { self.origin.sub(Self::ORIGIN) }.cast();
        // SAFETY: the block outlives every use of the ring; nothing has exclusive access to the ends.
        unsafe { ends.as_ref() }
    }

    /// The place at index 0.
    #[inline]
    fn first(self) -> NonNull<ValueCell<T>> {
        // SAFETY: an offset within the block.
        unsafe { self.origin.add(Self::PLACES - Self::ORIGIN) }.cast()
    }

    /// The place of a position, whose index is below the capacity.
    #[inline]
    fn place(self, position: usize) -> &'a ValueCell<T> {
        // SAFETY: the index of a position is below the capacity.
        let place = unsafe { self.first().add(WrapBit::index(position)) };
        // SAFETY: the places outlive every use of the ring.
        unsafe { place.as_ref() }
    }

    /// The places of the `count` positions from `position` on: one run, and one more from index 0.
    #[inline]
    fn runs(
        self,
        wrap_bit: WrapBit,
        position: usize,
        count: usize,
    ) -> (&'a [ValueCell<T>], &'a [ValueCell<T>]) {
        debug_assert!(count <= wrap_bit.capacity());
        let index = WrapBit::index(position);
        let first = count.min(wrap_bit.capacity() - index);
        // SAFETY: `index + first <= capacity`.
        let start = unsafe { self.first().add(index) };
        // SAFETY: as above, and the places outlive every use of the ring.
        let first_run = unsafe { NonNull::slice_from_raw_parts(start, first).as_ref() };
        // SAFETY: `count - first <= capacity`, and the places outlive every use of the ring.
        let second_run = unsafe { NonNull::slice_from_raw_parts(self.first(), count - first).as_ref() };
        (first_run, second_run)
    }
}

/// The only end that pushes.
pub(crate) struct ProducerEnd<'a, T> {
    ring: Ring<'a, T>,
    limit: CachedIndex,
    tail: CachedIndex,
    head: CachedIndex,
    spin_once: SpinOncePerPosition,
}

impl<'a, T> ProducerEnd<'a, T> {
    /// # Safety
    /// This is the only producer end of the ring that is used from here on, and what the one before it did
    /// happened before.
    pub(crate) unsafe fn new(ring: Ring<'a, T>) -> Self {
        let ends = ring.ends();
        // ORDERING: only producer ends write the tail; see the contract.
        let tail = CachedIndex::new(|| ends.tail().load(Ordering::Relaxed));
        // ORDERING: acquires the store of the head: the places before it are empty (S2).
        let head = CachedIndex::new(|| ends.head.load(ordering::PRODUCER_LOAD_HEAD));
        Self { ring, limit: ring.limit(), tail, head, spin_once: SpinOncePerPosition::new() }
    }

    /// In a full queue, may pause before it says so, as long as a push into the MPMC ring with so many looks: the
    /// consumer gets ahead meanwhile, and the two meet less often.
    #[inline]
    pub(crate) fn push(&mut self, value: T, looks: usize) -> Result<(), T> {
        let (tail, wrap_bit) = (self.tail(), self.wrap_bit());
        let full = WrapBit::full_position(tail);
        if self.head_unless(|head| head == full) == full && (looks == 0 || !self.gets_room(full, looks)) {
            return Err(value);
        }
        // SAFETY: not full, so the consumer has left this place and returns only after `publish`.
        unsafe { self.ring.place(tail).write(value) };
        self.publish_to(wrap_bit.next(tail));
        Ok(())
    }

    /// Whether the head leaves this position while this end pauses, which it does once.
    #[inline]
    fn gets_room(&mut self, full: usize, looks: usize) -> bool {
        if !self.spin_once.first_visit(full) {
            return false;
        }
        // Not for longer than it takes to drain a small queue.
        pause((looks * SPINS_PER_RETRY).min(self.wrap_bit().capacity() / 8));
        self.head_unless(|head| head == full) != full
    }

    /// The number of free places: at least `wanted` if there are so many now.
    #[inline]
    pub(crate) fn free(&mut self, wanted: usize) -> usize {
        let (wrap_bit, tail) = (self.wrap_bit(), self.tail());
        let free = |head| wrap_bit.capacity() - wrap_bit.distance(head, tail);
        free(self.head_unless(|head| free(head) < wanted))
    }

    #[inline]
    pub(crate) fn wrap_bit(&self) -> WrapBit {
        self.ring.wrap_bit(&self.limit)
    }

    #[inline]
    fn tail(&self) -> usize {
        // SAFETY: only this end writes the tail.
        self.tail.get(|| unsafe { self.ring.ends().tail().read() })
    }

    /// The head, as it is now if `is_too_old` says so of the one that this end remembers.
    #[inline]
    fn head_unless(&mut self, is_too_old: impl Fn(usize) -> bool) -> usize {
        // ORDERING: acquires the store of the head: the places before it are empty (S2).
        self.head.refresh_if(|| self.ring.ends().head.load(ordering::PRODUCER_LOAD_HEAD), is_too_old)
    }

    /// The free place `offset` behind the last value.
    ///
    /// Whoever calls this keeps `offset` below [`free`](Self::free).
    #[inline]
    pub(crate) fn place(&self, offset: usize) -> &ValueCell<T> {
        self.ring.place(self.wrap_bit().advance(self.tail(), offset))
    }

    /// The free places from `offset` to `end` behind the last value.
    #[inline]
    pub(crate) fn places(&self, offset: usize, end: usize) -> (&[ValueCell<T>], &[ValueCell<T>]) {
        let wrap_bit = self.wrap_bit();
        self.ring.runs(wrap_bit, wrap_bit.advance(self.tail(), offset), end - offset)
    }

    /// Publishes the next `count` places, which hold values.
    #[inline]
    pub(crate) fn publish(&mut self, count: usize) {
        self.publish_to(self.wrap_bit().advance(self.tail(), count));
    }

    #[inline]
    fn publish_to(&mut self, tail: usize) {
        self.tail.set(tail);
        // ORDERING: releases the values before the tail to the consumer (S1).
        self.ring.ends().tail().store(tail, ordering::PRODUCER_STORE_TAIL);
    }

    /// The number of values. The consumer may take from them at any time.
    pub(crate) fn len(&self) -> usize {
        self.ring.len(self.wrap_bit())
    }
}

/// The only end that pops.
pub(crate) struct ConsumerEnd<'a, T> {
    ring: Ring<'a, T>,
    limit: CachedIndex,
    head: CachedIndex,
    tail: CachedIndex,
}

impl<'a, T> ConsumerEnd<'a, T> {
    /// # Safety
    /// This is the only consumer end of the ring that is used from here on, and what the one before it did
    /// happened before.
    pub(crate) unsafe fn new(ring: Ring<'a, T>) -> Self {
        let ends = ring.ends();
        // ORDERING: only consumer ends write the head; see the contract.
        let head = CachedIndex::new(|| ends.head.load(Ordering::Relaxed));
        // ORDERING: acquires the store of the tail: the places before it hold values (S1).
        let tail = CachedIndex::new(|| ends.tail().load(ordering::CONSUMER_LOAD_TAIL));
        Self { ring, limit: ring.limit(), head, tail }
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let (head, wrap_bit) = (self.head(), self.wrap_bit());
        if self.tail_unless(|tail| tail == head) == head {
            return None;
        }
        // SAFETY: not empty, so the producer published this value and returns only after `vacate`.
        let value = unsafe { self.ring.place(head).read() };
        self.vacate_to(wrap_bit.next(head));
        Some(value)
    }

    /// The number of values: at least `wanted` if there are so many now.
    #[inline]
    pub(crate) fn available(&mut self, wanted: usize) -> usize {
        let (wrap_bit, head) = (self.wrap_bit(), self.head());
        let available = |tail| wrap_bit.distance(head, tail);
        available(self.tail_unless(|tail| available(tail) < wanted))
    }

    #[inline]
    pub(crate) fn wrap_bit(&self) -> WrapBit {
        self.ring.wrap_bit(&self.limit)
    }

    #[inline]
    fn head(&self) -> usize {
        // SAFETY: only this end writes the head.
        self.head.get(|| unsafe { self.ring.ends().head.read() })
    }

    /// The tail, as it is now if `is_too_old` says so of the one that this end remembers.
    #[inline]
    fn tail_unless(&mut self, is_too_old: impl Fn(usize) -> bool) -> usize {
        // ORDERING: acquires the store of the tail: the places before it hold values (S1).
        self.tail.refresh_if(|| self.ring.ends().tail().load(ordering::CONSUMER_LOAD_TAIL), is_too_old)
    }

    /// The value `offset` behind the oldest.
    ///
    /// Whoever calls this keeps `offset` below [`available`](Self::available).
    #[inline]
    pub(crate) fn place(&self, offset: usize) -> &ValueCell<T> {
        self.ring.place(self.wrap_bit().advance(self.head(), offset))
    }

    /// The oldest `count` values.
    #[inline]
    pub(crate) fn places(&self, count: usize) -> (&[ValueCell<T>], &[ValueCell<T>]) {
        self.ring.runs(self.wrap_bit(), self.head(), count)
    }

    /// Gives the oldest `count` places back, whose values are gone.
    #[inline]
    pub(crate) fn vacate(&mut self, count: usize) {
        self.vacate_to(self.wrap_bit().advance(self.head(), count));
    }

    #[inline]
    fn vacate_to(&mut self, head: usize) {
        self.head.set(head);
        // ORDERING: releases the places before the head to the producer (S2).
        self.ring.ends().head.store(head, ordering::CONSUMER_STORE_HEAD);
    }

    /// The number of values. The producer may add to them at any time.
    pub(crate) fn len(&self) -> usize {
        self.ring.len(self.wrap_bit())
    }

    /// Drops the oldest `count` values, all of them even if one panics, and gives their places back.
    ///
    /// # Safety
    /// `count` is at most what [`available`](Self::available) said.
    pub(crate) unsafe fn discard(&mut self, count: usize) {
        let places = Vacating { end: self, count };
        let mut offsets = 0..count;
        // SAFETY: each of the available values is dropped once, and then its place goes back.
        unsafe { drop_each(|| offsets.next().map(|offset| places.end.place(offset).as_ptr())) };
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
pub(crate) unsafe fn drop_all<T>(block: &Block<[ValueCell<T>]>) {
    if core::mem::needs_drop::<T>() {
        // SAFETY: as the caller promises.
        let mut end = unsafe { ConsumerEnd::new(block.ring()) };
        let count = end.available(0);
        // A queue that never had an end has no limit, and no value.
        if count > 0 {
            // SAFETY: so many are available.
            unsafe { end.discard(count) };
        }
    }
}
