//! The cells and slots of the MPMC ring in memory, in one of two layouts with the same face.
//!
//! * `beside`: each cell and its home slot in one node. Where there are caches, a push and a pop find all they
//!   need on one line.
//! * `apart`: cells, states and values in arrays of their own. That is smallest.
//!
//! The profile in `sync` chooses. Of either, `Nodes` is the memory of a queue with its capacity in the type, `Heap` that of
//! one without, and `Slots` is how the algorithm reaches both.

use crate::raw::value::ValueCell;
#[cfg(any(feature = "alloc", test))]
use crate::raw::zeroed::Owned;
use crate::raw::zeroed::{Row, Run, Zeroed};
use crate::sync::{Atomic, ClaimFlag, Word, array, by_caches, const_fn};

by_caches! {
    pub(crate) use self::beside::{Nodes, Slots};

    pub(crate) use self::apart::{Nodes, Slots};
}
#[cfg(any(feature = "alloc", test))]
by_caches! {
    pub(crate) use self::beside::Heap;

    pub(crate) use self::apart::Heap;
}
#[allow(dead_code, reason = "one of the two ways of `by_caches`")]
mod beside {
    use super::*;

    /// One cell beside its home slot. A spare is a node whose cell is not used.
    struct Node<T, W: Word> {
        cell: Atomic<W>,
        busy: ClaimFlag<W>,
        place: ValueCell<T>,
    }

    impl<T, W: Word> Node<T, W> {
        const_fn! {
            fn new() -> Self {
                Self { cell: Atomic::new(), busy: ClaimFlag::new(), place: ValueCell::new() }
            }
        }
    }

    // SAFETY: each part may be zeros.
    unsafe impl<T, W: Word> Zeroed for Node<T, W> {}

    pub(crate) struct Nodes<T, W: Word, const N: usize, const S: usize>(Run<Node<T, W>, N, S>);

    // SAFETY: a run of what may be zeros.
    unsafe impl<T, W: Word, const N: usize, const S: usize> Zeroed for Nodes<T, W, N, S> {}

    impl<T, W: Word, const N: usize, const S: usize> Nodes<T, W, N, S> {
        const_fn! {
            pub(crate) fn new() -> Self {
                Self(Run::of(array![Node::new(); N], array![Node::new(); S]))
            }
        }

        #[inline]
        pub(crate) const fn slots(&self) -> Slots<'_, T, W> {
            Slots { nodes: self.0.as_slice() }
        }
    }

    #[cfg(any(feature = "alloc", test))]
    pub(crate) struct Heap<T, W: Word>(Owned<[Node<T, W>]>);

    #[cfg(any(feature = "alloc", test))]
    impl<T, W: Word> Heap<T, W> {
        pub(crate) fn new(_cells: usize, slots: usize) -> Option<Self> {
            Owned::slice(slots, Node::new).map(Self)
        }

        #[inline]
        pub(crate) fn slots(&self) -> Slots<'_, T, W> {
            Slots { nodes: &self.0 }
        }
    }

    pub(crate) struct Slots<'a, T, W: Word> {
        nodes: &'a [Node<T, W>],
    }

    impl<T, W: Word> Clone for Slots<'_, T, W> {
        #[inline]
        fn clone(&self) -> Self {
            *self
        }
    }

    impl<T, W: Word> Copy for Slots<'_, T, W> {}

    impl<'a, T, W: Word> Slots<'a, T, W> {
        #[inline]
        pub(crate) fn len(self) -> usize {
            self.nodes.len()
        }

        /// The slot to try first for a vacancy: its home, so that all is on one line.
        #[inline]
        pub(crate) fn preferred(home: usize, _before: usize) -> usize {
            home
        }

        /// The slot to try after so many others: spares first, so that home slots stay for their own cells.
        #[inline]
        pub(crate) fn other(self, tried: usize) -> Option<usize> {
            self.len().checked_sub(tried)
        }

        /// # Safety
        /// `index` is below the number of cells.
        #[inline]
        pub(crate) unsafe fn cell(self, index: usize) -> &'a Atomic<W> {
            // SAFETY: there are at least as many nodes as cells.
            &unsafe { self.node(index) }.cell
        }

        /// # Safety
        /// `slot` is below `len`.
        #[inline]
        pub(crate) unsafe fn busy(self, slot: usize) -> &'a ClaimFlag<W> {
            // SAFETY: as the caller promises.
            &unsafe { self.node(slot) }.busy
        }

        /// # Safety
        /// `slot` is below `len`.
        #[inline]
        pub(crate) unsafe fn place(self, slot: usize) -> &'a ValueCell<T> {
            // SAFETY: as the caller promises.
            &unsafe { self.node(slot) }.place
        }

        /// # Safety
        /// `index` is below `len`.
        #[inline]
        unsafe fn node(self, index: usize) -> &'a Node<T, W> {
            debug_assert!(index < self.nodes.len());
            // SAFETY: as the caller promises.
            unsafe { self.nodes.get_unchecked(index) }
        }
    }
}

