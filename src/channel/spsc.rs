//! Channels for one sender and one receiver: the SPSC queue with waiting and closing.
//!
//! ```
//! use ringway::channel::spsc::Channel;
//!
//! # pollster::block_on(async {
//! let mut channel = Channel::<_, 4>::new();
//! let (mut sender, mut receiver) = channel.split();
//! sender.send(1).await.unwrap();
//! drop(sender);
//! assert_eq!(receiver.recv().await, Ok(1));
//! assert!(receiver.recv().await.is_err());
//! # });
//! ```
//!
//! Both ends wait in a cell of their own, so there is no lock, and `try_send`, `try_recv` and waking are wait-free:
//! either end may be in an interrupt handler. What the [queue](crate::spsc) promises holds here too, and one thing more:
//! a sequentially consistent fence stands behind every value that is sent or received. So of two threads that each send
//! on one channel and then look at the other's, at least one finds the value. With
//! [`with_producer`](Sender::with_producer) and [`with_consumer`](Receiver::with_consumer) the fence comes when the
//! borrow ends.

// Edges
//
// C1 of `channel`, W1 and W2 of `wait`. A push or pop of the SPSC queue is a plain
// store, so a barrier stands between it and the look for a waiter.

use super::closed::Closed;
use super::{RecvError, SendError, TryRecvError, TrySendError};
use crate::ordering;
use crate::spsc::{Consumer, Producer, Queue};
use crate::sync::{FULL_RETRIES, Padded, const_fn, fence};
use crate::wait::budget::Budget;
use crate::wait::cell::WaitCell;
use crate::wait::spin::AdaptiveSpin;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

#[cfg(feature = "std")]
use {
    super::{RecvTimeoutError, SendTimeoutError},
    crate::wait::thread::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};
#[cfg(feature = "alloc")]
use {crate::CapacityError, crate::raw::zeroed, alloc::boxed::Box};
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use {crate::spsc::BoxedQueue, crate::sync::Arc};

/// A channel of exactly `N` values for one sender and one receiver, without allocation, `const`, for a `static`.
pub struct Channel<T, const N: usize> {
    queue: Queue<T, N>,
    /// Apart from the slots: both ends read it, and neither writes it unless one waits.
    signals: Padded<Signals>,
}

/// What the ends share apart from the values.
struct Signals {
    closed: Closed,
    sender: WaitCell,
    receiver: WaitCell,
}

impl Signals {
    const_fn! {
        fn new() -> Self {
            Self { closed: Closed::new(), sender: WaitCell::new(), receiver: WaitCell::new() }
        }
    }
}

impl<T, const N: usize> Channel<T, N> {
    const_fn! {
        /// Creates an empty channel: all zeros, so a `static` lies in `.bss`. Never panics.
        pub fn new() -> Self {
            Self { queue: Queue::new(), signals: Padded::new(Signals::new()) }
        }
    }

    /// Creates an empty channel on the heap, made there: it was never on the stack, which may be smaller.
    ///
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it. Never panics.
    ///
    /// ```
    /// let mut frames = ringway::channel::spsc::Channel::<[u8; 1 << 20], 8>::new_boxed()?; // 8 MiB
    /// let (sender, receiver) = frames.split();
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        let finish = |place: *mut Self| {
            // SAFETY: what `boxed_with` hands over may be written to.
            let queue = unsafe { &raw mut (*place).queue };
            // SAFETY: as above, and it is zeros.
            unsafe { zeroed::make(queue, Queue::new) };
            // SAFETY: as above.
            let signals = unsafe { &raw mut (*place).signals };
            // SAFETY: as above.
            unsafe { signals.write(Padded::new(Signals::new())) };
        };
        // SAFETY: both parts are made.
        unsafe { zeroed::boxed_with(finish) }
    }

    /// Returns both ends of the channel, open even if earlier ends were dropped. Values that were left are still there.
    ///
    /// **Complexity**: no atomic read-modify-write. Never panics.
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        self.signals = Padded::new(Signals::new());
        ends(self.queue.split(), Home::Borrowed(&self.signals), Home::Borrowed(&self.signals))
    }

    /// Returns both ends to the first caller, and `None` to all others: for a `static`. See [`Queue::take`].
    ///
    /// ```
    /// use ringway::channel::spsc::Channel;
    ///
    /// static SAMPLES: Channel<u16, 32> = Channel::new();
    ///
    /// let (mut sender, mut receiver) = SAMPLES.take().expect("the first to take them");
    /// sender.try_send(7).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(7));
    /// assert!(SAMPLES.take().is_none());
    /// ```
    pub fn take(&self) -> Option<(Sender<'_, T>, Receiver<'_, T>)> {
        let queue = self.queue.take()?;
        Some(ends(queue, Home::Borrowed(&self.signals), Home::Borrowed(&self.signals)))
    }
}

