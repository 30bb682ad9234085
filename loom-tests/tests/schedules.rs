//! Scenarios too large for loom, in schedules that shuttle draws at random: more threads, more
//! operations, waiters that give up at any moment. Named `<threads>__cap<N>__<claim>`. Shuttle
//! finds deadlocks, and so lost wake-ups.
#![cfg(shuttle)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use ringway::channel::{Channel, SendError};
use ringway::mpmc;
use ringway::priority;
use ringway::task::{Task, Tracker};
use ringway::wait::DefaultLock;
use shuttle::future::{block_on, yield_now};
use shuttle::rand::{Rng, thread_rng};
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::thread::{self, JoinHandle};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

/// Schedules per scenario: half of them drawn evenly, half by priorities that change a few times,
/// which finds what takes long delays.
const SCHEDULES: usize = 4_000;
/// How often priorities change.
const DEPTH: usize = 4;

fn explore(name: &str, scenario: fn()) {
    shuttle::check_random(scenario, SCHEDULES / 2);
    shuttle::check_pct(scenario, SCHEDULES / 2, DEPTH);
    println!("executions: {SCHEDULES:>9}  {name}");
}

/// Threads that share something; each knows its number.
fn spawn<X, R>(
    threads: usize,
    shared: &Arc<X>,
    run: impl Fn(usize, &X) -> R + Copy + Send + 'static,
) -> Vec<JoinHandle<R>>
where
    X: Send + Sync + 'static,
    R: Send + 'static,
{
    let spawn = |number| {
        let shared = shared.clone();
        thread::spawn(move || run(number, &shared))
    };
    (0..threads).map(spawn).collect()
}

fn join<R>(threads: Vec<JoinHandle<R>>) -> Vec<R> {
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

/// Polls a few times, and then gives up.
async fn attempt<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..thread_rng().gen_range(1..4) {
        let output = poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await;
        if let Poll::Ready(output) = output {
            return Some(output);
        }
        yield_now().await;
    }
    None
}

/// A value contains its sender and its sequence number.
fn value(sender: usize, number: usize) -> usize {
    100 * sender + number
}

/// What so many senders send.
fn values(senders: usize, each: usize) -> Vec<usize> {
    (0..senders).flat_map(|sender| (0..each).map(move |number| value(sender, number))).collect()
}

/// Each value once, and those of each sender in order for each receiver.
fn assert_complete(received: &[Vec<usize>], mut sent: Vec<usize>) {
    for one in received {
        for sender in 0..8 {
            let numbers: Vec<_> = one.iter().filter(|&&value| value / 100 == sender).collect();
            assert!(numbers.is_sorted(), "{numbers:?} overtook each other");
        }
    }
    let mut all = received.concat();
    all.sort_unstable();
    sent.sort_unstable();
    assert_eq!(all, sent);
}

#[test]
fn push3_pop3__cap2__nothing_is_lost_doubled_or_overtaken() {
    explore("push3_pop3__cap2", || {
        const EACH: usize = 6;
        let queue = Arc::new(mpmc::Queue::<usize, 2, 1>::new());
        let producers = spawn(3, &queue, |me, queue| {
            for number in 0..EACH {
                while queue.push(value(me, number)).is_err() {
                    thread::yield_now();
                }
            }
        });
        let consumers = spawn(3, &queue, |_, queue| {
            let mut received = Vec::new();
            while received.len() < EACH {
                match queue.pop() {
                    Some(value) => received.push(value),
                    None => thread::yield_now(),
                }
            }
            received
        });
        join(producers);
        assert_complete(&join(consumers), values(3, EACH));
    });
}

