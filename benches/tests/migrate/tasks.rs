//! tokio::sync, tokio-util, async-channel, flume, kanal.

use super::*;

#[test]
fn an_async_channel_holds_n() {
    let (of_tokio, _tokio) = tokio::sync::mpsc::channel(3);
    let (of_async, _async) = async_channel::bounded(3);
    let (of_flume, _flume) = flume::bounded(3);
    let (of_kanal, _kanal) = kanal::bounded_async(3);
    let (ours, _ours) = ends(3);
    let rooms = [
        room(|| of_tokio.try_send(0).is_ok()),
        room(|| of_async.try_send(0).is_ok()),
        room(|| of_flume.try_send(0).is_ok()),
        room(|| of_kanal.try_send(0).is_ok_and(|sent| sent)),
        room(|| ours.try_send(0).is_ok()),
    ];
    assert_eq!(rooms, [3; 5]);

    assert!(panics(|| tokio::sync::mpsc::channel::<u8>(0)));
    assert!(panics(|| async_channel::bounded::<u8>(0)));
    assert_eq!(channel::bounded::<u8>(0).err(), Some(CapacityError::Zero));
}

/// A send of 2 to a channel that is full waits, until `recv` has taken the 1 before it.
async fn waits_for_room<S>(send: impl Future<Output = S>, mut recv: impl AsyncFnMut() -> u8) -> bool {
    let mut send = pin!(send);
    let has_waited = send.as_mut().now_or_never().is_none();
    let first = recv().await;
    send.await;
    has_waited && (first, recv().await) == (1, 2)
}

#[test]
fn an_async_send_waits_for_room() {
    block_on(async {
        let (tokio, mut receiver) = tokio::sync::mpsc::channel(1);
        tokio.send(1).await.unwrap();
        assert!(waits_for_room(tokio.send(2), async || receiver.recv().await.unwrap()).await);

        let (async_channel, receiver) = async_channel::bounded(1);
        async_channel.send(1).await.unwrap();
        assert!(waits_for_room(async_channel.send(2), async || receiver.recv().await.unwrap()).await);

        let (flume, receiver) = flume::bounded(1);
        flume.send_async(1).await.unwrap();
        assert!(waits_for_room(flume.send_async(2), async || receiver.recv_async().await.unwrap()).await);

        let (kanal, receiver) = kanal::bounded_async(1);
        kanal.send(1).await.unwrap();
        assert!(waits_for_room(kanal.send(2), async || receiver.recv().await.unwrap()).await);

        let (ours, receiver) = ends(1);
        ours.send(1).await.unwrap();
        assert!(waits_for_room(ours.send(2), async || receiver.recv().await.unwrap()).await);
    });
}

#[test]
fn a_send_that_is_given_up_drops_the_value() {
    let value = Arc::new(());
    let (tokio, _tokio) = tokio::sync::mpsc::channel(1);
    let (ours, _ours) = ends(1);
    tokio.try_send(value.clone()).unwrap();
    ours.try_send(value.clone()).unwrap();
    assert!(tokio.send(value.clone()).now_or_never().is_none(), "full");
    assert_eq!(Arc::strong_count(&value), 3, "given up, and dropped");
    assert!(ours.send(value.clone()).now_or_never().is_none(), "full");
    assert_eq!(Arc::strong_count(&value), 3, "given up, and dropped");

    let mut send = pin!(ours.send(value.clone()));
    assert!(send.as_mut().now_or_never().is_none(), "full");
    assert!(send.as_mut().into_inner().is_some_and(|back| Arc::ptr_eq(&back, &value)));
}

