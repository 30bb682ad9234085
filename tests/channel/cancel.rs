//! Futures that are dropped before they are ready: by hand, by `select!`, by a timeout.

use crate::dice::Dice;
use crate::executors::{Embassy, Executor, Task, TokioOnOneThread, TokioOnSeveralThreads, task};
use crate::wait::{Alarm, yield_now};
use crate::watchdog::watch;
use embassy_futures::select::{Either, select};
use futures::Sink;
use ringway::channel::{BoxedChannel, Channel, RecvError, SendError, TryRecvError, spsc};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

#[test]
fn a_cancelled_receiver_takes_nothing() {
    let channel: Channel<_, 2> = Channel::new();
    let alarm = Alarm::new();
    {
        let mut recv = pin!(channel.recv());
        assert!(alarm.poll(recv.as_mut()).is_pending());
        channel.try_send(1).unwrap();
        assert!(alarm.rang());
    }
    channel.try_send(2).unwrap();
    assert!(!alarm.rang(), "it is off the list");
    assert_eq!((channel.try_recv(), channel.try_recv()), (Ok(1), Ok(2)));
}

#[test]
fn a_cancelled_sender_sends_nothing_and_gives_its_value_back() {
    let channel: Channel<_, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let alarm = Alarm::new();
    {
        let mut send = pin!(channel.send(2));
        assert!(alarm.poll(send.as_mut()).is_pending());
        assert_eq!(channel.try_recv(), Ok(1));
        assert!(alarm.rang());
        assert_eq!(send.as_mut().into_inner(), Some(2));
        assert_eq!(send.as_mut().into_inner(), None, "given back once");
    }
    assert_eq!(channel.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_wake_up_that_a_cancelled_receiver_did_not_use_goes_to_the_next() {
    let channel: Channel<_, 2> = Channel::new();
    let alarms = [Alarm::new(), Alarm::new(), Alarm::new()];
    let mut first = Box::pin(channel.recv());
    let (mut second, mut third) = (pin!(channel.recv()), pin!(channel.recv()));
    assert!(alarms[0].poll(first.as_mut()).is_pending());
    assert!(alarms[1].poll(second.as_mut()).is_pending());
    assert!(alarms[2].poll(third.as_mut()).is_pending());
    channel.try_send(7).unwrap();
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [true, false, false]);
    drop(first);
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [false, true, false]);
    assert_eq!(alarms[1].poll(second.as_mut()), Poll::Ready(Ok(7)));
}

#[test]
fn a_wake_up_that_a_cancelled_sender_did_not_use_goes_to_the_next() {
    let channel: Channel<_, 1> = Channel::new();
    channel.try_send(0).unwrap();
    let alarms = [Alarm::new(), Alarm::new()];
    let mut first = Box::pin(channel.send(1));
    let mut second = pin!(channel.send(2));
    assert!(alarms[0].poll(first.as_mut()).is_pending());
    assert!(alarms[1].poll(second.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(0));
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [true, false]);
    drop(first);
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [false, true]);
    assert_eq!(alarms[1].poll(second.as_mut()), Poll::Ready(Ok(())));
    assert_eq!(channel.try_recv(), Ok(2));
}

#[test]
fn a_sender_that_took_its_value_back_still_passes_its_wake_up_on() {
    let channel: Channel<_, 1> = Channel::new();
    channel.try_send(0).unwrap();
    let alarms = [Alarm::new(), Alarm::new()];
    let mut first = Box::pin(channel.send(1));
    let mut second = pin!(channel.send(2));
    assert!(alarms[0].poll(first.as_mut()).is_pending());
    assert!(alarms[1].poll(second.as_mut()).is_pending());
    assert_eq!(first.as_mut().into_inner(), Some(1));
    assert_eq!(channel.try_recv(), Ok(0));
    drop(first);
    assert!(alarms[1].rang());
    assert_eq!(alarms[1].poll(second.as_mut()), Poll::Ready(Ok(())));
}

#[test]
fn a_sender_that_took_its_value_back_waits_no_longer() {
    let channel: Channel<_, 1> = Channel::new();
    channel.try_send(0).unwrap();
    let alarms = [Alarm::new(), Alarm::new()];
    let (mut first, mut second) = (pin!(channel.send(1)), pin!(channel.send(2)));
    assert!(alarms[0].poll(first.as_mut()).is_pending());
    assert!(alarms[1].poll(second.as_mut()).is_pending());
    assert_eq!(first.as_mut().into_inner(), Some(1));
    assert_eq!(channel.try_recv(), Ok(0));
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [false, true], "the first is not dropped yet");
}

