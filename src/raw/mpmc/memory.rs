//! The memory of a ring, as the algorithm sees it.

use super::Slots;
use super::position::Geometry;
use crate::raw::zeroed::Zeroed;
use crate::sync::{Atomic, Padded, Patience, SpinOncePerPosition, Word, const_fn};

/// The two positions of a ring.
pub(crate) struct Positions<W: Word> {
    pub(super) head: Padded<Atomic<W>>,
    pub(super) tail: Padded<Tail<W>>,
}

pub(super) struct Tail<W: Word> {
    pub(super) hint: Atomic<W>,
    pub(super) spin_once: SpinOncePerPosition,
    pub(super) patience: Patience,
}

// SAFETY: words, each of which may be zero, and padding.
unsafe impl<W: Word> Zeroed for Positions<W> {}

impl<W: Word> Positions<W> {
    const_fn! {
        pub(crate) fn new() -> Self {
            let tail =
                Tail { hint: Atomic::new(), spin_once: SpinOncePerPosition::new(), patience: Patience::new() };
            Self { head: Padded::new(Atomic::new()), tail: Padded::new(tail) }
        }
    }
}

/// The memory of a ring.
///
/// # Safety
/// Each method always returns the same. The geometry is that of the slots, has at least one cell,
/// and fits the word. The positions and slots are used with each other and this geometry only.
pub(crate) unsafe trait Memory {
    /// What the ring holds.
    type Item;
    /// What positions are counted in.
    type Word: Word;

    fn positions(&self) -> &Positions<Self::Word>;
    fn slots(&self) -> Slots<'_, Self::Item, Self::Word>;
    fn geometry(&self) -> Geometry;
}

// SAFETY: the memory is the same.
unsafe impl<M: Memory> Memory for &M {
    type Item = M::Item;
    type Word = M::Word;

    #[inline]
    fn positions(&self) -> &Positions<M::Word> {
        (**self).positions()
    }

    #[inline]
    fn slots(&self) -> Slots<'_, M::Item, M::Word> {
        (**self).slots()
    }

    #[inline]
    fn geometry(&self) -> Geometry {
        (**self).geometry()
    }
}

/// Borrowed memory of any type and capacity.
pub(crate) struct Parts<'a, T, W: Word> {
    positions: &'a Positions<W>,
    slots: Slots<'a, T, W>,
    geometry: Geometry,
}

impl<'a, T, W: Word> Parts<'a, T, W> {
    #[inline]
    pub(crate) fn of(memory: &'a impl Memory<Item = T, Word = W>) -> Self {
        Self { positions: memory.positions(), slots: memory.slots(), geometry: memory.geometry() }
    }
}

// SAFETY: the parts are those of a memory.
unsafe impl<T, W: Word> Memory for Parts<'_, T, W> {
    type Item = T;
    type Word = W;

    #[inline]
    fn positions(&self) -> &Positions<W> {
        self.positions
    }

    #[inline]
    fn slots(&self) -> Slots<'_, T, W> {
        self.slots
    }

    #[inline]
    fn geometry(&self) -> Geometry {
        self.geometry
    }
}

impl<T, W: Word> Clone for Parts<'_, T, W> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, W: Word> Copy for Parts<'_, T, W> {}
