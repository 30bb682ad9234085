//! Errors of the queues. A rejected value is always inside.

use core::error::Error;
use core::fmt;

/// The queue is full; the value that was not pushed is inside.
///
/// ```
/// use ringway::{Full, mpmc};
///
/// let queue = mpmc::Queue::<_, 1>::new();
/// assert_eq!(queue.push("a"), Ok(()));
/// assert_eq!(queue.push("b"), Err(Full("b")));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Full<T>(pub T);

impl<T> Full<T> {
    /// Returns the rejected value.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::Full(7).into_inner(), 7);
    /// ```
    #[inline]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Full<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Full(..)")
    }
}

impl<T> fmt::Display for Full<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue is full")
    }
}

impl<T> Error for Full<T> {}

/// A push to a level of a [`Priority`](crate::priority::Priority) queue that did not succeed; the
/// value is inside.
///
/// ```
/// use ringway::{PushError, priority::Priority};
///
/// let jobs = Priority::<_, 1, 1>::new();
/// assert_eq!(jobs.push(7, "job"), Err(PushError::NoSuchLevel("job")));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PushError<T> {
    /// The level is full.
    Full(T),
    /// There is no level of that number.
    NoSuchLevel(T),
}

impl<T> PushError<T> {
    /// Returns the rejected value.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::PushError::Full(7).into_inner(), 7);
    /// ```
    #[inline]
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::NoSuchLevel(value) => value,
        }
    }

    /// Returns `true` if the level is full.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert!(ringway::PushError::Full(7).is_full());
    /// ```
    #[inline]
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full(_))
    }

    /// Returns the same error about another value.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics, unless `other`
    /// does.
    ///
    /// ```
    /// use ringway::PushError;
    ///
    /// assert_eq!(PushError::Full(7).map(|seven| seven + 1), PushError::Full(8));
    /// ```
    #[inline]
    pub fn map<U>(self, other: impl FnOnce(T) -> U) -> PushError<U> {
        match self {
            Self::Full(value) => PushError::Full(other(value)),
            Self::NoSuchLevel(value) => PushError::NoSuchLevel(other(value)),
        }
    }
}

impl<T> From<Full<T>> for PushError<T> {
    fn from(Full(value): Full<T>) -> Self {
        Self::Full(value)
    }
}

impl<T> fmt::Debug for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::NoSuchLevel(_) => "NoSuchLevel(..)",
        })
    }
}

impl<T> fmt::Display for PushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "the level is full",
            Self::NoSuchLevel(_) => "there is no such level",
        })
    }
}

impl<T> Error for PushError<T> {}

/// A capacity that no queue can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CapacityError {
    /// A queue holds at least one value.
    Zero,
    /// There is not enough memory for that many values, or a word cannot count them.
    TooLarge,
}

impl fmt::Display for CapacityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zero => "the capacity is zero; a queue holds at least one value",
            Self::TooLarge => "the capacity is too large for this machine",
        })
    }
}

impl Error for CapacityError {}

/// A chunk larger than what the queue has at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkError {
    available: usize,
}

impl ChunkError {
    pub(crate) const fn new(available: usize) -> Self {
        Self { available }
    }

    /// Returns the size of the largest chunk that there is: free slots when writing, values when
    /// reading.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<u8, 4>::new();
    /// let (mut producer, _) = queue.split();
    /// assert_eq!(producer.write_chunk(5).unwrap_err().available(), 4);
    /// ```
    pub const fn available(&self) -> usize {
        self.available
    }
}

impl fmt::Display for ChunkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the chunk is too large: {} available", self.available)
    }
}

impl Error for ChunkError {}

#[cfg(feature = "defmt")]
mod defmt_impls {
    use super::{CapacityError, ChunkError, Full, PushError};

    impl<T> defmt::Format for Full<T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Full(..)");
        }
    }

    impl<T> defmt::Format for PushError<T> {
        fn format(&self, f: defmt::Formatter<'_>) {
            match self {
                Self::Full(_) => defmt::write!(f, "Full(..)"),
                Self::NoSuchLevel(_) => defmt::write!(f, "NoSuchLevel(..)"),
            }
        }
    }

    impl defmt::Format for CapacityError {
        fn format(&self, f: defmt::Formatter<'_>) {
            match self {
                Self::Zero => defmt::write!(f, "Zero"),
                Self::TooLarge => defmt::write!(f, "TooLarge"),
            }
        }
    }

    impl defmt::Format for ChunkError {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "ChunkError {{ available: {=usize} }}", self.available);
        }
    }
}
