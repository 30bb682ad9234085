//! Models of the oneshot and of its wait cell. Named `<threads>__cap1__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use ringway::channel::RecvError;
use ringway::channel::oneshot::{Receiver, Sender, channel};
use ringway::task::Tracker;
use ringway_loom_tests::{Bell, Gate, Note, Tracked, block_on, explore, one_sees};
use std::pin::Pin;

/// One poll that leaves the waker of a task that is gone later.
fn poll(receiver: &mut Receiver<'_, Tracked>) -> Option<Result<u8, RecvError>> {
    Bell::new().poll(Pin::new(receiver)).map(|received| received.map(Tracked::id))
}

#[test]
fn send_recv__cap1__the_value_arrives_and_wakes() {
    explore("oneshot send_recv", [(1, 0), (1, 1)], || {
        let ((sender, receiver), gate) = (channel(), Gate::new());
        let sender = gate.spawn(move || sender.send(Tracked::new(1)).expect("the receiver waits"));
        gate.pass();
        let (received, naps) = block_on(receiver);
        sender.join().unwrap();
        (received.unwrap().id(), naps)
    });
}

#[test]
fn drop_recv__cap1__a_sender_that_goes_wakes() {
    explore("oneshot drop_recv", [(1, 0), (1, 1)], || {
        let ((sender, receiver), gate, note) = (channel::<Tracked>(), Gate::new(), Note::new());
        let left = note.clone();
        let sender = gate.spawn(move || {
            left.leave();
            drop(sender);
        });
        gate.pass();
        let (received, naps) = block_on(receiver);
        assert_eq!(received.map(Tracked::id), Err(RecvError));
        let read = note.read();
        sender.join().unwrap();
        (read, naps)
    });
}

#[test]
fn drop_tryrecv__cap1__the_end_brings_what_came_before_it() {
    explore("oneshot drop_tryrecv", [None, Some(1)], || {
        let ((sender, mut receiver), gate, note) = (channel::<Tracked>(), Gate::new(), Note::new());
        let left = note.clone();
        let sender = gate.spawn(move || {
            left.leave();
            drop(sender);
        });
        gate.pass();
        // The receiver stays: that it goes would order as much.
        let is_over = receiver.try_recv().is_err_and(|error| error.is_closed());
        let read = is_over.then(|| note.read());
        sender.join().unwrap();
        read
    });
}

#[test]
fn send_drop__cap1__the_value_comes_back_or_is_dropped() {
    explore("oneshot send_drop", [None, Some(1)], || {
        let ((sender, receiver), gate) = (channel(), Gate::new());
        let sender = gate.spawn(move || sender.send(Tracked::new(1)).err().map(Tracked::id));
        gate.pass();
        drop(receiver);
        // loom reports a value that was not dropped.
        sender.join().unwrap()
    });
}

#[test]
fn send_polldrop__cap1__a_waker_that_was_left_is_dropped_once() {
    explore("oneshot send_polldrop", [(None, None), (None, Some(1)), (Some(1), None)], || {
        let ((sender, mut receiver), gate) = (channel(), Gate::new());
        let sender = gate.spawn(move || sender.send(Tracked::new(1)).err().map(Tracked::id));
        gate.pass();
        let received = poll(&mut receiver).map(|received| received.expect("the sender sends"));
        drop(receiver);
        (received, sender.join().unwrap())
    });
}

#[test]
fn drop_drop__cap1__both_ends_may_go_at_once() {
    explore("oneshot drop_drop", [()], || {
        let ((sender, mut receiver), gate) = (channel::<Tracked>(), Gate::new());
        assert_eq!(poll(&mut receiver), None);
        let sender = gate.spawn(move || drop(sender));
        gate.pass();
        drop(receiver);
        sender.join().unwrap();
    });
}

#[test]
fn send_isclosed__cap1__a_sender_that_sees_the_receiver_gone_sees_what_came_before() {
    explore("oneshot isclosed_drop", [None, Some(1)], || {
        let ((sender, receiver), gate, note) = (channel::<Tracked>(), Gate::new(), Note::new());
        let left = note.clone();
        let receiver = gate.spawn(move || {
            left.leave();
            drop(receiver);
        });
        gate.pass();
        let read = sender.is_closed().then(|| note.read());
        receiver.join().unwrap();
        read
    });
}

#[test]
fn send_poll_recv__cap1__the_newest_waker_is_woken() {
    // Ready at the first poll, at the second, after sleeping.
    explore("oneshot send_poll_recv", [(0, 0), (1, 0), (1, 1)], || {
        let ((sender, mut receiver), gate) = (channel(), Gate::new());
        let sender = gate.spawn(move || sender.send(Tracked::new(1)).expect("the receiver waits"));
        gate.pass();
        let (received, polls) = match poll(&mut receiver) {
            Some(received) => (received, (0, 0)),
            None => {
                let (received, naps) = block_on(receiver);
                (received.map(Tracked::id), (1, naps))
            }
        };
        assert_eq!(received, Ok(1));
        sender.join().unwrap();
        polls
    });
}

