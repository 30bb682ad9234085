//! The ends of priority channels, and the methods of their senders.

use super::{Handle, Receiving, Sending, WeakHandle};
use crate::channel::error::level::TrySendError;
use crate::channel::future::SendFuture;
use crate::channel::room::RoomFuture;
use crate::priority::{Channel, Policy, Priority, Strict};
use crate::wait::{DefaultLock, RawLock};

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use super::owned_ends;

#[cfg(feature = "std")]
use {
    crate::channel::error::level::{SendError, SendTimeoutError},
    crate::wait::thread::after,
    std::time::{Duration, Instant},
};

/// An end of a [`Channel`] to send with. The channel closes when its last sender is dropped.
pub type Sender<'a, T, const L: usize, const N: usize, P = Strict, R = DefaultLock, const S: usize = 4> =
    Handle<'a, &'a Priority<T, L, N, P, S, true>, Sending, R, L>;

/// An end of a [`Channel`] to receive with. The channel closes when its last receiver is dropped.
/// If the handles own the channel, that also drops the values that are left.
pub type Receiver<'a, T, const L: usize, const N: usize, P = Strict, R = DefaultLock, const S: usize = 4> =
    Handle<'a, &'a Priority<T, L, N, P, S, true>, Receiving, R, L>;

/// A [`Sender`] that does not keep the channel open: see [`WeakHandle`].
pub type WeakSender<'a, T, const L: usize, const N: usize, P = Strict, R = DefaultLock, const S: usize = 4> =
    WeakHandle<'a, &'a Priority<T, L, N, P, S, true>, Sending, R, L>;

/// A [`Receiver`] that does not keep the channel open: see [`WeakHandle`].
pub type WeakReceiver<
    'a,
    T,
    const L: usize,
    const N: usize,
    P = Strict,
    R = DefaultLock,
    const S: usize = 4,
> = WeakHandle<'a, &'a Priority<T, L, N, P, S, true>, Receiving, R, L>;

impl<T, const L: usize, const N: usize, P: Policy<L>, R: RawLock, const S: usize> Channel<T, L, N, P, R, S> {
    /// Returns an end to send with that **closes the channel when it is dropped**, if it is the
    /// last sender.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<&'static str, 2, 1, Strict, NoLock>;
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

    /// Returns an end to receive with that **closes the channel when it is dropped**, if it is the
    /// last receiver.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::<u8>::new();
    /// let (sender, receiver) = (jobs.closing_sender(), jobs.closing_receiver());
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// ```
    #[must_use = "dropping the last receiver closes the channel"]
    pub fn closing_receiver(&self) -> Receiver<'_, T, L, N, P, R, S> {
        self.end()
    }

    /// Returns two ends that own the channel together. `clone` makes more of them.
    ///
    /// **Guarantees**: the last handle frees the channel. **Complexity**: one allocation. Never
    /// panics.
    /// **Memory**: moves the channel, with its slots, to the heap, over the stack.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<&'static str, 2, 1, Strict, NoLock>;
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
    /// Sends a value at a level if there is room now; 0 is the most urgent.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`Channel::try_send`](crate::priority::Channel::try_send).
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// assert_eq!(sender.try_send(1, 7), Ok(()));
    /// assert!(sender.try_send(1, 8).unwrap_err().is_full());
    /// ```
    #[inline]
    pub fn try_send(&self, level: usize, value: T) -> Result<(), TrySendError<T>> {
        self.channel().try_send_at(level, value)
    }

    /// Sends a value at a level as soon as there is room in it.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**, **Memory**: as
    /// [`Channel::send`](crate::priority::Channel::send).
    ///
    /// ```
    /// # pollster::block_on(async {
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// sender.send(1, 7).await.unwrap();
    /// assert_eq!(jobs.recv().await, Ok((1, 7)));
    /// # });
    /// ```
    #[inline]
    pub fn send(&self, level: usize, value: T) -> SendFuture<'_, &Priority<T, L, N, P, S, true>, R, L> {
        SendFuture::new(self.channel().by_ref(), level, Some(value))
    }

    /// Waits until there is room for a value in a level. Another sender may take it: then wait
    /// again.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**, **Memory**: as
    /// [`Channel::wait_for_room`](crate::priority::Channel::wait_for_room).
    ///
    /// ```
    /// # pollster::block_on(async {
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// sender.wait_for_room(1).await.unwrap();
    /// sender.try_send(1, 7).expect("there is no other sender");
    /// # });
    /// ```
    pub fn wait_for_room(&self, level: usize) -> RoomFuture<'_, &Priority<T, L, N, P, S, true>, R, L> {
        RoomFuture::new(self.channel().by_ref(), level)
    }

    /// Sends a value at a level. The thread sleeps until there is room in it.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`Channel::send_blocking`](crate::priority::Channel::send_blocking).
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// sender.send_blocking(1, 7).unwrap();
    /// assert_eq!(jobs.try_recv(), Ok((1, 7)));
    /// ```
    #[cfg(feature = "std")]
    pub fn send_blocking(&self, level: usize, value: T) -> Result<(), SendError<T>> {
        self.channel().send_until(level, value, None, SendError::Closed)
    }

    /// Sends a value at a level. The thread sleeps until there is room in it, or until the timeout
    /// has passed.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`Channel::send_timeout`](crate::priority::Channel::send_timeout).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// sender.send_timeout(1, 7, Duration::ZERO).unwrap();
    /// assert!(sender.send_timeout(1, 8, Duration::ZERO).unwrap_err().is_timeout());
    /// ```
    #[cfg(feature = "std")]
    pub fn send_timeout(&self, level: usize, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.channel().send_until(level, value, after(timeout), SendTimeoutError::Timeout)
    }

    /// Sends a value at a level. The thread sleeps until there is room in it, or until the
    /// deadline.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`Channel::send_deadline`](crate::priority::Channel::send_deadline).
    ///
    /// ```
    /// use std::time::Instant;
    ///
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs<T> = Channel<T, 2, 1, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// sender.send_deadline(1, 7, Instant::now()).unwrap();
    /// assert!(sender.send_deadline(1, 8, Instant::now()).unwrap_err().is_timeout());
    /// ```
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
