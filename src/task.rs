//! Completion: who put work in can wait until all of it is done, not only taken.
//!
//! A [`Tracker`] counts; a [`Task`] is a value that is counted until it is finished. Tasks travel through whatever
//! queue or channel one likes, as its values, so that each of them can be joined: first come first served, by
//! priority, last in first out.
//!
//! ```
//! use ringway::channel::Channel;
//! use ringway::task::{Task, Tracker};
//!
//! # type Lock = ringway::wait::NoLock;
//! # pollster::block_on(async {
//! let tracker = Tracker::<Lock>::new(); // a `static` as well
//! let jobs: Channel<Task<&str, Lock>, 4, Lock> = Channel::new();
//! jobs.send(tracker.track("one")).await.unwrap();
//! jobs.send(tracker.track("two")).await.unwrap();
//!
//! let job = jobs.recv().await.unwrap();
//! println!("working on {}", *job);
//! job.done();
//! let again = jobs.recv().await.unwrap().retry();
//! assert_eq!((tracker.unfinished(), again.retries()), (1, 1));
//! jobs.send(again).await.unwrap();
//!
//! drop(jobs.recv().await); // dropped is done, unless it is dropped by a panic
//! tracker.join().await;
//! # });
//! ```
//!
//! | Python's `queue` | here |
//! |---|---|
//! | `put(item)` | `channel.send(tracker.track(item))`: counted before anybody sees it |
//! | `get()` | `channel.recv()`: the task counts on |
//! | `task_done()` | [`Task::done`], or drop it |
//! | `task_done()` once too often: `ValueError` | does not compile: `done` takes the task |
//! | `join()` | [`Tracker::join`], `join_blocking` |

// The edge T1 is in `crate::ordering`.

use crate::ordering;
use crate::sync::{Atomic, Ordering, const_fn};
use crate::wait::queue::{WaitQueue, Waiter};
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::future::Future;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll};

#[cfg(feature = "std")]
use {
    crate::wait::thread::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};

/// Counts tasks that are not finished; `const`, without allocation.
///
/// **Memory**: six words and a lock.
pub struct Tracker<R = DefaultLock> {
    unfinished: Atomic<usize>,
    failed: Atomic<usize>,
    retried: Atomic<usize>,
    joining: WaitQueue<R>,
}

impl<R: RawLock> Tracker<R> {
    const_fn! {
        /// A tracker without tasks.
        pub fn new() -> Self {
            Self { unfinished: Atomic::new(), failed: Atomic::new(), retried: Atomic::new(), joining: WaitQueue::new() }
        }
    }

    /// Counts a value as a task from here on, before anybody else can see it.
    ///
    /// **Guarantees**: wait-free where the core adds atomically; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write, and with feature `std` a load. Never panics.
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
        // ORDERING: sequentially consistent for `unfinished`. Whatever makes the task visible to others makes the count
        // visible with it.
        self.unfinished.fetch_add(1, ordering::TASK_TRACK);
        Task { value: ManuallyDrop::new(value), retries: 0, unwinding: Unwinding::now(), tracker: self }
    }

    /// How many tasks are not finished at one moment during the call.
    ///
    /// **Guarantees**: wait-free; exact, for several trackers together too. If zero, it stays so until a value is
    /// tracked, and what the tasks did is seen. **Complexity**: one load. Never panics.
    pub fn unfinished(&self) -> usize {
        // ORDERING: acquires what the tasks did that were counted off (T1); SeqCst across several trackers.
        self.unfinished.load(ordering::TASK_LOAD_UNFINISHED)
    }

    /// How many tasks failed so far, those included that [a panic dropped](Task#dropped-by-a-panic) (feature `std`).
    /// Starts again at zero after `usize::MAX`.
    ///
    /// A figure: it may lag behind [`unfinished`](Self::unfinished), but a failure that happened before the call, as every
    /// one of a task that was joined did, is counted. **Complexity**: one load. Never panics.
    pub fn failed(&self) -> usize {
        // ORDERING: none: a count that nothing else is read by.
        self.failed.load(Ordering::Relaxed)
    }

    /// How often a task was to be tried again. Starts again at zero after `usize::MAX`.
    ///
    /// A figure, as [`failed`](Self::failed). **Complexity**: one load. Never panics.
    pub fn retried(&self) -> usize {
        // ORDERING: none: a count that nothing else is read by.
        self.retried.load(Ordering::Relaxed)
    }

    /// Waits until no task is unfinished.
    ///
    /// **Guarantees**: what the tasks did is seen afterwards. If others track values meanwhile, it waits for these
    /// too. **Cancel safety**: it may be dropped at any point. **Complexity**: one load if there is none. Never panics.
    pub fn join(&self) -> Join<'_, R> {
        Join { tracker: self, waiter: Waiter::new(&self.joining) }
    }

    fn attempt(&self) -> Option<()> {
        (self.unfinished() == 0).then_some(())
    }

    fn finish_one(&self) {
        // ORDERING: releases what the task did to loads of the count (T1); the change before the load of
        // the waiters (W1).
        if self.unfinished.fetch_add(usize::MAX, ordering::TASK_FINISH) == 1 {
            self.joining.notify_all();
        }
    }
}

