//! Models of the channel: closing, handles, making room by force. Named
//! `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::channel::{BoxedChannel, Channel, RecvError, SendError, TryRecvError, TrySendError};
use ringway::wait::DefaultLock;
use ringway_loom_tests::{Bell, Gate, Note, Tracked, block_on, explore, one_sees};
use std::pin::pin;

type Small<const N: usize, const S: usize = 1> = Channel<Tracked, N, DefaultLock, S>;

fn channel<const N: usize, const S: usize>() -> Arc<Small<N, S>> {
    Arc::new(Channel::new())
}

/// Whether the value was accepted.
fn send<const N: usize, const S: usize>(channel: &Small<N, S>, id: u8) -> bool {
    match channel.try_send(Tracked::new(id)) {
        Ok(()) => true,
        Err(TrySendError::Closed(value)) => value.id() != id,
        Err(error) => panic!("there is room: {error}"),
    }
}

/// Receives until the channel reports that it is closed: the values, in order.
fn drain<const N: usize, const S: usize>(channel: &Small<N, S>) -> Vec<u8> {
    std::iter::from_fn(|| block_on(channel.recv()).0.ok()).map(Tracked::id).collect()
}

#[test]
fn send_close_recv__cap1__what_was_accepted_is_received() {
    explore("send_close_recv__cap1", [(false, vec![]), (true, vec![1])], || {
        let (channel, gate) = (channel::<1, 1>(), Gate::new());
        let (sender, closer) = (channel.clone(), channel.clone());
        let sender = gate.spawn(move || send(&sender, 1));
        let closer = gate.spawn(move || assert!(closer.close()));
        gate.pass();
        let drained = drain(&channel);
        closer.join().unwrap();
        (sender.join().unwrap(), drained)
    });
}

#[test]
fn send_closerecv_recv__cap1__what_was_accepted_is_received_once() {
    let expected = [(false, vec![], vec![]), (true, vec![1], vec![]), (true, vec![], vec![1])];
    explore("send_closerecv_recv__cap1", expected, || {
        let (channel, gate) = (channel::<1, 1>(), Gate::new());
        let (sender, receiver) = (channel.clone(), channel.clone());
        let sender = gate.spawn(move || send(&sender, 1));
        let receiver = gate.spawn(move || drain(&receiver));
        gate.pass();
        channel.close();
        let mine = drain(&channel);
        (sender.join().unwrap(), mine, receiver.join().unwrap())
    });
}

#[test]
fn close_recv_recv__cap1__every_receiver_that_sleeps_is_woken() {
    let naps = [(0, 0), (0, 1), (1, 0), (1, 1)];
    explore("close_recv_recv__cap1", naps, || {
        let (channel, gate) = (channel::<1, 1>(), Gate::new());
        let until_closed = |channel: &Small<1>| {
            let (received, naps) = block_on(channel.recv());
            assert_eq!(received.map(Tracked::id), Err(RecvError));
            naps
        };
        let (first, second) = (channel.clone(), channel.clone());
        let first = gate.spawn(move || until_closed(&first));
        let second = gate.spawn(move || until_closed(&second));
        gate.pass();
        channel.close();
        (first.join().unwrap(), second.join().unwrap())
    });
}

#[test]
fn close_send_send__cap1__every_sender_that_sleeps_is_woken() {
    let naps = [(0, 0), (0, 1), (1, 0), (1, 1)];
    explore("close_send_send__cap1", naps, || {
        let (channel, gate) = (channel::<1, 2>(), Gate::new());
        assert!(send(&channel, 1));
        let until_closed = |channel: &Small<1, 2>, value| {
            let (sent, naps) = block_on(channel.send(Tracked::new(value)));
            assert_eq!(sent.map_err(|SendError(rejected)| rejected.id()), Err(value));
            naps
        };
        let (first, second) = (channel.clone(), channel.clone());
        let first = gate.spawn(move || until_closed(&first, 2));
        let second = gate.spawn(move || until_closed(&second, 3));
        gate.pass();
        channel.close();
        let naps = (first.join().unwrap(), second.join().unwrap());
        assert_eq!(drain(&channel), [1]);
        naps
    });
}

