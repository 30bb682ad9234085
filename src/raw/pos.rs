//! Positions: where in which lap. Pure functions, the only arithmetic on positions.
//!
//! A ring of `N` cells is walked lap after lap. Positions and cells share one layout of a word:
//!
//! ```text
//!  high bits          low `bits` bits
//! +------------------+---------------------+
//! |       lap        | index of a cell     |   a position
//! +------------------+---------------------+
//! | laps it was      | index of the cell,  |   the content of a cell
//! |   filled in      | xor the slot it     |
//! |                  | names: 0 is its home|
//! +------------------+---------------------+
//! ```
//!
//! | cell at the index of position `p`, lap `L` | meaning                                          |
//! |--------------------------------------------|--------------------------------------------------|
//! | `L`                                        | vacant: not filled in this lap yet               |
//! | `L + 1`                                    | filled at `p`                                    |
//! | more                                       | filled again since: whoever holds `p` is behind  |
//!
//! Laps wrap around, and only their equality and their successor are ever used. A cell names a slot even
//! while it is vacant: that of the value before. A new cell, all zeros, names its home.

use crate::sync::{ROTATES, Word};

/// The logarithm of the least number of pushes after which the counts in a word may begin again. An operation that stands
/// still for so long can be mistaken, and what it does then is unsound: see [`mpmc`](crate::mpmc#wrap-around).
pub(crate) const LEAST_ROUND_BITS: u32 = 24;

/// The shape of a ring: how many cells, and how a word is divided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    capacity: usize,
    /// What one lap adds to a position: the bits of an index, plus one.
    one_lap: usize,
    /// The slot number that stands for the end of a closed queue; none if the queue does not close.
    end: usize,
}

impl Shape {
    /// The shape of a ring of `capacity` cells whose cells name one of `slots` slots.
    #[inline]
    pub(crate) const fn new(capacity: usize, slots: usize) -> Self {
        let bits = usize::BITS - (slots - 1).leading_zeros();
        // Zero if there are too many slots for any word; `fits` says so.
        let one_lap = if bits < usize::BITS { 1 << bits } else { 0 };
        Self { capacity, one_lap, end: usize::MAX }
    }

    /// One or the other of the two shapes.
    pub(crate) const fn of(capacity: usize, slots: usize, closes: bool) -> Self {
        if closes { Self::with_end(capacity, slots) } else { Self::new(capacity, slots) }
    }

    /// The same for a ring that can be closed: one number more than there are slots is the *end mark*.
    #[inline]
    pub(crate) const fn with_end(capacity: usize, slots: usize) -> Self {
        let shape = Self::new(capacity, slots.saturating_add(1));
        Self { end: shape.one_lap.wrapping_sub(1), ..shape }
    }

    /// The number of cells.
    #[inline]
    pub(crate) const fn capacity(self) -> usize {
        self.capacity
    }

    /// Whether a word of `word_bits` bits has room for the index and at least two bits of laps.
    pub(crate) const fn fits(self, word_bits: u32) -> bool {
        self.bits() + 2 <= word_bits
    }

    /// Whether the word lasts for [2^24](LEAST_ROUND_BITS) pushes as well. The capacity is not zero.
    pub(crate) const fn lasts(self, word_bits: u32) -> bool {
        self.fits(word_bits) && self.bits() + LEAST_ROUND_BITS <= word_bits + self.capacity.ilog2()
    }

    const fn bits(self) -> u32 {
        self.one_lap.trailing_zeros()
    }

    /// The index in a position.
    #[inline]
    pub(crate) fn index<W: Word>(self, p: W) -> usize {
        p.wide() & (self.one_lap - 1)
    }

    /// The slot that `cell`, at the index of `p`, names.
    #[inline]
    pub(crate) fn slot<W: Word>(self, p: W, cell: W) -> usize {
        (p.wide() ^ cell.wide()) & (self.one_lap - 1)
    }

    /// Whether a slot number is the end mark.
    #[inline]
    pub(crate) const fn is_end(self, slot: usize) -> bool {
        slot == self.end
    }

