//! Ends of a channel that close it when the last one of a side is dropped.

mod count;
pub(in crate::channel) mod level;
mod receiver;
mod sender;
mod side;
mod weak;

use super::Stats;
use super::core::{ChannelInner, OwnedWaiters, Waiters};
use super::mpmc::Fifo;
use super::queue::{Queue, QueueRef, Single};
use crate::mpmc;
use crate::mpmc::Storage;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::Deref;

#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
use crate::CapacityError;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use {super::BoxedChannel, crate::sync::Arc};

pub(super) use self::count::Handles;
pub(super) use self::side::Side;
pub use self::side::{Receiving, Sending};
pub use self::weak::{WeakHandle, WeakReceiver, WeakSender};

/// A sending end of a channel. Its type does not contain the capacity.
///
/// Its methods are those of [`ChannelInner`]. The channel closes when its last sender is dropped.
///
/// ```
/// use ringway::{channel::{Channel, Sender}, wait::NoLock};
///
/// fn report(errors: &Sender<'_, u8, NoLock>) {
///     errors.try_send(7).unwrap();
/// }
///
/// let channel = Channel::<u8, 8, NoLock>::new();
/// report(&channel.closing_sender());
/// assert_eq!(channel.try_recv(), Ok(7));
/// ```
pub type Sender<'a, T, R = DefaultLock> = Handle<'a, Fifo<mpmc::Borrowed<'a, T>>, Sending, R>;

/// A receiving end of a channel. Its type does not contain the capacity.
///
/// Its methods are those of [`ChannelInner`]. The channel closes when its last receiver is dropped.
/// If the handles own the channel, that also drops the values that are left, as they can no longer
/// be received. A channel that the handles borrow keeps them.
///
/// ```
/// use ringway::{channel::{Channel, Receiver}, wait::NoLock};
///
/// fn sum(numbers: Receiver<'_, u32, NoLock>) -> u32 {
///     core::iter::from_fn(|| numbers.try_recv().ok()).sum()
/// }
///
/// let channel = Channel::<u32, 8, NoLock>::new();
/// (1..=3).for_each(|n| channel.try_send(n).unwrap());
/// assert_eq!(sum(channel.closing_receiver()), 6);
/// ```
pub type Receiver<'a, T, R = DefaultLock> = Handle<'a, Fifo<mpmc::Borrowed<'a, T>>, Receiving, R>;

/// An end of a channel: a [`Sender`] or a [`Receiver`], also of a
/// [`priority::Channel`](crate::priority::Channel) or a [`stack::Channel`](crate::stack::Channel).
///
/// Cloning it adds an end to its side. Dropping the last one of a side closes the channel.
/// [`downgrade`](Handle::downgrade) returns one that does not count.
///
/// `O` is what the handle may own, and follows from `Q`; leave it out.
// As a parameter, since a type that is named through a trait would make the handle invariant in
// `Q`.
pub struct Handle<
    'a,
    Q: QueueRef<Owner = O>,
    D: Side,
    R: RawLock = DefaultLock,
    const L: usize = 1,
    O = <Q as QueueRef>::Owner,
> {
    /// Made once, as that costs as much as sending a value. Not plain references: those in the
    /// argument of a function must be valid until it returns, and the last handle frees the channel
    /// while it is dropped.
    channel: MaybeUninit<Borrowed<'a, Q, R, L>>,
    owner: Owner<O, R, L>,
    side: PhantomData<fn() -> D>,
}

type Borrowed<'a, Q, R, const L: usize> = ChannelInner<Q, &'a Waiters<R, L>>;

/// The channel that a handle owns together with others; nothing in a handle that borrows it.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
type Owner<O, R, const L: usize> = Option<Arc<ChannelInner<O, OwnedWaiters<R, L>>>>;
#[cfg(not(all(feature = "alloc", target_has_atomic = "ptr")))]
type Owner<O, R, const L: usize> = PhantomData<fn() -> (O, R)>;

