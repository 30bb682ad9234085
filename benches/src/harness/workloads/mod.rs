//! The timed loops. Each one checks what arrived before its time counts.

use crate::harness::gate::Sample;
use crate::interface::queue::{Item, Pop, Push};

pub(crate) mod completion;
pub(crate) mod pairs;
pub(crate) mod pool;
pub(crate) mod priority;
pub(crate) mod spawned;
pub(crate) mod tasks;
pub(crate) mod transfer;
pub(crate) mod wake_up;

/// The time of one sample, or why the contender failed.
pub type Timed = Result<Sample, String>;

/// Fills and empties the queue before the clock starts, so that no page of the queue is touched for
/// the first time while it runs. Counted, as the ends may be of the kind that waits.
fn warm_up<T: Item>(push: &mut impl Push<T>, pop: &mut impl Pop<T>, capacity: usize) {
    for _ in 0..capacity {
        push.push(T::default());
    }
    for _ in 0..capacity {
        pop.pop();
    }
}

fn verified(sample: Sample, sums: Vec<u64>, items: u64) -> Timed {
    let sum = sums.into_iter().fold(0_u64, u64::wrapping_add);
    let expected = (0..items).fold(0_u64, u64::wrapping_add);
    if sum == expected { Ok(sample) } else { Err("wrong checksum: items lost, doubled or torn".into()) }
}
