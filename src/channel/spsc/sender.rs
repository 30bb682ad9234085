//! The end that sends.

use super::{CallOnDrop, Pace, SendFuture, Shared, Signals, attempt};
use crate::channel::{SendError, TrySendError};
use crate::ordering;
use crate::spsc::Producer;
use crate::sync::{FULL_RETRIES, fence};
use core::fmt;
use core::task::{Context, Poll};

#[cfg(feature = "std")]
use {
    crate::channel::SendTimeoutError,
    crate::wait::thread::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};

/// The only sender.
///
/// Dropping it closes the channel; what it sent can still be received.
pub struct Sender<'a, T> {
    producer: Producer<'a, T>,
    pub(super) signals: Shared<'a, Signals>,
    pace: Pace,
}

/// The sender without its pace: what an attempt needs. It borrows the only sender exclusively, so
/// there is one at a time.
pub(super) struct SendHalf<'s, 'a, T> {
    producer: &'s mut Producer<'a, T>,
    pub(super) signals: &'s Signals,
}

impl<T> SendHalf<'_, '_, T> {
    #[inline]
    fn try_send(&mut self, value: T, retries: usize) -> Result<(), TrySendError<T>> {
        if self.signals.closed.get() {
            return Err(TrySendError::Closed(value));
        }
        self.producer.push_after(value, retries)?;
        self.wake_receiver();
        Ok(())
    }

    /// Attempts to send the value in `unsent`. If the channel is full, it stays there, and the
    /// result is `None`.
    #[inline]
    pub(super) fn attempt(
        &mut self,
        unsent: &mut Option<T>,
        retries: usize,
    ) -> Option<Result<(), SendError<T>>> {
        attempt::send(unsent, |value| self.try_send(value, retries))
    }

    /// Looks for room: `None` if there is none yet.
    pub(super) fn attempt_to_find_room(&mut self) -> Option<Result<(), SendError<()>>> {
        if self.signals.closed.get() {
            return Some(Err(SendError(())));
        }
        (!self.producer.is_full()).then_some(Ok(()))
    }

    #[inline]
    pub(super) fn wake_receiver(&self) {
        // ORDERING: the store of the tail comes before the load of the waiter (W1).
        fence(ordering::NOTIFY_AFTER_STORE_FENCE);
        // SAFETY: only the sender calls this, and there is one.
        unsafe { self.signals.receiver.notify() };
    }
}

impl<'a, T> Sender<'a, T> {
    pub(super) fn new(producer: Producer<'a, T>, signals: Shared<'a, Signals>) -> Self {
        Self { producer, signals, pace: Pace::default() }
    }

    #[inline]
    pub(super) fn half(&mut self) -> SendHalf<'_, 'a, T> {
        self.half_and_pace().0
    }

    #[inline]
    fn half_and_pace(&mut self) -> (SendHalf<'_, 'a, T>, &mut Pace) {
        let Self { producer, signals, pace } = self;
        (SendHalf { producer, signals }, pace)
    }

    /// Attempts, and waits if that fails: one poll of a future.
    #[inline]
    pub(super) fn poll_until<O>(
        &mut self,
        context: &Context<'_>,
        mut attempt: impl FnMut(&mut SendHalf<'_, 'a, T>) -> Option<O>,
    ) -> Poll<O> {
        let (mut half, pace) = self.half_and_pace();
        let cell = &half.signals.sender;
        // SAFETY: the only sender is borrowed exclusively.
        unsafe { pace.poll_in_cell(cell, context, || attempt(&mut half)) }
    }

    /// Drops the waker that a future left.
    #[inline]
    pub(super) fn stop_waiting(&mut self) {
        // SAFETY: the only sender is borrowed exclusively.
        unsafe { self.signals.sender.clear() };
    }

    /// Attempts to send the value in `unsent`: see [`SendHalf::attempt`].
    #[cfg(feature = "futures")]
    pub(in crate::channel) fn attempt(&mut self, unsent: &mut Option<T>) -> Option<Result<(), SendError<T>>> {
        self.half().attempt(unsent, 0)
    }

