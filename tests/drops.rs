//! Every value is dropped exactly once: whoever drops it, in whatever order, and if a drop panics.
//!
//! A [`Ledger`] counts the drops of each value by its number. That it would notice a missing or a second
//! drop is shown on two queues that are wrong on purpose, at the end.
#![allow(
    clippy::drop_non_drop,
    clippy::forget_non_drop,
    reason = "what is dropped or forgotten here is to stay right if it gets a `Drop` one day"
)]

#[path = "support/ledger.rs"]
mod ledger;

use ledger::{Ledger, NOBODY, Value, assert_panics};
use ringway::mpmc::{self, FilledGrant, Grant, Taken};
use ringway::spsc::{self, Consumer, Producer};
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

/// All orders of `0..n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let insert = |order: &Vec<usize>, at| [&order[..at], &[n - 1], &order[at..]].concat();
    orders(n - 1).iter().flat_map(|order| (0..n).map(|at| insert(order, at)).collect::<Vec<_>>()).collect()
}

mod mpmc_guards {
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
        assert_panics(|| queue.force_push_with(ledger.value(), |_displaced| panic!("as it was told to")));
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
}

mod spsc_ends {
    use super::*;

    type Ends<'q, 'l> = (Producer<'q, Value<'l>>, Consumer<'q, Value<'l>>);
    type Consume<'f> = &'f dyn Fn(Consumer<'_, Value<'_>>);

    const CAPACITY: usize = 4;

    /// Runs `body` on a full queue of values 0 to 3, which begin at place `start`, for every `start`; then
    /// fills the queue again, which shows that it is in use, and drops it.
    fn on_full_queues(bomb: usize, forgotten: &[usize], body: impl Fn(Ends<'_, '_>)) {
        for start in 0..=CAPACITY {
            let ledger = Ledger::with_bomb(NOBODY);
            let passed = Ledger::new();
            let mut queue = spsc::Queue::<Value<'_>, CAPACITY>::new();
            let (mut producer, mut consumer) = queue.split();
            for _ in 0..start {
                assert!(producer.push(passed.value()).is_ok());
                drop(consumer.pop());
            }
            ledger.bomb.store(bomb, Ordering::Relaxed);
            (0..CAPACITY).for_each(|_| assert!(producer.push(ledger.value()).is_ok()));
            body((producer, consumer));
            let (mut producer, mut consumer) = queue.split();
            drop(consumer.pop());
            while producer.push(ledger.value()).is_ok() {}
            assert_eq!(consumer.len(), CAPACITY);
            drop(queue);
            ledger.assert_each_dropped_once_but(forgotten);
            passed.assert_each_dropped_once();
        }
    }

    #[test]
    fn values_popped_or_left_are_dropped_once() {
        for popped in 0..=CAPACITY {
            on_full_queues(NOBODY, &[], |(_, mut consumer)| {
                for _ in 0..popped {
                    drop(consumer.pop());
                }
            });
        }
    }

    #[test]
    fn chunks_and_iterators_drop_each_value_once() {
        for count in 0..=CAPACITY {
            let uses: [Consume<'_>; 6] = [
                &|mut consumer| consumer.read_chunk(count).unwrap().commit(count / 2),
                &|mut consumer| consumer.read_chunk(count).unwrap().commit_all(),
                &|mut consumer| drop(consumer.read_chunk(count).unwrap()),
                &|mut consumer| {
                    consumer.read_chunk(count).unwrap().into_iter().take(count / 2).for_each(drop)
                },
                &|mut consumer| consumer.drain().take(count).for_each(drop),
                &|mut consumer| assert_eq!(consumer.skip(count), count),
            ];
            for consume in uses {
                on_full_queues(NOBODY, &[], |(_, consumer)| consume(consumer));
            }
        }
    }

    #[test]
    fn a_write_chunk_hands_over_what_is_committed_and_drops_what_is_not() {
        for (written, commit) in
            (0..=CAPACITY).flat_map(|written| [true, false].map(|commit| (written, commit)))
        {
            on_full_queues(NOBODY, &[], |(mut producer, mut consumer)| {
                let ledger = consumer.peek().unwrap().ledger;
                assert_eq!(consumer.skip(CAPACITY), CAPACITY);
                let mut chunk = producer.write_chunk(CAPACITY).unwrap();
                assert_eq!(chunk.fill((0..written).map(|_| ledger.value())), written);
                if commit {
                    assert_eq!(chunk.commit(), written);
                    assert_eq!(ledger.dropped(), CAPACITY);
                    assert_eq!(consumer.len(), written);
                } else {
                    drop(chunk);
                    assert_eq!(ledger.dropped(), CAPACITY + written);
                    assert_eq!(consumer.len(), 0);
                }
            });
        }
    }

