//! Sending and receiving as futures.
//!
//! All of them are one machine: attempt; if that fails, put a waker on the list and attempt once
//! more. See [`Waiter::poll_until`].

use super::core::{ChannelInner, Ref, Waiters};
use super::queue::{Queue, Single};
use super::{RecvError, TrySendError};
use crate::wait::RawLock;
use crate::wait::queue::Waiter;
use core::fmt;
use core::future::Future;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<Q: Single, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Q, W> {
    /// Sends a value if there is room now.
    ///
    /// **Guarantees**: those of the queue's push; lock-free, except that waking a waiting receiver
    /// takes the lock of the waiter list; received by every receive that begins after it, if none
    /// took it before; may be called in an interrupt handler if the [lock](crate::wait::RawLock)
    /// allows it.
    /// **Complexity**: that of the queue's push, retries included, and one load.
    /// **Errors**: [`TrySendError`] gives the value back.
    /// Never panics, unless the waker of a waiting receiver does. In that case the value has been
    /// sent.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use ringway::channel::TrySendError;
    ///
    /// let channel = Channel::new();
    /// assert_eq!(channel.try_send(1), Ok(()));
    /// assert_eq!(channel.try_send(2), Err(TrySendError::Full(2)));
    /// ```
    #[inline]
    pub fn try_send(&self, value: Q::Value) -> Result<(), TrySendError<Q::Value>> {
        self.try_send_at((), value)
    }

    /// Sends a value as soon as there is room.
    ///
    /// **Guarantees**: waiting senders are woken in the order in which they came; a caller that
    /// need not wait may send before them. [Yields](super#fairness-to-other-tasks) now and then.
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room. If not, where cores
    /// have caches, a poll may spin for some microseconds before it waits, as long as spinning
    /// has paid off recently.
    /// **Errors**: [`SendError`](super::SendError) gives the value back if the channel is closed.
    /// **Panics**: if polled after it was ready, or if the waker of another waiter does.
    /// **Cancel safety**: dropped before it is ready, it sent nothing and drops the value;
    /// [`into_inner`](SendFuture::into_inner) gives it back instead.
    /// **Memory**: the value and a dozen words, in the future.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// channel.send(1).await.unwrap();
    /// assert_eq!(channel.recv().await, Ok(1));
    /// # });
    /// ```
    #[inline]
    pub fn send(&self, value: Q::Value) -> SendFuture<'_, Q, R> {
        SendFuture::new(self.by_ref(), (), Some(value))
    }

    /// Returns `true` if the channel held `capacity` values at one moment during the call. It
    /// stays so until a value is received.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler. **Complexity**: no atomic
    /// read-modify-write.
    /// Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// channel.try_send(1).unwrap();
    /// assert!(channel.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.is_level_full(())
    }
}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Receives a value as soon as there is one.
    ///
    /// **Guarantees**: waiting receivers are woken in the order in which they came; a caller that
    /// need not wait may receive before them. [Yields](super#fairness-to-other-tasks) now and then.
    /// **Complexity**: that of [`try_recv`](Self::try_recv) if there is a value. If not, where
    /// cores have caches, a poll may spin for some microseconds before it waits, as long as
    /// spinning has paid off recently.
    /// **Errors**: [`RecvError`] if the channel is closed and everything was received.
    /// Never panics, unless the waker of another waiter does. In that case the value that was
    /// received is dropped.
    /// **Cancel safety**: dropped before it is ready, it received nothing.
    /// **Memory**: a dozen words, in the future.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// channel.try_send(1).unwrap();
    /// assert_eq!(channel.recv().await, Ok(1));
    /// # });
    /// ```
    #[inline]
    pub fn recv(&self) -> RecvFuture<'_, Q, R, L> {
        RecvFuture::new(self.by_ref())
    }

    /// Waits for a value, and then receives the values that are already there into `buffer`: at
    /// most `limit`, and at most as many as the channel holds when it is full. Resolves to their
    /// number. Zero means that the channel is closed and everything was received, or that `limit`
    /// is zero.
    ///
    /// **Guarantees**: as [`recv`](Self::recv); the values are consecutive if there is no other
    /// receiver.
    /// **Complexity**: that of [`try_recv`](Self::try_recv) for each value. **Panics**: only if
    /// `extend` of the buffer does, or the waker of a waiting sender. In that case the value at
    /// hand is dropped.
    /// **Cancel safety**: dropped before it is ready, it received nothing.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// (0..3).for_each(|n| channel.try_send(n).unwrap());
    /// let mut numbers = Vec::new();
    /// assert_eq!(channel.recv_many(&mut numbers, 2).await, 2);
    /// assert_eq!(channel.recv_many(&mut numbers, 2).await, 1);
    /// assert_eq!(numbers, [0, 1, 2]);
    /// # });
    /// ```
    pub fn recv_many<'a, B: Extend<Q::Item>>(
        &'a self,
        buffer: &'a mut B,
        limit: usize,
    ) -> RecvManyFuture<'a, Q, B, R, L> {
        RecvManyFuture { first: self.recv(), buffer, limit: self.batch(limit) }
    }

    /// Receives up to `limit` values that are there. Returns their number.
    pub(super) fn recv_available<B: Extend<Q::Item>>(&self, buffer: &mut B, limit: usize) -> usize {
        let mut count = 0;
        while count < limit {
            let Ok(item) = self.try_recv() else { break };
            buffer.extend(Some(item));
            count += 1;
        }
        count
    }
}

