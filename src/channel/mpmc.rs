//! The flavor for many senders and many receivers, first in, first out.

use super::core::{ChannelInner, OwnedWaiters, Waiters};
use super::error::{SendError, TrySendError};
use super::queue::{Queue, QueueRef, Sealed};
use crate::mpmc::{self, Stats, Storage};
use crate::raw::mpmc::{Parts, Ring};
use crate::raw::zeroed::Zeroed;
use crate::sync::const_fn;
use crate::wait::{DefaultLock, RawLock};
use core::ops::Deref;

#[cfg(feature = "alloc")]
use {super::core::boxed, crate::CapacityError, crate::raw::zeroed, alloc::boxed::Box};

/// A channel of exactly `N` values with `S` spare slots, without allocation, `const`, for a
/// `static`.
///
/// **Memory**: that of [`mpmc::Queue`](crate::mpmc::Queue) and, on a microcontroller, about fifteen
/// words.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use ringway::channel::Channel;
///
/// static EVENTS: Channel<u32, 8> = Channel::new();
///
/// std::thread::spawn(|| EVENTS.send_blocking(7));
/// assert_eq!(EVENTS.recv_blocking(), Ok(7));
/// # }
/// ```
pub type Channel<T, const N: usize, R = DefaultLock, const S: usize = 4> =
    ChannelInner<Fifo<mpmc::Inline<T, N, S, true>>, OwnedWaiters<R>>;

/// A channel on the heap with a capacity chosen at run time.
///
/// ```
/// # #[cfg(feature = "std")] {
/// use ringway::channel::BoxedChannel;
///
/// let channel: BoxedChannel<_> = BoxedChannel::new(1000).unwrap();
/// channel.try_send("hello").unwrap();
/// assert_eq!(channel.capacity(), 1000);
/// # }
/// ```
#[cfg(feature = "alloc")]
pub type BoxedChannel<T, R = DefaultLock> = ChannelInner<Fifo<mpmc::Boxed<T>>, OwnedWaiters<R>>;

/// A borrowed channel, without its capacity in the type.
///
/// ```
/// use ringway::channel::{Channel, View};
/// use ringway::wait::NoLock;
///
/// fn report(errors: View<'_, u8, NoLock>, code: u8) -> bool {
///     errors.try_send(code).is_ok()
/// }
///
/// let (small, large) = (Channel::<u8, 1, NoLock>::new(), Channel::<u8, 64, NoLock>::new());
/// assert!(report(small.view(), 7) && report(large.view(), 7));
/// ```
pub type View<'a, T, R = DefaultLock> = ChannelInner<Fifo<mpmc::Borrowed<'a, T>>, &'a Waiters<R>>;

/// The queue of a channel: first in, first out, in the memory `St`.
#[derive(Clone, Copy)]
pub struct Fifo<St>(St);

// SAFETY: what is inside may be zeros.
unsafe impl<St: Zeroed> Zeroed for Fifo<St> {
    const IS_SOUND: () = St::IS_SOUND;
}

impl<St: Storage> Fifo<St> {
    #[inline]
    pub(super) fn ring(&self) -> Ring<&St> {
        Ring(&self.0)
    }
}

impl<St: Storage> Sealed for Fifo<St> {}

impl<St: Storage> Queue for Fifo<St> {
    type Value = St::Value;
    type Item = St::Value;
    type Level = ();
    type TrySendError = TrySendError<St::Value>;
    type SendError = SendError<St::Value>;

    #[inline]
    fn push(&self, (): (), value: St::Value, retries: usize) -> Result<(), TrySendError<St::Value>> {
        self.ring().push(value, retries).map_err(TrySendError::Full)
    }

    #[inline]
    fn pop(&self) -> Option<St::Value> {
        self.ring().pop()
    }

    fn discard(&self) -> bool {
        self.ring().pop_slot().is_some()
    }

    #[inline]
    fn level(_: &St::Value) {}

    #[inline]
    fn len(&self) -> usize {
        self.ring().len()
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.ring().len() == 0
    }

    #[inline]
    fn len_of(&self, (): ()) -> usize {
        self.ring().len()
    }

