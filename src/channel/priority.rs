//! The flavor with levels of urgency: see [`crate::priority`].

use super::core::{ChannelInner, OwnedWaiters, Waiters};
use super::error::level::{SendError, TrySendError};
use super::future::SendFuture;
use super::queue::{Queue, Sealed};
use super::room::RoomFuture;
use crate::priority::{Policy, Priority, Strict};
use crate::sync::const_fn;
use crate::wait::{DefaultLock, RawLock};
use core::ops::Deref;

#[cfg(feature = "alloc")]
use {super::core::boxed, crate::CapacityError, alloc::boxed::Box};
#[cfg(feature = "std")]
use {
    super::error::level::SendTimeoutError,
    crate::wait::thread::after,
    std::time::{Duration, Instant},
};

pub use super::handle::level::{Receiver, Sender, WeakReceiver, WeakSender};

/// A [`Priority`] queue with waiting and closing: for tasks, threads and interrupt handlers at
/// once.
///
/// Each level has its own capacity, and its own senders that wait for room in it. What
/// [`channel`](crate::channel#guarantees) promises of waiting and closing holds here too.
///
/// ```
/// use ringway::priority::Channel;
///
/// # type Jobs = Channel<&'static str, 2, 8, ringway::priority::Strict, ringway::wait::NoLock>;
/// # pollster::block_on(async {
/// // With feature `std`: `static JOBS: Channel<&str, 2, 8> = Channel::new();`
/// let jobs = Jobs::new();
/// jobs.send(1, "report").await.unwrap();
/// jobs.send(0, "alarm").await.unwrap();
/// jobs.close();
/// assert_eq!(jobs.recv().await, Ok((0, "alarm")));
/// assert_eq!(jobs.recv().await, Ok((1, "report")));
/// assert!(jobs.recv().await.is_err());
/// # });
/// ```
pub type Channel<T, const L: usize, const N: usize, P = Strict, R = DefaultLock, const S: usize = 4> =
    ChannelInner<Priority<T, L, N, P, S, true>, OwnedWaiters<R, L>>;

impl<T, const L: usize, const N: usize, P, const S: usize> Sealed for Priority<T, L, N, P, S, true> {}

impl<T, const L: usize, const N: usize, P: Policy<L>, const S: usize> Queue
    for Priority<T, L, N, P, S, true>
{
    type Value = T;
    type Item = (usize, T);
    type Level = usize;
    type TrySendError = TrySendError<T>;
    type SendError = SendError<T>;

    #[inline]
    fn push(&self, level: usize, value: T, _: usize) -> Result<(), TrySendError<T>> {
        self.push(level, value).map_err(TrySendError::from)
    }

    #[inline]
    fn pop(&self) -> Option<(usize, T)> {
        self.pop()
    }

    fn discard(&self) -> bool {
        self.each_level().any(|level| level.pop_ref().is_some())
    }

    #[inline]
    fn level((level, _): &(usize, T)) -> usize {
        *level
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn len_of(&self, level: usize) -> usize {
        self.level(level).map_or(0, |queue| queue.len())
    }

    fn capacity(&self) -> usize {
        N
    }

    fn levels(&self) -> usize {
        L
    }

    fn close_if_empty(&self) -> bool {
        self.each_level().all(|level| level.ring().close_if_empty())
    }
}

impl<T, const L: usize, const N: usize, R: RawLock, const S: usize> Channel<T, L, N, Strict, R, S> {
    const_fn! {
        /// Creates an empty channel, strictly by urgency.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics. No levels,
        /// or a capacity of zero, do not compile.
        ///
        /// ```
        /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
        /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
        /// let jobs = Jobs::<u8>::new();
        /// assert!(jobs.is_empty());
        /// ```
        pub fn new() -> Self {
            Self::with_policy(Strict)
        }
    }
}

#[cfg(feature = "alloc")]
impl<T, const L: usize, const N: usize, R: RawLock, const S: usize> Channel<T, L, N, Strict, R, S> {
    /// Creates an empty channel on the heap, in place, strictly by urgency: it is never on the
    /// stack, which may be smaller.
    ///
    /// **Guarantees**: allocates, so not for interrupt handlers. **Complexity**: one allocation of
    /// zeros.
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it. Never panics.
    ///
    /// ```
    /// use ringway::priority::{Channel, Strict};
    /// use ringway::wait::NoLock;
    ///
    /// let frames = Channel::<[u8; 1 << 20], 2, 4, Strict, NoLock>::new_boxed()?; // 16 MiB
    /// assert!(frames.is_empty());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        Self::with_policy_boxed(Strict)
    }
}

