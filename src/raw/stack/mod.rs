//! The stack: two lists over the same slots, each with its top in one word.
//!
//! A push takes a slot from the list of *free* slots, writes the value there, and only then links the slot to the
//! list of *used* ones with one compare-exchange. A pop is the same the other way round. Whoever stops, wherever,
//! holds at most one slot that another one could use.
//!
//! ```text
//!   used ──► top ──► below ──► … ──► none     values, newest first
//!   free ──► top ──► below ──► … ──► none     slots without one
//! ```
//!
//! ```text
//!  high bits               low `bits` bits
//! +-----------------------+-----------------------+
//! | links made so far     | slot at the top       |   a list
//! +-----------------------+-----------------------+
//! | slots from here down  | slot below            |   the word of a slot
//! +-----------------------+-----------------------+
//! ```
//!
//! The count of links in the word of a list tells two visits of a slot to its top apart. It wraps around.
//! Slots are stored as differences, so that zeros are a new stack: all slots in order in the list of free ones, none in
//! that of used ones.
//!
//! Linearization points: push at the exchange that links its slot, pop at the exchange that takes one, Empty and
//! Full at a load of the used list. Both operations are lock-free: a loop goes round again only after another
//! operation linked or took a slot. `DESIGN.md` has the proof.

use crate::ordering;
use crate::raw::LEAST_ROUND_BITS;
use crate::raw::value::{ValueCell, drop_each};
use crate::raw::zeroed::{Run, Zeroed, zeroed};
use crate::sync::{Atomic, Ordering, Padded, Word, ZEROS, array, const_fn};

/// `N` values, and `S` spare slots for operations in mid-flight.
pub(crate) struct Stack<T, W: Word, const N: usize, const S: usize, const CLOSES: bool = false> {
    used: Padded<Atomic<W>>,
    free: Padded<Atomic<W>>,
    nodes: Run<Node<T, W>, N, S>,
}

// SAFETY: each part may be zeros.
unsafe impl<T, const N: usize, const S: usize, const CLOSES: bool> Zeroed for Stack<T, usize, N, S, CLOSES> {
    const IS_SOUND: () = {
        let () = Self::FITS;
        assert!(
            Self::BITS + LEAST_ROUND_BITS <= usize::BITS,
            "N + S is too large: a word cannot hold a slot and a count that lasts for 2^24 pushes; on 32-bit words a \
             stack has at most 255 slots, one in a channel 254"
        );
    };
}

struct Node<T, W: Word> {
    /// What is below this slot, in whichever list it is.
    below: Atomic<W>,
    place: ValueCell<T>,
}

// SAFETY: each part may be zeros.
unsafe impl<T, W: Word> Zeroed for Node<T, W> {}

impl<T, W: Word> Node<T, W> {
    const_fn! {
        fn new() -> Self {
            Self { below: Atomic::new(), place: ValueCell::new() }
        }
    }
}

/// A slot that is in no list: it belongs to the operation that took it.
struct Slot<'s, T, W: Word> {
    index: usize,
    node: &'s Node<T, W>,
}

/// One of the two lists.
#[derive(Clone, Copy)]
struct List<'s, W: Word> {
    top: &'s Atomic<W>,
    /// The slot at the top of a new list, which is stored as zero.
    first: usize,
    orders: Orders,
}

/// The orderings of a list: of a look at its top, of an exchange that was lost, and of those that were won.
#[derive(Clone, Copy)]
struct Orders {
    see: Ordering,
    follow: Ordering,
    link: Ordering,
    take: Ordering,
}

// ORDERING: a link releases the value and the words below it (L1), a take the slots that were given back
// before (L2), to loads of the top, won or lost. All but a lost race are SeqCst, as a load is the
// linearization point of Empty and Full (L3).
const USED: Orders = Orders {
    see: ordering::USED_LOAD_TOP,
    follow: ordering::USED_LOST_RACE,
    link: ordering::USED_LINK,
    take: ordering::USED_TAKE,
};

// ORDERING: a link releases the slot and the words below it to the operation that takes it (L5). To take
// one needs no ordering, as no operation waits for what its taker did before.
const FREE: Orders = Orders {
    see: ordering::FREE_LOAD_TOP,
    follow: ordering::FREE_LOST_RACE,
    link: ordering::FREE_LINK,
    take: Ordering::Relaxed,
};

