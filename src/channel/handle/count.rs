//! How many handles of each side there are.

use crate::ordering;
use crate::sync::{Atomic, Ordering, const_fn};

/// How many handles of each side there are.
pub(in crate::channel) struct Handles {
    pub(super) senders: HandleCount,
    pub(super) receivers: HandleCount,
}

impl Handles {
    const_fn! {
        pub(in crate::channel) fn new() -> Self {
            Self { senders: HandleCount(Atomic::new()), receivers: HandleCount(Atomic::new()) }
        }
    }
}

/// The number of handles of one side.
pub(super) struct HandleCount(Atomic<usize>);

impl HandleCount {
    pub(super) fn add(&self) {
        // ORDERING: none: a handle is added by the holder of another, or of the channel.
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds a handle if there is another one. Returns `true` if so.
    pub(super) fn add_unless_none(&self) -> bool {
        let mut count = self.get();
        while count != 0 {
            // ORDERING: none if it succeeds: later drops of handles read from it what earlier ones
            // release (C2). If it fails, acquires these, as `get` does (C3).
            let added = self.0.compare_exchange_weak(
                count,
                count.wrapping_add(1),
                Ordering::Relaxed,
                ordering::CHANNEL_LOAD_HANDLES,
            );
            match added {
                Ok(_) => return true,
                Err(current) => count = current,
            }
        }
        false
    }

    pub(super) fn get(&self) -> usize {
        // ORDERING: acquires what was done with the handles that were dropped (C3).
        self.0.load(ordering::CHANNEL_LOAD_HANDLES)
    }

    /// Returns `true` if that was the last one.
    pub(super) fn remove(&self) -> bool {
        // ORDERING: releases to the last drop what was done with this handle, and acquires it there
        // (C2); releases it to loads of the count (C3).
        self.0.fetch_add(usize::MAX, ordering::CHANNEL_DROP_HANDLE) == 1
    }
}
