//! Grants: values written in place and sent afterwards.

use crate::ledger::Ledger;
use crate::wait::Alarm;
use ringway::channel::{Channel, SendError, TrySendError};
use ringway::wait::ThreadLock;
use std::pin::pin;
use std::task::Poll;

#[test]
fn a_grant_that_is_sent_wakes_a_receiver() {
    let channel: Channel<_, 1> = Channel::new();
    let alarm = Alarm::new();
    let mut recv = pin!(channel.recv());
    assert!(alarm.poll(recv.as_mut()).is_pending());
    let mut grant = channel.reserve().unwrap();
    grant.as_uninit().write(6);
    // SAFETY: written just now.
    let mut grant = unsafe { grant.assume_init() };
    *grant += 1;
    assert!(!alarm.rang(), "nothing is sent yet");
    grant.try_send().unwrap();
    assert!(alarm.rang());
    assert_eq!(alarm.poll(recv.as_mut()), Poll::Ready(Ok(7)));
}

#[test]
fn a_grant_waits_for_room_and_keeps_its_value_meanwhile() {
    let channel: Channel<_, 1> = Channel::new();
    let grant = channel.closing_sender().reserve().map(|grant| grant.write(2).into_inner());
    assert_eq!(grant, Some(2));

    let channel: Channel<_, 1> = Channel::new();
    let grant = channel.reserve().unwrap().write(2);
    channel.try_send(1).unwrap();
    let Err(TrySendError::Full(grant)) = grant.try_send() else { panic!("it is full") };
    let alarm = Alarm::new();
    let mut send = pin!(grant.send());
    assert!(alarm.poll(send.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(1));
    assert!(alarm.rang());
    assert!(matches!(alarm.poll(send.as_mut()), Poll::Ready(Ok(()))));
    assert_eq!(channel.try_recv(), Ok(2));
}

#[test]
fn a_closed_channel_gives_the_grant_back() {
    let channel: Channel<_, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let alarm = Alarm::new();
    {
        let mut send = pin!(channel.reserve().unwrap().write(2).send());
        assert!(alarm.poll(send.as_mut()).is_pending());
        channel.close();
        assert!(alarm.rang());
        let Poll::Ready(Err(SendError(grant))) = alarm.poll(send.as_mut()) else { panic!("it is closed") };
        let Err(TrySendError::Closed(grant)) = grant.try_send() else { panic!("it stays closed") };
        assert_eq!(grant.into_inner(), 2);
    }
    assert_eq!(channel.recv_blocking(), Ok(1));
    // Behind the closed marker too.
    assert!(channel.recv_blocking().is_err());
    let grant = channel.reserve().expect("a slot is free").write(3);
    assert!(matches!(grant.try_send(), Err(TrySendError::Closed(_))));
}

#[test]
fn a_grant_that_is_given_up_drops_its_value_once_and_frees_its_slot() {
    let ledger = Ledger::new();
    let channel: Channel<_, 1> = Channel::new();
    for _ in 0..20 {
        channel.try_send(ledger.value()).unwrap_or_else(|_| panic!("there is room"));
        let alarm = Alarm::new();
        {
            let mut send = pin!(channel.reserve().unwrap().write(ledger.value()).send());
            assert!(alarm.poll(send.as_mut()).is_pending());
        }
        drop(channel.reserve().unwrap());
        drop(channel.try_recv().unwrap());
    }
    assert_eq!(ledger.dropped(), 40);
}

/// The last slot is in a grant, so there is room for the value, and no place. Nothing notifies the
/// sender of the slot.
#[test]
fn a_send_that_finds_room_and_no_slot_stays_awake() {
    let channel: Channel<_, 1, ThreadLock, 0> = Channel::new();
    let grant = channel.reserve().expect("a slot is free");
    let alarm = Alarm::new();
    let mut send = pin!(channel.send(7));
    for _ in 0..5 {
        assert!(alarm.poll(send.as_mut()).is_pending());
        assert!(alarm.rang(), "or it sleeps beside the slot that comes free");
    }
    drop(grant);
    assert_eq!(alarm.poll(send.as_mut()), Poll::Ready(Ok(())));
}
