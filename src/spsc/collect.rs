//! Whole queues as collections: filled, emptied, turned into an iterator.

use super::Queue;
use crate::IntoIter;
use crate::into_iter::OwnedQueue;

#[cfg(feature = "alloc")]
use {super::BoxedQueue, alloc::vec::Vec};

impl<T, const N: usize> Queue<T, N> {
    /// Returns the number of free slots: exact as [`len`](Self::len) is.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::spsc::Queue::<u8, 2>::new().free_capacity(), 2);
    /// ```
    pub fn free_capacity(&self) -> usize {
        N - self.len()
    }

    /// Drops all values. Returns how many.
    ///
    /// **Guarantees** and **Complexity**: as [`Consumer::clear`](super::Consumer::clear).
    /// **Panics**: only if dropping a `T` does; all are gone in that case too.
    ///
    /// ```
    /// let mut queue = ringway::spsc::Queue::from([1, 2, 3]);
    /// assert_eq!(queue.clear(), 3);
    /// assert!(queue.is_empty());
    /// ```
    pub fn clear(&mut self) -> usize {
        // A queue that was never split stays one: it can still be taken.
        if self.is_empty() { 0 } else { self.split().1.clear() }
    }
}

/// A queue that is full. As after [`split`](Queue::split), [`take`](Queue::take) returns `None`.
///
/// ```
/// let mut queue = ringway::spsc::Queue::from(["a", "b"]);
/// let (mut producer, mut consumer) = queue.split();
/// assert!(producer.push("c").is_err());
/// assert_eq!(consumer.pop(), Some("a"));
/// ```
impl<T, const N: usize> From<[T; N]> for Queue<T, N> {
    fn from(values: [T; N]) -> Self {
        let mut queue = Self::new();
        queue.extend(values);
        queue
    }
}

/// Pushes values while there is room, and leaves the others in the iterator: as
/// [`Producer::push_iter`](super::Producer::push_iter).
impl<T, const N: usize> Extend<T> for Queue<T, N> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.split().0.push_iter(values);
    }
}

impl<T, const N: usize> OwnedQueue for Queue<T, N> {
    type Item = T;

    fn pop_owned(&mut self) -> Option<T> {
        self.split().1.pop()
    }

    fn left(&self) -> usize {
        self.len()
    }
}

/// Pops the values, oldest first.
impl<T, const N: usize> IntoIterator for Queue<T, N> {
    type Item = T;
    type IntoIter = IntoIter<Self>;

    fn into_iter(self) -> IntoIter<Self> {
        IntoIter(self)
    }
}

#[cfg(feature = "alloc")]
impl<T> BoxedQueue<T> {
    /// Returns the number of free slots: exact as [`len`](Self::len) is.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::spsc::BoxedQueue::<u8>::new(2)?.free_capacity(), 2);
    /// # Ok::<(), ringway::CapacityError>(())
    /// ```
    pub fn free_capacity(&self) -> usize {
        self.capacity() - self.len()
    }

    /// Drops all values. Returns how many.
    ///
    /// **Guarantees** and **Complexity**: as [`Consumer::clear`](super::Consumer::clear).
    /// **Panics**: only if dropping a `T` does; all are gone in that case too.
    ///
    /// ```
    /// let mut queue = ringway::spsc::BoxedQueue::from([1, 2, 3]);
    /// assert_eq!(queue.clear(), 3);
    /// assert!(queue.is_empty());
    /// ```
    pub fn clear(&mut self) -> usize {
        self.split().1.clear()
    }
}

/// A queue that is full, of as many values as there are, or an empty one of capacity 1 if there is
/// none.
///
/// **Panics**: if `values` does, or if there is not enough memory.
///
/// ```
/// let mut queue: ringway::spsc::BoxedQueue<_> = "queue".chars().collect();
/// assert_eq!((queue.len(), queue.capacity()), (5, 5));
/// assert_eq!(queue.split().1.pop(), Some('q'));
/// ```
#[cfg(feature = "alloc")]
impl<T> FromIterator<T> for BoxedQueue<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let values: Vec<T> = values.into_iter().collect();
        let mut queue = Self::new(values.len().max(1)).expect("not enough memory for the queue");
        queue.extend(values);
        queue
    }
}

/// As [`from_iter`](Self::from_iter).
#[cfg(feature = "alloc")]
impl<T, const N: usize> From<[T; N]> for BoxedQueue<T> {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

/// Pushes values while there is room, and leaves the others in the iterator: as
/// [`Producer::push_iter`](super::Producer::push_iter).
#[cfg(feature = "alloc")]
impl<T> Extend<T> for BoxedQueue<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.split().0.push_iter(values);
    }
}

#[cfg(feature = "alloc")]
impl<T> OwnedQueue for BoxedQueue<T> {
    type Item = T;

    fn pop_owned(&mut self) -> Option<T> {
        self.split().1.pop()
    }

    fn left(&self) -> usize {
        self.len()
    }
}

/// Pops the values, oldest first.
#[cfg(feature = "alloc")]
impl<T> IntoIterator for BoxedQueue<T> {
    type Item = T;
    type IntoIter = IntoIter<Self>;

    fn into_iter(self) -> IntoIter<Self> {
        IntoIter(self)
    }
}
