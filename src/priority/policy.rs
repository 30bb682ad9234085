//! Policies: the level at which a pop begins.

use crate::sync::{Atomic, Ordering, const_fn};
use core::fmt;

/// Chooses the level at which a pop begins.
///
/// If that level is empty, the pop falls back to scanning all levels, from the most urgent on. A
/// policy therefore decides what is fair, and cannot lose a value. Implement it for a policy of
/// your own.
pub trait Policy<const L: usize> {
    /// Returns the level for the pop that begins now; `is_empty` returns `true` for an empty level.
    fn first(&self, is_empty: impl Fn(usize) -> bool) -> usize;
}

/// Always pops the most urgent value. Less urgent values wait as long as there are more urgent
/// ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strict;

impl<const L: usize> Policy<L> for Strict {
    #[inline]
    fn first(&self, _: impl Fn(usize) -> bool) -> usize {
        0
    }
}

/// Pops the most urgent value, but every `K`-th pop begins at one of the other levels, at each in
/// turn.
///
/// **Bound**: a value with `m` others before it in its level is popped by one of the next
/// `(m + 1) · K · (L − 1)` pops that begin after its push; in level 0 by one of the next
/// `2 (m + 1)`. A pop that stalls for ever can add one round of `K · (L − 1)`.
///
/// **Complexity**: one more atomic read-modify-write for each pop. **Memory**: a word.
///
/// ```
/// use ringway::priority::{Fair, Priority};
///
/// let jobs = Priority::<_, 2, 8, Fair<3>>::with_policy(Fair::new());
/// (0..4).for_each(|_| jobs.push(0, "urgent").unwrap());
/// jobs.push(1, "other").unwrap();
/// let order: Vec<_> = std::iter::from_fn(|| jobs.pop()).map(|(level, _)| level).collect();
/// assert_eq!(order, [0, 0, 1, 0, 0]);
/// ```
///
/// A `K` below 2 does not compile:
///
/// ```compile_fail
/// let fair = ringway::priority::Fair::<1>::new();
/// ```
pub struct Fair<const K: usize> {
    /// The next of the other levels, counted from zero, and the pops since the last turn.
    turns: Turns,
}

impl<const K: usize> Fair<K> {
    const IS_SOUND: () =
        assert!(K >= 2 && K <= Turn::MOST, "every K-th pop: K must be 2 or more, and fit half a word");

    const_fn! {
        /// Creates the policy, at the beginning of its first round.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::priority::{Fair, Priority};
        ///
        /// static JOBS: Priority<u32, 2, 8, Fair<4>> = Priority::with_policy(Fair::new());
        /// assert!(JOBS.is_empty());
        /// ```
        pub fn new() -> Self {
            let () = Self::IS_SOUND;
            Self { turns: Turns::new() }
        }
    }
}

impl<const K: usize> Default for Fair<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const L: usize, const K: usize> Policy<L> for Fair<K> {
    #[inline]
    fn first(&self, _: impl Fn(usize) -> bool) -> usize {
        self.turns.advance(|Turn { level: other, pops }| {
            if L == 1 {
                (Turn { level: 0, pops: 0 }, Some(0))
            } else if pops + 1 < K {
                (Turn { level: other, pops: pops + 1 }, Some(0))
            } else {
                (Turn { level: if other + 2 < L { other + 1 } else { 0 }, pops: 0 }, Some(other + 1))
            }
        })
    }
}

/// Gives each level as many pops as its weight in every round; an empty level passes its turn on.
///
/// A level of weight 0 has no turn: it is scanned when the others are empty.
///
/// **Bound**: a value with `m` others before it in its level, of weight `w`, is popped by one of
/// the `⌈(m + 1) / w⌉ · W` pops that begin after its push, where `W` is the sum of all weights. A
/// pop that stalls for ever can add one round of `W`.
///
/// **Complexity**: for each pop one more atomic read-modify-write and a few loads of one level; for
/// each level that passes its turn on another one, and a few loads of all levels.
/// **Memory**: `L + 1` words.
///
/// ```
/// use ringway::priority::{Priority, Weighted};
///
/// let jobs = Priority::<_, 2, 8, Weighted<2>>::with_policy(Weighted::new([2, 1]));
/// (0..4).for_each(|i| { jobs.push(0, i).unwrap(); jobs.push(1, i).unwrap() });
/// let order: Vec<_> = std::iter::from_fn(|| jobs.pop()).map(|(level, _)| level).collect();
/// assert_eq!(order, [0, 0, 1, 0, 0, 1, 1, 1]);
/// ```
pub struct Weighted<const L: usize> {
    weights: [usize; L],
    /// The level that has the turn, and the pops that it has had.
    turns: Turns,
}

