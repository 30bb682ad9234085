//! What stacks do.

use super::queue::Aligned;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestError, TestRunner};
use ringway::Full;
use ringway::stack::Stack;
use std::cell::Cell;
use std::thread;

#[derive(Clone, Copy, Debug)]
enum Op {
    Push(u32),
    Pop,
}

/// Random operations beside a `Vec` that holds `more` values more than the stack.
fn compare<const N: usize, const S: usize>(more: usize) -> Result<(), TestError<Vec<Op>>> {
    let op = prop_oneof![3 => any::<u32>().prop_map(Op::Push), 2 => Just(Op::Pop)];
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&prop::collection::vec(op, 0..200), |ops| {
        let (stack, mut model) = (Stack::<u32, N, S>::new(), Vec::new());
        ops.into_iter().try_for_each(|op| step(&stack, &mut model, N + more, op))
    })
}

fn step<const N: usize, const S: usize>(
    stack: &Stack<u32, N, S>,
    model: &mut Vec<u32>,
    capacity: usize,
    op: Op,
) -> TestCaseResult {
    match op {
        Op::Push(value) => {
            let fits = model.len() < capacity;
            prop_assert_eq!(stack.push(value), if fits { Ok(()) } else { Err(Full(value)) });
            model.extend(fits.then_some(value));
        }
        Op::Pop => prop_assert_eq!(stack.pop(), model.pop()),
    }
    prop_assert_eq!(stack.len(), model.len());
    prop_assert_eq!(stack.is_empty(), model.is_empty());
    prop_assert_eq!(stack.is_full(), model.len() == capacity);
    Ok(())
}

#[test]
fn every_sequence_does_what_a_vec_does() {
    compare::<1, 0>(0).unwrap();
    compare::<1, 4>(0).unwrap();
    compare::<2, 1>(0).unwrap();
    compare::<5, 0>(0).unwrap();
    compare::<16, 4>(0).unwrap();
}

#[test]
fn a_model_with_one_place_too_many_is_found_wanting() {
    compare::<1, 4>(1).unwrap_err();
    compare::<5, 0>(1).unwrap_err();
}

#[test]
fn exactly_capacity_values_fit_and_come_out_newest_first() {
    let stack = Stack::<_, 7>::default();
    for lap in 0..50 {
        let pushed = (0..20).filter(|&value| stack.push((lap, value)).is_ok()).count();
        assert_eq!((pushed, stack.capacity()), (7, 7));
        assert!((0..7).rev().all(|value| stack.pop() == Some((lap, value))));
        assert_eq!(stack.pop(), None);
    }
}

#[test]
fn values_of_every_kind_stay_whole() {
    let pages = Stack::<_, 2>::new();
    pages.push([7u64; 512]).unwrap();
    assert!(pages.pop() == Some([7; 512]));

    let aligned = Stack::<_, 2>::new();
    aligned.push(Aligned(7)).unwrap();
    assert_eq!(aligned.pop(), Some(Aligned(7)));

    let nothing = Stack::<_, 3>::new();
    assert_eq!((0..5).filter(|_| nothing.push(()).is_ok()).count(), 3);

    let not_sync = Stack::<_, 1>::new();
    not_sync.push(Cell::new(1)).unwrap();
    assert_eq!(not_sync.pop().map(Cell::into_inner), Some(1));
}

/// Free buffers, which is what a stack is for: each belongs to one thread at a time.
#[test]
fn threads_take_and_give_back_buffers_and_none_is_lost_or_shared() {
    const BUFFERS: usize = 3;
    let stack = Stack::<Box<u64>, BUFFERS, 4>::new();
    (0..BUFFERS).for_each(|_| stack.push(Box::new(0)).unwrap());
    let used: u64 = thread::scope(|scope| {
        let work = || {
            let mut used = 0;
            for _ in 0..20_000 {
                if let Some(mut buffer) = stack.pop() {
                    *buffer += 1;
                    used += 1;
                    stack.push(buffer).expect("there is room for all that there are");
                }
            }
            used
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(stack.len(), BUFFERS);
    assert_eq!(std::iter::from_fn(|| stack.pop()).map(|buffer| *buffer).sum::<u64>(), used);
}
