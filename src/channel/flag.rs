//! Whether a channel was closed.

use crate::sync::{Atomic, Ordering, const_fn, edge};

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

    /// Takes it down again, while nobody else has the channel.
    pub(crate) fn lower(&self) {
        // ORDERING: none: whoever gets the channel gets it from the caller.
        self.0.store(0, Ordering::Relaxed);
    }
}
