//! Where an MPMC queue is stored: in itself, on the heap, or in another queue.

use crate::raw::mpmc::position::Geometry;
use crate::raw::mpmc::{InlineSlots, Memory, Parts, Positions, Ring, Slots};
use crate::raw::zeroed::{Zeroed, zeroed};
use crate::sync::{ZEROS, const_fn};
use core::fmt;

#[cfg(feature = "alloc")]
use {
    crate::CapacityError,
    crate::raw::mpmc::BoxedSlots,
    crate::sync::{LEAST_SPARES, default_spares},
};

/// Where a queue is stored: [`Inline`], [`Borrowed`] or (feature `alloc`) `Boxed`. Sealed.
#[allow(private_bounds, reason = "sealed: other crates cannot name the ring")]
pub trait Storage: Memory<Item = Self::Value, Word = usize> {
    /// The type of the values.
    type Value;
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Storage for Inline<T, N, S, CLOSES> {
    type Value = T;
}

impl<T> Storage for Borrowed<'_, T> {
    type Value = T;
}

#[cfg(feature = "alloc")]
impl<T> Storage for Boxed<T> {
    type Value = T;
}

/// `N` values and `S` spare slots, in the queue itself; `CLOSES` if the queue can be closed.
// The slots are at its start, so that their addresses take one addition.
#[repr(C)]
pub struct Inline<T, const N: usize, const S: usize, const CLOSES: bool = false> {
    slots: InlineSlots<T, usize, N, S>,
    positions: Positions<usize>,
}

// SAFETY: both parts may be zeros.
unsafe impl<T, const N: usize, const S: usize, const CLOSES: bool> Zeroed for Inline<T, N, S, CLOSES> {
    const IS_SOUND: () = {
        let _ = Self::GEOMETRY;
    };
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Inline<T, N, S, CLOSES> {
    const GEOMETRY: Geometry = {
        assert!(N >= 1, "a queue holds at least one value: its capacity N must not be zero");
        let geometry = Geometry::of(N, N + S, CLOSES);
        assert!(geometry.fits(usize::BITS), "N + S is too large: a word cannot count its positions");
        assert!(geometry.lasts(usize::BITS), "S is too large beside N: a word cannot count 2^24 pushes");
        geometry
    };

    const_fn! {
        pub(crate) fn new() -> Self {
            // A capacity that cannot be is an error where the queue is made, not where it is used.
            let () = Self::IS_SOUND;
            if ZEROS { zeroed() } else { Self { positions: Positions::new(), slots: InlineSlots::new() } }
        }
    }
}

// SAFETY: `GEOMETRY` is checked where it is computed, and is that of `N + S` slots.
unsafe impl<T, const N: usize, const S: usize, const CLOSES: bool> Memory for Inline<T, N, S, CLOSES> {
    type Item = T;
    type Word = usize;

    #[inline]
    fn positions(&self) -> &Positions<usize> {
        &self.positions
    }

    #[inline]
    fn slots(&self) -> Slots<'_, T, usize> {
        self.slots.slots()
    }

    #[inline]
    fn geometry(&self) -> Geometry {
        Self::GEOMETRY
    }
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Drop for Inline<T, N, S, CLOSES> {
    fn drop(&mut self) {
        // SAFETY: the ring ends here.
        unsafe { Ring(&*self).drop_all() };
    }
}

/// A queue that is stored elsewhere.
pub struct Borrowed<'a, T>(pub(crate) Parts<'a, T, usize>);

// SAFETY: its parts are those of a memory.
unsafe impl<T> Memory for Borrowed<'_, T> {
    type Item = T;
    type Word = usize;

    #[inline]
    fn positions(&self) -> &Positions<usize> {
        self.0.positions()
    }

    #[inline]
    fn slots(&self) -> Slots<'_, T, usize> {
        self.0.slots()
    }

    #[inline]
    fn geometry(&self) -> Geometry {
        self.0.geometry()
    }
}

impl<T> Clone for Borrowed<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Borrowed<'_, T> {}

/// A capacity chosen at run time, on the heap.
#[cfg(feature = "alloc")]
pub struct Boxed<T> {
    positions: Positions<usize>,
    slots: BoxedSlots<T, usize>,
    geometry: Geometry,
}

#[cfg(feature = "alloc")]
impl<T> Boxed<T> {
    /// With as many spare slots as the machine may need at once. Where these are too many for a
    /// word or for memory, the least number has to do.
    pub(crate) fn fitting(capacity: usize, closes: bool) -> Result<Self, CapacityError> {
        Self::new(capacity, default_spares(), closes).or_else(|_| Self::new(capacity, LEAST_SPARES, closes))
    }

    pub(crate) fn new(capacity: usize, spares: usize, closes: bool) -> Result<Self, CapacityError> {
        if capacity == 0 {
            return Err(CapacityError::Zero);
        }
        let slots = capacity.checked_add(spares).ok_or(CapacityError::TooLarge)?;
        let geometry = Geometry::of(capacity, slots, closes);
        if !geometry.lasts(usize::BITS) {
            return Err(CapacityError::TooLarge);
        }
        let slots = BoxedSlots::new(capacity, slots).ok_or(CapacityError::TooLarge)?;
        Ok(Self { positions: Positions::new(), slots, geometry })
    }
}

// SAFETY: `new` checked the geometry, which is that of these slots.
#[cfg(feature = "alloc")]
unsafe impl<T> Memory for Boxed<T> {
    type Item = T;
    type Word = usize;

    #[inline]
    fn positions(&self) -> &Positions<usize> {
        &self.positions
    }

    #[inline]
    fn slots(&self) -> Slots<'_, T, usize> {
        self.slots.slots()
    }

    #[inline]
    fn geometry(&self) -> Geometry {
        self.geometry
    }
}

#[cfg(feature = "alloc")]
impl<T> Drop for Boxed<T> {
    fn drop(&mut self) {
        // SAFETY: the ring ends here.
        unsafe { Ring(&*self).drop_all() };
    }
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> fmt::Debug for Inline<T, N, S, CLOSES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inline")
    }
}

impl<T> fmt::Debug for Borrowed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Borrowed")
    }
}

#[cfg(feature = "alloc")]
impl<T> fmt::Debug for Boxed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Boxed")
    }
}

#[cfg(feature = "defmt")]
impl<T, const N: usize, const S: usize, const CLOSES: bool> defmt::Format for Inline<T, N, S, CLOSES> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Inline");
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for Borrowed<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Borrowed");
    }
}

#[cfg(all(feature = "defmt", feature = "alloc"))]
impl<T> defmt::Format for Boxed<T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Boxed");
    }
}
