//! The algorithms, each written once, on storage that its user owns.
//!
//! * [`value`]: the cell that a value lies in
//! * [`zeroed`]: memory that is zero when it is new
//! * [`mpmc`]: the MPMC ring, lock-free
//! * [`spsc`]: the SPSC ring, wait-free
//! * [`stack`]: the stack, lock-free
//!
//! Every memory ordering has its constant and its edge in [`crate::ordering`].

pub(crate) mod mpmc;
pub(crate) mod spsc;
pub(crate) mod stack;
pub(crate) mod value;
pub(crate) mod zeroed;

/// The logarithm of the least number of pushes after which the counts in a word may begin again. An
/// operation that stands still for so long can be mistaken, and what it does then is unsound: see
/// [`mpmc`](crate::mpmc#wrap-around).
pub(crate) const LEAST_ROUND_BITS: u32 = 24;
