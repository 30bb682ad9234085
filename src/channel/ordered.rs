//! Channels over queues that have an order of their own.

use super::flag::Flag;
use super::{RecvError, TryRecvError, TrySendError};
use crate::sync::{array, const_fn, protocol};
use crate::wait::list::{WaitList, Waiting};
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::future::poll_fn;
use core::marker::PhantomData;
use core::pin::pin;

#[cfg(feature = "std")]
use {
    super::RecvTimeoutError,
    crate::wait::park::{Deadline, after, block_on, spin},
    std::time::{Duration, Instant},
};

/// A channel that hands its values out in the order of a queue `Q`: by urgency, or last in first out.
///
/// Its names are [`priority::Channel`](crate::priority::Channel) and [`stack::Channel`](crate::stack::Channel), which
/// say how to send; here is how to receive and to close. Guarantees are those of [`channel`](super#guarantees), but for
/// the order of the values.
pub struct Ordered<T, Q, R = DefaultLock, const L: usize = 1> {
    queue: Q,
    closed: Flag,
    receivers: WaitList<R>,
    /// Who waits for room, level by level, since each is full by itself.
    senders: [WaitList<R>; L],
    values: PhantomData<fn(T) -> T>,
}

/// What a queue of `L` levels must offer. Its answers are exact, and its changes sequentially consistent.
#[doc(hidden)]
pub trait Order<T, const L: usize> {
    /// A value on its way out.
    type Item;

    fn push(&self, level: usize, value: T) -> Result<(), T>;
    fn pop(&self) -> Option<Self::Item>;
    /// The level in which a value that came out made room.
    fn level_of(item: &Self::Item) -> usize;
    fn is_full(&self, level: usize) -> bool;
    fn len(&self) -> usize;
    /// Ends an empty queue for good; `false` if there is a value.
    fn seal(&self) -> bool;
}

impl<T, Q, R: RawLock, const L: usize> Ordered<T, Q, R, L> {
    const_fn! {
        pub(crate) fn over(queue: Q) -> Self {
            Self {
                queue,
                closed: Flag::new(),
                receivers: WaitList::new(),
                senders: array![WaitList::new(); L],
                values: PhantomData,
            }
        }
    }

    pub(crate) fn queue(&self) -> &Q {
        &self.queue
    }

    /// Closes the channel: see [`ChannelInner::close`](super::ChannelInner::close).
    pub fn close(&self) -> bool {
        let is_first = self.closed.raise();
        self.senders.iter().for_each(WaitList::notify_all);
        self.receivers.notify_all();
        is_first
    }

    /// Whether somebody closed the channel. There may still be values to receive.
    ///
    /// **Guarantees**: wait-free; once true it stays true. **Complexity**: one load. Never panics.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.closed.is_raised()
    }
}

impl<T, Q: Order<T, L>, R: RawLock, const L: usize> Ordered<T, Q, R, L> {
    #[inline]
    pub(crate) fn try_send_at(&self, level: usize, value: T) -> Result<(), TrySendError<T>> {
        if level >= L {
            return Err(TrySendError::NoSuchLevel(value));
        }
        if self.is_closed() {
            return Err(TrySendError::Closed(value));
        }
        match self.queue.push(level, value) {
            Ok(()) => {
                self.receivers.notify_one();
                Ok(())
            }
            // What is sealed refuses as what is full does; it is sealed only if the flag is up.
            Err(value) if self.is_closed() => Err(TrySendError::Closed(value)),
            Err(value) => Err(TrySendError::Full(value)),
        }
    }

    /// One try to send what is in `unsent`. If the level is full, it stays there.
    fn attempt_send(&self, level: usize, unsent: &mut Option<T>) -> Option<Result<(), TrySendError<T>>> {
        match self.try_send_at(level, unsent.take()?) {
            Err(TrySendError::Full(rejected)) => {
                *unsent = Some(rejected);
                None
            }
            settled => Some(settled),
        }
    }

    pub(crate) async fn send_at(&self, level: usize, value: T) -> Result<(), TrySendError<T>> {
        self.wait_to_send(level, &mut Some(value)).await
    }

    async fn wait_to_send(&self, level: usize, unsent: &mut Option<T>) -> Result<(), TrySendError<T>> {
        let Some(senders) = self.senders.get(level) else {
            return self.attempt_send(level, unsent).unwrap_or(Ok(()));
        };
        let mut waiting = pin!(Waiting::on(senders));
        poll_fn(|context| {
            let sent = waiting.as_mut().poll_until(context, || self.attempt_send(level, unsent));
            if sent.is_pending() && !self.queue.is_full(level) {
                // Refused for want of a slot, not of room, and nobody will tell when there is one.
                context.waker().wake_by_ref();
            }
            sent
        })
        .await
    }

