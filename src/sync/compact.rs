//! The compact profile, for microcontrollers: the main costs are memory and instructions, and no
//! caches are shared between cores.

pub(crate) const CACHES: bool = false;

/// Keeps the second of two items: the one for the compact profile.
macro_rules! by_caches {
    ($cached:item $compact:item) => {
        $compact
    };
}

/// A function for a rare path, inlined into its caller: that takes the least code.
macro_rules! out_of_line {
    ($function:item) => {
        #[inline]
        $function
    };
}

pub(crate) use {by_caches, out_of_line};

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

    #[inline]
    pub(crate) fn set(&self, _: usize) {}
}

/// A word in the queue, without a copy: to read the word itself costs no more here.
pub(crate) struct CachedIndex;

impl CachedIndex {
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
