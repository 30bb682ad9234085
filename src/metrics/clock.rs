//! Clocks: the time in ticks.

use crate::sync::{Count, const_fn};
use core::fmt;

/// A clock that ticks at a constant rate.
///
/// ```
/// use ringway::metrics::{Clock, ManualClock};
///
/// fn measure<C: Clock>(clock: &C, work: impl FnOnce()) -> u64 {
///     let start = clock.now();
///     work();
///     clock.ticks_between(start, clock.now())
/// }
///
/// let clock = ManualClock::new(1000);
/// assert_eq!(measure(&clock, || clock.advance(3)), 3);
/// ```
pub trait Clock {
    /// A moment. It travels with every value that is timed, so it should be small.
    type Moment: Copy;

    /// Returns the current moment.
    fn now(&self) -> Self::Moment;

    /// Returns the number of ticks from one moment to a later one.
    fn ticks_between(&self, earlier: Self::Moment, later: Self::Moment) -> u64;

    /// Returns the number of ticks per second.
    fn hertz(&self) -> u64;
}

impl<C: Clock> Clock for &C {
    type Moment = C::Moment;

    #[inline]
    fn now(&self) -> C::Moment {
        C::now(self)
    }

    #[inline]
    fn ticks_between(&self, earlier: C::Moment, later: C::Moment) -> u64 {
        C::ticks_between(self, earlier, later)
    }

    #[inline]
    fn hertz(&self) -> u64 {
        C::hertz(self)
    }
}

/// The clock of the operating system, in nanoseconds.
///
/// **Complexity**: [`Instant::now`](std::time::Instant::now), on most systems without a system
/// call.
/// **Memory**: a moment is 16 bytes.
///
/// ```
/// use ringway::metrics::{Clock, StdClock};
///
/// let start = StdClock.now();
/// std::thread::sleep(std::time::Duration::from_millis(1));
/// assert!(StdClock.ticks_between(start, StdClock.now()) >= 1_000_000);
/// ```
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
pub struct StdClock;

#[cfg(feature = "std")]
impl Clock for StdClock {
    type Moment = std::time::Instant;

    #[inline]
    fn now(&self) -> Self::Moment {
        std::time::Instant::now()
    }

    #[inline]
    fn ticks_between(&self, earlier: Self::Moment, later: Self::Moment) -> u64 {
        let nanoseconds = later.saturating_duration_since(earlier).as_nanos();
        u64::try_from(nanoseconds).unwrap_or(u64::MAX)
    }

    fn hertz(&self) -> u64 {
        1_000_000_000
    }
}

/// A 32-bit counter that wraps around: a cycle counter, or a free-running timer.
///
/// Times of up to 2³² − 1 ticks (59 seconds at 72 MHz) are correct, whether the counter wraps in
/// between or not. Longer times lose 2³² ticks without notice, so they need a slower counter. On
/// several cores it must be one counter for all of them.
///
/// **Complexity**: one call of the function. **Memory**: a moment is four bytes.
///
/// ```
/// use ringway::metrics::{Clock, CycleClock};
///
/// fn read_counter() -> u32 { 7 /* `DWT::cycle_count()` on a Cortex-M, for example */ }
///
/// static CLOCK: CycleClock = CycleClock::new(read_counter, 72_000_000);
/// assert_eq!(CLOCK.ticks_between(u32::MAX, 4), 5);
/// ```
#[derive(Clone, Copy)]
pub struct CycleClock {
    read: fn() -> u32,
    hertz: u32,
}

impl CycleClock {
    /// Creates a clock from a function that reads the counter, and the ticks per second.
    ///
    /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// use ringway::metrics::{Clock, CycleClock};
    ///
    /// let clock = CycleClock::new(|| 7, 1_000_000);
    /// assert_eq!((clock.now(), clock.hertz()), (7, 1_000_000));
    /// ```
    pub const fn new(read: fn() -> u32, hertz: u32) -> Self {
        Self { read, hertz }
    }
}

impl Clock for CycleClock {
    type Moment = u32;

    #[inline]
    fn now(&self) -> u32 {
        (self.read)()
    }

    #[inline]
    fn ticks_between(&self, earlier: u32, later: u32) -> u64 {
        u64::from(later.wrapping_sub(earlier))
    }

    fn hertz(&self) -> u64 {
        u64::from(self.hertz)
    }
}

impl fmt::Debug for CycleClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CycleClock").field("hertz", &self.hertz).finish_non_exhaustive()
    }
}

/// A clock that is advanced by hand, for tests and simulations.
///
/// It wraps around at the range of a `usize`.
///
/// ```
/// use ringway::metrics::{Clock, ManualClock};
///
/// static CLOCK: ManualClock = ManualClock::new(1_000);
/// let start = CLOCK.now();
/// CLOCK.advance(250);
/// assert_eq!(CLOCK.ticks_between(start, CLOCK.now()), 250);
/// ```
pub struct ManualClock {
    now: Count,
    hertz: u64,
}

impl ManualClock {
    const_fn! {
        /// Creates a clock at tick zero, with the number of ticks per second.
        ///
        /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
        ///
        /// ```
        /// use ringway::metrics::{Clock, ManualClock};
        ///
        /// let clock = ManualClock::new(1000);
        /// assert_eq!((clock.now(), clock.hertz()), (0, 1000));
        /// ```
        pub fn new(hertz: u64) -> Self {
            Self { now: Count::new(), hertz }
        }
    }

    /// Advances the clock by `ticks`.
    ///
    /// **Guarantees**: wait-free where the processor adds atomically in one instruction, otherwise
    /// lock-free. **Complexity**: one atomic read-modify-write. Never panics.
    ///
    /// ```
    /// use ringway::metrics::{Clock, ManualClock};
    ///
    /// let clock = ManualClock::new(1000);
    /// clock.advance(3);
    /// assert_eq!(clock.now(), 3);
    /// ```
    pub fn advance(&self, ticks: usize) {
        self.now.add(ticks);
    }
}

impl Clock for ManualClock {
    type Moment = usize;

    fn now(&self) -> usize {
        self.now.get()
    }

    fn ticks_between(&self, earlier: usize, later: usize) -> u64 {
        later.wrapping_sub(earlier) as u64
    }

    fn hertz(&self) -> u64 {
        self.hertz
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualClock").field("now", &self.now()).field("hertz", &self.hertz).finish()
    }
}
