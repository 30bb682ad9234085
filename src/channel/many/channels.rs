//! The methods of channels and of their ends, but for sending to a level.

use super::{SendManyFuture, Unsent, send_each};
use crate::channel::core::{ChannelInner, Waiters};
use crate::channel::future::SendFuture;
use crate::channel::handle::{Handle, Receiving, Sending};
use crate::channel::queue::{Queue, QueueRef, Single};
use crate::channel::{TryRecvError, TrySendError};
use crate::wait::RawLock;
use core::ops::Deref;

#[cfg(feature = "std")]
use crate::channel::SendError;

impl<Q: Single, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Q, W> {
    /// Sends the values of an iterator while there is room. Returns their number.
    ///
    /// **Guarantees**: each as by [`try_send`](Self::try_send). The values are consecutive if there
    /// is no other sender. The iterator runs between two sends, so it may use the channel.
    /// **Complexity**: that of `try_send` for each value.
    /// **Errors**: [`TrySendError`] gives the rejected value and the rest of the iterator back, and
    /// how many were sent: see [`Unsent`].
    /// **Panics**: only if the iterator does, or the waker of a waiting receiver. What was sent
    /// before stays sent; the rest is dropped with the iterator, unless that is passed by
    /// reference.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// assert_eq!(channel.try_send_many(1..=3).unwrap(), 3);
    /// let error = channel.try_send_many([4, 5, 6]).unwrap_err();
    /// assert!(error.is_full());
    /// assert_eq!(error.into_inner().collect::<Vec<_>>(), [5, 6]);
    /// ```
    pub fn try_send_many<I: IntoIterator<Item = Q::Value>>(
        &self,
        values: I,
    ) -> Result<usize, TrySendError<Unsent<I::IntoIter>>> {
        send_each(values, |value| self.try_send(value))
    }

    /// Sends the values of an iterator, each as soon as there is room. Resolves to their number.
    ///
    /// **Guarantees**: each as by [`send`](Self::send). The next value is made once the one before
    /// was sent.
    /// **Complexity**: that of `send` for each value.
    /// **Errors**: [`SendError`](crate::channel::SendError) if the channel is closed: it gives the
    /// rejected value and the rest of the iterator back, and how many were sent: see [`Unsent`].
    /// **Panics**: if polled after it was ready, or if the iterator or the waker of another waiter
    /// does. Polled again after that, it continues.
    /// **Cancel safety**: dropped before it is ready, it sent some of the values, and drops the one
    /// at hand and the iterator; [`into_inner`](SendManyFuture::into_inner) gives both back, and
    /// how many were sent.
    /// **Memory**: the iterator, one value and a dozen words, in the future.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// assert_eq!(channel.send_many(1..=3).await.unwrap(), 3);
    /// channel.close();
    /// let unsent = channel.send_many([4, 5]).await.unwrap_err().into_inner();
    /// assert_eq!(unsent.collect::<Vec<_>>(), [4, 5]);
    /// # });
    /// ```
    pub fn send_many<I: IntoIterator<Item = Q::Value>>(
        &self,
        values: I,
    ) -> SendManyFuture<SendFuture<'_, Q, R>, I::IntoIter> {
        SendManyFuture::new(SendFuture::new(self.by_ref(), (), None), values)
    }

    /// Sends the values of an iterator. The thread sleeps until there is room for each. Returns
    /// their number.
    ///
    /// **Guarantees**: each as by [`send_blocking`](Self::send_blocking). Not for interrupt
    /// handlers.
    /// **Complexity**: that of `send_blocking` for each value.
    /// **Errors**, **Panics**: as [`try_send_many`](Self::try_send_many), with [`SendError`], as
    /// only a closed channel rejects a value.
    ///
    /// ```
    /// use ringway::channel::Channel;
    ///
    /// static CHANNEL: Channel<u32, 2> = Channel::new();
    ///
    /// let sender = std::thread::spawn(|| CHANNEL.send_many_blocking(1..=10));
    /// assert_eq!(CHANNEL.iter().take(10).sum::<u32>(), 55);
    /// assert_eq!(sender.join().unwrap().unwrap(), 10);
    /// ```
    #[cfg(feature = "std")]
    pub fn send_many_blocking<I: IntoIterator<Item = Q::Value>>(
        &self,
        values: I,
    ) -> Result<usize, SendError<Unsent<I::IntoIter>>> {
        send_each(values, |value| self.send_blocking(value))
    }
}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Receives the values that are there into `buffer`: at most `limit`, and at most as many as
    /// the channel holds when it is full. Returns their number, which is zero only if `limit` is.
    ///
    /// **Guarantees**: as [`try_recv`](Self::try_recv); the values are consecutive if there is no
    /// other receiver. `extend` runs between two receives, so it may use the channel.
    /// **Complexity**: that of `try_recv` for each value.
    /// **Errors**: [`TryRecvError`] says why there is no value.
    /// **Panics**: only if `extend` of the buffer does, or the waker of a waiting sender. In that
    /// case the value at hand is dropped; the others are in the buffer or in the channel.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// use ringway::channel::TryRecvError;
    ///
    /// let channel = Channel::new();
    /// channel.try_send_many(1..=3).unwrap();
    /// let mut numbers = Vec::new();
    /// assert_eq!(channel.try_recv_many(&mut numbers, 2), Ok(2));
    /// assert_eq!(channel.try_recv_many(&mut numbers, 2), Ok(1));
    /// assert_eq!(channel.try_recv_many(&mut numbers, 2), Err(TryRecvError::Empty));
    /// assert_eq!(numbers, [1, 2, 3]);
    /// ```
    pub fn try_recv_many<B: Extend<Q::Item>>(
        &self,
        buffer: &mut B,
        limit: usize,
    ) -> Result<usize, TryRecvError> {
        let Some(others) = self.batch(limit).checked_sub(1) else { return Ok(0) };
        buffer.extend(Some(self.try_recv()?));
        Ok(1 + self.recv_available(buffer, others))
    }

    /// Waits for a value, and then receives the values that are already there into `buffer`: at
    /// most `limit`, and at most as many as the channel holds when it is full. The thread sleeps
    /// until there is a value. Returns their number. Zero means that the channel is closed and
    /// everything was received, or that `limit` is zero.
    ///
    /// **Guarantees**: as [`recv_many`](Self::recv_many). Not for interrupt handlers.
    /// **Complexity**, **Panics**: as `recv_many`.
    ///
    /// ```
    /// use ringway::channel::Channel;
    ///
    /// let channel: Channel<_, 4> = Channel::new();
    /// channel.try_send_many(1..=3).unwrap();
    /// channel.close();
    /// let mut numbers = Vec::new();
    /// assert_eq!(channel.recv_many_blocking(&mut numbers, 8), 3);
    /// assert_eq!(channel.recv_many_blocking(&mut numbers, 8), 0);
    /// assert_eq!(numbers, [1, 2, 3]);
    /// ```
    #[cfg(feature = "std")]
    pub fn recv_many_blocking<B: Extend<Q::Item>>(&self, buffer: &mut B, limit: usize) -> usize {
        let Some(others) = self.batch(limit).checked_sub(1) else { return 0 };
        let Ok(item) = self.recv_blocking() else { return 0 };
        buffer.extend(Some(item));
        1 + self.recv_available(buffer, others)
    }
}

