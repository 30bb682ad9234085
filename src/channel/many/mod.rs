//! Several values in one call: sent from an iterator, received into a buffer.
//!
//! The iterator and the buffer are code of the user, and run between operations of the queue, never
//! within one.

mod channels;
mod level;

use super::error::GivesBack;
use super::future::{SendFuture, SendParts};
use super::queue::Queue;
use crate::wait::RawLock;
use core::fmt;
use core::future::Future;
use core::iter::{Chain, FusedIterator};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

/// The values that were not sent: the one that the channel rejected, then the rest of the iterator.
///
/// It is the value inside the errors of `send_many`, `try_send_many` and `send_many_blocking`, and
/// what [`SendManyFuture::into_inner`] gives back.
#[derive(Clone)]
#[must_use = "the values are dropped with it"]
pub struct Unsent<I: Iterator> {
    sent: usize,
    values: Chain<core::option::IntoIter<I::Item>, I>,
}

impl<I: Iterator> Unsent<I> {
    fn new(sent: usize, rejected: Option<I::Item>, rest: I) -> Self {
        Self { sent, values: rejected.into_iter().chain(rest) }
    }

    /// Returns the number of values that were sent before.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let unsent = channel.try_send_many(1..=5).unwrap_err().into_inner();
    /// assert_eq!(unsent.sent(), 2);
    /// assert_eq!(unsent.collect::<Vec<_>>(), [3, 4, 5]);
    /// ```
    pub fn sent(&self) -> usize {
        self.sent
    }
}

impl<I: Iterator> Iterator for Unsent<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.values.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.values.size_hint()
    }
}

impl<I: FusedIterator> FusedIterator for Unsent<I> {}

/// Sends value after value with `send`, until one is rejected. Returns their number.
pub(super) fn send_each<I: IntoIterator, E: GivesBack<Value = I::Item>>(
    values: I,
    mut send: impl FnMut(I::Item) -> Result<(), E>,
) -> Result<usize, E::Of<Unsent<I::IntoIter>>> {
    let mut rest = values.into_iter();
    let mut sent = 0;
    while let Some(value) = rest.next() {
        if let Err(error) = send(value) {
            return Err(error.map(|rejected| Unsent::new(sent, Some(rejected), rest)));
        }
        sent += 1;
    }
    Ok(sent)
}

/// Sends several values: see [`send_many`](super::ChannelInner::send_many).
#[must_use = "a future does nothing unless it is awaited"]
pub struct SendManyFuture<F, I> {
    /// Sends again and again. Its value is the one that was not sent yet.
    send: F,
    /// The values after that one; nothing once the future was ready.
    rest: Option<I>,
    sent: usize,
}

/// A future that sends, and does so again if it is given another value. Sealed: the kinds of
/// `SendFuture`.
pub trait SendEach: Future<Output = Result<(), Self::Error>> {
    /// What is sent.
    type Value;
    /// Why it was not sent.
    type Error: GivesBack<Value = Self::Value>;

    /// The value that was not sent yet.
    #[doc(hidden)]
    fn value(self: Pin<&mut Self>) -> &mut Option<Self::Value>;

    /// Gives the value back that was not sent yet, and stops waiting.
    #[doc(hidden)]
    fn stop(self: Pin<&mut Self>) -> Option<Self::Value>;
}

impl<Q: Queue, R: RawLock, const L: usize> SendEach for SendFuture<'_, Q, R, L> {
    type Value = Q::Value;
    type Error = Q::SendError;

    fn value(self: Pin<&mut Self>) -> &mut Option<Q::Value> {
        let SendParts { unsent, .. } = self.project();
        unsent
    }

    fn stop(self: Pin<&mut Self>) -> Option<Q::Value> {
        self.into_inner()
    }
}

impl<F: SendEach, I: Iterator<Item = F::Value>> SendManyFuture<F, I> {
    /// `send` has no value yet.
    pub(super) fn new(send: F, values: impl IntoIterator<IntoIter = I>) -> Self {
        Self { send, rest: Some(values.into_iter()), sent: 0 }
    }

    /// Returns the values that were not sent, and stops waiting. `None` if the future was ready.
    ///
    /// **Guarantees**: a notification that the future did not use wakes the next waiting sender.
    /// **Complexity**: no atomic operation if the future did not wait; the lock of the waiter list
    /// if it did.
    /// Never panics, unless the waker of the next sender does. In that case the values are dropped.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// use std::future::Future;
    /// use std::task::{Context, Waker};
    ///
    /// let channel = Channel::new();
    /// let mut send = core::pin::pin!(channel.send_many(1..=5));
    /// assert!(send.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    /// let unsent = send.into_inner().unwrap();
    /// assert_eq!(unsent.sent(), 2);
    /// assert_eq!(unsent.collect::<Vec<_>>(), [3, 4, 5]);
    /// ```
    pub fn into_inner(self: Pin<&mut Self>) -> Option<Unsent<I>> {
        let (send, rest, sent) = self.project();
        let rest = rest.take()?;
        let value = send.stop();
        Some(Unsent::new(*sent - usize::from(value.is_some()), value, rest))
    }
}

impl<F, I> SendManyFuture<F, I> {
    fn project(self: Pin<&mut Self>) -> (Pin<&mut F>, &mut Option<I>, &mut usize) {
        // SAFETY: nothing is moved out of the pin but the iterator, which is not pinned.
        let Self { send, rest, sent } = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        (unsafe { Pin::new_unchecked(send) }, rest, sent)
    }
}

// The iterator is not pinned.
impl<F: Unpin, I> Unpin for SendManyFuture<F, I> {}

impl<F: SendEach, I: Iterator<Item = F::Value>> Future for SendManyFuture<F, I> {
    type Output = Result<usize, <F::Error as GivesBack>::Of<Unsent<I>>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (mut send, rest, sent) = self.project();
        loop {
            let values = rest.as_mut().expect("`SendManyFuture` polled after it was ready");
            if send.as_mut().value().is_none() {
                let Some(value) = values.next() else {
                    *rest = None;
                    return Poll::Ready(Ok(*sent));
                };
                *send.as_mut().value() = Some(value);
                // Now, as the waker of a receiver may panic when it is sent.
                *sent += 1;
            }
            if let Err(error) = ready!(send.as_mut().poll(context)) {
                let rest = rest.take().expect("it was there");
                return Poll::Ready(Err(error.map(|rejected| Unsent::new(*sent - 1, Some(rejected), rest))));
            }
        }
    }
}

impl<I: Iterator> fmt::Debug for Unsent<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsent").field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl<F: fmt::Debug, I> fmt::Debug for SendManyFuture<F, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendManyFuture")
            .field("send", &self.send)
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}