    /// The content of the cell at `p` once it holds the end mark.
    #[cfg_attr(not(feature = "async"), allow(dead_code, reason = "queues do not close, channels do"))]
    #[inline]
    pub(crate) fn ended<W: Word>(self, p: W) -> W {
        self.filled(p, self.end)
    }

    #[inline]
    fn lap<W: Word>(self, word: W) -> usize {
        word.wide() & !(self.one_lap - 1)
    }

    /// The position after `p`.
    #[inline]
    pub(crate) fn next<W: Word>(self, p: W) -> W {
        let next = p.wide().wrapping_add(1);
        // Behind the last index, over those that no cell has: `skip`, if this is where they begin.
        let skip = self.one_lap - self.capacity;
        W::cut(next.wrapping_add(if skip == self.capacity {
            // Half of the indices, a power of two: its bit is set behind the last index and nowhere else.
            next & skip
        } else if self.index(W::cut(next)) == self.capacity {
            skip
        } else {
            0
        }))
    }

    /// The content of the cell at `p` once it is filled with `slot`.
    #[inline]
    pub(crate) fn filled<W: Word>(self, p: W, slot: usize) -> W {
        // What is xored is below one lap.
        W::cut((p.wide() ^ slot).wrapping_add(self.one_lap))
    }

    /// Whether `cell`, at the index of `p`, has not been filled in the lap of `p`.
    #[inline]
    pub(crate) fn is_vacant<W: Word>(self, p: W, cell: W) -> bool {
        self.slot_before(p, cell).is_some()
    }

    /// The slot that `cell`, at the index of `p`, names of the lap before, if it is vacant.
    #[inline]
    pub(crate) fn slot_before<W: Word>(self, p: W, cell: W) -> Option<usize> {
        // Of the same lap, so that nothing else is left.
        let slot = p.wide() ^ cell.wide();
        (slot < self.one_lap).then_some(slot)
    }

    /// The newest position at the index of `p` that `cell` tells to be filled.
    #[inline]
    pub(crate) fn newest<W: Word>(self, p: W, cell: W) -> W {
        W::cut((self.lap(cell) | self.index(p)).wrapping_sub(self.one_lap))
    }

    /// Whether `tail` is a whole lap ahead of `head`.
    #[inline]
    pub(crate) fn is_lap_ahead<W: Word>(self, head: W, tail: W) -> bool {
        W::cut(head.wide().wrapping_add(self.one_lap)) == tail
    }

    /// How many positions `tail` is ahead of `head`: at most one lap.
    #[inline]
    pub(crate) fn distance<W: Word>(self, head: W, tail: W) -> usize {
        let behind = if self.lap(head) == self.lap(tail) { 0 } else { self.capacity };
        behind + self.index(tail) - self.index(head)
    }

    /// The number of positions before `p`, which starts again at zero with the laps.
    pub(crate) fn count<W: Word>(self, p: W) -> usize {
        (p.wide() >> self.bits()).wrapping_mul(self.capacity).wrapping_add(self.index(p))
    }
}

/// Positions of the SPSC ring: an index and the parity of the lap in the top bit.
///
/// Its two ends are never more than a lap apart, so one bit tells full from empty, the counters never
/// outgrow the word, and there is nothing to divide for any capacity. One word, the *limit*, is all that is known of
/// a capacity `N`: `2 N - 1`. The double of a position has lost the parity, and exceeds the limit behind the last
/// index only. No limit is zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parity {
    limit: usize,
}

impl Parity {
    #[inline]
    pub(crate) const fn new(capacity: usize) -> Self {
        Self { limit: 2 * capacity - 1 }
    }

    #[inline]
    pub(crate) const fn from_limit(limit: usize) -> Self {
        Self { limit }
    }

    #[inline]
    pub(crate) const fn limit(self) -> usize {
        self.limit
    }

    /// Whether a word of `word_bits` bits has room for the positions of `capacity` indices.
    pub(crate) const fn fits(capacity: usize, word_bits: u32) -> bool {
        capacity.leading_zeros() > usize::BITS - word_bits
    }

