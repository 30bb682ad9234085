//! The pool: one list of objects, all of them when new.
//!
//! A take is the take of a pop, and a return is the link of a push, on the list of *used* slots of
//! a [stack](super): the same code, orderings and edges (L1, L3, L4). Two things differ. The list
//! is full when new, and its slots always hold an object, so a return needs no other slot and
//! cannot fail.

use super::list::List;
use super::slot::{Node, Slot};
use super::word::WordLayout;
use crate::raw::LEAST_ROUND_BITS;
use crate::sync::{Atomic, Track, Word, const_fn};
use core::cell::UnsafeCell;
use core::mem::{ManuallyDrop, MaybeUninit};

/// The memory of an object, which is there as long as the pool.
pub(crate) struct Object<T> {
    value: UnsafeCell<T>,
    track: Track,
}

// SAFETY: only the operation or guard that took an object has access to it, so objects move between
// threads, which `T: Send` allows, and are never shared through the pool.
unsafe impl<T: Send> Sync for Object<T> {}

/// The memory of an object, with the word of the list.
pub(crate) type ObjectNode<T, W = usize> = Node<Object<T>, W>;

impl<T> Object<T> {
    /// The address of the object, to read it.
    #[inline]
    pub(crate) fn as_ptr(&self) -> *const T {
        self.track.on_read();
        self.value.get()
    }

    /// The address of the object, to change it.
    #[inline]
    pub(crate) fn as_mut_ptr(&self) -> *mut T {
        self.track.on_write();
        self.value.get()
    }
}

/// Whether a word can hold the number of one of so many objects, and a count that lasts for 2^24
/// returns.
pub(crate) const fn lasts(objects: usize) -> bool {
    let layout = WordLayout::new(objects, false);
    layout.fits(usize::BITS) && layout.bits() + LEAST_ROUND_BITS <= usize::BITS
}

const_fn! {
    #[inline]
    pub(crate) fn node<T, W: Word>(object: T) -> ObjectNode<T, W> {
        Node::new(Object { value: UnsafeCell::new(object), track: Track::new() })
    }
}

const_fn! {
    /// What `objects.map(node)` returns, which is not `const`.
    pub(crate) fn nodes<T, W: Word, const N: usize>(objects: [T; N]) -> [ObjectNode<T, W>; N] {
        let objects = ManuallyDrop::new(objects);
        let first = (&raw const objects).cast::<T>();
        let mut nodes: [MaybeUninit<ObjectNode<T, W>>; N] = [const { MaybeUninit::uninit() }; N];
        let mut index = 0;
        while index < N {
            // SAFETY: the index is within the array.
            let object = unsafe { first.add(index) };
            // SAFETY: each object is moved out once, and the array is not used or dropped.
            let object = unsafe { object.read() };
            nodes[index] = MaybeUninit::new(node(object));
            index += 1;
        }
        // SAFETY: all are written, and `MaybeUninit` has the layout of what is in it. They are
        // moved out once: what is left behind is not dropped.
        unsafe { (&raw const nodes).cast::<[ObjectNode<T, W>; N]>().read() }
    }
}

/// The objects of a pool. Those that are not taken are in a list, whose top is in one word.
pub(crate) struct Objects<'p, T, W: Word = usize> {
    top: &'p Atomic<W>,
    nodes: &'p [ObjectNode<T, W>],
}

impl<'p, T, W: Word> Objects<'p, T, W> {
    /// # Safety
    /// The word and the nodes belong to one pool, and are changed by this type only. There are not
    /// more of them than [`WordLayout::fits`] allows.
    #[inline]
    pub(crate) unsafe fn new(top: &'p Atomic<W>, nodes: &'p [ObjectNode<T, W>]) -> Self {
        Self { top, nodes }
    }

    /// Takes the object that was returned last. Its index belongs to the caller from then on.
    #[inline]
    pub(crate) fn take(self) -> Option<usize> {
        self.list().take().map(|slot| slot.index())
    }

    /// Returns an object.
    ///
    /// # Safety
    /// [`take`](Self::take) returned the index, which the caller gives up.
    #[inline]
    pub(crate) unsafe fn put(self, index: usize) {
        // SAFETY: the index is that of a node, as the caller promises.
        let node = unsafe { self.nodes.get_unchecked(index) };
        // SAFETY: the index came from a slot that was taken, of which nothing else is left, and
        // there is always an object in the node.
        let slot = unsafe { Slot::new(index, node) };
        // The list is never full or closed.
        let _ = self.list().link(slot);
    }

    /// The number of objects that are not taken, at one moment.
    #[inline]
    pub(crate) fn len(self) -> usize {
        self.list().len()
    }

    #[inline]
    fn list(self) -> List<'p, Object<T>, W, true> {
        // SAFETY: the word and the nodes of one pool, as `new` requires.
        unsafe { List::of_objects(self.top, self.nodes, WordLayout::new(self.nodes.len(), false)) }
    }
}

impl<T, W: Word> Clone for Objects<'_, T, W> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, W: Word> Copy for Objects<'_, T, W> {}
