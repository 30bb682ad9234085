//! Sending and receiving on threads that may sleep.
//!
//! Each call tries for some microseconds and then sleeps as a waiter of the same lists as the futures.

use super::{ChannelInner, RecvError, RecvTimeoutError, SendError, SendTimeoutError, Storage};
use crate::sync::FULL_LOOKS;
use crate::wait::park::{Deadline, after, block_on, block_on_pinned, spin};
use core::pin::pin;
use std::time::{Duration, Instant};

impl<T, St: Storage<T>> ChannelInner<T, St> {
    /// Sends a value; the thread sleeps until there is room.
    ///
    /// **Guarantees**: as [`send`](Self::send). Not for interrupt handlers. **Complexity**: that of
    /// [`try_send`](Self::try_send) if there is room.
    /// **Errors**: [`SendError`] gives the value back if the channel is closed. Never panics.
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
    pub fn send_blocking(&self, value: T) -> Result<(), SendError<T>> {
        self.send_until(value, None).map_err(|error| SendError(error.into_inner()))
    }

    /// Sends a value; the thread sleeps until there is room, or for this long.
    ///
    /// **Guarantees**, **Complexity**: as [`send_blocking`](Self::send_blocking).
    /// **Errors**: [`SendTimeoutError`] gives the value back. Never panics.
    ///
    /// ```
    /// use ringway::channel::{Channel, SendTimeoutError};
    /// use std::time::Duration;
    ///
    /// let channel: Channel<_, 1> = Channel::new();
    /// assert_eq!(channel.send_timeout(1, Duration::from_millis(1)), Ok(()));
    /// assert_eq!(channel.send_timeout(2, Duration::from_millis(1)), Err(SendTimeoutError::Timeout(2)));
    /// ```
    pub fn send_timeout(&self, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(value, after(timeout))
    }

    /// Sends a value; the thread sleeps until there is room, or until this time.
    ///
    /// **Guarantees**, **Complexity**, **Errors**: as [`send_timeout`](Self::send_timeout).
    pub fn send_deadline(&self, value: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_until(value, Some(deadline))
    }

    fn send_until(&self, value: T, deadline: Deadline) -> Result<(), SendTimeoutError<T>> {
        let mut unsent = Some(value);
        if let Some(sent) = spin(|| self.attempt(&mut unsent, FULL_LOOKS)) {
            return sent.map_err(|SendError(value)| SendTimeoutError::Closed(value));
        }
        let mut send = pin!(self.sending(unsent));
        match (block_on_pinned(send.as_mut(), deadline), send.into_inner()) {
            (Some(sent), _) => sent.map_err(|SendError(value)| SendTimeoutError::Closed(value)),
            (None, Some(value)) => Err(SendTimeoutError::Timeout(value)),
            (None, None) => unreachable!("a send that is not ready has its value"),
        }
    }

    /// Receives the oldest value; the thread sleeps until there is one.
    ///
    /// **Guarantees**: as [`recv`](Self::recv). Not for interrupt handlers. **Complexity**: that of
    /// [`try_recv`](Self::try_recv) if there is a value.
    /// **Errors**: [`RecvError`] if the channel is closed and everything was received. Never panics.
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
    pub fn recv_blocking(&self) -> Result<T, RecvError> {
        self.recv_until(None).map_err(|_| RecvError)
    }

    /// Receives the oldest value; the thread sleeps until there is one, or for this long.
    ///
    /// **Guarantees**, **Complexity**: as [`recv_blocking`](Self::recv_blocking).
    /// **Errors**: [`RecvTimeoutError`] says why there is none. Never panics.
    ///
    /// ```
    /// use ringway::channel::{Channel, RecvTimeoutError};
    /// use std::time::Duration;
    ///
    /// let channel: Channel<u8, 1> = Channel::new();
    /// assert_eq!(channel.recv_timeout(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout));
    /// ```
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(after(timeout))
    }

    /// Receives the oldest value; the thread sleeps until there is one, or until this time.
    ///
    /// **Guarantees**, **Complexity**, **Errors**: as [`recv_timeout`](Self::recv_timeout).
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Some(deadline))
    }

    fn recv_until(&self, deadline: Deadline) -> Result<T, RecvTimeoutError> {
        let received = spin(|| self.attempt_recv()).or_else(|| block_on(self.recv(), deadline));
        received.ok_or(RecvTimeoutError::Timeout)?.map_err(|RecvError| RecvTimeoutError::Closed)
    }
}