/// Creates a channel on the heap with a capacity chosen at run time, and returns two ends that own
/// it together.
///
/// **Guarantees**: FIFO; allocates, so not for interrupt handlers.
/// **Complexity**: an allocation for the values and one for the channel, which moves there. It has
/// as many spare slots as [`mpmc::BoxedQueue::new`] chooses for this machine.
/// **Errors**: [`CapacityError`] if the capacity is zero or too large. Never panics.
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
/// It is for threads, as [`DefaultLock`] is: with another lock,
/// `BoxedChannel::<T, R>::new(capacity)?.into_split()`.
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
pub fn bounded<'a, T: 'a>(capacity: usize) -> Result<(Sender<'a, T>, Receiver<'a, T>), CapacityError> {
    Ok(BoxedChannel::new(capacity)?.into_split())
}

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
impl<T, R: RawLock> BoxedChannel<T, R> {
    /// Returns two ends that own the channel together. `clone` makes more of them.
    ///
    /// **Guarantees**: the last handle frees the channel. **Complexity**: one allocation. Never
    /// panics.
    /// **Memory**: moves the channel to an allocation of its own; the values stay where they are.
    ///
    /// ```
    /// use ringway::{channel::BoxedChannel, wait::NoLock};
    ///
    /// let (sender, receiver) = BoxedChannel::<_, NoLock>::with_spares(8, 2).unwrap().into_split();
    /// sender.try_send(1).unwrap();
    /// drop(sender);
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// assert!(receiver.is_closed());
    /// ```
    pub fn into_split<'a>(self) -> (Sender<'a, T, R>, Receiver<'a, T, R>)
    where
        T: 'a,
        R: 'a,
    {
        owned_ends(self)
    }
}

/// The ends of a channel, which own it.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub(super) fn owned_ends<'a, Q: QueueRef, R: RawLock + 'a, const L: usize>(
    channel: ChannelInner<Q::Owner, OwnedWaiters<R, L>>,
) -> (Handle<'a, Q, Sending, R, L>, Handle<'a, Q, Receiving, R, L>) {
    let owner = Arc::new(channel);
    let (queue, waiters): (*const _, *const Waiters<R, L>) = (&owner.queue, &*owner.waiters);
    // SAFETY: the channel stays at this address as long as it has an owner, and each handle is one.
    let queue = unsafe { Q::of(queue) };
    // SAFETY: as above.
    let waiters = unsafe { &*waiters };
    let channel = ChannelInner { queue, waiters };
    (Handle::new(channel, Some(owner.clone())), Handle::new(channel, Some(owner)))
}

impl<Q: Queue, R: RawLock, const L: usize> ChannelInner<Q, OwnedWaiters<R, L>> {
    /// Returns an end that borrows the channel.
    pub(super) fn end<D: Side>(&self) -> Handle<'_, &Q, D, R, L> {
        let channel = ChannelInner { queue: &self.queue, waiters: &*self.waiters };
        Handle::new(channel, Default::default())
    }
}

impl<St: Storage, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Fifo<St>, W> {
    /// Returns an end to send with that **closes the channel when it is dropped**, if it is the
    /// last sender.
    ///
    /// Keep it: `channel.closing_sender().try_send(1)` closes the channel for good at the end of
    /// the statement. To send without closing, use the channel itself or a [`View`](super::View).
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write. Never panics.
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
        Handle::new(self.view(), Default::default())
    }

    /// Returns an end to receive with that **closes the channel when it is dropped**, if it is the
    /// last receiver.
    ///
    /// Keep it, as a [`closing_sender`](Self::closing_sender). To receive without closing, use the
    /// channel itself or a [`View`](super::View).
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// ```
    #[must_use = "dropping the last receiver closes the channel"]
    pub fn closing_receiver(&self) -> Receiver<'_, St::Value, R> {
        Handle::new(self.view(), Default::default())
    }
}

impl<'a, Q: QueueRef, D: Side, R: RawLock, const L: usize> Handle<'a, Q, D, R, L> {
    pub(super) fn new(channel: Borrowed<'a, Q, R, L>, owner: Owner<Q::Owner, R, L>) -> Self {
        D::count(&channel.waiters.handles).add();
        Self { channel: MaybeUninit::new(channel), owner, side: PhantomData }
    }

