//! Errors of sending.

use super::{CLOSED, Error, FULL, Rejection, TIMEOUT, fmt, impl_send_error};
use crate::Full;

/// Why a value was not sent at once; the value is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrySendError<T> {
    /// The channel is full.
    Full(T),
    /// The channel is closed: it accepts no further value.
    Closed(T),
}

/// The channel is closed; the value that was not sent is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// Why a value was not sent in time; the value is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendTimeoutError<T> {
    /// The channel stayed full.
    Timeout(T),
    /// The channel is closed.
    Closed(T),
}

/// The channel of a sink is closed. The value that was not sent is inside, if there is one.
///
/// From `poll_ready` and `poll_flush` there is none if everything was sent before: what was sent
/// can still be received.
#[cfg(feature = "futures")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SinkError<T>(pub Option<T>);

impl<T> TrySendError<T> {
    /// Returns the value that was not sent.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::channel::TrySendError::Full(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) => value,
        }
    }

    /// Returns `true` if the channel is full.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::channel::TrySendError::Full(7).is_full());
    /// ```
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Returns `true` if the channel is closed.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::channel::TrySendError::Closed(7).is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    const fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Full(_) => ("Full(..)", FULL),
            Self::Closed(_) => ("Closed(..)", CLOSED),
        }
    }
}

impl<T> SendError<T> {
    /// Returns the value that was not sent.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::channel::SendError(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.0
    }

    const fn parts(&self) -> (&'static str, &'static str) {
        ("SendError(..)", CLOSED)
    }
}

impl<T> SendTimeoutError<T> {
    /// Returns the value that was not sent.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::channel::SendTimeoutError::Timeout(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Timeout(value) | Self::Closed(value) => value,
        }
    }

    /// Returns `true` if the send timed out: the channel stayed full.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::channel::SendTimeoutError::Timeout(7).is_timeout());
    /// ```
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Returns `true` if the channel is closed.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::channel::SendTimeoutError::Closed(7).is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    const fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Timeout(_) => ("Timeout(..)", TIMEOUT),
            Self::Closed(_) => ("Closed(..)", CLOSED),
        }
    }
}

#[cfg(feature = "futures")]
impl<T> SinkError<T> {
    /// Returns the value that was not sent, if there is one.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// use ringway::channel::{SendError, SinkError};
    ///
    /// assert_eq!(SinkError::from(SendError(7)).into_inner(), Some(7));
    /// ```
    pub fn into_inner(self) -> Option<T> {
        self.0
    }

    const fn parts(&self) -> (&'static str, &'static str) {
        ("SinkError(..)", CLOSED)
    }
}

impl_send_error!(TrySendError, SendError, SendTimeoutError);
#[cfg(feature = "futures")]
impl_send_error!(SinkError);

impl<T> Rejection for TrySendError<T> {
    type Value = T;
    type SendError = SendError<T>;

    #[inline]
    fn value_if_full(self) -> Result<T, SendError<T>> {
        match self {
            Self::Full(value) => Ok(value),
            Self::Closed(value) => Err(SendError(value)),
        }
    }
}

impl<T> From<Full<T>> for TrySendError<T> {
    fn from(Full(value): Full<T>) -> Self {
        Self::Full(value)
    }
}

impl<T> From<SendError<T>> for TrySendError<T> {
    fn from(SendError(value): SendError<T>) -> Self {
        Self::Closed(value)
    }
}

impl<T> From<SendError<T>> for SendTimeoutError<T> {
    fn from(SendError(value): SendError<T>) -> Self {
        Self::Closed(value)
    }
}

#[cfg(feature = "futures")]
impl<T> From<SendError<T>> for SinkError<T> {
    fn from(SendError(value): SendError<T>) -> Self {
        Self(Some(value))
    }
}
