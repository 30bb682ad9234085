//! Which positions are worth another look.

use super::{CACHES, Note, Word, const_fn};

/// At which position a push looked again. Where one looked in vain, the next does not look, but answers: those who
/// could make room do not run. Without caches no push looks twice.
pub(crate) struct Patience(Note);

impl Patience {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Note::new())
        }
    }

    /// Whether this call is the first for its position.
    #[inline]
    pub(crate) fn is_new_at<W: Word>(&self, position: W) -> bool {
        let is_new = CACHES && self.0.get() != position.wide();
        if is_new {
            self.0.set(position.wide());
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::{CACHES, Patience};

    #[test]
    fn a_full_queue_is_worth_a_second_look_once_at_each_position() {
        let patience = Patience::new();
        let worth = [5u8, 5, 6, 6, 5].map(|position| patience.is_new_at(position));
        assert_eq!(worth, [true, false, true, false, true].map(|is_new| is_new && CACHES));
    }
}
