//! Models of the SPSC channel and of its wait cells. Named `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use ringway::channel::spsc::{Receiver, Sender, bounded};
use ringway::channel::{RecvError, SendError, TrySendError};
use ringway_loom_tests::{Bell, Gate, Note, Tracked, block_on, explore, one_sees};
use std::pin::pin;

fn channel(capacity: usize) -> (Sender<'static, Tracked>, Receiver<'static, Tracked>) {
    bounded(capacity).unwrap()
}

fn send(sender: &mut Sender<'_, Tracked>, id: u8) {
    sender.try_send(Tracked::new(id)).expect("there is room");
}

/// Sends, and returns how often the thread slept.
fn wait_and_send(sender: &mut Sender<'_, Tracked>, id: u8) -> usize {
    let (sent, naps) = block_on(sender.send(Tracked::new(id)));
    sent.expect("the receiver is there");
    naps
}

/// Receives, and returns how often the thread slept.
fn recv(receiver: &mut Receiver<'_, Tracked>) -> (Result<u8, RecvError>, usize) {
    let (received, naps) = block_on(receiver.recv());
    (received.map(Tracked::id), naps)
}

#[test]
fn send_recv__cap1__a_receiver_that_sleeps_is_woken() {
    explore("spsc channel send_recv__cap1", [(1, 0), (1, 1)], || {
        let ((mut sender, mut receiver), gate) = (channel(1), Gate::new());
        let sender = gate.spawn(move || {
            send(&mut sender, 1);
            sender
        });
        gate.pass();
        let received = recv(&mut receiver);
        drop(sender.join().unwrap());
        (received.0.unwrap(), received.1)
    });
}

#[test]
fn recv_send__cap1__a_sender_that_sleeps_is_woken() {
    explore("spsc channel recv_send__cap1", [0, 1], || {
        let ((mut sender, mut receiver), gate) = (channel(1), Gate::new());
        send(&mut sender, 1);
        let receiver = gate.spawn(move || {
            assert_eq!(receiver.try_recv().map(Tracked::id), Ok(1));
            receiver
        });
        gate.pass();
        let naps = wait_and_send(&mut sender, 2);
        drop(receiver.join().unwrap());
        naps
    });
}

#[test]
fn send3_recv3__cap1__both_ends_sleep_and_wake() {
    // Whether the sender slept more than once.
    explore("spsc channel send3_recv3__cap1", [false, true], || {
        let ((mut sender, mut receiver), gate) = (channel(1), Gate::new());
        let sender = gate.spawn(move || {
            let naps: usize = (1..=3).map(|id| wait_and_send(&mut sender, id)).sum();
            (naps, sender)
        });
        gate.pass();
        assert!((0..3).map(|_| recv(&mut receiver).0.unwrap()).eq(1..=3));
        sender.join().unwrap().0 > 1
    });
}

#[test]
fn send2_pollpoll_recv__cap2__places_of_the_cell_are_used_again() {
    // How many of three futures that were dropped after one poll received something.
    explore("spsc channel send2_pollpoll_recv__cap2", [0, 1, 2], || {
        let ((mut sender, mut receiver), gate) = (channel(2), Gate::new());
        let sender = gate.spawn(move || {
            send(&mut sender, 1);
            send(&mut sender, 2);
            sender
        });
        gate.pass();
        let mut received: Vec<u8> = Vec::new();
        for _ in 0..3 {
            let bell = Bell::new();
            received.extend(bell.poll(pin!(receiver.recv())).map(|received| received.unwrap().id()));
            if received.len() == 2 {
                break;
            }
        }
        let at_once = received.len();
        while received.len() < 2 {
            received.push(recv(&mut receiver).0.unwrap());
        }
        assert_eq!(received, [1, 2]);
        drop(sender.join().unwrap());
        at_once
    });
}

#[test]
fn send2_poll3__cap2__a_place_is_not_written_while_its_waker_is_taken() {
    explore("spsc channel send2_poll3__cap2", [1], || {
        let ((mut sender, mut receiver), gate) = (channel(2), Gate::new());
        let sender = gate.spawn(move || {
            send(&mut sender, 1);
            send(&mut sender, 2);
            sender
        });
        gate.pass();
        let mut future = pin!(receiver.recv());
        let mut received = None;
        // Each poll leaves another waker.
        for _ in 0..3 {
            received = received.or_else(|| Bell::new().poll(future.as_mut()));
        }
        let received = received.unwrap_or_else(|| Bell::new().block_on(future).0);
        drop(sender.join().unwrap());
        received.unwrap().id()
    });
}

