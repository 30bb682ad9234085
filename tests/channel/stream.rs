//! Channels as `Stream` and `Sink`.

use crate::executors::*;
use crate::wait::Alarm;
use crate::watchdog::watch;
use futures::stream::FusedStream;
use futures::{Sink, SinkExt, Stream, StreamExt, stream};
use ringway::channel::{BoxedChannel, Channel, RecvStream, SinkError, bounded, spsc};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

const COUNT: u64 = 300;

/// Through two channels, with every adapter that must not lose anything.
fn streams_and_sinks_carry_all<E: Executor>() {
    let _watch = watch(|| format!("streams and sinks on {}", std::any::type_name::<E>()));
    let (sender, receiver) = bounded(2).unwrap();
    let (mut onward, mut arrived) = spsc::bounded(1).unwrap();
    let source = task(async move {
        let mut sink = pin!(sender.sink());
        sink.send_all(&mut stream::iter(0..COUNT).map(Ok)).await.unwrap();
        sink.close().await.unwrap();
    });
    let middle = task(async move {
        let squares = receiver.stream().map(|n| Ok(n * n));
        squares.forward(onward.sink()).await.unwrap();
    });
    let target = task(async move {
        let all: Vec<_> = arrived.stream().collect().await;
        assert!(all.into_iter().eq((0..COUNT).map(|n| n * n)));
    });
    E::run(vec![source, middle, target]);
}

#[test]
fn streams_and_sinks_carry_all_on_every_executor() {
    streams_and_sinks_carry_all::<TokioOnOneThread>();
    streams_and_sinks_carry_all::<TokioOnSeveralThreads>();
    streams_and_sinks_carry_all::<Embassy>();
    streams_and_sinks_carry_all::<LocalPool>();
    streams_and_sinks_carry_all::<Smol>();
    streams_and_sinks_carry_all::<Pollster>();
}

#[test]
fn several_sinks_and_streams_share_a_channel() {
    let _watch = watch(|| "several sinks and streams".into());
    let channel = Arc::new(BoxedChannel::<u64>::new(1).unwrap());
    let left = Arc::new(std::sync::atomic::AtomicU64::new(3));
    let total = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let (channel, left) = (channel.clone(), left.clone());
        tasks.push(task(async move {
            let mut sink = pin!(channel.sink());
            for n in 1..=100 {
                sink.feed(n).await.unwrap();
            }
            sink.flush().await.unwrap();
            if left.fetch_sub(1, std::sync::atomic::Ordering::AcqRel) == 1 {
                channel.close();
            }
        }));
    }
    for _ in 0..2 {
        let (channel, total) = (channel.clone(), total.clone());
        tasks.push(task(async move {
            let sum = channel.stream().fold(0, |sum, n| async move { sum + n }).await;
            total.fetch_add(sum, std::sync::atomic::Ordering::Relaxed);
        }));
    }
    TokioOnSeveralThreads::run(tasks);
    assert_eq!(total.load(std::sync::atomic::Ordering::Relaxed), 3 * 5050);
}

#[test]
fn a_stream_ends_for_good() {
    let channel: Channel<u8, 2> = Channel::new();
    let mut values = pin!(channel.stream());
    let alarm = Alarm::new();
    let mut next = || {
        let context = &mut Context::from_waker(Waker::noop());
        (values.as_mut().poll_next(context), values.is_terminated())
    };
    assert_eq!(next(), (Poll::Pending, false));
    channel.try_send(1).unwrap();
    channel.close();
    assert_eq!(next(), (Poll::Ready(Some(1)), false));
    assert_eq!(next(), (Poll::Ready(None), true));
    assert_eq!(next(), (Poll::Ready(None), true));
    assert!(!alarm.rang());
}

#[test]
fn a_stream_that_goes_passes_its_wake_up_on() {
    let channel: Channel<u8, 2> = Channel::new();
    let alarms = [Alarm::new(), Alarm::new()];
    let mut first = Box::pin(channel.stream());
    let mut second = pin!(channel.stream());
    assert!(alarms[0].poll(pin!(first.next())).is_pending());
    assert!(alarms[1].poll(pin!(second.next())).is_pending());
    channel.try_send(1).unwrap();
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [true, false]);
    drop(first);
    assert!(alarms[1].rang());
    assert_eq!(alarms[1].poll(pin!(second.next())), Poll::Ready(Some(1)));
}

