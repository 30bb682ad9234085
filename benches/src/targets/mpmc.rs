//! Several producers or consumers.

use std::process::ExitCode;

use crate::contenders;
use crate::harness::case::{Case, STREAM};
use crate::harness::entry::{Entry, with_noise};
use crate::interface::queue::Setup;
use crate::targets::paired;

const CAPACITIES: [usize; 2] = [64, 1_024];

pub fn main() -> ExitCode {
    paired::run("mpmc", cases(), contenders)
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (producers, consumers) in [(1, 1), (2, 2), (4, 4), (2, 1), (1, 2)] {
        cases.extend(CAPACITIES.map(|capacity| {
            let setup = Setup { capacity, producers, consumers };
            let name = format!("{}/{producers}P{consumers}C/{capacity}", family(setup));
            Case::new(name, setup, STREAM)
        }));
    }
    cases.push(Case::one_thread("mpmc"));
    cases
}

fn family(setup: Setup) -> &'static str {
    match (setup.producers, setup.consumers) {
        (2.., 1) => "mpsc",
        (1, 2..) => "spmc",
        _ => "mpmc",
    }
}

/// The contenders of every case with several producers or consumers.
pub fn contenders(case: &Case) -> Vec<Entry> {
    let mut entries = with_noise(contenders::mpmc_queues());
    match (case.setup.producers, case.setup.consumers) {
        (2.., 1) => entries.extend(contenders::mpsc_queues::<Entry>()),
        (1, 2..) => entries.extend(contenders::spmc_queues::<Entry>()),
        _ => (),
    }
    entries
}
