//! `--check`: the gates. Each runs jobs through a real queue and compares with theory.

use std::fmt;
use std::sync::Mutex;
use std::thread;

use indicatif::ProgressBar;
use ringway::metrics::ManualClock;

use crate::policy::{Order, ROOM, first_come, urgency_classes};
use crate::simulate::{Outcome, simulate};
use crate::theory;
use crate::workload::{MEAN_JOB, Sizes, Workload};

/// How far what is measured may be from theory.
const TOLERANCE: f64 = 0.02;
/// How much longer than with the exact order jobs may wait with eight classes of cost.
const MOST_OF_SHORTEST: f64 = 1.05;

/// One line of the table.
pub(crate) struct Gate {
    name: String,
    measured: f64,
    theory: f64,
    demand: Demand,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    /// Within [`TOLERANCE`].
    Near,
    /// To the last tick: whether it is, as whole numbers, which a float could round to each other.
    Exact(bool),
    /// Not more than [`MOST_OF_SHORTEST`] times.
    AtMost,
}

impl Gate {
    fn new(name: impl Into<String>, measured: f64, theory: f64, demand: Demand) -> Self {
        Self { name: name.into(), measured, theory, demand }
    }

    /// Two whole numbers that must be the same.
    fn exact(name: impl Into<String>, measured: u128, theory: u128) -> Self {
        Self::new(name, measured as f64, theory as f64, Demand::Exact(measured == theory))
    }

    /// How much more, or less, was measured.
    fn error(&self) -> f64 {
        if self.measured == self.theory { 0.0 } else { self.measured / self.theory - 1.0 }
    }

