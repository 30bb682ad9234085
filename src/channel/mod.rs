//! Channels: the MPMC queue with waiting and closing, for tasks, threads and interrupt handlers at once.
//!
//! A [`Channel`] is a queue of exactly `N` values. Who finds it full or empty may wait: a task with
//! [`send`](ChannelInner::send) and [`recv`](ChannelInner::recv) on any executor, a thread with `send_blocking` and
//! `recv_blocking` (feature `std`). Whoever must not wait uses [`try_send`](ChannelInner::try_send) and
//! [`try_recv`](ChannelInner::try_recv), which are as lock-free as the queue below. All may be mixed on one channel.
//!
//! ```
//! use ringway::channel::{Channel, RecvError, TrySendError};
//!
//! # type Channel2<T> = Channel<T, 2, ringway::wait::NoLock>;
//! # pollster::block_on(async {
//! let jobs = Channel2::new(); // `static JOBS: Channel<&str, 2> = Channel::new();` with feature `std`
//! jobs.send("one").await.unwrap();
//! jobs.try_send("two").unwrap();
//! assert_eq!(jobs.try_send("three"), Err(TrySendError::Full("three")));
//! jobs.close();
//! assert_eq!(jobs.recv().await, Ok("one"));
//! assert_eq!(jobs.recv().await, Ok("two"));
//! assert_eq!(jobs.recv().await, Err(RecvError));
//! # });
//! ```
//!
//! # Guarantees
//!
//! * **`try_send`, `force_send`, `try_recv` never wait** for another operation on the queue, in whatever state that
//!   stands still. If somebody sleeps at the channel, they wake one, under the lock of the wait list: see
//!   [`RawLock`] for which lock fits where.
//! * **No lost wake-up.** A waiter is on the list before it tries for the last time, and Empty and Full are exact.
//! * **Waiters are woken in the order in which they came.** A caller that does not wait may be served before them;
//!   a waiter that was woken in vain goes to the front again.
//! * **Exact**: `len`, `is_empty`, `is_full`, `stats` and `is_closed` are, for several channels together too: if two
//!   threads each send on, receive from or close a channel of their own and then look at the other's, at least one of
//!   them sees what the other did.
//! * **Cancel-safe.** A future may be dropped at any point: a receiver then took nothing, a sender gives its value
//!   back ([`Send::into_inner`]) or drops it, and a wake-up that it did not use goes to the next.
//! * **Closing is exact.** What was accepted is received, also if it was sent while the channel was closed, and nothing
//!   is accepted after a receiver was told that the channel is closed.
//! * **A waker may do what it likes**, with this channel too: it runs outside every lock.
//! * **No allocation**: the waiters' nodes lie in their futures.
//!
//! # Spare slots
//!
//! As for [`mpmc`](crate::mpmc#guarantees): while `S` covers what others hold in mid-flight, Full is exact. Beyond that
//! a waiting sender asks again and again, instead of sleeping, until a slot is free.
//!
//! # Edges
//!
//! | edge | from | to | what it protects | mutants |
//! |------|------|----|------------------|---------|
//! | C1 close | close: swap of the flag, Release | everybody: load of the flag, Acquire | who sees the flag sees what its setter did | `C1-close`, `C1-closed` |
//! | C2 last | an end goes: subtraction, Release | the last of its side: subtraction, Acquire | who sees the flag that the last one set sees what the others did | `C2-gone`, `C2-last` |
//!
//! That closing wakes everybody is W1 of [`wait`](crate::wait#edges); the swap is the change that comes before the
//! look (`C1-wake`).

#[cfg(feature = "std")]
mod blocking;
mod error;
pub(crate) mod flag;
mod grant;
mod handle;
pub mod oneshot;
pub(crate) mod ordered;
mod recv;
mod send;
pub mod spsc;
mod storage;
#[cfg(feature = "futures")]
mod stream;

use crate::raw::ring::Algorithm;
use crate::sync::const_fn;
use crate::wait::{DefaultLock, RawLock};
use core::fmt;
use core::marker::PhantomData;

pub use self::error::{RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError};
pub use self::grant::{FilledGrant, Grant};
#[cfg(all(
    feature = "alloc",
    target_has_atomic = "ptr",
    any(feature = "critical-section", feature = "std")
))]
pub use self::handle::bounded;
pub use self::handle::{Receiver, Sender};
pub use self::ordered::Ordered;
pub use self::recv::{Recv, RecvMany};
pub use self::send::Send;
#[cfg(feature = "alloc")]
pub use self::storage::Boxed;
pub use self::storage::{Borrowed, Inline, Storage};
#[cfg(feature = "futures")]
pub use self::stream::{RecvStream, SendSink};
pub use crate::mpmc::Stats;

