//! The flavor that is last in, first out: see [`crate::stack`].

use super::core::{ChannelInner, OwnedWaiters};
use super::handle::{Handle, Receiving, Sending, WeakHandle};
use super::queue::{Queue, Sealed};
use super::{SendError, TrySendError};
use crate::raw::stack;
use crate::raw::zeroed::Zeroed;
use crate::sync::const_fn;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use super::handle::owned_ends;
#[cfg(feature = "alloc")]
use {super::core::boxed, crate::CapacityError, crate::raw::zeroed, alloc::boxed::Box};

/// A [`Stack`](crate::stack::Stack) with waiting and closing: for tasks, threads and interrupt
/// handlers at once.
///
/// What [`channel`](crate::channel#guarantees) promises of waiting and closing holds here too.
///
/// ```
/// # type Buffers<T> = ringway::stack::Channel<T, 4, ringway::wait::NoLock>;
/// # pollster::block_on(async {
/// // With feature `std`: `static BUFFERS: Channel<Buffer, 4> = Channel::new();`
/// let buffers = Buffers::new();
/// buffers.send("cold").await.unwrap();
/// buffers.send("warm").await.unwrap();
/// assert_eq!(buffers.recv().await, Ok("warm"));
/// # });
/// ```
pub type Channel<T, const N: usize, R = DefaultLock, const S: usize = 4> =
    ChannelInner<Lifo<T, N, S>, OwnedWaiters<R>>;

/// The queue of a [`Channel`]: last in, first out.
pub struct Lifo<T, const N: usize, const S: usize>(stack::Stack<T, usize, N, S, true>);

// SAFETY: the slots may be zeros.
unsafe impl<T, const N: usize, const S: usize> Zeroed for Lifo<T, N, S> {
    const IS_SOUND: () = stack::Stack::<T, usize, N, S, true>::IS_SOUND;
}

impl<T, const N: usize, const S: usize> Sealed for Lifo<T, N, S> {}

impl<T, const N: usize, const S: usize> Queue for Lifo<T, N, S> {
    type Value = T;
    type Item = T;
    type Level = ();
    type TrySendError = TrySendError<T>;
    type SendError = SendError<T>;

    #[inline]
    fn push(&self, (): (), value: T, _: usize) -> Result<(), TrySendError<T>> {
        self.0.push(value).map_err(TrySendError::Full)
    }

    #[inline]
    fn pop(&self) -> Option<T> {
        self.0.pop()
    }

    fn discard(&self) -> bool {
        self.0.pop().is_some()
    }

    #[inline]
    fn level(_: &T) {}

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.len() == 0
    }

    fn len_of(&self, (): ()) -> usize {
        self.0.len()
    }

    fn capacity(&self) -> usize {
        N
    }

    fn close_if_empty(&self) -> bool {
        self.0.close_if_empty()
    }
}

impl<T, const N: usize, R: RawLock, const S: usize> Channel<T, N, R, S> {
    const_fn! {
        /// Creates an empty channel.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics. A capacity
        /// of zero does not compile.
        ///
        /// ```
        /// use ringway::{stack::Channel, wait::NoLock};
        ///
        /// let buffers = Channel::<u8, 4, NoLock>::new();
        /// assert!(buffers.is_empty());
        /// ```
        pub fn new() -> Self {
            Self { queue: Lifo(stack::Stack::new()), waiters: OwnedWaiters::new() }
        }
    }
}

#[cfg(feature = "alloc")]
impl<T, const N: usize, R: RawLock, const S: usize> Channel<T, N, R, S> {
    /// Creates an empty channel on the heap, in place: it is never on the stack of the thread,
    /// which may be smaller.
    ///
    /// **Guarantees**: allocates, so not for interrupt handlers. **Complexity**: one allocation of
    /// zeros.
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it. Never panics.
    ///
    /// ```
    /// use ringway::{stack::Channel, wait::NoLock};
    ///
    /// let buffers = Channel::<[u8; 1 << 20], 8, NoLock>::new_boxed()?; // 12 MiB
    /// assert!(buffers.is_empty());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        // SAFETY: `boxed` passes zeroed memory that is valid for writes.
        let make = |queue| unsafe { zeroed::make(queue, || Lifo(stack::Stack::new())) };
        // SAFETY: `zeroed::make` initialises the queue.
        unsafe { boxed(make) }
    }
}

