//! The flavor with levels of urgency: see [`crate::priority`].

use super::core::{ChannelInner, Owned, Waiters};
use super::error::level::{SendError, TrySendError};
use super::future::SendFuture;
use super::handle::{Handle, Receiving, Sending};
use super::queue::{Queue, Sealed};
use crate::priority::{Policy, Priority, Strict};
use crate::raw::mpmc::Algorithm;
use crate::sync::const_fn;
use crate::wait::{DefaultLock, RawLock};
use core::ops::Deref;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use super::handle::owned_ends;
#[cfg(feature = "alloc")]
use {super::core::boxed, crate::CapacityError, alloc::boxed::Box};
#[cfg(feature = "std")]
use {
    super::error::level::SendTimeoutError,
    crate::wait::thread::after,
    std::time::{Duration, Instant},
};

/// A [`Priority`] queue with waiting and closing: for tasks, threads and interrupt handlers at once.
///
/// Each level has its own capacity, and its own senders that wait for room in it. What
/// [`channel`](crate::channel#guarantees) promises of waiting and closing holds here too.
///
/// ```
/// use ringway::priority::Channel;
///
/// # type Jobs = Channel<&'static str, 2, 8, ringway::priority::Strict, ringway::wait::NoLock>;
/// # pollster::block_on(async {
/// let jobs = Jobs::new(); // `static JOBS: Channel<&str, 2, 8> = Channel::new();` with feature `std`
/// jobs.send(1, "report").await.unwrap();
/// jobs.send(0, "alarm").await.unwrap();
/// jobs.close();
/// assert_eq!(jobs.recv().await, Ok((0, "alarm")));
/// assert_eq!(jobs.recv().await, Ok((1, "report")));
/// assert!(jobs.recv().await.is_err());
/// # });
/// ```
pub type Channel<T, const L: usize, const N: usize, P = Strict, R = DefaultLock, const S: usize = 4> =
    ChannelInner<Priority<T, L, N, P, S, true>, Owned<R, L>>;

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
    fn level_of((level, _): &(usize, T)) -> usize {
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
        pub fn new() -> Self {
            Self::with_policy(Strict)
        }
    }
}

#[cfg(feature = "alloc")]
impl<T, const L: usize, const N: usize, R: RawLock, const S: usize> Channel<T, L, N, Strict, R, S> {
    /// Creates an empty channel on the heap, strictly by urgency, made there: it was never on the stack, which may be
    /// smaller.
    ///
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
    /// Creates an empty channel with this policy on the heap: as [`new_boxed`](Self::new_boxed).
    ///
    /// **Errors**: as [`new_boxed`](Self::new_boxed); the policy is dropped then. Never panics.
    pub fn with_policy_boxed(policy: P) -> Result<Box<Self>, CapacityError> {
        // SAFETY: `boxed` hands over zeros.
        boxed(|place| unsafe { Priority::make(place, policy) })
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
        pub fn with_policy(policy: P) -> Self {
            Self { queue: Priority::with_rings(policy), waiters: Owned::new() }
        }
    }
}

impl<T, const L: usize, const N: usize, P: Policy<L>, const S: usize, W, R: RawLock>
    ChannelInner<Priority<T, L, N, P, S, true>, W>
where
    W: Deref<Target = Waiters<R, L>>,
{
    /// Sends a value at a level if there is room at once; 0 is the most urgent.
    ///
    /// **Guarantees**: as [`Priority::push`]; lock-free, except that waking a waiting receiver takes the lock of the
    /// waiter list.
    /// **Complexity**: two atomic read-modify-writes if no other sender sends at the level at the same moment.
    /// **Errors**: [`TrySendError`] gives the value back.
    /// Never panics, unless the waker of a waiting receiver does. The value was sent then.
    ///
    /// ```
    /// use ringway::priority::TrySendError;
    ///
    /// # type Jobs = ringway::priority::Channel<u8, 2, 1, ringway::priority::Strict, ringway::wait::NoLock>;
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
    /// **Guarantees**: the senders of a level are woken in the order in which they came.
    /// [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Errors**: as [`try_send`](Self::try_send), but never full. Panics if polled after it was ready.
    /// **Cancel safety**: dropped before it is ready, it sent nothing and drops the value;
    /// [`into_inner`](SendFuture::into_inner) gives it back instead.
    /// **Memory**: the value and a dozen words, in the future.
    #[inline]
    pub fn send(&self, level: usize, value: T) -> SendFuture<'_, Priority<T, L, N, P, S, true>, R, L> {
        SendFuture::new(self.by_ref(), level, Some(value))
    }

    /// Sends a value at a level. The thread sleeps until there is room in it.
    ///
    /// **Errors**: as [`send`](Self::send). Never panics, unless the waker of a waiting receiver does.
    #[cfg(feature = "std")]
    pub fn send_blocking(&self, level: usize, value: T) -> Result<(), SendError<T>> {
        self.send_until(level, value, None, SendError::Closed)
    }

    /// Sends a value at a level. The thread sleeps until there is room in it, or until the timeout has passed.
    ///
    /// **Errors**: as [`try_send`](Self::try_send); full if it stayed so. Panics as `send_blocking`.
    ///
    /// ```
    /// use ringway::priority::{Channel, SendTimeoutError};
    /// use std::time::Duration;
    ///
    /// let jobs: Channel<_, 2, 1> = Channel::new();
    /// assert_eq!(jobs.send_timeout(0, 7, Duration::from_millis(1)), Ok(()));
    /// assert_eq!(jobs.send_timeout(0, 8, Duration::from_millis(1)), Err(SendTimeoutError::Timeout(8)));
    /// ```
    #[cfg(feature = "std")]
    pub fn send_timeout(&self, level: usize, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(level, value, after(timeout), SendTimeoutError::Timeout)
    }

    /// Sends a value at a level. The thread sleeps until there is room in it, or until the deadline.
    ///
    /// **Errors**: as [`send_timeout`](Self::send_timeout). Panics as `send_blocking`.
    #[cfg(feature = "std")]
    pub fn send_deadline(
        &self,
        level: usize,
        value: T,
        deadline: Instant,
    ) -> Result<(), SendTimeoutError<T>> {
        self.send_until(level, value, Some(deadline), SendTimeoutError::Timeout)
    }

    /// Returns `true` if the level held `capacity` values at one moment during the call; `false` if there is no level of
    /// that number.
    ///
    /// **Guarantees**: lock-free. **Complexity**: no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # type Jobs = ringway::priority::Channel<u8, 2, 1, ringway::priority::Strict, ringway::wait::NoLock>;
    /// let jobs = Jobs::new();
    /// jobs.try_send(1, 7).unwrap();
    /// assert_eq!([0, 1, 2].map(|level| jobs.is_full(level)), [false, true, false]);
    /// ```
    pub fn is_full(&self, level: usize) -> bool {
        self.is_level_full(level)
    }

    /// Returns the number of values in each level: see [`Priority::lengths`].
    pub fn lengths(&self) -> [usize; L] {
        self.queue.lengths()
    }
}

