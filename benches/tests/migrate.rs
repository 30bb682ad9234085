//! The rows of `docs/migrate.md`: what another crate does and what stands for it here, side by side.
#![allow(deprecated, reason = "the MPMC queue of heapless is, which is why one leaves it")]

use embassy_sync::blocking_mutex::raw::{CriticalSectionRawMutex, NoopRawMutex};
use embassy_sync::channel::{Channel as Embassy, TryReceiveError, TrySendError as EmbassyError};
use embassy_sync::priority_channel::{Min, PriorityChannel};
use futures_executor::block_on;
use futures_util::future::{Either, FutureExt, select};
use futures_util::{Stream, StreamExt};
use ringway::channel::{self, RecvError, RecvTimeoutError, SendError, SendTimeoutError};
use ringway::channel::{TryRecvError, TrySendError};
use ringway::{CapacityError, Full, mpmc, priority, spsc, wait};
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// How long a call waits that is to give up.
const SHORT: Duration = Duration::from_millis(1);

const PAGE: &str = include_str!("../../docs/migrate.md");
const TESTS: &str = include_str!("migrate.rs");

#[test]
fn every_row_has_a_test_and_every_test_a_row() {
    let rows = PAGE.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    let rows: Vec<&str> = rows.filter(|row| *row != "| there | here | test |").collect();
    let named: Vec<&str> = rows
        .iter()
        .map(|row| {
            row.strip_suffix("` |").and_then(|row| row.rsplit_once("| `")).map_or("no test", |(_, name)| name)
        })
        .collect();
    let written: Vec<&str> = TESTS
        .split("#[test]\nfn ")
        .skip(1)
        .filter_map(|test| test.split("()").next())
        .filter(|name| *name != "every_row_has_a_test_and_every_test_a_row")
        .collect();
    assert_eq!(named, written, "the rows (left) and the tests (right), in order");
}

/// Both ends of a channel here.
fn ends<T: 'static>(capacity: usize) -> (channel::Sender<'static, T>, channel::Receiver<'static, T>) {
    channel::bounded(capacity).unwrap()
}

/// How many values are accepted at once.
fn room(mut is_accepted: impl FnMut() -> bool) -> usize {
    (0..100).take_while(|_| is_accepted()).count()
}

fn panics<O>(call: impl FnOnce() -> O + std::panic::UnwindSafe) -> bool {
    catch_unwind(call).is_err()
}

// crossbeam-channel, std::sync::mpsc

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
    let mut received = Vec::new();
    while let Ok(n) = our_receiver.recv_blocking() {
        received.push(n);
    }
    assert_eq!(their_receiver.iter().collect::<Vec<_>>(), received);
    assert_eq!(received, [0, 1, 2, 3]);
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
    let from_ours = match block_on(select(pin!(our_empty.recv()), pin!(our_receiver.recv()))) {
        Either::Left((received, _)) | Either::Right((received, _)) => received,
    };
    assert_eq!((from_theirs, from_ours), (Ok(7), Ok(7)));
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