#[test]
fn a_sender_that_takes_its_value_back_after_it_was_woken_wakes_the_next() {
    let channel: Channel<_, 1> = Channel::new();
    channel.try_send(0).unwrap();
    let alarms = [Alarm::new(), Alarm::new()];
    let (mut first, mut second) = (pin!(channel.sink()), pin!(channel.send(2)));
    assert_eq!(first.as_mut().start_send(1), Ok(()), "held");
    let mut ready = pin!(poll_fn(|context| first.as_mut().poll_ready(context)));
    assert!(alarms[0].poll(ready.as_mut()).is_pending());
    assert!(alarms[1].poll(second.as_mut()).is_pending());
    assert_eq!(channel.try_recv(), Ok(0));
    assert_eq!(alarms.each_ref().map(|alarm| alarm.rang()), [true, false]);
    assert_eq!(first.as_mut().into_inner(), Some(1));
    assert!(alarms[1].rang(), "the first is not dropped yet");
}

#[test]
fn the_ends_of_an_spsc_channel_are_cancelled_without_loss() {
    let mut channel = spsc::Channel::<_, 1>::new();
    let (mut sender, mut receiver) = channel.split();
    let alarm = Alarm::new();
    assert!(alarm.poll(pin!(receiver.recv())).is_pending());
    sender.try_send(1).unwrap();
    assert!(!alarm.rang(), "a future that does not wait is not woken");
    let mut send = sender.send(2);
    assert!(alarm.poll(pin!(&mut send)).is_pending());
    assert_eq!(send.into_inner(), Some(2));
    assert_eq!(receiver.try_recv(), Ok(1));
    assert!(!alarm.rang());
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
}

/// How futures are given up in the storms below.
trait GiveUp: Send + Sync + 'static {
    /// The output of the future, unless it was given up before.
    fn race<F: Future<Output: Send> + Send>(
        future: F,
        pauses: u64,
    ) -> impl Future<Output = Option<F::Output>> + Send;
}

async fn pause(pauses: u64) {
    for _ in 0..pauses {
        yield_now().await;
    }
}

struct TokioSelect;

impl GiveUp for TokioSelect {
    async fn race<F: Future<Output: Send> + Send>(future: F, pauses: u64) -> Option<F::Output> {
        tokio::select! {
            output = future => Some(output),
            () = pause(pauses) => None,
        }
    }
}

struct EmbassySelect;

impl GiveUp for EmbassySelect {
    async fn race<F: Future<Output: Send> + Send>(future: F, pauses: u64) -> Option<F::Output> {
        match select(future, pause(pauses)).await {
            Either::First(output) => Some(output),
            Either::Second(()) => None,
        }
    }
}

/// Mostly too short for the future, and now and then long enough.
struct TokioTimeout;

impl GiveUp for TokioTimeout {
    async fn race<F: Future<Output: Send> + Send>(future: F, pauses: u64) -> Option<F::Output> {
        tokio::time::timeout(Duration::from_micros(10 * pauses), future).await.ok()
    }
}

/// Sends each value until it is accepted, and gives up again and again.
async fn send_stubbornly<G: GiveUp>(channel: &BoxedChannel<u64>, mut value: u64, dice: &mut Dice) {
    loop {
        let mut send = pin!(channel.send(value));
        match G::race(send.as_mut(), dice.throw(4)).await {
            Some(sent) => return sent.expect("the channel is not closed yet"),
            None => match send.as_mut().into_inner() {
                Some(unsent) => value = unsent,
                None => panic!("a send that is not ready has its value"),
            },
        }
    }
}

const SENDERS: u64 = 3;
const COUNT: u64 = 400;

