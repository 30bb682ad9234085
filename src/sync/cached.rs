//! The cached profile, for cores that share caches: the main cost is an access to a cache line that
//! another core wrote.

use super::{Atomic, IS_MODEL, Ordering, Word, const_fn};
use crate::ordering;

pub(crate) const CACHES: bool = true;

/// The word of a claim flag: a byte, so that a value of up to four bytes, its flag and its cell
/// take 16 bytes and not 24. On RISC-V, most of whose atomics are of words, claiming a byte takes
/// more instructions.
#[cfg(not(any(target_arch = "riscv32", target_arch = "riscv64")))]
pub(crate) type FlagWord = u8;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
pub(crate) type FlagWord = usize;

/// How often a push to a full queue checks again for room before it reports Full; twice as often in
/// an MPMC ring, see [`Patience`](super::Patience).
///
/// Checking again only helps if another core can make room meanwhile. Under loom and shuttle a
/// bounded spin multiplies the schedules without adding a new outcome.
pub(crate) const FULL_RETRIES: usize = if IS_MODEL || cfg!(target_os = "none") { 0 } else { 3 };

/// The pauses between the attempts of a task before it parks: they double, from the first power of
/// two to the last, and take some microseconds in all. Shorter pauses do not make parking rarer. As
/// with [`FULL_RETRIES`], only if another core can change something meanwhile.
#[cfg(feature = "async")]
pub(crate) const POLL_BACKOFF: core::ops::Range<u32> =
    if IS_MODEL || cfg!(target_os = "none") { 0..0 } else { 2..8 };

pub(crate) use crate::raw::mpmc::interleaved as ring_memory;

/// How far ahead of a slot an SPSC push requests the line that it will write, in bytes. Chosen by
/// measurement, as is the item size from which it no longer pays: see `docs/design/spsc.md`.
pub(crate) const PREFETCH_BYTES: usize = if IS_MODEL { 0 } else { 256 };

/// Calls `fast`, and, if that gives the value back, `slow`, out of line.
///
/// The arguments are passed one by one: captured by closures, they are written to memory before
/// `fast` begins, which is 9 of 62 instructions of a push and a pop.
#[inline]
pub(crate) fn fast_path<R: Copy, P: Copy, V, N>(
    ring: R,
    position: P,
    value: V,
    retries: N,
    fast: impl FnOnce(R, P, V) -> Result<(), V>,
    slow: impl FnOnce(R, P, V, N) -> Result<(), V>,
) -> Result<(), V> {
    #[cold]
    #[inline(never)]
    fn out_of_line<R, P, V, N, O>(
        ring: R,
        position: P,
        value: V,
        retries: N,
        slow: impl FnOnce(R, P, V, N) -> O,
    ) -> O {
        slow(ring, position, value, retries)
    }
    fast(ring, position, value).or_else(|value| out_of_line(ring, position, value, retries, slow))
}

/// Sets a flag and returns whether it was clear. A load first spares the line of a flag that is
/// set, and a swap is fast.
#[inline]
pub(crate) fn test_and_set<W: Word>(flag: &Atomic<W>, is_clear: impl FnOnce() -> bool) -> bool {
    // ORDERING: acquires the release of the flag: the old value is gone (E2), or the claim of its
    // owner; releases to the next push that finds the flag set (E6).
    is_clear() && flag.swap(W::truncate_from(1), ordering::SLOT_CLAIM).to_usize() == 0
}

/// Keeps a value on cache lines of its own.
pub(crate) type Padded<T> = crossbeam_utils::CachePadded<T>;

/// A word that records which way has been faster. It affects time only, never a result.
pub(crate) struct Heuristic(Atomic<usize>);

impl Heuristic {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> usize {
        // ORDERING: none: no result depends on it.
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn set(&self, word: usize) {
        // ORDERING: none, as above.
        self.0.store(word, Ordering::Relaxed);
    }

    /// Sets the word, unless it is set to this already. Returns whether it was not.
    #[inline]
    pub(crate) fn replace(&self, word: usize) -> bool {
        let is_new = self.get() != word;
        if is_new {
            self.set(word);
        }
        is_new
    }
}

/// A word of the queue as one end last saw or wrote it: a copy, to avoid an access to the cache
/// line of the word.
pub(crate) struct PeerWord(usize);

impl PeerWord {
    #[inline]
    pub(crate) fn new(now: impl FnOnce() -> usize) -> Self {
        Self(now())
    }

    #[inline]
    pub(crate) fn get(&self, _: impl FnOnce() -> usize) -> usize {
        self.0
    }

    /// Returns the copy, after reading the word anew if `is_too_old` returns true for the copy.
    #[inline]
    pub(crate) fn refresh_if(
        &mut self,
        now: impl FnOnce() -> usize,
        is_too_old: impl FnOnce(usize) -> bool,
    ) -> usize {
        if is_too_old(self.0) {
            self.0 = now();
        }
        self.0
    }

    #[inline]
    pub(crate) fn set(&mut self, value: usize) {
        self.0 = value;
    }
}
