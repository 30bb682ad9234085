//! heapless::mpmc, heapless::spsc.

use super::*;

#[test]
fn any_capacity_will_do() {
    let (theirs, ours) = (heapless::mpmc::Queue::<_, 4>::new(), mpmc::Queue::<_, 4>::new());
    assert_eq!((room(|| theirs.enqueue(0).is_ok()), room(|| ours.push(0).is_ok())), (4, 4));
    assert_eq!(room(|| mpmc::Queue::<u8, 1>::new().push(0).is_err()), 0);
    let of_three = mpmc::Queue::<_, 3>::new();
    assert_eq!(room(|| of_three.push(0).is_ok()), 3);
}

#[test]
fn a_rejected_value_comes_back() {
    let (theirs, ours) = (heapless::mpmc::Queue::<_, 2>::new(), mpmc::Queue::<_, 2>::new());
    for value in [1, 2] {
        assert_eq!((theirs.enqueue(value), ours.push(value)), (Ok(()), Ok(())));
    }
    assert_eq!((theirs.enqueue(3), ours.push(3)), (Err(3), Err(Full(3))));
}

#[test]
fn values_leave_in_order() {
    let (theirs, ours) = (heapless::mpmc::Queue::<_, 2>::new(), mpmc::Queue::<_, 2>::new());
    for value in [1, 2] {
        assert_eq!((theirs.enqueue(value), ours.push(value)), (Ok(()), Ok(())));
    }
    for value in [Some(1), Some(2), None] {
        assert_eq!((theirs.dequeue(), ours.pop()), (value, value));
    }
}

#[test]
fn a_queue_of_n_holds_n() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 4>::new(), spsc::Queue::<_, 4>::new());
    assert_eq!((theirs.capacity(), ours.capacity()), (3, 4));
    let (mut their_end, _their_consumer) = theirs.split();
    let (mut our_end, _our_consumer) = ours.split();
    assert_eq!((room(|| their_end.enqueue(0).is_ok()), room(|| our_end.push(0).is_ok())), (3, 4));
    assert_eq!((their_end.enqueue(1), our_end.push(1)), (Err(1), Err(Full(1))));
}

#[test]
fn ends_of_a_queue() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 4>::new(), spsc::Queue::<_, 4>::new());
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) =
        (theirs.split(), ours.split());
    assert_eq!((their_producer.enqueue(1), our_producer.push(1)), (Ok(()), Ok(())));
    for value in [Some(1), None] {
        assert_eq!((their_consumer.dequeue(), our_consumer.pop()), (value, value));
    }

    static TAKEN: spsc::Queue<u8, 4> = spsc::Queue::new();
    assert!(TAKEN.take().is_some() && TAKEN.take().is_none());
}

#[test]
fn peek_leaves_the_value() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 4>::new(), spsc::Queue::<_, 4>::new());
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) =
        (theirs.split(), ours.split());
    assert_eq!((their_consumer.peek(), our_consumer.peek()), (None, None));
    assert_eq!((their_producer.enqueue(1), our_producer.push(1)), (Ok(()), Ok(())));
    assert_eq!((their_consumer.peek(), our_consumer.peek()), (Some(&1), Some(&1)));
    assert_eq!((their_consumer.dequeue(), our_consumer.pop()), (Some(1), Some(1)));
}

#[test]
fn iter_leaves_the_values() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 4>::new(), spsc::Queue::<_, 4>::new());
    let (mut our_producer, mut our_consumer) = ours.split();
    for value in [1, 2] {
        assert_eq!((theirs.enqueue(value), our_producer.push(value)), (Ok(()), Ok(())));
    }
    assert!(theirs.iter().eq(our_consumer.iter()));
    theirs.iter_mut().for_each(|value| *value *= 10);
    our_consumer.iter_mut().for_each(|value| *value *= 10);
    assert!(theirs.iter().eq(our_consumer.iter()));
    assert_eq!((theirs.len(), our_consumer.len()), (2, 2));
}

#[test]
fn a_queue_is_cleared() {
    let (mut theirs, ours, mut ends) =
        (heapless::Deque::<_, 2>::new(), mpmc::Queue::from([1, 2]), spsc::Queue::from([1, 2]));
    assert!([1, 2].into_iter().all(|value| theirs.push_back(value).is_ok()));
    theirs.clear();
    assert_eq!((ours.clear(), ends.split().1.clear()), (2, 2));
    assert!(theirs.is_empty() && ours.is_empty() && ends.is_empty());
}

#[test]
fn ready_is_room_or_a_value() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 2>::new(), spsc::Queue::<_, 1>::new());
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) =
        (theirs.split(), ours.split());
    assert_eq!((their_producer.ready(), !our_producer.is_full()), (true, true));
    assert_eq!((their_consumer.ready(), !our_consumer.is_empty()), (false, false));
    assert_eq!((their_producer.enqueue(1), our_producer.push(1)), (Ok(()), Ok(())));
    assert_eq!((their_producer.ready(), !our_producer.is_full()), (false, false));
    assert_eq!((their_consumer.ready(), !our_consumer.is_empty()), (true, true));
}
