//! One value, once: for a reply.
//!
//! ```
//! use ringway::channel::oneshot::Oneshot;
//!
//! # pollster::block_on(async {
//! let mut reply = Oneshot::new();
//! let (sender, receiver) = reply.split();
//! sender.send(42).unwrap();
//! assert_eq!(receiver.await, Ok(42));
//! # });
//! ```

// The edge O1 is in `crate::ordering`.

use super::RecvError;
use crate::ordering;
use crate::raw::value::ValueCell;
use crate::sync::{Atomic, const_fn};
use crate::wait::budget::Budget;
use crate::wait::cell::WaitCell;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use crate::sync::{Arc, shared_with};
#[cfg(feature = "std")]
use {
    super::RecvTimeoutError,
    crate::wait::thread::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};

/// The place of one value on its way from a [`Sender`] to a [`Receiver`]; `const`, without allocation, used again
/// with the next [`split`](Self::split).
pub struct Oneshot<T> {
    place: ValueCell<T>,
    state: Atomic<usize>,
    receiver: WaitCell,
}

/// Both ends are there, and no value yet.
const OPEN: usize = 0;
/// The value is in its place.
const SENT: usize = 1;
/// The sender went without a value, or the value was taken.
const OVER: usize = 2;
/// The receiver went.
const UNWANTED: usize = 3;

impl<T> Oneshot<T> {
    const_fn! {
        /// Creates a place without a value. Never panics.
        pub fn new() -> Self {
            Self { place: ValueCell::new(), state: Atomic::new(), receiver: WaitCell::new() }
        }
    }

    /// Makes a place without a value, where it lies. Its memory is not touched where the value will be.
    ///
    /// # Safety
    /// `place` may be written to.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    unsafe fn make(place: *mut Self) {
        // SAFETY: as the caller promises.
        let value = unsafe { &raw mut (*place).place };
        // SAFETY: as above.
        unsafe { ValueCell::make(value) };
        // SAFETY: as above.
        let state = unsafe { &raw mut (*place).state };
        // SAFETY: as above.
        unsafe { state.write(Atomic::new()) };
        // SAFETY: as above.
        let receiver = unsafe { &raw mut (*place).receiver };
        // SAFETY: as above.
        unsafe { receiver.write(WaitCell::new()) };
    }

    /// Returns both ends, for one value. What a forgotten end left behind is dropped.
    ///
    /// **Complexity**: one atomic read-modify-write. Never panics, unless dropping a `T` does.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        self.clear();
        (Sender { home: Home::Borrowed(self) }, Receiver { home: Home::Borrowed(self), has_yielded: false })
    }

    /// Drops a value that nobody took, and begins anew.
    fn clear(&mut self) {
        // ORDERING: acquires the value that the last sender left (O1).
        if self.state.swap(OPEN, ordering::ONESHOT_SWAP_STATE) == SENT {
            // SAFETY: sent and not taken; the exclusive borrow says that no end is left to do so.
            unsafe { self.place.drop_in_place() };
        }
    }

    /// Puts this end's last word in the place of the other's; returns what that was.
    fn finish(&self, state: usize) -> usize {
        // ORDERING: releases the value, or its place, to the other end, and acquires what that left
        // (O1); the change before the load of the waiter (W1).
        self.state.swap(state, ordering::ONESHOT_SWAP_STATE)
    }

    /// Takes the value if it is there.
    fn attempt(&self) -> Option<Result<T, RecvError>> {
        // ORDERING: acquires the value from the sender (O1).
        match self.state.load(ordering::ONESHOT_LOAD_STATE) {
            OPEN => None,
            SENT => {
                self.finish(OVER);
                // SAFETY: sent; only the receiver gets here, and now the state says that it did.
                Some(Ok(unsafe { self.place.read() }))
            }
            _ => Some(Err(RecvError)),
        }
    }

    fn wake(&self) {
        // SAFETY: only the sender calls this, once.
        unsafe { self.receiver.notify() };
    }
}

impl<T> Default for Oneshot<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Oneshot<T> {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Creates a place for one value on the heap, and returns two ends that own it together. Never panics.
///
/// ```
/// # #[cfg(feature = "std")] {
/// let (sender, receiver) = ringway::channel::oneshot::channel();
/// std::thread::spawn(|| sender.send("done").unwrap());
/// assert_eq!(receiver.recv_blocking(), Ok("done"));
/// # }
/// ```
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub fn channel<'a, T: 'a>() -> (Sender<'a, T>, Receiver<'a, T>) {
    // SAFETY: what `shared_with` hands over may be written to.
    let finish = |place| unsafe { Oneshot::make(place) };
    // SAFETY: `make` makes all of it.
    let place = unsafe { shared_with(finish) };
    (Sender { home: Home::Shared(place.clone()) }, Receiver { home: Home::Shared(place), has_yielded: false })
}

enum Home<'a, T> {
    Borrowed(&'a Oneshot<T>),
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    Shared(Arc<Oneshot<T>>),
}

impl<T> core::ops::Deref for Home<'_, T> {
    type Target = Oneshot<T>;

    fn deref(&self) -> &Oneshot<T> {
        match self {
            Self::Borrowed(oneshot) => oneshot,
            #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
            Self::Shared(oneshot) => oneshot,
        }
    }
}

