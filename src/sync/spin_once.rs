//! Which positions are worth another look.

use super::{CACHES, Heuristic, Word, const_fn};

/// At which position a push looked again. Where one looked in vain, the next does not look, but answers: those who
/// could make room do not run. Without caches no push looks twice.
pub(crate) struct SpinOncePerPosition(Heuristic);

impl SpinOncePerPosition {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Heuristic::new())
        }
    }

    /// Whether this call is the first for its position.
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
