//! Streams and sinks that own their end.

use crate::executors::{Executor, TokioOnSeveralThreads, task};
use crate::wait::Alarm;
use futures::stream::FusedStream;
use futures::{Sink, SinkExt, Stream, StreamExt, stream};
use ringway::channel::{
    BoxedChannel, Channel, Receiver, ReceiverStream, SinkError, TrySendError, bounded, spsc,
};
use ringway::{priority, stack};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// What a handler of a web framework returns.
fn events(count: u64) -> impl Stream<Item = u64> + Send + 'static {
    let (sender, receiver) = bounded(2).unwrap();
    std::thread::spawn(move || (0..count).for_each(|n| sender.send_blocking(n).unwrap()));
    receiver.into_stream()
}

fn collector() -> (impl Sink<u64, Error = SinkError<u64>> + Send + 'static, Receiver<'static, u64>) {
    let (sender, receiver) = bounded(2).unwrap();
    (sender.into_sink(), receiver)
}

#[test]
fn streams_and_sinks_leave_the_function_that_made_them() {
    let _watch = crate::watchdog::watch(|| "streams that own their receiver".into());
    let (sink, collected) = collector();
    let forwarding = task(async move { events(300).map(Ok).forward(sink).await.unwrap() });
    let collecting = task(async move {
        let all: Vec<_> = collected.into_stream().collect().await;
        assert!(all.into_iter().eq(0..300), "and the end, as the sink is dropped");
    });
    TokioOnSeveralThreads::run(vec![forwarding, collecting]);
}

#[test]
fn every_flavor_becomes_a_stream_and_a_sink() {
    pollster::block_on(async {
        let (sender, receiver) = stack::Channel::<u8, 2>::new().into_split();
        let mut sink = Box::pin(sender.into_sink());
        sink.send_all(&mut stream::iter([1, 2]).map(Ok)).await.unwrap();
        drop(sink);
        assert_eq!(receiver.into_stream().collect::<Vec<_>>().await, [2, 1]);

        let (sender, receiver) = priority::Channel::<u8, 2, 2>::new().into_split();
        (1..=2).for_each(|n| sender.try_send(usize::from(n % 2), n).unwrap());
        drop(sender);
        assert_eq!(receiver.into_stream().collect::<Vec<_>>().await, [(0, 2), (1, 1)]);

        let channel: Channel<u8, 2> = Channel::new();
        let mut sink = Box::pin(channel.closing_sender().into_sink());
        sink.send_all(&mut stream::iter([1, 2]).map(Ok)).await.unwrap();
        drop(sink);
        assert_eq!(channel.closing_receiver().into_stream().collect::<Vec<_>>().await, [1, 2]);

        let (sender, receiver) = spsc::bounded(2).unwrap();
        let mut sink = sender.into_sink();
        sink.send_all(&mut stream::iter([1, 2]).map(Ok)).await.unwrap();
        drop(sink);
        assert_eq!(receiver.into_stream().collect::<Vec<_>>().await, [1, 2]);
    });
}

#[test]
fn a_stream_that_is_dropped_drops_its_receiver() {
    let (sender, receiver) = bounded(1).unwrap();
    let value = Arc::new(());
    sender.try_send(value.clone()).unwrap();
    let other = receiver.clone();
    drop(receiver.into_stream());
    assert!(!sender.is_closed(), "one receiver is left");
    let mut stream = Box::pin(other.into_stream());
    assert!(Alarm::new().poll(pin!(stream.next())).is_ready());
    sender.try_send(value.clone()).unwrap();
    drop(stream);
    assert!(sender.is_closed());
    assert_eq!(Arc::strong_count(&value), 1, "what was left is dropped");

    let (mut sender, receiver) = spsc::bounded(1).unwrap();
    sender.try_send(1).unwrap();
    drop(receiver.into_stream());
    assert_eq!(sender.try_send(2), Err(TrySendError::Closed(2)));
}

/// The handle goes last, and frees the channel that the waiter is linked to.
#[test]
fn the_last_end_may_be_a_stream_or_a_sink_that_waits() {
    let (sender, receiver) = bounded::<u8>(1).unwrap();
    let (mut stream, alarm) = (Box::pin(receiver.into_stream()), Alarm::new());
    assert!(alarm.poll(pin!(stream.next())).is_pending());
    let mut sink = Box::pin(sender.into_sink());
    assert_eq!(alarm.poll(pin!(sink.feed(1))), Poll::Ready(Ok(())));
    assert!(alarm.rang());
    assert_eq!(alarm.poll(pin!(sink.feed(2))), Poll::Ready(Ok(())), "held");
    assert!(alarm.poll(pin!(sink.flush())).is_pending());
    drop(stream);
    assert_eq!(alarm.poll(pin!(sink.flush())), Poll::Ready(Err(SinkError(Some(2)))));
    drop(sink);
    assert_eq!(Arc::strong_count(&alarm), 1);

    let (sender, receiver) = bounded::<u8>(1).unwrap();
    let mut stream = Box::pin(receiver.into_stream());
    assert!(alarm.poll(pin!(stream.next())).is_pending());
    drop(sender);
    assert!(alarm.rang());
    drop(stream);
    assert_eq!(Arc::strong_count(&alarm), 1);
}

