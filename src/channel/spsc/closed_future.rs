//! Waiting until the receiver is gone.

use super::Sender;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<'a, T> Sender<'a, T> {
    /// Waits until the channel is closed: until the receiver is dropped or closes it, to stop work
    /// whose result nothing receives.
    ///
    /// **Guarantees**: wait-free. A value that is received wakes the future too, and it waits
    /// again; as nothing is sent meanwhile, this happens at most once for each value in the
    /// channel. [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Complexity**: one load if the channel is closed.
    /// Never panics.
    /// **Cancel safety**: the future may be dropped at any point, without effect.
    /// **Memory**: one word, in the future.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 4>::new();
    /// let (mut sender, receiver) = channel.split();
    /// drop(receiver);
    /// sender.closed().await;
    /// # });
    /// ```
    pub fn closed(&mut self) -> ClosedFuture<'_, 'a, T> {
        ClosedFuture { sender: self }
    }
}

/// Waits until the channel is closed: see [`Sender::closed`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct ClosedFuture<'s, 'a, T> {
    sender: &'s mut Sender<'a, T>,
}

impl<T> Future for ClosedFuture<'_, '_, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.sender.poll_until(context, |half| half.signals.closed.get().then_some(()))
    }
}

impl<T> Drop for ClosedFuture<'_, '_, T> {
    fn drop(&mut self) {
        self.sender.stop_waiting();
    }
}

impl<T> fmt::Debug for ClosedFuture<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClosedFuture").field(&self.sender).finish()
    }
}
