//! The memory of an SPSC ring: positions and slots in one block, and the one pointer by which an
//! end reaches them.

use super::Geometry;
use crate::ordering;
use crate::raw::value::ValueCell;
use crate::raw::zeroed::{Row, Zeroed, zeroed};
use crate::sync::{
    Atomic, HAS_NEGATIVE_OFFSETS, Ordering, Padded, PeerWord, SetOnce, ZEROS, array, const_fn,
};
use core::marker::PhantomData;
use core::mem::offset_of;
use core::ptr::NonNull;
#[cfg(feature = "alloc")]
use {
    crate::raw::zeroed::{ZeroedBox, make, make_each},
    alloc::alloc::Layout,
};

/// The positions that the two ends publish to each other.
// In this order: on a Cortex-M0, a plain load at offset zero and an atomic load of the word after
// it are compiled to one instruction more. The limit is beside both positions, so that on Cortex-M3
// and up one instruction loads it with either of them.
#[repr(C)]
pub(crate) struct Positions {
    /// Next to pop. Moved by the consumer.
    pub(super) head: Padded<Atomic<usize>>,
    tail: Padded<Tail>,
}

#[repr(C)]
struct Tail {
    /// The [limit](Geometry::limit), zero until the first end is made.
    limit: SetOnce,
    /// Next to push. Moved by the producer.
    position: Atomic<usize>,
    /// Last: the instructions that reach the other words are as short as without it.
    ends: Ends,
}

/// Which of the present ends were dropped, a mark for each.
struct Ends {
    producer: Mark,
    consumer: Mark,
}

/// Set when an end is dropped, and cleared when the next ends are made.
pub(super) struct Mark(Atomic<u8>);

impl Mark {
    const_fn! {
        fn new() -> Self {
            Self(Atomic::new())
        }
    }

    pub(super) fn is_set(&self) -> bool {
        // ORDERING: acquires the store of the mark: all that the end did is seen (S3).
        self.0.load(ordering::END_LOAD_GONE) != 0
    }

    pub(super) fn set(&self) {
        // ORDERING: releases all that this end did to the other end (S3).
        self.0.store(1, ordering::END_STORE_GONE);
    }

    /// For new ends, which no other thread has yet.
    fn clear(&self) {
        // ORDERING: none: what passes an end to another thread orders this too.
        self.0.store(0, Ordering::Relaxed);
    }
}

// SAFETY: words, each of which may be zero, and padding.
unsafe impl Zeroed for Positions {}

impl Positions {
    const_fn! {
        pub(crate) fn new() -> Self {
            let ends = Ends { producer: Mark::new(), consumer: Mark::new() };
            let tail = Tail { limit: SetOnce::new(), position: Atomic::new(), ends };
            Self { head: Padded::new(Atomic::new()), tail: Padded::new(tail) }
        }
    }

    #[inline]
    pub(super) fn tail(&self) -> &Atomic<usize> {
        &self.tail.position
    }

    pub(super) fn producer_gone(&self) -> &Mark {
        &self.tail.ends.producer
    }

    pub(super) fn consumer_gone(&self) -> &Mark {
        &self.tail.ends.consumer
    }

    #[inline]
    fn limit(&self) -> &SetOnce {
        &self.tail.limit
    }
}

/// A queue in memory: its positions, followed by its slots, `Row<ValueCell<T>, N>` or
/// `[ValueCell<T>]`.
#[repr(C)]
pub(crate) struct Block<P: ?Sized> {
    positions: Positions,
    slots: P,
}

// SAFETY: both parts may be zeros.
unsafe impl<T, const N: usize> Zeroed for Block<Row<ValueCell<T>, N>> {}

impl<T, const N: usize> Block<Row<ValueCell<T>, N>> {
    const_fn! {
        pub(crate) fn new() -> Self {
            if ZEROS {
                zeroed()
            } else {
                Self { positions: Positions::new(), slots: Row::of(array![ValueCell::new(); N]) }
            }
        }
    }

