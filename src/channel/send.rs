//! Sending.

use super::{ChannelInner, SendError, Storage, TrySendError};
use crate::raw::ring::Algorithm;
use crate::sync::FULL_LOOKS;
use crate::wait::list::{WaitList, Waiting};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<T, St: Storage<T>> ChannelInner<T, St> {
    /// Sends a value if there is room at once.
    ///
    /// **Guarantees**: lock-free but for waking a receiver that sleeps; FIFO; seen by every receive that begins
    /// after it; may be called in an interrupt handler if the [lock](crate::wait::RawLock) allows it.
    /// **Complexity**: that of the queue's [`push`](crate::mpmc::QueueInner::push), pauses included, and a load.
    /// **Errors**: [`TrySendError`] gives the value back. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use ringway::channel::TrySendError;
    ///
    /// let channel = Channel::new();
    /// assert_eq!(channel.try_send(1), Ok(()));
    /// assert_eq!(channel.try_send(2), Err(TrySendError::Full(2)));
    /// ```
    #[inline]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        self.try_send_after(value, FULL_LOOKS)
    }

    #[inline]
    fn try_send_after(&self, value: T, looks: usize) -> Result<(), TrySendError<T>> {
        if self.is_closed() {
            return Err(TrySendError::Closed(value));
        }
        match self.storage.ring().push(value, looks) {
            Ok(()) => {
                self.storage.waiters().receivers.notify_one();
                Ok(())
            }
            // The end mark refuses as a full queue does; it is there only if the flag is.
            Err(value) if self.is_closed() => Err(TrySendError::Closed(value)),
            Err(value) => Err(TrySendError::Full(value)),
        }
    }

    /// Sends a value; if the channel is full, takes the oldest out to make room, and returns it.
    ///
    /// **Guarantees** and **Complexity**: as [`try_send`](Self::try_send), with one more read-modify-write for each
    /// value that has to go; if several have to, because others send too, all but the last are dropped. If operations
    /// in mid-flight and guards hold every slot, the value itself is returned, and what was taken out is dropped.
    /// **Errors**: [`SendError`] gives the value back if the channel is closed; what was taken out before is dropped.
    /// Never panics, unless dropping a `T` does.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let latest = Channel::new();
    /// assert_eq!(latest.force_send(1), Ok(None));
    /// assert_eq!(latest.force_send(2), Ok(None));
    /// assert_eq!(latest.force_send(3), Ok(Some(1)));
    /// ```
    pub fn force_send(&self, mut value: T) -> Result<Option<T>, SendError<T>> {
        let mut displaced = None;
        loop {
            match self.try_send_after(value, 0) {
                Ok(()) => return Ok(displaced),
                Err(TrySendError::Full(rejected)) => value = rejected,
                Err(error) => return Err(SendError(error.into_inner())),
            }
            match self.storage.ring().pop() {
                Some(oldest) => displaced = Some(oldest),
                None if self.is_out_of_slots() => break,
                None => {}
            }
        }
        // Room was made for this value only, so nobody was told of it; now it is for others.
        self.storage.waiters().senders.notify_all();
        Ok(Some(value))
    }

    /// One try to send what is in `unsent`. If the channel is full, it stays there.
    #[inline]
    pub(super) fn attempt(&self, unsent: &mut Option<T>, looks: usize) -> Option<Result<(), SendError<T>>> {
        match self.try_send_after(unsent.take()?, looks) {
            Err(TrySendError::Full(rejected)) => {
                *unsent = Some(rejected);
                None
            }
            settled => Some(settled.map_err(|error| SendError(error.into_inner()))),
        }
    }

    /// Whether even a queue that is not full has no slot to write to.
    fn is_out_of_slots(&self) -> bool {
        let ring = self.storage.ring();
        let Some(slot) = ring.reserve() else { return true };
        // SAFETY: reserved just now, empty, and not used again.
        unsafe { ring.release(slot) };
        false
    }

    /// Sends a value as soon as there is room.
    ///
    /// **Guarantees**: waiting senders are woken in the order in which they came; who does not wait may be faster.
    /// **Cancel safety**: dropped before it is ready, it sent nothing and drops the value;
    /// [`into_inner`](Send::into_inner) gives it back instead.
    /// **Complexity**: that of [`try_send`](Self::try_send) if there is room. If not, where there are caches, a poll may
    /// try for some microseconds more before it waits, as long as that goes well.
    /// **Errors**: [`SendError`] gives the value back if the channel is closed. Panics if polled after it was ready.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// # pollster::block_on(async {
    /// let channel = Channel::new();
    /// channel.send(1).await.unwrap();
    /// assert_eq!(channel.recv().await, Ok(1));
    /// # });
    /// ```
    #[inline]
    pub fn send(&self, value: T) -> Send<'_, T, &St> {
        self.sending(Some(value))
    }

    /// A send that may get its value later.
    #[inline]
    pub(super) fn sending(&self, value: Option<T>) -> Send<'_, T, &St> {
        Send::new(self.by_ref(), &self.storage.waiters().senders, value)
    }
}

/// A value on its way into a channel: see [`send`](ChannelInner::send).
#[must_use = "a future does nothing unless it is awaited"]
pub struct Send<'a, T, St: Storage<T>> {
    channel: ChannelInner<T, St>,
    value: Option<T>,
    waiting: Waiting<'a, St::Lock>,
}

/// What a send works with: the channel, the value that was not sent yet, the place on the list.
type Parts<'p, 'a, T, St> =
    (&'p ChannelInner<T, St>, &'p mut Option<T>, Pin<&'p mut Waiting<'a, <St as Storage<T>>::Lock>>);

impl<'a, T, St: Storage<T>> Send<'a, T, St> {
    #[inline]
    pub(super) fn new(
        channel: ChannelInner<T, St>,
        senders: &'a WaitList<St::Lock>,
        value: Option<T>,
    ) -> Self {
        Self { channel, value, waiting: Waiting::on(senders) }
    }

    /// Gives the value back, if it was not sent, and waits no longer.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let mut send = core::pin::pin!(channel.send("not yet"));
    /// assert_eq!(send.as_mut().into_inner(), Some("not yet"));
    /// assert!(channel.is_empty());
    /// ```
    pub fn into_inner(self: Pin<&mut Self>) -> Option<T> {
        let (_, unsent, waiting) = self.project();
        waiting.stop();
        unsent.take()
    }

    #[inline]
    pub(super) fn project(self: Pin<&mut Self>) -> Parts<'_, 'a, T, St> {
        // SAFETY: nothing is moved out of the pin but the value, which is not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: part of what was pinned.
        (&this.channel, &mut this.value, unsafe { Pin::new_unchecked(&mut this.waiting) })
    }
}

impl<T, St: Storage<T>> Future for Send<'_, T, St> {
    type Output = Result<(), SendError<T>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (channel, unsent, waiting) = self.project();
        assert!(unsent.is_some(), "a send that was ready or taken back is polled again");
        let sent = waiting.poll_until(context, || channel.attempt(unsent, 0));
        if sent.is_pending() {
            channel.poll_again_unless_full(context);
        }
        sent
    }
}

impl<T, St: Storage<T>> ChannelInner<T, St> {
    #[cold]
    fn poll_again_unless_full(&self, context: &Context<'_>) {
        if !self.is_full() {
            // Refused for want of a slot, not of room, and nobody will tell when there is one.
            context.waker().wake_by_ref();
        }
    }
}

impl<T, St: Storage<T>> fmt::Debug for Send<'_, T, St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Send").field("channel", &self.channel).finish_non_exhaustive()
    }
}
