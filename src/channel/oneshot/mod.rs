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

mod closing;

use super::shared::Shared;
use super::{RecvError, TryRecvError, attempt};
use crate::ordering;
use crate::raw::value::ValueCell;
use crate::sync::{Atomic, const_fn};
use crate::wait::budget::Budget;
use crate::wait::cell::WaitCell;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

pub use self::closing::ClosedFuture;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use crate::sync::shared_with;
#[cfg(feature = "std")]
use {
    super::RecvTimeoutError,
    crate::wait::thread::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};

/// A channel for one value, from a [`Sender`] to a [`Receiver`]; `const`, without allocation, used
/// again with the next [`split`](Self::split).
///
/// **Memory**: the value and fifteen words.
pub struct Oneshot<T> {
    value: ValueCell<T>,
    state: Atomic<usize>,
    receiver: WaitCell,
    /// A sender waits here until the receiver is gone.
    sender: WaitCell,
}

/// Both ends are there, and no value yet.
const EMPTY: usize = 0;
/// The value was sent, and not yet received.
const SENT: usize = 1;
/// The sender was dropped without a value, or the value was received.
const TX_CLOSED: usize = 2;
/// The receiver was dropped or closed.
const RX_CLOSED: usize = 3;

impl<T> Oneshot<T> {
    const_fn! {
        /// Creates a channel without a value.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// let mut reply = ringway::channel::oneshot::Oneshot::new();
        /// let (sender, mut receiver) = reply.split();
        /// sender.send(1).unwrap();
        /// assert_eq!(receiver.try_recv(), Ok(1));
        /// ```
        pub fn new() -> Self {
            Self { value: ValueCell::new(), state: Atomic::new(), receiver: WaitCell::new(), sender: WaitCell::new() }
        }
    }

    /// Creates a channel without a value, in place. The memory of the value is not touched.
    ///
    /// # Safety
    /// `place` is valid for writes.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    unsafe fn make(place: *mut Self) {
        // SAFETY: as the caller promises.
        let value = unsafe { &raw mut (*place).value };
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
        // SAFETY: as above.
        let sender = unsafe { &raw mut (*place).sender };
        // SAFETY: as above.
        unsafe { sender.write(WaitCell::new()) };
    }

    /// Returns both ends, for one value. A value that a forgotten receiver left is dropped.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write.
    /// Never panics, unless dropping a `T` does.
    ///
    /// ```
    /// let mut reply = ringway::channel::oneshot::Oneshot::new();
    /// for n in 0..3 {
    ///     let (sender, mut receiver) = reply.split();
    ///     sender.send(n).unwrap();
    ///     assert_eq!(receiver.try_recv(), Ok(n));
    /// }
    /// ```
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        self.clear();
        ends(Shared::Borrowed(self), Shared::Borrowed(self))
    }

    /// Drops a value that was not received, and starts again.
    fn clear(&mut self) {
        // ORDERING: acquires the value that the last sender left (O1).
        if self.state.swap(EMPTY, ordering::ONESHOT_SWAP_STATE) == SENT {
            // SAFETY: sent and not received; the exclusive borrow says that no end is left to
            // receive it.
            unsafe { self.value.drop_in_place() };
        }
    }

    /// Enters the last state of one end, and returns the state in which the other end left the
    /// channel.
    fn transition(&self, state: usize) -> usize {
        // ORDERING: releases the value, or its memory, to the other end, and acquires what that
        // left (O1); the change before the load of the waiter (W1).
        self.state.swap(state, ordering::ONESHOT_SWAP_STATE)
    }

    fn try_recv(&self) -> Result<T, TryRecvError> {
        // ORDERING: acquires the value from the sender (O1).
        match self.state.load(ordering::ONESHOT_LOAD_STATE) {
            EMPTY => Err(TryRecvError::Empty),
            SENT => {
                self.transition(TX_CLOSED);
                // SAFETY: sent; only the receiver gets here, and the state now says that it
                // received it.
                Ok(unsafe { self.value.read() })
            }
            _ => Err(TryRecvError::Closed),
        }
    }

    fn wake_receiver(&self) {
        // SAFETY: only the sender calls this, once.
        unsafe { self.receiver.notify() };
    }

    fn wake_sender(&self) {
        // SAFETY: only the receiver calls this, once.
        unsafe { self.sender.notify() };
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

/// Creates a channel for one value on the heap, and returns two ends that own it together.
///
/// **Guarantees**: allocates, so not for interrupt handlers.
/// **Complexity**: one allocation, which is not touched where the value will be. Never panics.
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
    // SAFETY: `shared_with` passes memory that is valid for writes.
    let finish = |place| unsafe { Oneshot::make(place) };
    // SAFETY: `make` initialises all of it.
    let oneshot = unsafe { shared_with(finish) };
    ends(Shared::Owned(oneshot.clone()), Shared::Owned(oneshot))
}