    #[inline]
    pub(crate) const fn capacity(self) -> usize {
        (self.limit + 1) >> 1
    }

    #[inline]
    const fn parity_bit<W: Word>() -> usize {
        1 << (W::BITS - 1)
    }

    /// The index in a position.
    #[inline]
    pub(crate) fn index<W: Word>(p: W) -> usize {
        p.wide() & !Self::parity_bit::<W>()
    }

    /// The position at the same index a lap later, or earlier.
    #[inline]
    pub(crate) fn other_lap<W: Word>(p: W) -> W {
        W::cut(p.wide() ^ Self::parity_bit::<W>())
    }

    /// The position after `p`.
    #[inline]
    pub(crate) fn next<W: Word>(self, p: W) -> W {
        let next = W::cut(p.wide() + 1);
        if W::cut(next.wide() << 1).wide() <= self.limit {
            next
        } else if ROTATES {
            self.turn(p)
        } else {
            Self::begin_again(next)
        }
    }

    /// The first position of the lap after that of `p`.
    #[inline]
    fn begin_again<W: Word>(p: W) -> W {
        W::cut(!p.wide() & Self::parity_bit::<W>())
    }

    /// The same for the last position of a lap: rotated, the limit is the last index and the parity bit.
    #[inline]
    fn turn<W: Word>(self, p: W) -> W {
        W::cut(p.wide() ^ (self.limit >> 1 | self.limit << (W::BITS - 1)))
    }

    /// The position `count` after `p`, for a `count` of at most one lap.
    #[inline]
    pub(crate) fn advance<W: Word>(self, p: W, count: usize) -> W {
        let left = self.capacity() - Self::index(p);
        if count >= left {
            W::cut(Self::begin_again(p).wide() | (count - left))
        } else {
            W::cut(p.wide() + count)
        }
    }

