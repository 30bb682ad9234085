//! One thread is stopped in the middle of its calls, again and again: what the others see.

mod one_receiver;
mod report;
mod signal;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use crate::contenders;
use crate::harness::cores::Cores;
use crate::harness::options::Options;
use crate::interface::queue::{Contender, Job, Pop, Push, Setup};
use crate::interface::row::QueueRow;
use crate::report::keep;
use crate::targets::circulation::child::{self, Order, Taken};
use crate::targets::circulation::rounds::{self, Series};
use crate::targets::circulation::tally::{Sample, Tally};
use crate::targets::circulation::{Plan, Tallies, Work, between_trips, circulate, run_beside};

const CAPACITY: usize = 64;
/// Values in the queue or in the hand of a thread.
const VALUES: u64 = 32;
/// With as many, or one per core if those are fewer.
const THREADS_AT_MOST: usize = 4;
/// What the pauses of the machine are measured with: a thread that only reads the clock.
const CLOCK_ONLY: &str = "no queue (clock only)";

/// Compare what threads see of a queue while one of them is stopped again and again.
#[derive(Parser, Debug)]
struct StallOptions {
    #[command(flatten)]
    common: Options,
    /// Milliseconds of a stop
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..))]
    stop: u64,
    /// Milliseconds from one stop to the next, on average
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(3..))]
    every: u64,
}

impl StallOptions {
    fn stop(&self) -> Duration {
        Duration::from_millis(self.stop)
    }

    /// At least a millisecond more than a stop.
    fn every(&self) -> Duration {
        Duration::from_millis(self.every).max(self.stop() + Duration::from_millis(1))
    }

    /// Long calls are rare, so a sample is longer than those of other targets: many stops.
    fn window(&self) -> Duration {
        self.common.sample() * 50
    }

    fn rounds(&self) -> usize {
        self.common.rounds() / 5
    }
}

pub fn main() -> ExitCode {
    let options = StallOptions::parse();
    match child::order() {
        Some(order) => child::deliver(&sample(&order, &options)),
        None => compare(&options),
    }
}

fn threads() -> usize {
    Cores::available().count().clamp(2, THREADS_AT_MOST)
}

fn compare(options: &StallOptions) -> ExitCode {
    let case = format!("stall/{} threads/{CAPACITY}", threads());
    if !options.common.selects(&case) {
        return ExitCode::SUCCESS;
    }
    let names: Vec<_> = rows().iter().map(|row| row.name).collect();
    let series = rounds::run(&case, &names, options.rounds(), options.window());
    let text = report::document(&case, &series, options);
    println!("{text}");
    if let Err(reason) = can_see_stalls(&series) {
        eprintln!("The method does not work on this machine: {reason}.");
        return ExitCode::FAILURE;
    }
    keep(options.common.directory(), |directory| write(directory, &text, &series))
}

/// A queue that certainly blocks must show it, and more of it than the machine does by itself.
fn can_see_stalls(series: &[Series]) -> Result<(), String> {
    let long = |name| {
        let one = series.iter().find(|one| one.name == name);
        one.filter(|one| !one.samples.is_empty()).map(|one| one.total(|sample| sample.wall.long))
    };
    let blocking = contenders::BLOCKING;
    match (long(blocking), long(CLOCK_ONLY)) {
        (Some(seen), Some(pauses)) if seen > 2 * pauses => Ok(()),
        (Some(seen), Some(pauses)) => {
            Err(format!("{blocking} has {seen} long calls, and the machine pauses {pauses} times"))
        }
        _ => Err("the queue that blocks, or the clock, has no sample".into()),
    }
}

fn write(directory: &Path, text: &str, series: &[Series]) -> io::Result<()> {
    fs::write(directory.join("stall.md"), text)?;
    fs::write(directory.join("stall.svg"), report::plot(series).map_err(io::Error::other)?)
}

/// A contender without its type.
struct Row {
    name: &'static str,
    sample: fn(&Plan<'_>) -> Option<Tallies>,
}

impl QueueRow for Row {
    fn of_queue<K: Contender>() -> Self {
        Self {
            name: K::NAME,
            sample: |plan| {
                let setup = Setup { capacity: CAPACITY, producers: threads(), consumers: threads() };
                let one_receiver = Setup { producers: 2, consumers: 1, ..setup };
                K::run(setup, Stalled { plan }).or_else(|| K::run(one_receiver, Stalled { plan }))
            },
        }
    }
}

fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = contenders::stalled();
    rows.push(Row { name: CLOCK_ONLY, sample: |plan| Some(without_queue(plan)) });
    rows
}

struct Stalled<'a> {
    plan: &'a Plan<'a>,
}

impl Job<u64> for Stalled<'_> {
    /// The first tally is that of the thread that is stopped.
    type Output = Tallies;

    fn run<P: Push<u64>, C: Pop<u64>>(self, producers: Vec<P>, mut consumers: Vec<C>) -> Self::Output {
        match consumers.len() {
            1 => one_receiver::circulate(self.plan, VALUES, producers, consumers.remove(0)),
            _ => circulate(self.plan, VALUES, producers, consumers),
        }
    }
}

fn without_queue(plan: &Plan<'_>) -> Tallies {
    let works = (0..threads()).map(|_| -> Work<'_, Tally> { Box::new(|meter| meter.measure(|| true)) });
    run_beside(plan, works.collect())
}

/// One sample, in the process that was started for it.
fn sample(order: &Order, options: &StallOptions) -> Taken {
    let row = rows().into_iter().find(|row| row.name == order.contender)?;
    if let Err(error) = signal::prepare(options.stop()) {
        return Some(Err(format!("no signal handler: {error}")));
    }
    let conduct = || signal::stop_repeatedly(options.window(), options.stop(), options.every());
    let cores = Cores::available().for_round(order.round);
    let plan = Plan {
        cores: &cores,
        yields: false,
        enter: |thread| {
            if thread == 0 {
                signal::accept();
            }
        },
        conduct: &conduct,
    };
    between_trips(&cores, || (row.sample)(&plan).map(|tallies| figures(&tallies?)))
}

fn figures(tallies: &[Tally]) -> Result<Sample, String> {
    match signal::stops() {
        0 => Err("the thread was never stopped".into()),
        stops => Ok(Sample { stops, ..Sample::of(&tallies[1..]) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &'static str, long: u64) -> Series {
        let mut series = Series::new(name);
        let mut sample = Sample::default();
        sample.wall.long = long;
        series.samples.push(sample);
        series
    }

    #[test]
    fn a_queue_that_blocks_must_have_more_long_calls_than_the_machine_has_pauses() {
        let seen = |blocking, pauses| {
            can_see_stalls(&[series(contenders::BLOCKING, blocking), series(CLOCK_ONLY, pauses)])
        };
        assert_eq!(seen(100, 3), Ok(()));
        assert!(seen(5, 3).unwrap_err().contains("5 long calls"));
        assert!(seen(0, 0).is_err());
    }

    #[test]
    fn without_a_sample_of_the_queue_that_blocks_nothing_is_shown() {
        assert!(can_see_stalls(&[series(CLOCK_ONLY, 0)]).is_err());
        assert!(can_see_stalls(&[Series::new(contenders::BLOCKING), series(CLOCK_ONLY, 0)]).is_err());
    }

    #[test]
    fn a_stop_is_shorter_than_the_time_between_two() {
        let options = StallOptions::parse_from(["stall", "--stop", "100"]);
        assert!(options.every() > options.stop());
    }
}
