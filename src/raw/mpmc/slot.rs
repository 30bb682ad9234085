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
        // SAFETY: only the owner of a slot has access to its value (invariant 3).
        unsafe { self.ring.value(self.index).write(value) };
        // SAFETY: written just now.
        unsafe { self.assume_init() }
    }

    pub(crate) fn as_uninit(&mut self) -> &mut MaybeUninit<M::Item> {
        // SAFETY: only the owner has access, and it is borrowed for as long as the reference lives.
        unsafe { &mut *self.ring.value(self.index).as_ptr() }
    }

    /// # Safety
    /// The value was initialised, through [`as_uninit`](Self::as_uninit).
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
        self.ring.release(self.index);
    }
}

/// A slot with a value that is not in the queue: not linked yet, or popped. Dropped, it drops the
/// value and releases the slot.
pub(crate) struct FilledSlot<M: Memory + Copy> {
    slot: ManuallyDrop<VacantSlot<M>>,
    /// It lends the value, so it is `Sync` only if `T` is.
    value: PhantomData<M::Item>,
}

impl<M: Memory + Copy> FilledSlot<M> {
    /// # Safety
    /// The slot at `index` exists, a value is in it, and the caller owns both and gives them away.
    #[inline]
    pub(super) unsafe fn new(ring: Ring<M>, index: usize) -> Self {
        // SAFETY: as the caller promises.
        let slot = unsafe { VacantSlot::new(ring, index) };
        // SAFETY: as the caller promises.
        unsafe { slot.assume_init() }
    }

    /// Hands the slot to a vacant cell: this is the push. Gives it back if another push filled the
    /// cell first, or if the exchange failed without a reason.
    #[inline]
    pub(super) fn link(self, cell: CellView<M::Word>) -> Result<(), Self> {
        let ring = self.slot.ring;
        if !ring.fill(cell, ring.0.geometry().filled(cell.position, self.slot.index)) {
            return Err(self);
        }
        core::mem::forget(self);
        ring.set_tail_hint(ring.0.geometry().next(cell.position));
        Ok(())
    }

    /// Links the slot to the first vacant cell, if the queue has room there.
    pub(crate) fn commit(self) -> Result<(), Self> {
        self.slot.ring.commit(self)
    }

    /// Moves the value out and releases the slot.
    #[inline]
    pub(crate) fn take(self) -> M::Item {
        let slot = self.into_vacant();
        // SAFETY: the owner of the slot is the only one with access, and a value was in it.
        unsafe { slot.ring.value(slot.index).read() }
    }

    #[cfg(test)]
    pub(super) fn index(&self) -> usize {
        self.slot.index
    }

    /// The value, for the caller to drop. The slot is not released.
    #[inline]
    pub(super) fn into_raw(self) -> *mut MaybeUninit<M::Item> {
        let this = ManuallyDrop::new(self);
        this.slot.ring.value(this.slot.index).as_ptr()
    }

    /// The slot, without what is in it.
    #[inline]
    fn into_vacant(self) -> VacantSlot<M> {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: taken once, as `this` is not used again.
        unsafe { ManuallyDrop::take(&mut this.slot) }
    }
}

impl<'a, M: Memory> FilledSlot<&'a M> {
    /// The same slot, without the type of the memory.
    #[inline]
    pub(crate) fn erased(self) -> FilledSlot<Parts<'a, M::Item, M::Word>> {
        let slot = self.into_vacant().erased();
        FilledSlot { slot: ManuallyDrop::new(slot), value: PhantomData }
    }
}

impl<M: Memory + Copy> Deref for FilledSlot<M> {
    type Target = M::Item;

    fn deref(&self) -> &M::Item {
        // SAFETY: only the owner has access, and it is borrowed.
        let value = unsafe { &*self.slot.ring.value(self.slot.index).as_ptr() };
        // SAFETY: a filled slot has a value.
        unsafe { value.assume_init_ref() }
    }
}

impl<M: Memory + Copy> DerefMut for FilledSlot<M> {
    fn deref_mut(&mut self) -> &mut M::Item {
        // SAFETY: a filled slot has a value.
        unsafe { self.slot.as_uninit().assume_init_mut() }
    }
}

impl<M: Memory + Copy> Drop for FilledSlot<M> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken once, here. It releases the slot, even if the drop below panics.
        let mut slot = unsafe { ManuallyDrop::take(&mut self.slot) };
        // SAFETY: a filled slot has a value, which is not used again.
        unsafe { slot.as_uninit().assume_init_drop() };
    }
}
