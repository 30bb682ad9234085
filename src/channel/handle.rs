//! Ends of a channel that close it when the last one of a side is dropped.

use super::core::{ChannelInner, Count, Handles, Owned, Waiters};
use super::future::{RecvFuture, RecvManyFuture, SendFuture};
use super::mpmc::Fifo;
use super::queue::{Lent, Queue, Single};
use super::{SendError, Stats, TryRecvError, TrySendError};
use crate::mpmc;
use crate::mpmc::Storage;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::Deref;

#[cfg(feature = "std")]
use super::{RecvError, RecvTimeoutError, SendTimeoutError};
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
use crate::CapacityError;
#[cfg(feature = "std")]
use std::time::{Duration, Instant};
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use {super::BoxedChannel, crate::sync::Arc};

/// An end of a channel to send with, without the capacity in its type.
///
/// Its methods are those of [`ChannelInner`], where they are described. The channel closes when its last sender is
/// dropped.
pub type Sender<'a, T, R = DefaultLock> = Handle<'a, Fifo<mpmc::Borrowed<'a, T>>, Sending, R>;

/// An end of a channel to receive with, without the capacity in its type.
///
/// Its methods are those of [`ChannelInner`], where they are described. The channel closes when its last receiver is
/// dropped. If the handles own the channel, the values that are left are dropped then, as they can no longer be received.
/// A channel that they borrow keeps them.
pub type Receiver<'a, T, R = DefaultLock> = Handle<'a, Fifo<mpmc::Borrowed<'a, T>>, Receiving, R>;

/// An end of a channel: a [`Sender`] or a [`Receiver`], also of a [`priority::Channel`](crate::priority::Channel) or a
/// [`stack::Channel`](crate::stack::Channel).
///
/// Cloning it adds an end to its side. Dropping the last one of a side closes the channel.
pub struct Handle<'a, Q: Lent, D: Side, R: RawLock = DefaultLock, const L: usize = 1> {
    /// Made once, as that costs as much as sending a value. Not as references that a function has as its argument, which
    /// must be valid until it returns: the last handle frees the channel while it is dropped.
    channel: MaybeUninit<Borrowed<'a, Q, R, L>>,
    keeper: Keeper<Q, R, L>,
    side: PhantomData<fn() -> D>,
}

type Borrowed<'a, Q, R, const L: usize> = ChannelInner<Q, &'a Waiters<R, L>>;

/// The channel that a handle owns together with others; nothing in a handle that borrows it.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
type Keeper<Q, R, const L: usize> = Option<Arc<ChannelInner<<Q as Lent>::Owner, Owned<R, L>>>>;
#[cfg(not(all(feature = "alloc", target_has_atomic = "ptr")))]
type Keeper<Q, R, const L: usize> = PhantomData<fn() -> (Q, R)>;

/// The side of a handle that sends.
#[derive(Debug)]
pub enum Sending {}

/// The side of a handle that receives.
#[derive(Debug)]
pub enum Receiving {}

/// A side of a channel: [`Sending`] or [`Receiving`]. Sealed.
#[allow(private_interfaces, reason = "sealed: no other crate can name the counts")]
pub trait Side {
    #[doc(hidden)]
    const NAME: &'static str;
    #[doc(hidden)]
    const RECEIVES: bool;
    #[doc(hidden)]
    fn count(handles: &Handles) -> &Count;
}

#[allow(private_interfaces, reason = "sealed: no other crate can name the counts")]
impl Side for Sending {
    const NAME: &'static str = "Sender";
    const RECEIVES: bool = false;

    fn count(handles: &Handles) -> &Count {
        &handles.senders
    }
}

#[allow(private_interfaces, reason = "sealed: no other crate can name the counts")]
impl Side for Receiving {
    const NAME: &'static str = "Receiver";
    const RECEIVES: bool = true;

    fn count(handles: &Handles) -> &Count {
        &handles.receivers
    }
}

/// Creates a channel on the heap with a capacity chosen at run time, and returns two ends that own it together.
///
/// **Errors**: [`CapacityError`] if the capacity is zero or more than there can be. Never panics.
///
/// ```
/// let (sender, receiver) = ringway::channel::bounded(2).unwrap();
/// std::thread::spawn(move || (0..5).for_each(|n| sender.send_blocking(n).unwrap()));
/// let mut received = Vec::new();
/// while let Ok(n) = receiver.recv_blocking() {
///     received.push(n);
/// }
/// assert_eq!(received, [0, 1, 2, 3, 4]);
/// ```
///
/// It is for threads, as [`DefaultLock`] is: with another lock, `BoxedChannel::<T, R>::new(capacity)?.into_ends()`.
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub fn bounded<'a, T: 'a>(capacity: usize) -> Result<(Sender<'a, T>, Receiver<'a, T>), CapacityError> {
    Ok(BoxedChannel::new(capacity)?.into_ends())
}

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
impl<T, R: RawLock> BoxedChannel<T, R> {
    /// Returns two ends that own the channel together. `clone` makes more of them.
    ///
    /// **Memory**: moves the channel to a place of its own on the heap. Never panics.
    ///
    /// ```
    /// use ringway::{channel::BoxedChannel, wait::NoLock};
    ///
    /// let (sender, receiver) = BoxedChannel::<_, NoLock>::with_spares(8, 2).unwrap().into_ends();
    /// sender.try_send(1).unwrap();
    /// drop(sender);
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// assert!(receiver.is_closed());
    /// ```
    pub fn into_ends<'a>(self) -> (Sender<'a, T, R>, Receiver<'a, T, R>)
    where
        T: 'a,
        R: 'a,
    {
        owned_ends(self)
    }
}