// tokio::sync::mpsc, async-channel, flume, kanal

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
fn kanal_drops_what_is_queued() {
    let value = Arc::new(());
    let ((theirs, their_receiver), (ours, our_receiver)) = (kanal::bounded(2), ends(2));
    theirs.send(value.clone()).unwrap();
    ours.try_send(value.clone()).unwrap();
    assert!(theirs.close().is_ok() && ours.close());
    assert_eq!(Arc::strong_count(&value), 2, "dropped there, kept here");
    assert!(their_receiver.try_recv().is_err());
    while our_receiver.try_recv().is_ok() {}
    assert_eq!(Arc::strong_count(&value), 1);
    assert_eq!(our_receiver.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn the_capacity_of_tokio_is_the_free_room() {
    let ((theirs, _their_receiver), (ours, _our_receiver)) = (tokio::sync::mpsc::channel(3), ends(3));
    for free in [3, 2, 1, 0] {
        assert_eq!((theirs.capacity(), ours.capacity() - ours.len()), (free, free));
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
    assert_eq!(items(flume_receiver.into_stream()), [1, 2]);
    assert_eq!(items(async_receiver), [1, 2]);
    assert_eq!(items(our_receiver.stream()), [1, 2]);
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

// embassy_sync::channel::Channel

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
        assert_eq!((theirs.free_capacity(), ours.capacity() - ours.len()), (free, free));
        assert_eq!(theirs.try_send(0).is_ok(), ours.try_send(0).is_ok());
    }
}

#[test]
fn clear_is_a_loop() {
    let (theirs, ours) = for_one_thread();
    for value in [1, 2] {
        assert!(theirs.try_send(value).is_ok() && ours.try_send(value).is_ok());
    }
    theirs.clear();
    while ours.try_recv().is_ok() {}
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

// heapless::mpmc, heapless::spsc

#[test]
fn any_capacity_will_do() {
    let (theirs, ours) = (heapless::mpmc::Queue::<_, 4>::new(), mpmc::Queue::<_, 4>::new());
    assert_eq!((room(|| theirs.enqueue(0).is_ok()), room(|| ours.push(0).is_ok())), (4, 4));
    assert_eq!(room(|| mpmc::Queue::<u8, 1>::new().push(0).is_err()), 0);
    let of_three = mpmc::Queue::<_, 3>::new();
    assert_eq!(room(|| of_three.push(0).is_ok()), 3);
}

#[test]
fn a_rejected_value_comes_back() {
    let (theirs, ours) = (heapless::mpmc::Queue::<_, 2>::new(), mpmc::Queue::<_, 2>::new());
    for value in [1, 2] {
        assert_eq!((theirs.enqueue(value), ours.push(value)), (Ok(()), Ok(())));
    }
    assert_eq!((theirs.enqueue(3), ours.push(3)), (Err(3), Err(Full(3))));
}

#[test]
fn values_leave_in_order() {
    let (theirs, ours) = (heapless::mpmc::Queue::<_, 2>::new(), mpmc::Queue::<_, 2>::new());
    for value in [1, 2] {
        assert_eq!((theirs.enqueue(value), ours.push(value)), (Ok(()), Ok(())));
    }
    for value in [Some(1), Some(2), None] {
        assert_eq!((theirs.dequeue(), ours.pop()), (value, value));
    }
}

#[test]
fn a_queue_of_n_holds_n() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 4>::new(), spsc::Queue::<_, 4>::new());
    assert_eq!((theirs.capacity(), ours.capacity()), (3, 4));
    let (mut their_end, _their_consumer) = theirs.split();
    let (mut our_end, _our_consumer) = ours.split();
    assert_eq!((room(|| their_end.enqueue(0).is_ok()), room(|| our_end.push(0).is_ok())), (3, 4));
    assert_eq!((their_end.enqueue(1), our_end.push(1)), (Err(1), Err(Full(1))));
}

#[test]
fn ends_of_a_queue() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 4>::new(), spsc::Queue::<_, 4>::new());
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) =
        (theirs.split(), ours.split());
    assert_eq!((their_producer.enqueue(1), our_producer.push(1)), (Ok(()), Ok(())));
    for value in [Some(1), None] {
        assert_eq!((their_consumer.dequeue(), our_consumer.pop()), (value, value));
    }

    static TAKEN: spsc::Queue<u8, 4> = spsc::Queue::new();
    assert!(TAKEN.take().is_some() && TAKEN.take().is_none());
}

#[test]
fn peek_leaves_the_value() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 4>::new(), spsc::Queue::<_, 4>::new());
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) =
        (theirs.split(), ours.split());
    assert_eq!((their_consumer.peek(), our_consumer.peek()), (None, None));
    assert_eq!((their_producer.enqueue(1), our_producer.push(1)), (Ok(()), Ok(())));
    assert_eq!((their_consumer.peek(), our_consumer.peek()), (Some(&1), Some(&1)));
    assert_eq!((their_consumer.dequeue(), our_consumer.pop()), (Some(1), Some(1)));
}

