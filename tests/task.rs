//! What counts as a failed task: one that a panic drops, and no other. Tasks that own a share of
//! their tracker, and futures that are tracked.

use ringway::channel::bounded;
use ringway::task::{OwnedTask, SharedTracker, Task, Tracker};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread;

/// Runs a closure when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs `clean_up` while this thread unwinds.
fn while_unwinding(clean_up: impl FnMut()) {
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _clean_up = OnDrop(clean_up);
        unwind();
    }));
    assert!(unwound.is_err());
}

/// Unwinds without a message.
fn unwind() {
    resume_unwind(Box::new(()));
}

/// Drops a task by a panic of this thread.
fn panic_with<T>(task: Task<'_, T>) {
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _task = task;
        unwind();
    }));
    assert!(unwound.is_err());
}

fn tracked_while_another_thread_unwinds(tracker: &Tracker) -> Task<'_, ()> {
    let mut task = None;
    thread::scope(|scope| {
        scope.spawn(|| while_unwinding(|| task = Some(tracker.track(())))).join().unwrap();
    });
    task.unwrap()
}

#[test]
fn a_task_that_a_panic_drops_has_failed() {
    let tracker: Tracker = Tracker::new();
    panic_with(tracker.track(()));
    assert_eq!((tracker.unfinished(), tracker.failed()), (0, 1));
}

#[test]
fn a_task_that_begins_and_ends_while_its_thread_unwinds_for_another_reason_is_done() {
    let tracker: Tracker = Tracker::new();
    while_unwinding(|| {
        drop(tracker.track("close"));
        drop(tracker.track("once more").retry());
        let _ = tracker.track("by hand").done();
    });
    assert_eq!((tracker.unfinished(), tracker.failed()), (0, 0));
}

#[test]
fn a_task_that_begins_before_the_panic_has_failed_wherever_the_panic_drops_it() {
    let (sender, receiver) = bounded(4).unwrap();
    static TRACKER: Tracker = Tracker::new();
    for number in [1, 2] {
        assert!(sender.try_send(TRACKER.track(number)).is_ok());
    }
    while_unwinding(|| drop(receiver.try_recv().unwrap()));
    assert_eq!((TRACKER.unfinished(), TRACKER.failed()), (1, 1), "received and dropped by clean-up code");
    while_unwinding(|| _ = receiver.try_recv().unwrap().done());
    assert_eq!((TRACKER.unfinished(), TRACKER.failed()), (0, 1), "done is done");
    assert!(sender.try_send(TRACKER.track(3)).is_ok());
    let mut ends = Some((sender, receiver));
    while_unwinding(|| drop(ends.take()));
    assert_eq!((TRACKER.unfinished(), TRACKER.failed()), (0, 2), "it was in a channel that went");
}

#[test]
fn a_task_that_begins_while_one_thread_unwinds_and_is_dropped_by_a_panic_of_another_has_failed() {
    let tracker: Tracker = Tracker::new();
    let task = tracked_while_another_thread_unwinds(&tracker);
    // A thread that takes the memory of that one, and perhaps all else by which it was known.
    thread::scope(|scope| scope.spawn(|| panic_with(task)).join().unwrap());
    assert_eq!((tracker.unfinished(), tracker.failed()), (0, 1));
}

#[test]
fn a_task_that_begins_while_one_thread_unwinds_and_ends_well_on_another_is_done() {
    let tracker: Tracker = Tracker::new();
    let task = tracked_while_another_thread_unwinds(&tracker);
    thread::scope(|scope| scope.spawn(|| drop(task)).join().unwrap());
    assert_eq!((tracker.unfinished(), tracker.failed()), (0, 0));
}

#[test]
fn a_value_whose_drop_panics_makes_its_task_fail() {
    let tracker: Tracker = Tracker::new();
    let unwound = catch_unwind(AssertUnwindSafe(|| drop(tracker.track(OnDrop(unwind)))));
    assert!(unwound.is_err());
    assert_eq!((tracker.unfinished(), tracker.failed()), (0, 1));
}