/// The ends of a channel, which own it.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(super) fn owned_ends<'a, Q: Lent, R: RawLock + 'a, const L: usize>(
    channel: ChannelInner<Q::Owner, Owned<R, L>>,
) -> (Handle<'a, Q, Sending, R, L>, Handle<'a, Q, Receiving, R, L>) {
    let keeper = Arc::new(channel);
    let (queue, waiters): (*const _, *const Waiters<R, L>) = (&keeper.queue, &*keeper.waiters);
    // SAFETY: it stays at this address as long as it is kept, and each handle keeps it.
    let queue = unsafe { Q::of(queue) };
    // SAFETY: as above.
    let waiters = unsafe { &*waiters };
    let channel = ChannelInner { queue, waiters };
    (Handle::new(channel, Some(keeper.clone())), Handle::new(channel, Some(keeper)))
}

impl<Q: Queue, R: RawLock, const L: usize> ChannelInner<Q, Owned<R, L>> {
    /// An end that borrows the channel as it is.
    pub(super) fn end<D: Side>(&self) -> Handle<'_, &Q, D, R, L> {
        let channel = ChannelInner { queue: &self.queue, waiters: &*self.waiters };
        Handle::new(channel, Keeper::<&Q, R, L>::default())
    }
}

impl<St: Storage, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Fifo<St>, W> {
    /// Returns an end to send with that **closes the channel when it is dropped**, if it is the last sender.
    ///
    /// Keep it: `channel.closing_sender().try_send(1)` closes the channel for good at the end of the statement. To send
    /// without closing, use the channel itself or a [`View`](super::View).
    ///
    /// **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// sender.try_send(1).unwrap();
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// ```
    #[must_use = "dropping the last sender closes the channel"]
    pub fn closing_sender(&self) -> Sender<'_, St::Value, R> {
        Handle::new(self.view(), Keeper::<Fifo<mpmc::Borrowed<'_, St::Value>>, R, 1>::default())
    }

    /// Returns an end to receive with that **closes the channel when it is dropped**, if it is the last receiver.
    ///
    /// Keep it, as a [`closing_sender`](Self::closing_sender). To receive without closing, use the channel itself or a
    /// [`View`](super::View).
    ///
    /// **Complexity**: one atomic read-modify-write. Never panics.
    #[must_use = "dropping the last receiver closes the channel"]
    pub fn closing_receiver(&self) -> Receiver<'_, St::Value, R> {
        Handle::new(self.view(), Keeper::<Fifo<mpmc::Borrowed<'_, St::Value>>, R, 1>::default())
    }
}

/// What both sides have.
impl<'a, Q: Lent, D: Side, R: RawLock, const L: usize> Handle<'a, Q, D, R, L> {
    pub(super) fn new(channel: Borrowed<'a, Q, R, L>, keeper: Keeper<Q, R, L>) -> Self {
        D::count(&channel.waiters.handles).add();
        Self { channel: MaybeUninit::new(channel), keeper, side: PhantomData }
    }

    #[inline]
    pub(super) fn channel(&self) -> &Borrowed<'a, Q, R, L> {
        // SAFETY: written when the handle was made; the channel lives as long as the handle.
        unsafe { self.channel.assume_init_ref() }
    }

    /// Returns `true` if the handles own the channel, so that without them nothing can reach it.
    fn is_owner(&self) -> bool {
        #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
        return self.keeper.is_some();
        #[cfg(not(all(feature = "alloc", target_has_atomic = "ptr")))]
        return false;
    }

    /// See [`ChannelInner::close`].
    pub fn close(&self) -> bool {
        self.channel().close()
    }

    /// See [`ChannelInner::is_closed`].
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.channel().is_closed()
    }

    /// See [`ChannelInner::len`].
    pub fn len(&self) -> usize {
        self.channel().len()
    }

    /// See [`ChannelInner::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.channel().is_empty()
    }

    /// See [`ChannelInner::capacity`].
    #[inline]
    pub fn capacity(&self) -> usize {
        self.channel().capacity()
    }
}

