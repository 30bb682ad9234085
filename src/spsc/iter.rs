//! Iterators over the values of a queue: borrowed, or popped.

use crate::raw::spsc::ConsumerEnd;
use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::ops::Range;

/// An iterator over the values in a queue, oldest first. Created by
/// [`Consumer::iter`](super::Consumer::iter).
pub struct Iter<'c, 'a, T> {
    end: &'c ConsumerEnd<'a, T>,
    /// Those of values that are available and were not returned yet.
    offsets: Range<usize>,
    /// Lends the values, so it is shared between threads only if they are.
    lends: PhantomData<&'c T>,
}

impl<'c, 'a, T> Iter<'c, 'a, T> {
    /// # Safety
    /// `count` is at most the number of [`available`](ConsumerEnd::available) values, none of which
    /// is gone, and for `'c` only the iterator uses the end.
    pub(super) unsafe fn new(end: &'c ConsumerEnd<'a, T>, count: usize) -> Self {
        Self { end, offsets: 0..count, lends: PhantomData }
    }
}

impl<'c, T> Iterator for Iter<'c, '_, T> {
    type Item = &'c T;

    fn next(&mut self) -> Option<&'c T> {
        let offset = self.offsets.next()?;
        // SAFETY: available, and returned once by this iterator, the only user of the end.
        Some(unsafe { self.end.value_mut(offset) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.offsets.size_hint()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, '_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let offset = self.offsets.next_back()?;
        // SAFETY: as in `next`.
        Some(unsafe { self.end.value_mut(offset) })
    }
}

impl<T> ExactSizeIterator for Iter<'_, '_, T> {}
impl<T> FusedIterator for Iter<'_, '_, T> {}

/// An iterator that lends the values in a queue to be changed, oldest first. Created by
/// [`Consumer::iter_mut`](super::Consumer::iter_mut).
pub struct IterMut<'c, 'a, T> {
    end: &'c ConsumerEnd<'a, T>,
    /// Those of values that are available and were not returned yet.
    offsets: Range<usize>,
    /// Lends the values exclusively.
    lends: PhantomData<&'c mut T>,
}

impl<'c, 'a, T> IterMut<'c, 'a, T> {
    /// # Safety
    /// `count` is at most the number of [`available`](ConsumerEnd::available) values, none of which
    /// is gone.
    pub(super) unsafe fn new(end: &'c mut ConsumerEnd<'a, T>, count: usize) -> Self {
        Self { end, offsets: 0..count, lends: PhantomData }
    }
}

impl<'c, T> Iterator for IterMut<'c, '_, T> {
    type Item = &'c mut T;

    fn next(&mut self) -> Option<&'c mut T> {
        let offset = self.offsets.next()?;
        // SAFETY: available, and returned once by this iterator, which has the end to itself.
        Some(unsafe { self.end.value_mut(offset) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.offsets.size_hint()
    }
}

impl<T> DoubleEndedIterator for IterMut<'_, '_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let offset = self.offsets.next_back()?;
        // SAFETY: as in `next`.
        Some(unsafe { self.end.value_mut(offset) })
    }
}

impl<T> ExactSizeIterator for IterMut<'_, '_, T> {}
impl<T> FusedIterator for IterMut<'_, '_, T> {}

/// An iterator that pops values. Created by [`Consumer::drain`](super::Consumer::drain), and by
/// iterating over a [`ReadChunk`](super::ReadChunk).
pub struct Drain<'c, 'a, T> {
    end: &'c mut ConsumerEnd<'a, T>,
    left: usize,
}

impl<'c, 'a, T> Drain<'c, 'a, T> {
    /// `left` is at most the number of available values, so that the length is exact.
    pub(super) fn new(end: &'c mut ConsumerEnd<'a, T>, left: usize) -> Self {
        Self { end, left }
    }
}

impl<T> Iterator for Drain<'_, '_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        self.end.pop()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> ExactSizeIterator for Drain<'_, '_, T> {}
impl<T> FusedIterator for Drain<'_, '_, T> {}

impl<T> fmt::Debug for Iter<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("left", &self.len()).finish()
    }
}

impl<T> fmt::Debug for IterMut<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IterMut").field("left", &self.len()).finish()
    }
}

impl<T> fmt::Debug for Drain<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("left", &self.left).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for Iter<'_, '_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Iter {{ left: {=usize} }}", self.len());
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for IterMut<'_, '_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "IterMut {{ left: {=usize} }}", self.len());
    }
}

#[cfg(feature = "defmt")]
impl<T> defmt::Format for Drain<'_, '_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Drain {{ left: {=usize} }}", self.left);
    }
}
