//! Where an MPMC queue lives: in itself, on the heap, or in another queue.

use crate::raw::pos::Shape;
use crate::raw::ring::{Algorithm, Ends, Ring};
use crate::raw::slot::{Node, Nodes, drop_each};
use crate::sync::const_fn;
use core::fmt;

/// Where a queue lives. Implemented by [`Inline`], [`Borrowed`] and (feature `alloc`) `Boxed`, and by nothing
/// else.
#[allow(private_bounds, reason = "sealed: nobody outside can name the algorithm")]
pub trait Storage<T>: Algorithm<T, W = usize> {}

impl<T, A: Algorithm<T, W = usize>> Storage<T> for A {}

/// `N` values and `S` spare slots, in the queue itself; `CLOSES` if the queue can be closed.
pub struct Inline<T, const N: usize, const S: usize, const CLOSES: bool = false> {
    ends: Ends<usize>,
    nodes: Nodes<T, usize, N, S>,
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Inline<T, N, S, CLOSES> {
    const SHAPE: Shape = {
        assert!(N >= 1, "a queue holds at least one value: its capacity N must not be zero");
        let shape = Shape::of(N, N + S, CLOSES);
        assert!(shape.fits(usize::BITS), "N + S is too large: a word cannot count its positions");
        shape
    };

    const_fn! {
        pub(crate) fn new() -> Self {
        // A capacity that cannot be is an error where the queue is made, not where it is used.
        let _ = Self::SHAPE;
        Self { ends: Ends::new(), nodes: Nodes::new() }
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
    fn nodes(&self) -> &[Node<T, usize>] {
        self.nodes.as_slice()
    }

    #[inline]
    fn shape(&self) -> Shape {
        Self::SHAPE
    }
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Drop for Inline<T, N, S, CLOSES> {
    fn drop(&mut self) {
        drop_each(|| self.pop());
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
    fn nodes(&self) -> &[Node<T, usize>] {
        self.0.nodes()
    }

    #[inline]
    fn shape(&self) -> Shape {
        self.0.shape()
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
pub use self::boxed::Boxed;

#[cfg(feature = "alloc")]
mod boxed {
    use super::{Algorithm, Ends, Node, Shape, drop_each};
    use crate::CapacityError;
    use alloc::boxed::Box;
    use alloc::vec::Vec;

    /// A capacity chosen at run time, on the heap.
    pub struct Boxed<T> {
        ends: Ends<usize>,
        nodes: Box<[Node<T, usize>]>,
        shape: Shape,
    }

    impl<T> Boxed<T> {
        pub(crate) fn new(capacity: usize, spares: usize, closes: bool) -> Result<Self, CapacityError> {
            if capacity == 0 {
                return Err(CapacityError::Zero);
            }
            let slots = capacity.checked_add(spares).ok_or(CapacityError::TooLarge)?;
            let shape = Shape::of(capacity, slots, closes);
            if !shape.fits(usize::BITS) {
                return Err(CapacityError::TooLarge);
            }
            let mut nodes = Vec::new();
            nodes.try_reserve_exact(slots).map_err(|_| CapacityError::TooLarge)?;
            nodes.resize_with(slots, Node::new);
            Ok(Self { ends: Ends::new(), nodes: nodes.into_boxed_slice(), shape })
        }
    }

    // SAFETY: `new` checked the shape, which is that of these nodes and the only one used here.
    unsafe impl<T> Algorithm<T> for Boxed<T> {
        type W = usize;

        #[inline]
        fn ends(&self) -> &Ends<usize> {
            &self.ends
        }

        #[inline]
        fn nodes(&self) -> &[Node<T, usize>] {
            &self.nodes
        }

        #[inline]
        fn shape(&self) -> Shape {
            self.shape
        }
    }

    impl<T> core::fmt::Debug for Boxed<T> {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str("Boxed")
        }
    }

    impl<T> Drop for Boxed<T> {
        fn drop(&mut self) {
            drop_each(|| self.pop());
        }
    }
}