impl<Q: QueueRef + Single, R: RawLock> Handle<'_, Q, Sending, R> {
    /// Sends the values of an iterator while there is room. Returns their number.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as [`ChannelInner::try_send_many`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let sender = channel.closing_sender();
    /// let unsent = sender.try_send_many(1..=5).unwrap_err().into_inner();
    /// assert_eq!(unsent.collect::<Vec<_>>(), [3, 4, 5]);
    /// ```
    pub fn try_send_many<I: IntoIterator<Item = Q::Value>>(
        &self,
        values: I,
    ) -> Result<usize, TrySendError<Unsent<I::IntoIter>>> {
        self.channel().try_send_many(values)
    }

    /// Sends the values of an iterator, each as soon as there is room. Resolves to their number.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**, **Memory**: as
    /// [`ChannelInner::send_many`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// let sender = channel.closing_sender();
    /// assert_eq!(sender.send_many(1..=3).await.unwrap(), 3);
    /// # });
    /// ```
    pub fn send_many<I: IntoIterator<Item = Q::Value>>(
        &self,
        values: I,
    ) -> SendManyFuture<SendFuture<'_, Q, R>, I::IntoIter> {
        self.channel().send_many(values)
    }

    /// Sends the values of an iterator. The thread sleeps until there is room for each. Returns
    /// their number.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`ChannelInner::send_many_blocking`].
    ///
    /// ```
    /// let (sender, receiver) = ringway::channel::bounded(2)?;
    /// let sending = std::thread::spawn(move || sender.send_many_blocking(1..=10).unwrap());
    /// assert_eq!(receiver.iter().sum::<u32>(), 55);
    /// assert_eq!(sending.join().unwrap(), 10);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn send_many_blocking<I: IntoIterator<Item = Q::Value>>(
        &self,
        values: I,
    ) -> Result<usize, SendError<Unsent<I::IntoIter>>> {
        self.channel().send_many_blocking(values)
    }
}

impl<Q: QueueRef, R: RawLock, const L: usize> Handle<'_, Q, Receiving, R, L> {
    /// Receives up to `limit` values that are there into `buffer`. Returns their number, which is
    /// zero only if `limit` is.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as [`ChannelInner::try_recv_many`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let receiver = channel.closing_receiver();
    /// channel.try_send_many(1..=3).unwrap();
    /// let mut numbers = Vec::new();
    /// assert_eq!(receiver.try_recv_many(&mut numbers, 8), Ok(3));
    /// assert_eq!(numbers, [1, 2, 3]);
    /// ```
    pub fn try_recv_many<B: Extend<Q::Item>>(
        &self,
        buffer: &mut B,
        limit: usize,
    ) -> Result<usize, TryRecvError> {
        self.channel().try_recv_many(buffer, limit)
    }

    /// Waits for a value, and then receives up to `limit` values that are there into `buffer`. The
    /// thread sleeps until there is a value. Returns their number.
    ///
    /// **Guarantees**, **Complexity**, **Panics**: as [`ChannelInner::recv_many_blocking`].
    ///
    /// ```
    /// let (sender, receiver) = ringway::channel::bounded(4)?;
    /// sender.try_send_many(1..=3).unwrap();
    /// let mut numbers = Vec::new();
    /// assert_eq!(receiver.recv_many_blocking(&mut numbers, 8), 3);
    /// assert_eq!(numbers, [1, 2, 3]);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn recv_many_blocking<B: Extend<Q::Item>>(&self, buffer: &mut B, limit: usize) -> usize {
        self.channel().recv_many_blocking(buffer, limit)
    }
}
