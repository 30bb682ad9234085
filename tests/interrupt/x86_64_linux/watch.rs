//! Runs each operation in a child process, which may hang and be ended, and collects the verdicts.

use super::machine::{self, Machine};
use super::memory;
use super::scenario::Log;
use super::sweep::{Sweep, Trial};
use std::cell::{Cell, UnsafeCell};
use std::ptr;

/// An instruction of the interrupted operation, and a way to interrupt it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) step: usize,
    pub(crate) interrupt: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Some order of the calls explains every answer by the strict specification.
    Strict,
    /// No order does: an answer was spurious, early or stale.
    NotLinearizable,
    /// A value that was accepted never came out, or came out twice.
    LostOrDoubled,
    /// An operation did not return.
    Hang,
}

impl Verdict {
    const COUNT: usize = 4;
}

const EXAMPLE_BYTES: usize = 2048;

/// What parent and child share.
pub(crate) struct Board {
    place: Cell<Place>,
    pub(crate) seconds: Cell<f64>,
    counts: [Cell<usize>; Verdict::COUNT],
    examples: [Cell<usize>; Verdict::COUNT],
    texts: UnsafeCell<[[u8; EXAMPLE_BYTES]; Verdict::COUNT]>,
}

impl Board {
    /// A page of zeros that stays the same page across a fork.
    pub(crate) fn new() -> &'static Self {
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        // SAFETY: asks for fresh memory.
        let page = unsafe { libc::mmap(ptr::null_mut(), size_of::<Self>(), access, flags, -1, 0) };
        assert_ne!(page, libc::MAP_FAILED, "no shared memory");
        // SAFETY: large enough, page-aligned, never unmapped, and zeros are valid in every field.
        unsafe { &*page.cast::<Self>() }
    }

    /// An interrupt begins. The child is ended if it takes longer than `patience` seconds.
    pub(crate) fn enter(&self, place: Place, patience: f64) {
        self.place.set(place);
        self.watch(patience);
    }

    /// From now on this process is ended if it takes longer than `patience` seconds.
    pub(crate) fn watch(&self, patience: f64) {
        set_timer(patience);
    }

    pub(crate) fn rest(&self) {
        set_timer(0.0);
    }

    /// Counts a verdict and answers how often it was given.
    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        let count = &self.counts[verdict as usize];
        count.set(count.get() + 1);
        count.get()
    }

    pub(crate) fn counted(&self, verdict: Verdict) -> usize {
        self.counts[verdict as usize].get()
    }

    pub(crate) fn points(&self) -> usize {
        self.counts.iter().map(Cell::get).sum()
    }

    pub(crate) fn keep_example(&self, verdict: Verdict, text: &str) {
        let len = text.len().min(EXAMPLE_BYTES);
        // SAFETY: the parent waits while the child writes, and each has one thread.
        let texts = unsafe { &mut *self.texts.get() };
        texts[verdict as usize][..len].copy_from_slice(&text.as_bytes()[..len]);
        self.examples[verdict as usize].set(len);
    }

    pub(crate) fn example(&self, verdict: Verdict) -> String {
        // SAFETY: no child runs any more.
        let texts = unsafe { &*self.texts.get() };
        String::from_utf8_lossy(&texts[verdict as usize][..self.examples[verdict as usize].get()])
            .into_owned()
    }
}

/// Processor time, so that a busy machine does not look like a hang.
fn set_timer(seconds: f64) {
    let value = libc::timeval { tv_sec: seconds as i64, tv_usec: (seconds.fract() * 1e6) as i64 };
    let once = libc::itimerval { it_value: value, it_interval: libc::timeval { tv_sec: 0, tv_usec: 0 } };
    // SAFETY: a timer that sends a signal, whose default action ends the process.
    unsafe { libc::setitimer(libc::ITIMER_PROF, &raw const once, ptr::null_mut()) };
}

/// An operation that hung this often is known well enough, and each time costs the whole patience.
const MAX_HANGS: usize = 2;
/// The same for a whole row of the table.
const MAX_HANGS_ON_BOARD: usize = 24;

/// Tries all of it, or all until it has hung too often.
pub(crate) fn sweep(trial: &Trial<'_>) {
    let mut done = None;
    for _ in 0..MAX_HANGS {
        if trial.board.counted(Verdict::Hang) >= MAX_HANGS_ON_BOARD {
            return;
        }
        if run_in_child(|| explore(trial, done)) {
            return;
        }
        let place = trial.board.place.get();
        if trial.board.count(Verdict::Hang) == 1 {
            trial.board.keep_example(Verdict::Hang, &trial.describe(place));
        }
        done = Some(place);
    }
}

fn explore(trial: &Trial<'_>, done: Option<Place>) {
    machine::install();
    let (subject, regions) = memory::record(trial.scenario.make);
    let log = Log::with_capacity(trial.plan.longest_log);
    let mut sweep = Sweep::new(&*subject, &log, trial, done);
    Machine::run(regions, &mut sweep, &|| trial.scenario.run(&*subject, &log));
}

/// Whether it came to its end, rather than being ended for hanging.
fn run_in_child(body: impl FnOnce()) -> bool {
    match branch() {
        Branch::Child => {
            body();
            end_child()
        }
        Branch::Parent { child_hung } => !child_hung,
    }
}

/// On which side of a fork this is.
pub(crate) enum Branch {
    Child,
    /// After the child has ended.
    Parent {
        child_hung: bool,
    },
}

/// Doubles this process. The parent waits.
pub(crate) fn branch() -> Branch {
    // SAFETY: this process has one thread, so the child has all that it needs.
    match unsafe { libc::fork() } {
        0 => Branch::Child,
        child => Branch::Parent { child_hung: has_hung(wait_for(child).1) },
    }
}

pub(crate) fn end_child() -> ! {
    // SAFETY: ends the child without the parent's clean-up.
    unsafe { libc::_exit(0) }
}

/// Waits for a child, or for any (-1). Answers which it was and how it ended.
fn wait_for(child: libc::pid_t) -> (libc::pid_t, i32) {
    let mut status = 0;
    // SAFETY: waits for a child that was forked before.
    let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert!(ended > 0, "no child to wait for");
    (ended, status)
}

fn has_hung(status: i32) -> bool {
    let hung = libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGPROF;
    assert!(hung || status == 0, "a child failed: wait status {status:#x}");
    hung
}

/// Runs jobs side by side, as many as there are processors, and reports each when it has ended.
pub(crate) fn run_side_by_side<J>(jobs: &[J], run: impl Fn(&J), report: impl Fn(&J)) {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut running: Vec<(libc::pid_t, &J)> = Vec::new();
    let report_one = |running: &mut Vec<(libc::pid_t, &J)>| {
        let (child, status) = wait_for(-1);
        assert_eq!(status, 0, "a job failed");
        let index = running.iter().position(|&(job, _)| job == child).expect("only jobs are children here");
        report(running.swap_remove(index).1);
    };
    for job in jobs {
        if running.len() == processors {
            report_one(&mut running);
        }
        // SAFETY: as in `branch`.
        match unsafe { libc::fork() } {
            0 => {
                run(job);
                end_child();
            }
            child => running.push((child, job)),
        }
    }
    while !running.is_empty() {
        report_one(&mut running);
    }
}
