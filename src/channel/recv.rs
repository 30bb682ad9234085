//! Receiving.

use super::{ChannelInner, RecvError, Storage, TryRecvError};
use crate::raw::ring::Algorithm;
use crate::sync::protocol;
use crate::wait::list::{WaitList, Waiting};
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
    /// **Complexity**: that of [`try_recv`](Self::try_recv) if there is a value. If not, where there are caches, a poll
    /// may try for some microseconds more before it waits, as long as that goes well.
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
    pub fn recv(&self) -> Recv<'_, T, &St> {
        Recv::new(self.by_ref(), &self.storage.waiters().receivers)
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
    ) -> RecvMany<'a, T, &'a St, B> {
        RecvMany::new(self.recv(), buffer, limit)
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
pub struct Recv<'a, T, St: Storage<T>> {
    channel: ChannelInner<T, St>,
    waiting: Waiting<'a, St::Lock>,
}

impl<'a, T, St: Storage<T>> Recv<'a, T, St> {
    #[inline]
    pub(super) fn new(channel: ChannelInner<T, St>, receivers: &'a WaitList<St::Lock>) -> Self {
        Self { channel, waiting: Waiting::on(receivers) }
    }

    #[inline]
    fn project(self: Pin<&mut Self>) -> (&ChannelInner<T, St>, Pin<&mut Waiting<'a, St::Lock>>) {
        // SAFETY: nothing is moved out of the pin.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        (&this.channel, unsafe { Pin::new_unchecked(&mut this.waiting) })
    }
}

impl<T, St: Storage<T>> Future for Recv<'_, T, St> {
    type Output = Result<T, RecvError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (channel, waiting) = self.project();
        waiting.poll_until(context, || channel.attempt_recv())
    }
}

/// Values on their way out of a channel: see [`recv_many`](ChannelInner::recv_many).
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvMany<'a, T, St: Storage<T>, B> {
    first: Recv<'a, T, St>,
    buffer: &'a mut B,
    limit: usize,
}

impl<'a, T, St: Storage<T>, B: Extend<T>> RecvMany<'a, T, St, B> {
    pub(super) fn new(first: Recv<'a, T, St>, buffer: &'a mut B, limit: usize) -> Self {
        Self { first, buffer, limit }
    }
}

impl<T, St: Storage<T>, B: Extend<T>> Future for RecvMany<'_, T, St, B> {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<usize> {
        // SAFETY: nothing is moved out of the pin.
        let this = unsafe { self.get_unchecked_mut() };
        if this.limit == 0 {
            return Poll::Ready(0);
        }
        // SAFETY: part of what was pinned.
        let first = unsafe { Pin::new_unchecked(&mut this.first) };
        first.poll(context).map(|received| match received {
            Ok(value) => {
                this.buffer.extend(Some(value));
                1 + this.first.channel.take_many(this.buffer, this.limit - 1)
            }
            Err(RecvError) => 0,
        })
    }
}

impl<T, St: Storage<T>> fmt::Debug for Recv<'_, T, St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recv").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl<T, St: Storage<T>, B> fmt::Debug for RecvMany<'_, T, St, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvMany").field("channel", &self.first.channel).field("limit", &self.limit).finish()
    }
}
