//! embassy_sync::channel::Channel.

use super::*;

#[test]
fn a_static_channel_names_its_lock() {
    static THEIRS: Embassy<CriticalSectionRawMutex, u8, 2> = Embassy::new();
    static OURS: channel::Channel<u8, 2, wait::CriticalSection> = channel::Channel::new();
    assert!(THEIRS.try_send(1).is_ok() && OURS.try_send(1).is_ok());
    let from_thread = thread::spawn(|| (THEIRS.try_receive().ok(), OURS.try_recv().ok()));
    assert_eq!(from_thread.join().unwrap(), (Some(1), Some(1)));

    let theirs = Embassy::<NoopRawMutex, u8, 2>::new();
    let ours = channel::Channel::<u8, 2, wait::NoLock>::new();
    assert!(theirs.try_send(1).is_ok() && ours.try_send(1).is_ok());
    assert_eq!((theirs.try_receive().ok(), ours.try_recv().ok()), (Some(1), Some(1)));
}

/// A channel of two for one thread, there and here.
fn for_one_thread() -> (Embassy<NoopRawMutex, u8, 2>, channel::Channel<u8, 2, wait::NoLock>) {
    (Embassy::new(), channel::Channel::new())
}

#[test]
fn a_static_channel_answers_at_once() {
    let (theirs, ours) = for_one_thread();
    assert_eq!(
        (theirs.try_receive(), ours.try_recv()),
        (Err(TryReceiveError::Empty), Err(TryRecvError::Empty))
    );
    for value in [1, 2] {
        assert!(theirs.try_send(value).is_ok() && ours.try_send(value).is_ok());
    }
    assert!(matches!(theirs.try_send(3), Err(EmbassyError::Full(3))));
    assert_eq!(ours.try_send(3), Err(TrySendError::Full(3)));
    assert_eq!((theirs.try_receive(), ours.try_recv()), (Ok(1), Ok(1)));
}

#[test]
fn a_static_channel_waits() {
    block_on(async {
        let (theirs, ours) = for_one_thread();
        let (mut their_value, mut our_value) = (pin!(theirs.receive()), pin!(ours.recv()));
        assert!(their_value.as_mut().now_or_never().is_none() && our_value.as_mut().now_or_never().is_none());
        for value in [1, 2] {
            theirs.send(value).await;
            assert_eq!(ours.send(value).await, Ok(()));
        }
        assert_eq!((their_value.await, our_value.await), (1, Ok(1)));
        assert!(ours.close());
        assert_eq!(ours.recv().await, Ok(2));
        assert_eq!(ours.recv().await, Err(RecvError));
    });
}

#[test]
fn a_reference_closes_nothing() {
    let (theirs, ours) = for_one_thread();
    for value in [1, 2] {
        let our_end = &ours;
        assert!(theirs.sender().try_send(value).is_ok() && our_end.try_send(value).is_ok());
    }
    let our_end = &ours;
    assert_eq!((theirs.receiver().try_receive(), our_end.try_recv()), (Ok(1), Ok(1)));
    assert!(!ours.is_closed());

    let (sender, receiver) = (ours.closing_sender(), ours.closing_receiver());
    drop(sender);
    assert!(receiver.is_closed(), "the last sender that was made");
}

#[test]
fn free_capacity_is_the_difference() {
    let (theirs, ours) = for_one_thread();
    for free in [2, 1, 0] {
        assert_eq!((theirs.free_capacity(), ours.free_capacity()), (free, free));
        assert_eq!(theirs.try_send(0).is_ok(), ours.try_send(0).is_ok());
    }
}

#[test]
fn clear_drops_what_is_there() {
    let (theirs, ours) = for_one_thread();
    for value in [1, 2] {
        assert!(theirs.try_send(value).is_ok() && ours.try_send(value).is_ok());
    }
    theirs.clear();
    assert_eq!(ours.clear(), 2);
    assert!(theirs.is_empty() && ours.is_empty() && !ours.is_closed());
}

type ByOrd = PriorityChannel<NoopRawMutex, u8, Min, 2>;
type ByLevel = priority::Channel<u8, 3, 2, priority::Strict, wait::NoLock>;

#[test]
fn a_priority_channel_has_levels() {
    let (theirs, ours) = (ByOrd::new(), ByLevel::new());
    for urgency in [2, 0] {
        assert!(theirs.try_send(urgency).is_ok() && ours.try_send(urgency.into(), urgency).is_ok());
    }
    assert!(theirs.try_send(1).is_err(), "two in all");
    assert_eq!(ours.try_send(1, 1), Ok(()), "two for each level");
    assert_eq!((theirs.try_receive(), ours.try_recv()), (Ok(0), Ok((0, 0))));
    assert_eq!((theirs.try_receive(), ours.try_recv()), (Ok(2), Ok((1, 1))));

    let ours = ByLevel::new();
    assert_eq!((ours.try_send(1, 9), ours.try_send(1, 8)), (Ok(()), Ok(())));
    assert_eq!((ours.try_recv(), ours.try_recv()), (Ok((1, 9)), Ok((1, 8))), "equals: first in, first out");
}

#[test]
fn a_priority_channel_is_used_by_reference() {
    let (theirs, ours) = (ByOrd::new(), ByLevel::new());
    let our_end = &ours;
    assert!(theirs.sender().try_send(1).is_ok());
    assert_eq!(our_end.try_send(1, 1), Ok(()));
    assert_eq!((theirs.receiver().try_receive(), our_end.try_recv()), (Ok(1), Ok((1, 1))));
}
