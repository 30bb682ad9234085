//! One value, once.

use crate::executors::*;
use crate::wait::{Alarm, Mark};
use crate::watchdog::watch;
use ringway::channel::oneshot::{self, Oneshot};
use ringway::channel::{RecvError, RecvTimeoutError, TryRecvError};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

fn a_reply_wakes_its_receiver<E: Executor>() {
    let _watch = watch(|| format!("oneshot on {}", std::any::type_name::<E>()));
    for has_reply in [true, false] {
        let (sender, receiver) = oneshot::channel();
        let asleep = Mark::default();
        let sleeper = asleep.clone();
        let waiting = task(async move {
            let expected = if has_reply { Ok(42) } else { Err(RecvError) };
            assert_eq!(sleeper.when_asleep(receiver).await, expected);
        });
        let replying = task(async move {
            asleep.wait().await;
            if has_reply {
                sender.send(42).unwrap();
            }
        });
        E::run(vec![waiting, replying]);
    }
}

#[test]
fn a_reply_wakes_its_receiver_on_every_executor() {
    a_reply_wakes_its_receiver::<TokioOnOneThread>();
    a_reply_wakes_its_receiver::<TokioOnSeveralThreads>();
    a_reply_wakes_its_receiver::<Embassy>();
    a_reply_wakes_its_receiver::<LocalPool>();
    a_reply_wakes_its_receiver::<Smol>();
    a_reply_wakes_its_receiver::<Pollster>();
}

#[test]
fn a_reply_without_a_receiver_comes_back() {
    let mut place = Oneshot::new();
    let (sender, receiver) = place.split();
    assert!(!sender.is_closed());
    drop(receiver);
    assert!(sender.is_closed());
    assert_eq!(sender.send("reply"), Err("reply"));
}

#[test]
fn a_receiver_that_moves_to_another_task_is_woken_there() {
    let mut place = Oneshot::new();
    let (sender, mut receiver) = place.split();
    let alarms = [Alarm::new(), Alarm::new()];
    assert!(alarms[0].poll(Pin::new(&mut receiver)).is_pending());
    assert!(alarms[1].poll(Pin::new(&mut receiver)).is_pending());
    sender.send(1).unwrap();
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [false, true]);
    assert_eq!(alarms[1].poll(Pin::new(&mut receiver)), Poll::Ready(Ok(1)));
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed), "once");
}

#[test]
fn a_place_is_used_again_and_again() {
    let mut place = Oneshot::new();
    for n in 0..10 {
        let (sender, mut receiver) = place.split();
        match n % 3 {
            0 => drop((sender, receiver)),
            1 => {
                sender.send(n).unwrap();
                assert_eq!(receiver.try_recv(), Ok(n));
            }
            _ => {
                sender.send(n).unwrap();
                std::mem::forget(receiver);
            }
        }
    }
}

#[test]
fn threads_wait_for_a_reply() {
    let _watch = watch(|| "threads and a oneshot".into());
    let (sender, mut receiver) = oneshot::channel();
    assert_eq!(receiver.recv_timeout(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout));
    let replier = thread::spawn(|| sender.send(7));
    assert_eq!(receiver.recv_blocking(), Ok(7));
    replier.join().unwrap().unwrap();
    let (sender, receiver) = oneshot::channel::<u8>();
    let leaver = thread::spawn(|| drop(sender));
    assert_eq!(receiver.recv_blocking(), Err(RecvError));
    leaver.join().unwrap();
}

/// Both ends go, or meet, at the same moment: the value is dropped or delivered once, and neither
/// waits forever.
#[test]
fn ends_that_meet_or_go_at_the_same_moment_settle_for_one_thing() {
    let _watch = watch(|| "both ends of a oneshot at once".into());
    for round in 0..2000 {
        let (sender, receiver) = oneshot::channel();
        let value = Arc::new(());
        let copy = value.clone();
        let sending = thread::spawn(move || (round % 4 != 0).then(|| sender.send(copy)));
        let received = (round % 3 != 0).then(|| receiver.recv_blocking());
        let sent = sending.join().unwrap();
        if let (Some(sent), Some(received)) = (&sent, &received) {
            assert!(sent.is_ok() && received.is_ok(), "both stayed");
        }
        drop((sent, received));
        assert_eq!(Arc::strong_count(&value), 1, "dropped once");
    }
}

#[test]
fn dropping_a_receiver_drops_its_waker() {
    let mut place = Oneshot::<u8>::new();
    let (sender, mut receiver) = place.split();
    let alarm = Alarm::new();
    assert!(alarm.poll(pin!(&mut receiver)).is_pending());
    assert_eq!(Arc::strong_count(&alarm), 2);
    drop(receiver);
    assert_eq!(Arc::strong_count(&alarm), 1);
    assert_eq!(sender.send(1), Err(1));
}

#[test]
fn a_receive_that_does_not_wait_says_empty_or_closed_as_every_channel_does() {
    let mut place = Oneshot::<u8>::new();
    let (sender, mut receiver) = place.split();
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    drop(sender);
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(receiver.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Closed));
    assert_eq!(pollster::block_on(receiver), Err(RecvError));
}
