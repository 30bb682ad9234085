//! The threads and the queues between them.
//!
//! ```text
//!                    work: one mpmc::BoxedQueue       results: one spsc queue per worker
//!   walker ── Job ──▶ [ | | | | | | ] ──▶ worker 0 ── Outcome ──▶ [ | | | ] ──▶ printer
//!                                     ──▶ worker 1 ── Outcome ──▶ [ | | | ] ──▶ (main thread,
//!                                     ──▶ worker … ── Outcome ──▶ [ | | | ] ──▶  `try_next`)
//! ```
//!
//! **Order.** The walker numbers the jobs. The work queue is first in, first out, so the numbers that one worker pops
//! only grow, and so do those in its queue of results. The next number to print is therefore always at the head of one
//! of these queues: the printer looks at the heads, and nothing needs sorting.
//!
//! **Memory** is bounded by the capacities, since there is no other place to keep anything. A worker whose results are
//! full waits for the printer, which may itself wait for another worker's big file. That cannot lock up: the worker
//! with the number the printer waits for has only greater ones behind it, so its own queue has room.

use std::io;
use std::path::PathBuf;
use std::process;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Instant;

use ringway::{mpmc, spsc};

use crate::hash::{Digest, Hasher};
use crate::stats::Meter;
use crate::wait::{self, Stop, Stopped};
use crate::walk::{self, Entry};

/// Jobs that may wait for a worker: a few milliseconds of work, so that a nap of the walker starves nobody.
const WORK_CAPACITY: usize = 1024;

/// Results of all workers that may wait for the printer: how far small files run ahead of a big one.
const RESULTS_CAPACITY: usize = 32 * 1024;

/// Exit status of a program that panicked, as Rust's own runtime has it.
const PANICKED: i32 = 101;

struct Job {
    number: u64,
    queued_at: Instant,
    entry: Entry,
}

/// What became of one entry.
pub(crate) struct Outcome {
    number: u64,
    pub(crate) name: PathBuf,
    pub(crate) digest: io::Result<Digest>,
}

/// What the threads share.
struct Shared {
    work: mpmc::BoxedQueue<Job>,
    /// How many jobs there are in all: known when the walker has pushed the last one.
    total: OnceLock<u64>,
    stop: Stop,
    meter: Meter,
}

/// The running threads, seen from the printer.
///
/// Dropping it does not wait for the threads: one may hang in a read that never returns, and the process is about to end.
pub(crate) struct Pipeline {
    shared: Arc<Shared>,
    results: Vec<spsc::Consumer<'static, Outcome>>,
    next: u64,
}

impl Pipeline {
    /// Starts to walk `paths` and to hash what is found, on `jobs` threads.
    pub(crate) fn start(paths: Vec<PathBuf>, jobs: usize, stop: Stop) -> io::Result<Self> {
        let work = mpmc::BoxedQueue::new(WORK_CAPACITY).map_err(io::Error::other)?;
        let shared = Arc::new(Shared { work, total: OnceLock::new(), stop, meter: Meter::default() });

        let mut results = Vec::with_capacity(jobs);
        for worker in 0..jobs {
            let queue = spsc::BoxedQueue::new((RESULTS_CAPACITY / jobs).max(1)).map_err(io::Error::other)?;
            let (producer, consumer) = queue.into_split();
            results.push(consumer);
            spawn(&shared, format!("worker {worker}"), |shared| shared.hash_all(producer))?;
        }
        spawn(&shared, "walker".into(), |shared| shared.walk(paths))?;
        Ok(Self { shared, results, next: 0 })
    }

    /// The next outcome in the order of the walk, if it is ready.
    pub(crate) fn try_next(&mut self) -> Option<Outcome> {
        let outcome = self.results.iter_mut().find_map(|results| pop_numbered(results, self.next))?;
        self.next += 1;
        Some(outcome)
    }

    /// Whether [`try_next`](Self::try_next) has given everything there is.
    pub(crate) fn is_finished(&self) -> bool {
        self.shared.total.get() == Some(&self.next)
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.shared.meter
    }

    pub(crate) fn work_capacity(&self) -> usize {
        self.shared.work.capacity()
    }

    /// A view of the work queue's length and the bytes hashed so far, for another thread.
    pub(crate) fn gauge(&self) -> impl Fn() -> (usize, u64) + Send + use<> {
        let shared = Arc::clone(&self.shared);
        move || (shared.work.len(), shared.meter.bytes())
    }
}

fn pop_numbered(results: &mut spsc::Consumer<'static, Outcome>, number: u64) -> Option<Outcome> {
    if results.peek()?.number == number { results.pop() } else { None }
}

impl Shared {
    /// The walker: numbers the entries and pushes them.
    fn walk(&self, paths: Vec<PathBuf>) -> Result<(), Stopped> {
        let mut number = 0;
        for entry in walk::entries(paths) {
            let job = Job { number, queued_at: Instant::now(), entry };
            wait::push_lazily(&self.stop, job, |job| self.work.push(job))?;
            self.meter.queue_grew_to(self.work.len());
            number += 1;
        }
        // The only call of `set`, so it cannot fail.
        let _ = self.total.set(number);
        Ok(())
    }

    /// A worker: pops jobs until there will be no more.
    fn hash_all(&self, mut results: spsc::Producer<'static, Outcome>) -> Result<(), Stopped> {
        let mut hasher = Hasher::new(&self.stop, &self.meter);
        while let Some(Job { number, queued_at, entry }) = self.next_job()? {
            self.meter.add_wait(queued_at.elapsed());
            let digest = match entry.source {
                Ok(source) => hasher.digest(&source, &entry.name)?,
                Err(error) => Err(error),
            };
            let outcome = Outcome { number, name: entry.name, digest };
            wait::push_lazily(&self.stop, outcome, |outcome| results.push(outcome))?;
        }
        Ok(())
    }

    /// The next job, or `None` when all have been taken.
    fn next_job(&self) -> Result<Option<Job>, Stopped> {
        wait::promptly(&self.stop, || {
            // Asked before the pop: if the walker had ended by then, an empty queue stays empty.
            let walker_has_ended = self.total.get().is_some();
            match self.work.pop() {
                Some(job) => Some(Some(job)),
                None => walker_has_ended.then_some(None),
            }
        })
    }
}

/// Starts a thread that runs `stage` and may be cut short by a stop.
fn spawn(
    shared: &Arc<Shared>,
    name: String,
    stage: impl FnOnce(&Shared) -> Result<(), Stopped> + Send + 'static,
) -> io::Result<()> {
    let shared = Arc::clone(shared);
    thread::Builder::new().name(name).spawn(move || {
        let _guard = ExitOnPanic;
        // Stopped or done: the thread ends either way, and whoever asked to stop knows it.
        let _ = stage(&shared);
    })?;
    Ok(())
}

/// Ends the process if its thread panics; the other threads would wait for it for ever.
struct ExitOnPanic;

impl Drop for ExitOnPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            process::exit(PANICKED);
        }
    }
}
