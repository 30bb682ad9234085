//! Positions of the SPSC ring. Pure functions.

use crate::sync::Word;

/// The arithmetic on positions of a ring of `N` slots.
///
/// ```text
///  top bit      low bits
/// +----------+---------------------+
/// | wrap bit | index of a slot     |   a position
/// +----------+---------------------+
/// |    1     |        N - 1        |   the limit, all that is known of the capacity
/// +----------+---------------------+
/// ```
///
/// The wrap bit flips from lap to lap. The two ends are never more than a lap apart, so one bit
/// distinguishes full from empty, positions never outgrow the word, and nothing is divided, for any
/// capacity. The exclusive or of the limit and the last position of a lap is the first position of
/// the next lap; that of the limit and any other position has an index other than zero. A limit is
/// never zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometry<W: Word = usize> {
    limit: W,
}

impl<W: Word> Geometry<W> {
    const WRAP_BIT: usize = 1 << (W::BITS - 1);

    #[inline]
    pub(crate) fn new(capacity: usize) -> Self {
        Self::from_limit(Self::WRAP_BIT | (capacity - 1))
    }

    #[inline]
    pub(crate) fn from_limit(limit: usize) -> Self {
        Self { limit: W::truncate_from(limit) }
    }

    #[inline]
    pub(crate) fn limit(self) -> usize {
        self.limit.to_usize()
    }

    /// Whether the word has room for the positions of `capacity` indices.
    pub(crate) const fn fits(capacity: usize) -> bool {
        capacity.leading_zeros() > usize::BITS - W::BITS
    }

    #[inline]
    pub(crate) fn capacity(self) -> usize {
        Self::index(self.limit) + 1
    }

    /// The index in a position.
    #[inline]
    pub(crate) fn index(p: W) -> usize {
        p.to_usize() & !Self::WRAP_BIT
    }

    /// The head at which a ring with this tail is full: the same index, the other wrap bit.
    #[inline]
    pub(crate) fn full_position(p: W) -> W {
        W::truncate_from(p.to_usize() ^ Self::WRAP_BIT)
    }

    /// The position after `p`.
    #[inline]
    pub(crate) fn next(self, p: W) -> W {
        let next_lap = W::truncate_from(p.to_usize() ^ self.limit());
        if Self::index(next_lap) == 0 { next_lap } else { W::truncate_from(p.to_usize() + 1) }
    }

    /// The position `count` after `p`, for a `count` of at most one lap.
    #[inline]
    pub(crate) fn advance(self, p: W, count: usize) -> W {
        let left = self.capacity() - Self::index(p);
        if count >= left {
            let next_lap = !p.to_usize() & Self::WRAP_BIT;
            W::truncate_from(next_lap | (count - left))
        } else {
            W::truncate_from(p.to_usize() + count)
        }
    }

    /// How many positions `tail` is ahead of `head`: at most one lap.
    #[inline]
    pub(crate) fn distance(self, head: W, tail: W) -> usize {
        let apart = (head.to_usize() ^ tail.to_usize()) & Self::WRAP_BIT;
        let lap = if apart == 0 { 0 } else { self.capacity() };
        (lap + Self::index(tail)).wrapping_sub(Self::index(head))
    }
}

impl Geometry {
    /// Where the slot of a position is, in bytes, if slots have `size` bytes.
    ///
    /// The plain form is the index times the size. To multiply by an even number drops the wrap bit
    /// too: on a Cortex-M0, the mask takes two instructions.
    #[inline]
    pub(crate) fn offset(p: usize, size: usize) -> usize {
        if size.is_multiple_of(2) { p.wrapping_mul(size) } else { Self::index(p) * size }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_follow_a_plain_counter_round_and_round() {
        for capacity in (1..=20).chain([126, 127]) {
            assert!(Geometry::<u8>::fits(capacity));
            let geometry = Geometry::new(capacity);
            assert_eq!(geometry.capacity(), capacity);
            let at = |n: usize| {
                geometry.advance(if (n / capacity).is_multiple_of(2) { 0u8 } else { 0x80 }, n % capacity)
            };
            for n in 0..4 * capacity {
                assert_eq!(Geometry::index(at(n)), n % capacity);
                assert_eq!(Geometry::full_position(at(n)), at(n + capacity));
                assert_eq!(geometry.next(at(n)), at(n + 1));
                for count in 0..=capacity {
                    assert_eq!(geometry.advance(at(n), count), at(n + count));
                    assert_eq!(geometry.distance(at(n), at(n + count)), count);
                }
            }
        }
        assert!(!Geometry::<u8>::fits(128));
        assert!(!Geometry::<usize>::fits(usize::MAX / 2 + 1));
    }

    #[test]
    fn a_slot_is_found_by_its_index_whatever_the_lap_and_the_size() {
        for (index, size) in (0..5).flat_map(|index| (0..9).map(move |size| (index, size))) {
            let next_lap = Geometry::full_position(index);
            assert_eq!(Geometry::offset(index, size), index * size);
            assert_eq!(Geometry::offset(next_lap, size), index * size);
        }
    }
}
