//! Where the objects of a pool are: in the pool, or on the heap.

use crate::raw::stack::pool::{self, ObjectNode};
use crate::sync::const_fn;
use core::fmt;

#[cfg(feature = "alloc")]
use {
    crate::CapacityError,
    alloc::{boxed::Box, vec::Vec},
};

/// Where the objects of a pool are: [`Inline`] or (feature `alloc`) `Boxed`. Sealed.
#[allow(private_bounds, reason = "sealed: other crates cannot name the nodes")]
pub trait Storage: Nodes<Item = Self::Object> {
    /// The type of the objects.
    type Object;
}

/// The memory of objects: from 1 to as many as [`pool::lasts`] allows, always the same.
pub(crate) trait Nodes {
    type Item;

    fn nodes(&self) -> &[ObjectNode<Self::Item>];
}

/// `N` objects in the pool itself.
pub struct Inline<T, const N: usize>([ObjectNode<T>; N]);

impl<T, const N: usize> Inline<T, N> {
    const IS_SOUND: () = {
        assert!(N >= 1, "a pool holds at least one object: its capacity N must not be zero");
        assert!(pool::lasts(N), "N is too large: on 32-bit words a pool has at most 255 objects");
    };

    const_fn! {
        pub(super) fn new(objects: [T; N]) -> Self {
            let () = Self::IS_SOUND;
            Self(pool::nodes(objects))
        }
    }
}

impl<T, const N: usize> Storage for Inline<T, N> {
    type Object = T;
}

impl<T, const N: usize> Nodes for Inline<T, N> {
    type Item = T;

    #[inline]
    fn nodes(&self) -> &[ObjectNode<T>] {
        &self.0
    }
}

/// Objects on the heap, whose number was chosen at run time.
#[cfg(feature = "alloc")]
pub struct Boxed<T>(Box<[ObjectNode<T>]>);

#[cfg(feature = "alloc")]
impl<T> Boxed<T> {
    pub(super) fn from_fn(capacity: usize, make: impl FnMut(usize) -> T) -> Result<Self, CapacityError> {
        if capacity == 0 {
            return Err(CapacityError::Zero);
        }
        if !pool::lasts(capacity) {
            return Err(CapacityError::TooLarge);
        }
        let mut nodes = Vec::new();
        nodes.try_reserve_exact(capacity).map_err(|_| CapacityError::TooLarge)?;
        nodes.extend((0..capacity).map(make).map(pool::node));
        Ok(Self(nodes.into_boxed_slice()))
    }
}

#[cfg(feature = "alloc")]
impl<T> Storage for Boxed<T> {
    type Object = T;
}

#[cfg(feature = "alloc")]
impl<T> Nodes for Boxed<T> {
    type Item = T;

    #[inline]
    fn nodes(&self) -> &[ObjectNode<T>] {
        &self.0
    }
}

impl<T, const N: usize> fmt::Debug for Inline<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inline")
    }
}

#[cfg(feature = "alloc")]
impl<T> fmt::Debug for Boxed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Boxed")
    }
}

#[cfg(feature = "defmt")]
impl<T, const N: usize> defmt::Format for Inline<T, N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Inline");
    }
}

#[cfg(all(feature = "defmt", feature = "alloc"))]
impl<T> defmt::Format for Boxed<T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Boxed");
    }
}
