//! What Python's `queue.Queue`, `LifoQueue` and `PriorityQueue` do, row by row of `docs/python.md`,
//! here with a channel and a tracker. Each row is a test, run on all three.

use ringway::channel::{Channel, RecvTimeoutError, SendTimeoutError, TryRecvError, TrySendError};
use ringway::task::{Task, Tracker};
use ringway::{priority, stack};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a call with a timeout may wait before it gives up.
const SHORT: Duration = Duration::from_millis(20);
/// How long a call waits that must not: the test fails, instead of hanging.
const LONG: Duration = Duration::from_secs(600);
/// The capacity of all queues here.
const MAXSIZE: usize = 3;

type Item<'t> = Task<'t, u32>;

/// The three queues of Python behind one face. What an item is worth is its urgency, the lower the
/// more.
trait PyQueue<'t>: Default + Send + Sync {
    /// The order in which 2, 0, 1 come out.
    const ORDER: [u32; 3];

    fn put_nowait(&self, item: Item<'t>) -> Result<(), TrySendError<Item<'t>>>;
    fn put(&self, item: Item<'t>, timeout: Duration) -> Result<(), TrySendError<Item<'t>>>;
    fn get_nowait(&self) -> Result<Item<'t>, TryRecvError>;
    fn get(&self, timeout: Duration) -> Result<Item<'t>, RecvTimeoutError>;
    fn qsize(&self) -> usize;
    fn shutdown(&self);

    /// Python's `shutdown(immediate=True)`: what is left counts as done.
    fn shutdown_immediately(&self) {
        self.shutdown();
        while let Ok(item) = self.get_nowait() {
            item.done();
        }
    }
}

/// `Queue(maxsize=3)`
type Fifo<'t> = Channel<Item<'t>, MAXSIZE>;
/// `LifoQueue(maxsize=3)`
type Lifo<'t> = stack::Channel<Item<'t>, MAXSIZE>;
/// `PriorityQueue(maxsize=3)`, with a capacity for each level.
type ByPriority<'t> = priority::Channel<Item<'t>, 4, MAXSIZE>;

impl<'t> PyQueue<'t> for Fifo<'t> {
    const ORDER: [u32; 3] = [2, 0, 1];

    fn put_nowait(&self, item: Item<'t>) -> Result<(), TrySendError<Item<'t>>> {
        self.try_send(item)
    }
    fn put(&self, item: Item<'t>, timeout: Duration) -> Result<(), TrySendError<Item<'t>>> {
        self.send_timeout(item, timeout).map_err(full_or_closed)
    }
    fn get_nowait(&self) -> Result<Item<'t>, TryRecvError> {
        self.try_recv()
    }
    fn get(&self, timeout: Duration) -> Result<Item<'t>, RecvTimeoutError> {
        self.recv_timeout(timeout)
    }
    fn qsize(&self) -> usize {
        self.len()
    }
    fn shutdown(&self) {
        self.close();
    }
}

impl<'t> PyQueue<'t> for Lifo<'t> {
    const ORDER: [u32; 3] = [1, 0, 2];

    fn put_nowait(&self, item: Item<'t>) -> Result<(), TrySendError<Item<'t>>> {
        self.try_send(item)
    }
    fn put(&self, item: Item<'t>, timeout: Duration) -> Result<(), TrySendError<Item<'t>>> {
        self.send_timeout(item, timeout).map_err(full_or_closed)
    }
    fn get_nowait(&self) -> Result<Item<'t>, TryRecvError> {
        self.try_recv()
    }
    fn get(&self, timeout: Duration) -> Result<Item<'t>, RecvTimeoutError> {
        self.recv_timeout(timeout)
    }
    fn qsize(&self) -> usize {
        self.len()
    }
    fn shutdown(&self) {
        self.close();
    }
}

/// Python's `put` says Full when its time is over.
fn full_or_closed<T>(error: SendTimeoutError<T>) -> TrySendError<T> {
    match error {
        SendTimeoutError::Timeout(item) => TrySendError::Full(item),
        error => TrySendError::Closed(error.into_inner()),
    }
}

/// The level of an item: items of one test that fill the queue are worth the same, so that they
/// share a level.
fn level(item: &Item<'_>) -> usize {
    **item as usize
}

