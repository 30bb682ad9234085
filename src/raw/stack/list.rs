//! A list of slots: the top in one word, the rest in the words of the slots.

use super::slot::{Node, Slot};
use super::word::{ListWord, WordLayout};
use crate::ordering;
use crate::sync::{Atomic, Ordering, Word};

/// A list over the slots of a stack, or of a pool. Either all of its slots are `FILLED` with values
/// or none is.
pub(super) struct List<'s, V, W: Word, const FILLED: bool> {
    /// See [`word`](super::word).
    pub(super) word: &'s Atomic<W>,
    pub(super) nodes: &'s [Node<V, W>],
    pub(super) layout: WordLayout,
    pub(super) format: ListWord,
    /// A list of this many slots is full.
    limit: usize,
}

impl<V, W: Word, const FILLED: bool> Clone for List<'_, V, W, FILLED> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<V, W: Word, const FILLED: bool> Copy for List<'_, V, W, FILLED> {}

/// The orderings of a list: of a load of its word, of an exchange that lost a race, and of those
/// that won.
#[derive(Clone, Copy)]
pub(super) struct Orders {
    load: Ordering,
    lost: Ordering,
    link: Ordering,
    pub(super) take: Ordering,
}

// ORDERING: a link releases the value and the words below it (L1), a take the slots that were given
// back before it (L2), to loads of the word and to exchanges that lost a race. All but a lost race
// are sequentially consistent, as a load is the linearization point of Empty and Full (L3).
const USED: Orders = Orders {
    load: ordering::USED_LOAD_TOP,
    lost: ordering::USED_LOST_RACE,
    link: ordering::USED_LINK,
    take: ordering::USED_TAKE,
};

// ORDERING: a link releases the slot and the words below it to the operation that takes it (L5). A
// take needs no ordering: no operation waits for what came before it.
const FREE: Orders = Orders {
    load: ordering::FREE_LOAD_TOP,
    lost: ordering::FREE_LOST_RACE,
    link: ordering::FREE_LINK,
    take: Ordering::Relaxed,
};

impl<'s, V, W: Word> List<'s, V, W, true> {
    /// The list of slots with values: empty when new. `limit` slots are full.
    ///
    /// # Safety
    /// `word` is that of the used slots of the stack that `nodes` and `layout` are of.
    #[inline]
    pub(super) unsafe fn used(
        word: &'s Atomic<W>,
        nodes: &'s [Node<V, W>],
        layout: WordLayout,
        limit: usize,
    ) -> Self {
        Self { word, nodes, layout, format: layout.empty_list(), limit }
    }
}

impl<'s, V, W: Word> List<'s, V, W, false> {
    /// The list of slots without a value: all of them when new.
    ///
    /// # Safety
    /// `word` is that of the free slots of the stack that `nodes` and `layout` are of.
    #[inline]
    pub(super) unsafe fn free(word: &'s Atomic<W>, nodes: &'s [Node<V, W>], layout: WordLayout) -> Self {
        // There are no more slots than there is room for.
        let limit = usize::MAX;
        Self { word, nodes, layout, format: layout.full_list(), limit }
    }
}

impl<'s, V, W: Word> List<'s, V, W, true> {
    /// The list of the objects of a pool that are not taken: all of them when new.
    ///
    /// # Safety
    /// `word` and `nodes` are those of the pool, and there is an object in each node. `layout` is
    /// that of as many slots.
    #[inline]
    pub(super) unsafe fn of_objects(
        word: &'s Atomic<W>,
        nodes: &'s [Node<V, W>],
        layout: WordLayout,
    ) -> Self {
        // There are no more objects than there is room for.
        let limit = usize::MAX;
        Self { word, nodes, layout, format: layout.full_list(), limit }
    }
}

impl<'s, V, W: Word, const FILLED: bool> List<'s, V, W, FILLED> {
    /// A constant: the compiler checks an ordering that it does not know, and can panic.
    pub(super) const ORDERS: Orders = if FILLED { USED } else { FREE };