#[test]
fn a_stream_that_goes_passes_its_wake_up_on() {
    let (sender, receiver) = bounded(2).unwrap();
    let alarms = [Alarm::new(), Alarm::new()];
    let mut first = Box::pin(receiver.clone().into_stream());
    let mut second = Box::pin(receiver.into_stream());
    assert!(alarms[0].poll(pin!(first.next())).is_pending());
    assert!(alarms[1].poll(pin!(second.next())).is_pending());
    sender.try_send(1).unwrap();
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [true, false]);
    drop(first);
    assert!(alarms[1].rang());
    assert_eq!(alarms[1].poll(pin!(second.next())), Poll::Ready(Some(1)));
}

#[test]
fn a_sink_that_goes_passes_its_wake_up_on_and_drops_its_value() {
    let (sender, receiver) = bounded(1).unwrap();
    let value = Arc::new(());
    sender.try_send(value.clone()).unwrap();
    let alarms = [Alarm::new(), Alarm::new()];
    let mut sinks = [(); 2].map(|()| Box::pin(sender.clone().into_sink()));
    for (alarm, sink) in alarms.iter().zip(&mut sinks) {
        assert_eq!(alarm.poll(pin!(sink.feed(value.clone()))), Poll::Ready(Ok(())));
        assert!(alarm.poll(pin!(sink.flush())).is_pending());
    }
    let [mut first, mut second] = sinks;
    assert!(receiver.try_recv().is_ok());
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [true, false]);
    assert!(first.as_mut().into_inner().is_some(), "given back");
    assert!(alarms[1].rang());
    assert_eq!(alarms[1].poll(pin!(second.flush())), Poll::Ready(Ok(())));
    drop((first, second, sender, receiver));
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn an_spsc_stream_that_goes_leaves_no_waker() {
    let (mut sender, receiver) = spsc::bounded(1).unwrap();
    let (mut stream, alarm) = (receiver.into_stream(), Alarm::new());
    assert!(alarm.poll(pin!(stream.next())).is_pending());
    drop(stream);
    assert_eq!(Arc::strong_count(&alarm), 1);
    assert!(sender.try_send(1).is_err());

    let (sender, receiver) = spsc::bounded(1).unwrap();
    let mut sink = sender.into_sink();
    for n in [1, 2] {
        assert_eq!(alarm.poll(pin!(sink.feed(n))), Poll::Ready(Ok(())));
    }
    assert!(alarm.poll(pin!(sink.flush())).is_pending());
    assert_eq!(Pin::new(&mut sink).into_inner(), Some(2));
    drop(sink);
    assert_eq!(Arc::strong_count(&alarm), 1);
    drop(receiver);
}

/// What a stream says of its length is never too much.
#[test]
fn a_stream_promises_only_what_no_other_can_take() {
    let context = &mut Context::from_waker(Waker::noop());
    let (sender, receiver) = bounded(2).unwrap();
    let mut stream = Box::pin(receiver.into_stream());
    sender.try_send(1).unwrap();
    assert_eq!(stream.size_hint(), (0, None), "another receiver may take it");
    drop(sender);
    assert_eq!(stream.as_mut().poll_next(context), Poll::Ready(Some(1)));
    assert!(!stream.is_terminated());
    assert_eq!(stream.as_mut().poll_next(context), Poll::Ready(None));
    assert_eq!((stream.is_terminated(), stream.size_hint()), (true, (0, Some(0))));

    let (mut sender, mut receiver) = spsc::bounded(2).unwrap();
    sender.try_send(1).unwrap();
    assert_eq!(receiver.stream().size_hint(), (1, None));
    let mut stream = receiver.into_stream();
    sender.try_send(2).unwrap();
    assert_eq!(stream.size_hint(), (2, None));
    drop(sender);
    assert_eq!(stream.size_hint(), (2, None));
    for expected in [Some(1), Some(2), None, None] {
        assert_eq!(Pin::new(&mut stream).poll_next(context), Poll::Ready(expected));
    }
    assert_eq!((stream.is_terminated(), stream.size_hint()), (true, (0, Some(0))));
}

/// Types with names, for the fields of structs and the associated types of traits.
struct Service;

trait Streams {
    type Lines: Stream<Item = String> + Send + 'static;

    fn lines(&self) -> Pin<Box<Self::Lines>>;
}

impl Streams for Service {
    type Lines = ReceiverStream<'static, String>;

    fn lines(&self) -> Pin<Box<ReceiverStream<'static, String>>> {
        let (sender, receiver) = BoxedChannel::new(1).unwrap().into_split();
        sender.try_send("a line".into()).unwrap();
        Box::pin(receiver.into_stream())
    }
}

#[test]
fn a_stream_has_a_name() {
    let lines: Vec<_> = pollster::block_on(Service.lines().collect());
    assert_eq!(lines, ["a line"]);
}
