//! Channels: at once, between tasks, between threads that sleep.

use std::process::ExitCode;

use crate::contenders;
use crate::harness::case::{Case, Kind, ONE_THREAD, Placement};
use crate::harness::entry::{Entry, with_noise};
use crate::interface::queue::Setup;
use crate::targets::paired;

const CAPACITIES: [usize; 2] = [64, 1_024];
/// Tasks that wait at one full channel.
const WAITERS: usize = 1_024;

pub fn main() -> ExitCode {
    paired::run("channel", cases(), contenders)
}

fn cases() -> Vec<Case> {
    let case =
        |load: &str, setup: Setup, kind| Case::new(format!("channel/{load}/{}", setup.capacity), setup, kind);
    let pair = Setup::pair(CAPACITIES[0]);
    let mut cases = vec![
        case("try_send + try_recv", ONE_THREAD, Kind::OneThread),
        case("async, one thread", pair, Kind::Tasks(Placement::OneThread)),
        case("async ping-pong, one thread", pair, Kind::PingPong(Placement::OneThread)),
        case("async ping-pong, two threads", pair, Kind::PingPong(Placement::ThreadPerTask)),
    ];
    let crowd = Setup { producers: WAITERS, ..pair };
    cases.push(case(&format!("async, {WAITERS} waiting senders"), crowd, Kind::Tasks(Placement::OneThread)));
    for capacity in CAPACITIES {
        cases.push(case("async, two threads", Setup::pair(capacity), Kind::Tasks(Placement::ThreadPerTask)));
    }
    for ends in [1, 2, 4] {
        for capacity in CAPACITIES {
            let setup = Setup { capacity, producers: ends, consumers: ends };
            cases.push(case(&format!("blocking {ends}P{ends}C"), setup, Kind::Threads));
        }
    }
    cases.push(case("wake-up of a thread", pair, Kind::WakeUp));
    cases
}

fn contenders(case: &Case) -> Vec<Entry> {
    with_noise(match case.kind {
        Kind::OneThread => contenders::channels().into_iter().chain(contenders::bare_rings()).collect(),
        _ => contenders::channels(),
    })
}
