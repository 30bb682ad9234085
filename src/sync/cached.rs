//! The profile of cores that share caches: an access to a line that another core wrote is what costs.

use super::{Atomic, Ordering, const_fn};

pub(crate) const CACHES: bool = true;

/// The first of two items, which is for cores that share caches.
macro_rules! by_caches {
    ($cached:item $compact:item) => {
        $cached
    };
}

/// A function for what is rare, kept out of the way of what is not.
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

/// A word about which way has been faster: nothing but time depends on it.
pub(crate) struct Heuristic(Atomic<usize>);

impl Heuristic {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> usize {
        // ORDERING: none: nothing but time depends on it.
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn set(&self, word: usize) {
        // ORDERING: none, as above.
        self.0.store(word, Ordering::Relaxed);
    }
}

/// What one end remembers of a word in the queue, so that it need not touch the word's line.
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

    /// As it is now if `is_too_old` says so of what is remembered.
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
