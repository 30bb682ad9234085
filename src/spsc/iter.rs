//! Iterators over the values of a queue: borrowed, or popped.

use crate::raw::spsc::ConsumerEnd;
use core::fmt;
use core::marker::PhantomData;

/// An iterator over the values in a queue, oldest first. Created by
/// [`Consumer::iter`](super::Consumer::iter).
pub struct Iter<'c, 'a, T> {
    end: &'c ConsumerEnd<'a, T>,
    /// At most `count`, which is at most the number of available values.
    next: usize,
    count: usize,
    /// Lends the values, so it is shared between threads only if they are.
    lends: PhantomData<&'c T>,
}

impl<'c, 'a, T> Iter<'c, 'a, T> {
    /// # Safety
    /// `count` is at most the number of [`available`](ConsumerEnd::available) values, none of which
    /// is gone, and for `'c` only the iterator uses the end.
    pub(super) unsafe fn new(end: &'c ConsumerEnd<'a, T>, count: usize) -> Self {
        Self { end, next: 0, count, lends: PhantomData }
    }
}

impl<'c, T> Iterator for Iter<'c, '_, T> {
    type Item = &'c T;

    fn next(&mut self) -> Option<&'c T> {
        if self.next == self.count {
            return None;
        }
        self.next += 1;
        // SAFETY: available, and returned once by this iterator, the only user of the end.
        Some(unsafe { self.end.value_mut(self.next - 1) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count - self.next, Some(self.count - self.next))
    }
}

impl<T> ExactSizeIterator for Iter<'_, '_, T> {}

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

impl<T> fmt::Debug for Iter<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("left", &self.len()).finish()
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
impl<T> defmt::Format for Drain<'_, '_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Drain {{ left: {=usize} }}", self.left);
    }
}
