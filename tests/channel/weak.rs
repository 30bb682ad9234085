//! Weak handles, counts of handles, and whether two handles are of one channel.

use ringway::channel::{
    Channel, Receiver, Sender, TryRecvError, TrySendError, WeakReceiver, WeakSender, bounded,
};
use ringway::wait::ThreadLock;
use ringway::{priority, stack};
use std::sync::Arc;
use std::thread;

type Ends = (Sender<'static, u32>, Receiver<'static, u32>);

/// Ends of a channel that they own, and of one that they borrow.
fn both() -> [Ends; 2] {
    let channel: &'static Channel<u32, 4> = Box::leak(Box::new(Channel::new()));
    [bounded(4).unwrap(), (channel.closing_sender(), channel.closing_receiver())]
}

#[test]
fn weak_handles_do_not_keep_a_channel_open() {
    for (sender, receiver) in both() {
        let (weak_sender, weak_receiver) = (sender.downgrade(), receiver.downgrade());
        sender.try_send(1).unwrap();
        let again = weak_sender.upgrade().expect("there is a sender");
        drop(sender);
        assert!(!receiver.is_closed());
        again.try_send(2).unwrap();
        drop(again);
        assert!(receiver.is_closed());
        assert!(weak_sender.upgrade().is_none() && weak_sender.clone().upgrade().is_none());
        let other = weak_receiver.upgrade().expect("there is a receiver");
        drop(receiver);
        assert!(other.iter().eq([1, 2]));
        drop(other);
        assert!(weak_receiver.upgrade().is_none());
    }
}

#[test]
fn an_upgraded_handle_counts_as_any_other() {
    for (sender, receiver) in both() {
        let counts = || (receiver.sender_count(), receiver.receiver_count());
        assert_eq!(counts(), (1, 1));
        let (weak, weak_receiver) = (sender.downgrade(), receiver.downgrade());
        assert_eq!(counts(), (1, 1));
        let (second, third) = (sender.clone(), weak.upgrade());
        let second_receiver = weak_receiver.upgrade().unwrap();
        assert_eq!(counts(), (3, 2));
        assert_eq!((sender.sender_count(), sender.receiver_count()), (3, 2));
        drop((second, third, second_receiver));
        assert_eq!(counts(), (1, 1));
        drop(sender);
        assert_eq!(counts(), (0, 1));
    }
}

#[test]
fn a_channel_that_was_closed_is_not_opened_by_an_upgrade() {
    for (sender, receiver) in both() {
        let weak = sender.downgrade();
        receiver.close();
        let again = weak.upgrade().expect("there is a sender");
        assert_eq!(again.try_send(1), Err(TrySendError::Closed(1)));
    }
    let channel: Channel<u32, 4> = Channel::new();
    let weak = channel.closing_sender().downgrade();
    assert!(weak.upgrade().is_none());
    let late = channel.closing_sender();
    assert!(weak.upgrade().is_some_and(|again| again.is_closed()), "another sender, of a closed channel");
    drop(late);
}

/// Weak handles keep the memory of the channel, and none of its values.
#[test]
fn the_last_receiver_drops_what_is_left_although_there_are_weak_ones() {
    let value = Arc::new(());
    let (sender, receiver) = bounded(4).unwrap();
    let (weak_sender, weak_receiver) = (sender.downgrade(), receiver.downgrade());
    sender.try_send(value.clone()).unwrap();
    drop(receiver);
    assert_eq!(Arc::strong_count(&value), 1);
    drop(sender);
    assert!(format!("{weak_sender:?}").contains("is_closed: true"));
    drop(weak_sender);
    assert!(weak_receiver.upgrade().is_none());
}

#[test]
fn handles_of_one_channel_know_each_other() {
    let [(sender, receiver), (other, other_receiver)] = both();
    assert!(sender.same_channel(&sender.clone()) && receiver.same_channel(&receiver.clone()));
    assert!(sender.same_channel(&receiver) && receiver.same_channel(&sender));
    assert!(sender.same_channel(&sender.downgrade().upgrade().unwrap()));
    assert!(!sender.same_channel(&other) && !sender.same_channel(&other_receiver));
}

#[test]
fn levels_and_stacks_have_weak_handles_too() {
    let jobs: priority::Channel<u32, 2, 2> = priority::Channel::new();
    let (sender, receiver) = jobs.into_split();
    let (weak, weak_receiver): (priority::WeakSender<'_, _, 2, 2>, priority::WeakReceiver<'_, _, 2, 2>) =
        (sender.downgrade(), receiver.downgrade());
    weak.upgrade().unwrap().try_send(1, 7).unwrap();
    drop(sender);
    assert!(weak.upgrade().is_none() && receiver.is_closed());
    assert_eq!(weak_receiver.upgrade().unwrap().try_recv(), Ok((1, 7)));

    let buffers: stack::Channel<u32, 2> = stack::Channel::new();
    let (sender, receiver) = (buffers.closing_sender(), buffers.closing_receiver());
    let (weak, weak_receiver): (stack::WeakSender<'_, _, 2>, stack::WeakReceiver<'_, _, 2>) =
        (sender.downgrade(), receiver.downgrade());
    assert_eq!((sender.sender_count(), sender.receiver_count()), (1, 1));
    drop(sender);
    assert!(weak.upgrade().is_none() && weak_receiver.upgrade().is_some());
}

#[test]
fn a_weak_handle_may_go_to_another_thread() {
    fn check<W: Send + Sync>() {}
    check::<WeakSender<'static, u32, ThreadLock>>();
    check::<WeakReceiver<'static, u32, ThreadLock>>();
}

/// A sender that was upgraded keeps the channel open; if there is none, everything was sent.
#[test]
fn an_upgrade_beside_the_last_drop_gets_an_open_channel_or_none() {
    let _watch = crate::watchdog::watch(|| "an upgrade beside the last drop".into());
    for _ in 0..if cfg!(miri) { 20 } else { 2000 } {
        let (sender, receiver) = bounded(2).unwrap();
        let weak = sender.downgrade();
        let dropper = thread::spawn(move || {
            sender.try_send(1).unwrap();
            drop(sender);
        });
        match weak.upgrade() {
            Some(again) => {
                dropper.join().unwrap();
                assert_eq!(again.try_send(2), Ok(()));
                drop(again);
                assert!(receiver.iter().eq([1, 2]));
            }
            None => {
                assert_eq!(receiver.try_recv(), Ok(1));
                dropper.join().unwrap();
                assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
            }
        }
    }
}
