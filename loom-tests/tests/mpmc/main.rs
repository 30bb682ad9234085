//! Models of the MPMC ring, through its public face. Named `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

mod room;
mod two_queues;

use loom::sync::Arc;
use ringway::mpmc::Queue;
use ringway_loom_tests::{Gate, Note, Tracked, a_value_arrives, explore, only_one_fits};

const OK: bool = true;
const FULL: bool = false;

fn queue<T, const N: usize, const S: usize>() -> Arc<Queue<T, N, S>> {
    Arc::new(Queue::new())
}

/// The answers of `count` pops.
fn pops<const N: usize, const S: usize>(queue: &Queue<Tracked, N, S>, count: usize) -> Vec<Option<u8>> {
    (0..count).map(|_| queue.pop().map(Tracked::id)).collect()
}

fn push<const N: usize, const S: usize>(queue: &Queue<Tracked, N, S>, id: u8) -> bool {
    queue.push(Tracked::new(id)).is_ok()
}

#[test]
fn push_pop__cap1__a_value_arrives_whole_or_not_yet() {
    a_value_arrives("push_pop__cap1", queue::<_, 1, 1>, push, |queue| queue.pop().map(Tracked::id));
}

#[test]
fn push2_pop2__cap1__order_holds_across_the_wrap() {
    let expected = [
        // The second push is refused unless the first value has gone.
        ((OK, OK), vec![None, Some(1)]),
        ((OK, FULL), vec![None, None]),
        ((OK, FULL), vec![None, Some(1)]),
        ((OK, FULL), vec![Some(1), None]),
        ((OK, OK), vec![Some(1), None]),
        ((OK, OK), vec![Some(1), Some(2)]),
    ];
    explore("push2_pop2__cap1", expected, || {
        let (queue, gate) = (queue::<_, 1, 1>(), Gate::new());
        let pusher = queue.clone();
        let pusher = gate.spawn(move || (push(&pusher, 1), push(&pusher, 2)));
        let popper = gate.spawn(move || pops(&queue, 2));
        (pusher.join().unwrap(), popper.join().unwrap())
    });
}

#[test]
fn push_push__cap1__only_one_fits() {
    only_one_fits("push_push__cap1", queue::<_, 1, 2>, push, |queue| queue.len());
}

#[test]
fn push_push_pop2__cap2__each_value_once() {
    let expected = [
        vec![None, None],
        vec![None, Some(1)],
        vec![None, Some(2)],
        vec![Some(1), None],
        vec![Some(2), None],
        vec![Some(1), Some(2)],
        vec![Some(2), Some(1)],
    ];
    explore("push_push_pop2__cap2", expected, || {
        let (queue, gate) = (queue::<_, 2, 1>(), Gate::new());
        let (first, second) = (queue.clone(), queue.clone());
        let first = gate.spawn(move || assert!(push(&first, 1)));
        let second = gate.spawn(move || assert!(push(&second, 2)));
        gate.pass();
        let mut popped = pops(&queue, 2);
        first.join().unwrap();
        second.join().unwrap();
        let left = pops(&queue, 2 - popped.iter().flatten().count());
        assert!(left.iter().all(Option::is_some), "lost a value: {popped:?} then {left:?}");
        let mut all: Vec<_> = popped.iter().chain(&left).flatten().collect();
        all.sort();
        assert_eq!(all, [&1, &2]);
        popped.truncate(2);
        popped
    });
}

#[test]
fn push_pop_pop__cap1__one_popper_gets_it() {
    explore("push_pop_pop__cap1", [(None, None), (Some(1), None), (None, Some(1))], || {
        let (queue, gate) = (queue::<_, 1, 1>(), Gate::new());
        let (pusher, popper) = (queue.clone(), queue.clone());
        let pusher = gate.spawn(move || assert!(push(&pusher, 1)));
        let popper = gate.spawn(move || popper.pop().map(Tracked::id));
        gate.pass();
        let mine = queue.pop().map(Tracked::id);
        pusher.join().unwrap();
        (mine, popper.join().unwrap())
    });
}

#[test]
fn pushpop_pushpop__cap2__neither_finds_it_empty() {
    explore("pushpop_pushpop__cap2", [(1, 2), (2, 1)], || {
        let (queue, gate) = (queue::<_, 2, 2>(), Gate::new());
        let one = |queue: &Queue<Tracked, 2, 2>, id| {
            assert!(push(queue, id));
            queue.pop().expect("each thread pushes before it pops").id()
        };
        let other = queue.clone();
        let other = gate.spawn(move || one(&other, 1));
        gate.pass();
        let mine = one(&queue, 2);
        (mine, other.join().unwrap())
    });
}

