//! The simulation: jobs come, wait in a line, are served, and go. Time jumps from one event to the
//! next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use indicatif::ProgressBar;
use ringway::metrics::{Histogram, LittlesLaw, ManualClock, Meter, Ticket};

use crate::line::Line;
use crate::workload::{Job, MEAN_JOB, Workload};

/// Jobs are measured apart by urgency and by size: each doubling of the size is a class, and the
/// last takes the rest.
const SIZE_CLASSES: usize = 40;

/// The times of one class of jobs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub(crate) jobs: u64,
    /// Mean jobs, added up.
    wait: f64,
    response: f64,
}

/// What came of it. All times are in mean jobs.
pub(crate) struct Outcome {
    pub(crate) offered: u64,
    pub(crate) rejected: u64,
    /// The mean number of jobs in the line.
    pub(crate) length: f64,
    /// By size: a class has twice the size of the one before; the first is that of one tick.
    pub(crate) by_size: Vec<Times>,
    /// The urgent ones, and the others.
    pub(crate) by_urgency: [Times; 2],
    pub(crate) all: Times,
    /// The wait that 99 of 100 do not exceed.
    pub(crate) p99: f64,
    /// Little's identity: all waits added up, and the lengths over time added up. In ticks.
    pub(crate) little: (u128, u128),
    /// The mean wait by Little's law from sampled lengths, and how many there were.
    pub(crate) sampled: Option<(f64, u64)>,
}

impl Times {
    pub(crate) fn mean_wait(self) -> f64 {
        self.wait / self.jobs as f64
    }

    pub(crate) fn mean_response(self) -> f64 {
        self.response / self.jobs as f64
    }

    fn and(self, other: Self) -> Self {
        Self {
            jobs: self.jobs + other.jobs,
            wait: self.wait + other.wait,
            response: self.response + other.response,
        }
    }
}

impl Outcome {
    /// The classes up to about a mean job, and those from about four mean jobs on.
    pub(crate) fn short_and_long(&self) -> (Times, Times) {
        let mean_class = MEAN_JOB.log2() as usize;
        let sum = |classes: &[Times]| classes.iter().fold(Times::default(), |sum, &times| sum.and(times));
        (sum(&self.by_size[..=mean_class]), sum(&self.by_size[mean_class + 3..]))
    }
}

/// A job in service.
struct Service<'c> {
    ends: u64,
    class: usize,
    ticket: Ticket<&'c ManualClock>,
}

/// Its class by urgency and by size.
fn class_of(job: &Job) -> usize {
    let size = (job.size.ilog2() as usize).min(SIZE_CLASSES - 1);
    if job.is_urgent { size } else { SIZE_CLASSES + size }
}

/// The world: a line, its servers, and the clock.
struct World<'c, L> {
    line: L,
    idle: usize,
    clock: &'c ManualClock,
    /// One for each class: see [`class_of`].
    meters: Vec<Meter<&'c ManualClock>>,
    /// Jobs in service, the first to end on top.
    services: BinaryHeap<Reverse<Service<'c>>>,
    now: u64,
    /// The length of the line, times the ticks for which it had it.
    waiting: u128,
}

