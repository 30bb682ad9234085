//! How many spare slots a ring gets whose capacity is chosen at run time.

#[cfg(feature = "std")]
use {super::IS_MODEL, core::num::NonZero, std::sync::OnceLock, std::thread::available_parallelism};

/// The number of spare slots where nothing is known of the machine.
pub(crate) const LEAST_SPARES: usize = 4;

/// The number of spare slots that is enough for all threads that the machine can run at once, asked
/// for once: on Linux the answer takes several system calls.
#[cfg(feature = "std")]
pub(crate) fn default_spares() -> usize {
    static SPARES: OnceLock<usize> = OnceLock::new();
    let parallelism = || available_parallelism().map_or(1, NonZero::get);
    if IS_MODEL { LEAST_SPARES } else { *SPARES.get_or_init(|| spares_for(parallelism())) }
}

/// As nothing is known of the machine.
#[cfg(not(feature = "std"))]
pub(crate) fn default_spares() -> usize {
    LEAST_SPARES
}

/// Two for each thread that runs at once: one of them is the operation that asks, so two remain for
/// operations that stall. On words of 32 bits the least number, as more slots would shorten the
/// round within which a stalled operation must continue.
#[cfg(feature = "std")]
fn spares_for(threads: usize) -> usize {
    if usize::BITS < 64 { LEAST_SPARES } else { threads.saturating_mul(2).max(LEAST_SPARES) }
}

#[cfg(all(test, feature = "std", target_pointer_width = "64"))]
mod tests {
    use super::{available_parallelism, default_spares, spares_for};

    #[test]
    fn there_are_two_spares_for_each_thread_that_runs_at_once_and_four_at_least() {
        assert_eq!([1, 2, 3, 64, usize::MAX].map(spares_for), [4, 4, 6, 128, usize::MAX]);
        assert_eq!(default_spares(), spares_for(available_parallelism().unwrap().get()));
    }
}
