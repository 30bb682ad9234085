//! Bounded queues for one producer and one consumer: wait-free, without compare-and-swap.
//!
//! # Guarantees
//!
//! * **Wait-free.** Every operation is a bounded number of steps, whatever the other end does, so
//!   either end may be used in an interrupt handler. Push and pop need no read-modify-write, so
//!   every core can run them.
//! * **First in, first out.** A push is seen by every pop that happens after it, and a free slot by
//!   every push that happens after the pop that freed it: to that extent Empty and Full are exact.
//! * **Any `T: Send`**, any capacity from 1, exactly that capacity, no allocation in [`Queue`].
//! * **No wrap-around**: positions stay within two laps and never outgrow a word.
//!
//! # What happened before
//!
//! A push and a pop are plain stores, which a processor may delay until after the loads that
//! follow. So *after* has the meaning that the language gives it: in the same thread or interrupt
//! handler, or after an operation that orders two threads, such as a join, a lock, a channel, or
//! an atomic flag with Release and Acquire. Without that, a completed push may be missed:
//!
//! * Two threads each push to one queue and then pop from the other's: both may find nothing.
//!   Likewise, two threads that each pop from a full queue may both find the other's still full.
//! * In a queue that holds a value, the consumer may pop it and then find the queue empty, while
//!   the producer pushes and then finds it full.
//!
//! [`mpmc`](crate::mpmc) excludes both. Where they matter, put a sequentially consistent fence
//! between the two operations, in both threads:
//!
//! ```
//! use core::sync::atomic::{Ordering, fence};
//! use ringway::spsc::{Consumer, Producer, Queue};
//!
//! /// Of two threads that call this at the same time, each with the other ends, at least one
//! /// finds a value.
//! fn exchange(to: &mut Producer<'_, u8>, from: &mut Consumer<'_, u8>, value: u8) -> Option<u8> {
//!     to.push(value).ok()?;
//!     fence(Ordering::SeqCst);
//!     from.pop()
//! }
//!
//! let (mut first, mut second) = (Queue::<_, 1>::new(), Queue::<_, 1>::new());
//! let ((mut to, _), (_, mut from)) = (first.split(), second.split());
//! assert_eq!(exchange(&mut to, &mut from, 7), None);
//! ```
//!
//! `channel::spsc` has that fence after every value that is sent or received.
//!
//! # Large values
//!
//! `push` and `pop` move the value over the stack of the caller. Not to move it at all, fill the
//! slots of a [`write_chunk`](Producer::write_chunk) through
//! [`as_mut_slices`](WriteChunk::as_mut_slices) (`write` moves it once), and read it with
//! [`peek`](Consumer::peek) or [`read_chunk`](Consumer::read_chunk); [`skip`](Consumer::skip) and
//! [`commit`](ReadChunk::commit) drop values in place. Neither a `static`, nor `BoxedQueue`, nor
//! `Queue::new_boxed` (feature `alloc`) is ever on the stack; [`Queue::new`] is, and
//! `Box::new(Queue::new())` with it.
//!
//! # From a `static`
//!
//! ```
//! use ringway::spsc::Queue;
//!
//! static SAMPLES: Queue<u16, 32> = Queue::new();
//!
//! let (mut producer, mut consumer) = SAMPLES.take().expect("the first call");
//! producer.push(7).unwrap();
//! assert_eq!(consumer.pop(), Some(7));
//! assert!(SAMPLES.take().is_none());
//! ```

mod abandoned;
#[cfg(feature = "alloc")]
mod boxed;
mod collect;
mod consumer;
#[cfg(feature = "embedded-io-07")]
mod io;
mod iter;
mod producer;
mod read_chunk;
mod retain;
#[cfg(feature = "std")]
mod std_io;
mod text;
mod write_chunk;

use crate::raw::spsc::{Block, ConsumerEnd, Geometry, ProducerEnd, Ring, drop_all};
use crate::raw::value::ValueCell;
use crate::raw::zeroed::{Row, Zeroed};
use crate::sync::const_fn;
use core::fmt;

pub use self::consumer::Consumer;
#[cfg(feature = "embedded-io-07")]
pub use self::io::IoError;
pub use self::iter::{Drain, Iter, IterMut};
pub use self::producer::Producer;
pub use self::read_chunk::ReadChunk;
pub use self::write_chunk::WriteChunk;

#[cfg(feature = "alloc")]
pub use self::boxed::BoxedQueue;
#[cfg(feature = "alloc")]
use {
    crate::{CapacityError, raw::zeroed},
    alloc::boxed::Box,
};

/// A queue of exactly `N` values, without allocation, for a `static`: [`new`](Self::new) is
/// `const`.
///
/// **Memory**: `N` times a `T`, and two cache lines (four words on a microcontroller).
///
/// ```
/// let mut queue = ringway::spsc::Queue::<_, 2>::new();
/// let (mut producer, mut consumer) = queue.split();
/// producer.push("a").unwrap();
/// producer.push("b").unwrap();
/// assert!(producer.push("c").is_err());
/// assert_eq!(consumer.pop(), Some("a"));
/// ```
///
/// A capacity of zero does not compile:
///
/// ```compile_fail
/// let queue = ringway::spsc::Queue::<u32, 0>::new();
/// ```
pub struct Queue<T, const N: usize> {
    block: Block<Row<ValueCell<T>, N>>,
}

// SAFETY: a block of a row may be zeros.
unsafe impl<T, const N: usize> Zeroed for Queue<T, N> {
    const IS_SOUND: () = {
        assert!(N >= 1, "a queue holds at least one value: its capacity N must not be zero");
        assert!(<Geometry>::fits(N), "N is too large: a word cannot count its positions");
    };
}

