//! What the optional layers cost: priorities, completion, metrics.

use std::process::ExitCode;

use crate::contenders;
use crate::harness::case::{Case, Kind};
use crate::harness::entry::{Entry, with_noise};
use crate::interface::queue::Setup;
use crate::targets::paired;

pub fn main() -> ExitCode {
    paired::run("layers", cases(), contenders)
}

fn cases() -> Vec<Case> {
    let shared_by = |name: &str, threads: usize, kind| {
        let setup = Setup { capacity: 1, producers: threads, consumers: threads };
        Case::new(format!("{name}/{threads} working"), setup, kind)
    };
    vec![
        shared_by("priority", 1, Kind::Priority),
        shared_by("priority", 2, Kind::Priority),
        shared_by("completion", 1, Kind::Completion),
        shared_by("completion", 2, Kind::Completion),
        Case::one_thread("metrics"),
    ]
}

fn contenders(case: &Case) -> Vec<Entry> {
    with_noise(match case.kind {
        Kind::Completion => contenders::completions(),
        Kind::Priority => contenders::priorities(),
        _ => contenders::metered(),
    })
}
