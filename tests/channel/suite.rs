//! What holds for every channel on every executor.

use crate::executors::*;
use crate::faces::*;
use crate::wait::Mark;
use ringway::channel::{RecvError, SendError, TryRecvError, TrySendError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Makes one test of each behaviour for each face on each executor.
macro_rules! suite {
    (on { $($name:ident: $face:ty,)* } run $behaviours:tt) => {
        $(mod $name {
            suite!(@executor tokio_on_one_thread, $face, TokioOnOneThread, $behaviours);
            suite!(@executor tokio_on_several_threads, $face, TokioOnSeveralThreads, $behaviours);
            suite!(@executor embassy, $face, Embassy, $behaviours);
            suite!(@executor local_pool, $face, LocalPool, $behaviours);
            suite!(@executor smol, $face, Smol, $behaviours);
            suite!(@executor pollster, $face, Pollster, $behaviours);
        })*
    };
    (@executor $name:ident, $face:ty, $executor:ty, { $($behaviour:ident,)* }) => {
        mod $name {
            use super::super::super::*;
            $(#[test] fn $behaviour() {
                let _watch = crate::watchdog::watch(|| concat!(module_path!(), "::", stringify!($behaviour)).into());
                super::super::super::$behaviour::<$face, $executor>();
            })*
        }
    };
}

mod every_channel {
    suite!(on {
        in_static_2: InStatic,
        in_critical_section_1: InCriticalSection<1>,
        on_heap_3: OnHeap<3>,
        viewed_1: Viewed<1>,
        borrowed_ends_2: BorrowedEnds<2>,
        owned_ends_1: OwnedEnds<1>,
        spsc_taken_1: SpscTaken<1>,
        spsc_taken_3: SpscTaken<3>,
        spsc_owned_2: SpscOwned<2>,
    } run {
        values_arrive_in_order_and_then_the_end,
        a_sleeping_receiver_is_woken_by_a_send,
        a_sleeping_sender_is_woken_by_a_receive,
        a_sleeping_receiver_is_woken_by_the_end,
        a_sleeping_sender_is_woken_by_the_end_and_gets_its_value_back,
        a_sender_that_waits_for_the_end_is_woken_by_it,
        a_sender_that_waits_for_room_is_woken_by_a_receive,
        a_sender_that_waits_for_room_is_woken_by_the_end,
        what_was_sent_before_the_end_is_received,
        a_request_and_its_reply_meet_again_and_again,
        a_thread_sends_to_a_task,
        a_task_sends_to_a_thread,
    });
}

mod shared_channels {
    suite!(on {
        in_static_2: InStatic,
        in_critical_section_3: InCriticalSection<3>,
        on_heap_1: OnHeap<1>,
        viewed_2: Viewed<2>,
        borrowed_ends_1: BorrowedEnds<1>,
        owned_ends_4: OwnedEnds<4>,
    } run {
        several_tasks_share_both_ends,
        threads_and_tasks_share_both_ends,
        closing_wakes_all_waiters,
    });
}

const COUNT: Value = 100;

fn values_arrive_in_order_and_then_the_end<F: Face, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    let sender = task(async move {
        for n in 0..COUNT {
            tx.send(n).await.unwrap();
        }
        tx.finish();
    });
    let receiver = task(async move {
        for n in 0..COUNT {
            assert_eq!(rx.recv().await, Ok(n));
        }
        assert_eq!(rx.recv().await, Err(RecvError));
        assert_eq!(rx.recv().await, Err(RecvError));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    });
    E::run(vec![sender, receiver]);
}

fn a_sleeping_receiver_is_woken_by_a_send<F: Face, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    let asleep = Mark::default();
    let sleeper = asleep.clone();
    let receiver = task(async move { assert_eq!(sleeper.when_asleep(rx.recv()).await, Ok(7)) });
    let sender = task(async move {
        asleep.wait().await;
        assert_eq!(tx.try_send(7), Ok(()));
        std::mem::forget(tx);
    });
    E::run(vec![receiver, sender]);
}

fn a_sleeping_sender_is_woken_by_a_receive<F: Face, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    (0..F::CAPACITY as Value).for_each(|n| tx.try_send(n).unwrap());
    let asleep = Mark::default();
    let sleeper = asleep.clone();
    let sender = task(async move { assert_eq!(sleeper.when_asleep(tx.send(99)).await, Ok(())) });
    let receiver = task(async move {
        asleep.wait().await;
        assert_eq!(rx.try_recv(), Ok(0));
        for n in (1..F::CAPACITY as Value).chain([99]) {
            assert_eq!(rx.recv().await, Ok(n));
        }
    });
    E::run(vec![sender, receiver]);
}