impl<'t> PyQueue<'t> for ByPriority<'t> {
    const ORDER: [u32; 3] = [0, 1, 2];

    fn put_nowait(&self, item: Item<'t>) -> Result<(), TrySendError<Item<'t>>> {
        self.try_send(level(&item), item).map_err(|error| match error {
            priority::TrySendError::Full(item) => TrySendError::Full(item),
            error => TrySendError::Closed(error.into_inner()),
        })
    }
    fn put(&self, item: Item<'t>, timeout: Duration) -> Result<(), TrySendError<Item<'t>>> {
        self.send_timeout(level(&item), item, timeout).map_err(|error| match error {
            priority::SendTimeoutError::Timeout(item) => TrySendError::Full(item),
            error => TrySendError::Closed(error.into_inner()),
        })
    }
    fn get_nowait(&self) -> Result<Item<'t>, TryRecvError> {
        self.try_recv().map(|(_, item)| item)
    }
    fn get(&self, timeout: Duration) -> Result<Item<'t>, RecvTimeoutError> {
        self.recv_timeout(timeout).map(|(_, item)| item)
    }
    fn qsize(&self) -> usize {
        self.len()
    }
    fn shutdown(&self) {
        self.close();
    }
}

/// A full queue, of items that are all worth 1.
fn full<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) -> Q {
    let queue = Q::default();
    (0..MAXSIZE).for_each(|_| queue.put_nowait(tracker.track(1)).unwrap());
    queue
}

/// Runs `blocked` on a thread of its own, `release` once it has begun, and returns what it said.
/// What it waits for does not come before, so it cannot have ended.
fn released<O: Send>(blocked: impl FnOnce() -> O + Send, release: impl FnOnce()) -> O {
    thread::scope(|scope| {
        let (started, starts) = mpsc::channel();
        let blocked = scope.spawn(move || {
            started.send(()).unwrap();
            blocked()
        });
        starts.recv().unwrap();
        (0..100).for_each(|_| thread::yield_now());
        assert!(!blocked.is_finished(), "it ought to wait");
        release();
        blocked.join().unwrap()
    })
}

fn items_come_out_in_their_order<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = Q::default();
    [2, 0, 1].into_iter().for_each(|n| queue.put_nowait(tracker.track(n)).unwrap());
    assert_eq!([(); 3].map(|()| queue.get_nowait().unwrap().done()), Q::ORDER);
}

fn put_nowait_on_a_full_queue_says_full<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = full::<Q>(tracker);
    let Err(TrySendError::Full(item)) = queue.put_nowait(tracker.track(1)) else { panic!("it is full") };
    assert_eq!(*item, 1);
}

fn get_nowait_on_an_empty_queue_says_empty<'t, Q: PyQueue<'t>>(_: &'t Tracker) {
    assert_eq!(Q::default().get_nowait().err(), Some(TryRecvError::Empty));
}

fn put_with_a_timeout_says_full_when_it_is_over<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let (queue, start) = (full::<Q>(tracker), Instant::now());
    assert!(matches!(queue.put(tracker.track(1), SHORT), Err(TrySendError::Full(_))));
    assert!(start.elapsed() >= SHORT);
}

fn get_with_a_timeout_says_empty_when_it_is_over<'t, Q: PyQueue<'t>>(_: &'t Tracker) {
    let start = Instant::now();
    assert_eq!(Q::default().get(SHORT).err(), Some(RecvTimeoutError::Timeout));
    assert!(start.elapsed() >= SHORT);
}

fn a_get_releases_a_put_that_waits<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = full::<Q>(tracker);
    let sent = released(|| queue.put(tracker.track(1), LONG), || drop(queue.get_nowait().unwrap()));
    assert!(sent.is_ok());
    assert_eq!(queue.qsize(), MAXSIZE);
}

fn a_put_releases_a_get_that_waits<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = Q::default();
    let got = released(|| queue.get(LONG), || queue.put_nowait(tracker.track(3)).unwrap());
    assert_eq!(got.map(|item| *item), Ok(3));
}

fn qsize_counts_what_is_in_the_queue<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = Q::default();
    for n in 1..=MAXSIZE {
        queue.put_nowait(tracker.track(1)).unwrap();
        assert_eq!(queue.qsize(), n);
    }
}

fn join_returns_when_every_item_is_done<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = full::<Q>(tracker);
    let items = [(); MAXSIZE].map(|()| queue.get_nowait().unwrap());
    assert_eq!((queue.qsize(), tracker.unfinished()), (0, MAXSIZE), "got is not done");
    assert!(!tracker.join_timeout(SHORT));
    assert!(released(|| tracker.join_timeout(LONG), || items.into_iter().for_each(drop)));
}

fn join_of_a_queue_that_is_done_returns_at_once<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let _queue = Q::default();
    assert!(tracker.join_timeout(Duration::ZERO));
    assert!(tracker.join_timeout(Duration::ZERO), "and again");
}