impl<T, W: Word, const N: usize, const S: usize, const CLOSES: bool> Stack<T, W, N, S, CLOSES> {
    /// In place of a slot where there is none.
    const NONE: usize = N + S;
    /// At the top of a stack that was closed and is empty.
    const END: usize = Self::NONE + CLOSES as usize;
    const BITS: u32 = usize::BITS - Self::END.leading_zeros();
    /// What one more adds to the high bits of a word.
    const ONE: usize = 1 << Self::BITS;

    const FITS: () = {
        assert!(N >= 1, "a stack holds at least one value: its capacity N must not be zero");
        assert!(2 * Self::BITS <= W::BITS, "N + S is too large: a word cannot hold two slots");
    };

    const_fn! {
        /// A stack on words of any size. Only tests use small ones, to see their counts wrap.
        fn on_words() -> Self {
            let () = Self::FITS;
            Self {
                used: Padded::new(Atomic::new()),
                free: Padded::new(Atomic::new()),
                nodes: Run::of(array![Node::new(); N], array![Node::new(); S]),
            }
        }
    }

    #[inline]
    pub(crate) fn push(&self, value: T) -> Result<(), T> {
        if self.len() == N {
            return Err(value);
        }
        let Some(slot) = self.take(self.free()) else { return Err(value) };
        // SAFETY: whoever took a slot is the only one with access to its place.
        unsafe { slot.node.place.write(value) };
        match self.link(self.used(), slot, N) {
            Ok(()) => Ok(()),
            // SAFETY: not linked, so the slot and the value in it are still this call's.
            Err(slot) => Err(unsafe { self.take_value(slot) }),
        }
    }

    #[inline]
    pub(crate) fn pop(&self) -> Option<T> {
        let slot = self.take(self.used())?;
        // SAFETY: this call took the slot, and the push that linked it wrote a value.
        Some(unsafe { self.take_value(slot) })
    }

    /// Moves the value out and gives the slot back.
    ///
    /// # Safety
    /// There is a value in the slot.
    #[inline]
    unsafe fn take_value(&self, slot: Slot<'_, T, W>) -> T {
        // SAFETY: whoever took a slot is the only one with access, and there is a value.
        let value = unsafe { slot.node.place.read() };
        // Free slots are not counted, so no count is too much.
        let _ = self.link(self.free(), slot, usize::MAX);
        value
    }

