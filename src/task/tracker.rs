//! The count of unfinished tasks, and waiting until it is zero.

use super::Task;
use crate::ordering;
use crate::sync::{Atomic, Ordering, const_fn};
use crate::wait::queue::{WaitQueue, Waiter};
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

#[cfg(feature = "std")]
use {
    crate::wait::thread::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};

/// Counts the tasks that are not finished. `const`, without allocation.
///
/// **Memory**: six words and a lock; seven words on targets with caches.
pub struct Tracker<R = DefaultLock> {
    unfinished: Atomic<usize>,
    failed: Atomic<usize>,
    retried: Atomic<usize>,
    joining: WaitQueue<R>,
}

impl<R: RawLock> Tracker<R> {
    const_fn! {
        /// Creates a tracker without tasks.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::task::Tracker;
        /// use ringway::wait::NoLock;
        ///
        /// let tracker = Tracker::<NoLock>::new();
        /// assert_eq!(tracker.unfinished(), 0);
        /// ```
        pub fn new() -> Self {
            Self {
                unfinished: Atomic::new(),
                failed: Atomic::new(),
                retried: Atomic::new(),
                joining: WaitQueue::new(),
            }
        }
    }

    /// Wraps a value in a task, which counts as unfinished from here on, before it is visible to
    /// other threads.
    ///
    /// **Guarantees**: wait-free where the processor adds atomically in one instruction, otherwise
    /// lock-free; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write; with feature `std` one more load.
    /// Never panics.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// let task = tracker.track("job");
    /// assert_eq!(tracker.unfinished(), 1);
    /// assert_eq!(task.done(), "job");
    /// assert_eq!(tracker.unfinished(), 0);
    /// ```
    pub fn track<T>(&self, value: T) -> Task<'_, T, R> {
        self.count_task();
        Task::new(value, self)
    }

    pub(super) fn count_task(&self) {
        // ORDERING: SeqCst for `unfinished`. What makes the task visible to other threads makes the
        // count visible with it.
        self.unfinished.fetch_add(1, ordering::TASK_TRACK);
    }

    /// Returns the number of unfinished tasks at one moment during the call.
    ///
    /// Exact, also across several trackers. If it is zero, it remains so until a value is tracked,
    /// and everything that the tasks did happened before the call returns.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler. **Complexity**: one load.
    /// Never panics.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// let _tasks = (tracker.track(1), tracker.track(2));
    /// assert_eq!(tracker.unfinished(), 2);
    /// ```
    pub fn unfinished(&self) -> usize {
        // ORDERING: acquires what the tasks did that were counted off (T1); SeqCst across several
        // trackers.
        self.unfinished.load(ordering::TASK_LOAD_UNFINISHED)
    }

    /// Returns the number of tasks that failed so far, including those that
    /// [a panic dropped](Task#dropped-by-a-panic) (feature `std`). Wraps around at the range of a
    /// `usize`.
    ///
    /// A statistic: it may lag behind [`unfinished`](Self::unfinished), but includes every failure
    /// that happened before the call, as all those of joined tasks did.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler. **Complexity**: one load.
    /// Never panics.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// tracker.track("impossible").fail();
    /// assert_eq!(tracker.failed(), 1);
    /// ```
    pub fn failed(&self) -> usize {
        // ORDERING: none: a statistic, which orders nothing.
        self.failed.load(Ordering::Relaxed)
    }

    /// Returns the number of retries of all tasks so far. Wraps around at the range of a `usize`.
    ///
    /// A statistic, as [`failed`](Self::failed) is.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler. **Complexity**: one load.
    /// Never panics.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// let _again = tracker.track("job").retry();
    /// assert_eq!(tracker.retried(), 1);
    /// ```
    pub fn retried(&self) -> usize {
        // ORDERING: none: a statistic, which orders nothing.
        self.retried.load(Ordering::Relaxed)
    }

    /// Waits until no task is unfinished.
    ///
    /// Everything that the tasks did happened before the future completes. If values are tracked in
    /// the meantime, it waits for these too.
    ///
    /// **Guarantees**: wait-free if no task is unfinished; otherwise it takes the
    /// [lock](RawLock) of the waiter list for a few instructions.
    /// **Complexity**: one load if no task is unfinished. Never panics.
    /// **Cancel safety**: the future may be dropped at any point, without effect.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let tracker = Tracker::new();
    /// tracker.track("job").done();
    /// tracker.join().await;
    /// assert_eq!(tracker.unfinished(), 0);
    /// # });
    /// ```
    pub fn join(&self) -> Join<'_, R> {
        Join { tracker: self, waiter: Waiter::new(&self.joining) }
    }

    /// Returns `Some` if no task is unfinished.
    fn attempt(&self) -> Option<()> {
        (self.unfinished() == 0).then_some(())
    }

    pub(super) fn finish_one(&self) {
        // ORDERING: releases what the task did to loads of the count (T1); the change before the
        // load of the waiters (W1).
        if self.unfinished.fetch_add(usize::MAX, ordering::TASK_FINISH) == 1 {
            self.joining.notify_all();
        }
    }

    pub(super) fn count_failure(&self) {
        // ORDERING: none: a statistic, which orders nothing.
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_retry(&self) {
        // ORDERING: none: a statistic, which orders nothing.
        self.retried.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(feature = "std")]
impl<R: RawLock> Tracker<R> {
    /// Blocks the thread until no task is unfinished.
    ///
    /// **Guarantees**: as [`join`](Self::join). The thread spins for some microseconds, then parks.
    /// **Complexity**: one load if no task is unfinished. Never panics.
    ///
    /// ```
    /// use ringway::task::Tracker;
    ///
    /// static TRACKER: Tracker = Tracker::new();
    ///
    /// let task = TRACKER.track(7);
    /// std::thread::spawn(|| task.done());
    /// TRACKER.join_blocking();
    /// ```
    pub fn join_blocking(&self) {
        let _always = self.join_until(None);
    }

    /// Blocks the thread until no task is unfinished, or `timeout` has elapsed. Returns `true` if
    /// no task is unfinished.
    ///
    /// **Guarantees** and **Complexity**: as [`join_blocking`](Self::join_blocking). Never panics.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let tracker: ringway::task::Tracker = ringway::task::Tracker::new();
    /// let task = tracker.track(7);
    /// assert!(!tracker.join_timeout(Duration::from_millis(1)));
    /// task.done();
    /// assert!(tracker.join_timeout(Duration::from_millis(1)));
    /// ```
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        self.join_until(after(timeout))
    }

    /// Blocks the thread until no task is unfinished, or `deadline` has passed. Returns `true` if
    /// no task is unfinished.
    ///
    /// **Guarantees** and **Complexity**: as [`join_blocking`](Self::join_blocking). Never panics.
    ///
    /// ```
    /// use std::time::Instant;
    ///
    /// let tracker: ringway::task::Tracker = ringway::task::Tracker::new();
    /// let task = tracker.track(7);
    /// assert!(!tracker.join_deadline(Instant::now()));
    /// task.done();
    /// assert!(tracker.join_deadline(Instant::now()));
    /// ```
    pub fn join_deadline(&self, deadline: Instant) -> bool {
        self.join_until(Some(deadline))
    }

    fn join_until(&self, deadline: Deadline) -> bool {
        spin(|| self.attempt()).or_else(|| block_on(self.join(), deadline)).is_some()
    }
}

