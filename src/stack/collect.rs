//! Stacks as collections: emptied, filled, turned into an iterator.

use super::Stack;
use crate::IntoIter;
use crate::into_iter::OwnedQueue;

impl<T, const N: usize, const S: usize> Stack<T, N, S> {
    /// Returns how many values there was room for at one moment during the call: the capacity less
    /// [`len`](Self::len). It stays true until another operation pushes or pops.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// let stack = ringway::stack::Stack::<_, 3>::new();
    /// stack.push(1).unwrap();
    /// assert_eq!(stack.free_capacity(), 2);
    /// ```
    pub fn free_capacity(&self) -> usize {
        N - self.len()
    }

    /// Pops and drops values: at most as many as there were at one moment during the call, so that
    /// it ends even if others push meanwhile. Returns how many.
    ///
    /// As the newest values are popped first, those that others push during the call may go in
    /// place of older ones.
    ///
    /// **Guarantees**: lock-free, except for what dropping a `T` does.
    /// **Complexity**: that of [`len`](Self::len), and of a [`pop`](Self::pop) for each value.
    /// **Panics**: only if dropping a `T` does; the values below it stay in the stack.
    ///
    /// ```
    /// let stack = ringway::stack::Stack::from([1, 2, 3]);
    /// assert_eq!(stack.clear(), 3);
    /// assert!(stack.is_empty());
    /// ```
    pub fn clear(&self) -> usize {
        (0..self.len()).take_while(|_| self.pop().is_some()).count()
    }
}

/// A stack that is full, with the last value on top.
///
/// ```
/// use ringway::{Full, stack::Stack};
///
/// let stack = Stack::from(["a", "b"]);
/// assert_eq!(stack.push("c"), Err(Full("c")));
/// assert_eq!(stack.pop(), Some("b"));
/// ```
// With the default number of spare slots only, so that it need not be named.
impl<T, const N: usize> From<[T; N]> for Stack<T, N> {
    fn from(values: [T; N]) -> Self {
        let mut stack = Self::new();
        stack.extend(values);
        stack
    }
}

/// Pushes values while there is room, and leaves the others in the iterator: lend it
/// ([`Iterator::by_ref`]) to keep them.
///
/// ```
/// let mut stack = ringway::stack::Stack::<_, 2>::new();
/// let mut numbers = 1..=3;
/// stack.extend(&mut numbers);
/// assert_eq!((stack.pop(), numbers.next()), (Some(2), Some(3)));
/// ```
impl<T, const N: usize, const S: usize> Extend<T> for Stack<T, N, S> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values.into_iter().take(self.free_capacity()) {
            let pushed = self.push(value);
            debug_assert!(pushed.is_ok(), "there was room, and no other thread uses the stack");
        }
    }
}

impl<T, const N: usize, const S: usize> OwnedQueue for Stack<T, N, S> {
    type Item = T;

    #[inline]
    fn pop_owned(&mut self) -> Option<T> {
        self.pop()
    }

    fn left(&self) -> usize {
        self.len()
    }
}

/// Pops the values, newest first.
impl<T, const N: usize, const S: usize> IntoIterator for Stack<T, N, S> {
    type Item = T;
    type IntoIter = IntoIter<Self>;

    fn into_iter(self) -> IntoIter<Self> {
        IntoIter(self)
    }
}
