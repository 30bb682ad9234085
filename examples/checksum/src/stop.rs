//! The request to stop before all work is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Made by the handler of Ctrl-C, seen by the printer: when that returns, the process ends,
/// whatever the other threads wait for.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Requests the stop; `true` if it was requested before.
    pub(crate) fn request(&self) -> bool {
        // ORDERING: Relaxed, partner `is_requested`: only the flag itself is communicated.
        self.0.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn is_requested(&self) -> bool {
        // ORDERING: Relaxed, partner `request`.
        self.0.load(Ordering::Relaxed)
    }
}
