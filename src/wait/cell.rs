//! One waiter and one notifier, both wait-free, without a lock.

use crate::ordering;
use crate::sync::{Atomic, Track, array, const_fn, fence};
use core::cell::UnsafeCell;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::task::Waker;

/// Two slots for a waker, and a word that names the one in which the waiter stored it.
///
/// | state | meaning |
/// |-------|---------|
/// | `EMPTY` | there is no waiter, or it was notified |
/// | `WAKER_IN` | a waker is in the first slot |
/// | `WAKER_IN + 1` | a waker is in the second slot |
///
/// | transition | by | access to the slots |
/// |---|---|---|
/// | `EMPTY` to `WAKER_IN + n` | waiter | writes slot `n` before |
/// | `WAKER_IN + n` to `EMPTY` | notifier | takes the waker out of slot `n` afterwards |
/// | `WAKER_IN + n` to `EMPTY` | waiter | replaces or drops the waker in slot `n` afterwards |
///
/// If the waiter finds the word taken, the notifier may still use the slot that it named, but no
/// longer the other one: there is one notifier at a time. From that point the waiter uses the
/// other slot, so neither waits for the other.
pub(crate) struct WaitCell {
    state: Atomic<usize>,
    slots: [WakerSlot; SLOTS],
    /// Used by the waiter only.
    own: UnsafeCell<Own>,
}

struct WakerSlot {
    waker: UnsafeCell<Option<Waker>>,
    track: Track,
}

/// The waiter's own state.
struct Own {
    /// The slot that the waiter may use, or in which it stored a waker.
    slot: usize,
    has_waker: bool,
}

const EMPTY: usize = 0;
const WAKER_IN: usize = 1;
const SLOTS: usize = 2;

// SAFETY: the transitions above give each part one user at a time; wakers are `Send`.
unsafe impl Sync for WaitCell {}

// No code that may panic runs between two steps that belong together: a waker is cloned before the
// first of them, and woken or dropped after the last.
impl UnwindSafe for WaitCell {}
impl RefUnwindSafe for WaitCell {}

impl WaitCell {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                state: Atomic::new(),
                slots: array![WakerSlot { waker: UnsafeCell::new(None), track: Track::new() }; SLOTS],
                own: UnsafeCell::new(Own { slot: 0, has_waker: false }),
            }
        }
    }

    /// Notifies the waiter of a change, if there is one. Costs one load if there is none.
    ///
    /// # Safety
    /// No other call of `notify` runs at the same time, and a sequentially consistent
    /// [`fence`] stands between two of them.
    #[inline]
    pub(crate) unsafe fn notify(&self) {
        // ORDERING: follows the change, which is sequentially consistent or is followed by such a
        // fence: if this load misses the waiter, the last attempt of the waiter sees the change
        // (W1).
        if self.state.load(ordering::NOTIFY_LOAD_WAITERS) != EMPTY {
            // SAFETY: the caller promises the same here.
            unsafe { self.take_and_wake() };
        }
    }

    /// # Safety
    /// As for [`notify`](Self::notify).
    #[cold]
    unsafe fn take_and_wake(&self) {
        // ORDERING: acquires the waiter's store of the word: the waker is written (W2). The fence
        // since the last call, see above, shows the waiter that the notifier no longer uses the
        // other slot.
        let state = self.state.swap(EMPTY, ordering::NOTIFY_TAKE_WAKER);
        if state == EMPTY {
            return;
        }
        // SAFETY: the word named the slot, and this call took the word.
        if let Some(waker) = unsafe { self.slots[(state - WAKER_IN) & 1].replace(None) } {
            waker.wake();
        }
    }

    /// Stores a waker. The waiter attempts once more afterwards, so that no change in between is
    /// missed.
    ///
    /// # Safety
    /// The caller is the only waiter, here and in [`clear`](Self::clear).
    pub(crate) unsafe fn register(&self, waker: &Waker) {
        // SAFETY: the caller is the only waiter.
        unsafe { self.replace_waker(Some(waker.clone())) };
    }

    /// Drops the waker that was stored, if it is still there. Writes nothing if none was stored:
    /// the notifier loads this cache line for every value.
    ///
    /// # Safety
    /// The caller is the only waiter.
    #[inline]
    pub(crate) unsafe fn clear(&self) {
        // SAFETY: used by the waiter only, which is the caller.
        if unsafe { (*self.own.get()).has_waker } {
            // SAFETY: the caller is the only waiter.
            unsafe { self.replace_waker(None) };
        }
    }

    /// # Safety
    /// The caller is the only waiter.
    #[inline(never)]
    unsafe fn replace_waker(&self, waker: Option<Waker>) {
        // SAFETY: used by the waiter only, which is the caller.
        let own = unsafe { &mut *self.own.get() };
        // ORDERING: if a notifier took the word, acquires the fence before that: it no longer uses
        // the other slot (W2).
        if own.has_waker && self.state.swap(EMPTY, ordering::WAITER_TAKE_WAKER_BACK) == EMPTY {
            own.slot ^= 1;
        }
        own.has_waker = waker.is_some();
        // SAFETY: the word does not name this slot, so only the waiter has access to it.
        let _replaced = unsafe { self.slots[own.slot & 1].replace(waker) };
        if own.has_waker {
            // ORDERING: releases the waker to the notifier that takes it (W2).
            self.state.store_racing_with_swap(WAKER_IN + own.slot, ordering::WAITER_STORE_WAKER);
            // ORDERING: the word is stored before the attempt that follows: if that misses a
            // change, the notifier sees the waker (W1).
            fence(ordering::WAITER_REGISTER_FENCE);
        }
    }
}

impl WakerSlot {
    /// # Safety
    /// Nothing else has access to the slot.
    unsafe fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        self.track.on_write();
        // SAFETY: nothing else has access to the slot.
        let slot = unsafe { &mut *self.waker.get() };
        core::mem::replace(slot, waker)
    }
}
