//! The memory of the ring on microcontrollers: cells, values and flags in arrays of their own,
//! which is smallest.
//!
//! The interface is that of [`interleaved`](super::interleaved).

use crate::raw::value::ValueCell;
#[cfg(any(feature = "alloc", test))]
use crate::raw::zeroed::ZeroedBox;
use crate::raw::zeroed::{Row, Run, Zeroed};
use crate::sync::{Atomic, ClaimFlag, FlagWord, Word, array, const_fn};

// The cells are at the start, which is the start of the queue: their addresses take one addition.
#[repr(C)]
pub(crate) struct InlineSlots<T, W: Word, const N: usize, const S: usize> {
    cells: Row<Atomic<W>, N>,
    values: Run<ValueCell<T>, N, S>,
    flags: Run<ClaimFlag<FlagWord>, N, S>,
}

// SAFETY: each part may be zeros.
unsafe impl<T, W: Word, const N: usize, const S: usize> Zeroed for InlineSlots<T, W, N, S> {}

impl<T, W: Word, const N: usize, const S: usize> InlineSlots<T, W, N, S> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                cells: Row::of(array![Atomic::new(); N]),
                values: Run::of(array![ValueCell::new(); N], array![ValueCell::new(); S]),
                flags: Run::of(array![ClaimFlag::new(); N], array![ClaimFlag::new(); S]),
            }
        }
    }

    #[inline]
    pub(crate) const fn slots(&self) -> Slots<'_, T, W> {
        Slots { cells: self.cells.as_slice(), values: self.values.as_slice(), flags: self.flags.as_slice() }
    }
}

#[cfg(any(feature = "alloc", test))]
pub(crate) struct BoxedSlots<T, W: Word> {
    cells: ZeroedBox<[Atomic<W>]>,
    values: ZeroedBox<[ValueCell<T>]>,
    flags: ZeroedBox<[ClaimFlag<FlagWord>]>,
}

#[cfg(any(feature = "alloc", test))]
impl<T, W: Word> BoxedSlots<T, W> {
    pub(crate) fn new(cells: usize, slots: usize) -> Option<Self> {
        Some(Self {
            cells: ZeroedBox::slice(cells, Atomic::new)?,
            values: ZeroedBox::slice(slots, ValueCell::new)?,
            flags: ZeroedBox::slice(slots, ClaimFlag::new)?,
        })
    }

    #[inline]
    pub(crate) fn slots(&self) -> Slots<'_, T, W> {
        Slots { cells: &self.cells, values: &self.values, flags: &self.flags }
    }
}

pub(crate) struct Slots<'a, T, W: Word> {
    cells: &'a [Atomic<W>],
    values: &'a [ValueCell<T>],
    /// As many as there are values.
    flags: &'a [ClaimFlag<FlagWord>],
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
        self.flags.len()
    }

    /// The slot to claim first for a vacant cell: the one that the cell names, since to find it
    /// free proves that there is room.
    #[inline]
    pub(crate) fn first_choice(_home: usize, before: usize) -> usize {
        before
    }

    /// The slot to claim after `slot` was found claimed: the next one, round to the first choice.
    /// `None` if all were tried.
    #[inline]
    pub(crate) fn next_choice(self, slot: usize, first_choice: usize) -> Option<usize> {
        let next = if slot + 1 == self.len() { 0 } else { slot + 1 };
        (next != first_choice).then_some(next)
    }

    /// Always `false`: the slot that a vacant cell names is the first choice, and claiming it
    /// proves the same.
    #[inline]
    pub(crate) fn shows_room(_flag: &ClaimFlag<FlagWord>) -> bool {
        false
    }

    /// # Safety
    /// `index` is below the number of cells.
    #[inline]
    pub(crate) unsafe fn cell(self, index: usize) -> &'a Atomic<W> {
        debug_assert!(index < self.cells.len());
        // SAFETY: as the caller promises.
        unsafe { self.cells.get_unchecked(index) }
    }

    /// # Safety
    /// `slot` is below `len`.
    #[inline]
    pub(crate) unsafe fn value(self, slot: usize) -> &'a ValueCell<T> {
        debug_assert!(slot < self.values.len());
        // SAFETY: as the caller promises.
        unsafe { self.values.get_unchecked(slot) }
    }

    /// # Safety
    /// `slot` is below `len`.
    #[inline]
    pub(crate) unsafe fn flag(self, slot: usize) -> &'a ClaimFlag<FlagWord> {
        debug_assert!(slot < self.flags.len());
        // SAFETY: as the caller promises.
        unsafe { self.flags.get_unchecked(slot) }
    }
}
