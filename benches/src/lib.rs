//! The benchmark harness of ringway: contenders side by side, in pairs, with intervals.
//!
//! `README.md` beside this file says how to run it and how to read what it writes. Each folder uses
//! only those above it:
//!
//! * [`interface`]: what a contender offers
//! * [`harness`]: the measurement
//! * `report`: the tables and plots
//! * `contenders`: ringway and its peers
//! * [`targets`]: what is measured, a module for each target of `cargo bench`

mod contenders;
pub mod harness;
pub mod interface;
mod report;
pub mod targets;
