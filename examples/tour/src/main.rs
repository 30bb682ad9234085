//! The first five minutes with a message queue: put a task, get it, process it, mark it complete.
//!
//! The steps are those of every introduction to Python's `queue.Queue`; its names are on the left
//! of the output.

use std::fmt::Display;
use std::process::ExitCode;
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

/// Counts the tasks that were put and are not complete. Python's queue includes this; here it is
/// separate, so that it works with every queue, and costs nothing if it is not used.
static TRACKER: Tracker = Tracker::new();

/// A queue with room for three tasks. It needs no allocator and no start-up code, so it can simply
/// be a `static`.
static TASKS: Channel<Task<'static, Square>, 3> = Channel::new();

fn main() -> ExitCode {
    let mut story = Story::default();
    story.step("Python", "ringway", "what happens");
    story.step("Queue(maxsize=3)", "Channel::<_, 3>::new()", format!("room for {}", TASKS.capacity()));
    put_until_full(&mut story);
    let results = get_process_complete(&mut story);
    assert_eq!(results, [1, 4, 9], "first in, first out");
    let sum = share_between_threads(&mut story);
    assert_eq!(sum, 338_350, "every task was processed exactly once");
    story.line("\nAll results are as expected.");
    story.print()
}

fn put_until_full(story: &mut Story) {
    story.line("\nPut");
    for number in 1..=3 {
        assert!(TASKS.try_send(TRACKER.track(Square(number))).is_ok(), "there is room for three");
        story.step("put_nowait(task)", "try_send(track(task))", format!("{:?} is in", Square(number)));
    }
    story.step("qsize()", "len()", TASKS.len());
    story.step("full()", "is_full()", TASKS.is_full());
    if let Err(TrySendError::Full(task)) = TASKS.try_send(TRACKER.track(Square(4))) {
        // Nothing is lost: the error carries the task.
        story.step("raise queue.Full", "Err(Full(task))", format!("{:?} comes back", *task));
    }
    story.step("unfinished_tasks", "tracker.unfinished()", TRACKER.unfinished());
}

fn get_process_complete(story: &mut Story) -> Vec<u64> {
    story.line("\nGet, process, complete");
    let mut results = Vec::new();
    while let Ok(task) = TASKS.try_recv() {
        story.step("get_nowait()", "try_recv()", format!("{:?} is out", *task));
        let result = task.process();
        story.step("process(task)", "task.process()", result);
        results.push(result);
        task.done();
        story.step("task_done()", "task.done()", format!("{} unfinished", TRACKER.unfinished()));
    }
    assert_eq!(TASKS.try_recv().err(), Some(TryRecvError::Empty));
    story.step("raise queue.Empty", "Err(Empty)", "nothing left to get");
    story.step("empty()", "is_empty()", TASKS.is_empty());
    results
}

/// The same with one thread that puts a hundred tasks and two that process them, through the same
/// three places.
fn share_between_threads(story: &mut Story) -> u64 {
    story.line("\nThe same with threads, which wait for each other");
    thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        for number in 1..=100 {
            TASKS.send_blocking(TRACKER.track(Square(number))).expect("the channel is not closed yet");
        }
        story.step("put(task)", "send_blocking(track(task))", "waits while the queue is full");
        TRACKER.join_blocking();
        story.step("join()", "tracker.join_blocking()", format!("{} unfinished", TRACKER.unfinished()));
        TASKS.close();
        story.step("shutdown()", "close()", "the workers end");
        let sum = workers.into_iter().map(|worker| worker.join().expect("a worker does not panic")).sum();
        story.step("sum(results)", "worker sums, added", format!("1² + 2² + … + 100² = {sum}"));
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

/// What happened. It is printed at the end: a queue is not a place to wait for a terminal.
#[derive(Default)]
struct Story(Vec<String>);

impl Story {
    /// One step: Python's name, ours, and what came of it.
    fn step(&mut self, python: &str, ringway: &str, result: impl Display) {
        self.line(&format!("  {python:<20}{ringway:<28}{result}"));
    }

    fn line(&mut self, line: &str) {
        self.0.push(line.into());
    }

    fn print(&self) -> ExitCode {
        let printed = program::say(self.0.join("\n"));
        program::finish("tour", printed.map(|()| ExitCode::SUCCESS).map_err(Into::into))
    }
}