#[allow(dead_code, reason = "one of the two ways of `by_caches`")]
mod apart {
    use super::*;
    use crate::sync::FlagWord;

    #[repr(C)]
    pub(crate) struct Nodes<T, W: Word, const N: usize, const S: usize> {
        cells: Row<Atomic<W>, N>,
        places: Run<ValueCell<T>, N, S>,
        busy: Run<ClaimFlag<FlagWord>, N, S>,
    }

    // SAFETY: each part may be zeros.
    unsafe impl<T, W: Word, const N: usize, const S: usize> Zeroed for Nodes<T, W, N, S> {}

    impl<T, W: Word, const N: usize, const S: usize> Nodes<T, W, N, S> {
        const_fn! {
            pub(crate) fn new() -> Self {
                Self {
                    cells: Row::of(array![Atomic::new(); N]),
                    places: Run::of(array![ValueCell::new(); N], array![ValueCell::new(); S]),
                    busy: Run::of(array![ClaimFlag::new(); N], array![ClaimFlag::new(); S]),
                }
            }
        }

        #[inline]
        pub(crate) const fn slots(&self) -> Slots<'_, T, W> {
            Slots { cells: self.cells.as_slice(), places: self.places.as_slice(), busy: self.busy.as_slice() }
        }
    }

    #[cfg(any(feature = "alloc", test))]
    pub(crate) struct Heap<T, W: Word> {
        cells: Owned<[Atomic<W>]>,
        places: Owned<[ValueCell<T>]>,
        busy: Owned<[ClaimFlag<FlagWord>]>,
    }

    #[cfg(any(feature = "alloc", test))]
    impl<T, W: Word> Heap<T, W> {
        pub(crate) fn new(cells: usize, slots: usize) -> Option<Self> {
            Some(Self {
                cells: Owned::slice(cells, Atomic::new)?,
                places: Owned::slice(slots, ValueCell::new)?,
                busy: Owned::slice(slots, ClaimFlag::new)?,
            })
        }

        #[inline]
        pub(crate) fn slots(&self) -> Slots<'_, T, W> {
            Slots { cells: &self.cells, places: &self.places, busy: &self.busy }
        }
    }

    pub(crate) struct Slots<'a, T, W: Word> {
        cells: &'a [Atomic<W>],
        places: &'a [ValueCell<T>],
        /// As many as there are places.
        busy: &'a [ClaimFlag<FlagWord>],
    }

    impl<T, W: Word> Clone for Slots<'_, T, W> {
        #[inline]
        fn clone(&self) -> Self {
            *self
        }
    }

    impl<T, W: Word> Copy for Slots<'_, T, W> {}

    impl<'a, T, W: Word> Slots<'a, T, W> {
        #[inline]
        pub(crate) fn len(self) -> usize {
            self.busy.len()
        }

        /// The slot to try first for a vacancy: the one that its cell names, for that proves that there is room.
        #[inline]
        pub(crate) fn preferred(_home: usize, before: usize) -> usize {
            before
        }

        /// The slot to try after so many others.
        #[inline]
        pub(crate) fn other(self, tried: usize) -> Option<usize> {
            (tried <= self.len()).then(|| tried - 1)
        }

        /// # Safety
        /// `index` is below the number of cells.
        #[inline]
        pub(crate) unsafe fn cell(self, index: usize) -> &'a Atomic<W> {
            debug_assert!(index < self.cells.len());
            // SAFETY: as the caller promises.
            unsafe { self.cells.get_unchecked(index) }
        }

        /// # Safety
        /// `slot` is below `len`.
        #[inline]
        pub(crate) unsafe fn busy(self, slot: usize) -> &'a ClaimFlag<FlagWord> {
            debug_assert!(slot < self.busy.len());
            // SAFETY: as the caller promises.
            unsafe { self.busy.get_unchecked(slot) }
        }

        /// # Safety
        /// `slot` is below `len`.
        #[inline]
        pub(crate) unsafe fn place(self, slot: usize) -> &'a ValueCell<T> {
            debug_assert!(slot < self.places.len());
            // SAFETY: as the caller promises.
            unsafe { self.places.get_unchecked(slot) }
        }
    }
}
