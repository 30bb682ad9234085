//! Waiting without allocation: what lies between the queues and whoever wants to sleep until they change.
//!
//! * `list`: many waiters, in the order in which they came
//! * `cell`: one waiter, wait-free on both sides
//! * [`lock`](RawLock): what a list holds while it links a waiter
//! * `park`: a thread as a waiter
//! * `budget`: how long a task goes on without waiting

// The edges W1 to W3 are in `crate::ordering`.

pub(crate) mod budget;
pub(crate) mod cell;
pub(crate) mod list;
mod lock;
pub(crate) mod luck;
#[cfg(feature = "std")]
pub(crate) mod park;

#[cfg(feature = "critical-section")]
pub use self::lock::CriticalSection;
#[cfg(not(feature = "std"))]
pub(crate) use self::lock::DefaultLock;
#[cfg(feature = "std")]
pub use self::lock::{DefaultLock, ThreadLock};
pub use self::lock::{NoLock, RawLock};