    /// Takes the slot at the top. Returns `None` if there is none.
    #[inline]
    pub(super) fn take(self) -> Option<Slot<'s, V, W, FILLED>> {
        let mut word = self.load();
        loop {
            let (index, node) = self.top(word)?;
            // ORDERING: none: acquired by the load of the list's word (L1, L5). If it is newer than
            // that, the exchange fails.
            let below = self.layout.below(index, node.below.load(Ordering::Relaxed));
            match self.replace(word, self.format.taken(word, below), Self::ORDERS.take) {
                // SAFETY: the slot was in this list, and is in none now.
                Ok(()) => return Some(unsafe { Slot::new(index, node) }),
                Err(now) => word = now,
            }
        }
    }

    /// Links a slot above all others. The slot comes back if the list is full or closed.
    #[inline]
    pub(super) fn link(self, slot: Slot<'s, V, W, FILLED>) -> Result<(), Slot<'s, V, W, FILLED>> {
        let mut word = self.load();
        loop {
            let depth = self.depth(word);
            // What was read of the top is true if it is still the top. If not, the exchange below
            // fails.
            if (depth == self.limit && self.load() == word) || self.format.is_closed(word) {
                return Err(slot);
            }
            let below = self.format.above(slot.index(), self.format.top(word), depth + 1);
            // ORDERING: releases the take of this slot: if a load of a depth reads this store, the
            // next load of the list's word shows that its top is another (L4).
            slot.node().below.store(below, ordering::BELOW_STORE);
            match self.replace(word, self.format.linked(word, slot.index()), Self::ORDERS.link) {
                Ok(()) => return Ok(()),
                Err(now) => word = now,
            }
        }
    }

    /// The number of slots in the list at one moment.
    #[inline]
    pub(super) fn len(self) -> usize {
        let mut word = self.load();
        loop {
            let depth = self.depth(word);
            // What was read of the top is true if it is still the top.
            let now = self.load();
            if now == word {
                return depth;
            }
            word = now;
        }
    }

    /// Puts the closed marker into an empty list: no slot is linked to it or taken from it from
    /// then on. Returns `false` if a slot came first.
    #[cfg_attr(not(feature = "async"), allow(dead_code, reason = "stacks do not close, channels do"))]
    pub(super) fn close_if_empty(self) -> bool {
        let word = self.load();
        if !self.format.is_empty(word) {
            return self.format.is_closed(word);
        }
        // ORDERING: as for a link. On failure nothing is used.
        self.word
            .compare_exchange(word, self.format.closed(word), Self::ORDERS.link, Ordering::Relaxed)
            .is_ok()
    }

    #[inline]
    pub(super) fn load(self) -> W {
        // ORDERING: see `USED` and `FREE`.
        self.word.load(Self::ORDERS.load)
    }

    /// Exchanges the word of the list. If it is not `old`, returns what it is.
    #[inline]
    pub(super) fn replace(self, old: W, new: W, order: Ordering) -> Result<(), W> {
        // ORDERING: see `USED` and `FREE`.
        self.word.compare_exchange(old, new, order, Self::ORDERS.lost).map(drop)
    }

    /// The slot at the top, if there is one.
    // Inlined even where size matters most: most fields of a list are constants, which a function
    // out of line is passed in memory.
    #[inline(always)]
    pub(super) fn top(self, word: W) -> Option<(usize, &'s Node<V, W>)> {
        let index = self.format.top(word);
        // The numbers of none and of the closed marker are too large.
        self.nodes.get(index).map(|node| (index, node))
    }

    /// The number of slots in the list, if `word` is still its word afterwards.
    // Inlined as `top` is.
    #[inline(always)]
    fn depth(self, word: W) -> usize {
        // Nothing asks for the number of free slots, so no other slot is read for it.
        if !FILLED {
            return 0;
        }
        // ORDERING: acquires the store of the depth: if that is newer than `word`, the next load of
        // the list's word shows it (L4).
        self.top(word)
            .map_or(0, |(index, node)| self.format.depth(index, node.below.load(ordering::BELOW_LOAD)))
    }
}
