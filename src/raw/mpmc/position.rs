//! Positions: where in which lap. Pure functions, the only arithmetic on positions.
//!
//! A ring of `N` cells is walked lap after lap. Positions and cells share one layout of a word:
//!
//! ```text
//!  high bits          low `bits` bits
//! +------------------+---------------------+
//! |       lap        | index of a cell     |   a position
//! +------------------+---------------------+
//! | laps it was      | index of the cell,  |   the word in a cell
//! |   filled in      | xor the slot it     |
//! |                  | names: 0 is its home|
//! +------------------+---------------------+
//! ```
//!
//! | laps in the cell of position `p`, lap `L` | meaning                                    |
//! |-------------------------------------------|--------------------------------------------|
//! | `L`                                       | vacant: not filled in this lap yet         |
//! | `L + 1`                                   | filled at `p`                              |
//! | more                                      | filled again since: `p` is out of date     |
//!
//! Laps wrap around, and only their equality and their successor are ever used. A vacant cell still
//! names the slot of the value before. A new cell, all zeros, names its home.

use crate::raw::LEAST_ROUND_BITS;
use crate::sync::Word;

/// The geometry of a ring: how many cells, and how a word is divided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometry {
    capacity: usize,
    /// What one lap adds to a position: the bits of an index, plus one.
    one_lap: usize,
    /// The slot number that marks a closed ring; none if the ring cannot be closed.
    closed_marker: usize,
}

impl Geometry {
    /// The geometry of a ring of `capacity` cells whose cells name one of `slots` slots.
    #[inline]
    pub(super) const fn new(capacity: usize, slots: usize) -> Self {
        let bits = usize::BITS - (slots - 1).leading_zeros();
        // Zero if there are too many slots for any word; `fits` says so.
        let one_lap = if bits < usize::BITS { 1 << bits } else { 0 };
        Self { capacity, one_lap, closed_marker: usize::MAX }
    }

    /// The geometry of a ring that can be closed, or of one that cannot.
    pub(crate) const fn of(capacity: usize, slots: usize, closes: bool) -> Self {
        if closes { Self::closable(capacity, slots) } else { Self::new(capacity, slots) }
    }

