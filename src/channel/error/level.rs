//! Errors of sending to a level: those of every channel, and that there is no such level.

use super::{CLOSED, Error, Rejection, TIMEOUT, fmt, impl_send_error};
use crate::PushError;
use crate::channel;

const FULL: &str = "the level is full";
const NO_SUCH_LEVEL: &str = "there is no such level";

/// Why a value was not sent to a level of a [`Channel`](crate::priority::Channel) at once; the
/// value is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrySendError<T> {
    /// The level is full.
    Full(T),
    /// The channel is closed: it accepts no further value.
    Closed(T),
    /// There is no level of that number.
    NoSuchLevel(T),
}

/// Why a value was not sent to a level of a [`Channel`](crate::priority::Channel), although there
/// was time to wait for room; the value is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError<T> {
    /// The channel is closed: it accepts no further value.
    Closed(T),
    /// There is no level of that number.
    NoSuchLevel(T),
}

/// Why a value was not sent to a level of a [`Channel`](crate::priority::Channel) in time; the
/// value is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendTimeoutError<T> {
    /// The level stayed full.
    Timeout(T),
    /// The channel is closed: it accepts no further value.
    Closed(T),
    /// There is no level of that number.
    NoSuchLevel(T),
}

impl<T> TrySendError<T> {
    /// Returns the value that was not sent.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::priority::TrySendError::Full(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) | Self::NoSuchLevel(value) => value,
        }
    }

    /// Returns `true` if the level is full.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::priority::TrySendError::Full(7).is_full());
    /// ```
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Returns `true` if the channel is closed.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::priority::TrySendError::Closed(7).is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    const fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Full(_) => ("Full(..)", FULL),
            Self::Closed(_) => ("Closed(..)", CLOSED),
            Self::NoSuchLevel(_) => ("NoSuchLevel(..)", NO_SUCH_LEVEL),
        }
    }
}

impl<T> SendError<T> {
    /// Returns the value that was not sent.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::priority::SendError::Closed(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Closed(value) | Self::NoSuchLevel(value) => value,
        }
    }

    /// Returns `true` if the channel is closed.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::priority::SendError::Closed(7).is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    const fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Closed(_) => ("Closed(..)", CLOSED),
            Self::NoSuchLevel(_) => ("NoSuchLevel(..)", NO_SUCH_LEVEL),
        }
    }
}

impl<T> SendTimeoutError<T> {
    /// Returns the value that was not sent.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::priority::SendTimeoutError::Timeout(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Timeout(value) | Self::Closed(value) | Self::NoSuchLevel(value) => value,
        }
    }

    /// Returns `true` if the send timed out: the level stayed full.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::priority::SendTimeoutError::Timeout(7).is_timeout());
    /// ```
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Returns `true` if the channel is closed.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::priority::SendTimeoutError::Closed(7).is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    const fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Timeout(_) => ("Timeout(..)", TIMEOUT),
            Self::Closed(_) => ("Closed(..)", CLOSED),
            Self::NoSuchLevel(_) => ("NoSuchLevel(..)", NO_SUCH_LEVEL),
        }
    }
}

impl_send_error!(TrySendError, SendError, SendTimeoutError);

impl<T> Rejection for TrySendError<T> {
    type Value = T;
    type SendError = SendError<T>;

    #[inline]
    fn value_if_full(self) -> Result<T, SendError<T>> {
        match self {
            Self::Full(value) => Ok(value),
            Self::Closed(value) => Err(SendError::Closed(value)),
            Self::NoSuchLevel(value) => Err(SendError::NoSuchLevel(value)),
        }
    }
}

impl<T> From<PushError<T>> for TrySendError<T> {
    fn from(error: PushError<T>) -> Self {
        match error {
            PushError::Full(value) => Self::Full(value),
            PushError::NoSuchLevel(value) => Self::NoSuchLevel(value),
        }
    }
}

impl<T> From<channel::SendError<T>> for TrySendError<T> {
    fn from(channel::SendError(value): channel::SendError<T>) -> Self {
        Self::Closed(value)
    }
}

impl<T> From<SendError<T>> for TrySendError<T> {
    fn from(error: SendError<T>) -> Self {
        match error {
            SendError::Closed(value) => Self::Closed(value),
            SendError::NoSuchLevel(value) => Self::NoSuchLevel(value),
        }
    }
}

impl<T> From<SendError<T>> for SendTimeoutError<T> {
    fn from(error: SendError<T>) -> Self {
        match error {
            SendError::Closed(value) => Self::Closed(value),
            SendError::NoSuchLevel(value) => Self::NoSuchLevel(value),
        }
    }
}
