//! The paired measurement: every round has each contender once, in an order of its own.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::harness::case::Case;
use crate::harness::cores::Cores;
use crate::harness::entry::{Contenders, Entry};
use crate::harness::gate::Sample;
use crate::harness::options::Options;
use crate::harness::stats::{self, Estimate};
use crate::harness::workloads::Timed;

/// The rounds that are always completed, however slow a case is.
const ROUNDS_AT_LEAST: usize = 10;
/// How often a sample is repeated when another program took a core meanwhile.
const TRIES: usize = 5;

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
    pub(crate) fn nanoseconds(&self) -> Estimate {
        stats::estimate(self.rounds.iter().copied())
    }

    pub(crate) fn is_ringway(&self) -> bool {
        self.name.starts_with("ringway")
    }

    /// The other's time as the unit: below one means this one is faster.
    pub(crate) fn relative_to(&self, other: &Series) -> Estimate {
        let pairs = self.rounds.iter().zip(&other.rounds);
        stats::estimate(pairs.map(|(own, other)| own / other))
    }
}

/// Everything known about a case after its last round.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) case: Case,
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

    pub(crate) fn best_peer(&self) -> Option<&Series> {
        self.series
            .iter()
            .filter(|series| !series.is_ringway())
            .min_by(|a, b| a.nanoseconds().median.total_cmp(&b.nanoseconds().median))
    }
}

pub(crate) fn run_all(cases: Vec<Case>, contenders: Contenders, options: &Options) -> Vec<Outcome> {
    let cores = Cores::available();
    let progress = ProgressBar::new((cases.len() * options.rounds()) as u64).with_style(
        ProgressStyle::with_template("{bar:32} {pos}/{len} rounds, {eta} left  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let outcomes = cases
        .into_iter()
        .map(|case| {
            progress.set_message(case.name.clone());
            let entries = contenders(&case);
            run_case(case, entries, &cores, options, &progress)
        })
        .collect();
    progress.finish_and_clear();
    outcomes
}

fn run_case(
    case: Case,
    contenders: Vec<Entry>,
    cores: &Cores,
    options: &Options,
    progress: &ProgressBar,
) -> Outcome {
    let mut outcome = Outcome { case, series: Vec::new(), absent: Vec::new(), excluded: Vec::new() };
    let mut participants = admit(&mut outcome, contenders, cores, options.sample());
    let mut random = Xorshift(0x2545_F491_4F6C_DD1D);
    let limit = options.sample() * (2 * options.rounds() * participants.len()) as u32;
    let begun = Instant::now();
    for round in 0..options.rounds() {
        progress.inc(1);
        // Only after an even number of rounds has every core played both parts equally often.
        let late = begun.elapsed() > limit;
        if late && round >= ROUNDS_AT_LEAST && round % 2 == 0 {
            continue;
        }
        random.shuffle(&mut participants);
        let tries = if late { 1 } else { TRIES };
        run_round(&mut outcome, &mut participants, &cores.for_round(round), tries);
        lengthen(&mut participants, options.sample());
    }
    outcome
}

/// A contender that passed the checks, with the number of items that fills a sample.
struct Participant {
    entry: Entry,
    items: u64,
    /// The time of the last sample.
    last: Duration,
}

/// Gives more items to contenders whose first fit was too low, as it is when another program was
/// running: starting the threads would count too much.
fn lengthen(participants: &mut [Participant], sample: Duration) {
    for slow in participants.iter_mut().filter(|participant| participant.last < sample / 2) {
        slow.items *= 2;
    }
}

fn admit(outcome: &mut Outcome, contenders: Vec<Entry>, cores: &Cores, sample: Duration) -> Vec<Participant> {
    let case = outcome.case.clone();
    let mut participants = Vec::new();
    for entry in contenders {
        let name = entry.name;
        let fitted = entry.check(&case, cores).and_then(|checked| match checked {
            Ok(capacity) => fit(&entry, &case, cores, sample).map(|items| Ok((capacity, items?))),
            Err(reason) => Some(Err(reason)),
        });
        match fitted {
            None => outcome.absent.push(name),
            Some(Err(reason)) => outcome.excluded.push((name, reason)),
            Some(Ok((capacity, items))) => {
                participants.push(Participant { entry, items, last: sample });
                outcome.series.push(Series { name, capacity, rounds: Vec::new(), disturbed: 0 });
            }
        }
    }
    participants
}

/// Doubles the items until they take a good part of a sample, then scales.
fn fit(entry: &Entry, case: &Case, cores: &Cores, sample: Duration) -> Option<Result<u64, String>> {
    let mut items = 16 * case.grain();
    loop {
        let time = match undisturbed(entry, case, items, cores, TRIES)? {
            Ok(sample) => sample.time.max(Duration::from_nanos(1)),
            Err(reason) => return Some(Err(reason)),
        };
        if time >= sample / 4 {
            let fitting = items as f64 * sample.as_secs_f64() / time.as_secs_f64();
            return Some(Ok((fitting as u64).next_multiple_of(case.grain())));
        }
        items *= 2;
    }
}

fn run_round(outcome: &mut Outcome, participants: &mut Vec<Participant>, cores: &Cores, tries: usize) {
    participants.retain_mut(|Participant { entry, items, last }| {
        let sample = undisturbed(entry, &outcome.case, *items, cores, tries);
        let position = outcome.series.iter().position(|series| series.name == entry.name);
        match (sample, position) {
            (Some(Ok(sample)), Some(at)) => {
                let nanoseconds = sample.time.as_secs_f64() * 1e9 / *items as f64;
                outcome.series[at].rounds.push(nanoseconds);
                outcome.series[at].disturbed += usize::from(sample.disturbed);
                *last = sample.time;
                true
            }
            (failed, position) => {
                let reason = failed.and_then(Result::err).unwrap_or_default();
                outcome.excluded.push((entry.name, reason));
                position.map(|at| outcome.series.remove(at));
                false
            }
        }
    });
}

/// The first undisturbed sample; the shortest if there is none.
fn undisturbed(entry: &Entry, case: &Case, items: u64, cores: &Cores, tries: usize) -> Option<Timed> {
    let mut shortest: Option<Sample> = None;
    for _ in 0..tries {
        let sample = match entry.time(case, items, cores)? {
            Ok(sample) if sample.disturbed => sample,
            undisturbed_or_failed => return Some(undisturbed_or_failed),
        };
        shortest =
            Some(shortest.map_or(sample, |other| if other.time < sample.time { other } else { sample }));
    }
    shortest.map(Ok)
}

/// The imbalance curve as one figure: the geometric mean of its points, round by round.
pub(crate) fn curve_mean(outcomes: &[Outcome]) -> Option<Outcome> {
    let points: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| outcome.case.imbalance().is_some()).collect();
    let first = points.first()?;
    let mean_of = |series: &Series| {
        let everywhere: Option<Vec<&Series>> =
            points.iter().map(|point| point.series.iter().find(|other| other.name == series.name)).collect();
        let everywhere = everywhere?;
        let rounds = everywhere.iter().map(|point| point.rounds.len()).min()?;
        let mean = |round| {
            let values: Vec<f64> = everywhere.iter().map(|point| point.rounds[round]).collect();
            stats::geometric_mean(&values)
        };
        Some(Series { rounds: (0..rounds).map(mean).collect(), ..series.clone() })
    };
    Some(Outcome {
        case: Case::mean("spsc/imbalance curve, geometric mean".into()),
        series: first.series.iter().filter_map(mean_of).collect(),
        absent: Vec::new(),
        excluded: Vec::new(),
    })
}

/// Random enough for an order (xorshift).
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}
