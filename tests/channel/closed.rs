//! Waiting for the end of a channel.

use crate::wait::Alarm;
use ringway::channel::oneshot::{self, Oneshot};
use ringway::channel::{Channel, RecvError, TryRecvError, bounded, spsc};
use ringway::{priority, stack};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

#[test]
fn neither_values_nor_room_wake_what_waits_for_the_end() {
    let channel: Channel<u8, 1> = Channel::new();
    let (mut closed, alarm) = (pin!(channel.closed()), Alarm::new());
    assert!(alarm.poll(closed.as_mut()).is_pending());
    for n in 0..3 {
        channel.try_send(n).unwrap();
        assert_eq!(channel.try_recv(), Ok(n));
    }
    assert!(!alarm.rang());
    channel.close();
    assert!(alarm.rang());
    assert_eq!(alarm.poll(closed.as_mut()), Poll::Ready(()));
    assert_eq!(alarm.poll(closed.as_mut()), Poll::Ready(()), "it stays closed");
}

/// It came first, and still the room is the sender's.
#[test]
fn what_waits_for_the_end_takes_no_notification_of_room() {
    let channel: Channel<u8, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let [first, second] = [Alarm::new(), Alarm::new()];
    let (mut closed, mut send) = (pin!(channel.closed()), pin!(channel.send(2)));
    assert!(first.poll(closed.as_mut()).is_pending());
    assert!(second.poll(send.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(1));
    assert_eq!((first.rang(), second.rang()), (false, true));
    assert_eq!(second.poll(send), Poll::Ready(Ok(())));
}

#[test]
fn all_that_waits_for_the_end_is_woken_but_what_was_given_up() {
    let channel: Channel<u8, 1> = Channel::new();
    let alarms = [Alarm::new(), Alarm::new(), Alarm::new()];
    let mut waiting = [(); 3].map(|()| Some(Box::pin(channel.closed())));
    for (alarm, closed) in alarms.iter().zip(&mut waiting) {
        assert!(alarm.poll(closed.as_mut().unwrap().as_mut()).is_pending());
    }
    waiting[1] = None;
    assert_eq!(Arc::strong_count(&alarms[1]), 1, "its waker is dropped with it");
    channel.close();
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [true, false, true]);
}

#[test]
fn the_last_receiver_ends_the_wait_of_senders_in_every_flavor() {
    let alarm = Alarm::new();
    let (sender, receiver) = bounded::<u8>(1).unwrap();
    let other = receiver.clone();
    let mut closed = pin!(sender.closed());
    assert!(alarm.poll(closed.as_mut()).is_pending());
    drop(receiver);
    assert!(!alarm.rang(), "one receiver is left");
    drop(other);
    assert!(alarm.rang() && alarm.poll(closed).is_ready());

    let jobs: priority::Channel<u8, 2, 1> = priority::Channel::new();
    let (sender, receiver) = (jobs.closing_sender(), jobs.closing_receiver());
    let (mut closed, mut of_channel) = (pin!(sender.closed()), pin!(jobs.closed()));
    assert!(alarm.poll(closed.as_mut()).is_pending() && alarm.poll(of_channel.as_mut()).is_pending());
    drop(receiver);
    assert!(alarm.rang() && alarm.poll(closed).is_ready() && alarm.poll(of_channel).is_ready());

    let buffers: stack::Channel<u8, 1> = stack::Channel::new();
    let (sender, receiver) = (buffers.closing_sender(), buffers.closing_receiver());
    let mut closed = pin!(sender.closed());
    assert!(alarm.poll(closed.as_mut()).is_pending());
    drop(receiver);
    assert!(alarm.rang() && alarm.poll(closed).is_ready());
}

#[test]
fn the_last_sender_ends_the_wait_of_receivers() {
    let (sender, receiver) = bounded::<u8>(1).unwrap();
    let (mut closed, alarm) = (pin!(receiver.closed()), Alarm::new());
    assert!(alarm.poll(closed.as_mut()).is_pending());
    sender.try_send(1).unwrap();
    drop(sender);
    assert!(alarm.rang() && alarm.poll(closed).is_ready());
    assert_eq!(receiver.try_recv(), Ok(1), "there may still be values");
}

