//! Channels as `Stream` and `Sink` (feature `futures`): the same waiters, used again and again.

use super::core::{ChannelInner, Waiters};
use super::future::{RecvFuture, SendFuture};
use super::handle::{Handle, Receiving, Sending};
use super::queue::{Queue, QueueRef, Single};
use super::{RecvError, SendError, SinkError, spsc};
use crate::wait::RawLock;
use core::fmt;
use core::future::Future;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use futures_core::stream::{FusedStream, Stream};
use futures_sink::Sink;

/// The values of a channel, one after another: see [`ChannelInner::stream`].
///
/// Ends when the channel is closed and everything was received. Polled after that, it returns
/// `None` again.
#[must_use = "a stream does nothing unless it is polled"]
pub struct RecvStream<F> {
    /// Receives again and again, so that all values share one waiter.
    recv: F,
    is_over: bool,
}

/// A channel as a sink of values: see [`ChannelInner::sink`].
///
/// It may hold one value for which there was no room. While it does, it is not ready for another,
/// so it never promises room that another sender may take.
#[must_use = "a sink does nothing unless it is polled"]
pub struct SendSink<F> {
    /// Sends again and again. Its value is the one that is held.
    send: F,
}

/// A future that receives, and does so again if it is polled after it was ready. Sealed: the two
/// kinds of `RecvFuture`, and those that own their receiver.
pub trait RecvAgain: Future<Output = Result<Self::Item, RecvError>> {
    /// What is received.
    type Item;

    /// A number of values that no other receiver can take: at least that many are received.
    #[doc(hidden)]
    fn at_least(&self) -> usize {
        0
    }
}

/// A future that sends, and does so again if it is given another value. Sealed: the two kinds of
/// `SendFuture`, and those that own their sender.
pub trait SendAgain: Future<Output = Result<(), SendError<Self::Value>>> {
    /// What is sent.
    type Value;

    /// The value that was not sent yet.
    #[doc(hidden)]
    fn unsent(self: Pin<&mut Self>) -> &mut Option<Self::Value>;

    /// Gives the value back that was not sent yet, and stops waiting.
    #[doc(hidden)]
    fn give_up(self: Pin<&mut Self>) -> Option<Self::Value>;

    /// Sends the value if there is room now.
    #[doc(hidden)]
    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output>;

    /// Returns whether the channel is closed, unless the task is to yield first.
    #[doc(hidden)]
    fn poll_closed(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool>;
}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Receives value after value.
    ///
    /// **Guarantees**: each as by [`recv`](Self::recv); fused. **Complexity**: as `recv`.
    /// **Panics**: as `recv`.
    /// **Cancel safety**: it holds no value, so none is lost with it.
    /// **Memory**: a dozen words, in the stream, and no allocation: so it has to be pinned.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// use futures::StreamExt;
    ///
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// (1..=3).for_each(|n| channel.try_send(n).unwrap());
    /// channel.close();
    /// let numbers = core::pin::pin!(channel.stream());
    /// assert_eq!(numbers.map(|n| 10 * n).collect::<Vec<_>>().await, [10, 20, 30]);
    /// # });
    /// ```
    pub fn stream(&self) -> RecvStream<RecvFuture<'_, Q, R, L>> {
        RecvStream::new(self.recv())
    }
}

impl<Q: Single, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Q, W> {
    /// Sends value after value.
    ///
    /// **Guarantees**: each as by [`send`](Self::send). A value is sent immediately if there is
    /// room. If not, the sink holds it, and is ready for the next, and flushed, once it was sent.
    /// Closing the sink flushes it; the channel stays open for others.
    /// **Complexity**: as `send`.
    /// **Errors**: [`SinkError`] if the channel is closed: from `poll_ready` and `poll_flush` too,
    /// so that no value need be made for a channel without receivers. It gives the value back that
    /// was not sent, if there is one.
    /// **Panics**: `start_send` if the sink is not ready; all if the waker of another waiter does.
    /// **Cancel safety**: dropped, it drops the value that it holds;
    /// [`into_inner`](SendSink::into_inner) gives it back instead.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// use futures::{SinkExt, StreamExt, stream};
    ///
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// let mut sink = core::pin::pin!(channel.sink());
    /// sink.send("first").await.unwrap();
    /// sink.send_all(&mut stream::iter(["second", "third"]).map(Ok)).await.unwrap();
    /// assert_eq!(channel.len(), 3);
    /// # });
    /// ```
    pub fn sink(&self) -> SendSink<SendFuture<'_, Q, R>> {
        SendSink::new(SendFuture::new(self.by_ref(), (), None))
    }
}

