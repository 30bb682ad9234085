//! The queue on the heap, with a capacity chosen at run time.

use super::{Block, Consumer, Producer, ValueCell, WrapBit, drop_all, fmt, split_unchecked};
use crate::CapacityError;
use crate::raw::zeroed::Owned;

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
    block: Owned<Block<[ValueCell<T>]>>,
}

impl<T> BoxedQueue<T> {
    /// An empty queue of exactly `capacity` values. Of values without size, `capacity` is a count and takes no memory.
    ///
    /// **Complexity**: one allocation of zeros, which is not touched before there are values.
    /// **Errors**: [`CapacityError`] if the capacity is zero, or too large for memory or a word.
    /// Never panics.
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
        if !WrapBit::fits(capacity, usize::BITS) {
            return Err(CapacityError::TooLarge);
        }
        let block = Block::on_heap(capacity).ok_or(CapacityError::TooLarge)?;
        Ok(Self { block })
    }

    /// Both ends. They may be dropped and split again; the values stay in the queue.
    ///
    /// **Complexity**: four loads. Never panics.
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
        // SAFETY: the exclusive borrow lasts as long as the ends, so there are no others in use.
        unsafe { split_unchecked(ring) }
    }

    /// Both ends, which own the queue: the one that goes last frees it and drops what is left.
    ///
    /// Only where the target has a compare-and-swap, which counts the ends. Never panics.
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
        // SAFETY: each end below keeps the block where it is.
        let ring = unsafe { queue.block.lend() };
        // SAFETY: the queue was owned, so there are no other ends.
        let (producer, consumer) = unsafe { split_unchecked(ring) };
        (producer.keeping(Some(queue.clone())), consumer.keeping(Some(queue)))
    }

    /// How many values the queue holds when it is full: exactly what was asked for.
    ///
    /// ```
    /// assert_eq!(ringway::spsc::BoxedQueue::<u8>::new(5)?.capacity(), 5);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn capacity(&self) -> usize {
        self.block.capacity()
    }

    /// The number of values, as [`Queue::len`](super::Queue::len).
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

    /// Whether there is no value: exact as [`len`](Self::len) is.
    ///
    /// ```
    /// assert!(ringway::spsc::BoxedQueue::<u8>::new(5)?.is_empty());
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all places are taken: exact as [`len`](Self::len) is.
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
        // SAFETY: the ends borrowed the queue or kept it alive, so none is left.
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
