//! Bounded queues for many producers and many consumers, which never make one caller wait for another.
//!
//! # Guarantees
//!
//! * **Lock-free.** An operation that stops anywhere, even for ever, delays no other: an interrupt handler
//!   may use a queue whose push or pop it interrupted.
//! * **First in, first out**, linearizable, and `len`, `is_empty`, `is_full` and `stats` are exact. This holds for several
//!   queues together: if two threads each push to a queue of their own and then look at the other's, at least one of
//!   them finds the value.
//! * **Empty is never spurious. Full is exact** while the spare slots `S` cover what others hold in
//!   mid-flight: twice the contexts that run at the same time as this one, plus one for each operation that
//!   stands still and each open guard. Contexts that interrupt each other on one core need just their
//!   nesting depth. Beyond that, Full may come early; nothing is ever lost.
//! * **Any `T: Send`**, any capacity from 1, exactly that capacity, no allocation in [`Queue`].
//!
//! # Wrap-around
//!
//! Positions are counted in a word and start again after one *round* of `N << (W - B)` pushes, with `W` bits in a `usize`
//! and `B` bits to name one of `N + S` slots (in a channel, or the end). An operation that stands still between two of its instructions must not
//! sleep through a round: **everything here holds, memory safety included, while at most a round less two laps
//! (`N * (2^(W - B) - 2)` values) is pushed during one operation.** Standing still for ever is harmless, as long as it
//! lasts: what counts is how much others push before it goes on.
//!
//! | queue | round, 32-bit words | at 10⁷ pushes a second | round, 64-bit words | at 10⁷ a second |
//! |---|---|---|---|---|
//! | `N = 1, S = 4` | 5.4 × 10⁸ | 54 seconds | 2.3 × 10¹⁸ | 7 000 years |
//! | `N = 8, S = 2` | 2.1 × 10⁹ | 3.6 minutes | 9.2 × 10¹⁸ | 29 000 years |
//! | `N = 64, S = 4` | 2.1 × 10⁹ | 3.6 minutes | 9.2 × 10¹⁸ | 29 000 years |
//! | `N = 1024, S = 4` | 2.1 × 10⁹ | 3.6 minutes | 9.2 × 10¹⁸ | 29 000 years |
//! | the least that is accepted | 1.7 × 10⁷ | 1.7 seconds | 1.7 × 10⁷ | 1.7 seconds |
//!
//! A microcontroller at 64 MHz pushes and pops less than 10⁶ values a second: ten times as long. Many spares beside few
//! values shorten the round (on 32-bit words `N = 1, S = 255` has the least). A round of less than 2²⁴ does not compile, and
//! is [`CapacityError::TooLarge`](crate::CapacityError) at run time.
//!
//! What can happen beyond that, if the operation goes on within the last two laps of a round (or of several), and at no
//! other moment:
//!
//! * A push that found its position links its value over one that was not popped yet. That value is lost, and the new one
//!   is popped twice: **undefined behaviour**. The same if it stood still just before it stored its hint, from which the
//!   next push then starts.
//! * A pop that read the head and its cell takes the slot that it read, though its value was popped long ago, and the slot
//!   is free or another operation's by now: **undefined behaviour**.
//! * Else answers may be wrong: Empty or Full though it is not so, values out of order.
//!
//! # Large values
//!
//! `push` and `pop` move the value over the stack of the caller, more than once without optimisation. To move it not at
//! all, [`reserve`](QueueInner::reserve) a slot and fill it through [`as_uninit`](Grant::as_uninit) (`write` moves
//! it once), and read it through [`pop_ref`](QueueInner::pop_ref). A queue is dropped where it lies, with its values.
//! Neither a `static`, nor [`BoxedQueue`](QueueInner#impl-QueueInner<T,+Boxed<T>>), nor `Queue::new_boxed` (feature
//! `alloc`) is ever on the stack; [`Queue::new`] is, and `Box::new(Queue::new())` with it.
//!
//! # Cores without compare-and-swap
//!
//! Cortex-M0 and riscv32imc need the feature `portable-atomic` and a backend of that crate, which the
//! application chooses.

mod grant;
mod storage;

use crate::Full;
use crate::raw::mpmc::{FilledSlot, Memory, Parts, Ring, VacantSlot};
use crate::raw::zeroed::Zeroed;
use crate::sync::{FULL_RETRIES, const_fn};
use core::fmt;
use core::marker::PhantomData;

pub use self::grant::{FilledGrant, Grant, Taken};
#[cfg(feature = "alloc")]
pub use self::storage::Boxed;
pub use self::storage::{Borrowed, Inline, Storage};

#[cfg(feature = "alloc")]
use {
    crate::{CapacityError, raw::mpmc::position::Geometry, raw::zeroed},
    alloc::boxed::Box,
};

