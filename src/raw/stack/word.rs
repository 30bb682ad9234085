//! The words of the stack: which slot, and how many. Pure functions, the only bit arithmetic of the
//! stack.
//!
//! A list of slots has one word, and so has each slot in it. Both are divided alike:
//!
//! ```text
//!  high bits               low `bits` bits
//! +-----------------------+-----------------------+
//! | links made so far     | slot at the top,      |   the word of a list
//! |                       |   xor its zero        |
//! +-----------------------+-----------------------+
//! | slots from here down, | slot below,           |   the word of a slot
//! |   xor what is new     |   xor (this slot + 1) |
//! +-----------------------+-----------------------+
//! ```
//!
//! | number of a slot | meaning                                                        |
//! |------------------|----------------------------------------------------------------|
//! | `0 .. slots`     | that slot                                                      |
//! | `slots`          | none: the list ends here                                       |
//! | `slots + 1`      | the closed marker of a closed stack; only where the stack can close |
//!
//! The count of links distinguishes two visits of a slot to the top of a list. It wraps around.
//! The free slots of a stack are not counted: nothing asks for their number.
//!
//! **Why slots are stored xor a zero.** The plain form stores the number itself. Then a new stack
//! is not all zeros: a `static` takes its whole size in the program instead of being placed in
//! `.bss`, and one on the heap is written, page by page, before it is used. Stored as the
//! difference from what a new stack has in that word, every number is zero when new. The price is
//! one exclusive or for each number read or written, none for the top of the free slots, whose zero
//! is slot 0. The test `words_agree_with_their_plain_form` holds both equal.

use crate::sync::Word;

/// The geometry of a stack: how its words are divided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WordLayout {
    slots: usize,
    /// The number of the closed marker; that of none if the stack does not close.
    closed_marker: usize,
    /// How many bits hold the number of a slot.
    bits: u32,
}

impl WordLayout {
    pub(crate) const fn new(slots: usize, closes: bool) -> Self {
        let closed_marker = slots + closes as usize;
        Self { slots, closed_marker, bits: usize::BITS - closed_marker.leading_zeros() }
    }

    /// How many bits hold the number of a slot.
    pub(crate) const fn bits(self) -> u32 {
        self.bits
    }

    /// Whether a word of `word_bits` bits has room for the number of a slot, and for as large a
    /// count.
    pub(crate) const fn fits(self, word_bits: u32) -> bool {
        2 * self.bits <= word_bits
    }

    /// The words of the list that is empty when new.
    #[inline]
    pub(crate) const fn empty_list(self) -> ListWord {
        ListWord { layout: self, new_len: 0 }
    }

    /// The words of the list that holds all slots when new, in order.
    #[inline]
    pub(crate) const fn full_list(self) -> ListWord {
        ListWord { layout: self, new_len: self.slots }
    }

    /// The slot below `slot`, whose word is `word`.
    #[inline]
    pub(crate) fn below<W: Word>(self, slot: usize, word: W) -> usize {
        self.number(word) ^ (slot + 1)
    }

    /// What one more adds to the count in a word.
    #[inline]
    const fn one(self) -> usize {
        1 << self.bits
    }

    /// The low bits of a word.
    #[inline]
    fn number<W: Word>(self, word: W) -> usize {
        word.to_usize() & (self.one() - 1)
    }

    /// The high bits of a word, where they are.
    #[inline]
    fn count<W: Word>(self, word: W) -> usize {
        word.to_usize() & !(self.one() - 1)
    }
}

/// How the words of a list and of the slots in it are read and written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListWord {
    layout: WordLayout,
    /// The number of slots in the new list: none, or all, in order.
    new_len: usize,
}

impl ListWord {
    /// The slot at the top of the new list, stored as zero.
    #[inline]
    const fn zero(self) -> usize {
        self.layout.slots - self.new_len
    }

    /// The number of slots from this one down in the new list, stored as zero.
    #[inline]
    const fn zero_depth(self, slot: usize) -> usize {
        self.new_len.saturating_sub(slot)
    }

    /// The number of slots from `slot` down, whose word is `word`.
    #[inline]
    pub(crate) fn depth<W: Word>(self, slot: usize, word: W) -> usize {
        (word.to_usize() >> self.layout.bits) ^ self.zero_depth(slot)
    }

    /// The word of `slot` above `below`, with `depth` slots from there down.
    #[inline]
    pub(crate) fn above<W: Word>(self, slot: usize, below: usize, depth: usize) -> W {
        W::truncate_from((depth ^ self.zero_depth(slot)) << self.layout.bits | (below ^ (slot + 1)))
    }

    /// The slot at the top.
    #[inline]
    pub(crate) fn top<W: Word>(self, list: W) -> usize {
        self.layout.number(list) ^ self.zero()
    }

