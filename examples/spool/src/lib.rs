//! A durable queue: what many producers push into a ring, one writer commits in groups.
//!
//! Read [`spool`](mod@spool) first. [`store`] is the file on the disk; [`flash`] has the same idea
//! for a microcontroller.

pub mod flash;
pub mod spool;
pub mod store;
