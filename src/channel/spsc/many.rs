//! Several values in one call: sent from an iterator, received into a buffer.

use super::{Receiver, RecvFuture, SendFuture, Sender};
use crate::channel::many::{SendEach, SendManyFuture, Unsent, send_each};
use crate::channel::{SendError, TryRecvError, TrySendError};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<'a, T> Sender<'a, T> {
    /// Sends the values of an iterator while there is room. Returns their number.
    ///
    /// **Guarantees**: each as by [`try_send`](Self::try_send), which wakes the receiver each time;
    /// [`with_producer`](Self::with_producer) wakes it once. The iterator runs between two sends.
    /// **Complexity**: that of `try_send` for each value.
    /// **Errors**: [`TrySendError`] gives the rejected value and the rest of the iterator back, and
    /// how many were sent: see [`Unsent`].
    /// **Panics**: only if the iterator does, or the waker of the receiver. What was sent before
    /// stays sent; the rest is dropped with the iterator, unless that is passed by reference.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<_, 2>::new();
    /// let (mut sender, receiver) = channel.split();
    /// let unsent = sender.try_send_many(1..=5).unwrap_err().into_inner();
    /// assert_eq!(unsent.sent(), 2);
    /// assert_eq!(unsent.collect::<Vec<_>>(), [3, 4, 5]);
    /// # drop(receiver);
    /// ```
    pub fn try_send_many<I: IntoIterator<Item = T>>(
        &mut self,
        values: I,
    ) -> Result<usize, TrySendError<Unsent<I::IntoIter>>> {
        send_each(values, |value| self.try_send(value))
    }

    /// Sends the values of an iterator, each as soon as there is room. Resolves to their number.
    ///
    /// **Guarantees**: each as by [`send`](Self::send). The next value is made once the one before
    /// was sent.
    /// **Complexity**: that of `send` for each value.
    /// **Errors**: [`SendError`] if the channel is closed: it gives the rejected value and the rest
    /// of the iterator back, and how many were sent: see [`Unsent`].
    /// **Panics**: if polled after it was ready, or if the iterator or the waker of the receiver
    /// does. Polled again after that, it continues.
    /// **Cancel safety**: dropped before it is ready, it sent some of the values, and drops the one
    /// at hand and the iterator; [`into_inner`](SendManyFuture::into_inner) gives both back, and
    /// how many were sent.
    /// **Memory**: the iterator, one value and two words, in the future.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// let mut channel = ringway::channel::spsc::Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// assert_eq!(sender.send_many(1..=3).await.unwrap(), 3);
    /// assert_eq!(receiver.recv().await, Ok(1));
    /// # });
    /// ```
    pub fn send_many<I: IntoIterator<Item = T>>(
        &mut self,
        values: I,
    ) -> SendManyFuture<SendFuture<'_, 'a, T>, I::IntoIter> {
        SendManyFuture::new(SendFuture::new(self, None), values)
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
    /// let (mut sender, mut receiver) = ringway::channel::spsc::bounded(2)?;
    /// let sending = std::thread::spawn(move || sender.send_many_blocking(1..=10).unwrap());
    /// assert_eq!(receiver.iter().sum::<u32>(), 55);
    /// assert_eq!(sending.join().unwrap(), 10);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn send_many_blocking<I: IntoIterator<Item = T>>(
        &mut self,
        values: I,
    ) -> Result<usize, SendError<Unsent<I::IntoIter>>> {
        send_each(values, |value| self.send_blocking(value))
    }
}

impl<T> SendEach for SendFuture<'_, '_, T> {
    type Value = T;
    type Error = SendError<T>;

    fn value(self: Pin<&mut Self>) -> &mut Option<T> {
        &mut self.get_mut().value
    }

    fn stop(self: Pin<&mut Self>) -> Option<T> {
        // A waker that is left does no harm: it is the only one there.
        self.get_mut().value.take()
    }
}

