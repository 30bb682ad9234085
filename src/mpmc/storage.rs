//! Where an MPMC queue lives: in itself, on the heap, or in another queue.

use crate::raw::mpmc::nodes::{Nodes, Slots};
use crate::raw::mpmc::position::Geometry;
use crate::raw::mpmc::{Algorithm, Ends, Ring};
use crate::raw::zeroed::{Zeroed, zeroed};
use crate::sync::{ZEROS, const_fn};
use core::fmt;

/// Where a queue lives. Implemented by [`Inline`], [`Borrowed`] and (feature `alloc`) `Boxed`, and by nothing
/// else.
#[allow(private_bounds, reason = "sealed: nobody outside can name the algorithm")]
pub trait Storage<T>: Algorithm<T, W = usize> {}

impl<T, A: Algorithm<T, W = usize>> Storage<T> for A {}

/// `N` values and `S` spare slots, in the queue itself; `CLOSES` if the queue can be closed.
// The cells are at its start, so that their addresses take one addition.
#[repr(C)]
pub struct Inline<T, const N: usize, const S: usize, const CLOSES: bool = false> {
    nodes: Nodes<T, usize, N, S>,
    ends: Ends<usize>,
}

// SAFETY: both parts may be zeros.
unsafe impl<T, const N: usize, const S: usize, const CLOSES: bool> Zeroed for Inline<T, N, S, CLOSES> {
    const IS_SOUND: () = {
        let _ = Self::SHAPE;
    };
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Inline<T, N, S, CLOSES> {
    const SHAPE: Geometry = {
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
            if ZEROS { zeroed() } else { Self { ends: Ends::new(), nodes: Nodes::new() } }
        }
    }
}

// SAFETY: `SHAPE` is checked above, is that of N + S slots, and is the only one used here.
unsafe impl<T, const N: usize, const S: usize, const CLOSES: bool> Algorithm<T> for Inline<T, N, S, CLOSES> {
    type W = usize;

    #[inline]
    fn ends(&self) -> &Ends<usize> {
        &self.ends
    }

    #[inline]
    fn slots(&self) -> Slots<'_, T, usize> {
        self.nodes.slots()
    }

    #[inline]
    fn geometry(&self) -> Geometry {
        Self::SHAPE
    }
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Drop for Inline<T, N, S, CLOSES> {
    fn drop(&mut self) {
        // SAFETY: this is the end of it.
        unsafe { self.drop_all() };
    }
}

/// A queue that lives elsewhere.
pub struct Borrowed<'a, T>(pub(crate) Ring<'a, T, usize>);

impl<T> Clone for Borrowed<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Borrowed<'_, T> {}

// SAFETY: a borrowed ring is one.
unsafe impl<T> Algorithm<T> for Borrowed<'_, T> {
    type W = usize;

    #[inline]
    fn ends(&self) -> &Ends<usize> {
        self.0.ends()
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

#[cfg(feature = "defmt")]
mod defmt_impls {
    use super::{Borrowed, Inline};

    impl<T, const N: usize, const S: usize, const CLOSES: bool> defmt::Format for Inline<T, N, S, CLOSES> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Inline");
        }
    }

    impl<T> defmt::Format for Borrowed<'_, T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Borrowed");
        }
    }

    #[cfg(feature = "alloc")]
    impl<T> defmt::Format for super::Boxed<T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Boxed");
        }
    }
}

#[cfg(feature = "alloc")]
pub use self::boxed::Boxed;

#[cfg(feature = "alloc")]
mod boxed {
    use super::{Algorithm, Ends, Geometry, Slots};
    use crate::CapacityError;
    use crate::raw::mpmc::nodes::Heap;

    /// A capacity chosen at run time, on the heap.
    pub struct Boxed<T> {
        ends: Ends<usize>,
        nodes: Heap<T, usize>,
        geometry: Geometry,
    }

    impl<T> Boxed<T> {
        pub(crate) fn new(capacity: usize, spares: usize, closes: bool) -> Result<Self, CapacityError> {
            if capacity == 0 {
                return Err(CapacityError::Zero);
            }
            let slots = capacity.checked_add(spares).ok_or(CapacityError::TooLarge)?;
            let geometry = Geometry::of(capacity, slots, closes);
            if !geometry.lasts(usize::BITS) {
                return Err(CapacityError::TooLarge);
            }
            let nodes = Heap::new(capacity, slots).ok_or(CapacityError::TooLarge)?;
            Ok(Self { ends: Ends::new(), nodes, geometry })
        }
    }

    // SAFETY: `new` checked the geometry, which is that of these nodes and the only one used here.
    unsafe impl<T> Algorithm<T> for Boxed<T> {
        type W = usize;

        #[inline]
        fn ends(&self) -> &Ends<usize> {
            &self.ends
        }

        #[inline]
        fn slots(&self) -> Slots<'_, T, usize> {
            self.nodes.slots()
        }

        #[inline]
        fn geometry(&self) -> Geometry {
            self.geometry
        }
    }

    impl<T> core::fmt::Debug for Boxed<T> {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("Boxed")
        }
    }

    impl<T> Drop for Boxed<T> {
        fn drop(&mut self) {
            // SAFETY: this is the end of it.
            unsafe { self.drop_all() };
        }
    }
}
