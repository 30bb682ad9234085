//! Queues as collections: emptied, filled, turned into an iterator.

use super::{Inline, Queue, QueueInner, Storage};
use crate::IntoIter;
use crate::into_iter::OwnedQueue;

#[cfg(feature = "alloc")]
use {super::Boxed, alloc::vec::Vec};

impl<T, St: Storage<Value = T>> QueueInner<T, St> {
    /// Returns how many values there was room for at one moment during the call: the capacity less
    /// [`len`](Self::len). It remains true until another operation pushes or pops.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::<_, 3>::new();
    /// queue.push(1).unwrap();
    /// assert_eq!(queue.free_capacity(), 2);
    /// ```
    pub fn free_capacity(&self) -> usize {
        self.capacity() - self.len()
    }

    /// Returns the number of spare slots: see the [module](super#guarantees) for what they are for.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::mpmc::Queue::<u8, 3>::new().spares(), 4);
    /// assert_eq!(ringway::mpmc::Queue::<u8, 3, 1>::new().spares(), 1);
    /// ```
    pub fn spares(&self) -> usize {
        self.ring().spares()
    }

    /// Pops and drops values in their slots: at most as many as there were at one moment during the
    /// call, so that it ends even if others push meanwhile. Returns how many.
    ///
    /// **Guarantees**: lock-free, except for what dropping a `T` does; every value whose push
    /// returned before the call is gone afterwards.
    /// **Complexity**: that of [`len`](Self::len), and of a [`pop`](Self::pop) for each value.
    /// **Panics**: only if dropping a `T` does; the values behind it stay in the queue.
    ///
    /// ```
    /// let queue = ringway::mpmc::Queue::from([1, 2, 3]);
    /// assert_eq!(queue.clear(), 3);
    /// assert!(queue.is_empty());
    /// ```
    pub fn clear(&self) -> usize {
        (0..self.len()).take_while(|_| self.ring().pop_slot().is_some()).count()
    }

    /// Pushes values while there is room. Takes a value from the iterator only once there is a slot
    /// for it, which the exclusive borrow keeps.
    fn push_each(&mut self, values: impl IntoIterator<Item = T>) {
        let mut values = values.into_iter();
        while !self.is_full()
            && let Some(grant) = self.reserve()
            && let Some(value) = values.next()
        {
            let pushed = grant.write(value).commit();
            debug_assert!(pushed.is_ok(), "there was room, and no other thread uses the queue");
        }
    }
}

/// A queue that is full.
///
/// ```
/// use ringway::{Full, mpmc::Queue};
///
/// let queue = Queue::from(["a", "b"]);
/// assert_eq!(queue.push("c"), Err(Full("c")));
/// assert_eq!(queue.pop(), Some("a"));
/// ```
// With the default number of spare slots only, so that it need not be named.
impl<T, const N: usize> From<[T; N]> for Queue<T, N> {
    fn from(values: [T; N]) -> Self {
        let mut queue = Self::new();
        queue.push_each(values);
        queue
    }
}

/// Pushes values while there is room, and leaves the others in the iterator: lend it
/// ([`Iterator::by_ref`]) to keep them.
///
/// ```
/// let mut queue = ringway::mpmc::Queue::<_, 2>::new();
/// let mut numbers = 1..=3;
/// queue.extend(&mut numbers);
/// assert_eq!((queue.len(), numbers.next()), (2, Some(3)));
/// ```
impl<T, const N: usize, const S: usize> Extend<T> for Queue<T, N, S> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.push_each(values);
    }
}

impl<T, St: Storage<Value = T>> OwnedQueue for QueueInner<T, St> {
    type Item = T;

    #[inline]
    fn pop_owned(&mut self) -> Option<T> {
        self.pop()
    }

    fn left(&self) -> usize {
        self.len()
    }
}

/// Pops the values, oldest first.
impl<T, const N: usize, const S: usize> IntoIterator for QueueInner<T, Inline<T, N, S>> {
    type Item = T;
    type IntoIter = IntoIter<Self>;

    fn into_iter(self) -> IntoIter<Self> {
        IntoIter(self)
    }
}

/// A queue that is full, of as many values as there are, or an empty one of capacity 1 if there is
/// none: a pool, for example, to which everything that is taken from it can be given back.
///
/// **Panics**: if `values` does, or if there is not enough memory.
///
/// ```
/// use ringway::mpmc::BoxedQueue;
///
/// let buffers: BoxedQueue<Vec<u8>> = (0..8).map(|_| Vec::with_capacity(1500)).collect();
/// let buffer = buffers.pop().unwrap();
/// buffers.push(buffer).unwrap();
/// assert_eq!((buffers.len(), buffers.capacity()), (8, 8));
/// ```
#[cfg(feature = "alloc")]
impl<T> FromIterator<T> for QueueInner<T, Boxed<T>> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let values: Vec<T> = values.into_iter().collect();
        let mut queue = Self::new(values.len().max(1)).expect("not enough memory for the queue");
        queue.push_each(values);
        queue
    }
}

/// As [`from_iter`](Self::from_iter).
#[cfg(feature = "alloc")]
impl<T, const N: usize> From<[T; N]> for QueueInner<T, Boxed<T>> {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

/// Pushes values while there is room, and leaves the others in the iterator: lend it
/// ([`Iterator::by_ref`]) to keep them.
#[cfg(feature = "alloc")]
impl<T> Extend<T> for QueueInner<T, Boxed<T>> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.push_each(values);
    }
}

/// Pops the values, oldest first.
#[cfg(feature = "alloc")]
impl<T> IntoIterator for QueueInner<T, Boxed<T>> {
    type Item = T;
    type IntoIter = IntoIter<Self>;

    fn into_iter(self) -> IntoIter<Self> {
        IntoIter(self)
    }
}
