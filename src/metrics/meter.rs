//! What is counted and timed, apart from the queue that it is about.

use super::{Clock, Histogram};
use crate::sync::{Count, Padded, const_fn};
use core::fmt;

/// The figures of one queue: counts, and a histogram for each of the three times. `const`, for a `static`.
///
/// A [`Metered`](super::Metered) queue does all the calls here by itself. They are public for whatever else
/// values pass through: [`stamp`](Self::stamp) before the push, [`on_push`](Self::on_push) or
/// [`on_full`](Self::on_full) after it, [`on_pop`](Self::on_pop) after the pop, and if service is to be timed
/// [`on_start`](Self::on_start) instead and [`on_finish`](Self::on_finish) at the end.
///
/// One value in `EVERY`, a power of two, is timed; all are counted. For `OCTAVES` see [`Histogram`]; a
/// [`CycleClock`](super::CycleClock) needs 30.
///
/// On cores without compare-and-swap, and without the feature `portable-atomic`, values may be offered by one
/// context at a time and taken by one, as in an SPSC queue.
///
/// **Memory**: the three histograms, seven words and the clock; a cache line for each side more where there are
/// caches.
///
/// ```
/// use ringway::metrics::{ManualClock, Meter};
///
/// let clock = ManualClock::new(1000);
/// let meter = Meter::<_, 1, 30>::new(&clock);
/// let on_its_way = meter.stamp("job");
/// meter.on_push(1);
/// clock.advance(20);
/// let (job, ticket) = meter.on_start(on_its_way);
/// clock.advance(5);
/// meter.on_finish(ticket);
/// assert_eq!((job, meter.waiting().max(), meter.response().max()), ("job", 20, 25));
/// ```
pub struct Meter<C, const EVERY: usize = 1, const OCTAVES: usize = 62> {
    clock: C,
    before: Padded<Before>,
    after: Padded<After<OCTAVES>>,
}

/// What the contexts that push write.
struct Before {
    offered: Count,
    rejected: Count,
    high_water: Count,
}

/// What the contexts that pop write.
struct After<const OCTAVES: usize> {
    started: Count,
    finished: Count,
    waiting: Histogram<OCTAVES>,
    service: Histogram<OCTAVES>,
    response: Histogram<OCTAVES>,
}

/// A value with the moment at which it was offered, if it is one of those that are timed.
pub struct Stamped<T, C: Clock> {
    value: T,
    offered: Option<C::Moment>,
}

/// The moments of a value in service; [`Meter::on_finish`] takes it back.
#[must_use = "a ticket that is not handed to `done` leaves its value in service for ever"]
pub struct Ticket<C: Clock> {
    moments: Option<Moments<C>>,
}

struct Moments<C: Clock> {
    offered: C::Moment,
    started: C::Moment,
}

/// Counts, read one after the other while others may go on counting.
///
/// Each set agrees with itself: `length` is at most `high_water`, and no more values are rejected than
/// offered, or finished than begun. What others do at the same time may be in one count and not yet in
/// another, on processors with a weak memory order in any combination: two sets need not follow from each
/// other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Values in the queue.
    pub length: usize,
    /// The most that a push has ever found in the queue, itself included; or `length`, if that is more
    /// since the push that made it so has not noted it yet.
    pub high_water: usize,
    /// Values offered so far, accepted or not; starts again at zero with the range of a `usize`.
    pub offered: usize,
    /// Values rejected so far because there was no room; starts again likewise. Subtract with
    /// [`accepted`](Self::accepted), which knows about that.
    pub rejected: usize,
    /// Values in service: begun and not done.
    pub in_service: usize,
}

impl Snapshot {
    /// Values offered and not rejected so far: accepted, or their push is under way. Starts again at zero
    /// with the range of a `usize`, or up to a 256th of it sooner.
    ///
    /// Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{ManualClock, Meter, Metered}, mpmc::Queue};
    /// let meter = Meter::<_>::new(ManualClock::new(1000));
    /// let jobs = Metered::new(Queue::<_, 2>::new(), &meter);
    /// (0..5).for_each(|job| drop(jobs.push(job)));
    /// let snapshot = jobs.snapshot();
    /// assert_eq!((snapshot.offered, snapshot.rejected, snapshot.accepted()), (5, 3, 2));
    /// ```
    pub const fn accepted(&self) -> usize {
        self.offered.wrapping_sub(self.rejected)
    }
}

/// How far one count may seem to be ahead of another that is never behind it: it is read from a core whose
/// writes come out of order, or the other was read before. It is more than can be under way at once, and so
/// little of the range that a difference which is that close to its end is about to start again at zero
/// anyway.
const AHEAD: usize = usize::MAX >> 8;