#[test]
fn iter_leaves_the_values() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 4>::new(), spsc::Queue::<_, 4>::new());
    let (mut our_producer, mut our_consumer) = ours.split();
    for value in [1, 2] {
        assert_eq!((theirs.enqueue(value), our_producer.push(value)), (Ok(()), Ok(())));
    }
    assert!(theirs.iter().eq(our_consumer.iter()));
    assert_eq!((theirs.len(), our_consumer.len()), (2, 2));
}

#[test]
fn ready_is_room_or_a_value() {
    let (mut theirs, mut ours) = (heapless::spsc::Queue::<_, 2>::new(), spsc::Queue::<_, 1>::new());
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) =
        (theirs.split(), ours.split());
    assert_eq!((their_producer.ready(), !our_producer.is_full()), (true, true));
    assert_eq!((their_consumer.ready(), !our_consumer.is_empty()), (false, false));
    assert_eq!((their_producer.enqueue(1), our_producer.push(1)), (Ok(()), Ok(())));
    assert_eq!((their_producer.ready(), !our_producer.is_full()), (false, false));
    assert_eq!((their_consumer.ready(), !our_consumer.is_empty()), (true, true));
}

// crossbeam_queue::ArrayQueue

/// A queue of two, there and here.
fn arrays() -> (crossbeam_queue::ArrayQueue<u8>, mpmc::BoxedQueue<u8>) {
    (crossbeam_queue::ArrayQueue::new(2), mpmc::BoxedQueue::new(2).unwrap())
}

#[test]
fn an_array_queue_holds_n() {
    let ((theirs, ours), inline) = (arrays(), mpmc::Queue::<u8, 2>::new());
    assert_eq!((room(|| theirs.push(0).is_ok()), room(|| ours.push(0).is_ok())), (2, 2));
    assert_eq!(room(|| inline.push(0).is_ok()), 2);
    assert!(panics(|| crossbeam_queue::ArrayQueue::<u8>::new(0)));
    assert_eq!(mpmc::BoxedQueue::<u8>::new(0).err(), Some(CapacityError::Zero));
}

#[test]
fn an_array_queue_gives_the_value_back() {
    let (theirs, ours) = arrays();
    for value in [1, 2] {
        assert_eq!((theirs.push(value), ours.push(value)), (Ok(()), Ok(())));
    }
    assert_eq!((theirs.push(3), ours.push(3)), (Err(3), Err(Full(3))));
}

#[test]
fn an_array_queue_knows_its_length() {
    let (theirs, ours) = arrays();
    for len in 0..=2 {
        let of_theirs = (theirs.len(), theirs.is_empty(), theirs.is_full(), theirs.capacity());
        assert_eq!(of_theirs, (len, len == 0, len == 2, 2));
        assert_eq!((ours.len(), ours.is_empty(), ours.is_full(), ours.capacity()), of_theirs);
        assert_eq!(theirs.push(len as u8).is_ok(), ours.push(len as u8).is_ok());
    }
    for value in [Some(0), Some(1), None] {
        assert_eq!((theirs.pop(), ours.pop()), (value, value));
    }
}

#[test]
fn force_push_may_displace_more_than_one() {
    let (theirs, ours) = arrays();
    for (value, displaced) in [(1, None), (2, None), (3, Some(1))] {
        assert_eq!(
            (theirs.force_push(value), ours.force_push(value)),
            (displaced, displaced),
            "alone: the oldest"
        );
    }

    // Another producer takes the room that was made, once: two values have to go.
    let mut lost = Vec::new();
    ours.force_push_with(4, |value| {
        if lost.is_empty() {
            ours.push(9).unwrap();
        }
        lost.push(value);
    });
    assert_eq!(lost, [2, 3], "handed over one by one, the oldest first");
    assert_eq!((ours.pop(), ours.pop()), (Some(9), Some(4)));

    let of_guards = mpmc::Queue::<u8, 1, 0>::new();
    let guard = of_guards.reserve();
    assert_eq!(of_guards.force_push(5), Some(5), "no slot to write to, and nothing to pop");
    drop(guard);
    assert_eq!((of_guards.force_push(5), of_guards.pop()), (None, Some(5)));
}

// rtrb

