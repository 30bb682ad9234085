//! Wakers that panic.

use super::{Deed, DropNoted, hooked};
use crate::wait::Alarm;
use ringway::channel::{Channel, RecvError, SendError, bounded, oneshot, spsc};
use ringway::task::Tracker;
use ringway::{priority, stack};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

/// A waker that panics when this is done to it, once.
fn panicking(deed: Deed) -> Waker {
    let armed = AtomicU64::new(1);
    hooked(move |done| {
        if done == deed && armed.swap(0, Ordering::Relaxed) == 1 {
            panic!("the waker panics, as intended");
        }
    })
}

fn panics<O>(body: impl FnOnce() -> O) -> bool {
    catch_unwind(AssertUnwindSafe(body)).is_err()
}

#[test]
fn a_waker_that_panics_when_it_wakes_loses_no_value_and_no_other_waiter() {
    let channel: Channel<u64, 2> = Channel::new();
    let (mut first, mut second) = (Box::pin(channel.recv()), pin!(channel.recv()));
    let alarm = Alarm::new();
    assert!(first.as_mut().poll(&mut Context::from_waker(&panicking(Deed::Wake))).is_pending());
    assert!(alarm.poll(second.as_mut()).is_pending());
    assert!(panics(|| channel.try_send(1)));
    assert_eq!(channel.len(), 1, "the value was sent before its receiver was woken");
    drop(first);
    assert!(alarm.rang(), "the first passes its wake-up on");
    assert_eq!(alarm.poll(second.as_mut()), Poll::Ready(Ok(1)));
    assert_eq!((channel.try_send(2), channel.try_recv()), (Ok(()), Ok(2)));
}

/// A future that waits with a waker that panics.
fn waits<F: Future>(future: Pin<&mut F>) {
    assert!(future.poll(&mut Context::from_waker(&panicking(Deed::Wake))).is_pending());
}

#[test]
fn a_batch_counts_the_value_whose_waker_panicked() {
    let channel: Channel<u8, 4> = Channel::new();
    let waker = panicking(Deed::Wake);
    let mut receive = pin!(channel.recv());
    assert!(receive.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let mut send = pin!(channel.send_many(1..=3));
    assert!(panics(|| send.as_mut().poll(&mut Context::from_waker(Waker::noop()))));
    assert_eq!(channel.len(), 1, "it was sent");
    let sent = send.poll(&mut Context::from_waker(Waker::noop())).map(Result::unwrap);
    assert_eq!(sent, Poll::Ready(3));
}

#[test]
fn close_wakes_the_others_when_a_waker_panics() {
    let channel: Channel<u64, 2> = Channel::new();
    let (mut first, mut second) = (pin!(channel.recv()), pin!(channel.recv()));
    let alarm = Alarm::new();
    waits(first.as_mut());
    assert!(alarm.poll(second.as_mut()).is_pending());
    assert!(panics(|| channel.close()));
    assert!(channel.is_closed() && alarm.rang());
    assert_eq!(alarm.poll(second.as_mut()), Poll::Ready(Err(RecvError)));
    assert!(!channel.close());
}

#[test]
fn close_wakes_the_receivers_when_the_waker_of_a_sender_panics() {
    let channel: Channel<u64, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let (mut bad, mut good) = (pin!(channel.send(2)), pin!(channel.send(3)));
    let sender = Alarm::new();
    waits(bad.as_mut());
    assert!(sender.poll(good.as_mut()).is_pending());
    assert!(panics(|| channel.close()));
    assert!(sender.rang());
    assert_eq!(sender.poll(good), Poll::Ready(Err(SendError(3))));
}

#[test]
fn close_of_every_flavor_wakes_the_others_when_a_waker_panics() {
    let jobs: priority::Channel<u64, 2, 1> = priority::Channel::new();
    (0..2).for_each(|level| jobs.try_send(level, 0).unwrap());
    let (mut bad, mut good) = (pin!(jobs.send(0, 1)), pin!(jobs.send(1, 2)));
    let alarm = Alarm::new();
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| jobs.close()));
    assert!(alarm.rang(), "a sender to another level");

    let buffers: stack::Channel<u64, 1> = stack::Channel::new();
    let (mut bad, mut good) = (pin!(buffers.recv()), pin!(buffers.recv()));
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| buffers.close()));
    assert!(alarm.rang(), "another receiver");
}

