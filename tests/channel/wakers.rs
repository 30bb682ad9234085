//! Wakers that do what they should not: use the channel that they are called from, drop its last
//! handle, panic.

use crate::wait::Alarm;
use crate::watchdog::watch;
use ringway::channel::{Channel, RecvError, SendError, TryRecvError, bounded, spsc};
use ringway::task::Tracker;
use ringway::{priority, stack};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};

/// What is done to a waker.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Clone,
    Wake,
    Drop,
}

type Hook = dyn Fn(Deed) + Send + Sync;

/// A waker that calls `hook` whenever something is done to it.
fn hooked(hook: impl Fn(Deed) + Send + Sync + 'static) -> Waker {
    let hook: Arc<Box<Hook>> = Arc::new(Box::new(hook));
    // SAFETY: the functions below keep the contract, with the count of the `Arc`.
    unsafe { Waker::from_raw(raw(hook)) }
}

fn raw(hook: Arc<Box<Hook>>) -> RawWaker {
    static FUNCTIONS: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_hook);
    RawWaker::new(Arc::into_raw(hook).cast(), &FUNCTIONS)
}

/// # Safety
/// `data` is that of a waker, whose count the result takes over.
unsafe fn owned(data: *const ()) -> Arc<Box<Hook>> {
    // SAFETY: made from an `Arc` in `raw`.
    unsafe { Arc::from_raw(data.cast()) }
}

/// # Safety
/// `data` is that of a waker, which keeps its count.
unsafe fn borrowed(data: *const ()) -> Arc<Box<Hook>> {
    // SAFETY: as the caller promises.
    let hook = std::mem::ManuallyDrop::new(unsafe { owned(data) });
    Arc::clone(&hook)
}

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: called with the data of a waker.
    let hook = unsafe { borrowed(data) };
    hook(Deed::Clone);
    raw(hook)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: called with the data of a waker, which ends here.
    let hook = unsafe { owned(data) };
    hook(Deed::Wake);
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: called with the data of a waker.
    let hook = unsafe { borrowed(data) };
    hook(Deed::Wake);
}

unsafe fn drop_hook(data: *const ()) {
    // SAFETY: called with the data of a waker, which ends here.
    let hook = unsafe { owned(data) };
    hook(Deed::Drop);
}

type Shared = Channel<u64, 2>;

/// A channel, and what went into and came out of it by whatever way.
struct Account {
    channel: Shared,
    sent: AtomicU64,
    received: AtomicU64,
}

/// What a waker does to the channel that it is called from.
type Act = fn(&Account);