    /// The same for a ring that can be closed: one more number than there are slots is the *closed
    /// marker*.
    #[inline]
    pub(super) const fn closable(capacity: usize, slots: usize) -> Self {
        let geometry = Self::new(capacity, slots.saturating_add(1));
        Self { closed_marker: geometry.one_lap.wrapping_sub(1), ..geometry }
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

    /// Whether the word lasts for [2^24](LEAST_ROUND_BITS) pushes as well. The capacity is not
    /// zero.
    pub(crate) const fn lasts(self, word_bits: u32) -> bool {
        self.fits(word_bits) && self.bits() + LEAST_ROUND_BITS <= word_bits + self.capacity.ilog2()
    }

    const fn bits(self) -> u32 {
        self.one_lap.trailing_zeros()
    }

    /// The index in a position.
    #[inline]
    pub(crate) fn index<W: Word>(self, p: W) -> usize {
        p.to_usize() & (self.one_lap - 1)
    }

    /// The slot that `cell`, at the index of `p`, names.
    #[inline]
    pub(crate) fn slot<W: Word>(self, p: W, cell: W) -> usize {
        (p.to_usize() ^ cell.to_usize()) & (self.one_lap - 1)
    }

    /// Whether a slot number is the closed marker.
    #[inline]
    pub(crate) const fn is_closed_marker(self, slot: usize) -> bool {
        slot == self.closed_marker
    }

    /// The word in the cell at `p` once it holds the closed marker.
    #[cfg_attr(not(feature = "async"), allow(dead_code, reason = "channels close, queues do not"))]
    #[inline]
    pub(crate) fn closed<W: Word>(self, p: W) -> W {
        self.filled(p, self.closed_marker)
    }

    #[inline]
    fn lap<W: Word>(self, word: W) -> usize {
        word.to_usize() & !(self.one_lap - 1)
    }

    /// The position after `p`.
    #[inline]
    pub(crate) fn next<W: Word>(self, p: W) -> W {
        let next = p.to_usize().wrapping_add(1);
        // Indices from `capacity` to the end of the lap have no cell: step over them.
        let skip = self.one_lap - self.capacity;
        W::truncate_from(next.wrapping_add(if skip == self.capacity {
            // Half of the indices, a power of two: its bit is set behind the last index and nowhere
            // else.
            next & skip
        } else if self.index(W::truncate_from(next)) == self.capacity {
            skip
        } else {
            0
        }))
    }

    /// The word in the cell at `p` once it is filled with `slot`.
    #[inline]
    pub(crate) fn filled<W: Word>(self, p: W, slot: usize) -> W {
        // What is xored is below one lap.
        W::truncate_from((p.to_usize() ^ slot).wrapping_add(self.one_lap))
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
        let slot = p.to_usize() ^ cell.to_usize();
        (slot < self.one_lap).then_some(slot)
    }

    /// The newest position at the index of `p` at which `cell` was filled.
    #[inline]
    pub(crate) fn newest<W: Word>(self, p: W, cell: W) -> W {
        W::truncate_from((self.lap(cell) | self.index(p)).wrapping_sub(self.one_lap))
    }

    /// Whether `tail` is a whole lap ahead of `head`.
    #[inline]
    pub(crate) fn is_lap_ahead<W: Word>(self, head: W, tail: W) -> bool {
        W::truncate_from(head.to_usize().wrapping_add(self.one_lap)) == tail
    }

    /// How many positions `tail` is ahead of `head`: at most one lap.
    #[inline]
    pub(crate) fn distance<W: Word>(self, head: W, tail: W) -> usize {
        let behind = if self.lap(head) == self.lap(tail) { 0 } else { self.capacity };
        behind + self.index(tail) - self.index(head)
    }

    /// The number of positions before `p`, which wraps with the laps.
    pub(crate) fn count<W: Word>(self, p: W) -> usize {
        (p.to_usize() >> self.bits()).wrapping_mul(self.capacity).wrapping_add(self.index(p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks twice through every position of an 8-bit word, beside plain counters.
    fn walk(capacity: usize, spares: usize) {
        let geometry = Geometry::new(capacity, capacity + spares);
        let laps = 256 >> geometry.bits();
        let mut p = 0u8;
        for n in 0..2 * laps * capacity {
            let (lap, index) = (n / capacity % laps, n % capacity);
            assert_eq!(geometry.index(p), index);
            assert_eq!(geometry.lap(p), lap << geometry.bits());
            assert_eq!(geometry.count(p), lap * capacity + index);
            p = geometry.next(p);
        }
        assert_eq!(p, 0, "all laps of the word lead back to its first position");
    }

    fn geometries() -> impl Iterator<Item = (usize, usize)> {
        (1..=20).flat_map(|capacity| (0..=8).map(move |spares| (capacity, spares)))
    }

    #[test]
    fn every_position_of_a_small_word_is_visited_in_order() {
        geometries().for_each(|(capacity, spares)| walk(capacity, spares));
    }

    #[test]
    fn a_filled_cell_names_its_slot_and_is_vacant_again_a_lap_later() {
        for (capacity, spares) in geometries() {
            let geometry = Geometry::new(capacity, capacity + spares);
            let mut p = 0u8;
            for n in 0..(256 >> geometry.bits()) * capacity {
                let slot = n % (capacity + spares);
                let cell = geometry.filled(p, slot);
                assert_eq!(geometry.slot(p, cell), slot);
                assert_eq!(geometry.newest(p, cell), p);
                assert!(!geometry.is_vacant(p, cell));
                let lap_later = (0..capacity).fold(p, |p, _| geometry.next(p));
                assert!(geometry.is_vacant(lap_later, cell));
                assert!(geometry.is_lap_ahead(p, lap_later));
                p = geometry.next(p);
            }
        }
    }

    #[test]
    fn the_closed_marker_is_no_slot_and_leaves_the_position_readable() {
        for (capacity, spares) in geometries() {
            let (geometry, plain) =
                (Geometry::closable(capacity, capacity + spares), Geometry::new(capacity, capacity + spares));
            assert!((0..capacity + spares).all(|slot| !geometry.is_closed_marker(slot)));
            let mut p = 0u8;
            for _ in 0..3 * capacity {
                let cell = geometry.closed(p);
                assert!(geometry.is_closed_marker(geometry.slot(p, cell)) && !geometry.is_vacant(p, cell));
                assert_eq!(geometry.newest(p, cell), p);
                assert!(
                    (0..=255u8).all(|cell| !plain.is_closed_marker(plain.slot(p, cell))),
                    "a plain ring has no closed marker"
                );
                p = geometry.next(p);
            }
        }
    }

    #[test]
    fn a_hint_that_is_many_laps_behind_jumps_to_the_newest_fill() {
        let geometry = Geometry::new(3, 4);
        let newest = (0..3 * 40 + 1).fold(0u8, |p, _| geometry.next(p));
        let stale = geometry.next(0u8);
        assert_eq!(geometry.newest(stale, geometry.filled(newest, 3)), newest);
    }

    #[test]
    fn distance_counts_positions_up_to_one_lap_across_the_wrap() {
        for (capacity, spares) in geometries() {
            let geometry = Geometry::new(capacity, capacity + spares);
            let mut head = 0u8;
            for _ in 0..(256 >> geometry.bits()) * capacity {
                let mut tail = head;
                for d in 0..=capacity {
                    assert_eq!(geometry.distance(head, tail), d);
                    assert_eq!(geometry.is_lap_ahead(head, tail), d == capacity);
                    tail = geometry.next(tail);
                }
                head = geometry.next(head);
            }
        }
    }

    #[test]
    fn a_geometry_fits_a_word_that_leaves_two_bits_for_laps() {
        assert!(Geometry::new(60, 64).fits(8));
        assert!(!Geometry::new(61, 65).fits(8));
        assert!(Geometry::new(1, 1).fits(8));
    }

    #[test]
    fn a_word_lasts_for_two_to_the_twenty_fourth_pushes_or_the_geometry_is_refused() {
        let lasts = |capacity, spares, bits| Geometry::new(capacity, capacity + spares).lasts(bits);
        assert!(lasts(1, 255, 32) && !lasts(1, 256, 32));
        assert!(lasts(4, 1020, 32) && !lasts(4, 1021, 32));
        assert!(lasts(1 << 20, 0, 32) && lasts(1 << 20, 4, 32) && lasts(1000, 4, 32));
        assert!(!lasts(1, 0, 16) && !lasts(1 << 14, 0, 16));
        for (capacity, spares) in geometries() {
            for bits in [24, 25, 27, 32] {
                let one_lap = Geometry::new(capacity, capacity + spares).one_lap as u64;
                let round = (1u64 << bits) / one_lap * capacity as u64;
                assert_eq!(lasts(capacity, spares, bits), round >= 1 << LEAST_ROUND_BITS);
            }
        }
    }
}
