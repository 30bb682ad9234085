//! The channel: any queue, with waiting and closing. Written once for all flavors.

use super::closed::Closed;
use super::error::Rejection;
use super::handle::Handles;
use super::queue::{Level, Queue};
use super::{RecvError, SendError, TryRecvError, attempt};
use crate::sync::{FULL_RETRIES, Padded, array, const_fn};
use crate::wait::RawLock;
use crate::wait::queue::{WaitQueue, wake_each};
use core::fmt;
use core::ops::Deref;

#[cfg(feature = "alloc")]
use {crate::CapacityError, crate::raw::zeroed, alloc::boxed::Box};

/// The part that all channels share: a queue `Q` and its waiters `W`.
///
/// Its names are [`Channel`](super::Channel), [`BoxedChannel`](crate::channel#types),
/// [`View`](super::View), [`priority::Channel`](crate::priority::Channel) and
/// [`stack::Channel`](crate::stack::Channel).
pub struct ChannelInner<Q, W> {
    pub(super) queue: Q,
    pub(super) waiters: W,
}

/// A channel that is borrowed in two parts. What futures hold.
pub(super) type Ref<'a, Q, R, const L: usize> = ChannelInner<&'a Q, &'a Waiters<R, L>>;

/// The waiters at a channel whose queue has `L` levels, and whether it was closed.
pub struct Waiters<R, const L: usize = 1> {
    closed: Closed,
    pub(super) receivers: WaitQueue<R>,
    /// The senders that wait for room, level by level, as each is full by itself.
    senders: [WaitQueue<R>; L],
    /// What waits for the end only, on a list of its own: a notification of room is never meant for
    /// it.
    closing: WaitQueue<R>,
    pub(super) handles: Handles,
}

/// Waiters with memory of their own, apart from the slots: every operation reads it, and none
/// writes it unless there are waiters.
pub struct OwnedWaiters<R, const L: usize = 1>(Padded<Waiters<R, L>>);

impl<R: RawLock, const L: usize> OwnedWaiters<R, L> {
    const_fn! {
        pub(super) fn new() -> Self {
            Self(Padded::new(Waiters::new()))
        }
    }
}

/// Creates a channel on the heap, in place. `make` initialises the queue in zeroed memory.
///
/// # Safety
/// When `make` returns, what its argument points to is initialised.
#[cfg(feature = "alloc")]
pub(super) unsafe fn boxed<Q, R: RawLock, const L: usize>(
    make: impl FnOnce(*mut Q),
) -> Result<Box<ChannelInner<Q, OwnedWaiters<R, L>>>, CapacityError> {
    let finish = |place: *mut ChannelInner<Q, OwnedWaiters<R, L>>| {
        // SAFETY: `boxed_with` passes memory that is valid for writes: its fields have addresses.
        let queue = unsafe { &raw mut (*place).queue };
        make(queue);
        // SAFETY: as for the queue.
        let waiters = unsafe { &raw mut (*place).waiters };
        // SAFETY: a part of that memory: valid for writes.
        unsafe { waiters.write(OwnedWaiters::new()) };
    };
    // SAFETY: `make` initialises the queue, as the caller promises, and `finish` writes the
    // waiters.
    unsafe { zeroed::boxed_with(finish) }
}

impl<R, const L: usize> Deref for OwnedWaiters<R, L> {
    type Target = Waiters<R, L>;

    #[inline]
    fn deref(&self) -> &Waiters<R, L> {
        &self.0
    }
}

impl<R: RawLock, const L: usize> Waiters<R, L> {
    const_fn! {
        fn new() -> Self {
            Self {
                closed: Closed::new(),
                receivers: WaitQueue::new(),
                senders: array![WaitQueue::new(); L],
                closing: WaitQueue::new(),
                handles: Handles::new(),
            }
        }
    }

    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// The list of the senders to a level. A level that does not exist has that of the first: no
    /// sender waits there.
    #[inline]
    pub(super) fn senders(&self, level: impl Level) -> &WaitQueue<R> {
        self.senders.get(level.index()).unwrap_or(&self.senders[0])
    }

