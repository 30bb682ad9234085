//! How a thread waits, and how all of them are told to stop.
//!
//! The queues never wait: a full or empty one says so at once. What to do then is decided here and nowhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_utils::Backoff;

/// Short enough that nobody sees it.
const SHORTEST_NAP: Duration = Duration::from_millis(1);

/// Long enough that even hundreds of idle threads cost next to nothing.
const LONGEST_NAP: Duration = Duration::from_millis(64);

/// The request, shared by all threads, to end before the work is done.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

/// The answer of whatever was cut short by [`Stop`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stopped;

impl Stop {
    /// Asks all threads to end; `true` if somebody had asked before.
    pub(crate) fn request(&self) -> bool {
        // ORDERING: Relaxed, partner `check`: the flag itself is all that is told.
        self.0.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn check(&self) -> Result<(), Stopped> {
        // ORDERING: Relaxed, partner `request`.
        if self.0.load(Ordering::Relaxed) { Err(Stopped) } else { Ok(()) }
    }
}

/// Naps of one wait, each twice as long as the one before: a thread wakes late by no more than it has waited already.
struct Naps(Duration);

impl Naps {
    fn new() -> Self {
        Self(SHORTEST_NAP)
    }

    fn nap(&mut self) {
        thread::sleep(self.0);
        self.0 = LONGEST_NAP.min(self.0 * 2);
    }
}

/// Tries until `attempt` succeeds, for a thread with nothing better to do: spins, then yields, then naps.
pub(crate) fn promptly<T>(stop: &Stop, mut attempt: impl FnMut() -> Option<T>) -> Result<T, Stopped> {
    let backoff = Backoff::new();
    let mut naps = Naps::new();
    loop {
        if let Some(value) = attempt() {
            return Ok(value);
        }
        stop.check()?;
        if backoff.is_completed() {
            naps.nap();
        } else {
            backoff.snooze();
        }
    }
}

/// Pushes until there is room, for a thread that is ahead of the others: it naps at once and leaves them its core.
///
/// `try_push` gives a value that found no room back, as every queue of ringway does.
pub(crate) fn push_lazily<T>(
    stop: &Stop,
    mut value: T,
    mut try_push: impl FnMut(T) -> Result<(), ringway::Full<T>>,
) -> Result<(), Stopped> {
    let mut naps = Naps::new();
    while let Err(full) = try_push(value) {
        stop.check()?;
        naps.nap();
        value = full.into_inner();
    }
    Ok(())
}

/// A single short nap, for a thread that has more to do than to wait.
pub(crate) fn nap() {
    Naps::new().nap();
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringway::Full;

    #[test]
    fn promptly_tries_again_until_it_succeeds() {
        let mut left = 15; // some of each: spin, yield, nap
        let result = promptly(&Stop::default(), || {
            left -= 1;
            (left == 0).then_some("done")
        });
        assert_eq!(result, Ok("done"));
    }

    #[test]
    fn a_requested_stop_ends_every_wait() {
        let stop = Stop::default();
        assert!(!stop.request());
        assert!(stop.request(), "the second request knows of the first");
        assert_eq!(promptly(&stop, || None::<()>), Err(Stopped));
        assert_eq!(push_lazily(&stop, 1, |value| Err(Full(value))), Err(Stopped));
    }

    #[test]
    fn naps_grow_up_to_the_longest() {
        let mut naps = Naps::new();
        let lengths: Vec<_> = (0..9)
            .map(|_| {
                naps.nap();
                naps.0.as_millis()
            })
            .collect();
        assert_eq!(lengths, [2, 4, 8, 16, 32, 64, 64, 64, 64]);
    }

    #[test]
    fn push_lazily_offers_the_same_value_again() {
        let mut seen = Vec::new();
        let result = push_lazily(&Stop::default(), "job", |value| {
            seen.push(value);
            if seen.len() < 3 { Err(Full(value)) } else { Ok(()) }
        });
        assert_eq!(result, Ok(()));
        assert_eq!(seen, ["job"; 3]);
    }
}
