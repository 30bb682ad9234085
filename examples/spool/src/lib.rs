//! A durable queue: what many producers push into a ring, one writer commits in groups.
//!
//! Read [`spool`](mod@spool) first. [`store`] is what is on the disk; [`flash`] the same idea for a microcontroller.

pub mod flash;
pub mod spool;
pub mod store;