    /// The number of values at one moment.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        let mut top = self.used().load();
        loop {
            let depth = self.depth(self.used(), top);
            // What was read below the top belongs to it if it is still the top.
            let now = self.used().load();
            if now == top {
                return depth;
            }
            top = now;
        }
    }

    /// Takes the slot at the top of a list.
    #[inline(always)]
    fn take(&self, list: List<'_, W>) -> Option<Slot<'_, T, W>> {
        let mut top = list.load();
        loop {
            let (slot, rest) = self.see(list, top)?;
            // ORDERING: see `USED` and `FREE`.
            match list.top.compare_exchange(top, rest, list.orders.take, list.orders.follow) {
                Ok(_) => return Some(slot),
                Err(now) => top = now,
            }
        }
    }

    /// The slot at the top of a list, and what the top is once it is taken.
    #[inline(always)]
    fn see(&self, list: List<'_, W>, top: W) -> Option<(Slot<'_, T, W>, W)> {
        let index = list.slot(top, Self::ONE);
        let node = self.node(index)?;
        // ORDERING: none: acquired by the load of the top (L1, L5). If it is newer than that, the
        // exchange fails.
        let below = node.below.load(Ordering::Relaxed);
        let below = (below.to_usize() & (Self::ONE - 1)) ^ (index + 1);
        let rest = W::truncate_from((top.to_usize() & !(Self::ONE - 1)) | (below ^ list.first));
        Some((Slot { index, node }, rest))
    }

    /// Puts a slot on top of a list, unless `limit` slots are in it. Otherwise the slot comes back.
    #[inline(always)]
    fn link<'s>(
        &'s self,
        list: List<'_, W>,
        slot: Slot<'s, T, W>,
        limit: usize,
    ) -> Result<(), Slot<'s, T, W>> {
        let mut top = list.load();
        loop {
            let depth = self.depth(list, top);
            // As in `len`. If it is the top no more, the exchange below fails.
            if (depth == limit && list.load() == top) || self.is_end(list, top) {
                return Err(slot);
            }
            let below = (depth + 1).wrapping_mul(Self::ONE) | (list.slot(top, Self::ONE) ^ (slot.index + 1));
            // ORDERING: releases the moment of this store: a count read from it is not that of the top
            // of before (L4).
            slot.node.below.store(W::truncate_from(below), ordering::BELOW_STORE);
            let links = (top.to_usize() & !(Self::ONE - 1)).wrapping_add(Self::ONE);
            let linked = W::truncate_from(links | (slot.index ^ list.first));
            // ORDERING: see `USED` and `FREE`.
            match list.top.compare_exchange(top, linked, list.orders.link, list.orders.follow) {
                Ok(_) => return Ok(()),
                Err(now) => top = now,
            }
        }
    }

    /// The number of slots in a list, if `top` is its top.
    #[inline]
    fn depth(&self, list: List<'_, W>, top: W) -> usize {
        // ORDERING: acquires the store of the count: if it is newer than `top`, the next load of the top
        // shows that (L4).
        let count = |node: &Node<T, W>| node.below.load(ordering::BELOW_LOAD).to_usize() >> Self::BITS;
        self.node(list.slot(top, Self::ONE)).map_or(0, count)
    }

    /// Ends an empty stack for good: no push and no pop succeeds from here on. `false` if a value came first.
    #[cfg_attr(not(feature = "async"), allow(dead_code, reason = "stacks do not close, channels do"))]
    pub(crate) fn close_if_empty(&self) -> bool {
        let (list, end) = (self.used(), Self::NONE ^ Self::END);
        let top = list.load();
        if list.slot(top, Self::ONE) != Self::NONE {
            return self.is_end(list, top);
        }
        // ORDERING: as for a link. On failure nothing is used.
        let ended = W::truncate_from(top.to_usize() | end);
        list.top.compare_exchange(top, ended, list.orders.link, Ordering::Relaxed).is_ok()
    }

    #[inline]
    fn is_end(&self, list: List<'_, W>, top: W) -> bool {
        CLOSES && list.slot(top, Self::ONE) == Self::END
    }

    // These, and all that use what they return, are inlined always: then the orderings are constants. An exchange
    // whose orderings are not has a panic behind it.
    #[inline(always)]
    fn used(&self) -> List<'_, W> {
        List { top: &self.used, first: Self::NONE, orders: USED }
    }

    #[inline(always)]
    fn free(&self) -> List<'_, W> {
        List { top: &self.free, first: 0, orders: FREE }
    }

    /// The node of a slot; none for [`NONE`](Self::NONE).
    #[inline]
    fn node(&self, slot: usize) -> Option<&Node<T, W>> {
        self.nodes.as_slice().get(slot)
    }
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> Stack<T, usize, N, S, CLOSES> {
    const_fn! {
        pub(crate) fn new() -> Self {
            let () = Self::IS_SOUND;
            if ZEROS { zeroed() } else { Self::on_words() }
        }
    }
}

impl<W: Word> List<'_, W> {
    #[inline(always)]
    fn load(self) -> W {
        // ORDERING: see `USED` and `FREE`.
        self.top.load(self.orders.see)
    }

    /// The slot at the top.
    #[inline]
    fn slot(self, top: W, one: usize) -> usize {
        (top.to_usize() & (one - 1)) ^ self.first
    }
}