impl<R: RawLock> Default for Tracker<R> {
    fn default() -> Self {
        Self::new()
    }
}

/// The future of [`Tracker::join`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct Join<'t, R: RawLock = DefaultLock> {
    tracker: &'t Tracker<R>,
    waiter: Waiter<'t, R>,
}

impl<R: RawLock> Future for Join<'_, R> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let tracker = self.tracker;
        // SAFETY: a field of what is pinned, and nothing is moved out of it.
        let waiter = unsafe { self.map_unchecked_mut(|join| &mut join.waiter) };
        waiter.poll_until(context, || tracker.attempt())
    }
}

impl<R: RawLock> fmt::Debug for Tracker<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracker")
            .field("unfinished", &self.unfinished())
            .field("failed", &self.failed())
            .field("retried", &self.retried())
            .finish()
    }
}

impl<R: RawLock> fmt::Debug for Join<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Join").field(self.tracker).finish()
    }
}

#[cfg(feature = "defmt")]
impl<R: RawLock> defmt::Format for Tracker<R> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let (unfinished, failed, retried) = (self.unfinished(), self.failed(), self.retried());
        defmt::write!(
            f,
            "Tracker {{ unfinished: {=usize}, failed: {=usize}, retried: {=usize} }}",
            unfinished,
            failed,
            retried
        );
    }
}
