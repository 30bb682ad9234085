//! The methods of receivers.

use super::{Handle, Receiving};
use crate::channel::TryRecvError;
use crate::channel::future::{RecvFuture, RecvManyFuture};
use crate::channel::queue::QueueRef;
use crate::wait::RawLock;

#[cfg(feature = "std")]
use {
    crate::channel::{RecvError, RecvTimeoutError},
    std::time::{Duration, Instant},
};

impl<Q: QueueRef, R: RawLock, const L: usize> Handle<'_, Q, Receiving, R, L> {
    /// Receives a value as soon as there is one.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**, **Memory**: as
    /// [`ChannelInner::recv`](crate::channel::ChannelInner::recv).
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
    pub fn recv(&self) -> RecvFuture<'_, Q, R, L> {
        self.channel().recv()
    }

    /// Waits for a value, and then receives up to `limit` values that are there. Resolves to their
    /// number.
    ///
    /// **Guarantees**, **Complexity**, **Panics**, **Cancel safety**: as
    /// [`ChannelInner::recv_many`](crate::channel::ChannelInner::recv_many).
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// sender.send(1).await.unwrap();
    /// let mut numbers = Vec::new();
    /// assert_eq!(receiver.recv_many(&mut numbers, 8).await, 1);
    /// assert_eq!(numbers, [1]);
    /// # });
    /// ```
    pub fn recv_many<'b, B: Extend<Q::Item>>(
        &'b self,
        buffer: &'b mut B,
        limit: usize,
    ) -> RecvManyFuture<'b, Q, B, R, L> {
        self.channel().recv_many(buffer, limit)
    }

    /// Receives a value if there is one now.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::try_recv`](crate::channel::ChannelInner::try_recv).
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use ringway::channel::TryRecvError;
    ///
    /// let channel = Channel::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    /// sender.try_send(1).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    #[inline]
    pub fn try_recv(&self) -> Result<Q::Item, TryRecvError> {
        self.channel().try_recv()
    }

    /// Receives a value. The thread sleeps until there is one.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::recv_blocking`](crate::channel::ChannelInner::recv_blocking).
    ///
    /// ```
    /// let (sender, receiver) = ringway::channel::bounded(1)?;
    /// sender.send_blocking(1).unwrap();
    /// assert_eq!(receiver.recv_blocking(), Ok(1));
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn recv_blocking(&self) -> Result<Q::Item, RecvError> {
        self.channel().recv_blocking()
    }

    /// Receives a value. The thread sleeps until there is one, or until the timeout has passed.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::recv_timeout`](crate::channel::ChannelInner::recv_timeout).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let (sender, receiver) = ringway::channel::bounded(1)?;
    /// assert!(receiver.recv_timeout(Duration::ZERO).unwrap_err().is_timeout());
    /// # sender.try_send(7).unwrap();
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Q::Item, RecvTimeoutError> {
        self.channel().recv_timeout(timeout)
    }

    /// Receives a value. The thread sleeps until there is one, or until the deadline.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::recv_deadline`](crate::channel::ChannelInner::recv_deadline).
    ///
    /// ```
    /// use std::time::Instant;
    ///
    /// let (sender, receiver) = ringway::channel::bounded(1)?;
    /// assert!(receiver.recv_deadline(Instant::now()).unwrap_err().is_timeout());
    /// # sender.try_send(7).unwrap();
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn recv_deadline(&self, deadline: Instant) -> Result<Q::Item, RecvTimeoutError> {
        self.channel().recv_deadline(deadline)
    }
}
