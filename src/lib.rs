//! Bounded lock-free queues and channels for threads, tasks and interrupt handlers: `no_std`,
//! `const`, no allocation, and a stalled operation never blocks another.
//!
//! | type | for | progress | feature | compare-and-swap |
//! |---|---|---|---|---|
//! | [`mpmc::Queue`] | many producers and consumers | lock-free | none | needed |
//! | [`spsc::Queue`] | one producer, one consumer, batches | wait-free | none | not needed |
//! | [`stack::Stack`] | last in, first out | lock-free | none | needed |
//! | [`priority::Priority`] | levels of urgency | lock-free | none | needed |
//! | [`channel::Channel`] | waiting and closing | lock-free[^wake] | `async` | needed |
//! | [`channel::spsc`] | the same, one sender, one receiver | wait-free | `async` | needed |
//! | [`channel::oneshot`] | one reply | wait-free | `async` | needed |
//! | [`task::Tracker`] | waiting until all work is done | wait-free[^wake] | `async` | needed |
//! | [`metrics::Metered`] | counts and times of a queue | that of the queue | `metrics` | as the queue |
//!
//! [^wake]: Except that waking a waiter takes the [lock] of the waiter list, for a few instructions.
//!     The row is about `try_send` and `try_recv`, `track` and `done`.
//!
//! # Queues
//!
//! They never wait: a full or empty queue is reported to the caller.
//!
//! ```
//! use ringway::{Full, mpmc, spsc};
//!
//! // Shared by any number of threads and interrupt handlers. All zeros, so it lies in `.bss`.
//! static EVENTS: mpmc::Queue<u32, 2> = mpmc::Queue::new();
//!
//! assert_eq!(EVENTS.push(1), Ok(()));
//! assert_eq!(EVENTS.push(2), Ok(()));
//! assert_eq!(EVENTS.push(3), Err(Full(3)));
//! assert_eq!(EVENTS.pop(), Some(1));
//! assert_eq!(EVENTS.force_push(3), None);
//! assert_eq!(EVENTS.force_push(4), Some(2));
//!
//! // One end each, taken once.
//! static SAMPLES: spsc::Queue<u16, 64> = spsc::Queue::new();
//!
//! let (mut producer, mut consumer) = SAMPLES.take().expect("the ends were not taken before");
//! assert_eq!(producer.push_slice(&[1, 2, 3]), 3);
//! assert_eq!(consumer.drain().sum::<u16>(), 6);
//! ```
//!
//! # Queues with another order
//!
//! ```
//! use ringway::{priority::Priority, stack::Stack};
//!
//! static JOBS: Priority<&str, 2, 8> = Priority::new();
//! JOBS.push(1, "report").unwrap();
//! JOBS.push(0, "alarm").unwrap();
//! assert_eq!(JOBS.pop(), Some((0, "alarm")));
//!
//! static BUFFERS: Stack<u8, 8> = Stack::new();
//! BUFFERS.push(1).unwrap();
//! BUFFERS.push(2).unwrap();
//! assert_eq!(BUFFERS.pop(), Some(2));
//! ```
//!
//! # Channels
//!
//! Queues with waiting and closing. Tasks, threads and interrupt handlers may share one.
//!
//! ```
//! # #[cfg(feature = "std")] {
//! use ringway::channel;
//!
//! let (sender, receiver) = channel::bounded(100).unwrap();
//! let worker = std::thread::spawn(move || {
//!     let mut sum = 0;
//!     while let Ok(n) = receiver.recv_blocking() { // in a task: `receiver.recv().await`
//!         sum += n;
//!     }
//!     sum
//! });
//! for n in 1..=10 {
//!     sender.send_blocking(n).unwrap();
//! }
//! drop(sender); // the last sender closes the channel
//! assert_eq!(worker.join().unwrap(), 55);
//! # }
//! ```
//!
//! # Completion
//!
//! ```
//! # #[cfg(feature = "std")] {
//! use ringway::channel::Channel;
//! use ringway::task::{Task, Tracker};
//!
//! static TRACKER: Tracker = Tracker::new();
//! static JOBS: Channel<Task<u32>, 4> = Channel::new();
//!
//! JOBS.send_blocking(TRACKER.track(7)).unwrap();
//! std::thread::spawn(|| JOBS.recv_blocking().unwrap().done());
//! TRACKER.join_blocking(); // until all tasks are done, not only received
//! assert_eq!(TRACKER.unfinished(), 0);
//! # }
//! ```
//!
//! # Choosing
//!
//! | you have | use |
//! |---|---|
//! | several producers or consumers, or handlers of several priorities | [`mpmc::Queue`] |
//! | exactly one of each | [`spsc::Queue`] |
//! | a capacity known at run time | `mpmc::BoxedQueue`, `spsc::BoxedQueue`, `channel::bounded` |
//! | a queue too large for the stack | `new_boxed` of each type, the boxed queues, or a `static` |
//! | a function for queues of any capacity | [`mpmc::View`]; [`spsc::Producer`], [`spsc::Consumer`] |
//! | newest values that matter most | [`force_push`](mpmc::QueueInner::force_push) |
//! | values too large to move twice | [`reserve`](mpmc::QueueInner::reserve), [`pop_ref`](mpmc::QueueInner::pop_ref); [`write_chunk`](spsc::Producer::write_chunk), [`read_chunk`](spsc::Consumer::read_chunk) |
//! | to wait for a value or for room | [`channel::Channel`], [`channel::spsc`] |
//! | one reply to one request | [`channel::oneshot`] |
//! | to know when all work is done | [`task::Tracker`] |
//!
//! More in the [guide]: [choosing](guide::choose), [closing](guide::closing),
//! [cancel safety](guide::cancel_safety), [interrupts](guide::interrupts),
//! [coming from another crate](guide::migrate).
//!
//! # Guarantees
//!
//! * **Lock-free** means here: an operation that stalls, even forever, holds at most one slot, and
//!   a queue has `S` [spare slots](mpmc#guarantees) for that. It never holds a position that others
//!   must pass. An interrupt handler may therefore use the queue whose push or pop it interrupted.
//!   *Wait-free* operations take a bounded number of steps whatever the others do.
//! * **Order**: first in, first out. `mpmc` and `stack` are linearizable, also across several
//!   queues; `spsc` is exact about what [happened before](spsc#what-happened-before).
//! * **Empty is never spurious. Full is exact**; for `mpmc` and `stack` within the
//!   [bound](mpmc#guarantees) that the spare slots set.
//! * **Drops**: each value is dropped exactly once. A rejected value comes back inside the error. A
//!   channel that was closed is drained exactly.
//! * **No queue operation waits, spins on another, allocates or panics** by itself. Zero capacity
//!   does not compile.
//!
//! `docs/verification.md` names the check behind each of these, and what the check was seen to fail
//! on; `docs/design` has the arguments.
//!
//! # Limits
//!
//! * Queues cannot be closed and do not wait; channels can and do.
//! * `mpmc` is lock-free, not wait-free.
//! * An operation of `mpmc` or `stack` must not stall while others push a whole *round* of its
//!   counter, and then continue: that is unsound. With the default spares a round of `mpmc` is at
//!   least [5 × 10⁸ pushes](mpmc#wrap-around) on 32-bit words; that of a [stack](stack#wrap-around)
//!   is shorter. On 64-bit words it takes years, except for stacks of millions.
//! * Forgotten guards ([`core::mem::forget`]) cost their slots, and their values are never dropped.
//!
//! # Features
//!
//! None is on by default; all are additive: code that compiles with some of them compiles with more
//! of them, and means the same.
//!
//! | feature | gives | implies |
//! |---|---|---|
//! | `alloc` | boxed queues and channels, `new_boxed`, ends that own their queue | |
//! | `async` | channels, completion; neither an executor nor an allocator is needed | |
//! | `std` | with `async`: blocking calls, `channel::bounded`, a default lock for channels | `alloc` |
//! | `futures` | `Stream` and `Sink` for channels | `async` |
//! | `critical-section` | `wait::CriticalSection`, a lock for channels that interrupt handlers use too; the application chooses its implementation | |
//! | `metrics` | counts and times, histograms, Prometheus text | |
//! | `portable-atomic` | atomics from that crate, whose backend the application chooses | |
//! | `defmt` | `defmt::Format` for the public types | |
//! | `embedded-io-07` | `Read`, `BufRead`, `Write` and their `Ready` of embedded-io 0.7 for the ends of [`spsc`] queues of bytes | |
//! | `loom`, `shuttle` | with the `--cfg` of that name: queues take part in [your models](guide::loom); the `--cfg` alone changes nothing | |
//!
//! Without `std` the type of a channel names its lock: `Channel<u8, 8, wait::CriticalSection>`.
//!
//! # Platforms
//!
//! * Without compare-and-swap (Cortex-M0, riscv32imc), [`spsc`] works as it is. What needs
//!   compare-and-swap does not compile there without the feature `portable-atomic`; the error says
//!   so.
//! * Queues are laid out for caches, except on targets without an operating system, where they are
//!   as small as possible. `--cfg ringway_caches="yes"` or `"no"` in `RUSTFLAGS` overrides that.
//! * `--cfg ringway_single_core` promises that all users of all queues of the program run on one
//!   core. No barrier instructions are left then.
//!
// Links to what is only there with a feature; without it they lead to the features.
#![cfg_attr(
    feature = "async",
    doc = "
