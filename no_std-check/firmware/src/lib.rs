//! One firmware for every board: what it measures and interrupts is written once.
//!
//! * [`machine`]: clock and interrupts, one file per architecture; a board is a memory map in
//!   `boards/`
//! * [`arguments`]: what the runner asks of a program
//! * [`fifo`]: the queues under test behind one trait, ours beside the peers
//! * [`history`]: what the contexts of a sweep did, and whether a plain queue could have answered
//!   so
//! * [`heap`]: memory for the queues under test, counted
//!
//! The programs are in `src/bin`. They print one record per line, fields parted by `|`, for the
//! runner.

#![no_std]

extern crate alloc;

pub mod arguments;
pub mod fifo;
pub mod heap;
pub mod history;
pub mod machine;

pub use semihosting::{println, process};
