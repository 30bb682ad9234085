//! A flag that one operation at a time can claim.

use super::profile::test_and_set;
use super::{Atomic, Word, const_fn, fence};
use crate::ordering;

/// Whether something has an owner: claimed by one read-modify-write, released by a store, with the
/// edges of a slot.
pub(crate) struct ClaimFlag<W: Word>(Atomic<W>);

impl<W: Word> ClaimFlag<W> {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn is_free(&self) -> bool {
        // ORDERING: acquires the release of the flag: the old value is gone (E2); or the claim of
        // its owner (E6).
        self.0.load(ordering::SLOT_LOAD).to_usize() == 0
    }

    /// Claims the flag if it is free. Returns whether it was.
    #[inline]
    pub(crate) fn try_claim(&self) -> bool {
        let was_free = test_and_set(&self.0, || self.is_free());
        // ORDERING: on microcontrollers, acquires for the claim (E2, E6) and for the head that was
        // loaded before (E4).
        fence(ordering::SLOT_CLAIM_FENCE);
        was_free
    }

    #[inline]
    pub(crate) fn release(&self) {
        // ORDERING: releases to the next claim: the value is gone (E2).
        self.0.store_racing_with_swap(W::truncate_from(0), ordering::SLOT_RELEASE);
    }
}
