//! Channels and their ends may be used on both sides of `catch_unwind`, whatever they carry, as
//! those of std.

use ringway::channel::{
    BoxedChannel, Channel, Iter, Receiver, Sender, View, WeakReceiver, WeakSender, bounded, oneshot, spsc,
};
use ringway::task::Tracker;
use ringway::wait::{CriticalSection, NoLock};
use ringway::{priority, stack};
use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe, catch_unwind};
use std::rc::Rc;

/// Of neither kind by itself.
type Opaque = (Rc<Cell<u8>>, &'static mut u8);

fn assert_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}

#[test]
fn channels_ends_and_trackers_are_unwind_safe() {
    assert_unwind_safe::<std::sync::mpsc::Sender<Opaque>>();
    assert_unwind_safe::<tokio::sync::mpsc::Sender<Opaque>>();

    assert_unwind_safe::<Channel<Opaque, 2>>();
    assert_unwind_safe::<Channel<Opaque, 2, CriticalSection>>();
    assert_unwind_safe::<Channel<Opaque, 2, NoLock>>();
    assert_unwind_safe::<BoxedChannel<Opaque>>();
    assert_unwind_safe::<View<'static, Opaque>>();
    assert_unwind_safe::<Sender<'static, Opaque>>();
    assert_unwind_safe::<Receiver<'static, Opaque>>();
    assert_unwind_safe::<WeakSender<'static, Opaque>>();
    assert_unwind_safe::<WeakReceiver<'static, Opaque>>();
    assert_unwind_safe::<Iter<Receiver<'static, Opaque>>>();
    assert_unwind_safe::<priority::Channel<Opaque, 2, 2>>();
    assert_unwind_safe::<stack::Channel<Opaque, 2>>();
    assert_unwind_safe::<priority::Sender<'static, Opaque, 2, 2>>();
    assert_unwind_safe::<stack::Receiver<'static, Opaque, 2>>();
    assert_unwind_safe::<spsc::Channel<Opaque, 2>>();
    assert_unwind_safe::<spsc::Sender<'static, Opaque>>();
    assert_unwind_safe::<spsc::Receiver<'static, Opaque>>();
    assert_unwind_safe::<oneshot::Oneshot<Opaque>>();
    assert_unwind_safe::<oneshot::Sender<'static, Opaque>>();
    assert_unwind_safe::<oneshot::Receiver<'static, Opaque>>();
    assert_unwind_safe::<Tracker>();
}

#[test]
fn queues_and_their_ends_are_unwind_safe() {
    assert_unwind_safe::<ringway::mpmc::Queue<Opaque, 2>>();
    assert_unwind_safe::<ringway::mpmc::BoxedQueue<Opaque>>();
    assert_unwind_safe::<ringway::mpmc::View<'static, Opaque>>();
    assert_unwind_safe::<ringway::spsc::Queue<Opaque, 2>>();
    assert_unwind_safe::<ringway::spsc::BoxedQueue<Opaque>>();
    assert_unwind_safe::<ringway::spsc::Producer<'static, Opaque>>();
    assert_unwind_safe::<ringway::spsc::Consumer<'static, Opaque>>();
    assert_unwind_safe::<stack::Stack<Opaque, 2>>();
    assert_unwind_safe::<priority::Priority<Opaque, 2, 2>>();
}

#[test]
fn a_channel_is_used_inside_and_after_a_panic() {
    let (sender, receiver) = bounded(2).unwrap();
    let panicked = catch_unwind(|| {
        sender.try_send(1).unwrap();
        panic!("this panic is part of the test");
    });
    assert!(panicked.is_err());
    assert_eq!((sender.try_send(2), receiver.try_recv(), receiver.try_recv()), (Ok(()), Ok(1), Ok(2)));
}