impl Account {
    fn try_send(&self) {
        if self.channel.try_send(1).is_ok() {
            self.sent.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn try_recv(&self) {
        if self.channel.try_recv().is_ok() {
            self.received.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn force_send(&self) {
        if let Ok(displaced) = self.channel.force_send(1) {
            self.sent.fetch_add(1, Ordering::Relaxed);
            self.received.fetch_add(u64::from(displaced.is_some()), Ordering::Relaxed);
        }
    }

    /// Polls a receiver and a sender of its own, once, and drops them.
    fn wait(&self) {
        if Alarm::new().poll(pin!(self.channel.recv())) == Poll::Ready(Ok(1)) {
            self.received.fetch_add(1, Ordering::Relaxed);
        }
        if Alarm::new().poll(pin!(self.channel.send(1))) == Poll::Ready(Ok(())) {
            self.sent.fetch_add(1, Ordering::Relaxed);
        }
    }
}

const ACTS: [(&str, Act); 6] = [
    ("try_send", Account::try_send),
    ("try_recv", Account::try_recv),
    ("force_send", Account::force_send),
    ("recv and send", Account::wait),
    ("close", |account| _ = account.channel.close()),
    ("len", |account| assert!(account.channel.len() <= 2)),
];

/// Polls the future with the waker, then with another; both are dropped before this returns.
fn poll_twice<F: Future>(future: Pin<&mut F>, waker: &Waker) -> bool {
    let mut future = future;
    let first = future.as_mut().poll(&mut Context::from_waker(waker)).is_ready();
    first || future.poll(&mut Context::from_waker(&waker.clone())).is_ready()
}

fn try_every_way(deed: Deed, name: &'static str, act: Act, fill: bool) {
    let _watch = watch(move || format!("{name} in {deed:?} of a waker, on a full channel: {fill}"));
    let account: &'static Account = Box::leak(Box::new(Account {
        channel: Shared::new(),
        sent: AtomicU64::new(0),
        received: AtomicU64::new(0),
    }));
    if fill {
        account.try_send();
        account.try_send();
    }
    let waker = hooked(move |done| {
        if done == deed {
            act(account);
        }
    });
    let mut recv = Box::pin(account.channel.recv());
    let mut send = Box::pin(account.channel.send(1));
    let (mut recv_is_over, mut send_is_over) = (false, false);
    for _ in 0..3 {
        if !recv_is_over && poll_twice(recv.as_mut(), &waker) {
            recv_is_over = true;
            account.received.fetch_add(u64::from(!account.channel.is_closed()), Ordering::Relaxed);
        }
        if !send_is_over && poll_twice(send.as_mut(), &waker) {
            send_is_over = true;
            account.sent.fetch_add(u64::from(!account.channel.is_closed()), Ordering::Relaxed);
        }
        account.try_send();
        account.try_recv();
    }
    drop((recv, send));
    account.channel.close();
    drop(waker);
    while account.channel.try_recv().is_ok() {
        account.received.fetch_add(1, Ordering::Relaxed);
    }
    assert_eq!(account.channel.try_recv(), Err(TryRecvError::Closed));
    if name != "close" {
        let [sent, received] = [&account.sent, &account.received].map(|n| n.load(Ordering::Relaxed));
        assert_eq!(sent, received, "{name} in {deed:?}, on a full channel: {fill}");
    }
}

#[test]
fn a_waker_may_use_the_channel_that_it_is_called_from() {
    for deed in [Deed::Clone, Deed::Wake, Deed::Drop] {
        for (name, act) in ACTS {
            try_every_way(deed, name, act, false);
            try_every_way(deed, name, act, true);
        }
    }
}

/// A task that owns whatever its future owns, and is dropped when it is woken.
#[derive(Default)]
struct Suicidal(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

impl Suicidal {
    fn poll(self: &Arc<Self>, waker: &Waker) -> bool {
        let mut future = self.0.lock().unwrap();
        future.as_mut().unwrap().as_mut().poll(&mut Context::from_waker(waker)).is_ready()
    }

    fn waker(self: &Arc<Self>) -> Waker {
        let this = Arc::downgrade(self);
        hooked(move |deed| {
            if deed == Deed::Wake {
                let future = this.upgrade().unwrap().0.lock().unwrap().take();
                drop(future);
            }
        })
    }
}

struct DropNoted(Arc<AtomicU64>);

impl Drop for DropNoted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_waker_may_drop_the_last_receiver_of_the_value_that_woke_it() {
    let drops = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = bounded(1).unwrap();
    let task = Arc::<Suicidal>::default();
    *task.0.lock().unwrap() = Some(Box::pin(async move { drop(receiver.recv().await) }));
    assert!(!task.poll(&task.waker()));
    assert!(sender.try_send(DropNoted(drops.clone())).is_ok());
    assert!(sender.is_closed(), "the last receiver is gone");
    assert_eq!(drops.load(Ordering::Relaxed), 1, "and took the value along");
}

#[test]
fn a_waker_may_drop_the_last_receiver_while_the_last_sender_goes() {
    let drops = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = bounded::<DropNoted>(1).unwrap();
    let witness = DropNoted(drops.clone());
    let task = Arc::<Suicidal>::default();
    *task.0.lock().unwrap() = Some(Box::pin(async move {
        let _witness = witness;
        drop(receiver.recv().await);
    }));
    assert!(!task.poll(&task.waker()));
    drop(sender);
    assert_eq!(drops.load(Ordering::Relaxed), 1, "the task went with its receiver");
}

#[test]
fn a_waker_may_drop_the_last_sender_while_the_last_receiver_goes() {
    let drops = Arc::new(AtomicU64::new(0));
    let (sender, receiver) = bounded(1).unwrap();
    assert!(sender.try_send(DropNoted(drops.clone())).is_ok());
    let task = Arc::<Suicidal>::default();
    let value = DropNoted(drops.clone());
    *task.0.lock().unwrap() = Some(Box::pin(async move { drop(sender.send(value).await) }));
    assert!(!task.poll(&task.waker()));
    drop(receiver);
    assert_eq!(drops.load(Ordering::Relaxed), 2, "one was on its way, one in the channel");
}

#[test]
fn a_waker_may_drop_the_other_end_of_an_spsc_channel() {
    let drops = Arc::new(AtomicU64::new(0));
    let (mut sender, mut receiver) = spsc::bounded(1).unwrap();
    let task = Arc::<Suicidal>::default();
    *task.0.lock().unwrap() = Some(Box::pin(async move { drop(receiver.recv().await) }));
    assert!(!task.poll(&task.waker()));
    assert!(sender.try_send(DropNoted(drops.clone())).is_ok());
    assert!(sender.is_closed());
    drop(sender);
    assert_eq!(drops.load(Ordering::Relaxed), 1);
}

/// A waker that panics when this is done to it, once.
fn panicking(deed: Deed) -> Waker {
    let armed = AtomicU64::new(1);
    hooked(move |done| {
        if done == deed && armed.swap(0, Ordering::Relaxed) == 1 {
            panic!("the waker panics, as intended");
        }
    })
}

fn panics<O>(body: impl FnOnce() -> O) -> bool {
    catch_unwind(AssertUnwindSafe(body)).is_err()
}

#[test]
fn a_waker_that_panics_when_it_wakes_loses_no_value_and_no_other_waiter() {
    let channel: Channel<u64, 2> = Channel::new();
    let (mut first, mut second) = (Box::pin(channel.recv()), pin!(channel.recv()));
    let alarm = Alarm::new();
    assert!(first.as_mut().poll(&mut Context::from_waker(&panicking(Deed::Wake))).is_pending());
    assert!(alarm.poll(second.as_mut()).is_pending());
    assert!(panics(|| channel.try_send(1)));
    assert_eq!(channel.len(), 1, "the value was sent before its receiver was woken");
    drop(first);
    assert!(alarm.rang(), "the first passes its wake-up on");
    assert_eq!(alarm.poll(second.as_mut()), Poll::Ready(Ok(1)));
    assert_eq!((channel.try_send(2), channel.try_recv()), (Ok(()), Ok(2)));
}

/// A future that waits with a waker that panics.
fn waits<F: Future>(future: Pin<&mut F>) {
    assert!(future.poll(&mut Context::from_waker(&panicking(Deed::Wake))).is_pending());
}

#[test]
fn close_wakes_the_others_when_a_waker_panics() {
    let channel: Channel<u64, 2> = Channel::new();
    let (mut first, mut second) = (pin!(channel.recv()), pin!(channel.recv()));
    let alarm = Alarm::new();
    waits(first.as_mut());
    assert!(alarm.poll(second.as_mut()).is_pending());
    assert!(panics(|| channel.close()));
    assert!(channel.is_closed() && alarm.rang());
    assert_eq!(alarm.poll(second.as_mut()), Poll::Ready(Err(RecvError)));
    assert!(!channel.close());
}

#[test]
fn close_wakes_the_receivers_when_the_waker_of_a_sender_panics() {
    let channel: Channel<u64, 1> = Channel::new();
    channel.try_send(1).unwrap();
    let (mut bad, mut good) = (pin!(channel.send(2)), pin!(channel.send(3)));
    let sender = Alarm::new();
    waits(bad.as_mut());
    assert!(sender.poll(good.as_mut()).is_pending());
    assert!(panics(|| channel.close()));
    assert!(sender.rang());
    assert_eq!(sender.poll(good), Poll::Ready(Err(SendError(3))));
}

#[test]
fn close_of_every_flavor_wakes_the_others_when_a_waker_panics() {
    let jobs: priority::Channel<u64, 2, 1> = priority::Channel::new();
    (0..2).for_each(|level| jobs.try_send(level, 0).unwrap());
    let (mut bad, mut good) = (pin!(jobs.send(0, 1)), pin!(jobs.send(1, 2)));
    let alarm = Alarm::new();
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| jobs.close()));
    assert!(alarm.rang(), "a sender to another level");

