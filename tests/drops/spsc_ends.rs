//! The ends of the SPSC queue, and what they lend.

use super::*;

type Ends<'q, 'l> = (Producer<'q, Value<'l>>, Consumer<'q, Value<'l>>);
type Consume<'f> = &'f dyn Fn(Consumer<'_, Value<'_>>);

const CAPACITY: usize = 4;

/// Runs `body` on a full queue of values 0 to 3, which begin at place `start`, for every `start`;
/// then fills the queue again, which shows that it is in use, and drops it.
fn on_full_queues(bomb: usize, forgotten: &[usize], body: impl Fn(Ends<'_, '_>)) {
    for start in 0..=CAPACITY {
        let ledger = Ledger::with_bomb(NO_BOMB);
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
        drop((producer, consumer));
        drop(queue);
        ledger.assert_each_dropped_once_but(forgotten);
        passed.assert_each_dropped_once();
    }
}

#[test]
fn values_popped_or_left_are_dropped_once() {
    for popped in 0..=CAPACITY {
        on_full_queues(NO_BOMB, &[], |(_, mut consumer)| {
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
            &|mut consumer| consumer.read_chunk(count).unwrap().into_iter().take(count / 2).for_each(drop),
            &|mut consumer| consumer.drain().take(count).for_each(drop),
            &|mut consumer| assert_eq!(consumer.skip(count), count),
        ];
        for consume in uses {
            on_full_queues(NO_BOMB, &[], |(_, consumer)| consume(consumer));
        }
    }
}

#[test]
fn a_write_chunk_hands_over_what_is_committed_and_drops_what_is_not() {
    for (written, commit) in (0..=CAPACITY).flat_map(|written| [true, false].map(|commit| (written, commit)))
    {
        on_full_queues(NO_BOMB, &[], |(mut producer, mut consumer)| {
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
    on_full_queues(NO_BOMB, &[4], |(mut producer, mut consumer)| {
        let ledger = consumer.pop().unwrap().ledger;
        let mut chunk = producer.write_chunk(1).unwrap();
        assert!(chunk.write(ledger.value()).is_ok());
        forget(chunk);
    });
}

#[test]
fn forgotten_guards_of_the_consumer_forget_no_value() {
    on_full_queues(NO_BOMB, &[], |(_, mut consumer)| forget(consumer.read_chunk(CAPACITY).unwrap()));
    on_full_queues(NO_BOMB, &[], |(_, mut consumer)| forget(consumer.iter()));
    on_full_queues(NO_BOMB, &[], |(_, mut consumer)| {
        let mut drain = consumer.drain();
        drop(drain.next());
        forget(drain);
    });
    on_full_queues(NO_BOMB, &[], |(producer, consumer)| forget((producer, consumer)));
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
        on_full_queues(NO_BOMB, &[], |(_, mut consumer)| {
            let gone = consumer.retain(|value| choice >> value.number & 1 == 0);
            let ledger = consumer.peek().map(|value| value.ledger);
            assert_eq!(consumer.len(), CAPACITY - gone);
            assert!(ledger.is_none_or(|ledger| ledger.dropped() == gone));
        });
    }
}

#[test]
fn a_panicking_drop_in_retain_leaves_what_was_not_looked_at() {
    for (choice, bomb) in (0..1 << CAPACITY).flat_map(|choice| (0..CAPACITY).map(move |bomb| (choice, bomb)))
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
    for (choice, last) in (0..1 << CAPACITY).flat_map(|choice| (0..CAPACITY).map(move |last| (choice, last)))
    {
        let stays = |number: usize| choice >> number & 1 == 0;
        on_full_queues(NO_BOMB, &[], |(_, mut consumer)| {
            assert_panics(|| {
                consumer.retain(|value| {
                    assert!(value.number != last, "panics, as intended");
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
    for (written, bomb) in (1..=CAPACITY).flat_map(|written| (0..written).map(move |bomb| (written, bomb))) {
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
        drop((producer, consumer));
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
            let values = (0..).map(|i| if i < written { ledger.value() } else { panic!("as intended") });
            producer.write_chunk(CAPACITY).unwrap().fill(values);
        });
        ledger.assert_each_dropped_once();
        assert!(consumer.pop().is_none());
        while producer.push(ledger.value()).is_ok() {}
        drop((producer, consumer));
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
        drop((producer, consumer));
        assert_panics(|| drop(queue));
        let forgotten: Vec<_> = (0..start).collect();
        ledger.assert_each_dropped_once_but(&forgotten);
    }
}

#[cfg(feature = "alloc")]
#[test]
fn the_last_owned_end_drops_what_is_left_in_either_order() {
    for (producer_first, bomb) in [(true, NO_BOMB), (false, NO_BOMB), (true, 1), (false, 2)] {
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
        if bomb == NO_BOMB {
            drop_last()
        } else {
            assert_panics(drop_last)
        }
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn a_panic_while_values_are_pushed_from_an_iterator_keeps_those_before_it() {
    for returned in 0..CAPACITY {
        on_full_queues(NO_BOMB, &[], |(mut producer, mut consumer)| {
            let ledger = consumer.peek().unwrap().ledger;
            assert_eq!(consumer.clear(), CAPACITY);
            let values = (0..).map(|i| if i < returned { ledger.value() } else { panic!("as intended") });
            assert_panics(|| _ = producer.push_iter(values));
            assert_eq!((consumer.len(), ledger.dropped()), (returned, CAPACITY));
        });
    }
}

#[test]
fn a_panicking_drop_in_clear_still_drops_the_others() {
    for bomb in 0..CAPACITY {
        on_full_queues(bomb, &[], |(_, mut consumer)| {
            assert_panics(|| _ = consumer.clear());
            assert_eq!(consumer.free_capacity(), CAPACITY);
        });
    }
}
