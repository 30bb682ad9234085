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
    /// Another program took a core from one of the threads meanwhile.
    pub disturbed: bool,
}

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
    Sample {
        time: start.zip(end).map_or(Duration::ZERO, |(start, end)| end - start),
        disturbed: !crowded && spans.iter().any(|span| span.preempted),
    }
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
        let before = preemptions();
        self.missing.fetch_sub(1, Ordering::AcqRel);
        backoff.until(|| (self.missing.load(Ordering::Acquire) == 0).then_some(()));
        let start = Instant::now();
        let result = task(backoff);
        let end = Instant::now();
        let preempted = preemptions() != before;
        let span = Span { start, end, preempted };
        (span, result)
    }
}

/// The time of one thread.
struct Span {
    start: Instant,
    end: Instant,
    preempted: bool,
}

/// How often the calling thread has lost its core so far, where the system counts that.
fn preemptions() -> Option<u64> {
    let status = fs::read_to_string("/proc/thread-self/status").ok()?;
    let count = status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"))?;
    count.trim().parse().ok()
}