impl<Q: QueueRef, R: RawLock, const L: usize> Handle<'_, Q, Receiving, R, L> {
    /// Receives value after value.
    ///
    /// **Guarantees**, **Complexity**, **Panics**, **Cancel safety**, **Memory**: as
    /// [`ChannelInner::stream`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// use futures::StreamExt;
    ///
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// let receiver = channel.closing_receiver();
    /// (1..=3).for_each(|n| channel.try_send(n).unwrap());
    /// channel.close();
    /// assert_eq!(core::pin::pin!(receiver.stream()).collect::<Vec<_>>().await, [1, 2, 3]);
    /// # });
    /// ```
    pub fn stream(&self) -> RecvStream<RecvFuture<'_, Q, R, L>> {
        self.channel().stream()
    }
}

impl<Q: QueueRef + Single, R: RawLock> Handle<'_, Q, Sending, R> {
    /// Sends value after value.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**: as
    /// [`ChannelInner::sink`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// use futures::SinkExt;
    ///
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// let sender = channel.closing_sender();
    /// core::pin::pin!(sender.sink()).send(7).await.unwrap();
    /// assert_eq!(channel.recv().await, Ok(7));
    /// # });
    /// ```
    pub fn sink(&self) -> SendSink<SendFuture<'_, Q, R>> {
        self.channel().sink()
    }
}

impl<'a, T> spsc::Receiver<'a, T> {
    /// Receives value after value. Needs no pinning.
    ///
    /// **Guarantees**, **Complexity**: as [`recv`](Self::recv); fused. **Panics**: as `recv`.
    /// **Cancel safety**: it holds no value, so none is lost with it.
    ///
    /// ```
    /// use futures::{SinkExt, StreamExt, stream};
    ///
    /// # pollster::block_on(async {
    /// let (mut sender, mut receiver) = ringway::channel::spsc::bounded(4).unwrap();
    /// sender.sink().send_all(&mut stream::iter(1..=3).map(Ok)).await.unwrap();
    /// drop(sender);
    /// assert_eq!(receiver.stream().collect::<Vec<_>>().await, [1, 2, 3]);
    /// # });
    /// ```
    pub fn stream(&mut self) -> RecvStream<spsc::RecvFuture<'_, 'a, T>> {
        RecvStream::new(self.recv())
    }
}

impl<'a, T> spsc::Sender<'a, T> {
    /// Sends value after value. Needs no pinning.
    ///
    /// **Guarantees**: as [`ChannelInner::sink`]. **Complexity**: as [`send`](Self::send).
    /// **Errors**, **Panics**, **Cancel safety**: as `ChannelInner::sink`.
    ///
    /// ```
    /// use futures::SinkExt;
    ///
    /// # pollster::block_on(async {
    /// let mut channel = ringway::channel::spsc::Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.sink().send(7).await.unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(7));
    /// # });
    /// ```
    pub fn sink(&mut self) -> SendSink<spsc::SendFuture<'_, 'a, T>> {
        SendSink::new(spsc::SendFuture::new(self, None))
    }
}

impl<F> RecvStream<F> {
    pub(super) fn new(recv: F) -> Self {
        Self { recv, is_over: false }
    }

    pub(super) fn recv(&self) -> &F {
        &self.recv
    }
}

impl<F: RecvAgain> Stream for RecvStream<F> {
    type Item = F::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<F::Item>> {
        // SAFETY: nothing is moved out of the pin.
        let this = unsafe { self.get_unchecked_mut() };
        if this.is_over {
            return Poll::Ready(None);
        }
        // SAFETY: part of what was pinned.
        let recv = unsafe { Pin::new_unchecked(&mut this.recv) };
        let received = ready!(recv.poll(context));
        this.is_over = received.is_err();
        Poll::Ready(received.ok())
    }

    /// Returns zero after the end. Before that, no upper bound, as more may be sent; and as the
    /// lower bound the number of values that are there if no other receiver can take them: the
    /// length of an SPSC channel, and zero of others.
    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.is_over { (0, Some(0)) } else { (self.recv.at_least(), None) }
    }
}

impl<F: RecvAgain> FusedStream for RecvStream<F> {
    fn is_terminated(&self) -> bool {
        self.is_over
    }
}

