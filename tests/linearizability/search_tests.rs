//! The search itself, on histories with a known verdict.

use crate::support::history::Event::{self, Invoked, Returned};
use crate::support::history::{Operation, conserves_values, merge};
use crate::support::search;
use crate::support::specification::Call::{
    self, AwaitDone, AwaitRoom, AwaitValue, Close, Finish, ForcePush, IsEmpty, IsFull, Join, Len, Pop, Push,
    Track, TryRecv, TrySend,
};
use crate::support::specification::Reply::{
    self, Answer, Closed, Count, Empty, Finished, Full, Nonsense, Popped, Pushed, Tracked,
};
use crate::support::specification::{Displaced, Order, Specification};

fn first_unexplained(capacity: usize, history: &[Event]) -> Option<usize> {
    search::first_unexplained(Specification::new(capacity, Order::Fifo), history)
}

fn is_linearizable(capacity: usize, history: &[Event]) -> bool {
    search::is_linearizable(Specification::new(capacity, Order::Fifo), history)
}

/// One context calls, and waits for each answer.
fn sequence(calls: &[(Call, Reply)]) -> Vec<Event> {
    calls.iter().flat_map(|&(call, reply)| [Invoked(0, call), Returned(0, reply)]).collect()
}

fn displaced(values: &[u32]) -> Reply {
    let remember = |displaced: Displaced, &value: &u32| displaced.with(value).expect("few values");
    Reply::Displaced(values.iter().fold(Displaced::default(), remember))
}

/// `before` by context 0, then one call of context 1 during which context 0 makes the calls of
/// `inside`.
fn around(before: &[(Call, Reply)], outer: (Call, Option<Reply>), inside: &[(Call, Reply)]) -> Vec<Event> {
    let mut history = sequence(before);
    history.push(Invoked(1, outer.0));
    history.extend(sequence(inside));
    history.extend(outer.1.map(|reply| Returned(1, reply)));
    history
}

fn assert_accepted(capacity: usize, history: &[Event]) {
    assert_eq!(first_unexplained(capacity, history), None, "{history:?}");
}

/// The last event is the one that is wrong.
fn assert_rejected_at_the_end(capacity: usize, history: &[Event]) {
    assert_eq!(first_unexplained(capacity, history), Some(history.len() - 1), "{history:?}");
}

#[test]
fn a_sequential_history_is_accepted() {
    assert_accepted(
        2,
        &sequence(&[
            (Pop, Empty),
            (IsEmpty, Answer(true)),
            (Push(1), Pushed),
            (Len, Count(1)),
            (Push(2), Pushed),
            (IsFull, Answer(true)),
            (Push(3), Full),
            (ForcePush(4), displaced(&[1])),
            (Pop, Popped(2)),
            (ForcePush(5), displaced(&[])),
            (Pop, Popped(4)),
            (Pop, Popped(5)),
            (Pop, Empty),
        ]),
    );
}

#[test]
fn each_sequential_lie_is_rejected() {
    let lies: [&[(Call, Reply)]; 11] = [
        &[(Push(1), Pushed), (Pop, Empty)],
        &[(Push(1), Pushed), (Pop, Popped(1)), (Pop, Popped(1))],
        &[(Push(1), Pushed), (Push(2), Pushed), (Pop, Popped(2))],
        &[(Push(1), Full)],
        &[(Push(1), Pushed), (Push(2), Full)],
        &[(Push(1), Pushed), (Push(2), Pushed), (Push(3), Pushed)],
        &[(Pop, Popped(7))],
        &[(Push(1), Pushed), (Len, Count(0))],
        &[(Push(1), Pushed), (IsEmpty, Answer(true))],
        &[(Push(1), Pushed), (IsFull, Answer(true))],
        &[(Push(1), Pushed), (Pop, Nonsense)],
    ];
    for lie in lies {
        assert_rejected_at_the_end(2, &sequence(lie));
    }
}

#[test]
fn a_force_push_that_displaces_the_wrong_value_is_rejected() {
    let full = [(Push(1), Pushed), (Push(2), Pushed)];
    for wrong in [&[] as &[u32], &[2], &[3], &[1, 2]] {
        let history = [sequence(&full), sequence(&[(ForcePush(3), displaced(wrong))])].concat();
        assert_rejected_at_the_end(2, &history);
    }
}

#[test]
fn others_may_act_between_the_pop_and_the_push_of_a_force_push() {
    let between = [(Len, Count(0)), (Push(2), Pushed), (Push(3), Full)];
    let full = [(Push(1), Pushed)];
    assert_accepted(1, &around(&full, (ForcePush(4), Some(displaced(&[1, 2]))), &between));
    assert!(!is_linearizable(1, &around(&full, (ForcePush(4), Some(displaced(&[1]))), &between)));
}

#[test]
fn an_open_push_may_be_seen_or_not() {
    for (inside, outer) in [((Pop, Empty), Pushed), ((Pop, Popped(1)), Pushed), ((Len, Count(1)), Pushed)] {
        assert_accepted(1, &around(&[], (Push(1), Some(outer)), &[inside]));
    }
}

