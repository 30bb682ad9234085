//! Text, written to a queue of bytes.

use super::Producer;
use core::fmt;

/// Pushes the bytes of each piece of text, all of them or none: no character is cut.
///
/// **Guarantees**: wait-free, except for what the formatting does; may be called in an interrupt
/// handler. **Errors**: [`fmt::Error`] if a piece does not fit. `write!` passes several pieces on,
/// and those before it stay in the queue. Never panics.
///
/// ```
/// use core::fmt::Write;
///
/// let mut queue = ringway::spsc::Queue::<u8, 16>::new();
/// let (mut log, mut from) = queue.split();
/// write!(log, "{} V", 3.3).unwrap();
/// assert!(log.write_str("too long for the rest").is_err());
/// assert_eq!(from.drain().collect::<Vec<_>>(), b"3.3 V");
/// ```
impl fmt::Write for Producer<'_, u8> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut chunk = self.write_chunk(text.len()).map_err(|_| fmt::Error)?;
        chunk.copy_from_slice(text.as_bytes());
        chunk.commit();
        Ok(())
    }
}
