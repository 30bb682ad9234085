//! Bounded lock-free stacks, last in, first out, in which a stalled operation never blocks another.
//!
//! For what is best used again while it is warm: free buffers, idle workers, connections. Where the
//! order of service matters, use a queue: here the first value may never be popped.
//!
//! # Guarantees
//!
//! * **Lock-free.** An operation that stalls anywhere, even forever, delays no other: an interrupt
//!   handler may use a stack whose push or pop it interrupted.
//! * **Last in, first out**, linearizable, and `len`, `is_empty` and `is_full` are exact; across
//!   several stacks too, as [`mpmc`](crate::mpmc#guarantees) is.
//! * **Empty is never spurious. Full is exact** while the spare slots `S` cover the other in-flight
//!   operations: one for each other thread or interrupt handler that is inside a push or a pop,
//!   running or stalled. Beyond that, Full may be reported early; no value is ever lost.
//! * **Any `T: Send`**, any capacity from 1, exactly that capacity, no allocation.
//!
//! # Wrap-around
//!
//! The counts that distinguish an old top from a new one start again after one *round* of
//! `2^(W - B)` pushes, or as many pops, with `W` bits in a `usize` and `B` bits to name one of
//! `N + S` slots or none. An operation that stalls between two of its instructions must resume
//! within a round: **everything here holds, memory safety included, while fewer values than a round
//! are pushed, and fewer popped, during one operation.** To stall forever is harmless.
//!
//! | stack | round, 32-bit words | at 10⁷ a second | round, 64-bit words | at 10⁷ a second |
//! |---|---|---|---|---|
//! | `N = 1, S = 4` | 5.4 × 10⁸ | 54 seconds | 2.3 × 10¹⁸ | 7 000 years |
//! | `N = 8, S = 4` | 2.7 × 10⁸ | 27 seconds | 1.2 × 10¹⁸ | 3 700 years |
//! | `N = 64, S = 4` | 3.4 × 10⁷ | 3.4 seconds | 1.4 × 10¹⁷ | 460 years |
//! | `N = 251, S = 4` | 1.7 × 10⁷ | 1.7 seconds | 7.2 × 10¹⁶ | 230 years |
//! | `N = 1024, S = 4` | refused | | 9.0 × 10¹⁵ | 29 years |
//! | `N = 1 000 000, S = 4` | refused | | 1.8 × 10¹³ | 20 days |
//!
//! A microcontroller at 64 MHz pushes and pops fewer than 10⁶ values a second: ten times as long. A
//! round of less than 2²⁴ does not compile: on 32-bit words a stack has at most 255 slots, one in a
//! channel 254. For more, use several, or an [`mpmc::Queue`](crate::mpmc#wrap-around), whose rounds
//! are longer.
//!
//! Beyond that, an operation that resumes exactly after a round, or several, with the same slot on
//! top, and at no other moment, takes that slot and puts on top what was below it before, although
//! that slot is in the other list by now, or belongs to another operation. Then two operations
//! write to one slot, or pop one value twice: **undefined behaviour**. A push that links its slot
//! so late only makes `len`, `is_full` and Full wrong until its value is popped.
//!
//! # Large values
//!
//! `push` and `pop` move the value over the stack of the caller; values cannot be written or read
//! in place, so keep large ones elsewhere (an index, a box). Neither a `static` nor
//! `Stack::new_boxed` (feature `alloc`) is ever on the stack of a thread; [`Stack::new`] is, and
//! `Box::new(Stack::new())` with it.
//!
//! # Cores without compare-and-swap
//!
//! Cortex-M0 and riscv32imc need the feature `portable-atomic` and a backend of that crate, which
//! the application chooses.

mod collect;

use crate::Full;
use crate::raw::stack;
use crate::raw::zeroed::Zeroed;
use crate::sync::const_fn;
use core::fmt;

#[cfg(feature = "alloc")]
use {
    crate::{CapacityError, raw::zeroed},
    alloc::boxed::Box,
};

/// A stack of exactly `N` values with `S` spare slots, without allocation, for a `static`:
/// [`new`](Self::new) is `const`.
///
/// **Memory**: `N + S` slots of a word and a `T`, and two cache lines (two words on a
/// microcontroller).
///
/// ```
/// use ringway::{Full, stack::Stack};
///
/// static BUFFERS: Stack<u32, 2> = Stack::new();
///
/// BUFFERS.push(1).unwrap();
/// BUFFERS.push(2).unwrap();
/// assert_eq!(BUFFERS.push(3), Err(Full(3)));
/// assert_eq!(BUFFERS.pop(), Some(2));
/// assert_eq!(BUFFERS.pop(), Some(1));
/// assert_eq!(BUFFERS.pop(), None);
/// ```
///
/// A capacity of zero does not compile:
///
/// ```compile_fail
/// let stack = ringway::stack::Stack::<u32, 0>::new();
/// ```
pub struct Stack<T, const N: usize, const S: usize = 4> {
    slots: stack::Stack<T, usize, N, S>,
}