/// Sends a value: see [`send`](ChannelInner::send).
#[must_use = "a future does nothing unless it is awaited"]
pub struct SendFuture<'a, Q: Queue, R: RawLock, const L: usize = 1> {
    channel: Ref<'a, Q, R, L>,
    level: Q::Level,
    value: Option<Q::Value>,
    waiter: Waiter<'a, R>,
}

/// The parts of a pinned send.
pub(super) struct SendParts<'p, 'a, Q: Queue, R: RawLock, const L: usize> {
    pub(super) channel: Ref<'p, Q, R, L>,
    pub(super) level: Q::Level,
    /// The value that was not sent yet.
    pub(super) unsent: &'p mut Option<Q::Value>,
    pub(super) waiter: Pin<&'p mut Waiter<'a, R>>,
}

impl<Q: Queue, R: RawLock, const L: usize> SendParts<'_, '_, Q, R, L> {
    #[inline(always)]
    pub(super) fn poll(self, context: &Context<'_>) -> Poll<Result<(), Q::SendError>> {
        let Self { channel, level, unsent, mut waiter } = self;
        let sent = waiter.as_mut().poll_until(context, || channel.attempt_send(level, unsent, 0));
        if sent.is_pending() {
            channel.poll_again_unless_full(level, &waiter, context);
        }
        sent
    }

    #[cfg(feature = "futures")]
    pub(super) fn attempt(self) -> Option<Result<(), Q::SendError>> {
        self.channel.attempt_send(self.level, self.unsent, 0)
    }

    /// Returns whether the channel is closed, unless the task is to yield first.
    #[cfg(feature = "futures")]
    pub(super) fn poll_closed(self, context: &Context<'_>) -> Poll<bool> {
        if self.waiter.may_attempt(context) { Poll::Ready(self.channel.is_closed()) } else { Poll::Pending }
    }

    /// Stops waiting, and gives the value back if it was not sent.
    pub(super) fn give_up(self) -> Option<Q::Value> {
        let unsent = self.unsent.take();
        self.waiter.cancel();
        unsent
    }
}

impl<'a, Q: Queue, R: RawLock, const L: usize> SendFuture<'a, Q, R, L> {
    #[inline]
    pub(super) fn new(channel: Ref<'a, Q, R, L>, level: Q::Level, value: Option<Q::Value>) -> Self {
        Self { channel, level, value, waiter: Waiter::new(channel.waiters.senders(level)) }
    }

    /// Returns the value, if it was not sent, and stops waiting.
    ///
    /// **Guarantees**: a notification that the future did not use wakes the next waiting sender.
    /// **Complexity**: no atomic operation if the future did not wait; the lock of the waiter list
    /// if it did.
    /// Never panics, unless the waker of the next sender does. In that case the value is dropped.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let mut send = core::pin::pin!(channel.send("not yet"));
    /// assert_eq!(send.as_mut().into_inner(), Some("not yet"));
    /// assert!(channel.is_empty());
    /// ```
    pub fn into_inner(self: Pin<&mut Self>) -> Option<Q::Value> {
        self.project().give_up()
    }