impl<T, const N: usize> Default for Channel<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Creates a channel on the heap with a capacity chosen at run time, and returns two ends that own it together.
///
/// **Errors**: [`CapacityError`] if the capacity is zero or more than there can be. Never panics.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub fn bounded<'a, T: 'a>(capacity: usize) -> Result<(Sender<'a, T>, Receiver<'a, T>), CapacityError> {
    let signals = Arc::new(Signals::new());
    let queue = BoxedQueue::new(capacity)?.into_split();
    Ok(ends(queue, Home::Shared(signals.clone()), Home::Shared(signals)))
}

enum Home<'a> {
    Borrowed(&'a Signals),
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    Shared(Arc<Signals>),
}

impl core::ops::Deref for Home<'_> {
    type Target = Signals;

    #[inline]
    fn deref(&self) -> &Signals {
        match self {
            Self::Borrowed(signals) => signals,
            #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
            Self::Shared(signals) => signals,
        }
    }
}

impl Home<'_> {
    /// Returns `true` if the ends own the channel, so that without them nothing can reach it.
    fn is_owned(&self) -> bool {
        !matches!(self, Self::Borrowed(_))
    }
}

/// The only sender.
///
/// Dropping it closes the channel; what it sent can still be received.
pub struct Sender<'a, T> {
    producer: Producer<'a, T>,
    signals: Home<'a>,
    pace: Pace,
}

/// The only receiver.
///
/// Dropping it closes the channel. What it did not receive is dropped at once if the ends own the channel, except for a
/// value that is sent meanwhile, which is dropped with the channel. A channel that they borrow keeps all.
pub struct Receiver<'a, T> {
    consumer: Consumer<'a, T>,
    signals: Home<'a>,
    pace: Pace,
}

/// How an end goes about waiting.
#[derive(Default)]
struct Pace {
    spin: AdaptiveSpin,
    budget: Budget,
    /// Whether its task was asked to yield before the last attempt.
    has_yielded: bool,
}

impl Pace {
    /// Returns `false` if the task is to yield first. Then it has been woken.
    #[inline]
    fn may_attempt(&mut self, context: &Context<'_>) -> bool {
        self.budget.admits(&mut self.has_yielded, context)
    }
}

fn ends<'a, T>(
    (producer, consumer): (Producer<'a, T>, Consumer<'a, T>),
    for_sender: Home<'a>,
    for_receiver: Home<'a>,
) -> (Sender<'a, T>, Receiver<'a, T>) {
    let sender = Sender { producer, signals: for_sender, pace: Pace::default() };
    (sender, Receiver { consumer, signals: for_receiver, pace: Pace::default() })
}

impl<'a, T> Sender<'a, T> {
    /// Sends a value if there is room at once.
    ///
    /// **Guarantees**: wait-free, waking the receiver included; FIFO; may be called in an interrupt handler.
    /// **Complexity**: no atomic read-modify-write, one barrier; one read-modify-write if the receiver sleeps.
    /// **Errors**: [`TrySendError`] gives the value back.
    /// Never panics, unless the waker of the receiver does. The value was sent then.
    #[inline]
    pub fn try_send(&mut self, value: T) -> Result<(), TrySendError<T>> {
        self.try_send_after(value, FULL_RETRIES)
    }

    #[inline]
    fn try_send_after(&mut self, value: T, looks: usize) -> Result<(), TrySendError<T>> {
        if self.signals.closed.get() {
            return Err(TrySendError::Closed(value));
        }
        self.producer.push_after(value, looks).map_err(|full| TrySendError::Full(full.into_inner()))?;
        self.wake_receiver();
        Ok(())
    }

    #[inline]
    fn wake_receiver(&self) {
        // ORDERING: the store of the tail comes before the load of the waiter (W1).
        fence(ordering::NOTIFY_AFTER_STORE_FENCE);
        // SAFETY: only the sender calls this, and there is one.
        unsafe { self.signals.receiver.notify() };
    }

    /// Where it waits, and how.
    #[inline]
    fn place(&mut self) -> (&WaitCell, &mut Pace) {
        (&self.signals.sender, &mut self.pace)
    }

