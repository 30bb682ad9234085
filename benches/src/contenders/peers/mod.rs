//! Adapters for the other crates, one `impl` per end and nothing else.

pub(super) mod channel;
pub(super) mod completion;
pub(super) mod mpmc;
pub(super) mod pool;
pub(super) mod priority;
pub(super) mod spsc;
