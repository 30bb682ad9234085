//! Receiving as iterators. Written once for all channels.

use super::core::{ChannelInner, Ref, Waiters};
use super::handle::{Handle, Receiving};
use super::queue::{Queue, QueueRef};
use super::spsc;
use crate::wait::RawLock;
use core::fmt;
use core::iter::FusedIterator;
use core::ops::Deref;

/// An iterator that waits for each value: the thread sleeps until there is one. Created by
/// [`ChannelInner::iter`], and by iterating over a receiver.
///
/// Ends when the channel is closed and everything was received.
#[cfg(feature = "std")]
#[must_use = "an iterator does nothing unless it is used"]
pub struct Iter<E> {
    receiver: E,
    is_over: bool,
}

/// An iterator that receives what is there, and never waits. Created by [`ChannelInner::try_iter`].
///
/// Ends when there is no value, and continues if there is one later.
#[must_use = "an iterator does nothing unless it is used"]
pub struct TryIter<E> {
    receiver: E,
}

/// An iterator that receives at most as many values as were there when it was created, and never
/// waits. Created by [`ChannelInner::drain`].
///
/// Values that it did not return are still in the channel when it is dropped.
#[must_use = "an iterator does nothing unless it is used"]
pub struct Drain<E> {
    receiver: E,
    left: usize,
}

/// What an iterator receives with. Sealed: channels and their ends.
pub trait Receive {
    /// What is received.
    type Item;
    /// Whether nothing else receives, so that values that are there stay until they are received.
    #[doc(hidden)]
    const IS_ONLY: bool;

    /// Receives a value if there is one now.
    #[doc(hidden)]
    fn receive_now(&mut self) -> Option<Self::Item>;

    /// Receives a value. Returns `None` if the channel is closed and everything was received.
    #[cfg(feature = "std")]
    #[doc(hidden)]
    fn receive_blocking(&mut self) -> Option<Self::Item>;
}

impl<E: Receive> Receive for &mut E {
    type Item = E::Item;
    const IS_ONLY: bool = E::IS_ONLY;

    #[inline]
    fn receive_now(&mut self) -> Option<E::Item> {
        (**self).receive_now()
    }

    #[cfg(feature = "std")]
    fn receive_blocking(&mut self) -> Option<E::Item> {
        (**self).receive_blocking()
    }
}

impl<Q: Queue, R: RawLock, const L: usize> Receive for Ref<'_, Q, R, L> {
    type Item = Q::Item;
    const IS_ONLY: bool = false;

    #[inline]
    fn receive_now(&mut self) -> Option<Q::Item> {
        self.try_recv().ok()
    }

    #[cfg(feature = "std")]
    fn receive_blocking(&mut self) -> Option<Q::Item> {
        self.recv_blocking().ok()
    }
}

impl<Q: QueueRef, R: RawLock, const L: usize> Receive for Handle<'_, Q, Receiving, R, L> {
    type Item = Q::Item;
    const IS_ONLY: bool = false;

    #[inline]
    fn receive_now(&mut self) -> Option<Q::Item> {
        self.try_recv().ok()
    }

    #[cfg(feature = "std")]
    fn receive_blocking(&mut self) -> Option<Q::Item> {
        self.recv_blocking().ok()
    }
}