    /// See [`Pace::may_attempt`].
    #[cfg(feature = "futures")]
    pub(super) fn may_attempt(&mut self, context: &Context<'_>) -> bool {
        self.pace.may_attempt(context)
    }

    /// One try to send what is in `unsent`. If the channel is full, it stays there.
    pub(super) fn attempt(
        &mut self,
        unsent: &mut Option<T>,
        looks: usize,
    ) -> Option<Result<(), SendError<T>>> {
        match self.try_send_after(unsent.take()?, looks) {
            Err(TrySendError::Full(rejected)) => {
                *unsent = Some(rejected);
                None
            }
            settled => Some(settled.map_err(|error| SendError(error.into_inner()))),
        }
    }

    /// Sends a value as soon as there is room.
    ///
    /// **Cancel safety**: dropped before it is ready, it sent nothing and drops the value;
    /// [`into_inner`](SendFuture::into_inner) gives it back instead.
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room. If not, where there are caches, a poll may
    /// try for some microseconds more before it waits, as long as that goes well.
    /// **Errors**: [`SendError`] gives the value back if the receiver is gone. Panics if polled after it was ready.
    pub fn send(&mut self, value: T) -> SendFuture<'_, 'a, T> {
        SendFuture::new(self, Some(value))
    }

    /// Calls `push` with the queue's own end, for batches: see [`Producer`]. What is pushed through it does not wake the
    /// receiver before the call ends.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// assert_eq!(sender.with_producer(|producer| producer.push_slice(b"hello")), 5);
    /// assert_eq!(receiver.try_recv(), Ok(b'h'));
    /// ```
    pub fn with_producer<O>(&mut self, push: impl FnOnce(&mut Producer<'a, T>) -> O) -> O {
        let sender = OnDrop(self, |sender| sender.wake_receiver());
        push(&mut sender.0.producer)
    }

    /// Returns `true` if the receiver was dropped.
    ///
    /// **Guarantees**: wait-free; once `true` it stays so. **Complexity**: one load. Never panics.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.signals.closed.get()
    }

    /// Returns the number of values that the channel holds when it is full. Never panics.
    pub fn capacity(&self) -> usize {
        self.producer.capacity()
    }

    /// Returns the number of values, which the receiver may lower meanwhile.
    ///
    /// **Guarantees**: wait-free; never too small. **Complexity**: one load. Never panics. Never too small: see [`Producer::len`].
    pub fn len(&self) -> usize {
        self.producer.len()
    }

    /// Returns `true` if there is no value: as [`len`](Self::len).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if there was no room, which the receiver may make meanwhile: as [`len`](Self::len).
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }
}

impl<'a, T> Receiver<'a, T> {
    /// Receives the oldest value if there is one at once.
    ///
    /// **Guarantees**: wait-free, waking the sender included; FIFO; may be called in an interrupt handler.
    /// **Complexity**: no atomic read-modify-write, one barrier; one read-modify-write if the sender sleeps.
    /// **Errors**: [`TryRecvError`] says why there is none.
    /// Never panics, unless the waker of the sender does. The value that was received is dropped then.
    #[inline]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.consumer.pop() {
            Some(value) => {
                self.wake_sender();
                Ok(value)
            }
            // Once it is closed nothing more is sent, so what is not there now never will be.
            None if self.signals.closed.get() => self.consumer.pop().ok_or(TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        }
    }

    #[inline]
    fn wake_sender(&self) {
        // ORDERING: the store of the head comes before the load of the waiter (W1).
        fence(ordering::NOTIFY_AFTER_STORE_FENCE);
        // SAFETY: only the receiver calls this, and there is one.
        unsafe { self.signals.sender.notify() };
    }

    /// Where it waits, and how.
    #[inline]
    fn place(&mut self) -> (&WaitCell, &mut Pace) {
        (&self.signals.receiver, &mut self.pace)
    }

    /// One try to receive: `None` if there is nothing yet.
    fn attempt(&mut self) -> Option<Result<T, RecvError>> {
        match self.try_recv() {
            Ok(value) => Some(Ok(value)),
            Err(TryRecvError::Closed) => Some(Err(RecvError)),
            Err(TryRecvError::Empty) => None,
        }
    }

    /// Receives the oldest value as soon as there is one.
    ///
    /// **Cancel safety**: dropped before it is ready, it took nothing.
    /// **Complexity**: that of [`try_recv`](Self::try_recv) if there is a value. If not, where there are caches, a poll
    /// may try for some microseconds more before it waits, as long as that goes well.
    /// **Errors**: [`RecvError`] if the sender is gone and everything was received. Panics as [`try_recv`](Self::try_recv).
    pub fn recv(&mut self) -> RecvFuture<'_, 'a, T> {
        RecvFuture { receiver: self }
    }

    /// Calls `pop` with the queue's own end, for batches, [`peek`](Consumer::peek) and searches: see [`Consumer`]. What is
    /// popped through it does not wake the sender before the call ends.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(receiver.with_consumer(|consumer| consumer.peek().copied()), Some(7));
    /// ```
    pub fn with_consumer<O>(&mut self, pop: impl FnOnce(&mut Consumer<'a, T>) -> O) -> O {
        let receiver = OnDrop(self, |receiver| receiver.wake_sender());
        pop(&mut receiver.0.consumer)
    }

    /// Returns `true` if the sender was dropped. There may still be values to receive.
    ///
    /// **Guarantees**: wait-free; once `true` it stays so. **Complexity**: one load. Never panics.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.signals.closed.get()
    }

    /// Returns the number of values that the channel holds when it is full. Never panics.
    pub fn capacity(&self) -> usize {
        self.consumer.capacity()
    }

    /// Returns the number of values, which the sender may raise meanwhile.
    ///
    /// **Guarantees**: wait-free; never too large. **Complexity**: one load. Never panics. Never too large: see [`Consumer::len`].
    pub fn len(&self) -> usize {
        self.consumer.len()
    }

    /// Returns `true` if there was no value, which the sender may change meanwhile: as [`len`](Self::len).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if there is no room: as [`len`](Self::len).
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }
}