    let buffers: stack::Channel<u64, 1> = stack::Channel::new();
    let (mut bad, mut good) = (pin!(buffers.recv()), pin!(buffers.recv()));
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| buffers.close()));
    assert!(alarm.rang(), "another receiver");
}

#[test]
fn the_last_handle_wakes_the_others_when_a_waker_panics() {
    let (sender, receiver) = bounded::<u64>(1).unwrap();
    let (mut bad, mut good) = (pin!(receiver.recv()), pin!(receiver.recv()));
    let alarm = Alarm::new();
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| drop(sender)));
    assert!(alarm.rang());
    assert_eq!(alarm.poll(good), Poll::Ready(Err(RecvError)));
}

#[test]
fn the_last_receiver_drops_what_is_left_when_a_waker_panics() {
    let drops = Arc::new(AtomicU64::new(0));
    let value = || DropNoted(drops.clone());
    let (sender, receiver) = bounded(1).unwrap();
    assert!(sender.try_send(value()).is_ok());
    let mut send = Box::pin(sender.send(value()));
    waits(send.as_mut());
    assert!(panics(|| drop(receiver)));
    assert_eq!(drops.load(Ordering::Relaxed), 1);

    let (mut sender, receiver) = spsc::bounded(1).unwrap();
    assert!(sender.try_send(value()).is_ok());
    let mut send = Box::pin(sender.send(value()));
    waits(send.as_mut());
    assert!(panics(|| drop(receiver)));
    assert_eq!(drops.load(Ordering::Relaxed), 2);
}

