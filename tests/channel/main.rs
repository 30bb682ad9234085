//! What channels promise, on real executors and threads.
//!
//! * [`suite`]: one set of behaviours, run on every face of the channels and on every executor
//! * [`plain`]: what needs no executor: errors, timeouts, blocking
//! * [`model`]: every answer and every wake-up, of operations in any order
//! * [`cancel`]: futures that are given up
//! * [`wakers`]: wakers that come back to the channel, or panic
//! * [`idle`]: a thousand waiters, without allocation
//! * [`locks`]: the lock of threads
//! * [`grants`]: values written in place
//! * [`ends`]: ends of an SPSC channel that come anew, and what is done with their queue
//! * [`drops`]: every value is dropped once
//! * [`select`]: a thread that waits for the first of several receives
//! * [`stream`], [`oneshot`]: the other faces; [`owned`]: streams and sinks that own their end
//! * [`closed`], [`room`]: waiting for the end of a channel, and for room without a value
//! * [`spawn`]: every future can be spawned, whatever the type of the value
//! * [`flavors`]: batches, futures with names, figures
//! * [`fairness`]: a task that never waits lets others run
//! * [`unwind`]: both sides of `catch_unwind`
//! * [`memory`]: values larger than the stack
//! * [`many`]: iterators, and several values in one call
//! * [`weak`]: handles that do not keep a channel open
//! * [`close`]: what was accepted is drained
//! * [`wakeups`]: no wake-up is lost
//!
//! Each scenario is short by default. `RINGWAY_STRESS=1 cargo test --release --test channel` takes
//! the long ones.
#![cfg(all(feature = "critical-section", feature = "futures", feature = "std"))]

mod cancel;
mod clear;
mod close;
mod closed;
#[path = "../support/dice.rs"]
mod dice;
mod drops;
mod ends;
mod executors;
mod faces;
mod fairness;
mod flavors;
mod grants;
mod idle;
#[path = "../support/ledger.rs"]
mod ledger;
mod locks;
mod many;
mod memory;
mod model;
mod oneshot;
mod owned;
mod plain;
mod room;
mod select;
mod spawn;
mod stream;
mod suite;
mod tier;
mod unwind;
mod wait;
mod wakers;
mod wakeups;
#[path = "../support/watchdog.rs"]
mod watchdog;
mod weak;
