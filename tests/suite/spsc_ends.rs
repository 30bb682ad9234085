//! The ends of an SPSC queue: made again, taken once, on other threads.

use super::spsc::start_at;
use ringway::spsc::{Consumer, Producer, Queue};
use std::cell::Cell;
use std::thread;

/// Forgets something that was made from the ends, and then the ends.
type Forget = fn(Producer<'_, Box<u32>>, Consumer<'_, Box<u32>>);

/// Each kind of guard, with how many values of a full queue of three it may take along: none that
/// was given out once is given out again.
const FORGETS: [(Forget, usize); 8] = [
    (|producer, _| std::mem::forget(producer), 0),
    (|_, consumer| std::mem::forget(consumer), 0),
    (|_, mut consumer| std::mem::forget(consumer.read_chunk(2).unwrap()), 0),
    (|_, mut consumer| std::mem::forget(consumer.iter()), 0),
    (|_, mut consumer| std::mem::forget(consumer.drain()), 0),
    (
        |_, mut consumer| {
            let mut drain = consumer.drain();
            assert_eq!(drain.next().as_deref(), Some(&1));
            std::mem::forget(drain);
        },
        1,
    ),
    (
        |_, mut consumer| {
            let mut values = consumer.read_chunk(3).unwrap().into_iter();
            assert_eq!((values.next().as_deref(), values.next().as_deref()), (Some(&1), Some(&2)));
            std::mem::forget(values);
        },
        2,
    ),
    (
        |mut producer, mut consumer| {
            assert_eq!(consumer.pop().as_deref(), Some(&1));
            let mut chunk = producer.write_chunk(1).unwrap();
            chunk.write(Box::new(9)).unwrap();
            std::mem::forget(chunk);
        },
        1,
    ),
];

#[test]
fn after_a_forgotten_guard_a_new_split_doubles_and_loses_nothing() {
    for (forget, gone) in FORGETS {
        for start in 0..3 {
            let mut queue = Queue::<Box<u32>, 3>::new();
            let (mut producer, mut consumer) = queue.split();
            start_at(&mut producer, &mut consumer, start);
            (1..=3).for_each(|value| producer.push(Box::new(value)).unwrap());
            forget(producer, consumer);
            let (mut producer, mut consumer) = queue.split();
            assert_eq!(consumer.len(), 3 - gone);
            for value in 1 + gone as u32..=3 {
                assert_eq!(consumer.pop(), Some(Box::new(value)));
            }
            assert_eq!(consumer.pop(), None);
            (4..7).for_each(|value| producer.push(Box::new(value)).unwrap());
            assert!(producer.push(Box::new(7)).is_err());
            assert!(consumer.drain().map(|value| *value).eq(4..7));
        }
    }
}

#[test]
fn ends_made_again_find_the_values_of_those_before() {
    let mut queue = Queue::<u64, 3>::new();
    for round in 0..20 {
        queue.split().0.push(round).unwrap();
        assert_eq!((queue.len(), queue.is_empty(), queue.is_full()), (1, false, false));
        queue.split().0.push(round + 100).unwrap();
        assert_eq!(queue.split().1.pop(), Some(round));
        assert_eq!(queue.split().1.pop(), Some(round + 100));
        assert!(queue.is_empty());
    }
}

#[test]
fn take_gives_the_ends_once_and_split_gives_them_again() {
    let mut queue = Queue::<u64, 2>::new();
    let (mut producer, consumer) = queue.take().unwrap();
    assert!(queue.take().is_none());
    producer.push(1).unwrap();
    drop((producer, consumer));
    assert!(queue.take().is_none(), "dropping the ends does not give them back");
    assert_eq!(queue.split().1.pop(), Some(1));
}

#[test]
fn a_queue_that_was_split_is_not_taken() {
    let mut queue = Queue::<u64, 2>::new();
    queue.split().0.push(1).unwrap();
    assert!(queue.take().is_none());
    assert_eq!(queue.split().1.pop(), Some(1));
}

#[test]
fn one_of_many_threads_takes_the_ends_of_a_static_queue() {
    static QUEUE: Queue<Cell<u64>, 5> = Queue::new();

    let takers: Vec<_> = (0..8).map(|_| thread::spawn(|| QUEUE.take())).collect();
    let mut ends: Vec<_> = takers.into_iter().filter_map(|taker| taker.join().unwrap()).collect();
    assert_eq!(ends.len(), 1);
    let (mut producer, mut consumer) = ends.pop().unwrap();
    let pushing = thread::spawn(move || (1..=5).for_each(|value| producer.push(Cell::new(value)).unwrap()));
    pushing.join().unwrap();
    assert!(QUEUE.is_full());
    assert_eq!(consumer.drain().map(Cell::into_inner).sum::<u64>(), 15);
}

#[cfg(feature = "alloc")]
#[test]
fn ends_that_own_their_queue_outlive_each_other_on_other_threads() {
    for producer_first in [true, false] {
        let (mut producer, mut consumer) = ringway::spsc::BoxedQueue::new(2).unwrap().into_split();
        producer.push(String::from("left")).unwrap();
        if producer_first {
            drop(producer);
            let last = thread::spawn(move || consumer.pop()).join().unwrap();
            assert_eq!(last.as_deref(), Some("left"));
        } else {
            drop(consumer);
            thread::spawn(move || producer.push(String::from("more")).unwrap()).join().unwrap();
        }
    }
}