#[test]
fn an_async_receive_waits_for_a_value() {
    block_on(async {
        let (tokio, mut tokio_receiver) = tokio::sync::mpsc::channel(1);
        let (async_channel, async_receiver) = async_channel::bounded(1);
        let (flume, flume_receiver) = flume::bounded(1);
        let (ours, our_receiver) = ends(1);
        {
            let mut of_tokio = pin!(tokio_receiver.recv());
            let mut others =
                (pin!(async_receiver.recv()), pin!(flume_receiver.recv_async()), pin!(our_receiver.recv()));
            assert!(of_tokio.as_mut().now_or_never().is_none(), "empty");
            assert!(others.0.as_mut().now_or_never().is_none(), "empty");
            assert!(others.1.as_mut().now_or_never().is_none(), "empty");
            assert!(others.2.as_mut().now_or_never().is_none(), "empty");
            tokio.try_send(1).unwrap();
            async_channel.try_send(1).unwrap();
            flume.try_send(1).unwrap();
            ours.try_send(1).unwrap();
            assert_eq!(of_tokio.await, Some(1));
            assert_eq!((others.0.await, others.1.await, others.2.await), (Ok(1), Ok(1), Ok(1)));
        }

        drop((tokio, async_channel, flume, ours));
        assert_eq!(tokio_receiver.recv().await, None);
        assert_eq!(async_receiver.recv().await, Err(async_channel::RecvError));
        assert_eq!(flume_receiver.recv_async().await, Err(flume::RecvError::Disconnected));
        assert_eq!(our_receiver.recv().await, Err(RecvError));
    });
}

#[test]
fn recv_many_takes_what_is_there() {
    block_on(async {
        let (theirs, mut their_receiver) = tokio::sync::mpsc::channel(4);
        let (ours, our_receiver) = ends(4);
        for n in 0..3 {
            theirs.send(n).await.unwrap();
            ours.send(n).await.unwrap();
        }
        drop((theirs, ours));
        let (mut into_theirs, mut into_ours) = (Vec::new(), std::collections::VecDeque::new());
        for (limit, count) in [(0, 0), (2, 2), (2, 1), (2, 0)] {
            assert_eq!(their_receiver.recv_many(&mut into_theirs, limit).await, count);
            assert_eq!(our_receiver.recv_many(&mut into_ours, limit).await, count);
        }
        assert_eq!((into_theirs, into_ours), (vec![0, 1, 2], [0, 1, 2].into()));
    });
}

#[test]
fn threads_receive_many_too() {
    let (theirs, mut their_receiver) = tokio::sync::mpsc::channel(4);
    let (ours, our_receiver) = ends(4);
    for n in 0..3 {
        theirs.blocking_send(n).unwrap();
        ours.send_blocking(n).unwrap();
    }
    let (mut into_theirs, mut into_ours) = (Vec::new(), Vec::new());
    for (limit, count) in [(0, 0), (2, 2), (2, 1)] {
        assert_eq!(their_receiver.blocking_recv_many(&mut into_theirs, limit), count);
        assert_eq!(our_receiver.recv_many_blocking(&mut into_ours, limit), count);
    }
    assert_eq!((into_theirs, &into_ours), (vec![0, 1, 2], &vec![0, 1, 2]));
    assert_eq!(our_receiver.try_recv_many(&mut into_ours, 2), Err(TryRecvError::Empty));
}

#[test]
fn a_drain_takes_what_is_there() {
    let (theirs, their_receiver) = flume::bounded(4);
    let (ours, our_receiver) = ends(4);
    for n in 0..3 {
        theirs.send(n).unwrap();
        ours.send_blocking(n).unwrap();
    }
    let (mut their_values, mut our_values) = (their_receiver.drain(), our_receiver.drain());
    assert_eq!((their_receiver.len(), our_receiver.len()), (0, 3));
    assert_eq!((their_values.next(), our_values.next()), (Some(0), Some(0)));
    theirs.send(3).unwrap();
    ours.send_blocking(3).unwrap();
    assert_eq!((their_values.next(), our_values.next()), (Some(1), Some(1)));
    drop((their_values, our_values));
    assert_eq!(their_receiver.drain().collect::<Vec<_>>(), [3], "the rest was dropped");
    assert_eq!(our_receiver.drain().collect::<Vec<_>>(), [2, 3], "the rest stayed");
}

