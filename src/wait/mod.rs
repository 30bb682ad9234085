//! Waiting without allocation: between the queues and the tasks and threads that wait until they change.
//!
//! * `queue`: many waiters, notified in the order in which they came; `list`: the intrusive list behind it
//! * `cell`: one waiter, wait-free on both sides
//! * [`lock`](RawLock): what a wait queue holds while it links a waiter
//! * `spin`: how long a task spins before it parks
//! * `budget`: how long a task goes on without waiting
//! * `thread`: a thread as a waiter
//!
//! A queue answers Empty or Full exactly. So a waiter that is registered *before* it attempts for the last time may sleep:
//! the operation that changes the answer afterwards sees it.

// The edges W1 to W3 are in `crate::ordering`.

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
