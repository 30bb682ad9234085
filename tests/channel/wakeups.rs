//! No wake-up is lost: threads and tasks at both ends, more of them than there are cores, for a
//! long time.
//!
//! If one is lost, a waiter sleeps forever, and the watchdog ends the test with a report.

use crate::executors::{Embassy, Executor, Pollster, Smol, TokioOnOneThread, TokioOnSeveralThreads, task};
use crate::faces::{
    BorrowedEnds, Face, InCriticalSection, InStatic, OwnedEnds, Rx, SharedFace, SpscOwned, SpscTaken, Tx,
    Value,
};
use crate::tier::is_deep;
use crate::wait::Mark;
use crate::watchdog::{watch, watch_progress};
use std::future::poll_fn;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

/// Of all scenarios together.
fn messages() -> u64 {
    if is_deep() { 100_000_000 } else { 1_000_000 }
}

const SCENARIOS: u64 = 12;

/// The kind of user at an end.
#[derive(Clone, Copy)]
enum Kind {
    Thread,
    Task,
}
use Kind::{Task, Thread};

const SENDER_BITS: u32 = 3;

/// What has passed.
#[derive(Default)]
struct Passed {
    sent: AtomicU64,
    received: Arc<AtomicU64>,
    sum: AtomicU64,
    senders_left: AtomicU64,
}

/// The values of one sender.
fn values(sender: usize, count: u64) -> impl Iterator<Item = Value> {
    (0..count).map(move |number| number << SENDER_BITS | sender as u64)
}

/// What one receiver got: from each sender in order.
struct InOrder {
    passed: Arc<Passed>,
    next: [u64; 1 << SENDER_BITS],
}

impl InOrder {
    fn new(passed: Arc<Passed>) -> Self {
        Self { passed, next: [0; 1 << SENDER_BITS] }
    }

    fn note(&mut self, value: Value) {
        let (sender, number) = (value as usize % self.next.len(), value >> SENDER_BITS);
        assert!(number >= self.next[sender], "the values of one sender stay in order");
        self.next[sender] = number + 1;
        self.passed.received.fetch_add(1, Ordering::Relaxed);
        self.passed.sum.fetch_add(value, Ordering::Relaxed);
    }
}

/// The last of the senders closes the channel.
fn leave<T: Tx>(tx: T, passed: &Passed) {
    if passed.senders_left.fetch_sub(1, Ordering::AcqRel) == 1 {
        tx.finish();
    }
}

/// Every sender sends `count` values.
fn carry<E: Executor, T: Tx, R: Rx>(senders: Vec<(Kind, T)>, receivers: Vec<(Kind, R)>, count: u64) {
    let passed = Arc::new(Passed::default());
    passed.senders_left.store(senders.len() as u64, Ordering::Relaxed);
    let expected = Value::wrapping_add(0, (0..senders.len()).flat_map(|sender| values(sender, count)).sum());
    let (total, at) = (count * senders.len() as u64, passed.clone());
    let _watch = watch_progress(passed.received.clone(), move || {
        let [sent, received] = [&at.sent, &*at.received].map(|number| number.load(Ordering::Relaxed));
        let [ends, executor] = [std::any::type_name::<T>(), std::any::type_name::<E>()];
        format!("{sent} sent and {received} received of {total}, {ends}, {executor}")
    });
    let (mut threads, mut tasks) = (Vec::new(), Vec::new());
    for (sender, (kind, mut tx)) in senders.into_iter().enumerate() {
        let passed = passed.clone();
        match kind {
            Thread => threads.push(thread::spawn(move || {
                for value in values(sender, count) {
                    tx.send_blocking(value).unwrap();
                    passed.sent.fetch_add(1, Ordering::Relaxed);
                }
                leave(tx, &passed);
            })),
            Task => tasks.push(task(async move {
                for value in values(sender, count) {
                    tx.send(value).await.unwrap();
                    passed.sent.fetch_add(1, Ordering::Relaxed);
                }
                leave(tx, &passed);
            })),
        }
    }
    for (kind, mut rx) in receivers {
        let mut order = InOrder::new(passed.clone());
        match kind {
            Thread => threads.push(thread::spawn(move || {
                while let Ok(value) = rx.recv_blocking() {
                    order.note(value);
                }
            })),
            Task => tasks.push(task(async move {
                while let Ok(value) = rx.recv().await {
                    order.note(value);
                }
            })),
        }
    }
    E::run(tasks);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(passed.received.load(Ordering::Relaxed), total);
    assert_eq!(passed.sum.load(Ordering::Relaxed), expected);
}

