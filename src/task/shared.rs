//! A tracker that its tasks own together.

use super::tracked::{Sealed, TrackerRef};
use super::{TaskInner, TrackedFuture, Tracker};
use crate::sync::Arc;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::future::Future;
use core::ops::Deref;

/// A [`Tracker`] on the heap that its clones and its tasks own together, so that a task may outlive
/// the scope that tracked it: for `tokio::spawn` and the like.
///
/// The other methods are those of [`Tracker`].
///
/// ```
/// # #[cfg(feature = "std")] {
/// use ringway::task::SharedTracker;
///
/// let tracker: SharedTracker = SharedTracker::new();
/// for n in 0..3 {
///     let task = tracker.track(n);
///     std::thread::spawn(move || println!("job {}", task.done()));
/// }
/// tracker.join_blocking();
/// assert_eq!(tracker.unfinished(), 0);
/// # }
/// ```
///
/// `join` returns as soon as nothing is unfinished, also if more is tracked later. To keep it
/// waiting meanwhile, keep a task that stands for that: `let open = tracker.track(());` until all
/// is tracked, then `open.done()`.
///
/// **Memory**: one word; on the heap, that of the [`Tracker`] and two words.
pub struct SharedTracker<R: RawLock = DefaultLock>(Arc<Tracker<R>>);

/// A value that counts as unfinished until it is done, failed or dropped, and owns a share of its
/// tracker. Created by [`SharedTracker::track`]. Its methods are those of a [`Task`](super::Task).
///
/// **Memory**: the value and two words; three on 32-bit targets with feature `std`.
pub type OwnedTask<T, R = DefaultLock> = TaskInner<T, SharedTracker<R>>;

impl<R: RawLock> SharedTracker<R> {
    /// Creates a tracker without tasks.
    ///
    /// **Guarantees**: allocates, so not for interrupt handlers. **Complexity**: one allocation.
    /// Never panics.
    ///
    /// ```
    /// use ringway::{task::SharedTracker, wait::NoLock};
    ///
    /// assert_eq!(SharedTracker::<NoLock>::new().unfinished(), 0);
    /// ```
    pub fn new() -> Self {
        Self(Arc::new(Tracker::new()))
    }

    /// Wraps a value in a task that owns a share of the tracker, and counts as unfinished from here
    /// on. `track(())` is a mere token.
    ///
    /// **Guarantees**: as [`Tracker::track`]; the last share frees the tracker.
    /// **Complexity**: two atomic read-modify-writes; with feature `std` one more load.
    /// Never panics.
    ///
    /// ```
    /// # type SharedTracker = ringway::task::SharedTracker<ringway::wait::NoLock>;
    /// let tracker = SharedTracker::new();
    /// let task = tracker.track("job");
    /// assert_eq!(tracker.unfinished(), 1);
    /// assert_eq!(task.done(), "job");
    /// assert_eq!(tracker.unfinished(), 0);
    /// ```
    pub fn track<T>(&self, value: T) -> OwnedTask<T, R> {
        self.count_task();
        TaskInner::new(value, self.clone())
    }

    /// Wraps a future in a task that owns a share of the tracker, and counts as unfinished from
    /// here on, until the future is ready or dropped. The result is that of the future.
    ///
    /// **Guarantees**, **Complexity**: as [`track`](Self::track). **Panics**, **Cancel safety**,
    /// **Memory**: as [`Tracker::track_future`].
    ///
    /// ```
    /// # #[cfg(feature = "std")]
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use ringway::task::SharedTracker;
    ///
    /// let tracker: SharedTracker = SharedTracker::new();
    /// let answer = tokio::spawn(tracker.track_future(async { 42 }));
    /// tracker.join().await;
    /// assert_eq!(answer.await.unwrap(), 42);
    /// # });
    /// ```
    pub fn track_future<F: Future>(&self, future: F) -> TrackedFuture<F, Self> {
        TrackedFuture::new(future, self.track(()))
    }
}

impl<R: RawLock> Deref for SharedTracker<R> {
    type Target = Tracker<R>;

    fn deref(&self) -> &Tracker<R> {
        &self.0
    }
}

impl<R: RawLock> Sealed for SharedTracker<R> {}

impl<R: RawLock> TrackerRef for SharedTracker<R> {
    type Lock = R;

    #[inline]
    fn tracker(&self) -> &Tracker<R> {
        self
    }
}

impl<R: RawLock> Clone for SharedTracker<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: RawLock> Default for SharedTracker<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: RawLock> fmt::Debug for SharedTracker<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(feature = "defmt")]
impl<R: RawLock> defmt::Format for SharedTracker<R> {
    fn format(&self, f: defmt::Formatter<'_>) {
        (**self).format(f);
    }
}