    #[inline]
    fn capacity(&self) -> usize {
        self.ring().capacity()
    }

    #[inline]
    fn close_if_empty(&self) -> bool {
        self.ring().close_if_empty()
    }
}

#[cfg(feature = "alloc")]
impl<T> QueueRef for Fifo<mpmc::Borrowed<'_, T>> {
    type Owner = Fifo<mpmc::Boxed<T>>;

    #[inline]
    unsafe fn of(owner: *const Self::Owner) -> Self {
        // SAFETY: as the caller promises.
        let owner = unsafe { &*owner };
        Fifo(mpmc::Borrowed(Parts::of(&owner.0)))
    }
}

#[cfg(not(feature = "alloc"))]
impl<T> QueueRef for Fifo<mpmc::Borrowed<'_, T>> {
    type Owner = Self;

    #[inline]
    unsafe fn of(owner: *const Self) -> Self {
        // SAFETY: as the caller promises.
        unsafe { *owner }
    }
}

impl<T, const N: usize, R: RawLock, const S: usize> Channel<T, N, R, S> {
    const_fn! {
        /// Creates an empty channel: all zeros but for the lock, so a `static` is placed in `.bss`
        /// if the lock is all zeros too.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics. A capacity
        /// of zero does not compile.
        ///
        /// ```
        /// use ringway::{channel::Channel, wait::NoLock};
        ///
        /// let channel = Channel::<u8, 4, NoLock>::new();
        /// assert!(channel.is_empty());
        /// ```
        pub fn new() -> Self {
            Self { queue: Fifo(mpmc::Inline::new()), waiters: OwnedWaiters::new() }
        }
    }
}

#[cfg(feature = "alloc")]
impl<T, const N: usize, R: RawLock, const S: usize> Channel<T, N, R, S> {
    /// Creates an empty channel on the heap, in place: it is never on the stack, which may be
    /// smaller.
    ///
    /// **Guarantees**: allocates, so not for interrupt handlers. **Complexity**: one allocation of
    /// zeros.
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it. Never panics.
    ///
    /// ```
    /// use ringway::{channel::Channel, wait::NoLock};
    ///
    /// let frames = Channel::<[u8; 1 << 20], 8, NoLock>::new_boxed()?; // 12 MiB
    /// assert!(frames.is_empty());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        // SAFETY: `boxed` passes zeroed memory that is valid for writes.
        let make = |queue| unsafe { zeroed::make(queue, || Fifo(mpmc::Inline::new())) };
        // SAFETY: `zeroed::make` initialises the queue.
        unsafe { boxed(make) }
    }
}

impl<T, const N: usize, R: RawLock, const S: usize> Default for Channel<T, N, R, S> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "alloc")]
impl<T, R: RawLock> BoxedChannel<T, R> {
    /// Creates an empty channel of exactly `capacity` values, with spare slots for all threads that
    /// the machine can run at once: as many as [`mpmc::BoxedQueue::new`] chooses.
    ///
    /// **Guarantees**: allocates, so not for interrupt handlers. **Complexity**: one allocation of
    /// zeros. The first call in a program asks the operating system for the number of threads.
    /// **Errors**: [`CapacityError`] if the capacity is zero or too large. Never panics.
    ///
    /// ```
    /// use ringway::{channel::BoxedChannel, wait::NoLock};
    ///
    /// let channel = BoxedChannel::<u8, NoLock>::new(1000)?;
    /// assert_eq!(channel.capacity(), 1000);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn new(capacity: usize) -> Result<Self, CapacityError> {
        Ok(Self { queue: Fifo(mpmc::Boxed::fitting(capacity, true)?), waiters: OwnedWaiters::new() })
    }

    /// Creates an empty channel of exactly `capacity` values, with `spares`
    /// [spare slots](super#spare-slots).
    ///
    /// **Guarantees**, **Complexity**, **Errors**: as [`new`](Self::new). Never panics.
    ///
    /// ```
    /// use ringway::{channel::BoxedChannel, wait::NoLock};
    ///
    /// let channel = BoxedChannel::<u8, NoLock>::with_spares(1000, 16)?;
    /// assert_eq!(channel.capacity(), 1000);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn with_spares(capacity: usize, spares: usize) -> Result<Self, CapacityError> {
        Ok(Self { queue: Fifo(mpmc::Boxed::new(capacity, spares, true)?), waiters: OwnedWaiters::new() })
    }
}

