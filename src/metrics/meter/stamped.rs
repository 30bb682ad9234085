//! What travels with a value: when it was offered, and when its service started.

use crate::metrics::Clock;
use core::fmt;
use core::ops::Deref;

/// A value with the moment at which it was offered, if it is one of those that are timed.
///
/// Created by [`Meter::stamp`](super::Meter::stamp).
pub struct Stamped<T, C: Clock> {
    pub(super) value: T,
    pub(super) offered: Option<C::Moment>,
}

/// The moments of a value in service; [`Meter::on_finish`](super::Meter::on_finish) consumes it.
#[must_use = "a ticket that is not passed to `on_finish` leaves its value in service for ever"]
pub struct Ticket<C: Clock> {
    pub(super) moments: Option<Moments<C>>,
}

pub(super) struct Moments<C: Clock> {
    pub(super) offered: C::Moment,
    pub(super) started: C::Moment,
}

impl<T, C: Clock> Stamped<T, C> {
    /// Returns the value, which is then not timed.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// use ringway::metrics::{ManualClock, Meter};
    ///
    /// let meter = Meter::new(ManualClock::new(1000));
    /// assert_eq!(meter.stamp("job").into_inner(), "job");
    /// ```
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T, C: Clock> Deref for Stamped<T, C> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug, C: Clock> fmt::Debug for Stamped<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_timed = self.offered.is_some();
        f.debug_struct("Stamped").field("value", &self.value).field("is_timed", &is_timed).finish()
    }
}

/// The ticket of a value that is not timed.
impl<C: Clock> Default for Ticket<C> {
    fn default() -> Self {
        Self { moments: None }
    }
}

impl<C: Clock> fmt::Debug for Ticket<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("is_timed", &self.moments.is_some()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: defmt::Format, C: Clock> defmt::Format for Stamped<T, C> {
    fn format(&self, f: defmt::Formatter<'_>) {
        self.value.format(f);
    }
}
