//! Sending and receiving on threads that may sleep.
//!
//! Each call spins for some microseconds and then sleeps as a waiter of the same lists as the
//! futures.

use super::core::{ChannelInner, Waiters};
use super::future::SendFuture;
use super::queue::{Queue, Single};
use super::{RecvError, RecvTimeoutError, SendError, SendTimeoutError, attempt};
use crate::sync::FULL_RETRIES;
use crate::wait::RawLock;
use crate::wait::thread::{Deadline, after, block_on, block_on_pinned, spin};
use core::ops::Deref;
use core::pin::pin;
use std::time::{Duration, Instant};

impl<Q: Single, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Q, W> {
    /// Sends a value. The thread sleeps until there is room.
    ///
    /// **Guarantees**: as [`send`](Self::send). Not for interrupt handlers.
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room.
    /// **Errors**: [`SendError`] gives the value back if the channel is closed.
    /// Never panics, unless the waker of a waiting receiver does.
    ///
    /// ```
    /// use ringway::channel::Channel;
    ///
    /// static CHANNEL: Channel<u32, 1> = Channel::new();
    ///
    /// let sender = std::thread::spawn(|| (0..3).for_each(|n| CHANNEL.send_blocking(n).unwrap()));
    /// assert_eq!((0..3).map(|_| CHANNEL.recv_blocking().unwrap()).sum::<u32>(), 3);
    /// # sender.join().unwrap();
    /// ```
    pub fn send_blocking(&self, value: Q::Value) -> Result<(), SendError<Q::Value>> {
        self.send_until((), value, None, SendError)
    }

    /// Sends a value. The thread sleeps until there is room, or until the timeout has passed.
    ///
    /// **Guarantees**, **Complexity**: as [`send_blocking`](Self::send_blocking).
    /// **Errors**: [`SendTimeoutError`] gives the value back. **Panics**: as `send_blocking`.
    ///
    /// ```
    /// use ringway::channel::{Channel, SendTimeoutError};
    /// use std::time::Duration;
    ///
    /// let channel: Channel<_, 1> = Channel::new();
    /// assert_eq!(channel.send_timeout(1, Duration::from_millis(1)), Ok(()));
    /// let timed_out = channel.send_timeout(2, Duration::from_millis(1));
    /// assert_eq!(timed_out, Err(SendTimeoutError::Timeout(2)));
    /// ```
    pub fn send_timeout(&self, value: Q::Value, timeout: Duration) -> Result<(), SendTimeoutError<Q::Value>> {
        self.send_until((), value, after(timeout), SendTimeoutError::Timeout)
    }

    /// Sends a value. The thread sleeps until there is room, or until the deadline.
    ///
    /// **Guarantees**, **Complexity**, **Errors**: as [`send_timeout`](Self::send_timeout).
    /// **Panics**: as [`send_blocking`](Self::send_blocking).
    ///
    /// ```
    /// use ringway::channel::{Channel, SendTimeoutError};
    /// use std::time::Instant;
    ///
    /// let channel: Channel<_, 1> = Channel::new();
    /// assert_eq!(channel.send_deadline(1, Instant::now()), Ok(()));
    /// assert_eq!(channel.send_deadline(2, Instant::now()), Err(SendTimeoutError::Timeout(2)));
    /// ```
    pub fn send_deadline(
        &self,
        value: Q::Value,
        deadline: Instant,
    ) -> Result<(), SendTimeoutError<Q::Value>> {
        self.send_until((), value, Some(deadline), SendTimeoutError::Timeout)
    }
}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Sends a value, before the deadline if there is one.
    pub(super) fn send_until<E: From<Q::SendError>>(
        &self,
        level: Q::Level,
        value: Q::Value,
        deadline: Deadline,
        timed_out: impl FnOnce(Q::Value) -> E,
    ) -> Result<(), E> {
        let mut unsent = Some(value);
        let sent = spin(|| self.attempt_send(level, &mut unsent, FULL_RETRIES)).or_else(|| {
            let mut send = pin!(SendFuture::new(self.by_ref(), level, unsent.take()));
            let sent = block_on_pinned(send.as_mut(), deadline);
            unsent = send.into_inner();
            sent
        });
        attempt::sent_in_time(sent, unsent, timed_out)
    }

    /// Receives a value. The thread sleeps until there is one.
    ///
    /// **Guarantees**: as [`recv`](Self::recv). Not for interrupt handlers.
    /// **Complexity**: that of [`try_recv`](Self::try_recv) if there is a value.
    /// **Errors**: [`RecvError`] if the channel is closed and everything was received.
    /// Never panics, unless the waker of a waiting sender does. In that case the value that was
    /// received is dropped.
    ///
    /// ```
    /// use ringway::channel::{Channel, RecvError};
    ///
    /// let channel: Channel<_, 1> = Channel::new();
    /// channel.try_send(1).unwrap();
    /// channel.close();
    /// assert_eq!(channel.recv_blocking(), Ok(1));
    /// assert_eq!(channel.recv_blocking(), Err(RecvError));
    /// ```
    pub fn recv_blocking(&self) -> Result<Q::Item, RecvError> {
        self.recv_until(None, RecvError)
    }

    /// Receives a value. The thread sleeps until there is one, or until the timeout has passed.
    ///
    /// **Guarantees**, **Complexity**: as [`recv_blocking`](Self::recv_blocking).
    /// **Errors**: [`RecvTimeoutError`] says why there is none. **Panics**: as `recv_blocking`.
    ///
    /// ```
    /// use ringway::channel::{Channel, RecvTimeoutError};
    /// use std::time::Duration;
    ///
    /// let channel: Channel<u8, 1> = Channel::new();
    /// assert_eq!(channel.recv_timeout(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout));
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Q::Item, RecvTimeoutError> {
        self.recv_until(after(timeout), RecvTimeoutError::Timeout)
    }

    /// Receives a value. The thread sleeps until there is one, or until the deadline.
    ///
    /// **Guarantees**, **Complexity**, **Errors**: as [`recv_timeout`](Self::recv_timeout).
    /// **Panics**: as [`recv_blocking`](Self::recv_blocking).
    ///
    /// ```
    /// use ringway::channel::{Channel, RecvTimeoutError};
    /// use std::time::Instant;
    ///
    /// let channel: Channel<u8, 1> = Channel::new();
    /// assert_eq!(channel.recv_deadline(Instant::now()), Err(RecvTimeoutError::Timeout));
    /// ```
    pub fn recv_deadline(&self, deadline: Instant) -> Result<Q::Item, RecvTimeoutError> {
        self.recv_until(Some(deadline), RecvTimeoutError::Timeout)
    }

    /// Receives a value, before the deadline if there is one.
    fn recv_until<E: From<RecvError>>(&self, deadline: Deadline, timed_out: E) -> Result<Q::Item, E> {
        let received = spin(|| self.attempt_recv()).or_else(|| block_on(self.recv(), deadline));
        Ok(received.ok_or(timed_out)??)
    }
}
