//! Guards: a push or a pop taken in two steps, with the value in place between them.

use crate::Full;
use crate::raw::mpmc::{Algorithm, Ring};
use core::fmt;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};

/// A slot that this guard holds.
struct Slot<'a, T> {
    ring: Ring<'a, T, usize>,
    index: usize,
}

impl<T> Slot<'_, T> {
    fn place(&self) -> *mut MaybeUninit<T> {
        self.ring.value(self.index)
    }
}

impl<T> Drop for Slot<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the guard holds the slot, and whoever drops the guard has dealt with the value.
        unsafe { self.ring.release(self.index) };
    }
}

/// A free slot, to be written to. Made by [`reserve`](super::QueueInner::reserve).
///
/// Dropped, it gives the slot back. Forgotten ([`core::mem::forget`]), it takes the slot out of use for
/// good: nothing else is lost, but the queue may say Full early once more than `S` slots are gone.
pub struct Grant<'a, T> {
    slot: Slot<'a, T>,
}

impl<'a, T> Grant<'a, T> {
    #[inline]
    pub(crate) fn new(ring: Ring<'a, T, usize>, index: usize) -> Self {
        Self { slot: Slot { ring, index } }
    }

    /// Writes the value. It is in the queue after [`commit`](FilledGrant::commit), not before.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let queue = ringway::mpmc::Queue::<_, 4>::new();
    /// let grant = queue.reserve().unwrap().write([0u8; 64]);
    /// assert!(queue.is_empty());
    /// grant.commit().unwrap();
    /// assert_eq!(queue.pop(), Some([0u8; 64]));
    /// ```
    pub fn write(mut self, value: T) -> FilledGrant<'a, T> {
        self.as_uninit().write(value);
        // SAFETY: written just now.
        unsafe { self.assume_init() }
    }

    /// The place of the value, to be filled piece by piece.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # let queue = ringway::mpmc::Queue::<_, 4>::new();
    /// let mut grant = queue.reserve().unwrap();
    /// grant.as_uninit().write(7);
    /// // SAFETY: written just now.
    /// unsafe { grant.assume_init() }.commit().unwrap();
    /// assert_eq!(queue.pop(), Some(7));
    /// ```
    pub fn as_uninit(&mut self) -> &mut MaybeUninit<T> {
        // SAFETY: the guard holds the slot, so nobody else has access, for as long as it is borrowed.
        unsafe { &mut *self.slot.place() }
    }

    /// Takes it that the value was written through [`as_uninit`](Self::as_uninit).
    ///
    /// # Safety
    ///
    /// The value is initialised.
    pub unsafe fn assume_init(self) -> FilledGrant<'a, T> {
        FilledGrant { value: Value::new(self.slot) }
    }
}

/// A slot with a value in it, which the guard owns.
struct Value<'a, T> {
    slot: ManuallyDrop<Slot<'a, T>>,
    /// Lends the value, so it is shared between threads only if the value may be.
    owns: PhantomData<T>,
}

impl<'a, T> Value<'a, T> {
    fn new(slot: Slot<'a, T>) -> Self {
        Self { slot: ManuallyDrop::new(slot), owns: PhantomData }
    }

    /// The ring and the slot, with the value in it; the caller deals with both.
    fn into_raw(self) -> (Ring<'a, T, usize>, usize) {
        let this = ManuallyDrop::new(self);
        (this.slot.ring, this.slot.index)
    }

    fn into_inner(self) -> T {
        let (ring, index) = self.into_raw();
        // SAFETY: this guard held the slot and a value, and is gone.
        unsafe { ring.take_value(index) }
    }
}

impl<T> Deref for Value<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard holds the slot, so nobody else writes while it is borrowed.
        let place = unsafe { &*self.slot.place() };
        // SAFETY: a `Value` is made only of a slot with a value.
        unsafe { place.assume_init_ref() }
    }
}

impl<T> DerefMut for Value<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard holds the slot, so nobody else has access while it is borrowed.
        let place = unsafe { &mut *self.slot.place() };
        // SAFETY: a `Value` is made only of a slot with a value.
        unsafe { place.assume_init_mut() }
    }
}

