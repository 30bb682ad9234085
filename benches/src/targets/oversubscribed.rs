//! Many more threads than cores: throughput, fairness, and what a call takes of the processor.

use std::fs;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use core::fmt::Write as _;

use crate::contenders;
use crate::harness::cores::Cores;
use crate::harness::options::Options;
use crate::interface::queue::{Contender, Job, Pop, Push, Setup};
use crate::interface::row::QueueRow;
use crate::report::{keep, machine};
use crate::targets::circulation::child::{self, Order, Taken};
use crate::targets::circulation::meter::{CALLS_PER_STRETCH, Meter, SPINS};
use crate::targets::circulation::rounds::{self, Series};
use crate::targets::circulation::tally::{Sample, Tally};
use crate::targets::circulation::{Plan, Tallies, Work, between_trips, circulate, drain, run_beside};

/// Threads of a case.
const THREADS: [usize; 2] = [16, 64];
/// Room for a value of every thread on both sides of one half.
const CIRCULATING: usize = 1_024;
const TRANSFER: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Load {
    /// Each thread pops a value and pushes it back: the queue is never empty and never full.
    Circulate,
    /// One half of the threads pushes, the other pops.
    Transfer,
}

/// One table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Case {
    load: Load,
    threads: usize,
}

impl Case {
    fn all() -> impl Iterator<Item = Self> {
        let loads = [Load::Circulate, Load::Transfer];
        loads.into_iter().flat_map(|load| THREADS.map(|threads| Self { load, threads }))
    }

    fn name(self) -> String {
        let Setup { capacity, producers, consumers } = self.setup();
        match self.load {
            Load::Circulate => format!("oversubscribed/{} threads pop and push/{capacity}", self.threads),
            Load::Transfer => format!("oversubscribed/{producers}P{consumers}C/{capacity}"),
        }
    }

    fn setup(self) -> Setup {
        let Self { load, threads } = self;
        match load {
            Load::Circulate => Setup { capacity: CIRCULATING, producers: threads, consumers: threads },
            Load::Transfer => Setup { capacity: TRANSFER, producers: threads / 2, consumers: threads / 2 },
        }
    }
}

pub fn main() -> ExitCode {
    let options = Options::from_arguments();
    match child::order() {
        Some(order) => child::deliver(&sample(&order, &options)),
        None => compare(&options),
    }
}

/// Several turns of the scheduler through all threads.
fn window(options: &Options) -> Duration {
    options.sample() * 50
}

fn compare(options: &Options) -> ExitCode {
    let cases: Vec<Case> = Case::all().filter(|case| options.selects(&case.name())).collect();
    if cases.is_empty() {
        return ExitCode::SUCCESS;
    }
    let names: Vec<_> = rows().iter().map(|row| row.name).collect();
    let rounds = options.rounds() / 8;
    let mut text = introduction(rounds, window(options));
    for case in cases {
        let series = rounds::run(&case.name(), &names, rounds, window(options));
        text += &table(case, &series);
    }
    println!("{text}");
    keep(options.directory(), |directory| fs::write(directory.join("oversubscribed.md"), text))
}

/// A contender without its type.
struct Row {
    name: &'static str,
    sample: fn(Case, &Plan<'_>) -> Taken,
}

impl QueueRow for Row {
    fn of_queue<K: Contender>() -> Self {
        Self {
            name: K::NAME,
            sample: |case, plan| {
                let tallies = K::run(case.setup(), Crowd { load: case.load, plan })?;
                Some(tallies.map(|tallies| Sample::of(&tallies)))
            },
        }
    }
}

fn rows() -> Vec<Row> {
    contenders::mpmc_queues()
}

struct Crowd<'a> {
    load: Load,
    plan: &'a Plan<'a>,
}