#[test]
fn threads_send_and_receive_too() {
    let (tokio, mut tokio_receiver) = tokio::sync::mpsc::channel(1);
    let (flume, flume_receiver) = flume::bounded(1);
    let (kanal, kanal_receiver) = kanal::bounded(1);
    let (ours, our_receiver) = ends(1);
    let sender = thread::spawn(move || {
        for n in 1..=3 {
            tokio.blocking_send(n).unwrap();
            flume.send(n).unwrap();
            kanal.send(n).unwrap();
            ours.send_blocking(n).unwrap();
        }
    });
    for n in 1..=3 {
        assert_eq!(tokio_receiver.blocking_recv(), Some(n));
        assert_eq!(flume_receiver.recv(), Ok(n));
        assert_eq!(kanal_receiver.recv().ok(), Some(n));
        assert_eq!(our_receiver.recv_blocking(), Ok(n));
    }
    sender.join().unwrap();
    assert_eq!((tokio_receiver.blocking_recv(), our_receiver.recv_blocking()), (None, Err(RecvError)));
}

#[test]
fn a_permit_has_a_place_and_a_grant_has_none() {
    block_on(async {
        let (theirs, mut their_receiver) = tokio::sync::mpsc::channel(1);
        let permit = theirs.reserve().await.unwrap();
        assert!(theirs.try_send(2).is_err(), "the place is the permit's");
        permit.send(1);
        assert!(theirs.reserve().now_or_never().is_none(), "full: it waits for the place");
        assert_eq!(their_receiver.recv().await, Some(1));

        let (ours, our_receiver) = ends(1);
        let grant = ours.reserve().unwrap();
        ours.try_send(2).unwrap();
        let mut send = pin!(grant.write(1).send());
        assert!(send.as_mut().now_or_never().is_none(), "full: it waits for the place");
        assert_eq!(our_receiver.recv().await, Ok(2));
        assert!(send.await.is_ok());
        assert_eq!(our_receiver.recv().await, Ok(1));
    });
}

#[test]
fn room_is_waited_for_and_not_kept() {
    block_on(async {
        let (theirs, mut their_receiver) = tokio::sync::mpsc::channel(1);
        let permit = theirs.reserve().await.unwrap();
        assert!(theirs.try_send(2).is_err(), "the room is kept");
        permit.send(1);
        assert_eq!(their_receiver.recv().await, Some(1));
        drop(their_receiver);
        assert!(theirs.reserve().await.is_err());

        let (ours, our_receiver) = ends(1);
        assert_eq!(ours.wait_for_room().await, Ok(()));
        ours.try_send(2).unwrap();
        assert_eq!(ours.try_send(1), Err(TrySendError::Full(1)), "another sender was faster");
        let mut room = pin!(ours.wait_for_room());
        assert!(room.as_mut().now_or_never().is_none(), "full: it waits for room");
        assert_eq!(our_receiver.recv().await, Ok(2));
        assert_eq!(room.await, Ok(()));
        ours.try_send(1).unwrap();
        drop(our_receiver);
        assert_eq!(ours.wait_for_room().await, Err(SendError(())));

        let (mut single, _single_receiver) = channel::spsc::bounded(1).unwrap();
        assert_eq!(single.wait_for_room().await, Ok(()));
        assert_eq!(single.try_send(1), Ok(()), "there is no other sender");
    });
}

#[test]
fn a_sender_waits_for_the_end() {
    block_on(async {
        let (theirs, their_receiver) = tokio::sync::mpsc::channel::<u8>(1);
        let (ours, our_receiver) = ends::<u8>(1);
        {
            let (mut their_end, mut our_end) = (pin!(theirs.closed()), pin!(ours.closed()));
            assert!(their_end.as_mut().now_or_never().is_none());
            assert!(our_end.as_mut().now_or_never().is_none());
            drop((their_receiver, our_receiver));
            their_end.await;
            our_end.await;
        }
        let (theirs, mut their_receiver) = tokio::sync::mpsc::channel::<u8>(1);
        let (ours, our_receiver) = ends::<u8>(1);
        their_receiver.close();
        our_receiver.close();
        theirs.closed().await;
        ours.closed().await;
        our_receiver.closed().await;
    });
}

