//! Channels for one sender and one receiver: the SPSC queue with waiting and closing.
//!
//! ```
//! use ringway::channel::spsc::Channel;
//!
//! # pollster::block_on(async {
//! let mut channel = Channel::<_, 4>::new();
//! let (mut sender, mut receiver) = channel.split();
//! sender.send(1).await.unwrap();
//! drop(sender);
//! assert_eq!(receiver.recv().await, Ok(1));
//! assert!(receiver.recv().await.is_err());
//! # });
//! ```
//!
//! Each end waits in a cell of its own, so there is no lock, and `try_send`, `try_recv` and waking
//! are wait-free: either end may be used in an interrupt handler. The guarantees of the
//! [queue](crate::spsc) hold here too, and one more: a sequentially consistent fence follows every
//! value that is sent or received. So if two threads each send on one channel and then look at the
//! other's, at least one of them finds the value. With [`with_producer`](Sender::with_producer) and
//! [`with_consumer`](Receiver::with_consumer) the fence comes when the borrow ends.
//!
//! The ends have no `stats`. A position of this queue starts again after two laps, so that nothing
//! is divided, and does not say how many values went by; a count of them would cost each end a
//! store for each value. A `metrics::Meter` counts where it is wanted.

// The edges C1, W1 and W2 are in `crate::ordering`. A push or pop of the SPSC queue is a plain
// store, so there is a fence between it and the load of the waiter.

mod close;
mod closed_future;
mod future;
mod many;
#[cfg(feature = "futures")]
mod owned;
mod receiver;
mod room;
mod sender;

use super::attempt;
use super::closed::Closed;
use super::shared::Shared;
use crate::spsc::{Consumer, Producer, Queue};
use crate::sync::{Padded, const_fn};
use crate::wait::budget::Budget;
use crate::wait::cell::WaitCell;
use crate::wait::spin::AdaptiveSpin;
use core::fmt;
use core::task::{Context, Poll};

#[cfg(feature = "alloc")]
use {crate::CapacityError, crate::raw::zeroed, alloc::boxed::Box};
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use {crate::spsc::BoxedQueue, crate::sync::Arc};

pub use self::closed_future::ClosedFuture;
pub use self::future::{RecvFuture, SendFuture};
pub use self::many::RecvManyFuture;
#[cfg(feature = "futures")]
pub use self::owned::{OwnedRecv, OwnedSend};
pub use self::receiver::Receiver;
pub use self::room::RoomFuture;
pub use self::sender::Sender;

/// A channel of exactly `N` values for one sender and one receiver, without allocation, `const`,
/// for a `static`.
///
/// **Memory**: that of [`spsc::Queue`](crate::spsc::Queue) and, on a microcontroller, about fifteen
/// words.
pub struct Channel<T, const N: usize> {
    queue: Queue<T, N>,
    /// Apart from the slots: both ends read it, and neither writes it unless one waits.
    signals: Padded<Signals>,
}

/// What the ends share apart from the values.
struct Signals {
    closed: Closed,
    sender: WaitCell,
    receiver: WaitCell,
}

impl Signals {
    const_fn! {
        fn new() -> Self {
            Self { closed: Closed::new(), sender: WaitCell::new(), receiver: WaitCell::new() }
        }
    }
}

impl<T, const N: usize> Channel<T, N> {
    const_fn! {
        /// Creates an empty channel: all zeros, so a `static` is placed in `.bss`.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics. A capacity
        /// of zero does not compile.
        ///
        /// ```
        /// let channel = ringway::channel::spsc::Channel::<u8, 4>::new();
        /// assert!(channel.take().is_some());
        /// ```
        pub fn new() -> Self {
            Self { queue: Queue::new(), signals: Padded::new(Signals::new()) }
        }
    }

