//! A metered priority queue: a meter for each level.

use super::Metered;
use crate::metrics::{Clock, InService, Meter, Stamped};
use crate::mpmc::View;
use crate::priority::{Policy, Priority};
use crate::{Full, PushError};
use core::ops::Deref;

/// One level of a metered [`Priority`]: see [`Metered::level`].
pub type MeteredLevel<'q, T, C, const EVERY: usize, const OCTAVES: usize> =
    Metered<View<'q, Stamped<T, C>>, &'q Meter<C, EVERY, OCTAVES>>;

impl<T, C, M, P, const L: usize, const N: usize, const S: usize, const EVERY: usize, const OCTAVES: usize>
    Metered<Priority<Stamped<T, C>, L, N, P, S>, M>
where
    P: Policy<L>,
    C: Clock,
    M: Deref<Target = [Meter<C, EVERY, OCTAVES>; L]>,
{
    /// Pushes a value to a level, and counts it; 0 is the most urgent.
    ///
    /// **Guarantees**: those of [`Priority::push`].
    /// **Complexity**: that of [`Priority::push`] and the `len` of the level, of [`Meter::stamp`]
    /// and of
    /// [`Meter::on_push`] or [`Meter::on_full`].
    /// **Errors**: [`PushError`] with the value if the level is full, or if there is no such level.
    /// Never panics.
    ///
    /// ```
    /// # use ringway::{PushError, metrics::{ManualClock, Meter, Metered}, priority::Priority};
    /// let clock = ManualClock::new(1000);
    /// let meters: [Meter<_>; 2] = [Meter::new(&clock), Meter::new(&clock)];
    /// let jobs = Metered::new(Priority::<_, 2, 1>::new(), &meters);
    /// assert_eq!(jobs.push(1, 'a'), Ok(()));
    /// assert_eq!(jobs.push(1, 'b'), Err(PushError::Full('b')));
    /// assert_eq!(jobs.push(2, 'c'), Err(PushError::NoSuchLevel('c')));
    /// assert_eq!((meters[1].snapshot(1).offered, meters[1].snapshot(1).rejected), (2, 1));
    /// ```
    #[inline]
    pub fn push(&self, level: usize, value: T) -> Result<(), PushError<T>> {
        match self.level(level) {
            Some(queue) => queue.push(value).map_err(|Full(value)| PushError::Full(value)),
            None => Err(PushError::NoSuchLevel(value)),
        }
    }

    /// Pops a value, and records its waiting time in the meter of its level. Returns the level with
    /// the value, or `None` if all levels are empty.
    ///
    /// **Guarantees**: those of [`Priority::pop`].
    /// **Complexity**: that of [`Priority::pop`] and of [`Meter::on_pop`]. Never panics.
    ///
    /// ```
    /// # use ringway::{PushError, metrics::{ManualClock, Meter, Metered}, priority::Priority};
    /// let clock = ManualClock::new(1000);
    /// let meters: [Meter<_>; 2] = [Meter::new(&clock), Meter::new(&clock)];
    /// let jobs = Metered::new(Priority::<_, 2, 1>::new(), &meters);
    /// jobs.push(1, "job").unwrap();
    /// clock.advance(7);
    /// assert_eq!((jobs.pop(), meters[1].waiting().max()), (Some((1, "job")), 7));
    /// ```
    #[inline]
    pub fn pop(&self) -> Option<(usize, T)> {
        let (level, arrival) = self.queue.pop()?;
        let meter = self.meter.get(level)?;
        Some((level, meter.on_pop(arrival)))
    }

    /// Pops a value, and times its service until the guard is dropped. Returns the level with the
    /// guard, or `None` if all levels are empty.
    ///
    /// **Guarantees**: those of [`Priority::pop`].
    /// **Complexity**: that of [`Priority::pop`] and of [`Meter::on_start`]. Never panics.
    ///
    /// ```
    /// # use ringway::{PushError, metrics::{ManualClock, Meter, Metered}, priority::Priority};
    /// let clock = ManualClock::new(1000);
    /// let meters: [Meter<_>; 2] = [Meter::new(&clock), Meter::new(&clock)];
    /// let jobs = Metered::new(Priority::<_, 2, 1>::new(), &meters);
    /// jobs.push(1, "job").unwrap();
    /// let (level, job) = jobs.begin().unwrap();
    /// clock.advance(7);
    /// drop(job);
    /// assert_eq!((level, meters[1].service().max()), (1, 7));
    /// ```
    #[inline]
    pub fn begin(&self) -> Option<(usize, InService<'_, T, C, EVERY, OCTAVES>)> {
        let (level, arrival) = self.queue.pop()?;
        let meter = self.meter.get(level)?;
        Some((level, InService::new(meter, arrival)))
    }

    /// Returns one level as a metered queue, or `None` if there is no such level.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{PushError, metrics::{ManualClock, Meter, Metered}, priority::Priority};
    /// let clock = ManualClock::new(1000);
    /// let meters: [Meter<_>; 2] = [Meter::new(&clock), Meter::new(&clock)];
    /// let jobs = Metered::new(Priority::<_, 2, 1>::new(), &meters);
    /// jobs.push(1, "job").unwrap();
    /// assert_eq!(jobs.level(1).unwrap().snapshot().length, 1);
    /// assert!(jobs.level(2).is_none());
    /// ```
    #[inline]
    pub fn level(&self, level: usize) -> Option<MeteredLevel<'_, T, C, EVERY, OCTAVES>> {
        Some(Metered::new(self.queue.level(level)?, self.meter.get(level)?))
    }
}