/// A count that is at most `most`, both modulo the range of a `usize`.
const fn at_most(count: usize, most: usize) -> usize {
    if count.wrapping_sub(most) <= AHEAD { most } else { count }
}

impl<C, const EVERY: usize, const OCTAVES: usize> Meter<C, EVERY, OCTAVES> {
    const IS_SOUND: () =
        assert!(EVERY.is_power_of_two(), "one value in EVERY is timed: EVERY must be a power of two");

    const_fn! {
        /// A meter that has seen nothing.
        ///
        /// An `EVERY` that is no power of two does not compile:
        ///
        /// ```compile_fail
        /// use ringway::metrics::{ManualClock, Meter};
        /// let meter = Meter::<_, 3>::new(ManualClock::new(1));
        /// ```
        pub fn new(clock: C) -> Self {
            let () = Self::IS_SOUND;
            Self { clock, before: Padded::new(Before::new()), after: Padded::new(After::new()) }
        }
    }

    /// The clock that everything here is timed with.
    pub fn clock(&self) -> &C {
        &self.clock
    }

    /// How long values waited, from push to pop, in ticks.
    pub fn waiting(&self) -> &Histogram<OCTAVES> {
        &self.after.waiting
    }

    /// How long values were in service, in ticks.
    pub fn service(&self) -> &Histogram<OCTAVES> {
        &self.after.service
    }

    /// How long it took from push to done, in ticks.
    pub fn response(&self) -> &Histogram<OCTAVES> {
        &self.after.response
    }

    /// The counts, beside the length that the caller knows.
    ///
    /// **Guarantees**: wait-free. The set agrees with itself: see [`Snapshot`]. **Complexity**: five loads.
    /// Never panics.
    pub fn snapshot(&self, length: usize) -> Snapshot {
        // Of two counts the one that follows the other is read first: a value is offered before it is
        // rejected, and started before it is finished. What the other gains in between makes the difference
        // larger, not negative. The counts order nothing, so a core with a weak memory may still show the
        // later one sooner: `at_most`.
        let finished = self.after.finished.get();
        let started = self.after.started.get();
        let rejected = self.before.rejected.get();
        let offered = self.before.offered.get();
        Snapshot {
            length,
            high_water: self.before.high_water.get().max(length),
            offered,
            rejected: at_most(rejected, offered),
            in_service: started.wrapping_sub(at_most(finished, started)),
        }
    }
}

impl<C: Clock, const EVERY: usize, const OCTAVES: usize> Meter<C, EVERY, OCTAVES> {
    /// Counts a value, and stamps it if it is its turn.
    ///
    /// **Guarantees**: wait-free where the processor adds in one instruction, else lock-free; may be called in
    /// an interrupt handler. **Complexity**: one atomic read-modify-write, and for one value in `EVERY` a look at
    /// the clock. Never panics.
    #[inline]
    pub fn stamp<T>(&self, value: T) -> Stamped<T, C> {
        let turn = self.before.offered.add(1);
        let is_timed = turn & (EVERY - 1) == 0;
        Stamped { value, offered: is_timed.then(|| self.clock.now()) }
    }

    /// Notes that a push succeeded, and how many values were in the queue after it.
    ///
    /// **Guarantees**: as [`stamp`](Self::stamp). **Complexity**: one load, and a read-modify-write if that is
    /// more than ever before. Never panics.
    #[inline]
    pub fn on_push(&self, length: usize) {
        self.before.high_water.raise(length);
    }

    /// Counts a push that failed, and gives the value back.
    ///
    /// **Guarantees**: as [`stamp`](Self::stamp). **Complexity**: one atomic read-modify-write. Never panics.
    #[inline]
    pub fn on_full<T>(&self, offer: Stamped<T, C>) -> T {
        self.before.rejected.add(1);
        offer.value
    }

    /// Notes how long a value waited, and gives it out.
    ///
    /// **Guarantees**: as [`stamp`](Self::stamp). **Complexity**: for one value in `EVERY` a look at the clock and
    /// a [`record`](Histogram::record). Never panics.
    #[inline]
    pub fn on_pop<T>(&self, arrival: Stamped<T, C>) -> T {
        if let Some(offered) = arrival.offered {
            self.after.waiting.record(self.clock.ticks_between(offered, self.clock.now()));
        }
        arrival.value
    }

    /// As [`on_pop`](Self::on_pop), for a value whose service is timed too.
    ///
    /// **Guarantees**: as [`stamp`](Self::stamp). **Complexity**: that of `taken` and one atomic
    /// read-modify-write. Never panics.
    #[inline]
    pub fn on_start<T>(&self, arrival: Stamped<T, C>) -> (T, Ticket<C>) {
        self.after.started.add(1);
        let moments = arrival.offered.map(|offered| {
            let started = self.clock.now();
            self.after.waiting.record(self.clock.ticks_between(offered, started));
            Moments { offered, started }
        });
        (arrival.value, Ticket { moments })
    }