#[test]
fn a_ring_buffer_has_two_ends() {
    let (mut their_producer, mut their_consumer) = rtrb::RingBuffer::new(3);
    let (mut our_producer, mut our_consumer) = spsc::BoxedQueue::new(3).unwrap().into_split();
    assert_eq!((room(|| their_producer.push(7).is_ok()), room(|| our_producer.push(7).is_ok())), (3, 3));
    drop((their_producer, our_producer));
    assert_eq!((their_consumer.pop(), our_consumer.pop()), (Ok(7), Some(7)), "each end owns the queue");

    assert!(rtrb::RingBuffer::new(0).0.push(0).is_err());
    assert_eq!(spsc::BoxedQueue::<u8>::new(0).err(), Some(CapacityError::Zero));
}

/// The ends of a queue of two, there.
fn their_ring() -> (rtrb::Producer<u8>, rtrb::Consumer<u8>) {
    rtrb::RingBuffer::new(2)
}

/// The ends of a queue of two, here.
fn our_ring() -> (spsc::Producer<'static, u8>, spsc::Consumer<'static, u8>) {
    spsc::BoxedQueue::new(2).unwrap().into_split()
}

#[test]
fn a_ring_buffer_answers_at_once() {
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) =
        (their_ring(), our_ring());
    for value in [1, 2] {
        assert_eq!((their_producer.push(value), our_producer.push(value)), (Ok(()), Ok(())));
    }
    assert_eq!(their_producer.push(3), Err(rtrb::PushError::Full(3)));
    assert_eq!(our_producer.push(3), Err(Full(3)));
    for value in [Some(1), Some(2), None] {
        assert_eq!((their_consumer.pop().ok(), our_consumer.pop()), (value, value));
    }
}

#[test]
fn slots_are_places_or_values() {
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) = (their_ring(), our_ring());
    for len in 0..=2 {
        assert_eq!((their_producer.slots(), our_producer.free()), (2 - len, 2 - len));
        assert_eq!((their_consumer.slots(), our_consumer.len()), (len, len));
        assert_eq!(their_producer.push(0).is_ok(), our_producer.push(0).is_ok());
    }
}

#[test]
fn chunks_are_written_at_once() {
    let ((mut their_producer, their_consumer), (mut our_producer, our_consumer)) = (their_ring(), our_ring());
    assert!(their_producer.write_chunk_uninit(3).is_err() && our_producer.write_chunk(3).is_err());
    assert_eq!(their_producer.write_chunk_uninit(2).unwrap().fill_from_iter([1, 2]), 2);
    let mut chunk = our_producer.write_chunk(2).unwrap();
    chunk.fill([1, 2]);
    assert_eq!(our_consumer.len(), 0, "not before the commit");
    assert_eq!(chunk.commit(), 2);
    assert_eq!((their_consumer.slots(), our_consumer.len()), (2, 2));
}

#[test]
fn chunks_are_read_at_once() {
    let ((mut their_producer, mut their_consumer), (mut our_producer, mut our_consumer)) =
        (their_ring(), our_ring());
    for value in [1, 2] {
        assert_eq!((their_producer.push(value), our_producer.push(value)), (Ok(()), Ok(())));
    }
    assert!(their_consumer.read_chunk(3).is_err() && our_consumer.read_chunk(3).is_err());
    let (theirs, ours) = (their_consumer.read_chunk(2).unwrap(), our_consumer.read_chunk(2).unwrap());
    assert_eq!(theirs.as_slices(), ours.as_slices());
    theirs.commit_all();
    ours.commit_all();
    assert_eq!((their_consumer.slots(), our_consumer.len()), (0, 0));
}

#[test]
fn an_end_that_goes_is_noticed() {
    let (their_producer, their_consumer) = rtrb::RingBuffer::<u8>::new(2);
    let (sender, receiver) = channel::spsc::bounded::<u8>(2).unwrap();
    assert_eq!((their_consumer.is_abandoned(), receiver.is_closed()), (false, false));
    drop((their_producer, sender));
    assert_eq!((their_consumer.is_abandoned(), receiver.is_closed()), (true, true));
}
