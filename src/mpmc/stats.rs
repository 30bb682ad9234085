//! The counts of a queue.

use crate::raw::mpmc::{Memory, Ring};

/// Statistics of a queue, all of the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The number of values pushed so far. Starts again at zero after one round: see
    /// [wrap-around](crate::mpmc#wrap-around).
    pub pushed: usize,
    /// The number of values popped so far. Starts again like `pushed`.
    pub popped: usize,
    /// The number of values in the queue.
    pub len: usize,
    /// The number of values that the queue can hold.
    pub capacity: usize,
}

impl Stats {
    pub(crate) fn of(ring: Ring<impl Memory + Copy>) -> Self {
        let (pushed, popped, len) = ring.counts();
        Self { pushed, popped, len, capacity: ring.capacity() }
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Stats {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Stats {{ pushed: {=usize}, popped: {=usize}, len: {=usize}, capacity: {=usize} }}",
            self.pushed,
            self.popped,
            self.len,
            self.capacity
        );
    }
}