/// The end that sends the value.
pub struct Sender<'a, T> {
    home: Home<'a, T>,
}

/// The end that waits for the value: a future.
///
/// **Cancel safety**: it may be polled, dropped and polled by another task; a value that is there stays until it is
/// taken or both ends are gone.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Receiver<'a, T> {
    home: Home<'a, T>,
    /// Whether its task was asked to yield before the last attempt.
    has_yielded: bool,
}

impl<T> Sender<'_, T> {
    /// Sends the value and wakes the receiver.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler. **Complexity**: one atomic read-modify-write,
    /// and one more if the receiver sleeps.
    /// **Errors**: gives the value back if the receiver is gone.
    /// Never panics, unless the waker of the receiver does. The value was sent then.
    pub fn send(self, value: T) -> Result<(), T> {
        // SAFETY: one value is sent, and the receiver looks for it only after the state says so.
        unsafe { self.home.place.write(value) };
        if self.home.finish(SENT) == OPEN {
            self.home.wake();
            return Ok(());
        }
        self.home.finish(UNWANTED);
        // SAFETY: the receiver went before the value was there, so it is still this end's.
        Err(unsafe { self.home.place.read() })
    }

    /// Returns `true` if the receiver was dropped, so that no value is wanted.
    ///
    /// **Guarantees**: wait-free; once true it stays true. Never panics.
    pub fn is_closed(&self) -> bool {
        // ORDERING: acquires the receiver's last word (O1); SeqCst across several oneshots.
        self.home.state.load(ordering::ONESHOT_LOAD_CLOSED) == UNWANTED
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        // ORDERING: acquires the receiver's last word (O1). Only a sender that did not send finds it open.
        if self.home.state.load(ordering::ONESHOT_LOAD_STATE) == OPEN && self.home.finish(OVER) == OPEN {
            self.home.wake();
        }
    }
}

impl<T> Receiver<'_, T> {
    /// Receives the value if it is there. Returns `None` if it may still come.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler. **Complexity**: one load, and one atomic
    /// read-modify-write if the value is there.
    /// **Errors**: [`RecvError`] if the sender is gone without a value, or the value was taken. Never panics.
    ///
    /// ```
    /// let mut reply = ringway::channel::oneshot::Oneshot::new();
    /// let (sender, mut receiver) = reply.split();
    /// assert_eq!(receiver.try_recv(), None);
    /// sender.send(1).unwrap();
    /// assert_eq!(receiver.try_recv(), Some(Ok(1)));
    /// ```
    pub fn try_recv(&mut self) -> Option<Result<T, RecvError>> {
        self.home.attempt()
    }
}

#[cfg(feature = "std")]
impl<T> Receiver<'_, T> {
    /// Receives the value. The thread sleeps until it is there.
    ///
    /// **Errors**: [`RecvError`] if the sender is dropped without a value. Never panics.
    pub fn recv_blocking(mut self) -> Result<T, RecvError> {
        self.recv_until(None).map_err(|_| RecvError)
    }

    /// Receives the value. The thread sleeps until it is there, or until the timeout has passed.
    ///
    /// **Errors**: [`RecvTimeoutError`] says why there is none. After a timeout it may be called again. Never panics.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let (sender, mut receiver) = ringway::channel::oneshot::channel();
    /// assert!(receiver.recv_timeout(Duration::from_millis(1)).is_err());
    /// sender.send(1).unwrap();
    /// assert_eq!(receiver.recv_timeout(Duration::from_millis(1)), Ok(1));
    /// ```
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(after(timeout))
    }

    /// Receives the value. The thread sleeps until it is there, or until the deadline.
    ///
    /// **Errors**: as [`recv_timeout`](Self::recv_timeout).
    pub fn recv_deadline(&mut self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Some(deadline))
    }

    fn recv_until(&mut self, deadline: Deadline) -> Result<T, RecvTimeoutError> {
        let received = spin(|| self.home.attempt()).or_else(|| block_on(&mut *self, deadline));
        Ok(received.ok_or(RecvTimeoutError::Timeout)??)
    }
}

impl<T> Future for Receiver<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // A place is used once, so only a budget that belongs to the thread can be spent here.
        let budget = Budget::new();
        if !budget.admits(&mut self.has_yielded, context) {
            return Poll::Pending;
        }
        if let Some(received) = self.home.attempt() {
            return Poll::Ready(received);
        }
        budget.refund();
        // SAFETY: a place has one receiver, and here it is borrowed exclusively.
        unsafe { self.home.receiver.register(context.waker()) };
        self.home.attempt().map_or(Poll::Pending, Poll::Ready)
    }
}

impl<T> Drop for Receiver<'_, T> {
    fn drop(&mut self) {
        // SAFETY: as in `poll`.
        unsafe { self.home.receiver.clear() };
        if self.home.finish(UNWANTED) == SENT {
            // SAFETY: sent and not taken, and now the state says that nobody will.
            unsafe { self.home.place.drop_in_place() };
        }
    }
}

impl<T> fmt::Debug for Oneshot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Oneshot")
    }
}

impl<T> fmt::Debug for Sender<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl<T> fmt::Debug for Receiver<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver")
    }
}
