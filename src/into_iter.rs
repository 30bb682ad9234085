//! The iterator that owns a queue.

use core::fmt;
use core::iter::FusedIterator;

/// An iterator that owns a queue and pops its values. Created by iterating over a queue by value.
///
/// Dropped, it drops the values that it did not return.
///
/// **Guarantees** of each step: those of the queue's pop.
///
/// ```
/// let queue = ringway::mpmc::Queue::from([1, 2, 3]);
/// assert_eq!(queue.into_iter().map(|value| 10 * value).collect::<Vec<_>>(), [10, 20, 30]);
/// ```
pub struct IntoIter<Q>(pub(crate) Q);

/// A queue that an iterator owns, so that no other thread uses it. Sealed: it cannot be named.
pub trait OwnedQueue {
    /// What a pop returns.
    type Item;

    /// Pops the next value.
    fn pop_owned(&mut self) -> Option<Self::Item>;
    /// Returns the number of values.
    fn left(&self) -> usize;
}

impl<Q: OwnedQueue> Iterator for IntoIter<Q> {
    type Item = Q::Item;

    #[inline]
    fn next(&mut self) -> Option<Q::Item> {
        self.0.pop_owned()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.left(), Some(self.0.left()))
    }
}

impl<Q: OwnedQueue> ExactSizeIterator for IntoIter<Q> {}
impl<Q: OwnedQueue> FusedIterator for IntoIter<Q> {}

impl<Q: fmt::Debug> fmt::Debug for IntoIter<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntoIter").field(&self.0).finish()
    }
}

#[cfg(feature = "defmt")]
impl<Q: defmt::Format> defmt::Format for IntoIter<Q> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "IntoIter({})", self.0);
    }
}
