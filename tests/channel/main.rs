//! What channels promise, on real executors and threads.
//!
//! * [`suite`]: one set of behaviours, run on every face of the channels and on every executor
//! * [`plain`]: what needs no executor: errors, timeouts, blocking
//!
//! Each scenario is short by default. `RINGWAY_STRESS=1 cargo test --release --test channel` takes the long ones.
#![cfg(all(feature = "critical-section", feature = "futures", feature = "std"))]

mod executors;
mod faces;
mod plain;
mod suite;
mod wait;
mod watchdog;
