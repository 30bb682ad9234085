//! Dropping values from the middle of a queue.

use crate::raw::spsc::ConsumerEnd;

/// The values of a queue while they are visited, oldest first.
///
/// ```text
///  0 .. kept        kept .. visited      visited .. count
/// +----------------+--------------------+--------------------+
/// | values that    | holes, without     | values not visited |
/// | stay           | a value            | yet                |
/// +----------------+--------------------+--------------------+
/// ```
///
/// Dropped, it moves the holes to the front and frees them, also if a panic ended the visit.
///
/// Invariants:
///
/// 1. `kept <= visited <= count`, which is at most the number of available values.
/// 2. Only the guard has access to the values. There is one in each slot that is no hole.
pub(super) struct RetainGuard<'c, 'a, T> {
    end: &'c mut ConsumerEnd<'a, T>,
    kept: usize,
    visited: usize,
    count: usize,
}

impl<'c, 'a, T> RetainGuard<'c, 'a, T> {
    /// # Safety
    /// At least `count` values are [`available`](ConsumerEnd::available), none of which is gone,
    /// and nothing else refers to them.
    pub(super) unsafe fn new(end: &'c mut ConsumerEnd<'a, T>, count: usize) -> Self {
        Self { end, kept: 0, visited: 0, count }
    }

    /// Visits the next value, and drops it unless `keep` returns `true`. Returns `false` if there
    /// is none.
    pub(super) fn visit_next(&mut self, keep: &mut impl FnMut(&T) -> bool) -> bool {
        if self.visited == self.count {
            return false;
        }
        // SAFETY: available and not visited, so there is a value (invariants 1, 2).
        let stays = keep(unsafe { self.end.value_mut(self.visited) });
        let offset = self.visited;
        self.visited += 1;
        if stays {
            // SAFETY: a value, and the first hole, or its own slot if there is none.
            unsafe { self.move_value(offset, self.kept) };
            self.kept += 1;
        } else {
            // SAFETY: a value; from here on its slot counts as a hole.
            drop(unsafe { self.take_value(offset) });
        }
        true
    }

    /// The number of values that were dropped.
    pub(super) fn dropped(&self) -> usize {
        self.visited - self.kept
    }

    /// Moves a value out: its slot is a hole afterwards.
    ///
    /// # Safety
    /// There is a value in the slot at `offset`, which is below `count`.
    unsafe fn take_value(&mut self, offset: usize) -> T {
        // SAFETY: below `count`, so below the number of available values (invariant 1).
        let slot = unsafe { self.end.slot(offset) };
        // SAFETY: there is a value, and only this guard has access to it (2).
        unsafe { slot.read() }
    }

    /// Moves a value into a hole. Does nothing if it is there already.
    ///
    /// # Safety
    /// There is a value in the slot `from`, and `to` is the same slot or a hole. Both are below
    /// `count`.
    unsafe fn move_value(&mut self, from: usize, to: usize) {
        if from != to {
            // SAFETY: the caller's promise.
            let value = unsafe { self.take_value(from) };
            // SAFETY: below `count`, so below the number of available values (invariant 1).
            let hole = unsafe { self.end.slot(to) };
            // SAFETY: only this guard has access to the slot (2).
            unsafe { hole.write(value) };
        }
    }
}

impl<T> Drop for RetainGuard<'_, '_, T> {
    fn drop(&mut self) {
        let holes = self.dropped();
        if holes > 0 {
            for offset in (0..self.kept).rev() {
                // SAFETY: a value that stays, and the last hole: those after it are filled already.
                // Both are below `visited`, which is `kept + holes`, so below `count`.
                unsafe { self.move_value(offset, offset + holes) };
            }
            // SAFETY: available (invariant 1), and now the holes: their values are gone.
            unsafe { self.end.vacate(holes) };
        }
    }
}
