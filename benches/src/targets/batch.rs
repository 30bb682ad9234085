//! One producer, one consumer, and each queue's own batch calls.

use std::process::ExitCode;

use crate::harness::case::{Case, Kind};
use crate::interface::queue::Setup;
use crate::targets::{paired, spsc};

pub fn main() -> ExitCode {
    paired::run("batch", cases(), spsc::contenders)
}

fn cases() -> Vec<Case> {
    let cases = spsc::CAPACITIES.map(|capacity| {
        let name = format!("spsc/batches of 32/{capacity}");
        Case::new(name, Setup::pair(capacity), Kind::Batches)
    });
    cases.into()
}
