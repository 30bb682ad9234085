//! The profile of microcontrollers: memory and instructions are what costs, and each core has the memory to itself.

pub(crate) const CACHES: bool = false;

/// The second of two items, which is for microcontrollers.
macro_rules! by_caches {
    ($cached:item $compact:item) => {
        $compact
    };
}

/// A function for what is rare, part of the one that calls it: that is smallest.
macro_rules! out_of_line {
    ($function:item) => {
        #[inline]
        $function
    };
}

pub(crate) use {by_caches, out_of_line};

/// The same face as `CachePadded`, without the padding, which would cost more memory than the queue.
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

/// A word about which way has been faster, where nothing is noted.
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

/// A word in the queue, where a look at it costs no more than a look at what one remembers.
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