    /// Returns whether the channel is closed, unless the task is to yield first.
    #[cfg(feature = "futures")]
    pub(in crate::channel) fn poll_closed(&mut self, context: &Context<'_>) -> Poll<bool> {
        if self.pace.may_attempt(context) { Poll::Ready(self.is_closed()) } else { Poll::Pending }
    }

    /// Sends a value if there is room now.
    ///
    /// **Guarantees**: wait-free, waking the receiver included; FIFO; may be called in an interrupt
    /// handler.
    /// **Complexity**: no atomic read-modify-write, one fence; one read-modify-write if the
    /// receiver waits.
    /// **Errors**: [`TrySendError`] gives the value back.
    /// Never panics, unless the waker of the receiver does. In that case the value has been sent.
    ///
    /// ```
    /// use ringway::channel::{TrySendError, spsc::Channel};
    ///
    /// let mut channel = Channel::<_, 1>::new();
    /// let (mut sender, receiver) = channel.split();
    /// assert_eq!(sender.try_send(1), Ok(()));
    /// assert_eq!(sender.try_send(2), Err(TrySendError::Full(2)));
    /// drop(receiver);
    /// assert_eq!(sender.try_send(3), Err(TrySendError::Closed(3)));
    /// ```
    #[inline]
    pub fn try_send(&mut self, value: T) -> Result<(), TrySendError<T>> {
        self.half().try_send(value, FULL_RETRIES)
    }

    /// Sends a value as soon as there is room.
    ///
    /// **Guarantees**: FIFO. [Yields](crate::channel#fairness-to-other-tasks) now and then.
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room. If not, where cores
    /// have caches, a poll may spin for some microseconds before it waits, as long as spinning
    /// has paid off recently.
    /// **Errors**: [`SendError`] gives the value back if the channel is closed.
    /// **Panics**: if polled after it was ready, or if the waker of the receiver does.
    /// **Cancel safety**: dropped before it is ready, it sent nothing and drops the value;
    /// [`into_inner`](SendFuture::into_inner) gives it back instead.
    /// **Memory**: the value and a word or two, in the future.
    ///
    /// ```
    /// # pollster::block_on(async {
    /// let mut channel = ringway::channel::spsc::Channel::<_, 1>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.send(1).await.unwrap();
    /// assert_eq!(receiver.recv().await, Ok(1));
    /// # });
    /// ```
    pub fn send(&mut self, value: T) -> SendFuture<'_, 'a, T> {
        SendFuture::new(self, Some(value))
    }

    /// Calls `push` with the [`Producer`] of the queue, for batches, and wakes the receiver
    /// afterwards.
    ///
    /// **Guarantees**: as those of the [`Producer`]; what is pushed does not wake the receiver
    /// before the call ends, which it does even if `push` panics. A closed channel does not reject
    /// values here.
    /// **Complexity**: one fence; one atomic read-modify-write if the receiver waits.
    /// Never panics, unless `push` or the waker of the receiver does.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// assert_eq!(sender.with_producer(|producer| producer.push_slice(b"hello")), 5);
    /// assert_eq!(receiver.try_recv(), Ok(b'h'));
    /// ```
    pub fn with_producer<O>(&mut self, push: impl FnOnce(&mut Producer<'a, T>) -> O) -> O {
        let sender = CallOnDrop(self, |sender| sender.half().wake_receiver());
        push(&mut sender.0.producer)
    }

    /// Returns `true` if the channel was closed, by either end or as the receiver was dropped.
    ///
    /// **Guarantees**: wait-free; once `true` it stays so. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (sender, receiver) = channel.split();
    /// assert!(!sender.is_closed());
    /// drop(receiver);
    /// assert!(sender.is_closed());
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
    /// assert_eq!(channel.split().0.capacity(), 8);
    /// ```
    pub fn capacity(&self) -> usize {
        self.producer.capacity()
    }

    /// Returns the number of values in the channel, which the receiver may lower at any time: see
    /// [`Producer::len`].
    ///
    /// **Guarantees**: wait-free; never too small. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (mut sender, _receiver) = channel.split();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(sender.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.producer.len()
    }

