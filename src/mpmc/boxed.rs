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
    /// Creates an empty queue of exactly `capacity` values, with four spare slots.
    ///
    /// **Guarantees**: lock-free if the allocator is.
    /// **Complexity**: one allocation of zeros (three on microcontrollers), which is not touched
    /// before values are pushed.
    /// **Errors**: [`CapacityError`] if the capacity is zero, or too large for memory or for a
    /// word. Never panics.
    ///
    /// ```
    /// assert!(ringway::mpmc::BoxedQueue::<u64>::new(1 << 60).is_err());
    /// assert!(ringway::mpmc::BoxedQueue::<u64>::new(1).is_ok());
    /// ```
    pub fn new(capacity: usize) -> Result<Self, CapacityError> {
        Self::with_spares(capacity, 4)
    }

    /// Creates an empty queue of exactly `capacity` values, with `spares` spare slots; see the
    /// [module](super#guarantees) for how many are needed.
    ///
    /// **Guarantees** and **Complexity**: as [`new`](Self::new). **Errors**: as `new`.
    /// Never panics.
    ///
    /// ```
    /// let for_nine_threads = ringway::mpmc::BoxedQueue::<u64>::with_spares(64, 16)?;
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
