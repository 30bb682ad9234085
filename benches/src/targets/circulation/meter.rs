//! The loop of a thread, and the clocks that are read around its calls.

use core::hint;
use core::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

use super::tally::{Stretch, Tally};

/// The calls between two readings of the clocks, which take longer than a call. Of a long stretch,
/// all but microseconds is one long call.
pub(crate) const CALLS_PER_STRETCH: u64 = 64;
/// Refusals before a thread that shares its core yields.
pub(crate) const SPINS: u64 = 32;

/// Measures the calls of one thread until the sample ends.
pub(crate) struct Meter<'a> {
    pub(crate) done: &'a AtomicBool,
    pub(crate) yields: bool,
}

impl Meter<'_> {
    /// Repeats `attempt`, which returns whether its call succeeded.
    pub(crate) fn measure(&self, mut attempt: impl FnMut() -> bool) -> Tally {
        let mut tally = Tally::new();
        let start = Instant::now();
        let (mut wall, mut own) = (start, processor_time());
        while !self.is_done() {
            let mut stretch = self.stretch(&mut attempt);
            let (wall_after, own_after) = (Instant::now(), processor_time());
            stretch.wall = wall_after - wall;
            stretch.own = own_after.saturating_sub(own);
            (wall, own) = (wall_after, own_after);
            tally.record(&stretch);
        }
        tally.time = start.elapsed();
        tally
    }

    /// Repeats a refused call at once: its time is that until it succeeds.
    #[inline]
    fn stretch(&self, attempt: &mut impl FnMut() -> bool) -> Stretch {
        let mut stretch = Stretch::default();
        let mut refused_before = false;
        while stretch.calls < CALLS_PER_STRETCH {
            if attempt() {
                stretch.calls += 1;
                refused_before = false;
                continue;
            }
            stretch.refused += 1;
            stretch.refused_again += u64::from(refused_before);
            refused_before = true;
            if self.is_done() {
                break;
            }
            self.wait(stretch.refused);
        }
        stretch
    }

    fn wait(&self, refused: u64) {
        if self.yields && refused.is_multiple_of(SPINS) {
            thread::yield_now();
        } else {
            hint::spin_loop();
        }
    }

    fn is_done(&self) -> bool {
        self.done.load(Ordering::Relaxed)
    }
}

/// What the calling thread has used of its core so far: time in which another thread had the core
/// does not count.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_and_those_that_persist_again() {
        let done = AtomicBool::new(false);
        let meter = Meter { done: &done, yields: false };
        let mut pattern = [true, false, true, false, false, false].into_iter().cycle();
        let stretch = meter.stretch(&mut || pattern.next().unwrap());
        assert_eq!(stretch.calls, CALLS_PER_STRETCH);
        // One lone refusal and three in a row for every two successes, the last three not yet made.
        assert_eq!(stretch.refused, 2 * CALLS_PER_STRETCH - 3);
        assert_eq!(stretch.refused_again, CALLS_PER_STRETCH - 2);
    }

    #[test]
    fn a_call_that_never_succeeds_ends_with_the_sample_and_is_recorded() {
        let done = AtomicBool::new(false);
        let meter = Meter { done: &done, yields: true };
        let mut refusals = 0;
        let tally = meter.measure(|| {
            refusals += 1;
            done.store(refusals == 1_000, Ordering::Relaxed);
            false
        });
        assert_eq!((tally.calls, tally.refused), (0, 1_000));
        assert_eq!(tally.wall.len(), 1);
    }

    #[test]
    fn time_asleep_is_not_time_of_the_processor() {
        let before = processor_time();
        thread::sleep(Duration::from_millis(20));
        assert!(processor_time() - before < Duration::from_millis(10));
    }
}
