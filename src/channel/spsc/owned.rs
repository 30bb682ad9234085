//! Futures that own their end: `into_stream` and `into_sink`.

use super::{Receiver, Sender};
use crate::channel::stream::{RecvAgain, RecvStream, SendAgain, SendSink};
use crate::channel::{RecvError, SendError};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<'a, T> Receiver<'a, T> {
    /// Receives value after value, with a stream that owns the receiver: `'static` if the ends own
    /// the channel ([`bounded`](super::bounded)). Needs no pinning.
    ///
    /// Dropping the stream drops the receiver, which closes the channel.
    ///
    /// **Guarantees**, **Complexity**: as [`recv`](Self::recv); fused. **Panics**: as `recv`.
    /// **Cancel safety**: it holds no value, so none is lost with it.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// use futures::{Stream, StreamExt};
    ///
    /// fn numbers() -> impl Stream<Item = u32> + Send + 'static {
    ///     let (mut sender, receiver) = ringway::channel::spsc::bounded(4).unwrap();
    ///     (1..=3).for_each(|n| sender.try_send(n).unwrap());
    ///     receiver.into_stream()
    /// }
    ///
    /// assert_eq!(numbers().collect::<Vec<_>>().await, [1, 2, 3]);
    /// # });
    /// ```
    pub fn into_stream(self) -> RecvStream<OwnedRecv<'a, T>> {
        RecvStream::new(OwnedRecv { receiver: self })
    }
}

impl<'a, T> Sender<'a, T> {
    /// Sends value after value, with a sink that owns the sender: `'static` if the ends own the
    /// channel ([`bounded`](super::bounded)). Needs no pinning.
    ///
    /// Dropping the sink drops the sender, which closes the channel. Closing the sink only flushes
    /// it.
    ///
    /// **Guarantees**: as [`ChannelInner::sink`](crate::channel::ChannelInner::sink).
    /// **Complexity**: as [`send`](Self::send).
    /// **Errors**, **Panics**, **Cancel safety**: as `ChannelInner::sink`.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// use futures::SinkExt;
    ///
    /// let (sender, mut receiver) = ringway::channel::spsc::bounded(4).unwrap();
    /// let mut sink = sender.into_sink();
    /// sink.send(7).await.unwrap();
    /// drop(sink);
    /// assert_eq!(receiver.recv().await, Ok(7));
    /// assert!(receiver.recv().await.is_err());
    /// # });
    /// ```
    pub fn into_sink(self) -> SendSink<OwnedSend<'a, T>> {
        SendSink::new(OwnedSend { sender: self, unsent: None })
    }
}

/// A receiver that receives again and again: in the stream of
/// [`into_stream`](Receiver::into_stream).
#[must_use = "a future does nothing unless it is awaited"]
pub struct OwnedRecv<'a, T> {
    receiver: Receiver<'a, T>,
}

/// A sender that sends again and again: in the sink of [`into_sink`](Sender::into_sink).
#[must_use = "a future does nothing unless it is awaited"]
pub struct OwnedSend<'a, T> {
    sender: Sender<'a, T>,
    unsent: Option<T>,
}

// The value is not pinned, and nothing else depends on its address.
impl<T> Unpin for OwnedSend<'_, T> {}

impl<T> Future for OwnedRecv<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.receiver.poll_recv(context)
    }
}

impl<T> Future for OwnedSend<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { sender, unsent } = self.get_mut();
        sender.poll_until(context, |half| half.attempt(unsent, 0))
    }
}

// The waker that is left goes first: the other end keeps the channel.
impl<T> Drop for OwnedRecv<'_, T> {
    fn drop(&mut self) {
        self.receiver.stop_waiting();
    }
}

impl<T> Drop for OwnedSend<'_, T> {
    fn drop(&mut self) {
        self.sender.stop_waiting();
    }
}

impl<T> RecvAgain for OwnedRecv<'_, T> {
    type Item = T;

    fn at_least(&self) -> usize {
        self.receiver.len()
    }
}

impl<T> SendAgain for OwnedSend<'_, T> {
    type Value = T;

    fn unsent(self: Pin<&mut Self>) -> &mut Option<T> {
        &mut self.get_mut().unsent
    }

    fn give_up(self: Pin<&mut Self>) -> Option<T> {
        // A waker that is left does no harm: it is the only one there.
        self.get_mut().unsent.take()
    }

    fn attempt(self: Pin<&mut Self>) -> Option<Self::Output> {
        let Self { sender, unsent } = self.get_mut();
        sender.attempt(unsent)
    }

    fn poll_closed(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<bool> {
        self.get_mut().sender.poll_closed(context)
    }
}

impl<'a, T> RecvStream<OwnedRecv<'a, T>> {
    /// Returns the receiver, to observe the channel.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// let (mut sender, receiver) = ringway::channel::spsc::bounded(4).unwrap();
    /// let stream = receiver.into_stream();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(stream.receiver().len(), 1);
    /// ```
    pub fn receiver(&self) -> &Receiver<'a, T> {
        &self.recv().receiver
    }
}

impl<'a, T> SendSink<OwnedSend<'a, T>> {
    /// Returns the sender, to observe the channel.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// let (sender, receiver) = ringway::channel::spsc::bounded::<u8>(4).unwrap();
    /// let sink = sender.into_sink();
    /// drop(receiver);
    /// assert!(sink.sender().is_closed());
    /// ```
    pub fn sender(&self) -> &Sender<'a, T> {
        &self.send_ref().sender
    }
}

impl<T> fmt::Debug for OwnedRecv<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedRecv").field(&self.receiver).finish()
    }
}

impl<T> fmt::Debug for OwnedSend<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedSend").field(&self.sender).finish()
    }
}
