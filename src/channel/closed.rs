//! Whether a channel was closed.

use crate::sync::{Atomic, const_fn, edge};

/// A flag that is set once, for all who share the channel.
pub(crate) struct Closed(Atomic<usize>);

impl Closed {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> bool {
        // ORDERING: C1 to.
        self.0.load(edge::CLOSED) != 0
    }

    /// Sets the flag. Returns `true` if this call was the first. The waiters are to be woken afterwards.
    pub(crate) fn set(&self) -> bool {
        // ORDERING: C1 from; W1 to: it comes before the look for waiters.
        self.0.swap(1, edge::CLOSE) == 0
    }
}
