//! The cached profile, for cores that share caches: the main cost is an access to a cache line that
//! another core wrote.

use super::{Atomic, Ordering, const_fn};

pub(crate) const CACHES: bool = true;

/// Keeps the first of two items: the one for the cached profile.
macro_rules! by_caches {
    ($cached:item $compact:item) => {
        $cached
    };
}

/// A function for a rare path, kept out of the code of the frequent one.
macro_rules! out_of_line {
    ($function:item) => {
        #[cold]
        #[inline(never)]
        $function
    };
}

pub(crate) use {by_caches, out_of_line};

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
}

/// A copy that one end keeps of a word in the queue, to avoid an access to the cache line of the
/// word.
pub(crate) struct CachedIndex(usize);

impl CachedIndex {
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