    /// The list of what waits until the channel is closed.
    pub(super) fn closing(&self) -> &WaitQueue<R> {
        &self.closing
    }

    /// Returns the reason for a rejection: a closed marker rejects values as a full queue does. It
    /// is set only after the flag.
    #[cold]
    fn rejected<E: Rejection>(&self, error: E) -> E {
        if self.is_closed() { error.by_closed() } else { error }
    }

    /// Sends a value with `push`, and wakes a receiver. A closed channel rejects the value.
    #[inline]
    pub(super) fn try_send<E: Rejection>(
        &self,
        value: E::Value,
        push: impl FnOnce(E::Value) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.is_closed() {
            return Err(SendError(value).into());
        }
        match push(value) {
            Ok(()) => {
                self.receivers.notify_one();
                Ok(())
            }
            Err(error) => Err(self.rejected(error)),
        }
    }

    /// Rejects everything from here on, and wakes all waiters. Returns `true` if this call was the
    /// first.
    fn close(&self) -> bool {
        let is_first = self.closed.set();
        let lists = self.senders.iter().chain([&self.receivers, &self.closing]);
        wake_each(lists.flat_map(WaitQueue::take_all));
        is_first
    }
}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    #[inline]
    pub(super) fn by_ref(&self) -> Ref<'_, Q, R, L> {
        ChannelInner { queue: &self.queue, waiters: &self.waiters }
    }

    /// Attempts to send a value.
    #[inline]
    pub(super) fn try_send_at(&self, level: Q::Level, value: Q::Value) -> Result<(), Q::TrySendError> {
        self.try_send_after(level, value, FULL_RETRIES)
    }

    #[inline]
    pub(super) fn try_send_after(
        &self,
        level: Q::Level,
        value: Q::Value,
        retries: usize,
    ) -> Result<(), Q::TrySendError> {
        self.waiters.try_send(value, |value| self.queue.push(level, value, retries))
    }

    /// Attempts to send the value in `unsent`. If the level is full, it stays there, and the result
    /// is `None`.
    #[inline]
    pub(super) fn attempt_send(
        &self,
        level: Q::Level,
        unsent: &mut Option<Q::Value>,
        retries: usize,
    ) -> Option<Result<(), Q::SendError>> {
        attempt::send(unsent, |value| self.try_send_after(level, value, retries))
    }

    /// Attempts to receive: `None` if there is no value yet.
    #[inline]
    pub(super) fn attempt_recv(&self) -> Option<Result<Q::Item, RecvError>> {
        attempt::recv(self.try_recv())
    }

    /// Receives a value if there is one now: the oldest, the most urgent, or the newest, depending
    /// on the queue.
    ///
    /// **Guarantees**: those of the queue's pop; lock-free, except that waking a waiting sender
    /// takes the lock of the waiter list; may be called in an interrupt handler if the
    /// [lock](crate::wait::RawLock) allows it.
    /// **Complexity**: that of the queue's pop, and one load.
    /// **Errors**: [`TryRecvError`] says why there is none.
    /// Never panics, unless the waker of a waiting sender does. In that case the value that was
    /// received is dropped.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 1, ringway::wait::NoLock>;
    /// use ringway::channel::TryRecvError;
    ///
    /// let channel = Channel::new();
    /// assert_eq!(channel.try_recv(), Err(TryRecvError::Empty));
    /// channel.try_send(1).unwrap();
    /// channel.close();
    /// assert_eq!(channel.try_recv(), Ok(1));
    /// assert_eq!(channel.try_recv(), Err(TryRecvError::Closed));
    /// ```
    #[inline]
    pub fn try_recv(&self) -> Result<Q::Item, TryRecvError> {
        match self.queue.pop() {
            Some(item) => {
                self.waiters.senders(Q::level(&item)).notify_one();
                Ok(item)
            }
            None if self.is_closed() => self.last_item(),
            None => Err(TryRecvError::Empty),
        }
    }

    /// Receives a value that is left in a closed channel. The channel is empty only once the closed
    /// marker is set: before that, an in-flight send may succeed.
    #[cold]
    fn last_item(&self) -> Result<Q::Item, TryRecvError> {
        loop {
            match self.queue.pop() {
                Some(item) => return Ok(item),
                None if self.queue.close_if_empty() => return Err(TryRecvError::Closed),
                None => {}
            }
        }
    }

    /// Drops the values that are left in a closed channel, and sets the closed marker: an in-flight
    /// send is rejected, or its value is dropped.
    pub(super) fn discard_rest(&self) {
        while self.queue.discard() || !self.queue.close_if_empty() {}
    }

    /// Closes the channel: it rejects every further value, what it holds can still be received, and
    /// all waiting senders and receivers are woken. Returns `true` if this call closed it.
    ///
    /// **Guarantees**: no accepted value is lost. Wakes each waiter outside the lock of its list,
    /// one at a time.
    /// **Complexity**: one atomic read-modify-write, and the waiters.
    /// Never panics, unless a waker does. Even in that case all other waiters are woken.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// use ringway::channel::{TryRecvError, TrySendError};
    ///
    /// let channel = Channel::new();
    /// channel.try_send(1).unwrap();
    /// assert!(channel.close());
    /// assert!(!channel.close());
    /// assert_eq!(channel.try_send(2), Err(TrySendError::Closed(2)));
    /// assert_eq!(channel.try_recv(), Ok(1));
    /// assert_eq!(channel.try_recv(), Err(TryRecvError::Closed));
    /// ```
    pub fn close(&self) -> bool {
        self.waiters.close()
    }

    /// Returns `true` if the channel was closed. There may still be values to receive.
    ///
    /// **Guarantees**: wait-free; once `true` it stays so. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// assert!(!channel.is_closed());
    /// channel.close();
    /// assert!(channel.is_closed());
    /// ```
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.waiters.is_closed()
    }

    /// Returns the number of values at one moment during the call. Where there are levels, the
    /// number in each level is of one moment, and not the same for all.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler. **Complexity**: no atomic
    /// read-modify-write.
    /// Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// channel.try_send(7).unwrap();
    /// assert_eq!(channel.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Returns `true` if there was no value at one moment during the call. It stays so until a
    /// value is sent.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// assert!(Channel::<u8>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Returns the number of values that the channel holds when it is full, in each level where
    /// there are levels: exactly the capacity that it was made with.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// assert_eq!(Channel::<u8>::new().capacity(), 2);
    /// ```
    #[inline]
    pub fn capacity(&self) -> usize {
        self.queue.capacity()
    }

    /// Returns `true` if a level holds `capacity` values at one moment during the call.
    #[inline]
    pub(super) fn is_level_full(&self, level: Q::Level) -> bool {
        self.queue.len_of(level) == self.queue.capacity()
    }

    /// The most values that one call that takes several may take: what the channel holds.
    pub(super) fn batch(&self, limit: usize) -> usize {
        limit.min(self.queue.capacity().saturating_mul(self.queue.levels()))
    }
}

impl<Q: Copy, W: Copy> Clone for ChannelInner<Q, W> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<Q: Copy, W: Copy> Copy for ChannelInner<Q, W> {}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> fmt::Debug
    for ChannelInner<Q, W>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> defmt::Format
    for ChannelInner<Q, W>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        let (len, capacity, is_closed) = (self.len(), self.capacity(), self.is_closed());
        defmt::write!(
            f,
            "Channel {{ len: {=usize}, capacity: {=usize}, is_closed: {=bool} }}",
            len,
            capacity,
            is_closed
        );
    }
}

impl<R, const L: usize> fmt::Debug for Waiters<R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiters")
    }
}

impl<R, const L: usize> fmt::Debug for OwnedWaiters<R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnedWaiters")
    }
}
