//! Queues as collections: made, extended, emptied and iterated by value.

use super::*;
use ringway::stack::Stack;

/// Extends a queue, pops some values by value, and drops the rest, with a bomb among them.
fn extend_and_iterate<'l, Q>(ledger: &'l Ledger, mut queue: Q, popped: usize)
where
    Q: Extend<Value<'l>> + IntoIterator<Item = Value<'l>>,
{
    let mut values = (0..5).map(|_| ledger.value());
    queue.extend(&mut values);
    assert_eq!(values.len(), 2, "no value is taken for which there is no room");
    let mut values = queue.into_iter();
    values.by_ref().take(popped).for_each(forget);
    drop(values);
}

#[test]
fn an_iterator_by_value_drops_what_it_did_not_return_even_if_a_drop_panics() {
    type Make = for<'l> fn(&'l Ledger, usize);
    let makes: [(Make, bool); 4] = [
        (|ledger, popped| extend_and_iterate(ledger, mpmc::Queue::<_, 3>::new(), popped), false),
        (|ledger, popped| extend_and_iterate(ledger, mpmc::Queue::<_, 3, 0>::new(), popped), false),
        (|ledger, popped| extend_and_iterate(ledger, spsc::Queue::<_, 3>::new(), popped), false),
        (|ledger, popped| extend_and_iterate(ledger, Stack::<_, 3>::new(), popped), true),
    ];
    for ((make, from_the_top), popped) in makes.into_iter().flat_map(|make| (0..=3).map(move |n| (make, n))) {
        for bomb in (0..3).chain([NO_BOMB]) {
            let forgotten: Vec<_> =
                if from_the_top { (3 - popped..3).collect() } else { (0..popped).collect() };
            let ledger = Ledger::with_bomb(bomb);
            if bomb == NO_BOMB || forgotten.contains(&bomb) {
                make(&ledger, popped);
            } else {
                assert_panics(|| make(&ledger, popped));
            }
            ledger.assert_each_dropped_once_but(&forgotten);
        }
    }
}

#[test]
fn a_panicking_drop_in_clear_leaves_the_values_behind_it() {
    for bomb in 0..3 {
        let ledger = Ledger::with_bomb(bomb);
        let queue = mpmc::Queue::from([(); 3].map(|()| ledger.value()));
        assert_panics(|| _ = queue.clear());
        assert_eq!((ledger.dropped(), queue.len()), (bomb + 1, 2 - bomb));
        assert_eq!(queue.clear(), 2 - bomb);
        (0..3).for_each(|_| assert!(queue.push(ledger.value()).is_ok()));
        drop(queue);
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn a_panic_in_an_iterator_drops_each_value_once() {
    for returned in 0..3 {
        let ledger = Ledger::new();
        let mut queue = mpmc::Queue::<_, 3, 0>::new();
        let values = (0..).map(|i| if i < returned { ledger.value() } else { panic!("as intended") });
        assert_panics(|| queue.extend(values));
        assert_eq!((queue.len(), ledger.dropped()), (returned, 0));
        queue.extend((0..).map(|_| ledger.value()));
        assert!(queue.is_full());
        drop(queue);
        ledger.assert_each_dropped_once();
    }
}

#[cfg(feature = "alloc")]
#[test]
fn a_panic_while_a_queue_is_collected_drops_each_value_once() {
    let ledger = Ledger::new();
    let values = || (0..).map(|i| if i < 3 { ledger.value() } else { panic!("as intended") });
    assert_panics(|| drop(values().collect::<mpmc::BoxedQueue<_>>()));
    assert_panics(|| drop(values().collect::<spsc::BoxedQueue<_>>()));
    ledger.assert_each_dropped_once();
}
