//! Where an MPMC queue lives: in itself, on the heap, or in another queue.

use crate::raw::pos::Shape;
use crate::raw::ring::{Ends, Ring, drop_all};
use crate::raw::slot::Nodes;
use crate::sync::const_fn;
use core::fmt;

/// Where a queue lives. Implemented by [`Inline`], [`Boxed`](crate::mpmc::Boxed) and [`Borrowed`].
pub trait Storage<T>: sealed::HasRing<T> {}

impl<T, St: sealed::HasRing<T>> Storage<T> for St {}

pub(super) mod sealed {
    use crate::raw::ring::Ring;

    #[allow(private_interfaces, reason = "sealed: nobody outside names this trait or its ring")]
    pub trait HasRing<T> {
        fn ring(&self) -> Ring<'_, T, usize>;
    }
}

/// `N` values and `S` spare slots, in the queue itself.
pub struct Inline<T, const N: usize, const S: usize> {
    ends: Ends<usize>,
    nodes: Nodes<T, usize, N, S>,
}

impl<T, const N: usize, const S: usize> Inline<T, N, S> {
    const SHAPE: Shape = {
        assert!(N >= 1, "a queue holds at least one value: its capacity N must not be zero");
        let shape = Shape::new(N, N + S);
        assert!(shape.fits(usize::BITS), "N + S is too large: a word cannot count its positions");
        shape
    };

    const_fn! {
        pub(super) fn new() -> Self {
        // A capacity that cannot be is an error where the queue is made, not where it is used.
        let _ = Self::SHAPE;
        Self { ends: Ends::new(), nodes: Nodes::new() }
        }
    }
}

#[allow(private_interfaces, reason = "sealed")]
impl<T, const N: usize, const S: usize> sealed::HasRing<T> for Inline<T, N, S> {
    #[inline]
    fn ring(&self) -> Ring<'_, T, usize> {
        // SAFETY: `SHAPE` is checked above, is that of N + S slots, and is the only one used here.
        unsafe { Ring::new(&self.ends, self.nodes.as_slice(), Self::SHAPE) }
    }
}

impl<T, const N: usize, const S: usize> Drop for Inline<T, N, S> {
    fn drop(&mut self) {
        drop_all(sealed::HasRing::ring(self));
    }
}

/// A queue that lives elsewhere.
pub struct Borrowed<'a, T>(pub(super) Ring<'a, T, usize>);

impl<T> Clone for Borrowed<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Borrowed<'_, T> {}

#[allow(private_interfaces, reason = "sealed")]
impl<T> sealed::HasRing<T> for Borrowed<'_, T> {
    #[inline]
    fn ring(&self) -> Ring<'_, T, usize> {
        self.0
    }
}

impl<T, const N: usize, const S: usize> fmt::Debug for Inline<T, N, S> {
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
pub use self::boxed::Boxed;

#[cfg(feature = "alloc")]
mod boxed {
    use super::{Ends, Ring, Shape, drop_all, sealed};
    use crate::CapacityError;
    use crate::raw::slot::Node;
    use alloc::boxed::Box;
    use alloc::vec::Vec;

    /// A capacity chosen at run time, on the heap.
    pub struct Boxed<T> {
        ends: Ends<usize>,
        nodes: Box<[Node<T, usize>]>,
        shape: Shape,
    }

    impl<T> Boxed<T> {
        pub(in crate::mpmc) fn new(capacity: usize, spares: usize) -> Result<Self, CapacityError> {
            if capacity == 0 {
                return Err(CapacityError::Zero);
            }
            let slots = capacity.checked_add(spares).ok_or(CapacityError::TooLarge)?;
            let shape = Shape::new(capacity, slots);
            if !shape.fits(usize::BITS) {
                return Err(CapacityError::TooLarge);
            }
            let mut nodes = Vec::new();
            nodes.try_reserve_exact(slots).map_err(|_| CapacityError::TooLarge)?;
            nodes.resize_with(slots, Node::new);
            Ok(Self { ends: Ends::new(), nodes: nodes.into_boxed_slice(), shape })
        }
    }

    #[allow(private_interfaces, reason = "sealed")]
    impl<T> sealed::HasRing<T> for Boxed<T> {
        #[inline]
        fn ring(&self) -> Ring<'_, T, usize> {
            // SAFETY: `new` checked the shape, which is that of these nodes and the only one used here.
            unsafe { Ring::new(&self.ends, &self.nodes, self.shape) }
        }
    }

    impl<T> core::fmt::Debug for Boxed<T> {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("Boxed")
        }
    }

    impl<T> Drop for Boxed<T> {
        fn drop(&mut self) {
            drop_all(sealed::HasRing::ring(self));
        }
    }
}
