//! How far the cores are from each other: the round trip of one cache line.
//!
//! On a virtual machine this changes while a case runs, as the host moves the virtual cores: to two
//! processor cores that share a cache, to two that do not, or to the two threads of one. A time is
//! only comparable with those that were taken in the same state.

use core::ops::Range;
use core::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crossbeam_utils::CachePadded;

use crate::harness::backoff::Backoff;
use crate::harness::cores::Cores;
use crate::harness::gate::{Task, run_threads};
use crate::harness::stats;

/// The median of this many stretches is the round trip, so that a pause in one does not count.
const STRETCHES: u64 = 9;
/// Round trips of a stretch. All of them take about 40 µs near and 0.2 ms far, and starting the
/// threads as much again: less than a twentieth of a sample of 10 ms.
const TRIPS: u64 = 64;

/// Nanoseconds of a round trip that separate the states. On the machine of `results/` they lie at
/// 27 to 30, 60 to 75 and 300 to 345, with nothing in between; each bound is the geometric mean of
/// its neighbours.
const NEAR_FROM: f64 = 42.0;
const FAR_FROM: f64 = 150.0;

/// Where the two cores are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// The two threads of one core: a line does not travel, but each thread slows the other.
    SameCore,
    /// Two cores that share a cache.
    Near,
    /// Two cores that do not.
    Far,
    /// There are no two cores to which threads can be pinned.
    Unknown,
}

impl State {
    pub(crate) const ALL: [Self; 4] = [Self::SameCore, Self::Near, Self::Far, Self::Unknown];

    /// The state in which a round trip takes this many nanoseconds.
    pub(crate) fn of(trip: Option<f64>) -> Self {
        match trip {
            None => Self::Unknown,
            Some(trip) if trip < NEAR_FROM => Self::SameCore,
            Some(trip) if trip < FAR_FROM => Self::Near,
            Some(_) => Self::Far,
        }
    }

    /// As in the names of files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SameCore => "same-core",
            Self::Near => "near",
            Self::Far => "far",
            Self::Unknown => "unsorted",
        }
    }

    /// A sentence for the head of a table.
    pub(crate) fn description(self) -> String {
        match self {
            Self::SameCore => {
                format!("A line returned from the other core in less than {NEAR_FROM} ns: both are one core.")
            }
            Self::Near => {
                format!("A line returned from the other core in {NEAR_FROM} to {FAR_FROM} ns.")
            }
            Self::Far => format!("A line returned from the other core in {FAR_FROM} ns or more."),
            Self::Unknown => {
                "The round trip of a line is not known: there are no two cores to pin threads to.".into()
            }
        }
    }
}

/// The nanoseconds that a line takes from the first core to the second and back; `None` without two
/// cores to which threads can be pinned.
pub(crate) fn round_trip(cores: &Cores) -> Option<f64> {
    if !cores.hold_a_pair() {
        return None;
    }
    let line = CachePadded::new(AtomicU64::new(0));
    let asking: Task<'_, Vec<f64>> = Box::new(|backoff| ask(&line, backoff));
    let answering: Task<'_, Vec<f64>> = Box::new(|backoff| answer(&line, backoff));
    let (_, stretches) = run_threads(cores, vec![asking, answering]).ok()?;
    Some(stats::estimate(stretches.into_iter().flatten()).median)
}

/// Writes the odd numbers, and returns the nanoseconds per round trip of each stretch.
fn ask(line: &AtomicU64, backoff: Backoff) -> Vec<f64> {
    let stretch = |trips: Range<u64>| {
        let start = Instant::now();
        for trip in trips {
            line.store(2 * trip + 1, Ordering::Release);
            wait_for(2 * trip + 2, line, backoff);
        }
        start.elapsed().as_secs_f64() * 1e9 / TRIPS as f64
    };
    (0..STRETCHES).map(|number| stretch(number * TRIPS..(number + 1) * TRIPS)).collect()
}

/// Writes the even numbers.
fn answer(line: &AtomicU64, backoff: Backoff) -> Vec<f64> {
    for trip in 0..STRETCHES * TRIPS {
        wait_for(2 * trip + 1, line, backoff);
        line.store(2 * trip + 2, Ordering::Release);
    }
    Vec::new()
}

fn wait_for(number: u64, line: &AtomicU64, backoff: Backoff) {
    backoff.until(|| (line.load(Ordering::Acquire) == number).then_some(()));
}

/// Measures again and again, and keeps the last result.
pub(crate) struct Line<'a> {
    cores: &'a Cores,
    last: Option<f64>,
}

impl<'a> Line<'a> {
    pub(crate) fn new(cores: &'a Cores) -> Self {
        Self { cores, last: round_trip(cores) }
    }

    pub(crate) fn last(&self) -> Option<f64> {
        self.last
    }

    pub(crate) fn measure(&mut self) -> Option<f64> {
        self.last = round_trip(self.cores);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_are_sorted_by_their_time() {
        let seen = [27.0, 30.0, 60.0, 75.0, 300.0, 345.0].map(|trip| State::of(Some(trip)));
        let expected = [State::SameCore, State::SameCore, State::Near, State::Near, State::Far, State::Far];
        assert_eq!(seen, expected);
        assert_eq!(State::of(None), State::Unknown);
    }

    #[test]
    fn every_trip_is_answered() {
        let cores = Cores::available();
        assert_eq!(round_trip(&cores).is_some(), cores.hold_a_pair());
    }
}