    /// The same block, with the number of its slots in the reference.
    #[inline]
    pub(crate) fn as_slice(&self) -> &Block<[ValueCell<T>]> {
        let block = core::ptr::slice_from_raw_parts(core::ptr::from_ref(self).cast::<u8>(), N);
        // SAFETY: in `repr(C)` both are the positions, followed by `N` slots.
        unsafe { &*(block as *const Block<[ValueCell<T>]>) }
    }
}

impl<T> Block<[ValueCell<T>]> {
    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// The number of values. The ends may change it at any time.
    pub(crate) fn len(&self) -> usize {
        self.ring().len(Geometry::new(self.capacity()))
    }

    /// Returns the ring to the first caller, if it was not lent before, and `None` to all others.
    pub(crate) fn take(&self) -> Option<Ring<'_, T>> {
        self.positions.limit().claim(<Geometry>::new(self.capacity()).limit()).then(|| self.ring())
    }

    /// Returns the ring, for new ends. The caller ensures that no other ends of it are in use.
    ///
    /// # Safety
    /// The block stays where it is for `'b`, or for as long as the ring is used.
    pub(crate) unsafe fn lend<'b>(&self) -> Ring<'b, T> {
        self.positions.limit().set(<Geometry>::new(self.capacity()).limit());
        self.positions.producer_gone().clear();
        self.positions.consumer_gone().clear();
        Ring { origin: self.ring().origin, borrows: PhantomData }
    }

    /// Allocates a block of `capacity` slots. Returns `None` if there is no memory for it.
    #[cfg(feature = "alloc")]
    pub(crate) fn on_heap(capacity: usize) -> Option<ZeroedBox<Self>> {
        let slots = Layout::array::<ValueCell<T>>(capacity).ok()?;
        let (layout, _) = Layout::new::<Positions>().extend(slots).ok()?;
        let cast = |start| core::ptr::slice_from_raw_parts_mut(start, capacity) as *mut Self;
        // SAFETY: what `ZeroedBox::new` passes is writable and all zeros.
        let finish = |block| unsafe { Self::make(block) };
        // SAFETY: `cast` keeps the address; a block has this layout, and `make` initialises both of
        // its parts.
        unsafe { ZeroedBox::new(layout.pad_to_align(), cast, finish) }
    }

    /// Makes a new block of zeros, in place.
    ///
    /// # Safety
    /// The block may be written to, and its bytes are all zero.
    #[cfg(feature = "alloc")]
    unsafe fn make(block: *mut Self) {
        // SAFETY: a part of the block, which may be written to.
        let positions = unsafe { &raw mut (*block).positions };
        // SAFETY: as above.
        let slots = unsafe { &raw mut (*block).slots };
        // SAFETY: it may be written to, and is zeros, as a part of the block.
        unsafe { make(positions, Positions::new) };
        // SAFETY: as above.
        unsafe { make_each(slots, ValueCell::new) };
    }

    /// The ring of this block.
    pub(super) fn ring(&self) -> Ring<'_, T> {
        // SAFETY: an offset within the block.
        let origin = unsafe { NonNull::from(self).cast::<u8>().add(Ring::<T>::ORIGIN) };
        Ring { origin, borrows: PhantomData }
    }
}

/// A borrowed ring: one pointer, as an end costs memory on a microcontroller twice.
///
/// Not a reference: an end that owns its queue frees it while it still has the pointer.
pub(crate) struct Ring<'a, T> {
    /// Points into a `Block` of as many slots as its limit says.
    origin: NonNull<u8>,
    borrows: PhantomData<&'a ValueCell<T>>,
}

