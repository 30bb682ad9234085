//! Scheduling: what is most urgent, or shortest, goes first.
//!
//! A [`Priority`] queue is one [`mpmc`](crate::mpmc) ring for each level. Level 0 is the most urgent; a pop scans
//! upward from there. First come, first served is a queue as it is; shortest job first is a level for each class
//! of cost ([`CostClass`]).
//!
//! # Guarantees
//!
//! * **No value is overtaken after its push returned**: a pop takes a value of one level only if every more urgent
//!   level was empty at some moment during that pop. (With [`Fair`] and [`Weighted`]: a pop whose turn it is not.)
//!   The levels are looked at one after the other. So a value that is pushed *during* a pop may be too late for it,
//!   even if that pop then takes one that is less urgent and came later still.
//! * **First in, first out** among equals: each level is a linearizable queue.
//! * **Empty is never spurious**: `None`, and a length of zero, mean that at one moment during the call all levels were
//!   empty; for several queues together, as [`mpmc`](crate::mpmc#guarantees) is.
//! * **Full is by level**, and exact within the [bound](crate::mpmc#guarantees) of the spare slots.
//! * **Lock-free.** An operation that stops anywhere delays no other; interrupt handlers may use the queue that
//!   they interrupted.
//!
//! What holds of [wrap-around](crate::mpmc#wrap-around) and of [large values](crate::mpmc#large-values) for a queue holds
//! for each level; [`level`](Priority::level) gives access to values in place.
//!
//! # Starvation
//!
//! [`Strict`] lets urgent values starve the others. The policies [`Fair`] and [`Weighted`] do not, and each
//! states its bound.

use crate::mpmc::{Inline, QueueInner, View};
use crate::sync::{Atomic, Ordering, array, const_fn};
use crate::{Full, PushError};
use core::fmt;

#[cfg(feature = "alloc")]
use {
    crate::CapacityError,
    crate::raw::zeroed::{boxed_with, make_each},
    alloc::boxed::Box,
};

/// A queue with `L` levels of urgency, each of exactly `N` values with `S` spare slots. `const`, for a `static`.
///
/// The policy `P` is [`Strict`], [`Fair`] or [`Weighted`]; see the [module](self) for what it promises.
///
/// **Memory**: `L` [`mpmc::Queue`](crate::mpmc::Queue)s and the policy.
///
/// ```
/// use ringway::priority::Priority;
///
/// static JOBS: Priority<&str, 3, 8> = Priority::new();
///
/// JOBS.push(2, "report").unwrap();
/// JOBS.push(0, "alarm").unwrap();
/// JOBS.push(2, "backup").unwrap();
/// assert_eq!(JOBS.pop(), Some((0, "alarm")));
/// assert_eq!(JOBS.pop(), Some((2, "report")));
/// assert_eq!(JOBS.pop(), Some((2, "backup")));
/// assert_eq!(JOBS.pop(), None);
/// ```
///
/// Without levels it does not compile:
///
/// ```compile_fail
/// let jobs = ringway::priority::Priority::<u32, 0, 8>::new();
/// ```
///
/// `CLOSES` is for channels; leave it out.
pub struct Priority<
    T,
    const L: usize,
    const N: usize,
    P = Strict,
    const S: usize = 4,
    const CLOSES: bool = false,
> {
    levels: [QueueInner<T, Inline<T, N, S, CLOSES>>; L],
    policy: P,
}

impl<T, const L: usize, const N: usize, const S: usize> Priority<T, L, N, Strict, S> {
    const_fn! {
        /// An empty queue, strictly by urgency: all zeros, so a `static` lies in `.bss`.
        ///
        /// ```
        /// static JOBS: ringway::priority::Priority<u32, 4, 16> = ringway::priority::Priority::new();
        /// assert_eq!((JOBS.levels(), JOBS.capacity()), (4, 16));
        /// ```
        pub fn new() -> Self {
            Self::with_policy(Strict)
        }
    }