    /// Whether there is no slot in the list, and no closed marker.
    #[inline]
    pub(crate) fn is_empty<W: Word>(self, list: W) -> bool {
        self.top(list) == self.layout.slots
    }

    /// Whether the closed marker is at the top.
    #[inline]
    pub(crate) fn is_closed<W: Word>(self, list: W) -> bool {
        self.layout.closed_marker != self.layout.slots && self.top(list) == self.layout.closed_marker
    }

    /// The word once `slot` is linked above all others.
    #[inline]
    pub(crate) fn linked<W: Word>(self, list: W, slot: usize) -> W {
        W::truncate_from(self.layout.count(list).wrapping_add(self.layout.one()) | (slot ^ self.zero()))
    }

    /// The word once the slot at the top is taken, and `below` is at the top.
    #[inline]
    pub(crate) fn taken<W: Word>(self, list: W, below: usize) -> W {
        W::truncate_from(self.layout.count(list) | (below ^ self.zero()))
    }

    /// The word of an empty list once it holds the closed marker.
    #[cfg_attr(not(feature = "async"), allow(dead_code, reason = "stacks do not close, channels do"))]
    #[inline]
    pub(crate) fn closed<W: Word>(self, list: W) -> W {
        self.taken(list, self.layout.closed_marker)
    }
}

#[cfg(test)]
mod tests {
    use super::{ListWord, WordLayout};

    /// Every number of slots that fits a word of eight bits, in stacks that close and that do not.
    fn layouts() -> impl Iterator<Item = WordLayout> {
        (1..=15)
            .flat_map(|slots| [false, true].map(|closes| WordLayout::new(slots, closes)))
            .filter(|layout| layout.fits(8))
    }

    fn lists(layout: WordLayout) -> [ListWord; 2] {
        [layout.empty_list(), layout.full_list()]
    }

    /// A word in its plain form: the count, and the number of a slot as it is.
    fn plain(layout: WordLayout, word: u8, zero: usize) -> (usize, usize) {
        let one = 1 << layout.bits;
        (usize::from(word) / one, (usize::from(word) % one) ^ zero)
    }

    #[test]
    fn words_agree_with_their_plain_form() {
        for layout in layouts() {
            let counts = 256 >> layout.bits;
            for word in 0..=255u8 {
                for list in lists(layout) {
                    let (links, top) = plain(layout, word, list.zero());
                    assert_eq!(list.top(word), top);
                    for slot in 0..=layout.closed_marker {
                        assert_eq!(plain(layout, list.taken(word, slot), list.zero()), (links, slot));
                        let linked = plain(layout, list.linked(word, slot), list.zero());
                        assert_eq!(linked, ((links + 1) % counts, slot));
                    }
                }
                for (slot, list) in (0..layout.slots).flat_map(|slot| lists(layout).map(|list| (slot, list)))
                {
                    let (stored, below) = plain(layout, word, slot + 1);
                    let depth = stored ^ if list.new_len == 0 { 0 } else { layout.slots - slot };
                    assert_eq!((list.depth(slot, word), layout.below(slot, word)), (depth, below));
                    assert_eq!(list.above::<u8>(slot, below, depth), word);
                }
            }
        }
    }

    #[test]
    fn zeros_are_an_empty_list_and_a_list_of_all_slots_in_order() {
        for layout in layouts() {
            assert!(layout.empty_list().is_empty(0u8));
            assert_eq!(layout.full_list().top(0u8), 0);
            for slot in 0..layout.slots {
                assert_eq!(layout.below(slot, 0u8), slot + 1, "the last one is above none");
                assert_eq!(layout.full_list().depth(slot, 0u8), layout.slots - slot);
            }
        }
    }

    #[test]
    fn the_closed_marker_is_no_slot_and_not_none_and_keeps_the_count() {
        for layout in layouts() {
            let (list, closes) = (layout.empty_list(), layout.closed_marker != layout.slots);
            for word in (0..=255u8).filter(|&word| list.is_empty(word)) {
                assert!(!list.is_closed(word));
                let closed = list.closed(word);
                assert_eq!((list.is_closed(closed), list.is_empty(closed)), (closes, !closes));
                assert_eq!(plain(layout, closed, list.zero()).0, plain(layout, word, list.zero()).0);
            }
            let slots = (0..layout.slots).map(|slot| list.taken(0u8, slot));
            slots.for_each(|word| assert!(!list.is_closed(word) && !list.is_empty(word)));
        }
    }

    #[test]
    fn a_layout_fits_a_word_that_holds_two_numbers_of_slots() {
        assert!(WordLayout::new(15, false).fits(8) && WordLayout::new(14, true).fits(8));
        assert!(!WordLayout::new(16, false).fits(8) && !WordLayout::new(15, true).fits(8));
        assert!(layouts().all(|layout| layout.closed_marker < 1 << layout.bits));
    }
}