    #[test]
    fn a_forgotten_write_chunk_forgets_what_was_written_and_no_more() {
        // Value 4 comes in while there is room for it.
        on_full_queues(NOBODY, &[4], |(mut producer, mut consumer)| {
            let ledger = consumer.pop().unwrap().ledger;
            let mut chunk = producer.write_chunk(1).unwrap();
            assert!(chunk.write(ledger.value()).is_ok());
            forget(chunk);
        });
    }

    #[test]
    fn forgotten_guards_of_the_consumer_forget_no_value() {
        on_full_queues(NOBODY, &[], |(_, mut consumer)| forget(consumer.read_chunk(CAPACITY).unwrap()));
        on_full_queues(NOBODY, &[], |(_, mut consumer)| forget(consumer.iter()));
        on_full_queues(NOBODY, &[], |(_, mut consumer)| {
            let mut drain = consumer.drain();
            drop(drain.next());
            forget(drain);
        });
        on_full_queues(NOBODY, &[], |(producer, consumer)| forget((producer, consumer)));
    }

    #[test]
    fn a_panicking_drop_in_skip_still_drops_the_others() {
        for bomb in 0..CAPACITY {
            on_full_queues(bomb, &[], |(_, mut consumer)| {
                assert_panics(|| _ = consumer.skip(CAPACITY));
                assert_eq!(consumer.len(), 0, "all places are free");
            });
        }
    }

    #[test]
    fn retain_drops_what_goes_once_and_what_stays_later() {
        for choice in 0..1 << CAPACITY {
            on_full_queues(NOBODY, &[], |(_, mut consumer)| {
                let gone = consumer.retain(|value| choice >> value.number & 1 == 0);
                let ledger = consumer.peek().map(|value| value.ledger);
                assert_eq!(consumer.len(), CAPACITY - gone);
                assert!(ledger.is_none_or(|ledger| ledger.dropped() == gone));
            });
        }
    }

    #[test]
    fn a_panicking_drop_in_retain_leaves_what_was_not_looked_at() {
        for (choice, bomb) in
            (0..1 << CAPACITY).flat_map(|choice| (0..CAPACITY).map(move |bomb| (choice, bomb)))
        {
            let stays = |number: usize| choice >> number & 1 == 0 && number != bomb;
            on_full_queues(bomb, &[], |(_, mut consumer)| {
                assert_panics(|| _ = consumer.retain(|value| stays(value.number)));
                let left = (0..CAPACITY).filter(|&number| number > bomb || stays(number));
                assert!(consumer.iter().map(|value| value.number).eq(left));
            });
        }
    }

    #[test]
    fn a_panic_in_what_retain_asks_leaves_that_value_and_the_rest() {
        for (choice, last) in
            (0..1 << CAPACITY).flat_map(|choice| (0..CAPACITY).map(move |last| (choice, last)))
        {
            let stays = |number: usize| choice >> number & 1 == 0;
            on_full_queues(NOBODY, &[], |(_, mut consumer)| {
                assert_panics(|| {
                    consumer.retain(|value| {
                        assert!(value.number != last, "panics, as it was told to");
                        stays(value.number)
                    });
                });
                let left = (0..CAPACITY).filter(|&number| number >= last || stays(number));
                assert!(consumer.iter().map(|value| value.number).eq(left));
            });
        }
    }

    #[test]
    fn a_panicking_drop_in_a_read_chunk_still_drops_the_others() {
        for (count, bomb) in (1..=CAPACITY).flat_map(|count| (0..count).map(move |bomb| (count, bomb))) {
            on_full_queues(bomb, &[], |(_, mut consumer)| {
                assert_panics(|| consumer.read_chunk(CAPACITY).unwrap().commit(count));
                assert_eq!(consumer.len(), CAPACITY - count);
            });
        }
    }

