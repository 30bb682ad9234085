//! Sending and receiving as futures.

use super::{Receiver, Sender};
use crate::channel::{RecvError, SendError};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// Sends a value: see [`Sender::send`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct SendFuture<'s, 'a, T> {
    pub(in crate::channel) sender: &'s mut Sender<'a, T>,
    pub(in crate::channel) value: Option<T>,
}

// The value is not pinned, and nothing else depends on its address.
impl<T> Unpin for SendFuture<'_, '_, T> {}

impl<'s, 'a, T> SendFuture<'s, 'a, T> {
    pub(in crate::channel) fn new(sender: &'s mut Sender<'a, T>, value: Option<T>) -> Self {
        Self { sender, value }
    }

    /// Returns the value, if it was not sent, and stops waiting.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write if the future
    /// waited.
    /// Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<_, 1>::new();
    /// let (mut sender, receiver) = channel.split();
    /// assert_eq!(sender.send("not yet").into_inner(), Some("not yet"));
    /// assert!(receiver.is_empty());
    /// ```
    pub fn into_inner(mut self) -> Option<T> {
        self.value.take()
    }
}

impl<T> Future for SendFuture<'_, '_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { sender, value } = &mut *self;
        assert!(value.is_some(), "`SendFuture` polled after it was ready");
        sender.poll_until(context, |half| half.attempt(value, 0))
    }
}

impl<T> Drop for SendFuture<'_, '_, T> {
    fn drop(&mut self) {
        self.sender.stop_waiting();
    }
}

/// Receives a value: see [`Receiver::recv`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvFuture<'r, 'a, T> {
    pub(in crate::channel) receiver: &'r mut Receiver<'a, T>,
}

impl<'r, 'a, T> RecvFuture<'r, 'a, T> {
    pub(super) fn new(receiver: &'r mut Receiver<'a, T>) -> Self {
        Self { receiver }
    }

    #[cfg(feature = "std")]
    pub(in crate::channel) fn attempt(&mut self) -> Option<Result<T, RecvError>> {
        self.receiver.half_and_pace().0.attempt()
    }
}

impl<T> Future for RecvFuture<'_, '_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.receiver.poll_recv(context)
    }
}

impl<T> Drop for RecvFuture<'_, '_, T> {
    fn drop(&mut self) {
        self.receiver.stop_waiting();
    }
}

impl<T> fmt::Debug for SendFuture<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SendFuture").field(&self.sender).finish()
    }
}

impl<T> fmt::Debug for RecvFuture<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RecvFuture").field(&self.receiver).finish()
    }
}