#[test]
fn closerecv_send__cap1__a_full_channel_closes_as_exactly() {
    explore("closerecv_send__cap1", [(false, vec![1]), (true, vec![1, 2])], || {
        let (channel, gate) = (channel::<1, 2>(), Gate::new());
        assert!(send(&channel, 1));
        let sender = channel.clone();
        let sender = gate.spawn(move || match block_on(sender.send(Tracked::new(2))).0 {
            Ok(()) => true,
            Err(SendError(value)) => value.id() != 2,
        });
        let receiver = channel.clone();
        let receiver = gate.spawn(move || drain(&receiver));
        gate.pass();
        channel.close();
        (sender.join().unwrap(), receiver.join().unwrap())
    });
}

#[test]
fn send_close_recvcancel__cap1__closing_reaches_a_waiter_behind_a_cancelled_one() {
    explore("send_close_recvcancel__cap1", [vec![1]], || {
        let (channel, gate) = (channel::<1, 1>(), Gate::new());
        let mut first = Box::pin(channel.recv());
        assert!(Bell::new().poll(first.as_mut()).is_none());
        let (other, receiver) = (channel.clone(), channel.clone());
        let receiver = gate.spawn(move || drain(&receiver));
        let other = gate.spawn(move || {
            let accepted = send(&other, 1);
            other.close();
            accepted
        });
        gate.pass();
        drop(first);
        assert!(other.join().unwrap());
        receiver.join().unwrap()
    });
}

#[test]
fn close_isclosed__cap1__a_thread_that_sees_the_flag_sees_what_came_before() {
    explore("close_isclosed__cap1", [None, Some(1)], || {
        let (channel, gate, note) = (channel::<1, 1>(), Gate::new(), Note::new());
        let (closer, left) = (channel.clone(), note.clone());
        let closer = gate.spawn(move || {
            left.leave();
            closer.close();
        });
        gate.pass();
        let read = channel.is_closed().then(|| note.read());
        closer.join().unwrap();
        read
    });
}

#[test]
fn drop_drop_recv__cap1__the_last_sender_closes_for_all() {
    explore("drop_drop_recv__cap1", [(vec![1], 1)], || {
        let (sender, receiver) = BoxedChannel::<Tracked>::with_spares(1, 1).unwrap().into_split();
        let (gate, note) = (Gate::new(), Note::new());
        let (other, left) = (sender.clone(), note.clone());
        let other = gate.spawn(move || {
            left.leave();
            drop(other);
        });
        let sender = gate.spawn(move || {
            sender.try_send(Tracked::new(1)).expect("the receiver is there");
        });
        gate.pass();
        let received = std::iter::from_fn(|| block_on(receiver.recv()).0.ok()).map(Tracked::id).collect();
        let read = note.read();
        other.join().unwrap();
        sender.join().unwrap();
        (received, read)
    });
}

#[test]
fn drop_drop_isclosed__cap1__the_flag_brings_what_each_sender_did() {
    explore("drop_drop_isclosed__cap1", [None, Some(1)], || {
        let (sender, receiver) = BoxedChannel::<Tracked>::with_spares(1, 1).unwrap().into_split();
        let (gate, note) = (Gate::new(), Note::new());
        let (other, left) = (sender.clone(), note.clone());
        let other = gate.spawn(move || {
            left.leave();
            drop(other);
        });
        let sender = gate.spawn(move || drop(sender));
        gate.pass();
        // No fence stands between the two: one of loom's would acquire too much.
        let read = receiver.is_closed().then(|| note.read());
        other.join().unwrap();
        sender.join().unwrap();
        read
    });
}