impl<T, W: Word, const N: usize, const S: usize, const CLOSES: bool> Drop for Stack<T, W, N, S, CLOSES> {
    fn drop(&mut self) {
        // SAFETY: this is the end of it: no slot is taken twice, and the push that linked it wrote a value.
        unsafe { drop_each(|| self.take(self.used()).map(|slot| slot.node.place.as_ptr())) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// The slots in a list, from the top.
    fn slots<const N: usize, const S: usize, const CLOSES: bool>(
        stack: &Stack<u32, u8, N, S, CLOSES>,
        list: List<'_, u8>,
    ) -> Vec<usize> {
        let mut slot = list.slot(list.load(), Stack::<u32, u8, N, S, CLOSES>::ONE);
        let mut slots = Vec::new();
        while let Some(node) = stack.node(slot) {
            slots.push(slot);
            let below = node.below.load(Ordering::Relaxed).to_usize();
            slot = (below & (Stack::<u32, u8, N, S, CLOSES>::ONE - 1)) ^ (slot + 1);
        }
        slots
    }

    #[test]
    fn a_new_stack_has_all_slots_free_in_order() {
        let stack = Stack::<u32, u8, 3, 2>::on_words();
        assert_eq!(slots(&stack, stack.free()), [0, 1, 2, 3, 4]);
        assert!(slots(&stack, stack.used()).is_empty());
    }

    fn goes_round_and_round<W: Word, const N: usize, const S: usize>(links: u32) {
        let stack = Stack::<u32, W, N, S>::on_words();
        let mut values = Vec::new();
        let mut dice = 1u32;
        for value in 0..links {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if dice >> 31 == 0 {
                assert_eq!(stack.push(value).is_ok(), values.len() < N);
                if values.len() < N {
                    values.push(value);
                }
            } else {
                assert_eq!(stack.pop(), values.pop());
            }
            assert_eq!(stack.len(), values.len());
        }
    }

    #[test]
    fn counts_of_links_wrap_on_words_of_every_size() {
        goes_round_and_round::<u8, 1, 0>(10_000);
        goes_round_and_round::<u8, 3, 1>(10_000);
        goes_round_and_round::<u8, 11, 4>(10_000);
        goes_round_and_round::<u16, 100, 4>(500_000);
        goes_round_and_round::<usize, 5, 4>(10_000);
    }

    #[test]
    fn behind_the_end_nothing_is_pushed_or_popped() {
        let stack = Stack::<u32, u8, 3, 2, true>::on_words();
        (0..3).for_each(|value| stack.push(value).unwrap());
        assert!(!stack.close_if_empty(), "values are there");
        (0..3).rev().for_each(|value| assert_eq!(stack.pop(), Some(value)));
        assert!(stack.close_if_empty());
        for _ in 0..4 {
            assert_eq!((stack.push(7), stack.pop(), stack.len()), (Err(7), None, 0));
            assert!(stack.close_if_empty(), "it stays closed");
        }
        assert_eq!(slots(&stack, stack.free()).len(), 5, "no slot is lost");
    }

    /// A stack of three on words of a byte, from which a pop takes its time: it has read the top and what is below it.
    struct Paused<'s> {
        stack: &'s Small,
        top: u8,
        seen: (Slot<'s, u32, u8>, u8),
    }

    type Small = Stack<u32, u8, 3, 1>;

    /// How many links there are until the count in a byte begins again.
    const ROUND: usize = 256 >> Small::BITS;

    impl<'s> Paused<'s> {
        /// A pop of the second of two values.
        fn pop(stack: &'s Small) -> Self {
            (0..2).for_each(|value| stack.push(value).unwrap());
            let top = stack.used().load();
            Self { stack, top, seen: stack.see(stack.used(), top).unwrap() }
        }

        /// Whether it takes the slot it saw, if it goes on now.
        fn goes_on(&self) -> bool {
            let used = self.stack.used();
            used.top.compare_exchange(self.top, self.seen.1, USED.take, USED.follow).is_ok()
        }
    }

    #[test]
    fn a_pop_that_stands_still_takes_nothing_before_the_count_of_links_has_wrapped() {
        let stack = Small::on_words();
        let paused = Paused::pop(&stack);
        for _ in 1..ROUND {
            stack.pop().unwrap();
            stack.push(7).unwrap();
            assert!(!paused.goes_on());
        }
    }

    #[test]
    fn a_pop_that_stands_still_for_as_long_as_the_count_takes_to_wrap_leaves_a_slot_in_both_lists() {
        let stack = Small::on_words();
        let paused = Paused::pop(&stack);
        for _ in 1..ROUND {
            stack.pop().unwrap();
            stack.push(7).unwrap();
        }
        // The slot that the pop saw is the only one now, and the one below it is free.
        let upper = stack.take(stack.used()).unwrap();
        let lower = stack.take(stack.used()).unwrap().index;
        assert!(stack.link(stack.used(), upper, 3).is_ok());
        let _ = stack.link(stack.free(), Slot { index: lower, node: stack.node(lower).unwrap() }, usize::MAX);
        assert!(paused.goes_on());
        assert_eq!(slots(&stack, stack.used())[0], lower);
        assert_eq!(slots(&stack, stack.free())[0], lower);
    }

    #[test]
    fn an_old_top_is_told_from_a_new_one_until_the_count_of_links_has_wrapped() {
        let stack = Stack::<u32, u8, 1, 0>::on_words();
        stack.push(0).unwrap();
        let old = stack.used().load();
        let laps = 256 >> Stack::<u32, u8, 1, 0>::BITS;
        for lap in 1..=laps {
            assert_eq!(stack.pop(), Some(lap - 1));
            stack.push(lap).unwrap();
            assert_eq!(stack.used().load() == old, lap == laps, "after {lap} laps");
        }
    }
}
