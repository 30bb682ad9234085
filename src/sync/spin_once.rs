//! Which positions are worth a second look, and how long to look.

use super::{Heuristic, SPINS_PER_RETRY, Word, const_fn, pause};

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

/// How long a push to a full ring looks for room: long while that finds room, and only briefly
/// after a look in vain, when the threads that could make room are likely not running. Chosen by
/// measurement: see `docs/design/tried.md`.
pub(crate) struct Patience(Heuristic);

impl Patience {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self(Heuristic::new())
        }
    }

    /// Looks for room after pauses: `2 * retries` times, or once after a look in vain. Returns
    /// whether there is room.
    #[inline]
    pub(crate) fn look(&self, retries: usize, has_room: impl Fn() -> bool) -> bool {
        let was_in_vain = self.0.get() != 0;
        let (looks, spins) =
            if was_in_vain { (1, SPINS_PER_RETRY) } else { (2 * retries, 2 * SPINS_PER_RETRY) };
        let found = (0..looks).any(|_| {
            pause(spins);
            has_room()
        });
        self.0.replace(usize::from(!found));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Patience, SpinOncePerPosition};
    use crate::sync::CACHES;
    use core::cell::Cell;

    #[test]
    fn after_a_look_in_vain_the_next_is_short_until_one_finds_room() {
        let patience = Patience::new();
        let looks = |room: bool| {
            let looks = Cell::new(0);
            let found = patience.look(3, || {
                looks.set(looks.get() + 1);
                room
            });
            assert_eq!(found, room);
            looks.get()
        };
        let short = if CACHES { 1 } else { 6 };
        assert_eq!([false, false, true, false].map(looks), [6, short, 1, 6]);
    }

    #[test]
    fn a_full_queue_is_worth_a_second_look_once_at_each_position() {
        let spin_once = SpinOncePerPosition::new();
        let worth = [5u8, 5, 6, 6, 5].map(|position| spin_once.first_visit(position));
        assert_eq!(worth, [true, false, true, false, true].map(|is_new| is_new && CACHES));
    }
}
