//! One waiter and one notifier, both wait-free: there is no lock that one could find held by the other.

use crate::ordering;
use crate::sync::{Atomic, Track, const_fn, fence};
use core::cell::UnsafeCell;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::task::Waker;

/// Two slots for a waker, and a word that names the one in which the waiter left it.
///
/// | state | meaning |
/// |-------|---------|
/// | `EMPTY` | there is no waiter, or it was notified |
/// | `WAKER_IN`, `WAKER_IN + 1` | a waker lies in the first, in the second slot |
///
/// The waiter writes to a slot and then names it in the word. The notifier takes the word, and then the waker out of
/// the slot that it named. If the word was taken when the waiter comes back, the notifier may still be at that slot,
/// but no longer at the other: there is one notifier at a time. So the waiter always has a slot of its own.
pub(crate) struct WaitCell {
    state: Atomic<usize>,
    slots: [WakerSlot; 2],
    /// Used by the waiter only.
    own: UnsafeCell<Own>,
}

struct WakerSlot {
    waker: UnsafeCell<Option<Waker>>,
    track: Track,
}

/// The waiter's own state.
struct Own {
    /// The slot that is the waiter's, or that it left a waker in.
    slot: usize,
    has_waker: bool,
}

const EMPTY: usize = 0;
const WAKER_IN: usize = 1;

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
                slots: [WakerSlot::new(), WakerSlot::new()],
                own: UnsafeCell::new(Own { slot: 0, has_waker: false }),
            }
        }
    }

    /// Notifies the waiter of a change, if there is one. Costs one load if there is none.
    ///
    /// # Safety
    /// No other call of `notify` runs at the same time, and a [`barrier`] stands between two of them.
    #[inline]
    pub(crate) unsafe fn notify(&self) {
        // ORDERING: comes after the change, which was SeqCst or has such a fence behind it (W1).
        if self.state.load(ordering::NOTIFY_LOAD_WAITERS) != EMPTY {
            // SAFETY: as the caller promises.
            unsafe { self.take_and_wake() };
        }
    }

    /// # Safety
    /// As for [`notify`](Self::notify).
    #[cold]
    unsafe fn take_and_wake(&self) {
        // ORDERING: acquires the waker that was left (W2). The fence since the last call, see above,
        // shows the waiter that this notifier is done with the other slot.
        let state = self.state.swap(EMPTY, ordering::NOTIFY_TAKE_WAKER);
        if state == EMPTY {
            return;
        }
        // SAFETY: the word named the slot, and this call took the word.
        if let Some(waker) = unsafe { self.slots[(state - WAKER_IN) & 1].replace(None) } {
            waker.wake();
        }
    }

    /// Leaves a waker. The waiter attempts once more afterwards, so that no change in between is missed.
    ///
    /// # Safety
    /// The caller is the only waiter, here and in [`clear`](Self::clear).
    pub(crate) unsafe fn register(&self, waker: &Waker) {
        // SAFETY: as the caller promises.
        unsafe { self.replace_waker(Some(waker.clone())) };
    }

    /// Drops the waker that was left, if it is still there. Writes nothing if none was left: the notifier reads this line for
    /// every value.
    ///
    /// # Safety
    /// The caller is the only waiter.
    #[inline]
    pub(crate) unsafe fn clear(&self) {
        // SAFETY: used by the waiter only.
        if unsafe { (*self.own.get()).has_waker } {
            // SAFETY: as the caller promises.
            unsafe { self.replace_waker(None) };
        }
    }

    /// # Safety
    /// The caller is the only waiter.
    #[inline(never)]
    unsafe fn replace_waker(&self, waker: Option<Waker>) {
        // SAFETY: used by the waiter only.
        let own = unsafe { &mut *self.own.get() };
        // ORDERING: acquires the fence of a notifier that took the waker: it is done with the other
        // slot (W2).
        if own.has_waker && self.state.swap(EMPTY, ordering::WAITER_TAKE_WAKER_BACK) == EMPTY {
            own.slot ^= 1;
        }
        own.has_waker = waker.is_some();
        // SAFETY: the slot is the waiter's while the word does not name it.
        let _replaced = unsafe { self.slots[own.slot & 1].replace(waker) };
        if own.has_waker {
            // ORDERING: releases the waker to the notifier that takes it (W2).
            self.state.store_racing_with_swap(WAKER_IN + own.slot, ordering::WAITER_STORE_WAKER);
            // ORDERING: the waker is there before the try that follows: a later change sees it (W1).
            fence(ordering::WAITER_REGISTER_FENCE);
        }
    }
}

impl WakerSlot {
    const_fn! {
        fn new() -> Self {
            Self { waker: UnsafeCell::new(None), track: Track::new() }
        }
    }

    /// # Safety
    /// The caller is the only one who has access to the slot.
    unsafe fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        self.track.on_write();
        // SAFETY: as the caller promises.
        let slot = unsafe { &mut *self.waker.get() };
        core::mem::replace(slot, waker)
    }
}