impl<T, const N: usize> Queue<T, N> {
    const_fn! {
        /// Creates an empty queue: all zeros, so a `static` is placed in `.bss`.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// static QUEUE: ringway::spsc::Queue<u8, 64> = ringway::spsc::Queue::new();
        /// assert_eq!(QUEUE.capacity(), 64);
        /// ```
        pub fn new() -> Self {
            let () = Self::IS_SOUND;
            Self { block: Block::new() }
        }
    }

    /// Creates an empty queue on the heap, in place: it is never on the stack, which may be smaller
    /// than the queue.
    ///
    /// **Guarantees**: those of the allocator.
    /// **Complexity**: one allocation of zeros, and no atomic operation. As its alignment is that
    /// of cache lines, most allocators write the zeros; those of a [`BoxedQueue`] they do not.
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it.
    /// Never panics.
    ///
    /// ```
    /// use ringway::{CapacityError, spsc::Queue};
    ///
    /// let mut frames = Queue::<[u8; 1 << 20], 8>::new_boxed()?;
    /// let (mut producer, mut consumer) = frames.split();
    /// # Ok::<(), CapacityError>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        zeroed::boxed(Self::new)
    }

    /// Returns both ends. They may be dropped and split again; the values stay in the queue.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: no atomic read-modify-write; some loads, and one store at the first call.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::<_, 2>::new();
    /// queue.split().0.push(1).unwrap();
    /// assert_eq!(queue.split().1.pop(), Some(1));
    /// ```
    pub fn split(&mut self) -> (Producer<'_, T>, Consumer<'_, T>) {
        // SAFETY: the exclusive borrow keeps the block where it is.
        let ring = unsafe { self.block().lend() };
        // SAFETY: the exclusive borrow lasts as long as the ends, so no others are in use, and
        // those before are gone.
        unsafe { split_unchecked(ring, KeepAlive::<T>::default()) }
    }

    /// Returns both ends to the first caller. Returns `None` to all others, and once the queue was
    /// [`split`](Self::split). This is how a `static` is used.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler. On cores without
    /// compare-and-swap, two calls that run on two cores at the same moment may both return `None`.
    /// **Complexity**: one atomic read-modify-write (none without compare-and-swap).
    /// Never panics.
    ///
    /// ```
    /// static QUEUE: ringway::spsc::Queue<u8, 64> = ringway::spsc::Queue::new();
    /// assert!(QUEUE.take().is_some());
    /// assert!(QUEUE.take().is_none());
    /// ```
    pub fn take(&self) -> Option<(Producer<'_, T>, Consumer<'_, T>)> {
        // SAFETY: only the first caller gets a ring, and only if nothing was split before.
        self.block().take().map(|ring| unsafe { split_unchecked(ring, KeepAlive::<T>::default()) })
    }

    fn block(&self) -> &Block<[ValueCell<T>]> {
        self.block.as_slice()
    }

    /// Returns the number of values that the queue holds when it is full: exactly `N`.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::spsc::Queue::<u8, 5>::new().capacity(), 5);
    /// ```
    pub const fn capacity(&self) -> usize {
        N
    }

    /// Returns the number of values, if all operations of the ends happened before and none runs
    /// meanwhile; else some number from 0 to the capacity.
    ///
    /// The ends are more exact: [`Producer::len`] is never too small, [`Consumer::len`] never too
    /// large.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: two loads.
    /// Never panics.
    ///
    /// ```
    /// let queue = ringway::spsc::Queue::<_, 2>::new();
    /// let (mut producer, _consumer) = queue.take().unwrap();
    /// producer.push(1).unwrap();
    /// assert_eq!(queue.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.block().len()
    }

    /// Returns `true` if there is no value: exact as [`len`](Self::len) is.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(ringway::spsc::Queue::<u8, 2>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if no slot is free: exact as [`len`](Self::len) is.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(!ringway::spsc::Queue::<u8, 2>::new().is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.len() == N
    }
}

/// The share in its queue that an end has which owns it; none in an end that borrows its queue.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
type KeepAlive<T> = Option<crate::sync::Arc<BoxedQueue<T>>>;
#[cfg(not(all(feature = "alloc", target_has_atomic = "ptr")))]
type KeepAlive<T> = core::marker::PhantomData<fn() -> T>;

/// Returns both ends of a ring, with what keeps its queue alive.
///
/// # Safety
/// No other ends of this ring are in use for as long as these live, and all operations of earlier
/// ends happened before.
unsafe fn split_unchecked<'a, T>(
    ring: Ring<'a, T>,
    queue: KeepAlive<T>,
) -> (Producer<'a, T>, Consumer<'a, T>) {
    // SAFETY: the only producer end in use, and operations of earlier ones happened before.
    let producer = unsafe { ProducerEnd::new(ring) };
    // SAFETY: the only consumer end in use, and operations of earlier ones happened before.
    let consumer = unsafe { ConsumerEnd::new(ring) };
    (Producer::new(producer, Clone::clone(&queue)), Consumer::new(consumer, queue))
}

impl<T, const N: usize> Default for Queue<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Drop for Queue<T, N> {
    fn drop(&mut self) {
        // SAFETY: the ends borrow the queue, so none is left.
        unsafe { drop_all(self.block()) };
    }
}

impl<T, const N: usize> fmt::Debug for Queue<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("len", &self.len()).field("capacity", &N).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T, const N: usize> defmt::Format for Queue<T, N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Queue {{ len: {=usize}, capacity: {=usize} }}", self.len(), N);
    }
}
