//! The jobs: when they come, and how long they take.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1, LogNormal};
use rand_pcg::Pcg64;

/// Ticks of the mean job. All times are printed in mean jobs.
pub(crate) const MEAN_JOB: f64 = 1e6;

/// How the sizes of jobs are distributed; their mean is one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sizes {
    Exponential,
    /// The logarithm of the size is normal, with this deviation.
    Lognormal {
        sigma: f64,
    },
}

/// Independent jobs that come at random, at a constant rate (a Poisson process).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    /// Arrivals in the time of a mean job.
    pub(crate) rate: f64,
    pub(crate) sizes: Sizes,
    /// The share of urgent jobs.
    pub(crate) urgent: f64,
    pub(crate) jobs: u64,
}

/// A job on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    /// Ticks that it takes.
    pub(crate) size: u64,
    pub(crate) is_urgent: bool,
}

impl Workload {
    /// The jobs, each with its time of arrival, in ticks. The same seed gives the same jobs.
    pub(crate) fn arrivals(self, seed: u64) -> impl Iterator<Item = (u64, Job)> {
        // One generator for each, so that the sizes stay the same when the rate changes.
        let mut gaps = Pcg64::seed_from_u64(seed);
        let mut sizes = Pcg64::seed_from_u64(!seed);
        let mut urgency = Pcg64::seed_from_u64(seed.rotate_left(32));
        let mean_gap = MEAN_JOB / self.rate;
        let mut now = 0.0;
        (0..self.jobs).map(move |_| {
            let gap: f64 = Exp1.sample(&mut gaps);
            now += gap * mean_gap;
            let size = self.sizes.sample(&mut sizes) * MEAN_JOB;
            let job = Job { size: (size.round() as u64).max(1), is_urgent: urgency.random_bool(self.urgent) };
            (now.round() as u64, job)
        })
    }
}

impl Sizes {
    fn sample(self, random: &mut Pcg64) -> f64 {
        match self {
            Self::Exponential => Exp1.sample(random),
            Self::Lognormal { sigma } => {
                let sizes =
                    LogNormal::new(-sigma * sigma / 2.0, sigma).expect("a deviation that is a number");
                sizes.sample(random)
            }
        }
    }
}
