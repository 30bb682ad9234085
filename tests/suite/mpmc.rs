//! What MPMC queues do: grants, taken references, `force_push`, figures.

use super::faces::*;
use super::queue::Aligned;
use ringway::Full;
use ringway::mpmc::{FilledGrant, Grant, Queue, Taken, View};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

suite!(on {
    inline_1: Inline<1, 4>,
    inline_1_with_one_spare: Inline<1, 1>,
    inline_1_without_spares: Inline<1, 0>,
    inline_3: Inline<3, 4>,
    inline_3_without_spares: Inline<3, 0>,
    inline_5_with_two_spares: Inline<5, 2>,
    inline_64: Inline<64, 4>,
    view_of_3: Viewed<3, 4>,
    #[cfg(feature = "alloc")] boxed_1: Boxed<1, 4>,
    #[cfg(feature = "alloc")] boxed_3_with_one_spare: Boxed<3, 1>,
    #[cfg(feature = "alloc")] boxed_64: Boxed<64, 4>,
    #[cfg(feature = "alloc")] inline_boxed_3: InlineBoxed<3, 4>,
} run {
    force_push_takes_the_oldest_only_when_full,
    force_push_goes_round_and_round,
    force_push_gives_the_new_value_back_when_guards_hold_every_slot,
    commits_decide_the_order_not_reservations,
    commit_on_full_gives_the_grant_back_with_its_value,
    a_grant_that_is_dropped_changes_nothing,
    a_grant_can_be_filled_in_place,
    as_many_guards_as_spares_leave_full_exact,
    as_many_forgotten_guards_as_spares_leave_full_exact,
    more_forgotten_guards_than_spares_make_full_early_and_lose_nothing,
    reserve_says_none_when_every_slot_is_in_use,
    a_taken_reference_reads_and_writes_in_place,
    a_taken_reference_frees_its_position_at_once,
    taken_references_stay_as_they_are_while_others_push_and_pop,
    over_aligned_values_lie_at_aligned_addresses,
    guards_lend_values_that_are_not_sync,
    stats_count_what_went_through,
    a_view_is_the_same_queue,
});

/// Fills what is empty, checks that it was exactly the whole capacity, and empties it in order.
fn assert_exact(queue: &dyn Mpmc<usize>) {
    assert!(queue.is_empty());
    for value in 0..queue.capacity() {
        assert_eq!(queue.push(value), Ok(()));
    }
    assert_eq!(queue.push(usize::MAX), Err(Full(usize::MAX)));
    assert!(queue.is_full());
    for value in 0..queue.capacity() {
        assert_eq!(queue.pop(), Some(value));
    }
    assert_eq!(queue.pop(), None);
}

fn filled<T>(queue: &dyn Mpmc<T>, value: T) -> FilledGrant<'_, T> {
    queue.reserve().expect("a slot is free").write(value)
}

fn force_push_takes_the_oldest_only_when_full<F: MpmcFace>() {
    F::with_queue(|queue| {
        for value in 0..F::CAPACITY {
            assert_eq!(queue.force_push(value), None);
        }
        assert_eq!(queue.force_push(F::CAPACITY), Some(0));
        assert_eq!(queue.len(), F::CAPACITY);
        for value in 1..=F::CAPACITY {
            assert_eq!(queue.pop(), Some(value));
        }
        assert_eq!(queue.pop(), None);
    });
}

fn force_push_goes_round_and_round<F: MpmcFace>() {
    F::with_queue(|queue| {
        for value in 0..20 * F::CAPACITY {
            assert_eq!(queue.force_push(value), value.checked_sub(F::CAPACITY));
        }
        let mut displaced = Vec::new();
        queue.view().force_push_with(0, |value| displaced.push(value));
        assert_eq!(displaced, [19 * F::CAPACITY]);
    });
}

fn force_push_gives_the_new_value_back_when_guards_hold_every_slot<F: MpmcFace>() {
    F::with_queue(|queue| {
        let mut grants: Vec<_> = (0..F::CAPACITY + F::SPARES).map(|_| queue.reserve().unwrap()).collect();
        assert_eq!(queue.force_push(1), Some(1), "force_push does not wait for the guards");
        assert_eq!(queue.pop(), None);
        drop(grants.pop());
        assert_eq!(queue.force_push(2), None);
        assert_eq!(queue.force_push(3), Some(2));
        assert_eq!(queue.pop(), Some(3));
    });
}

fn commits_decide_the_order_not_reservations<F: MpmcFace>() {
    F::with_queue(|queue| {
        for lap in 0..3 * F::CAPACITY {
            let grants: Vec<_> = (0..F::CAPACITY).map(|i| filled(queue, lap + i)).collect();
            assert!(queue.is_empty(), "a grant is not in the queue");
            assert_eq!(queue.pop(), None);
            for grant in grants.into_iter().rev() {
                grant.commit().unwrap();
            }
            for i in (0..F::CAPACITY).rev() {
                assert_eq!(queue.pop(), Some(lap + i));
            }
        }
    });
}

