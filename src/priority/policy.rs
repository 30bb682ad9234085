//! Policies: which level a pop looks at first.

use crate::sync::{Atomic, Ordering, const_fn};
use core::fmt;

/// Which level a pop looks at first.
///
/// If that has nothing, the pop scans all, from the most urgent on. So a policy decides what is fair, and cannot
/// make a queue lose anything; write your own if none here will do.
pub trait Policy<const L: usize> {
    /// The level for the pop that begins here; `is_empty` tells of the levels.
    fn first(&self, is_empty: impl Fn(usize) -> bool) -> usize;
}

/// The most urgent first, always. Less urgent values wait for as long as there are more urgent ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strict;

impl<const L: usize> Policy<L> for Strict {
    #[inline]
    fn first(&self, _: impl Fn(usize) -> bool) -> usize {
        0
    }
}

/// The most urgent first, but every `K`-th pop looks at one of the other levels first, at each in turn.
///
/// **Bound**: a value that finds `m` others in its level is out after at most `(m + 1) · K · (L − 1)` pops that
/// begin after its push; in level 0 after `2 (m + 1)`. A pop that never goes on can cost it one round of
/// `K · (L − 1)` more.
///
/// **Complexity** for a pop: one atomic read-modify-write more. **Memory**: a word.
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
    /// The other level whose turn is next, less one, and the pops since the last turn.
    turn: Turn,
}

impl<const K: usize> Fair<K> {
    const IS_SOUND: () =
        assert!(K >= 2 && K <= Turn::MOST, "every K-th pop: K must be 2 or more, and fit half a word");

    const_fn! {
        /// The policy, at the beginning of its first round.
        pub fn new() -> Self {
            let () = Self::IS_SOUND;
            Self { turn: Turn::new() }
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
        self.turn.take(|other, pops| {
            if L == 1 {
                Step::Take(0, 0, 0)
            } else if pops + 1 < K {
                Step::Take(0, other, pops + 1)
            } else {
                Step::Take(other + 1, if other + 2 < L { other + 1 } else { 0 }, 0)
            }
        })
    }
}

/// Each level gets its weight of pops in every round; a level without values gives its turn away.
///
/// A level of weight 0 has no turn: it is looked at when the others are empty.
///
/// **Bound**: a value that finds `m` others in its level, of weight `w`, is out after at most
/// `⌈(m + 1) / w⌉ · W` pops that begin after its push, where `W` is the sum of all weights. A pop that never goes
/// on can cost it one round of `W` more.
///
/// **Complexity** for a pop: a look at one level and one atomic read-modify-write more; a look at all levels and
/// another read-modify-write for each level that gives its turn away. **Memory**: `L + 1` words.
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
    /// The level whose turn it is, and how many pops it has had.
    turn: Turn,
}

impl<const L: usize> Weighted<L> {
    const_fn! {
        /// The policy, at the beginning of its first round. A weight counts up to the range of half a word.
        pub fn new(weights: [usize; L]) -> Self {
            Self { weights, turn: Turn::new() }
        }
    }

    fn weight(&self, level: usize) -> usize {
        self.weights.get(level).map_or(0, |&weight| weight.min(Turn::MOST))
    }
}

impl<const L: usize> Policy<L> for Weighted<L> {
    #[inline]
    fn first(&self, is_empty: impl Fn(usize) -> bool) -> usize {
        let has_use = |level| self.weight(level) > 0 && !is_empty(level);
        self.turn.take(|level, pops| {
            if pops < self.weight(level) && !is_empty(level) {
                Step::Take(level, level, pops + 1)
            } else if (0..L).any(has_use) {
                Step::Pass(if level + 1 < L { level + 1 } else { 0 }, 0)
            } else {
                // The level that has the turn has no value: any level will do.
                Step::Take(0, level, pops)
            }
        })
    }
}

/// Whose turn it is, in one word: a level, and a count below it.
struct Turn(Atomic<usize>);

/// What becomes of a turn: the level that is looked at first, and the level and count of the next turn.
enum Step {
    Take(usize, usize, usize),
    /// No level takes this turn.
    Pass(usize, usize),
}

impl Turn {
    const HALF: u32 = usize::BITS / 2;
    /// The largest count.
    const MOST: usize = (1 << Self::HALF) - 1;

    const_fn! {
        fn new() -> Self {
            Self(Atomic::new())
        }
    }

    /// Takes one turn, which nobody else takes. Goes round again only after another pop took one, or for a pass.
    #[inline]
    fn take(&self, mut step: impl FnMut(usize, usize) -> Step) -> usize {
        // ORDERING: none needed. Turns are dealt out one by one, and tell nothing of the values.
        let mut turn = self.0.load(Ordering::Relaxed);
        loop {
            let step = step(turn >> Self::HALF, turn & Self::MOST);
            let (Step::Take(_, level, count) | Step::Pass(level, count)) = step;
            let next = level << Self::HALF | count;
            // ORDERING: as above.
            match (self.0.compare_exchange(turn, next, Ordering::Relaxed, Ordering::Relaxed), step) {
                (Ok(_), Step::Take(first, ..)) => return first,
                (Ok(_), Step::Pass(..)) => turn = next,
                (Err(now), _) => turn = now,
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