    /// Receives the value whose turn it is, if there is one at once.
    ///
    /// **Guarantees**: those of the queue's pop; lock-free but for waking a sender that sleeps.
    /// **Errors**: [`TryRecvError`] says why there is none. Never panics.
    #[inline]
    pub fn try_recv(&self) -> Result<Q::Item, TryRecvError> {
        match self.queue.pop() {
            Some(item) => {
                if let Some(senders) = self.senders.get(Q::level_of(&item)) {
                    senders.notify_one();
                }
                Ok(item)
            }
            None if self.is_closed() => self.last_item(),
            None => Err(TryRecvError::Empty),
        }
    }

    /// What is left of a closed channel. Only the seal settles it: until then a send that was on its way may win.
    #[cold]
    fn last_item(&self) -> Result<Q::Item, TryRecvError> {
        loop {
            match self.queue.pop() {
                Some(item) => return Ok(item),
                None if !protocol::END_MARK || self.queue.seal() => return Err(TryRecvError::Closed),
                None => {}
            }
        }
    }

    /// One try to receive: `None` if there is nothing yet.
    fn attempt_recv(&self) -> Option<Result<Q::Item, RecvError>> {
        match self.try_recv() {
            Ok(item) => Some(Ok(item)),
            Err(TryRecvError::Closed) => Some(Err(RecvError)),
            Err(TryRecvError::Empty) => None,
        }
    }

    /// Receives the value whose turn it is, as soon as there is one.
    ///
    /// **Guarantees**: waiting receivers are woken in the order in which they came. **Cancel safety**: dropped before it
    /// is ready, it took nothing.
    /// **Errors**: [`RecvError`] if the channel is closed and everything was received. Never panics.
    pub async fn recv(&self) -> Result<Q::Item, RecvError> {
        let mut waiting = pin!(Waiting::on(&self.receivers));
        poll_fn(|context| waiting.as_mut().poll_until(context, || self.attempt_recv())).await
    }

    /// The number of values. It stays true while nobody else acts.
    ///
    /// **Guarantees**: lock-free. Never panics.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether there was no value. If so, it stays so until somebody sends.
    ///
    /// **Guarantees**: lock-free. Never panics.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(feature = "std")]
impl<T, Q: Order<T, L>, R: RawLock, const L: usize> Ordered<T, Q, R, L> {
    pub(crate) fn send_until(
        &self,
        level: usize,
        value: T,
        deadline: Deadline,
    ) -> Result<(), TrySendError<T>> {
        let mut unsent = Some(value);
        let sent = spin(|| self.attempt_send(level, &mut unsent))
            .or_else(|| block_on(self.wait_to_send(level, &mut unsent), deadline));
        match (sent, unsent) {
            (None, Some(value)) => Err(TrySendError::Full(value)),
            (sent, _) => sent.unwrap_or(Ok(())),
        }
    }

    /// Receives the value whose turn it is; the thread sleeps until there is one.
    ///
    /// **Errors**: [`RecvError`] if the channel is closed and everything was received. Never panics.
    pub fn recv_blocking(&self) -> Result<Q::Item, RecvError> {
        self.recv_until(None).map_err(|_| RecvError)
    }

    /// Receives the value whose turn it is; the thread sleeps until there is one, or for this long.
    ///
    /// **Errors**: [`RecvTimeoutError`] says why there is none. Never panics.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Q::Item, RecvTimeoutError> {
        self.recv_until(after(timeout))
    }

    /// Receives the value whose turn it is; the thread sleeps until there is one, or until this time.
    ///
    /// **Errors**: [`RecvTimeoutError`] says why there is none. Never panics.
    pub fn recv_deadline(&self, deadline: Instant) -> Result<Q::Item, RecvTimeoutError> {
        self.recv_until(Some(deadline))
    }

    fn recv_until(&self, deadline: Deadline) -> Result<Q::Item, RecvTimeoutError> {
        let received = spin(|| self.attempt_recv()).or_else(|| block_on(self.recv(), deadline));
        received.ok_or(RecvTimeoutError::Timeout)?.map_err(|RecvError| RecvTimeoutError::Closed)
    }
}

impl<T, Q: fmt::Debug, R: RawLock, const L: usize> fmt::Debug for Ordered<T, Q, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").field("queue", &self.queue).field("is_closed", &self.is_closed()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T, Q: defmt::Format, R: RawLock, const L: usize> defmt::Format for Ordered<T, Q, R, L> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Channel {{ queue: {}, is_closed: {=bool} }}", self.queue, self.is_closed());
    }
}