    /// How many positions `tail` is ahead of `head`: at most one lap.
    #[inline]
    pub(crate) fn distance<W: Word>(self, head: W, tail: W) -> usize {
        let apart = (head.wide() ^ tail.wide()) & Self::parity_bit::<W>();
        let behind = if apart == 0 { 0 } else { self.capacity() };
        (behind + Self::index(tail)).wrapping_sub(Self::index(head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks twice through every position of an 8-bit word, beside plain counters.
    fn walk(capacity: usize, spares: usize) {
        let shape = Shape::new(capacity, capacity + spares);
        let laps = 256 >> shape.bits();
        let mut p = 0u8;
        for n in 0..2 * laps * capacity {
            let (lap, index) = (n / capacity % laps, n % capacity);
            assert_eq!(shape.index(p), index);
            assert_eq!(shape.lap(p), lap << shape.bits());
            assert_eq!(shape.count(p), lap * capacity + index);
            p = shape.next(p);
        }
        assert_eq!(p, 0, "all laps of the word lead back to its first position");
    }

    fn shapes() -> impl Iterator<Item = (usize, usize)> {
        (1..=20).flat_map(|capacity| (0..=8).map(move |spares| (capacity, spares)))
    }

    #[test]
    fn every_position_of_a_small_word_is_visited_in_order() {
        shapes().for_each(|(capacity, spares)| walk(capacity, spares));
    }

    #[test]
    fn a_filled_cell_names_its_slot_and_is_vacant_again_a_lap_later() {
        for (capacity, spares) in shapes() {
            let shape = Shape::new(capacity, capacity + spares);
            let mut p = 0u8;
            for n in 0..(256 >> shape.bits()) * capacity {
                let slot = n % (capacity + spares);
                let cell = shape.filled(p, slot);
                assert_eq!(shape.slot(p, cell), slot);
                assert_eq!(shape.newest(p, cell), p);
                assert!(!shape.is_vacant(p, cell));
                let lap_later = (0..capacity).fold(p, |p, _| shape.next(p));
                assert!(shape.is_vacant(lap_later, cell));
                assert!(shape.is_lap_ahead(p, lap_later));
                p = shape.next(p);
            }
        }
    }

    #[test]
    fn the_end_mark_is_no_slot_and_leaves_the_position_readable() {
        for (capacity, spares) in shapes() {
            let (shape, plain) =
                (Shape::with_end(capacity, capacity + spares), Shape::new(capacity, capacity + spares));
            assert!((0..capacity + spares).all(|slot| !shape.is_end(slot)));
            let mut p = 0u8;
            for _ in 0..3 * capacity {
                let cell = shape.ended(p);
                assert!(shape.is_end(shape.slot(p, cell)) && !shape.is_vacant(p, cell));
                assert_eq!(shape.newest(p, cell), p);
                assert!(
                    (0..=255u8).all(|cell| !plain.is_end(plain.slot(p, cell))),
                    "a plain ring has no end mark"
                );
                p = shape.next(p);
            }
        }
    }

    #[test]
    fn a_hint_that_is_many_laps_behind_jumps_to_the_newest_fill() {
        let shape = Shape::new(3, 4);
        let newest = (0..3 * 40 + 1).fold(0u8, |p, _| shape.next(p));
        let stale = shape.next(0u8);
        assert_eq!(shape.newest(stale, shape.filled(newest, 3)), newest);
    }

    #[test]
    fn distance_counts_positions_up_to_one_lap_across_the_wrap() {
        for (capacity, spares) in shapes() {
            let shape = Shape::new(capacity, capacity + spares);
            let mut head = 0u8;
            for _ in 0..(256 >> shape.bits()) * capacity {
                let mut tail = head;
                for d in 0..=capacity {
                    assert_eq!(shape.distance(head, tail), d);
                    assert_eq!(shape.is_lap_ahead(head, tail), d == capacity);
                    tail = shape.next(tail);
                }
                head = shape.next(head);
            }
        }
    }

    #[test]
    fn a_shape_fits_a_word_that_leaves_two_bits_for_laps() {
        assert!(Shape::new(60, 64).fits(8));
        assert!(!Shape::new(61, 65).fits(8));
        assert!(Shape::new(1, 1).fits(8));
    }

    #[test]
    fn a_word_lasts_for_two_to_the_twenty_fourth_pushes_or_the_shape_is_refused() {
        let lasts = |capacity, spares, bits| Shape::new(capacity, capacity + spares).lasts(bits);
        assert!(lasts(1, 255, 32) && !lasts(1, 256, 32));
        assert!(lasts(4, 1020, 32) && !lasts(4, 1021, 32));
        assert!(lasts(1 << 20, 0, 32) && lasts(1 << 20, 4, 32) && lasts(1000, 4, 32));
        assert!(!lasts(1, 0, 16) && !lasts(1 << 14, 0, 16));
        for (capacity, spares) in shapes() {
            for bits in [24, 25, 27, 32] {
                let one_lap = Shape::new(capacity, capacity + spares).one_lap as u64;
                let round = (1u64 << bits) / one_lap * capacity as u64;
                assert_eq!(lasts(capacity, spares, bits), round >= 1 << LEAST_ROUND_BITS);
            }
        }
    }

    #[test]
    fn parity_positions_follow_a_plain_counter_round_and_round() {
        for capacity in (1..=20).chain([126, 127]) {
            assert!(Parity::fits(capacity, 8));
            let parity = Parity::new(capacity);
            assert_eq!(parity.capacity(), capacity);
            let at = |n: usize| {
                parity.advance(if (n / capacity).is_multiple_of(2) { 0u8 } else { 0x80 }, n % capacity)
            };
            for n in 0..4 * capacity {
                assert_eq!(Parity::index(at(n)), n % capacity);
                assert_eq!(Parity::other_lap(at(n)), at(n + capacity));
                assert_eq!(parity.next(at(n)), at(n + 1));
                if n % capacity == capacity - 1 {
                    assert_eq!(parity.turn(at(n)), at(n + 1));
                }
                for count in 0..=capacity {
                    assert_eq!(parity.advance(at(n), count), at(n + count));
                    assert_eq!(parity.distance(at(n), at(n + count)), count);
                }
            }
        }
        assert!(!Parity::fits(128, 8));
        assert!(!Parity::fits(usize::MAX / 2 + 1, usize::BITS));
    }
}