#[cfg(feature = "alloc")]
use crate::CapacityError;

/// A channel of exactly `N` values with `S` spare slots, without allocation, `const`, for a `static`.
///
/// **Memory**: that of [`mpmc::Queue`](crate::mpmc::Queue) and, on a microcontroller, about ten words.
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
    ChannelInner<T, Inline<T, N, R, S>>;

/// A channel on the heap with a capacity chosen at run time.
///
/// ```
/// # #[cfg(feature = "std")] {
/// let channel: ringway::channel::BoxedChannel<_> = ringway::channel::BoxedChannel::new(1000).unwrap();
/// channel.try_send("hello").unwrap();
/// assert_eq!(channel.capacity(), 1000);
/// # }
/// ```
#[cfg(feature = "alloc")]
pub type BoxedChannel<T, R = DefaultLock> = ChannelInner<T, Boxed<T, R>>;

/// A borrowed channel, without its capacity in the type.
pub type View<'a, T, R = DefaultLock> = ChannelInner<T, Borrowed<'a, T, R>>;

/// What [`Channel`], [`BoxedChannel`](crate::channel#types) and [`View`] have in common: all methods.
pub struct ChannelInner<T, St> {
    storage: St,
    values: PhantomData<fn(T) -> T>,
}

impl<T, const N: usize, R: RawLock, const S: usize> Channel<T, N, R, S> {
    const_fn! {
        /// An empty channel. All zeros but for the lock, so a `static` lies in `.bss` if the lock does.
        pub fn new() -> Self {
            Self { storage: Inline::new(), values: PhantomData }
        }
    }
}

impl<T, const N: usize, R: RawLock, const S: usize> Default for Channel<T, N, R, S> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "alloc")]
impl<T, R: RawLock> BoxedChannel<T, R> {
    /// An empty channel of exactly `capacity` values, with four spare slots.
    ///
    /// **Errors**: [`CapacityError`] if the capacity is zero or more than there can be. Never panics.
    pub fn new(capacity: usize) -> Result<Self, CapacityError> {
        Self::with_spares(capacity, 4)
    }

    /// An empty channel of exactly `capacity` values, with `spares` [spare slots](self#spare-slots).
    ///
    /// **Errors**: as [`new`](Self::new). Never panics.
    pub fn with_spares(capacity: usize, spares: usize) -> Result<Self, CapacityError> {
        Ok(Self { storage: Boxed::new(capacity, spares)?, values: PhantomData })
    }
}

impl<T, St: Storage<T>> ChannelInner<T, St> {
    /// Closes the channel: nothing more is accepted, what is there can still be received, and everybody who waits
    /// is told. Says whether this call was the first to do so.
    ///
    /// **Guarantees**: no value that was accepted is lost. Wakes each waiter under the lock of its list, one at a
    /// time. **Complexity**: one atomic read-modify-write, and the waiters. Never panics by itself.
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
        self.storage.waiters().close()
    }

    /// Whether somebody closed the channel. There may still be values to receive.
    ///
    /// **Guarantees**: wait-free; once true it stays true. **Complexity**: one load. Never panics.
    #[inline]
    pub fn is_closed(&self) -> bool {
        self.storage.waiters().is_closed()
    }

    /// The number of values at one moment during the call: see [`mpmc`](crate::mpmc::QueueInner::len).
    ///
    /// **Guarantees**: lock-free. **Complexity**: no atomic read-modify-write. Never panics.
    pub fn len(&self) -> usize {
        self.storage.ring().len()
    }

    /// Whether there was no value at one moment during the call. If so, it stays so until somebody sends.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all `capacity` places were taken at one moment during the call. If so, it stays so until somebody
    /// receives.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// How many values the channel holds when it is full: exactly what was asked for.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.storage.ring().capacity()
    }

    /// How much went through, read from the positions, so that counting costs the channel nothing.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    pub fn stats(&self) -> Stats {
        Stats::of(self.storage.ring())
    }

    #[inline]
    fn by_ref(&self) -> ChannelInner<T, &St> {
        ChannelInner { storage: &self.storage, values: PhantomData }
    }

    /// The same channel, borrowed, without its capacity in the type.
    #[inline]
    pub fn view(&self) -> View<'_, T, St::Lock> {
        let storage = Borrowed {
            ring: crate::mpmc::Borrowed(self.storage.ring().borrow()),
            waiters: self.storage.waiters(),
        };
        View { storage, values: PhantomData }
    }
}

impl<T, St: Copy> Clone for ChannelInner<T, St> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, St: Copy> Copy for ChannelInner<T, St> {}

impl<T, St: Storage<T>> fmt::Debug for ChannelInner<T, St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<T, St: Storage<T>> defmt::Format for ChannelInner<T, St> {
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
