//! Whether a channel was closed.

use crate::sync::{Atomic, const_fn, edge};

/// A flag that goes up once, for those who have the channel at the same time.
pub(crate) struct Flag(Atomic<usize>);

impl Flag {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn is_raised(&self) -> bool {
        // ORDERING: C1 to.
        self.0.load(edge::CLOSED) != 0
    }

    /// Whether this call was the first. Whoever waits is told afterwards.
    pub(crate) fn raise(&self) -> bool {
        // ORDERING: C1 from; W1 to: it comes before the look for waiters.
        self.0.swap(1, edge::CLOSE) == 0
    }
}