    #[test]
    fn a_panicking_drop_of_what_a_drain_gives_out_leaves_the_rest_in_the_queue() {
        for bomb in 0..CAPACITY {
            on_full_queues(bomb, &[], |(_, mut consumer)| {
                assert_panics(|| consumer.drain().for_each(drop));
                assert_eq!(consumer.len(), CAPACITY - bomb - 1);
            });
        }
    }

    /// A panic in the drop of one value that an uncommitted chunk holds.
    #[test]
    fn a_panicking_drop_in_a_write_chunk_still_drops_the_others() {
        for (written, bomb) in
            (1..=CAPACITY).flat_map(|written| (0..written).map(move |bomb| (written, bomb)))
        {
            let ledger = Ledger::with_bomb(bomb);
            let mut queue = spsc::Queue::<Value<'_>, CAPACITY>::new();
            let (mut producer, mut consumer) = queue.split();
            assert_panics(|| {
                let mut chunk = producer.write_chunk(CAPACITY).unwrap();
                chunk.fill((0..written).map(|_| ledger.value()));
                drop(chunk);
            });
            assert!(consumer.pop().is_none(), "nothing is published");
            while producer.push(ledger.value()).is_ok() {}
            assert_eq!(consumer.len(), CAPACITY);
            drop(queue);
            ledger.assert_each_dropped_once();
        }
    }

    #[test]
    fn a_panic_while_filling_a_chunk_drops_what_was_written_and_publishes_nothing() {
        for written in 0..CAPACITY {
            let ledger = Ledger::new();
            let mut queue = spsc::Queue::<Value<'_>, CAPACITY>::new();
            let (mut producer, mut consumer) = queue.split();
            assert_panics(|| {
                let values =
                    (0..).map(|i| if i < written { ledger.value() } else { panic!("as it was told to") });
                producer.write_chunk(CAPACITY).unwrap().fill(values);
            });
            ledger.assert_each_dropped_once();
            assert!(consumer.pop().is_none());
            while producer.push(ledger.value()).is_ok() {}
            drop(queue);
            ledger.assert_each_dropped_once();
        }
    }

    #[test]
    fn a_panicking_drop_among_those_left_in_the_queue_drops_the_others() {
        for (start, bomb) in (0..CAPACITY).flat_map(|start| (0..CAPACITY).map(move |bomb| (start, bomb))) {
            let ledger = Ledger::with_bomb(start + bomb);
            let mut queue = spsc::Queue::<Value<'_>, CAPACITY>::new();
            let (mut producer, mut consumer) = queue.split();
            (0..start).for_each(|_| drop(producer.push(ledger.value()).map(|()| forget(consumer.pop()))));
            (0..CAPACITY).for_each(|_| assert!(producer.push(ledger.value()).is_ok()));
            assert_panics(|| drop(queue));
            let forgotten: Vec<_> = (0..start).collect();
            ledger.assert_each_dropped_once_but(&forgotten);
        }
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn the_last_owned_end_drops_what_is_left_in_either_order() {
        for (producer_first, bomb) in [(true, NOBODY), (false, NOBODY), (true, 1), (false, 2)] {
            let ledger = Ledger::with_bomb(bomb);
            let (mut producer, mut consumer) = spsc::BoxedQueue::new(CAPACITY).unwrap().into_split();
            (0..CAPACITY).for_each(|_| assert!(producer.push(ledger.value()).is_ok()));
            drop(consumer.pop());
            let drop_last: Box<dyn FnOnce() + '_> = if producer_first {
                drop(producer);
                Box::new(|| drop(consumer))
            } else {
                drop(consumer);
                Box::new(|| drop(producer))
            };
            assert_eq!(ledger.dropped(), 1, "one end is left");
            if bomb == NOBODY {
                drop_last()
            } else {
                assert_panics(drop_last)
            }
            ledger.assert_each_dropped_once();
        }
    }
}

mod priority_and_stack {
    use super::*;
    use ringway::priority::Priority;
    use ringway::stack::Stack;

    /// Both as one: values go in, some come out, and the rest stays.
    trait Store<'l> {
        fn push(&self, value: Value<'l>) -> Option<Value<'l>>;
        fn pop(&self) -> Option<Value<'l>>;
    }

