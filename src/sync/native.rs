//! Programs: the atomics of the target, or those of portable-atomic.

pub(crate) use super::constant::*;
#[cfg(not(feature = "portable-atomic"))]
pub(crate) use core::sync::atomic as primitive;
#[cfg(feature = "portable-atomic")]
pub(crate) use portable_atomic as primitive;

#[cfg(all(feature = "async", feature = "std"))]
use crate::sync::ClaimFlag;

/// Whether this is loom, for whose limits some operations need a detour.
pub(crate) const IS_LOOM: bool = false;
/// Whether a model checker schedules the threads.
pub(crate) const IS_MODEL: bool = false;

/// The value of an atomic that no other thread writes at the same time.
macro_rules! read_alone {
    ($atomic:expr) => {
        // SAFETY: the caller ensures that nothing writes the atomic at the same time.
        unsafe { $atomic.as_ptr().read() }
    };
}

pub(crate) use read_alone;

/// A mutex without a value, for threads, which hold it for a dozen instructions.
///
/// Claimed and released as a slot of the MPMC ring is, with the same orderings. Models use the
/// mutex of their checker, which does not spin.
#[cfg(all(feature = "async", feature = "std"))]
pub(crate) struct Mutex(ClaimFlag<u8>);

#[cfg(all(feature = "async", feature = "std"))]
impl Mutex {
    pub(crate) const fn new() -> Self {
        Self(ClaimFlag::new())
    }

    #[inline]
    pub(crate) fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        /// Releases the mutex, even if `f` panics.
        struct ReleaseOnDrop<'b>(&'b ClaimFlag<u8>);

        impl Drop for ReleaseOnDrop<'_> {
            #[inline]
            fn drop(&mut self) {
                self.0.release();
            }
        }

        if !self.0.try_claim() {
            self.wait();
        }
        let _release = ReleaseOnDrop(&self.0);
        f()
    }

    /// Waits for a holder that was preempted: spins, then yields, and finally sleeps, because a
    /// yield does not let a thread of lower priority run.
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