fn storm<G: GiveUp, E: Executor>(name: &'static str) {
    for capacity in [1, 3] {
        let _watch = watch(move || format!("{name}, capacity {capacity}"));
        let channel = Arc::new(BoxedChannel::<u64>::new(capacity).unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let left = Arc::new(AtomicU64::new(SENDERS));
        let sender = |i: u64| {
            let (channel, left) = (channel.clone(), left.clone());
            task(async move {
                let mut dice = Dice::new(i);
                for n in 0..COUNT {
                    send_stubbornly::<G>(&channel, n * SENDERS + i, &mut dice).await;
                }
                if left.fetch_sub(1, Ordering::AcqRel) == 1 {
                    channel.close();
                }
            })
        };
        let receiver = |i: u64| {
            let (channel, received) = (channel.clone(), received.clone());
            task(async move {
                let mut dice = Dice::new(100 + i);
                loop {
                    match G::race(channel.recv(), dice.throw(4)).await {
                        Some(Ok(value)) => received.lock().unwrap().push(value),
                        Some(Err(RecvError)) => break,
                        None => {}
                    }
                }
            })
        };
        let tasks: Vec<Task> = (0..SENDERS).map(sender).chain((0..SENDERS).map(receiver)).collect();
        E::run(tasks);
        let mut received = std::mem::take(&mut *received.lock().unwrap());
        received.sort_unstable();
        assert!(received.iter().copied().eq(0..SENDERS * COUNT), "each value once");
    }
}

#[test]
fn tokio_select_on_one_thread_loses_nothing() {
    storm::<TokioSelect, TokioOnOneThread>("tokio::select!, one thread");
}

#[test]
fn tokio_select_on_several_threads_loses_nothing() {
    storm::<TokioSelect, TokioOnSeveralThreads>("tokio::select!, several threads");
}

#[test]
fn embassy_select_loses_nothing() {
    storm::<EmbassySelect, Embassy>("embassy_futures::select, embassy-executor");
}

#[test]
fn embassy_select_on_tokio_loses_nothing() {
    storm::<EmbassySelect, TokioOnSeveralThreads>("embassy_futures::select, tokio");
}

/// The one sender and the one receiver of an SPSC channel, so that even the order is certain.
fn spsc_storm<G: GiveUp, E: Executor>(name: &'static str) {
    let _watch = watch(move || format!("{name}, SPSC"));
    let (mut sender, mut receiver) = spsc::bounded(2).unwrap();
    let sending = task(async move {
        let mut dice = Dice::new(1);
        for n in 0..COUNT {
            let mut value = n;
            loop {
                let mut send = sender.send(value);
                match G::race(&mut send, dice.throw(4)).await {
                    Some(sent) => break sent.unwrap(),
                    None => value = send.into_inner().expect("not ready"),
                }
            }
        }
    });
    let receiving = task(async move {
        let mut dice = Dice::new(2);
        let mut next = 0;
        loop {
            match G::race(receiver.recv(), dice.throw(4)).await {
                Some(Ok(value)) => {
                    assert_eq!(value, next);
                    next += 1;
                }
                Some(Err(RecvError)) => break,
                None => {}
            }
        }
        assert_eq!(next, COUNT);
    });
    E::run(vec![sending, receiving]);
}

#[test]
fn select_on_the_ends_of_an_spsc_channel_loses_nothing() {
    spsc_storm::<TokioSelect, TokioOnSeveralThreads>("tokio::select!");
    spsc_storm::<EmbassySelect, Embassy>("embassy_futures::select");
}

fn with_tokio_timers(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(body);
}

#[test]
fn a_timeout_of_tokio_gives_up_in_time_and_loses_nothing() {
    let _watch = watch(|| "a timeout of tokio".into());
    with_tokio_timers(async {
        let channel: Channel<_, 1> = Channel::new();
        let short = Duration::from_millis(2);
        assert!(tokio::time::timeout(short, channel.recv()).await.is_err());
        channel.try_send(1).unwrap();
        let mut send = pin!(channel.send(2));
        assert!(tokio::time::timeout(short, send.as_mut()).await.is_err());
        assert_eq!(tokio::time::timeout(short, channel.recv()).await, Ok(Ok(1)));
        assert_eq!(tokio::time::timeout(short, send).await, Ok(Ok(())), "it may go on after the timeout");
        let dice = &mut Dice::new(3);
        let sender = async {
            for n in 0..200 {
                send_stubbornly::<TokioTimeout>(channel_of_four(), n, dice).await;
            }
            channel_of_four().close();
        };
        let receiver = async {
            let (mut dice, mut next) = (Dice::new(4), 0);
            loop {
                match TokioTimeout::race(channel_of_four().recv(), dice.throw(4)).await {
                    Some(Ok(value)) => {
                        assert_eq!(value, next);
                        next += 1;
                    }
                    Some(Err(RecvError)) => break assert_eq!(next, 200),
                    None => {}
                }
            }
        };
        tokio::join!(sender, receiver);
    });
}

fn channel_of_four() -> &'static BoxedChannel<u64> {
    static CHANNEL: std::sync::LazyLock<BoxedChannel<u64>> =
        std::sync::LazyLock::new(|| BoxedChannel::new(4).unwrap());
    &CHANNEL
}

#[test]
fn timeouts_of_threads_lose_nothing() {
    let _watch = watch(|| "timeouts of threads".into());
    let channel: Channel<u64, 1> = Channel::new();
    let short = Duration::from_micros(20);
    let received = std::thread::scope(|scope| {
        let receivers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut received = Vec::new();
                    loop {
                        match channel.recv_timeout(short) {
                            Ok(value) => received.push(value),
                            Err(ringway::channel::RecvTimeoutError::Closed) => return received,
                            Err(_) => {}
                        }
                    }
                })
            })
            .collect();
        let senders = [0, 1].map(|i| {
            let channel = &channel;
            scope.spawn(move || {
                for n in 0..1000 {
                    let mut value = 2 * n + i;
                    while let Err(error) = channel.send_timeout(value, short) {
                        value = error.into_inner();
                    }
                }
            })
        });
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        channel.close();
        let mut all: Vec<_> = receivers.into_iter().flat_map(|receiver| receiver.join().unwrap()).collect();
        all.sort_unstable();
        all
    });
    assert!(received.iter().copied().eq(0..2000), "each value once");
}

#[test]
fn a_sender_that_is_cancelled_after_the_end_has_its_value() {
    let channel: Channel<_, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let alarm = Alarm::new();
    let mut cancelled = pin!(channel.send(2));
    let mut closed = pin!(channel.send(3));
    assert!(alarm.poll(cancelled.as_mut()).is_pending());
    assert!(alarm.poll(closed.as_mut()).is_pending());
    channel.close();
    assert_eq!(cancelled.into_inner(), Some(2));
    assert_eq!(alarm.poll(closed.as_mut()), Poll::Ready(Err(SendError(3))));
}
