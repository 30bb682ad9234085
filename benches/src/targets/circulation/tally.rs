//! What the calls of threads took, and the figures of a sample.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::harness::line::State;

/// A call that takes longer is counted as long.
pub(crate) const LONG: Duration = Duration::from_millis(1);

/// An hour: more than a sample takes.
const MOST: u64 = 3_600_000_000_000;

/// The calls between two readings of the clocks.
#[derive(Default)]
pub(crate) struct Stretch {
    pub(crate) calls: u64,
    pub(crate) refused: u64,
    /// Of those, refusals of a call that was repeated.
    pub(crate) refused_again: u64,
    pub(crate) wall: Duration,
    /// Of that, the time in which the thread had a core.
    pub(crate) own: Duration,
}

/// All calls of a thread.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) calls: u64,
    pub(crate) refused: u64,
    pub(crate) refused_again: u64,
    /// Nanoseconds of each stretch.
    pub(crate) wall: Histogram<u64>,
    /// The same on the processor.
    pub(crate) own: Histogram<u64>,
    pub(crate) time: Duration,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let histogram = || Histogram::new_with_max(MOST, 2).expect("the bounds are valid");
        Self {
            calls: 0,
            refused: 0,
            refused_again: 0,
            wall: histogram(),
            own: histogram(),
            time: Duration::ZERO,
        }
    }

    pub(crate) fn record(&mut self, stretch: &Stretch) {
        self.calls += stretch.calls;
        self.refused += stretch.refused;
        self.refused_again += stretch.refused_again;
        self.wall.saturating_record(nanoseconds(stretch.wall));
        self.own.saturating_record(nanoseconds(stretch.own));
    }

    fn rate(&self) -> f64 {
        self.calls as f64 / self.time.as_secs_f64()
    }
}

/// The figures of the threads that are measured, in one sample. Times in nanoseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) calls: u64,
    /// Calls per second of all threads.
    pub(crate) rate: f64,
    /// Those of the thread with the fewest, and with the most.
    pub(crate) slowest: f64,
    pub(crate) fastest: f64,
    pub(crate) refused: u64,
    pub(crate) refused_again: u64,
    pub(crate) wall: Times,
    pub(crate) own: Times,
    /// How often a thread was stopped.
    pub(crate) stops: u64,
    /// The round trip of a line, before and after.
    pub(crate) trips: [Option<f64>; 2],
}

/// Of a stretch of calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Times {
    /// One stretch in a thousand takes longer.
    pub(crate) p999: u64,
    pub(crate) longest: u64,
    /// Stretches over [`LONG`].
    pub(crate) long: u64,
}

impl Sample {
    /// How far the cores were from each other; `None` if that changed.
    pub(crate) fn state(&self) -> Option<State> {
        let [before, after] = self.trips.map(State::of);
        (before == after).then_some(before)
    }

    /// # Panics
    /// If there is no tally.
    pub(crate) fn of(tallies: &[Tally]) -> Self {
        let rates = || tallies.iter().map(Tally::rate);
        Self {
            calls: tallies.iter().map(|tally| tally.calls).sum(),
            rate: rates().sum(),
            slowest: rates().min_by(f64::total_cmp).expect("a thread was measured"),
            fastest: rates().max_by(f64::total_cmp).expect("a thread was measured"),
            refused: tallies.iter().map(|tally| tally.refused).sum(),
            refused_again: tallies.iter().map(|tally| tally.refused_again).sum(),
            wall: Times::of(tallies.iter().map(|tally| &tally.wall)),
            own: Times::of(tallies.iter().map(|tally| &tally.own)),
            stops: 0,
            trips: [None; 2],
        }
    }
}

impl Times {
    fn of<'a>(histograms: impl Iterator<Item = &'a Histogram<u64>>) -> Self {
        let mut all = Tally::new().wall;
        for histogram in histograms {
            all += histogram;
        }
        let long = all.iter_recorded().filter(|bucket| bucket.value_iterated_to() > nanoseconds(LONG));
        Self {
            p999: all.value_at_quantile(0.999),
            longest: all.max(),
            long: long.map(|bucket| bucket.count_since_last_iteration()).sum(),
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(calls: u64, stretches: &[Duration]) -> Tally {
        let mut tally = Tally::new();
        tally.time = Duration::from_secs(1);
        for &wall in stretches {
            tally.record(&Stretch { wall, ..Stretch::default() });
        }
        tally.calls = calls;
        tally
    }

    #[test]
    fn long_stretches_of_all_threads_are_counted() {
        let micros = Duration::from_micros;
        let sample =
            Sample::of(&[tally(1, &[micros(2), micros(5_000)]), tally(3, &[micros(900), micros(1_200)])]);
        assert_eq!(sample.wall.long, 2);
        assert!((4_950_000..5_050_000).contains(&sample.wall.longest), "{}", sample.wall.longest);
        assert_eq!(sample.own.long, 0);
        assert_eq!((sample.rate, sample.slowest, sample.fastest), (4.0, 1.0, 3.0));
    }

    #[test]
    fn a_sample_has_a_state_unless_it_changed() {
        let state = |trips| Sample { trips, ..Sample::default() }.state();
        assert_eq!(state([Some(60.0), Some(70.0)]), Some(State::Near));
        assert_eq!(state([Some(60.0), Some(300.0)]), None);
        assert_eq!(state([None, None]), Some(State::Unknown));
    }

    #[test]
    fn one_stretch_in_a_thousand_is_above_the_percentile() {
        let mut stretches = vec![Duration::from_micros(1); 9_999];
        stretches.push(Duration::from_secs(1));
        assert!(Sample::of(&[tally(0, &stretches)]).wall.p999 < 2_000);
    }
}