#[test]
fn pop_reserve__cap1__a_slot_is_not_written_while_it_is_read() {
    explore("pop_reserve__cap1", [Some(1)], || {
        let (queue, gate) = (queue::<_, 1, 1>(), Gate::new());
        assert!(push(&queue, 1));
        let popper = queue.clone();
        let popper = gate.spawn(move || popper.pop().map(Tracked::id));
        gate.pass();
        drop(queue.reserve().map(|grant| grant.write(Tracked::new(2))));
        popper.join().unwrap()
    });
}

#[test]
fn push_len__cap1__what_came_before_a_value_that_is_counted_is_seen() {
    explore("push_len__cap1", [None, Some(1)], || {
        let (queue, gate, note) = (queue::<u8, 1, 1>(), Gate::new(), Note::new());
        let (pusher, left) = (queue.clone(), note.clone());
        let pusher = gate.spawn(move || {
            left.leave();
            pusher.push(1).unwrap();
        });
        gate.pass();
        let read = (queue.len() == 1).then(|| note.read());
        pusher.join().unwrap();
        read
    });
}

#[test]
fn stalled_push__cap1__others_go_on_exactly() {
    explore("stalled_push__cap1", [(None, OK), (Some(2), OK)], || {
        let (queue, gate) = (queue::<_, 1, 1>(), Gate::new());
        // A push that stopped for ever before it linked its slot.
        std::mem::forget(queue.reserve());
        let pusher = queue.clone();
        let pusher = gate.spawn(move || push(&pusher, 2));
        gate.pass();
        let popped = queue.pop().map(Tracked::id);
        (popped, pusher.join().unwrap())
    });
}

#[test]
fn stalled_pop__cap1__others_go_on_exactly() {
    explore("stalled_pop__cap1", [(None, OK), (Some(2), OK)], || {
        let (queue, gate) = (queue::<u8, 1, 1>(), Gate::new());
        queue.push(9).unwrap();
        // A pop that stopped for ever before it gave its slot back.
        std::mem::forget(queue.pop_ref());
        let pusher = queue.clone();
        let pusher = gate.spawn(move || pusher.push(2).is_ok());
        gate.pass();
        let popped = queue.pop();
        (popped, pusher.join().unwrap())
    });
}

#[test]
fn len_beside_poppush__cap1__is_a_length_that_was() {
    explore("len_beside_poppush__cap1", [0, 1], || {
        let (queue, gate) = (queue::<u8, 1, 1>(), Gate::new());
        queue.push(1).unwrap();
        let other = queue.clone();
        let other = gate.spawn(move || {
            other.pop().unwrap();
            other.push(2).unwrap();
        });
        gate.pass();
        let len = queue.len();
        other.join().unwrap();
        len
    });
}

#[test]
fn push_lenpop__cap2__a_length_is_not_taken_back() {
    explore("push_lenpop__cap2", [(0, None), (0, Some(1)), (1, Some(1))], || {
        let (queue, gate) = (queue::<_, 2, 1>(), Gate::new());
        let pusher = queue.clone();
        let pusher = gate.spawn(move || assert!(push(&pusher, 1)));
        gate.pass();
        let outcome = (queue.len(), queue.pop().map(Tracked::id));
        pusher.join().unwrap();
        outcome
    });
}

#[test]
fn commit_push__cap2__commits_keep_their_order() {
    explore("commit_push__cap2", [vec![Some(1), Some(2)], vec![Some(2), Some(1)]], || {
        let (queue, gate) = (queue::<_, 2, 1>(), Gate::new());
        let other = queue.clone();
        let other = gate.spawn(move || assert!(push(&other, 1)));
        gate.pass();
        assert!(queue.reserve().unwrap().write(Tracked::new(2)).commit().is_ok());
        other.join().unwrap();
        pops(&queue, 2)
    });
}

/// The largest: too many schedules for every run, so only where it is asked for
/// (`cargo loom deep`).
#[test]
#[ignore = "deep tier"]
fn push_push_pop_pop__cap1__four_threads() {
    let both = [FULL, OK];
    let expected = both.into_iter().flat_map(|a| both.map(|b| (a, b))).flat_map(|(a, b)| {
        let accepted = usize::from(a) + usize::from(b);
        (0..=accepted).map(move |popped| (accepted, popped))
    });
    let expected = expected.filter(|&(accepted, popped)| accepted >= 1 && accepted - popped <= 1);
    explore("push_push_pop_pop__cap1", expected, || {
        let (queue, gate) = (queue::<_, 1, 2>(), Gate::new());
        let (a, b, c) = (queue.clone(), queue.clone(), queue.clone());
        let a = gate.spawn(move || push(&a, 1));
        let b = gate.spawn(move || push(&b, 2));
        let c = gate.spawn(move || c.pop().map(Tracked::id));
        gate.pass();
        let mine = queue.pop().map(Tracked::id);
        let accepted = usize::from(a.join().unwrap()) + usize::from(b.join().unwrap());
        let popped = usize::from(mine.is_some()) + usize::from(c.join().unwrap().is_some());
        assert_eq!(queue.len(), accepted - popped);
        (accepted, popped)
    });
}
