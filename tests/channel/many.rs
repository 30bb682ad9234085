//! Several values: iterators, and batches that are sent from an iterator or received into a buffer.

use crate::faces::*;
use crate::plain::suite;
use crate::wait::Alarm;
use ringway::channel::{self, Channel, TryRecvError, bounded, spsc};
use ringway::{priority, stack};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

suite!(on {
    in_static_2: InStatic,
    in_critical_section_1: InCriticalSection<1>,
    on_heap_64: OnHeap<64>,
    viewed_3: Viewed<3>,
    borrowed_ends_1: BorrowedEnds<1>,
    owned_ends_5: OwnedEnds<5>,
    spsc_taken_1: SpscTaken<1>,
    spsc_taken_5: SpscTaken<5>,
    spsc_owned_2: SpscOwned<2>,
} run {
    an_iterator_waits_and_ends_with_the_channel,
    try_iter_and_drain_take_what_is_there,
    a_drain_that_is_given_up_leaves_the_rest,
    what_is_not_sent_at_once_comes_back,
    what_a_closed_channel_rejects_comes_back,
    a_batch_is_received_up_to_its_limit,
    batches_pass_between_threads,
    batches_pass_between_tasks,
});

fn an_iterator_waits_and_ends_with_the_channel<F: Face>() {
    let (mut tx, mut rx) = F::open();
    let sender = thread::spawn(move || {
        (0..100).for_each(|n| tx.send_blocking(n).unwrap());
        tx.finish();
    });
    let mut values = rx.iter();
    assert_eq!(values.size_hint(), (0, None));
    assert!(values.by_ref().eq(0..100));
    assert_eq!((values.next(), values.size_hint()), (None, (0, Some(0))));
    drop(values);
    sender.join().unwrap();
}

fn try_iter_and_drain_take_what_is_there<F: Face>() {
    let (mut tx, mut rx) = F::open();
    let all = 0..F::CAPACITY as Value;
    for _ in 0..3 {
        assert_eq!(rx.try_iter().next(), None);
        assert_eq!(rx.drain().next(), None);
        assert_eq!(tx.try_send_many(all.clone()).unwrap(), F::CAPACITY);
        assert!(rx.try_iter().eq(all.clone()));
        assert_eq!(tx.try_send_many(all.clone()).unwrap(), F::CAPACITY);
        let drain = rx.drain();
        assert_eq!(drain.size_hint().1, Some(F::CAPACITY));
        assert!(drain.eq(all.clone()));
    }
    let mut values = rx.try_iter();
    assert_eq!(values.next(), None);
    tx.try_send(7).unwrap();
    assert_eq!(values.next(), Some(7), "it is not fused");
    drop(values);

    // Bounded, should the drain have no end.
    tx.try_send_many(all.clone()).unwrap();
    let mut count = 0;
    for n in rx.drain().take(10 * F::CAPACITY) {
        tx.try_send(n).unwrap();
        count += 1;
    }
    assert_eq!((count, rx.len()), (F::CAPACITY, F::CAPACITY));
    tx.finish();
    assert!(rx.drain().eq(all), "also from a closed channel");
    assert_eq!((rx.try_recv(), rx.drain().next()), (Err(TryRecvError::Closed), None));
}

fn a_drain_that_is_given_up_leaves_the_rest<F: Face>() {
    let (mut tx, mut rx) = F::open();
    tx.try_send_many(0..F::CAPACITY as Value).unwrap();
    let mut drain = rx.drain();
    assert_eq!(drain.next(), Some(0));
    assert_eq!(drain.size_hint().1, Some(F::CAPACITY - 1));
    drop(drain);
    assert!(rx.try_iter().eq(1..F::CAPACITY as Value));
}

fn what_is_not_sent_at_once_comes_back<F: Face>() {
    let (mut tx, mut rx) = F::open();
    let capacity = F::CAPACITY as Value;
    assert_eq!(tx.try_send_many(0..0).unwrap(), 0);
    let error = tx.try_send_many(0..capacity + 3).unwrap_err();
    assert!(error.is_full());
    let unsent = error.into_inner();
    assert_eq!((unsent.sent(), unsent.size_hint()), (F::CAPACITY, (3, Some(3))));
    assert!(unsent.eq(capacity..capacity + 3));
    assert!(rx.try_iter().eq(0..capacity));

    let alarm = Alarm::new();
    {
        let mut send = pin!(tx.send_many(0..capacity + 3));
        assert!(alarm.poll(send.as_mut()).is_pending());
        assert_eq!(rx.try_recv(), Ok(0));
        assert!(alarm.rang());
        assert!(alarm.poll(send.as_mut()).is_pending());
        assert_eq!(rx.len(), F::CAPACITY);
    }
    assert!(rx.try_iter().eq(1..=capacity), "what was sent before the future was dropped");
}

