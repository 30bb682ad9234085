//! Waiting for room, without a value at hand.

use super::SendError;
use super::core::{ChannelInner, Ref, Waiters};
use super::handle::{Handle, Sending};
use super::queue::{Queue, QueueRef, Single};
use crate::wait::RawLock;
use crate::wait::queue::Waiter;
use core::fmt;
use core::future::Future;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

impl<Q: Single, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Q, W> {
    /// Waits until there is room for a value, to make the value only then and send it with
    /// [`try_send`](Self::try_send).
    ///
    /// There was room at one moment during the last poll, and **another sender may take it** before
    /// this one tries: then wait again. A queue without positions cannot keep room for a value that
    /// does not exist yet. [`reserve`](Self::reserve) keeps a slot to write the value in, and
    /// [`send`](Self::send) keeps its place among the waiting senders. With a single sender, room
    /// that was found stays, while the [spare slots](super#spare-slots) suffice.
    ///
    /// **Guarantees**: waits in one list with the senders, and is woken in the same order. As the
    /// future needs no room itself, it passes its notification on to the next waiting sender when
    /// it is ready. [Yields](super#fairness-to-other-tasks) now and then.
    /// **Complexity**: that of [`is_full`](Self::is_full) and two loads if there is room.
    /// **Errors**: [`SendError`], without a value, if the channel is closed.
    /// Never panics, unless the waker of a waiting sender does.
    /// **Cancel safety**: the future may be dropped at any point; a notification that it did not
    /// use wakes the next waiting sender.
    /// **Memory**: a dozen words, in the future.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use ringway::channel::{SendError, TrySendError};
    ///
    /// # pollster::block_on(async {
    /// let samples = Channel::new();
    /// let measure = || 20;
    /// let sent = loop {
    ///     samples.wait_for_room().await?;
    ///     match samples.try_send(measure()) {
    ///         Err(TrySendError::Full(_)) => {} // another sender was faster; this sample is stale
    ///         sent => break sent,
    ///     }
    /// };
    /// assert_eq!(sent, Ok(()));
    ///
    /// samples.close();
    /// assert_eq!(samples.wait_for_room().await, Err(SendError(())));
    /// # Ok::<(), SendError<()>>(())
    /// # }).unwrap();
    /// ```
    pub fn wait_for_room(&self) -> RoomFuture<'_, Q, R> {
        RoomFuture::new(self.by_ref(), ())
    }
}

impl<Q: QueueRef + Single, R: RawLock> Handle<'_, Q, Sending, R> {
    /// Waits until there is room for a value. Another sender may take it: then wait again.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**, **Memory**: as
    /// [`ChannelInner::wait_for_room`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// let sender = channel.closing_sender();
    /// sender.wait_for_room().await.unwrap();
    /// sender.try_send(7).expect("there is no other sender");
    /// # });
    /// ```
    pub fn wait_for_room(&self) -> RoomFuture<'_, Q, R> {
        self.channel().wait_for_room()
    }
}

/// Waits for room: see [`wait_for_room`](ChannelInner::wait_for_room).
#[must_use = "a future does nothing unless it is awaited"]
pub struct RoomFuture<'a, Q: Queue, R: RawLock, const L: usize = 1> {
    channel: Ref<'a, Q, R, L>,
    level: Q::Level,
    waiter: Waiter<'a, R>,
}

impl<'a, Q: Queue, R: RawLock, const L: usize> RoomFuture<'a, Q, R, L> {
    pub(super) fn new(channel: Ref<'a, Q, R, L>, level: Q::Level) -> Self {
        Self { channel, level, waiter: Waiter::new(channel.waiters.senders(level)) }
    }
}

impl<Q: Queue, R: RawLock, const L: usize> Future for RoomFuture<'_, Q, R, L> {
    type Output = Result<(), SendError<()>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (channel, level) = (self.channel, self.level);
        // SAFETY: a field of what is pinned, and nothing is moved out of it.
        let waiter = unsafe { self.map_unchecked_mut(|this| &mut this.waiter) };
        let found = ready!(waiter.poll_until(context, || channel.attempt_to_find_room(level)));
        // The room is there for another sender, until this task sends.
        channel.waiters.senders(level).notify_one();
        Poll::Ready(found)
    }
}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Looks for room: `None` if there is none yet.
    fn attempt_to_find_room(&self, level: Q::Level) -> Option<Result<(), SendError<()>>> {
        if self.is_closed() {
            return Some(Err(SendError(())));
        }
        (!self.is_level_full(level)).then_some(Ok(()))
    }
}

impl<Q: Queue, R: RawLock, const L: usize> fmt::Debug for RoomFuture<'_, Q, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoomFuture").field("channel", &self.channel).finish_non_exhaustive()
    }
}
