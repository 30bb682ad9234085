//! What holds for every channel without an executor.

use crate::faces::*;
use crate::wait::Mark;
use ringway::channel::{
    RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError,
};
use std::thread;
use std::time::{Duration, Instant};

/// Makes one test of each behaviour for each face.
macro_rules! suite {
    (on { $($name:ident: $face:ty,)* } run $behaviours:tt) => {
        $(mod $name { crate::plain::suite!(@tests $face, $behaviours); })*
    };
    (@tests $face:ty, { $($behaviour:ident,)* }) => {
        use super::*;
        $(#[test] fn $behaviour() {
            let _watch = crate::watchdog::watch(|| concat!(module_path!(), "::", stringify!($behaviour)).into());
            super::$behaviour::<$face>();
        })*
    };
}

pub(crate) use suite;

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
    exactly_capacity_values_fit_and_come_out_in_order,
    a_closed_channel_gives_out_what_it_has_and_takes_nothing,
    a_timeout_gives_the_value_back_and_changes_nothing,
    a_timeout_of_nothing_still_tries,
    the_longest_timeout_is_no_timeout,
    closing_ends_blocking_calls,
});

fn fill<F: Face>(tx: &mut F::Tx) {
    (0..F::CAPACITY as Value).for_each(|n| tx.try_send(n).unwrap());
}

fn exactly_capacity_values_fit_and_come_out_in_order<F: Face>() {
    let (mut tx, mut rx) = F::open();
    for _ in 0..20 {
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        fill::<F>(&mut tx);
        assert_eq!(tx.try_send(99), Err(TrySendError::Full(99)));
        assert_eq!(rx.len(), F::CAPACITY);
        (0..F::CAPACITY as Value).for_each(|n| assert_eq!(rx.try_recv(), Ok(n)));
    }
}

fn a_closed_channel_gives_out_what_it_has_and_takes_nothing<F: Face>() {
    for taken in 0..=F::CAPACITY as Value {
        let (mut tx, mut rx) = F::open();
        fill::<F>(&mut tx);
        (0..taken).for_each(|n| assert_eq!(rx.try_recv(), Ok(n)));
        tx.finish();
        assert!(rx.is_closed());
        (taken..F::CAPACITY as Value).for_each(|n| assert_eq!(rx.recv_blocking(), Ok(n)));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
        assert_eq!(rx.recv_blocking(), Err(RecvError));
        assert_eq!(rx.recv_timeout(Duration::from_secs(100)), Err(RecvTimeoutError::Closed));

        let (mut tx, rx) = F::open();
        (0..taken).for_each(|n| assert_eq!(tx.try_send(n), Ok(())));
        rx.finish();
        assert!(tx.is_closed());
        assert_eq!(tx.try_send(1), Err(TrySendError::Closed(1)));
        assert_eq!(tx.send_blocking(2), Err(SendError(2)));
        assert_eq!(tx.send_timeout(3, Duration::from_secs(100)), Err(SendTimeoutError::Closed(3)));
    }
}

/// A thread that waits for so long falls asleep.
const SHORT: Duration = Duration::from_millis(5);

fn a_timeout_gives_the_value_back_and_changes_nothing<F: Face>() {
    let (mut tx, mut rx) = F::open();
    let start = Instant::now();
    assert_eq!(rx.recv_timeout(SHORT), Err(RecvTimeoutError::Timeout));
    fill::<F>(&mut tx);
    assert_eq!(tx.send_timeout(99, SHORT), Err(SendTimeoutError::Timeout(99)));
    assert!(start.elapsed() >= 2 * SHORT, "neither came too early");
    (0..F::CAPACITY as Value).for_each(|n| assert_eq!(rx.recv_timeout(SHORT), Ok(n)));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

fn a_timeout_of_nothing_still_tries<F: Face>() {
    let (mut tx, mut rx) = F::open();
    assert_eq!(rx.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
    assert_eq!(tx.send_timeout(7, Duration::ZERO), Ok(()));
    assert_eq!(rx.recv_timeout(Duration::ZERO), Ok(7));
}

fn the_longest_timeout_is_no_timeout<F: Face>() {
    let (mut tx, mut rx) = F::open();
    let receiver = thread::spawn(move || {
        (0..10).for_each(|n| assert_eq!(rx.recv_timeout(Duration::MAX), Ok(n)));
        rx
    });
    (0..10).for_each(|n| assert_eq!(tx.send_timeout(n, Duration::MAX), Ok(())));
    receiver.join().unwrap();
}

/// How often the closing thread yields first: the other thread is about to begin, trying, or
/// asleep. Closing ends its call in each of these states.
const PAUSES: [usize; 4] = [0, 10, 100, 1000];

fn closing_ends_blocking_calls<F: Face>() {
    for pauses in PAUSES {
        let (tx, mut rx) = F::open();
        let begun = Mark::default();
        let begins = begun.clone();
        let receiver = thread::spawn(move || {
            begins.set();
            assert_eq!(rx.recv_blocking(), Err(RecvError));
        });
        begun.wait_blocking();
        (0..pauses).for_each(|_| thread::yield_now());
        tx.finish();
        receiver.join().unwrap();

        let (mut tx, rx) = F::open();
        fill::<F>(&mut tx);
        let begun = Mark::default();
        let begins = begun.clone();
        let sender = thread::spawn(move || {
            begins.set();
            assert_eq!(tx.send_blocking(99), Err(SendError(99)));
        });
        begun.wait_blocking();
        (0..pauses).for_each(|_| thread::yield_now());
        rx.finish();
        sender.join().unwrap();
    }
}
