//! Shortest job first: costs as levels.

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
impl<const L: usize> defmt::Format for CostClass<L> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "CostClass {{ short: {=u64} }}", 1u64 << self.short_bits);
    }
}
