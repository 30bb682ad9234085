//! What counts as a failed task: one that a panic drops, and no other.

use ringway::channel::bounded;
use ringway::task::{Task, Tracker};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
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