fn ends<'a, T>(
    for_sender: Shared<'a, Oneshot<T>>,
    for_receiver: Shared<'a, Oneshot<T>>,
) -> (Sender<'a, T>, Receiver<'a, T>) {
    (Sender { oneshot: for_sender }, Receiver { oneshot: for_receiver, has_yielded: false, is_shut: false })
}

/// The end that sends the value.
pub struct Sender<'a, T> {
    oneshot: Shared<'a, Oneshot<T>>,
}

/// The end that receives the value: a future.
///
/// **Errors**: [`RecvError`] if the sender was dropped without a value, the receiver was closed
/// before a value was sent, or the value was received before.
/// Never panics.
/// **Cancel safety**: it may be polled, moved and polled by another task; a value that was sent
/// stays until it is received or both ends are dropped.
#[must_use = "a future does nothing unless it is awaited"]
pub struct Receiver<'a, T> {
    oneshot: Shared<'a, Oneshot<T>>,
    /// Whether the task was asked to yield before the last attempt.
    has_yielded: bool,
    /// Whether it was closed, and no value was sent before. From then on it accesses neither state
    /// nor value: a sender that is too late enters `SENT` for a moment.
    is_shut: bool,
}

impl<T> Sender<'_, T> {
    /// Sends the value and wakes the receiver.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write, and one more if the receiver waits.
    /// **Errors**: gives the value back if the receiver was dropped or closed.
    /// Never panics, unless the waker of the receiver does. In that case the value has been sent.
    ///
    /// ```
    /// let mut reply = ringway::channel::oneshot::Oneshot::new();
    /// let (sender, receiver) = reply.split();
    /// drop(receiver);
    /// assert_eq!(sender.send("reply"), Err("reply"));
    /// ```
    pub fn send(self, value: T) -> Result<(), T> {
        // SAFETY: one value is sent, and the receiver looks for it only after the state says so.
        unsafe { self.oneshot.value.write(value) };
        if self.oneshot.transition(SENT) == EMPTY {
            self.oneshot.wake_receiver();
            return Ok(());
        }
        self.oneshot.transition(RX_CLOSED);
        // SAFETY: the receiver was dropped or shut before the value was sent, so it still belongs
        // to this end.
        Err(unsafe { self.oneshot.value.read() })
    }

    /// Returns `true` if the receiver was dropped or closed: a value will not be received.
    ///
    /// **Guarantees**: wait-free; once `true` it stays so. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// let mut reply = ringway::channel::oneshot::Oneshot::<u8>::new();
    /// let (sender, receiver) = reply.split();
    /// assert!(!sender.is_closed());
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        // ORDERING: acquires the last state of the receiver (O1); SeqCst across several oneshots.
        self.oneshot.state.load(ordering::ONESHOT_LOAD_CLOSED) == RX_CLOSED
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        let oneshot = &*self.oneshot;
        // ORDERING: acquires the last state of the receiver (O1). Only a sender that did not send
        // finds the channel empty.
        if oneshot.state.load(ordering::ONESHOT_LOAD_STATE) == EMPTY && oneshot.transition(TX_CLOSED) == EMPTY
        {
            oneshot.wake_receiver();
        }
    }
}

impl<T> Receiver<'_, T> {
    /// Receives the value if it was sent.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: one load, and one atomic read-modify-write if the value was sent.
    /// **Errors**: [`TryRecvError::Empty`] if the value may still be sent; [`TryRecvError::Closed`]
    /// if the sender was dropped without a value, the receiver was closed before a value was sent,
    /// or the value was received before. Never panics.
    ///
    /// ```
    /// use ringway::channel::{TryRecvError, oneshot::Oneshot};
    ///
    /// let mut reply = Oneshot::new();
    /// let (sender, mut receiver) = reply.split();
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    /// sender.send(1).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    /// ```
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        if self.is_shut { Err(TryRecvError::Closed) } else { self.oneshot.try_recv() }
    }
}

