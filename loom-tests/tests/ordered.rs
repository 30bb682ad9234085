//! Models of the channels with an order of their own. Named `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::channel::TrySendError;
use ringway::{priority, stack};
use ringway_loom_tests::{Gate, Tracked, block_on, explore};

type ByPriority = priority::Channel<Tracked, 2, 1, priority::Strict, ringway::wait::DefaultLock, 2>;
type Lifo = stack::Channel<Tracked, 1, ringway::wait::DefaultLock, 2>;

/// Whether the value was accepted.
fn accepted(sent: Result<(), TrySendError<Tracked>>, id: u8) -> bool {
    match sent {
        Ok(()) => true,
        Err(TrySendError::Closed(value)) => value.id() != id,
        Err(error) => panic!("there is room: {error}"),
    }
}

/// Whether a value was accepted by a level that exists.
fn accepted_at(sent: Result<(), priority::TrySendError<Tracked>>, id: u8) -> bool {
    let sent = sent.map_err(|error| match error {
        priority::TrySendError::Closed(value) => TrySendError::Closed(value),
        error => panic!("there is room: {error}"),
    });
    accepted(sent, id)
}

#[test]
fn send_recv__cap1__a_value_in_any_level_wakes_a_receiver() {
    explore("ordered send_recv__cap1", [(1, 0), (1, 1)], || {
        let (channel, gate) = (Arc::new(ByPriority::new()), Gate::new());
        let sender = channel.clone();
        let sender = gate.spawn(move || assert!(accepted_at(sender.try_send(1, Tracked::new(1)), 1)));
        gate.pass();
        let (received, naps) = block_on(channel.recv());
        sender.join().unwrap();
        (
            received
                .map(|(level, value)| {
                    assert_eq!(level, 1);
                    value.id()
                })
                .unwrap(),
            naps,
        )
    });
}

#[test]
fn recv_send_send__cap1__room_in_a_level_wakes_a_sender_to_that_level() {
    explore("ordered recv_send_send__cap1", [0, 1], || {
        let (channel, gate) = (Arc::new(ByPriority::new()), Gate::new());
        assert!(accepted_at(channel.try_send(0, Tracked::new(1)), 1));
        assert!(accepted_at(channel.try_send(1, Tracked::new(2)), 2));
        let receiver = channel.clone();
        let receiver = gate.spawn(move || receiver.try_recv().unwrap().1.id());
        gate.pass();
        // The level that is served last stays full; a sender to it, which came first, must not keep
        // the wake-up.
        let mut other = Box::pin(channel.send(1, Tracked::new(3)));
        assert!(ringway_loom_tests::Bell::new().poll(other.as_mut()).is_none());
        let (sent, naps) = block_on(channel.send(0, Tracked::new(4)));
        assert!(sent.is_ok());
        assert_eq!(receiver.join().unwrap(), 1);
        naps
    });
}

#[test]
fn send_close_recv__cap1__what_was_accepted_at_any_level_is_received() {
    explore("ordered send_close_recv__cap1", [(false, vec![]), (true, vec![1])], || {
        let (channel, gate) = (Arc::new(ByPriority::new()), Gate::new());
        let (sender, closer) = (channel.clone(), channel.clone());
        let sender = gate.spawn(move || accepted_at(sender.try_send(0, Tracked::new(1)), 1));
        let closer = gate.spawn(move || assert!(closer.close()));
        gate.pass();
        let drained =
            std::iter::from_fn(|| block_on(channel.recv()).0.ok()).map(|(_, value)| value.id()).collect();
        closer.join().unwrap();
        (sender.join().unwrap(), drained)
    });
}

#[test]
fn send_close_recv__cap1__what_was_accepted_by_a_stack_is_received() {
    explore("stack send_close_recv__cap1", [(false, vec![]), (true, vec![1])], || {
        let (channel, gate) = (Arc::new(Lifo::new()), Gate::new());
        let (sender, closer) = (channel.clone(), channel.clone());
        let sender = gate.spawn(move || accepted(sender.try_send(Tracked::new(1)), 1));
        let closer = gate.spawn(move || assert!(closer.close()));
        gate.pass();
        let drained = std::iter::from_fn(|| block_on(channel.recv()).0.ok()).map(Tracked::id).collect();
        closer.join().unwrap();
        (sender.join().unwrap(), drained)
    });
}

#[test]
fn recv_send__cap1__room_on_a_stack_wakes_a_sender() {
    explore("stack recv_send__cap1", [0, 1], || {
        let (channel, gate) = (Arc::new(Lifo::new()), Gate::new());
        assert!(accepted(channel.try_send(Tracked::new(1)), 1));
        let receiver = channel.clone();
        let receiver = gate.spawn(move || receiver.try_recv().unwrap().id());
        gate.pass();
        let (sent, naps) = block_on(channel.send(Tracked::new(2)));
        assert!(sent.is_ok());
        assert_eq!(receiver.join().unwrap(), 1);
        naps
    });
}
