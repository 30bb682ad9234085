//! Ends of a channel that own their handle: `into_stream` and `into_sink`.

use super::future::SendParts;
use super::handle::{Handle, Receiving, Sending};
use super::mpmc::Fifo;
use super::queue::{QueueRef, Single};
use super::stream::{RecvAgain, RecvStream, SendAgain, SendSink};
use super::{RecvError, SendError};
use crate::mpmc;
use crate::wait::queue::Waiter;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::future::Future;
use core::mem::MaybeUninit;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The stream that a [`Receiver`](super::Receiver) becomes: see
/// [`into_stream`](Handle::into_stream).
///
/// ```
/// use ringway::{channel::{Channel, ReceiverStream}, wait::NoLock};
///
/// struct Feed<'a> {
///     lines: ReceiverStream<'a, String, NoLock>,
/// }
///
/// let channel = Channel::<String, 8, NoLock>::new();
/// let feed = Feed { lines: channel.closing_receiver().into_stream() };
/// assert!(feed.lines.receiver().is_empty());
/// ```
pub type ReceiverStream<'a, T, R = DefaultLock> = RecvStream<OwnedRecv<'a, Fifo<mpmc::Borrowed<'a, T>>, R>>;

/// The sink that a [`Sender`](super::Sender) becomes: see [`into_sink`](Handle::into_sink).
///
/// ```
/// use ringway::{channel::{Channel, SenderSink}, wait::NoLock};
///
/// struct Log<'a> {
///     lines: SenderSink<'a, String, NoLock>,
/// }
///
/// let channel = Channel::<String, 8, NoLock>::new();
/// let log = Log { lines: channel.closing_sender().into_sink() };
/// assert!(!log.lines.sender().is_closed());
/// ```
pub type SenderSink<'a, T, R = DefaultLock> = SendSink<OwnedSend<'a, Fifo<mpmc::Borrowed<'a, T>>, R>>;

impl<'a, Q: QueueRef, R: RawLock, const L: usize> Handle<'a, Q, Receiving, R, L> {
    /// Receives value after value, with a stream that owns the receiver: `'static` if the handles
    /// own their channel ([`bounded`](super::bounded), `into_split`), so that a function may return
    /// it as `impl Stream + Send + 'static`.
    ///
    /// Dropping the stream drops the receiver, which closes the channel if it is the last one.
    ///
    /// **Guarantees**, **Complexity**, **Panics**, **Cancel safety**: as
    /// [`ChannelInner::stream`](super::ChannelInner::stream).
    /// **Memory**: that of the handle and a dozen words, in the stream, and no allocation: so it
    /// has to be pinned.
    ///
    /// ```
    /// # #[cfg(feature = "std")]
    /// # pollster::block_on(async {
    /// use futures::{Stream, StreamExt};
    ///
    /// fn countdown(from: u32) -> impl Stream<Item = u32> + Send + 'static {
    ///     let (sender, receiver) = ringway::channel::bounded(4).unwrap();
    ///     std::thread::spawn(move || (1..=from).rev().try_for_each(|n| sender.send_blocking(n)));
    ///     receiver.into_stream()
    /// }
    ///
    /// assert_eq!(core::pin::pin!(countdown(3)).collect::<Vec<_>>().await, [3, 2, 1]);
    /// # });
    /// ```
    pub fn into_stream(self) -> RecvStream<OwnedRecv<'a, Q, R, L>> {
        let waiter = KeptWaiter::new(Waiter::new(&self.channel().waiters.receivers));
        RecvStream::new(OwnedRecv { waiter, receiver: self })
    }
}

impl<'a, Q: QueueRef + Single, R: RawLock> Handle<'a, Q, Sending, R> {
    /// Sends value after value, with a sink that owns the sender: `'static` if the handles own
    /// their channel ([`bounded`](super::bounded), `into_split`).
    ///
    /// Dropping the sink drops the sender, which closes the channel if it is the last one. Closing
    /// the sink only flushes it.
    ///
    /// **Guarantees**, **Complexity**, **Errors**, **Panics**, **Cancel safety**: as
    /// [`ChannelInner::sink`](super::ChannelInner::sink).
    /// **Memory**: that of the handle, the value and a dozen words, in the sink, and no allocation:
    /// so it has to be pinned.
    ///
    /// ```
    /// # #[cfg(feature = "std")]
    /// # pollster::block_on(async {
    /// use futures::{Sink, SinkExt, StreamExt, stream};
    /// use ringway::channel::SinkError;
    ///
    /// fn printer() -> impl Sink<String, Error = SinkError<String>> + Send + 'static {
    ///     let (sender, receiver) = ringway::channel::bounded(4).unwrap();
    ///     std::thread::spawn(move || {
    ///         while let Ok(line) = receiver.recv_blocking() {
    ///             println!("{line}");
    ///         }
    ///     });
    ///     sender.into_sink()
    /// }
    ///
    /// let lines = stream::iter(["one", "two"]).map(|line| Ok(line.to_owned()));
    /// lines.forward(printer()).await.unwrap();
    /// # });
    /// ```
    pub fn into_sink(self) -> SendSink<OwnedSend<'a, Q, R>> {
        let waiter = KeptWaiter::new(Waiter::new(self.channel().waiters.senders(())));
        SendSink::new(OwnedSend { waiter, unsent: None, sender: self })
    }
}

