//! Models of the stack, through its public face. Named `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::stack::Stack;
use ringway_loom_tests::{Gate, Tracked, a_value_arrives, explore, one_sees, only_one_fits};

const OK: bool = true;
const FULL: bool = false;

fn stack<T, const N: usize, const S: usize>() -> Arc<Stack<T, N, S>> {
    Arc::new(Stack::new())
}

/// A stack that holds these. The look at its length is more than a check: it spends the fence that
/// loom's sequential consistency puts before this thread's next load, so that the loads of the
/// model may be stale.
fn holding<const N: usize, const S: usize>(ids: &[u8]) -> Arc<Stack<Tracked, N, S>> {
    let stack = stack();
    ids.iter().for_each(|&id| assert!(push(&stack, id)));
    assert_eq!(stack.len(), ids.len());
    stack
}

fn push<const N: usize, const S: usize>(stack: &Stack<Tracked, N, S>, id: u8) -> bool {
    stack.push(Tracked::new(id)).is_ok()
}

fn pop<const N: usize, const S: usize>(stack: &Stack<Tracked, N, S>) -> Option<u8> {
    stack.pop().map(Tracked::id)
}

#[test]
fn push_pop__cap1__a_value_arrives_whole_or_not_yet() {
    a_value_arrives("push_pop__cap1", stack::<_, 1, 1>, push, pop);
}

#[test]
fn push_push__cap1__only_one_fits() {
    only_one_fits("push_push__cap1", stack::<_, 1, 1>, push, |stack| stack.len());
}

#[test]
fn push2_pop2__cap2__the_newest_goes_first() {
    let expected = [
        vec![None, None],
        vec![None, Some(1)],
        vec![None, Some(2)],
        vec![Some(1), None],
        vec![Some(1), Some(2)],
        vec![Some(2), Some(1)],
    ];
    explore("push2_pop2__cap2", expected, || {
        let (stack, gate) = (stack::<_, 2, 1>(), Gate::new());
        let pusher = stack.clone();
        let pusher = gate.spawn(move || assert!(push(&pusher, 1) && push(&pusher, 2)));
        let popper = gate.spawn(move || vec![pop(&stack), pop(&stack)]);
        pusher.join().unwrap();
        popper.join().unwrap()
    });
}

#[test]
fn push_push_pop2__cap2__each_value_once() {
    explore("push_push_pop2__cap2", [vec![1, 2]], || {
        let (stack, gate) = (stack::<_, 2, 2>(), Gate::new());
        let (first, second) = (stack.clone(), stack.clone());
        let first = gate.spawn(move || assert!(push(&first, 1)));
        let second = gate.spawn(move || assert!(push(&second, 2)));
        gate.pass();
        let mut all: Vec<_> = [pop(&stack), pop(&stack)].into_iter().flatten().collect();
        first.join().unwrap();
        second.join().unwrap();
        all.extend(std::iter::from_fn(|| pop(&stack)));
        all.sort_unstable();
        all
    });
}

#[test]
fn pop_pop__cap2__each_value_once() {
    explore("pop_pop__cap2", [(Some(1), Some(2)), (Some(2), Some(1))], || {
        let (stack, gate) = (holding::<2, 1>(&[1, 2]), Gate::new());
        let other = stack.clone();
        let other = gate.spawn(move || pop(&other));
        gate.pass();
        let mine = pop(&stack);
        (mine, other.join().unwrap())
    });
}

#[test]
fn pushpop_pushpop__cap2__neither_finds_it_empty() {
    let expected = [(1, 2), (2, 1)];
    explore("pushpop_pushpop__cap2", expected, || {
        let (stack, gate) = (stack::<_, 2, 1>(), Gate::new());
        let one = |stack: &Stack<Tracked, 2, 1>, id| {
            assert!(push(stack, id));
            pop(stack).expect("each thread pushes before it pops")
        };
        let other = stack.clone();
        let other = gate.spawn(move || one(&other, 1));
        gate.pass();
        let mine = one(&stack, 2);
        (mine, other.join().unwrap())
    });
}

