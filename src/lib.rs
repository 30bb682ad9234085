//! Bounded queues that never make one caller wait for another.
//!
//! [`mpmc::Queue`] is lock-free, for any number of producers and consumers. An operation that stops half-way,
//! even for ever, delays nobody: an interrupt handler may use the queue whose push or pop it interrupted.
//! [`spsc::Queue`] is wait-free, for one producer and one consumer, and works in batches. Both are `const`,
//! without an allocator, for any `T: Send` and any capacity from 1, which they hold exactly.
//! `channel::Channel` (feature `async`) is the first with waiting and closing, for tasks, threads and interrupt
//! handlers at once; `task::Tracker` tells when all work is done.
//!
//! ```
//! use ringway::{Full, mpmc, spsc};
//!
//! // Shared by whoever likes, interrupt handlers included. All zeros, so it lies in `.bss`.
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
//! let (mut producer, mut consumer) = SAMPLES.take().expect("nobody took the ends before");
//! assert_eq!(producer.push_slice(&[1, 2, 3]), 3);
//! assert_eq!(consumer.drain().sum::<u16>(), 6);
//! ```
//!
//! # Choose
//!
//! | you have | use |
//! |---|---|
//! | several producers or consumers, or handlers of several priorities | [`mpmc::Queue`] |
//! | exactly one of each | [`spsc::Queue`] |
//! | a capacity known at run time | `mpmc::BoxedQueue`, `spsc::BoxedQueue` (feature `alloc`) |
//! | a function for queues of any capacity | [`mpmc::View`], [`spsc::Producer`], [`spsc::Consumer`] |
//! | newest values matter most | [`force_push`](mpmc::QueueInner::force_push) |
//! | to wait for a value or for room | `channel` (feature `async`; threads: `std`) |
//! | to know when all work is done | `task` (feature `async`) |
//! | values too large to move twice | [`reserve`](mpmc::QueueInner::reserve) and [`pop_ref`](mpmc::QueueInner::pop_ref); [`write_chunk`](spsc::Producer::write_chunk) and [`read_chunk`](spsc::Consumer::read_chunk) |
//!
//! # Guarantees
//!
//! * No call of a queue waits, spins on another, allocates (but for making a boxed queue) or panics by itself.
//! * First in, first out. `mpmc` and `stack` are linearizable; `spsc` is exact about what [happened
//!   before](spsc#what-happened-before).
//! * Empty is never spurious. Full is exact; for `mpmc` within a [bound](mpmc#guarantees) that the spare slots set.
//! * A rejected value comes back inside the error. Each value is dropped exactly once.
//!
//! The file `README.md` names the check behind each of these, and what the check was seen to fail on.
//!
//! # Limits
//!
//! * Queues do not wait and do not close: who finds one full or empty decides what to do. Channels do both.
//! * `mpmc` is lock-free, not wait-free; its positions wrap around, [harmlessly but for one case](mpmc#wrap-around).
//! * Forgotten guards ([`core::mem::forget`]) cost their slots, and their values are never dropped.
//!
//! # Features
//!
//! None is on by default; all are additive: code that compiles with some of them compiles with more of them, and means
//! the same.
//!
//! * `alloc`: boxed queues, and SPSC ends that own their queue.
//! * `std`: implies `alloc`; with `async`, threads can wait, and channels have a default lock, for threads. Without it
//!   the type of a channel names its lock: `Channel<u8, 8, wait::CriticalSection>`.
//! * `async`: channels, completion. Neither an executor nor an allocator is needed.
//! * `futures`: implies `async`; `Stream` and `Sink` for channels.
//! * `critical-section`: `wait::CriticalSection`, a lock for channels that interrupt handlers use too. The application
//!   chooses its implementation.
//! * `metrics`: counts and times, histograms, Prometheus text.
//! * `portable-atomic`: atomics from that crate, whose backend the application chooses.
//! * `defmt`: `defmt::Format` for the public types.
//! * `embedded-io-07`: `Read`, `BufRead`, `Write` and their `Ready` of embedded-io 0.7 for the ends of
//!   [`spsc`] queues of bytes.
//! * `loom`, `shuttle`: nothing, unless the program is built with the `--cfg` of that name; then queues take part in
//!   your models. The `--cfg` alone changes nothing.
//!
//! # Platforms
//!
//! * Without compare-and-swap (Cortex-M0, riscv32imc), [`spsc`] works as it is. [`mpmc`] does not compile there
//!   without the feature `portable-atomic`; the error says so.
//! * Queues are laid out for caches, except on targets without an operating system, where they are as small
//!   as can be. `--cfg ringway_caches="yes"` or `"no"` in `RUSTFLAGS` overrides that.
//! * `--cfg ringway_single_core` promises that all users of all queues of the program run on one core. No barrier
//!   instructions are left then.
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
