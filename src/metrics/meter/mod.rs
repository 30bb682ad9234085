//! Counts and times, separate from the queue that they describe.

mod snapshot;
mod stamped;

use self::snapshot::at_most;
use self::stamped::Moments;
use super::{Clock, Histogram};
use crate::sync::{Count, Padded, const_fn};
use core::fmt;

pub use self::snapshot::Snapshot;
pub use self::stamped::{Stamped, Ticket};

/// The counts of one queue, and a histogram of each of its three times. `const`, for a `static`.
///
/// A [`Metered`](super::Metered) queue makes all the calls below by itself. They are public for
/// whatever else values pass through: [`stamp`](Self::stamp) before the push; after it
/// [`on_push`](Self::on_push) or [`on_full`](Self::on_full); after the pop
/// [`on_pop`](Self::on_pop), or, if the service is timed too, [`on_start`](Self::on_start), and
/// [`on_finish`](Self::on_finish) at its end.
///
/// One value in `EVERY`, a power of two, is timed; all are counted. For `OCTAVES` see
/// [`Histogram`]; a
/// [`CycleClock`](super::CycleClock) needs 30.
///
/// On cores without compare-and-swap, and without the feature `portable-atomic`, only one thread or
/// interrupt handler at a time may push, and only one may pop, as in an SPSC queue.
///
/// **Memory**: the three histograms, seven words and the clock; on cores with caches one more cache
/// line for each side.
///
/// ```
/// use ringway::metrics::{ManualClock, Meter};
///
/// let clock = ManualClock::new(1000);
/// let meter = Meter::<_, 1, 30>::with_clock(&clock);
/// let waiting = meter.stamp("job");
/// meter.on_push(1);
/// clock.advance(20);
/// let (job, ticket) = meter.on_start(waiting);
/// clock.advance(5);
/// meter.on_finish(ticket);
/// assert_eq!((job, meter.waiting().max(), meter.response().max()), ("job", 20, 25));
/// ```
pub struct Meter<C, const EVERY: usize = 1, const OCTAVES: usize = 62> {
    clock: C,
    push_side: Padded<PushSide>,
    pop_side: Padded<PopSide<OCTAVES>>,
}

/// What pushes write.
struct PushSide {
    offered: Count,
    rejected: Count,
    high_water: Count,
}

/// What pops and the ends of services write.
struct PopSide<const OCTAVES: usize> {
    started: Count,
    finished: Count,
    waiting: Histogram<OCTAVES>,
    service: Histogram<OCTAVES>,
    response: Histogram<OCTAVES>,
}

// Of the default sizes only, so that they need not be named.
impl<C> Meter<C> {
    const_fn! {
        /// Creates a meter that has counted nothing, and times every value.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::metrics::{ManualClock, Meter};
        ///
        /// let meter = Meter::new(ManualClock::new(1000));
        /// assert_eq!(meter.waiting().count(), 0);
        /// ```
        pub fn new(clock: C) -> Self {
            Self::with_clock(clock)
        }
    }
}

impl<C, const EVERY: usize, const OCTAVES: usize> Meter<C, EVERY, OCTAVES> {
    const IS_SOUND: () =
        assert!(EVERY.is_power_of_two(), "one value in EVERY is timed: EVERY must be a power of two");

    const_fn! {
        /// Creates a meter that has counted nothing, of the sizes that its type names.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::metrics::{CycleClock, Meter};
        ///
        /// fn cycles() -> u32 { 0 }
        ///
        /// static METER: Meter<CycleClock, 16> =
        ///     Meter::with_clock(CycleClock::new(cycles, 72_000_000));
        /// assert_eq!(METER.waiting().count(), 0);
        /// ```
        ///
        /// An `EVERY` that is not a power of two does not compile:
        ///
        /// ```compile_fail
        /// use ringway::metrics::{ManualClock, Meter};
        /// let meter = Meter::<_, 3>::with_clock(ManualClock::new(1));
        /// ```
        pub fn with_clock(clock: C) -> Self {
            let () = Self::IS_SOUND;
            Self { clock, push_side: Padded::new(PushSide::new()), pop_side: Padded::new(PopSide::new()) }
        }
    }

