//! Ends of a channel that close it when the last of a side goes.

use super::storage::Handles;
use super::{
    Borrowed, ChannelInner, Recv, RecvMany, Send, SendError, Stats, Storage, TryRecvError, TrySendError, View,
};
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::mem::MaybeUninit;

#[cfg(feature = "std")]
use super::{RecvError, RecvTimeoutError, SendTimeoutError};
#[cfg(all(feature = "std", target_has_atomic = "ptr"))]
use crate::CapacityError;
#[cfg(feature = "std")]
use std::time::{Duration, Instant};
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use {super::BoxedChannel, crate::sync::Arc};

/// The channel of a handle.
struct Home<'a, T, R: RawLock> {
    /// Made once: to make it costs as much as to send a value. Not as references that an argument has, which live to the
    /// end of the call: the last handle frees the channel while it is dropped.
    view: MaybeUninit<View<'a, T, R>>,
    keeper: Keeper<T, R>,
}

/// What a handle that owns its channel keeps alive; nothing in one that borrows it.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
type Keeper<T, R> = Option<Arc<BoxedChannel<T, R>>>;
#[cfg(not(all(feature = "alloc", target_has_atomic = "ptr")))]
type Keeper<T, R> = core::marker::PhantomData<fn() -> (T, R)>;

impl<'a, T, R: RawLock> Home<'a, T, R> {
    fn borrowed(view: View<'a, T, R>) -> Self {
        Self { view: MaybeUninit::new(view), keeper: Keeper::default() }
    }

    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    fn shared(channel: BoxedChannel<T, R>) -> Self
    where
        T: 'a,
        R: 'a,
    {
        let channel = Arc::new(channel);
        let address: *const BoxedChannel<T, R> = &*channel;
        // SAFETY: it stays at this address as long as somebody keeps it, and whoever has the view does.
        let view = unsafe { &*address }.view();
        Self { view: MaybeUninit::new(view), keeper: Some(channel) }
    }

    #[inline]
    fn view(&self) -> &View<'a, T, R> {
        // SAFETY: made with the home, whose channel lives.
        unsafe { self.view.assume_init_ref() }
    }

    /// Whether the handles own the channel, so that without them nobody can get at it.
    fn is_owned(&self) -> bool {
        #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
        return self.keeper.is_some();
        #[cfg(not(all(feature = "alloc", target_has_atomic = "ptr")))]
        return false;
    }
}

impl<T, R: RawLock> Clone for Home<'_, T, R> {
    fn clone(&self) -> Self {
        Self { view: self.view, keeper: self.keeper.clone() }
    }
}

/// A channel on the heap with a capacity chosen at run time, as two ends that own it together.
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
    /// The two ends of the channel, which own it together. More of them are made by `clone`.
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
        let home = Home::shared(self);
        (Sender::new(home.clone()), Receiver::new(home))
    }
}

impl<T, St: Storage<T>> ChannelInner<T, St> {
    /// An end to send with. When all that were made are gone, the channel closes.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let (sender, receiver) = (channel.sender(), channel.receiver());
    /// sender.try_send(1).unwrap();
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// ```
    pub fn sender(&self) -> Sender<'_, T, St::Lock> {
        Sender::new(Home::borrowed(self.view()))
    }

    /// An end to receive with. When all that were made are gone, the channel closes.
    pub fn receiver(&self) -> Receiver<'_, T, St::Lock> {
        Receiver::new(Home::borrowed(self.view()))
    }
}

/// An end of a channel to send with, without the capacity in its type.
///
/// All methods are those of [`ChannelInner`], where they are described. The channel closes when the last sender goes.
pub struct Sender<'a, T, R: RawLock = DefaultLock> {
    home: Home<'a, T, R>,
}

/// An end of a channel to receive with, without the capacity in its type.
///
/// All methods are those of [`ChannelInner`], where they are described. The channel closes when the last receiver goes.
/// Values that are left then are dropped at once if the handles own the channel, as nobody else can receive them; a
/// channel that they borrow keeps them.
pub struct Receiver<'a, T, R: RawLock = DefaultLock> {
    home: Home<'a, T, R>,
}