// SAFETY: the slots may be zeros.
unsafe impl<T, const N: usize, const S: usize> Zeroed for Stack<T, N, S> {
    const IS_SOUND: () = stack::Stack::<T, usize, N, S>::IS_SOUND;
}

impl<T, const N: usize, const S: usize> Stack<T, N, S> {
    const_fn! {
        /// Creates an empty stack: all zeros, so a `static` is placed in `.bss`.
        ///
        /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// static STACK: ringway::stack::Stack<[u8; 16], 3> = ringway::stack::Stack::new();
        /// assert_eq!(STACK.capacity(), 3);
        /// ```
        pub fn new() -> Self {
            Self { slots: stack::Stack::new() }
        }
    }

    /// Creates an empty stack on the heap, in place: it is never on the stack of the thread, which
    /// may be smaller.
    ///
    /// **Guarantees**: those of the allocator.
    /// **Complexity**: one allocation of zeros, and no atomic operation. As its alignment is that
    /// of cache lines, most allocators write the zeros.
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it.
    /// Never panics.
    ///
    /// ```
    /// use ringway::{CapacityError, stack::Stack};
    ///
    /// // 12 MiB.
    /// let buffers = Stack::<[u8; 1 << 20], 8>::new_boxed()?;
    /// assert!(buffers.is_empty());
    /// # Ok::<(), CapacityError>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        zeroed::boxed(Self::new)
    }

    /// Pushes a value on top.
    ///
    /// **Guarantees**: lock-free; LIFO; seen by every pop that begins after it; may be called in an
    /// interrupt handler.
    /// **Complexity**: two atomic read-modify-writes if no other operation runs at the same moment.
    /// **Errors**: [`Full`] returns the value.
    /// Never panics.
    ///
    /// ```
    /// use ringway::{Full, stack::Stack};
    ///
    /// let stack = Stack::<_, 1>::new();
    /// assert_eq!(stack.push(1), Ok(()));
    /// assert_eq!(stack.push(2), Err(Full(2)));
    /// ```
    #[inline]
    pub fn push(&self, value: T) -> Result<(), Full<T>> {
        self.slots.push(value).map_err(Full)
    }

    /// Pops the newest value, or returns `None` if the stack is empty.
    ///
    /// **Guarantees**: lock-free; LIFO; may be called in an interrupt handler.
    /// **Complexity**: two atomic read-modify-writes if no other operation runs at the same moment;
    /// none if the stack is empty.
    /// Never panics.
    ///
    /// ```
    /// let stack = ringway::stack::Stack::<_, 2>::new();
    /// stack.push('a').unwrap();
    /// assert_eq!(stack.pop(), Some('a'));
    /// assert_eq!(stack.pop(), None);
    /// ```
    #[inline]
    pub fn pop(&self) -> Option<T> {
        self.slots.pop()
    }

    /// Returns the number of values at one moment during the call. It stays true until another
    /// operation pushes or pops.
    ///
    /// **Guarantees**: lock-free: a retry follows another operation that succeeded; may be called
    /// in an interrupt handler.
    /// **Complexity**: no atomic read-modify-write.
    /// Never panics.
    ///
    /// ```
    /// let stack = ringway::stack::Stack::<_, 2>::new();
    /// stack.push(()).unwrap();
    /// assert_eq!(stack.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Returns `true` if there was no value at one moment during the call. It stays true until a
    /// push.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(ringway::stack::Stack::<u8, 2>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if the stack held [`capacity`](Self::capacity) values at one moment during
    /// the call. It stays true until a pop.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let stack = ringway::stack::Stack::<_, 1>::new();
    /// stack.push(()).unwrap();
    /// assert!(stack.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        self.len() == N
    }

    /// Returns the number of values that the stack holds when it is full: exactly `N`.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::stack::Stack::<u8, 5>::new().capacity(), 5);
    /// ```
    pub const fn capacity(&self) -> usize {
        N
    }
}

impl<T, const N: usize, const S: usize> Default for Stack<T, N, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize, const S: usize> fmt::Debug for Stack<T, N, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack").field("len", &self.len()).field("capacity", &N).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T, const N: usize, const S: usize> defmt::Format for Stack<T, N, S> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Stack {{ len: {=usize}, capacity: {=usize} }}", self.len(), N);
    }
}

#[cfg(feature = "async")]
pub use crate::channel::stack::{Channel, Lifo, Receiver, Sender, WeakReceiver, WeakSender};