/// A queue of exactly `N` values with `S` spare slots, without allocation, `const`, for a `static`.
///
/// **Memory**: `N + S` nodes of two words and a `T`, and two cache lines. On a microcontroller `N + 2` words, and
/// `N + S` values and bytes.
///
/// ```
/// use ringway::mpmc::Queue;
///
/// static EVENTS: Queue<u32, 8> = Queue::new();
///
/// EVENTS.push(1).unwrap();
/// EVENTS.push(2).unwrap();
/// assert_eq!(EVENTS.pop(), Some(1));
/// assert_eq!(EVENTS.pop(), Some(2));
/// assert_eq!(EVENTS.pop(), None);
/// ```
///
/// A capacity of zero does not compile:
///
/// ```compile_fail
/// let queue = ringway::mpmc::Queue::<u32, 0>::new();
/// ```
pub type Queue<T, const N: usize, const S: usize = 4> = QueueInner<T, Inline<T, N, S>>;

/// A queue on the heap with a capacity chosen at run time.
///
/// ```
/// use ringway::{CapacityError, mpmc::BoxedQueue};
///
/// let queue = BoxedQueue::new(1000)?;
/// queue.push("hello").unwrap();
/// assert_eq!(queue.capacity(), 1000);
/// assert_eq!(BoxedQueue::<u8>::new(0).unwrap_err(), CapacityError::Zero);
/// # Ok::<(), CapacityError>(())
/// ```
#[cfg(feature = "alloc")]
pub type BoxedQueue<T> = QueueInner<T, Boxed<T>>;

/// A borrowed queue whose type does not say where it lives or how much it holds.
///
/// ```
/// use ringway::mpmc::{Queue, View};
///
/// fn report(errors: View<'_, u8>, code: u8) -> bool {
///     errors.push(code).is_ok()
/// }
///
/// let (small, large) = (Queue::<u8, 1>::new(), Queue::<u8, 64>::new());
/// assert!(report(small.view(), 7) && report(large.view(), 7));
/// ```
pub type View<'a, T> = QueueInner<T, Borrowed<'a, T>>;

/// The queue, wherever it lives: see [`Queue`], [`BoxedQueue`](QueueInner#impl-QueueInner<T,+Boxed<T>>)
/// and [`View`].
pub struct QueueInner<T, St: Storage<Value = T>> {
    storage: St,
    values: PhantomData<fn() -> T>,
}

// SAFETY: an inline queue may be zeros, and nothing else has a size.
unsafe impl<T, const N: usize, const S: usize, const CLOSES: bool> Zeroed
    for QueueInner<T, Inline<T, N, S, CLOSES>>
{
    const IS_SOUND: () = Inline::<T, N, S, CLOSES>::IS_SOUND;
}

impl<T, const N: usize, const S: usize> Queue<T, N, S> {
    const_fn! {
        /// An empty queue: all zeros, so a `static` lies in `.bss`.
        ///
        /// ```
        /// static QUEUE: ringway::mpmc::Queue<[u8; 16], 3> = ringway::mpmc::Queue::new();
        /// assert_eq!(QUEUE.capacity(), 3);
        /// ```
        pub fn new() -> Self {
            Self::inline()
        }
    }
}

#[cfg(feature = "alloc")]
impl<T, const N: usize, const S: usize> Queue<T, N, S> {
    /// An empty queue on the heap, made there: it was never on the stack, which may be smaller than the queue.
    ///
    /// **Complexity**: one allocation of zeros. As its alignment is that of cache lines, most allocators write them; those
    /// of a [`BoxedQueue`](QueueInner#impl-QueueInner<T,+Boxed<T>>) they do not.
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it. Never panics.
    ///
    /// ```
    /// use ringway::{CapacityError, mpmc::Queue};
    /// use std::sync::Arc;
    ///
    /// // 12 MiB.
    /// let frames: Arc<Queue<[u8; 1 << 20], 8>> = Queue::new_boxed()?.into();
    /// assert!(frames.is_empty());
    /// # Ok::<(), CapacityError>(())
    /// ```
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        zeroed::boxed(Self::new)
    }
}

impl<T, const N: usize, const S: usize> Default for Queue<T, N, S> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "alloc")]
impl<T> QueueInner<T, Boxed<T>> {
    /// An empty queue of exactly `capacity` values, with four spare slots.
    ///
    /// **Complexity**: one allocation (three on a microcontroller) of zeros, which is not touched before there are values.
    /// **Errors**: [`CapacityError`] if the capacity is zero, or too large for memory or a word. Never panics.
    ///
    /// ```
    /// assert!(ringway::mpmc::BoxedQueue::<u64>::new(1 << 60).is_err());
    /// assert!(ringway::mpmc::BoxedQueue::<u64>::new(1).is_ok());
    /// ```
    pub fn new(capacity: usize) -> Result<Self, CapacityError> {
        Self::with_spares(capacity, 4)
    }

