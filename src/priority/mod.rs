//! Priority queues: the most urgent value, or the shortest job, is popped first.
//!
//! A [`Priority`] queue is one [`mpmc`](crate::mpmc) ring for each level. Level 0 is the most
//! urgent; a pop scans upward from there. Shortest job first is a level for each class of cost
//! ([`CostClass`]).
//!
//! # Guarantees
//!
//! * **No value is overtaken once its push has returned**: a pop takes a value of one level only if
//!   each more urgent level was empty at some moment during that pop. (With [`Fair`] and
//!   [`Weighted`]: a pop that does not begin at another level.) The levels are read one after the
//!   other, so a value that is pushed *during* a pop may be too late for it, even if that pop then
//!   takes a less urgent value that was pushed later still.
//! * **First in, first out** within each level, which is a linearizable queue.
//! * **Empty is never spurious**: `None` and a length of zero mean that at one moment during the
//!   call all levels were empty, also across several queues, as for
//!   [`mpmc`](crate::mpmc#guarantees).
//! * **Full is per level**, and exact within the [bound](crate::mpmc#guarantees) of the spare
//!   slots.
//! * **Lock-free.** A stalled operation delays no other; an interrupt handler may use the queue
//!   whose operation it interrupted.
//!
//! [Wrap-around](crate::mpmc#wrap-around) and [large values](crate::mpmc#large-values) apply to
//! each level as to a queue; [`level`](Priority::level) gives access to values in place.
//!
//! # Starvation
//!
//! With [`Strict`], urgent values can starve the others. [`Fair`] and [`Weighted`] prevent that,
//! and each states its bound.

mod collect;
mod cost;
mod policy;

use crate::mpmc::{Inline, QueueInner, View};
use crate::sync::{array, const_fn};
use crate::{Full, PushError};
use core::fmt;

pub use self::cost::CostClass;
pub use self::policy::{Fair, Policy, Strict, Weighted};

#[cfg(feature = "alloc")]
use {
    crate::CapacityError,
    crate::raw::zeroed::{boxed_with, make_each},
    alloc::boxed::Box,
};

