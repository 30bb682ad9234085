//! rtrb.

use super::*;

#[test]
fn a_ring_buffer_has_two_ends() {
    let (mut their_producer, mut their_consumer) = rtrb::RingBuffer::new(3);
    let (mut our_producer, mut our_consumer) = spsc::BoxedQueue::new(3).unwrap().into_split();
    assert_eq!((room(|| their_producer.push(7).is_ok()), room(|| our_producer.push(7).is_ok())), (3, 3));
    drop((their_producer, our_producer));
    assert_eq!((their_consumer.pop(), our_consumer.pop()), (Ok(7), Some(7)), "each end owns the queue");

    assert!(rtrb::RingBuffer::new(0).0.push(0).is_err());
    assert_eq!(spsc::BoxedQueue::<u8>::new(0).err(), Some(CapacityError::Zero));
}

/// The ends of a queue of two, there.
fn their_ring() -> (rtrb::Producer<u8>, rtrb::Consumer<u8>) {
    rtrb::RingBuffer::new(2)
}

/// The ends of a queue of two, here.
fn our_ring() -> (spsc::Producer<'static, u8>, spsc::Consumer<'static, u8>) {
    spsc::BoxedQueue::new(2).unwrap().into_split()
}

#[test]
fn a_ring_buffer_answers_at_once() {
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) =
        (their_ring(), our_ring());
    for value in [1, 2] {
        assert_eq!((their_producer.push(value), our_producer.push(value)), (Ok(()), Ok(())));
    }
    assert_eq!(their_producer.push(3), Err(rtrb::PushError::Full(3)));
    assert_eq!(our_producer.push(3), Err(Full(3)));
    for value in [Some(1), Some(2), None] {
        assert_eq!((their_consumer.pop().ok(), our_consumer.pop()), (value, value));
    }
}

#[test]
fn slots_are_places_or_values() {
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) = (their_ring(), our_ring());
    for len in 0..=2 {
        assert_eq!((their_producer.slots(), our_producer.free_capacity()), (2 - len, 2 - len));
        assert_eq!((their_consumer.slots(), our_consumer.len()), (len, len));
        assert_eq!(their_producer.push(0).is_ok(), our_producer.push(0).is_ok());
    }
}

#[test]
fn chunks_are_written_at_once() {
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) = (their_ring(), our_ring());
    assert!(their_producer.write_chunk_uninit(3).is_err() && our_producer.write_chunk(3).is_err());
    assert_eq!(their_producer.write_chunk_uninit(2).unwrap().fill_from_iter([1, 2]), 2);
    let mut chunk = our_producer.write_chunk(2).unwrap();
    chunk.fill([1, 2]);
    assert_eq!(our_consumer.len(), 0, "not before the commit");
    assert_eq!(chunk.commit(), 2);
    assert_eq!((their_consumer.slots(), our_consumer.len()), (2, 2));
}

#[test]
fn chunks_are_read_at_once() {
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) =
        (their_ring(), our_ring());
    for value in [1, 2] {
        assert_eq!((their_producer.push(value), our_producer.push(value)), (Ok(()), Ok(())));
    }
    assert!(their_consumer.read_chunk(3).is_err() && our_consumer.read_chunk(3).is_err());
    let (theirs, ours) = (their_consumer.read_chunk(2).unwrap(), our_consumer.read_chunk(2).unwrap());
    assert_eq!(theirs.as_slices(), ours.as_slices());
    theirs.commit_all();
    ours.commit_all();
    assert_eq!((their_consumer.slots(), our_consumer.len()), (0, 0));
}

#[test]
fn an_end_that_goes_is_noticed() {
    let (their_producer, their_consumer) = rtrb::RingBuffer::<u8>::new(2);
    let (sender, receiver) = channel::spsc::bounded::<u8>(2).unwrap();
    assert_eq!((their_consumer.is_abandoned(), receiver.is_closed()), (false, false));
    drop((their_producer, sender));
    assert_eq!((their_consumer.is_abandoned(), receiver.is_closed()), (true, true));

    let (their_producer, mut their_consumer) = their_ring();
    let (our_producer, mut our_consumer) = our_ring();
    assert_eq!((their_producer.is_abandoned(), our_producer.is_abandoned()), (false, false));
    assert_eq!((their_consumer.is_abandoned(), our_consumer.is_abandoned()), (false, false));
    drop((their_producer, our_producer));
    assert_eq!((their_consumer.is_abandoned(), our_consumer.is_abandoned()), (true, true));
    assert_eq!((their_consumer.pop().ok(), our_consumer.pop()), (None, None));

    let mut borrowed = spsc::Queue::<u8, 2>::new();
    let (our_producer, our_consumer) = borrowed.split();
    drop(our_consumer);
    assert!(our_producer.is_abandoned());
}
