//! The stack and the pool on words of eight bits, where counts wrap.

use super::list::List;
use super::pool::{self, ObjectNode, Objects};
use super::{Stack, Word};
use crate::raw::value::ValueCell;
use crate::sync::{Atomic, Ordering};
use std::vec::Vec;

/// The slots in a list, from the top.
fn slots<const FILLED: bool>(list: List<'_, ValueCell<u32>, u8, FILLED>) -> Vec<usize> {
    let mut slot = list.format.top(list.load());
    let mut slots = Vec::new();
    while let Some(node) = list.nodes.get(slot) {
        slots.push(slot);
        slot = list.layout.below(slot, node.below.load(Ordering::Relaxed));
    }
    slots
}

#[test]
fn a_new_stack_has_all_slots_free_in_order() {
    let stack = Stack::<u32, u8, 3, 2>::on_words();
    assert_eq!(slots(stack.free()), [0, 1, 2, 3, 4]);
    assert!(slots(stack.used()).is_empty());
}

fn follows_a_plain_stack<W: Word, const N: usize, const S: usize>(links: u32) {
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
    follows_a_plain_stack::<u8, 1, 0>(10_000);
    follows_a_plain_stack::<u8, 3, 1>(10_000);
    follows_a_plain_stack::<u8, 11, 4>(10_000);
    follows_a_plain_stack::<u16, 100, 4>(500_000);
    follows_a_plain_stack::<usize, 5, 4>(10_000);
}

#[test]
fn after_close_nothing_is_pushed_or_popped() {
    let stack = Stack::<u32, u8, 3, 2, true>::on_words();
    (0..3).for_each(|value| stack.push(value).unwrap());
    assert!(!stack.close_if_empty(), "values are there");
    (0..3).rev().for_each(|value| assert_eq!(stack.pop(), Some(value)));
    assert!(stack.close_if_empty());
    for _ in 0..4 {
        assert_eq!((stack.push(7), stack.pop(), stack.len()), (Err(7), None, 0));
        assert!(stack.close_if_empty(), "it stays closed");
    }
    assert_eq!(slots(stack.free()).len(), 5, "no slot is lost");
}

/// A stack of three on words of a byte, and a pop that stalled after it loaded the top and what is
/// below it.
struct Stalled<'s> {
    used: List<'s, ValueCell<u32>, u8, true>,
    word: u8,
    taken: u8,
}

type Small = Stack<u32, u8, 3, 1>;

/// The number of links after which the count in a byte begins again.
const ROUND: usize = 256 >> Small::LAYOUT.bits();

impl<'s> Stalled<'s> {
    /// A pop of the second of two values.
    fn pop(stack: &'s Small) -> Self {
        (0..2).for_each(|value| stack.push(value).unwrap());
        let used = stack.used();
        let word = used.load();
        let (slot, node) = used.top(word).unwrap();
        let below = used.layout.below(slot, node.below.load(Ordering::Relaxed));
        Self { used, word, taken: used.format.taken(word, below) }
    }

    /// Resumes. Returns `true` if it takes the slot that it saw.
    fn resume(&self) -> bool {
        self.used.replace(self.word, self.taken, List::<ValueCell<u32>, u8, true>::ORDERS.take).is_ok()
    }
}

#[test]
fn a_stalled_pop_takes_nothing_before_the_count_of_links_has_wrapped() {
    let stack = Small::on_words();
    let stalled = Stalled::pop(&stack);
    for _ in 1..ROUND {
        stack.pop().unwrap();
        stack.push(7).unwrap();
        assert!(!stalled.resume());
    }
}

#[test]
fn a_pop_that_stalls_for_a_whole_round_of_the_count_leaves_a_slot_in_both_lists() {
    let stack = Small::on_words();
    let stalled = Stalled::pop(&stack);
    for _ in 1..ROUND {
        stack.pop().unwrap();
        stack.push(7).unwrap();
    }
    // The slot that the pop saw is the only used one now, and the one below it is free.
    let upper = stack.used().take().unwrap();
    let (_, vacant) = stack.used().take().unwrap().read();
    let lower = vacant.index();
    assert!(stack.used().link(upper).is_ok());
    assert!(stack.free().link(vacant).is_ok());
    assert!(stalled.resume());
    assert_eq!(slots(stack.used())[0], lower);
    assert_eq!(slots(stack.free())[0], lower);
}

#[test]
fn an_old_top_differs_from_a_new_one_until_the_count_of_links_has_wrapped() {
    let stack = Stack::<u32, u8, 1, 0>::on_words();
    stack.push(0).unwrap();
    let old = stack.used().load();
    let laps = 256 >> Stack::<u32, u8, 1, 0>::LAYOUT.bits();
    for lap in 1..=laps {
        assert_eq!(stack.pop(), Some(lap - 1));
        stack.push(lap).unwrap();
        assert_eq!(stack.used().load() == old, lap == laps, "after {lap} laps");
    }
}

/// A pool on small words.
struct SmallPool<W: Word, const N: usize> {
    top: Atomic<W>,
    nodes: [ObjectNode<usize, W>; N],
}

impl<W: Word, const N: usize> SmallPool<W, N> {
    fn new() -> Self {
        Self { top: Atomic::new(), nodes: pool::nodes(core::array::from_fn(|index| index)) }
    }

    fn objects(&self) -> Objects<'_, usize, W> {
        // SAFETY: of one pool, and few enough for every word here.
        unsafe { Objects::new(&self.top, &self.nodes) }
    }
}

#[test]
fn a_new_pool_has_all_objects_in_order_and_counts_them() {
    let pool = SmallPool::<u8, 15>::new();
    for taken in 0..15 {
        assert_eq!(pool.objects().len(), 15 - taken);
        assert_eq!(pool.objects().take(), Some(taken));
    }
    assert_eq!((pool.objects().len(), pool.objects().take()), (0, None));
}

fn a_pool_follows_a_plain_stack<W: Word, const N: usize>(steps: u32) {
    let pool = SmallPool::<W, N>::new();
    let mut there: Vec<_> = (0..N).rev().collect();
    let mut taken = Vec::new();
    let mut dice = 1u32;
    for _ in 0..steps {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if dice >> 31 == 0 {
            let object = pool.objects().take();
            assert_eq!(object, there.pop());
            taken.extend(object);
        } else if !taken.is_empty() {
            let object = taken.swap_remove(dice as usize % taken.len());
            // SAFETY: it was taken, and `taken` no longer has it.
            unsafe { pool.objects().put(object) };
            there.push(object);
        }
        assert_eq!(pool.objects().len(), there.len());
    }
}

#[test]
fn counts_of_returns_wrap_on_words_of_every_size() {
    a_pool_follows_a_plain_stack::<u8, 1>(10_000);
    a_pool_follows_a_plain_stack::<u8, 4>(10_000);
    a_pool_follows_a_plain_stack::<u8, 15>(10_000);
    a_pool_follows_a_plain_stack::<u16, 100>(500_000);
    a_pool_follows_a_plain_stack::<usize, 5>(10_000);
}