#[test]
fn drop_send__cap1__the_last_receiver_closes() {
    // Whether the value that did not fit came back. It may have found room behind the one that was
    // dropped, before the closed marker, and was dropped then too: loom would report a value that
    // leaks.
    explore("drop_send__cap1", [false, true], || {
        let (sender, receiver) = BoxedChannel::<Tracked>::with_spares(1, 2).unwrap().into_split();
        let gate = Gate::new();
        sender.try_send(Tracked::new(1)).expect("there is room");
        let other = gate.spawn(move || drop(receiver));
        gate.pass();
        let (sent, _) = block_on(sender.send(Tracked::new(2)));
        other.join().unwrap();
        assert!(sender.is_empty(), "the receiver is gone, and nothing is left");
        sent.is_err_and(|SendError(value)| value.id() == 2)
    });
}

#[test]
fn force_recv__cap1__a_receiver_that_sleeps_is_woken() {
    explore("force_recv__cap1", [(None, Some(1), 2), (Some(1), None, 2)], || {
        let (channel, gate) = (channel::<1, 2>(), Gate::new());
        assert!(send(&channel, 1));
        let other = channel.clone();
        let other = gate.spawn(move || other.force_send(Tracked::new(2)).unwrap().map(Tracked::id));
        gate.pass();
        let (first, _) = block_on(channel.recv());
        let first = first.unwrap().id();
        let displaced = other.join().unwrap();
        let second = (first == 1).then(|| channel.try_recv().unwrap().id());
        (displaced, (first == 1).then_some(1), second.unwrap_or(first))
    });
}

#[test]
fn force_recv__cap1__a_sender_that_sleeps_is_not_forgotten() {
    // What was forced out, and what came out at once.
    let expected = [(None, Some(1)), (Some(1), None), (Some(1), Some(3))];
    explore("force_recv__cap1, a sender sleeps", expected, || {
        let (channel, gate, bell) = (channel::<1, 2>(), Gate::new(), Bell::new());
        assert!(send(&channel, 1));
        let mut sender = pin!(channel.send(Tracked::new(2)));
        assert!(bell.poll(sender.as_mut()).is_none());
        let forcer = channel.clone();
        let forcer = gate.spawn(move || forcer.force_send(Tracked::new(3)).unwrap().map(Tracked::id));
        gate.pass();
        let received = channel.try_recv().map(Tracked::id).ok();
        let displaced = forcer.join().unwrap();
        if bell.strokes() == 0 {
            assert_eq!(channel.try_recv().map(Tracked::id), Ok(3), "not notified, so the channel is full");
        } else if channel.is_full() {
            channel.try_recv().unwrap();
        }
        bell.block_on(sender).0.expect("the channel stays open");
        assert_eq!(channel.try_recv().map(Tracked::id), Ok(2));
        (displaced, received)
    });
}

#[test]
fn force_reserve__cap2__room_beyond_what_was_needed_wakes_a_sender() {
    // The last value displaced, and whether the grant took the slot of the first.
    let expected = [(Some(1), false), (Some(2), true)];
    explore("force_reserve__cap2", expected, || {
        let (channel, gate, bell) = (channel::<2, 0>(), Gate::new(), Bell::new());
        assert!(send(&channel, 1) && send(&channel, 2));
        let mut sender = pin!(channel.send(Tracked::new(3)));
        assert!(bell.poll(sender.as_mut()).is_none());
        let forcer = channel.clone();
        let forcer = gate.spawn(move || forcer.force_send(Tracked::new(4)).unwrap().map(Tracked::id));
        gate.pass();
        let grant = channel.reserve();
        let displaced = forcer.join().unwrap();
        assert!(channel.is_full() || bell.strokes() > 0, "there is room, and the sender sleeps");
        (displaced, grant.is_some())
    });
}

