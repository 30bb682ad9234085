//! Models of the pool. Named `<threads>__cap<N>__<claim>`.
//!
//! A take and a return are the take and the link of the stack's list of used slots, so the edges
//! are those of the stack. What is new: the objects are changed in place, between the two.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::pool::{Guard, Notify, Pool, PoolInner, Storage, WaitGuard, WaitPool};
use ringway_loom_tests::{Bell, Gate, Note, block_on, explore, one_sees};
use std::pin::pin;

/// A pool of the numbers from 0. The look at its length spends the fence that loom's sequential
/// consistency puts before this thread's next load, so that the loads of the model may be stale.
fn pool<const N: usize>() -> Arc<Pool<u8, N>> {
    let pool = Pool::from_fn(|index| index as u8);
    assert_eq!(pool.len(), N);
    Arc::new(pool)
}

/// Takes an object, adds one to it and returns it. Returns what it was.
fn add_one(pool: &PoolInner<impl Storage<Object = u8>, impl Notify>) -> Option<u8> {
    let mut object = pool.take()?;
    *object += 1;
    Some(*object - 1)
}

/// Reads an object that is never returned.
fn keep(guard: Option<Guard<'_, u8>>) -> Option<u8> {
    let number = guard.as_deref().copied();
    std::mem::forget(guard);
    number
}

#[test]
fn add_add__cap1__what_is_written_before_a_return_is_read_after_the_next_take() {
    let expected = [(Some(0), Some(1)), (Some(1), Some(0)), (Some(0), None), (None, Some(0))];
    explore("add_add__cap1", expected, || {
        let (pool, gate) = (pool::<1>(), Gate::new());
        let other = pool.clone();
        let other = gate.spawn(move || add_one(&other));
        gate.pass();
        let mine = add_one(&pool);
        (mine, other.join().unwrap())
    });
}

/// As many objects as threads: none finds the pool empty.
#[test]
fn add2_add__cap2__a_take_never_returns_none_while_an_object_is_there() {
    explore("add2_add__cap2", [4], || {
        let (pool, gate) = (pool::<2>(), Gate::new());
        let other = pool.clone();
        let other = gate.spawn(move || [add_one(&other), add_one(&other)].map(Option::unwrap));
        gate.pass();
        add_one(&pool).unwrap();
        other.join().unwrap();
        let [first, second] = [(); 2].map(|()| pool.take().unwrap());
        *first + *second
    });
}

#[test]
fn take_take__cap2__each_object_once() {
    explore("take_take__cap2", [(0, 1), (1, 0)], || {
        let (pool, gate) = (pool::<2>(), Gate::new());
        let other = pool.clone();
        let other = gate.spawn(move || keep(other.take()).unwrap());
        gate.pass();
        let mine = keep(pool.take()).unwrap();
        (mine, other.join().unwrap())
    });
}

/// The top comes back with another object below it: the count of returns distinguishes the two.
#[test]
fn take_taketakereturn__cap2__a_top_that_came_back_is_not_mistaken() {
    let expected = [
        (None, [Some(0), Some(1)], vec![0]),
        (Some(0), [Some(0), Some(1)], vec![]),
        (Some(0), [Some(1), None], vec![1]),
        (Some(1), [Some(0), None], vec![0]),
    ];
    explore("take_taketakereturn__cap2", expected, || {
        let (pool, gate) = (pool::<2>(), Gate::new());
        let other = pool.clone();
        let other = gate.spawn(move || {
            let first = other.take();
            [first.as_deref().copied(), keep(other.take())]
        });
        gate.pass();
        let mine = keep(pool.take());
        let others = other.join().unwrap();
        (mine, others, std::iter::from_fn(|| keep(pool.take())).collect())
    });
}