    #[inline]
    pub(super) fn channel(&self) -> &Borrowed<'a, Q, R, L> {
        // SAFETY: written when the handle was made; the channel lives as long as the handle.
        unsafe { self.channel.assume_init_ref() }
    }

    /// Returns `true` if the handles own the channel, so that without them nothing can reach it.
    fn is_owner(&self) -> bool {
        #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
        return self.owner.is_some();
        #[cfg(not(all(feature = "alloc", target_has_atomic = "ptr")))]
        return false;
    }

    /// Closes the channel. Returns `true` if this call closed it.
    ///
    /// **Guarantees**, **Complexity**, **Panics**: as [`ChannelInner::close`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sender = channel.closing_sender();
    /// assert!(sender.close());
    /// assert!(!sender.close());
    /// ```
    pub fn close(&self) -> bool {
        self.channel().close()
    }

    /// Returns `true` if the channel was closed. There may still be values to receive.
    ///
    /// **Guarantees**: wait-free; once `true` it stays so. **Complexity**: one load. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sender = channel.closing_sender();
    /// channel.close();
    /// assert!(sender.is_closed());
    /// ```
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.channel().is_closed()
    }

    /// Returns the number of values at one moment during the call.
    ///
    /// **Guarantees**, **Complexity**: as [`ChannelInner::len`]. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sender = channel.closing_sender();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(sender.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.channel().len()
    }

    /// Returns `true` if there was no value at one moment during the call.
    ///
    /// **Guarantees**, **Complexity**: as [`ChannelInner::is_empty`]. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sender = channel.closing_sender();
    /// assert!(sender.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.channel().is_empty()
    }

    /// Returns the number of values that the channel holds when it is full.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sender = channel.closing_sender();
    /// assert_eq!(sender.capacity(), 2);
    /// ```
    #[inline]
    pub fn capacity(&self) -> usize {
        self.channel().capacity()
    }
}

impl<Q: QueueRef + Single, D: Side, R: RawLock> Handle<'_, Q, D, R> {
    /// Returns `true` if the channel was full at one moment during the call.
    ///
    /// **Guarantees**, **Complexity**: as [`ChannelInner::is_full`]. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sender = channel.closing_sender();
    /// assert!(!sender.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.channel().is_full()
    }
}

impl<T, D: Side, R: RawLock> Handle<'_, Fifo<mpmc::Borrowed<'_, T>>, D, R> {
    /// Returns how much went through the channel.
    ///
    /// **Guarantees**, **Complexity**: as [`ChannelInner::stats`]. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sender = channel.closing_sender();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(sender.stats().pushed, 1);
    /// ```
    pub fn stats(&self) -> Stats {
        self.channel().stats()
    }
}

impl<Q: QueueRef, D: Side, R: RawLock, const L: usize> Clone for Handle<'_, Q, D, R, L> {
    fn clone(&self) -> Self {
        Self::new(*self.channel(), Clone::clone(&self.owner))
    }
}

impl<Q: QueueRef<Owner = O>, D: Side, R: RawLock, const L: usize, O> Drop for Handle<'_, Q, D, R, L, O> {
    fn drop(&mut self) {
        let channel = self.channel();
        if D::count(&channel.waiters.handles).remove() {
            // Values are dropped after the channel is closed, even if waking its waiters panics.
            let rest = (D::RECEIVES && self.is_owner()).then(|| DiscardOnDrop(channel));
            channel.close();
            rest.iter().for_each(|DiscardOnDrop(channel)| channel.discard_rest());
        }
    }
}

/// Drops what is left in a closed channel, even if dropping one of the values panics: a value may
/// be what another task waits for, to be received or dropped.
struct DiscardOnDrop<'h, 'a, Q: Queue, R: RawLock, const L: usize>(&'h Borrowed<'a, Q, R, L>);

impl<Q: Queue, R: RawLock, const L: usize> Drop for DiscardOnDrop<'_, '_, Q, R, L> {
    fn drop(&mut self) {
        self.0.discard_rest();
    }
}

impl<Q: QueueRef, D: Side, R: RawLock, const L: usize> fmt::Debug for Handle<'_, Q, D, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(D::NAME).field(self.channel()).finish()
    }
}