    /// Creates an empty channel on the heap, in place: it is never on the stack, which may be
    /// smaller.
    ///
    /// **Guarantees**: allocates, so not for interrupt handlers. **Complexity**: one allocation of
    /// zeros.
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it. Never panics.
    ///
    /// ```
    /// let mut frames = ringway::channel::spsc::Channel::<[u8; 1 << 20], 8>::new_boxed()?; // 8 MiB
    /// let (sender, receiver) = frames.split();
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        let finish = |place: *mut Self| {
            // SAFETY: `boxed_with` passes memory that is valid for writes, so its fields have
            // addresses.
            let queue = unsafe { &raw mut (*place).queue };
            // SAFETY: a part of that memory: valid for writes, and all zeros.
            unsafe { zeroed::make(queue, Queue::new) };
            // SAFETY: as for the queue.
            let signals = unsafe { &raw mut (*place).signals };
            // SAFETY: a part of that memory: valid for writes.
            unsafe { signals.write(Padded::new(Signals::new())) };
        };
        // SAFETY: `finish` initialises both parts.
        unsafe { zeroed::boxed_with(finish) }
    }

    /// Returns both ends of the channel, open even if earlier ends were dropped. Values that are
    /// left are still there.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// let mut channel = ringway::channel::spsc::Channel::<_, 4>::new();
    /// channel.split().0.try_send(1).unwrap(); // both ends are dropped
    /// let (sender, mut receiver) = channel.split();
    /// assert!(!sender.is_closed());
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    pub fn split(&mut self) -> (Sender<'_, T>, Receiver<'_, T>) {
        self.signals = Padded::new(Signals::new());
        ends(self.queue.split(), Shared::Borrowed(&self.signals), Shared::Borrowed(&self.signals))
    }

    /// Returns both ends to the first caller, and `None` to all others: for a `static`.
    ///
    /// **Guarantees** and **Complexity**: as [`Queue::take`]. Never panics.
    ///
    /// ```
    /// use ringway::channel::spsc::Channel;
    ///
    /// static SAMPLES: Channel<u16, 32> = Channel::new();
    ///
    /// let (mut sender, mut receiver) = SAMPLES.take().expect("the first call");
    /// sender.try_send(7).unwrap();
    /// assert_eq!(receiver.try_recv(), Ok(7));
    /// assert!(SAMPLES.take().is_none());
    /// ```
    pub fn take(&self) -> Option<(Sender<'_, T>, Receiver<'_, T>)> {
        let queue = self.queue.take()?;
        Some(ends(queue, Shared::Borrowed(&self.signals), Shared::Borrowed(&self.signals)))
    }
}

impl<T, const N: usize> Default for Channel<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Creates a channel on the heap with a capacity chosen at run time, and returns two ends that own
/// it together.
///
/// **Guarantees**: FIFO; allocates, so not for interrupt handlers. **Complexity**: three
/// allocations.
/// **Errors**: [`CapacityError`] if the capacity is zero or too large. Never panics.
///
/// ```
/// let (mut sender, mut receiver) = ringway::channel::spsc::bounded(1000)?;
/// sender.try_send("hello").unwrap();
/// drop(sender);
/// assert_eq!(receiver.try_recv(), Ok("hello"));
/// # Ok::<(), ringway::CapacityError>(())
/// ```
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub fn bounded<'a, T: 'a>(capacity: usize) -> Result<(Sender<'a, T>, Receiver<'a, T>), CapacityError> {
    let signals = Arc::new(Signals::new());
    let queue = BoxedQueue::new(capacity)?.into_split();
    Ok(ends(queue, Shared::Owned(signals.clone()), Shared::Owned(signals)))
}

fn ends<'a, T>(
    (producer, consumer): (Producer<'a, T>, Consumer<'a, T>),
    for_sender: Shared<'a, Signals>,
    for_receiver: Shared<'a, Signals>,
) -> (Sender<'a, T>, Receiver<'a, T>) {
    (Sender::new(producer, for_sender), Receiver::new(consumer, for_receiver))
}

/// How an end waits.
#[derive(Default)]
struct Pace {
    spin: AdaptiveSpin,
    budget: Budget,
    /// Whether the task was asked to yield before the last attempt.
    has_yielded: bool,
}

impl Pace {
    /// Returns `false` if the task must yield first. In that case it has been woken.
    #[cfg(feature = "futures")]
    #[inline]
    fn may_attempt(&mut self, context: &Context<'_>) -> bool {
        self.budget.admits(&mut self.has_yielded, context)
    }

    /// Charges the values that an operation moved beyond the first.
    fn charge(&self, values: usize) {
        self.budget.charge(values);
    }

    /// See [`attempt::poll_in_cell`].
    ///
    /// # Safety
    /// The caller is the only waiter at that cell.
    #[inline]
    unsafe fn poll_in_cell<O>(
        &mut self,
        cell: &WaitCell,
        context: &Context<'_>,
        attempt: impl FnMut() -> Option<O>,
    ) -> Poll<O> {
        let Self { spin, budget, has_yielded } = self;
        // SAFETY: as the caller promises.
        unsafe { attempt::poll_in_cell(cell, budget, has_yielded, Some(spin), context, attempt) }
    }
}

/// An end while other code runs, and what is done with it afterwards, also if that code panics.
struct CallOnDrop<'e, E>(&'e mut E, fn(&mut E));

impl<E> Drop for CallOnDrop<'_, E> {
    fn drop(&mut self) {
        self.1(self.0);
    }
}

impl<T, const N: usize> fmt::Debug for Channel<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("queue", &self.queue)
            .field("is_closed", &self.signals.closed.get())
            .finish()
    }
}