#[test]
fn the_last_handle_wakes_the_others_when_a_waker_panics() {
    let (sender, receiver) = bounded::<u64>(1).unwrap();
    let (mut bad, mut good) = (pin!(receiver.recv()), pin!(receiver.recv()));
    let alarm = Alarm::new();
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| drop(sender)));
    assert!(alarm.rang());
    assert_eq!(alarm.poll(good), Poll::Ready(Err(RecvError)));
}

#[test]
fn close_wakes_what_waits_for_the_end_when_a_waker_panics() {
    let channel: Channel<u64, 1> = Channel::new();
    let (mut recv, mut bad, mut good) =
        (pin!(channel.recv()), pin!(channel.closed()), pin!(channel.closed()));
    let [receiver, alarm] = [Alarm::new(), Alarm::new()];
    assert!(receiver.poll(recv.as_mut()).is_pending());
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| channel.close()));
    assert!(receiver.rang() && alarm.rang());
    assert!(alarm.poll(good).is_ready() && alarm.poll(bad).is_ready());

    let channel: Channel<u64, 1> = Channel::new();
    let (mut bad, mut good) = (pin!(channel.recv()), pin!(channel.closed()));
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| channel.close()));
    assert!(alarm.rang(), "the waker of a receiver panics");
    assert!(alarm.poll(good).is_ready());
}

#[test]
fn a_wait_for_room_whose_wake_up_panics_leaves_the_room_to_others() {
    let channel: Channel<u64, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let (mut room, mut bad, mut good) =
        (pin!(channel.wait_for_room()), Box::pin(channel.send(2)), pin!(channel.send(3)));
    let [first, last] = [Alarm::new(), Alarm::new()];
    assert!(first.poll(room.as_mut()).is_pending());
    waits(bad.as_mut());
    assert!(last.poll(good.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(1));
    assert!(first.rang());
    assert!(panics(|| first.poll(room)), "it passes its wake-up on, to a waker that panics");
    drop(bad);
    assert!(last.rang());
    assert_eq!(last.poll(good), Poll::Ready(Ok(())));
}

#[test]
fn the_end_of_a_oneshot_holds_when_the_waker_of_its_sender_panics() {
    for closes in [false, true] {
        let (mut sender, mut receiver) = oneshot::channel::<u64>();
        {
            let mut closed = pin!(sender.closed());
            waits(closed.as_mut());
            match closes {
                true => {
                    assert!(panics(|| receiver.close()));
                    assert!(receiver.try_recv().is_err_and(|error| error.is_closed()));
                }
                false => assert!(panics(|| drop(receiver))),
            }
            assert!(Alarm::new().poll(closed).is_ready());
        }
        assert_eq!(sender.send(1), Err(1));
    }
}

#[test]
fn an_spsc_receiver_that_goes_closes_when_the_waker_of_its_sender_panics() {
    let (mut sender, receiver) = spsc::bounded::<u64>(1).unwrap();
    let mut closed = pin!(sender.closed());
    waits(closed.as_mut());
    assert!(panics(|| drop(receiver)));
    assert!(Alarm::new().poll(closed).is_ready());
}

#[test]
fn a_stream_that_goes_closes_when_the_waker_of_a_sender_panics() {
    let drops = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = bounded(1).unwrap();
    assert!(sender.try_send(DropNoted(drops.clone())).is_ok());
    let (mut bad, mut good) = (pin!(sender.closed()), pin!(sender.closed()));
    let alarm = Alarm::new();
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| drop(receiver.into_stream())));
    assert!(alarm.rang() && alarm.poll(good).is_ready());
    assert_eq!(drops.load(Ordering::Relaxed), 1, "what is left is dropped all the same");
}

#[test]
fn the_last_receiver_drops_what_is_left_when_a_waker_panics() {
    let drops = Arc::new(AtomicU64::new(0));
    let value = || DropNoted(drops.clone());
    let (sender, receiver) = bounded(1).unwrap();
    assert!(sender.try_send(value()).is_ok());
    let mut send = Box::pin(sender.send(value()));
    waits(send.as_mut());
    assert!(panics(|| drop(receiver)));
    assert_eq!(drops.load(Ordering::Relaxed), 1);

    let (mut sender, receiver) = spsc::bounded(1).unwrap();
    assert!(sender.try_send(value()).is_ok());
    let mut send = Box::pin(sender.send(value()));
    waits(send.as_mut());
    assert!(panics(|| drop(receiver)));
    assert_eq!(drops.load(Ordering::Relaxed), 2);
}

