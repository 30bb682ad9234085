//! A future that counts as unfinished work.

use super::tracked::TrackerRef;
use super::{TaskInner, Tracker};
use crate::wait::RawLock;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<R: RawLock> Tracker<R> {
    /// Wraps a future in a task, which counts as unfinished from here on, until the future is ready
    /// or dropped. The result is that of the future.
    ///
    /// If polling the future panics, the task has [failed](Self::failed) (feature `std`). A future
    /// that is dropped before it is ready is done.
    ///
    /// **Guarantees**, **Complexity**: as [`track`](Self::track), and as
    /// [`Task::done`](super::Task::done) when it is ready. **Panics**: only if the future does, or
    /// the waker of a joining task.
    /// **Cancel safety**: that of the future; it counts as unfinished until it is dropped.
    /// **Memory**: the future and two or three words.
    ///
    /// ```
    /// # type Tracker = ringway::task::Tracker<ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let tracker = Tracker::new();
    /// let answer = tracker.track_future(async { 42 });
    /// assert_eq!(tracker.unfinished(), 1);
    /// assert_eq!(answer.await, 42);
    /// assert_eq!(tracker.unfinished(), 0);
    /// # });
    /// ```
    pub fn track_future<F: Future>(&self, future: F) -> TrackedFuture<F, &Self> {
        TrackedFuture::new(future, self.track(()))
    }
}

/// A future that counts as unfinished until it is ready or dropped: see
/// [`track_future`](Tracker::track_future).
#[must_use = "a future does nothing unless it is awaited"]
pub struct TrackedFuture<F, P: TrackerRef> {
    /// Before the task, so that it is dropped first.
    future: F,
    /// Absent once it is finished.
    task: Option<TaskInner<(), P>>,
}

impl<F, P: TrackerRef> TrackedFuture<F, P> {
    pub(super) fn new(future: F, task: TaskInner<(), P>) -> Self {
        Self { future, task: Some(task) }
    }
}

impl<F: Future, P: TrackerRef> Future for TrackedFuture<F, P> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: nothing is moved out of the pin but the task, which is not pinned.
        let Self { future, task } = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        let future = unsafe { Pin::new_unchecked(future) };
        // Dropped by a panic of the future, in which case it has failed.
        let unfinished = task.take();
        let polled = future.poll(context);
        match unfinished {
            Some(finished) if polled.is_ready() => finished.done(),
            unfinished => *task = unfinished,
        }
        polled
    }
}

// What is pinned is the future alone.
impl<F: Unpin, P: TrackerRef> Unpin for TrackedFuture<F, P> {}

impl<F, P: TrackerRef> fmt::Debug for TrackedFuture<F, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackedFuture").field("is_finished", &self.task.is_none()).finish_non_exhaustive()
    }
}