// SAFETY: a ring is a shared reference to positions and slots, which are `Sync` if `T: Send`.
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
    /// Where in the block the slots are: in `repr(C)` where those of an empty array are.
    const SLOTS: usize = offset_of!(Block<[ValueCell<T>; 0]>, slots);
    /// Where in the block the pointer points to.
    ///
    /// The plain form is 0, the start of the block. Where a load can use a negative offset at no
    /// cost, the pointer to the slots saves push and pop the addition of `SLOTS`. Hosts test the
    /// plain form, and the firmware of `no_std-check` tests this one on Cortex-M3 and up.
    const ORIGIN: usize = if HAS_NEGATIVE_OFFSETS { Self::SLOTS } else { 0 };

    /// The limit, for an end to cache.
    pub(super) fn limit(self) -> PeerWord {
        PeerWord::new(|| self.load_limit())
    }

    /// The arithmetic on its positions, with the limit that an end may have cached.
    #[inline]
    pub(super) fn geometry(self, limit: &PeerWord) -> Geometry {
        Geometry::from_limit(limit.get(|| self.load_limit()))
    }

    #[inline]
    fn load_limit(self) -> usize {
        // SAFETY: set before there was an end, and never again; in `drop_all` nothing runs beside
        // this.
        unsafe { self.positions().limit().get() }
    }

    /// The number of values. The ends may change it at any time.
    pub(super) fn len(self, geometry: Geometry) -> usize {
        // ORDERING: acquires the store of the head, which follows the consumer's load of a tail
        // (S2): so the tail that is loaded next is no older than this head.
        let head = self.positions().head.load(ordering::PRODUCER_LOAD_HEAD);
        // ORDERING: acquires the store of the tail: what came before a push that is counted is seen
        // (S1).
        let tail = self.positions().tail().load(ordering::CONSUMER_LOAD_TAIL);
        geometry.distance(head, tail).min(geometry.capacity())
    }

    #[inline]
    pub(super) fn positions(self) -> &'a Positions {
        // SAFETY: the start of the block, where in `repr(C)` the positions are.
        let positions = unsafe { self.origin.sub(Self::ORIGIN) }.cast();
        // SAFETY: the block outlives every use of the ring; nothing has exclusive access to the
        // positions.
        unsafe { positions.as_ref() }
    }

    /// The slot at index 0.
    #[inline]
    fn first_slot(self) -> NonNull<ValueCell<T>> {
        // SAFETY: an offset within the block.
        unsafe { self.origin.add(Self::SLOTS - Self::ORIGIN) }.cast()
    }

    /// The slot of a position.
    ///
    /// # Safety
    /// The index of the position is below the capacity.
    #[inline]
    pub(super) unsafe fn slot(self, position: usize) -> &'a ValueCell<T> {
        // SAFETY: the index is below the capacity, as the caller promises: within the block.
        let slot =
            unsafe { self.first_slot().byte_add(Geometry::offset(position, size_of::<ValueCell<T>>())) };
        // SAFETY: the slots outlive every use of the ring, and all references to them are shared.
        unsafe { slot.as_ref() }
    }

    /// The slots of the `count` positions from `position` on: one run, and one more from index 0.
    ///
    /// # Safety
    /// `geometry` is that of this ring, the index of the position is below its capacity, and
    /// `count` at most the capacity.
    #[inline]
    pub(super) unsafe fn runs(
        self,
        geometry: Geometry,
        position: usize,
        count: usize,
    ) -> (&'a [ValueCell<T>], &'a [ValueCell<T>]) {
        debug_assert!(count <= geometry.capacity());
        let index = Geometry::index(position);
        let first = count.min(geometry.capacity() - index);
        // SAFETY: the index is below the capacity, as the caller promises: within the block.
        let start = unsafe { self.first_slot().add(index) };
        // SAFETY: `index + first <= capacity`; the slots outlive every use of the ring, and all
        // references to them are shared.
        let first_run = unsafe { NonNull::slice_from_raw_parts(start, first).as_ref() };
        // SAFETY: `count - first <= capacity`, and the rest as above.
        let second_run = unsafe { NonNull::slice_from_raw_parts(self.first_slot(), count - first).as_ref() };
        (first_run, second_run)
    }
}
