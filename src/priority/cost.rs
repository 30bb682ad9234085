//! Shortest job first: costs as levels.

/// Maps the cost of a job to a level: shortest job first, by powers of two.
///
/// Level 0 takes costs less than `short`, and each further level costs up to twice those of the
/// level before; the last takes all longer jobs. Eight levels keep nearly all of what exact
/// shortest job first gains (`examples/scheduler` measures it), and jobs of one level remain first
/// in, first out.
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
    /// Creates classes of which the first ends at `short`, rounded down to a power of two.
    ///
    /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation.
    /// **Panics**: if `L` is zero.
    ///
    /// ```
    /// use ringway::priority::CostClass;
    ///
    /// assert_eq!(CostClass::<4>::new(1000), CostClass::new(512));
    /// ```
    pub const fn new(short: u64) -> Self {
        assert!(L >= 1, "there is at least one class");
        Self { short_bits: u64::BITS - 1 - (short | 1).leading_zeros() }
    }

    /// Returns the level of a job of this cost.
    ///
    /// **Guarantees**: wait-free. **Complexity**: a shift and a count of leading zeros; no atomic
    /// operation. Never panics.
    ///
    /// ```
    /// use ringway::priority::CostClass;
    ///
    /// let class = CostClass::<3>::new(100); // 64, 128
    /// assert_eq!([63, 64, 127, 1_000_000].map(|cost| class.level(cost)), [0, 1, 1, 2]);
    /// ```
    #[inline]
    pub const fn level(self, cost: u64) -> usize {
        let doublings = (u64::BITS - (cost >> self.short_bits).leading_zeros()) as usize;
        if doublings < L { doublings } else { L - 1 }
    }
}

#[cfg(feature = "defmt")]
impl<const L: usize> defmt::Format for CostClass<L> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "CostClass {{ short: {=u64} }}", 1u64 << self.short_bits);
    }
}
