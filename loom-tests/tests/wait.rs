//! Models of the wait lists, through the channel. Named `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::channel::{Channel, RecvError, SendError};
use ringway::wait::DefaultLock;
use ringway_loom_tests::{Bell, Gate, Note, Tracked, block_on, explore};
use std::pin::pin;

type Small<const N: usize> = Channel<Tracked, N, DefaultLock, 1>;

fn channel<const N: usize>() -> Arc<Small<N>> {
    Arc::new(Channel::new())
}

fn send<const N: usize>(channel: &Small<N>, id: u8) {
    channel.try_send(Tracked::new(id)).expect("there is room");
}

fn id(received: Result<Tracked, RecvError>) -> u8 {
    received.expect("the channel stays open").id()
}

/// Receives, and returns how often the thread slept.
fn recv<const N: usize>(channel: &Small<N>) -> (u8, usize) {
    let (received, naps) = block_on(channel.recv());
    (id(received), naps)
}

#[test]
fn send_recv__cap1__a_receiver_that_sleeps_is_woken() {
    explore("send_recv__cap1", [(1, 0), (1, 1)], || {
        let (channel, gate) = (channel::<1>(), Gate::new());
        let sender = channel.clone();
        let sender = gate.spawn(move || send(&sender, 1));
        gate.pass();
        let received = recv(&channel);
        sender.join().unwrap();
        received
    });
}

#[test]
fn recv_send__cap1__a_sender_that_sleeps_is_woken() {
    explore("recv_send__cap1", [(1, 0, 2), (1, 1, 2)], || {
        let (channel, gate) = (channel::<1>(), Gate::new());
        send(&channel, 1);
        let receiver = channel.clone();
        let receiver = gate.spawn(move || receiver.try_recv().unwrap().id());
        gate.pass();
        let (sent, naps) = block_on(channel.send(Tracked::new(2)));
        sent.unwrap();
        (receiver.join().unwrap(), naps, channel.try_recv().unwrap().id())
    });
}

#[test]
fn send_recv_cancel__cap1__a_waiter_cancelled_after_its_notification_passes_it_on() {
    explore("send_recv_cancel__cap1", [(1, 0), (1, 1)], || {
        let (channel, gate) = (channel::<1>(), Gate::new());
        let mut first = Box::pin(channel.recv());
        assert!(Bell::new().poll(first.as_mut()).is_none());
        let (sender, receiver) = (channel.clone(), channel.clone());
        let sender = gate.spawn(move || send(&sender, 1));
        let receiver = gate.spawn(move || recv(&receiver));
        gate.pass();
        drop(first);
        sender.join().unwrap();
        receiver.join().unwrap()
    });
}

#[test]
fn send2_recv_recv__cap2__a_waiter_that_succeeds_by_itself_passes_its_notification_on() {
    explore("send2_recv_recv__cap2", [(1, 2), (2, 1)], || {
        let (channel, gate) = (channel::<2>(), Gate::new());
        let bell = Bell::new();
        let mut first = pin!(channel.recv());
        assert!(bell.poll(first.as_mut()).is_none());
        let (sender, receiver) = (channel.clone(), channel.clone());
        let sender = gate.spawn(move || {
            send(&sender, 1);
            send(&sender, 2);
        });
        let receiver = gate.spawn(move || recv(&receiver).0);
        gate.pass();
        let (mine, _) = bell.block_on(first.as_mut());
        sender.join().unwrap();
        (id(mine), receiver.join().unwrap())
    });
}

#[test]
fn send_recv__cap1__the_newest_waker_is_woken() {
    // Before the first poll, between the polls, after them.
    explore("send_recv__cap1, two wakers", [0, 1, 2], || {
        let (channel, gate) = (channel::<1>(), Gate::new());
        let sender = channel.clone();
        let sender = gate.spawn(move || send(&sender, 1));
        gate.pass();
        let (old, new) = (Bell::new(), Bell::new());
        let mut future = pin!(channel.recv());
        let (received, polls) = match old.poll(future.as_mut()) {
            Some(received) => (received, 0),
            None => {
                let (received, naps) = new.block_on(future.as_mut());
                (received, 1 + naps)
            }
        };
        sender.join().unwrap();
        assert_eq!(id(received), 1);
        polls
    });
}

#[test]
fn sendrecv_poll__cap1__a_waiter_notified_in_vain_stays_first() {
    // Whether the first waiter got the first value, and which one the second value woke.
    explore("sendrecv_poll__cap1", [(true, "second"), (false, "first")], || {
        let (channel, gate) = (channel::<1>(), Gate::new());
        let bells = [Bell::new(), Bell::new()];
        let (mut first, mut second) = (pin!(channel.recv()), pin!(channel.recv()));
        assert!(bells[0].poll(first.as_mut()).is_none());
        assert!(bells[1].poll(second.as_mut()).is_none());
        let other = channel.clone();
        let other = gate.spawn(move || {
            send(&other, 1);
            other.try_recv().map(Tracked::id)
        });
        gate.pass();
        let mine = bells[0].poll(first.as_mut()).map(id);
        let theirs = other.join().unwrap();
        assert!(mine.is_some() != theirs.is_ok(), "the first value came once");
        if mine.is_none() {
            // Notified during the poll or after it, and in vain.
            assert!(bells[0].poll(first.as_mut()).is_none());
        }
        let before = bells[0].strokes();
        send(&channel, 2);
        let notified = if bells[0].strokes() > before { "first" } else { "second" };
        assert_eq!(bells[1].strokes() > 0, notified == "second");
        channel.try_recv().unwrap();
        (mine.is_some(), notified)
    });
}

