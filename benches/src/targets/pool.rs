//! Objects are taken from a pool, used and returned.

use std::process::ExitCode;

use crate::contenders;
use crate::harness::case::{Case, Kind};
use crate::harness::entry::with_noise;
use crate::interface::pool::OBJECTS;
use crate::interface::queue::Setup;
use crate::targets::paired;

pub fn main() -> ExitCode {
    paired::run("pool", cases(), |_| with_noise(contenders::pools()))
}

fn cases() -> Vec<Case> {
    let shared_by = |threads: usize| {
        let setup = Setup { capacity: OBJECTS, producers: threads, consumers: threads };
        Case::new(format!("pool/{threads} working"), setup, Kind::Pool)
    };
    vec![shared_by(1), shared_by(2), shared_by(4)]
}
