//! Whether a channel was closed.

use crate::ordering;
use crate::sync::{Atomic, const_fn};

/// A flag that is set once, shared by all users of the channel.
pub(crate) struct Closed(Atomic<usize>);

impl Closed {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Atomic::new())
        }
    }

    #[inline]
    pub(crate) fn get(&self) -> bool {
        // ORDERING: acquires the swap that set the flag: what was done before is seen (C1).
        self.0.load(ordering::CHANNEL_LOAD_CLOSED) != 0
    }

    /// Sets the flag. Returns `true` if this call was the first. The waiters are to be woken
    /// afterwards.
    pub(crate) fn set(&self) -> bool {
        // ORDERING: releases what was done before to loads of the flag (C1); the change before the
        // load of the waiters (W1).
        self.0.swap(1, ordering::CHANNEL_CLOSE) == 0
    }
}
