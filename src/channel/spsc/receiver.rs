//! The end that receives.

use super::{CallOnDrop, Pace, RecvFuture, Shared, Signals, attempt};
use crate::channel::{RecvError, TryRecvError};
use crate::ordering;
use crate::spsc::Consumer;
use crate::sync::fence;
use core::fmt;
use core::task::{Context, Poll};

#[cfg(feature = "std")]
use {
    crate::channel::RecvTimeoutError,
    crate::wait::thread::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};

/// The only receiver.
///
/// Dropping it closes the channel. If the ends own the channel, the values that are left are
/// dropped at once, except for a value that is sent meanwhile, which is dropped with the channel. A
/// channel that the ends borrow keeps all.
pub struct Receiver<'a, T> {
    consumer: Consumer<'a, T>,
    pub(super) signals: Shared<'a, Signals>,
    pace: Pace,
}

/// The receiver without its pace: what an attempt needs. It borrows the only receiver exclusively,
/// so there is one at a time.
pub(super) struct RecvHalf<'r, 'a, T> {
    consumer: &'r mut Consumer<'a, T>,
    signals: &'r Signals,
}

impl<T> RecvHalf<'_, '_, T> {
    #[inline]
    fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.consumer.pop() {
            Some(value) => {
                self.wake_sender();
                Ok(value)
            }
            // The sender sends nothing after it closed, unless it passes the channel by. If the
            // receiver closed, a send may be in flight: see `close`.
            None if self.signals.closed.get() => self.consumer.pop().ok_or(TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        }
    }

    /// Attempts to receive: `None` if there is no value yet.
    #[inline]
    pub(super) fn attempt(&mut self) -> Option<Result<T, RecvError>> {
        attempt::recv(self.try_recv())
    }

    #[inline]
    pub(super) fn wake_sender(&self) {
        // ORDERING: the store of the head comes before the load of the waiter (W1).
        fence(ordering::NOTIFY_AFTER_STORE_FENCE);
        // SAFETY: only the receiver calls this, and there is one.
        unsafe { self.signals.sender.notify() };
    }
}

impl<'a, T> Receiver<'a, T> {
    pub(super) fn new(consumer: Consumer<'a, T>, signals: Shared<'a, Signals>) -> Self {
        Self { consumer, signals, pace: Pace::default() }
    }

    #[inline]
    pub(super) fn half(&mut self) -> RecvHalf<'_, 'a, T> {
        self.half_and_pace().0
    }

    #[inline]
    pub(super) fn half_and_pace(&mut self) -> (RecvHalf<'_, 'a, T>, &mut Pace) {
        let Self { consumer, signals, pace } = self;
        (RecvHalf { consumer, signals }, pace)
    }

    /// Receives, or waits if there is no value: one poll of a future.
    #[inline]
    pub(super) fn poll_recv(&mut self, context: &Context<'_>) -> Poll<Result<T, RecvError>> {
        let (mut half, pace) = self.half_and_pace();
        let cell = &half.signals.receiver;
        // SAFETY: the only receiver is borrowed exclusively.
        unsafe { pace.poll_in_cell(cell, context, || half.attempt()) }
    }

    /// Drops the waker that a future left.
    #[inline]
    pub(super) fn stop_waiting(&mut self) {
        // SAFETY: the only receiver is borrowed exclusively.
        unsafe { self.signals.receiver.clear() };
    }

