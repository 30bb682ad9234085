//! The lock of threads.

use ringway::wait::{RawLock, ThreadLock};
use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;

/// A number that only the lock protects.
struct Locked {
    lock: ThreadLock,
    number: UnsafeCell<usize>,
}

// SAFETY: the number is used under the lock only.
unsafe impl Sync for Locked {}

impl Locked {
    fn new() -> Self {
        Self { lock: ThreadLock::INIT, number: UnsafeCell::new(0) }
    }

    /// Adds one in two steps, between which another thread would lose its own.
    fn add(&self, between: impl FnOnce()) -> usize {
        self.lock.with(|| {
            let number = self.number.get();
            // SAFETY: under the lock.
            let before = unsafe { number.read_volatile() };
            between();
            // SAFETY: under the lock.
            unsafe { number.write_volatile(before + 1) };
            before
        })
    }
}

#[test]
fn a_thread_lock_lets_in_one_at_a_time() {
    const THREADS: usize = 4;
    const TIMES: usize = 20_000;
    let (locked, start) = (Locked::new(), Barrier::new(THREADS));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                start.wait();
                for time in 0..TIMES {
                    locked.add(|| {
                        if time % 1000 == 0 {
                            thread::yield_now()
                        }
                    });
                }
            });
        }
    });
    assert_eq!(locked.add(|| ()), THREADS * TIMES);
}

#[test]
fn a_thread_waits_for_a_thread_lock_that_is_held_for_long() {
    let (locked, is_held) = (Locked::new(), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            locked.add(|| {
                is_held.wait();
                // The other tries, yields, and sleeps at last; it waits wherever it is.
                (0..5000).for_each(|_| thread::yield_now());
            })
        });
        is_held.wait();
        assert_eq!(locked.add(|| ()), 1, "the other was first, and is done");
    });
}

#[test]
fn a_panic_gives_a_thread_lock_back() {
    let locked = Locked::new();
    assert!(catch_unwind(AssertUnwindSafe(|| locked.add(|| panic!("on purpose")))).is_err());
    assert_eq!(locked.add(|| ()), 0);
}
