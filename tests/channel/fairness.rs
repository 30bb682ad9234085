//! A task that never has to wait lets the others of its thread run.

use crate::faces::*;
use crate::wait::Alarm;
use futures::{SinkExt, StreamExt};
use ringway::channel::{Channel, bounded, oneshot, spsc};
use ringway::task::Tracker;
use ringway::wait::CriticalSection;
use ringway::{priority, stack};
use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

/// What a task may do without letting others run. tokio's channels allow 128 operations.
const LIMIT: usize = 128;

/// Asserts that a task that never waits is pending now and then, awake. `busy` counts its
/// operations.
fn yields(name: &str, busy: impl AsyncFnOnce(&Cell<usize>)) {
    let done = Cell::new(0);
    let alarm = std::sync::Arc::<Alarm>::default();
    let (waker, mut future) = (Waker::from(alarm.clone()), pin!(busy(&done)));
    // Bounded: without a yield it ends in the first poll.
    for poll in 1..=5 {
        let before = done.get();
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending(), "{name}: poll {poll}");
        assert!(alarm.rang(), "{name}: it yields, and does not wait");
        assert!(done.get() - before <= LIMIT, "{name}: {} operations in poll {poll}", done.get() - before);
        assert!(poll == 1 || done.get() - before >= LIMIT / 4, "{name}: it yields too often");
    }
}

const MANY: usize = 10_000;

fn a_face_yields<F: Face>() {
    yields(std::any::type_name::<F>(), async |done| {
        let (mut tx, mut rx) = F::open();
        for n in 0..MANY {
            tx.send(n as Value).await.unwrap();
            assert_eq!(rx.recv().await, Ok(n as Value));
            done.set(done.get() + 2);
        }
    });
}

#[test]
fn sends_and_receives_of_every_face_yield() {
    a_face_yields::<InStatic>();
    a_face_yields::<InCriticalSection<1>>();
    a_face_yields::<OnHeap<3>>();
    a_face_yields::<Viewed<1>>();
    a_face_yields::<BorrowedEnds<2>>();
    a_face_yields::<OwnedEnds<1>>();
    a_face_yields::<SpscTaken<1>>();
    a_face_yields::<SpscOwned<2>>();
}

#[test]
fn channels_with_an_order_of_their_own_yield() {
    let jobs: priority::Channel<usize, 2, 1> = priority::Channel::new();
    yields("priority", async |done| {
        for n in 0..MANY {
            jobs.send(n % 2, n).await.unwrap();
            assert_eq!(jobs.recv().await, Ok((n % 2, n)));
            done.set(done.get() + 2);
        }
    });
    let buffers: stack::Channel<usize, 1> = stack::Channel::new();
    yields("stack", async |done| {
        for n in 0..MANY {
            buffers.send(n).await.unwrap();
            assert_eq!(buffers.recv().await, Ok(n));
            done.set(done.get() + 2);
        }
    });
}

#[test]
fn a_batch_counts_value_by_value() {
    const BATCH: usize = 32;
    let channel: Channel<usize, BATCH> = Channel::new();
    yields("recv_many", async |done| {
        for _ in 0..MANY {
            (0..BATCH).for_each(|n| channel.try_send(n).unwrap());
            assert_eq!(channel.recv_many(&mut Vec::new(), BATCH).await, BATCH);
            done.set(done.get() + BATCH);
        }
    });
}

#[test]
fn batches_of_an_spsc_channel_and_sends_of_many_yield() {
    const BATCH: usize = 32;
    let (mut sender, mut receiver) = spsc::bounded(BATCH).unwrap();
    yields("recv_many of an SPSC channel", async |done| {
        for _ in 0..MANY {
            sender.try_send_many(0..BATCH).unwrap();
            assert_eq!(receiver.recv_many(&mut Vec::new(), BATCH).await, BATCH);
            done.set(done.get() + BATCH);
        }
    });
    let (sender, _receiver) = bounded(MANY).unwrap();
    yields("send_many", async |done| {
        sender.send_many((0..MANY).inspect(|_| done.set(done.get() + 1))).await.unwrap();
    });
    let (mut sender, _receiver) = spsc::bounded(MANY).unwrap();
    yields("send_many of an SPSC channel", async |done| {
        sender.send_many((0..MANY).inspect(|_| done.set(done.get() + 1))).await.unwrap();
    });
}

#[test]
fn streams_and_sinks_yield() {
    let (sender, receiver) = bounded(1).unwrap();
    let (mut sink, mut stream) = (pin!(sender.sink()), pin!(receiver.stream()));
    yields("sink and stream", async |done| {
        for n in 0..MANY {
            sink.feed(n).await.unwrap();
            assert_eq!(stream.next().await, Some(n));
            done.set(done.get() + 2);
        }
    });
    let (sender, receiver) = bounded(MANY).unwrap();
    let mut sink = pin!(sender.sink());
    yields("a sink alone", async |done| {
        for n in 0..MANY {
            sink.feed(n).await.unwrap();
            done.set(done.get() + 1);
        }
    });
    let mut stream = pin!(receiver.stream());
    (0..MANY).for_each(|n| _ = sender.try_send(n));
    yields("a stream alone", async |done| {
        while stream.next().await.is_some() {
            done.set(done.get() + 1);
        }
    });
    let (mut sender, _receiver) = spsc::bounded(MANY).unwrap();
    let mut sink = sender.sink();
    yields("an SPSC sink alone", async |done| {
        for n in 0..MANY {
            sink.feed(n).await.unwrap();
            done.set(done.get() + 1);
        }
    });
}

