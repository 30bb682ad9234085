//! The first five minutes with a message queue: put a task, get it, process it, mark it complete.
//!
//! The steps are those of every introduction to Python's `queue.Queue`, and its names stand on the left of the output.

use std::thread;

use ringway::channel::{Channel, TryRecvError, TrySendError};
use ringway::task::{Task, Tracker};

/// What travels through the queue: any type that may be sent to another thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Square(u64);

impl Square {
    fn process(self) -> u64 {
        self.0 * self.0
    }
}

/// Counts the tasks that were put and are not complete. Python's queue does this itself; here it is a part of its own,
/// so that it goes with every queue, and costs nothing where nobody joins.
static TRACKER: Tracker = Tracker::new();

/// A queue with room for three tasks. It needs no allocator and no start-up code, so it can simply be a `static`.
static TASKS: Channel<Task<'static, Square>, 3> = Channel::new();

fn main() {
    say("Python", "ringway", "what happens");
    say("Queue(maxsize=3)", "Channel::<_, 3>::new()", format!("room for {}", TASKS.capacity()));
    put_until_full();
    let results = get_process_complete();
    assert_eq!(results, [1, 4, 9], "first in, first out");
    let sum = share_between_threads();
    assert_eq!(sum, 338_350, "every task was processed exactly once");
    println!("\nAll results are as expected.");
}

fn put_until_full() {
    println!("\nPut");
    for number in 1..=3 {
        assert!(TASKS.try_send(TRACKER.track(Square(number))).is_ok(), "there is room for three");
        say("put_nowait(task)", "try_send(track(task))", format!("{:?} is in", Square(number)));
    }
    say("qsize()", "len()", TASKS.len());
    say("full()", "is_full()", TASKS.is_full());
    if let Err(TrySendError::Full(task)) = TASKS.try_send(TRACKER.track(Square(4))) {
        // Nothing is lost: the error carries the task.
        say("raise queue.Full", "Err(Full(task))", format!("{:?} comes back", *task));
    }
    say("unfinished_tasks", "tracker.unfinished()", TRACKER.unfinished());
}

fn get_process_complete() -> Vec<u64> {
    println!("\nGet, process, complete");
    let mut results = Vec::new();
    while let Ok(task) = TASKS.try_recv() {
        say("get_nowait()", "try_recv()", format!("{:?} is out", *task));
        let result = task.process();
        say("process(task)", "task.process()", result);
        results.push(result);
        task.done();
        say("task_done()", "task.done()", format!("{} unfinished", TRACKER.unfinished()));
    }
    assert_eq!(TASKS.try_recv().err(), Some(TryRecvError::Empty));
    say("raise queue.Empty", "Err(Empty)", "nothing left to get");
    say("empty()", "is_empty()", TASKS.is_empty());
    results
}

/// The same with one thread that puts a hundred tasks and two that process them, through the same three places.
fn share_between_threads() -> u64 {
    println!("\nThe same with threads, which wait for each other");
    thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        for number in 1..=100 {
            TASKS.send_blocking(TRACKER.track(Square(number))).expect("nobody closed the channel yet");
        }
        say("put(task)", "send_blocking(track(task))", "waits while the queue is full");
        TRACKER.join_blocking();
        say("join()", "tracker.join_blocking()", format!("{} unfinished", TRACKER.unfinished()));
        TASKS.close();
        say("shutdown()", "close()", "the workers are told, and end");
        let sum = workers.into_iter().map(|worker| worker.join().expect("a worker does not panic")).sum();
        say("sum(results)", "worker sums, added", format!("1² + 2² + … + 100² = {sum}"));
        sum
    })
}

/// A worker: gets, processes and completes until the queue is closed and empty.
fn work() -> u64 {
    let mut sum = 0;
    while let Ok(task) = TASKS.recv_blocking() {
        sum += task.process();
        task.done();
    }
    sum
}

/// One step: Python's name, ours, and what came of it.
fn say(python: &str, ringway: &str, result: impl ToString) {
    println!("  {python:<20}{ringway:<28}{}", result.to_string());
}
