//! Guards of the MPMC queue.

use super::*;

enum Guard<'q, 'l> {
    Empty(Grant<'q, Value<'l>>),
    Filled(FilledGrant<'q, Value<'l>>),
    Taken(Taken<'q, Value<'l>>),
}

type Queue<'l> = mpmc::Queue<Value<'l>, 3, 4>;

fn filled<'q, 'l>(queue: &'q Queue<'l>, ledger: &'l Ledger) -> FilledGrant<'q, Value<'l>> {
    queue.reserve().unwrap().write(ledger.value())
}

fn fill<'l>(queue: &Queue<'l>, ledger: &'l Ledger) {
    while !queue.is_full() {
        assert!(queue.push(ledger.value()).is_ok());
    }
}

/// Values 0 and 1 in taken references, 2 in a grant, and the rest in the queue.
fn guards<'q, 'l>(queue: &'q Queue<'l>, ledger: &'l Ledger) -> Vec<Guard<'q, 'l>> {
    (0..2).for_each(|_| assert!(queue.push(ledger.value()).is_ok()));
    let guards = vec![
        Guard::Taken(queue.pop_ref().unwrap()),
        Guard::Taken(queue.pop_ref().unwrap()),
        Guard::Filled(filled(queue, ledger)),
        Guard::Empty(queue.reserve().unwrap()),
    ];
    fill(queue, ledger);
    guards
}

#[test]
fn guards_are_dropped_in_every_order() {
    for order in orders(4) {
        let ledger = Ledger::new();
        let queue = Queue::new();
        let mut guards: Vec<_> = guards(&queue, &ledger).into_iter().map(Some).collect();
        for guard in order {
            guards[guard] = None;
        }
        assert_eq!(ledger.dropped(), 3);
        drop(guards);
        fill(&queue, &ledger);
        drop(queue);
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn guards_are_used_up_in_every_order_with_the_queue_in_motion() {
    for order in orders(4) {
        let ledger = Ledger::new();
        let queue = Queue::new();
        let mut guards: Vec<_> = guards(&queue, &ledger).into_iter().map(Some).collect();
        for guard in order {
            drop(queue.pop());
            match guards[guard].take().unwrap() {
                Guard::Empty(grant) => assert!(grant.write(ledger.value()).commit().is_ok()),
                Guard::Filled(grant) => assert!(grant.commit().is_ok()),
                Guard::Taken(taken) => drop(taken.into_inner()),
            }
        }
        drop(guards);
        drop(queue);
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn a_forgotten_guard_forgets_its_value_and_no_other() {
    for forgotten in 0..4 {
        let ledger = Ledger::new();
        let queue = Queue::new();
        for (i, guard) in guards(&queue, &ledger).into_iter().enumerate() {
            if i == forgotten { forget(guard) } else { drop(guard) }
        }
        fill(&queue, &ledger);
        drop(queue);
        // The last guard is a grant without a value.
        ledger.assert_each_dropped_once_but(if forgotten < 3 {
            &[0, 1, 2][forgotten..=forgotten]
        } else {
            &[]
        });
    }
}

#[test]
fn refused_values_are_given_back_not_dropped() {
    let ledger = Ledger::new();
    let queue = Queue::new();
    let grant = filled(&queue, &ledger);
    fill(&queue, &ledger);
    let rejected = queue.push(ledger.value()).map_err(|full| full.into_inner()).unwrap_err();
    let grant = grant.commit().map_err(|full| full.into_inner()).unwrap_err();
    assert_eq!((ledger.dropped(), rejected.number, grant.number), (0, 4, 0));
    drop((rejected, grant));
    assert_eq!(ledger.dropped(), 2);
    drop(queue);
    ledger.assert_each_dropped_once();
}

#[test]
fn displaced_values_are_given_out_not_dropped() {
    let ledger = Ledger::new();
    let queue = Queue::new();
    let displaced: Vec<_> = (0..10).filter_map(|_| queue.force_push(ledger.value())).collect();
    assert_eq!(ledger.dropped(), 0);
    assert!(displaced.iter().map(|value| value.number).eq(0..7));
    drop(displaced);
    drop(queue);
    ledger.assert_each_dropped_once();
}

#[test]
fn a_panic_while_displacing_drops_each_value_once() {
    let ledger = Ledger::new();
    let queue = Queue::new();
    fill(&queue, &ledger);
    assert_panics(|| queue.force_push_with(ledger.value(), |_displaced| panic!("as intended")));
    assert_eq!(queue.len(), 2);
    fill(&queue, &ledger);
    drop(queue);
    ledger.assert_each_dropped_once();
}

#[test]
fn a_panicking_drop_of_what_force_push_returns_leaves_the_queue_in_use() {
    let ledger = Ledger::with_bomb(0);
    let queue = Queue::new();
    fill(&queue, &ledger);
    assert_panics(|| drop(queue.force_push(ledger.value())));
    assert!(queue.is_full());
    drop(queue);
    ledger.assert_each_dropped_once();
}

#[test]
fn a_panicking_drop_of_a_guard_still_frees_its_slot() {
    for bomb in 0..3 {
        let ledger = Ledger::with_bomb(bomb);
        let queue = Queue::new();
        for guard in guards(&queue, &ledger) {
            let is_bomb = match &guard {
                Guard::Taken(value) => value.number == bomb,
                Guard::Filled(value) => value.number == bomb,
                Guard::Empty(_) => false,
            };
            if is_bomb { assert_panics(|| drop(guard)) } else { drop(guard) }
        }
        while queue.pop().is_some() {}
        let slots: Vec<_> = std::iter::from_fn(|| queue.reserve()).collect();
        assert_eq!(slots.len(), 7, "all slots are free");
        drop(slots);
        fill(&queue, &ledger);
        drop(queue);
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn a_panicking_drop_among_those_left_in_the_queue_drops_the_others() {
    for (start, bomb) in (0..4).flat_map(|start| (0..3).map(move |bomb| (start, bomb))) {
        let ledger = Ledger::with_bomb(start + bomb);
        let queue = Queue::new();
        (0..start).for_each(|_| drop(queue.push(ledger.value()).map(|()| queue.pop())));
        fill(&queue, &ledger);
        assert_panics(|| drop(queue));
        ledger.assert_each_dropped_once();
    }
}

#[cfg(feature = "alloc")]
#[test]
fn a_panicking_drop_among_those_left_in_a_boxed_queue_drops_the_others() {
    for bomb in 0..3 {
        let ledger = Ledger::with_bomb(bomb);
        let queue = mpmc::BoxedQueue::new(3).unwrap();
        (0..3).for_each(|_| assert!(queue.push(ledger.value()).is_ok()));
        assert_panics(|| drop(queue));
        ledger.assert_each_dropped_once();
    }
}
