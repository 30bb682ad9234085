//! Wakers that use the channel that they are called from.

use super::{Deed, hooked};
use crate::wait::Alarm;
use crate::watchdog::watch;
use ringway::channel::{Channel, SendError, TryRecvError};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

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