impl<St: Storage, W: Deref<Target = Waiters<R>>, R: RawLock> ChannelInner<Fifo<St>, W> {
    /// Sends a value. If the channel is full, receives the oldest one to make room, and returns it.
    ///
    /// **Guarantees** and **Complexity**: as [`try_send`](Self::try_send), with at most three
    /// more read-modify-writes for each displaced value. If several values are displaced, because
    /// other senders use the room that was made, all but the last are dropped, and waiting senders
    /// are notified of the room beyond what this call needed. If in-flight operations and guards
    /// hold every slot, the value itself is returned, and what was received is dropped.
    /// **Errors**: [`SendError`] gives the value back if the channel is closed. What was received
    /// before is dropped.
    /// Never panics, unless dropping a `T` or a waker does.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let latest = Channel::new();
    /// assert_eq!(latest.force_send(1), Ok(None));
    /// assert_eq!(latest.force_send(2), Ok(None));
    /// assert_eq!(latest.force_send(3), Ok(Some(1)));
    /// ```
    pub fn force_send(&self, mut value: St::Value) -> Result<Option<St::Value>, SendError<St::Value>> {
        let mut room = NotifyOnDrop { channel: self.by_ref(), count: 0 };
        let mut displaced = None;
        loop {
            match self.try_send_after((), value, 0) {
                Ok(()) => {
                    room.count = room.count.saturating_sub(1);
                    return Ok(displaced);
                }
                Err(TrySendError::Full(rejected)) => value = rejected,
                Err(error) => return Err(SendError(error.into_inner())),
            }
            match self.queue.ring().pop() {
                Some(oldest) => {
                    room.count += 1;
                    displaced = Some(oldest);
                }
                None if self.is_out_of_slots() => return Ok(Some(value)),
                None => {}
            }
        }
    }

    /// Returns `true` if even a queue that is not full has no slot to write to.
    fn is_out_of_slots(&self) -> bool {
        self.queue.ring().reserve().is_none()
    }

    /// Returns how much went through the channel, read from its positions, so that counting costs
    /// nothing.
    ///
    /// **Guarantees**: all of it is of one moment during the call; lock-free; may be called in an
    /// interrupt handler.
    /// **Complexity**: no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// channel.try_send(1).unwrap();
    /// assert_eq!((channel.stats().pushed, channel.stats().popped), (1, 0));
    /// ```
    pub fn stats(&self) -> Stats {
        Stats::of(self.queue.ring())
    }

    /// Returns the same channel, borrowed, without its capacity in the type.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # type Channel<T> = ringway::channel::Channel<T, 2, ringway::wait::NoLock>;
    /// let channel = Channel::new();
    /// channel.view().try_send(1).unwrap();
    /// assert_eq!(channel.try_recv(), Ok(1));
    /// ```
    #[inline]
    pub fn view(&self) -> View<'_, St::Value, R> {
        View { queue: Fifo(mpmc::Borrowed(Parts::of(&self.queue.0))), waiters: &self.waiters }
    }
}

impl<'a, T, R: RawLock> View<'a, T, R> {
    /// For a grant, which outlives this view.
    pub(super) fn reserve_slot(&self) -> Option<mpmc::Grant<'a, T>> {
        Ring(self.queue.0.0).reserve().map(mpmc::Grant)
    }
}

/// Room that a call made in a channel. Waiting senders are notified of the room that it did not
/// use, also if it panics.
struct NotifyOnDrop<'a, Q: Queue, R: RawLock> {
    channel: super::core::Ref<'a, Q, R, 1>,
    count: usize,
}

impl<Q: Queue, R: RawLock> Drop for NotifyOnDrop<'_, Q, R> {
    fn drop(&mut self) {
        if self.count > 0 {
            self.channel.waiters.senders(()).notify(self.count);
        }
    }
}

impl<St> core::fmt::Debug for Fifo<St> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Fifo")
    }
}
