//! Spinning for some microseconds before a task waits, if that has paid recently.

use crate::sync::{Heuristic, POLL_BACKOFF, const_fn, pause};
use core::task::{Context, Poll};

/// The recent success rate of spinning before parking.
///
/// Parking and waking a thread takes tens of microseconds, on both sides. Two threads that both
/// stay awake exchange values without it: there spinning pays off. If the other end runs on the
/// same thread, it never does, and is soon given up. Kept for each side of a channel; nothing but
/// time depends on it.
///
/// ```text
///  high bits           bits 6 to 11         bits 0 to 5
/// +-------------------+--------------------+-------------------+
/// | parks to come     | failures in a row  | successes in a row|
/// | without a spin    |                    |                   |
/// +-------------------+--------------------+-------------------+
/// ```
pub(crate) struct AdaptiveSpin(Heuristic);

/// Successes in a row after which the task yields to the other tasks of the thread.
const WINS: usize = 32;
/// Failures in a row up to which each doubles the number of parks without a spin.
const LOSSES: usize = 12;

const ONE_LOSS: usize = 1 << 6;
const ONE_SKIP: usize = 1 << 12;

impl AdaptiveSpin {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Heuristic::new())
        }
    }

    /// Attempts for some microseconds, if spinning has paid off recently. Returns the result of
    /// the poll if it is final: it may be `Pending`, in which case the task has been woken.
    #[inline]
    pub(crate) fn spin_before_park<O>(
        &self,
        context: &Context<'_>,
        attempt: impl FnMut() -> Option<O>,
    ) -> Option<Poll<O>> {
        if POLL_BACKOFF.is_empty() {
            return None;
        }
        let word = self.0.get();
        if word >= ONE_SKIP {
            self.0.set(word - ONE_SKIP);
            return None;
        }
        self.spin(word, context, attempt)
    }

    #[cold]
    #[inline(never)]
    fn spin<O>(
        &self,
        word: usize,
        context: &Context<'_>,
        mut attempt: impl FnMut() -> Option<O>,
    ) -> Option<Poll<O>> {
        let (wins, losses) = (word % ONE_LOSS, word / ONE_LOSS);
        if wins == WINS {
            self.0.set(0);
            context.waker().wake_by_ref();
            return Some(Poll::Pending);
        }
        for spin in POLL_BACKOFF {
            pause(1 << spin);
            if let Some(done) = attempt() {
                self.0.set(wins + 1);
                return Some(Poll::Ready(done));
            }
        }
        let losses = LOSSES.min(losses + 1);
        self.0.set(losses * ONE_LOSS + ((1 << losses) - 1) * ONE_SKIP);
        None
    }
}

impl Default for AdaptiveSpin {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{AdaptiveSpin, LOSSES, POLL_BACKOFF, WINS};
    use core::task::{Context, Poll, Waker};

    /// The number of attempts of a task that succeeds after `after` of them.
    fn tries(spin: &AdaptiveSpin, after: usize) -> (usize, Option<Poll<()>>) {
        let mut tried = 0;
        let settled = spin.spin_before_park(&Context::from_waker(Waker::noop()), || {
            tried += 1;
            (tried > after).then_some(())
        });
        (tried, settled)
    }

    /// Returns `true` if this build spins at all; if not, that is all there is to see.
    fn is_tried() -> bool {
        if POLL_BACKOFF.is_empty() {
            assert_eq!(tries(&AdaptiveSpin::new(), 0), (0, None));
        }
        !POLL_BACKOFF.is_empty()
    }

    #[test]
    fn a_task_that_spins_in_vain_soon_parks_at_once() {
        if !is_tried() {
            return;
        }
        let spin = AdaptiveSpin::new();
        let calls = 3 * (1 << LOSSES);
        let tried = (0..calls).filter(|_| tries(&spin, usize::MAX).0 > 0).count();
        assert!((LOSSES..LOSSES + 4).contains(&tried), "{tried} of {calls} sleeps were put off");
    }

    #[test]
    fn a_task_that_succeeds_goes_on_spinning_and_yields_now_and_then() {
        if !is_tried() {
            return;
        }
        let spin = AdaptiveSpin::new();
        for _ in 0..3 {
            for _ in 0..WINS {
                assert_eq!(tries(&spin, 1), (2, Some(Poll::Ready(()))));
            }
            assert_eq!(tries(&spin, 1), (0, Some(Poll::Pending)));
        }
    }

    #[test]
    fn one_success_makes_up_for_all_losses() {
        if !is_tried() {
            return;
        }
        let spin = AdaptiveSpin::new();
        let lost = (0..100).filter(|_| tries(&spin, usize::MAX).0 > 0).count();
        assert!(lost > 3, "and so the next are skipped");
        let won = (0..100).find(|_| tries(&spin, 0).0 > 0);
        assert!(won > Some(0));
        let tried = POLL_BACKOFF.len();
        assert_eq!(tries(&spin, usize::MAX), (tried, None), "tries again at once");
    }
}
