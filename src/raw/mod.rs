//! The algorithms, each written once, on storage that somebody else owns.
//!
//! * [`pos`]: arithmetic on positions
//! * [`slot`]: the place of a value
//! * [`zeroed`]: memory that is zero when it is new
//! * [`nodes`]: the memory of the MPMC ring, in two layouts
//! * [`ring`]: the MPMC ring, lock-free
//! * [`spsc`]: the SPSC ring, wait-free
//! * [`stack`]: the stack, lock-free
//!
//! Every memory ordering has its constant and its edge in [`crate::ordering`].

pub(crate) mod nodes;
pub(crate) mod pos;
pub(crate) mod ring;
pub(crate) mod slot;
pub(crate) mod spsc;
pub(crate) mod stack;
pub(crate) mod zeroed;
