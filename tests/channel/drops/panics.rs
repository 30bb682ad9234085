//! Drops that panic, and buffers that do.

use super::{CAPACITY, Three, fill, poll};
use crate::ledger::{Ledger, NO_BOMB, Value, assert_panics};
use crate::wait::Alarm;
use ringway::channel::{BoxedChannel, bounded, spsc};
use std::pin::pin;

#[test]
fn the_ledger_makes_one_drop_panic() {
    assert_panics(|| drop(Ledger::with_bomb(0).value()));
    drop(Ledger::with_bomb(NO_BOMB).value());
}

#[test]
fn a_panicking_drop_among_those_left_in_a_channel_drops_the_others() {
    for (start, bomb) in (0..4).flat_map(|start| (0..CAPACITY).map(move |bomb| (start, bomb))) {
        let ledger = Ledger::with_bomb(start + bomb);
        let channel = Three::new();
        (0..start).for_each(|_| drop(channel.try_send(ledger.value()).map(|()| channel.try_recv())));
        fill(&channel, &ledger);
        assert_panics(|| drop(channel));
        ledger.assert_each_dropped_once();
    }
    for bomb in 0..CAPACITY {
        let ledger = Ledger::with_bomb(bomb);
        let channel: BoxedChannel<_> = BoxedChannel::new(CAPACITY).unwrap();
        (0..CAPACITY).for_each(|_| assert!(channel.try_send(ledger.value()).is_ok()));
        assert_panics(|| drop(channel));
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn a_panicking_drop_of_a_send_leaves_the_list() {
    let ledger = Ledger::with_bomb(CAPACITY);
    let channel = Three::new();
    fill(&channel, &ledger);
    let alarm = Alarm::new();
    let mut bomb = Box::pin(channel.send(ledger.value()));
    let mut next = Box::pin(channel.send(ledger.value()));
    assert!(poll(bomb.as_mut()).is_pending());
    assert!(alarm.poll(next.as_mut()).is_pending());
    assert_panics(|| drop(bomb));
    drop(channel.try_recv());
    assert!(alarm.rang(), "the one that is gone is off the list");
    assert!(alarm.poll(next.as_mut()).is_ready());
    drop((next, alarm));
    drop(channel);
    ledger.assert_each_dropped_once();
}

/// The buffer takes what it likes, and panics at one.
struct Picky<'l>(Vec<Value<'l>>, usize);

impl<'l> Extend<Value<'l>> for Picky<'l> {
    fn extend<I: IntoIterator<Item = Value<'l>>>(&mut self, values: I) {
        for value in values {
            assert_ne!(value.number, self.1, "the buffer panics, as intended");
            self.0.push(value);
        }
    }
}

#[test]
fn a_buffer_that_panics_loses_the_value_at_hand_and_no_other() {
    for poison in 0..CAPACITY {
        let ledger = Ledger::new();
        let channel = Three::new();
        fill(&channel, &ledger);
        let mut buffer = Picky(Vec::new(), poison);
        assert_panics(|| poll(pin!(channel.recv_many(&mut buffer, CAPACITY))));
        assert_eq!((buffer.0.len(), ledger.dropped()), (poison, 1));
        assert_eq!(channel.len(), CAPACITY - poison - 1);
        drop((buffer, channel));
        ledger.assert_each_dropped_once();
    }
}

/// A value whose drop panics on request.
struct Bomb<'l>(#[allow(dead_code, reason = "it is dropped")] Value<'l>, bool);

impl Drop for Bomb<'_> {
    fn drop(&mut self) {
        assert!(!self.1, "this panic is part of the test");
    }
}

#[test]
fn the_last_receiver_drops_the_others_when_the_drop_of_one_value_panics() {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    let ledger = Ledger::new();
    let bomb = |explodes| Bomb(ledger.value(), explodes);
    let (sender, receiver) = bounded(CAPACITY).unwrap();
    for explodes in [true, false, false] {
        assert!(sender.try_send(bomb(explodes)).is_ok());
    }
    assert!(catch_unwind(AssertUnwindSafe(|| drop(receiver))).is_err());
    assert_eq!(ledger.dropped(), CAPACITY, "while a sender lives");
    drop(sender);

    let (mut sender, receiver) = spsc::bounded(CAPACITY).unwrap();
    for explodes in [true, false, false] {
        assert!(sender.try_send(bomb(explodes)).is_ok());
    }
    assert!(catch_unwind(AssertUnwindSafe(|| drop(receiver))).is_err());
    assert_eq!(ledger.dropped(), 2 * CAPACITY, "while the sender lives");
    drop(sender);
    ledger.assert_each_dropped_once();
}