    pub(crate) fn is_met(&self) -> bool {
        match self.demand {
            Demand::Near => self.error().abs() <= TOLERANCE,
            Demand::Exact(is_equal) => is_equal,
            Demand::AtMost => self.error() <= MOST_OF_SHORTEST - 1.0,
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let demand = match self.demand {
            Demand::Near => format!("within {:.0} %", 100.0 * TOLERANCE),
            Demand::Exact(_) => "equal".into(),
            Demand::AtMost => format!("at most {MOST_OF_SHORTEST} x"),
        };
        let verdict = if self.is_met() { "ok" } else { "FAILED" };
        let digits = if matches!(self.demand, Demand::Exact(_)) { 0 } else { 5 };
        let Self { name, measured, theory, .. } = self;
        let error = 100.0 * self.error();
        write!(
            f,
            "{name:<44} {measured:>18.digits$} {theory:>18.digits$} {error:>+7.2} %  {demand:<12} {verdict}"
        )
    }
}

pub(crate) fn head() -> String {
    format!("{:<44} {:>18} {:>18} {:>9}  demand", "gate", "measured", "theory", "error")
}

/// A run, and what it must show.
type Check = fn(u64, &ProgressBar) -> Vec<Gate>;

const CHECKS: [Check; 7] = [
    |seed, progress| one_server(0.9, 24_000_000, seed, progress),
    |seed, progress| one_server(0.8, 8_000_000, seed, progress),
    |seed, progress| one_server(0.5, 4_000_000, seed, progress),
    four_servers,
    bounded,
    two_classes,
    shortest_first,
];

/// How many jobs all checks together have.
pub(crate) const JOBS: u64 = 24_000_000 + 8_000_000 + 4_000_000 + 3 * 8_000_000 + 2 * 2_000_000;

/// Runs all checks, as many at a time as there are cores, and returns the gates in the order of
/// [`CHECKS`].
pub(crate) fn run(seed: u64, progress: &ProgressBar) -> Vec<Gate> {
    let next = Mutex::new(CHECKS.iter().enumerate());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some((number, check)) = next.lock().expect("no check panics with the lock").next()
                    else {
                        return;
                    };
                    let gates = check(seed, progress);
                    done.lock().expect("no check panics with the lock").push((number, gates));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no check panics with the lock");
    done.sort_by_key(|&(number, _)| number);
    done.into_iter().flat_map(|(_, gates)| gates).collect()
}

fn exponential(rate: f64, jobs: u64) -> Workload {
    Workload { rate, sizes: Sizes::Exponential, urgent: 0.0, jobs }
}

/// First come, first served.
fn in_order(workload: Workload, room: usize, servers: usize, seed: u64, progress: &ProgressBar) -> Outcome {
    let clock = ManualClock::new(MEAN_JOB as u64);
    simulate(workload, seed, first_come(room), servers, &clock, progress)
}

/// The sum of all waits is the sum of all lengths over time, in ticks.
fn littles_identity(name: &str, outcome: &Outcome) -> Gate {
    Gate::exact(format!("{name}: Little's identity, ticks"), outcome.little.0, outcome.little.1)
}

fn one_server(load: f64, jobs: u64, seed: u64, progress: &ProgressBar) -> Vec<Gate> {
    let outcome = in_order(exponential(load, jobs), ROOM, 1, seed, progress);
    let (name, wait) = (format!("M/M/1 at {load}"), load / (1.0 - load));
    let (sampled, samples) = outcome.sampled.expect("a queue has figures");
    vec![
        Gate::new(format!("{name}: queue length"), outcome.length, load * wait, Demand::Near),
        Gate::new(format!("{name}: mean wait"), outcome.all.mean_wait(), wait, Demand::Near),
        Gate::new(format!("{name}: mean response"), outcome.all.mean_response(), wait + 1.0, Demand::Near),
        Gate::new(format!("{name}: wait from {samples} samples"), sampled, wait, Demand::Near),
        Gate::exact(format!("{name}: jobs turned away"), outcome.rejected.into(), 0),
        littles_identity(&name, &outcome),
    ]
}

fn four_servers(seed: u64, progress: &ProgressBar) -> Vec<Gate> {
    let outcome = in_order(exponential(3.2, 8_000_000), ROOM, 4, seed, progress);
    let wait = theory::several_servers(3.2, 4);
    vec![
        Gate::new("M/M/4 at 0.8: mean wait (Erlang C)", outcome.all.mean_wait(), wait, Demand::Near),
        Gate::new("M/M/4 at 0.8: mean response", outcome.all.mean_response(), wait + 1.0, Demand::Near),
        littles_identity("M/M/4 at 0.8", &outcome),
    ]
}

/// Room for eight jobs: one in service, and seven in a queue of exactly that capacity.
fn bounded(seed: u64, progress: &ProgressBar) -> Vec<Gate> {
    let outcome = in_order(exponential(0.9, 8_000_000), 7, 1, seed, progress);
    let (lost, wait) = theory::bounded(0.9, 8);
    let rejected = outcome.rejected as f64 / outcome.offered as f64;
    vec![
        Gate::new("M/M/1/8 at 0.9: share turned away", rejected, lost, Demand::Near),
        Gate::new("M/M/1/8 at 0.9: mean wait", outcome.all.mean_wait(), wait, Demand::Near),
        littles_identity("M/M/1/8 at 0.9", &outcome),
    ]
}

fn two_classes(seed: u64, progress: &ProgressBar) -> Vec<Gate> {
    let workload = Workload { urgent: 0.3, ..exponential(0.8, 8_000_000) };
    let outcome = Order::UrgentFirst.run(workload, seed, progress);
    let waits = theory::cobham(workload.rate, &urgency_classes(workload));
    let [urgent, other] = outcome.by_urgency;
    vec![
        Gate::new("two classes at 0.8: urgent wait (Cobham)", urgent.mean_wait(), waits[0], Demand::Near),
        Gate::new("two classes at 0.8: other wait (Cobham)", other.mean_wait(), waits[1], Demand::Near),
        littles_identity("two classes at 0.8", &outcome),
    ]
}

/// The same jobs in both orders, so that only the order differs.
fn shortest_first(seed: u64, progress: &ProgressBar) -> Vec<Gate> {
    let sizes = Sizes::Lognormal { sigma: 1.5 };
    let workload = Workload { rate: 0.8, sizes, urgent: 0.0, jobs: 2_000_000 };
    let classes = Order::ShortFirst.run(workload, seed, progress);
    let exact = Order::Shortest.run(workload, seed, progress);
    let (measured, yardstick) = (classes.all.mean_wait(), exact.all.mean_wait());
    vec![
        Gate::new("lognormal 1.5 at 0.8: short first, of exact", measured, yardstick, Demand::AtMost),
        littles_identity("lognormal 1.5 at 0.8", &classes),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_notices_what_is_beyond_its_demand() {
        let is_met = |measured, demand| Gate::new("", measured, 1.0, demand).is_met();
        for (measured, near, at_most) in [
            (1.0, true, true),
            (1.019, true, true),
            (0.979, false, true),
            (1.021, false, true),
            (1.051, false, false),
            (f64::NAN, false, false),
        ] {
            assert_eq!(is_met(measured, Demand::Near), near, "{measured}");
            assert_eq!(is_met(measured, Demand::AtMost), at_most, "{measured}");
        }
        assert!(Gate::exact("", 1 << 60, 1 << 60).is_met());
        assert!(!Gate::exact("", (1 << 60) + 1, 1 << 60).is_met());
    }
}
