//! The queue on the heap, with a capacity chosen at run time.

use super::{Block, Consumer, Geometry, KeepAlive, Producer, ValueCell, drop_all, fmt, split_unchecked};
use crate::CapacityError;
use crate::raw::zeroed::ZeroedBox;

/// A queue on the heap with a capacity chosen at run time.
///
/// ```
/// use ringway::{CapacityError, spsc::BoxedQueue};
///
/// let (mut producer, mut consumer) = BoxedQueue::new(1000)?.into_split();
/// std::thread::spawn(move || producer.push("hello")).join().unwrap().unwrap();
/// assert_eq!(consumer.pop(), Some("hello"));
/// # Ok::<(), CapacityError>(())
/// ```
pub struct BoxedQueue<T> {
    block: ZeroedBox<Block<[ValueCell<T>]>>,
}

impl<T> BoxedQueue<T> {
    /// Creates an empty queue of exactly `capacity` values.
    ///
    /// **Guarantees**: those of the allocator.
    /// **Complexity**: one allocation of zeros, which is not touched before there are values; no
    /// atomic operation.
    /// **Errors**: [`CapacityError`] if the capacity is zero, or too large for memory or a word.
    /// Never panics.
    /// **Memory**: `capacity` times a `T`, and two to three cache lines (four words on a
    /// microcontroller). If `T` has no size, `capacity` is only a count and takes no memory.
    ///
    /// ```
    /// use ringway::{CapacityError, spsc::BoxedQueue};
    ///
    /// assert_eq!(BoxedQueue::<u8>::new(0).unwrap_err(), CapacityError::Zero);
    /// assert_eq!(BoxedQueue::<u64>::new(usize::MAX).unwrap_err(), CapacityError::TooLarge);
    /// ```
    pub fn new(capacity: usize) -> Result<Self, CapacityError> {
        if capacity == 0 {
            return Err(CapacityError::Zero);
        }
        if !<Geometry>::fits(capacity) {
            return Err(CapacityError::TooLarge);
        }
        let block = Block::on_heap(capacity).ok_or(CapacityError::TooLarge)?;
        Ok(Self { block })
    }

    /// Returns both ends. They may be dropped and split again; the values stay in the queue.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: no atomic read-modify-write; some loads, and one store at the first call.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::BoxedQueue::new(2)?;
    /// let (mut producer, mut consumer) = queue.split();
    /// producer.push(1).unwrap();
    /// assert_eq!(consumer.pop(), Some(1));
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn split(&mut self) -> (Producer<'_, T>, Consumer<'_, T>) {
        // SAFETY: the exclusive borrow keeps the block where it is.
        let ring = unsafe { self.block.lend() };
        // SAFETY: the exclusive borrow lasts as long as the ends, so no others are in use, and
        // those before are gone.
        unsafe { split_unchecked(ring, KeepAlive::<T>::default()) }
    }

    /// Returns both ends, which own the queue: the one that is dropped last frees it, with the
    /// values that are left.
    ///
    /// Only where the target has a compare-and-swap, which counts the ends.
    ///
    /// **Guarantees**: those of the allocator.
    /// **Complexity**: one allocation, of an [`Arc`](alloc::sync::Arc), and one atomic
    /// read-modify-write.
    /// Never panics; if there is no memory, it aborts as [`Arc::new`](alloc::sync::Arc::new) does.
    /// **Memory**: three words for the queue itself, and two for the counts of the `Arc`.
    ///
    /// ```
    /// let queue = ringway::spsc::BoxedQueue::new(2)?;
    /// let (mut producer, mut consumer) = queue.into_split();
    /// producer.push(1).unwrap();
    /// drop(producer);
    /// assert_eq!(consumer.pop(), Some(1));
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    #[cfg(target_has_atomic = "ptr")]
    pub fn into_split<'a>(self) -> (Producer<'a, T>, Consumer<'a, T>)
    where
        T: 'a,
    {
        let queue = crate::sync::Arc::new(self);
        // SAFETY: each end below shares the ownership of the queue, so the block stays where it is.
        let ring = unsafe { queue.block.lend() };
        // SAFETY: the queue was owned, so no other ends are in use, and those before are gone.
        unsafe { split_unchecked(ring, Some(queue)) }
    }

    /// Returns the number of values that the queue holds when it is full: exactly what was asked
    /// for.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::spsc::BoxedQueue::<u8>::new(5)?.capacity(), 5);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn capacity(&self) -> usize {
        self.block.capacity()
    }

    /// Returns the number of values: exact as [`Queue::len`](super::Queue::len) is.
    ///
    /// **Guarantees**: wait-free; may be called in an interrupt handler.
    /// **Complexity**: two loads.
    /// Never panics.
    ///
    /// ```
    /// let mut queue = ringway::spsc::BoxedQueue::new(5)?;
    /// queue.split().0.push(1).unwrap();
    /// assert_eq!(queue.len(), 1);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn len(&self) -> usize {
        self.block.len()
    }

    /// Returns `true` if there is no value: exact as [`len`](Self::len) is.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(ringway::spsc::BoxedQueue::<u8>::new(5)?.is_empty());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if no slot is free: exact as [`len`](Self::len) is.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(!ringway::spsc::BoxedQueue::<u8>::new(5)?.is_full());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity()
    }
}

impl<T> Drop for BoxedQueue<T> {
    fn drop(&mut self) {
        // SAFETY: the ends borrow the queue or share its ownership, so none is left.
        unsafe { drop_all(&self.block) };
    }
}

impl<T> fmt::Debug for BoxedQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxedQueue").field("len", &self.len()).field("capacity", &self.capacity()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for BoxedQueue<T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let (len, capacity) = (self.len(), self.capacity());
        defmt::write!(f, "BoxedQueue {{ len: {=usize}, capacity: {=usize} }}", len, capacity);
    }
}
