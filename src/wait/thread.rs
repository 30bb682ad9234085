//! Threads as waiters: the same futures, with a thread that parks for an executor.

use core::cell::Cell;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use crossbeam_utils::Backoff;
use crossbeam_utils::sync::{Parker, Unparker};
use std::sync::Arc;
use std::task::Wake;
use std::time::{Duration, Instant};

/// When to give up: never, or at a certain time.
pub(crate) type Deadline = Option<Instant>;

/// The time after so long, or never if that is beyond what the clock can tell.
pub(crate) fn after(timeout: Duration) -> Deadline {
    Instant::now().checked_add(timeout)
}

/// Tries for some microseconds, with growing pauses. Most waits are shorter than a thread takes to fall asleep, and
/// a pair of threads that pauses finds more than one value to carry when it looks again.
pub(crate) fn spin<O>(mut attempt: impl FnMut() -> Option<O>) -> Option<O> {
    let pauses = Backoff::new();
    loop {
        if let Some(done) = attempt() {
            return Some(done);
        }
        if pauses.is_completed() {
            return None;
        }
        pauses.snooze();
    }
}

/// Polls the future until it is ready or the time is over; the thread sleeps in between.
pub(crate) fn block_on<F: Future>(future: F, deadline: Deadline) -> Option<F::Output> {
    block_on_pinned(pin!(future), deadline)
}

/// The same for a future that is needed afterwards.
pub(crate) fn block_on_pinned<F: Future>(
    mut future: core::pin::Pin<&mut F>,
    deadline: Deadline,
) -> Option<F::Output> {
    let sleeper = Borrowed::new();
    let mut context = Context::from_waker(&sleeper.waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        match deadline {
            Some(deadline) if Instant::now() >= deadline => return None,
            Some(deadline) => sleeper.parker.park_deadline(deadline),
            None => sleeper.parker.park(),
        }
    }
}

/// What a thread needs to sleep and to be woken.
struct Sleeper {
    parker: Parker,
    waker: Waker,
}

struct Unpark(Unparker);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

std::thread_local! {
    /// Made once for each thread; absent while a call on this thread uses it.
    static SLEEPER: Cell<Option<Sleeper>> = const { Cell::new(None) };
}

/// The thread's sleeper while it sleeps. A wait inside a wait, from a waker for instance, gets another, as the two
/// must not take each other's wake-ups.
struct Borrowed(Option<Sleeper>);

impl Borrowed {
    fn new() -> Self {
        let kept = SLEEPER.try_with(Cell::take).ok().flatten();
        Self(Some(kept.unwrap_or_else(|| {
            let parker = Parker::new();
            let waker = Arc::new(Unpark(parker.unparker().clone())).into();
            Sleeper { parker, waker }
        })))
    }
}

impl core::ops::Deref for Borrowed {
    type Target = Sleeper;

    fn deref(&self) -> &Sleeper {
        self.0.as_ref().expect("present until it is dropped")
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        // Where the thread ends already, there is no place to keep it.
        let _ = SLEEPER.try_with(|place| place.set(self.0.take()));
    }
}