    /// An empty queue on the heap, strictly by urgency, made there: it was never on the stack, which may be smaller than
    /// the queue.
    ///
    /// **Complexity**: one allocation of zeros, which most allocators write, as its alignment is that of cache lines.
    /// **Errors**: [`CapacityError::TooLarge`] if there is no memory for it. Never panics.
    ///
    /// ```
    /// use ringway::{CapacityError, priority::Priority};
    ///
    /// // 16 MiB.
    /// let frames = Priority::<[u8; 1 << 20], 2, 4>::new_boxed()?;
    /// assert!(frames.is_empty());
    /// # Ok::<(), CapacityError>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn new_boxed() -> Result<Box<Self>, CapacityError> {
        Self::with_policy_boxed(Strict)
    }
}

impl<T, const L: usize, const N: usize, const S: usize> Default for Priority<T, L, N, Strict, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const L: usize, const N: usize, P, const S: usize> Priority<T, L, N, P, S> {
    const_fn! {
        /// An empty queue with this policy.
        ///
        /// ```
        /// use ringway::priority::{Fair, Priority, Weighted};
        ///
        /// static FAIR: Priority<u32, 2, 8, Fair<4>> = Priority::with_policy(Fair::new());
        /// static WEIGHTED: Priority<u32, 3, 8, Weighted<3>> = Priority::with_policy(Weighted::new([4, 2, 1]));
        /// ```
        pub fn with_policy(policy: P) -> Self {
            Self::with_rings(policy)
        }
    }

    /// An empty queue with this policy on the heap: as [`new_boxed`](Self::new_boxed).
    ///
    /// **Errors**: as [`new_boxed`](Self::new_boxed); the policy is dropped then. Never panics.
    ///
    /// ```
    /// use ringway::{CapacityError, priority::{Priority, Weighted}};
    ///
    /// let frames = Priority::<[u8; 1 << 20], 2, 4, _>::with_policy_boxed(Weighted::new([2, 1]))?;
    /// assert!(frames.is_empty());
    /// # Ok::<(), CapacityError>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn with_policy_boxed(policy: P) -> Result<Box<Self>, CapacityError> {
        // SAFETY: what `boxed_with` hands over is zeros.
        let finish = |place| unsafe { Self::make(place, policy) };
        // SAFETY: `make` finishes it.
        unsafe { boxed_with(finish) }
    }
}