#[test]
fn send2_poll2_poll2__cap2__a_waiter_that_comes_back_finds_the_other_place_left() {
    // How many values came to the end that never waited for its waker.
    explore("spsc channel send2_poll2_poll2__cap2", [0, 1, 2], || {
        let ((mut sender, mut receiver), gate) = (channel(2), Gate::new());
        let sender = gate.spawn(move || {
            send(&mut sender, 1);
            send(&mut sender, 2);
            sender
        });
        gate.pass();
        let mut poll2 = || {
            let mut future = pin!(receiver.recv());
            let first = Bell::new().poll(future.as_mut());
            first.or_else(|| Bell::new().poll(future)).map(|received| received.unwrap().id())
        };
        let received: Vec<u8> = [poll2(), poll2()].into_iter().flatten().collect();
        assert!(received.iter().copied().eq(1..=received.len() as u8));
        drop(sender.join().unwrap());
        received.len()
    });
}

#[test]
fn sendsend_drop_recv__cap2__what_was_sent_is_received() {
    explore("spsc channel sendsend_drop_recv__cap2", [(vec![1, 2], 1)], || {
        let ((mut sender, mut receiver), gate, note) = (channel(2), Gate::new(), Note::new());
        let left = note.clone();
        let sender = gate.spawn(move || {
            send(&mut sender, 1);
            send(&mut sender, 2);
            left.leave();
            drop(sender);
        });
        gate.pass();
        let received = std::iter::from_fn(|| recv(&mut receiver).0.ok()).collect();
        let read = note.read();
        sender.join().unwrap();
        (received, read)
    });
}

#[test]
fn send_drop_tryrecv__cap1__closed_is_not_said_before_all_is_received() {
    let expected = [["Empty", "Empty"], ["Empty", "1"], ["1", "Empty"], ["1", "Closed"]];
    let expected = expected.map(|answers| answers.map(String::from));
    explore("spsc channel send_drop_tryrecv__cap1", expected, || {
        let ((mut sender, mut receiver), gate) = (channel(1), Gate::new());
        let sender = gate.spawn(move || send(&mut sender, 1));
        gate.pass();
        let received = [(); 2].map(|()| match receiver.try_recv() {
            Ok(value) => value.id().to_string(),
            Err(error) => format!("{error:?}"),
        });
        sender.join().unwrap();
        received
    });
}

#[test]
fn drop_send__cap1__a_receiver_that_goes_wakes() {
    // Whether the value came back, whether the sender saw what the receiver did before, and how
    // often it slept. It may have found room behind the value that was dropped.
    let outcomes = [(false, 1, 0), (true, 1, 0), (true, 1, 1)];
    explore("spsc channel drop_send__cap1", outcomes, || {
        let ((mut sender, receiver), gate, note) = (channel(1), Gate::new(), Note::new());
        send(&mut sender, 1);
        let left = note.clone();
        let receiver = gate.spawn(move || {
            left.leave();
            drop(receiver);
        });
        gate.pass();
        let (sent, naps) = block_on(sender.send(Tracked::new(2)));
        let came_back = sent.is_err_and(|SendError(value)| value.id() == 2);
        let read = note.read();
        receiver.join().unwrap();
        (came_back, read, naps)
    });
}

#[test]
fn trysend_drop__cap2__an_end_may_go_at_any_time() {
    explore("spsc channel trysend_drop__cap2", [false, true], || {
        let ((mut sender, receiver), gate) = (channel(2), Gate::new());
        let receiver = gate.spawn(move || drop(receiver));
        gate.pass();
        let accepted = match sender.try_send(Tracked::new(1)) {
            Ok(()) => true,
            Err(TrySendError::Closed(value)) => value.id() != 1,
            Err(error) => panic!("there is room: {error}"),
        };
        receiver.join().unwrap();
        accepted
    });
}

#[test]
fn recvdrop_closed__cap1__a_receiver_that_goes_ends_the_wait() {
    // A value that is received wakes too, and then it sleeps again.
    explore("spsc channel recvdrop_closed__cap1", [(1, 0), (1, 1), (1, 2)], || {
        let ((mut sender, mut receiver), gate, note) = (channel(1), Gate::new(), Note::new());
        send(&mut sender, 1);
        let left = note.clone();
        let receiver = gate.spawn(move || {
            assert_eq!(receiver.try_recv().map(Tracked::id), Ok(1));
            left.leave();
            drop(receiver);
        });
        gate.pass();
        let ((), naps) = block_on(sender.closed());
        let read = note.read();
        receiver.join().unwrap();
        (read, naps)
    });
}

