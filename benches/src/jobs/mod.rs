//! The timed loops. Each one checks what arrived before its time counts.

use crate::contender::{Item, Pop, Push};
use crate::race::Lap;

pub(crate) mod completion;
pub(crate) mod pairs;
pub(crate) mod priority;
pub(crate) mod tasks;
pub(crate) mod transfer;
pub(crate) mod wake_up;

/// The time of one trial, or why the contender is out.
pub type Timed = Result<Lap, String>;

/// One lap before the clock starts, so that no page of the queue is touched for the first time
/// while it runs. Counted, as the ends may be such that wait.
fn touch<T: Item>(push: &mut impl Push<T>, pop: &mut impl Pop<T>, capacity: usize) {
    for _ in 0..capacity {
        push.push(T::default());
    }
    for _ in 0..capacity {
        pop.pop();
    }
}

fn verified(lap: Lap, sums: Vec<u64>, items: u64) -> Timed {
    let sum = sums.into_iter().fold(0_u64, u64::wrapping_add);
    let expected = (0..items).fold(0_u64, u64::wrapping_add);
    if sum == expected { Ok(lap) } else { Err("wrong checksum: items lost, doubled or torn".into()) }
}
