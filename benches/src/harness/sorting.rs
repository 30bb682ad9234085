//! The rounds of a case, sorted by the state of the machine in which they were taken.

use std::collections::BTreeMap;

use crate::harness::case::Case;
use crate::harness::entry;
use crate::harness::line::State;
use crate::harness::stats::{self, Estimate};

/// The rounds that make a table, and that are always completed, however slow a case is.
pub(crate) const ROUNDS_AT_LEAST: usize = 10;
/// Rounds begun, at most, for each that is wanted.
const REPEATS: usize = 2;

/// One contender's times, round by round.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) name: &'static str,
    /// What the queue really holds.
    pub(crate) capacity: usize,
    /// Nanoseconds per item.
    pub(crate) rounds: Vec<f64>,
    /// Rounds in which every try was disturbed.
    pub(crate) disturbed: usize,
}

impl Series {
    pub(crate) fn new(name: &'static str, capacity: usize) -> Self {
        Self { name, capacity, rounds: Vec::new(), disturbed: 0 }
    }

    pub(crate) fn nanoseconds(&self) -> Estimate {
        stats::estimate(self.rounds.iter().copied())
    }

    pub(crate) fn is_ringway(&self) -> bool {
        entry::is_ringway(self.name)
    }

    /// The other's time as the unit: below one means this one is faster.
    pub(crate) fn relative_to(&self, other: &Series) -> Estimate {
        let pairs = self.rounds.iter().zip(&other.rounds);
        stats::estimate(pairs.map(|(own, other)| own / other))
    }
}

/// Everything known about a case in one state.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) case: Case,
    pub(crate) state: State,
    /// Nanoseconds of the round trips of a line, of one round after the other.
    pub(crate) trips: Vec<f64>,
    pub(crate) series: Vec<Series>,
    pub(crate) absent: Vec<&'static str>,
    /// The contenders that failed, and why.
    pub(crate) excluded: Vec<(&'static str, String)>,
}

impl Outcome {
    /// The series the ratios refer to: that of ringway, unless it failed.
    pub(crate) fn reference(&self) -> Option<&Series> {
        self.series.first().filter(|series| series.is_ringway())
    }

    pub(crate) fn rounds(&self) -> usize {
        self.series.first().map_or(0, |series| series.rounds.len())
    }

    fn add(&mut self, round: &Round) {
        self.trips.extend(&round.trips);
        for &Time { name, nanoseconds, disturbed } in &round.times {
            if let Some(series) = self.series.iter_mut().find(|series| series.name == name) {
                series.rounds.push(nanoseconds);
                series.disturbed += usize::from(disturbed);
            }
        }
    }

    fn exclude(&mut self, name: &'static str, reason: &str) {
        self.series.retain(|series| series.name != name);
        self.excluded.push((name, reason.into()));
    }
}

/// One contender's time in one round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    pub(crate) name: &'static str,
    /// Per item.
    pub(crate) nanoseconds: f64,
    pub(crate) disturbed: bool,
}

/// A time of each contender, and the round trips of a line before, between and after them.
#[derive(Debug)]
pub(crate) struct Round {
    state: State,
    is_steady: bool,
    trips: Vec<f64>,
    times: Vec<Time>,
}

impl Round {
    pub(crate) fn begin(trip: Option<f64>) -> Self {
        Self { state: State::of(trip), is_steady: true, trips: trip.into_iter().collect(), times: Vec::new() }
    }

    /// Adds a time, and the round trip after it.
    pub(crate) fn add(&mut self, time: Time, trip: Option<f64>) {
        self.times.push(time);
        self.trips.extend(trip);
        self.is_steady &= State::of(trip) == self.state;
    }

    /// Whether the state is still that of the beginning.
    pub(crate) fn is_steady(&self) -> bool {
        self.is_steady
    }
}

/// The rounds of a case by state.
#[derive(Debug)]
pub(crate) struct Sorted {
    /// What holds in every state: no rounds yet.
    blank: Outcome,
    by_state: BTreeMap<State, Outcome>,
    /// Rounds in which the state changed.
    pub(crate) dropped: usize,
}