fn what_a_closed_channel_rejects_comes_back<F: Face>() {
    let (mut tx, rx) = F::open();
    rx.finish();
    let at_once = tx.try_send_many(5..8).unwrap_err();
    assert!(at_once.is_closed());
    for unsent in [
        at_once.into_inner(),
        tx.send_many_blocking(5..8).unwrap_err().into_inner(),
        pollster::block_on(tx.send_many(5..8)).unwrap_err().into_inner(),
    ] {
        assert_eq!(unsent.sent(), 0);
        assert!(unsent.eq(5..8));
    }
    assert_eq!(tx.send_many_blocking(5..5).unwrap(), 0, "no value, nothing to reject");
    assert_eq!(pollster::block_on(tx.send_many(5..5)).unwrap(), 0);
}

fn a_batch_is_received_up_to_its_limit<F: Face>() {
    let (mut tx, mut rx) = F::open();
    let mut buffer = Vec::new();
    assert_eq!(rx.try_recv_many(&mut buffer, 0), Ok(0));
    assert_eq!(rx.recv_many_blocking(&mut buffer, 0), 0);
    assert_eq!(pollster::block_on(rx.recv_many(&mut buffer, 0)), 0);
    assert_eq!(rx.try_recv_many(&mut buffer, 9), Err(TryRecvError::Empty));
    for limit in [1, 2, usize::MAX] {
        for way in 0..3 {
            tx.try_send_many(0..F::CAPACITY as Value).unwrap();
            let mut left = F::CAPACITY;
            while left > 0 {
                let count = match way {
                    0 => rx.try_recv_many(&mut buffer, limit).unwrap(),
                    1 => rx.recv_many_blocking(&mut buffer, limit),
                    _ => pollster::block_on(rx.recv_many(&mut buffer, limit)),
                };
                assert_eq!(count, left.min(limit));
                left -= count;
            }
            assert!(buffer.drain(..).eq(0..F::CAPACITY as Value));
        }
    }
    tx.finish();
    assert_eq!(rx.try_recv_many(&mut buffer, 9), Err(TryRecvError::Closed));
    assert_eq!(rx.recv_many_blocking(&mut buffer, 9), 0);
    assert_eq!(pollster::block_on(rx.recv_many(&mut buffer, 9)), 0);
    assert!(buffer.is_empty());
}

fn batches_pass_between_threads<F: Face>() {
    let (mut tx, mut rx) = F::open();
    let sender = thread::spawn(move || {
        assert_eq!(tx.send_many_blocking(0..300).unwrap(), 300);
        tx.finish();
    });
    let mut received = Vec::new();
    while rx.recv_many_blocking(&mut received, 7) > 0 {}
    assert!(received.into_iter().eq(0..300));
    sender.join().unwrap();
}

fn batches_pass_between_tasks<F: Face>() {
    let (mut tx, mut rx) = F::open();
    let sender = async move {
        // More than a task may send without yielding.
        assert_eq!(tx.send_many(0..300).await.unwrap(), 300);
        tx.finish();
    };
    let receiver = async move {
        let mut received = Vec::new();
        while rx.recv_many(&mut received, 7).await > 0 {}
        assert!(received.into_iter().eq(0..300));
    };
    pollster::block_on(futures::future::join(sender, receiver));
}

#[test]
fn levels_and_stacks_have_iterators_and_batches_too() {
    let jobs: priority::Channel<u32, 2, 2> = priority::Channel::new();
    assert_eq!(jobs.try_send_many(1, [1, 2]).unwrap(), 2);
    let error = jobs.try_send_many(1, [3, 4]).unwrap_err();
    assert!(error.is_full() && error.into_inner().eq([3, 4]));
    let nowhere = jobs.try_send_many(2, [3]).unwrap_err();
    assert!(matches!(&nowhere, priority::TrySendError::NoSuchLevel(_)) && nowhere.into_inner().eq([3]));
    assert_eq!(pollster::block_on(jobs.send_many(0, [0])).unwrap(), 1);
    assert_eq!(jobs.drain().size_hint(), (0, Some(3)));
    assert!(jobs.drain().eq([(0, 0), (1, 1), (1, 2)]));
    let nowhere = pollster::block_on(jobs.send_many(2, [3])).unwrap_err();
    assert!(!nowhere.is_closed() && nowhere.into_inner().eq([3]));
    let (sender, receiver) = (jobs.closing_sender(), jobs.closing_receiver());
    assert_eq!(sender.send_many_blocking(1, [1]).unwrap(), 1);
    assert_eq!(pollster::block_on(sender.send_many(1, [2])).unwrap(), 1);
    assert!(sender.try_send_many(1, [3]).is_err());
    drop(sender);
    assert!((&receiver).into_iter().eq([(1, 1), (1, 2)]));
    let closed = jobs.send_many_blocking(1, [3]).unwrap_err();
    assert!(closed.is_closed() && closed.into_inner().eq([3]));

    let buffers: stack::Channel<u32, 3> = stack::Channel::new();
    assert_eq!(buffers.try_send_many(1..=3).unwrap(), 3);
    assert!(buffers.try_iter().eq([3, 2, 1]));
    let (sender, receiver) = buffers.into_split();
    assert_eq!(sender.send_many_blocking(1..=3).unwrap(), 3);
    drop(sender);
    assert!(receiver.into_iter().eq([3, 2, 1]));
}