#[test]
fn send4_recv4_close__cap2__accepted_is_received_whichever_future_is_cancelled() {
    explore("send4_recv4_close__cap2", || {
        let channel = Arc::new(Channel::<usize, 2, DefaultLock, 4>::new());
        let senders = spawn(4, &channel, |me, channel| {
            let mut accepted = Vec::new();
            for number in 0..3 {
                let sent = if thread_rng().gen_bool(0.5) {
                    block_on(attempt(channel.send(value(me, number))))
                } else {
                    Some(block_on(channel.send(value(me, number))))
                };
                match sent {
                    Some(Ok(())) => accepted.push(value(me, number)),
                    Some(Err(SendError(rejected))) => assert_eq!(rejected, value(me, number)),
                    None => {}
                }
            }
            accepted
        });
        let receivers = spawn(4, &channel, |_, channel| {
            let mut received = Vec::new();
            loop {
                if thread_rng().gen_bool(0.3) {
                    received.extend(block_on(attempt(channel.recv())).and_then(Result::ok));
                }
                match block_on(channel.recv()) {
                    Ok(value) => received.push(value),
                    Err(_) => return received,
                }
            }
        });
        let closer = spawn(1, &channel, |_, channel| {
            for _ in 0..thread_rng().gen_range(0..200) {
                thread::yield_now();
            }
            assert!(channel.close());
        });
        let sent = join(senders).concat();
        join(closer);
        assert_complete(&join(receivers), sent);
    });
}

#[test]
fn send2_recv3__cap1__a_value_reaches_the_receiver_that_still_waits() {
    explore("send2_recv3__cap1", || {
        const EACH: usize = 3;
        let channel = Arc::new(Channel::<usize, 1>::new());
        let senders = spawn(2, &channel, |me, channel| {
            for number in 0..EACH {
                block_on(channel.send(value(me, number))).unwrap();
            }
        });
        let impatient = spawn(1, &channel, |_, channel| {
            let attempts = (0..4).filter_map(|_| block_on(attempt(channel.recv())));
            attempts.map(Result::unwrap).collect()
        });
        // The cancelled receiver took some; the other two wait for the rest, one value at a time,
        // until the end.
        let waiting = spawn(2, &channel, |_, channel| {
            std::iter::from_fn(|| block_on(channel.recv()).ok()).collect::<Vec<_>>()
        });
        join(senders);
        let mut received = join(impatient);
        channel.close();
        received.extend(join(waiting));
        assert_complete(&received, values(2, EACH));
    });
}

#[test]
fn send2_work2_join2__cap2__join_waits_for_every_retry() {
    explore("send2_work2_join2__cap2", || {
        const EACH: usize = 3;
        let tracker: &'static Tracker = Box::leak(Box::new(Tracker::new()));
        // Room for what comes back while senders wait.
        let jobs = Arc::new(Channel::<Task<'static, usize>, 2>::new());
        let done: &'static AtomicUsize = Box::leak(Box::new(AtomicUsize::new(0)));
        let senders = spawn(2, &jobs, |me, jobs| {
            for number in 0..EACH {
                assert!(block_on(jobs.send(tracker.track(value(me, number)))).is_ok());
            }
        });
        let workers = spawn(2, &jobs, |_, jobs| {
            while let Ok(task) = block_on(jobs.recv()) {
                let again = task.retries() == 0 && thread_rng().gen_bool(0.5);
                let task = if again {
                    jobs.try_send(task.retry()).err().map(|refused| refused.into_inner())
                } else {
                    Some(task)
                };
                if let Some(task) = task {
                    done.fetch_add(1, Ordering::Relaxed);
                    task.done();
                }
            }
        });
        join(senders);
        let joiners = spawn(2, &jobs, |_, _| {
            block_on(tracker.join());
            done.load(Ordering::Relaxed)
        });
        for seen in join(joiners) {
            assert_eq!(seen, 2 * EACH, "join returned before the last task was done");
        }
        jobs.close();
        join(workers);
    });
}

#[test]
fn send3_recv2__cap1__each_level_wakes_its_own_senders() {
    explore("send3_recv2__cap1", || {
        const EACH: usize = 2;
        let channel = Arc::new(priority::Channel::<usize, 3, 1>::new());
        let senders = spawn(3, &channel, |level, channel| {
            for number in 0..EACH {
                assert!(block_on(channel.send(level, value(level, number))).is_ok());
            }
        });
        let receivers = spawn(2, &channel, |_, channel| {
            std::iter::from_fn(|| block_on(channel.recv()).ok())
                .inspect(|(level, value)| assert_eq!(value / 100, *level))
                .map(|(_, value)| value)
                .collect()
        });
        join(senders);
        channel.close();
        assert_complete(&join(receivers), values(3, EACH));
    });
}
