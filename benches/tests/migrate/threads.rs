//! crossbeam-channel, std::sync::mpsc.

use super::*;

#[test]
fn a_bounded_channel_holds_n() {
    let (theirs, _theirs) = crossbeam_channel::bounded(3);
    let (of_std, _of_std) = mpsc::sync_channel(3);
    let (ours, _ours) = ends(3);
    let rooms = [
        room(|| theirs.try_send(0).is_ok()),
        room(|| of_std.try_send(0).is_ok()),
        room(|| ours.try_send(0).is_ok()),
    ];
    assert_eq!(rooms, [3; 3]);

    let (rendezvous, _receiver) = crossbeam_channel::bounded(0);
    assert!(rendezvous.try_send(0).is_err(), "without a receiver that waits");
    assert_eq!(channel::bounded::<u8>(0).err(), Some(CapacityError::Zero));
}

#[test]
fn send_waits_for_room() {
    let (theirs, their_receiver) = crossbeam_channel::bounded(1);
    let (ours, our_receiver) = ends(1);
    theirs.send(1).unwrap();
    ours.send_blocking(1).unwrap();
    let sender = thread::spawn(move || {
        theirs.send(2).unwrap();
        ours.send_blocking(2).unwrap();
        (theirs, ours)
    });
    assert_eq!([(); 2].map(|()| their_receiver.recv().unwrap()), [1, 2]);
    assert_eq!([(); 2].map(|()| our_receiver.recv_blocking().unwrap()), [1, 2]);
    let (theirs, ours) = sender.join().unwrap();
    drop((their_receiver, our_receiver));
    assert_eq!(theirs.send(3), Err(crossbeam_channel::SendError(3)));
    assert_eq!(ours.send_blocking(3), Err(SendError(3)));
}

#[test]
fn a_send_that_may_fail_gives_the_value_back() {
    let (theirs, their_receiver) = crossbeam_channel::bounded(1);
    let (ours, our_receiver) = ends(1);
    let deadline = Instant::now() + SHORT;
    assert_eq!((theirs.try_send(1), ours.try_send(1)), (Ok(()), Ok(())));
    assert_eq!(theirs.try_send(2), Err(crossbeam_channel::TrySendError::Full(2)));
    assert_eq!(ours.try_send(2), Err(TrySendError::Full(2)));
    assert_eq!(theirs.send_timeout(2, SHORT), Err(crossbeam_channel::SendTimeoutError::Timeout(2)));
    assert_eq!(ours.send_timeout(2, SHORT), Err(SendTimeoutError::Timeout(2)));
    assert_eq!(theirs.send_deadline(2, deadline), Err(crossbeam_channel::SendTimeoutError::Timeout(2)));
    assert_eq!(ours.send_deadline(2, deadline), Err(SendTimeoutError::Timeout(2)));
    assert_eq!((their_receiver.recv(), our_receiver.recv_blocking()), (Ok(1), Ok(1)));
    assert_eq!((theirs.send_deadline(2, deadline), ours.send_deadline(2, deadline)), (Ok(()), Ok(())));
}

#[test]
fn recv_waits_for_a_value() {
    let (theirs, their_receiver) = crossbeam_channel::bounded(1);
    let (of_std, std_receiver) = mpsc::sync_channel(1);
    let (ours, our_receiver) = ends(1);
    let receiver = thread::spawn(move || {
        let first = (their_receiver.recv(), std_receiver.recv(), our_receiver.recv_blocking());
        let second = (their_receiver.recv(), std_receiver.recv(), our_receiver.recv_blocking());
        (first, second)
    });
    theirs.send(1).unwrap();
    of_std.send(1).unwrap();
    ours.send_blocking(1).unwrap();
    drop((theirs, of_std, ours));
    let gone = (Err(crossbeam_channel::RecvError), Err(mpsc::RecvError), Err(RecvError));
    assert_eq!(receiver.join().unwrap(), ((Ok(1), Ok(1), Ok(1)), gone));
}

