//! When a push is refused, and what it has seen then.

use crate::{FULL, OK, push, queue};
use ringway_loom_tests::{Gate, Tracked, explore, outcomes};

#[test]
fn pop_push2__cap1__a_slot_elsewhere_shows_the_pop() {
    let expected = [(Some(1), FULL, FULL), (Some(1), FULL, OK), (Some(1), OK, FULL)];
    explore("pop_push2__cap1", expected, || {
        let (queue, gate) = (queue::<_, 1, 2>(), Gate::new());
        // The value lies in a spare, so the push below claims the home slot without meeting the
        // popper.
        let home = queue.reserve();
        assert!(push(&queue, 1));
        drop(home);
        let popper = queue.clone();
        let popper = gate.spawn(move || popper.pop().map(Tracked::id));
        gate.pass();
        let (first, second) = (push(&queue, 2), push(&queue, 3));
        (popper.join().unwrap(), first, second)
    });
}

#[test]
fn pop_pushlen__cap2__a_free_slot_shows_the_pop() {
    explore("pop_pushlen__cap2", [(FULL, 1), (FULL, 2), (OK, 2)], || {
        let (queue, gate) = (queue::<_, 2, 2>(), Gate::new());
        // The oldest value lies in a spare, so the push below claims the home slot without meeting
        // the popper.
        let home = queue.reserve();
        assert!(push(&queue, 1));
        drop(home);
        assert!(push(&queue, 2));
        let popper = queue.clone();
        let popper = gate.spawn(move || popper.pop().map(Tracked::id));
        gate.pass();
        let (pushed, len) = (push(&queue, 3), queue.len());
        assert_eq!(popper.join().unwrap(), Some(1));
        (pushed, len)
    });
}

#[test]
fn pop_push_push__cap1__room_for_one_is_taken_once() {
    let expected = [(FULL, FULL), (FULL, OK), (OK, FULL)];
    explore("pop_push_push__cap1", expected, || {
        let (queue, gate) = (queue::<_, 1, 2>(), Gate::new());
        assert!(push(&queue, 1));
        let (popper, pusher) = (queue.clone(), queue.clone());
        let popper = gate.spawn(move || assert_eq!(popper.pop().map(Tracked::id), Some(1)));
        let pusher = gate.spawn(move || push(&pusher, 2));
        gate.pass();
        let mine = push(&queue, 3);
        popper.join().unwrap();
        (mine, pusher.join().unwrap())
    });
}

/// Another thread holds one slot at a time and never links it, so a push after a pop has room.
fn push_after_pop<const S: usize>(name: &str, expected: &[bool]) {
    explore(name, expected.iter().copied(), || {
        let (queue, gate) = (queue::<_, 1, S>(), Gate::new());
        assert!(push(&queue, 1));
        let other = queue.clone();
        let other = gate.spawn(move || drop(other.reserve()));
        gate.pass();
        assert_eq!(queue.pop().map(Tracked::id), Some(1));
        let pushed = push(&queue, 2);
        other.join().unwrap();
        pushed
    });
}

#[test]
fn poppush_reserve__cap1__spares_enough_never_say_full_early() {
    push_after_pop::<1>("poppush_reserve__cap1, S = 1", &[OK]);
    push_after_pop::<2>("poppush_reserve__cap1, S = 2", &[OK]);
}

#[test]
fn poppush_reserve__cap1__one_spare_less_says_full_early() {
    push_after_pop::<0>("poppush_reserve__cap1, S = 0", &[OK, FULL]);
}

#[test]
fn pushreserve_reservepop__cap2__a_push_without_a_slot_sees_what_the_holders_did() {
    explore("pushreserve_reservepop__cap2", [(false, None), (false, Some(1)), (true, Some(1))], || {
        let (queue, gate) = (queue::<_, 2, 0>(), Gate::new());
        let other = queue.clone();
        let other = gate.spawn(move || {
            assert!(push(&other, 1));
            std::mem::forget(other.reserve());
        });
        gate.pass();
        let grant = queue.reserve();
        let no_slot = grant.is_none();
        let popped = queue.pop().map(Tracked::id);
        drop(grant);
        other.join().unwrap();
        (no_slot, popped)
    });
}

/// One queue that holds a value. The SPSC ring has the same model, in which Full and Empty may both
/// be the answer.
#[test]
fn push2_pop2__cap2__not_full_and_empty_at_once() {
    explore("push2_pop2__cap2", [(false, true), (true, false), (true, true)], || {
        let (queue, gate) = (queue::<u8, 2, 2>(), Gate::new());
        queue.push(1).unwrap();
        let pusher = queue.clone();
        let pusher = gate.spawn(move || {
            pusher.push(2).unwrap();
            pusher.push(3).is_ok()
        });
        gate.pass();
        queue.pop().unwrap();
        let popped = queue.pop().is_some();
        (pusher.join().unwrap(), popped)
    });
}

/// A push without a slot sees what the holders of the slots saw, not only what they did.
#[test]
fn push_lenreserve_reservepop__cap2__a_push_without_a_slot_sees_the_value() {
    let outcomes = outcomes("push_lenreserve_reservepop__cap2, S = 0", || {
        let (queue, gate) = (queue::<_, 2, 0>(), Gate::new());
        let (pushing, holding) = (queue.clone(), queue.clone());
        let pushing = gate.spawn(move || push(&pushing, 1));
        let holding = gate.spawn(move || {
            let len = holding.len();
            let grant = holding.reserve();
            let is_held = grant.is_some();
            std::mem::forget(grant);
            (len, is_held)
        });
        gate.pass();
        let grant = queue.reserve();
        let no_slot = grant.is_none();
        let popped = queue.pop().map(Tracked::id);
        drop(grant);
        let (len, is_held) = holding.join().unwrap();
        (pushing.join().unwrap(), len, is_held, no_slot, popped)
    });
    assert!(outcomes.contains(&(OK, 1, true, true, Some(1))), "the case is among them");
    assert!(!outcomes.contains(&(OK, 1, true, true, None)), "the holder of the slot saw it: {outcomes:?}");
}
