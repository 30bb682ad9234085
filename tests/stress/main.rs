//! Real threads, as fast as they can, with checksums: nothing is lost, doubled, torn or out of
//! order.
//!
//! Each scenario is short by default. `RINGWAY_STRESS=5 cargo test --release --test stress` gives
//! each five seconds instead.

mod mpmc_queues;
mod spsc_queues;
#[path = "../support/watchdog.rs"]
mod watchdog;

use ringway::{mpmc, spsc};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};
use watchdog::{Watch, watch_progress};

/// How many values came out, of all scenarios: where none do any more, one was lost, and its
/// consumer waits for ever.
static PROGRESS: LazyLock<Arc<AtomicU64>> = LazyLock::new(Arc::default);

fn watch(name: &'static str) -> Watch {
    watch_progress(PROGRESS.clone(), move || name.into())
}

/// Now and then, so that threads meet at the queue rather than here.
fn note_progress(count: u64) {
    if count.is_multiple_of(64) {
        PROGRESS.fetch_add(1, Ordering::Relaxed);
    }
}

/// How long each scenario pushes.
fn budget() -> Duration {
    let seconds =
        std::env::var("RINGWAY_STRESS").map(|text| text.parse().expect("RINGWAY_STRESS is in seconds"));
    Duration::from_secs_f64(seconds.unwrap_or(0.1))
}

/// A value that shows when half of it is another's.
#[derive(Clone, Copy)]
struct Token {
    number: u64,
    inverse: u64,
}

impl Token {
    fn new(number: u64) -> Self {
        Self { number, inverse: !number }
    }

    fn open(self) -> u64 {
        assert_eq!(self.number, !self.inverse, "a torn value");
        self.number
    }
}

/// What is the same of a set of values in whatever order.
#[derive(Debug, Default, PartialEq)]
struct Checksum {
    count: u64,
    sum: u64,
    xor: u64,
}

impl Checksum {
    fn add(&mut self, number: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(number);
        self.xor ^= number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17);
    }

    fn of(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::default(), |all, part| Self {
            count: all.count + part.count,
            sum: all.sum.wrapping_add(part.sum),
            xor: all.xor ^ part.xor,
        })
    }
}

/// A small generator of numbers.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }
}

/// Repeats a call that may find the queue full or empty, and lets others work in between: there may
/// be more threads than cores.
fn until_some<T>(mut call: impl FnMut() -> Option<T>) -> T {
    loop {
        match call() {
            Some(value) => return value,
            None => thread::yield_now(),
        }
    }
}

/// Two threads write to one place without asking: what a sanitizer is expected to report. Run by
/// `ci/tsan`.
#[test]
#[ignore = "a data race on purpose; only a sanitizer makes it fail"]
fn a_race_on_purpose() {
    struct Racy(std::cell::UnsafeCell<u64>);
    // SAFETY: it is not, and a race is what this is for; the values are plain numbers that are not
    // used.
    unsafe impl Sync for Racy {}

    let racy = Racy(std::cell::UnsafeCell::new(0));
    thread::scope(|scope| {
        for number in 0..2 {
            let racy = &racy;
            // SAFETY: in bounds of a live number; the race itself is the point.
            scope.spawn(move || (0..1000).for_each(|_| unsafe { racy.0.get().write_volatile(number) }));
        }
    });
}
