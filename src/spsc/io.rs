//! The byte streams of embedded-io, on the ends of a queue of bytes.

use super::{Consumer, Producer};
use core::fmt;
use embedded_io_07::{BufRead, Error, ErrorKind, ErrorType, Read, ReadReady, Write, WriteReady};

/// The reason why the end of a queue cannot read or write now.
///
/// The traits of embedded-io block. A queue never does: where they would wait for the other end,
/// this error is returned, and the caller decides how to wait, or checks [`ReadReady`] or
/// [`WriteReady`] first.
///
/// ```
/// use embedded_io_07::{Read, ReadReady, Write};
/// use ringway::spsc::{IoError, Queue};
///
/// let mut queue = Queue::<u8, 4>::new();
/// let (mut to, mut from) = queue.split();
/// assert_eq!(to.write(b"hello"), Ok(4));
/// assert_eq!(to.write(b"o"), Err(IoError::Full));
///
/// let mut bytes = [0; 8];
/// assert_eq!(from.read(&mut bytes), Ok(4));
/// assert_eq!(&bytes[..4], b"hell");
/// assert_eq!(from.read_ready(), Ok(false));
/// assert_eq!(from.read(&mut bytes), Err(IoError::Empty));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IoError {
    /// There is no byte to read. That is not the end of the stream, which a queue does not have.
    /// Its kind is [`ErrorKind::Other`]: embedded-io has no kind for an operation that would block.
    Empty,
    /// There is no room to write to. Its kind is [`ErrorKind::WriteZero`], as [`Write::write`]
    /// requires.
    Full,
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the queue is empty",
            Self::Full => "the queue is full",
        })
    }
}

impl core::error::Error for IoError {}

impl Error for IoError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Empty => ErrorKind::Other,
            Self::Full => ErrorKind::WriteZero,
        }
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for IoError {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Empty => defmt::write!(f, "Empty"),
            Self::Full => defmt::write!(f, "Full"),
        }
    }
}

/// Returns `Ok` if some bytes were transferred, or none were wanted.
fn transferred(count: usize, wanted: usize, error: IoError) -> Result<usize, IoError> {
    if count == 0 && wanted > 0 { Err(error) } else { Ok(count) }
}

impl ErrorType for Producer<'_, u8> {
    type Error = IoError;
}

impl ErrorType for Consumer<'_, u8> {
    type Error = IoError;
}

/// As [`push_slice`](Producer::push_slice): wait-free.
///
/// **Errors**: [`IoError::Full`] where embedded-io would block. Never panics.
impl Write for Producer<'_, u8> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, IoError> {
        transferred(self.push_slice(bytes), bytes.len(), IoError::Full)
    }

    /// Does nothing: the bytes that were written are in the queue.
    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }
}

impl WriteReady for Producer<'_, u8> {
    fn write_ready(&mut self) -> Result<bool, IoError> {
        Ok(!self.is_full())
    }
}

/// As [`pop_slice`](Consumer::pop_slice): wait-free.
///
/// **Errors**: [`IoError::Empty`] where embedded-io would block. Never panics.
impl Read for Consumer<'_, u8> {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, IoError> {
        transferred(self.pop_slice(bytes), bytes.len(), IoError::Empty)
    }
}

impl ReadReady for Consumer<'_, u8> {
    fn read_ready(&mut self) -> Result<bool, IoError> {
        Ok(!self.is_empty())
    }
}

/// The bytes in place: wait-free.
///
/// **Errors**: [`IoError::Empty`] where embedded-io would block. Never panics.
impl BufRead for Consumer<'_, u8> {
    /// Returns all bytes up to the last slot of the ring.
    fn fill_buf(&mut self) -> Result<&[u8], IoError> {
        let bytes = self.run();
        transferred(bytes.len(), 1, IoError::Empty)?;
        Ok(bytes)
    }

    /// As [`skip`](Consumer::skip).
    fn consume(&mut self, count: usize) {
        self.skip(count);
    }
}
