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
pub(super) struct RetainGuard<'c, 'a, T> {
    end: &'c mut ConsumerEnd<'a, T>,
    kept: usize,
    visited: usize,
    count: usize,
}

impl<'c, 'a, T> RetainGuard<'c, 'a, T> {
    /// # Safety
    /// At least `count` values are available.
    pub(super) unsafe fn new(end: &'c mut ConsumerEnd<'a, T>, count: usize) -> Self {
        Self { end, kept: 0, visited: 0, count }
    }

    /// Visits the next value, and drops it unless `keep` returns `true`. Returns `false` if there
    /// is none.
    pub(super) fn visit_next(&mut self, keep: &mut impl FnMut(&T) -> bool) -> bool {
        if self.visited == self.count {
            return false;
        }
        // SAFETY: available and not visited, so there is a value, and nothing else refers to it.
        let stays = keep(unsafe { self.end.value_mut(self.visited) });
        let offset = self.visited;
        self.visited += 1;
        if stays {
            self.move_value(offset, self.kept);
            self.kept += 1;
        } else {
            // SAFETY: there is a value; from here on its slot is a hole.
            drop(unsafe { self.end.slot(offset).read() });
        }
        true
    }

    /// The number of values that were dropped.
    pub(super) fn dropped(&self) -> usize {
        self.visited - self.kept
    }

    /// Moves a value into a hole. Does nothing if it is there already.
    fn move_value(&mut self, from: usize, to: usize) {
        if from != to {
            // SAFETY: there is a value, and its slot is a hole afterwards.
            let value = unsafe { self.end.slot(from).read() };
            // SAFETY: the slot is a hole, which only this end has access to.
            unsafe { self.end.slot(to).write(value) };
        }
    }
}

impl<T> Drop for RetainGuard<'_, '_, T> {
    fn drop(&mut self) {
        let holes = self.dropped();
        if holes > 0 {
            (0..self.kept).rev().for_each(|offset| self.move_value(offset, offset + holes));
            self.end.vacate(holes);
        }
    }
}
