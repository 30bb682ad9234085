//! What waits, in the sweep: a future that is interrupted while it leaves its waker, and while it
//! is cancelled.
//!
//! A future that sleeps claims something: that there is no value, or no room, and no end; or that a
//! task is not done. So a lost wake-up is a wrong answer, which the search finds as it finds any
//! other.

mod channel;
mod future;
mod pool;
mod tracker;

pub(super) use channel::{Careless, SpscEnds, Waited};
pub(super) use pool::Acquired;
pub(super) use tracker::Tracked;

use super::machine::with_interrupts_masked;
use ringway::wait::RawLock;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering};

/// What masked interrupts are on one core.
pub(crate) struct Masked;

// SAFETY: this program has one thread, and nothing interrupts it meanwhile.
unsafe impl RawLock for Masked {
    const INIT: Self = Self;

    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        with_interrupts_masked(f)
    }
}

/// A lock for which a handler waits while what it interrupted holds it.
pub(crate) struct Spinning(AtomicBool);

// SAFETY: one at a time gets past the loop.
unsafe impl RawLock for Spinning {
    const INIT: Self = Self(AtomicBool::new(false));

    fn with<O>(&self, f: impl FnOnce() -> O) -> O {
        while self.0.swap(true, Ordering::Acquire) {
            spin_loop();
        }
        let output = f();
        self.0.store(false, Ordering::Release);
        output
    }
}