    /// Returns the clock.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{Clock, ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// assert_eq!(meter.clock().hertz(), 1000);
    /// ```
    pub fn clock(&self) -> &C {
        &self.clock
    }

    /// Returns the waiting times, from push to pop, in ticks.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let job = meter.stamp("job");
    /// meter.clock().advance(7);
    /// meter.on_pop(job);
    /// assert_eq!(meter.waiting().max(), 7);
    /// ```
    pub fn waiting(&self) -> &Histogram<OCTAVES> {
        &self.pop_side.waiting
    }

    /// Returns the service times, from pop to finish, in ticks.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let (_job, ticket) = meter.on_start(meter.stamp("job"));
    /// meter.clock().advance(7);
    /// meter.on_finish(ticket);
    /// assert_eq!(meter.service().max(), 7);
    /// ```
    pub fn service(&self) -> &Histogram<OCTAVES> {
        &self.pop_side.service
    }

    /// Returns the response times, from push to finish, in ticks.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let job = meter.stamp("job");
    /// meter.clock().advance(3);
    /// let (_job, ticket) = meter.on_start(job);
    /// meter.clock().advance(7);
    /// meter.on_finish(ticket);
    /// assert_eq!(meter.response().max(), 10);
    /// ```
    pub fn response(&self) -> &Histogram<OCTAVES> {
        &self.pop_side.response
    }

    /// Returns the counts, with the length of the queue as the caller read it.
    ///
    /// **Guarantees**: wait-free; consistent in itself: see [`Snapshot`].
    /// **Complexity**: five loads. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// drop(meter.stamp("job"));
    /// meter.on_push(1);
    /// let snapshot = meter.snapshot(1);
    /// assert_eq!((snapshot.offered, snapshot.length, snapshot.high_water), (1, 1, 1));
    /// ```
    pub fn snapshot(&self, length: usize) -> Snapshot {
        // Of two counts, the one that is raised later is read first: a value is offered before it
        // is rejected, and started before it is finished. What is added to the other in between
        // makes the difference larger, not negative. Counts order nothing, so a core with a weak
        // memory order may still show the later one first; `at_most` corrects that.
        let finished = self.pop_side.finished.get();
        let started = self.pop_side.started.get();
        let rejected = self.push_side.rejected.get();
        let offered = self.push_side.offered.get();
        Snapshot {
            length,
            high_water: self.push_side.high_water.get().max(length),
            offered,
            rejected: at_most(rejected, offered),
            in_service: started.wrapping_sub(at_most(finished, started)),
        }
    }
}

impl<C: Clock, const EVERY: usize, const OCTAVES: usize> Meter<C, EVERY, OCTAVES> {
    /// Counts a value that is about to be pushed, and stamps it if it is one of those that are
    /// timed.
    ///
    /// **Guarantees**: wait-free where the processor adds atomically in one instruction, otherwise
    /// lock-free; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write; for one value in `EVERY` a reading of the
    /// clock. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// assert_eq!(*meter.stamp("job"), "job");
    /// assert_eq!(meter.snapshot(0).offered, 1);
    /// ```
    #[inline]
    pub fn stamp<T>(&self, value: T) -> Stamped<T, C> {
        let before = self.push_side.offered.add(1);
        let is_timed = before & (EVERY - 1) == 0;
        Stamped { value, offered: is_timed.then(|| self.clock.now()) }
    }

    /// Records that a push succeeded and left `length` values in the queue.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler.
    /// **Complexity**: one load, and an atomic read-modify-write if `length` is the largest so far.
    /// Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// meter.on_push(3);
    /// meter.on_push(2);
    /// assert_eq!(meter.snapshot(2).high_water, 3);
    /// ```
    #[inline]
    pub fn on_push(&self, length: usize) {
        self.push_side.high_water.raise(length);
    }

    /// Counts a push that was rejected because the queue was full, and returns its value.
    ///
    /// **Guarantees**: as [`stamp`](Self::stamp). **Complexity**: one atomic read-modify-write.
    /// Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// assert_eq!(meter.on_full(meter.stamp("job")), "job");
    /// assert_eq!(meter.snapshot(0).rejected, 1);
    /// ```
    #[inline]
    pub fn on_full<T>(&self, rejected: Stamped<T, C>) -> T {
        self.push_side.rejected.add(1);
        rejected.value
    }