/// A receiver that receives again and again: in the stream of [`into_stream`](Handle::into_stream).
#[must_use = "a future does nothing unless it is awaited"]
pub struct OwnedRecv<'a, Q: QueueRef, R: RawLock, const L: usize = 1> {
    /// Before the handle, so that it is dropped first.
    waiter: KeptWaiter<'a, R>,
    receiver: Handle<'a, Q, Receiving, R, L>,
}

/// A sender that sends again and again: in the sink of [`into_sink`](Handle::into_sink).
#[must_use = "a future does nothing unless it is awaited"]
pub struct OwnedSend<'a, Q: QueueRef + Single, R: RawLock> {
    /// Before the handle, so that it is dropped first.
    waiter: KeptWaiter<'a, R>,
    unsent: Option<Q::Value>,
    sender: Handle<'a, Q, Sending, R>,
}

/// A waiter at a channel that is kept alive by the handle beside it. Not a plain one: it refers to
/// the channel, and a reference in the argument of a function must be valid until it returns, where
/// the last handle frees the channel while it is dropped.
struct KeptWaiter<'a, R: RawLock>(MaybeUninit<Waiter<'a, R>>);

impl<'a, R: RawLock> KeptWaiter<'a, R> {
    fn new(waiter: Waiter<'a, R>) -> Self {
        Self(MaybeUninit::new(waiter))
    }

    fn get(self: Pin<&mut Self>) -> Pin<&mut Waiter<'a, R>> {
        // SAFETY: nothing is moved out of the pin.
        let Self(waiter) = unsafe { self.get_unchecked_mut() };
        // SAFETY: written when it was made.
        let waiter = unsafe { waiter.assume_init_mut() };
        // SAFETY: part of what was pinned.
        unsafe { Pin::new_unchecked(waiter) }
    }
}

impl<R: RawLock> Drop for KeptWaiter<'_, R> {
    fn drop(&mut self) {
        // SAFETY: written when it was made, dropped once, and the handle is dropped after it.
        unsafe { self.0.assume_init_drop() };
    }
}

impl<Q: QueueRef, R: RawLock, const L: usize> Future for OwnedRecv<'_, Q, R, L> {
    type Output = Result<Q::Item, RecvError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: nothing is moved out of the pin.
        let Self { waiter, receiver } = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        let waiter = unsafe { Pin::new_unchecked(waiter) };
        waiter.get().poll_until(context, || receiver.channel().attempt_recv())
    }
}

impl<Q: QueueRef, R: RawLock, const L: usize> RecvAgain for OwnedRecv<'_, Q, R, L> {
    type Item = Q::Item;
}

impl<'a, Q: QueueRef + Single, R: RawLock> OwnedSend<'a, Q, R> {
    fn project(self: Pin<&mut Self>) -> SendParts<'_, 'a, Q, R, 1> {
        // SAFETY: nothing is moved out of the pin but the value, which is not pinned.
        let Self { waiter, unsent, sender } = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        let waiter = unsafe { Pin::new_unchecked(waiter) };
        SendParts { channel: sender.channel().by_ref(), level: (), unsent, waiter: waiter.get() }
    }
}

impl<Q: QueueRef + Single, R: RawLock> Future for OwnedSend<'_, Q, R> {
    type Output = Result<(), SendError<Q::Value>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().poll(context)
    }
}

impl<Q: QueueRef + Single, R: RawLock> SendAgain for OwnedSend<'_, Q, R> {
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

impl<'a, Q: QueueRef, R: RawLock, const L: usize> RecvStream<OwnedRecv<'a, Q, R, L>> {
    /// Returns the receiver, for its other methods; a clone of it is another receiver.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let stream = channel.closing_receiver().into_stream();
    /// stream.receiver().close();
    /// assert!(channel.is_closed());
    /// ```
    pub fn receiver(&self) -> &Handle<'a, Q, Receiving, R, L> {
        &self.recv().receiver
    }
}

impl<'a, Q: QueueRef + Single, R: RawLock> SendSink<OwnedSend<'a, Q, R>> {
    /// Returns the sender, for its other methods; a clone of it is another sender.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sink = channel.closing_sender().into_sink();
    /// sink.sender().try_send(7).unwrap();
    /// assert_eq!(channel.try_recv(), Ok(7));
    /// ```
    pub fn sender(&self) -> &Handle<'a, Q, Sending, R> {
        &self.send_ref().sender
    }
}

impl<Q: QueueRef, R: RawLock, const L: usize> fmt::Debug for OwnedRecv<'_, Q, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedRecv").field(&self.receiver).finish()
    }
}

impl<Q: QueueRef + Single, R: RawLock> fmt::Debug for OwnedSend<'_, Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedSend").field(&self.sender).finish()
    }
}
