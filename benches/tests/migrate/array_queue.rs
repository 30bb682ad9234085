//! crossbeam_queue::ArrayQueue.

use super::*;

/// A queue of two, there and here.
fn arrays() -> (crossbeam_queue::ArrayQueue<u8>, mpmc::BoxedQueue<u8>) {
    (crossbeam_queue::ArrayQueue::new(2), mpmc::BoxedQueue::new(2).unwrap())
}

#[test]
fn an_array_queue_holds_n() {
    let ((theirs, ours), inline) = (arrays(), mpmc::Queue::<u8, 2>::new());
    assert_eq!((room(|| theirs.push(0).is_ok()), room(|| ours.push(0).is_ok())), (2, 2));
    assert_eq!(room(|| inline.push(0).is_ok()), 2);
    assert!(panics(|| crossbeam_queue::ArrayQueue::<u8>::new(0)));
    assert_eq!(mpmc::BoxedQueue::<u8>::new(0).err(), Some(CapacityError::Zero));
}

#[test]
fn an_array_queue_gives_the_value_back() {
    let (theirs, ours) = arrays();
    for value in [1, 2] {
        assert_eq!((theirs.push(value), ours.push(value)), (Ok(()), Ok(())));
    }
    assert_eq!((theirs.push(3), ours.push(3)), (Err(3), Err(Full(3))));
}

#[test]
fn an_array_queue_knows_its_length() {
    let (theirs, ours) = arrays();
    for len in 0..=2 {
        let of_theirs = (theirs.len(), theirs.is_empty(), theirs.is_full(), theirs.capacity());
        assert_eq!(of_theirs, (len, len == 0, len == 2, 2));
        assert_eq!((ours.len(), ours.is_empty(), ours.is_full(), ours.capacity()), of_theirs);
        assert_eq!(theirs.push(len as u8).is_ok(), ours.push(len as u8).is_ok());
    }
    for value in [Some(0), Some(1), None] {
        assert_eq!((theirs.pop(), ours.pop()), (value, value));
    }
}

#[test]
fn an_array_queue_is_a_collection() {
    let (theirs, mut ours) = arrays();
    let mut values = 1..=3;
    ours.extend(&mut values);
    assert!((1..=2).all(|value| theirs.push(value).is_ok()));
    assert_eq!(values.next(), Some(3), "there was room for two");
    assert!(theirs.into_iter().eq(ours));
    assert!(mpmc::BoxedQueue::from_iter(1..=3).into_iter().eq(mpmc::Queue::from([1, 2, 3])));
}

#[test]
fn force_push_may_displace_more_than_one() {
    let (theirs, ours) = arrays();
    for (value, displaced) in [(1, None), (2, None), (3, Some(1))] {
        assert_eq!(
            (theirs.force_push(value), ours.force_push(value)),
            (displaced, displaced),
            "alone: the oldest"
        );
    }

    // Another producer takes the room that was made, once: two values have to go.
    let mut lost = Vec::new();
    ours.force_push_with(4, |value| {
        if lost.is_empty() {
            ours.push(9).unwrap();
        }
        lost.push(value);
    });
    assert_eq!(lost, [2, 3], "handed over one by one, the oldest first");
    assert_eq!((ours.pop(), ours.pop()), (Some(9), Some(4)));

    let of_guards = mpmc::Queue::<u8, 1, 0>::new();
    let guard = of_guards.reserve();
    assert_eq!(of_guards.force_push(5), Some(5), "no slot to write to, and nothing to pop");
    drop(guard);
    assert_eq!((of_guards.force_push(5), of_guards.pop()), (None, Some(5)));
}