    /// Records the waiting time of a value that was popped, and returns the value.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler.
    /// **Complexity**: for one value in `EVERY` a reading of the clock and a
    /// [`record`](Histogram::record), otherwise no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let job = meter.stamp("job");
    /// meter.clock().advance(7);
    /// assert_eq!((meter.on_pop(job), meter.waiting().sum()), ("job", 7));
    /// ```
    #[inline]
    pub fn on_pop<T>(&self, popped: Stamped<T, C>) -> T {
        if let Some(offered) = popped.offered {
            self.pop_side.waiting.record(self.clock.ticks_between(offered, self.clock.now()));
        }
        popped.value
    }

    /// Records the waiting time of a value that was popped, and starts the time of its service.
    ///
    /// Called instead of [`on_pop`](Self::on_pop) for a value whose service is timed too.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler.
    /// **Complexity**: that of `on_pop`, and one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let (job, ticket) = meter.on_start(meter.stamp("job"));
    /// assert_eq!((job, meter.snapshot(0).in_service), ("job", 1));
    /// meter.on_finish(ticket);
    /// ```
    #[inline]
    pub fn on_start<T>(&self, popped: Stamped<T, C>) -> (T, Ticket<C>) {
        self.pop_side.started.add(1);
        let moments = popped.offered.map(|offered| {
            let started = self.clock.now();
            self.pop_side.waiting.record(self.clock.ticks_between(offered, started));
            Moments { offered, started }
        });
        (popped.value, Ticket { moments })
    }

    /// Records the service time and the response time of a value whose service ends.
    ///
    /// **Guarantees**: lock-free; may be called in an interrupt handler.
    /// **Complexity**: one atomic read-modify-write; for one value in `EVERY` a reading of the
    /// clock and two [`record`](Histogram::record)s. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{ManualClock, Meter};
    /// let meter = Meter::new(ManualClock::new(1000));
    /// let (_job, ticket) = meter.on_start(meter.stamp("job"));
    /// meter.clock().advance(7);
    /// meter.on_finish(ticket);
    /// assert_eq!((meter.service().sum(), meter.snapshot(0).in_service), (7, 0));
    /// ```
    #[inline]
    pub fn on_finish(&self, ticket: Ticket<C>) {
        self.pop_side.finished.add(1);
        if let Some(Moments { offered, started }) = ticket.moments {
            let now = self.clock.now();
            self.pop_side.service.record(self.clock.ticks_between(started, now));
            self.pop_side.response.record(self.clock.ticks_between(offered, now));
        }
    }
}

impl PushSide {
    const_fn! {
        fn new() -> Self {
            Self { offered: Count::new(), rejected: Count::new(), high_water: Count::new() }
        }
    }
}

impl<const OCTAVES: usize> PopSide<OCTAVES> {
    const_fn! {
        fn new() -> Self {
            Self {
                started: Count::new(),
                finished: Count::new(),
                waiting: Histogram::with_octaves(),
                service: Histogram::with_octaves(),
                response: Histogram::with_octaves(),
            }
        }
    }
}

impl<C, const EVERY: usize, const OCTAVES: usize> fmt::Debug for Meter<C, EVERY, OCTAVES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let snapshot = self.snapshot(0);
        f.debug_struct("Meter")
            .field("offered", &snapshot.offered)
            .field("rejected", &snapshot.rejected)
            .field("high_water", &snapshot.high_water)
            .field("in_service", &snapshot.in_service)
            .field("waiting", self.waiting())
            .field("service", self.service())
            .field("response", self.response())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<C, const EVERY: usize, const OCTAVES: usize> defmt::Format for Meter<C, EVERY, OCTAVES> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let snapshot = self.snapshot(0);
        defmt::write!(
            f,
            "Meter {{ offered: {=usize}, rejected: {=usize}, high_water: {=usize}, in_service: {=usize}, \
             waiting: {}, service: {}, response: {} }}",
            snapshot.offered,
            snapshot.rejected,
            snapshot.high_water,
            snapshot.in_service,
            self.waiting(),
            self.service(),
            self.response()
        );
    }
}

#[cfg(test)]
mod tests;
