//! The rows of `docs/migrate.md`: what another crate does and what stands for it here, side by
//! side.
#![allow(deprecated, reason = "the MPMC queue of heapless is, which is why one leaves it")]

mod array_queue;
mod completion;
mod embassy;
mod heapless_pools;
mod heapless_queues;
mod ring_buf;
mod ring_buffer;
mod tasks;
mod threads;

use embassy_sync::blocking_mutex::raw::{CriticalSectionRawMutex, NoopRawMutex};
use embassy_sync::channel::{Channel as Embassy, TryReceiveError, TrySendError as EmbassyError};
use embassy_sync::priority_channel::{Min, PriorityChannel};
use futures_executor::block_on;
use futures_util::future::{Either, FutureExt, select};
use futures_util::{SinkExt, Stream, StreamExt};
use heapless::pool::boxed::BoxBlock;
use heapless::pool::object::{Object, ObjectBlock};
use ringway::channel::{self, RecvError, RecvTimeoutError, Select, SendError, SendTimeoutError};
use ringway::channel::{TryRecvError, TrySendError};
use ringway::pool::{Guard, Pool};
use ringway::task::SharedTracker;
use ringway::wait::DefaultLock;
use ringway::{CapacityError, Full, mpmc, priority, spsc, wait};
use std::panic::catch_unwind;
use std::pin::{Pin, pin};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// How long a call waits that is to give up.
const SHORT: Duration = Duration::from_millis(1);

const PAGE: &str = include_str!("../../../docs/migrate.md");
const TESTS: &str = concat!(
    include_str!("threads.rs"),
    include_str!("tasks.rs"),
    include_str!("completion.rs"),
    include_str!("embassy.rs"),
    include_str!("heapless_queues.rs"),
    include_str!("heapless_pools.rs"),
    include_str!("array_queue.rs"),
    include_str!("ring_buffer.rs"),
    include_str!("ring_buf.rs"),
    include_str!("main.rs"),
);

#[test]
fn every_row_has_a_test_and_every_test_a_row() {
    let rows = PAGE.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    let rows: Vec<&str> = rows.filter(|row| *row != "| there | here | test |").collect();
    let named: Vec<&str> = rows
        .iter()
        .map(|row| {
            row.strip_suffix("` |").and_then(|row| row.rsplit_once("| `")).map_or("no test", |(_, name)| name)
        })
        .collect();
    let written: Vec<&str> = TESTS
        .split("#[test]\nfn ")
        .skip(1)
        .filter_map(|test| test.split("()").next())
        .filter(|name| *name != "every_row_has_a_test_and_every_test_a_row")
        .collect();
    assert_eq!(named, written, "the rows (left) and the tests (right), in order");
}

/// Both ends of a channel here.
fn ends<T: 'static>(capacity: usize) -> (channel::Sender<'static, T>, channel::Receiver<'static, T>) {
    channel::bounded(capacity).unwrap()
}

/// How many values are accepted at once.
fn room(mut is_accepted: impl FnMut() -> bool) -> usize {
    (0..100).take_while(|_| is_accepted()).count()
}

fn panics<O>(call: impl FnOnce() -> O + std::panic::UnwindSafe) -> bool {
    catch_unwind(call).is_err()
}