impl<T> Receive for spsc::Receiver<'_, T> {
    type Item = T;
    const IS_ONLY: bool = true;

    #[inline]
    fn receive_now(&mut self) -> Option<T> {
        self.try_recv().ok()
    }

    #[cfg(feature = "std")]
    fn receive_blocking(&mut self) -> Option<T> {
        self.recv_blocking().ok()
    }
}

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Returns an iterator over the values that are received, which waits for each: the thread
    /// sleeps until there is one. It ends when the channel is closed and everything was received.
    ///
    /// **Guarantees**: each as by [`recv_blocking`](Self::recv_blocking); fused. Not for interrupt
    /// handlers.
    /// **Complexity**: that of `recv_blocking` for each value. Never panics, unless the waker of a
    /// waiting sender does.
    ///
    /// ```
    /// use ringway::channel::Channel;
    ///
    /// let channel: Channel<_, 4> = Channel::new();
    /// (1..=3).for_each(|n| channel.try_send(n).unwrap());
    /// channel.close();
    /// assert_eq!(channel.iter().sum::<i32>(), 6);
    /// ```
    #[cfg(feature = "std")]
    pub fn iter(&self) -> Iter<Ref<'_, Q, R, L>> {
        Iter::new(self.by_ref())
    }

    /// Returns an iterator over the values that are there. It ends when there is none.
    ///
    /// **Guarantees**: each as by [`try_recv`](Self::try_recv); not fused. It may go on for as long
    /// as senders keep up with it; [`drain`](Self::drain) ends.
    /// **Complexity**: that of `try_recv` for each value. Never panics, unless the waker of a
    /// waiting sender does.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// (1..=3).for_each(|n| channel.try_send(n).unwrap());
    /// assert_eq!(channel.try_iter().collect::<Vec<_>>(), [1, 2, 3]);
    /// ```
    pub fn try_iter(&self) -> TryIter<Ref<'_, Q, R, L>> {
        TryIter { receiver: self.by_ref() }
    }

    /// Returns an iterator that receives at most as many values as are there now, and ends early if
    /// there is none left. What it did not return stays in the channel.
    ///
    /// **Guarantees**: each as by [`try_recv`](Self::try_recv); fused. Unlike
    /// [`try_iter`](Self::try_iter), it ends although senders keep up with it. A value that is sent
    /// meanwhile may be among those that it returns: in place of one that another receiver took,
    /// or because it is more urgent or newer where the order is not that of sending.
    /// **Complexity**: that of [`len`](Self::len), and of `try_recv` for each value. Never panics,
    /// unless the waker of a waiting sender does.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// (1..=3).for_each(|n| channel.try_send(n).unwrap());
    /// for n in channel.drain() {
    ///     channel.try_send(10 * n).unwrap();
    /// }
    /// assert_eq!(channel.try_iter().collect::<Vec<_>>(), [10, 20, 30]);
    /// ```
    pub fn drain(&self) -> Drain<Ref<'_, Q, R, L>> {
        Drain { receiver: self.by_ref(), left: self.len() }
    }
}

impl<Q: QueueRef, R: RawLock, const L: usize> Handle<'_, Q, Receiving, R, L> {
    /// Returns an iterator over the values that are received, which waits for each: the thread
    /// sleeps until there is one. It ends when the channel is closed and everything was received.
    ///
    /// **Guarantees**, **Complexity**, **Panics**: as [`ChannelInner::iter`].
    ///
    /// ```
    /// let (sender, receiver) = ringway::channel::bounded(4)?;
    /// std::thread::spawn(move || (1..=10).for_each(|n| sender.send_blocking(n).unwrap()));
    /// assert_eq!(receiver.iter().sum::<i32>(), 55);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn iter(&self) -> Iter<Ref<'_, Q, R, L>> {
        self.channel().iter()
    }

    /// Returns an iterator over the values that are there. It ends when there is none.
    ///
    /// **Guarantees**, **Complexity**, **Panics**: as [`ChannelInner::try_iter`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let receiver = channel.closing_receiver();
    /// (1..=3).for_each(|n| channel.try_send(n).unwrap());
    /// assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [1, 2, 3]);
    /// ```
    pub fn try_iter(&self) -> TryIter<Ref<'_, Q, R, L>> {
        self.channel().try_iter()
    }

    /// Returns an iterator that receives at most as many values as are there now, and ends early if
    /// there is none left. What it did not return stays in the channel.
    ///
    /// **Guarantees**, **Complexity**, **Panics**: as [`ChannelInner::drain`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 4, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let receiver = channel.closing_receiver();
    /// (1..=3).for_each(|n| channel.try_send(n).unwrap());
    /// assert_eq!(receiver.drain().collect::<Vec<_>>(), [1, 2, 3]);
    /// ```
    pub fn drain(&self) -> Drain<Ref<'_, Q, R, L>> {
        self.channel().drain()
    }
}

