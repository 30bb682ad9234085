//! Models of weak handles: an upgrade, and a count, beside the last drop. Named
//! `<threads>__cap<N>__<claim>`.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use ringway::channel::{BoxedChannel, Receiver, Sender};
use ringway_loom_tests::{Gate, Note, Tracked, explore};

fn channel() -> (Sender<'static, Tracked>, Receiver<'static, Tracked>) {
    BoxedChannel::with_spares(2, 1).unwrap().into_split()
}

#[test]
fn drop_upgrade__cap2__what_is_upgraded_is_open() {
    // What was received, if there was a sender.
    explore("drop_upgrade__cap2", [None, Some(vec![2])], || {
        let ((sender, receiver), gate) = (channel(), Gate::new());
        let weak = sender.downgrade();
        let other = gate.spawn(move || drop(sender));
        gate.pass();
        let upgraded = weak.upgrade();
        other.join().unwrap();
        assert_eq!(receiver.is_closed(), upgraded.is_none());
        upgraded.map(|again| {
            again.try_send(Tracked::new(2)).expect("it is open");
            drop(again);
            assert!(receiver.is_closed());
            receiver.drain().map(Tracked::id).collect()
        })
    });
}

#[test]
fn drop_upgradedrop__cap2__one_of_the_two_is_the_last() {
    explore("drop_upgradedrop__cap2", [false, true], || {
        let ((sender, receiver), gate) = (channel(), Gate::new());
        let weak = sender.downgrade();
        let other = gate.spawn(move || drop(sender));
        gate.pass();
        let is_upgraded = weak.upgrade().is_some();
        other.join().unwrap();
        assert!(receiver.is_closed() && weak.upgrade().is_none());
        is_upgraded
    });
}

#[test]
fn drop_upgrade__cap2__without_a_sender_all_that_was_done_with_it_is_visible() {
    explore("drop_upgrade__cap2, a note", [None, Some(1)], || {
        let ((sender, _receiver), gate, note) = (channel(), Gate::new(), Note::new());
        let (weak, left) = (sender.downgrade(), note.clone());
        let other = gate.spawn(move || {
            left.leave();
            drop(sender);
        });
        gate.pass();
        let read = weak.upgrade().is_none().then(|| note.read());
        other.join().unwrap();
        read
    });
}

#[test]
fn drop_drop_count__cap2__a_count_of_zero_brings_what_each_sender_did() {
    explore("drop_drop_count__cap2", [(1, None), (2, None), (0, Some(1))], || {
        let ((sender, receiver), gate, note) = (channel(), Gate::new(), Note::new());
        let (second, left) = (sender.clone(), note.clone());
        let first = gate.spawn(move || {
            left.leave();
            drop(second);
        });
        let second = gate.spawn(move || drop(sender));
        gate.pass();
        let count = receiver.sender_count();
        let read = (count == 0).then(|| note.read());
        first.join().unwrap();
        second.join().unwrap();
        (count, read)
    });
}

#[test]
fn upgrade_upgrade_drop__cap2__both_get_a_handle_or_neither() {
    // A handle that one of them got keeps the side there for the other.
    explore("upgrade_upgrade_drop__cap2", [(false, false), (true, true)], || {
        let ((sender, receiver), gate) = (channel(), Gate::new());
        let (weak, second) = (sender.downgrade(), sender.downgrade());
        let other = gate.spawn(move || second.upgrade());
        let dropper = gate.spawn(move || drop(sender));
        gate.pass();
        let (first, second) = (weak.upgrade(), other.join().unwrap());
        dropper.join().unwrap();
        let is_there = (first.is_some(), second.is_some());
        assert_eq!(receiver.sender_count(), usize::from(is_there.0) + usize::from(is_there.1));
        is_there
    });
}
