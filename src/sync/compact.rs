//! The compact profile, for microcontrollers: the main costs are memory and instructions, and no
//! caches are shared between cores.

use super::{Atomic, Word};
use crate::ordering;

pub(crate) const CACHES: bool = false;

/// The word of a claim flag: a byte, except on RV32, whose atomics are of words, so that claiming a
/// byte takes ten more instructions.
#[cfg(not(all(target_arch = "riscv32", target_has_atomic = "8")))]
pub(crate) type FlagWord = u8;
#[cfg(all(target_arch = "riscv32", target_has_atomic = "8"))]
pub(crate) type FlagWord = usize;

/// A push to a full queue reports Full at once.
pub(crate) const FULL_RETRIES: usize = 0;

/// A task parks at once.
#[cfg(feature = "async")]
pub(crate) const POLL_BACKOFF: core::ops::Range<u32> = 0..0;

pub(crate) use crate::raw::mpmc::separate as ring_memory;

/// A push requests no line ahead.
pub(crate) const PREFETCH_BYTES: usize = 0;

/// Calls `slow`, which does all that `fast` does: one copy is smallest.
#[inline]
pub(crate) fn fast_path<R: Copy, P: Copy, V, N>(
    ring: R,
    position: P,
    value: V,
    retries: N,
    _fast: impl FnOnce(R, P, V) -> Result<(), V>,
    slow: impl FnOnce(R, P, V, N) -> Result<(), V>,
) -> Result<(), V> {
    slow(ring, position, value, retries)
}

/// Sets a flag and returns whether it was clear. To set a bit is small, as the new value is made of
/// the old one.
#[inline]
pub(crate) fn test_and_set<W: Word>(flag: &Atomic<W>, _is_clear: impl FnOnce() -> bool) -> bool {
    // ORDERING: relaxed here; the fence after the claim acquires.
    flag.fetch_or(W::truncate_from(1), ordering::SLOT_CLAIM).to_usize() == 0
}

/// The interface of `CachePadded` without the padding, which would take more memory than the queue.
pub(crate) struct Padded<T>(T);

impl<T> Padded<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T> core::ops::Deref for Padded<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

/// The word that records which way has been faster. This profile records nothing.
pub(crate) struct Heuristic;

impl Heuristic {
    pub(crate) const fn new() -> Self {
        Self
    }

    #[inline]
    pub(crate) fn get(&self) -> usize {
        0
    }

    #[cfg(feature = "async")]
    #[inline]
    pub(crate) fn set(&self, _: usize) {}

    /// `false`: a word that is not kept is never worth a second look.
    #[inline]
    pub(crate) fn replace(&self, _: usize) -> bool {
        false
    }
}

/// A word of the queue, without a copy: to read the word itself costs no more here.
pub(crate) struct PeerWord;

impl PeerWord {
    #[inline]
    pub(crate) fn new(_: impl FnOnce() -> usize) -> Self {
        Self
    }

    #[inline]
    pub(crate) fn get(&self, now: impl FnOnce() -> usize) -> usize {
        now()
    }

    #[inline]
    pub(crate) fn refresh_if(&mut self, now: impl FnOnce() -> usize, _: impl FnOnce(usize) -> bool) -> usize {
        now()
    }

    #[inline]
    pub(crate) fn set(&mut self, _: usize) {}
}
