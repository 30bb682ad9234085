//! Models of the priority queue, through its public face. Named `<threads>__cap<N>__<claim>`.
//!
//! Its levels are rings, whose orderings have their own models; what is added is the scan, and the
//! turns of the policies. A scan that is wrong on purpose shows that the models would notice.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::priority::{Fair, Policy, Priority, Strict, Weighted};
use ringway_loom_tests::{Gate, Tracked, explore, one_sees};

type Queue<P = Strict> = Priority<Tracked, 2, 1, P, 2>;

const URGENT: usize = 0;
const OTHER: usize = 1;

fn push<P>(queue: &Queue<P>, level: usize, id: u8) {
    assert!(queue.push(level, Tracked::new(id)).is_ok(), "there is room");
}

fn pop<P: Policy<2>>(queue: &Queue<P>) -> Option<u8> {
    queue.pop().map(|(_, value)| value.id())
}

/// Looks at every level once, in this order.
fn scan_once(queue: &Queue, levels: [usize; 2]) -> Option<u8> {
    levels.iter().find_map(|&level| queue.level(level)?.pop()).map(Tracked::id)
}

/// One thread pushes an urgent value and then signals another, whose pop must not take the less
/// urgent value.
fn overtaking(name: &str, expected: &[(bool, u8)], take: fn(&Queue) -> Option<u8>) {
    explore(name, expected.iter().copied(), move || {
        let (queue, gate) = (Arc::new(Queue::new()), Gate::new());
        push(&queue, OTHER, 2);
        let pusher = queue.clone();
        let pusher = gate.spawn(move || push(&pusher, URGENT, 1));
        gate.pass();
        let has_urgent = queue.level(URGENT).is_some_and(|level| level.len() == 1);
        let taken = take(&queue).expect("there is a value all the time");
        pusher.join().unwrap();
        (has_urgent, taken)
    });
}

#[test]
fn push_pop__cap1__no_value_is_overtaken_after_its_push() {
    overtaking("push_pop__cap1", &[(false, 1), (false, 2), (true, 1)], pop);
}

#[test]
fn push_pop__cap1__a_scan_the_wrong_way_round_overtakes() {
    let downward = |queue: &Queue| scan_once(queue, [OTHER, URGENT]);
    overtaking("push_pop__cap1, downward", &[(false, 2), (true, 2)], downward);
}

/// An urgent value comes before the other goes, so that there is one at every moment.
fn never_empty(name: &str, expected: &[bool], finds: fn(&Queue) -> bool) {
    explore(name, expected.iter().copied(), move || {
        let (queue, gate) = (Arc::new(Queue::new()), Gate::new());
        push(&queue, OTHER, 2);
        // Spends the fence that loom puts before this thread's next load, so that the loads below
        // may be stale.
        assert_eq!(queue.len(), 1);
        let other = queue.clone();
        let other = gate.spawn(move || {
            push(&other, URGENT, 1);
            assert!(other.level(OTHER).and_then(|level| level.pop()).is_none_or(|value| value.id() == 2));
        });
        gate.pass();
        let has_found = finds(&queue);
        other.join().unwrap();
        has_found
    });
}

#[test]
fn pushpop_pop__cap1__empty_is_never_spurious() {
    never_empty("pushpop_pop__cap1", &[true], |queue| pop(queue).is_some());
}

#[test]
fn pushpop_pop__cap1__a_single_scan_says_empty_though_it_never_was() {
    let finds = |queue: &Queue| scan_once(queue, [URGENT, OTHER]).is_some();
    never_empty("pushpop_pop__cap1, one scan", &[true, false], finds);
}

#[test]
fn pushpop_isempty__cap1__empty_is_never_spurious() {
    never_empty("pushpop_isempty__cap1", &[true], |queue| !queue.is_empty());
}

#[test]
fn pushpop_len__cap1__zero_is_never_spurious() {
    never_empty("pushpop_len__cap1", &[true], |queue| matches!(queue.len(), 1 | 2));
}

