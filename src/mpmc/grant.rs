//! Guards: a push or a pop in two steps, with the value in its slot between them.

use crate::Full;
use crate::raw::mpmc::{FilledSlot, Parts, VacantSlot};
use core::fmt;
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};

/// A claimed slot, to be written in place. Created by [`reserve`](super::QueueInner::reserve).
///
/// Dropping a grant releases its slot. Forgetting one ([`core::mem::forget`]) takes the slot out of
/// use for good: nothing else is lost, but the queue may report Full early once more than `S` slots
/// are gone.
pub struct Grant<'a, T>(pub(crate) VacantSlot<Parts<'a, T, usize>>);

impl<'a, T> Grant<'a, T> {
    /// Writes the value, which enters the queue at [`commit`](FilledGrant::commit).
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
    pub fn write(self, value: T) -> FilledGrant<'a, T> {
        FilledGrant(self.0.write(value))
    }

    /// Returns the memory of the value, to be initialised piece by piece.
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
        self.0.as_uninit()
    }

    /// Asserts that the value was initialised through [`as_uninit`](Self::as_uninit).
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// # Safety
    ///
    /// The value is initialised.
    ///
    /// ```
    /// # let queue = ringway::mpmc::Queue::<_, 4>::new();
    /// let mut grant = queue.reserve().unwrap();
    /// grant.as_uninit().write("hello");
    /// // SAFETY: written just now.
    /// let filled = unsafe { grant.assume_init() };
    /// assert_eq!(*filled, "hello");
    /// ```
    pub unsafe fn assume_init(self) -> FilledGrant<'a, T> {
        // SAFETY: as the caller promises.
        FilledGrant(unsafe { self.0.assume_init() })
    }
}

/// A slot with a value that is not in the queue yet. Created by [`Grant::write`].
///
/// Dropping it drops the value and releases the slot.
pub struct FilledGrant<'a, T>(FilledSlot<Parts<'a, T, usize>, T>);

impl<T> FilledGrant<'_, T> {
    /// Pushes the value to the back of the queue.
    ///
    /// **Guarantees**: lock-free; FIFO in the order of commits; may be called in an interrupt
    /// handler.
    /// **Complexity**: one compare-exchange if no other push or commit is in flight.
    /// **Errors**: [`Full`] gives the grant back, with the value in it. Never panics.
    ///
    /// ```
    /// # use ringway::mpmc;
    /// let queue = mpmc::Queue::<_, 1>::new();
    /// let [first, second] = [1, 2].map(|n| queue.reserve().unwrap().write(n));
    /// assert!(second.commit().is_ok());
    /// let first = first.commit().unwrap_err().into_inner();
    /// assert_eq!(queue.pop(), Some(2));
    /// assert!(first.commit().is_ok());
    /// assert_eq!(queue.pop(), Some(1));
    /// ```
    pub fn commit(self) -> Result<(), Full<Self>> {
        self.0.commit().map_err(|slot| Full(Self(slot)))
    }

    /// Moves the value out and releases the slot.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one store. Never panics.
    ///
    /// ```
    /// # let queue = ringway::mpmc::Queue::<_, 4>::new();
    /// assert_eq!(queue.reserve().unwrap().write(7).into_inner(), 7);
    /// assert!(queue.is_empty());
    /// ```
    pub fn into_inner(self) -> T {
        self.0.take()
    }
}

impl<T> Deref for FilledGrant<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for FilledGrant<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// A popped value, still in its slot. Created by [`pop_ref`](super::QueueInner::pop_ref).
///
/// The value is no longer in the queue, but its slot is in use until the guard is dropped, which
/// drops the value. Forgetting the guard takes the slot out of use for good, as with a [`Grant`].
pub struct Taken<'a, T>(pub(crate) FilledSlot<Parts<'a, T, usize>, T>);

impl<T> Taken<'_, T> {
    /// Moves the value out and releases the slot.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one store. Never panics.
    ///
    /// ```
    /// # let queue = ringway::mpmc::Queue::<_, 4>::new();
    /// queue.push(7).unwrap();
    /// assert_eq!(queue.pop_ref().unwrap().into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.0.take()
    }
}

impl<T> Deref for Taken<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Taken<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
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
impl<T> defmt::Format for Grant<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Grant(..)");
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for FilledGrant<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "FilledGrant(..)");
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for Taken<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Taken(..)");
    }
}
