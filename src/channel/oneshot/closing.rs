//! A receiver that is closed, and a sender that waits for that.

use super::{EMPTY, RX_CLOSED, Receiver, SENT, Sender};
use crate::channel::attempt;
use crate::ordering;
use crate::wait::budget::Budget;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<T> Receiver<'_, T> {
    /// Closes the channel: a value that was not sent yet is rejected, and the sender is notified. A
    /// value that was sent before can still be received. Returns `true` if none was.
    ///
    /// **Guarantees**: wait-free; exact: what [`send`](Sender::send) accepted is received. May be
    /// called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write, one more if a value is sent at the same
    /// moment, and one more if the sender waits in [`closed`](Sender::closed).
    /// Never panics, unless the waker of the sender does. In that case the channel is closed.
    ///
    /// ```
    /// use ringway::channel::oneshot::Oneshot;
    ///
    /// let mut reply = Oneshot::new();
    /// let (sender, mut receiver) = reply.split();
    /// assert!(receiver.close());
    /// assert_eq!(sender.send("too late"), Err("too late"));
    /// drop(receiver);
    ///
    /// let (sender, mut receiver) = reply.split();
    /// sender.send("in time").unwrap();
    /// assert!(!receiver.close());
    /// assert_eq!(receiver.try_recv(), Ok("in time"));
    /// ```
    pub fn close(&mut self) -> bool {
        if self.is_shut || self.is_closed() {
            return false;
        }
        match self.oneshot.transition(RX_CLOSED) {
            EMPTY => {
                self.is_shut = true;
                self.oneshot.wake_sender();
            }
            SENT => {
                // The sender is done with the state: what it sent meanwhile stays to be received.
                self.oneshot.transition(SENT);
            }
            _ => {}
        }
        self.is_shut
    }

    /// Returns `true` if no value can be sent any more: the sender has sent one, which may still be
    /// there to receive, or was dropped, or the receiver was [closed](Self::close).
    ///
    /// **Guarantees**: wait-free; once `true` it stays so. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// let mut reply = ringway::channel::oneshot::Oneshot::<u8>::new();
    /// let (sender, receiver) = reply.split();
    /// assert!(!receiver.is_closed());
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        // ORDERING: acquires the last state of the sender (O1); SeqCst across several oneshots.
        self.oneshot.state.load(ordering::ONESHOT_LOAD_CLOSED) != EMPTY
    }
}

impl<'a, T> Sender<'a, T> {
    /// Waits until the receiver is dropped or [closed](Receiver::close): to stop work whose result
    /// nothing receives.
    ///
    /// **Guarantees**: wait-free. [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Complexity**: one load if the receiver is gone.
    /// Never panics.
    /// **Cancel safety**: the future may be dropped at any point, without effect; the value may be
    /// sent afterwards.
    /// **Memory**: two words, in the future.
    ///
    /// ```
    /// use embassy_futures::select::{Either, select};
    /// use ringway::channel::oneshot::Oneshot;
    ///
    /// # async fn answer() -> u8 { core::future::pending().await }
    /// # pollster::block_on(async {
    /// let mut reply = Oneshot::new();
    /// let (mut sender, receiver) = reply.split();
    /// drop(receiver);
    /// match select(sender.closed(), answer()).await {
    ///     Either::First(()) => println!("nothing waits for the answer"),
    ///     Either::Second(answer) => sender.send(answer).unwrap(),
    /// }
    /// # });
    /// ```
    pub fn closed(&mut self) -> ClosedFuture<'_, 'a, T> {
        ClosedFuture { sender: self, has_yielded: false }
    }
}

/// Waits until the receiver is gone: see [`Sender::closed`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct ClosedFuture<'s, 'a, T> {
    sender: &'s mut Sender<'a, T>,
    /// Whether the task was asked to yield before the last attempt.
    has_yielded: bool,
}

impl<T> Future for ClosedFuture<'_, '_, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Self { sender, has_yielded } = &mut *self;
        // As for a receiver: only a budget that belongs to the thread can be spent here.
        let (cell, budget) = (&sender.oneshot.sender, Budget::new());
        let attempt = || sender.is_closed().then_some(());
        // SAFETY: a oneshot has one sender, and here it is borrowed exclusively.
        unsafe { attempt::poll_in_cell(cell, &budget, has_yielded, None, context, attempt) }
    }
}

impl<T> Drop for ClosedFuture<'_, '_, T> {
    fn drop(&mut self) {
        // SAFETY: as in `poll`.
        unsafe { self.sender.oneshot.sender.clear() };
    }
}

impl<T> fmt::Debug for ClosedFuture<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClosedFuture").field(&self.sender).finish()
    }
}