impl<'a, T> Receiver<'a, T> {
    /// Waits for a value, and then receives the values that are already there into `buffer`: at
    /// most `limit`. Resolves to their number. Zero means that the channel is closed and everything
    /// was received, or that `limit` is zero.
    ///
    /// **Guarantees**: FIFO. Wakes the sender for the first value, and once for all others.
    /// [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Complexity**: that of [`recv`](Self::recv), and that of a pop for each other value.
    /// **Panics**: only if `extend` of the buffer does, or the waker of the sender. In that case
    /// the value at hand is dropped; the others are in the buffer or in the channel.
    /// **Cancel safety**: dropped before it is ready, it received nothing.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// let mut channel = ringway::channel::spsc::Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.try_send_many(1..=3).unwrap();
    /// let mut numbers = Vec::new();
    /// assert_eq!(receiver.recv_many(&mut numbers, 2).await, 2);
    /// assert_eq!(receiver.recv_many(&mut numbers, 2).await, 1);
    /// assert_eq!(numbers, [1, 2, 3]);
    /// # });
    /// ```
    pub fn recv_many<'r, B: Extend<T>>(
        &'r mut self,
        buffer: &'r mut B,
        limit: usize,
    ) -> RecvManyFuture<'r, 'a, T, B> {
        RecvManyFuture { first: self.recv(), buffer, limit }
    }

    /// Receives the values that are there into `buffer`: at most `limit`. Returns their number,
    /// which is zero only if `limit` is.
    ///
    /// **Guarantees**: as [`try_recv`](Self::try_recv). Wakes the sender for the first value, and
    /// once for all others.
    /// **Complexity**: that of `try_recv`, and that of a pop for each other value.
    /// **Errors**: [`TryRecvError`] says why there is no value.
    /// **Panics**: as [`recv_many`](Self::recv_many).
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.try_send_many(1..=3).unwrap();
    /// let mut numbers = Vec::new();
    /// assert_eq!(receiver.try_recv_many(&mut numbers, 8), Ok(3));
    /// assert_eq!(numbers, [1, 2, 3]);
    /// ```
    pub fn try_recv_many<B: Extend<T>>(
        &mut self,
        buffer: &mut B,
        limit: usize,
    ) -> Result<usize, TryRecvError> {
        let Some(others) = limit.checked_sub(1) else { return Ok(0) };
        buffer.extend(Some(self.try_recv()?));
        Ok(1 + self.recv_available(buffer, others))
    }

    /// Waits for a value, and then receives the values that are already there into `buffer`: at
    /// most `limit`. The thread sleeps until there is a value. Returns their number. Zero means
    /// that the channel is closed and everything was received, or that `limit` is zero.
    ///
    /// **Guarantees**: FIFO. Not for interrupt handlers.
    /// **Complexity**, **Panics**: as [`recv_many`](Self::recv_many).
    ///
    /// ```
    /// let (mut sender, mut receiver) = ringway::channel::spsc::bounded(4)?;
    /// sender.try_send_many(1..=3).unwrap();
    /// drop(sender);
    /// let mut numbers = Vec::new();
    /// assert_eq!(receiver.recv_many_blocking(&mut numbers, 8), 3);
    /// assert_eq!(receiver.recv_many_blocking(&mut numbers, 8), 0);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn recv_many_blocking<B: Extend<T>>(&mut self, buffer: &mut B, limit: usize) -> usize {
        let Some(others) = limit.checked_sub(1) else { return 0 };
        let Ok(value) = self.recv_blocking() else { return 0 };
        buffer.extend(Some(value));
        1 + self.recv_available(buffer, others)
    }

    /// Receives up to `limit` values that are there, and wakes the sender once. Returns their
    /// number.
    fn recv_available<B: Extend<T>>(&mut self, buffer: &mut B, limit: usize) -> usize {
        self.with_consumer(|consumer| {
            let mut values = consumer.drain();
            let available = values.len();
            buffer.extend(values.by_ref().take(limit));
            available - values.len()
        })
    }
}

/// Receives several values: see [`Receiver::recv_many`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvManyFuture<'r, 'a, T, B> {
    first: RecvFuture<'r, 'a, T>,
    buffer: &'r mut B,
    limit: usize,
}

impl<T, B: Extend<T>> Future for RecvManyFuture<'_, '_, T, B> {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<usize> {
        let Self { first, buffer, limit } = &mut *self;
        let Some(others) = limit.checked_sub(1) else { return Poll::Ready(0) };
        Pin::new(&mut *first).poll(context).map(|received| {
            let Ok(value) = received else { return 0 };
            buffer.extend(Some(value));
            let others = first.receiver.recv_available(*buffer, others);
            first.receiver.half_and_pace().1.charge(others);
            1 + others
        })
    }
}

impl<T, B> fmt::Debug for RecvManyFuture<'_, '_, T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvManyFuture")
            .field("first", &self.first)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