/// A queue with `L` levels of urgency, each of exactly `N` values with `S` spare slots. `const`,
/// for a `static`.
///
/// The policy `P` is [`Strict`], [`Fair`] or [`Weighted`]; see the [module](self) for the
/// guarantees.
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
/// A queue without levels does not compile:
///
/// ```compile_fail
/// let jobs = ringway::priority::Priority::<u32, 0, 8>::new();
/// ```
///
/// `CLOSES` is for channels only.
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
        /// Creates an empty queue with the policy [`Strict`]. It is all zeros, so a `static` is
        /// placed in `.bss`.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::priority::Priority;
        ///
        /// static JOBS: Priority<u32, 4, 16> = Priority::new();
        /// assert_eq!((JOBS.levels(), JOBS.capacity()), (4, 16));
        /// ```
        pub fn new() -> Self {
            Self::with_policy(Strict)
        }
    }

    /// Creates an empty queue with the policy [`Strict`] on the heap, in place: it is never on the
    /// stack, which may be smaller than the queue.
    ///
    /// **Guarantees**: lock-free if the allocator is.
    /// **Complexity**: one allocation of zeros. Most allocators write them, because of the
    /// alignment of a cache line.
    /// **Errors**: [`CapacityError::TooLarge`] if there is not enough memory. Never panics.
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
        /// Creates an empty queue with a policy.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::priority::{Fair, Priority, Weighted};
        ///
        /// static FAIR: Priority<u32, 2, 8, Fair<4>> = Priority::with_policy(Fair::new());
        /// static WEIGHTED: Priority<u32, 3, 8, Weighted<3>> =
        ///     Priority::with_policy(Weighted::new([4, 2, 1]));
        /// ```
        pub fn with_policy(policy: P) -> Self {
            Self::with_rings(policy)
        }
    }

    /// Creates an empty queue with a policy on the heap, in place.
    ///
    /// **Guarantees** and **Complexity**: as [`new_boxed`](Self::new_boxed).
    /// **Errors**: as [`new_boxed`](Self::new_boxed); the policy is dropped. Never panics.
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
        // SAFETY: `boxed_with` passes memory that may be written to, and is all zeros.
        let finish = |place| unsafe { Self::make(place, policy) };
        // SAFETY: `make` initialises the whole queue.
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

    /// Creates a queue with a policy in place.
    ///
    /// # Safety
    /// `place` is valid for writes, and its bytes are all zero.
    #[cfg(feature = "alloc")]
    pub(crate) unsafe fn make(place: *mut Self, policy: P) {
        let () = Self::IS_SOUND;
        // SAFETY: `place` is valid for writes, so its fields have addresses.
        let levels = unsafe { &raw mut (*place).levels };
        // SAFETY: a part of `place`: valid for writes, and all zeros.
        unsafe { make_each(levels, QueueInner::inline) };
        // SAFETY: as for the levels.
        let place = unsafe { &raw mut (*place).policy };
        // SAFETY: a part of `place`: valid for writes.
        unsafe { place.write(policy) };
    }

    /// Pushes a value to the back of a level; 0 is the most urgent.
    ///
    /// **Guarantees**: lock-free; FIFO within the level; visible to every pop that begins after it;
    /// may be called in an interrupt handler.
    /// **Complexity**: two atomic read-modify-writes without concurrent pushes to the level.
    /// **Errors**: [`PushError`] with the value if the level is full, or if there is no such level.
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

    /// Pops the value at the front of the level that the policy chooses, with the number of the
    /// level. Returns `None` if all levels are empty.
    ///
    /// **Guarantees**: lock-free; see the [module](self#guarantees); may be called in an interrupt
    /// handler.
    /// **Complexity**: one atomic read-modify-write without concurrent pops from the level, and
    /// those of the policy; a few loads for each empty level. Never panics.
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

    /// Scans until no level changes during the scan. Each level was empty when it was read; that
    /// all were empty at the same moment, the end of the scan, is certain only if nothing was
    /// pushed to any of them in between.
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

    /// Returns the number of values pushed to each level so far.
    fn pushed(&self) -> [usize; L] {
        self.levels.each_ref().map(|queue| queue.stats().pushed)
    }

    fn is_level_empty(&self, level: usize) -> bool {
        self.levels.get(level).is_none_or(QueueInner::is_empty)
    }

    /// Returns one level as a queue, for its length, its statistics, values in place, and pushes
    /// and pops of this level only; `None` if there is no such level.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
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

    /// Returns the number of values in each level, each at a moment of its own during the call.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler. **Complexity**: a few
    /// loads for each level. Never panics.
    ///
    /// ```
    /// let jobs = ringway::priority::Priority::<_, 3, 4>::new();
    /// jobs.push(1, "job").unwrap();
    /// assert_eq!(jobs.lengths(), [0, 1, 0]);
    /// ```
    pub fn lengths(&self) -> [usize; L] {
        self.levels.each_ref().map(QueueInner::len)
    }

    /// Returns the number of values: the sum of [`lengths`](Self::lengths), exact if no other
    /// operation runs at the same time. Zero is exact in any case: see
    /// [`is_empty`](Self::is_empty).
    ///
    /// **Guarantees**: lock-free: it retries if a push or a pop came in between; may be called in
    /// an interrupt handler. **Complexity**: a few loads for each level. Never panics.
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

    /// Returns `true` if all levels were empty at one moment during the call. It remains true until
    /// a value is pushed.
    ///
    /// **Guarantees** and **Complexity**: as [`len`](Self::len). Never panics.
    ///
    /// ```
    /// assert!(ringway::priority::Priority::<u8, 2, 4>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of levels.
    ///
    /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// assert_eq!(ringway::priority::Priority::<u8, 2, 4>::new().levels(), 2);
    /// ```
    pub const fn levels(&self) -> usize {
        L
    }

    /// Returns the capacity of each level.
    ///
    /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
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
        f.debug_struct("Priority")
            .field("len", &self.len())
            .field("lengths", &self.lengths())
            .field("capacity", &N)
            .finish()
    }
}

#[cfg(feature = "async")]
pub use crate::channel::{
    error::level::{SendError, SendTimeoutError, TrySendError},
    priority::{Channel, Receiver, Sender, WeakReceiver, WeakSender},
};

#[cfg(feature = "defmt")]
impl<T, const L: usize, const N: usize, P, const S: usize, const CLOSES: bool> defmt::Format
    for Priority<T, L, N, P, S, CLOSES>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Priority {{ lengths: {=[?]}, capacity: {=usize} }}", self.lengths().as_slice(), N);
    }
}
