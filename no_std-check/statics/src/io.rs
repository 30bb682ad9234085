//! The ends of an SPSC queue as streams of bytes.

use crate::{Later, roots};
use embedded_io::{BufRead, Read, ReadReady, Write, WriteReady};
use ringway::spsc::{Consumer, IoError, Producer};

#[unsafe(no_mangle)]
static STATIC_IO_ERROR: Later<IoError> = Later::new();

roots! {
    fn bulk_io_write(to: &mut Producer<'static, u8>, bytes: &[u8]) -> Result<usize, IoError> {
        if to.write_ready()? { to.write(bytes) } else { to.flush().map(|()| 0) }
    }

    fn bulk_io_read(from: &mut Consumer<'static, u8>, bytes: &mut [u8]) -> Result<usize, IoError> {
        if from.read_ready()? { from.read(bytes) } else { Ok(0) }
    }

    fn bulk_io_read_in_place(from: &mut Consumer<'static, u8>) -> Result<u8, IoError> {
        let sum = from.fill_buf()?.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
        from.consume(1);
        Ok(sum)
    }

    fn word_io_error_kind() -> bool {
        embedded_io::Error::kind(STATIC_IO_ERROR.get()) == embedded_io::ErrorKind::WriteZero
    }

    #[cfg(feature = "defmt")]
    fn format_io() {
        defmt::info!("{}", STATIC_IO_ERROR.get());
    }
}