#[test]
fn recv_room__cap1__a_sender_that_waits_for_room_is_woken_and_has_it() {
    explore("spsc channel recv_room__cap1", [0, 1], || {
        let ((mut sender, mut receiver), gate) = (channel(1), Gate::new());
        send(&mut sender, 1);
        let receiver = gate.spawn(move || {
            assert_eq!(receiver.try_recv().map(Tracked::id), Ok(1));
            receiver
        });
        gate.pass();
        let (found, naps) = block_on(sender.wait_for_room());
        assert_eq!(found, Ok(()));
        send(&mut sender, 2);
        drop(receiver.join().unwrap());
        naps
    });
}

type Sends = Option<Sender<'static, u8>>;
type Receives = Option<Receiver<'static, u8>>;

#[test]
fn closerecv_send__cap1__a_sender_that_sleeps_is_woken_and_gets_its_value_back() {
    explore("spsc channel closerecv_send__cap1", [0, 1], || {
        let ((mut sender, mut receiver), gate) = (channel(1), Gate::new());
        send(&mut sender, 1);
        let receiver = gate.spawn(move || {
            assert!(receiver.close());
            receiver
        });
        gate.pass();
        let (sent, naps) = block_on(sender.send(Tracked::new(2)));
        assert_eq!(sent.map_err(|SendError(rejected)| rejected.id()), Err(2));
        let mut receiver = receiver.join().unwrap();
        assert_eq!(receiver.try_recv().map(Tracked::id), Ok(1));
        naps
    });
}

#[test]
fn send_closerecv__cap1__a_value_in_flight_may_come_after_the_end() {
    // Whether the value was accepted, and what was received: at once, and once the sender was done.
    let expected = [(false, vec![], vec![]), (true, vec![1], vec![]), (true, vec![], vec![1])];
    explore("spsc channel send_closerecv__cap1", expected, || {
        let ((mut sender, mut receiver), gate) = (channel(1), Gate::new());
        let sender = gate.spawn(move || match sender.try_send(Tracked::new(1)) {
            Ok(()) => (true, sender),
            Err(TrySendError::Closed(value)) => (value.id() != 1, sender),
            Err(error) => panic!("there is room: {error}"),
        });
        gate.pass();
        receiver.close();
        let mut received = || std::iter::from_fn(|| recv(&mut receiver).0.ok()).collect::<Vec<_>>();
        let at_once = received();
        let (accepted, sender) = sender.join().unwrap();
        let later = received();
        drop(sender);
        (accepted, at_once, later)
    });
}

#[test]
fn sendclose_recv__cap1__what_was_sent_before_the_sender_closed_is_received() {
    explore("spsc channel sendclose_recv__cap1", [vec![1]], || {
        let ((mut sender, mut receiver), gate) = (channel(1), Gate::new());
        let sender = gate.spawn(move || {
            send(&mut sender, 1);
            assert!(sender.close());
            sender
        });
        gate.pass();
        let received = std::iter::from_fn(|| recv(&mut receiver).0.ok()).collect();
        drop(sender.join().unwrap());
        received
    });
}

/// The ends of one of two channels; they may go.
fn empty() -> (Sends, Receives) {
    let (sender, receiver) = bounded(1).unwrap();
    (Some(sender), Some(receiver))
}

/// The other way round: the thread that changes it receives.
fn full() -> (Receives, Sends) {
    let (mut sends, receives) = empty();
    send_one(&mut sends);
    (receives, sends)
}

fn send_one(sends: &mut Sends) {
    sends.as_mut().unwrap().try_send(1).unwrap();
}

fn receive_one(receives: &mut Receives) {
    receives.as_mut().unwrap().try_recv().unwrap();
}

fn sender(sends: &mut Sends) -> &mut Sender<'static, u8> {
    sends.as_mut().unwrap()
}

fn receiver(receives: &mut Receives) -> &mut Receiver<'static, u8> {
    receives.as_mut().unwrap()
}

/// The barrier before the look for a waiter orders the store of the queue below.
#[test]
fn send_recv_across_two_channels__cap1__not_both_empty() {
    one_sees("spsc channel send_recv_across_two", empty, send_one, |receives| {
        receiver(receives).try_recv().is_ok()
    });
    one_sees("spsc channel send_len_across_two", empty, send_one, |receives| receiver(receives).len() == 1);
}

#[test]
fn recv_send_across_two_channels__cap1__not_both_full() {
    one_sees("spsc channel recv_send_across_two", full, receive_one, |sends| {
        sender(sends).try_send(2).is_ok()
    });
    one_sees("spsc channel recv_len_across_two", full, receive_one, |sends| sender(sends).is_empty());
}

#[test]
fn drop_isclosed_across_two_channels__cap1__not_both_open() {
    one_sees(
        "spsc channel drop_isclosed_across_two",
        empty,
        |sends| *sends = None,
        |receives| receiver(receives).is_closed(),
    );
}