/// Two threads and two tasks at each end.
fn crowd<F: SharedFace, E: Executor>() {
    let (tx, rx) = F::open();
    let all = [Thread, Task, Thread, Task];
    let (senders, receivers) = (all.map(|kind| (kind, tx.clone())), all.map(|kind| (kind, rx.clone())));
    drop((tx, rx));
    carry::<E, _, _>(senders.into(), receivers.into(), messages() / SCENARIOS / 4);
}

fn pair<F: Face, E: Executor>(sender: Kind, receiver: Kind) {
    let (tx, rx) = F::open();
    carry::<E, _, _>(vec![(sender, tx)], vec![(receiver, rx)], messages() / SCENARIOS);
}

#[test]
fn a_crowd_on_tokio_loses_no_wake_up() {
    crowd::<InStatic, TokioOnSeveralThreads>();
    crowd::<BorrowedEnds<1>, TokioOnOneThread>();
    crowd::<OwnedEnds<7>, TokioOnSeveralThreads>();
}

#[test]
fn a_crowd_on_embassy_loses_no_wake_up() {
    crowd::<InCriticalSection<2>, Embassy>();
}

#[test]
fn a_crowd_on_smol_loses_no_wake_up() {
    crowd::<BorrowedEnds<3>, Smol>();
}

#[test]
fn a_crowd_of_threads_loses_no_wake_up() {
    crowd::<OwnedEnds<1>, Pollster>();
}

#[test]
fn a_pair_loses_no_wake_up() {
    pair::<OwnedEnds<1>, TokioOnOneThread>(Thread, Task);
    pair::<OwnedEnds<1>, TokioOnOneThread>(Task, Thread);
    pair::<SpscTaken<1>, TokioOnSeveralThreads>(Task, Task);
    pair::<SpscOwned<2>, Embassy>(Thread, Task);
    pair::<SpscOwned<1>, Smol>(Task, Thread);
    pair::<SpscTaken<3>, Pollster>(Thread, Thread);
}

/// Does not try again after it registered its waker, and is slow to register: a value that comes in
/// between wakes no waiter.
#[derive(Default)]
struct Careless {
    state: Mutex<(Option<Value>, Option<Waker>)>,
    receiver_has_looked: Mark,
    value_is_there: Mark,
}

impl Careless {
    fn send(&self, value: Value) {
        self.receiver_has_looked.wait_blocking();
        let waker = {
            let mut state = self.state.lock().unwrap();
            state.0 = Some(value);
            state.1.take()
        };
        self.value_is_there.set();
        waker.into_iter().for_each(Waker::wake);
    }

    async fn recv(&self) -> Value {
        poll_fn(|context| {
            let value = self.state.lock().unwrap().0.take();
            if value.is_none() {
                self.receiver_has_looked.set();
                self.value_is_there.wait_blocking();
                self.state.lock().unwrap().1 = Some(context.waker().clone());
            }
            value.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// Hangs; run by the test below, in a process of its own.
#[test]
#[ignore = "loses a wake-up on purpose"]
fn a_lost_wake_up_on_purpose() {
    let _watch = watch(|| "a careless channel".into());
    let careless = Arc::new(Careless::default());
    let sender = careless.clone();
    thread::spawn(move || sender.send(1));
    assert_eq!(pollster::block_on(careless.recv()), 1);
}

/// The test of the test.
#[test]
fn a_lost_wake_up_is_noticed() {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--ignored", "--exact", "wakeups::a_lost_wake_up_on_purpose"])
        .env("RINGWAY_PATIENCE", "1")
        .output()
        .expect("this program runs");
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && report.contains("HANGS"), "{report}");
}