impl Job<u64> for Crowd<'_> {
    type Output = Tallies;

    fn run<P: Push<u64>, C: Pop<u64>>(self, producers: Vec<P>, consumers: Vec<C>) -> Self::Output {
        match self.load {
            Load::Circulate => circulate(self.plan, CIRCULATING as u64 / 2, producers, consumers),
            Load::Transfer => transfer(self.plan, producers, consumers),
        }
    }
}

/// What passed one end: how many values, and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Passed {
    count: u64,
    sum: u64,
}

impl Passed {
    fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(value);
    }

    fn of(values: impl IntoIterator<Item = u64>) -> Self {
        let mut passed = Self::default();
        values.into_iter().for_each(|value| passed.add(value));
        passed
    }

    fn together(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::default(), |all, part| Self {
            count: all.count + part.count,
            sum: all.sum.wrapping_add(part.sum),
        })
    }
}

fn transfer<P: Push<u64>, C: Pop<u64>>(plan: &Plan<'_>, producers: Vec<P>, mut consumers: Vec<C>) -> Tallies {
    let pushing = producers.len();
    let mut works: Vec<Work<'_, (Tally, Passed)>> = Vec::new();
    for (producer, first) in producers.into_iter().zip((0..).step_by(1 << 40)) {
        works.push(Box::new(move |meter| produce(meter, producer, first)));
    }
    for consumer in &mut consumers {
        works.push(Box::new(move |meter| consume(meter, consumer)));
    }
    let (tallies, passed): (Vec<_>, Vec<_>) = run_beside(plan, works)?.into_iter().unzip();
    let (pushed, popped) = passed.split_at(pushing);
    let left = Passed::of(drain(&mut consumers[0], 2 * TRANSFER as u64));
    let pushed = Passed::together(pushed.iter().copied());
    let arrived = Passed::together(popped.iter().copied().chain([left]));
    if pushed == arrived {
        Ok(tallies)
    } else {
        Err(format!("values lost, doubled or torn: {pushed:?}, {arrived:?}"))
    }
}

fn produce(meter: &Meter<'_>, mut producer: impl Push<u64>, first: u64) -> (Tally, Passed) {
    let mut passed = Passed::default();
    let tally = meter.measure(|| {
        let value = first + passed.count;
        let pushed = producer.push(value);
        if pushed {
            passed.add(value);
        }
        pushed
    });
    (tally, passed)
}

fn consume(meter: &Meter<'_>, consumer: &mut impl Pop<u64>) -> (Tally, Passed) {
    let mut passed = Passed::default();
    let tally = meter.measure(|| {
        let value = consumer.pop();
        if let Some(value) = value {
            passed.add(value);
        }
        value.is_some()
    });
    (tally, passed)
}

/// One sample, in the process that was started for it.
fn sample(order: &Order, options: &Options) -> Taken {
    let row = rows().into_iter().find(|row| row.name == order.contender)?;
    let case = Case::all().find(|case| case.name() == order.case)?;
    let conduct = || thread::sleep(window(options));
    let cores = &Cores::available().for_round(order.round);
    let plan = Plan { cores, yields: true, enter: |_| (), conduct: &conduct };
    between_trips(cores, || (row.sample)(case, &plan))
}

fn introduction(rounds: usize, window: Duration) -> String {
    format!(
        "# Benchmarks: oversubscribed\n\n{}.\n\
         {rounds} rounds of {} ms per queue and case, random order, threads pinned to the cores in turn; medians. \
         Values are counted after each sample.\n\
         A thread yields after {SPINS} refusals. \"Fewest\" and \"most\" are the calls of one thread, as a part of an \
         equal share.\n\
         The clocks are read every {CALLS_PER_STRETCH} calls, and times are those of {CALLS_PER_STRETCH} calls: \
         \"own\" is time on the processor, without that in which another thread had the core. What own time is \
         above the usual was spent on retries and on spinning; wall time is mostly the scheduler's turn through \
         the threads.\n\
         One call in {CALLS_PER_STRETCH} pays for the clocks. Where one half of the threads pushes, waiting for values \
         or room is part of all times.\n",
        machine::description(),
        window.as_millis(),
    )
}

