//! One waiter and one notifier, both wait-free: there is no lock that one could find held by the other.

use crate::ordering;
use crate::sync::{Atomic, Track, barrier, const_fn};
use core::cell::UnsafeCell;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::task::Waker;

/// Two places for a waker, and a word that says in which one the waiter left it.
///
/// | state | meaning |
/// |-------|---------|
/// | `NOBODY` | nobody waits, or who waited was told |
/// | `LEFT_IN`, `LEFT_IN + 1` | a waker lies in the first, in the second place |
///
/// The waiter writes to a place and then names it in the word. The notifier takes the word, and then the waker out of
/// the place that it named. If the word was taken when the waiter comes back, the notifier may still be at that place,
/// but no longer at the other: there is one notifier at a time. So the waiter always has a place of its own.
pub(crate) struct WaitCell {
    state: Atomic<usize>,
    places: [Place; 2],
    /// Used by the waiter only.
    own: UnsafeCell<Own>,
}

struct Place {
    waker: UnsafeCell<Option<Waker>>,
    track: Track,
}

/// What the waiter remembers.
struct Own {
    /// The place that is the waiter's, or that it left a waker in.
    place: usize,
    has_left: bool,
}

const NOBODY: usize = 0;
const LEFT_IN: usize = 1;

// SAFETY: the protocol gives each part one user at a time; wakers may go to any thread.
unsafe impl Sync for WaitCell {}

// No code that may panic runs between two steps that belong together: a waker is cloned before the first of them, and
// woken or dropped after the last.
impl UnwindSafe for WaitCell {}
impl RefUnwindSafe for WaitCell {}

impl WaitCell {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                state: Atomic::new(),
                places: [Place::new(), Place::new()],
                own: UnsafeCell::new(Own { place: 0, has_left: false }),
            }
        }
    }

    /// Tells the waiter, if there is one, that something changed. Costs one load if there is none.
    ///
    /// # Safety
    /// No other call of `notify` runs at the same time, and a [`barrier`] stands between two of them.
    #[inline]
    pub(crate) unsafe fn notify(&self) {
        // ORDERING: comes after the change, which was SeqCst or has such a fence behind it (W1).
        if self.state.load(ordering::NOTIFY_LOAD_WAITERS) != NOBODY {
            // SAFETY: as the caller promises.
            unsafe { self.tell() };
        }
    }

    /// # Safety
    /// As for [`notify`](Self::notify).
    #[cold]
    unsafe fn tell(&self) {
        // ORDERING: acquires the waker that was left (W2). The fence since the last call, see above,
        // shows the waiter that this notifier is done with the other place.
        let state = self.state.swap(NOBODY, ordering::NOTIFY_TAKE_WAKER);
        if state == NOBODY {
            return;
        }
        // SAFETY: the word named the place, and this call took the word.
        if let Some(waker) = unsafe { self.places[(state - LEFT_IN) & 1].replace(None) } {
            waker.wake();
        }
    }

    /// Leaves a waker. Whoever waits tries once more afterwards, so that no change in between is missed.
    ///
    /// # Safety
    /// The caller is the only waiter, here and in [`forget`](Self::forget).
    pub(crate) unsafe fn register(&self, waker: &Waker) {
        // SAFETY: as the caller promises.
        unsafe { self.leave(Some(waker.clone())) };
    }

    /// Drops the waker that was left, if it is still there. Who left none writes nothing: the notifier reads this line for
    /// every value.
    ///
    /// # Safety
    /// The caller is the only waiter.
    #[inline]
    pub(crate) unsafe fn forget(&self) {
        // SAFETY: used by the waiter only.
        if unsafe { (*self.own.get()).has_left } {
            // SAFETY: as the caller promises.
            unsafe { self.leave(None) };
        }
    }

    /// # Safety
    /// The caller is the only waiter.
    #[inline(never)]
    unsafe fn leave(&self, waker: Option<Waker>) {
        // SAFETY: used by the waiter only.
        let own = unsafe { &mut *self.own.get() };
        // ORDERING: acquires the fence of a notifier that took the waker: it is done with the other
        // place (W2).
        if own.has_left && self.state.swap(NOBODY, ordering::WAITER_TAKE_WAKER_BACK) == NOBODY {
            own.place ^= 1;
        }
        own.has_left = waker.is_some();
        // SAFETY: the place is the waiter's while the word does not name it.
        let _replaced = unsafe { self.places[own.place & 1].replace(waker) };
        if own.has_left {
            // ORDERING: releases the waker to the notifier that takes it (W2).
            self.state.store_beside_swaps(LEFT_IN + own.place, ordering::WAITER_STORE_WAKER);
            // ORDERING: the waker is there before the try that follows: a later change sees it (W1).
            barrier(ordering::WAITER_REGISTER_FENCE);
        }
    }
}

impl Place {
    const_fn! {
        fn new() -> Self {
            Self { waker: UnsafeCell::new(None), track: Track::new() }
        }
    }

    /// # Safety
    /// The caller is the only one who has access to the place.
    unsafe fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        self.track.on_write();
        // SAFETY: as the caller promises.
        let place = unsafe { &mut *self.waker.get() };
        core::mem::replace(place, waker)
    }
}
