//! Bounded lock-free MPMC and wait-free SPSC queues in which a stalled operation never blocks
//! another: `no_std`, no allocator, `const`, for threads, tasks and interrupt handlers.
//!
//! | type | purpose | progress | feature | needs CAS |
//! |---|---|---|---|---|
//! | [`mpmc::Queue`] | several producers and consumers | lock-free | none | yes |
//! | [`spsc::Queue`] | one producer, one consumer, batches | wait-free | none | no |
//! | [`stack::Stack`] | last in, first out | lock-free | none | yes |
//! | [`priority::Priority`] | levels of urgency | lock-free | none | yes |
//! | [`pool::Pool`] | objects that are lent and return by themselves | lock-free | none | yes |
//! | [`channel::Channel`] | waiting and closing | lock-free[^wake] | `async` | yes |
//! | [`channel::spsc`] | the same, one sender, one receiver | wait-free | `async` | yes |
//! | [`channel::oneshot`] | one reply to one request | wait-free | `async` | yes |
//! | [`task::Tracker`] | waiting until all work is done | wait-free[^wake] | `async` | yes |
//! | [`metrics::Metered`] | counts and times of a queue | as the queue | `metrics` | as the queue |
//!
//! [^wake]: For `try_send` and `try_recv`, and for `track` and `done`; except that waking a waiter
//!     takes the [lock] of the waiter list, for a few instructions.
//!
//! # Queues
//!
//! Never wait: a full or empty queue is reported to the caller.
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
//! assert_eq!(EVENTS.force_push(4), Some(2)); // full: displaces the oldest value
//!
//! // One producer and one consumer, taken once.
//! static SAMPLES: spsc::Queue<u16, 64> = spsc::Queue::new();
//!
//! let (mut producer, mut consumer) = SAMPLES.take().expect("the ends were not taken before");
//! assert_eq!(producer.push_slice(&[1, 2, 3]), 3);
//! assert_eq!(consumer.drain().sum::<u16>(), 6);
//! ```
//!
//! # Stacks and priorities
//!
//! ```
//! use ringway::{priority::Priority, stack::Stack};
//!
//! static JOBS: Priority<&str, 2, 8> = Priority::new(); // two levels, eight values each
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
//! Add waiting and closing to a queue. Tasks, threads and interrupt handlers may share a channel.
//!
//! ```
//! # #[cfg(feature = "std")] {
//! let (sender, receiver) = ringway::channel::bounded(100).unwrap();
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
//! drop(sender); // dropping the last sender closes the channel
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
//! TRACKER.join_blocking(); // returns when all tasks are finished, not merely received
//! assert_eq!(TRACKER.unfinished(), 0);
//! # }
//! ```
//!
//! # Choosing
//!
//! | you have | use |
//! |---|---|
//! | several producers or consumers, or handlers of several priorities | [`mpmc::Queue`] |
//! | exactly one producer and one consumer | [`spsc::Queue`] |
//! | a capacity known at run time | `mpmc::BoxedQueue`, `spsc::BoxedQueue`, `channel::bounded` |
//! | a queue too large for the stack | a `static`, the boxed queues, or `new_boxed` of each type |
//! | a function for queues of any capacity | [`mpmc::View`]; [`spsc::Producer`], [`spsc::Consumer`] |
//! | newest values that matter most | [`force_push`](mpmc::QueueInner::force_push) |
//! | values too large to move twice | [`reserve`](mpmc::QueueInner::reserve), [`pop_ref`](mpmc::QueueInner::pop_ref); [`write_chunk`](spsc::Producer::write_chunk), [`read_chunk`](spsc::Consumer::read_chunk) |
//! | to wait for a value or for room, to close | [`channel::Channel`], [`channel::spsc`] |
//! | one reply to one request | [`channel::oneshot`] |
//! | buffers or frames that are lent, sent on and returned | [`pool::Pool`] |
//! | to wait until all work is done | [`task::Tracker`] |
//!
//! More in the [guide]: [choosing](guide::choose), [closing](guide::closing),
//! [cancel safety](guide::cancel_safety), [waiting for one of several channels](guide::select),
//! [interrupts](guide::interrupts),
//! [migrating from another crate](guide::migrate).
//!
//! # Guarantees
//!
//! * **Progress.** *Lock-free* means: an operation that stalls, even forever, holds at most one
//!   slot, for which the queue has `S` [spare slots](mpmc#guarantees), or one object of a pool, and
//!   never a position that other operations must pass. An interrupt handler may therefore use the
//!   queue whose push or pop it interrupted. *Wait-free* operations take a bounded number of steps.
//! * **Order.** First in, first out. `mpmc` and `stack` are linearizable, and one order explains
//!   several queues; `spsc` is exact about what [happened before](spsc#what-happened-before).
//! * **Empty** is never reported spuriously. **Full** is exact; for `mpmc` and `stack` within the
//!   [bound](mpmc#guarantees) that the spare slots set.
//! * **Drops.** Each value is dropped exactly once. A rejected value is returned in the error.
//!   After `close`, every accepted value is still received.
//! * **No waiting, no panics.** No queue operation blocks, spins on another operation, allocates or
//!   panics by itself. A capacity of zero does not compile, or is a [`CapacityError`].
//!
//! # Limits
//!
//! * Queues neither wait nor close; channels do. `mpmc` is lock-free, not wait-free.
//! * An operation of `mpmc`, `stack` or `pool` must not stall while others push almost a whole
//!   *round* of its counter, and then continue: that is **undefined behaviour**. With the default
//!   spare slots, a round of `mpmc` is at least [5 × 10⁸ pushes](mpmc#wrap-around) on 32-bit words;
//!   those of a [stack](stack#wrap-around) and of a [pool](pool#wrap-around) are shorter. On 64-bit
//!   words it takes years, except for stacks and pools of millions.
//! * A guard that is leaked ([`core::mem::forget`]) keeps its slot, and its value is never dropped;
//!   that of a pool keeps its object, which is dropped with the pool.
//!
//! # Features
//!
//! None is enabled by default. All are additive: they add items and never change their meaning.
//!
//! | feature | provides | implies |
//! |---|---|---|
//! | `alloc` | boxed queues and channels, `new_boxed`, ends that own their queue | |
//! | `async` | channels and completion; needs no executor and no allocator | |
//! | `std` | with `async`: blocking calls, `channel::bounded`, a default lock for channels | `alloc` |
//! | `futures` | `Stream` and `Sink` for channels | `async` |
//! | `critical-section` | `wait::CriticalSection`, the lock for channels used in interrupt handlers | |
//! | `metrics` | counts, times, histograms, Prometheus text | |
//! | `portable-atomic` | atomics of that crate; the application chooses its backend | |
//! | `defmt` | `defmt::Format` for the public types | |
//! | `embedded-io-07` | traits of embedded-io 0.7 for [`spsc`] queues of bytes | |
//! | `loom`, `shuttle` | with the `--cfg` of that name: queues take part in [your models](guide::loom) | |
//!
//! Without `std`, the type of a channel names its lock: `Channel<u8, 8, wait::CriticalSection>`.
//!
//! # Platforms
//!
//! * Cores without compare-and-swap (CAS; Cortex-M0, riscv32imc): [`spsc`] works unchanged. The
//!   types that need CAS require the feature `portable-atomic`, and the compile error says so.
//! * Queues are laid out for caches, except on targets without an operating system, where they are
//!   as small as possible. `RUSTFLAGS='--cfg ringway_caches="yes"'` or `"no"` overrides that.
//! * `--cfg ringway_single_core` promises that all users of all queues of the program run on one
//!   core, and removes all barrier instructions.
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
mod into_iter;
#[cfg(feature = "metrics")]
pub mod metrics;
pub mod mpmc;
#[cfg_attr(not(feature = "async"), allow(dead_code, reason = "some are only for what waits"))]
mod ordering;
pub mod pool;
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
pub use into_iter::IntoIter;
