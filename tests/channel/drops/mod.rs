//! Every value is dropped exactly once: by every owner, in every order, and if a drop panics.
//!
//! That the ledger notices a missing or a second drop is shown in `tests/drops/`.

mod panics;

use crate::ledger::{Ledger, Value};
use crate::wait::Alarm;
use futures::Sink;
use ringway::channel::oneshot::{self, Oneshot};
use ringway::channel::{Channel, RecvError, bounded, spsc};
use std::cell::Cell;
use std::future::Future;
use std::mem::forget;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread;

/// A waker that does nothing, so that one poll is one poll.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

const CAPACITY: usize = 3;
type Three<'l> = Channel<Value<'l>, CAPACITY>;

fn fill<'l>(channel: &Three<'l>, ledger: &'l Ledger) {
    while channel.len() < CAPACITY {
        assert!(channel.try_send(ledger.value()).is_ok());
    }
}

#[test]
fn values_that_were_received_or_left_are_dropped_once() {
    for (start, received, is_closed) in
        (0..4).flat_map(|s| (0..4).flat_map(move |r| [(s, r, false), (s, r, true)]))
    {
        let ledger = Ledger::new();
        let channel = Three::new();
        (0..start).for_each(|_| drop(channel.try_send(ledger.value()).map(|()| channel.try_recv())));
        fill(&channel, &ledger);
        if is_closed {
            channel.close();
        }
        (0..received).for_each(|_| assert!(channel.try_recv().is_ok()));
        assert_eq!(ledger.dropped(), start + received);
        drop(channel);
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn the_last_end_drops_what_is_left_in_either_order() {
    for sender_first in [true, false] {
        let ledger = Ledger::new();
        let (sender, receiver) = bounded(CAPACITY).unwrap();
        (0..CAPACITY).for_each(|_| assert!(sender.try_send(ledger.value()).is_ok()));
        drop(receiver.try_recv());
        if sender_first {
            drop(sender);
            assert_eq!(ledger.dropped(), 1);
            drop(receiver);
        } else {
            drop(receiver);
            assert_eq!(ledger.dropped(), CAPACITY, "they cannot be received any more");
            drop(sender);
        }
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn dropping_the_last_receiver_notifies_the_callers_that_wait_for_an_answer() {
    fn is_notified(send: impl FnOnce(oneshot::Sender<'static, ()>)) {
        let (answer, mut answered) = oneshot::channel();
        send(answer);
        assert_eq!(poll(Pin::new(&mut answered)), Poll::Ready(Err(RecvError)));
    }
    let (sender, receiver) = bounded(CAPACITY).unwrap();
    is_notified(|answer| {
        sender.try_send(answer).unwrap();
        drop(receiver.clone());
        drop(receiver);
    });
    let (mut sender, receiver) = spsc::bounded(CAPACITY).unwrap();
    is_notified(|answer| {
        sender.try_send(answer).unwrap();
        drop(receiver);
    });
}

#[test]
fn a_borrowed_channel_keeps_what_its_last_receiver_left() {
    let channel = Channel::<_, CAPACITY>::new();
    channel.try_send(1).unwrap();
    drop(channel.closing_receiver());
    assert!(channel.is_closed());
    assert_eq!(channel.try_recv(), Ok(1));
}

#[test]
fn refused_values_are_given_back_not_dropped() {
    let ledger = Ledger::new();
    let channel = Three::new();
    fill(&channel, &ledger);
    let full = channel.try_send(ledger.value()).unwrap_err().into_inner();
    let late = channel.send_timeout(ledger.value(), std::time::Duration::ZERO).unwrap_err().into_inner();
    channel.close();
    let closed = channel.send_blocking(ledger.value()).unwrap_err().into_inner();
    let Poll::Ready(Err(late_send)) = poll(pin!(channel.send(ledger.value()))) else {
        panic!("it is closed")
    };
    let forced = channel.force_send(ledger.value()).err().unwrap().into_inner();
    assert_eq!(ledger.dropped(), 0);
    drop((full, late, closed, late_send, forced, channel));
    ledger.assert_each_dropped_once();
}

#[test]
fn displaced_values_are_given_out_not_dropped() {
    let ledger = Ledger::new();
    let channel = Three::new();
    let displaced: Vec<_> = (0..10).filter_map(|_| channel.force_send(ledger.value()).unwrap()).collect();
    assert_eq!((ledger.dropped(), displaced.len()), (0, 7));
    drop((displaced, channel));
    ledger.assert_each_dropped_once();
}

/// How far a future gets before it is dropped.
#[derive(Clone, Copy, Debug)]
enum Stage {
    New,
    Waiting,
    Notified,
    TakenBack,
    Ready,
}

#[test]
fn a_send_that_is_dropped_drops_its_value_once_whatever_its_stage() {
    for stage in [Stage::New, Stage::Waiting, Stage::Notified, Stage::TakenBack, Stage::Ready] {
        let ledger = Ledger::new();
        let channel = Three::new();
        fill(&channel, &ledger);
        let mut send = Box::pin(channel.send(ledger.value()));
        if !matches!(stage, Stage::New) {
            assert!(poll(send.as_mut()).is_pending());
        }
        if matches!(stage, Stage::Notified | Stage::TakenBack | Stage::Ready) {
            drop(channel.try_recv());
        }
        match stage {
            Stage::TakenBack => assert_eq!(send.as_mut().into_inner().unwrap().number, CAPACITY),
            Stage::Ready => assert!(poll(send.as_mut()).is_ready()),
            _ => {}
        }
        drop(send);
        fill(&channel, &ledger);
        drop(channel);
        assert_eq!(ledger.wrong(), [], "{stage:?}");
    }
}

#[test]
fn an_spsc_send_that_is_dropped_drops_its_value_once() {
    for (is_polled, is_taken_back) in [(false, false), (true, false), (true, true)] {
        let ledger = Ledger::new();
        let (mut sender, receiver) = spsc::bounded(1).unwrap();
        assert!(sender.try_send(ledger.value()).is_ok());
        let mut send = sender.send(ledger.value());
        assert!(!is_polled || poll(Pin::new(&mut send)).is_pending());
        if is_taken_back {
            drop(send.into_inner())
        } else {
            drop(send)
        }
        drop((sender, receiver));
        ledger.assert_each_dropped_once();
    }
}

#[test]
fn a_sink_drops_the_value_that_it_holds() {
    let ledger = Ledger::new();
    let channel = Three::new();
    fill(&channel, &ledger);
    {
        let mut sink = pin!(channel.sink());
        assert!(sink.as_mut().start_send(ledger.value()).is_ok());
        assert_eq!(ledger.dropped(), 0);
    }
    assert_eq!(ledger.dropped(), 1);
    {
        let mut sink = pin!(channel.sink());
        assert!(sink.as_mut().start_send(ledger.value()).is_ok());
        assert_eq!(sink.into_inner().map(|value| value.number), Some(CAPACITY + 1));
    }
    drop(channel);
    ledger.assert_each_dropped_once();
}

/// A pinned future that is leaked stays where it is, and its place on the list too.
#[test]
fn leaked_futures_cost_their_value_and_a_wake_up_and_no_more() {
    let ledger = Ledger::new();
    let channel = Three::new();
    let mut recv = Box::pin(channel.recv());
    assert!(poll(recv.as_mut()).is_pending());
    forget(recv);
    fill(&channel, &ledger);
    let mut send = Box::pin(channel.send(ledger.value()));
    assert!(poll(send.as_mut()).is_pending());
    forget(send);
    // The borrow is over, so the channel may even move.
    let channel = Box::new(channel);
    let alarm = Alarm::new();
    let mut send = Box::pin(channel.send(ledger.value()));
    assert!(alarm.poll(send.as_mut()).is_pending());
    drop(channel.try_recv());
    assert!(!alarm.rang(), "the wake-up went to the leaked one");
    drop(channel.try_recv());
    assert!(alarm.rang());
    assert!(alarm.poll(send.as_mut()).is_ready());
    drop(send);
    drop(channel);
    ledger.assert_each_dropped_once_but(&[CAPACITY]);
}

#[test]
fn forgotten_ends_keep_a_channel_open_and_forget_what_it_holds() {
    let ledger = Ledger::new();
    let (sender, receiver) = bounded(CAPACITY).unwrap();
    assert!(sender.try_send(ledger.value()).is_ok());
    forget(sender.clone());
    drop(sender);
    assert!(!receiver.is_closed());
    drop(receiver);
    ledger.assert_each_dropped_once();

    let ledger = Ledger::new();
    let (sender, receiver) = bounded(CAPACITY).unwrap();
    assert!(sender.try_send(ledger.value()).is_ok());
    forget(receiver.clone());
    drop(receiver);
    assert!(!sender.is_closed());
    drop(sender);
    ledger.assert_each_dropped_once_but(&[0]);

    let ledger = Ledger::new();
    let mut channel = spsc::Channel::<_, 1>::new();
    let (mut sender, receiver) = channel.split();
    assert!(sender.try_send(ledger.value()).is_ok());
    forget((sender, receiver));
    let (sender, mut receiver) = channel.split();
    assert!(!sender.is_closed(), "ends that went before do not count");
    assert!(receiver.try_recv().is_ok_and(|value| value.number == 0));
    drop((sender, receiver));
    ledger.assert_each_dropped_once();
}

#[test]
fn a_oneshot_drops_its_value_once_whichever_end_is_dropped_first() {
    let ledger = Ledger::new();
    for order in 0..4 {
        let (sender, mut receiver) = oneshot::channel();
        match order {
            0 => assert!(sender.send(ledger.value()).is_ok()),
            1 => {
                drop(receiver);
                drop(sender.send(ledger.value()));
                continue;
            }
            2 => {
                assert!(sender.send(ledger.value()).is_ok());
                assert!(receiver.try_recv().is_ok());
            }
            _ => drop(sender),
        }
        drop(receiver);
    }
    ledger.assert_each_dropped_once();
}

#[test]
fn a_oneshot_drops_what_forgotten_ends_left() {
    let ledger = Ledger::new();
    let mut place = Oneshot::new();
    for _ in 0..3 {
        let (sender, receiver) = place.split();
        assert!(sender.send(ledger.value()).is_ok());
        forget(receiver);
    }
    assert_eq!(ledger.dropped(), 2);
    drop(place);
    ledger.assert_each_dropped_once();
}

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(128))]
struct Aligned(u8);

/// Sends from a thread, receives in a future.
fn pass<T: Send + PartialEq + std::fmt::Debug>(values: impl Iterator<Item = T> + Clone + Send) {
    let channel: Channel<T, 2> = Channel::new();
    let (mut sender, mut receiver) = spsc::bounded(2).unwrap();
    thread::scope(|scope| {
        let all = values.clone();
        scope.spawn(|| {
            for value in all {
                channel.send_blocking(value).unwrap();
            }
            channel.close();
        });
        scope.spawn(|| {
            while let Ok(value) = channel.recv_blocking() {
                sender.send_blocking(value).unwrap();
            }
            drop(sender);
        });
        pollster::block_on(async {
            for expected in values {
                assert_eq!(receiver.recv().await, Ok(expected));
            }
            assert!(receiver.recv().await.is_err());
        });
    });
}

#[test]
fn values_of_every_shape_pass() {
    pass((0..50).map(|_| ()));
    pass((0..50).map(Aligned));
    pass((0..50).map(|n| [n; 512]));
    pass((0..50).map(|n| format!("{n}")));
    pass((0..50).map(Cell::new));
}