    /// An empty queue of exactly `capacity` values, with `spares` spare slots: see the
    /// [module](self#guarantees) for how many it takes.
    ///
    /// **Errors**: as [`new`](Self::new). Never panics.
    ///
    /// ```
    /// let for_nine_threads = ringway::mpmc::BoxedQueue::<u64>::with_spares(64, 16)?;
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn with_spares(capacity: usize, spares: usize) -> Result<Self, CapacityError> {
        Ok(Self { storage: Boxed::new(capacity, spares, Geometry::new)?, values: PhantomData })
    }
}

impl<T, const N: usize, const S: usize, const CLOSES: bool> QueueInner<T, Inline<T, N, S, CLOSES>> {
    const_fn! {
        pub(crate) fn inline() -> Self {
            Self { storage: Inline::new(), values: PhantomData }
        }
    }
}

impl<T, St: Storage<Value = T>> QueueInner<T, St> {
    /// Puts a value in.
    ///
    /// **Guarantees**: lock-free; FIFO; seen by every pop that begins after it; may be called in an
    /// interrupt handler.
    /// **Complexity**: two atomic read-modify-writes if nobody else pushes at the same moment. Where there is an
    /// operating system, the first push that finds the queue full at a position looks again three times, after eight
    /// pauses of the processor each, before it says so: who pops gets ahead, and the two meet less often.
    /// **Errors**: [`Full`] gives the value back. Never panics.
    ///
    /// ```
    /// use ringway::{Full, mpmc::Queue};
    ///
    /// let queue = Queue::<_, 1>::new();
    /// assert_eq!(queue.push(1), Ok(()));
    /// assert_eq!(queue.push(2), Err(Full(2)));
    /// ```
    #[inline]
    pub fn push(&self, value: T) -> Result<(), Full<T>> {
        self.ring().push(value, FULL_RETRIES).map_err(Full)
    }

    /// Takes the oldest value, or `None` if the queue is empty.
    ///
    /// **Guarantees**: lock-free; FIFO; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write if nobody else pops at the same moment. Never panics.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 2>::new();
    /// queue.push('a').unwrap();
    /// assert_eq!(queue.pop(), Some('a'));
    /// assert_eq!(queue.pop(), None);
    /// ```
    #[inline]
    pub fn pop(&self) -> Option<T> {
        self.ring().pop()
    }

    /// Puts a value in, and if the queue is full takes the oldest out to make room; returns the value that
    /// had to stay out.
    ///
    /// That is the oldest, with two exceptions. If other producers take the room that was made, it makes
    /// room again; then more than one value has to go, and this returns the last of them and drops the
    /// others ([`force_push_with`](Self::force_push_with) hands over each). If operations in mid-flight and
    /// open guards hold every slot, so that there is none to write to and nothing to pop, it returns the new
    /// value: it never waits for them.
    ///
    /// **Guarantees**: lock-free; each pop and the push are in FIFO order, and others may act between
    /// them; may be called in an interrupt handler.
    /// **Complexity**: two atomic read-modify-writes, and three more for each displaced value. Never panics,
    /// unless dropping a `T` does.
    ///
    /// ```
    /// let latest = ringway::mpmc::Queue::<_, 2>::new();
    /// assert_eq!(latest.force_push(1), None);
    /// assert_eq!(latest.force_push(2), None);
    /// assert_eq!(latest.force_push(3), Some(1));
    /// assert_eq!(latest.pop(), Some(2));
    /// ```
    pub fn force_push(&self, value: T) -> Option<T> {
        let mut last = None;
        self.force_push_with(value, |displaced| last = Some(displaced));
        last
    }

    /// Puts a value in, and hands every value that had to stay out to `displaced`, oldest first.
    ///
    /// **Guarantees** and **Complexity**: as [`force_push`](Self::force_push). Panics only if `displaced`
    /// does; the new value is dropped then.
    ///
    /// ```
    /// let latest = ringway::mpmc::Queue::<_, 1>::new();
    /// latest.push(1).unwrap();
    /// let mut lost = Vec::new();
    /// latest.force_push_with(2, |value| lost.push(value));
    /// assert_eq!((lost, latest.pop()), (vec![1], Some(2)));
    /// ```
    pub fn force_push_with(&self, mut value: T, mut displaced: impl FnMut(T)) {
        while let Err(rejected) = self.ring().push(value, 0) {
            value = rejected;
            match self.pop() {
                Some(oldest) => displaced(oldest),
                // Either others made room meanwhile, or there is no slot to write to; then nobody may ever go on.
                None if self.reserve().is_none() => return displaced(value),
                None => {}
            }
        }
    }

