//! The orders of service, and the prediction of theory for each.

use indicatif::ProgressBar;
use ringway::metrics::ManualClock;
use ringway::mpmc::BoxedQueue;
use ringway::priority::{Fair, Policy, Strict};

use crate::line::{COST_CLASSES, Classes, SHORT, Shortest, by_cost, by_urgency};
use crate::simulate::{Outcome, simulate};
use crate::theory::{self, Moments};
use crate::workload::{MEAN_JOB, Workload};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    FirstCome,
    UrgentFirst,
    UrgentFair,
    ShortFirst,
    ShortFair,
    /// Without classes: the yardstick, and no queue of ringway.
    Shortest,
}

impl Order {
    pub(crate) const ALL: [Self; 6] = [
        Self::FirstCome,
        Self::UrgentFirst,
        Self::UrgentFair,
        Self::ShortFirst,
        Self::ShortFair,
        Self::Shortest,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FirstCome => "first come, first served",
            Self::UrgentFirst => "urgent first, Strict",
            Self::UrgentFair => "urgent first, Fair<4>",
            Self::ShortFirst => "short first, 8 classes, Strict",
            Self::ShortFair => "short first, 8 classes, Fair<4>",
            Self::Shortest => "the shortest first, exactly",
        }
    }

    /// One server, and a line of this order.
    pub(crate) fn run(self, workload: Workload, seed: u64, progress: &ProgressBar) -> Outcome {
        let clock = ManualClock::new(MEAN_JOB as u64);
        progress.set_message(self.name());
        match self {
            Self::FirstCome => simulate(workload, seed, first_come(ROOM), 1, &clock, progress),
            Self::UrgentFirst => urgent(Strict, workload, seed, &clock, progress),
            Self::UrgentFair => urgent(Fair::<4>::new(), workload, seed, &clock, progress),
            Self::ShortFirst => short(Strict, workload, seed, &clock, progress),
            Self::ShortFair => short(Fair::<4>::new(), workload, seed, &clock, progress),
            Self::Shortest => simulate(workload, seed, Shortest::default(), 1, &clock, progress),
        }
    }

    /// The mean wait, if theory knows it.
    pub(crate) fn mean_wait(self, workload: Workload) -> Option<f64> {
        let Workload { rate, sizes, .. } = workload;
        let classes = match self {
            Self::FirstCome => return Some(theory::fcfs(rate, sizes)),
            Self::UrgentFirst => urgency_classes(workload),
            Self::ShortFirst => {
                let bounds = (0..COST_CLASSES - 1).map(|class| (SHORT << class) as f64 / MEAN_JOB);
                sizes.between(bounds)
            }
            Self::Shortest => return Some(theory::shortest_first(rate, sizes)),
            Self::UrgentFair | Self::ShortFair => return None,
        };
        Some(theory::mean(&classes, &theory::cobham(rate, &classes)))
    }
}

/// Room for as many as ever wait if the load is below one, or nearly.
pub(crate) const ROOM: usize = 1 << 16;

/// First come, first served, with room for so many.
pub(crate) fn first_come<T>(room: usize) -> BoxedQueue<T> {
    BoxedQueue::new(room).expect("a capacity that fits into memory")
}

/// Urgent jobs, and the others: of the same sizes.
pub(crate) fn urgency_classes(workload: Workload) -> Vec<Moments> {
    let all = workload.sizes.up_to(f64::INFINITY);
    let part = |share: f64| Moments {
        chance: share * all.chance,
        first: share * all.first,
        second: share * all.second,
    };
    vec![part(workload.urgent), part(1.0 - workload.urgent)]
}

fn urgent(
    policy: impl Policy<2>,
    workload: Workload,
    seed: u64,
    clock: &ManualClock,
    progress: &ProgressBar,
) -> Outcome {
    simulate(workload, seed, Classes::<2, _>::new(policy, by_urgency), 1, clock, progress)
}

fn short(
    policy: impl Policy<COST_CLASSES>,
    workload: Workload,
    seed: u64,
    clock: &ManualClock,
    progress: &ProgressBar,
) -> Outcome {
    simulate(workload, seed, Classes::<COST_CLASSES, _>::new(policy, by_cost), 1, clock, progress)
}
