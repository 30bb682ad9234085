//! A word that is set once: the limit of an SPSC ring, which also records that ends were made.

use super::{Atomic, Ordering, const_fn};

/// A word that one call sets permanently.
// In this order, as the fields of the positions of an SPSC ring.
#[repr(C)]
pub(crate) struct SetOnce {
    #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
    splitter: splitter::Splitter,
    word: Atomic<usize>,
}

impl SetOnce {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                word: Atomic::new(),
                #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
                splitter: splitter::Splitter::new(),
            }
        }
    }

    /// Sets the word to `value`, which must not be zero, and returns `true` if no other call did
    /// before.
    pub(crate) fn claim(&self, value: usize) -> bool {
        #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
        // ORDERING: none needed. Only the winner acts, and what it reads was written before the
        // queue was shared.
        return self.word.compare_exchange(0, value, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
        return self.splitter.claim(&self.word, value);
    }

    /// Sets the word to `value`, which must not be zero, unless it is set already.
    ///
    /// The caller ensures that nothing else uses the word at the same time.
    pub(crate) fn set(&self, value: usize) {
        // ORDERING: none needed: no other thread uses the word.
        if self.word.load(Ordering::Relaxed) == 0 {
            self.word.store(value, Ordering::Relaxed);
        }
    }

    /// Returns the value that was set, or zero.
    ///
    /// # Safety
    /// The word is set, or no other thread sets it at the same time.
    #[inline]
    pub(crate) unsafe fn get(&self) -> usize {
        // SAFETY: once set, the word is not written again: a failed compare-exchange does not
        // write.
        #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
        return unsafe { self.word.read() };
        // ORDERING: none needed: once set, the word keeps its value. A call that lost the claim may
        // still store the same value.
        #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
        return self.word.load(Ordering::Relaxed);
    }
}

/// The claim on cores without compare-and-swap: the *splitter* of Lamport, and of Moir and
/// Anderson, which only needs loads and stores.
#[cfg(any(test, not(any(target_has_atomic = "ptr", feature = "portable-atomic"))))]
mod splitter {
    use super::{Atomic, Ordering, const_fn};

    /// Identifies the call that arrived last.
    pub(super) struct Splitter(Atomic<usize>);

    impl Splitter {
        const_fn! {
            pub(super) fn new() -> Self {
                Self(Atomic::new())
            }
        }

        /// Returns `true` for at most one call. All calls set the word to the same `value`.
        ///
        /// Of calls that interrupt each other on one core, exactly one wins. Of two calls that run
        /// on two cores at the same time, both may lose.
        pub(super) fn claim(&self, word: &Atomic<usize>, value: usize) -> bool {
            let place = 0u8;
            // The address of a local variable is unique among all calls that are still running.
            let me = core::ptr::from_ref(&place).addr();
            // ORDERING: SeqCst throughout: the splitter is proved for sequential consistency, and
            // runs once.
            if word.load(Ordering::SeqCst) == value {
                return false;
            }
            self.0.store(me, Ordering::SeqCst);
            if word.load(Ordering::SeqCst) == value {
                return false;
            }
            word.store(value, Ordering::SeqCst);
            self.0.load(Ordering::SeqCst) == me
        }
    }

    #[cfg(test)]
    mod tests {
        use super::{Atomic, Splitter};

        #[test]
        fn the_first_claim_wins_and_no_other() {
            let (last, word) = (Splitter::new(), Atomic::new());
            assert!(last.claim(&word, 7));
            assert!(!last.claim(&word, 7));
        }
    }
}
