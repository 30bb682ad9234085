//! What sending and receiving can meet. A value that was not sent is always inside.

use core::error::Error;
use core::fmt;

/// Why a value was not sent at once; the value is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrySendError<T> {
    /// The channel is full.
    Full(T),
    /// The channel is closed: no value will be accepted any more.
    Closed(T),
    /// There is no level of that number: only from a [`priority::Channel`](crate::priority::Channel).
    NoSuchLevel(T),
}

/// The channel is closed; the value that was not sent is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// The channel behind a sink is closed. The value that was not sent is inside, if there is one.
///
/// From `poll_ready` and `poll_flush` there is none if everything was sent before: what was sent can still be received.
#[cfg(feature = "futures")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SinkError<T>(pub Option<T>);

/// Why a value was not sent in time; the value is inside.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendTimeoutError<T> {
    /// The channel stayed full.
    Timeout(T),
    /// The channel is closed.
    Closed(T),
}

/// Why no value was received at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum TryRecvError {
    /// The channel is empty.
    Empty,
    /// The channel is closed and every value in it was received.
    Closed,
}

/// The channel is closed and every value in it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RecvError;

/// Why no value was received in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecvTimeoutError {
    /// The channel stayed empty.
    Timeout,
    /// The channel is closed and every value in it was received.
    Closed,
}

const FULL: &str = "the channel is full";
const EMPTY: &str = "the channel is empty";
const CLOSED: &str = "the channel is closed";
const NO_SUCH_LEVEL: &str = "there is no such level";
const TIMEOUT: &str = "timed out";

impl<T> TrySendError<T> {
    /// Gives the value back.
    ///
    /// ```
    /// assert_eq!(ringway::channel::TrySendError::Full(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) | Self::NoSuchLevel(value) => value,
        }
    }

    /// Returns `true` if the channel is full.
    ///
    /// ```
    /// assert!(ringway::channel::TrySendError::Full(7).is_full());
    /// ```
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Returns `true` if the channel is closed.
    ///
    /// ```
    /// assert!(ringway::channel::TrySendError::Closed(7).is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Full(_) => ("Full(..)", FULL),
            Self::Closed(_) => ("Closed(..)", CLOSED),
            Self::NoSuchLevel(_) => ("NoSuchLevel(..)", NO_SUCH_LEVEL),
        }
    }
}

impl<T> SendError<T> {
    /// Gives the value back.
    ///
    /// ```
    /// assert_eq!(ringway::channel::SendError(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.0
    }

    fn parts(&self) -> (&'static str, &'static str) {
        ("SendError(..)", CLOSED)
    }
}

#[cfg(feature = "futures")]
impl<T> SinkError<T> {
    /// Gives the value back, if there is one.
    ///
    /// ```
    /// use ringway::channel::{SendError, SinkError};
    ///
    /// assert_eq!(SinkError::from(SendError(7)).into_inner(), Some(7));
    /// ```
    pub fn into_inner(self) -> Option<T> {
        self.0
    }

    fn parts(&self) -> (&'static str, &'static str) {
        ("SinkError(..)", CLOSED)
    }
}

#[cfg(feature = "futures")]
impl<T> From<SendError<T>> for SinkError<T> {
    fn from(SendError(value): SendError<T>) -> Self {
        Self(Some(value))
    }
}

impl<T> SendTimeoutError<T> {
    /// Gives the value back.
    ///
    /// ```
    /// assert_eq!(ringway::channel::SendTimeoutError::Timeout(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        match self {
            Self::Timeout(value) | Self::Closed(value) => value,
        }
    }

    /// Returns `true` if the channel stayed full.
    ///
    /// ```
    /// assert!(ringway::channel::SendTimeoutError::Timeout(7).is_timeout());
    /// ```
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }

    /// Returns `true` if the channel is closed.
    ///
    /// ```
    /// assert!(ringway::channel::SendTimeoutError::Closed(7).is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    fn parts(&self) -> (&'static str, &'static str) {
        match self {
            Self::Timeout(_) => ("Timeout(..)", TIMEOUT),
            Self::Closed(_) => ("Closed(..)", CLOSED),
        }
    }
}

/// `Debug`, `Display` and `Format` of an error with a value inside, none of which asks anything of the value.
macro_rules! impl_send_error {
    ($($error:ident),*) => { $(
        impl<T> fmt::Debug for $error<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.parts().0)
            }
        }

        impl<T> fmt::Display for $error<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.parts().1)
            }
        }

        impl<T> Error for $error<T> {}

        #[cfg(feature = "defmt")]
        impl<T> defmt::Format for $error<T> {
            fn format(&self, f: defmt::Formatter<'_>) {
                defmt::write!(f, "{=str}", self.parts().0);
            }
        }
    )* };
}

impl_send_error!(TrySendError, SendError, SendTimeoutError);
#[cfg(feature = "futures")]
impl_send_error!(SinkError);

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => EMPTY,
            Self::Closed => CLOSED,
        })
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(CLOSED)
    }
}

impl fmt::Display for RecvTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => TIMEOUT,
            Self::Closed => CLOSED,
        })
    }
}

impl TryRecvError {
    /// Returns `true` if the channel is empty.
    ///
    /// ```
    /// assert!(ringway::channel::TryRecvError::Empty.is_empty());
    /// ```
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Returns `true` if the channel is closed and everything was received.
    ///
    /// ```
    /// assert!(ringway::channel::TryRecvError::Closed.is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed)
    }
}

impl RecvTimeoutError {
    /// Returns `true` if the channel stayed empty.
    ///
    /// ```
    /// assert!(ringway::channel::RecvTimeoutError::Timeout.is_timeout());
    /// ```
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout)
    }

    /// Returns `true` if the channel is closed and everything was received.
    ///
    /// ```
    /// assert!(ringway::channel::RecvTimeoutError::Closed.is_closed());
    /// ```
    pub const fn is_closed(&self) -> bool {
        matches!(self, Self::Closed)
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

impl From<RecvError> for TryRecvError {
    fn from(RecvError: RecvError) -> Self {
        Self::Closed
    }
}

impl From<RecvError> for RecvTimeoutError {
    fn from(RecvError: RecvError) -> Self {
        Self::Closed
    }
}

impl Error for TryRecvError {}
impl Error for RecvError {}
impl Error for RecvTimeoutError {}