#[test]
fn a_receiver_is_iterated_by_value_and_by_reference() {
    let (sender, receiver) = bounded(4).unwrap();
    sender.try_send_many(0..4).unwrap();
    for n in &receiver {
        if n == 1 {
            break;
        }
    }
    let mut values = receiver.into_iter();
    assert_eq!(values.next(), Some(2));
    assert!(!sender.is_closed(), "the iterator is a receiver");
    drop(values);
    assert!(sender.is_closed());

    let (mut sender, mut receiver) = spsc::bounded(4).unwrap();
    sender.try_send_many(0..4).unwrap();
    for n in &mut receiver {
        if n == 1 {
            break;
        }
    }
    assert_eq!(receiver.drain().len(), 2);
    assert_eq!(receiver.into_iter().next(), Some(2));
    assert!(sender.is_closed());
}

#[test]
fn an_iterator_stays_at_its_end() {
    let mut channel = spsc::Channel::<_, 1>::new();
    let (mut sender, mut receiver) = channel.split();
    sender.close();
    let mut values = receiver.iter();
    assert_eq!(values.next(), None);
    // A closed channel does not reject values here.
    sender.with_producer(|producer| producer.push(1)).unwrap();
    assert_eq!(values.next(), None);
    assert_eq!(receiver.try_recv(), Ok(1));
}

#[test]
fn a_send_of_many_that_is_given_up_gives_back_what_is_left() {
    let channel: Channel<_, 2> = Channel::new();
    let alarms = [Alarm::new(), Alarm::new()];
    let mut first = pin!(channel.send_many(0..5));
    let mut second = pin!(channel.send(9));
    assert!(alarms[0].poll(first.as_mut()).is_pending());
    assert!(alarms[1].poll(second.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(0));
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [true, false]);
    let unsent = first.as_mut().into_inner().expect("it was not ready");
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [false, true], "the wake-up is passed on");
    assert_eq!(unsent.sent(), 2);
    assert!(unsent.eq(2..5));
    assert!(first.into_inner().is_none(), "given back once");
    assert_eq!(alarms[1].poll(second), Poll::Ready(Ok(())));

    let (mut sender, _receiver) = spsc::bounded(2).unwrap();
    let mut send = sender.send_many(0..5);
    assert!(alarms[0].poll(pin!(&mut send)).is_pending());
    let unsent = pin!(send).into_inner();
    assert!(unsent.is_some_and(|unsent| unsent.eq(2..5)));
}

/// Panics at the item of that number.
fn panicking<I: Iterator>(values: I, at: usize) -> impl Iterator<Item = I::Item> {
    values.enumerate().map(move |(n, value)| {
        assert!(n != at, "the iterator panics");
        value
    })
}

#[test]
fn what_was_sent_before_the_iterator_panics_stays_sent() {
    let channel: Channel<_, 4> = Channel::new();
    let mut values = panicking(0.., 2);
    assert!(catch_unwind(AssertUnwindSafe(|| channel.try_send_many(&mut values).is_ok())).is_err());
    assert!(channel.drain().eq(0..2));
    assert!(channel.try_send_many(&mut values).unwrap_err().into_inner().next() == Some(7));
    assert!(channel.drain().eq(3..7), "the iterator is still there, and the channel is whole");

    let mut values = panicking(0..5, 2);
    {
        let mut send = pin!(channel.send_many(&mut values));
        let alarm = Alarm::new();
        assert!(catch_unwind(AssertUnwindSafe(|| alarm.poll(send.as_mut()))).is_err());
        assert!(matches!(alarm.poll(send.as_mut()), Poll::Ready(Ok(4))), "it continues");
    }
    assert!(channel.drain().eq([0, 1, 3, 4]));
}

/// A buffer that keeps values, and panics at the one of that number.
struct Fragile {
    kept: Vec<Arc<()>>,
    panics_at: usize,
}

