//! A value in service.

use super::Clock;
use super::meter::{Meter, Stamped, Ticket};
use core::fmt;
use core::ops::{Deref, DerefMut};

/// A value in service. Its times are recorded when it is [finished](Self::finish) or dropped.
///
/// If it is forgotten ([`core::mem::forget`]), it stays in service for ever, and its value is never
/// dropped.
pub struct InService<'m, T, C: Clock, const EVERY: usize, const OCTAVES: usize> {
    // In this order: dropping the value is part of the service.
    value: T,
    clock: StopClockOnDrop<'m, C, EVERY, OCTAVES>,
}

/// Records the end of a service when it is dropped.
struct StopClockOnDrop<'m, C: Clock, const EVERY: usize, const OCTAVES: usize> {
    ticket: Option<Ticket<C>>,
    meter: &'m Meter<C, EVERY, OCTAVES>,
}

impl<C: Clock, const EVERY: usize, const OCTAVES: usize> Drop for StopClockOnDrop<'_, C, EVERY, OCTAVES> {
    #[inline]
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.meter.on_finish(ticket);
        }
    }
}

impl<'m, T, C: Clock, const EVERY: usize, const OCTAVES: usize> InService<'m, T, C, EVERY, OCTAVES> {
    #[inline]
    pub(super) fn new(meter: &'m Meter<C, EVERY, OCTAVES>, arrival: Stamped<T, C>) -> Self {
        let (value, ticket) = meter.on_start(arrival);
        Self { value, clock: StopClockOnDrop { ticket: Some(ticket), meter } }
    }

    /// Ends the service, and returns the value.
    ///
    /// **Guarantees** and **Complexity**: those of [`Meter::on_finish`]. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 8>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// let job = jobs.begin().unwrap();
    /// assert_eq!(jobs.snapshot().in_service, 1);
    /// meter.clock().advance(4);
    /// assert_eq!(job.finish(), "job");
    /// assert_eq!((meter.service().max(), jobs.snapshot().in_service), (4, 0));
    /// ```
    #[inline]
    pub fn finish(self) -> T {
        drop(self.clock);
        self.value
    }

    /// Returns the value, and a ticket to be passed to [`Meter::on_finish`] when its service ends
    /// elsewhere.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 8>::new(), &meter);
    /// jobs.push("job").unwrap();
    /// let (job, ticket) = jobs.begin().unwrap().into_parts();
    /// meter.clock().advance(4);
    /// meter.on_finish(ticket);
    /// assert_eq!((job, meter.service().max()), ("job", 4));
    /// ```
    pub fn into_parts(mut self) -> (T, Ticket<C>) {
        let ticket = self.clock.ticket.take().unwrap_or_default();
        (self.value, ticket)
    }
}

impl<T, C: Clock, const EVERY: usize, const OCTAVES: usize> Deref for InService<'_, T, C, EVERY, OCTAVES> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, C: Clock, const EVERY: usize, const OCTAVES: usize> DerefMut for InService<'_, T, C, EVERY, OCTAVES> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug, C: Clock, const EVERY: usize, const OCTAVES: usize> fmt::Debug
    for InService<'_, T, C, EVERY, OCTAVES>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InService").field(&self.value).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: defmt::Format, C: Clock, const EVERY: usize, const OCTAVES: usize> defmt::Format
    for InService<'_, T, C, EVERY, OCTAVES>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        self.value.format(f);
    }
}
