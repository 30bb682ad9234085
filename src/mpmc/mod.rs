//! Bounded lock-free queues for many producers and many consumers, in which a stalled operation
//! never blocks another.
//!
//! # Guarantees
//!
//! * **Lock-free.** An operation that stalls at any instruction, even for ever, delays no other: an
//!   interrupt handler may use a queue whose push or pop it interrupted.
//! * **First in, first out**, linearizable; `len`, `is_empty`, `is_full` and `stats` are exact.
//!   Operations are sequentially consistent, so one order explains several queues: if two threads
//!   each push to a queue of their own and then read the other's, at least one finds the value.
//! * **Empty is never spurious. Full is exact** while the spare slots `S` cover those that other
//!   operations hold: two for each thread or interrupt handler that runs at the same time as this
//!   one, one for each stalled operation, and one for each open guard. Interrupt handlers that
//!   share one core need only their nesting depth. With fewer, Full may be reported early; nothing
//!   is ever lost. A boxed queue chooses enough for the cores of the machine.
//! * **Any `T: Send`**, any capacity from 1, exactly that capacity, no allocation in [`Queue`].
//!
//! # Wrap-around
//!
//! Positions are counted in a word, and wrap around after a *round* of `N << (W - B)` pushes, where
//! `W` is the number of bits of a `usize`, and `B` the number of bits that name one of `N + S`
//! slots (in a channel, also the closed marker). An operation that stalls between two of its
//! instructions must not continue after a whole round: **everything here, memory safety included,
//! requires that at most a round less two laps (`N * (2^(W - B) - 2)` values) is pushed during one
//! operation.** An operation that never continues is harmless; what counts is how much others push
//! before it does.
//!
//! | queue | round, 32-bit words | at 10⁷ pushes per second | round, 64-bit words | at 10⁷ per second |
//! |---|---|---|---|---|
//! | `N = 1, S = 4` | 5.4 × 10⁸ | 54 seconds | 2.3 × 10¹⁸ | 7 000 years |
//! | `N = 8, S = 2` | 2.1 × 10⁹ | 3.6 minutes | 9.2 × 10¹⁸ | 29 000 years |
//! | `N = 64, S = 4` | 2.1 × 10⁹ | 3.6 minutes | 9.2 × 10¹⁸ | 29 000 years |
//! | `N = 1024, S = 4` | 2.1 × 10⁹ | 3.6 minutes | 9.2 × 10¹⁸ | 29 000 years |
//! | the shortest that is accepted | 1.7 × 10⁷ | 1.7 seconds | 1.7 × 10⁷ | 1.7 seconds |
//!
//! A microcontroller at 64 MHz pushes and pops less than 10⁶ values per second, which takes ten
//! times as long. Many spare slots beside few values shorten the round (on 32-bit words
//! `N = 1, S = 255` has the shortest). A round of less than 2²⁴ does not compile, and is
//! [`CapacityError::TooLarge`](crate::CapacityError) at run time.
//!
//! If the condition is violated, and the operation continues within the last two laps of a round
//! (or of several), and at no other moment:
//!
//! * A push that has found its position links its value over one that was not popped yet. That
//!   value is lost, and the new one is popped twice: **undefined behaviour**. The same holds if it
//!   stalled just before it stored its hint, from which the next push then starts.
//! * A pop that has read the head and its cell takes the slot that it read, although the value
//!   there was popped long ago, and the slot is free or belongs to another operation: **undefined
//!   behaviour**.
//! * Otherwise results may be wrong: Empty or Full that is not so, values out of order.
//!
//! # Large values
//!
//! `push` and `pop` move the value over the stack of the caller, more than once without
//! optimisation. To avoid moves, [`reserve`](QueueInner::reserve) a slot and fill it through
//! [`as_uninit`](Grant::as_uninit) (`write` moves the value once), and read it through
//! [`pop_ref`](QueueInner::pop_ref). A queue is dropped in place, with its values. A `static`,
//! [`BoxedQueue`](QueueInner#impl-QueueInner<T,+Boxed<T>>) and `Queue::new_boxed` (feature `alloc`)
//! are never on the stack; [`Queue::new`] is, and `Box::new(Queue::new())` with it.
//!
//! # Cores without compare-and-swap
//!
//! Cortex-M0 and riscv32imc need the feature `portable-atomic` and a backend of that crate, which
//! the application chooses.

#[cfg(feature = "alloc")]
mod boxed;
mod collect;
mod grant;
mod stats;
mod storage;

use crate::Full;
use crate::raw::mpmc::{Parts, Ring};
use crate::raw::zeroed::Zeroed;
use crate::sync::{FULL_RETRIES, const_fn};
use core::fmt;
use core::marker::PhantomData;

#[cfg(feature = "alloc")]
pub use self::boxed::BoxedQueue;
pub use self::grant::{FilledGrant, Grant, Taken};
pub use self::stats::Stats;
#[cfg(feature = "alloc")]
pub use self::storage::Boxed;
pub use self::storage::{Borrowed, Inline, Storage};

/// A queue of exactly `N` values with `S` spare slots. `const`, without allocation, for a `static`.
///
/// **Memory**: `N + S` nodes of two words and a `T`, and two cache lines; on microcontrollers
/// `N + 2` words, and `N + S` values and bytes.
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

/// A borrowed queue whose type contains neither its storage nor its capacity.
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

/// A queue on any storage: see [`Queue`], [`BoxedQueue`](QueueInner#impl-QueueInner<T,+Boxed<T>>)
/// and [`View`].
pub struct QueueInner<T, St: Storage<Value = T>> {
    storage: St,
    values: PhantomData<fn() -> T>,
}

