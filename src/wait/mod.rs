//! Waiting without allocation: how tasks and threads wait until a queue changes.
//!
//! A channel without feature `std` names the [lock](RawLock) of its waiters:
//!
//! | lock | for |
//! |---|---|
//! | [`NoLock`] | channels that stay on one thread |
//! | `CriticalSection` (feature `critical-section`) | interrupt handlers and tasks |
//! | `ThreadLock` (feature `std`, the default there) | threads |
//!
//! A queue reports Empty and Full exactly. So a waiter that is registered *before* its last attempt
//! may park: an operation that changes the result afterwards sees the waiter.

// The edges W1 to W3 are in `crate::ordering`.
//
// * `queue`: many waiters, notified first in, first out; `list`: its intrusive list
// * `cell`: one waiter, wait-free on both sides
// * `lock`: what a wait queue holds while it links a waiter
// * `spin`: how long a task spins before it waits
// * `budget`: how long a task continues without waiting
// * `thread`: a thread as a waiter

pub(crate) mod budget;
pub(crate) mod cell;
mod list;
mod lock;
pub(crate) mod queue;
pub(crate) mod spin;
#[cfg(feature = "std")]
pub(crate) mod thread;

#[cfg(feature = "critical-section")]
pub use self::lock::CriticalSection;
#[cfg(not(feature = "std"))]
pub(crate) use self::lock::DefaultLock;
#[cfg(feature = "std")]
pub use self::lock::{DefaultLock, ThreadLock};
pub use self::lock::{NoLock, RawLock};
