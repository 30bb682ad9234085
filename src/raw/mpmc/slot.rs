//! Slots and their owners: what an operation may do with a slot is what its type has methods for.

use super::{CellView, Memory, Parts, Ring};
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};

/// A claimed slot without a value. Dropped, it releases the slot.
pub(crate) struct VacantSlot<M: Memory + Copy> {
    ring: Ring<M>,
    index: usize,
}

impl<M: Memory + Copy> VacantSlot<M> {
    /// # Safety
    /// The slot at `index` exists, and the caller owns it and gives it away.
    #[inline]
    pub(super) unsafe fn new(ring: Ring<M>, index: usize) -> Self {
        Self { ring, index }
    }

    #[inline]
    pub(crate) fn write(self, value: M::Item) -> FilledSlot<M> {
        // SAFETY: an owned slot exists.
        let cell = unsafe { self.ring.value(self.index) };
        // SAFETY: only the owner of a slot has access to its value (invariant 3).
        unsafe { cell.write(value) };
        // SAFETY: written just now.
        unsafe { self.assume_init() }
    }

    pub(crate) fn as_uninit(&mut self) -> &mut MaybeUninit<M::Item> {
        // SAFETY: an owned slot exists.
        let cell = unsafe { self.ring.value(self.index) };
        // SAFETY: only the owner has access, and it is borrowed for as long as the reference lives.
        unsafe { &mut *cell.as_ptr() }
    }

    /// # Safety
    /// The value is initialised.
    #[inline]
    pub(crate) unsafe fn assume_init(self) -> FilledSlot<M> {
        FilledSlot { slot: ManuallyDrop::new(self), value: PhantomData }
    }
}

impl<'a, M: Memory> VacantSlot<&'a M> {
    /// The same slot, without the type of the memory.
    #[inline]
    pub(crate) fn erased(self) -> VacantSlot<Parts<'a, M::Item, M::Word>> {
        let slot = ManuallyDrop::new(self);
        VacantSlot { ring: Ring(Parts::of(slot.ring.0)), index: slot.index }
    }
}

impl<M: Memory + Copy> Drop for VacantSlot<M> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: an owned slot exists. This is its owner, and there is no value.
        let flag = unsafe { self.ring.flag(self.index) };
        flag.release();
    }
}

/// A slot with a value that is not in the queue: not linked yet, or popped. Dropped, it drops the
/// value and releases the slot.
// `T` is a parameter, and not only `M::Item`, so that guards are covariant in the lifetime of `M`.
pub(crate) struct FilledSlot<M: Memory + Copy, T = <M as Memory>::Item> {
    slot: ManuallyDrop<VacantSlot<M>>,
    /// It lends the value, so it is `Sync` only if `T` is.
    value: PhantomData<T>,
}

impl<M: Memory<Item = T> + Copy, T> FilledSlot<M, T> {
    /// # Safety
    /// The slot at `index` exists, a value is in it, and the caller owns both and gives them away.
    #[inline]
    pub(super) unsafe fn new(ring: Ring<M>, index: usize) -> Self {
        // SAFETY: the slot exists and is the caller's, who gives it away.
        let slot = unsafe { VacantSlot::new(ring, index) };
        Self { slot: ManuallyDrop::new(slot), value: PhantomData }
    }

    /// Links the slot to a vacant cell: this is the push. Returns the slot if another push filled
    /// the cell first, or if the exchange failed spuriously.
    ///
    /// # Safety
    /// The cell was loaded from the ring of this slot, is its first vacant one, and the value of
    /// the lap before was popped.
    #[inline]
    pub(super) unsafe fn link(self, cell: CellView<M::Word>) -> Result<(), Self> {
        // From the exchange on the cell may own the slot.
        let this = ManuallyDrop::new(self);
        let ring = this.slot.ring;
        let word = ring.0.geometry().filled(cell.position, this.slot.index);
        // SAFETY: as the caller promises; the slot is this owner's, with a value in it.
        if !unsafe { ring.fill(cell, word) } {
            return Err(ManuallyDrop::into_inner(this));
        }
        // SAFETY: the cell at that position is filled, and so are all before it (invariant 4).
        unsafe { ring.set_tail_hint(ring.0.geometry().next(cell.position)) };
        Ok(())
    }

    /// Links the slot to the first vacant cell, if the queue has room there.
    pub(crate) fn commit(self) -> Result<(), Self> {
        let hint = self.slot.ring.tail_hint();
        self.link_from(hint)
    }

    /// Links the slot to the first vacant cell at or after `position`, if the queue has room there.
    #[inline]
    pub(super) fn link_from(mut self, mut position: M::Word) -> Result<(), Self> {
        let ring = self.slot.ring;
        loop {
            let Some(cell) = ring.find_room(position) else { return Err(self) };
            // SAFETY: `find_room` found the first vacant cell, and room there.
            match unsafe { self.link(cell) } {
                Ok(()) => return Ok(()),
                Err(unlinked) => self = unlinked,
            }
            position = cell.position;
        }
    }

    /// Moves the value out and releases the slot.
    #[inline]
    pub(crate) fn take(self) -> T {
        let slot = self.into_slot();
        // SAFETY: an owned slot exists.
        let cell = unsafe { slot.ring.value(slot.index) };
        // SAFETY: only the owner has access, and a value is in it, which is not used again.
        unsafe { cell.read() }
    }

    #[cfg(test)]
    pub(super) fn index(&self) -> usize {
        self.slot.index
    }

    /// The value, for the caller to drop. The slot is not released.
    #[inline]
    pub(super) fn into_raw(self) -> *mut MaybeUninit<T> {
        let this = ManuallyDrop::new(self);
        // SAFETY: an owned slot exists.
        let cell = unsafe { this.slot.ring.value(this.slot.index) };
        cell.as_ptr()
    }

    /// The slot, whose value the caller deals with.
    #[inline]
    fn into_slot(self) -> VacantSlot<M> {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: taken once, as `this` is not used again.
        unsafe { ManuallyDrop::take(&mut this.slot) }
    }
}

impl<'a, M: Memory> FilledSlot<&'a M> {
    /// The same slot, without the type of the memory.
    #[inline]
    pub(crate) fn erased(self) -> FilledSlot<Parts<'a, M::Item, M::Word>, M::Item> {
        let slot = self.into_slot().erased();
        FilledSlot { slot: ManuallyDrop::new(slot), value: PhantomData }
    }
}

impl<M: Memory<Item = T> + Copy, T> Deref for FilledSlot<M, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: an owned slot exists.
        let cell = unsafe { self.slot.ring.value(self.slot.index) };
        // SAFETY: only the owner has access, and it is borrowed.
        let value = unsafe { &*cell.as_ptr() };
        // SAFETY: a filled slot has a value.
        unsafe { value.assume_init_ref() }
    }
}

impl<M: Memory<Item = T> + Copy, T> DerefMut for FilledSlot<M, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: a filled slot has a value.
        unsafe { self.slot.as_uninit().assume_init_mut() }
    }
}

impl<M: Memory + Copy, T> Drop for FilledSlot<M, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken once, here. It releases the slot, even if the drop below panics.
        let mut slot = unsafe { ManuallyDrop::take(&mut self.slot) };
        // SAFETY: a filled slot has a value, which is not used again.
        unsafe { slot.as_uninit().assume_init_drop() };
    }
}