impl<const L: usize> Weighted<L> {
    const_fn! {
        /// Creates the policy from the weight of each level, at the beginning of its first round.
        /// Weights beyond the range of half a word count as that.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::priority::{Priority, Weighted};
        ///
        /// static JOBS: Priority<u32, 3, 8, Weighted<3>> =
        ///     Priority::with_policy(Weighted::new([4, 2, 1]));
        /// assert!(JOBS.is_empty());
        /// ```
        pub fn new(weights: [usize; L]) -> Self {
            Self { weights, turns: Turns::new() }
        }
    }

    fn weight(&self, level: usize) -> usize {
        self.weights.get(level).map_or(0, |&weight| weight.min(Turn::MOST))
    }
}

impl<const L: usize> Policy<L> for Weighted<L> {
    #[inline]
    fn first(&self, is_empty: impl Fn(usize) -> bool) -> usize {
        let can_use = |level| self.weight(level) > 0 && !is_empty(level);
        self.turns.advance(|Turn { level, pops }| {
            if pops < self.weight(level) && !is_empty(level) {
                (Turn { level, pops: pops + 1 }, Some(level))
            } else if (0..L).any(can_use) {
                (Turn { level: if level + 1 < L { level + 1 } else { 0 }, pops: 0 }, None)
            } else {
                // No level can use a turn, so the pop scans all of them.
                (Turn { level, pops }, Some(0))
            }
        })
    }
}

/// The level that has the turn, and the number of pops in this turn.
struct Turn {
    level: usize,
    pops: usize,
}

/// The current turn, in one word: the level in its upper half, the pops in its lower half.
struct Turns(Atomic<usize>);

impl Turn {
    const HALF: u32 = usize::BITS / 2;
    /// The largest number of pops that fits half a word.
    const MOST: usize = (1 << Self::HALF) - 1;

    #[inline]
    fn unpack(word: usize) -> Self {
        Self { level: word >> Self::HALF, pops: word & Self::MOST }
    }

    #[inline]
    fn pack(&self) -> usize {
        self.level << Self::HALF | self.pops
    }
}

impl Turns {
    const_fn! {
        fn new() -> Self {
            Self(Atomic::new())
        }
    }

    /// Advances from turn to turn, each time to the one that `next` returns, until `next` also
    /// returns the level at which the pop is to begin. Retries only after another pop advanced.
    #[inline]
    fn advance(&self, next: impl Fn(Turn) -> (Turn, Option<usize>)) -> usize {
        // ORDERING: none: turns are taken one by one by the compare-exchange, and order no value.
        let mut word = self.0.load(Ordering::Relaxed);
        loop {
            let (turn, first) = next(Turn::unpack(word));
            let next = turn.pack();
            // ORDERING: none, as above.
            match (self.0.compare_exchange(word, next, Ordering::Relaxed, Ordering::Relaxed), first) {
                (Ok(_), Some(first)) => return first,
                (Ok(_), None) => word = next,
                (Err(now), _) => word = now,
            }
        }
    }
}

impl<const K: usize> fmt::Debug for Fair<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fair<{K}>")
    }
}

impl<const L: usize> fmt::Debug for Weighted<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Weighted").field(&self.weights).finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Strict {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Strict");
    }
}

#[cfg(feature = "defmt")]
impl<const K: usize> defmt::Format for Fair<K> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Fair<{=usize}>", K);
    }
}

#[cfg(feature = "defmt")]
impl<const L: usize> defmt::Format for Weighted<L> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Weighted({=[?]})", self.weights.as_slice());
    }
}
