//! The mean waiting time of a queue whose values are not timed.

use super::Clock;
use crate::mpmc::Stats;
use core::fmt;

/// Estimates the mean waiting time by Little's law: the mean length of a queue divided by the rate
/// at which values leave it.
///
/// It samples [`stats`](crate::mpmc::QueueInner::stats), which costs the queue nothing, and no
/// value carries a stamp. Sample at regular or random moments, not at moments that the queue
/// determines (each push, for example). Between two samples, less time must pass than the clock can
/// measure, and fewer values than one [wrap-around](crate::mpmc#wrap-around). An interval in which
/// the counts wrap around is left out, and so is one for which a sum, of 64 bits each, has no room;
/// the means stay unchanged.
///
/// ```
/// use ringway::metrics::{LittlesLaw, ManualClock};
///
/// let (queue, clock) = (ringway::mpmc::Queue::<u32, 64>::new(), ManualClock::new(1000));
/// let mut little = LittlesLaw::new(&clock);
/// for value in 0..1000 {
///     queue.push(value).unwrap();
///     clock.advance(5); // each value waits for 5 ticks of 20
///     little.sample(queue.stats());
///     queue.pop();
///     clock.advance(15);
///     (0..3).for_each(|_| little.sample(queue.stats()));
/// }
/// assert!((little.mean_length() - 0.25).abs() < 0.01);
/// assert!((little.mean_wait() - 5.0).abs() < 0.1);
/// ```
pub struct LittlesLaw<C: Clock> {
    clock: C,
    last: Option<(C::Moment, usize)>,
    sums: Sums,
}

/// The sums over all samples.
#[derive(Clone, Copy)]
struct Sums {
    samples: u64,
    lengths: u64,
    ticks: u64,
    popped: u64,
}

impl Sums {
    /// Returns the sums with one more sample, if every sum has room for it: ratios need sums of the
    /// same samples.
    fn and(self, length: usize, ticks: u64, popped: usize) -> Option<Self> {
        Some(Self {
            samples: self.samples.checked_add(1)?,
            lengths: self.lengths.checked_add(length as u64)?,
            ticks: self.ticks.checked_add(ticks)?,
            popped: self.popped.checked_add(popped as u64)?,
        })
    }
}

impl<C: Clock> LittlesLaw<C> {
    /// Creates an estimate without samples.
    ///
    /// **Guarantees**: wait-free; `const`. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::metrics::{LittlesLaw, ManualClock};
    /// let law = LittlesLaw::new(ManualClock::new(1000));
    /// assert_eq!(law.samples(), 0);
    /// ```
    pub const fn new(clock: C) -> Self {
        Self { clock, last: None, sums: Sums { samples: 0, lengths: 0, ticks: 0, popped: 0 } }
    }

    /// Adds a sample: `queue.stats()`, read just before. The first sample only starts the first
    /// interval.
    ///
    /// **Guarantees**: wait-free. **Complexity**: a reading of the clock; no other atomic
    /// operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{LittlesLaw, ManualClock}, mpmc::Queue};
    /// let (queue, clock) = (Queue::<&str, 8>::new(), ManualClock::new(1000));
    /// let mut law = LittlesLaw::new(&clock);
    /// law.sample(queue.stats());
    /// clock.advance(10);
    /// law.sample(queue.stats());
    /// assert_eq!(law.samples(), 1);
    /// ```
    pub fn sample(&mut self, stats: Stats) {
        let now = self.clock.now();
        if let Some((then, popped)) = self.last.replace((now, stats.popped))
            && let Some(popped) = stats.popped.checked_sub(popped)
        {
            let ticks = self.clock.ticks_between(then, now);
            self.sums = self.sums.and(stats.len, ticks, popped).unwrap_or(self.sums);
        }
    }

    /// Returns the number of samples that entered the means: all but the first and those left out.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{LittlesLaw, ManualClock}, mpmc::Queue};
    /// let (queue, clock) = (Queue::<&str, 8>::new(), ManualClock::new(1000));
    /// let mut law = LittlesLaw::new(&clock);
    /// law.sample(queue.stats());
    /// queue.push("job").unwrap();
    /// queue.push("job").unwrap();
    /// queue.pop();
    /// clock.advance(10);
    /// law.sample(queue.stats());
    /// assert_eq!(law.samples(), 1);
    /// ```
    pub fn samples(&self) -> u64 {
        self.sums.samples
    }