fn commit_on_full_gives_the_grant_back_with_its_value<F: MpmcFace>() {
    if F::SPARES == 0 {
        return;
    }
    F::with_queue(|queue| {
        let mut grant = filled(queue, Box::new(1000));
        for value in 0..F::CAPACITY {
            queue.push(Box::new(value)).unwrap();
        }
        for _ in 0..5 {
            let Full(returned) = grant.commit().unwrap_err();
            assert_eq!(**returned, 1000);
            grant = returned;
        }
        assert_eq!(queue.pop().as_deref(), Some(&0));
        assert!(grant.commit().is_ok());
        for value in 1..F::CAPACITY {
            assert_eq!(queue.pop().as_deref(), Some(&value));
        }
        assert_eq!(queue.pop().as_deref(), Some(&1000));
    });
}

fn a_grant_that_is_dropped_changes_nothing<F: MpmcFace>() {
    F::with_queue(|queue| {
        for _ in 0..10 * (F::CAPACITY + F::SPARES) {
            drop(queue.reserve().unwrap());
            drop(filled(queue, 7));
            assert_eq!(filled(queue, 8).into_inner(), 8);
        }
        assert_exact(queue);
    });
}

fn a_grant_can_be_filled_in_place<F: MpmcFace>() {
    F::with_queue(|queue| {
        let mut grant = queue.reserve().unwrap();
        grant.as_uninit().write([1u8; 4096]);
        // SAFETY: written just now.
        let mut grant = unsafe { grant.assume_init() };
        grant[4095] = 9;
        grant.commit().unwrap();
        let taken = queue.pop_ref().unwrap();
        assert_eq!((taken[0], taken[4095]), (1, 9));
    });
}

fn as_many_guards_as_spares_leave_full_exact<F: MpmcFace>() {
    F::with_queue(|queue| {
        for kind in 0..3 {
            let mut grants = Vec::new();
            let mut filled_grants = Vec::new();
            let mut taken = Vec::new();
            for guard in 0..F::SPARES {
                match (kind + guard) % 3 {
                    0 => grants.push(queue.reserve().unwrap()),
                    1 => filled_grants.push(filled(queue, 1000)),
                    _ => {
                        queue.push(guard).unwrap();
                        taken.push(queue.pop_ref().unwrap());
                    }
                }
                assert_exact(queue);
            }
            assert_exact(queue);
        }
    });
}

fn as_many_forgotten_guards_as_spares_leave_full_exact<F: MpmcFace>() {
    F::with_queue(|queue| {
        for guard in 0..F::SPARES {
            match guard % 3 {
                0 => std::mem::forget(queue.reserve().unwrap()),
                1 => std::mem::forget(filled(queue, 1000)),
                _ => {
                    queue.push(guard).unwrap();
                    std::mem::forget(queue.pop_ref().unwrap());
                }
            }
            assert_exact(queue);
        }
        (0..3).for_each(|_| assert_exact(queue));
    });
}

fn more_forgotten_guards_than_spares_make_full_early_and_lose_nothing<F: MpmcFace>() {
    F::with_queue(|queue| {
        for lost in 1..=F::CAPACITY {
            let already = if lost == 1 { F::SPARES } else { 0 };
            (0..=already).for_each(|_| std::mem::forget(queue.reserve().unwrap()));
            let room = F::CAPACITY - lost;
            for _ in 0..4 {
                for value in 0..room {
                    assert_eq!(queue.push(value), Ok(()));
                }
                assert_eq!(queue.push(1000), Err(Full(1000)), "full early, the value comes back");
                assert_eq!(queue.len(), room);
                assert!(!queue.is_full());
                for value in 0..room {
                    assert_eq!(queue.pop(), Some(value));
                }
                assert_eq!(queue.pop(), None);
            }
        }
    });
}

fn reserve_says_none_when_every_slot_is_in_use<F: MpmcFace>() {
    F::with_queue(|queue| {
        let slots = F::CAPACITY + F::SPARES;
        let mut grants: Vec<_> = (0..slots).map(|_| queue.reserve().unwrap()).collect();
        assert!(queue.reserve().is_none());
        assert_eq!(queue.push(1), Err(Full(1)));
        assert_eq!(queue.pop(), None);
        drop(grants.pop());
        assert_eq!(queue.push(1), Ok(()));
        assert!(queue.reserve().is_none());
        drop(grants);
        assert_eq!(queue.pop(), Some(1));
        assert_exact(queue);
    });
}

fn a_taken_reference_reads_and_writes_in_place<F: MpmcFace>() {
    F::with_queue(|queue| {
        queue.push(String::from("one")).unwrap();
        let mut taken = queue.pop_ref().unwrap();
        taken.push_str(" two");
        assert_eq!(*taken, "one two");
        assert_eq!(taken.into_inner(), "one two");
        assert!(queue.pop_ref().is_none());
    });
}

fn a_taken_reference_frees_its_position_at_once<F: MpmcFace>() {
    if F::SPARES == 0 {
        return;
    }
    F::with_queue(|queue| {
        for value in 0..F::CAPACITY {
            queue.push(value).unwrap();
        }
        let taken = queue.pop_ref().unwrap();
        assert_eq!(queue.len(), F::CAPACITY - 1);
        assert_eq!(queue.push(1000), Ok(()));
        assert!(queue.is_full());
        assert_eq!(*taken, 0);
    });
}

