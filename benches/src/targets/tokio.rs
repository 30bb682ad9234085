//! Channels as servers use them: many tasks of tokio that send, some that receive.

use std::process::ExitCode;

use crate::contenders::spawned;
use crate::harness::case::{Case, Kind};
use crate::harness::entry::with_noise;
use crate::interface::queue::Setup;
use crate::targets::paired;

/// The workers of the runtime; none is the runtime of one thread.
const RUNTIMES: [(usize, &str); 3] = [(0, "one thread"), (2, "two workers"), (4, "four workers")];
/// Senders, receivers, capacity.
const SHAPES: [(usize, usize, usize); 5] = [(1, 1, 100), (8, 1, 100), (8, 8, 100), (64, 1, 16), (64, 4, 16)];

pub fn main() -> ExitCode {
    paired::run("tokio", cases(), |_| with_noise(spawned::channels()))
}

fn cases() -> Vec<Case> {
    let case = |(workers, runtime), (producers, consumers, capacity)| {
        let setup = Setup { capacity, producers, consumers };
        let name = format!("tokio/{runtime}, {producers} to {consumers}/{capacity}");
        Case::new(name, setup, Kind::Spawned { workers })
    };
    RUNTIMES.iter().flat_map(|&runtime| SHAPES.iter().map(move |&shape| case(runtime, shape))).collect()
}