#[test]
fn all_joining_waiters_are_woken_when_a_waker_panics() {
    let tracker: Tracker = Tracker::new();
    let task = tracker.track(1);
    let (mut bad, mut good) = (pin!(tracker.join()), pin!(tracker.join()));
    let alarm = Alarm::new();
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| task.done()));
    assert!(alarm.rang());
}

/// As documented: the panic reaches the receive, which has its value, and drops it. Nothing else
/// suffers.
#[test]
fn a_receive_whose_wake_up_panics_drops_its_value_and_no_other() {
    fn check(
        drops: &AtomicU64,
        send: Pin<&mut impl Future<Output = Result<(), SendError<DropNoted>>>>,
        receive: impl Fn() -> bool,
    ) {
        let mut send = send;
        waits(send.as_mut());
        assert!(panics(&receive));
        assert_eq!(drops.swap(0, Ordering::Relaxed), 1, "the value that was received");
        assert!(Alarm::new().poll(send).is_ready(), "there is room for the next");
        assert!(receive());
        assert_eq!(drops.swap(0, Ordering::Relaxed), 1);
    }
    let drops = Arc::new(AtomicU64::new(0));
    let value = || DropNoted(drops.clone());

    let channel: Channel<DropNoted, 1> = Channel::new();
    for receive in [
        (|channel: &Channel<DropNoted, 1>| channel.try_recv().is_ok()) as fn(&_) -> bool,
        |channel| channel.recv_blocking().is_ok(),
        |channel| Alarm::new().poll(pin!(channel.recv())).is_ready(),
    ] {
        assert!(channel.try_send(value()).is_ok());
        check(&drops, pin!(channel.send(value())), || receive(&channel));
    }
    let buffers: stack::Channel<DropNoted, 1> = stack::Channel::new();
    assert!(buffers.try_send(value()).is_ok());
    check(&drops, pin!(buffers.send(value())), || buffers.try_recv().is_ok());

    let (mut sender, receiver) = spsc::bounded(1).unwrap();
    let receiver = std::cell::RefCell::new(receiver);
    assert!(sender.try_send(value()).is_ok());
    check(&drops, pin!(sender.send(value())), || receiver.borrow_mut().try_recv().is_ok());
}

#[test]
fn a_waker_that_panics_when_it_is_cloned_or_dropped_leaves_a_future_that_can_wait() {
    for deed in [Deed::Clone, Deed::Drop] {
        let channel: Channel<u64, 2> = Channel::new();
        let (mut recv, alarm) = (pin!(channel.recv()), Alarm::new());
        let waker = panicking(deed);
        // The second poll drops the waker that the first left.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _ = recv.as_mut().poll(&mut Context::from_waker(&waker));
            alarm.poll(recv.as_mut())
        }))
        .expect_err("the waker panics");
        assert!(alarm.poll(recv.as_mut()).is_pending());
        channel.try_send(3).unwrap();
        assert!(alarm.rang(), "{deed:?}");
        assert_eq!(alarm.poll(recv.as_mut()), Poll::Ready(Ok(3)));
    }
}

#[test]
fn a_waker_that_panics_leaves_an_spsc_channel_in_use() {
    let (mut sender, mut receiver) = spsc::bounded(2).unwrap();
    {
        let mut recv = pin!(receiver.recv());
        assert!(recv.as_mut().poll(&mut Context::from_waker(&panicking(Deed::Wake))).is_pending());
        assert!(panics(|| sender.try_send(1)));
        let alarm = Alarm::new();
        assert_eq!(alarm.poll(recv), Poll::Ready(Ok(1)));
    }
    let alarm = Alarm::new();
    let mut recv = pin!(receiver.recv());
    assert!(alarm.poll(recv.as_mut()).is_pending());
    sender.try_send(2).unwrap();
    assert!(alarm.rang());
    assert_eq!(alarm.poll(recv), Poll::Ready(Ok(2)));
}
