//! The ends of an SPSC channel: split anew, and what is done with their queue.

use crate::wait::Alarm;
use ringway::channel::spsc::Channel;
use ringway::channel::{TryRecvError, TrySendError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

#[test]
fn ends_that_are_split_after_others_were_dropped_are_open() {
    let mut channel = Channel::<_, 2>::new();
    channel.split().0.try_send(1).unwrap();
    assert!(channel.take().is_none(), "a channel that was split is not taken");
    let (mut sender, mut receiver) = channel.split();
    assert!(!sender.is_closed());
    assert_eq!(sender.try_send(2), Ok(()));
    assert_eq!((receiver.try_recv(), receiver.try_recv()), (Ok(1), Ok(2)));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    drop(receiver);
    assert_eq!(sender.try_send(3), Err(TrySendError::Closed(3)));
}

#[test]
fn what_was_pushed_before_a_panic_wakes_the_receiver() {
    let mut channel = Channel::<_, 2>::new();
    let (mut sender, mut receiver) = channel.split();
    let alarm = Alarm::new();
    let mut recv = pin!(receiver.recv());
    assert!(alarm.poll(recv.as_mut()).is_pending());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        sender.with_producer(|producer| {
            producer.push(1).unwrap();
            panic!("after a push");
        });
    }));
    assert!(panicked.is_err() && alarm.rang());
    assert_eq!(alarm.poll(recv), Poll::Ready(Ok(1)));
}

#[test]
fn what_was_popped_before_a_panic_wakes_the_sender() {
    let mut channel = Channel::<_, 1>::new();
    let (mut sender, mut receiver) = channel.split();
    let alarm = Alarm::new();
    sender.try_send(1).unwrap();
    let mut send = sender.send(2);
    assert!(alarm.poll(pin!(&mut send)).is_pending());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        receiver.with_consumer(|consumer| {
            assert_eq!(consumer.pop(), Some(1));
            panic!("after a pop");
        });
    }));
    assert!(panicked.is_err() && alarm.rang());
    assert_eq!(alarm.poll(pin!(&mut send)), Poll::Ready(Ok(())));
}
