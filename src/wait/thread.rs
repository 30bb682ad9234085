//! Threads as waiters: the same futures, polled by a thread that parks.

use core::cell::Cell;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use crossbeam_utils::Backoff;
use crossbeam_utils::sync::{Parker, Unparker};
use std::sync::Arc;
use std::task::Wake;
use std::time::{Duration, Instant};

/// When a wait times out: never, if `None`.
pub(crate) type Deadline = Option<Instant>;

/// The deadline of a timeout that begins now: never, if it is out of the range of the clock.
pub(crate) fn after(timeout: Duration) -> Deadline {
    Instant::now().checked_add(timeout)
}

/// Attempts for some microseconds, with growing pauses. Most waits are shorter than a thread takes
/// to park, and after a pause there is often more than one value to pop.
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

/// Polls the future until it is ready. The thread parks in between. Returns `None` after the
/// deadline.
pub(crate) fn block_on<F: Future>(future: F, deadline: Deadline) -> Option<F::Output> {
    block_on_pinned(pin!(future), deadline)
}

/// [`block_on`] for a future that is needed afterwards.
pub(crate) fn block_on_pinned<F: Future>(
    mut future: core::pin::Pin<&mut F>,
    deadline: Deadline,
) -> Option<F::Output> {
    let thread = ParkerGuard::new();
    let mut context = Context::from_waker(&thread.waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        match deadline {
            Some(deadline) if Instant::now() >= deadline => return None,
            Some(deadline) => thread.parker.park_deadline(deadline),
            None => thread.parker.park(),
        }
    }
}

/// A thread's means to park, and to be woken.
struct ThreadParker {
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
    /// Created once for each thread. Absent while a call on this thread uses it.
    static PARKER: Cell<Option<ThreadParker>> = const { Cell::new(None) };
}

/// The parker of this thread, put back when it is dropped. A wait inside a wait, from a waker for
/// instance, gets another parker, as the two must not consume each other's wake-ups.
struct ParkerGuard(Option<ThreadParker>);

impl ParkerGuard {
    fn new() -> Self {
        let kept = PARKER.try_with(Cell::take).ok().flatten();
        Self(Some(kept.unwrap_or_else(|| {
            let parker = Parker::new();
            let waker = Arc::new(Unpark(parker.unparker().clone())).into();
            ThreadParker { parker, waker }
        })))
    }
}

impl core::ops::Deref for ParkerGuard {
    type Target = ThreadParker;

    fn deref(&self) -> &ThreadParker {
        self.0.as_ref().expect("present until it is dropped")
    }
}

impl Drop for ParkerGuard {
    fn drop(&mut self) {
        // A thread that ends already keeps none.
        let _ = PARKER.try_with(|kept| kept.set(self.0.take()));
    }
}