    /// Returns `true` if the channel is empty. It stays so until the sender sends.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// assert!(channel.split().0.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if the channel was full, which the receiver may change at any time.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len); `false` means that there is room.
    /// Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 1>::new();
    /// let (mut sender, _receiver) = channel.split();
    /// sender.try_send(7).unwrap();
    /// assert!(sender.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }
}

#[cfg(feature = "std")]
impl<T> Sender<'_, T> {
    /// Sends a value. The thread sleeps until there is room.
    ///
    /// **Guarantees**: FIFO. Not for interrupt handlers.
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room.
    /// **Errors**: [`SendError`] gives the value back if the channel is closed. **Panics**: as
    /// `try_send`.
    ///
    /// ```
    /// let (mut sender, mut receiver) = ringway::channel::spsc::bounded(1)?;
    /// let sending = std::thread::spawn(move || (0..3).try_for_each(|n| sender.send_blocking(n)));
    /// assert_eq!((0..3).map(|_| receiver.recv_blocking().unwrap()).sum::<u32>(), 3);
    /// # sending.join().unwrap().unwrap();
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn send_blocking(&mut self, value: T) -> Result<(), SendError<T>> {
        self.send_until(value, None, SendError)
    }

    /// Sends a value. The thread sleeps until there is room, or until the timeout has passed.
    ///
    /// **Guarantees** and **Complexity**: as [`send_blocking`](Self::send_blocking).
    /// **Errors**: [`SendTimeoutError`] gives the value back. **Panics**: as
    /// [`try_send`](Self::try_send).
    ///
    /// ```
    /// use ringway::channel::{SendTimeoutError, spsc::Channel};
    /// use std::time::Duration;
    ///
    /// let mut channel = Channel::<_, 1>::new();
    /// let (mut sender, _receiver) = channel.split();
    /// assert_eq!(sender.send_timeout(1, Duration::from_millis(1)), Ok(()));
    /// let timed_out = sender.send_timeout(2, Duration::from_millis(1));
    /// assert_eq!(timed_out, Err(SendTimeoutError::Timeout(2)));
    /// ```
    pub fn send_timeout(&mut self, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.send_until(value, after(timeout), SendTimeoutError::Timeout)
    }

    /// Sends a value. The thread sleeps until there is room, or until the deadline.
    ///
    /// **Guarantees** and **Complexity**: as [`send_blocking`](Self::send_blocking).
    /// **Errors**: [`SendTimeoutError`] gives the value back. **Panics**: as
    /// [`try_send`](Self::try_send).
    ///
    /// ```
    /// use ringway::channel::{SendTimeoutError, spsc::Channel};
    /// use std::time::Instant;
    ///
    /// let mut channel = Channel::<_, 1>::new();
    /// let (mut sender, _receiver) = channel.split();
    /// assert_eq!(sender.send_deadline(1, Instant::now()), Ok(()));
    /// assert_eq!(sender.send_deadline(2, Instant::now()), Err(SendTimeoutError::Timeout(2)));
    /// ```
    pub fn send_deadline(&mut self, value: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_until(value, Some(deadline), SendTimeoutError::Timeout)
    }

    /// Sends a value, before the deadline if there is one.
    fn send_until<E: From<SendError<T>>>(
        &mut self,
        value: T,
        deadline: Deadline,
        timed_out: impl FnOnce(T) -> E,
    ) -> Result<(), E> {
        let mut unsent = Some(value);
        let sent = spin(|| self.half().attempt(&mut unsent, FULL_RETRIES)).or_else(|| {
            let mut send = SendFuture::new(self, unsent.take());
            let sent = block_on(&mut send, deadline);
            unsent = send.into_inner();
            sent
        });
        attempt::sent_in_time(sent, unsent, timed_out)
    }
}

impl<T> Drop for Sender<'_, T> {
    fn drop(&mut self) {
        self.close();
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