/// The word of an object that was at the top is written again before the object returns. It returns
/// on a third thread, whose store follows no fence: loom's sequential consistency would put one
/// between the take and a return of the same thread.
#[test]
fn taketake_return_len__cap3__a_length_that_counts_a_take_sees_what_preceded_it() {
    explore("taketake_return_len__cap3", [(1, 1), (2, 1), (3, 0)], || {
        let (pool, gate, note) = (leaked::<3>(), Gate::new(), Note::new());
        let (start, before) = (gate.clone(), note.clone());
        let takes = gate.spawn(move || {
            before.leave();
            let first = pool.take();
            keep(pool.take());
            start.spawn(move || drop(first))
        });
        gate.pass();
        let len = pool.len();
        let seen = if len < 3 { note.read() } else { 0 };
        takes.join().unwrap().join().unwrap();
        (len, seen)
    });
}

#[test]
fn return_len__cap3__a_length_is_one_that_was() {
    explore("return_len__cap3", [1, 2], || {
        let (pool, gate) = (leaked::<3>(), Gate::new());
        let [first, second] = [(); 2].map(|()| pool.take().unwrap());
        let other = gate.spawn(move || drop(first));
        gate.pass();
        let len = pool.len();
        other.join().unwrap();
        drop(second);
        len
    });
}

/// A pool for the rest of the execution: guards borrow it.
fn leaked<const N: usize>() -> &'static Pool<u8, N> {
    let pool = Box::leak(Box::new(Pool::from_fn(|index| index as u8)));
    assert_eq!(pool.len(), N);
    pool
}

type One = &'static Pool<u8, 1>;
type Taken = (One, Option<Guard<'static, u8>>);

fn full() -> (Taken, One) {
    let pool = leaked();
    ((pool, None), pool)
}

fn empty() -> (Taken, One) {
    let pool = leaked();
    ((pool, pool.take()), pool)
}

fn take(end: &mut Taken) {
    end.1 = end.0.take();
}

fn give(end: &mut Taken) {
    end.1 = None;
}

#[test]
fn return_take_across_two_pools__cap1__not_both_empty() {
    one_sees("return_take_across_two_pools__cap1", empty, give, |pool| pool.take().is_some());
}

#[test]
fn return_isempty_across_two_pools__cap1__not_both_empty() {
    one_sees("return_isempty_across_two_pools__cap1", empty, give, |pool| !pool.is_empty());
}

#[test]
fn take_isempty_across_two_pools__cap1__one_is_empty() {
    one_sees("take_isempty_across_two_pools__cap1", full, take, |pool| pool.is_empty());
}

/// A pool that is waited for, for the rest of the execution, and its object.
fn taken() -> (&'static WaitPool<u8, 1>, WaitGuard<'static, u8>) {
    let pool = Box::leak(Box::new(WaitPool::new([0])));
    (pool, pool.take().unwrap())
}

#[test]
fn return_acquire__cap1__a_waiter_is_woken_and_reads_what_was_written() {
    explore("return_acquire__cap1", [(1, 0), (1, 1)], || {
        let ((pool, mut guard), gate) = (taken(), Gate::new());
        let other = gate.spawn(move || {
            *guard += 1;
            drop(guard);
        });
        gate.pass();
        let (guard, naps) = block_on(pool.acquire());
        let acquired = (*guard, naps);
        other.join().unwrap();
        acquired
    });
}

#[test]
fn return_acquire_cancel__cap1__a_waiter_cancelled_after_its_notification_passes_it_on() {
    explore("return_acquire_cancel__cap1", [0, 1], || {
        let ((pool, guard), gate) = (taken(), Gate::new());
        let mut first = Box::pin(pool.acquire());
        assert!(Bell::new().poll(first.as_mut()).is_none());
        let returns = gate.spawn(move || drop(guard));
        let acquires = gate.spawn(move || block_on(pool.acquire()).1);
        gate.pass();
        drop(first);
        returns.join().unwrap();
        acquires.join().unwrap()
    });
}

#[test]
fn return_take_acquire__cap1__a_waiter_that_was_overtaken_is_woken_again() {
    explore("return_take_acquire__cap1", [true, false], || {
        let ((pool, guard), gate) = (taken(), Gate::new());
        let bell = Bell::new();
        let mut acquire = pin!(pool.acquire());
        assert!(bell.poll(acquire.as_mut()).is_none());
        let other = gate.spawn(move || {
            drop(guard);
            pool.take().is_some()
        });
        gate.pass();
        drop(bell.block_on(acquire.as_mut()));
        other.join().unwrap()
    });
}
