//! The errors of the crate root.

use crate::{Later, Word, roots};
use core::fmt::Write;
use ringway::{CapacityError, ChunkError, Full};

#[unsafe(no_mangle)]
static STATIC_FULL: Later<Full<Word>> = Later::new();
#[unsafe(no_mangle)]
static STATIC_CAPACITY_ERROR: Later<CapacityError> = Later::new();
#[unsafe(no_mangle)]
static STATIC_CHUNK_ERROR: Later<ChunkError> = Later::new();

/// Text that goes nowhere.
struct Nowhere;

impl Write for Nowhere {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        core::hint::black_box(text);
        Ok(())
    }
}

roots! {
    fn word_full_into_inner(full: Full<Word>) -> Word {
        full.into_inner()
    }

    fn word_chunk_error_available() -> usize {
        STATIC_CHUNK_ERROR.get().available()
    }

    fn format_errors() {
        let (full, capacity, chunk) = (STATIC_FULL.get(), STATIC_CAPACITY_ERROR.get(), STATIC_CHUNK_ERROR.get());
        let errors: [&dyn core::error::Error; 3] = [full, capacity, chunk];
        for error in errors {
            let _ = write!(Nowhere, "{error} {error:?}");
        }
        #[cfg(feature = "defmt")]
        defmt::info!("{} {} {}", full, capacity, chunk);
    }
}
