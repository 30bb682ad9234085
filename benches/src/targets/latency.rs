//! The round trip of one item through two queues.

use std::process::ExitCode;

use crate::harness::case::{Case, Kind};
use crate::harness::entry::Entry;
use crate::interface::queue::Setup;
use crate::targets::{mpmc, paired, spsc};

const CAPACITY: usize = 64;

pub fn main() -> ExitCode {
    paired::run("latency", cases().into(), contenders)
}

/// Both families: the round trip shows what a queue of the other kind would cost.
fn cases() -> [Case; 2] {
    ["spsc", "mpmc"].map(|family| {
        Case::new(format!("{family}/round trip/{CAPACITY}"), Setup::pair(CAPACITY), Kind::RoundTrip)
    })
}

fn contenders(case: &Case) -> Vec<Entry> {
    if case.name.starts_with("spsc") { spsc::contenders(case) } else { mpmc::contenders(case) }
}
