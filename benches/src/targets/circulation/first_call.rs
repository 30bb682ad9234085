//! For tests: waiting until threads have made a call, however late they run.

use core::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::interface::queue::{Pop, Push};

/// Far longer than any thread waits for a core.
const PATIENCE: Duration = Duration::from_secs(60);

/// An end that records its first successful call.
pub(crate) struct FirstCall<'a, E> {
    end: E,
    was_made: &'a AtomicBool,
}

impl<'a, E> FirstCall<'a, E> {
    /// An end with each flag; several may have the same.
    pub(crate) fn of(ends: Vec<E>, flags: impl IntoIterator<Item = &'a AtomicBool>) -> Vec<Self> {
        ends.into_iter().zip(flags).map(|(end, was_made)| Self { end, was_made }).collect()
    }

    fn record(&self, is_made: bool) {
        if is_made {
            self.was_made.store(true, Ordering::Relaxed);
        }
    }
}

impl<E: Push<u64>> Push<u64> for FirstCall<'_, E> {
    fn push(&mut self, value: u64) -> bool {
        let pushed = self.end.push(value);
        self.record(pushed);
        pushed
    }
}

impl<E: Pop<u64>> Pop<u64> for FirstCall<'_, E> {
    fn pop(&mut self) -> Option<u64> {
        let popped = self.end.pop();
        self.record(popped.is_some());
        popped
    }
}

/// One flag for each end.
pub(crate) fn flags(count: usize) -> Vec<AtomicBool> {
    (0..count).map(|_| AtomicBool::new(false)).collect()
}

/// Waits until each of these ends has made a call, for a minute at most.
pub(crate) fn wait_for_each(flags: &[AtomicBool]) {
    let begin = Instant::now();
    while !flags.iter().all(|flag| flag.load(Ordering::Relaxed)) && begin.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(1));
    }
}