#[test]
fn an_open_push_is_not_undone_once_it_was_seen() {
    assert!(!is_linearizable(2, &around(&[], (Push(1), None), &[(Len, Count(1)), (Pop, Empty)])));
}

#[test]
fn a_call_that_never_returns_may_take_effect_late_or_never() {
    let pairs = [(Push(2), Pushed), (Pop, Popped(2)), (Pop, Empty)];
    assert_accepted(1, &around(&[], (Push(1), None), &pairs));
    let late = [(Push(2), Pushed), (Pop, Popped(2)), (Pop, Popped(1)), (Pop, Empty)];
    assert_accepted(1, &around(&[], (Push(1), None), &late));
    let twice = [(Pop, Popped(1)), (Pop, Popped(1))];
    assert_rejected_at_the_end(1, &around(&[], (Push(1), None), &twice));
}

#[test]
fn a_stalled_pop_explains_one_missing_value_and_not_two() {
    let two = [(Push(1), Pushed), (Push(2), Pushed)];
    assert_accepted(2, &around(&two, (Pop, None), &[(Pop, Popped(2)), (Pop, Empty)]));
    assert_rejected_at_the_end(2, &around(&two, (Pop, None), &[(Pop, Empty)]));
}

#[test]
fn a_spurious_full_during_a_pop_is_rejected_when_the_pop_took_effect_before() {
    let full = [(Push(1), Pushed), (Push(2), Pushed)];
    let during = [(Len, Count(1)), (Push(3), Full)];
    assert!(!is_linearizable(2, &around(&full, (Pop, Some(Popped(1))), &during)));
}

#[test]
fn a_spurious_empty_behind_an_unfinished_push_is_rejected() {
    // The flaw of a ring that claims a position before it writes: 2 was accepted and cannot be
    // reached.
    let during = [(Push(2), Pushed), (Pop, Empty)];
    assert!(!is_linearizable(2, &around(&[], (Push(1), Some(Pushed)), &during)));
}

#[test]
fn overlapping_pushes_come_out_in_either_order() {
    for (first, second) in [(1, 2), (2, 1)] {
        let mut history =
            vec![Invoked(1, Push(1)), Invoked(2, Push(2)), Returned(2, Pushed), Returned(1, Pushed)];
        history.extend(sequence(&[(Pop, Popped(first)), (Pop, Popped(second))]));
        assert_accepted(2, &history);
    }
}

#[test]
fn an_order_that_two_observers_see_differently_is_rejected() {
    let history = [
        Invoked(0, Push(1)),
        Invoked(1, Push(2)),
        Invoked(2, Len),
        Returned(0, Pushed),
        Returned(2, Count(2)),
        Invoked(2, Len),
        Returned(2, Count(1)),
    ];
    assert_rejected_at_the_end(2, &history);
}

#[test]
fn times_order_the_operations_of_several_contexts() {
    let operation = |context, call, invoked, returned| Operation { context, call, invoked, returned };
    let operations = [
        operation(0, Pop, 4, Some((5, Popped(1)))),
        operation(1, Push(1), 0, Some((3, Pushed))),
        operation(2, Pop, 1, Some((2, Empty))),
        operation(2, Push(9), 6, None),
    ];
    assert_accepted(1, &merge(&operations));
}

#[test]
fn the_count_of_values_notices_loss_doubling_and_invention() {
    let push = (Push(1), Pushed);
    assert!(conserves_values(&sequence(&[push, (Push(2), Full), (Pop, Popped(1))])));
    assert!(!conserves_values(&sequence(&[push])));
    assert!(!conserves_values(&sequence(&[push, (Pop, Popped(1)), (Pop, Popped(1))])));
    assert!(!conserves_values(&sequence(&[push, (Pop, Popped(1)), (Pop, Popped(3))])));
}

#[test]
fn a_stack_gives_out_the_newest_and_nothing_else() {
    let stack = |history: &[Event]| search::is_linearizable(Specification::new(2, Order::Lifo), history);
    let two = [(Push(1), Pushed), (Push(2), Pushed), (Push(3), Full)];
    assert!(stack(&[sequence(&two), sequence(&[(Pop, Popped(2)), (Pop, Popped(1)), (Pop, Empty)])].concat()));
    assert!(!stack(&[sequence(&two), sequence(&[(Pop, Popped(1))])].concat()));
    // A push that is still open may be above or below.
    assert!(stack(&around(&[], (Push(1), Some(Pushed)), &[(Push(2), Pushed), (Pop, Popped(1))])));
    assert!(stack(&around(&[], (Push(1), Some(Pushed)), &[(Push(2), Pushed), (Pop, Popped(2))])));
}

/// Two levels: 0 to 3 are urgent, 4 to 7 are not.
fn levels(history: &[Event]) -> bool {
    search::is_linearizable(Specification::new(2, Order::Levels(2)), history)
}