fn a_sleeping_receiver_is_woken_by_the_end<F: Face, E: Executor>() {
    let (tx, mut rx) = F::open();
    let asleep = Mark::default();
    let sleeper = asleep.clone();
    let receiver = task(async move {
        assert_eq!(sleeper.when_asleep(rx.recv()).await, Err(RecvError));
        assert!(rx.is_closed());
    });
    let closer = task(async move {
        asleep.wait().await;
        tx.finish();
    });
    E::run(vec![receiver, closer]);
}

fn a_sleeping_sender_is_woken_by_the_end_and_gets_its_value_back<F: Face, E: Executor>() {
    let (mut tx, rx) = F::open();
    (0..F::CAPACITY as Value).for_each(|n| tx.try_send(n).unwrap());
    let asleep = Mark::default();
    let sleeper = asleep.clone();
    let sender = task(async move {
        assert_eq!(sleeper.when_asleep(tx.send(99)).await, Err(SendError(99)));
        assert_eq!(tx.try_send(98), Err(TrySendError::Closed(98)));
        assert!(tx.is_closed());
    });
    let closer = task(async move {
        asleep.wait().await;
        rx.finish();
    });
    E::run(vec![sender, closer]);
}

fn a_sender_that_waits_for_the_end_is_woken_by_it<F: Face, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    (0..F::CAPACITY as Value).for_each(|n| tx.try_send(n).unwrap());
    let (asleep, over) = (Mark::default(), Mark::default());
    let (sleeper, is_over) = (asleep.clone(), over.clone());
    let sender = task(async move {
        sleeper.when_asleep(tx.closed()).await;
        assert!(tx.is_closed() && is_over.is_set());
        tx.closed().await;
    });
    let receiver = task(async move {
        asleep.wait().await;
        for n in 0..F::CAPACITY as Value {
            assert_eq!(rx.recv().await, Ok(n), "not the end yet");
        }
        over.set();
        rx.finish();
    });
    E::run(vec![sender, receiver]);
}

fn a_sender_that_waits_for_room_is_woken_by_a_receive<F: Face, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    let asleep = Mark::default();
    let sleeper = asleep.clone();
    let sender = task(async move {
        for n in 0..F::CAPACITY as Value {
            assert_eq!(tx.wait_for_room().await, Ok(()));
            tx.try_send(n).unwrap();
        }
        assert_eq!(sleeper.when_asleep(tx.wait_for_room()).await, Ok(()));
        tx.try_send(99).expect("there is no other sender");
    });
    let receiver = task(async move {
        asleep.wait().await;
        for n in (0..F::CAPACITY as Value).chain([99]) {
            assert_eq!(rx.recv().await, Ok(n));
        }
    });
    E::run(vec![sender, receiver]);
}

fn a_sender_that_waits_for_room_is_woken_by_the_end<F: Face, E: Executor>() {
    let (mut tx, rx) = F::open();
    (0..F::CAPACITY as Value).for_each(|n| tx.try_send(n).unwrap());
    let asleep = Mark::default();
    let sleeper = asleep.clone();
    let sender = task(async move {
        assert_eq!(sleeper.when_asleep(tx.wait_for_room()).await, Err(SendError(())));
        assert_eq!(tx.wait_for_room().await, Err(SendError(())));
    });
    let closer = task(async move {
        asleep.wait().await;
        rx.finish();
    });
    E::run(vec![sender, closer]);
}

fn what_was_sent_before_the_end_is_received<F: Face, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    let closed = Mark::default();
    let is_closed = closed.clone();
    let sender = task(async move {
        for n in 0..F::CAPACITY as Value {
            tx.send(n).await.unwrap();
        }
        tx.finish();
        closed.set();
    });
    let receiver = task(async move {
        is_closed.wait().await;
        assert!(rx.is_closed());
        assert_eq!(rx.len(), F::CAPACITY);
        for n in 0..F::CAPACITY as Value {
            assert_eq!(rx.recv().await, Ok(n));
        }
        assert_eq!(rx.recv().await, Err(RecvError));
    });
    E::run(vec![sender, receiver]);
}

fn a_request_and_its_reply_meet_again_and_again<F: Face, E: Executor>() {
    let (mut ask, mut asked) = F::open();
    let (mut reply, mut replies) = F::open();
    let client = task(async move {
        for n in 0..COUNT {
            ask.send(n).await.unwrap();
            assert_eq!(replies.recv().await, Ok(n * n));
        }
        ask.finish();
    });
    let server = task(async move {
        while let Ok(n) = asked.recv().await {
            reply.send(n * n).await.unwrap();
        }
    });
    E::run(vec![client, server]);
}