#[test]
fn pushpop_lengths__cap1__lengths_are_not_all_of_one_moment() {
    never_empty("pushpop_lengths__cap1", &[true, false], |queue| queue.lengths() != [0, 0]);
}

#[test]
fn pop_pop__cap1__each_value_once_and_one_pop_is_urgent() {
    explore("pop_pop__cap1", [(Some(1), Some(2)), (Some(2), Some(1))], || {
        let (queue, gate) = (Arc::new(Queue::new()), Gate::new());
        push(&queue, URGENT, 1);
        push(&queue, OTHER, 2);
        let other = queue.clone();
        let other = gate.spawn(move || pop(&other));
        gate.pass();
        let mine = pop(&queue);
        (mine, other.join().unwrap())
    });
}

/// Two urgent values would do for both pops; the turn of the other level comes all the same.
#[test]
fn pop_pop__cap2__fair_does_not_let_the_other_level_starve() {
    starving("pop_pop__cap2, Fair<2>", &[1], Fair::<2>::new);
}

#[test]
fn pop_pop__cap2__weighted_does_not_let_the_other_level_starve() {
    starving("pop_pop__cap2, Weighted", &[1], || Weighted::new([1, 1]));
}

#[test]
fn pop_pop__cap2__strict_lets_the_other_level_starve() {
    starving("pop_pop__cap2, Strict", &[2], || Strict);
}

/// How many urgent values two pops took of two, with one that is not.
fn starving<P: Policy<2> + 'static>(name: &str, expected: &[usize], policy: fn() -> P) {
    explore(name, expected.iter().copied(), move || {
        let queue = Arc::new(Priority::<u8, 2, 2, P, 2>::with_policy(policy()));
        let gate = Gate::new();
        [URGENT, URGENT, OTHER].iter().for_each(|&level| queue.push(level, 0).unwrap());
        let other = queue.clone();
        let other = gate.spawn(move || other.pop().unwrap().0);
        gate.pass();
        let mine = queue.pop().unwrap().0;
        [mine, other.join().unwrap()].iter().filter(|&&level| level == URGENT).count()
    });
}

type Plain = Priority<u8, 2, 1, Strict, 2>;

fn push_one(queue: &mut Arc<Plain>) {
    queue.push(OTHER, 1).unwrap();
}

fn pop_one(queue: &mut Arc<Plain>) {
    queue.pop().unwrap();
}

/// One of two queues, for the thread that changes it and the one that asks.
fn empty() -> (Arc<Plain>, Arc<Plain>) {
    let queue = Arc::new(Plain::new());
    (queue.clone(), queue)
}

fn with_one() -> (Arc<Plain>, Arc<Plain>) {
    let mut ends = empty();
    push_one(&mut ends.0);
    ends
}

#[test]
fn push_pop_across_two_priorities__cap1__not_both_empty() {
    one_sees("push_pop_across_two_priorities__cap1", empty, push_one, |queue| queue.pop().is_some());
}

#[test]
fn pop_push_across_two_priorities__cap1__not_both_full() {
    one_sees("pop_push_across_two_priorities__cap1", with_one, pop_one, |queue| queue.push(OTHER, 2).is_ok());
}

#[test]
fn push_isempty_across_two_priorities__cap1__not_both_empty() {
    one_sees("push_isempty_across_two_priorities__cap1", empty, push_one, |queue| !queue.is_empty());
}

#[test]
fn pop_isempty_across_two_priorities__cap1__one_is_empty() {
    one_sees("pop_isempty_across_two_priorities__cap1", with_one, pop_one, |queue| queue.is_empty());
}

#[test]
fn push_len_across_two_priorities__cap1__one_counts_the_push() {
    one_sees("push_len_across_two_priorities__cap1", empty, push_one, |queue| queue.len() == 1);
}

#[test]
fn pop_lengths_across_two_priorities__cap1__one_counts_the_pop() {
    one_sees("pop_lengths_across_two_priorities__cap1", with_one, pop_one, |queue| queue.lengths() == [0, 0]);
}
