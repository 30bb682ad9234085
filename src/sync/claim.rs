//! A flag that one operation at a time can claim.

use super::{Atomic, CACHES, Word, const_fn, fence};
use crate::ordering;

/// The type of the flag in the compact profile: a byte, except on 32-bit RISC-V, where claiming a
/// byte takes ten more instructions than claiming a word.
#[cfg(not(all(target_arch = "riscv32", target_has_atomic = "8")))]
pub(crate) type FlagWord = u8;
#[cfg(all(target_arch = "riscv32", target_has_atomic = "8"))]
pub(crate) type FlagWord = usize;

/// Whether something is in use: claimed with one read-modify-write and released with a store. The
/// orderings are those of a slot of the MPMC ring.
pub(crate) struct ClaimFlag<W: Word>(Atomic<W>);

impl<W: Word> ClaimFlag<W> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn is_free(&self) -> bool {
        // ORDERING: acquires the release of the flag: the old value is gone (E2).
        self.0.load(ordering::SLOT_LOAD).to_usize() == 0
    }

    /// Claims the flag and returns `true` if it was free.
    ///
    /// In the cached profile a load comes first, which spares the cache line of a busy flag, and a
    /// swap is fastest. In the compact profile a fetch-or takes the least code.
    #[inline]
    pub(crate) fn try_claim(&self) -> bool {
        if CACHES && !self.is_free() {
            return false;
        }
        let busy = W::truncate_from(1);
        // ORDERING: acquires the release of the flag (E2), or the claim of its holder; releases to
        // the next push that finds it busy (E6).
        let before = if CACHES {
            self.0.swap(busy, ordering::SLOT_CLAIM)
        } else {
            self.0.fetch_or(busy, ordering::SLOT_CLAIM)
        };
        // ORDERING: on microcontrollers, acquires for the claim (E2, E6) and for the head that was
        // loaded before (E4).
        fence(ordering::SLOT_CLAIM_FENCE);
        before.to_usize() == 0
    }

    #[inline]
    pub(crate) fn release(&self) {
        // ORDERING: releases to the next claim: the value is gone (E2).
        self.0.store_racing_with_swap(W::truncate_from(0), ordering::SLOT_RELEASE);
    }
}
