//! Records at which position a push to a full queue has already checked again for room.

use super::{CACHES, Heuristic, Word, const_fn};

/// The last position at which a push checked again for room. If that was in vain, the next push to
/// the position reports Full at once: the consumers that could make room are not running. In the
/// compact profile no push checks again.
pub(crate) struct SpinOncePerPosition(Heuristic);

impl SpinOncePerPosition {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Heuristic::new())
        }
    }

    /// Returns `true` on the first call for a position.
    #[inline]
    pub(crate) fn first_visit<W: Word>(&self, position: W) -> bool {
        let is_new = CACHES && self.0.get() != position.to_usize();
        if is_new {
            self.0.set(position.to_usize());
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::{CACHES, SpinOncePerPosition};

    #[test]
    fn a_full_queue_is_worth_a_second_look_once_at_each_position() {
        let spin_once = SpinOncePerPosition::new();
        let worth = [5u8, 5, 6, 6, 5].map(|position| spin_once.first_visit(position));
        assert_eq!(worth, [true, false, true, false, true].map(|is_new| is_new && CACHES));
    }
}
