//! Adapters for the other crates, one `impl` per end and nothing else.

pub(crate) mod channel;
pub(crate) mod pair;
pub(crate) mod shared;
pub(crate) mod waiting;
