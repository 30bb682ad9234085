//! Slots: where the values are, and which operation owns them while they are in no list.

use crate::raw::value::ValueCell;
use crate::raw::zeroed::Zeroed;
use crate::sync::{Atomic, Word, const_fn};
use core::mem::MaybeUninit;

/// The memory of a slot.
pub(crate) struct Node<V, W: Word> {
    /// What is below this slot, in whichever list it is: see [`word`](super::word).
    pub(super) below: Atomic<W>,
    /// The value, to which only the owner of the slot has access: in a stack a [`ValueCell`], in a
    /// pool an [`Object`](super::pool::Object).
    value: V,
}

// SAFETY: each part may be zeros.
unsafe impl<V: Zeroed, W: Word> Zeroed for Node<V, W> {}

impl<V, W: Word> Node<V, W> {
    const_fn! {
        pub(super) fn new(value: V) -> Self {
            Self { below: Atomic::new(), value }
        }
    }

    #[inline]
    pub(crate) fn value(&self) -> &V {
        &self.value
    }
}

/// A slot that was taken from a list and is in none: the operation that took it owns it.
///
/// Invariants, kept by [`List`](super::list::List), which creates a slot when it takes one and
/// consumes it when it links one:
///
/// 1. There is one `Slot` at most for each node, and none while the node is in a list.
/// 2. If `FILLED`, there is a value in the node.
pub(super) struct Slot<'s, V, W: Word, const FILLED: bool> {
    index: usize,
    node: &'s Node<V, W>,
}

impl<'s, V, W: Word, const FILLED: bool> Slot<'s, V, W, FILLED> {
    /// # Safety
    /// The node is the one at `index`, in no list, and of no other `Slot`. If `FILLED`, there is a
    /// value in it.
    #[inline]
    pub(super) unsafe fn new(index: usize, node: &'s Node<V, W>) -> Self {
        Self { index, node }
    }

    #[inline]
    pub(super) fn index(&self) -> usize {
        self.index
    }

    #[inline]
    pub(super) fn node(&self) -> &'s Node<V, W> {
        self.node
    }
}

/// An owned slot of a stack, without a value.
pub(super) type VacantSlot<'s, T, W> = Slot<'s, ValueCell<T>, W, false>;
/// An owned slot of a stack, with a value.
pub(super) type FilledSlot<'s, T, W> = Slot<'s, ValueCell<T>, W, true>;

impl<'s, T, W: Word> VacantSlot<'s, T, W> {
    /// Writes a value.
    #[inline]
    pub(super) fn write(self, value: T) -> FilledSlot<'s, T, W> {
        // SAFETY: no other operation has access to the node (invariant 1).
        unsafe { self.node.value.write(value) };
        Slot { index: self.index, node: self.node }
    }
}

impl<'s, T, W: Word> FilledSlot<'s, T, W> {
    /// Moves the value out.
    #[inline]
    pub(super) fn read(self) -> (T, VacantSlot<'s, T, W>) {
        // SAFETY: no other operation has access to the node (invariant 1), and there is a value
        // (2), which the slot that is returned no longer promises.
        let value = unsafe { self.node.value.read() };
        (value, Slot { index: self.index, node: self.node })
    }

    /// The address of the value. Only this slot's owner has access to it, and the slot is never
    /// linked again.
    pub(super) fn into_raw(self) -> *mut MaybeUninit<T> {
        self.node.value.as_ptr()
    }
}
