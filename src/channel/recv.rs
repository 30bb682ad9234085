//! Receiving.

use super::{ChannelInner, RecvError, Storage, TryRecvError, View};
use crate::raw::ring::Algorithm;
use crate::sync::protocol;
use crate::wait::RawLock;
use crate::wait::list::Waiting;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<T, St: Storage<T>> ChannelInner<T, St> {
    /// Receives the oldest value if there is one at once.
    ///
    /// **Guarantees**: lock-free but for waking a sender that sleeps; FIFO; may be called in an interrupt handler if
    /// the [lock](crate::wait::RawLock) allows it.
    /// **Complexity**: one atomic read-modify-write if nobody else receives at the same moment.
    /// **Errors**: [`TryRecvError`] says why there is none. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use ringway::channel::TryRecvError;
    ///
    /// let channel = Channel::new();
    /// assert_eq!(channel.try_recv(), Err(TryRecvError::Empty));
    /// channel.try_send(1).unwrap();
    /// channel.close();
    /// assert_eq!(channel.try_recv(), Ok(1));
    /// assert_eq!(channel.try_recv(), Err(TryRecvError::Closed));
    /// ```
    #[inline]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        match self.storage.ring().pop() {
            Some(value) => {
                self.storage.waiters().senders.notify_one();
                Ok(value)
            }
            None if self.is_closed() => self.last_value(),
            None => Err(TryRecvError::Empty),
        }
    }

    /// One try to receive: `None` if there is nothing yet.
    #[inline]
    pub(super) fn attempt_recv(&self) -> Option<Result<T, RecvError>> {
        match self.try_recv() {
            Ok(value) => Some(Ok(value)),
            Err(TryRecvError::Closed) => Some(Err(RecvError)),
            Err(TryRecvError::Empty) => None,
        }
    }

    /// What is left of a closed channel. Only the end mark settles it: until then a send that was on its way may win.
    #[cold]
    fn last_value(&self) -> Result<T, TryRecvError> {
        let ring = self.storage.ring();
        loop {
            match ring.pop() {
                Some(value) => return Ok(value),
                None if !protocol::END_MARK || ring.seal() => return Err(TryRecvError::Closed),
                None => {}
            }
        }
    }

    /// Receives the oldest value as soon as there is one.
    ///
    /// **Guarantees**: waiting receivers are woken in the order in which they came; who does not wait may be faster.
    /// **Cancel safety**: dropped before it is ready, it took nothing.
    /// **Complexity**: that of [`try_recv`](Self::try_recv) if there is a value.
    /// **Errors**: [`RecvError`] if the channel is closed and everything was received. Never panics.
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
    pub fn recv(&self) -> Recv<'_, T, St::Lock> {
        Recv::new(self.view())
    }

    /// Waits for a value, and takes as many as there are, up to `limit`, into `buffer`. Ready with their number; zero
    /// says that the channel is closed and everything was received, or that `limit` is zero.
    ///
    /// **Guarantees**: as [`recv`](Self::recv); the values are consecutive if nobody else receives.
    /// **Cancel safety**: dropped before it is ready, it took nothing.
    /// **Complexity**: one atomic read-modify-write for each value. Panics only if `extend` of the buffer does; the
    /// value at hand is lost then.
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
    pub fn recv_many<'a, B: Extend<T>>(
        &'a self,
        buffer: &'a mut B,
        limit: usize,
    ) -> RecvMany<'a, T, St::Lock, B> {
        RecvMany::new(self.view(), buffer, limit)
    }

    /// Takes up to `limit` values that are there.
    fn take_many<B: Extend<T>>(&self, buffer: &mut B, limit: usize) -> usize {
        let mut count = 0;
        while count < limit {
            let Ok(value) = self.try_recv() else { break };
            buffer.extend(Some(value));
            count += 1;
        }
        count
    }
}

/// A value on its way out of a channel: see [`recv`](ChannelInner::recv).
#[must_use = "a future does nothing unless it is awaited"]
pub struct Recv<'a, T, R: RawLock> {
    channel: View<'a, T, R>,
    waiting: Waiting<'a, R>,
}

impl<'a, T, R: RawLock> Recv<'a, T, R> {
    #[inline]
    pub(super) fn new(channel: View<'a, T, R>) -> Self {
        Self { channel, waiting: Waiting::on(&channel.storage.waiters.receivers) }
    }

    #[inline]
    fn project(self: Pin<&mut Self>) -> (&View<'a, T, R>, Pin<&mut Waiting<'a, R>>) {
        // SAFETY: nothing is moved out of the pin.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        (&this.channel, unsafe { Pin::new_unchecked(&mut this.waiting) })
    }
}

impl<T, R: RawLock> Future for Recv<'_, T, R> {
    type Output = Result<T, RecvError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (channel, waiting) = self.project();
        waiting.poll_until(context, || channel.attempt_recv())
    }
}

/// Values on their way out of a channel: see [`recv_many`](ChannelInner::recv_many).
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvMany<'a, T, R: RawLock, B> {
    first: Recv<'a, T, R>,
    buffer: &'a mut B,
    limit: usize,
}

impl<'a, T, R: RawLock, B: Extend<T>> RecvMany<'a, T, R, B> {
    pub(super) fn new(channel: View<'a, T, R>, buffer: &'a mut B, limit: usize) -> Self {
        Self { first: Recv::new(channel), buffer, limit }
    }
}

impl<T, R: RawLock, B: Extend<T>> Future for RecvMany<'_, T, R, B> {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<usize> {
        // SAFETY: nothing is moved out of the pin.
        let this = unsafe { self.get_unchecked_mut() };
        if this.limit == 0 {
            return Poll::Ready(0);
        }
        // SAFETY: part of what was pinned.
        let first = unsafe { Pin::new_unchecked(&mut this.first) };
        let (channel, buffer, limit) = (first.channel, &mut *this.buffer, this.limit);
        first.poll(context).map(|received| match received {
            Ok(value) => {
                buffer.extend(Some(value));
                1 + channel.take_many(buffer, limit - 1)
            }
            Err(RecvError) => 0,
        })
    }
}

impl<T, R: RawLock> fmt::Debug for Recv<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recv").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl<T, R: RawLock, B> fmt::Debug for RecvMany<'_, T, R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvMany").field("channel", &self.first.channel).field("limit", &self.limit).finish()
    }
}