impl<'a, T, R: RawLock> Sender<'a, T, R> {
    #[inline]
    pub(super) fn view(&self) -> &View<'a, T, R> {
        self.home.view()
    }

    fn new(home: Home<'a, T, R>) -> Self {
        Handles::add(&home.view().storage.waiters.handles.senders);
        Self { home }
    }

    /// See [`ChannelInner::send`].
    #[inline]
    pub fn send(&self, value: T) -> Send<'_, T, &Borrowed<'a, T, R>> {
        self.home.view().send(value)
    }

    /// See [`ChannelInner::try_send`].
    #[inline]
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        self.home.view().try_send(value)
    }

    /// See [`ChannelInner::force_send`].
    pub fn force_send(&self, value: T) -> Result<Option<T>, SendError<T>> {
        self.home.view().force_send(value)
    }

    /// See [`ChannelInner::send_blocking`].
    #[cfg(feature = "std")]
    pub fn send_blocking(&self, value: T) -> Result<(), SendError<T>> {
        self.home.view().send_blocking(value)
    }

    /// See [`ChannelInner::send_timeout`].
    #[cfg(feature = "std")]
    pub fn send_timeout(&self, value: T, timeout: Duration) -> Result<(), SendTimeoutError<T>> {
        self.home.view().send_timeout(value, timeout)
    }

    /// See [`ChannelInner::send_deadline`].
    #[cfg(feature = "std")]
    pub fn send_deadline(&self, value: T, deadline: Instant) -> Result<(), SendTimeoutError<T>> {
        self.home.view().send_deadline(value, deadline)
    }

    /// See [`ChannelInner::close`].
    pub fn close(&self) -> bool {
        self.home.view().close()
    }

    /// See [`ChannelInner::is_closed`].
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.home.view().is_closed()
    }

    /// See [`ChannelInner::len`].
    pub fn len(&self) -> usize {
        self.home.view().len()
    }

    /// See [`ChannelInner::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.home.view().is_empty()
    }

    /// See [`ChannelInner::is_full`].
    pub fn is_full(&self) -> bool {
        self.home.view().is_full()
    }

    /// See [`ChannelInner::capacity`].
    #[inline]
    pub fn capacity(&self) -> usize {
        self.home.view().capacity()
    }

    /// See [`ChannelInner::stats`].
    pub fn stats(&self) -> Stats {
        self.home.view().stats()
    }
}

impl<T, R: RawLock> Clone for Sender<'_, T, R> {
    fn clone(&self) -> Self {
        Self::new(self.home.clone())
    }
}

impl<T, R: RawLock> Drop for Sender<'_, T, R> {
    fn drop(&mut self) {
        let channel = self.home.view();
        if Handles::remove(&channel.storage.waiters.handles.senders) {
            channel.close();
        }
    }
}

impl<T, R: RawLock> fmt::Debug for Sender<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sender").field(self.home.view()).finish()
    }
}

impl<'a, T, R: RawLock> Receiver<'a, T, R> {
    fn new(home: Home<'a, T, R>) -> Self {
        Handles::add(&home.view().storage.waiters.handles.receivers);
        Self { home }
    }

    /// See [`ChannelInner::recv`].
    #[inline]
    pub fn recv(&self) -> Recv<'_, T, &Borrowed<'a, T, R>> {
        self.home.view().recv()
    }

    /// See [`ChannelInner::recv_many`].
    pub fn recv_many<'b, B: Extend<T>>(
        &'b self,
        buffer: &'b mut B,
        limit: usize,
    ) -> RecvMany<'b, T, &'b Borrowed<'a, T, R>, B> {
        self.home.view().recv_many(buffer, limit)
    }

    /// See [`ChannelInner::try_recv`].
    #[inline]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.home.view().try_recv()
    }

    /// See [`ChannelInner::recv_blocking`].
    #[cfg(feature = "std")]
    pub fn recv_blocking(&self) -> Result<T, RecvError> {
        self.home.view().recv_blocking()
    }

    /// See [`ChannelInner::recv_timeout`].
    #[cfg(feature = "std")]
    pub fn recv_timeout(&self, timeout: Duration) -> Result<T, RecvTimeoutError> {
        self.home.view().recv_timeout(timeout)
    }

    /// See [`ChannelInner::recv_deadline`].
    #[cfg(feature = "std")]
    pub fn recv_deadline(&self, deadline: Instant) -> Result<T, RecvTimeoutError> {
        self.home.view().recv_deadline(deadline)
    }

    /// See [`ChannelInner::close`].
    pub fn close(&self) -> bool {
        self.home.view().close()
    }

    /// See [`ChannelInner::is_closed`].
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.home.view().is_closed()
    }

    /// See [`ChannelInner::len`].
    pub fn len(&self) -> usize {
        self.home.view().len()
    }

    /// See [`ChannelInner::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.home.view().is_empty()
    }

    /// See [`ChannelInner::is_full`].
    pub fn is_full(&self) -> bool {
        self.home.view().is_full()
    }

    /// See [`ChannelInner::capacity`].
    #[inline]
    pub fn capacity(&self) -> usize {
        self.home.view().capacity()
    }

    /// See [`ChannelInner::stats`].
    pub fn stats(&self) -> Stats {
        self.home.view().stats()
    }
}

impl<T, R: RawLock> Clone for Receiver<'_, T, R> {
    fn clone(&self) -> Self {
        Self::new(self.home.clone())
    }
}

impl<T, R: RawLock> Drop for Receiver<'_, T, R> {
    fn drop(&mut self) {
        let channel = self.home.view();
        if Handles::remove(&channel.storage.waiters.handles.receivers) {
            channel.close();
            if self.home.is_owned() {
                // What waits for an answer to one of them is not to wait for the senders.
                while channel.try_recv().is_ok() {}
            }
        }
    }
}

impl<T, R: RawLock> fmt::Debug for Receiver<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Receiver").field(self.home.view()).finish()
    }
}
