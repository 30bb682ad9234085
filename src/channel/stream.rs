//! Channels as `Stream` and `Sink` (feature `futures`): the same waiters, used again and again.

use super::{Borrowed, ChannelInner, Receiver, Recv, RecvError, Send, SendError, Sender, Storage, spsc};
use crate::wait::RawLock;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use futures_core::stream::{FusedStream, Stream};
use futures_sink::Sink;

/// The values of a channel, as they come: see [`ChannelInner::stream`].
///
/// Ends when the channel is closed and everything was received; polled after that, it says so again.
#[must_use = "a stream does nothing unless it is polled"]
pub struct RecvStream<F> {
    /// Receives again and again, so that all values share one waiter.
    recv: F,
    is_over: bool,
}

/// A channel as a place to put values: see [`ChannelInner::sink`].
///
/// It may hold one value that found no room. While it does it is not ready for another, so it never promises room that
/// somebody else may take.
#[must_use = "a sink does nothing unless it is polled"]
pub struct SendSink<F> {
    /// Sends again and again. Its value is the one that is held.
    send: F,
}

/// A future that sends, and does so again if it is given another value. Sealed: the two kinds of `Send`.
pub trait Sending: Future<Output = Result<(), SendError<Self::Value>>> {
    type Value;

    /// The value that was not sent yet.
    fn unsent(self: Pin<&mut Self>) -> &mut Option<Self::Value>;

    /// Gives the value back that was not sent yet, and waits no longer.
    fn give_up(self: Pin<&mut Self>) -> Option<Self::Value>;

    /// Sends the value if there is room at once.
    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output>;
}

impl<T, St: Storage<T>> ChannelInner<T, St> {
    /// Receives value after value.
    ///
    /// **Guarantees**: each as [`recv`](Self::recv) would; fused. **Cancel safety**: it holds no value, so none is lost
    /// with it. **Complexity**: as `recv`; it does not allocate, which is why it has to be pinned. Never panics.
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
    pub fn stream(&self) -> RecvStream<Recv<'_, T, &St>> {
        RecvStream::new(self.recv())
    }

    /// Sends value after value.
    ///
    /// **Guarantees**: each as [`send`](Self::send) would. A value is sent at once if there is room; else the sink
    /// holds it, and is ready for the next, and flushed, when it was sent. Closing the sink flushes it; the channel
    /// stays open for others.
    /// **Cancel safety**: dropped, it drops the value that it holds; [`into_inner`](SendSink::into_inner) gives it back
    /// instead.
    /// **Errors**: [`SendError`] gives the value back if the channel is closed. `start_send` panics if the sink is not
    /// ready.
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
    pub fn sink(&self) -> SendSink<Send<'_, T, &St>> {
        SendSink { send: self.sending(None) }
    }
}

impl<'a, T, R: RawLock> Receiver<'a, T, R> {
    /// See [`ChannelInner::stream`].
    pub fn stream(&self) -> RecvStream<Recv<'_, T, &Borrowed<'a, T, R>>> {
        RecvStream::new(self.recv())
    }
}

impl<'a, T, R: RawLock> Sender<'a, T, R> {
    /// See [`ChannelInner::sink`].
    pub fn sink(&self) -> SendSink<Send<'_, T, &Borrowed<'a, T, R>>> {
        self.view().sink()
    }
}

impl<'a, T> spsc::Receiver<'a, T> {
    /// Receives value after value: see [`ChannelInner::stream`]. Needs no pinning.
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
    pub fn stream(&mut self) -> RecvStream<spsc::Recv<'_, 'a, T>> {
        RecvStream::new(self.recv())
    }
}

impl<'a, T> spsc::Sender<'a, T> {
    /// Sends value after value: see [`ChannelInner::sink`]. Needs no pinning.
    pub fn sink(&mut self) -> SendSink<spsc::Send<'_, 'a, T>> {
        SendSink { send: spsc::Send::new(self, None) }
    }
}

impl<F> RecvStream<F> {
    fn new(recv: F) -> Self {
        Self { recv, is_over: false }
    }
}

impl<T, F: Future<Output = Result<T, RecvError>>> Stream for RecvStream<F> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
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
}

impl<T, F: Future<Output = Result<T, RecvError>>> FusedStream for RecvStream<F> {
    fn is_terminated(&self) -> bool {
        self.is_over
    }
}

impl<F: Sending> SendSink<F> {
    /// Gives the value back that the sink holds because it found no room.
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

    /// Sends the value that is held.
    fn poll_unsent(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.as_mut().send().unsent() {
            Some(_) => self.send().poll(context),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl<F: Sending> Sink<F::Value> for SendSink<F> {
    type Error = SendError<F::Value>;

    fn poll_ready(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.poll_unsent(context)
    }

    fn start_send(mut self: Pin<&mut Self>, value: F::Value) -> Result<(), Self::Error> {
        let unsent = self.as_mut().send().unsent();
        assert!(unsent.is_none(), "a sink that holds a value is not ready for another");
        *unsent = Some(value);
        self.send().attempt().unwrap_or(Ok(()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.poll_unsent(context)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.poll_unsent(context)
    }
}

impl<T, St: Storage<T>> Sending for Send<'_, T, St> {
    type Value = T;

    fn unsent(self: Pin<&mut Self>) -> &mut Option<T> {
        self.project().1
    }

    fn give_up(self: Pin<&mut Self>) -> Option<T> {
        self.into_inner()
    }

    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        let (channel, unsent, _) = self.project();
        channel.attempt(unsent, 0)
    }
}

impl<T> Sending for spsc::Send<'_, '_, T> {
    type Value = T;

    fn unsent(self: Pin<&mut Self>) -> &mut Option<T> {
        &mut self.get_mut().value
    }

    fn give_up(self: Pin<&mut Self>) -> Option<T> {
        // A waker that was left does no harm: nobody else waits there.
        self.get_mut().value.take()
    }

    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        let Self { sender, value } = self.get_mut();
        sender.attempt(value, 0)
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