#[test]
fn all_joining_waiters_are_woken_when_a_waker_panics() {
    let tracker: Tracker = Tracker::new();
    let task = tracker.track(1);
    let (mut bad, mut good) = (pin!(tracker.join()), pin!(tracker.join()));
    let alarm = Alarm::new();
    waits(bad.as_mut());
    assert!(alarm.poll(good.as_mut()).is_pending());
    assert!(panics(|| task.done()));
    assert!(alarm.rang());
}

/// As documented: the panic reaches the receive, which has its value, and drops it. Nothing else
/// suffers.
#[test]
fn a_receive_whose_wake_up_panics_drops_its_value_and_no_other() {
    fn check(
        drops: &AtomicU64,
        send: Pin<&mut impl Future<Output = Result<(), SendError<DropNoted>>>>,
        receive: impl Fn() -> bool,
    ) {
        let mut send = send;
        waits(send.as_mut());
        assert!(panics(&receive));
        assert_eq!(drops.swap(0, Ordering::Relaxed), 1, "the value that was received");
        assert!(Alarm::new().poll(send).is_ready(), "there is room for the next");
        assert!(receive());
        assert_eq!(drops.swap(0, Ordering::Relaxed), 1);
    }
    let drops = Arc::new(AtomicU64::new(0));
    let value = || DropNoted(drops.clone());

    let channel: Channel<DropNoted, 1> = Channel::new();
    for receive in [
        (|channel: &Channel<DropNoted, 1>| channel.try_recv().is_ok()) as fn(&_) -> bool,
        |channel| channel.recv_blocking().is_ok(),
        |channel| Alarm::new().poll(pin!(channel.recv())).is_ready(),
    ] {
        assert!(channel.try_send(value()).is_ok());
        check(&drops, pin!(channel.send(value())), || receive(&channel));
    }
    let buffers: stack::Channel<DropNoted, 1> = stack::Channel::new();
    assert!(buffers.try_send(value()).is_ok());
    check(&drops, pin!(buffers.send(value())), || buffers.try_recv().is_ok());

    let (mut sender, receiver) = spsc::bounded(1).unwrap();
    let receiver = std::cell::RefCell::new(receiver);
    assert!(sender.try_send(value()).is_ok());
    check(&drops, pin!(sender.send(value())), || receiver.borrow_mut().try_recv().is_ok());
}

#[test]
fn a_waker_that_panics_when_it_is_cloned_or_dropped_leaves_a_future_that_can_wait() {
    for deed in [Deed::Clone, Deed::Drop] {
        let channel: Channel<u64, 2> = Channel::new();
        let (mut recv, alarm) = (pin!(channel.recv()), Alarm::new());
        let waker = panicking(deed);
        // The second poll drops the waker that the first left.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _ = recv.as_mut().poll(&mut Context::from_waker(&waker));
            alarm.poll(recv.as_mut())
        }))
        .expect_err("the waker panics");
        assert!(alarm.poll(recv.as_mut()).is_pending());
        channel.try_send(3).unwrap();
        assert!(alarm.rang(), "{deed:?}");
        assert_eq!(alarm.poll(recv.as_mut()), Poll::Ready(Ok(3)));
    }
}

#[test]
fn a_waker_that_panics_leaves_an_spsc_channel_in_use() {
    let (mut sender, mut receiver) = spsc::bounded(2).unwrap();
    {
        let mut recv = pin!(receiver.recv());
        assert!(recv.as_mut().poll(&mut Context::from_waker(&panicking(Deed::Wake))).is_pending());
        assert!(panics(|| sender.try_send(1)));
        let alarm = Alarm::new();
        assert_eq!(alarm.poll(recv), Poll::Ready(Ok(1)));
    }
    let alarm = Alarm::new();
    let mut recv = pin!(receiver.recv());
    assert!(alarm.poll(recv.as_mut()).is_pending());
    sender.try_send(2).unwrap();
    assert!(alarm.rang());
    assert_eq!(alarm.poll(recv), Poll::Ready(Ok(2)));
}

/// The outcome of the first poll of a send into a full channel, if this happens between its two
/// tries.
fn send_during(act: fn(&Shared)) -> Poll<Result<(), SendError<u64>>> {
    let channel: &'static Shared = Box::leak(Box::new(Shared::new()));
    while channel.try_send(0).is_ok() {}
    let waker = hooked(move |deed| {
        if deed == Deed::Clone {
            act(channel);
        }
    });
    pin!(channel.send(1)).poll(&mut Context::from_waker(&waker))
}

#[test]
fn the_second_try_of_a_send_finds_the_channel_closed_or_with_room() {
    assert_eq!(send_during(|_| ()), Poll::Pending);
    assert_eq!(send_during(|channel| _ = channel.try_recv()), Poll::Ready(Ok(())));
    assert_eq!(send_during(|channel| _ = channel.close()), Poll::Ready(Err(SendError(1))));
}