#[cfg(feature = "std")]
impl<R: RawLock> Tracker<R> {
    /// Waits until no task is unfinished; the thread sleeps meanwhile.
    ///
    /// **Guarantees**: as [`join`](Self::join). Never panics.
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

    /// Waits until no task is unfinished, or for this long; whether none is.
    ///
    /// **Guarantees**: as [`join`](Self::join). Never panics.
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

    /// Waits until no task is unfinished, or until this time; whether none is.
    ///
    /// **Guarantees**: as [`join`](Self::join). Never panics.
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

/// A value that is counted until it is finished: see [`Tracker::track`].
///
/// Dropped, it is done; with feature `std`, dropped by a panic it has failed. A task that is forgotten is never finished.
///
/// # Dropped by a panic
///
/// With feature `std`, a panic drops a task if the thread unwinds when the task is dropped, and did not
/// already unwind when the task was [tracked](Tracker::track) there: the rule by which a guard of std's
/// `Mutex` poisons, here for tasks that travel between threads. So
///
/// * a task that is tracked and dropped by clean-up code (a destructor), while its thread unwinds for
///   another reason, is done;
/// * a task that is tracked by such code, and dropped by a panic of another thread that received it, has
///   failed;
/// * a task that is tracked before the panic, and dropped by it, has failed, wherever it is: in a variable,
///   in a channel that goes, or received by clean-up code. The last may know better, and call
///   [`done`](Self::done), which never counts as a failure.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use std::panic::{catch_unwind, resume_unwind};
/// use ringway::task::Tracker;
///
/// static TRACKER: Tracker = Tracker::new();
///
/// struct CleanUp;
///
/// impl Drop for CleanUp {
///     fn drop(&mut self) {
///         drop(TRACKER.track("close the file")); // done, while the thread unwinds
///     }
/// }
///
/// let _ = catch_unwind(|| {
///     let _clean_up = CleanUp;
///     let _failed = TRACKER.track("read the file");
///     resume_unwind(Box::new("cannot read"));
/// });
/// assert_eq!((TRACKER.unfinished(), TRACKER.failed()), (0, 1));
/// # }
/// ```
///
/// **Memory**: the value and two words; three where a word has 32 bits and feature `std` is on.
pub struct Task<'t, T, R: RawLock = DefaultLock> {
    value: ManuallyDrop<T>,
    retries: u32,
    /// At its beginning.
    unwinding: Unwinding,
    tracker: &'t Tracker<R>,
}

