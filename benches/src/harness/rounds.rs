//! The paired measurement: every round has each contender once, in an order of its own.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::harness::case::Case;
use crate::harness::cores::Cores;
use crate::harness::entry::{Contenders, Entry};
use crate::harness::gate::Sample;
use crate::harness::line::{Line, State};
use crate::harness::options::Options;
use crate::harness::progress;
use crate::harness::random::Xorshift;
use crate::harness::sorting::{Round, Sorted, Time};
use crate::harness::workloads::Timed;

/// How often a sample is repeated that other programs disturbed.
const TRIES: usize = 5;
/// The items of a first fit, in grains.
const GRAINS: u64 = 16;

/// Measures one case after the other.
pub(crate) fn run_all(cases: Vec<Case>, contenders: Contenders, options: &Options) -> Vec<Sorted> {
    let cores = Cores::available();
    let progress = progress::bar(cases.len() * options.rounds(), "{pos}/{len} rounds, {eta} left");
    let begin = |number: usize, name: &str| {
        progress.set_position((number * options.rounds()) as u64);
        progress.set_message(name.to_owned());
    };
    let sorted = cases
        .into_iter()
        .enumerate()
        .map(|(number, case)| {
            begin(number, &case.name);
            let entries = contenders(&case);
            run_case(case, entries, &cores, options, &progress)
        })
        .collect();
    progress.finish_and_clear();
    sorted
}

fn run_case(
    case: Case,
    contenders: Vec<Entry>,
    cores: &Cores,
    options: &Options,
    progress: &ProgressBar,
) -> Sorted {
    let mut sorted = Sorted::new(case);
    let mut participants = admit(&mut sorted, contenders, cores, options.sample());
    let mut random = Xorshift::new();
    let limit = options.sample() * (2 * options.rounds() * participants.len()) as u32;
    let mut line = Line::new(cores);
    let begun = Instant::now();
    let base = progress.position();
    loop {
        let late = begun.elapsed() > limit;
        if !sorted.wants_more(options.rounds(), late) {
            return sorted;
        }
        progress.set_position(base + sorted.most() as u64);
        random.shuffle(&mut participants);
        let swapped = cores.for_round(sorted.rounds(State::of(line.last())));
        let tries = if late { 1 } else { TRIES };
        run_round(&mut sorted, &mut participants, &mut line, &swapped, tries);
        adjust(&mut participants, sorted.case(), options.sample());
    }
}

/// A contender that passed the checks, with the number of items that fills a sample.
struct Participant {
    entry: Entry,
    items: u64,
    /// The time of the last sample.
    last: Duration,
}

/// Gives more items to contenders whose samples have become too short, and fewer to those whose
/// samples have become too long: another program was running, or the machine was in another state,
/// when they were fitted.
fn adjust(participants: &mut [Participant], case: &Case, sample: Duration) {
    for Participant { items, last, .. } in participants {
        if *last < sample / 2 {
            *items *= 2;
        } else if *last > sample * 2 {
            *items = (*items / 2).next_multiple_of(case.grain()).max(GRAINS * case.grain());
        }
        // Not again before the next sample.
        *last = sample;
    }
}

fn admit(sorted: &mut Sorted, contenders: Vec<Entry>, cores: &Cores, sample: Duration) -> Vec<Participant> {
    let case = sorted.case().clone();
    let mut participants = Vec::new();
    for entry in contenders {
        let name = entry.name;
        let fitted = entry.check(&case, cores).and_then(|checked| match checked {
            Ok(capacity) => fit(&entry, &case, cores, sample).map(|items| Ok((capacity, items?))),
            Err(reason) => Some(Err(reason)),
        });
        match fitted {
            None => sorted.miss(name),
            Some(Err(reason)) => sorted.exclude(name, &reason),
            Some(Ok((capacity, items))) => {
                participants.push(Participant { entry, items, last: sample });
                sorted.admit(name, capacity);
            }
        }
    }
    participants
}

/// Doubles the items until they take a good part of a sample, then scales.
fn fit(entry: &Entry, case: &Case, cores: &Cores, sample: Duration) -> Option<Result<u64, String>> {
    let mut items = GRAINS * case.grain();
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

/// Ends at the first change of the state.
fn run_round(
    sorted: &mut Sorted,
    participants: &mut Vec<Participant>,
    line: &mut Line<'_>,
    cores: &Cores,
    tries: usize,
) {
    let mut round = Round::begin(line.last());
    participants.retain_mut(|Participant { entry, items, last }| {
        if !round.is_steady() {
            return true;
        }
        match undisturbed(entry, sorted.case(), *items, cores, tries) {
            Some(Ok(sample)) => {
                let nanoseconds = sample.time.as_secs_f64() * 1e9 / *items as f64;
                let time = Time { name: entry.name, nanoseconds, disturbed: sample.disturbed };
                round.add(time, line.measure());
                *last = sample.time;
                true
            }
            failed => {
                let reason = failed.and_then(Result::err).unwrap_or_default();
                sorted.exclude(entry.name, &reason);
                false
            }
        }
    });
    sorted.add(&round);
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