/// An end of a [`Channel`] to send with. The channel closes when its last sender is dropped.
pub type Sender<'a, T, const L: usize, const N: usize, P = Strict, R = DefaultLock, const S: usize = 4> =
    Handle<'a, &'a Priority<T, L, N, P, S, true>, Sending, R, L>;

/// An end of a [`Channel`] to receive with. The channel closes when its last receiver is dropped. If the handles own the
/// channel, the values that are left are dropped then.
pub type Receiver<'a, T, const L: usize, const N: usize, P = Strict, R = DefaultLock, const S: usize = 4> =
    Handle<'a, &'a Priority<T, L, N, P, S, true>, Receiving, R, L>;

impl<T, const L: usize, const N: usize, P: Policy<L>, R: RawLock, const S: usize> Channel<T, L, N, P, R, S> {
    /// Returns an end to send with that **closes the channel when it is dropped**, if it is the last sender: see
    /// [`channel`](crate::channel::Channel::closing_sender).
    ///
    /// ```
    /// # type Jobs = ringway::priority::Channel<&'static str, 2, 1, ringway::priority::Strict, ringway::wait::NoLock>;
    /// let jobs = Jobs::new();
    /// let (sender, receiver) = (jobs.closing_sender(), jobs.closing_receiver());
    /// sender.try_send(1, "report").unwrap();
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// assert_eq!(receiver.try_recv(), Ok((1, "report")));
    /// ```
    #[must_use = "dropping the last sender closes the channel"]
    pub fn closing_sender(&self) -> Sender<'_, T, L, N, P, R, S> {
        self.end()
    }

    /// Returns an end to receive with that **closes the channel when it is dropped**, if it is the last receiver.
    #[must_use = "dropping the last receiver closes the channel"]
    pub fn closing_receiver(&self) -> Receiver<'_, T, L, N, P, R, S> {
        self.end()
    }

    /// Returns two ends that own the channel together. `clone` makes more of them.
    ///
    /// **Memory**: moves the channel to a place of its own on the heap, over the stack.
    ///
    /// ```
    /// # type Jobs = ringway::priority::Channel<&'static str, 2, 1, ringway::priority::Strict, ringway::wait::NoLock>;
    /// let (sender, receiver) = Jobs::new().into_split();
    /// sender.try_send(1, "report").unwrap();
    /// assert_eq!(receiver.try_recv(), Ok((1, "report")));
    /// ```
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub fn into_split<'a>(self) -> (Sender<'a, T, L, N, P, R, S>, Receiver<'a, T, L, N, P, R, S>)
    where
        T: 'a,
        P: 'a,
        R: 'a,
    {
        owned_ends(self)
    }
}

impl<T, const L: usize, const N: usize, P: Policy<L>, R: RawLock, const S: usize>
    Handle<'_, &Priority<T, L, N, P, S, true>, Sending, R, L>
{
    /// See [`Channel::try_send`].
    #[inline]
    pub fn try_send(&self, level: usize, value: T) -> Result<(), TrySendError<T>> {
        self.channel().try_send_at(level, value)
    }

    /// See [`Channel::send`].
    #[inline]
    pub fn send(&self, level: usize, value: T) -> SendFuture<'_, &Priority<T, L, N, P, S, true>, R, L> {
        SendFuture::new(self.channel().by_ref(), level, Some(value))
    }

    /// See [`Channel::send_blocking`].
    #[cfg(feature = "std")]
    pub fn send_blocking(&self, level: usize, value: T) -> Result<(), SendError<T>> {
        self.channel().send_until(level, value, None, SendError::Closed)
    }

    /// See [`Channel::send_timeout`].
    #[cfg(feature = "std")]
    pub fn send_timeout(&self, level: usize, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.channel().send_until(level, value, after(timeout), SendTimeoutError::Timeout)
    }

    /// See [`Channel::send_deadline`].
    #[cfg(feature = "std")]
    pub fn send_deadline(
        &self,
        level: usize,
        value: T,
        deadline: Instant,
    ) -> Result<(), SendTimeoutError<T>> {
        self.channel().send_until(level, value, Some(deadline), SendTimeoutError::Timeout)
    }
}
