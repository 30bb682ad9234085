//! A thread that waits for the first of several receives.

use ringway::channel::{self, Channel, RecvError, Select, oneshot, spsc};
use ringway::{priority, stack};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(1);

/// What came from which of five channels, each of another flavor.
#[derive(Debug, PartialEq)]
enum From {
    Queue(Result<u8, RecvError>),
    Levels(Result<(usize, &'static str), RecvError>),
    Stack(Result<char, RecvError>),
    Pair(Result<u64, RecvError>),
    Reply(Result<String, RecvError>),
}

#[test]
fn every_flavor_of_channel_can_be_a_case() {
    let queue: Channel<u8, 1> = Channel::new();
    let levels: priority::Channel<&str, 2, 1> = priority::Channel::new();
    let stack: stack::Channel<char, 1> = stack::Channel::new();
    let (mut pair, mut from_pair) = spsc::bounded(1).unwrap();
    let (reply, mut replied) = oneshot::channel();
    let mut next = || {
        Select::new()
            .case(queue.recv(), From::Queue)
            .case(levels.recv(), From::Levels)
            .case(stack.recv(), From::Stack)
            .case(from_pair.recv(), From::Pair)
            .case(&mut replied, From::Reply)
            .wait()
    };
    queue.try_send(1).unwrap();
    assert_eq!(next(), From::Queue(Ok(1)));
    levels.try_send(1, "urgent").unwrap();
    assert_eq!(next(), From::Levels(Ok((1, "urgent"))));
    stack.try_send('s').unwrap();
    assert_eq!(next(), From::Stack(Ok('s')));
    pair.try_send(2).unwrap();
    assert_eq!(next(), From::Pair(Ok(2)));
    reply.send("done".to_string()).unwrap();
    assert_eq!(next(), From::Reply(Ok("done".to_string())));
}

#[test]
fn a_closed_channel_is_a_result() {
    let (left, from_left) = channel::bounded::<u8>(1).unwrap();
    let (_right, from_right) = channel::bounded::<u8>(1).unwrap();
    drop(left);
    assert_eq!(
        Select::new().case(from_left.recv(), |v| v).case(from_right.recv(), |v| v).wait(),
        Err(RecvError)
    );
}

#[test]
fn without_a_value_it_ends_at_its_deadline() {
    let channel: Channel<u8, 1> = Channel::new();
    assert_eq!(Select::new().case(channel.recv(), |v| v).try_wait(), None);
    assert_eq!(Select::new().case(channel.recv(), |v| v).wait_timeout(SHORT), None);
    assert_eq!(Select::new().case(channel.recv(), |v| v).wait_deadline(Instant::now() + SHORT), None);
    channel.try_send(1).unwrap();
    assert_eq!(channel.try_recv(), Ok(1), "a case that timed out took nothing");
}

/// Also of two selects in one loop, whose turns must not depend on each other.
#[test]
fn each_of_several_ready_cases_is_taken_about_equally_often() {
    const ROUNDS: usize = 1_000;
    let channels: [Channel<usize, 1>; 5] = [const { Channel::new() }; 5];
    let mut received = [0; 5];
    for _ in 0..ROUNDS {
        for (number, channel) in channels.iter().enumerate() {
            let _ = channel.try_send(number);
        }
        let [a, b, c, d, e] = &channels;
        received[Select::new().case(a.recv(), |n| n).case(b.recv(), |n| n).wait().unwrap()] += 1;
        let of_three = Select::new().case(c.recv(), |n| n).case(d.recv(), |n| n).case(e.recv(), |n| n);
        received[of_three.wait().unwrap()] += 1;
    }
    // The numbers of a thread begin anew with it, so that these are the same each time.
    let is_fair = |&(count, cases): &(usize, usize)| count.abs_diff(ROUNDS / cases) < ROUNDS / 10;
    assert!(received.into_iter().zip([2, 2, 3, 3, 3]).all(|pair| is_fair(&pair)), "{received:?}");
}

#[test]
fn a_biased_select_takes_the_first_of_several_ready_cases() {
    let channels: [Channel<usize, 2>; 2] = [const { Channel::new() }; 2];
    for (number, channel) in channels.iter().enumerate() {
        (0..2).for_each(|_| channel.try_send(number).unwrap());
    }
    let [a, b] = &channels;
    let next = || Select::biased().case(a.recv(), |n| n).case(b.recv(), |n| n).wait().unwrap();
    assert_eq!([next(), next(), next(), next()], [0, 0, 1, 1]);
}

#[test]
fn a_thread_that_sleeps_is_woken_by_each_channel_and_by_a_close() {
    let (left, from_left) = channel::bounded::<u8>(1).unwrap();
    let (mut right, mut from_right) = spsc::bounded::<u8>(1).unwrap();
    let asleep = Arc::new(AtomicUsize::new(0));
    let waiter = thread::spawn({
        let rounds = asleep.clone();
        move || {
            let mut next = || {
                rounds.fetch_add(1, Ordering::SeqCst);
                Select::new()
                    .case(from_left.recv(), |v| ("left", v.ok()))
                    .case(from_right.recv(), |v| ("right", v.ok()))
                    .wait()
            };
            [(); 3].map(|()| next())
        }
    });
    let mut actions: [Box<dyn FnMut()>; 3] = [
        Box::new(|| right.try_send(1).unwrap()),
        Box::new(|| left.try_send(2).unwrap()),
        Box::new(|| assert!(left.close())),
    ];
    for (round, act) in actions.iter_mut().enumerate() {
        // Before it waits, or while it does: both must end in the same way.
        while asleep.load(Ordering::SeqCst) <= round && !waiter.is_finished() {
            thread::yield_now();
        }
        if round != 1 {
            thread::sleep(SHORT);
        }
        act();
    }
    assert_eq!(waiter.join().unwrap(), [("right", Some(1)), ("left", Some(2)), ("left", None)]);
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The handler runs when no case waits any more: what it sends or receives wakes others, not
/// itself.
#[test]
fn while_a_handler_runs_no_case_is_on_a_list() {
    let (ready, other): (Channel<u8, 1>, Channel<u8, 1>) = (Channel::new(), Channel::new());
    let woken = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(woken.clone());
    let mut waiter = pin!(other.recv());

    let sent = thread::scope(|threads| {
        threads.spawn(|| {
            // Either way the `Select` was, or is about to be, on both lists.
            thread::sleep(SHORT);
            ready.try_send(1).unwrap();
        });
        Select::new()
            .case(other.recv(), |_| unreachable!("nothing is sent there"))
            .case(ready.recv(), |value| {
                assert!(waiter.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
                other.try_send(2).unwrap();
                value
            })
            .wait()
    });
    assert_eq!((sent, woken.0.load(Ordering::SeqCst)), (Ok(1), 1));
    assert_eq!(waiter.poll(&mut Context::from_waker(&waker)), Poll::Ready(Ok(2)));
}

#[test]
fn a_handler_that_panics_has_its_value_and_the_others_keep_theirs() {
    let (left, right): (Channel<u8, 1>, Channel<u8, 1>) = (Channel::new(), Channel::new());
    left.try_send(1).unwrap();
    right.try_send(2).unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        Select::biased().case(left.recv(), |_| panic!("on purpose")).case(right.recv(), |_| ()).wait();
    }));
    assert!(panicked.is_err());
    assert!(left.is_empty());
    assert_eq!(right.try_recv(), Ok(2));
}

/// Selects on several threads share two channels with senders, and everything arrives once.
#[test]
fn threads_that_select_receive_everything_once() {
    const VALUES: usize = 2_000;
    let (left, from_left) = channel::bounded::<usize>(2).unwrap();
    let (right, from_right) = channel::bounded::<usize>(2).unwrap();
    let receivers: Vec<_> = (0..3)
        .map(|_| {
            let (from_left, from_right) = (from_left.clone(), from_right.clone());
            thread::spawn(move || {
                let (mut sum, mut open) = (0, [true; 2]);
                while open != [false; 2] {
                    let event = match open {
                        [true, true] => Select::new()
                            .case(from_left.recv(), |v| (0, v))
                            .case(from_right.recv(), |v| (1, v))
                            .wait(),
                        [true, false] => (0, from_left.recv_blocking()),
                        _ => (1, from_right.recv_blocking()),
                    };
                    match event {
                        (_, Ok(value)) => sum += value,
                        (side, Err(RecvError)) => open[side] = false,
                    }
                }
                sum
            })
        })
        .collect();
    let senders = [left, right]
        .map(|sender| thread::spawn(move || (1..=VALUES).for_each(|n| sender.send_blocking(n).unwrap())));
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    let sum: usize = receivers.into_iter().map(|receiver| receiver.join().unwrap()).sum();
    assert_eq!(sum, VALUES * (VALUES + 1));
}
