//! Which positions are worth a second look.

use super::{Heuristic, Word, const_fn};

/// The position at which a push spun. If one spun there in vain, the next does not, but answers at
/// once: the threads that could make room are not running. The compact profile never spins.
pub(crate) struct SpinOncePerPosition(Heuristic);

impl SpinOncePerPosition {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Heuristic::new())
        }
    }

    /// Returns `true` if the last call was for another position, and records this one.
    #[inline]
    pub(crate) fn first_visit<W: Word>(&self, position: W) -> bool {
        self.0.replace(position.to_usize())
    }
}

#[cfg(test)]
mod tests {
    use super::SpinOncePerPosition;
    use crate::sync::CACHES;

    #[test]
    fn a_full_queue_is_worth_a_second_look_once_at_each_position() {
        let spin_once = SpinOncePerPosition::new();
        let worth = [5u8, 5, 6, 6, 5].map(|position| spin_once.first_visit(position));
        assert_eq!(worth, [true, false, true, false, true].map(|is_new| is_new && CACHES));
    }
}
