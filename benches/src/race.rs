//! Threads on fixed cores that start together; the time from the first start to the last end.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use core_affinity::CoreId;

use crate::wait::Patience;

/// The cores a trial runs on and which of them comes first.
#[derive(Clone, Debug)]
pub struct Cores {
    ids: Vec<CoreId>,
    first: usize,
}

impl Cores {
    /// The cores this process may use; empty, and nothing pinned, where that is unknown.
    pub fn available() -> Self {
        Self { ids: core_affinity::get_core_ids().unwrap_or_default(), first: 0 }
    }

    /// The same cores with the roles exchanged in odd rounds.
    pub fn for_round(&self, round: usize) -> Self {
        Self { ids: self.ids.clone(), first: round % 2 }
    }

    pub fn count(&self) -> usize {
        self.ids.len()
    }

    fn pin(&self, thread: usize) {
        if let Some(&core) = self.ids.get((thread + self.first) % self.ids.len().max(1)) {
            core_affinity::set_for_current(core);
        }
    }
}

/// What one thread does; boxed, so that the threads' machinery is compiled once.
pub(crate) type Task<'a, R> = Box<dyn FnOnce(Patience) -> R + Send + 'a>;

/// A task that owns an end of a queue.
pub(crate) fn task<'a, E: Send + 'a, R>(
    end: E,
    run: impl FnOnce(E, Patience) -> R + Send + 'a,
) -> Task<'a, R> {
    let apart = Apart(end);
    Box::new(move |patience| run(apart.into_inner(), patience))
}

/// Keeps the ends of two threads off one cache line while they wait on the heap.
#[repr(align(128))]
struct Apart<E>(E);

impl<E> Apart<E> {
    fn into_inner(self) -> E {
        self.0
    }
}

/// The time of a trial.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lap {
    pub time: Duration,
    /// Another program took a core from one of the threads meanwhile.
    pub disturbed: bool,
}

/// The time of a race and what its threads returned, or why it broke off.
pub(crate) type Finish<R> = Result<(Lap, Vec<R>), String>;

/// Runs one thread per task, the first task on the first core.
pub(crate) fn race<R: Send>(cores: &Cores, tasks: Vec<Task<'_, R>>) -> Finish<R> {
    let crowded = tasks.len() > cores.count();
    let patience = Patience::new(crowded);
    let gate = Gate::new(tasks.len());
    let finished: Vec<_> = thread::scope(|scope| {
        let gate = &gate;
        let threads: Vec<_> = tasks
            .into_iter()
            .enumerate()
            .map(|(index, task)| {
                scope.spawn(move || {
                    cores.pin(index);
                    gate.timed(patience, task)
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(reason));
        joined.collect::<Result<_, _>>()
    })?;
    let (spans, results): (Vec<Span>, Vec<R>) = finished.into_iter().unzip();
    Ok((lap(&spans, crowded), results))
}

/// Threads that share cores give them to each other all the time: that is no disturbance.
fn lap(spans: &[Span], crowded: bool) -> Lap {
    let start = spans.iter().map(|span| span.start).min();
    let end = spans.iter().map(|span| span.end).max();
    Lap {
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

    fn timed<R>(&self, patience: Patience, task: Task<'_, R>) -> (Span, R) {
        let before = preemptions();
        self.missing.fetch_sub(1, Ordering::AcqRel);
        patience.until(|| (self.missing.load(Ordering::Acquire) == 0).then_some(()));
        let start = Instant::now();
        let result = task(patience);
        let end = Instant::now();
        let preempted = preemptions() != before;
        let span = Span { start, end, preempted };
        (span, result)
    }
}

/// One thread's part of a race.
struct Span {
    start: Instant,
    end: Instant,
    preempted: bool,
}

/// How often the calling thread has lost its core so far, where the system tells.
fn preemptions() -> Option<u64> {
    let status = fs::read_to_string("/proc/thread-self/status").ok()?;
    let count = status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"))?;
    count.trim().parse().ok()
}