fn table(case: Case, series: &[Series]) -> String {
    let refusals = match case.load {
        Load::Circulate => "false refusals per million calls",
        Load::Transfer => "refusals per million calls",
    };
    let mut text = format!(
        "\n## {}\n\n\
         | queue | million calls/s | fewest | most | own time, 99.9 %, µs | own time, longest, ms | own over 1 ms | wall, longest, ms | {refusals} |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        case.name(),
    );
    let mut sorted: Vec<(f64, &Series)> =
        series.iter().filter_map(|one| Some((one.median(|sample| sample.rate)?.median, one))).collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (rate, one) in sorted {
        let share = |figure: fn(&Sample) -> f64| {
            let share = one.median(|sample| figure(sample) * case.threads as f64 / sample.rate);
            share.map_or(0.0, |share| share.median)
        };
        let p999 = one.median(|sample| sample.own.p999 as f64).map_or(0.0, |p999| p999.median);
        let refused = one.median(|sample| sample.refused as f64 / sample.calls as f64 * 1e6);
        let _ = writeln!(
            text,
            "| {} | {:.1} | {:.2} | {:.2} | {:.1} | {:.2} | {} | {:.0} | {:.0} |",
            one.name,
            rate / 1e6,
            share(|sample| sample.slowest),
            share(|sample| sample.fastest),
            p999 / 1e3,
            one.most(|sample| sample.own.longest) as f64 / 1e6,
            one.total(|sample| sample.own.long),
            one.most(|sample| sample.wall.longest) as f64 / 1e6,
            refused.map_or(0.0, |refused| refused.median),
        );
    }
    text + "\n" + &rounds::states(series) + "\n" + &rounds::notes(series)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contenders::ringway;
    use crate::targets::circulation::first_call::{self, FirstCall};
    use core::iter;
    use core::sync::atomic::AtomicBool;

    /// A crowd that records the first call of any consumer. On one core not every consumer need
    /// get a value.
    struct Recorded<'a> {
        crowd: Crowd<'a>,
        popped: &'a AtomicBool,
    }

    impl Job<u64> for Recorded<'_> {
        type Output = Tallies;

        fn run<P: Push<u64>, C: Pop<u64>>(self, producers: Vec<P>, consumers: Vec<C>) -> Tallies {
            self.crowd.run(producers, FirstCall::of(consumers, iter::repeat(self.popped)))
        }
    }

    #[test]
    fn an_order_finds_its_case_by_name() {
        let names: Vec<String> = Case::all().map(Case::name).collect();
        for (index, name) in names.iter().enumerate() {
            assert_eq!(names.iter().position(|other| other == name), Some(index));
        }
        assert_eq!(names.len(), 4);
    }

    #[test]
    fn what_left_and_what_stayed_is_what_was_pushed() {
        let pushed = Passed::of([1, 2, 3, 1 << 40]);
        assert_eq!(Passed::together([Passed::of([2, 1 << 40]), Passed::of([1]), Passed::of([3])]), pushed);
        assert_ne!(Passed::of([1, 2, 2, 1 << 40]), pushed);
        assert_ne!(Passed::of([6, 1 << 40]), pushed);
    }

    #[test]
    fn a_queue_of_ringway_keeps_all_values_in_both_loads() {
        let cores = Cores::available();
        for case in Case::all().filter(|case| case.threads == 16) {
            let popped = first_call::flags(1);
            let conduct = || first_call::wait_for_each(&popped);
            let plan = Plan { cores: &cores, yields: true, enter: |_| (), conduct: &conduct };
            let crowd = Recorded { crowd: Crowd { load: case.load, plan: &plan }, popped: &popped[0] };
            let tallies = ringway::Mpmc::run(case.setup(), crowd).unwrap().unwrap();
            assert!(Sample::of(&tallies).rate > 0.0, "{}", case.name());
        }
    }
}
