//! Waiting for room without a value.

use crate::wait::Alarm;
use ringway::channel::{BoxedChannel, Channel, SendError, TrySendError};
use ringway::{priority, stack};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::thread;

/// The room may be left unused, so the next sender is woken too.
#[test]
fn room_that_was_found_is_left_to_the_next_sender() {
    let channel: Channel<u8, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let [first, second] = [Alarm::new(), Alarm::new()];
    let (mut room, mut send) = (pin!(channel.wait_for_room()), pin!(channel.send(2)));
    assert!(first.poll(room.as_mut()).is_pending());
    assert!(second.poll(send.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(1));
    assert_eq!((first.rang(), second.rang()), (true, false), "in the order in which they came");
    assert_eq!(first.poll(room), Poll::Ready(Ok(())));
    assert!(second.rang());
    assert_eq!(second.poll(send), Poll::Ready(Ok(())));
    assert_eq!(channel.try_send(3), Err(TrySendError::Full(3)), "as documented: another took it");
}

#[test]
fn a_sender_that_is_woken_by_found_room_in_vain_stays_first() {
    let channel: Channel<u8, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let [first, second, third] = [Alarm::new(), Alarm::new(), Alarm::new()];
    let mut room = pin!(channel.wait_for_room());
    let (mut send, mut last) = (pin!(channel.send(3)), pin!(channel.send(4)));
    assert!(first.poll(room.as_mut()).is_pending());
    assert!(second.poll(send.as_mut()).is_pending());
    assert!(third.poll(last.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(1));
    assert_eq!(first.poll(room), Poll::Ready(Ok(())));
    channel.try_send(2).unwrap();
    assert!(second.rang() && second.poll(send.as_mut()).is_pending(), "too late");
    assert_eq!(channel.try_recv(), Ok(2));
    assert_eq!((second.rang(), third.rang()), (true, false));
    assert_eq!(second.poll(send), Poll::Ready(Ok(())));
}

#[test]
fn a_wait_for_room_that_is_given_up_passes_its_wake_up_on() {
    let channel: Channel<u8, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let [first, second] = [Alarm::new(), Alarm::new()];
    let (mut room, mut send) = (Box::pin(channel.wait_for_room()), pin!(channel.send(2)));
    assert!(first.poll(room.as_mut()).is_pending());
    assert!(second.poll(send.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(1));
    drop(room);
    assert!(second.rang());
    assert_eq!(second.poll(send), Poll::Ready(Ok(())));
    assert_eq!(Arc::strong_count(&first), 1);
}

#[test]
fn each_level_has_room_of_its_own() {
    let jobs: priority::Channel<u8, 2, 1> = priority::Channel::new();
    let sender = jobs.closing_sender();
    jobs.try_send(0, 1).unwrap();
    let alarm = Alarm::new();
    assert_eq!(alarm.poll(pin!(sender.wait_for_room(1))), Poll::Ready(Ok(())));
    let mut room = pin!(sender.wait_for_room(0));
    assert!(alarm.poll(room.as_mut()).is_pending());
    jobs.try_send(1, 2).unwrap();
    assert_eq!(jobs.try_recv(), Ok((0, 1)));
    assert!(alarm.rang());
    assert_eq!(alarm.poll(room), Poll::Ready(Ok(())));
    assert_eq!(alarm.poll(pin!(jobs.wait_for_room(2))), Poll::Ready(Ok(())), "no such level");
    jobs.close();
    for level in 0..3 {
        assert_eq!(alarm.poll(pin!(jobs.wait_for_room(level))), Poll::Ready(Err(SendError(()))));
    }
}

#[test]
fn a_stack_has_room_again_after_a_receive() {
    let buffers: stack::Channel<u8, 1> = stack::Channel::new();
    let sender = buffers.closing_sender();
    sender.try_send(1).unwrap();
    let (mut room, alarm) = (pin!(sender.wait_for_room()), Alarm::new());
    assert!(alarm.poll(room.as_mut()).is_pending());
    assert_eq!(buffers.try_recv(), Ok(1));
    assert!(alarm.rang());
    assert_eq!(alarm.poll(room), Poll::Ready(Ok(())));
}

/// Some wait for room and try, others send: all get through, on real threads.
#[test]
fn senders_of_both_kinds_share_a_channel() {
    const COUNT: u64 = 2000;
    let _watch = crate::watchdog::watch(|| "senders that wait for room beside others".into());
    let channel = Arc::new(BoxedChannel::<u64>::new(1).unwrap());
    let tried = Arc::new(AtomicU64::new(0));
    let wait_and_try = |channel: &BoxedChannel<u64>, n, tried: &AtomicU64| {
        pollster::block_on(async {
            loop {
                channel.wait_for_room().await.unwrap();
                tried.fetch_add(1, Ordering::Relaxed);
                if channel.try_send(n).is_ok() {
                    break;
                }
            }
        });
    };
    let senders: Vec<_> = (0..4)
        .map(|kind| {
            let (channel, tried) = (channel.clone(), tried.clone());
            thread::spawn(move || {
                (0..COUNT).for_each(|n| match kind % 2 {
                    0 => wait_and_try(&channel, n, &tried),
                    _ => channel.send_blocking(n).unwrap(),
                });
            })
        })
        .collect();
    let sum: u64 = (0..4 * COUNT).map(|_| channel.recv_blocking().unwrap()).sum();
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    assert_eq!(sum, 4 * (COUNT * (COUNT - 1) / 2));
    assert!(tried.load(Ordering::Relaxed) >= 2 * COUNT);
}
