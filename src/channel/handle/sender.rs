//! The methods of senders.

use super::{Handle, Sending};
use crate::channel::future::SendFuture;
use crate::channel::mpmc::Fifo;
use crate::channel::queue::{QueueRef, Single};
use crate::channel::{SendError, TrySendError};
use crate::mpmc;
use crate::wait::RawLock;

#[cfg(feature = "std")]
use {
    crate::channel::SendTimeoutError,
    std::time::{Duration, Instant},
};

impl<Q: QueueRef + Single, R: RawLock> Handle<'_, Q, Sending, R> {
    /// Sends a value as soon as there is room.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**, **Memory**: as
    /// [`ChannelInner::send`](crate::channel::ChannelInner::send).
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// sender.send(1).await.unwrap();
    /// assert_eq!(receiver.recv().await, Ok(1));
    /// # });
    /// ```
    #[inline]
    pub fn send(&self, value: Q::Value) -> SendFuture<'_, Q, R> {
        self.channel().send(value)
    }

    /// Sends a value if there is room now.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::try_send`](crate::channel::ChannelInner::try_send).
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use ringway::channel::TrySendError;
    ///
    /// let channel = Channel::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// assert_eq!(sender.try_send(1), Ok(()));
    /// assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    /// # drop(receiver);
    /// ```
    #[inline]
    pub fn try_send(&self, value: Q::Value) -> Result<(), TrySendError<Q::Value>> {
        self.channel().try_send(value)
    }

    /// Sends a value. The thread sleeps until there is room.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::send_blocking`](crate::channel::ChannelInner::send_blocking).
    ///
    /// ```
    /// let (sender, receiver) = ringway::channel::bounded(1)?;
    /// sender.send_blocking(1).unwrap();
    /// assert_eq!(receiver.recv_blocking(), Ok(1));
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn send_blocking(&self, value: Q::Value) -> Result<(), SendError<Q::Value>> {
        self.channel().send_blocking(value)
    }

    /// Sends a value. The thread sleeps until there is room, or until the timeout has passed.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::send_timeout`](crate::channel::ChannelInner::send_timeout).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let (sender, receiver) = ringway::channel::bounded(1)?;
    /// sender.send_timeout(1, Duration::ZERO).unwrap();
    /// assert!(sender.send_timeout(2, Duration::ZERO).unwrap_err().is_timeout());
    /// # drop(receiver);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn send_timeout(&self, value: Q::Value, timeout: Duration) -> Result<(), SendTimeoutError<Q::Value>> {
        self.channel().send_timeout(value, timeout)
    }

    /// Sends a value. The thread sleeps until there is room, or until the deadline.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::send_deadline`](crate::channel::ChannelInner::send_deadline).
    ///
    /// ```
    /// use std::time::Instant;
    ///
    /// let (sender, receiver) = ringway::channel::bounded(1)?;
    /// sender.send_deadline(1, Instant::now()).unwrap();
    /// assert!(sender.send_deadline(2, Instant::now()).unwrap_err().is_timeout());
    /// # drop(receiver);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn send_deadline(
        &self,
        value: Q::Value,
        deadline: Instant,
    ) -> Result<(), SendTimeoutError<Q::Value>> {
        self.channel().send_deadline(value, deadline)
    }
}

impl<T, R: RawLock> Handle<'_, Fifo<mpmc::Borrowed<'_, T>>, Sending, R> {
    /// Sends a value. If the channel is full, receives the oldest one to make room, and returns it.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::force_send`](crate::channel::ChannelInner::force_send).
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// assert_eq!(sender.force_send(1), Ok(None));
    /// assert_eq!(sender.force_send(2), Ok(Some(1)));
    /// # drop(receiver);
    /// ```
    pub fn force_send(&self, value: T) -> Result<Option<T>, SendError<T>> {
        self.channel().force_send(value)
    }
}