fn a_thread_sends_to_a_task<F: Face, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    let sender = thread::spawn(move || {
        (0..COUNT).for_each(|n| tx.send_blocking(n).unwrap());
        tx.finish();
    });
    let receiver = task(async move {
        for n in 0..COUNT {
            assert_eq!(rx.recv().await, Ok(n));
        }
        assert_eq!(rx.recv().await, Err(RecvError));
    });
    E::run(vec![receiver]);
    sender.join().unwrap();
}

fn a_task_sends_to_a_thread<F: Face, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    let receiver = thread::spawn(move || {
        (0..COUNT).for_each(|n| assert_eq!(rx.recv_blocking(), Ok(n)));
        assert_eq!(rx.recv_blocking(), Err(RecvError));
    });
    let sender = task(async move {
        for n in 0..COUNT {
            tx.send(n).await.unwrap();
        }
        tx.finish();
    });
    E::run(vec![sender]);
    receiver.join().unwrap();
}

/// What several senders sent and several receivers got.
#[derive(Default)]
struct Sum {
    count: AtomicU64,
    sum: AtomicU64,
}

impl Sum {
    fn add(&self, value: Value) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    fn assert_is_of(&self, count: Value) {
        let sum = count * (count - 1) / 2;
        assert_eq!((self.count.load(Ordering::Relaxed), self.sum.load(Ordering::Relaxed)), (count, sum));
    }
}

const SENDERS: Value = 3;

/// The last of the senders closes the channel.
fn leave<T: Tx>(tx: T, left: &AtomicU64) {
    if left.fetch_sub(1, Ordering::AcqRel) == 1 {
        tx.finish();
    }
}

fn sending_task<T: Tx>(mut tx: T, first: Value, left: Arc<AtomicU64>) -> Task {
    task(async move {
        for n in (first..COUNT * SENDERS).step_by(SENDERS as usize) {
            tx.send(n).await.unwrap();
        }
        leave(tx, &left);
    })
}

fn receiving_task<R: Rx>(mut rx: R, sum: Arc<Sum>) -> Task {
    task(async move {
        while let Ok(n) = rx.recv().await {
            sum.add(n);
        }
    })
}

fn several_tasks_share_both_ends<F: SharedFace, E: Executor>() {
    let (tx, rx) = F::open();
    let (sum, left) = (Arc::new(Sum::default()), Arc::new(AtomicU64::new(SENDERS)));
    let mut tasks: Vec<_> = (0..SENDERS).map(|i| sending_task(tx.clone(), i, left.clone())).collect();
    tasks.extend((0..3).map(|_| receiving_task(rx.clone(), sum.clone())));
    drop((tx, rx));
    E::run(tasks);
    sum.assert_is_of(COUNT * SENDERS);
}

fn threads_and_tasks_share_both_ends<F: SharedFace, E: Executor>() {
    let (mut tx, mut rx) = F::open();
    let (sum, left) = (Arc::new(Sum::default()), Arc::new(AtomicU64::new(SENDERS)));
    let tasks = vec![
        sending_task(tx.clone(), 0, left.clone()),
        receiving_task(rx.clone(), sum.clone()),
        sending_task(tx.clone(), 1, left.clone()),
        receiving_task(rx.clone(), sum.clone()),
    ];
    let sender = thread::spawn(move || {
        (2..COUNT * SENDERS).step_by(SENDERS as usize).for_each(|n| tx.send_blocking(n).unwrap());
        leave(tx, &left);
    });
    let receiver_sum = sum.clone();
    let receiver = thread::spawn(move || {
        while let Ok(n) = rx.recv_blocking() {
            receiver_sum.add(n);
        }
    });
    E::run(tasks);
    sender.join().unwrap();
    receiver.join().unwrap();
    sum.assert_is_of(COUNT * SENDERS);
}

fn closing_wakes_all_waiters<F: SharedFace, E: Executor>() {
    let (tx, rx) = F::open();
    let marks: Vec<_> = (0..5).map(|_| Mark::default()).collect();
    let sleepers = marks.iter().cloned().map(|mark| {
        let mut rx = rx.clone();
        task(async move { assert_eq!(mark.when_asleep(rx.recv()).await, Err(RecvError)) })
    });
    let mut tasks: Vec<_> = sleepers.collect();
    tasks.push(task(async move {
        for mark in marks {
            mark.wait().await;
        }
        tx.finish();
    }));
    E::run(tasks);
}