impl<T, const L: usize, const N: usize, P, const S: usize, const CLOSES: bool>
    Priority<T, L, N, P, S, CLOSES>
{
    const IS_SOUND: () = assert!(L >= 1, "a priority queue has at least one level: L must not be zero");

    const_fn! {
        pub(crate) fn with_rings(policy: P) -> Self {
            let () = Self::IS_SOUND;
            Self { levels: array![QueueInner::inline(); L], policy }
        }
    }

    /// Makes a queue with this policy of zeros, where it lies.
    ///
    /// # Safety
    /// `place` may be written to, and its bytes are all zero.
    #[cfg(feature = "alloc")]
    pub(crate) unsafe fn make(place: *mut Self, policy: P) {
        let () = Self::IS_SOUND;
        // SAFETY: as the caller promises.
        let levels = unsafe { &raw mut (*place).levels };
        // SAFETY: as above.
        unsafe { make_each(levels, QueueInner::inline) };
        // SAFETY: as above.
        let place = unsafe { &raw mut (*place).policy };
        // SAFETY: as above.
        unsafe { place.write(policy) };
    }

    /// Puts a value in, at a level; 0 is the most urgent.
    ///
    /// **Guarantees**: lock-free; FIFO among equals; seen by every pop that begins after it; may be called in an
    /// interrupt handler.
    /// **Complexity**: two atomic read-modify-writes if nobody else pushes to the level at the same moment.
    /// **Errors**: [`PushError`] gives the value back, if the level is full or there is none of that number.
    /// Never panics.
    ///
    /// ```
    /// use ringway::PushError;
    ///
    /// let jobs = ringway::priority::Priority::<_, 2, 1>::new();
    /// assert_eq!(jobs.push(1, "a"), Ok(()));
    /// assert_eq!(jobs.push(1, "b"), Err(PushError::Full("b")));
    /// assert_eq!(jobs.push(0, "b"), Ok(()));
    /// assert_eq!(jobs.push(2, "c"), Err(PushError::NoSuchLevel("c")));
    /// ```
    #[inline]
    pub fn push(&self, level: usize, value: T) -> Result<(), PushError<T>> {
        match self.levels.get(level) {
            Some(queue) => queue.push(value).map_err(|Full(value)| PushError::Full(value)),
            None => Err(PushError::NoSuchLevel(value)),
        }
    }

    /// Takes the oldest value of the level that the policy says, with the number of the level; `None` if all
    /// levels are empty.
    ///
    /// **Guarantees**: lock-free; see the [module](self#guarantees); may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write if nobody else pops from the level at the same moment, and
    /// that of the policy; a few loads for each level without a value. Never panics.
    ///
    /// ```
    /// let jobs = ringway::priority::Priority::<_, 2, 4>::new();
    /// jobs.push(1, 'b').unwrap();
    /// jobs.push(0, 'a').unwrap();
    /// assert_eq!(jobs.pop(), Some((0, 'a')));
    /// ```
    #[inline]
    pub fn pop(&self) -> Option<(usize, T)>
    where
        P: Policy<L>,
    {
        match self.policy.first(|level| self.is_level_empty(level)) {
            0 => self.pop_most_urgent(),
            first => self.pop_from(first).or_else(|| self.pop_most_urgent()),
        }
    }

    #[inline]
    fn pop_from(&self, level: usize) -> Option<(usize, T)> {
        Some((level, self.levels.get(level)?.pop()?))
    }

    #[inline]
    fn pop_most_urgent(&self) -> Option<(usize, T)> {
        self.scan().or_else(|| if L == 1 { None } else { self.scan_again() })
    }

    #[inline]
    fn scan(&self) -> Option<(usize, T)> {
        self.levels.iter().enumerate().find_map(|(level, queue)| Some((level, queue.pop()?)))
    }

    /// Each level was empty when it was looked at. Whether all were at the same moment is sure only if nothing
    /// was pushed to any of them meanwhile: then they were when the scan ended.
    #[cold]
    fn scan_again(&self) -> Option<(usize, T)> {
        loop {
            let pushed = self.pushed();
            if let Some(found) = self.scan() {
                return Some(found);
            }
            if self.pushed() == pushed {
                return None;
            }
        }
    }

    #[cfg(feature = "async")]
    pub(crate) fn each_level(&self) -> impl Iterator<Item = &QueueInner<T, Inline<T, N, S, CLOSES>>> {
        self.levels.iter()
    }

    /// How much was pushed to each level.
    fn pushed(&self) -> [usize; L] {
        self.levels.each_ref().map(|queue| queue.stats().pushed)
    }

    fn is_level_empty(&self, level: usize) -> bool {
        self.levels.get(level).is_none_or(QueueInner::is_empty)
    }

    /// One level as a queue: its length, its figures, and pushes and pops that know of no other.
    ///
    /// **Complexity**: no atomic operation. **Errors**: `None` if there is no level of that number. Never panics.
    ///
    /// ```
    /// let jobs = ringway::priority::Priority::<_, 2, 4>::new();
    /// let urgent = jobs.level(0).unwrap();
    /// urgent.push("alarm").unwrap();
    /// assert_eq!((urgent.len(), jobs.pop()), (1, Some((0, "alarm"))));
    /// assert!(jobs.level(2).is_none());
    /// ```
    pub fn level(&self, level: usize) -> Option<View<'_, T>> {
        self.levels.get(level).map(QueueInner::view)
    }

    /// The number of values in each level. Each is of one moment, not all of the same.
    ///
    /// **Guarantees**: lock-free. **Complexity**: a few loads for each level. Never panics.
    ///
    /// ```
    /// let jobs = ringway::priority::Priority::<_, 3, 4>::new();
    /// jobs.push(1, "job").unwrap();
    /// assert_eq!(jobs.lengths(), [0, 1, 0]);
    /// ```
    pub fn lengths(&self) -> [usize; L] {
        self.levels.each_ref().map(QueueInner::len)
    }

    /// The number of values: the sum of [`lengths`](Self::lengths), which stays true while nobody else acts. Zero is of
    /// one moment: see [`is_empty`](Self::is_empty).
    ///
    /// **Guarantees**: lock-free: it looks again if a push or a pop came between. **Complexity**: a few loads for each
    /// level. Never panics.
    ///
    /// ```
    /// let jobs = ringway::priority::Priority::<_, 3, 4>::new();
    /// jobs.push(1, "job").unwrap();
    /// assert_eq!(jobs.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        loop {
            let pushed = self.pushed();
            let len = self.levels.iter().map(QueueInner::len).sum();
            // As in `scan_again`.
            if len > 0 || self.pushed() == pushed {
                return len;
            }
        }
    }

    /// Whether all levels were empty at one moment during the call. If so, it stays so until somebody pushes.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(ringway::priority::Priority::<u8, 2, 4>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many levels there are.
    ///
    /// ```
    /// assert_eq!(ringway::priority::Priority::<u8, 2, 4>::new().levels(), 2);
    /// ```
    pub const fn levels(&self) -> usize {
        L
    }

    /// How many values each level holds when it is full.
    ///
    /// ```
    /// assert_eq!(ringway::priority::Priority::<u8, 2, 4>::new().capacity(), 4);
    /// ```
    pub const fn capacity(&self) -> usize {
        N
    }
}

