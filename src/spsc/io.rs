//! The byte streams of embedded-io, on the ends of a queue of bytes.

use super::{Consumer, Producer};
use core::fmt;
use embedded_io_07::{BufRead, Error, ErrorKind, ErrorType, Read, ReadReady, Write, WriteReady};

/// Why the end of a queue cannot read or write now.
///
/// The traits of embedded-io block. A queue never does: where they would wait for the other end, they return
/// this, and the caller decides how to wait, or asks [`ReadReady`] or [`WriteReady`] first.
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
    /// Its kind is [`ErrorKind::Other`]: embedded-io knows none that says "not now".
    Empty,
    /// There is no room to write to. Its kind is [`ErrorKind::WriteZero`], as [`Write::write`] demands.
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

/// `Ok` where something was done, or nothing was to do.
fn done(count: usize, wanted: usize, otherwise: IoError) -> Result<usize, IoError> {
    if count == 0 && wanted > 0 { Err(otherwise) } else { Ok(count) }
}

impl ErrorType for Producer<'_, u8> {
    type Error = IoError;
}

impl ErrorType for Consumer<'_, u8> {
    type Error = IoError;
}

/// As [`push_slice`](Producer::push_slice): wait-free. **Errors**: [`IoError::Full`] instead of a wait.
impl Write for Producer<'_, u8> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, IoError> {
        done(self.push_slice(bytes), bytes.len(), IoError::Full)
    }

    /// Nothing to do: what was written is in the queue.
    fn flush(&mut self) -> Result<(), IoError> {
        Ok(())
    }
}

impl WriteReady for Producer<'_, u8> {
    fn write_ready(&mut self) -> Result<bool, IoError> {
        Ok(!self.is_full())
    }
}

/// As [`pop_slice`](Consumer::pop_slice): wait-free. **Errors**: [`IoError::Empty`] instead of a wait.
impl Read for Consumer<'_, u8> {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, IoError> {
        done(self.pop_slice(bytes), bytes.len(), IoError::Empty)
    }
}

impl ReadReady for Consumer<'_, u8> {
    fn read_ready(&mut self) -> Result<bool, IoError> {
        Ok(!self.is_empty())
    }
}

/// The bytes where they lie: wait-free. **Errors**: [`IoError::Empty`] instead of a wait.
impl BufRead for Consumer<'_, u8> {
    /// All bytes up to where the ring begins again.
    fn fill_buf(&mut self) -> Result<&[u8], IoError> {
        let bytes = self.run();
        done(bytes.len(), 1, IoError::Empty)?;
        Ok(bytes)
    }

    /// As [`skip`](Consumer::skip).
    fn consume(&mut self, count: usize) {
        self.skip(count);
    }
}