    /// Returns the mean length of the queue; zero without samples.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{LittlesLaw, ManualClock}, mpmc::Queue};
    /// let (queue, clock) = (Queue::<&str, 8>::new(), ManualClock::new(1000));
    /// let mut law = LittlesLaw::new(&clock);
    /// law.sample(queue.stats());
    /// queue.push("job").unwrap();
    /// queue.push("job").unwrap();
    /// queue.pop();
    /// clock.advance(10);
    /// law.sample(queue.stats());
    /// assert_eq!(law.mean_length(), 1.0);
    /// ```
    pub fn mean_length(&self) -> f64 {
        ratio(self.sums.lengths, self.sums.samples)
    }

    /// Returns the number of values that left the queue per tick; zero if no time passed.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{LittlesLaw, ManualClock}, mpmc::Queue};
    /// let (queue, clock) = (Queue::<&str, 8>::new(), ManualClock::new(1000));
    /// let mut law = LittlesLaw::new(&clock);
    /// law.sample(queue.stats());
    /// queue.push("job").unwrap();
    /// queue.push("job").unwrap();
    /// queue.pop();
    /// clock.advance(10);
    /// law.sample(queue.stats());
    /// assert_eq!(law.throughput(), 0.1);
    /// ```
    pub fn throughput(&self) -> f64 {
        ratio(self.sums.popped, self.sums.ticks)
    }

    /// Returns the mean waiting time in ticks; zero if no value left the queue.
    ///
    /// **Guarantees**: wait-free. **Complexity**: no atomic operation. Never panics.
    ///
    /// ```
    /// # use ringway::{metrics::{LittlesLaw, ManualClock}, mpmc::Queue};
    /// let (queue, clock) = (Queue::<&str, 8>::new(), ManualClock::new(1000));
    /// let mut law = LittlesLaw::new(&clock);
    /// law.sample(queue.stats());
    /// queue.push("job").unwrap();
    /// queue.push("job").unwrap();
    /// queue.pop();
    /// clock.advance(10);
    /// law.sample(queue.stats());
    /// assert_eq!(law.mean_wait(), 10.0);
    /// ```
    pub fn mean_wait(&self) -> f64 {
        self.mean_length() * ratio(self.sums.ticks, self.sums.popped)
    }
}

fn ratio(of: u64, to: u64) -> f64 {
    if to == 0 { 0.0 } else { of as f64 / to as f64 }
}

impl<C: Clock> fmt::Debug for LittlesLaw<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LittlesLaw")
            .field("samples", &self.sums.samples)
            .field("mean_length", &self.mean_length())
            .field("mean_wait", &self.mean_wait())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<C: Clock> defmt::Format for LittlesLaw<C> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "LittlesLaw {{ samples: {=u64}, mean_length: {=f64}, mean_wait: {=f64} }}",
            self.sums.samples,
            self.mean_length(),
            self.mean_wait()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::ManualClock;

    fn stats(len: usize, popped: usize) -> Stats {
        Stats { pushed: popped.wrapping_add(len), popped, len, capacity: len }
    }

    #[test]
    fn a_sample_for_which_a_sum_has_no_room_is_left_out_of_all_of_them() {
        let clock = ManualClock::new(1);
        let mut little = LittlesLaw::new(&clock);
        little.sample(stats(2, 0));
        clock.advance(usize::MAX / 2);
        little.sample(stats(2, 10));
        let means = (little.mean_length(), little.throughput(), little.mean_wait());
        for step in 1..10 {
            clock.advance(usize::MAX);
            little.sample(stats(usize::MAX, 10 + step));
        }
        assert!(little.samples() == 1 || usize::BITS < 64, "there was room for none of those");
        if usize::BITS == 64 {
            assert_eq!((little.mean_length(), little.throughput(), little.mean_wait()), means);
        }
        clock.advance(100);
        little.sample(stats(2, 30));
        assert!(little.samples() >= 2, "and there is for this one");
    }

    #[test]
    fn lengths_and_values_popped_add_up_to_the_end_of_their_range() {
        let clock = ManualClock::new(1);
        let mut little = LittlesLaw::new(&clock);
        little.sample(stats(0, 0));
        for round in 0..4 {
            clock.advance(1);
            little.sample(stats(usize::MAX, usize::MAX));
            little.sample(stats(0, 0)); // the counts started again
            assert!(little.mean_length() >= 0.0 && little.mean_wait() >= 0.0, "round {round}");
        }
    }
}