impl Extend<Arc<()>> for Fragile {
    fn extend<I: IntoIterator<Item = Arc<()>>>(&mut self, values: I) {
        for value in values {
            assert!(self.kept.len() != self.panics_at, "the buffer panics");
            self.kept.push(value);
        }
    }
}

/// Receives four values into a buffer that panics at each of them, and counts them all.
fn only_the_value_at_hand_is_dropped<F>(mut open: impl FnMut(&Arc<()>) -> F)
where
    F: Fragments,
{
    for (way, panics_at) in (0..3).flat_map(|way| (0..4).map(move |at| (way, at))) {
        let value = Arc::new(());
        let mut channel = open(&value);
        let mut buffer = Fragile { kept: Vec::new(), panics_at };
        assert_eq!(Arc::strong_count(&value), 5);
        assert!(catch_unwind(AssertUnwindSafe(|| channel.receive(way, &mut buffer))).is_err());
        assert_eq!((buffer.kept.len(), channel.left()), (panics_at, 3 - panics_at));
        assert_eq!(Arc::strong_count(&value), 4);
    }
}

/// A channel of four values.
trait Fragments {
    /// Receives all in one of three ways.
    fn receive(&mut self, way: usize, buffer: &mut Fragile);
    /// How many are left.
    fn left(&self) -> usize;
}

impl Fragments for Channel<Arc<()>, 4> {
    fn receive(&mut self, way: usize, buffer: &mut Fragile) {
        match way {
            0 => _ = self.try_recv_many(buffer, 9),
            1 => _ = self.recv_many_blocking(buffer, 9),
            _ => _ = pollster::block_on(self.recv_many(buffer, 9)),
        }
    }

    fn left(&self) -> usize {
        self.len()
    }
}

impl Fragments for spsc::Receiver<'_, Arc<()>> {
    fn receive(&mut self, way: usize, buffer: &mut Fragile) {
        match way {
            0 => _ = self.try_recv_many(buffer, 9),
            1 => _ = self.recv_many_blocking(buffer, 9),
            _ => _ = pollster::block_on(self.recv_many(buffer, 9)),
        }
    }

    fn left(&self) -> usize {
        self.len()
    }
}

#[test]
fn a_buffer_that_panics_loses_the_value_at_hand_only() {
    only_the_value_at_hand_is_dropped(|value| {
        let channel: Channel<_, 4> = Channel::new();
        channel.try_send_many(std::iter::repeat_n(value.clone(), 4)).unwrap();
        channel
    });
    only_the_value_at_hand_is_dropped(|value| {
        let (mut sender, receiver) = spsc::bounded(4).unwrap();
        sender.try_send_many(std::iter::repeat_n(value.clone(), 4)).unwrap();
        receiver
    });
}

#[test]
fn an_iterator_and_a_buffer_may_use_the_channel() {
    let channel: Channel<_, 4> = Channel::new();
    channel.try_send(0).unwrap();
    let moved = channel.try_send_many(std::iter::from_fn(|| channel.try_recv().ok()).take(10));
    assert_eq!((moved.unwrap(), channel.len()), (10, 1));

    struct Back<'c>(&'c Channel<u32, 4>, Cell<usize>);
    impl Extend<u32> for Back<'_> {
        fn extend<I: IntoIterator<Item = u32>>(&mut self, values: I) {
            values.into_iter().for_each(|n| self.0.try_send(n).unwrap());
            self.1.set(self.1.get() + 1);
        }
    }
    let mut back = Back(&channel, Cell::new(0));
    assert_eq!(channel.try_recv_many(&mut back, usize::MAX), Ok(4), "as many as fit, and no more");
    assert_eq!((back.1.get(), channel.len()), (4, 1));
}

#[test]
fn an_end_that_closes_wakes_the_other() {
    let (mut sender, mut receiver) = spsc::bounded::<u32>(2).unwrap();
    let alarm = Alarm::new();
    {
        let mut recv = pin!(receiver.recv());
        assert!(alarm.poll(recv.as_mut()).is_pending());
        assert!(sender.close() && alarm.rang());
        assert_eq!(alarm.poll(recv), Poll::Ready(Err(channel::RecvError)));
    }
    assert!(!sender.close() && !receiver.close(), "closed once");
    assert!(sender.is_closed() && receiver.is_closed());

    let (mut sender, mut receiver) = spsc::bounded(1).unwrap();
    sender.try_send(1).unwrap();
    {
        let mut send = pin!(sender.send(2));
        assert!(alarm.poll(send.as_mut()).is_pending());
        assert!(receiver.close() && alarm.rang());
        assert_eq!(alarm.poll(send), Poll::Ready(Err(channel::SendError(2))));
    }
    assert!(receiver.iter().eq([1]), "what was there can be received");
    assert_eq!(sender.try_send(3), Err(channel::TrySendError::Closed(3)));
}
