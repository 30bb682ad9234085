//! Priority queues as collections: emptied, turned into an iterator.

use super::{Policy, Priority};
use crate::IntoIter;
use crate::into_iter::OwnedQueue;
use crate::mpmc::QueueInner;

impl<T, const L: usize, const N: usize, P, const S: usize, const CLOSES: bool>
    Priority<T, L, N, P, S, CLOSES>
{
    /// Returns how many values a level had room for at one moment during the call; zero if there is
    /// no such level.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler. **Complexity**: a few
    /// loads. Never panics.
    ///
    /// ```
    /// let jobs = ringway::priority::Priority::<_, 2, 4>::new();
    /// jobs.push(1, "job").unwrap();
    /// assert_eq!([0, 1, 2].map(|level| jobs.free_capacity(level)), [4, 3, 0]);
    /// ```
    pub fn free_capacity(&self, level: usize) -> usize {
        self.levels.get(level).map_or(0, QueueInner::free_capacity)
    }

    /// Pops and drops values, level by level: at most as many as there were in the level at one
    /// moment during the call, so that it ends even if others push meanwhile. Returns how many.
    ///
    /// **Guarantees**: lock-free, except for what dropping a `T` does; every value whose push
    /// returned before the call is gone afterwards. It takes no turns of the policy.
    /// **Complexity**: a few loads for each level, and one atomic read-modify-write for each value
    /// without concurrent pops.
    /// **Panics**: only if dropping a `T` does; the values behind it stay in the queue.
    ///
    /// ```
    /// let jobs = ringway::priority::Priority::<_, 2, 4>::new();
    /// jobs.push(1, "job").unwrap();
    /// jobs.push(0, "alarm").unwrap();
    /// assert_eq!(jobs.clear(), 2);
    /// assert!(jobs.is_empty());
    /// ```
    pub fn clear(&self) -> usize {
        self.levels.iter().map(QueueInner::clear).sum()
    }
}

impl<T, const L: usize, const N: usize, P: Policy<L>, const S: usize> OwnedQueue for Priority<T, L, N, P, S> {
    type Item = (usize, T);

    #[inline]
    fn pop_owned(&mut self) -> Option<(usize, T)> {
        self.pop()
    }

    fn left(&self) -> usize {
        self.len()
    }
}

/// Pops the values with their levels, in the order of the policy.
///
/// ```
/// let jobs = ringway::priority::Priority::<_, 2, 4>::new();
/// jobs.push(1, "report").unwrap();
/// jobs.push(0, "alarm").unwrap();
/// assert_eq!(jobs.into_iter().collect::<Vec<_>>(), [(0, "alarm"), (1, "report")]);
/// ```
impl<T, const L: usize, const N: usize, P: Policy<L>, const S: usize> IntoIterator
    for Priority<T, L, N, P, S>
{
    type Item = (usize, T);
    type IntoIter = IntoIter<Self>;

    fn into_iter(self) -> IntoIter<Self> {
        IntoIter(self)
    }
}
