//! The algorithms, each written once, on storage that its user owns.
//!
//! * [`value`]: the cell of one value
//! * [`zeroed`]: memory that is zero when it is new
//! * [`mpmc`]: the MPMC ring, lock-free
//! * [`spsc`]: the SPSC ring, wait-free
//! * [`stack`]: the stack and the pool, lock-free
//!
//! Every memory ordering has its constant and its edge in [`crate::ordering`].

pub(crate) mod mpmc;
pub(crate) mod spsc;
pub(crate) mod stack;
pub(crate) mod value;
pub(crate) mod zeroed;

/// The logarithm of the shortest round that is accepted: the number of pushes after which the
/// counts in a word repeat. An operation that stalls for a round and then continues is unsound: see
/// [`mpmc`](crate::mpmc#wrap-around).
pub(crate) const LEAST_ROUND_BITS: u32 = 24;