impl Sorted {
    pub(crate) fn new(case: Case) -> Self {
        let blank = Outcome {
            case,
            state: State::Unknown,
            trips: Vec::new(),
            series: Vec::new(),
            absent: Vec::new(),
            excluded: Vec::new(),
        };
        Self { blank, by_state: BTreeMap::new(), dropped: 0 }
    }

    pub(crate) fn case(&self) -> &Case {
        &self.blank.case
    }

    pub(crate) fn admit(&mut self, name: &'static str, capacity: usize) {
        self.blank.series.push(Series::new(name, capacity));
    }

    pub(crate) fn miss(&mut self, name: &'static str) {
        self.blank.absent.push(name);
    }

    /// Removes a contender that failed from every state.
    pub(crate) fn exclude(&mut self, name: &'static str, reason: &str) {
        for outcome in self.by_state.values_mut().chain([&mut self.blank]) {
            outcome.exclude(name, reason);
        }
    }

    /// Keeps the round with those of its state, unless the state changed.
    pub(crate) fn add(&mut self, round: &Round) {
        if !round.is_steady() {
            self.dropped += 1;
            return;
        }
        let state = round.state;
        let blank = || Outcome { state, ..self.blank.clone() };
        self.by_state.entry(state).or_insert_with(blank).add(round);
    }

    /// Rounds in this state so far.
    pub(crate) fn rounds(&self, state: State) -> usize {
        self.by_state.get(&state).map_or(0, Outcome::rounds)
    }

    /// Rounds in the state that has most.
    pub(crate) fn most(&self) -> usize {
        self.by_state.values().map(Outcome::rounds).max().unwrap_or_default()
    }

    /// Whether another round is to be begun.
    pub(crate) fn wants_more(&self, rounds: usize, late: bool) -> bool {
        let most = self.most();
        let begun = self.dropped + self.by_state.values().map(Outcome::rounds).sum::<usize>();
        // Only after an even number of rounds has every core played both parts equally often.
        let enough = late && most >= ROUNDS_AT_LEAST && most.is_multiple_of(2);
        !self.blank.series.is_empty() && most < rounds && begun < REPEATS * rounds && !enough
    }

    /// The states with enough rounds for a table; if there is none, the case is mixed.
    pub(crate) fn finish(self) -> Result<Vec<Outcome>, Mixed> {
        let found = self.by_state.iter().map(|(&state, outcome)| (state, outcome.rounds())).collect();
        let mixed = Mixed {
            case: self.blank.case.name.clone(),
            found,
            dropped: self.dropped,
            excluded: self.blank.excluded.clone(),
        };
        let tables: Vec<Outcome> =
            self.by_state.into_values().filter(|outcome| outcome.rounds() >= ROUNDS_AT_LEAST).collect();
        if tables.is_empty() { Err(mixed) } else { Ok(tables) }
    }
}

