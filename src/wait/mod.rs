//! Waiting without allocation: what lies between the queues and whoever wants to sleep until they change.
//!
//! * `list`: many waiters, in the order in which they came
//! * `cell`: one waiter, wait-free on both sides
//! * [`lock`](RawLock): what a list holds while it links a waiter
//! * `park`: a thread as a waiter
//! * `budget`: how long a task goes on without waiting

// Edges
//
// A queue answers Empty or Full exactly, so a waiter that is on the list *before* it tries for the last time may
// sleep: whoever changes the answer afterwards sees it on the list.
//
// | edge | from | to | what it protects | mutants |
// |------|------|----|------------------|---------|
// | W1 raise | waiter: raise, then a SeqCst fence, then try | notifier: change the queue, then a SeqCst load | of the two one sees the other: no lost wake-up | `W1-raise`, `W1-look`, `W1-change` |
// | W2 waker | waiter: store of the state, Release | notifier: swap, Acquire | the waker | `W2-leave`, `W2-tell` |
// | W2 place | notifier: the barrier of W1 before its next swap | waiter: swap, Acquire | the place that the notifier is done with | `W1-change`, `W2-back` |
// | W3 told | notifier: store of the mark, Release | waiter: load, Acquire | the node that the notifier is done with | `W3-tell`, `W3-hear` |
//
// What else the protocol needs is a step in `sync::protocol`, with a mutant that leaves it out: `P-try-again`,
// `P-pass-on`, `P-front`, `P-other-place`; for closing, `P-tell-all` and `P-end-mark`; for a forced send, `P-room`.

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
