//! How long a task tries before it sleeps.

use crate::sync::{Note, SPINS, const_fn, pause};
use core::task::{Context, Poll};

/// How well it went of late for those who tried a few microseconds more instead of going to sleep.
///
/// To sleep and be woken takes a thread tens of microseconds, and its partner too. Two that both stay awake exchange
/// values without: then one more try pays. Where the partner runs on the same thread it never does, and is soon given
/// up. Remembered per side of a channel; nothing depends on it but time.
pub(crate) struct Luck(Note);

/// Wins in a row. After so many, other tasks of the thread have their turn.
const WINS: usize = 32;
/// Losses in a row, up to which each doubles the number of sleeps that are not put off.
const LOSSES: usize = 12;

const ONE_LOSS: usize = 1 << 6;
const ONE_SKIP: usize = 1 << 12;

impl Luck {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Note::new())
        }
    }

    /// Tries for some microseconds, if that is worth it. `Some` if it is settled what the poll says: perhaps that the
    /// task wants to be polled again, and has seen to it.
    #[inline]
    pub(crate) fn put_off_sleep<O>(
        &self,
        context: &Context<'_>,
        attempt: impl FnMut() -> Option<O>,
    ) -> Option<Poll<O>> {
        if SPINS.is_empty() {
            return None;
        }
        let word = self.0.get();
        if word >= ONE_SKIP {
            self.0.set(word - ONE_SKIP);
            return None;
        }
        self.try_longer(word, context, attempt)
    }

    #[cold]
    #[inline(never)]
    fn try_longer<O>(
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
        for spin in SPINS {
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

impl Default for Luck {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{LOSSES, Luck, SPINS, WINS};
    use core::task::{Context, Poll, Waker};

    /// How many tries a task makes that finds what it waits for after `after` of them.
    fn tries(luck: &Luck, after: usize) -> (usize, Option<Poll<()>>) {
        let mut tried = 0;
        let settled = luck.put_off_sleep(&Context::from_waker(Waker::noop()), || {
            tried += 1;
            (tried > after).then_some(())
        });
        (tried, settled)
    }

    /// Whether anybody tries longer in this build; if not, that is all there is to see.
    fn is_tried() -> bool {
        if SPINS.is_empty() {
            assert_eq!(tries(&Luck::new(), 0), (0, None));
        }
        !SPINS.is_empty()
    }

    #[test]
    fn who_tries_in_vain_soon_sleeps_at_once() {
        if !is_tried() {
            return;
        }
        let luck = Luck::new();
        let calls = 3 * (1 << LOSSES);
        let tried = (0..calls).filter(|_| tries(&luck, usize::MAX).0 > 0).count();
        assert!((LOSSES..LOSSES + 4).contains(&tried), "{tried} of {calls} sleeps were put off");
    }

    #[test]
    fn who_succeeds_goes_on_trying_and_lets_others_have_their_turn() {
        if !is_tried() {
            return;
        }
        let luck = Luck::new();
        for _ in 0..3 {
            for _ in 0..WINS {
                assert_eq!(tries(&luck, 1), (2, Some(Poll::Ready(()))));
            }
            assert_eq!(tries(&luck, 1), (0, Some(Poll::Pending)));
        }
    }

    #[test]
    fn one_success_makes_up_for_all_losses() {
        if !is_tried() {
            return;
        }
        let luck = Luck::new();
        let lost = (0..100).filter(|_| tries(&luck, usize::MAX).0 > 0).count();
        assert!(lost > 3, "and so the next are skipped");
        let won = (0..100).find(|_| tries(&luck, 0).0 > 0);
        assert!(won > Some(0));
        let tried = SPINS.len();
        assert_eq!(tries(&luck, usize::MAX), (tried, None), "tries again at once");
    }
}