#[test]
fn the_most_urgent_goes_first_and_equals_in_order() {
    let four = [(Push(4), Pushed), (Push(0), Pushed), (Push(5), Pushed), (Push(1), Pushed), (Push(2), Full)];
    let order = |values: &[u32]| values.iter().map(|&value| (Pop, Popped(value))).collect::<Vec<_>>();
    assert!(levels(&[sequence(&four), sequence(&order(&[0, 1, 4, 5])), sequence(&[(Pop, Empty)])].concat()));
    let lies: [&[u32]; 4] = [&[4], &[1], &[0, 4], &[0, 1, 5]];
    for wrong in lies {
        assert!(!levels(&[sequence(&four), sequence(&order(wrong))].concat()), "{wrong:?}");
    }
}

#[test]
fn a_value_is_not_overtaken_after_its_push_returned() {
    let overtaken = [(Push(4), Pushed), (Push(0), Pushed), (Pop, Popped(4))];
    assert!(!levels(&sequence(&overtaken)));
    // During a pop it may be: the pop has looked at its level before.
    let during = [(Push(0), Pushed), (Push(4), Pushed)];
    assert!(levels(&around(&[], (Pop, Some(Popped(4))), &during)));
}

#[test]
fn an_empty_that_was_true_of_each_level_and_never_of_all_is_rejected() {
    // Both pops have looked at level 0 when an urgent value comes. The refused push proves that the
    // other value is still there; then one of the pops takes it.
    let history = |reply| {
        let calls = [Invoked(1, Pop), Invoked(2, Pop)];
        let pushes = sequence(&[(Push(0), Pushed), (Push(5), Full)]);
        let returns = [Returned(2, Popped(4)), Returned(1, reply)];
        [&sequence(&[(Push(4), Pushed)]), &calls[..], &pushes, &returns[..]].concat()
    };
    let levels = |reply| search::is_linearizable(Specification::new(1, Order::Levels(2)), &history(reply));
    assert!(!levels(Empty));
    assert!(levels(Popped(0)));
}

#[test]
fn a_channel_accepts_nothing_after_a_receive_reported_its_end() {
    let closed = [(TrySend(1), Pushed), (Close, Answer(true)), (TrySend(2), Closed), (Close, Answer(false))];
    let end = [(TryRecv, Popped(1)), (TryRecv, Closed), (TrySend(3), Closed)];
    assert_accepted(2, &[sequence(&closed), sequence(&end)].concat());
    let lies: [&[(Call, Reply)]; 6] = [
        &[(Close, Answer(false))],
        &[(TryRecv, Closed)],
        &[(TrySend(1), Closed)],
        &[(Close, Answer(true)), (TrySend(1), Pushed)],
        &[(Close, Answer(true)), (TryRecv, Empty)],
        &[(TrySend(1), Pushed), (Close, Answer(true)), (TryRecv, Closed)],
    ];
    for lie in lies {
        assert_rejected_at_the_end(2, &sequence(lie));
    }
}

#[test]
fn a_send_in_flight_when_a_channel_closed_may_succeed_until_a_receive_reported_the_end() {
    let during = |reply, inside: &[(Call, Reply)]| {
        is_linearizable(
            1,
            &around(&[], (TrySend(1), Some(reply)), &[&[(Close, Answer(true))], inside].concat()),
        )
    };
    assert!(during(Pushed, &[]) && during(Closed, &[]));
    assert!(during(Pushed, &[(IsEmpty, Answer(true))]), "it comes in after the close");
    assert!(during(Pushed, &[(TryRecv, Popped(1)), (TryRecv, Closed)]));
    assert!(during(Closed, &[(TryRecv, Closed)]));
    assert!(!during(Pushed, &[(TryRecv, Closed)]), "lost");
    assert!(!during(Full, &[]));
}

#[test]
fn a_waiter_that_sleeps_beside_what_it_waits_for_is_rejected() {
    let asleep = [(TryRecv, Empty), (AwaitValue, Answer(true)), (TrySend(1), Pushed), (TrySend(2), Full)];
    assert_accepted(1, &[sequence(&asleep), sequence(&[(AwaitRoom, Answer(true))])].concat());
    let lies: [&[(Call, Reply)]; 4] = [
        &[(TrySend(1), Pushed), (AwaitValue, Answer(true))],
        &[(Close, Answer(true)), (AwaitValue, Answer(true))],
        &[(AwaitRoom, Answer(true))],
        &[(TrySend(1), Pushed), (Close, Answer(true)), (AwaitRoom, Answer(true))],
    ];
    for lie in lies {
        assert_rejected_at_the_end(1, &sequence(lie));
    }
}

#[test]
fn a_join_that_returns_before_the_last_task_or_sleeps_after_it_is_rejected() {
    let work = [(Join, Answer(true)), (Track, Tracked), (Track, Tracked), (Finish, Finished)];
    let end = [(AwaitDone, Answer(true)), (Finish, Empty), (Finish, Finished), (Join, Answer(true))];
    assert_accepted(1, &[sequence(&work), sequence(&end)].concat());
    let lies: [&[(Call, Reply)]; 4] = [
        &[(Track, Tracked), (Join, Answer(true))],
        &[(Join, Answer(false))],
        &[(Track, Tracked), (Finish, Finished), (AwaitDone, Answer(true))],
        &[(Finish, Finished)],
    ];
    for lie in lies {
        assert_rejected_at_the_end(1, &sequence(lie));
    }
}