impl<T, const N: usize, R: RawLock, const S: usize> Default for Channel<T, N, R, S> {
    fn default() -> Self {
        Self::new()
    }
}

/// An end of a [`Channel`] to send with. The channel closes when its last sender is dropped.
pub type Sender<'a, T, const N: usize, R = DefaultLock, const S: usize = 4> =
    Handle<'a, &'a Lifo<T, N, S>, Sending, R>;

/// An end of a [`Channel`] to receive with. The channel closes when its last receiver is dropped.
/// If the handles own the channel, that also drops the values that are left.
pub type Receiver<'a, T, const N: usize, R = DefaultLock, const S: usize = 4> =
    Handle<'a, &'a Lifo<T, N, S>, Receiving, R>;

/// A [`Sender`] that does not keep the channel open: see [`WeakHandle`].
pub type WeakSender<'a, T, const N: usize, R = DefaultLock, const S: usize = 4> =
    WeakHandle<'a, &'a Lifo<T, N, S>, Sending, R>;

/// A [`Receiver`] that does not keep the channel open: see [`WeakHandle`].
pub type WeakReceiver<'a, T, const N: usize, R = DefaultLock, const S: usize = 4> =
    WeakHandle<'a, &'a Lifo<T, N, S>, Receiving, R>;

impl<T, const N: usize, R: RawLock, const S: usize> Channel<T, N, R, S> {
    /// Returns an end to send with that **closes the channel when it is dropped**, if it is the
    /// last sender.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// use ringway::{stack::Channel, wait::NoLock};
    ///
    /// let buffers = Channel::<_, 4, NoLock>::new();
    /// let (sender, receiver) = (buffers.closing_sender(), buffers.closing_receiver());
    /// sender.try_send(1).unwrap();
    /// drop(sender);
    /// assert!(receiver.is_closed());
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    #[must_use = "dropping the last sender closes the channel"]
    pub fn closing_sender(&self) -> Sender<'_, T, N, R, S> {
        self.end()
    }

    /// Returns an end to receive with that **closes the channel when it is dropped**, if it is the
    /// last receiver.
    ///
    /// **Guarantees**: wait-free. **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// use ringway::{stack::Channel, wait::NoLock};
    ///
    /// let buffers = Channel::<u8, 4, NoLock>::new();
    /// let (sender, receiver) = (buffers.closing_sender(), buffers.closing_receiver());
    /// drop(receiver);
    /// assert!(sender.is_closed());
    /// ```
    #[must_use = "dropping the last receiver closes the channel"]
    pub fn closing_receiver(&self) -> Receiver<'_, T, N, R, S> {
        self.end()
    }

    /// Returns two ends that own the channel together. `clone` makes more of them.
    ///
    /// **Guarantees**: the last handle frees the channel. **Complexity**: one allocation. Never
    /// panics.
    /// **Memory**: moves the channel, with its slots, to the heap, over the stack.
    ///
    /// ```
    /// use ringway::{stack::Channel, wait::NoLock};
    ///
    /// let (sender, receiver) = Channel::<_, 4, NoLock>::new().into_split();
    /// sender.try_send(1).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub fn into_split<'a>(self) -> (Sender<'a, T, N, R, S>, Receiver<'a, T, N, R, S>)
    where
        T: 'a,
        R: 'a,
    {
        owned_ends(self)
    }
}

impl<T, const N: usize, const S: usize> fmt::Debug for Lifo<T, N, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lifo")
    }
}