#[test]
fn an_spsc_sender_that_waits_for_the_end_in_vain_can_send() {
    let (mut sender, mut receiver) = spsc::bounded(1).unwrap();
    let alarm = Alarm::new();
    sender.try_send(1).unwrap();
    {
        let mut closed = pin!(sender.closed());
        assert!(alarm.poll(closed.as_mut()).is_pending());
        assert_eq!(receiver.try_recv(), Ok(1));
        assert!(alarm.rang(), "the only waiter there is woken by room too");
        assert!(alarm.poll(closed.as_mut()).is_pending());
    }
    assert_eq!(Arc::strong_count(&alarm), 1, "its waker is dropped with it");
    sender.try_send(2).unwrap();
    drop(receiver);
    assert!(!alarm.rang());
    assert!(alarm.poll(pin!(sender.closed())).is_ready());
}

#[test]
fn a_oneshot_sender_is_woken_when_its_receiver_goes_or_closes() {
    for closes in [false, true] {
        let (mut sender, mut receiver) = oneshot::channel::<u8>();
        let alarm = Alarm::new();
        {
            let mut closed = pin!(sender.closed());
            assert!(alarm.poll(closed.as_mut()).is_pending());
            if closes {
                assert!(receiver.close());
                assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
            } else {
                drop(receiver);
            }
            assert!(alarm.rang());
            assert!(alarm.poll(closed.as_mut()).is_ready());
            assert!(alarm.poll(closed.as_mut()).is_ready(), "it stays closed");
        }
        assert!(sender.is_closed());
        assert_eq!(sender.send(1), Err(1));
    }
}

#[test]
fn a_oneshot_sender_that_waited_in_vain_sends_and_wakes_no_more() {
    let (mut sender, receiver) = oneshot::channel();
    let [before, after] = [Alarm::new(), Alarm::new()];
    {
        let mut closed = pin!(sender.closed());
        assert!(before.poll(closed.as_mut()).is_pending());
        assert!(after.poll(closed.as_mut()).is_pending());
        assert_eq!(Arc::strong_count(&before), 1, "the newest waker replaces the others");
    }
    assert_eq!(Arc::strong_count(&after), 1, "its waker is dropped with it");
    sender.send(1).unwrap();
    assert_eq!(pollster::block_on(receiver), Ok(1));
    assert!(!before.rang() && !after.rang());
}

#[test]
fn a_oneshot_that_is_closed_in_time_takes_no_value() {
    let mut place = Oneshot::new();
    let (sender, mut receiver) = place.split();
    assert!(!receiver.is_closed());
    assert!(receiver.close());
    assert!(receiver.is_closed() && sender.is_closed());
    assert!(!receiver.close(), "closed once");
    assert_eq!(sender.send("late"), Err("late"));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(Alarm::new().poll(Pin::new(&mut receiver)), Poll::Ready(Err(RecvError)));
    drop(receiver);

    let (sender, mut receiver) = place.split();
    sender.send("in time").unwrap();
    assert!(receiver.is_closed());
    assert!(!receiver.close());
    assert_eq!(receiver.try_recv(), Ok("in time"));
    assert!(receiver.is_closed() && !receiver.close());
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    drop(receiver);

    let (sender, mut receiver) = place.split();
    drop(sender);
    assert!(receiver.is_closed() && !receiver.close());
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
}

/// The value and the end at the same moment: it is received or comes back, and not both.
#[test]
fn a_oneshot_that_is_closed_while_it_sends_settles_for_one_thing() {
    let _watch = crate::watchdog::watch(|| "a oneshot that is closed while it sends".into());
    for _ in 0..2000 {
        let (sender, mut receiver) = oneshot::channel();
        let value = Arc::new(());
        let copy = value.clone();
        let sending = std::thread::spawn(move || sender.send(copy));
        let is_closed = receiver.close();
        let received = receiver.try_recv();
        let sent = sending.join().unwrap();
        assert_eq!((is_closed, is_closed), (received.is_err(), sent.is_err()));
        drop((sent, received, receiver));
        assert_eq!(Arc::strong_count(&value), 1, "dropped once");
    }
}
