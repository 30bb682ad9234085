//! What every thread does when the queue says full or empty: the same for all contenders.

use core::hint;
use std::thread;
use std::time::{Duration, Instant};

/// Spins before the core is given away when every thread has one of its own: about a millisecond,
/// so only a thread that lost its core is ever waited for this way.
const SPINS_ALONE: u32 = 1 << 14;
/// The same when threads share cores and the one waited for is likely not running.
const SPINS_CROWDED: u32 = 32;
/// A queue that lets nothing through for this long has lost something, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(600);

/// How long a thread spins, yields and finally gives up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    spins: u32,
}

impl Backoff {
    pub(crate) fn new(crowded: bool) -> Self {
        Self { spins: if crowded { SPINS_CROWDED } else { SPINS_ALONE } }
    }

    /// Tries until there is a result.
    ///
    /// # Panics
    /// When nothing comes for too long: the harness reports the contender as failed.
    #[inline]
    pub(crate) fn until<R>(self, mut attempt: impl FnMut() -> Option<R>) -> R {
        let mut failures = 0;
        let mut since = None;
        loop {
            if let Some(result) = attempt() {
                return result;
            }
            hint::spin_loop();
            failures += 1;
            if failures == self.spins {
                failures = 0;
                rest(&mut since);
            }
        }
    }
}

/// Gives the core away. `since` is when this attempt did so first.
#[cold]
fn rest(since: &mut Option<Instant>) {
    let since = since.get_or_insert_with(Instant::now);
    assert!(since.elapsed() < LIMIT, "no progress: items lost");
    thread::yield_now();
}