impl<Q: Lent + Single, D: Side, R: RawLock> Handle<'_, Q, D, R> {
    /// See [`ChannelInner::is_full`].
    pub fn is_full(&self) -> bool {
        self.channel().is_full()
    }
}

impl<T, D: Side, R: RawLock> Handle<'_, Fifo<mpmc::Borrowed<'_, T>>, D, R> {
    /// See [`ChannelInner::stats`].
    pub fn stats(&self) -> Stats {
        self.channel().stats()
    }
}

impl<Q: Lent + Single, R: RawLock> Handle<'_, Q, Sending, R> {
    /// See [`ChannelInner::send`].
    #[inline]
    pub fn send(&self, value: Q::Value) -> SendFuture<'_, Q, R> {
        self.channel().send(value)
    }

    /// See [`ChannelInner::try_send`].
    #[inline]
    pub fn try_send(&self, value: Q::Value) -> Result<(), TrySendError<Q::Value>> {
        self.channel().try_send(value)
    }

    /// See [`ChannelInner::send_blocking`].
    #[cfg(feature = "std")]
    pub fn send_blocking(&self, value: Q::Value) -> Result<(), SendError<Q::Value>> {
        self.channel().send_blocking(value)
    }

    /// See [`ChannelInner::send_timeout`].
    #[cfg(feature = "std")]
    pub fn send_timeout(&self, value: Q::Value, timeout: Duration) -> Result<(), SendTimeoutError<Q::Value>> {
        self.channel().send_timeout(value, timeout)
    }

    /// See [`ChannelInner::send_deadline`].
    #[cfg(feature = "std")]
    pub fn send_deadline(
        &self,
        value: Q::Value,
        deadline: Instant,
    ) -> Result<(), SendTimeoutError<Q::Value>> {
        self.channel().send_deadline(value, deadline)
    }
}

impl<T, R: RawLock> Handle<'_, Fifo<mpmc::Borrowed<'_, T>>, Sending, R> {
    /// See [`ChannelInner::force_send`].
    pub fn force_send(&self, value: T) -> Result<Option<T>, SendError<T>> {
        self.channel().force_send(value)
    }
}

impl<Q: Lent, R: RawLock, const L: usize> Handle<'_, Q, Receiving, R, L> {
    /// See [`ChannelInner::recv`].
    #[inline]
    pub fn recv(&self) -> RecvFuture<'_, Q, R, L> {
        self.channel().recv()
    }

    /// See [`ChannelInner::recv_many`].
    pub fn recv_many<'b, B: Extend<Q::Item>>(
        &'b self,
        buffer: &'b mut B,
        limit: usize,
    ) -> RecvManyFuture<'b, Q, B, R, L> {
        self.channel().recv_many(buffer, limit)
    }

    /// See [`ChannelInner::try_recv`].
    #[inline]
    pub fn try_recv(&self) -> Result<Q::Item, TryRecvError> {
        self.channel().try_recv()
    }

    /// See [`ChannelInner::recv_blocking`].
    #[cfg(feature = "std")]
    pub fn recv_blocking(&self) -> Result<Q::Item, RecvError> {
        self.channel().recv_blocking()
    }

    /// See [`ChannelInner::recv_timeout`].
    #[cfg(feature = "std")]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Q::Item, RecvTimeoutError> {
        self.channel().recv_timeout(timeout)
    }

    /// See [`ChannelInner::recv_deadline`].
    #[cfg(feature = "std")]
    pub fn recv_deadline(&self, deadline: Instant) -> Result<Q::Item, RecvTimeoutError> {
        self.channel().recv_deadline(deadline)
    }
}

impl<Q: Lent, D: Side, R: RawLock, const L: usize> Clone for Handle<'_, Q, D, R, L> {
    fn clone(&self) -> Self {
        Self::new(*self.channel(), Clone::clone(&self.keeper))
    }
}

impl<Q: Lent, D: Side, R: RawLock, const L: usize> Drop for Handle<'_, Q, D, R, L> {
    fn drop(&mut self) {
        let channel = self.channel();
        if D::count(&channel.waiters.handles).remove() {
            // Values are dropped after the channel is closed, even if waking its waiters panics.
            let rest = (D::RECEIVES && self.is_owner()).then(|| DropRest(channel));
            channel.close();
            rest.iter().for_each(|DropRest(channel)| channel.discard_rest());
        }
    }
}

/// Drops what is left in a closed channel, even if dropping one of the values panics: whatever waits for an answer to it
/// is not to wait for the senders.
struct DropRest<'h, 'a, Q: Queue, R: RawLock, const L: usize>(&'h Borrowed<'a, Q, R, L>);

impl<Q: Queue, R: RawLock, const L: usize> Drop for DropRest<'_, '_, Q, R, L> {
    fn drop(&mut self) {
        self.0.discard_rest();
    }
}

impl<Q: Lent, D: Side, R: RawLock, const L: usize> fmt::Debug for Handle<'_, Q, D, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(D::NAME).field(self.channel()).finish()
    }
}