#[test]
fn force_send_displaces_the_oldest() {
    let ((theirs, their_receiver), (ours, our_receiver)) = (async_channel::bounded(2), ends(2));
    for (value, displaced) in [(1, None), (2, None), (3, Some(1)), (4, Some(2))] {
        assert_eq!(theirs.force_send(value), Ok(displaced));
        assert_eq!(ours.force_send(value), Ok(displaced));
    }
    assert_eq!([(); 2].map(|()| their_receiver.try_recv().unwrap()), [3, 4]);
    assert_eq!([(); 2].map(|()| our_receiver.try_recv().unwrap()), [3, 4]);
    drop((their_receiver, our_receiver));
    assert_eq!(
        (theirs.force_send(5), ours.force_send(5)),
        (Err(async_channel::SendError(5)), Err(SendError(5)))
    );
}

#[test]
fn close_keeps_what_is_queued() {
    let (tokio, mut tokio_receiver) = tokio::sync::mpsc::channel(2);
    let (async_channel, async_receiver) = async_channel::bounded(2);
    let (ours, our_receiver) = ends(2);
    tokio.try_send(1).unwrap();
    async_channel.try_send(1).unwrap();
    ours.try_send(1).unwrap();
    tokio_receiver.close();
    assert_eq!((async_channel.close(), ours.close()), (true, true));
    assert_eq!((async_receiver.close(), our_receiver.close()), (false, false), "it is closed already");
    assert_eq!(tokio.try_send(2), Err(tokio::sync::mpsc::error::TrySendError::Closed(2)));
    assert_eq!(async_channel.try_send(2), Err(async_channel::TrySendError::Closed(2)));
    assert_eq!(ours.try_send(2), Err(TrySendError::Closed(2)));
    assert_eq!(
        (tokio_receiver.try_recv(), async_receiver.try_recv(), our_receiver.try_recv()),
        (Ok(1), Ok(1), Ok(1))
    );
    assert_eq!(tokio_receiver.try_recv(), Err(tokio::sync::mpsc::error::TryRecvError::Disconnected));
    assert_eq!(async_receiver.try_recv(), Err(async_channel::TryRecvError::Closed));
    assert_eq!(our_receiver.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn a_weak_end_keeps_nothing_open() {
    let (tokio, tokio_receiver) = tokio::sync::mpsc::channel::<u8>(1);
    let (async_channel, async_receiver) = async_channel::bounded::<u8>(1);
    let (flume, flume_receiver) = flume::bounded::<u8>(1);
    let (ours, our_receiver) = ends::<u8>(1);
    let weak = (tokio.downgrade(), async_channel.downgrade(), flume.downgrade(), ours.downgrade());
    let weak_receivers = (async_receiver.downgrade(), our_receiver.downgrade());
    assert!(weak.0.upgrade().is_some() && weak.1.upgrade().is_some());
    assert!(weak.2.upgrade().is_some() && weak.3.upgrade().is_some());
    drop((tokio, async_channel, flume, ours));
    assert!(tokio_receiver.is_closed() && async_receiver.is_closed());
    assert!(flume_receiver.is_disconnected() && our_receiver.is_closed());
    assert!(weak.0.upgrade().is_none() && weak.1.upgrade().is_none());
    assert!(weak.2.upgrade().is_none() && weak.3.upgrade().is_none());
    assert!(weak_receivers.1.upgrade().is_some());
    drop((async_receiver, our_receiver));
    assert!(weak_receivers.0.upgrade().is_none() && weak_receivers.1.upgrade().is_none());
}

#[test]
fn an_end_knows_how_many_there_are() {
    let (tokio, tokio_receiver) = tokio::sync::mpsc::channel::<u8>(1);
    let (async_channel, async_receiver) = async_channel::bounded::<u8>(1);
    let (flume, flume_receiver) = flume::bounded::<u8>(1);
    let (kanal, kanal_receiver) = kanal::bounded::<u8>(1);
    let (ours, our_receiver) = ends::<u8>(1);
    let _more = (tokio.clone(), async_channel.clone(), flume.clone(), kanal.clone(), ours.clone());
    let _weak = (tokio.downgrade(), ours.downgrade());
    assert_eq!((tokio.strong_count(), tokio_receiver.sender_strong_count()), (2, 2));
    assert_eq!((async_channel.sender_count(), async_receiver.receiver_count()), (2, 1));
    assert_eq!((flume.sender_count(), flume_receiver.receiver_count()), (2, 1));
    assert_eq!((kanal.sender_count(), kanal_receiver.receiver_count()), (2, 1));
    assert_eq!((ours.sender_count(), ours.receiver_count()), (2, 1));
    assert_eq!((our_receiver.sender_count(), our_receiver.receiver_count()), (2, 1));
}

#[test]
fn kanal_drops_what_is_queued() {
    let value = Arc::new(());
    let ((theirs, their_receiver), (ours, our_receiver)) = (kanal::bounded(2), ends(2));
    theirs.send(value.clone()).unwrap();
    ours.try_send(value.clone()).unwrap();
    assert!(theirs.close().is_ok() && ours.close());
    assert_eq!(Arc::strong_count(&value), 2, "dropped there, kept here");
    assert!(their_receiver.try_recv().is_err());
    our_receiver.clear();
    assert_eq!(Arc::strong_count(&value), 1);
    assert_eq!(our_receiver.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn the_capacity_of_tokio_is_the_free_room() {
    let ((theirs, _their_receiver), (ours, _our_receiver)) = (tokio::sync::mpsc::channel(3), ends(3));
    for free in [3, 2, 1, 0] {
        assert_eq!((theirs.capacity(), ours.free_capacity()), (free, free));
        assert_eq!(theirs.try_send(0).is_ok(), ours.try_send(0).is_ok());
    }
}

#[test]
fn the_capacity_here_is_that_of_the_whole_channel() {
    let (tokio, _tokio) = tokio::sync::mpsc::channel(3);
    let (async_channel, _async) = async_channel::bounded(3);
    let (flume, _flume) = flume::bounded(3);
    let (kanal, _kanal) = kanal::bounded(3);
    let (ours, _ours) = ends(3);
    for _ in 0..2 {
        assert_eq!((tokio.max_capacity(), kanal.capacity(), ours.capacity()), (3, 3, 3));
        assert_eq!((async_channel.capacity(), flume.capacity()), (Some(3), Some(3)));
        tokio.try_send(0).unwrap();
        async_channel.try_send(0).unwrap();
        flume.try_send(0).unwrap();
        kanal.send(0).unwrap();
        ours.try_send(0).unwrap();
    }
}

/// All items of a stream.
fn items(stream: impl Stream<Item = u8>) -> Vec<u8> {
    block_on(stream.collect())
}

#[test]
fn a_receiver_is_a_stream() {
    let (flume, flume_receiver) = flume::bounded(2);
    let (async_channel, async_receiver) = async_channel::bounded(2);
    let (ours, our_receiver) = ends(2);
    for n in [1, 2] {
        flume.try_send(n).unwrap();
        async_channel.try_send(n).unwrap();
        ours.try_send(n).unwrap();
    }
    drop((flume, async_channel, ours));
    assert_eq!(items(flume_receiver.stream()), [1, 2]);
    assert_eq!(items(async_receiver), [1, 2]);
    assert_eq!(items(our_receiver.stream()), [1, 2]);
}

#[test]
fn a_receiver_becomes_a_stream() {
    fn leaves(stream: impl Stream<Item = u8> + Send + 'static) -> impl Stream<Item = u8> + Send + 'static {
        stream
    }
    let ((flume, flume_receiver), (ours, our_receiver)) = (flume::bounded(2), ends(2));
    for n in [1, 2] {
        flume.try_send(n).unwrap();
        ours.try_send(n).unwrap();
    }
    let (theirs, mine) = (leaves(flume_receiver.into_stream()), our_receiver.into_stream());
    drop((flume, ours));
    assert_eq!((items(theirs), items(leaves(mine))), (vec![1, 2], vec![1, 2]));

    let ((flume, flume_receiver), (ours, our_receiver)) = (flume::bounded(2), ends(2));
    drop((flume_receiver.into_stream(), our_receiver.into_stream()));
    assert!(flume.try_send(1).is_err(), "the receiver went with its stream");
    assert_eq!(ours.try_send(1), Err(TrySendError::Closed(1)));
}

#[test]
fn a_sender_becomes_a_sink() {
    block_on(async {
        let (flume, flume_receiver) = flume::bounded(2);
        let (tokio, mut tokio_receiver) = tokio::sync::mpsc::channel(2);
        let (ours, our_receiver) = ends(2);
        let mut flume = Box::pin(flume.into_sink());
        let mut tokio = Box::pin(tokio_util::sync::PollSender::new(tokio));
        let mut ours: Pin<Box<channel::SenderSink<'static, u8>>> = Box::pin(ours.into_sink());
        flume.send(1).await.unwrap();
        tokio.send(1).await.unwrap();
        ours.send(1).await.unwrap();
        ours.close().await.unwrap();
        assert!(!our_receiver.is_closed(), "closing it only flushes it");
        drop((flume, tokio, ours));
        assert_eq!((flume_receiver.recv(), flume_receiver.recv().ok()), (Ok(1), None));
        assert_eq!((tokio_receiver.recv().await, tokio_receiver.recv().await), (Some(1), None));
        assert_eq!((our_receiver.recv().await, our_receiver.recv().await), (Ok(1), Err(RecvError)));
    });
}

#[test]
fn a_oneshot_carries_one_value() {
    let ((theirs, their_receiver), (ours, our_receiver)) =
        (tokio::sync::oneshot::channel(), channel::oneshot::channel());
    assert_eq!((theirs.send(1), ours.send(1)), (Ok(()), Ok(())));
    assert_eq!((block_on(their_receiver).ok(), block_on(our_receiver).ok()), (Some(1), Some(1)));

    let ((theirs, their_receiver), (ours, our_receiver)) =
        (tokio::sync::oneshot::channel(), channel::oneshot::channel());
    drop((their_receiver, our_receiver));
    assert_eq!((theirs.is_closed(), ours.is_closed()), (true, true));
    assert_eq!((theirs.send(1), ours.send(1)), (Err(1), Err(1)), "the value comes back");

    let ((theirs, their_receiver), (ours, our_receiver)) =
        (tokio::sync::oneshot::channel::<u8>(), channel::oneshot::channel::<u8>());
    drop((theirs, ours));
    assert!(block_on(their_receiver).is_err());
    assert_eq!(block_on(our_receiver), Err(RecvError));
}

#[test]
fn a_oneshot_without_a_value_says_so() {
    use tokio::sync::oneshot::error::TryRecvError::{Closed, Empty};
    let ((theirs, mut their_receiver), (ours, mut our_receiver)) =
        (tokio::sync::oneshot::channel::<u8>(), channel::oneshot::channel::<u8>());
    assert_eq!((their_receiver.try_recv(), our_receiver.try_recv()), (Err(Empty), Err(TryRecvError::Empty)));
    drop((theirs, ours));
    assert_eq!(
        (their_receiver.try_recv(), our_receiver.try_recv()),
        (Err(Closed), Err(TryRecvError::Closed))
    );
}