impl<T> Drop for Value<'_, T> {
    fn drop(&mut self) {
        // SAFETY: taken once, here, where the guard ends; it gives the slot back even if the drop below panics.
        let slot = unsafe { ManuallyDrop::take(&mut self.slot) };
        // SAFETY: the guard holds the slot, and nothing else refers to it any more.
        let place = unsafe { &mut *slot.place() };
        // SAFETY: a `Value` is made only of a slot with a value, which nobody uses after this.
        unsafe { place.assume_init_drop() };
    }
}

/// A value that is written and not in the queue yet. Made by [`Grant::write`].
///
/// Dropped, it drops the value and gives the slot back.
pub struct FilledGrant<'a, T> {
    value: Value<'a, T>,
}

impl<T> FilledGrant<'_, T> {
    /// Puts the value in the queue, behind all that were pushed or committed before.
    ///
    /// **Guarantees**: lock-free; FIFO in the order of commits; may be called in an interrupt handler.
    /// **Complexity**: one compare-exchange if nobody else commits at the same moment.
    /// **Errors**: [`Full`] gives the grant back, with the value in it. Never panics.
    ///
    /// ```
    /// # use ringway::mpmc;
    /// let queue = mpmc::Queue::<_, 1>::new();
    /// let (first, second) = (queue.reserve().unwrap().write(1), queue.reserve().unwrap().write(2));
    /// assert!(second.commit().is_ok());
    /// let first = first.commit().unwrap_err().into_inner();
    /// assert_eq!(queue.pop(), Some(2));
    /// assert!(first.commit().is_ok());
    /// assert_eq!(queue.pop(), Some(1));
    /// ```
    pub fn commit(self) -> Result<(), Full<Self>> {
        let (ring, index) = self.value.into_raw();
        // SAFETY: this guard held the slot and a value, and is gone.
        match unsafe { ring.commit(index) } {
            Ok(()) => Ok(()),
            // On `Err` the slot and the value are still ours.
            Err(()) => Err(Full(Self { value: Value::new(Slot { ring, index }) })),
        }
    }

    /// Takes the value back and gives the slot back.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one store. Never panics.
    ///
    /// ```
    /// # let queue = ringway::mpmc::Queue::<_, 4>::new();
    /// assert_eq!(queue.reserve().unwrap().write(7).into_inner(), 7);
    /// assert!(queue.is_empty());
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> Deref for FilledGrant<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for FilledGrant<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// A value that was popped and still lies in its slot. Made by [`pop_ref`](super::QueueInner::pop_ref).
///
/// Its position is free at once; its slot when the guard goes. Dropped, it drops the value. Forgotten, it
/// takes the slot out of use for good, as a forgotten [`Grant`] does.
pub struct Taken<'a, T> {
    value: Value<'a, T>,
}

impl<'a, T> Taken<'a, T> {
    pub(crate) fn new(ring: Ring<'a, T, usize>, index: usize) -> Self {
        Self { value: Value::new(Slot { ring, index }) }
    }

    /// Moves the value out and gives the slot back.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one store. Never panics.
    ///
    /// ```
    /// # let queue = ringway::mpmc::Queue::<_, 4>::new();
    /// queue.push(7).unwrap();
    /// assert_eq!(queue.pop_ref().unwrap().into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> Deref for Taken<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Taken<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> fmt::Debug for Grant<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Grant(..)")
    }
}

impl<T> fmt::Debug for FilledGrant<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilledGrant(..)")
    }
}

impl<T> fmt::Debug for Taken<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Taken(..)")
    }
}

#[cfg(feature = "defmt")]
mod defmt_impls {
    use super::{FilledGrant, Grant, Taken};

    impl<T> defmt::Format for Grant<'_, T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Grant(..)");
        }
    }

    impl<T> defmt::Format for FilledGrant<'_, T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "FilledGrant(..)");
        }
    }

    impl<T> defmt::Format for Taken<'_, T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Taken(..)");
        }
    }
}