    /// Receives the oldest value if there is one now.
    ///
    /// **Guarantees**: wait-free, waking the sender included; FIFO; may be called in an interrupt
    /// handler.
    /// **Complexity**: no atomic read-modify-write, one fence; one read-modify-write if the sender
    /// waits.
    /// **Errors**: [`TryRecvError`] says why there is none.
    /// Never panics, unless the waker of the sender does. In that case the value that was received
    /// is dropped.
    ///
    /// ```
    /// use ringway::channel::{TryRecvError, spsc::Channel};
    ///
    /// let mut channel = Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    /// sender.try_send(1).unwrap();
    /// drop(sender);
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    /// ```
    #[inline]
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.half().try_recv()
    }

    /// Receives the oldest value as soon as there is one.
    ///
    /// **Guarantees**: FIFO. [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Complexity**: that of [`try_recv`](Self::try_recv) if there is a value. If not, where
    /// cores have caches, a poll may spin for some microseconds before it waits, as long as
    /// spinning has paid off recently.
    /// **Errors**: [`RecvError`] if the channel is closed and everything was received. **Panics**:
    /// as `try_recv`.
    /// **Cancel safety**: dropped before it is ready, it received nothing.
    /// **Memory**: one word, in the future.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// let mut channel = ringway::channel::spsc::Channel::<_, 1>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.try_send(1).unwrap();
    /// assert_eq!(receiver.recv().await, Ok(1));
    /// # });
    /// ```
    pub fn recv(&mut self) -> RecvFuture<'_, 'a, T> {
        RecvFuture::new(self)
    }

    /// Calls `pop` with the [`Consumer`] of the queue, for batches, [`peek`](Consumer::peek) and
    /// searches, and wakes the sender afterwards.
    ///
    /// **Guarantees**: as those of the [`Consumer`]; what is popped does not wake the sender before
    /// the call ends, which it does even if `pop` panics.
    /// **Complexity**: one fence; one atomic read-modify-write if the sender waits.
    /// Never panics, unless `pop` or the waker of the sender does.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(receiver.with_consumer(|consumer| consumer.peek().copied()), Some(7));
    /// ```
    pub fn with_consumer<O>(&mut self, pop: impl FnOnce(&mut Consumer<'a, T>) -> O) -> O {
        let receiver = CallOnDrop(self, |receiver| receiver.half().wake_sender());
        pop(&mut receiver.0.consumer)
    }

    /// Returns `true` if the channel was closed, by either end or as one was dropped. There may
    /// still be values to receive.
    ///
    /// **Guarantees**: wait-free; once `true` it stays so. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (sender, receiver) = channel.split();
    /// assert!(!receiver.is_closed());
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// ```
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.signals.closed.get()
    }

    /// Returns the number of values that the channel holds when it is full.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// assert_eq!(channel.split().1.capacity(), 8);
    /// ```
    pub fn capacity(&self) -> usize {
        self.consumer.capacity()
    }

    /// Returns the number of values in the channel, which the sender may raise at any time: see
    /// [`Consumer::len`].
    ///
    /// **Guarantees**: wait-free; never too large. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (mut sender, receiver) = channel.split();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(receiver.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.consumer.len()
    }

    /// Returns `true` if the channel was empty, which the sender may change at any time.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len); `false` means that there is a
    /// value.
    /// Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// assert!(channel.split().1.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if the channel is full. It stays so until the receiver receives.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 1>::new();
    /// let (mut sender, receiver) = channel.split();
    /// sender.try_send(7).unwrap();
    /// assert!(receiver.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }
}

#[cfg(feature = "std")]
impl<T> Receiver<'_, T> {
    /// Receives the oldest value. The thread sleeps until there is one.
    ///
    /// **Guarantees**: FIFO. Not for interrupt handlers.
    /// **Complexity**: that of [`try_recv`](Self::try_recv) if there is a value.
    /// **Errors**: [`RecvError`] if the channel is closed and everything was received. **Panics**:
    /// as `try_recv`.
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
        self.recv_until(None, RecvError)
    }

    /// Receives the oldest value. The thread sleeps until there is one, or until the timeout has
    /// passed.
    ///
    /// **Guarantees** and **Complexity**: as [`recv_blocking`](Self::recv_blocking).
    /// **Errors**: [`RecvTimeoutError`] says why there is none. **Panics**: as
    /// [`try_recv`](Self::try_recv).
    ///
    /// ```
    /// use ringway::channel::{RecvTimeoutError, spsc::Channel};
    /// use std::time::Duration;
    ///
    /// let mut channel = Channel::<u8, 4>::new();
    /// let (_sender, mut receiver) = channel.split();
    /// let timed_out = receiver.recv_timeout(Duration::from_millis(1));
    /// assert_eq!(timed_out, Err(RecvTimeoutError::Timeout));
    /// ```
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.recv_until(after(timeout), RecvTimeoutError::Timeout)
    }

    /// Receives the oldest value. The thread sleeps until there is one, or until the deadline.
    ///
    /// **Guarantees** and **Complexity**: as [`recv_blocking`](Self::recv_blocking).
    /// **Errors**: [`RecvTimeoutError`] says why there is none. **Panics**: as
    /// [`try_recv`](Self::try_recv).
    ///
    /// ```
    /// use ringway::channel::{RecvTimeoutError, spsc::Channel};
    /// use std::time::Instant;
    ///
    /// let mut channel = Channel::<u8, 4>::new();
    /// let (_sender, mut receiver) = channel.split();
    /// assert_eq!(receiver.recv_deadline(Instant::now()), Err(RecvTimeoutError::Timeout));
    /// ```
    pub fn recv_deadline(&mut self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_until(Some(deadline), RecvTimeoutError::Timeout)
    }

    /// Receives a value, before the deadline if there is one.
    fn recv_until<E: From<RecvError>>(&mut self, deadline: Deadline, timed_out: E) -> Result<T, E> {
        let received = spin(|| self.half().attempt()).or_else(|| block_on(self.recv(), deadline));
        Ok(received.ok_or(timed_out)??)
    }
}

impl<T> Receiver<'_, T> {
    /// Drops what is left, if nothing else can receive it: a value may be what another task waits
    /// for, to be received or dropped.
    fn drop_rest(&mut self) {
        if self.signals.is_owned() {
            self.consumer.skip(usize::MAX);
        }
    }
}

impl<T> Drop for Receiver<'_, T> {
    fn drop(&mut self) {
        self.signals.closed.set();
        // Values are dropped after the sender is woken, even if that panics.
        let receiver = CallOnDrop(self, Self::drop_rest);
        receiver.0.half().wake_sender();
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
