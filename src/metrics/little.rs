//! The mean waiting time of a queue that times nothing.

use super::Clock;
use crate::mpmc::Stats;
use core::fmt;

/// The mean waiting time by Little's law: the mean length of a queue divided by the rate at which values leave
/// it. It takes samples of [`stats`](crate::mpmc::QueueInner::stats), which cost the queue nothing, and no value
/// carries a stamp.
///
/// Sample at regular or at random moments, but not at those that the queue itself decides (each push, say).
/// Between two samples, less time must pass than the clock can tell, and fewer values than one
/// [wrap-around](crate::mpmc#wrap-around). An interval in which the counts start again at zero is left out.
///
/// ```
/// use ringway::metrics::{Little, ManualClock};
///
/// let (queue, clock) = (ringway::mpmc::Queue::<u32, 64>::new(), ManualClock::new(1000));
/// let mut little = Little::new(&clock);
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
pub struct Little<C: Clock> {
    clock: C,
    last: Option<(C::Moment, usize)>,
    samples: u64,
    lengths: u64,
    ticks: u64,
    popped: u64,
}

impl<C: Clock> Little<C> {
    /// Nothing sampled yet.
    pub const fn new(clock: C) -> Self {
        Self { clock, last: None, samples: 0, lengths: 0, ticks: 0, popped: 0 }
    }

    /// Takes a sample: `queue.stats()`, fresh.
    ///
    /// **Complexity**: a look at the clock; no atomic operation. Never panics.
    pub fn sample(&mut self, stats: Stats) {
        let now = self.clock.now();
        if let Some((then, popped)) = self.last.replace((now, stats.popped))
            && let Some(popped) = stats.popped.checked_sub(popped)
        {
            self.samples += 1;
            self.lengths += stats.len as u64;
            self.ticks += self.clock.ticks_between(then, now);
            self.popped += popped as u64;
        }
    }

    /// How many samples count: all but the first.
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// The mean length of the queue; zero if nothing was sampled.
    pub fn mean_length(&self) -> f64 {
        ratio(self.lengths, self.samples)
    }

    /// The values that left the queue, by tick; zero if no time passed.
    pub fn throughput(&self) -> f64 {
        ratio(self.popped, self.ticks)
    }

    /// The mean waiting time in ticks; zero if nothing left the queue.
    pub fn mean_wait(&self) -> f64 {
        self.mean_length() * ratio(self.ticks, self.popped)
    }
}

fn ratio(of: u64, to: u64) -> f64 {
    if to == 0 { 0.0 } else { of as f64 / to as f64 }
}

impl<C: Clock> fmt::Debug for Little<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Little")
            .field("samples", &self.samples)
            .field("mean_length", &self.mean_length())
            .field("mean_wait", &self.mean_wait())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<C: Clock> defmt::Format for Little<C> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Little {{ samples: {=u64}, mean_length: {=f64}, mean_wait: {=f64} }}",
            self.samples,
            self.mean_length(),
            self.mean_wait()
        );
    }
}