/// A case without enough rounds in any state.
#[derive(Debug)]
pub(crate) struct Mixed {
    pub(crate) case: String,
    pub(crate) found: Vec<(State, usize)>,
    pub(crate) dropped: usize,
    pub(crate) excluded: Vec<(&'static str, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::case::STREAM;
    use crate::interface::queue::Setup;

    const NEAR: Option<f64> = Some(65.0);
    const FAR: Option<f64> = Some(320.0);

    fn sorted() -> Sorted {
        let mut sorted = Sorted::new(Case::new("family/load/64".into(), Setup::pair(64), STREAM));
        sorted.admit("ringway", 64);
        sorted.admit("other", 63);
        sorted
    }

    /// The round trips before, between and after two samples.
    fn round(trips: [Option<f64>; 3]) -> Round {
        let mut round = Round::begin(trips[0]);
        for (name, trip) in ["other", "ringway"].into_iter().zip(&trips[1..]) {
            let nanoseconds = if name == "ringway" { 2.0 } else { 4.0 };
            round.add(Time { name, nanoseconds, disturbed: false }, *trip);
        }
        round
    }

    fn add(sorted: &mut Sorted, rounds: usize, trip: Option<f64>) {
        for _ in 0..rounds {
            sorted.add(&round([trip; 3]));
        }
    }

    #[test]
    fn rounds_are_kept_with_those_of_their_state() {
        let mut sorted = sorted();
        add(&mut sorted, 11, NEAR);
        add(&mut sorted, 10, FAR);
        let tables = sorted.finish().unwrap();
        let found: Vec<_> =
            tables.iter().map(|table| (table.state, table.rounds(), table.trips.len())).collect();
        assert_eq!(found, [(State::Near, 11, 33), (State::Far, 10, 30)]);
        assert_eq!(tables[0].series[1].rounds, [4.0; 11]);
    }

    #[test]
    fn a_round_in_which_the_state_changed_is_dropped() {
        let mut sorted = sorted();
        for trips in [[NEAR, FAR, FAR], [NEAR, FAR, NEAR], [NEAR, NEAR, FAR], [FAR, NEAR, NEAR]] {
            let round = round(trips);
            assert!(!round.is_steady(), "{trips:?}");
            sorted.add(&round);
        }
        assert_eq!((sorted.dropped, sorted.most()), (4, 0));
    }

    #[test]
    fn a_state_with_too_few_rounds_has_no_table() {
        let mut sorted = sorted();
        add(&mut sorted, ROUNDS_AT_LEAST, FAR);
        add(&mut sorted, ROUNDS_AT_LEAST - 1, NEAR);
        let states: Vec<_> = sorted.finish().unwrap().iter().map(|table| table.state).collect();
        assert_eq!(states, [State::Far]);
    }

    #[test]
    fn a_case_with_too_few_rounds_in_every_state_is_mixed() {
        let mut sorted = sorted();
        add(&mut sorted, 9, NEAR);
        add(&mut sorted, 7, FAR);
        sorted.add(&round([NEAR, FAR, FAR]));
        let mixed = sorted.finish().unwrap_err();
        assert_eq!(mixed.found, [(State::Near, 9), (State::Far, 7)]);
        assert_eq!(mixed.dropped, 1);
    }

    #[test]
    fn without_pinned_cores_all_rounds_are_of_one_unknown_state() {
        let mut sorted = sorted();
        add(&mut sorted, 10, None);
        let tables = sorted.finish().unwrap();
        assert_eq!((tables[0].state, tables[0].trips.len()), (State::Unknown, 0));
    }

    #[test]
    fn a_case_ends_when_one_state_has_its_rounds() {
        let mut sorted = sorted();
        add(&mut sorted, 5, FAR);
        add(&mut sorted, 19, NEAR);
        assert!(sorted.wants_more(20, false));
        add(&mut sorted, 1, NEAR);
        assert!(!sorted.wants_more(20, false));
    }

    #[test]
    fn a_case_ends_when_too_many_rounds_were_dropped() {
        let mut sorted = sorted();
        for _ in 0..39 {
            sorted.add(&round([NEAR, FAR, FAR]));
        }
        assert!(sorted.wants_more(20, false));
        sorted.add(&round([NEAR, FAR, FAR]));
        assert!(!sorted.wants_more(20, false));
    }

    #[test]
    fn a_slow_case_ends_after_the_first_even_number_of_rounds_that_makes_a_table() {
        let mut sorted = sorted();
        for (rounds, ends) in [(9, false), (10, true), (11, false), (12, true)] {
            let missing = rounds - sorted.most();
            add(&mut sorted, missing, NEAR);
            assert_eq!(sorted.wants_more(40, true), !ends, "{rounds} rounds");
            assert!(sorted.wants_more(40, false));
        }
    }

    #[test]
    fn a_contender_that_fails_late_is_in_no_state() {
        let mut sorted = sorted();
        add(&mut sorted, 10, NEAR);
        add(&mut sorted, 10, FAR);
        sorted.exclude("other", "lost an item");
        add(&mut sorted, 1, Some(27.0));
        add(&mut sorted, 9, Some(27.0));
        for table in sorted.finish().unwrap() {
            let names: Vec<_> = table.series.iter().map(|series| series.name).collect();
            assert_eq!(names, ["ringway"], "{:?}", table.state);
            assert_eq!(table.excluded, [("other", "lost an item".to_owned())]);
        }
    }

    #[test]
    fn a_case_without_contenders_ends_at_once() {
        let sorted = Sorted::new(Case::one_thread("family"));
        assert!(!sorted.wants_more(40, false));
    }
}