#[cfg(feature = "alloc")]
impl<T, const L: usize, const N: usize, P, R: RawLock, const S: usize> Channel<T, L, N, P, R, S> {
    /// Creates an empty channel with this policy on the heap, in place.
    ///
    /// **Guarantees**, **Complexity**: as [`new_boxed`](Self::new_boxed).
    /// **Errors**: as `new_boxed`, and the policy is dropped. Never panics.
    ///
    /// ```
    /// use ringway::priority::{Channel, Weighted};
    /// use ringway::wait::NoLock;
    ///
    /// type Jobs = Channel<u8, 2, 4, Weighted<2>, NoLock>;
    /// let jobs = Jobs::with_policy_boxed(Weighted::new([2, 1]))?;
    /// assert!(jobs.is_empty());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn with_policy_boxed(policy: P) -> Result<Box<Self>, CapacityError> {
        // SAFETY: `boxed` passes zeroed memory that is valid for writes.
        let make = |queue| unsafe { Priority::make(queue, policy) };
        // SAFETY: `Priority::make` initialises the queue.
        unsafe { boxed(make) }
    }
}

impl<T, const L: usize, const N: usize, R: RawLock, const S: usize> Default
    for Channel<T, L, N, Strict, R, S>
{
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const L: usize, const N: usize, P, R: RawLock, const S: usize> Channel<T, L, N, P, R, S> {
    const_fn! {
        /// Creates an empty channel with this policy.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics. No levels,
        /// or a capacity of zero, do not compile.
        ///
        /// ```
        /// use ringway::priority::{Channel, Weighted};
        /// use ringway::wait::NoLock;
        ///
        /// let jobs = Channel::<u8, 2, 4, _, NoLock>::with_policy(Weighted::new([2, 1]));
        /// assert!(jobs.is_empty());
        /// ```
        pub fn with_policy(policy: P) -> Self {
            Self { queue: Priority::with_rings(policy), waiters: OwnedWaiters::new() }
        }
    }
}

impl<T, const L: usize, const N: usize, P: Policy<L>, const S: usize, W, R: RawLock>
    ChannelInner<Priority<T, L, N, P, S, true>, W>
where
    W: Deref<Target = Waiters<R, L>>,
{
    /// Sends a value at a level if there is room now; 0 is the most urgent.
    ///
    /// **Guarantees**: those of [`Priority::push`]; lock-free, except that waking a waiting
    /// receiver takes the lock of the waiter list.
    /// **Complexity**: two atomic read-modify-writes if no other sender sends at the level at the
    /// same moment.
    /// **Errors**: [`TrySendError`] gives the value back.
    /// Never panics, unless the waker of a waiting receiver does. In that case the value has been
    /// sent.
    ///
    /// ```
    /// use ringway::priority::TrySendError;
    ///
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// assert_eq!(jobs.try_send(1, 7), Ok(()));
    /// assert_eq!(jobs.try_send(1, 8), Err(TrySendError::Full(8)));
    /// assert_eq!(jobs.try_send(2, 8), Err(TrySendError::NoSuchLevel(8)));
    /// ```
    #[inline]
    pub fn try_send(&self, level: usize, value: T) -> Result<(), TrySendError<T>> {
        self.try_send_at(level, value)
    }

    /// Sends a value at a level as soon as there is room in it.
    ///
    /// **Guarantees**: the senders that wait at a level are woken in the order in which they came.
    /// [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room. If not, where cores
    /// have caches, a poll may spin for some microseconds before it waits, as long as spinning
    /// has paid off recently.
    /// **Errors**: [`SendError`] gives the value back.
    /// **Panics**: if polled after it was ready, or if the waker of a waiting receiver does.
    /// **Cancel safety**: dropped before it is ready, it sent nothing and drops the value;
    /// [`into_inner`](SendFuture::into_inner) gives it back instead.
    /// **Memory**: the value and a dozen words, in the future.
    ///
    /// ```
    /// use ringway::priority::SendError;
    ///
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// # pollster::block_on(async {
    /// let jobs = Jobs::new();
    /// assert_eq!(jobs.send(1, "report").await, Ok(()));
    /// assert_eq!(jobs.send(2, "nowhere").await, Err(SendError::NoSuchLevel("nowhere")));
    /// # });
    /// ```
    #[inline]
    pub fn send(&self, level: usize, value: T) -> SendFuture<'_, Priority<T, L, N, P, S, true>, R, L> {
        SendFuture::new(self.by_ref(), level, Some(value))
    }

    /// Waits until there is room for a value in a level. Another sender may take it: then wait
    /// again. Does not wait if there is no level of that number, as [`try_send`](Self::try_send)
    /// reports.
    ///
    /// **Guarantees**: waits in one list with the senders to the level, and is woken in the same
    /// order. As the future needs no room itself, it passes its notification on to the next of them
    /// when it is ready. [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Complexity**: that of [`is_full`](Self::is_full) and two loads if there is room.
    /// **Errors**: [`channel::SendError`](crate::channel::SendError), without a value, if the
    /// channel is closed.
    /// Never panics, unless the waker of a waiting sender does.
    /// **Cancel safety**: the future may be dropped at any point; a notification that it did not
    /// use wakes the next waiting sender.
    /// **Memory**: a dozen words, in the future.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// # pollster::block_on(async {
    /// let jobs = Jobs::new();
    /// jobs.wait_for_room(1).await.unwrap();
    /// jobs.try_send(1, "report").expect("there is no other sender");
    /// # });
    /// ```
    pub fn wait_for_room(&self, level: usize) -> RoomFuture<'_, Priority<T, L, N, P, S, true>, R, L> {
        RoomFuture::new(self.by_ref(), level)
    }

    /// Sends a value at a level. The thread sleeps until there is room in it.
    ///
    /// **Guarantees**: as [`send`](Self::send). Not for interrupt handlers.
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room.
    /// **Errors**: [`SendError`] gives the value back.
    /// Never panics, unless the waker of a waiting receiver does.
    ///
    /// ```
    /// let jobs: ringway::priority::Channel<_, 2, 1> = ringway::priority::Channel::new();
    /// jobs.send_blocking(1, "report").unwrap();
    /// assert_eq!(jobs.recv_blocking(), Ok((1, "report")));
    /// ```
    #[cfg(feature = "std")]
    pub fn send_blocking(&self, level: usize, value: T) -> Result<(), SendError<T>> {
        self.send_until(level, value, None, SendError::Closed)
    }

    /// Sends a value at a level. The thread sleeps until there is room in it, or until the timeout
    /// has passed.
    ///
    /// **Guarantees**, **Complexity**: as [`send_blocking`](Self::send_blocking).
    /// **Errors**: [`SendTimeoutError`] gives the value back. **Panics**: as `send_blocking`.
    ///
    /// ```
    /// use ringway::priority::{Channel, SendTimeoutError};
    /// use std::time::Duration;
    ///
    /// let jobs: Channel<_, 2, 1> = Channel::new();
    /// assert_eq!(jobs.send_timeout(0, 7, Duration::from_millis(1)), Ok(()));
    /// let timed_out = jobs.send_timeout(0, 8, Duration::from_millis(1));
    /// assert_eq!(timed_out, Err(SendTimeoutError::Timeout(8)));
    /// ```
    #[cfg(feature = "std")]
    pub fn send_timeout(&self, level: usize, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(level, value, after(timeout), SendTimeoutError::Timeout)
    }

    /// Sends a value at a level. The thread sleeps until there is room in it, or until the
    /// deadline.
    ///
    /// **Guarantees**, **Complexity**, **Errors**: as [`send_timeout`](Self::send_timeout).
    /// **Panics**: as [`send_blocking`](Self::send_blocking).
    ///
    /// ```
    /// use ringway::priority::{Channel, SendTimeoutError};
    /// use std::time::Instant;
    ///
    /// let jobs: Channel<_, 2, 1> = Channel::new();
    /// assert_eq!(jobs.send_deadline(0, 7, Instant::now()), Ok(()));
    /// assert_eq!(jobs.send_deadline(0, 8, Instant::now()), Err(SendTimeoutError::Timeout(8)));
    /// ```
    #[cfg(feature = "std")]
    pub fn send_deadline(
        &self,
        level: usize,
        value: T,
        deadline: Instant,
    ) -> Result<(), SendTimeoutError<T>> {
        self.send_until(level, value, Some(deadline), SendTimeoutError::Timeout)
    }

    /// Returns `true` if the level held `capacity` values at one moment during the call; `false` if
    /// there is no level of that number.
    ///
    /// **Guarantees**: lock-free. **Complexity**: no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// jobs.try_send(1, 7).unwrap();
    /// assert_eq!([0, 1, 2].map(|level| jobs.is_full(level)), [false, true, false]);
    /// ```
    pub fn is_full(&self, level: usize) -> bool {
        self.is_level_full(level)
    }

    /// Returns the number of values in each level.
    ///
    /// **Guarantees**, **Complexity**: as [`Priority::lengths`]. Never panics.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// jobs.try_send(1, 7).unwrap();
    /// assert_eq!(jobs.lengths(), [0, 1]);
    /// ```
    pub fn lengths(&self) -> [usize; L] {
        self.queue.lengths()
    }
}
