//! The measurement: contenders side by side, in pairs, with intervals.

pub(crate) mod backoff;
pub mod case;
pub(crate) mod check;
pub mod cores;
pub mod entry;
pub mod gate;
pub(crate) mod line;
pub(crate) mod options;
pub(crate) mod progress;
pub(crate) mod random;
pub(crate) mod rounds;
pub(crate) mod sorting;
pub(crate) mod stats;
pub(crate) mod watchdog;
pub mod workloads;