/// The top comes back with another slot below it: the count of links distinguishes the two.
#[test]
fn pop_poppoppush__cap2__a_top_that_came_back_is_not_mistaken() {
    let expected = [
        (None, vec![2, 1], vec![3]),
        (Some(1), vec![2], vec![3]),
        (Some(2), vec![1], vec![3]),
        (Some(3), vec![2, 1], vec![]),
    ];
    explore("pop_poppoppush__cap2", expected, || {
        let (stack, gate) = (holding::<2, 1>(&[1, 2]), Gate::new());
        let other = stack.clone();
        let other = gate.spawn(move || {
            let popped = [pop(&other), pop(&other)];
            assert!(push(&other, 3));
            popped.into_iter().flatten().collect::<Vec<_>>()
        });
        gate.pass();
        let mine = pop(&stack);
        let others = other.join().unwrap();
        (mine, others, std::iter::from_fn(|| pop(&stack)).collect())
    });
}

#[test]
fn pop2_push__cap2__a_push_that_sees_room_finds_the_slots_freed_before() {
    explore("pop2_push__cap2", [(0, OK), (1, OK), (1, FULL), (2, OK), (2, FULL)], || {
        let (stack, gate) = (holding::<2, 0>(&[1, 2]), Gate::new());
        let popper = stack.clone();
        let popper = gate.spawn(move || assert!(pop(&popper) == Some(2) && pop(&popper).is_some()));
        gate.pass();
        let outcome = (stack.len(), push(&stack, 3));
        popper.join().unwrap();
        outcome
    });
}

/// Another pop holds one slot, and never links one: a push that sees no value has room.
fn push_beside_pop<const S: usize>(name: &str, expected: &[(usize, bool)]) {
    explore(name, expected.iter().copied(), || {
        let (stack, gate) = (holding::<1, S>(&[1]), Gate::new());
        let popper = stack.clone();
        let popper = gate.spawn(move || assert_eq!(pop(&popper), Some(1)));
        gate.pass();
        let outcome = (stack.len(), push(&stack, 2));
        popper.join().unwrap();
        outcome
    });
}

#[test]
fn pop_push__cap1__spares_enough_never_say_full_early() {
    push_beside_pop::<1>("pop_push__cap1, S = 1", &[(0, OK), (1, OK), (1, FULL)]);
}

#[test]
fn pop_push__cap1__one_spare_less_says_full_early() {
    push_beside_pop::<0>("pop_push__cap1, S = 0", &[(0, OK), (0, FULL), (1, OK), (1, FULL)]);
}

#[test]
fn pop_len__cap3__a_length_is_one_that_was() {
    explore("pop_len__cap3", [2, 3], || {
        let (stack, gate) = (holding::<3, 0>(&[1, 2, 3]), Gate::new());
        let popper = stack.clone();
        let popper = gate.spawn(move || assert_eq!(pop(&popper), Some(3)));
        gate.pass();
        let len = stack.len();
        popper.join().unwrap();
        len
    });
}

type One = Stack<u8, 1, 1>;

fn push_one(stack: &mut Arc<One>) {
    stack.push(1).unwrap();
}

fn pop_one(stack: &mut Arc<One>) {
    stack.pop().unwrap();
}

/// One of two stacks, for the thread that changes it and the one that asks.
fn empty() -> (Arc<One>, Arc<One>) {
    let stack = stack();
    (stack.clone(), stack)
}

fn full() -> (Arc<One>, Arc<One>) {
    let mut ends = empty();
    push_one(&mut ends.0);
    ends
}

#[test]
fn push_pop_across_two_stacks__cap1__not_both_empty() {
    one_sees("push_pop_across_two_stacks__cap1", empty, push_one, |stack| stack.pop().is_some());
}

#[test]
fn pop_push_across_two_stacks__cap1__not_both_full() {
    one_sees("pop_push_across_two_stacks__cap1", full, pop_one, |stack| stack.push(2).is_ok());
}

#[test]
fn push_isempty_across_two_stacks__cap1__not_both_empty() {
    one_sees("push_isempty_across_two_stacks__cap1", empty, push_one, |stack| !stack.is_empty());
}

#[test]
fn pop_isempty_across_two_stacks__cap1__one_is_empty() {
    one_sees("pop_isempty_across_two_stacks__cap1", full, pop_one, |stack| stack.is_empty());
}

#[test]
fn push_isfull_across_two_stacks__cap1__one_is_full() {
    one_sees("push_isfull_across_two_stacks__cap1", empty, push_one, |stack| stack.is_full());
}

#[test]
fn pop_isfull_across_two_stacks__cap1__not_both_full() {
    one_sees("pop_isfull_across_two_stacks__cap1", full, pop_one, |stack| !stack.is_full());
}

#[test]
fn push_len_across_two_stacks__cap1__one_counts_the_push() {
    one_sees("push_len_across_two_stacks__cap1", empty, push_one, |stack| stack.len() == 1);
}
