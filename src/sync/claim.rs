//! A flag that is claimed by one operation at a time.

use super::{Atomic, CACHES, Word, const_fn, fence};
use crate::ordering;

/// What a state is kept in where memory counts: a byte, unless to claim one takes ten instructions more than a word.
#[cfg(not(all(target_arch = "riscv32", target_has_atomic = "8")))]
pub(crate) type FlagWord = u8;
#[cfg(all(target_arch = "riscv32", target_has_atomic = "8"))]
pub(crate) type FlagWord = usize;

/// Whether something is in use: claimed by one read-modify-write, given back by a store, with the edges of a slot.
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

    /// Whether it was free; it is busy afterwards. Where there are caches, a look first spares the line of one
    /// that is busy, and a swap is fast; elsewhere to set a bit is small, as the new value is made of the old one.
    #[inline]
    pub(crate) fn try_claim(&self) -> bool {
        if CACHES && !self.is_free() {
            return false;
        }
        let busy = W::truncate_from(1);
        // ORDERING: acquires the release of the flag (E2), or the claim of its holder; releases to the
        // next push that finds it busy (E6).
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
