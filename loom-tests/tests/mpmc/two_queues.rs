//! Two threads, each of which changes a queue of its own and then asks the other.

use crate::queue;
use loom::sync::Arc;
use ringway::mpmc::Queue;
use ringway_loom_tests::one_sees;

type One = Queue<u8, 1, 2>;

fn push_one(queue: &mut Arc<One>) {
    queue.push(1).unwrap();
}

fn pop_one(queue: &mut Arc<One>) {
    queue.pop().unwrap();
}

/// One of two objects, for the thread that changes it and the one that asks.
type Ends = (Arc<One>, Arc<One>);

fn empty() -> Ends {
    let queue = queue();
    (queue.clone(), queue)
}

fn full() -> Ends {
    let mut ends = empty();
    push_one(&mut ends.0);
    ends
}

#[test]
fn push_pop_across_two_queues__cap1__not_both_empty() {
    let pops = |queue: &mut Arc<One>| queue.pop().is_some();
    one_sees("push_pop_across_two_queues__cap1", empty, push_one, pops);
}

#[test]
fn pop_push_across_two_queues__cap1__not_both_full() {
    let pushes = |queue: &mut Arc<One>| queue.push(2).is_ok();
    one_sees("pop_push_across_two_queues__cap1", full, pop_one, pushes);
}

/// The same where no slot shows the pop: only the head does.
#[test]
fn popref_push_across_two_queues__cap1__not_both_full() {
    let take = |queue: &mut Arc<One>| std::mem::forget(queue.pop_ref().unwrap());
    one_sees("popref_push_across_two_queues__cap1", full, take, |queue| queue.push(2).is_ok());
}

#[test]
fn push_isempty_across_two_queues__cap1__not_both_empty() {
    one_sees("push_isempty_across_two_queues__cap1", empty, push_one, |queue| !queue.is_empty());
}

#[test]
fn pop_isempty_across_two_queues__cap1__one_is_empty() {
    one_sees("pop_isempty_across_two_queues__cap1", full, pop_one, |queue| queue.is_empty());
}

#[test]
fn push_isfull_across_two_queues__cap1__one_is_full() {
    one_sees("push_isfull_across_two_queues__cap1", empty, push_one, |queue| queue.is_full());
}

#[test]
fn pop_isfull_across_two_queues__cap1__not_both_full() {
    one_sees("pop_isfull_across_two_queues__cap1", full, pop_one, |queue| !queue.is_full());
}

#[test]
fn push_len_across_two_queues__cap1__one_counts_the_push() {
    one_sees("push_len_across_two_queues__cap1", empty, push_one, |queue| queue.len() == 1);
}

#[test]
fn push_stats_across_two_queues__cap1__one_counts_the_push() {
    one_sees("push_stats_across_two_queues__cap1", empty, push_one, |queue| queue.stats().pushed == 1);
}

#[test]
fn pop_stats_across_two_queues__cap1__one_counts_the_pop() {
    one_sees("pop_stats_across_two_queues__cap1", full, pop_one, |queue| queue.stats().popped == 1);
}
