//! Threads on fixed cores that start together; the time from the first start to the last end.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_utils::CachePadded;

use crate::harness::backoff::Backoff;
use crate::harness::cores::Cores;

/// What one thread does; boxed, so that the threads' machinery is compiled once.
pub(crate) type Task<'a, R> = Box<dyn FnOnce(Backoff) -> R + Send + 'a>;

/// A task that owns an end of a queue. The ends of two threads share no cache line while they wait
/// on the heap.
pub(crate) fn task<'a, E: Send + 'a, R>(
    end: E,
    run: impl FnOnce(E, Backoff) -> R + Send + 'a,
) -> Task<'a, R> {
    let end = CachePadded::new(end);
    Box::new(move |backoff| run(end.into_inner(), backoff))
}

/// The time that a number of items took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    pub time: Duration,
    /// Other programs took a core from one of the threads meanwhile, and not only briefly.
    pub disturbed: bool,
}

/// A thread that loses its core for less than one part in this many of a sample counts as
/// undisturbed: tasks of the system take half a per cent of each core of an idle machine.
const TOLERANCE: u32 = 50;

/// The time of some threads and what they returned, or why one of them panicked.
pub(crate) type Joined<R> = Result<(Sample, Vec<R>), String>;

/// Runs one thread per task, the first task on the first core.
pub(crate) fn run_threads<R: Send>(cores: &Cores, tasks: Vec<Task<'_, R>>) -> Joined<R> {
    let crowded = tasks.len() > cores.count();
    let backoff = Backoff::new(crowded);
    let gate = Gate::new(tasks.len());
    let finished: Vec<_> = thread::scope(|scope| {
        let gate = &gate;
        let threads: Vec<_> = tasks
            .into_iter()
            .enumerate()
            .map(|(index, task)| {
                scope.spawn(move || {
                    cores.pin(index);
                    gate.timed(backoff, task)
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(reason));
        joined.collect::<Result<_, _>>()
    })?;
    let (spans, results): (Vec<Span>, Vec<R>) = finished.into_iter().unzip();
    Ok((sample(&spans, crowded), results))
}

/// Threads that share cores give them to each other all the time: that is no disturbance.
fn sample(spans: &[Span], crowded: bool) -> Sample {
    let start = spans.iter().map(|span| span.start).min();
    let end = spans.iter().map(|span| span.end).max();
    let time = start.zip(end).map_or(Duration::ZERO, |(start, end)| end - start);
    let disturbed = !crowded && spans.iter().any(|span| span.delays.disturb(time));
    Sample { time, disturbed }
}

fn reason(panic: Box<dyn core::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked".into())
}

/// Opens when every thread has arrived.
struct Gate {
    missing: AtomicUsize,
}

impl Gate {
    fn new(threads: usize) -> Self {
        Self { missing: AtomicUsize::new(threads) }
    }

    fn timed<R>(&self, backoff: Backoff, task: Task<'_, R>) -> (Span, R) {
        let before = Delays::so_far();
        self.missing.fetch_sub(1, Ordering::AcqRel);
        backoff.until(|| (self.missing.load(Ordering::Acquire) == 0).then_some(()));
        let start = Instant::now();
        let result = task(backoff);
        let end = Instant::now();
        let delays = Delays::so_far().since(before);
        (Span { start, end, delays }, result)
    }
}

/// The time of one thread.
struct Span {
    start: Instant,
    end: Instant,
    delays: Delays,
}

/// How a thread was kept from running; nothing where the system does not count that.
#[derive(Clone, Copy, Debug, Default)]
struct Delays {
    /// How often it lost its core.
    preemptions: u64,
    /// How often it slept.
    sleeps: u64,
    /// How long it was ready to run, after either, and did not.
    waited: Duration,
}

impl Delays {
    /// Those of the calling thread since it began.
    fn so_far() -> Self {
        let status = fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
        let count = |name| {
            let count = status.lines().find_map(|line| line.strip_prefix(name));
            count.and_then(|count| count.trim().parse().ok()).unwrap_or_default()
        };
        let times = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        let waited = times.split_whitespace().nth(1).and_then(|time| time.parse().ok());
        Self {
            preemptions: count("nonvoluntary_ctxt_switches:"),
            sleeps: count("voluntary_ctxt_switches:"),
            waited: Duration::from_nanos(waited.unwrap_or_default()),
        }
    }

    fn since(self, before: Self) -> Self {
        Self {
            preemptions: self.preemptions - before.preemptions,
            sleeps: self.sleeps - before.sleeps,
            waited: self.waited.saturating_sub(before.waited),
        }
    }

    /// Whether another program took the core for more than is tolerated. Of a thread that slept,
    /// the system does not say how much of its waiting followed a preemption.
    fn disturb(self, sample: Duration) -> bool {
        self.preemptions > 0 && (self.sleeps > 0 || self.waited > sample / TOLERANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two threads for 10 ms, of which one was delayed.
    fn disturbed(delays: Delays, crowded: bool) -> bool {
        let start = Instant::now();
        let end = start + Duration::from_millis(10);
        let span = |delays| Span { start, end, delays };
        sample(&[span(Delays::default()), span(delays)], crowded).disturbed
    }

    #[test]
    fn a_thread_that_loses_its_core_for_longer_than_a_fiftieth_is_disturbed() {
        let short = Delays { preemptions: 1, sleeps: 0, waited: Duration::from_micros(200) };
        let long = Delays { waited: Duration::from_micros(201), ..short };
        assert!(!disturbed(short, false));
        assert!(disturbed(long, false));
        assert!(!disturbed(long, true), "threads that share cores wait for each other");
    }

    #[test]
    fn a_thread_that_sleeps_is_disturbed_by_preemptions_only() {
        let slept = Delays { preemptions: 0, sleeps: 3, waited: Duration::from_millis(1) };
        assert!(!disturbed(slept, false));
        assert!(disturbed(Delays { preemptions: 1, ..slept }, false));
    }
}
