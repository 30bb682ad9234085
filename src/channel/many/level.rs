//! The methods of priority channels and of their senders.

use super::{SendManyFuture, Unsent, send_each};
use crate::channel::core::{ChannelInner, Waiters};
use crate::channel::error::level::TrySendError;
use crate::channel::future::SendFuture;
use crate::channel::handle::{Handle, Sending};
use crate::priority::{Policy, Priority};
use crate::wait::RawLock;
use core::ops::Deref;

#[cfg(feature = "std")]
use crate::channel::error::level::SendError;

impl<T, const L: usize, const N: usize, P: Policy<L>, const S: usize, W, R: RawLock>
    ChannelInner<Priority<T, L, N, P, S, true>, W>
where
    W: Deref<Target = Waiters<R, L>>,
{
    /// Sends the values of an iterator to a level while there is room in it. Returns their number.
    ///
    /// **Guarantees**: each as by [`try_send`](Self::try_send). The iterator runs between two
    /// sends, so it may use the channel.
    /// **Complexity**: that of `try_send` for each value.
    /// **Errors**: [`TrySendError`] gives the rejected value and the rest of the iterator back, and
    /// how many were sent: see [`Unsent`].
    /// **Panics**: only if the iterator does, or the waker of a waiting receiver. What was sent
    /// before stays sent; the rest is dropped with the iterator, unless that is passed by
    /// reference.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 2, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let unsent = jobs.try_send_many(1, [7, 8, 9]).unwrap_err().into_inner();
    /// assert_eq!(unsent.sent(), 2);
    /// assert_eq!(unsent.collect::<Vec<_>>(), [9]);
    /// ```
    pub fn try_send_many<I: IntoIterator<Item = T>>(
        &self,
        level: usize,
        values: I,
    ) -> Result<usize, TrySendError<Unsent<I::IntoIter>>> {
        send_each(values, |value| self.try_send(level, value))
    }

    /// Sends the values of an iterator to a level, each as soon as there is room in it. Resolves to
    /// their number.
    ///
    /// **Guarantees**: each as by [`send`](Self::send). The next value is made once the one before
    /// was sent.
    /// **Complexity**: that of `send` for each value.
    /// **Errors**: [`SendError`](crate::priority::SendError) gives the rejected value and the rest
    /// of the iterator back, and how many were sent: see [`Unsent`].
    /// **Panics**: if polled after it was ready, or if the iterator or the waker of another waiter
    /// does. Polled again after that, it continues.
    /// **Cancel safety**: dropped before it is ready, it sent some of the values, and drops the one
    /// at hand and the iterator; [`into_inner`](SendManyFuture::into_inner) gives both back, and
    /// how many were sent.
    /// **Memory**: the iterator, one value and a dozen words, in the future.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 2, Strict, NoLock>;
    /// # pollster::block_on(async {
    /// let jobs = Jobs::new();
    /// assert_eq!(jobs.send_many(1, [7, 8]).await.unwrap(), 2);
    /// # });
    /// ```
    pub fn send_many<I: IntoIterator<Item = T>>(
        &self,
        level: usize,
        values: I,
    ) -> SendManyFuture<SendFuture<'_, Priority<T, L, N, P, S, true>, R, L>, I::IntoIter> {
        SendManyFuture::new(SendFuture::new(self.by_ref(), level, None), values)
    }

    /// Sends the values of an iterator to a level. The thread sleeps until there is room in it for
    /// each. Returns their number.
    ///
    /// **Guarantees**: each as by [`send_blocking`](Self::send_blocking). Not for interrupt
    /// handlers.
    /// **Complexity**: that of `send_blocking` for each value.
    /// **Errors**, **Panics**: as [`try_send_many`](Self::try_send_many), with [`SendError`], as a
    /// full level rejects no value.
    ///
    /// ```
    /// let jobs: ringway::priority::Channel<_, 2, 2> = ringway::priority::Channel::new();
    /// assert_eq!(jobs.send_many_blocking(1, [7, 8]).unwrap(), 2);
    /// assert_eq!(jobs.recv_blocking(), Ok((1, 7)));
    /// ```
    #[cfg(feature = "std")]
    pub fn send_many_blocking<I: IntoIterator<Item = T>>(
        &self,
        level: usize,
        values: I,
    ) -> Result<usize, SendError<Unsent<I::IntoIter>>> {
        send_each(values, |value| self.send_blocking(level, value))
    }
}

impl<T, const L: usize, const N: usize, P: Policy<L>, R: RawLock, const S: usize>
    Handle<'_, &Priority<T, L, N, P, S, true>, Sending, R, L>
{
    /// Sends the values of an iterator to a level while there is room in it. Returns their number.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`Channel::try_send_many`](crate::priority::Channel::try_send_many).
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 2, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// let unsent = sender.try_send_many(1, [7, 8, 9]).unwrap_err().into_inner();
    /// assert_eq!(unsent.collect::<Vec<_>>(), [9]);
    /// ```
    pub fn try_send_many<I: IntoIterator<Item = T>>(
        &self,
        level: usize,
        values: I,
    ) -> Result<usize, TrySendError<Unsent<I::IntoIter>>> {
        send_each(values, |value| self.try_send(level, value))
    }

    /// Sends the values of an iterator to a level, each as soon as there is room in it. Resolves to
    /// their number.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**, **Memory**: as
    /// [`Channel::send_many`](crate::priority::Channel::send_many).
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 2, Strict, NoLock>;
    /// # pollster::block_on(async {
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// assert_eq!(sender.send_many(1, [7, 8]).await.unwrap(), 2);
    /// # });
    /// ```
    pub fn send_many<I: IntoIterator<Item = T>>(
        &self,
        level: usize,
        values: I,
    ) -> SendManyFuture<SendFuture<'_, &Priority<T, L, N, P, S, true>, R, L>, I::IntoIter> {
        SendManyFuture::new(SendFuture::new(self.channel().by_ref(), level, None), values)
    }

    /// Sends the values of an iterator to a level. The thread sleeps until there is room in it for
    /// each. Returns their number.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**: as
    /// [`Channel::send_many_blocking`](crate::priority::Channel::send_many_blocking).
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 2, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// let sender = jobs.closing_sender();
    /// assert_eq!(sender.send_many_blocking(1, [7, 8]).unwrap(), 2);
    /// ```
    #[cfg(feature = "std")]
    pub fn send_many_blocking<I: IntoIterator<Item = T>>(
        &self,
        level: usize,
        values: I,
    ) -> Result<usize, SendError<Unsent<I::IntoIter>>> {
        send_each(values, |value| self.send_blocking(level, value))
    }
}