    /// Notes that the service of a value is over.
    ///
    /// **Guarantees**: as [`stamp`](Self::stamp). **Complexity**: one atomic read-modify-write, and for one value
    /// in `EVERY` a look at the clock and two [`record`](Histogram::record)s. Never panics.
    #[inline]
    pub fn on_finish(&self, ticket: Ticket<C>) {
        self.after.finished.add(1);
        if let Some(Moments { offered, started }) = ticket.moments {
            let now = self.clock.now();
            self.after.service.record(self.clock.ticks_between(started, now));
            self.after.response.record(self.clock.ticks_between(offered, now));
        }
    }
}

impl Before {
    const_fn! {
        fn new() -> Self {
            Self { offered: Count::new(), rejected: Count::new(), high_water: Count::new() }
        }
    }
}

impl<const OCTAVES: usize> After<OCTAVES> {
    const_fn! {
        fn new() -> Self {
            Self {
                started: Count::new(),
                finished: Count::new(),
                waiting: Histogram::new(),
                service: Histogram::new(),
                response: Histogram::new(),
            }
        }
    }
}

impl<T, C: Clock> Stamped<T, C> {
    /// The value, untimed.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T, C: Clock> core::ops::Deref for Stamped<T, C> {
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
mod defmt_impls {
    use super::{Clock, Meter, Snapshot, Stamped};

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

    impl<T: defmt::Format, C: Clock> defmt::Format for Stamped<T, C> {
        fn format(&self, f: defmt::Formatter<'_>) {
            self.value.format(f);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::ManualClock;

    type TestMeter<const EVERY: usize = 1> = Meter<ManualClock, EVERY, 2>;

    fn meter<const EVERY: usize>() -> TestMeter<EVERY> {
        Meter::new(ManualClock::new(1))
    }

    /// As if a core with a weak memory showed the second of two counts before the first.
    #[test]
    fn a_count_that_is_seen_too_early_is_cut_to_the_one_before_it() {
        for offered in [0, 1, 7, usize::MAX - 1, usize::MAX] {
            for ahead in [1, 2, 1000] {
                let meter = meter::<1>();
                meter.before.offered.add(offered);
                meter.before.rejected.add(offered.wrapping_add(ahead));
                meter.after.started.add(offered);
                meter.after.finished.add(offered.wrapping_add(ahead));
                let snapshot = meter.snapshot(0);
                assert_eq!((snapshot.offered, snapshot.rejected), (offered, offered), "{ahead} ahead");
                assert_eq!((snapshot.accepted(), snapshot.in_service), (0, 0), "{ahead} ahead");
            }
        }
    }

    #[test]
    fn differences_are_right_beyond_half_of_the_range_and_after_counts_start_again() {
        for (offered, rejected, accepted) in [
            (usize::MAX / 2 + 10, 3, usize::MAX / 2 + 7),
            (usize::MAX - AHEAD - 1, 0, usize::MAX - AHEAD - 1),
            (4, usize::MAX - 5, 10),
            (0, usize::MAX, 1),
            (usize::MAX, usize::MAX, 0),
        ] {
            let meter = meter::<1>();
            meter.before.offered.add(offered);
            meter.before.rejected.add(rejected);
            meter.after.started.add(offered);
            meter.after.finished.add(rejected);
            let snapshot = meter.snapshot(0);
            assert_eq!((snapshot.offered, snapshot.rejected), (offered, rejected));
            assert_eq!((snapshot.accepted(), snapshot.in_service), (accepted, accepted));
        }
    }

    #[test]
    fn counting_goes_on_when_counts_start_again_and_every_fourth_value_is_timed() {
        let meter = meter::<4>();
        for count in
            [&meter.before.offered, &meter.before.rejected, &meter.after.started, &meter.after.finished]
        {
            count.add(usize::MAX - 5);
        }
        for _ in 0..12 {
            let (_, ticket) = meter.on_start(meter.stamp(()));
            meter.on_push(1);
            meter.on_finish(ticket);
            meter.on_full(meter.stamp(()));
        }
        let snapshot = meter.snapshot(0);
        assert_eq!((snapshot.offered, snapshot.rejected), (18, 6));
        assert_eq!((snapshot.accepted(), snapshot.in_service), (12, 0));
        assert_eq!(
            meter.response().count(),
            6,
            "of those that were started every second one's turn is a fourth"
        );
    }

    #[test]
    fn a_length_that_no_push_has_noted_yet_is_the_most_there_was() {
        let meter = meter::<1>();
        meter.on_push(3);
        let marks = [2, 5, 4, usize::MAX].map(|length| meter.snapshot(length).high_water);
        assert_eq!(marks, [3, 5, 4, usize::MAX]);
    }
}