#[cfg(feature = "std")]
impl<T> Receiver<'_, T> {
    /// Receives the value. The thread sleeps until it is sent.
    ///
    /// **Guarantees**: not for interrupt handlers.
    /// **Complexity**: that of [`try_recv`](Self::try_recv) if the value was sent.
    /// **Errors**: [`RecvError`] if the sender was dropped, or the receiver closed, without a
    /// value, or if the value was received before. Never panics.
    ///
    /// ```
    /// let (sender, receiver) = ringway::channel::oneshot::channel();
    /// std::thread::spawn(|| sender.send("done").unwrap());
    /// assert_eq!(receiver.recv_blocking(), Ok("done"));
    /// ```
    pub fn recv_blocking(mut self) -> Result<T, RecvError> {
        self.recv_until(None, RecvError)
    }

    /// Receives the value. The thread sleeps until it is sent, or until the timeout has passed.
    ///
    /// **Guarantees** and **Complexity**: as [`recv_blocking`](Self::recv_blocking).
    /// **Errors**: [`RecvTimeoutError`] says why there is none. After a timeout it may be called
    /// again.
    /// Never panics.
    ///
    /// ```
    /// use ringway::channel::{RecvTimeoutError, oneshot};
    /// use std::time::Duration;
    ///
    /// let (sender, mut receiver) = oneshot::channel();
    /// let timed_out = receiver.recv_timeout(Duration::from_millis(1));
    /// assert_eq!(timed_out, Err(RecvTimeoutError::Timeout));
    /// sender.send(1).unwrap();
    /// assert_eq!(receiver.recv_timeout(Duration::from_millis(1)), Ok(1));
    /// ```
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(after(timeout), RecvTimeoutError::Timeout)
    }

    /// Receives the value. The thread sleeps until it is sent, or until the deadline.
    ///
    /// **Guarantees**, **Complexity**, **Errors**: as [`recv_timeout`](Self::recv_timeout). Never
    /// panics.
    ///
    /// ```
    /// use ringway::channel::{RecvTimeoutError, oneshot};
    /// use std::time::Instant;
    ///
    /// let (_sender, mut receiver) = oneshot::channel::<u8>();
    /// assert_eq!(receiver.recv_deadline(Instant::now()), Err(RecvTimeoutError::Timeout));
    /// ```
    pub fn recv_deadline(&mut self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Some(deadline), RecvTimeoutError::Timeout)
    }

    pub(super) fn attempt(&mut self) -> Option<Result<T, RecvError>> {
        attempt::recv(self.try_recv())
    }

    /// Receives the value, before the deadline if there is one.
    fn recv_until<E: From<RecvError>>(&mut self, deadline: Deadline, timed_out: E) -> Result<T, E> {
        let received = spin(|| self.attempt()).or_else(|| block_on(&mut *self, deadline));
        Ok(received.ok_or(timed_out)??)
    }
}

impl<T> Future for Receiver<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { oneshot, has_yielded, is_shut } = &mut *self;
        if *is_shut {
            return Poll::Ready(Err(RecvError));
        }
        // A oneshot is received once, so only a budget that belongs to the thread can be spent
        // here.
        let (cell, budget) = (&oneshot.receiver, Budget::new());
        let attempt = || attempt::recv(oneshot.try_recv());
        // SAFETY: a oneshot has one receiver, and here it is borrowed exclusively.
        unsafe { attempt::poll_in_cell(cell, &budget, has_yielded, None, context, attempt) }
    }
}

impl<T> Drop for Receiver<'_, T> {
    fn drop(&mut self) {
        // SAFETY: as in `poll`.
        unsafe { self.oneshot.receiver.clear() };
        if self.is_shut {
            return;
        }
        match self.oneshot.transition(RX_CLOSED) {
            // SAFETY: sent and not received, and from now on it cannot be.
            SENT => unsafe { self.oneshot.value.drop_in_place() },
            EMPTY => self.oneshot.wake_sender(),
            _ => {}
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
