//! The contenders in random order, round by round.

use std::time::Duration;

use super::child::{self, Order, Taken};
use super::tally::Sample;
use crate::harness::entry;
use crate::harness::line::State;
use crate::harness::progress;
use crate::harness::random::Xorshift;
use crate::harness::stats::{self, Estimate};

/// How long a process may take for what is not the sample itself.
const SLACK: Duration = Duration::from_secs(20);

/// One contender's samples, and why there are no more.
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) samples: Vec<Sample>,
    pub(crate) failure: Option<String>,
    /// The contender has no such case.
    pub(crate) absent: bool,
}

impl Series {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, samples: Vec::new(), failure: None, absent: false }
    }

    pub(crate) fn is_ringway(&self) -> bool {
        entry::is_ringway(self.name)
    }

    /// Only the samples in this state.
    pub(crate) fn in_state(&self, state: State) -> Self {
        let samples = self.samples.iter().filter(|sample| sample.state() == Some(state));
        Self { samples: samples.cloned().collect(), ..Self::new(self.name) }
    }

    fn takes_part(&self) -> bool {
        self.failure.is_none() && !self.absent
    }

    fn add(&mut self, taken: Taken) {
        match taken {
            None => self.absent = true,
            Some(Err(reason)) => self.failure = Some(reason),
            Some(Ok(sample)) => self.samples.push(sample),
        }
    }

    /// The median over the samples. `None` if there is none.
    pub(crate) fn median(&self, figure: impl Fn(&Sample) -> f64) -> Option<Estimate> {
        (!self.samples.is_empty()).then(|| stats::estimate(self.samples.iter().map(figure)))
    }

    pub(crate) fn total(&self, figure: impl Fn(&Sample) -> u64) -> u64 {
        self.samples.iter().map(figure).sum()
    }

    pub(crate) fn most(&self, figure: impl Fn(&Sample) -> u64) -> u64 {
        self.samples.iter().map(figure).max().unwrap_or_default()
    }
}

/// Takes `rounds` samples of each contender, each in a process of its own.
pub(crate) fn run(case: &str, names: &[&'static str], rounds: usize, window: Duration) -> Vec<Series> {
    let mut series: Vec<Series> = names.iter().copied().map(Series::new).collect();
    let progress = progress::bar(rounds * names.len(), "{pos}/{len} samples, {eta} left");
    let mut random = Xorshift::new();
    let mut places: Vec<usize> = (0..names.len()).collect();
    for round in 0..rounds {
        random.shuffle(&mut places);
        for &place in &places {
            progress.set_message(format!("{case} {}", names[place]));
            progress.inc(1);
            if series[place].takes_part() {
                let order = Order { case: case.into(), contender: names[place].into(), round };
                series[place].add(child::take(&order, window + SLACK));
            }
        }
    }
    progress.finish_and_clear();
    series
}

/// How many samples were taken in which state.
pub(crate) fn states(series: &[Series]) -> String {
    let samples = || series.iter().flat_map(|one| &one.samples);
    let of = |state| samples().filter(|sample| sample.state() == state).count();
    let mut parts: Vec<String> = State::ALL
        .into_iter()
        .map(|state| (state.name(), of(Some(state))))
        .chain([("changing", of(None))])
        .filter(|&(_, count)| count > 0)
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    if parts.is_empty() {
        parts.push("none".into());
    }
    format!("Samples by the distance of the cores: {}.", parts.join(", "))
}

/// Contenders that are in no table, and why.
pub(crate) fn notes(series: &[Series]) -> String {
    let absent: Vec<_> = series.iter().filter(|one| one.absent).map(|one| one.name).collect();
    let mut notes = Vec::new();
    if !absent.is_empty() {
        notes.push(format!("Has no such case: {}.", absent.join(", ")));
    }
    for one in series {
        if let Some(reason) = &one.failure {
            let samples = one.samples.len();
            notes.push(format!("Failed after {samples} samples: {} ({reason}).", one.name));
        }
    }
    if notes.is_empty() { String::new() } else { format!("\n{}\n", notes.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_counted_and_kept_by_state() {
        let sample = |trip| Sample { trips: [Some(trip), Some(60.0)], ..Sample::default() };
        let series =
            Series { samples: vec![sample(60.0), sample(61.0), sample(300.0)], ..Series::new("queue") };
        assert_eq!(series.in_state(State::Near).samples.len(), 2);
        assert!(series.in_state(State::Far).samples.is_empty());
        assert!(states(&[series]).ends_with("2 near, 1 changing."));
    }

    #[test]
    fn a_contender_that_fails_takes_no_further_part_and_is_named() {
        let mut series = Series::new("slow");
        series.add(Some(Ok(Sample::default())));
        assert!(series.takes_part());
        series.add(Some(Err("hangs".into())));
        assert!(!series.takes_part());
        assert!(notes(&[series]).contains("slow (hangs)"));
    }
}
