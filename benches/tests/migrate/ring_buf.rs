//! ringbuf.

use super::*;
use ringbuf::HeapRb;
use ringbuf::traits::{Consumer as _, Observer, Producer as _, Split};
use std::io::{ErrorKind, Read, Write};

type Theirs = (ringbuf::HeapProd<u8>, ringbuf::HeapCons<u8>);
type Ours = (spsc::Producer<'static, u8>, spsc::Consumer<'static, u8>);

/// The ends of a queue of three, there and here.
fn rings() -> (Theirs, Ours) {
    (HeapRb::new(3).split(), spsc::BoxedQueue::new(3).unwrap().into_split())
}

#[test]
fn a_heap_ring_has_two_ends() {
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) = rings();
    let rooms = (room(|| their_producer.try_push(7).is_ok()), room(|| our_producer.push(7).is_ok()));
    assert_eq!(rooms, (3, 3));
    assert_eq!((their_consumer.try_pop(), our_consumer.pop()), (Some(7), Some(7)));
}

#[test]
fn an_iterator_is_pushed_at_once() {
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) = rings();
    let (mut theirs, mut ours) = (1..=5, 1..=5);
    assert_eq!((their_producer.push_iter(&mut theirs), our_producer.push_iter(&mut ours)), (3, 3));
    assert_eq!((theirs.next(), ours.next()), (Some(4), Some(4)));
    assert_eq!((their_consumer.occupied_len(), our_consumer.len()), (3, 3));

    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) = rings();
    let two = || (1..).map(|value| if value == 3 { panic!("as intended") } else { value });
    assert!(catch_unwind(std::panic::AssertUnwindSafe(|| their_producer.push_iter(two()))).is_err());
    assert!(catch_unwind(std::panic::AssertUnwindSafe(|| our_producer.push_iter(two()))).is_err());
    assert_eq!((their_consumer.occupied_len(), our_consumer.len()), (2, 2));
}

#[test]
fn vacant_is_free() {
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) = rings();
    for len in 0..=3 {
        assert_eq!((their_producer.vacant_len(), our_producer.free_capacity()), (3 - len, 3 - len));
        assert_eq!((their_consumer.occupied_len(), our_consumer.len()), (len, len));
        assert_eq!(their_producer.try_push(0).is_ok(), our_producer.push(0).is_ok());
    }
}

#[test]
fn values_are_dropped_in_place() {
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) = rings();
    assert_eq!((their_producer.push_iter(1..=3), our_producer.push_iter(1..=3)), (3, 3));
    assert_eq!((their_consumer.skip(1), our_consumer.skip(1)), (1, 1));
    assert_eq!((their_consumer.clear(), our_consumer.clear()), (2, 2));
}

#[test]
fn values_are_changed_in_place() {
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) = rings();
    assert_eq!((their_producer.push_iter(1..=3), our_producer.push_iter(1..=3)), (3, 3));
    their_consumer.iter_mut().for_each(|value| *value *= 2);
    our_consumer.iter_mut().for_each(|value| *value *= 2);
    assert!(their_consumer.pop_iter().eq(our_consumer.drain()));
}

#[test]
fn bytes_are_read_and_written() {
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) = rings();
    assert_eq!((their_producer.write(b"abcd").unwrap(), our_producer.write(b"abcd").unwrap()), (3, 3));
    let would_block = |result: std::io::Result<usize>| result.unwrap_err().kind() == ErrorKind::WouldBlock;
    assert!(would_block(their_producer.write(b"d")) && would_block(our_producer.write(b"d")));
    let (mut theirs, mut ours) = ([0; 4], [0; 4]);
    assert_eq!((their_consumer.read(&mut theirs).unwrap(), our_consumer.read(&mut ours).unwrap()), (3, 3));
    assert_eq!(theirs, ours);
    assert!(would_block(their_consumer.read(&mut theirs)) && would_block(our_consumer.read(&mut ours)));
    drop((their_producer, our_producer));
    assert!(would_block(their_consumer.read(&mut theirs)), "there the stream never ends");
    assert_eq!(our_consumer.read(&mut ours).unwrap(), 0);
}

#[test]
fn text_is_written() {
    use std::fmt::Write;
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) = rings();
    assert!(their_producer.write_str("ab").is_ok() && our_producer.write_str("ab").is_ok());
    assert!(their_producer.write_str("ä").is_err() && our_producer.write_str("ä").is_err());
    assert_eq!((their_consumer.occupied_len(), our_consumer.len()), (3, 2), "half of a character there");
}

#[test]
fn an_end_is_held_or_not() {
    let ((their_producer, their_consumer), (our_producer, our_consumer)) = rings();
    assert_eq!((their_consumer.write_is_held(), !our_consumer.is_abandoned()), (true, true));
    drop((their_producer, our_producer));
    assert_eq!((their_consumer.write_is_held(), !our_consumer.is_abandoned()), (false, false));
}

#[test]
fn the_oldest_is_overwritten() {
    let (mut theirs, ours) = (HeapRb::<u8>::new(2), mpmc::Queue::<u8, 2>::new());
    for (value, displaced) in [(1, None), (2, None), (3, Some(1))] {
        assert_eq!((theirs.push_overwrite(value), ours.force_push(value)), (displaced, displaced));
    }
}