#[cfg(feature = "std")]
impl<T> Sender<'_, T> {
    /// Sends a value. The thread sleeps until there is room.
    ///
    /// **Errors**: [`SendError`] gives the value back if the receiver is gone. Panics as [`try_send`](Self::try_send).
    pub fn send_blocking(&mut self, value: T) -> Result<(), SendError<T>> {
        self.send_until(value, None).map_err(|error| SendError(error.into_inner()))
    }

    /// Sends a value. The thread sleeps until there is room, or until the timeout has passed.
    ///
    /// **Errors**: [`SendTimeoutError`] gives the value back. Panics as [`try_send`](Self::try_send).
    pub fn send_timeout(&mut self, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(value, after(timeout))
    }

    /// Sends a value. The thread sleeps until there is room, or until the deadline.
    ///
    /// **Errors**: [`SendTimeoutError`] gives the value back. Panics as [`try_send`](Self::try_send).
    pub fn send_deadline(&mut self, value: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_until(value, Some(deadline))
    }

    fn send_until(&mut self, value: T, deadline: Deadline) -> Result<(), SendTimeoutError<T>> {
        let mut unsent = Some(value);
        let sent = spin(|| self.attempt(&mut unsent, FULL_RETRIES)).or_else(|| {
            let mut send = SendFuture::new(self, unsent.take());
            let sent = block_on(&mut send, deadline);
            unsent = send.value.take();
            sent
        });
        SendTimeoutError::of(match (sent, unsent) {
            (None, Some(value)) => Err(value),
            (sent, _) => Ok(sent.unwrap_or(Ok(()))),
        })
    }
}

#[cfg(feature = "std")]
impl<T> Receiver<'_, T> {
    /// Receives the oldest value. The thread sleeps until there is one.
    ///
    /// **Errors**: [`RecvError`] if the sender is gone and everything was received. Panics as [`try_recv`](Self::try_recv).
    ///
    /// ```
    /// let (mut sender, mut receiver) = ringway::channel::spsc::bounded(4).unwrap();
    /// std::thread::spawn(move || (1..=10).for_each(|n| sender.send_blocking(n).unwrap()));
    /// let mut sum = 0;
    /// while let Ok(n) = receiver.recv_blocking() {
    ///     sum += n;
    /// }
    /// assert_eq!(sum, 55);
    /// ```
    pub fn recv_blocking(&mut self) -> Result<T, RecvError> {
        self.recv_until(None).map_err(|_| RecvError)
    }

    /// Receives the oldest value. The thread sleeps until there is one, or until the timeout has passed.
    ///
    /// **Errors**: [`RecvTimeoutError`] says why there is none. Panics as [`try_recv`](Self::try_recv).
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(after(timeout))
    }

    /// Receives the oldest value. The thread sleeps until there is one, or until the deadline.
    ///
    /// **Errors**: [`RecvTimeoutError`] says why there is none. Panics as [`try_recv`](Self::try_recv).
    pub fn recv_deadline(&mut self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Some(deadline))
    }

    fn recv_until(&mut self, deadline: Deadline) -> Result<T, RecvTimeoutError> {
        let received = spin(|| self.attempt()).or_else(|| block_on(self.recv(), deadline));
        Ok(received.ok_or(RecvTimeoutError::Timeout)??)
    }
}