impl<F> SendSink<F> {
    pub(super) fn new(send: F) -> Self {
        Self { send }
    }

    pub(super) fn send_ref(&self) -> &F {
        &self.send
    }
}

impl<F: SendAgain> SendSink<F> {
    /// Returns the value that the sink holds because there was no room for it, and stops waiting.
    ///
    /// **Guarantees**, **Complexity**: as [`SendFuture::into_inner`]. Never panics, unless the
    /// waker of the next waiting sender does.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use futures::{FutureExt, SinkExt};
    ///
    /// let channel = Channel::new();
    /// let mut sink = core::pin::pin!(channel.sink());
    /// assert!(sink.feed(1).now_or_never().is_some(), "sent");
    /// assert!(sink.feed(2).now_or_never().is_some(), "held");
    /// assert!(sink.feed(3).now_or_never().is_none(), "not ready");
    /// assert_eq!(sink.as_mut().into_inner(), Some(2));
    /// ```
    pub fn into_inner(self: Pin<&mut Self>) -> Option<F::Value> {
        self.send().give_up()
    }

    fn send(self: Pin<&mut Self>) -> Pin<&mut F> {
        // SAFETY: nothing is moved out of the pin, and the future is part of what was pinned.
        unsafe { self.map_unchecked_mut(|this| &mut this.send) }
    }

    /// Sends the value that is held. `None` if there is none.
    fn poll_unsent(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Option<Poll<SinkResult<F::Value>>> {
        self.as_mut().send().unsent().as_ref()?;
        Some(self.send().poll(context).map_err(SinkError::from))
    }

    /// Sends the value that is held, or returns whether one could be sent.
    fn poll_open(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<SinkResult<F::Value>> {
        if let Some(sent) = self.as_mut().poll_unsent(context) {
            return sent;
        }
        let is_closed = ready!(self.send().poll_closed(context));
        Poll::Ready(if is_closed { Err(SinkError(None)) } else { Ok(()) })
    }
}

type SinkResult<T> = Result<(), SinkError<T>>;

impl<F: SendAgain> Sink<F::Value> for SendSink<F> {
    type Error = SinkError<F::Value>;

    fn poll_ready(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.poll_open(context)
    }

    fn start_send(mut self: Pin<&mut Self>, value: F::Value) -> Result<(), Self::Error> {
        let unsent = self.as_mut().send().unsent();
        assert!(unsent.is_none(), "a sink that holds a value is not ready for another");
        *unsent = Some(value);
        self.send().attempt().unwrap_or(Ok(())).map_err(SinkError::from)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.poll_open(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.poll_unsent(context).unwrap_or(Poll::Ready(Ok(())))
    }
}

impl<Q: Queue, R: RawLock, const L: usize> RecvAgain for RecvFuture<'_, Q, R, L> {
    type Item = Q::Item;
}

impl<T> RecvAgain for spsc::RecvFuture<'_, '_, T> {
    type Item = T;

    fn at_least(&self) -> usize {
        self.receiver.len()
    }
}

impl<Q: Single, R: RawLock> SendAgain for SendFuture<'_, Q, R> {
    type Value = Q::Value;

    fn unsent(self: Pin<&mut Self>) -> &mut Option<Q::Value> {
        self.project().unsent
    }

    fn give_up(self: Pin<&mut Self>) -> Option<Q::Value> {
        self.project().give_up()
    }

    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        self.project().attempt()
    }

    fn poll_closed(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        self.project().poll_closed(context)
    }
}

impl<T> SendAgain for spsc::SendFuture<'_, '_, T> {
    type Value = T;

    fn unsent(self: Pin<&mut Self>) -> &mut Option<T> {
        &mut self.get_mut().value
    }

    fn give_up(self: Pin<&mut Self>) -> Option<T> {
        // A waker that is left does no harm: it is the only one there.
        self.get_mut().value.take()
    }

    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        let Self { sender, value } = self.get_mut();
        sender.attempt(value)
    }

    fn poll_closed(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        self.get_mut().sender.poll_closed(context)
    }
}

impl<F: fmt::Debug> fmt::Debug for RecvStream<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvStream").field("recv", &self.recv).field("is_over", &self.is_over).finish()
    }
}

impl<F: fmt::Debug> fmt::Debug for SendSink<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SendSink").field(&self.send).finish()
    }
}
