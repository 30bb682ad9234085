//! The byte streams of `std::io`, on the ends of a queue of bytes.
//!
//! A queue never blocks: where the streams would, they return [`ErrorKind::WouldBlock`].

// Inline, here and in `text.rs`: so models under loom, whose cells cannot be lent as slices,
// compile these methods only if they use them.

use super::{Consumer, Producer};
use std::io::{BufRead, ErrorKind, Read, Result, Write};

/// As [`push_slice`](Producer::push_slice): wait-free.
///
/// **Errors**: [`ErrorKind::WouldBlock`] if there is no room, [`ErrorKind::BrokenPipe`] once the
/// consumer was dropped. Never panics.
///
/// ```
/// use std::io::{ErrorKind, Write};
///
/// let mut queue = ringway::spsc::Queue::<u8, 4>::new();
/// let (mut to, from) = queue.split();
/// assert_eq!(to.write(b"hello").unwrap(), 4);
/// assert_eq!(to.write(b"o").unwrap_err().kind(), ErrorKind::WouldBlock);
/// drop(from);
/// assert_eq!(to.write(b"o").unwrap_err().kind(), ErrorKind::BrokenPipe);
/// ```
impl Write for Producer<'_, u8> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if self.is_abandoned() {
            return Err(ErrorKind::BrokenPipe.into());
        }
        match self.push_slice(bytes) {
            0 if !bytes.is_empty() => Err(ErrorKind::WouldBlock.into()),
            count => Ok(count),
        }
    }

    /// Does nothing: the bytes that were written are in the queue.
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// As [`pop_slice`](Consumer::pop_slice): wait-free. Zero bytes are the end of the stream: the
/// producer was dropped, and all bytes are read.
///
/// **Errors**: [`ErrorKind::WouldBlock`] if there is no byte, and the producer may still write
/// some. Never panics.
///
/// ```
/// use std::io::{ErrorKind, Read};
///
/// let (mut to, mut from) = ringway::spsc::BoxedQueue::new(8)?.into_split();
/// to.push_slice(b"hello");
/// let mut text = Vec::new();
/// assert_eq!(from.read_to_end(&mut text).unwrap_err().kind(), ErrorKind::WouldBlock);
/// to.push_slice(b" all");
/// drop(to);
/// assert_eq!(from.read_to_end(&mut text).unwrap(), 4);
/// assert_eq!(text, b"hello all");
/// # Ok::<(), ringway::CapacityError>(())
/// ```
impl Read for Consumer<'_, u8> {
    #[inline]
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        let is_last = self.is_abandoned();
        match self.pop_slice(bytes) {
            0 if !bytes.is_empty() && !is_last => Err(ErrorKind::WouldBlock.into()),
            count => Ok(count),
        }
    }
}

/// The bytes in place: wait-free. No bytes are the end of the stream.
///
/// **Errors**: [`ErrorKind::WouldBlock`] if there is no byte, and the producer may still write
/// some. Never panics.
///
/// ```
/// use std::io::BufRead;
///
/// let (mut to, from) = ringway::spsc::BoxedQueue::new(16)?.into_split();
/// to.push_slice(b"one\ntwo\n");
/// drop(to);
/// let lines: Vec<_> = from.lines().map_while(Result::ok).collect();
/// assert_eq!(lines, ["one", "two"]);
/// # Ok::<(), ringway::CapacityError>(())
/// ```
impl BufRead for Consumer<'_, u8> {
    /// Returns all bytes up to the last slot of the ring.
    #[inline]
    fn fill_buf(&mut self) -> Result<&[u8]> {
        let is_last = self.is_abandoned();
        match self.run() {
            [] if !is_last => Err(ErrorKind::WouldBlock.into()),
            bytes => Ok(bytes),
        }
    }

    /// As [`skip`](Consumer::skip).
    fn consume(&mut self, count: usize) {
        self.skip(count);
    }
}