impl<'c, L: Line<'c>> World<'c, L> {
    fn new(line: L, servers: usize, clock: &'c ManualClock) -> Self {
        let meters = (0..2 * SIZE_CLASSES).map(|_| Meter::new(clock)).collect();
        let services = BinaryHeap::with_capacity(servers);
        Self { line, idle: servers, clock, meters, services, now: 0, waiting: 0 }
    }

    /// Advances the time; jobs that are finished by then leave, and the next in line are served.
    fn pass_until(&mut self, time: u64) {
        while let Some(service) = self.next_done_by(time) {
            self.jump_to(service.ends);
            self.meters[service.class].on_finish(service.ticket);
            self.idle += 1;
            self.serve();
        }
        self.jump_to(time);
    }

    fn next_done_by(&mut self, time: u64) -> Option<Service<'c>> {
        let Reverse(first) = self.services.peek()?;
        if first.ends > time {
            return None;
        }
        self.services.pop().map(|Reverse(service)| service)
    }

    fn jump_to(&mut self, time: u64) {
        let ticks = time - self.now;
        self.waiting += u128::from(ticks) * self.line.len() as u128;
        self.clock.advance(ticks as usize);
        self.now = time;
    }

    fn arrive(&mut self, job: Job) {
        let meter = &self.meters[class_of(&job)];
        match self.line.push(meter.stamp(job)) {
            Ok(()) => meter.on_push(self.line.len()),
            Err(job) => drop(meter.on_full(job)),
        }
        self.serve();
    }

    fn serve(&mut self) {
        while self.idle > 0 {
            let Some(arrival) = self.line.pop() else { return };
            let class = class_of(&arrival);
            let (job, ticket) = self.meters[class].on_start(arrival);
            self.services.push(Reverse(Service { ends: self.now + job.size, class, ticket }));
            self.idle -= 1;
        }
    }

    /// Serves the remaining jobs.
    fn finish(&mut self) {
        while let Some(ends) = self.services.peek().map(|Reverse(service)| service.ends) {
            self.pass_until(ends);
        }
    }
}

/// Mean jobs from one sample of the length to the next.
const SAMPLE_EVERY: f64 = 100.0;

/// Runs a workload through a line with so many servers.
pub(crate) fn simulate<'c, L: Line<'c>>(
    workload: Workload,
    seed: u64,
    line: L,
    servers: usize,
    clock: &'c ManualClock,
    progress: &ProgressBar,
) -> Outcome {
    let mut world = World::new(line, servers, clock);
    let mut little = LittlesLaw::new(clock);
    let every = (SAMPLE_EVERY * MEAN_JOB) as u64;
    let mut next_sample = every;
    for (number, (time, job)) in workload.arrivals(seed).enumerate() {
        while next_sample < time {
            world.pass_until(next_sample);
            world.line.stats().into_iter().for_each(|stats| little.sample(stats));
            next_sample += every;
        }
        world.pass_until(time);
        world.arrive(job);
        if number % PROGRESS_EVERY == PROGRESS_EVERY - 1 {
            progress.inc(PROGRESS_EVERY as u64);
        }
    }
    world.finish();
    outcome(&world, &little)
}

const PROGRESS_EVERY: usize = 1 << 16;

fn outcome<'c, L: Line<'c>>(world: &World<'c, L>, little: &LittlesLaw<&'c ManualClock>) -> Outcome {
    let mut outcome = Outcome {
        offered: 0,
        rejected: 0,
        length: world.waiting as f64 / world.now as f64,
        by_size: vec![Times::default(); SIZE_CLASSES],
        by_urgency: [Times::default(); 2],
        all: Times::default(),
        p99: 0.0,
        little: (0, world.waiting),
        sampled: (little.samples() > 0).then(|| (little.mean_wait() / MEAN_JOB, little.samples())),
    };
    let waits = Histogram::new();
    for (class, meter) in world.meters.iter().enumerate() {
        let snapshot = meter.snapshot(0);
        outcome.offered += snapshot.offered as u64;
        outcome.rejected += snapshot.rejected as u64;
        outcome.little.0 += meter.waiting().sum();
        waits.merge(meter.waiting());
        let times = Times {
            jobs: meter.response().count(),
            wait: meter.waiting().sum() as f64 / MEAN_JOB,
            response: meter.response().sum() as f64 / MEAN_JOB,
        };
        let places = [
            &mut outcome.by_size[class % SIZE_CLASSES],
            &mut outcome.by_urgency[class / SIZE_CLASSES],
            &mut outcome.all,
        ];
        places.into_iter().for_each(|place| *place = place.and(times));
    }
    outcome.p99 = waits.quantile(0.99) as f64 / MEAN_JOB;
    outcome
}

impl PartialEq for Service<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.ends == other.ends
    }
}

impl Eq for Service<'_> {}

impl PartialOrd for Service<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Service<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.ends.cmp(&other.ends)
    }
}
