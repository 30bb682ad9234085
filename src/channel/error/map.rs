//! Errors with another value inside.

use super::{SendError, TrySendError, level};

/// An error that gives a value back.
pub trait GivesBack {
    /// What was not sent.
    type Value;
    /// The same error with another value inside.
    type Of<U>;

    /// Returns the same error, with what `replace` makes of the value inside.
    fn map<U>(self, replace: impl FnOnce(Self::Value) -> U) -> Self::Of<U>;
}

impl<T> GivesBack for SendError<T> {
    type Value = T;
    type Of<U> = SendError<U>;

    fn map<U>(self, replace: impl FnOnce(T) -> U) -> SendError<U> {
        SendError(replace(self.0))
    }
}

impl<T> GivesBack for TrySendError<T> {
    type Value = T;
    type Of<U> = TrySendError<U>;

    fn map<U>(self, replace: impl FnOnce(T) -> U) -> TrySendError<U> {
        match self {
            Self::Full(value) => TrySendError::Full(replace(value)),
            Self::Closed(value) => TrySendError::Closed(replace(value)),
        }
    }
}

impl<T> GivesBack for level::SendError<T> {
    type Value = T;
    type Of<U> = level::SendError<U>;

    fn map<U>(self, replace: impl FnOnce(T) -> U) -> level::SendError<U> {
        match self {
            Self::Closed(value) => level::SendError::Closed(replace(value)),
            Self::NoSuchLevel(value) => level::SendError::NoSuchLevel(replace(value)),
        }
    }
}

impl<T> GivesBack for level::TrySendError<T> {
    type Value = T;
    type Of<U> = level::TrySendError<U>;

    fn map<U>(self, replace: impl FnOnce(T) -> U) -> level::TrySendError<U> {
        match self {
            Self::Full(value) => level::TrySendError::Full(replace(value)),
            Self::Closed(value) => level::TrySendError::Closed(replace(value)),
            Self::NoSuchLevel(value) => level::TrySendError::NoSuchLevel(replace(value)),
        }
    }
}