#[test]
fn grants_replies_and_joins_yield() {
    let channel: Channel<usize, 1, CriticalSection> = Channel::new();
    yields("grant", async |done| {
        for n in 0..MANY {
            channel.reserve().unwrap().write(n).send().await.unwrap();
            assert_eq!(channel.try_recv(), Ok(n));
            done.set(done.get() + 1);
        }
    });
    yields("oneshot", async |done| {
        for n in 0..MANY {
            let (sender, receiver) = oneshot::channel();
            sender.send(n).unwrap();
            assert_eq!(receiver.await, Ok(n));
            done.set(done.get() + 1);
        }
    });
    let tracker: Tracker = Tracker::new();
    yields("join", async |done| {
        for n in 0..MANY {
            tracker.track(n).done();
            tracker.join().await;
            done.set(done.get() + 1);
        }
    });
}

#[test]
fn waits_for_room_and_for_the_end_yield() {
    let (sender, receiver) = bounded::<u8>(1).unwrap();
    let (mut single, single_receiver) = spsc::bounded::<u8>(1).unwrap();
    yields("room", async |done| {
        for _ in 0..MANY {
            sender.wait_for_room().await.unwrap();
            done.set(done.get() + 1);
            single.wait_for_room().await.unwrap();
            done.set(done.get() + 1);
        }
    });
    drop(receiver);
    drop(single_receiver);
    let (mut one, _) = oneshot::channel::<u8>();
    yields("the end", async |done| {
        for _ in 0..MANY {
            sender.closed().await;
            done.set(done.get() + 1);
            single.closed().await;
            done.set(done.get() + 1);
            one.closed().await;
            done.set(done.get() + 1);
        }
    });
}

/// What users see: a branch of `select!` beside a task that never waits.
#[tokio::test]
async fn a_future_beside_one_that_never_waits_gets_its_turn() {
    let (sender, receiver) = bounded(1).unwrap();
    let busy = async {
        for n in 0..100 * MANY {
            sender.send(n).await.unwrap();
            assert_eq!(receiver.recv().await, Ok(n));
        }
    };
    tokio::select! {
        biased;
        () = busy => panic!("it never let the other run"),
        () = tokio::task::yield_now() => {}
    }
}

/// A server's loop: one arm waits for a signal that does not come, the other always has a value.
/// Bounded by `MANY`.
async fn serve(done: &Cell<usize>, mut quiet: impl AsyncFnMut(), mut busy: impl AsyncFnMut()) {
    for _ in 0..MANY {
        tokio::select! {
            biased;
            () = quiet() => panic!("it is quiet"),
            () = busy() => done.set(done.get() + 1),
        }
    }
}

#[test]
fn a_loop_around_select_yields_whatever_the_quiet_arm_waits_for() {
    let (sender, receiver) = bounded(1).unwrap();
    let busy = async || {
        let _ = sender.try_send(1);
        assert_eq!(receiver.recv().await, Ok(1));
    };
    let (_open, stop) = bounded::<u8>(1).unwrap();
    yields("select beside a channel", async |done| {
        serve(done, async || _ = stop.recv().await, busy).await;
    });
    let (_open, mut stop) = spsc::bounded::<u8>(1).unwrap();
    yields("select beside an SPSC channel", async |done| {
        serve(done, async || _ = stop.recv().await, busy).await;
    });
    let (_open, mut stop) = oneshot::channel::<u8>();
    yields("select beside a oneshot", async |done| {
        serve(done, async || _ = (&mut stop).await, busy).await;
    });
    let (stop, _open) = bounded::<u8>(1).unwrap();
    yields("select beside the end of a channel", async |done| {
        serve(done, async || stop.closed().await, busy).await;
    });
    let (mut stop, _open) = oneshot::channel::<u8>();
    yields("select beside the end of a oneshot", async |done| {
        serve(done, async || stop.closed().await, busy).await;
    });
    let tracker: Tracker = Tracker::new();
    let _task = tracker.track(1);
    yields("select beside a join", async |done| serve(done, async || tracker.join().await, busy).await);
    let mut stop = pin!(stop_that_is_kept());
    yields("select beside a future that is kept", async |done| {
        serve(done, async || stop.as_mut().await, busy).await;
    });
}

/// Waits for a value that does not come.
async fn stop_that_is_kept() {
    let (_open, stop) = bounded::<u8>(1).unwrap();
    let _ = stop.recv().await;
}

#[test]
fn two_arms_that_are_always_ready_yield() {
    let (sender, receiver) = bounded(1).unwrap();
    let other: Channel<u8, 1> = Channel::new();
    yields("select over two that are ready", async |done| {
        for _ in 0..MANY {
            let _ = (sender.try_send(1), other.try_send(1));
            tokio::select! {
                biased;
                value = receiver.recv() => assert_eq!(value, Ok(1)),
                value = other.recv() => assert_eq!(value, Ok(1)),
            }
            done.set(done.get() + 1);
        }
    });
}

/// As documented: a future that is polled once may be refused, but not for ever.
#[test]
fn futures_that_are_polled_once_are_refused_now_and_then() {
    use futures::FutureExt;
    let channel: Channel<u8, 1> = Channel::new();
    let refused = (0..1000).filter(|_| {
        let _ = channel.try_send(1);
        channel.recv().now_or_never().is_none()
    });
    assert!((1..=200).contains(&refused.count()));
}
