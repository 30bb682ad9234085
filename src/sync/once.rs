//! A word that is set once: how the ends of a queue in a `static` are taken.

use super::{Atomic, Ordering, const_fn};

/// A word that one caller sets for good.
pub(crate) struct SetOnce {
    word: Atomic<usize>,
    #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
    splitter: splitter::Splitter,
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

    /// Whether this call is the one that sets the word, to a `value` that is not zero.
    pub(crate) fn claim(&self, value: usize) -> bool {
        #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
        // ORDERING: none needed. Only the winner acts, and what it reads happened before it shared the queue.
        return self.word.compare_exchange(0, value, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
        return self.splitter.claim(&self.word, value);
    }

    /// Sets the word to a `value` that is not zero, unless it is set.
    ///
    /// The caller sees to it that nothing else uses the word meanwhile.
    pub(crate) fn set(&self, value: usize) {
        // ORDERING: none needed: see above.
        if self.word.load(Ordering::Relaxed) == 0 {
            self.word.store(value, Ordering::Relaxed);
        }
    }

    /// What it was set to, or zero.
    ///
    /// # Safety
    /// It is set, or nobody sets it meanwhile.
    #[inline]
    pub(crate) unsafe fn get(&self) -> usize {
        // SAFETY: once it is set nobody writes it: a compare-exchange that fails does not.
        #[cfg(any(target_has_atomic = "ptr", feature = "portable-atomic"))]
        return unsafe { self.word.read() };
        // ORDERING: none needed: see above. Whoever lost the claim may still store the same value.
        #[cfg(not(any(target_has_atomic = "ptr", feature = "portable-atomic")))]
        return self.word.load(Ordering::Relaxed);
    }
}

/// The claim on cores without compare-and-swap: Lamport's and Moir and Anderson's *splitter*, which
/// needs loads and stores only.
#[cfg(any(test, not(any(target_has_atomic = "ptr", feature = "portable-atomic"))))]
mod splitter {
    use super::{Atomic, Ordering, const_fn};

    /// Who came last.
    pub(super) struct Splitter(Atomic<usize>);

    impl Splitter {
        const_fn! {
            pub(super) fn new() -> Self {
                Self(Atomic::new())
            }
        }

        /// At most one call wins. A call that an interrupt does not share with another always wins
        /// or finds the winner; of two that run on two cores at the same moment, both may lose.
        /// All set the word to the same `value`.
        pub(super) fn claim(&self, word: &Atomic<usize>, value: usize) -> bool {
            let place = 0u8;
            // The address of a local is different in every context that is still inside this call.
            let me = core::ptr::from_ref(&place).addr();
            // ORDERING: SeqCst throughout: the splitter is proved for sequential consistency, and runs once.
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