    impl<'l, const S: usize> Store<'l> for Stack<Value<'l>, 6, S> {
        fn push(&self, value: Value<'l>) -> Option<Value<'l>> {
            self.push(value).err().map(ringway::Full::into_inner)
        }
        fn pop(&self) -> Option<Value<'l>> {
            self.pop()
        }
    }

    /// Two levels of three, in turns; there is no third.
    impl<'l> Store<'l> for Priority<Value<'l>, 2, 3> {
        fn push(&self, value: Value<'l>) -> Option<Value<'l>> {
            let level = value.number % 3;
            self.push(level, value).err().map(ringway::PushError::into_inner)
        }
        fn pop(&self) -> Option<Value<'l>> {
            self.pop().map(|(_, value)| value)
        }
    }

    type Make = for<'l> fn(&'l Ledger) -> Box<dyn Store<'l> + 'l>;

    fn stack<'l, const S: usize>(_: &'l Ledger) -> Box<dyn Store<'l> + 'l> {
        Box::new(Stack::<_, 6, S>::new())
    }

    fn priority<'l>(_: &'l Ledger) -> Box<dyn Store<'l> + 'l> {
        Box::new(Priority::<_, 2, 3>::new())
    }

    /// Offers so many values, pops so many, and drops what is left, with a bomb among them or not.
    fn offer_and_pop(bomb: usize, offered: usize, popped: usize, make: Make) {
        let ledger = Ledger::with_bomb(NOBODY);
        {
            let store = make(&ledger);
            let refused = (0..offered).filter_map(|_| store.push(ledger.value())).count();
            assert_eq!(ledger.dropped(), refused, "a value that is refused comes back");
            (0..popped).for_each(|_| drop(store.pop()));
            ledger.bomb.store(bomb, Ordering::Relaxed);
            let is_left = ledger.wrong().contains(&bomb);
            if is_left { assert_panics(|| drop(store)) } else { drop(store) }
        }
        ledger.assert_each_dropped_once();
    }

    #[test]
    fn values_refused_popped_or_left_are_dropped_once_even_if_a_drop_panics() {
        for (offered, popped) in (0..12).flat_map(|offered| (0..7).map(move |popped| (offered, popped))) {
            for bomb in (0..offered).chain([NOBODY]) {
                let makes: [Make; 3] = [stack::<0>, stack::<4>, priority];
                for make in makes {
                    offer_and_pop(bomb, offered, popped, make);
                }
            }
        }
    }
}

/// The test of the test: what the ledger says of queues that are wrong.
mod wrong_queues {
    use super::*;
    use std::collections::VecDeque;
    use std::mem::ManuallyDrop;

    /// Forgets one value when it is dropped.
    struct DropsOneTooFew<T>(ManuallyDrop<VecDeque<T>>);

    impl<T> Drop for DropsOneTooFew<T> {
        fn drop(&mut self) {
            // SAFETY: taken once, here.
            let mut values = unsafe { ManuallyDrop::take(&mut self.0) };
            forget(values.pop_back());
        }
    }

    #[test]
    fn a_missing_drop_is_noticed() {
        let ledger = Ledger::new();
        let values = (0..5).map(|_| ledger.value()).collect();
        drop(DropsOneTooFew(ManuallyDrop::new(values)));
        assert_eq!(ledger.wrong(), [4]);
        assert!(catch_unwind(AssertUnwindSafe(|| ledger.assert_each_dropped_once())).is_err());
    }

    #[test]
    fn a_second_drop_is_noticed() {
        let ledger = Ledger::new();
        // SAFETY: a `Value` owns nothing, so that a second one only counts its drop twice.
        drop(unsafe { std::ptr::read(&ledger.value()) });
        assert_eq!(ledger.wrong(), [0]);
        assert!(catch_unwind(AssertUnwindSafe(|| ledger.assert_each_dropped_once_but(&[0]))).is_err());
    }

    /// Stops at a panic, as a plain loop does.
    struct StopsAtAPanic<T>(Vec<ManuallyDrop<T>>);

    impl<T> Drop for StopsAtAPanic<T> {
        fn drop(&mut self) {
            while let Some(value) = self.0.pop() {
                drop(ManuallyDrop::into_inner(value));
            }
        }
    }

    #[test]
    fn values_lost_to_a_panic_are_noticed() {
        let ledger = Ledger::with_bomb(2);
        let queue = StopsAtAPanic((0..5).map(|_| ManuallyDrop::new(ledger.value())).collect());
        assert_panics(|| drop(queue));
        assert_eq!(ledger.wrong(), [0, 1]);
    }
}
