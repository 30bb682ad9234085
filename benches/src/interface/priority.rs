//! A queue that hands out the most urgent value first.

/// Level 0 is the most urgent.
pub(crate) const LEVELS: usize = 8;
pub(crate) const PER_LEVEL: usize = 64;
pub(crate) const ROOM: usize = LEVELS * PER_LEVEL;

/// A queue with [`LEVELS`] levels and room for 64 values in each, used through a shared reference.
pub trait PriorityQueue: Sync {
    const NAME: &'static str;

    /// On the heap, as some are large.
    fn new() -> Box<Self>;
    /// `false` when full.
    fn push(&self, level: usize, value: u64) -> bool;
    /// One of the most urgent values; `None` when empty.
    fn pop(&self) -> Option<u64>;
}