/// Two sinks at one place: each holds one value of its own, and none is promised what the other may
/// take.
#[test]
fn a_sink_promises_no_room_that_another_may_take() {
    let channel: Channel<u8, 1> = Channel::new();
    let context = &mut Context::from_waker(Waker::noop());
    let (mut left, mut right) = (pin!(channel.sink()), pin!(channel.sink()));
    assert_eq!(left.as_mut().poll_ready(context), Poll::Ready(Ok(())));
    assert_eq!(right.as_mut().poll_ready(context), Poll::Ready(Ok(())));
    assert_eq!(left.as_mut().start_send(1), Ok(()));
    assert_eq!(right.as_mut().start_send(2), Ok(()));
    assert_eq!(left.as_mut().poll_flush(context), Poll::Ready(Ok(())), "sent at once");
    assert!(right.as_mut().poll_ready(context).is_pending(), "held");
    assert!(right.as_mut().poll_flush(context).is_pending());
    assert!(right.as_mut().poll_close(context).is_pending());
    assert_eq!((channel.try_recv(), channel.len()), (Ok(1), 0));
    assert_eq!(right.as_mut().poll_close(context), Poll::Ready(Ok(())));
    assert_eq!(channel.try_recv(), Ok(2));
    assert!(!channel.is_closed(), "a sink that closes does not close the channel of the others");
}

#[test]
fn a_sink_that_holds_a_value_is_woken_when_there_is_room() {
    let channel: Channel<u8, 1> = Channel::new();
    let (mut sink, alarm) = (pin!(channel.sink()), Alarm::new());
    assert_eq!(sink.as_mut().start_send(1), Ok(()));
    assert_eq!(sink.as_mut().start_send(2), Ok(()));
    assert!(alarm.poll(pin!(sink.flush())).is_pending());
    assert_eq!(channel.try_recv(), Ok(1));
    assert!(alarm.rang());
    assert_eq!(alarm.poll(pin!(sink.flush())), Poll::Ready(Ok(())));
}

#[test]
#[should_panic(expected = "not ready for another")]
fn a_sink_that_is_not_ready_takes_nothing() {
    let channel: Channel<u8, 1> = Channel::new();
    let mut sink = pin!(channel.sink());
    (0..3).for_each(|n| sink.as_mut().start_send(n).unwrap());
}

fn closing_gives_back<S: Sink<u8, Error = SinkError<u8>>>(mut sink: Pin<&mut S>, close: impl FnOnce()) {
    let context = &mut Context::from_waker(Waker::noop());
    assert_eq!(sink.as_mut().start_send(1), Ok(()));
    assert_eq!(sink.as_mut().start_send(2), Ok(()));
    assert!(sink.as_mut().poll_flush(context).is_pending());
    close();
    assert_eq!(
        sink.as_mut().poll_flush(context),
        Poll::Ready(Err(SinkError(Some(2)))),
        "the value that was held"
    );
    assert_eq!(sink.as_mut().poll_ready(context), Poll::Ready(Err(SinkError(None))), "no other can be sent");
    assert_eq!(
        sink.as_mut().poll_flush(context),
        Poll::Ready(Err(SinkError(None))),
        "and none was left to flush"
    );
    assert_eq!(sink.as_mut().start_send(3), Err(SinkError(Some(3))), "the value at hand");
    assert_eq!(sink.as_mut().poll_close(context), Poll::Ready(Ok(())), "nothing is left");
}

#[test]
fn a_sink_gives_values_back_when_the_channel_closes() {
    let channel: Channel<u8, 1> = Channel::new();
    closing_gives_back(pin!(channel.sink()), || _ = channel.close());
    let stack: ringway::stack::Channel<u8, 1> = ringway::stack::Channel::new();
    closing_gives_back(pin!(stack.sink()), || _ = stack.close());
    let (sender, receiver) = bounded(1).unwrap();
    closing_gives_back(pin!(sender.sink()), || drop(receiver));
    let (mut sender, receiver) = spsc::bounded(1).unwrap();
    closing_gives_back(pin!(sender.sink()), || drop(receiver));
}

/// What is promised of the types themselves.
#[test]
fn streams_and_sinks_may_go_to_another_thread() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let channel: Channel<u8, 1> = Channel::new();
    let _ = assert_send(channel.stream());
    let _ = assert_send(channel.sink());
    let (mut sender, mut receiver) = spsc::bounded::<u8>(1).unwrap();
    let _ = assert_send(sender.sink());
    let recv_stream: RecvStream<_> = assert_send(receiver.stream());
    fn assert_stream<S: FusedStream<Item = u8> + Unpin>(_: S) {}
    assert_stream(recv_stream);
}
