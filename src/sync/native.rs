//! Programs: the atomics of the target, or those of portable-atomic.

pub(crate) use super::constant::*;
#[cfg(not(feature = "portable-atomic"))]
pub(crate) use core::sync::atomic as primitive;
#[cfg(feature = "portable-atomic")]
pub(crate) use portable_atomic as primitive;

#[cfg(all(feature = "async", feature = "std"))]
use crate::sync::ClaimFlag;

/// Whether this is loom, which has its own limits.
pub(crate) const IS_LOOM: bool = false;
/// Whether a checker chooses which thread runs.
pub(crate) const IS_MODEL: bool = false;

/// What is in an atomic that nothing writes meanwhile.
macro_rules! read_alone {
    ($atomic:expr) => {
        // SAFETY: the caller sees to it that nothing writes the atomic meanwhile.
        unsafe { $atomic.as_ptr().read() }
    };
}

pub(crate) use read_alone;

/// A mutex without a value, for threads, which hold it for a dozen instructions.
///
/// A slot without a queue: claimed and given back as one, by the same edge. The models use a mutex of theirs, which
/// does not spin.
#[cfg(all(feature = "async", feature = "std"))]
pub(crate) struct Mutex(ClaimFlag<u8>);

#[cfg(all(feature = "async", feature = "std"))]
impl Mutex {
    pub(crate) const fn new() -> Self {
        Self(ClaimFlag::new())
    }

    #[inline]
    pub(crate) fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        /// Gives the mutex back, even if `f` panics.
        struct Held<'b>(&'b ClaimFlag<u8>);

        impl Drop for Held<'_> {
            #[inline]
            fn drop(&mut self) {
                self.0.release();
            }
        }

        if !self.0.try_claim() {
            self.wait();
        }
        let _held = Held(&self.0);
        f()
    }

    /// Who holds it was interrupted. Spins, then yields, and at last sleeps, for a yield does not let a thread of lower
    /// priority run.
    #[cold]
    fn wait(&self) {
        let backoff = crossbeam_utils::Backoff::new();
        while !self.0.try_claim() {
            if backoff.is_completed() {
                std::thread::sleep(core::time::Duration::from_micros(50));
            } else {
                backoff.snooze();
            }
        }
    }
}