/// An end while foreign code runs, and what to do with it afterwards, also if that code panics.
struct OnDrop<'e, E>(&'e mut E, fn(&mut E));

impl<E> Drop for OnDrop<'_, E> {
    fn drop(&mut self) {
        self.1(self.0);
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        self.signals.closed.set();
        self.wake_receiver();
    }
}

impl<T> Drop for Receiver<'_, T> {
    fn drop(&mut self) {
        self.signals.closed.set();
        // Values are dropped after the sender is woken, even if that panics.
        let receiver = OnDrop(self, Self::drop_rest);
        receiver.0.wake_sender();
    }
}

impl<T> Receiver<'_, T> {
    /// Drops what is left, if nothing else can receive it: whatever waits for an answer to it is not to wait for the
    /// sender.
    fn drop_rest(&mut self) {
        if self.signals.is_owned() {
            self.consumer.skip(usize::MAX);
        }
    }
}

/// Sends a value: see [`Sender::send`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct SendFuture<'s, 'a, T> {
    pub(super) sender: &'s mut Sender<'a, T>,
    pub(super) value: Option<T>,
}

/// How either end waits: it tries, spins, leaves its waker in its cell, and tries once more.
///
/// # Safety
/// The end is the only one that waits at that cell.
unsafe fn poll_end<E, O>(
    end: &mut E,
    context: &Context<'_>,
    place: fn(&mut E) -> (&WaitCell, &mut Pace),
    mut attempt: impl FnMut(&mut E) -> Option<O>,
) -> Poll<O> {
    if !place(end).1.may_attempt(context) {
        return Poll::Pending;
    }
    if let Some(done) = attempt(end) {
        return Poll::Ready(done);
    }
    // Taken out, as a try needs the whole end.
    let pace = core::mem::take(place(end).1);
    let settled = pace.spin.spin_before_park(context, || attempt(end));
    *place(end).1 = pace;
    if let Some(settled) = settled {
        return settled;
    }
    place(end).1.budget.refund();
    // SAFETY: as the caller promises.
    unsafe { place(end).0.register(context.waker()) };
    attempt(end).map_or(Poll::Pending, Poll::Ready)
}

// The value is not pinned, and nothing else cares where it lies.
impl<T> Unpin for SendFuture<'_, '_, T> {}

impl<'s, 'a, T> SendFuture<'s, 'a, T> {
    pub(super) fn new(sender: &'s mut Sender<'a, T>, value: Option<T>) -> Self {
        Self { sender, value }
    }

    /// Gives the value back, if it was not sent.
    pub fn into_inner(mut self) -> Option<T> {
        self.value.take()
    }
}

impl<T> Future for SendFuture<'_, '_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { sender, value } = &mut *self;
        assert!(value.is_some(), "a send that was ready is polled again");
        // SAFETY: the only sender is borrowed exclusively.
        unsafe { poll_end(*sender, context, Sender::place, |sender| sender.attempt(value, 0)) }
    }
}

impl<T> Drop for SendFuture<'_, '_, T> {
    fn drop(&mut self) {
        // SAFETY: the only sender is borrowed exclusively.
        unsafe { self.sender.signals.sender.clear() };
    }
}

/// Receives a value: see [`Receiver::recv`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct RecvFuture<'r, 'a, T> {
    receiver: &'r mut Receiver<'a, T>,
}

impl<T> Future for RecvFuture<'_, '_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: the only receiver is borrowed exclusively.
        unsafe { poll_end(self.receiver, context, Receiver::place, Receiver::attempt) }
    }
}

impl<T> Drop for RecvFuture<'_, '_, T> {
    fn drop(&mut self) {
        // SAFETY: the only receiver is borrowed exclusively.
        unsafe { self.receiver.signals.receiver.clear() };
    }
}

impl<T, const N: usize> fmt::Debug for Channel<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("queue", &self.queue)
            .field("is_closed", &self.signals.closed.get())
            .finish()
    }
}

impl<T> fmt::Debug for Sender<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("len", &self.len())
            .field("is_closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("len", &self.len())
            .field("is_closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for SendFuture<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SendFuture").field(&self.sender).finish()
    }
}

impl<T> fmt::Debug for RecvFuture<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RecvFuture").field(&self.receiver).finish()
    }
}