fn taken_references_stay_as_they_are_while_others_push_and_pop<F: MpmcFace>() {
    if F::SPARES == 0 {
        return;
    }
    F::with_queue(|queue| {
        let page = |number: usize| [number; 64];
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            for first in [1_000_000, 2_000_000] {
                let done = &done;
                scope.spawn(move || {
                    for number in (first..).take_while(|_| !done.load(Ordering::Relaxed)) {
                        match queue.push(page(number)) {
                            // Others run while there is a value to take.
                            Ok(()) => thread::yield_now(),
                            Err(_) => {
                                queue.pop().inspect(|value| assert_eq!(*value, page(value[0])));
                            }
                        }
                    }
                });
            }
            let mut looks = 0;
            while looks < 60 {
                let Some(mut taken) = queue.pop_ref() else {
                    thread::yield_now();
                    continue;
                };
                let number = taken[0];
                assert_eq!(*taken, page(number));
                thread::yield_now();
                assert_eq!(*taken, page(number), "no push writes to a taken value");
                taken[0] = 0;
                looks += 1;
            }
            done.store(true, Ordering::Relaxed);
        });
    });
}

fn over_aligned_values_lie_at_aligned_addresses<F: MpmcFace>() {
    F::with_queue(|queue| {
        for lap in 0..4 * F::CAPACITY {
            let value = Aligned(lap as u8);
            let grant = filled(queue, value);
            assert_eq!((&raw const *grant).addr() % 128, 0);
            grant.commit().unwrap();
            let taken = queue.pop_ref().unwrap();
            assert_eq!((&raw const *taken).addr() % 128, 0);
            assert_eq!(*taken, value);
        }
    });
}

fn guards_lend_values_that_are_not_sync<F: MpmcFace>() {
    F::with_queue(|queue| {
        let grant = filled(queue, Cell::new(1));
        grant.set(2);
        grant.commit().unwrap();
        let taken = queue.pop_ref().unwrap();
        taken.set(taken.get() + 1);
        assert_eq!(taken.into_inner().get(), 3);
    });
}

fn stats_count_what_went_through<F: MpmcFace>() {
    F::with_queue(|queue| {
        for round in 0..10 {
            for value in 0..F::CAPACITY {
                queue.push(value).unwrap();
            }
            let _ = queue.push(0);
            let stats = queue.stats();
            assert_eq!((stats.pushed, stats.popped), ((round + 1) * F::CAPACITY, round * F::CAPACITY));
            assert_eq!((stats.len, stats.capacity), (F::CAPACITY, F::CAPACITY));
            while queue.pop().is_some() {}
            assert_eq!(queue.stats().len, 0);
        }
    });
}

fn a_view_is_the_same_queue<F: MpmcFace>() {
    F::with_queue(|queue| {
        let view = queue.view();
        let copy = view;
        view.push(1).unwrap();
        assert_eq!((copy.len(), copy.capacity(), copy.is_full()), (1, F::CAPACITY, F::CAPACITY == 1));
        assert_eq!(queue.pop(), Some(1));
        assert_eq!(copy.view().pop(), None);
    });
}

#[test]
fn a_static_queue_is_shared_by_threads() {
    static QUEUE: Queue<Cell<u32>, 8> = Queue::new();

    thread::scope(|scope| {
        for first in [0, 100] {
            scope.spawn(move || (first..first + 4).for_each(|value| QUEUE.push(Cell::new(value)).unwrap()));
        }
    });
    let mut values: Vec<_> = std::iter::from_fn(|| QUEUE.pop()).map(Cell::into_inner).collect();
    values.sort_unstable();
    assert_eq!(values, [0, 1, 2, 3, 100, 101, 102, 103]);
}

#[cfg(feature = "alloc")]
#[test]
fn a_boxed_queue_moves_with_its_values() {
    let queue = ringway::mpmc::BoxedQueue::new(3).unwrap();
    queue.push("a").unwrap();
    let queue = thread::spawn(move || queue.push("b").map(|()| queue)).join().unwrap().unwrap();
    assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some("a"), Some("b"), None));
}

/// A guard of a queue that lives longer is one of a queue that lives shorter, too. That this
/// compiles is the test.
#[test]
fn guards_are_covariant_in_the_lifetime_of_their_queue() {
    type All<'s> = (Grant<'s, u8>, FilledGrant<'s, u8>, Taken<'s, u8>, View<'s, u8>);

    fn shorter<'s>(all: All<'static>) -> All<'s> {
        all
    }

    static QUEUE: Queue<u8, 2> = Queue::new();
    QUEUE.push(1).unwrap();
    let guards = (QUEUE.reserve().unwrap(), QUEUE.reserve().unwrap().write(2), QUEUE.pop_ref().unwrap());
    let (_, filled, taken, view) = shorter((guards.0, guards.1, guards.2, QUEUE.view()));
    filled.commit().unwrap();
    assert_eq!((*taken, view.pop()), (1, Some(2)));
}
