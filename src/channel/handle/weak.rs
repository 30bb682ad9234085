//! Handles that do not keep a channel open, and how many of the others there are.

use super::side::Side;
use super::{Borrowed, Handle, Owner, Receiving, Sending};
use crate::channel::mpmc::Fifo;
use crate::channel::queue::QueueRef;
use crate::mpmc;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;

/// A [`Sender`](super::Sender) that does not keep the channel open. Created by
/// [`Handle::downgrade`].
pub type WeakSender<'a, T, R = DefaultLock> = WeakHandle<'a, Fifo<mpmc::Borrowed<'a, T>>, Sending, R>;

/// A [`Receiver`](super::Receiver) that does not keep the channel open. Created by
/// [`Handle::downgrade`].
pub type WeakReceiver<'a, T, R = DefaultLock> = WeakHandle<'a, Fifo<mpmc::Borrowed<'a, T>>, Receiving, R>;

/// An end of a channel that does not keep the channel open: a [`WeakSender`] or a [`WeakReceiver`],
/// also of a [`priority::Channel`](crate::priority::Channel) or a
/// [`stack::Channel`](crate::stack::Channel). Created by [`Handle::downgrade`].
///
/// The channel closes when its last [`Handle`] of a side is dropped, however many weak ones there
/// are.
///
/// **Memory**: it keeps the memory of a channel that the handles own, but no value: the last
/// receiver drops those that are left.
pub struct WeakHandle<
    'a,
    Q: QueueRef<Owner = O>,
    D: Side,
    R: RawLock = DefaultLock,
    const L: usize = 1,
    O = <Q as QueueRef>::Owner,
> {
    /// As in a [`Handle`], for the same reason: the last weak handle may free the channel.
    channel: MaybeUninit<Borrowed<'a, Q, R, L>>,
    owner: Owner<O, R, L>,
    side: PhantomData<fn() -> D>,
}

impl<'a, Q: QueueRef, D: Side, R: RawLock, const L: usize> Handle<'a, Q, D, R, L> {
    /// Returns a weak handle of the same side, which does not keep the channel open.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write if the handles own
    /// the channel; no atomic operation if they borrow it. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// let weak = sender.downgrade();
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// assert!(weak.upgrade().is_none());
    /// ```
    #[must_use]
    pub fn downgrade(&self) -> WeakHandle<'a, Q, D, R, L> {
        WeakHandle {
            channel: MaybeUninit::new(*self.channel()),
            owner: Clone::clone(&self.owner),
            side: PhantomData,
        }
    }
}

impl<'a, Q: QueueRef, D: Side, R: RawLock, const L: usize> WeakHandle<'a, Q, D, R, L> {
    /// Returns a handle of the same side, if there is another one: once the last was dropped, which
    /// closed the channel, the result is `None`. A channel that was closed otherwise is returned
    /// closed.
    ///
    /// **Guarantees**: lock-free. While the result is there, its side closes the channel only by
    /// `close`. If there is none, everything that was done with the handles of the side happened
    /// before.
    /// **Complexity**: one atomic read-modify-write if no other handle of the side is made or
    /// dropped at the same moment; a second one if the handles own the channel. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// let weak = sender.downgrade();
    /// let again = weak.upgrade().expect("there is a sender");
    /// drop(sender);
    /// again.try_send(1).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    pub fn upgrade(&self) -> Option<Handle<'a, Q, D, R, L>> {
        let channel = *self.channel();
        D::count(&channel.waiters.handles).add_unless_none().then(|| Handle {
            channel: MaybeUninit::new(channel),
            owner: Clone::clone(&self.owner),
            side: PhantomData,
        })
    }

    fn channel(&self) -> &Borrowed<'a, Q, R, L> {
        // SAFETY: written when the handle was made; the channel lives as long as the handle.
        unsafe { self.channel.assume_init_ref() }
    }
}

impl<Q: QueueRef, D: Side, R: RawLock, const L: usize> Handle<'_, Q, D, R, L> {
    /// Returns the number of senders, weak ones not counted.
    ///
    /// **Guarantees**: wait-free; of one moment during the call. If it is zero, everything that was
    /// done with the senders happened before. Where handles borrow a channel, others may send to it
    /// without one.
    /// **Complexity**: one load. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// let (second, weak) = (sender.clone(), sender.downgrade());
    /// assert_eq!((receiver.sender_count(), receiver.receiver_count()), (2, 1));
    /// ```
    pub fn sender_count(&self) -> usize {
        self.count::<Sending>()
    }

    /// Returns the number of receivers, weak ones not counted.
    ///
    /// **Guarantees**, **Complexity**: as [`sender_count`](Self::sender_count). Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// assert_eq!(sender.receiver_count(), 1);
    /// drop(receiver);
    /// assert_eq!(sender.receiver_count(), 0);
    /// ```
    pub fn receiver_count(&self) -> usize {
        self.count::<Receiving>()
    }

    fn count<E: Side>(&self) -> usize {
        E::count(&self.channel().waiters.handles).get()
    }

    /// Returns `true` if the other handle, of either side, is one of the same channel.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// let other = Channel::<u8>::new();
    /// assert!(sender.same_channel(&sender.clone()) && sender.same_channel(&receiver));
    /// assert!(!sender.same_channel(&other.closing_sender()));
    /// ```
    pub fn same_channel<E: Side>(&self, other: &Handle<'_, Q, E, R, L>) -> bool {
        core::ptr::eq(self.channel().waiters, other.channel().waiters)
    }
}

impl<Q: QueueRef, D: Side, R: RawLock, const L: usize> Clone for WeakHandle<'_, Q, D, R, L> {
    fn clone(&self) -> Self {
        Self { channel: self.channel, owner: Clone::clone(&self.owner), side: PhantomData }
    }
}

impl<Q: QueueRef, D: Side, R: RawLock, const L: usize> fmt::Debug for WeakHandle<'_, Q, D, R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakHandle").field("side", &D::NAME).field("channel", self.channel()).finish()
    }
}
