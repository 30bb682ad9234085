//! The memory of the ring where cores share caches: each cell beside its home slot, so that a push
//! or a pop finds all it needs on one line.
//!
//! `InlineSlots` is the memory of a queue with its capacity in the type, `BoxedSlots` that of one
//! without, and `Slots` is how the algorithm reaches both. [`separate`](super::separate) has the
//! same interface.

use crate::raw::value::ValueCell;
#[cfg(any(feature = "alloc", test))]
use crate::raw::zeroed::ZeroedBox;
use crate::raw::zeroed::{Run, Zeroed};
use crate::sync::{Atomic, ClaimFlag, FlagWord, Word, array, const_fn};

/// A cell beside its home slot. A spare slot is in a node whose cell is not used.
// The order is by measurement: with the flag behind the value, `u64`s take up to 1.2 of the time.
#[repr(C)]
struct Node<T, W: Word> {
    cell: Atomic<W>,
    flag: ClaimFlag<FlagWord>,
    value: ValueCell<T>,
}

impl<T, W: Word> Node<T, W> {
    const_fn! {
        fn new() -> Self {
            Self { cell: Atomic::new(), flag: ClaimFlag::new(), value: ValueCell::new() }
        }
    }
}

// SAFETY: each part may be zeros.
unsafe impl<T, W: Word> Zeroed for Node<T, W> {}

pub(crate) struct InlineSlots<T, W: Word, const N: usize, const S: usize>(Run<Node<T, W>, N, S>);

// SAFETY: a run of what may be zeros.
unsafe impl<T, W: Word, const N: usize, const S: usize> Zeroed for InlineSlots<T, W, N, S> {}

impl<T, W: Word, const N: usize, const S: usize> InlineSlots<T, W, N, S> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Run::of(array![Node::new(); N], array![Node::new(); S]))
        }
    }

    #[inline]
    pub(crate) const fn slots(&self) -> Slots<'_, T, W> {
        Slots { nodes: self.0.as_slice() }
    }
}

#[cfg(any(feature = "alloc", test))]
pub(crate) struct BoxedSlots<T, W: Word>(ZeroedBox<[Node<T, W>]>);

#[cfg(any(feature = "alloc", test))]
impl<T, W: Word> BoxedSlots<T, W> {
    pub(crate) fn new(_cells: usize, slots: usize) -> Option<Self> {
        ZeroedBox::slice(slots, Node::new).map(Self)
    }

    #[inline]
    pub(crate) fn slots(&self) -> Slots<'_, T, W> {
        Slots { nodes: &self.0 }
    }
}

pub(crate) struct Slots<'a, T, W: Word> {
    nodes: &'a [Node<T, W>],
}

impl<T, W: Word> Clone for Slots<'_, T, W> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, W: Word> Copy for Slots<'_, T, W> {}

impl<'a, T, W: Word> Slots<'a, T, W> {
    #[inline]
    pub(crate) fn len(self) -> usize {
        self.nodes.len()
    }

    /// The slot to claim first for a vacant cell: its home, so that all is on one line.
    #[inline]
    pub(crate) fn first_choice(home: usize, _before: usize) -> usize {
        home
    }

    /// The slot to claim after `slot` was found claimed: from the last one down, spares first, so
    /// that home slots stay for their own cells. `None` if all were tried.
    #[inline]
    pub(crate) fn next_choice(self, slot: usize, first_choice: usize) -> Option<usize> {
        let next = if slot == first_choice { self.len() } else { slot }.checked_sub(1)?;
        if next == first_choice { next.checked_sub(1) } else { Some(next) }
    }

    /// Whether the flag of the slot that a vacant cell names shows that the value of the lap before
    /// was popped.
    #[inline]
    pub(crate) fn shows_room(flag: &ClaimFlag<FlagWord>) -> bool {
        flag.is_free()
    }

    /// # Safety
    /// `slot` is below `len`.
    #[inline]
    pub(crate) unsafe fn flag(self, slot: usize) -> &'a ClaimFlag<FlagWord> {
        // SAFETY: as the caller promises.
        &unsafe { self.node(slot) }.flag
    }

    /// # Safety
    /// `index` is below the number of cells.
    #[inline]
    pub(crate) unsafe fn cell(self, index: usize) -> &'a Atomic<W> {
        // SAFETY: there are at least as many nodes as cells.
        &unsafe { self.node(index) }.cell
    }

    /// # Safety
    /// `slot` is below `len`.
    #[inline]
    pub(crate) unsafe fn value(self, slot: usize) -> &'a ValueCell<T> {
        // SAFETY: as the caller promises.
        &unsafe { self.node(slot) }.value
    }

    /// # Safety
    /// `index` is below `len`.
    #[inline]
    unsafe fn node(self, index: usize) -> &'a Node<T, W> {
        debug_assert!(index < self.nodes.len());
        // SAFETY: as the caller promises.
        unsafe { self.nodes.get_unchecked(index) }
    }
}
