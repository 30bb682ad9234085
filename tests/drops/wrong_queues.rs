//! The test of the test: what the ledger says of queues that are wrong.

use super::*;
use std::collections::VecDeque;
use std::mem::ManuallyDrop;

/// Forgets one value when it is dropped.
struct DropsOneTooFew<T>(ManuallyDrop<VecDeque<T>>);

impl<T> Drop for DropsOneTooFew<T> {
    fn drop(&mut self) {
        // SAFETY: taken once, here.
        let mut values = unsafe { ManuallyDrop::take(&mut self.0) };
        forget(values.pop_back());
    }
}

#[test]
fn a_missing_drop_is_noticed() {
    let ledger = Ledger::new();
    let values = (0..5).map(|_| ledger.value()).collect();
    drop(DropsOneTooFew(ManuallyDrop::new(values)));
    assert_eq!(ledger.wrong(), [4]);
    assert!(catch_unwind(AssertUnwindSafe(|| ledger.assert_each_dropped_once())).is_err());
}

#[test]
fn a_second_drop_is_noticed() {
    let ledger = Ledger::new();
    // SAFETY: a `Value` owns nothing, so that a second one only counts its drop twice.
    drop(unsafe { std::ptr::read(&ledger.value()) });
    assert_eq!(ledger.wrong(), [0]);
    assert!(catch_unwind(AssertUnwindSafe(|| ledger.assert_each_dropped_once_but(&[0]))).is_err());
}

/// Stops at a panic, as a plain loop does.
struct StopsAtAPanic<T>(Vec<ManuallyDrop<T>>);

impl<T> Drop for StopsAtAPanic<T> {
    fn drop(&mut self) {
        while let Some(value) = self.0.pop() {
            drop(ManuallyDrop::into_inner(value));
        }
    }
}

#[test]
fn values_lost_to_a_panic_are_noticed() {
    let ledger = Ledger::with_bomb(2);
    let queue = StopsAtAPanic((0..5).map(|_| ManuallyDrop::new(ledger.value())).collect());
    assert_panics(|| drop(queue));
    assert_eq!(ledger.wrong(), [0, 1]);
}
