//! The threads and the channels between them.
//!
//! ```text
//!                      work: one channel            results: one spsc channel per worker
//!   walker ── Job ──▶ [ | | | | | | ] ──▶ worker 0 ── Outcome ──▶ [ | | | ] ──▶ printer
//!                                     ──▶ worker 1 ── Outcome ──▶ [ | | | ] ──▶ (main thread,
//!                                     ──▶ worker … ── Outcome ──▶ [ | | | ] ──▶  `try_next`)
//! ```
//!
//! **Order.** The walker numbers the jobs. The work channel is first in, first out, so the numbers
//! that one worker receives only grow, and so do those in its channel of results. The next number
//! to print is therefore always at the head of one of these: the printer looks at the heads, and
//! nothing needs sorting.
//!
//! **Memory** is bounded by the capacities, since there is no other place to keep anything. A
//! worker whose results are full waits for the printer, which may itself wait for another worker's
//! big file. That cannot lock up: the worker with the number the printer waits for has only greater
//! ones behind it, so its own channel has room.
//!
//! **The end.** The walker drops its end of the work channel, which closes it. A worker that finds
//! it closed and empty drops its end of the results. When all of those are closed and empty,
//! everything is printed.

use std::io;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use ringway::channel::{self, Receiver, Sender, spsc};

use crate::hash::{Digest, Hasher};
use crate::stats::Meter;
use crate::walk::{self, Entry};

/// Jobs that may wait for a worker: a few milliseconds of work.
const WORK_CAPACITY: usize = 1024;

/// Results of all workers that may wait for the printer: how far small files run ahead of a big
/// one.
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

/// The running threads, seen from the printer.
///
/// Dropping it does not wait for the threads: one may hang in a read that never returns, and the
/// process is about to end.
pub(crate) struct Pipeline {
    work: Receiver<'static, Job>,
    results: Vec<spsc::Receiver<'static, Outcome>>,
    meter: Arc<Meter>,
    next: u64,
}

impl Pipeline {
    /// Starts to walk `paths` and to hash what is found, on `jobs` threads.
    pub(crate) fn start(paths: Vec<PathBuf>, jobs: usize) -> io::Result<Self> {
        let meter = Arc::<Meter>::default();
        let (sender, work) = channel::bounded(WORK_CAPACITY).map_err(io::Error::other)?;
        let mut results = Vec::with_capacity(jobs);
        for worker in 0..jobs {
            let capacity = (RESULTS_CAPACITY / jobs).max(1);
            let (outcomes, receiver) = spsc::bounded(capacity).map_err(io::Error::other)?;
            results.push(receiver);
            let (work, meter) = (work.clone(), Arc::clone(&meter));
            spawn(format!("worker {worker}"), move || hash_all(work, outcomes, &meter))?;
        }
        let walked = Arc::clone(&meter);
        spawn("walker".into(), move || walk(paths, sender, &walked))?;
        Ok(Self { work, results, meter, next: 0 })
    }

    /// The next outcome in the order of the walk, if it is ready.
    pub(crate) fn try_next(&mut self) -> Option<Outcome> {
        let outcome = self.results.iter_mut().find_map(|results| recv_numbered(results, self.next))?;
        self.next += 1;
        Some(outcome)
    }

    /// Whether [`try_next`](Self::try_next) has given everything there is.
    pub(crate) fn is_finished(&self) -> bool {
        // In this order: nothing is sent to a closed channel, so one that is empty then stays
        // empty.
        self.results.iter().all(|results| results.is_closed() && results.is_empty())
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    pub(crate) fn work_capacity(&self) -> usize {
        self.work.capacity()
    }

    /// A view of the work channel's length and the bytes hashed so far, for another thread.
    pub(crate) fn gauge(&self) -> impl Fn() -> (usize, u64) + Send + use<> {
        let (work, meter) = (self.work.clone(), Arc::clone(&self.meter));
        move || (work.len(), meter.bytes())
    }
}

fn recv_numbered(results: &mut spsc::Receiver<'static, Outcome>, number: u64) -> Option<Outcome> {
    let is_next =
        results.with_consumer(|results| results.peek().is_some_and(|outcome| outcome.number == number));
    if is_next { results.try_recv().ok() } else { None }
}

/// The walker: numbers the entries and sends them.
fn walk(paths: Vec<PathBuf>, work: Sender<'static, Job>, meter: &Meter) {
    for (number, entry) in (0..).zip(walk::entries(paths)) {
        if work.send_blocking(Job { number, queued_at: Instant::now(), entry }).is_err() {
            return;
        }
        meter.queue_grew_to(work.len());
    }
}

/// A worker: receives jobs until there will be no more.
fn hash_all(work: Receiver<'static, Job>, mut results: spsc::Sender<'static, Outcome>, meter: &Meter) {
    let mut hasher = Hasher::new(meter);
    while let Ok(Job { number, queued_at, entry }) = work.recv_blocking() {
        meter.add_wait(queued_at.elapsed());
        let digest = entry.source.and_then(|source| hasher.digest(&source, &entry.name));
        if results.send_blocking(Outcome { number, name: entry.name, digest }).is_err() {
            return;
        }
    }
}

/// Starts a thread that runs `stage`.
fn spawn(name: String, stage: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name).spawn(move || {
        let _guard = ExitOnPanic;
        stage();
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
