//! What queueing theory says, in mean jobs.
//!
//! The names are Kendall's: arrivals / sizes / servers / room, where M is exponential and G is any
//! distribution.

use crate::workload::Sizes;

/// The chance that a size falls between two bounds, and its first two moments there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moments {
    pub(crate) chance: f64,
    pub(crate) first: f64,
    pub(crate) second: f64,
}

impl Sizes {
    /// The moments of the sizes up to `bound`.
    pub(crate) fn up_to(self, bound: f64) -> Moments {
        match self {
            Self::Exponential if bound.is_infinite() => Moments { chance: 1.0, first: 1.0, second: 2.0 },
            Self::Exponential => {
                let left = (-bound).exp();
                Moments {
                    chance: 1.0 - left,
                    first: 1.0 - (1.0 + bound) * left,
                    second: 2.0 - (2.0 + 2.0 * bound + bound * bound) * left,
                }
            }
            Self::Lognormal { sigma } => {
                let z = (bound.ln() + sigma * sigma / 2.0) / sigma;
                Moments {
                    chance: normal(z),
                    first: normal(z - sigma),
                    second: (sigma * sigma).exp() * normal(z - 2.0 * sigma),
                }
            }
        }
    }

    /// The moments of the sizes between bounds, each of which begins where the one before ends;
    /// zero and infinity are added.
    pub(crate) fn between(self, bounds: impl IntoIterator<Item = f64>) -> Vec<Moments> {
        let mut below = Moments::default();
        let bounds = bounds.into_iter().chain([f64::INFINITY]);
        bounds
            .map(|bound| {
                let up_to = self.up_to(bound);
                let here = Moments {
                    chance: up_to.chance - below.chance,
                    first: up_to.first - below.first,
                    second: up_to.second - below.second,
                };
                below = up_to;
                here
            })
            .collect()
    }

    /// The size that this share of all stays below, by bisection.
    pub(crate) fn quantile(self, share: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1e9);
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if self.up_to(middle).chance < share { low = middle } else { high = middle }
        }
        low
    }
}

/// The normal distribution: the chance to be below `z`.
fn normal(z: f64) -> f64 {
    libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0
}

/// M/G/1, first come first served (Pollaczek and Khinchine): the mean wait.
pub(crate) fn fcfs(rate: f64, sizes: Sizes) -> f64 {
    cobham(rate, &sizes.between([]))[0]
}

/// M/G/1 with classes, of which an earlier one goes first without preemption (Cobham): the mean
/// wait of each.
pub(crate) fn cobham(rate: f64, classes: &[Moments]) -> Vec<f64> {
    let rest_of_the_job_in_service = rate * classes.iter().map(|class| class.second).sum::<f64>() / 2.0;
    let mut load = 0.0;
    classes
        .iter()
        .map(|class| {
            let more_urgent = load;
            load += rate * class.first;
            rest_of_the_job_in_service / ((1.0 - more_urgent) * (1.0 - load))
        })
        .collect()
}

/// The mean wait of all, from that of each class.
pub(crate) fn mean(classes: &[Moments], waits: &[f64]) -> f64 {
    classes.iter().zip(waits).map(|(class, wait)| class.chance * wait).sum()
}

/// M/G/1, the shortest job first, exactly (Phipps): the mean wait. It is Cobham's with infinitely
/// many classes.
pub(crate) fn shortest_first(rate: f64, sizes: Sizes) -> f64 {
    const CLASSES: u32 = 20_000;
    let shares = (1..CLASSES).map(|class| f64::from(class) / f64::from(CLASSES));
    let classes = sizes.between(shares.map(|share| sizes.quantile(share)));
    mean(&classes, &cobham(rate, &classes))
}

/// M/M/c (Erlang's C formula): the mean wait.
pub(crate) fn several_servers(rate: f64, servers: u32) -> f64 {
    // The chance that an arrival finds all servers busy, from Erlang's B formula, step by step.
    let blocked = (1..=servers).fold(1.0, |b, c| rate * b / (f64::from(c) + rate * b));
    let free = f64::from(servers) - rate;
    let waits = blocked * f64::from(servers) / (free + rate * blocked);
    waits / free
}

/// M/M/1/K, with room for `room` jobs of which one is in service: the share that is turned away,
/// and the mean wait of the others.
pub(crate) fn bounded(rate: f64, room: i32) -> (f64, f64) {
    let weights: Vec<f64> = (0..=room).map(|jobs| rate.powi(jobs)).collect();
    let all: f64 = weights.iter().sum();
    let lost = weights[room as usize] / all;
    let waiting: f64 =
        weights.iter().enumerate().skip(1).map(|(jobs, weight)| (jobs - 1) as f64 * weight).sum();
    (lost, waiting / all / (rate * (1.0 - lost)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(left: f64, right: f64) {
        assert!((left / right - 1.0).abs() < 1e-6, "{left} is not {right}");
    }

    #[test]
    fn formulas_agree_where_their_models_meet() {
        for load in [0.1, 0.5, 0.9] {
            let exponential = load / (1.0 - load);
            assert_near(fcfs(load, Sizes::Exponential), exponential);
            assert_near(several_servers(load, 1), exponential);
            assert_near(bounded(load, 1000).1, exponential);
        }
    }

    #[test]
    fn known_values_come_out() {
        // Two servers at load 0.8 each: the textbook's W = rho² / (1 - rho²) jobs.
        assert_near(several_servers(1.6, 2), 0.64 / 0.36);
        // Room for one: a job that finds the server busy is lost (Erlang's B for one server).
        assert_near(bounded(0.5, 1).0, 0.5 / 1.5);
        assert_near(Sizes::Lognormal { sigma: 1.5 }.between([])[0].second, 2.25f64.exp());
    }

    #[test]
    fn the_work_is_the_same_in_every_order() {
        // Kleinrock's law: what all classes lose by waiting, weighted with their load, does not
        // depend on the order.
        for sizes in [Sizes::Exponential, Sizes::Lognormal { sigma: 1.5 }] {
            let classes = sizes.between([0.3, 1.0, 4.0]);
            let lost: f64 =
                classes.iter().zip(cobham(0.8, &classes)).map(|(class, wait)| 0.8 * class.first * wait).sum();
            assert_near(lost, 0.8 * fcfs(0.8, sizes));
        }
    }

    #[test]
    fn moments_add_up_and_quantiles_invert_chances() {
        for sizes in [Sizes::Exponential, Sizes::Lognormal { sigma: 1.5 }] {
            let all = sizes.between([0.1, 0.5, 2.0]);
            assert_near(all.iter().map(|class| class.chance).sum(), 1.0);
            assert_near(all.iter().map(|class| class.first).sum(), 1.0);
            for share in [0.01, 0.5, 0.99] {
                assert_near(sizes.up_to(sizes.quantile(share)).chance, share);
            }
        }
    }
}