    #[inline]
    pub(super) fn project(self: Pin<&mut Self>) -> SendParts<'_, 'a, Q, R, L> {
        // SAFETY: nothing is moved out of the pin but the value, which is not pinned.
        let Self { channel, level, value, waiter } = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        let waiter = unsafe { Pin::new_unchecked(waiter) };
        SendParts { channel: *channel, level: *level, unsent: value, waiter }
    }
}

impl<Q: Queue, R: RawLock, const L: usize> Future for SendFuture<'_, Q, R, L> {
    type Output = Result<(), Q::SendError>;

    // Always, or the compiler calls it where it inlines `RecvFuture::poll`: 25 instructions.
    #[inline(always)]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let send = self.project();
        assert!(send.unsent.is_some(), "`SendFuture` polled after it was ready");
        send.poll(context)
    }
}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Wakes the task if its value was rejected because no slot is free, although the channel is
    /// not full: no other operation notifies it when there is one.
    #[cold]
    fn poll_again_unless_full(&self, level: Q::Level, waiter: &Waiter<'_, R>, context: &Context<'_>) {
        if !waiter.has_yielded() && !self.is_level_full(level) {
            context.waker().wake_by_ref();
        }
    }
}

/// Receives a value: see [`recv`](ChannelInner::recv).
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvFuture<'a, Q: Queue, R: RawLock, const L: usize = 1> {
    channel: Ref<'a, Q, R, L>,
    waiter: Waiter<'a, R>,
}

impl<'a, Q: Queue, R: RawLock, const L: usize> RecvFuture<'a, Q, R, L> {
    #[inline]
    fn new(channel: Ref<'a, Q, R, L>) -> Self {
        Self { channel, waiter: Waiter::new(&channel.waiters.receivers) }
    }

    #[inline]
    pub(super) fn project(self: Pin<&mut Self>) -> (Ref<'a, Q, R, L>, Pin<&mut Waiter<'a, R>>) {
        // SAFETY: nothing is moved out of the pin.
        let Self { channel, waiter } = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        (*channel, unsafe { Pin::new_unchecked(waiter) })
    }
}

impl<Q: Queue, R: RawLock, const L: usize> Future for RecvFuture<'_, Q, R, L> {
    type Output = Result<Q::Item, RecvError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (channel, waiter) = self.project();
        waiter.poll_until(context, || channel.attempt_recv())
    }
}

/// Receives several values: see [`recv_many`](ChannelInner::recv_many).
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvManyFuture<'a, Q: Queue, B, R: RawLock, const L: usize = 1> {
    first: RecvFuture<'a, Q, R, L>,
    buffer: &'a mut B,
    limit: usize,
}

impl<Q: Queue, B: Extend<Q::Item>, R: RawLock, const L: usize> Future for RecvManyFuture<'_, Q, B, R, L> {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<usize> {
        // SAFETY: nothing is moved out of the pin.
        let Self { first, buffer, limit } = unsafe { self.get_unchecked_mut() };
        let Some(others) = limit.checked_sub(1) else { return Poll::Ready(0) };
        // SAFETY: part of what was pinned.
        let mut first = unsafe { Pin::new_unchecked(first) };
        first.as_mut().poll(context).map(|received| match received {
            Ok(item) => {
                buffer.extend(Some(item));
                let others = first.channel.recv_available(*buffer, others);
                first.waiter.charge(others);
                1 + others
            }
            Err(RecvError) => 0,
        })
    }
}

impl<Q: Queue, R: RawLock, const L: usize> fmt::Debug for SendFuture<'_, Q, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendFuture").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl<Q: Queue, R: RawLock, const L: usize> fmt::Debug for RecvFuture<'_, Q, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvFuture").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl<Q: Queue, B, R: RawLock, const L: usize> fmt::Debug for RecvManyFuture<'_, Q, B, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvManyFuture")
            .field("channel", &self.first.channel)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