#[test]
fn a_receive_that_may_fail_says_why() {
    let (theirs, their_receiver) = crossbeam_channel::bounded(1);
    let (ours, our_receiver) = ends(1);
    let deadline = Instant::now() + SHORT;
    assert_eq!(their_receiver.try_recv(), Err(crossbeam_channel::TryRecvError::Empty));
    assert_eq!(our_receiver.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(their_receiver.recv_timeout(SHORT), Err(crossbeam_channel::RecvTimeoutError::Timeout));
    assert_eq!(our_receiver.recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
    assert_eq!(their_receiver.recv_deadline(deadline), Err(crossbeam_channel::RecvTimeoutError::Timeout));
    assert_eq!(our_receiver.recv_deadline(deadline), Err(RecvTimeoutError::Timeout));
    theirs.send(1).unwrap();
    ours.send_blocking(1).unwrap();
    assert_eq!(
        (their_receiver.recv_deadline(deadline), our_receiver.recv_deadline(deadline)),
        (Ok(1), Ok(1))
    );
}

#[test]
fn iteration_ends_with_the_last_sender() {
    let (theirs, their_receiver) = crossbeam_channel::bounded(4);
    let (ours, our_receiver) = ends(4);
    for n in 0..4 {
        theirs.send(n).unwrap();
        ours.send_blocking(n).unwrap();
    }
    drop((theirs, ours));
    assert_eq!((their_receiver.iter().next(), our_receiver.iter().next()), (Some(0), Some(0)));
    let next = ((&their_receiver).into_iter().next(), (&our_receiver).into_iter().next());
    assert_eq!(next, (Some(1), Some(1)));
    let received: Vec<_> = our_receiver.into_iter().collect();
    assert_eq!(their_receiver.into_iter().collect::<Vec<_>>(), received);
    assert_eq!(received, [2, 3]);
}

#[test]
fn try_iteration_takes_what_is_there() {
    let (theirs, their_receiver) = crossbeam_channel::bounded(4);
    let (of_std, std_receiver) = mpsc::sync_channel(4);
    let (ours, our_receiver) = ends(4);
    for _ in 0..2 {
        for n in 0..3 {
            theirs.send(n).unwrap();
            of_std.send(n).unwrap();
            ours.send_blocking(n).unwrap();
        }
        let received: Vec<_> = our_receiver.try_iter().collect();
        assert_eq!(received, their_receiver.try_iter().collect::<Vec<_>>());
        assert_eq!(received, std_receiver.try_iter().collect::<Vec<_>>());
        assert_eq!(received, [0, 1, 2]);
    }
    ours.send_blocking(7).unwrap();
    let sent_meanwhile = our_receiver.drain().map(|n| ours.try_send(n)).take(9).count();
    assert_eq!((sent_meanwhile, our_receiver.len()), (1, 1), "where `try_iter` would go on");
}

#[test]
fn two_ends_know_whether_they_are_of_one_channel() {
    let (theirs, their_receiver) = crossbeam_channel::bounded::<u8>(1);
    let (ours, our_receiver) = ends::<u8>(1);
    let ((other_of_theirs, _their_other), (other_of_ours, _our_other)) =
        (crossbeam_channel::bounded(1), ends(1));
    assert!(theirs.same_channel(&theirs.clone()) && ours.same_channel(&ours.clone()));
    assert!(their_receiver.same_channel(&their_receiver.clone()) && ours.same_channel(&our_receiver));
    assert!(!theirs.same_channel(&other_of_theirs) && !ours.same_channel(&other_of_ours));
}

#[test]
fn the_last_end_of_a_side_disconnects() {
    let (theirs, their_receiver) = crossbeam_channel::bounded(2);
    let (ours, our_receiver) = ends(2);
    drop((theirs.clone(), ours.clone(), their_receiver.clone(), our_receiver.clone()));
    assert_eq!((theirs.try_send(1), ours.try_send(1)), (Ok(()), Ok(())), "others of each side are left");
    drop((their_receiver, our_receiver));
    assert_eq!(theirs.try_send(2), Err(crossbeam_channel::TrySendError::Disconnected(2)));
    assert_eq!(ours.try_send(2), Err(TrySendError::Closed(2)));

    let (theirs, their_receiver) = crossbeam_channel::bounded(2);
    let (ours, our_receiver) = ends(2);
    assert_eq!((theirs.try_send(1), ours.try_send(1)), (Ok(()), Ok(())));
    drop((theirs, ours));
    assert_eq!((their_receiver.try_recv(), our_receiver.try_recv()), (Ok(1), Ok(1)), "what is left");
    assert_eq!(their_receiver.try_recv(), Err(crossbeam_channel::TryRecvError::Disconnected));
    assert_eq!(our_receiver.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(their_receiver.recv_timeout(SHORT), Err(crossbeam_channel::RecvTimeoutError::Disconnected));
    assert_eq!(our_receiver.recv_timeout(SHORT), Err(RecvTimeoutError::Closed));
}

#[test]
fn select_takes_from_the_channel_that_has_a_value() {
    let (_theirs, their_empty) = crossbeam_channel::bounded::<u8>(1);
    let (theirs, their_receiver) = crossbeam_channel::bounded(1);
    theirs.send(7).unwrap();
    let from_theirs = crossbeam_channel::select! {
        recv(their_empty) -> received => received,
        recv(their_receiver) -> received => received,
    };

    let (_ours, our_empty) = ends(1);
    let (ours, our_receiver) = ends(1);
    ours.try_send(7).unwrap();
    let by_a_thread = Select::new().case(our_empty.recv(), |v| v).case(our_receiver.recv(), |v| v).wait();

    ours.try_send(7).unwrap();
    let by_a_task = match block_on(select(pin!(our_empty.recv()), pin!(our_receiver.recv()))) {
        Either::Left((received, _)) | Either::Right((received, _)) => received,
    };
    assert_eq!((from_theirs, by_a_thread, by_a_task), (Ok(7), Ok(7), Ok(7)));
}

#[test]
fn a_select_need_not_wait() {
    let (_theirs, their_empty) = crossbeam_channel::bounded::<u8>(1);
    let (_ours, our_empty) = ends::<u8>(1);
    let at_once = crossbeam_channel::select! {
        recv(their_empty) -> received => Some(received.ok()),
        default => None,
    };
    assert_eq!(at_once, Select::new().case(our_empty.recv(), |v| v.ok()).try_wait());
    let in_time = crossbeam_channel::select! {
        recv(their_empty) -> received => Some(received.ok()),
        default(SHORT) => None,
    };
    assert_eq!(in_time, Select::new().case(our_empty.recv(), |v| v.ok()).wait_timeout(SHORT));
    assert_eq!((at_once, in_time), (None, None));
}

#[test]
fn a_channel_knows_its_length() {
    let (theirs, their_receiver) = crossbeam_channel::bounded(2);
    let (ours, our_receiver) = ends(2);
    for len in 0..=2 {
        let of_theirs = (theirs.len(), theirs.is_empty(), theirs.is_full());
        assert_eq!(of_theirs, (len, len == 0, len == 2));
        assert_eq!((ours.len(), ours.is_empty(), ours.is_full()), of_theirs);
        assert_eq!((their_receiver.len(), our_receiver.len()), (len, len));
        assert_eq!(theirs.try_send(0).is_ok(), ours.try_send(0).is_ok());
    }
}

#[test]
fn a_capacity_is_a_number() {
    let ((theirs, _their_receiver), (ours, _our_receiver)) =
        (crossbeam_channel::bounded::<u8>(5), ends::<u8>(5));
    assert_eq!((theirs.capacity(), ours.capacity()), (Some(5), 5));
}
