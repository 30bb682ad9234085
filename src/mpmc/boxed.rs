//! Queues on the heap: of a capacity chosen at run time, and inline queues created there.

use super::{Boxed, Queue, QueueInner};
use crate::CapacityError;
use crate::raw::zeroed;
use alloc::boxed::Box;
use core::marker::PhantomData;

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
pub type BoxedQueue<T> = QueueInner<T, Boxed<T>>;

impl<T> QueueInner<T, Boxed<T>> {
    /// Creates an empty queue of exactly `capacity` values, with spare slots for all threads that
    /// the machine can run at once.
    ///
    /// With feature `std` there are twice as many [`spares`](Self::spares) as
    /// [`available_parallelism`](std::thread::available_parallelism) says, and at least four: Full
    /// is exact whatever the threads on all cores do, as long as no more than two other operations
    /// are stalled half-way, or guards open. Without `std`, and on 32-bit words, where more would
    /// shorten the [round](super#wrap-around), there are four.
    /// [`with_spares`](Self::with_spares) takes the number.
    ///
    /// **Guarantees**: lock-free if the allocator is.
    /// **Complexity**: one allocation of zeros (three on microcontrollers), which is not touched
    /// before values are pushed. The first call in a program asks the operating system for the
    /// number of threads.
    /// **Errors**: [`CapacityError`] if the capacity is zero, or too large for memory or for a
    /// word. Never panics.
    /// **Memory**: as [`Queue`], of which the spare slots are not touched before they are needed.
    ///
    /// ```
    /// let queue = ringway::mpmc::BoxedQueue::<u64>::new(1)?;
    /// assert_eq!(queue.capacity(), 1);
    /// assert!(queue.spares() >= 4);
    /// assert!(ringway::mpmc::BoxedQueue::<u64>::new(1 << 60).is_err());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn new(capacity: usize) -> Result<Self, CapacityError> {
        Ok(Self { storage: Boxed::fitting(capacity, false)?, values: PhantomData })
    }

    /// Creates an empty queue of exactly `capacity` values, with `spares` spare slots; see the
    /// [module](super#guarantees) for how many are needed.
    ///
    /// **Guarantees** and **Complexity**: as [`new`](Self::new). **Errors**: as `new`.
    /// Never panics.
    ///
    /// ```
    /// let for_nine_threads = ringway::mpmc::BoxedQueue::<u64>::with_spares(64, 16)?;
    /// assert_eq!(for_nine_threads.spares(), 16);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn with_spares(capacity: usize, spares: usize) -> Result<Self, CapacityError> {
        Ok(Self { storage: Boxed::new(capacity, spares, false)?, values: PhantomData })
    }
}

impl<T, const N: usize, const S: usize> Queue<T, N, S> {
    /// Creates an empty queue on the heap, in place: it is never on the stack, which may be smaller
    /// than the queue.
    ///
    /// **Guarantees**: lock-free if the allocator is.
    /// **Complexity**: one allocation of zeros. Most allocators write them, because of the
    /// alignment of a cache line; those of a
    /// [`BoxedQueue`](QueueInner#impl-QueueInner<T,+Boxed<T>>) they do not.
    /// **Errors**: [`CapacityError::TooLarge`] if there is not enough memory. Never panics.
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