impl<T, R: RawLock> Task<'_, T, R> {
    /// The task is done; gives the value back.
    ///
    /// **Guarantees**: wait-free but for waking those who join, if it is the last; may be called in an interrupt
    /// handler if the [lock](RawLock) allows it. **Complexity**: one atomic read-modify-write.
    /// Never panics, unless the waker of a task that joins does. The task is done and its value is dropped then.
    pub fn done(self) -> T {
        let (value, tracker) = self.into_parts();
        tracker.finish_one();
        value
    }

    /// The task is finished without success, which [`Tracker::failed`] counts; gives the value back.
    ///
    /// **Guarantees**: as [`done`](Self::done). **Complexity**: two atomic read-modify-writes. Panics as `done`.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// tracker.track("impossible").fail();
    /// assert_eq!((tracker.unfinished(), tracker.failed()), (0, 1));
    /// ```
    pub fn fail(self) -> T {
        let (value, tracker) = self.into_parts();
        tracker.count_failure();
        tracker.finish_one();
        value
    }

    /// The task is to be tried again: it stays unfinished, and whoever has it sends it once more.
    ///
    /// **Complexity**: one atomic read-modify-write. Never panics.
    #[must_use = "a task that is dropped is done; send it again"]
    pub fn retry(mut self) -> Self {
        self.retries = self.retries.saturating_add(1);
        // ORDERING: none: a count that nothing else is read by.
        self.tracker.retried.fetch_add(1, Ordering::Relaxed);
        self
    }

    /// How often the task was to be tried again; `u32::MAX` if more often than that.
    pub fn retries(&self) -> usize {
        self.retries as usize
    }

    fn into_parts<'t>(self) -> (T, &'t Tracker<R>)
    where
        Self: 't,
    {
        let mut task = ManuallyDrop::new(self);
        // SAFETY: taken once; the task is not dropped.
        let value = unsafe { ManuallyDrop::take(&mut task.value) };
        (value, task.tracker)
    }
}

impl<R: RawLock> Tracker<R> {
    fn count_failure(&self) {
        // ORDERING: none: a count that nothing else is read by.
        self.failed.fetch_add(1, Ordering::Relaxed);
    }
}

impl<T, R: RawLock> Deref for Task<'_, T, R> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, R: RawLock> DerefMut for Task<'_, T, R> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T, R: RawLock> Drop for Task<'_, T, R> {
    fn drop(&mut self) {
        /// Finishes the task, even if dropping its value panics.
        struct Finish<'t, R: RawLock>(&'t Tracker<R>, Unwinding);

        impl<R: RawLock> Drop for Finish<'_, R> {
            fn drop(&mut self) {
                let Self(tracker, before) = self;
                if before.has_begun_since() {
                    tracker.count_failure();
                }
                tracker.finish_one();
            }
        }

        let _finish = Finish(self.tracker, self.unwinding);
        // SAFETY: dropped once, here, where the task ends.
        unsafe { ManuallyDrop::drop(&mut self.value) };
    }
}

#[cfg(feature = "std")]
use self::unwinding::Unwinding;

/// Whether a panic unwinds a thread, and which thread that is.
#[cfg(feature = "std")]
mod unwinding {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    /// Zero, or the number of the thread that unwound. A word more would name threads for ever; these
    /// numbers are given out only to threads that track a task while they unwind.
    #[derive(Clone, Copy)]
    pub(super) struct Unwinding(u32);

    impl Unwinding {
        #[inline]
        pub(super) fn now() -> Self {
            Self(if thread::panicking() { number() } else { 0 })
        }

        /// Whether this thread unwinds now, and was not found unwinding by [`now`](Self::now).
        #[inline]
        pub(super) fn has_begun_since(self) -> bool {
            thread::panicking() && (self.0 == 0 || self.0 != number())
        }
    }

    /// The number of this thread.
    #[cold]
    #[inline(never)]
    fn number() -> u32 {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        std::thread_local! {
            static NUMBER: Cell<u32> = const { Cell::new(0) };
        }
        NUMBER.with(|number| {
            if number.get() == 0 {
                // ORDERING: none: a number that nothing else is read by.
                number.set(NEXT.fetch_add(1, Ordering::Relaxed));
            }
            number.get()
        })
    }
}

/// Without threads to ask, nothing unwinds.
#[cfg(not(feature = "std"))]
#[derive(Clone, Copy)]
struct Unwinding;

#[cfg(not(feature = "std"))]
impl Unwinding {
    #[inline]
    fn now() -> Self {
        Self
    }

    #[inline]
    fn has_begun_since(self) -> bool {
        false
    }
}

/// Waits until no task is unfinished: see [`Tracker::join`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct Join<'t, R: RawLock = DefaultLock> {
    tracker: &'t Tracker<R>,
    waiter: Waiter<'t, R>,
}

impl<R: RawLock> Future for Join<'_, R> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let tracker = self.tracker;
        // SAFETY: nothing is moved out of the pin, and this is part of what was pinned.
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

impl<T: fmt::Debug, R: RawLock> fmt::Debug for Task<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("value", &**self).field("retries", &self.retries).finish()
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
