//! Emptying a channel, and the room that is left in it.

use super::core::{ChannelInner, Waiters};
use super::handle::{Handle, Receiving, Side};
use super::mpmc::Fifo;
use super::queue::{Queue, QueueRef, Single};
use super::spsc::{Receiver, Sender};
use crate::mpmc::{self, Storage};
use crate::priority::{Policy, Priority};
use crate::spsc::Consumer;
use crate::wait::RawLock;
use core::ops::Deref;

impl<Q: Queue, W: Deref<Target = Waiters<R, L>>, R: RawLock, const L: usize> ChannelInner<Q, W> {
    /// Receives and drops values: at most as many as there were at the beginning of the call, so
    /// that it ends even if others send meanwhile. Wakes as many waiting senders. Returns how many
    /// values were dropped.
    ///
    /// First in, first out, every value whose send returned before the call is gone afterwards. In
    /// a channel with levels, and in one that is last in, first out, values that others send during
    /// the call may go in place of older ones.
    ///
    /// **Guarantees**: as [`try_recv`](Self::try_recv), and what dropping a `T` does.
    /// **Complexity**: that of [`len`](Self::len), and of a [`try_recv`](Self::try_recv) for each
    /// value.
    /// **Panics**: only if dropping a `T` or the waker of a waiting sender does; the values behind
    /// it stay in the channel.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// channel.try_send(1).unwrap();
    /// channel.try_send(2).unwrap();
    /// assert_eq!(channel.clear(), 2);
    /// assert!(channel.is_empty() && !channel.is_closed());
    /// ```
    pub fn clear(&self) -> usize {
        (0..self.len()).take_while(|_| self.try_recv().is_ok()).count()
    }
}

impl<Q: Single, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Q, W> {
    /// Returns how many values there was room for at one moment during the call: the capacity less
    /// [`len`](Self::len).
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler. **Complexity**: no atomic
    /// read-modify-write.
    /// Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// channel.try_send(1).unwrap();
    /// assert_eq!(channel.free_capacity(), 1);
    /// ```
    pub fn free_capacity(&self) -> usize {
        self.capacity() - self.len()
    }
}

impl<St: Storage, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Fifo<St>, W> {
    /// Returns the number of [spare slots](crate::channel#spare-slots).
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// let channel = ringway::channel::Channel::<u8, 2, ringway::wait::NoLock>::new();
    /// assert_eq!(channel.spares(), 4);
    /// ```
    pub fn spares(&self) -> usize {
        self.queue.ring().spares()
    }
}

impl<T, const L: usize, const N: usize, P: Policy<L>, const S: usize, W, R: RawLock>
    ChannelInner<Priority<T, L, N, P, S, true>, W>
where
    W: Deref<Target = Waiters<R, L>>,
{
    /// Returns how many values a level had room for at one moment during the call; zero if there is
    /// no level of that number.
    ///
    /// **Guarantees**: lock-free. **Complexity**: no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 4, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// jobs.try_send(1, 7).unwrap();
    /// assert_eq!([0, 1, 2].map(|level| jobs.free_capacity(level)), [4, 3, 0]);
    /// ```
    pub fn free_capacity(&self, level: usize) -> usize {
        self.queue.free_capacity(level)
    }
}

impl<Q: QueueRef, R: RawLock, const L: usize> Handle<'_, Q, Receiving, R, L> {
    /// Receives and drops the values that are there. Returns how many.
    ///
    /// **Guarantees**, **Complexity**, **Panics**: as [`ChannelInner::clear`].
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// let (sender, receiver) = (channel.closing_sender(), channel.closing_receiver());
    /// sender.try_send(1).unwrap();
    /// assert_eq!(receiver.clear(), 1);
    /// ```
    pub fn clear(&self) -> usize {
        self.channel().clear()
    }
}

impl<Q: QueueRef + Single, D: Side, R: RawLock> Handle<'_, Q, D, R> {
    /// Returns how many values there was room for at one moment during the call.
    ///
    /// **Guarantees**, **Complexity**: as [`ChannelInner::free_capacity`]. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::<u8>::new();
    /// let sender = channel.closing_sender();
    /// assert_eq!(sender.free_capacity(), 2);
    /// ```
    pub fn free_capacity(&self) -> usize {
        self.channel().free_capacity()
    }
}

impl<T, D: Side, R: RawLock> Handle<'_, Fifo<mpmc::Borrowed<'_, T>>, D, R> {
    /// Returns the number of [spare slots](crate::channel#spare-slots).
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// let (sender, receiver) = ringway::channel::bounded::<u8>(10)?;
    /// assert!(sender.spares() >= 4);
    /// # drop(receiver);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn spares(&self) -> usize {
        self.channel().spares()
    }
}

impl<T, const L: usize, const N: usize, P: Policy<L>, const S: usize, D: Side, R: RawLock>
    Handle<'_, &Priority<T, L, N, P, S, true>, D, R, L>
{
    /// Returns how many values a level had room for at one moment during the call; zero if there is
    /// no level of that number.
    ///
    /// **Guarantees**: lock-free. **Complexity**: no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # use ringway::{priority::{Channel, Strict}, wait::NoLock};
    /// # type Jobs = Channel<u8, 2, 4, Strict, NoLock>;
    /// let jobs = Jobs::new();
    /// assert_eq!(jobs.closing_sender().free_capacity(1), 4);
    /// ```
    pub fn free_capacity(&self, level: usize) -> usize {
        self.channel().queue.free_capacity(level)
    }
}

impl<T> Sender<'_, T> {
    /// Returns the number of free slots. The receiver may add to them at any time.
    ///
    /// **Guarantees**: wait-free; never too large. **Complexity**: two loads. Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (mut sender, _receiver) = channel.split();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(sender.free_capacity(), 7);
    /// ```
    pub fn free_capacity(&self) -> usize {
        self.capacity() - self.len()
    }
}

impl<T> Receiver<'_, T> {
    /// Receives and drops all values that are there now, and wakes the sender. Returns how many.
    ///
    /// **Guarantees**: wait-free, except for what dropping a `T` does.
    /// **Complexity**: that of [`Consumer::clear`], and one fence; one atomic read-modify-write if
    /// the sender waits.
    /// **Panics**: only if dropping a `T` or the waker of the sender does; all are gone in that
    /// case too.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// let (mut sender, mut receiver) = channel.split();
    /// sender.try_send(7).unwrap();
    /// assert_eq!(receiver.clear(), 1);
    /// ```
    pub fn clear(&mut self) -> usize {
        self.with_consumer(Consumer::clear)
    }

    /// Returns the number of free slots. The sender may fill them at any time.
    ///
    /// **Guarantees**: wait-free; never too small. **Complexity**: two loads. Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<u8, 8>::new();
    /// assert_eq!(channel.split().1.free_capacity(), 8);
    /// ```
    pub fn free_capacity(&self) -> usize {
        self.capacity() - self.len()
    }
}
