//! Pools that threads share.

use ringway::mpmc;
use ringway::pool::{Guard, Pool, WaitPool};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const ROUNDS: usize = if cfg!(miri) { 50 } else { 20_000 };

/// Two words that agree whenever no thread is at work on them.
type Pair = [usize; 2];

fn change(pair: &mut Pair) {
    assert_eq!(pair[0], pair[1], "another thread is at work on this object");
    pair[0] += 1;
    std::hint::spin_loop();
    pair[1] += 1;
}

/// As many objects as the threads may hold at once: then a take that returns `None` would be wrong.
#[test]
fn a_take_never_returns_none_while_an_object_is_in_the_pool() {
    let pool = Pool::new([Pair::default(); 4]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    change(&mut pool.take().expect("each thread holds one"));
                }
            });
        }
    });
    assert!(pool.is_full());
    let guards = [(); 4].map(|()| pool.take().unwrap());
    assert_eq!(guards.map(|guard| guard[0]).iter().sum::<usize>(), 4 * ROUNDS);
}

#[test]
fn a_take_from_a_pool_that_is_too_small_returns_none_or_an_object_of_its_own() {
    let pool = Pool::new([Pair::default(); 2]);
    let change_one = |_: &usize| {
        pool.take().is_some_and(|mut pair| {
            change(&mut pair);
            true
        })
    };
    let changes: usize = thread::scope(|scope| {
        let workers = [(); 4].map(|()| scope.spawn(|| (0..ROUNDS).filter(change_one).count()));
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    let guards = [(); 2].map(|()| pool.take().unwrap());
    assert_eq!(guards.map(|guard| guard[1]).iter().sum::<usize>(), changes);
}

#[test]
fn guards_go_through_a_queue_and_return_on_another_thread() {
    static FRAMES: Pool<Pair, 8> = Pool::new([[0; 2]; 8]);
    static FILLED: mpmc::Queue<Guard<'static, Pair>, 8> = mpmc::Queue::new();

    thread::scope(|scope| {
        scope.spawn(|| {
            let mut sent = 0;
            while sent < ROUNDS {
                let Some(mut frame) = FRAMES.take() else {
                    thread::yield_now();
                    continue;
                };
                *frame = [sent; 2];
                FILLED.push(frame).expect("there is room for each frame");
                sent += 1;
            }
        });
        let mut received = 0;
        while received < ROUNDS {
            let Some(frame) = FILLED.pop() else {
                thread::yield_now();
                continue;
            };
            assert_eq!(*frame, [received; 2]);
            received += 1;
        }
    });
    assert!(FRAMES.is_full());
}

#[test]
fn threads_that_wait_share_one_object() {
    let pool: WaitPool<Pair, 1> = WaitPool::default();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..ROUNDS / 4).for_each(|_| change(&mut pool.acquire_blocking())));
        }
    });
    assert_eq!(*pool.take().unwrap(), [ROUNDS / 4 * 4; 2]);
}

#[test]
fn a_thread_that_waits_in_vain_takes_nothing() {
    let pool: WaitPool<u8, 1> = WaitPool::new([7]);
    let guard = pool.acquire_blocking();
    assert!(pool.acquire_timeout(Duration::from_millis(5)).is_none());
    drop(guard);
    assert_eq!(*pool.acquire_timeout(Duration::ZERO).unwrap(), 7);
    assert!(pool.is_full());
}

#[test]
fn a_thread_that_waits_is_woken_by_a_return() {
    let pool: WaitPool<u8, 1> = WaitPool::new([7]);
    let guard = pool.acquire_blocking();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(*pool.acquire_blocking(), 7);
            is_done.store(true, Ordering::Relaxed);
        });
        thread::sleep(Duration::from_millis(20));
        assert!(!is_done.load(Ordering::Relaxed));
        drop(guard);
    });
    assert!(is_done.load(Ordering::Relaxed) && pool.is_full());
}