[`channel::Channel`]: channel::Channel
[`channel::spsc`]: channel::spsc
[`channel::oneshot`]: channel::oneshot
[`task::Tracker`]: task::Tracker
[lock]: wait::RawLock"
)]
#![cfg_attr(
    not(feature = "async"),
    doc = "
[`channel::Channel`]: #features
[`channel::spsc`]: #features
[`channel::oneshot`]: #features
[`task::Tracker`]: #features
[lock]: #features"
)]
#![cfg_attr(feature = "metrics", doc = "[`metrics::Metered`]: metrics::Metered")]
#![cfg_attr(not(feature = "metrics"), doc = "[`metrics::Metered`]: #features")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The examples of README are tests too.
#![cfg_attr(
    all(doctest, feature = "async", feature = "critical-section", feature = "std"),
    doc = include_str!("../README.md")
)]
#![deny(missing_docs)]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(feature = "async")]
pub mod channel;
mod error;
#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod mpmc;
#[cfg_attr(not(feature = "async"), allow(dead_code, reason = "some are only for what waits"))]
mod ordering;
pub mod priority;
mod raw;
pub mod spsc;
pub mod stack;
mod sync;
#[cfg(feature = "async")]
pub mod task;
#[cfg(feature = "async")]
pub mod wait;

pub use error::{CapacityError, ChunkError, Full, PushError};
