//! The first five minutes with a message queue: put a task, get it, process it, mark it complete.
//!
//! The steps are those of every introduction to Python's `queue.Queue`, and its names stand on the left of the output.
//! Two things differ. Nothing here waits: a full or empty queue says so, and the caller decides. And a count of
//! unfinished tasks (`task_done`, `join`) is not part of the queue, so the tour keeps one by hand.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use ringway::Full;
use ringway::mpmc::Queue;

/// What travels through the queue: any type that may be sent to another thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Square(u64);

impl Square {
    fn process(self) -> u64 {
        self.0 * self.0
    }
}

/// A queue with room for three tasks. It needs no allocator and no start-up code, so it can simply be a `static`.
static TASKS: Queue<Square, 3> = Queue::new();

/// Tasks that were put and are not complete.
static UNFINISHED: AtomicUsize = AtomicUsize::new(0);

fn main() {
    say("Python", "ringway", "what happens");
    say("Queue(maxsize=3)", "Queue::<Square, 3>::new()", format!("room for {}", TASKS.capacity()));
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
        assert!(put(Square(number)).is_ok(), "there is room for three");
        say("put_nowait(task)", "push(task)", format!("{:?} is in", Square(number)));
    }
    say("qsize()", "len()", TASKS.len());
    say("full()", "is_full()", TASKS.is_full());
    if let Err(full) = put(Square(4)) {
        // Nothing is lost: the error carries the task.
        say("raise queue.Full", "Err(Full(task))", format!("{:?} comes back", full.into_inner()));
    }
}

fn get_process_complete() -> Vec<u64> {
    println!("\nGet, process, complete");
    let mut results = Vec::new();
    while let Some(task) = TASKS.pop() {
        say("get_nowait()", "pop()", format!("{task:?} is out"));
        let result = task.process();
        say("process(task)", "task.process()", result);
        results.push(result);
        complete();
        say("task_done()", "counted by hand", format!("{} unfinished", unfinished()));
    }
    say("raise queue.Empty", "None", "nothing left to get");
    say("empty()", "is_empty()", TASKS.is_empty());
    results
}

/// The same with one thread that puts a hundred tasks and two that process them, through the same three places.
fn share_between_threads() -> u64 {
    println!("\nThe same with threads");
    // All tasks count from the start. So nobody can find none unfinished while one is still to be put.
    UNFINISHED.store(100, Ordering::Relaxed); // ORDERING: starting the threads orders it.
    let sum = thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        for number in 1..=100 {
            push_patiently(Square(number));
        }
        workers.into_iter().map(|worker| worker.join().unwrap_or_default()).sum()
    });
    say("join()", "counted by hand", format!("{} unfinished", unfinished()));
    say("sum(results)", "worker sums, added", format!("1² + 2² + … + 100² = {sum}"));
    sum
}

/// A worker: gets, processes and completes until no task is unfinished.
fn work() -> u64 {
    let mut sum = 0;
    while unfinished() > 0 {
        match TASKS.pop() {
            Some(task) => {
                sum += task.process();
                complete();
            }
            None => thread::yield_now(),
        }
    }
    sum
}

/// Python's `put` waits while the queue is full. Here waiting is a loop of the caller's own.
fn push_patiently(mut task: Square) {
    while let Err(full) = TASKS.push(task) {
        task = full.into_inner();
        thread::yield_now();
    }
}

/// Puts a task and counts it.
fn put(task: Square) -> Result<(), Full<Square>> {
    TASKS.push(task)?;
    UNFINISHED.fetch_add(1, Ordering::Relaxed); // ORDERING: used by one thread only in this part.
    Ok(())
}

fn complete() {
    // ORDERING: Release, partner the load in `unfinished`: who finds none unfinished sees all work done.
    UNFINISHED.fetch_sub(1, Ordering::Release);
}

fn unfinished() -> usize {
    // ORDERING: Acquire, partner `complete`.
    UNFINISHED.load(Ordering::Acquire)
}

/// One step: Python's name, ours, and what came of it.
fn say(python: &str, ringway: &str, result: impl ToString) {
    println!("  {python:<20}{ringway:<28}{}", result.to_string());
}
