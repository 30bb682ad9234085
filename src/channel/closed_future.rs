//! Waiting until a channel is closed.

use super::core::{ChannelInner, Waiters};
use super::handle::{Handle, Side};
use super::queue::{Queue, QueueRef};
use crate::wait::RawLock;
use crate::wait::queue::Waiter;
use core::fmt;
use core::future::Future;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Waits until the channel is [closed](Self::close), by a call or because the last
    /// [handle](super::Handle) of a side was dropped: to stop work whose result nothing receives.
    /// There may still be values to receive.
    ///
    /// **Guarantees**: woken once, by the close, whatever is sent and received meanwhile: what
    /// waits for the end is not among the waiting senders.
    /// [Yields](super#fairness-to-other-tasks) now and then.
    /// **Complexity**: one load if the channel is closed.
    /// Never panics.
    /// **Cancel safety**: the future may be dropped at any point, without effect. It may be made
    /// anew each time around a loop with `select!`.
    /// **Memory**: a dozen words, in the future.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use embassy_futures::select::{Either, select};
    ///
    /// # async fn next_frame() -> u8 { core::future::pending().await }
    /// # pollster::block_on(async {
    /// let frames = Channel::new();
    /// let viewer = frames.closing_receiver();
    /// drop(viewer);
    /// loop {
    ///     match select(frames.closed(), next_frame()).await {
    ///         Either::First(()) => break, // no receiver is left
    ///         Either::Second(frame) => frames.send(frame).await.unwrap(),
    ///     }
    /// }
    /// # });
    /// ```
    pub fn closed(&self) -> ClosedFuture<'_, R, L> {
        ClosedFuture::new(&self.waiters)
    }
}

impl<Q: QueueRef, D: Side, R: RawLock, const L: usize> Handle<'_, Q, D, R, L> {
    /// Waits until the channel is closed. There may still be values to receive.
    ///
    /// **Guarantees**, **Complexity**: as [`ChannelInner::closed`]. Never panics.
    /// **Cancel safety**: the future may be dropped at any point, without effect.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::<u8>::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// drop(receiver);
    /// sender.closed().await;
    /// # });
    /// ```
    pub fn closed(&self) -> ClosedFuture<'_, R, L> {
        self.channel().closed()
    }
}

/// Waits until a channel is closed: see [`closed`](ChannelInner::closed).
#[must_use = "a future does nothing unless it is awaited"]
pub struct ClosedFuture<'a, R: RawLock, const L: usize = 1> {
    waiters: &'a Waiters<R, L>,
    waiter: Waiter<'a, R>,
}

impl<'a, R: RawLock, const L: usize> ClosedFuture<'a, R, L> {
    fn new(waiters: &'a Waiters<R, L>) -> Self {
        Self { waiters, waiter: Waiter::new(waiters.closing()) }
    }
}

impl<R: RawLock, const L: usize> Future for ClosedFuture<'_, R, L> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let waiters = self.waiters;
        // SAFETY: a field of what is pinned, and nothing is moved out of it.
        let waiter = unsafe { self.map_unchecked_mut(|this| &mut this.waiter) };
        waiter.poll_until(context, || waiters.is_closed().then_some(()))
    }
}

impl<R: RawLock, const L: usize> fmt::Debug for ClosedFuture<'_, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClosedFuture").field("is_closed", &self.waiters.is_closed()).finish_non_exhaustive()
    }
}
