//! The counts of one queue, read together.

/// The counts of one queue, read one after the other while other threads may continue to count.
///
/// Each snapshot is consistent in itself: `length` is at most `high_water`, and no more values are
/// rejected than offered, or finished than started. An operation that runs at the same time may be
/// in one count and not yet in another, on processors with a weak memory order in any combination,
/// so two snapshots need not be consistent with each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// The number of values in the queue.
    pub length: usize,
    /// The largest number of values that a push has left in the queue; or `length`, if that is
    /// larger because the push that made it so has not recorded it yet.
    pub high_water: usize,
    /// The number of values offered so far, accepted or rejected. Wraps around at the range of a
    /// `usize`.
    pub offered: usize,
    /// The number of values rejected so far because the queue was full. Wraps around likewise;
    /// [`accepted`](Self::accepted) subtracts with that in mind.
    pub rejected: usize,
    /// The number of values in service: started and not finished.
    pub in_service: usize,
}

impl Snapshot {
    /// Returns the number of values offered and not rejected so far: those that were accepted, and
    /// those whose push is in progress.
    ///
    /// Wraps around at the range of a `usize`, or up to a 256th of it earlier.
    ///
    /// **Guarantees**: wait-free. **Complexity**: a subtraction; no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 2>::new(), &meter);
    /// (0..5).for_each(|job| drop(jobs.push(job)));
    /// let snapshot = jobs.snapshot();
    /// assert_eq!((snapshot.offered, snapshot.rejected, snapshot.accepted()), (5, 3, 2));
    /// ```
    pub const fn accepted(&self) -> usize {
        self.offered.wrapping_sub(self.rejected)
    }
}

/// By how much a count may appear to be ahead of another that it never exceeds: the writes of
/// another core may become visible out of order, and the other count may have been read earlier.
/// More operations than this cannot be in progress at once. A true difference so close to the range
/// of a `usize` is about to wrap around in any case.
pub(super) const AHEAD: usize = usize::MAX >> 8;

/// Limits a count to `limit`, both modulo the range of a `usize`.
pub(super) const fn at_most(count: usize, limit: usize) -> usize {
    if count.wrapping_sub(limit) <= AHEAD { limit } else { count }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Snapshot {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Snapshot {{ length: {=usize}, high_water: {=usize}, offered: {=usize}, rejected: {=usize}, \
             in_service: {=usize} }}",
            self.length,
            self.high_water,
            self.offered,
            self.rejected,
            self.in_service
        );
    }
}