impl<T> spsc::Receiver<'_, T> {
    /// Returns an iterator over the values that are received, which waits for each: the thread
    /// sleeps until there is one. It ends when the channel is closed and everything was received.
    ///
    /// **Guarantees**: each as by [`recv_blocking`](Self::recv_blocking); fused. Not for interrupt
    /// handlers.
    /// **Complexity**: that of `recv_blocking` for each value. **Panics**: as `recv_blocking`.
    ///
    /// ```
    /// let (mut sender, mut receiver) = ringway::channel::spsc::bounded(4)?;
    /// std::thread::spawn(move || (1..=10).for_each(|n| sender.send_blocking(n).unwrap()));
    /// assert_eq!(receiver.iter().sum::<i32>(), 55);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn iter(&mut self) -> Iter<&mut Self> {
        Iter::new(self)
    }

    /// Returns an iterator over the values that are there. It ends when there is none.
    ///
    /// **Guarantees**: each as by [`try_recv`](Self::try_recv); not fused. It may go on for as long
    /// as the sender keeps up with it; [`drain`](Self::drain) ends.
    /// **Complexity**: that of `try_recv` for each value. **Panics**: as `try_recv`.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// (1..=3).for_each(|n| sender.try_send(n).unwrap());
    /// assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [1, 2, 3]);
    /// ```
    pub fn try_iter(&mut self) -> TryIter<&mut Self> {
        TryIter { receiver: self }
    }

    /// Returns an iterator that receives as many values as are there now. What it did not return
    /// stays in the channel.
    ///
    /// **Guarantees**: each as by [`try_recv`](Self::try_recv), which wakes the sender each time;
    /// fused; the length is exact.
    /// **Complexity**: that of `try_recv` for each value. **Panics**: as `try_recv`.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<_, 4>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// (1..=3).for_each(|n| sender.try_send(n).unwrap());
    /// let values = receiver.drain();
    /// assert_eq!(values.len(), 3);
    /// assert_eq!(values.collect::<Vec<_>>(), [1, 2, 3]);
    /// ```
    pub fn drain(&mut self) -> Drain<&mut Self> {
        Drain { left: self.len(), receiver: self }
    }
}

#[cfg(feature = "std")]
impl<E> Iter<E> {
    fn new(receiver: E) -> Self {
        Self { receiver, is_over: false }
    }
}

#[cfg(feature = "std")]
impl<E: Receive> Iterator for Iter<E> {
    type Item = E::Item;

    fn next(&mut self) -> Option<E::Item> {
        if self.is_over {
            return None;
        }
        let item = self.receiver.receive_blocking();
        self.is_over = item.is_none();
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.is_over.then_some(0))
    }
}

#[cfg(feature = "std")]
impl<E: Receive> FusedIterator for Iter<E> {}

impl<E: Receive> Iterator for TryIter<E> {
    type Item = E::Item;

    #[inline]
    fn next(&mut self) -> Option<E::Item> {
        self.receiver.receive_now()
    }
}

impl<E: Receive> Iterator for Drain<E> {
    type Item = E::Item;

    #[inline]
    fn next(&mut self) -> Option<E::Item> {
        self.left = self.left.checked_sub(1)?;
        let item = self.receiver.receive_now();
        if item.is_none() {
            self.left = 0;
        }
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (if E::IS_ONLY { self.left } else { 0 }, Some(self.left))
    }
}

impl<E: Receive> FusedIterator for Drain<E> {}

impl<T> ExactSizeIterator for Drain<&mut spsc::Receiver<'_, T>> {}

#[cfg(feature = "std")]
impl<'a, Q: QueueRef, R: RawLock, const L: usize> IntoIterator for Handle<'a, Q, Receiving, R, L> {
    type Item = Q::Item;
    type IntoIter = Iter<Self>;

    /// Returns an [`Iter`] that keeps the receiver: the channel stays open for it.
    fn into_iter(self) -> Iter<Self> {
        Iter::new(self)
    }
}

#[cfg(feature = "std")]
impl<'h, Q: QueueRef, R: RawLock, const L: usize> IntoIterator for &'h Handle<'_, Q, Receiving, R, L> {
    type Item = Q::Item;
    type IntoIter = Iter<Ref<'h, Q, R, L>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(feature = "std")]
impl<T> IntoIterator for spsc::Receiver<'_, T> {
    type Item = T;
    type IntoIter = Iter<Self>;

    fn into_iter(self) -> Iter<Self> {
        Iter::new(self)
    }
}

#[cfg(feature = "std")]
impl<T> IntoIterator for &mut spsc::Receiver<'_, T> {
    type Item = T;
    type IntoIter = Iter<Self>;

    fn into_iter(self) -> Iter<Self> {
        self.iter()
    }
}

#[cfg(feature = "std")]
impl<E: fmt::Debug> fmt::Debug for Iter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("receiver", &self.receiver).field("is_over", &self.is_over).finish()
    }
}

impl<E: fmt::Debug> fmt::Debug for TryIter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TryIter").field(&self.receiver).finish()
    }
}

impl<E: fmt::Debug> fmt::Debug for Drain<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("receiver", &self.receiver).field("left", &self.left).finish()
    }
}