impl<T, const L: usize, const N: usize, P, const S: usize, const CLOSES: bool> fmt::Debug
    for Priority<T, L, N, P, S, CLOSES>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Priority").field("lengths", &self.lengths()).field("capacity", &N).finish()
    }
}

#[cfg(feature = "async")]
pub use crate::channel::priority::{Channel, Receiver, Sender};

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
                // Whoever has a turn has no value: any level will do.
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
    /// Nobody takes this turn.
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

/// Turns the cost of a job into its level: shortest job first, by powers of two.
///
/// Level 0 takes what costs less than `short`, and each further level twice as much as the one before; the last
/// takes all that is longer. Eight levels keep nearly all of what exact shortest-job-first gains (`examples/scheduler`
/// measures it), and equals are still served first come, first served.
///
/// ```
/// use ringway::priority::{CostClass, Priority};
///
/// const CLASS: CostClass<4> = CostClass::new(1024);
/// assert_eq!([0, 1023, 1024, 2047, 2048, 4096, u64::MAX].map(|cost| CLASS.level(cost)), [0, 0, 1, 1, 2, 3, 3]);
///
/// let jobs = Priority::<u64, 4, 16>::new();
/// for cost in [9000, 10, 1500] {
///     jobs.push(CLASS.level(cost), cost).unwrap();
/// }
/// assert_eq!(jobs.pop(), Some((0, 10)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostClass<const L: usize> {
    short_bits: u32,
}

impl<const L: usize> CostClass<L> {
    /// Classes of which the first ends at `short`, rounded down to a power of two.
    pub const fn new(short: u64) -> Self {
        assert!(L >= 1, "there is at least one class");
        Self { short_bits: u64::BITS - 1 - (short | 1).leading_zeros() }
    }

    /// The level of a job of this cost.
    ///
    /// **Complexity**: a shift and a count of zeros. Never panics.
    #[inline]
    pub const fn level(self, cost: u64) -> usize {
        let doublings = (u64::BITS - (cost >> self.short_bits).leading_zeros()) as usize;
        if doublings < L { doublings } else { L - 1 }
    }
}

#[cfg(feature = "defmt")]
mod defmt_impls {
    use super::{CostClass, Fair, Priority, Strict, Weighted};

    impl<T, const L: usize, const N: usize, P, const S: usize, const CLOSES: bool> defmt::Format
        for Priority<T, L, N, P, S, CLOSES>
    {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(
                f,
                "Priority {{ lengths: {=[?]}, capacity: {=usize} }}",
                self.lengths().as_slice(),
                N
            );
        }
    }

    impl defmt::Format for Strict {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Strict");
        }
    }

    impl<const K: usize> defmt::Format for Fair<K> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Fair<{=usize}>", K);
        }
    }

    impl<const L: usize> defmt::Format for Weighted<L> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "Weighted({=[?]})", self.weights.as_slice());
        }
    }

    impl<const L: usize> defmt::Format for CostClass<L> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "CostClass {{ short: {=u64} }}", 1u64 << self.short_bits);
        }
    }
}
