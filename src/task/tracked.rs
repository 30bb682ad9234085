//! A value that counts as unfinished work.

use super::Tracker;
use super::unwinding::Unwinding;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::ptr;

/// A value that counts as unfinished until it is [done](Self::done), [failed](Self::fail) or
/// dropped. Created by [`Tracker::track`].
///
/// A dropped task is done, unless a panic drops it (feature `std`), in which case it failed. A task
/// that is forgotten ([`core::mem::forget`]) is never finished.
///
/// # Dropped by a panic
///
/// With feature `std`, a panic drops a task if the thread is unwinding when the task is dropped,
/// and was not already unwinding when the task was [tracked](Tracker::track) on it. This is the
/// rule by which a guard of std's `Mutex` poisons, extended to tasks that travel between threads:
///
/// * A task that is tracked and dropped by a destructor, while its thread unwinds for another
///   reason, is done.
/// * A task that is tracked by such a destructor, and dropped by a panic of another thread that
///   received it, has failed.
/// * A task that is tracked before the panic, and dropped during its unwinding, has failed,
///   wherever it is: in a variable, in a channel that is dropped, or received by a destructor. Such
///   a destructor may call [`done`](Self::done) instead, which never counts as a failure.
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
/// **Memory**: the value and two words; three on 32-bit targets with feature `std`.
pub type Task<'t, T, R = DefaultLock> = TaskInner<T, &'t Tracker<R>>;

/// The part that all tasks share: a value, and the tracker `P` that counts it.
///
/// Its names are [`Task`] and `OwnedTask`.
pub struct TaskInner<T, P: TrackerRef> {
    value: ManuallyDrop<T>,
    retries: u32,
    /// At the time of `new`.
    unwinding: Unwinding,
    tracker: P,
}

/// What a task holds of its tracker: a reference, or a share. Sealed.
#[allow(private_bounds, reason = "sealed: no other crate can name the bound")]
pub trait TrackerRef: Sealed {
    /// The lock of the tracker.
    type Lock: RawLock;

    #[doc(hidden)]
    fn tracker(&self) -> &Tracker<Self::Lock>;
}

pub(super) trait Sealed {}

impl<R: RawLock> Sealed for &Tracker<R> {}

impl<R: RawLock> TrackerRef for &Tracker<R> {
    type Lock = R;

    #[inline]
    fn tracker(&self) -> &Tracker<R> {
        self
    }
}

impl<T, P: TrackerRef> TaskInner<T, P> {
    /// Creates a task that the tracker has counted.
    pub(super) fn new(value: T, tracker: P) -> Self {
        Self { value: ManuallyDrop::new(value), retries: 0, unwinding: Unwinding::now(), tracker }
    }

    /// Marks the task as done, and returns its value.
    ///
    /// **Guarantees**: wait-free, except that finishing the last task wakes those that wait in
    /// [`Tracker::join`], under the [lock](RawLock) of the waiter list; may be called in an
    /// interrupt handler if the lock allows it.
    /// **Complexity**: one atomic read-modify-write; a second one of a task that owns a share of
    /// its tracker, whose last share frees the tracker: not in an interrupt handler.
    /// **Panics**: only if the waker of a joining task does; the task is done, and its value
    /// dropped.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// assert_eq!(tracker.track("job").done(), "job");
    /// assert_eq!((tracker.unfinished(), tracker.failed()), (0, 0));
    /// ```
    pub fn done(self) -> T {
        let (value, tracker) = self.into_parts();
        tracker.tracker().finish_one();
        value
    }

    /// Marks the task as finished without success, and returns its value. [`Tracker::failed`]
    /// counts it.
    ///
    /// **Guarantees**: as [`done`](Self::done). **Complexity**: two atomic read-modify-writes.
    /// **Panics**: as `done`.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// tracker.track("impossible").fail();
    /// assert_eq!((tracker.unfinished(), tracker.failed()), (0, 1));
    /// ```
    pub fn fail(self) -> T {
        let (value, tracker) = self.into_parts();
        tracker.tracker().count_failure();
        tracker.tracker().finish_one();
        value
    }

    /// Marks the task for another attempt. It remains unfinished; send it again.
    ///
    /// **Guarantees**: wait-free where the processor adds atomically in one instruction, otherwise
    /// lock-free; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// let jobs = ringway::mpmc::Queue::<_, 4>::new();
    /// let job = tracker.track("job");
    /// jobs.push(job.retry()).unwrap();
    /// assert_eq!((tracker.unfinished(), tracker.retried()), (1, 1));
    /// ```
    #[must_use = "a task that is dropped is done; send it again"]
    pub fn retry(mut self) -> Self {
        self.retries = self.retries.saturating_add(1);
        self.tracker.tracker().count_retry();
        self
    }

    /// Returns the number of [retries](Self::retry) of this task, at most `u32::MAX`.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// let tracker = Tracker::new();
    /// assert_eq!(tracker.track("job").retry().retry().retries(), 2);
    /// ```
    pub fn retries(&self) -> usize {
        self.retries as usize
    }

    fn into_parts(self) -> (T, P) {
        let mut task = ManuallyDrop::new(self);
        // SAFETY: the value is taken once, as the task is neither dropped nor used afterwards.
        let value = unsafe { ManuallyDrop::take(&mut task.value) };
        // SAFETY: a valid reference; what it refers to is taken once, as the value is.
        let tracker = unsafe { ptr::read(&task.tracker) };
        (value, tracker)
    }
}

impl<T, P: TrackerRef> Deref for TaskInner<T, P> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, P: TrackerRef> DerefMut for TaskInner<T, P> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T, P: TrackerRef> Drop for TaskInner<T, P> {
    fn drop(&mut self) {
        /// Finishes the task, even if dropping its value panics.
        struct FinishOnDrop<'t, R: RawLock>(&'t Tracker<R>, Unwinding);

        impl<R: RawLock> Drop for FinishOnDrop<'_, R> {
            fn drop(&mut self) {
                let Self(tracker, before) = self;
                if before.has_begun_since() {
                    tracker.count_failure();
                }
                tracker.finish_one();
            }
        }

        let _finish = FinishOnDrop(self.tracker.tracker(), self.unwinding);
        // SAFETY: the value is dropped once, and not used afterwards: its task ends here.
        unsafe { ManuallyDrop::drop(&mut self.value) };
    }
}

impl<T: fmt::Debug, P: TrackerRef> fmt::Debug for TaskInner<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("value", &**self).field("retries", &self.retries).finish()
    }
}
