//! One producer, one consumer.

use std::process::ExitCode;

use crate::contenders;
use crate::harness::case::{CURVE_CAPACITY, Case, Kind, STREAM};
use crate::harness::entry::{Entry, with_noise};
use crate::interface::queue::Setup;
use crate::targets::paired;

pub(super) const CAPACITIES: [usize; 3] = [64, 1_024, 65_536];
/// Multiplications of the slower side on the imbalance curve.
const WORK: [u32; 4] = [1, 2, 4, 8];

pub fn main() -> ExitCode {
    paired::run("spsc", cases(), contenders)
}

pub fn cases() -> Vec<Case> {
    let words =
        CAPACITIES.map(|capacity| Case::new(format!("spsc/u64/{capacity}"), Setup::pair(capacity), STREAM));
    let lines = CAPACITIES.map(|capacity| {
        let name = format!("spsc/64-byte items/{capacity}");
        Case::new(name, Setup::pair(capacity), STREAM).with_lines()
    });
    let mut cases: Vec<_> = words.into_iter().chain(lines).collect();
    cases.extend(WORK.iter().rev().map(|&work| slow_side("producer", work, 0)));
    cases.extend(WORK.iter().map(|&work| slow_side("consumer", 0, work)));
    cases.push(Case::one_thread("spsc"));
    cases
}

fn slow_side(side: &str, producer_work: u32, consumer_work: u32) -> Case {
    let work = producer_work + consumer_work;
    Case::new(
        format!("spsc/{side} slower by {work}/{CURVE_CAPACITY}"),
        Setup::pair(CURVE_CAPACITY),
        Kind::Transfer { producer_work, consumer_work },
    )
}

/// The contenders of every case with one producer and one consumer.
pub fn contenders(_: &Case) -> Vec<Entry> {
    with_noise(contenders::spsc_queues())
}