#[test]
fn close_closed__cap1__a_thread_that_waits_for_the_end_is_woken() {
    explore("close_closed__cap1", [(1, 0), (1, 1)], || {
        let (channel, gate, note) = (channel::<1>(), Gate::new(), Note::new());
        let (closer, left) = (channel.clone(), note.clone());
        let closer = gate.spawn(move || {
            left.leave();
            closer.close();
        });
        gate.pass();
        let ((), naps) = block_on(channel.closed());
        let read = note.read();
        closer.join().unwrap();
        (read, naps)
    });
}

#[test]
fn recv_send_closed__cap1__what_waits_for_the_end_takes_no_room() {
    explore("recv_send_closed__cap1", [(1, 0), (1, 1)], || {
        let (channel, gate, bell) = (channel::<1>(), Gate::new(), Bell::new());
        send(&channel, 1);
        let mut closed = pin!(channel.closed());
        assert!(bell.poll(closed.as_mut()).is_none());
        let sender = channel.clone();
        let sender = gate.spawn(move || {
            let (sent, naps) = block_on(sender.send(Tracked::new(2)));
            sent.expect("the channel stays open");
            naps
        });
        gate.pass();
        let received = channel.try_recv().unwrap().id();
        let naps = sender.join().unwrap();
        assert_eq!(bell.strokes(), 0);
        channel.close();
        assert!(bell.strokes() == 1 && bell.poll(closed).is_some());
        (received, naps)
    });
}

#[test]
fn close_closedcancel__cap1__a_wait_for_the_end_may_be_given_up_at_any_time() {
    explore("close_closedcancel__cap1", [0, 1], || {
        let (channel, gate, bell) = (channel::<1>(), Gate::new(), Bell::new());
        let mut first = Box::pin(channel.closed());
        assert!(bell.poll(first.as_mut()).is_none());
        let (closer, other) = (channel.clone(), channel.clone());
        let closer = gate.spawn(move || assert!(closer.close()));
        let other = gate.spawn(move || block_on(other.closed()).1);
        gate.pass();
        drop(first);
        closer.join().unwrap();
        other.join().unwrap()
    });
}

#[test]
fn recv_room__cap1__a_thread_that_waits_for_room_is_woken() {
    explore("recv_room__cap1", [(1, 0), (1, 1)], || {
        let (channel, gate) = (channel::<1>(), Gate::new());
        send(&channel, 1);
        let receiver = channel.clone();
        let receiver = gate.spawn(move || receiver.try_recv().unwrap().id());
        gate.pass();
        let (found, naps) = block_on(channel.wait_for_room());
        assert_eq!(found, Ok(()));
        // There is no other sender.
        send(&channel, 2);
        (receiver.join().unwrap(), naps)
    });
}

#[test]
fn close_room__cap1__the_end_reaches_what_waits_for_room() {
    explore("close_room__cap1", [0, 1], || {
        let (channel, gate) = (channel::<1>(), Gate::new());
        send(&channel, 1);
        let closer = channel.clone();
        let closer = gate.spawn(move || assert!(closer.close()));
        gate.pass();
        let (found, naps) = block_on(channel.wait_for_room());
        assert_eq!(found, Err(SendError(())));
        closer.join().unwrap();
        naps
    });
}

#[test]
fn recv_room_send__cap1__room_that_was_found_and_not_used_wakes_a_sender() {
    explore("recv_room_send__cap1", [(1, 0), (1, 1)], || {
        let (channel, gate, bell) = (channel::<1>(), Gate::new(), Bell::new());
        send(&channel, 1);
        let mut room = Box::pin(channel.wait_for_room());
        assert!(bell.poll(room.as_mut()).is_none());
        let (sender, receiver) = (channel.clone(), channel.clone());
        let sender = gate.spawn(move || {
            let (sent, naps) = block_on(sender.send(Tracked::new(2)));
            sent.expect("the channel stays open");
            naps
        });
        let receiver = gate.spawn(move || receiver.try_recv().unwrap().id());
        gate.pass();
        // Polled once more or not at all, and not used: another may send at once.
        if bell.strokes() > 0 {
            let _ = bell.poll(room.as_mut());
        }
        drop(room);
        let naps = sender.join().unwrap();
        (receiver.join().unwrap(), naps)
    });
}
