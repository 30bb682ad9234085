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
///
/// drop(to);
/// assert_eq!(from.read(&mut bytes), Ok(0), "the end of the stream");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IoError {
    /// There is no byte to read, and the producer may still write some. Once it was dropped, all
    /// bytes are read, and then zero bytes: the end of the stream. Its kind is
    /// [`ErrorKind::Other`]: embedded-io has no kind for an operation that would block.
    Empty,
    /// There is no room to write to. Its kind is [`ErrorKind::WriteZero`], as [`Write::write`]
    /// requires.
    Full,
    /// The consumer was dropped. Its kind is [`ErrorKind::BrokenPipe`].
    Closed,
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the queue is empty",
            Self::Full => "the queue is full",
            Self::Closed => "the consumer of the queue was dropped",
        })
    }
}

impl core::error::Error for IoError {}

impl Error for IoError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Empty => ErrorKind::Other,
            Self::Full => ErrorKind::WriteZero,
            Self::Closed => ErrorKind::BrokenPipe,
        }
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for IoError {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Self::Empty => defmt::write!(f, "Empty"),
            Self::Full => defmt::write!(f, "Full"),
            Self::Closed => defmt::write!(f, "Closed"),
        }
    }
}

impl ErrorType for Producer<'_, u8> {
    type Error = IoError;
}

impl ErrorType for Consumer<'_, u8> {
    type Error = IoError;
}

/// As [`push_slice`](Producer::push_slice): wait-free.
///
/// **Errors**: [`IoError::Full`] where embedded-io would block, [`IoError::Closed`] once the
/// consumer was dropped. Never panics.
impl Write for Producer<'_, u8> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<usize, IoError> {
        if self.is_abandoned() {
            return Err(IoError::Closed);
        }
        match self.push_slice(bytes) {
            0 if !bytes.is_empty() => Err(IoError::Full),
            count => Ok(count),
        }
    }

    /// Does nothing: the bytes that were written are in the queue.
    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }
}

impl WriteReady for Producer<'_, u8> {
    fn write_ready(&mut self) -> Result<bool, IoError> {
        Ok(!self.is_full() || self.is_abandoned())
    }
}

/// As [`pop_slice`](Consumer::pop_slice): wait-free. Zero bytes are the end of the stream: the
/// producer was dropped, and all bytes are read.
///
/// **Errors**: [`IoError::Empty`] where embedded-io would block. Never panics.
impl Read for Consumer<'_, u8> {
    #[inline]
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, IoError> {
        let is_last = self.is_abandoned();
        match self.pop_slice(bytes) {
            0 if !bytes.is_empty() && !is_last => Err(IoError::Empty),
            count => Ok(count),
        }
    }
}

impl ReadReady for Consumer<'_, u8> {
    fn read_ready(&mut self) -> Result<bool, IoError> {
        Ok(!self.is_empty() || self.is_abandoned())
    }
}

/// The bytes in place: wait-free. No bytes are the end of the stream.
///
/// **Errors**: [`IoError::Empty`] where embedded-io would block. Never panics.
impl BufRead for Consumer<'_, u8> {
    /// Returns all bytes up to the last slot of the ring.
    #[inline]
    fn fill_buf(&mut self) -> Result<&[u8], IoError> {
        let is_last = self.is_abandoned();
        match self.run() {
            [] if !is_last => Err(IoError::Empty),
            bytes => Ok(bytes),
        }
    }

    /// As [`skip`](Consumer::skip).
    fn consume(&mut self, count: usize) {
        self.skip(count);
    }
}