fn workers_together_finish_what_is_joined<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = Q::default();
    let sum: u32 = thread::scope(|scope| {
        let work = || {
            let mut sum = 0;
            while let Ok(item) = queue.get(LONG) {
                sum += item.done();
            }
            sum
        };
        let workers = [scope.spawn(work), scope.spawn(work)];
        for n in 0..100 {
            assert!(queue.put(tracker.track(n % 4), LONG).is_ok());
        }
        assert!(tracker.join_timeout(LONG));
        queue.shutdown();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(sum, (0..100).map(|n| n % 4).sum());
}

fn an_item_that_was_not_put_does_not_count<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = full::<Q>(tracker);
    drop(queue.put_nowait(tracker.track(1)));
    assert_eq!(tracker.unfinished(), MAXSIZE);
}

fn put_after_shutdown_says_closed<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = Q::default();
    queue.shutdown();
    queue.shutdown();
    assert!(matches!(queue.put_nowait(tracker.track(1)), Err(TrySendError::Closed(_))));
    assert!(matches!(queue.put(tracker.track(1), LONG), Err(TrySendError::Closed(_))));
}

fn get_after_shutdown_takes_what_is_left_and_then_says_closed<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = full::<Q>(tracker);
    queue.shutdown();
    (0..MAXSIZE).for_each(|_| drop(queue.get(LONG).unwrap()));
    assert_eq!(queue.get(LONG).err(), Some(RecvTimeoutError::Closed));
    assert_eq!(queue.get_nowait().err(), Some(TryRecvError::Closed));
}

fn shutdown_releases_a_put_that_waits<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = full::<Q>(tracker);
    let sent = released(|| queue.put(tracker.track(1), LONG), || queue.shutdown());
    assert!(matches!(sent, Err(TrySendError::Closed(_))));
}

fn shutdown_releases_a_get_that_waits<'t, Q: PyQueue<'t>>(_: &'t Tracker) {
    let queue = Q::default();
    let got = released(|| queue.get(LONG), || queue.shutdown());
    assert_eq!(got.err(), Some(RecvTimeoutError::Closed));
}

fn join_waits_for_what_is_left_after_shutdown<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = full::<Q>(tracker);
    queue.shutdown();
    assert!(!tracker.join_timeout(SHORT));
    (0..MAXSIZE).for_each(|_| drop(queue.get(LONG).unwrap()));
    assert!(tracker.join_timeout(LONG));
}

fn shutdown_immediate_finishes_what_is_left<'t, Q: PyQueue<'t>>(tracker: &'t Tracker) {
    let queue = full::<Q>(tracker);
    let in_work = queue.get_nowait().unwrap();
    queue.shutdown_immediately();
    assert_eq!((queue.qsize(), tracker.unfinished()), (0, 1), "what is in work is not done");
    in_work.done();
    assert!(tracker.join_timeout(LONG));
}

/// One test of each behaviour for each queue, and what `docs/python.md` must name.
macro_rules! behaviours {
    ($($behaviour:ident,)*) => {
        const BEHAVIOURS: &[&str] = &[$(stringify!($behaviour)),*];

        mod queue { $(#[test] fn $behaviour() { super::$behaviour::<super::Fifo<'_>>(&super::Tracker::new()); })* }
        mod lifo_queue { $(#[test] fn $behaviour() { super::$behaviour::<super::Lifo<'_>>(&super::Tracker::new()); })* }
        mod priority_queue {
            $(#[test] fn $behaviour() { super::$behaviour::<super::ByPriority<'_>>(&super::Tracker::new()); })*
        }
    };
}

behaviours! {
    items_come_out_in_their_order,
    put_nowait_on_a_full_queue_says_full,
    get_nowait_on_an_empty_queue_says_empty,
    put_with_a_timeout_says_full_when_it_is_over,
    get_with_a_timeout_says_empty_when_it_is_over,
    a_get_releases_a_put_that_waits,
    a_put_releases_a_get_that_waits,
    qsize_counts_what_is_in_the_queue,
    join_returns_when_every_item_is_done,
    join_of_a_queue_that_is_done_returns_at_once,
    workers_together_finish_what_is_joined,
    an_item_that_was_not_put_does_not_count,
    put_after_shutdown_says_closed,
    get_after_shutdown_takes_what_is_left_and_then_says_closed,
    shutdown_releases_a_put_that_waits,
    shutdown_releases_a_get_that_waits,
    join_waits_for_what_is_left_after_shutdown,
    shutdown_immediate_finishes_what_is_left,
}

/// What is no test here because it does not compile: `tests/compile_fail`.
const DOES_NOT_COMPILE: &str = "task_is_done_once";

#[test]
fn every_row_of_the_table_is_a_test_and_every_test_a_row() {
    let table = include_str!("../docs/python.md");
    let rows: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_suffix("` |")?.rsplit_once('`').map(|(_, name)| name))
        .collect();
    let tests: Vec<&str> = BEHAVIOURS.iter().copied().chain([DOES_NOT_COMPILE]).collect();
    assert_eq!(rows, tests);
}
