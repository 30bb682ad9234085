//! Positions of the SPSC ring. Pure functions.

use crate::sync::{HAS_CHEAP_ROTATE, Word};

/// The arithmetic on positions of a ring of `N` slots.
///
/// ```text
///  top bit      low bits
/// +----------+---------------------+
/// | wrap bit | index of a slot     |   a position
/// +----------+---------------------+
/// |          2 N - 1               |   the limit, all that is known of the capacity; 0 is no limit
/// +--------------------------------+
/// ```
///
/// The wrap bit flips from lap to lap. The two ends are never more than a lap apart, so one bit
/// distinguishes full from empty, positions never outgrow the word, and nothing is divided, for any
/// capacity. Doubled, a position loses its wrap bit, and exceeds the limit only after the last
/// index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Geometry {
    limit: usize,
}

impl Geometry {
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
    const fn wrap_bit<W: Word>() -> usize {
        1 << (W::BITS - 1)
    }

    /// The index in a position.
    #[inline]
    pub(crate) fn index<W: Word>(p: W) -> usize {
        p.to_usize() & !Self::wrap_bit::<W>()
    }

    /// The head at which a ring with this tail is full: the same index, the other wrap bit.
    #[inline]
    pub(crate) fn full_position<W: Word>(p: W) -> W {
        W::truncate_from(p.to_usize() ^ Self::wrap_bit::<W>())
    }

    /// The position after `p`.
    #[inline]
    pub(crate) fn next<W: Word>(self, p: W) -> W {
        let next = W::truncate_from(p.to_usize() + 1);
        if W::truncate_from(next.to_usize() << 1).to_usize() <= self.limit {
            next
        } else if HAS_CHEAP_ROTATE {
            self.wrap_by_rotation(p)
        } else {
            Self::wrap(next)
        }
    }

    /// The first position of the lap after that of `p`.
    #[inline]
    fn wrap<W: Word>(p: W) -> W {
        W::truncate_from(!p.to_usize() & Self::wrap_bit::<W>())
    }

    /// The position after `p`, the last one of a lap: rotated, the limit is the last index and the
    /// wrap bit.
    ///
    /// The plain form is [`wrap`](Self::wrap) of the next position. This one is a single
    /// instruction where a rotation costs none. The test
    /// `positions_follow_a_plain_counter_round_and_round` holds both equal.
    #[inline]
    fn wrap_by_rotation<W: Word>(self, p: W) -> W {
        W::truncate_from(p.to_usize() ^ (self.limit >> 1 | self.limit << (W::BITS - 1)))
    }

    /// The position `count` after `p`, for a `count` of at most one lap.
    #[inline]
    pub(crate) fn advance<W: Word>(self, p: W, count: usize) -> W {
        let left = self.capacity() - Self::index(p);
        if count >= left {
            W::truncate_from(Self::wrap(p).to_usize() | (count - left))
        } else {
            W::truncate_from(p.to_usize() + count)
        }
    }

    /// How many positions `tail` is ahead of `head`: at most one lap.
    #[inline]
    pub(crate) fn distance<W: Word>(self, head: W, tail: W) -> usize {
        let apart = (head.to_usize() ^ tail.to_usize()) & Self::wrap_bit::<W>();
        let lap = if apart == 0 { 0 } else { self.capacity() };
        (lap + Self::index(tail)).wrapping_sub(Self::index(head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_follow_a_plain_counter_round_and_round() {
        for capacity in (1..=20).chain([126, 127]) {
            assert!(Geometry::fits(capacity, 8));
            let geometry = Geometry::new(capacity);
            assert_eq!(geometry.capacity(), capacity);
            let at = |n: usize| {
                geometry.advance(if (n / capacity).is_multiple_of(2) { 0u8 } else { 0x80 }, n % capacity)
            };
            for n in 0..4 * capacity {
                assert_eq!(Geometry::index(at(n)), n % capacity);
                assert_eq!(Geometry::full_position(at(n)), at(n + capacity));
                assert_eq!(geometry.next(at(n)), at(n + 1));
                if n % capacity == capacity - 1 {
                    assert_eq!(geometry.wrap_by_rotation(at(n)), at(n + 1));
                }
                for count in 0..=capacity {
                    assert_eq!(geometry.advance(at(n), count), at(n + count));
                    assert_eq!(geometry.distance(at(n), at(n + count)), count);
                }
            }
        }
        assert!(!Geometry::fits(128, 8));
        assert!(!Geometry::fits(usize::MAX / 2 + 1, usize::BITS));
    }
}