// SAFETY: the inline storage may be zeros, and `PhantomData` has no size.
unsafe impl<T, const N: usize, const S: usize, const CLOSES: bool> Zeroed
    for QueueInner<T, Inline<T, N, S, CLOSES>>
{
    const IS_SOUND: () = Inline::<T, N, S, CLOSES>::IS_SOUND;
}

impl<T, const N: usize, const S: usize> Queue<T, N, S> {
    const_fn! {
        /// Creates an empty queue. It is all zeros, so a `static` is placed in `.bss`.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
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

impl<T, const N: usize, const S: usize> Default for Queue<T, N, S> {
    fn default() -> Self {
        Self::new()
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
    /// Pushes a value to the back of the queue.
    ///
    /// **Guarantees**: lock-free; FIFO; visible to every pop that begins after it; may be called in
    /// an interrupt handler.
    /// **Complexity**: two atomic read-modify-writes without concurrent pushes. On targets with an
    /// operating system, the first push that finds the queue full at a position retries three
    /// times, after eight spin-loop hints each: this lets the consumer run ahead, and reduces
    /// cache-line traffic.
    /// **Errors**: [`Full`] with the value if the queue is full. Never panics.
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

    /// Pops the value at the front of the queue. Returns `None` if the queue is empty.
    ///
    /// **Guarantees**: lock-free; FIFO; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write without concurrent pops. Never panics.
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

    /// Pushes a value; if the queue is full, pops the oldest value to make room, and returns it.
    ///
    /// There are two exceptions. If other producers use the room that was made, it makes room
    /// again; then more than one value is displaced, and it returns the last of them and drops the
    /// others ([`force_push_with`](Self::force_push_with) passes on each). If in-flight operations
    /// and open guards hold every slot, so that there is none to write to and nothing to pop, it
    /// returns the new value; it never waits for them.
    ///
    /// **Guarantees**: lock-free; each pop and the push are in FIFO order, and other operations may
    /// come between them; may be called in an interrupt handler.
    /// **Complexity**: two atomic read-modify-writes, and at most three more for each
    /// displaced value.
    /// Never panics, unless dropping a `T` does.
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

    /// Pushes a value, and passes every value that is displaced to `displaced`, oldest first.
    ///
    /// **Guarantees** and **Complexity**: as [`force_push`](Self::force_push).
    /// **Panics**: only if `displaced` does; the new value is dropped.
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
                // Either others made room in between, or there is no free slot: then those that
                // hold the slots may all be stalled.
                None if self.ring().reserve().is_none() => return displaced(value),
                None => {}
            }
        }
    }

    /// Claims a slot to be written in place. Returns `None` if every slot is in use.
    ///
    /// The grant may be held indefinitely, and delays no other operation. Each open grant uses one
    /// of the `S` spare slots that keep Full [exact](self#guarantees). Whether the queue is full is
    /// checked when the grant is [committed](FilledGrant::commit).
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write if the next slot is free, otherwise up to `2(N
    /// + S) + 1`; the search begins again if another push links a value meanwhile. Never panics.
    ///
    /// ```
    /// let frames = ringway::mpmc::Queue::<[u8; 1500], 4>::new();
    /// let mut frame = frames.reserve().unwrap().write([0; 1500]);
    /// frame[..4].copy_from_slice(b"head");
    /// frame.commit().unwrap();
    /// assert!(frames.pop_ref().unwrap().starts_with(b"head"));
    /// ```
    // Always inlined: a call would return the guard, of eleven words on microcontrollers, by a
    // copy.
    #[inline(always)]
    pub fn reserve(&self) -> Option<Grant<'_, T>> {
        let slot = self.ring().reserve()?;
        Some(Grant(slot.erased()))
    }

    /// Pops the value at the front of the queue without moving it. Returns `None` if the queue is
    /// empty.
    ///
    /// Its position is free at once. Its slot counts as one of the `S` spare slots until the guard
    /// is dropped.
    ///
    /// **Guarantees**: lock-free; FIFO; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write without concurrent pops. Never panics.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 2>::new();
    /// queue.push([1, 2, 3]).unwrap();
    /// assert_eq!(queue.pop_ref().unwrap().iter().sum::<i32>(), 6);
    /// assert!(queue.is_empty());
    /// ```
    pub fn pop_ref(&self) -> Option<Taken<'_, T>> {
        let slot = self.ring().pop_slot()?;
        Some(Taken(slot.erased()))
    }

    /// Returns the number of values at one moment during the call. It remains true until another
    /// operation pushes or pops.
    ///
    /// **Guarantees**: lock-free: it retries if a pop came in between; may be called in an
    /// interrupt handler. **Complexity**: a few loads; no atomic read-modify-write. Never panics.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 2>::new();
    /// queue.push(()).unwrap();
    /// assert_eq!(queue.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.ring().len()
    }

    /// Returns `true` if the queue was empty at one moment during the call. It remains true until a
    /// value is pushed.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(ringway::mpmc::Queue::<u8, 2>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if the queue held `capacity` values at one moment during the call. It remains
    /// true until a value is popped.
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

    /// Returns the number of values that the queue holds when it is full: exactly what was
    /// requested.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::mpmc::Queue::<u8, 5>::new().capacity(), 5);
    /// ```
    #[inline]
    pub fn capacity(&self) -> usize {
        self.ring().capacity()
    }

    /// Returns statistics, read from the positions, so that counting costs the queue nothing.
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

    /// Returns the same queue, borrowed, without its storage and capacity in the type.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
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

#[cfg(feature = "defmt")]
impl<T, St: Storage<Value = T>> defmt::Format for QueueInner<T, St> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Queue {{ len: {=usize}, capacity: {=usize} }}", self.len(), self.capacity());
    }
}