#[test]
fn force_force_recv__cap2__no_sender_sleeps_beside_room() {
    explore("force_force_recv__cap2", [true], || {
        let (channel, gate, bell) = (channel::<2, 2>(), Gate::new(), Bell::new());
        assert!(send(&channel, 1) && send(&channel, 2));
        let mut sender = pin!(channel.send(Tracked::new(3)));
        assert!(bell.poll(sender.as_mut()).is_none());
        let forcer = channel.clone();
        let forcer = gate.spawn(move || drop(forcer.force_send(Tracked::new(4)).unwrap()));
        gate.pass();
        drop(channel.force_send(Tracked::new(5)).unwrap());
        drop(channel.try_recv());
        forcer.join().unwrap();
        channel.is_full() || bell.strokes() > 0
    });
}

#[test]
fn force_reserve__cap1__unused_room_is_passed_to_a_waiting_sender() {
    // What stayed out, and whether the grant took the only slot.
    let expected = [(Some(1), false), (Some(3), true)];
    explore("force_reserve__cap1", expected, || {
        let (channel, gate, bell) = (channel::<1, 0>(), Gate::new(), Bell::new());
        assert!(send(&channel, 1));
        let mut sender = pin!(channel.send(Tracked::new(2)));
        assert!(bell.poll(sender.as_mut()).is_none());
        let forcer = channel.clone();
        let forcer = gate.spawn(move || forcer.force_send(Tracked::new(3)).unwrap().map(Tracked::id));
        gate.pass();
        let grant = channel.reserve();
        let displaced = forcer.join().unwrap();
        assert!(channel.len() == 1 || bell.strokes() > 0, "there is room, and the sender sleeps");
        (displaced, grant.is_some())
    });
}

type Plain = Channel<u8, 1, ringway::wait::DefaultLock, 2>;

/// One of two channels, for the thread that changes it and the one that asks.
fn empty() -> (Arc<Plain>, Arc<Plain>) {
    let channel = Arc::new(Plain::new());
    (channel.clone(), channel)
}

fn full() -> (Arc<Plain>, Arc<Plain>) {
    let mut ends = empty();
    send_one(&mut ends.0);
    ends
}

fn send_one(channel: &mut Arc<Plain>) {
    channel.try_send(1).unwrap();
}

fn receive_one(channel: &mut Arc<Plain>) {
    channel.try_recv().unwrap();
}

fn close(channel: &mut Arc<Plain>) {
    assert!(channel.close());
}

#[test]
fn send_recv_across_two_channels__cap1__not_both_empty() {
    one_sees("send_recv_across_two", empty, send_one, |channel| channel.try_recv().is_ok());
    one_sees("send_isempty_across_two", empty, send_one, |channel| !channel.is_empty());
    one_sees("send_stats_across_two", empty, send_one, |channel| channel.stats().pushed == 1);
}

#[test]
fn recv_send_across_two_channels__cap1__not_both_full() {
    one_sees("recv_send_across_two", full, receive_one, |channel| channel.try_send(2).is_ok());
    one_sees("recv_isfull_across_two", full, receive_one, |channel| !channel.is_full());
}

#[test]
fn close_isclosed_across_two_channels__cap1__not_both_open() {
    one_sees("close_isclosed_across_two", empty, close, |channel| channel.is_closed());
    one_sees("close_send_across_two", empty, close, |channel| channel.try_send(1).is_err());
    one_sees("close_recv_across_two", empty, close, |channel| {
        channel.try_recv() == Err(TryRecvError::Closed)
    });
}

#[test]
fn drop_closed__cap1__the_last_receiver_ends_the_wait_of_a_sender() {
    explore("drop_closed__cap1", [0, 1], || {
        let (sender, receiver) = BoxedChannel::<Tracked>::with_spares(1, 1).unwrap().into_split();
        let gate = Gate::new();
        let other = gate.spawn(move || drop(receiver));
        gate.pass();
        let ((), naps) = block_on(sender.closed());
        other.join().unwrap();
        naps
    });
}
