//! A module for each target of `cargo bench`: its cases, and the contenders in each of them.

pub mod batch;
pub mod channel;
#[cfg(unix)]
mod circulation;
pub mod instructions;
pub mod latency;
pub mod layers;
pub mod memory;
pub mod mpmc;
#[cfg(unix)]
pub mod oversubscribed;
mod paired;
pub mod pool;
pub mod spsc;
#[cfg(unix)]
pub mod stall;
pub mod tokio;