#[test]
fn drop_closed__cap1__a_receiver_that_goes_wakes_its_sender() {
    explore("oneshot drop_closed", [(1, 0), (1, 1)], || {
        let ((mut sender, receiver), gate, note) = (channel::<Tracked>(), Gate::new(), Note::new());
        let left = note.clone();
        let receiver = gate.spawn(move || {
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
fn close_closed__cap1__a_receiver_that_is_closed_wakes_its_sender() {
    explore("oneshot close_closed", [0, 1], || {
        let ((mut sender, mut receiver), gate) = (channel::<Tracked>(), Gate::new());
        let receiver = gate.spawn(move || {
            assert!(receiver.close());
            receiver
        });
        gate.pass();
        let ((), naps) = block_on(sender.closed());
        drop(receiver.join().unwrap());
        naps
    });
}

#[test]
fn send_closerecv__cap1__the_value_comes_back_or_is_received() {
    // Whether it was closed in time, what was received, and what came back.
    let expected = [(true, None, Some(1)), (false, Some(1), None)];
    explore("oneshot send_closerecv", expected, || {
        let ((sender, mut receiver), gate) = (channel(), Gate::new());
        let sender = gate.spawn(move || sender.send(Tracked::new(1)).err().map(Tracked::id));
        gate.pass();
        let is_closed = receiver.close();
        let received = receiver.try_recv().ok().map(Tracked::id);
        (is_closed, received, sender.join().unwrap())
    });
}

#[test]
fn send_closedrop__cap1__the_value_comes_back_or_is_dropped() {
    explore("oneshot send_closedrop", [(true, Some(1)), (false, None)], || {
        let ((sender, mut receiver), gate) = (channel(), Gate::new());
        let sender = gate.spawn(move || sender.send(Tracked::new(1)).err().map(Tracked::id));
        gate.pass();
        let is_closed = receiver.close();
        drop(receiver);
        (is_closed, sender.join().unwrap())
    });
}

#[test]
fn drop_pollsend__cap1__a_sender_that_waits_no_longer_may_send() {
    // Whether it saw the end, and what came back.
    let expected = [(false, None), (false, Some(1)), (true, Some(1))];
    explore("oneshot drop_pollsend", expected, || {
        let ((mut sender, receiver), gate) = (channel(), Gate::new());
        let receiver = gate.spawn(move || drop(receiver));
        gate.pass();
        let is_closed = {
            let mut closed = std::pin::pin!(sender.closed());
            let first = Bell::new().poll(closed.as_mut());
            first.or_else(|| Bell::new().poll(closed)).is_some()
        };
        let sent = sender.send(Tracked::new(1)).err().map(Tracked::id);
        receiver.join().unwrap();
        (is_closed, sent)
    });
}

type Sends = Option<Sender<'static, u8>>;
type Receives = Option<Receiver<'static, u8>>;

fn ends() -> (Sends, Receives) {
    let (sender, receiver) = channel();
    (Some(sender), Some(receiver))
}

#[test]
fn send_recv_across_two_oneshots__cap1__one_finds_the_value() {
    let send = |sends: &mut Sends| sends.take().unwrap().send(1).unwrap();
    let finds = |receives: &mut Receives| receives.as_mut().unwrap().try_recv().is_ok();
    one_sees("oneshot send_recv_across_two", ends, send, finds);
}

#[test]
fn drop_isclosed_across_two_oneshots__cap1__not_both_open() {
    let swapped = || {
        let (sends, receives) = ends();
        (receives, sends)
    };
    let is_closed = |sends: &mut Sends| sends.as_ref().unwrap().is_closed();
    one_sees(
        "oneshot drop_isclosed_across_two",
        swapped,
        |receives: &mut Receives| *receives = None,
        is_closed,
    );
}

/// A receiver that is dropped looks for a waiting sender, which alone orders what it asks next. A
/// tracker that counts a task does not: there the answer depends on the load itself.
#[test]
fn track_isclosed_across_a_tracker_and_a_oneshot__cap1__one_sees_the_other() {
    let one_at_least = [(false, true), (true, false), (true, true)];
    explore("oneshot track_isclosed_across", one_at_least, || {
        let ((sender, receiver), gate) = (channel::<u8>(), Gate::new());
        let tracker: &Tracker = Box::leak(Box::new(Tracker::new()));
        let other = gate.spawn(move || {
            drop(receiver);
            tracker.unfinished() == 1
        });
        gate.pass();
        std::mem::forget(tracker.track(()));
        (sender.is_closed(), other.join().unwrap())
    });
}
