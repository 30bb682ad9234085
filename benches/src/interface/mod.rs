//! What a contender offers, and how a measurement reaches it.

pub mod channel;
pub mod completion;
pub mod pool;
pub mod priority;
pub mod queue;
pub mod row;
pub mod spawned;