#[test]
fn a_task_is_its_value_and_two_words() {
    let words = if usize::BITS >= 64 { 2 } else { 3 };
    assert_eq!(size_of::<Task<'_, usize>>(), (1 + words) * size_of::<usize>());
}

#[test]
fn a_task_with_a_share_is_its_value_and_two_words_too() {
    assert_eq!(size_of::<OwnedTask<usize>>(), size_of::<Task<'_, usize>>());
}

#[test]
fn tasks_with_a_share_outlive_the_scope_that_tracked_them() {
    let tracker: SharedTracker = SharedTracker::new();
    let jobs = {
        let tracker = tracker.clone();
        [tracker.track(1), tracker.track(2), tracker.track(3)]
    };
    assert_eq!(tracker.unfinished(), 3);
    let workers = jobs.map(|job| {
        thread::spawn(move || match *job {
            1 => drop(job),
            2 => _ = job.retry().done(),
            _ => _ = job.fail(),
        })
    });
    tracker.join_blocking();
    assert_eq!((tracker.unfinished(), tracker.failed(), tracker.retried()), (0, 1, 1));
    workers.into_iter().for_each(|worker| worker.join().unwrap());
}

#[test]
fn the_last_task_frees_the_tracker() {
    let tracker: SharedTracker = SharedTracker::new();
    let (task, failing) = (tracker.track("last"), tracker.track("fails"));
    drop(tracker);
    assert!(
        catch_unwind(AssertUnwindSafe(|| {
            let _task = failing;
            unwind();
        }))
        .is_err()
    );
    assert_eq!(task.done(), "last");
}

#[tokio::test]
async fn spawned_futures_are_joined() {
    let tracker: SharedTracker = SharedTracker::new();
    let (sender, receiver) = bounded(4).unwrap();
    let open = tracker.track(());
    for n in 1..=3 {
        let sender = sender.clone();
        tokio::spawn(tracker.track_future(async move { sender.send(n).await.unwrap() }));
    }
    let mut join = pin!(tracker.join());
    assert!(poll_once(join.as_mut()).await.is_pending(), "not as long as more may be tracked");
    open.done();
    join.await;
    drop(sender);
    let mut sum = 0;
    while let Ok(n) = receiver.try_recv() {
        sum += n;
    }
    assert_eq!((sum, tracker.unfinished(), tracker.failed()), (6, 0, 0));
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

#[tokio::test]
async fn a_future_counts_until_it_is_ready_or_dropped() {
    let tracker: Tracker = Tracker::new();
    let mut ready = pin!(tracker.track_future(async { 7 }));
    let dropped = tracker.track_future(std::future::pending::<()>());
    assert_eq!(tracker.unfinished(), 2, "before it is polled");
    assert_eq!(ready.as_mut().await, 7);
    assert_eq!(tracker.unfinished(), 1, "before it is dropped");
    drop(dropped);
    assert_eq!((tracker.unfinished(), tracker.failed()), (0, 0));

    let shared: SharedTracker = SharedTracker::new();
    let task = tokio::spawn(shared.track_future(std::future::pending::<()>()));
    task.abort();
    shared.join().await;
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(shared.failed(), 0);
}

#[tokio::test]
async fn a_future_that_panics_has_failed_once() {
    let tracker: SharedTracker = SharedTracker::new();
    let task = tokio::spawn(tracker.track_future(async { unwind() }));
    tracker.join().await;
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!((tracker.unfinished(), tracker.failed()), (0, 1));

    let local: Tracker = Tracker::new();
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let mut future = pin!(local.track_future(async { unwind() }));
        let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }));
    assert!(unwound.is_err());
    assert_eq!((local.unfinished(), local.failed()), (0, 1), "it is not counted again when it is dropped");
}