    /// Claims a slot to be written to in place, for as long as one likes; whether the queue is full is
    /// asked when the grant is [committed](FilledGrant::commit).
    ///
    /// An open grant delays nobody, but each takes one of the `S` spare slots from the
    /// [bound](self#guarantees) within which Full is exact.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler. **Complexity**: one atomic
    /// read-modify-write if the next slot is free, up to `2(N + S)` if it is not.
    /// **Errors**: `None` if every slot is in use. Never panics.
    ///
    /// ```
    /// let frames = ringway::mpmc::Queue::<[u8; 1500], 4>::new();
    /// let mut frame = frames.reserve().unwrap().write([0; 1500]);
    /// frame[..4].copy_from_slice(b"head");
    /// frame.commit().unwrap();
    /// assert!(frames.pop_ref().unwrap().starts_with(b"head"));
    /// ```
    #[inline]
    pub fn reserve(&self) -> Option<Grant<'_, T>> {
        self.ring().reserve().map(VacantSlot::erased).map(Grant)
    }

    /// Takes the oldest value without moving it; `None` if the queue is empty.
    ///
    /// Its position is free at once. The slot that it lies in counts as one of the `S` spare slots until
    /// the guard goes.
    ///
    /// **Guarantees**: lock-free; FIFO; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write if nobody else pops at the same moment. Never panics.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 2>::new();
    /// queue.push([1, 2, 3]).unwrap();
    /// assert_eq!(queue.pop_ref().unwrap().iter().sum::<i32>(), 6);
    /// assert!(queue.is_empty());
    /// ```
    pub fn pop_ref(&self) -> Option<Taken<'_, T>> {
        self.ring().pop_slot().map(FilledSlot::erased).map(Taken)
    }

    /// The number of values at one moment during the call. It stays true while nobody else acts.
    ///
    /// **Guarantees**: lock-free: it looks again if a pop came between; may be called in an interrupt
    /// handler. **Complexity**: no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 2>::new();
    /// queue.push(()).unwrap();
    /// assert_eq!(queue.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.ring().len()
    }

    /// Whether there was no value at one moment during the call. If so, it stays so until somebody pushes.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(ringway::mpmc::Queue::<u8, 2>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all `capacity` places were taken at one moment during the call. If so, it stays so until
    /// somebody pops.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 1>::new();
    /// queue.push(()).unwrap();
    /// assert!(queue.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }

    /// How many values the queue holds when it is full: exactly what was asked for.
    ///
    /// ```
    /// assert_eq!(ringway::mpmc::Queue::<u8, 5>::new().capacity(), 5);
    /// ```
    #[inline]
    pub fn capacity(&self) -> usize {
        self.ring().capacity()
    }

    /// How much went through, read from the positions, so that counting costs the queue nothing.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 2>::new();
    /// queue.push(1).unwrap();
    /// queue.push(2).unwrap();
    /// queue.pop();
    /// let stats = queue.stats();
    /// assert_eq!((stats.pushed, stats.popped, stats.len, stats.capacity), (2, 1, 1, 2));
    /// ```
    pub fn stats(&self) -> Stats {
        Stats::of(self.ring())
    }

    #[inline]
    pub(crate) fn ring(&self) -> Ring<&St> {
        Ring(&self.storage)
    }

    /// The same queue, borrowed, without its capacity in the type.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 2>::new();
    /// let view = queue.view();
    /// view.push(1).unwrap();
    /// assert_eq!(queue.pop(), Some(1));
    /// ```
    #[inline]
    pub fn view(&self) -> View<'_, T> {
        QueueInner { storage: Borrowed(Parts::of(&self.storage)), values: PhantomData }
    }
}

impl<T> Clone for View<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for View<'_, T> {}

impl<T, St: Storage<Value = T>> fmt::Debug for QueueInner<T, St> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("len", &self.len()).field("capacity", &self.capacity()).finish()
    }
}

/// A snapshot of what went through a queue. All of it is of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Values pushed so far, in values; starts again at zero after the pushes of one
    /// [wrap-around](self#wrap-around).
    pub pushed: usize,
    /// Values popped so far, in values; starts again like `pushed`.
    pub popped: usize,
    /// Values in the queue.
    pub len: usize,
    /// Values it can hold.
    pub capacity: usize,
}

impl Stats {
    pub(crate) fn of(ring: Ring<impl Memory + Copy>) -> Self {
        let (pushed, popped, len) = ring.counts();
        Self { pushed, popped, len, capacity: ring.capacity() }
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Stats {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Stats {{ pushed: {=usize}, popped: {=usize}, len: {=usize}, capacity: {=usize} }}",
            self.pushed,
            self.popped,
            self.len,
            self.capacity
        );
    }
}

#[cfg(feature = "defmt")]
impl<T, St: Storage<Value = T>> defmt::Format for QueueInner<T, St> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Queue {{ len: {=usize}, capacity: {=usize} }}", self.len(), self.capacity());
    }
}
