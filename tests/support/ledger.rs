//! Values whose drops are counted.

#![allow(dead_code, reason = "each test crate uses its own part of this module")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const NO_BOMB: usize = usize::MAX;

/// Counts the drops of numbered values, and lets the drop of one of them panic, once.
pub(crate) struct Ledger {
    drops: Vec<AtomicUsize>,
    made: AtomicUsize,
    pub(crate) bomb: AtomicUsize,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self::with_bomb(NO_BOMB)
    }

    /// The drop of value number `bomb` will panic.
    pub(crate) fn with_bomb(bomb: usize) -> Self {
        Self {
            drops: (0..64).map(|_| AtomicUsize::new(0)).collect(),
            made: AtomicUsize::new(0),
            bomb: AtomicUsize::new(bomb),
        }
    }

    /// The next value: 0, 1, 2 …
    pub(crate) fn value(&self) -> Value<'_> {
        Value { ledger: self, number: self.made.fetch_add(1, Ordering::Relaxed) }
    }

    pub(crate) fn dropped(&self) -> usize {
        self.drops.iter().map(|drops| drops.load(Ordering::Relaxed)).sum()
    }

    /// The numbers of the values that were not dropped exactly once.
    pub(crate) fn wrong(&self) -> Vec<usize> {
        let made = self.made.load(Ordering::Relaxed);
        (0..made).filter(|&number| self.drops[number].load(Ordering::Relaxed) != 1).collect()
    }

    #[track_caller]
    pub(crate) fn assert_each_dropped_once(&self) {
        assert_eq!(self.wrong(), [], "not dropped exactly once");
    }

    /// `forgotten` were never dropped, all others once.
    #[track_caller]
    pub(crate) fn assert_each_dropped_once_but(&self, forgotten: &[usize]) {
        assert_eq!(self.wrong(), forgotten, "not dropped exactly once");
        assert!(forgotten.iter().all(|&number| self.drops[number].load(Ordering::Relaxed) == 0));
    }
}

pub(crate) struct Value<'l> {
    pub(crate) ledger: &'l Ledger,
    pub(crate) number: usize,
}

impl Drop for Value<'_> {
    fn drop(&mut self) {
        self.ledger.drops[self.number].fetch_add(1, Ordering::Relaxed);
        let bomb = &self.ledger.bomb;
        if bomb.compare_exchange(self.number, NO_BOMB, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            panic!("the drop of value {} panics, as intended", self.number);
        }
    }
}

#[track_caller]
pub(crate) fn assert_panics<O>(body: impl FnOnce() -> O) {
    assert!(catch_unwind(AssertUnwindSafe(body)).is_err(), "a panic in a drop reaches the caller");
}
