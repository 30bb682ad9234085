//! Models of the wait lists, through the channel. Named `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::channel::{Channel, RecvError};
use ringway::wait::DefaultLock;
use ringway_loom_tests::{Bell, Gate, Tracked, block_on, explore};
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
