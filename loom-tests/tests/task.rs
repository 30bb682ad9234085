//! Models of completion. Named `<threads>__cap<N>__<claim>`; the capacity is that of the channel, 0
//! without one.
#![cfg(loom)]
#![allow(non_snake_case, reason = "models are named <threads>__cap<N>__<claim>")]

use loom::sync::Arc;
use ringway::channel::Channel;
use ringway::task::{SharedTracker, Task, Tracker};
use ringway_loom_tests::{Gate, Note, block_on, explore, one_sees};

/// A tracker for the rest of the execution: tasks borrow it.
fn tracker() -> &'static Tracker {
    Box::leak(Box::new(Tracker::new()))
}

#[test]
fn done_join__cap0__a_joining_thread_is_woken_and_sees_the_work() {
    explore("done_join__cap0", [0, 1], || {
        let (tracker, gate, note) = (tracker(), Gate::new(), Note::new());
        let (task, work) = (tracker.track(()), note.clone());
        let worker = gate.spawn(move || {
            work.leave();
            task.done();
        });
        gate.pass();
        let ((), naps) = block_on(tracker.join());
        assert_eq!(note.read(), 1, "what the task did happened before");
        worker.join().unwrap();
        naps
    });
}

#[test]
fn done_done_join__cap0__the_last_task_ends_the_wait() {
    explore("done_done_join__cap0", [0, 1], || {
        let (tracker, gate, notes) = (tracker(), Gate::new(), [Note::new(), Note::new()]);
        let workers = notes.clone().map(|note| {
            let task = tracker.track(());
            gate.spawn(move || {
                note.leave();
                drop(task);
            })
        });
        gate.pass();
        let ((), naps) = block_on(tracker.join());
        assert_eq!(notes.map(|note| note.read()), [1, 1]);
        workers.into_iter().for_each(|worker| worker.join().unwrap());
        naps
    });
}

#[test]
fn retry_join__cap1__a_task_that_is_tried_again_is_not_lost() {
    explore("retry_join__cap1", [0, 1], || {
        let (tracker, gate, note) = (tracker(), Gate::new(), Note::new());
        let jobs = Arc::new(Channel::<Task<'static, u8>, 1>::new());
        assert!(jobs.try_send(tracker.track(7)).is_ok());
        let work = note.clone();
        let worker = gate.spawn(move || {
            let task = jobs.try_recv().expect("sent before");
            assert!(jobs.try_send(task.retry()).is_ok(), "its place is free");
            let task = jobs.try_recv().expect("sent again");
            assert_eq!(task.retries(), 1);
            work.leave();
            task.done();
        });
        gate.pass();
        let ((), naps) = block_on(tracker.join());
        assert_eq!((note.read(), tracker.unfinished()), (1, 0));
        worker.join().unwrap();
        naps
    });
}

#[test]
fn done_joindrop__cap0__the_last_share_frees_the_tracker_after_the_count() {
    explore("done_joindrop__cap0", [0, 1], || {
        let (tracker, gate, note) =
            (SharedTracker::<ringway::wait::DefaultLock>::new(), Gate::new(), Note::new());
        let (task, work) = (tracker.track(()), note.clone());
        let worker = gate.spawn(move || {
            work.leave();
            task.done();
        });
        gate.pass();
        let ((), naps) = block_on(tracker.join());
        assert_eq!(note.read(), 1);
        drop(tracker);
        worker.join().unwrap();
        naps
    });
}

type Work = Option<Task<'static, ()>>;

/// A tracker with so many tasks, of which one is at hand.
fn tracking<const N: usize>() -> (Work, &'static Tracker) {
    let tracker = tracker();
    let mut tasks = Vec::from([(); N].map(|()| tracker.track(())));
    let task = tasks.pop();
    tasks.into_iter().for_each(std::mem::forget);
    (task, tracker)
}

fn finish(task: &mut Work) {
    task.take().unwrap().done();
}

#[test]
fn done_unfinished_across_two_trackers__cap0__one_counts_none() {
    one_sees("done_unfinished_across_two", tracking::<1>, finish, |tracker| tracker.unfinished() == 0);
}

/// The same without the check for joining threads, which only the last task performs.
#[test]
fn done_unfinished_across_two_trackers__cap0__one_counts_a_task_less() {
    one_sees("done_unfinished_across_two, of two", tracking::<2>, finish, |tracker| {
        tracker.unfinished() == 1
    });
}

#[test]
fn track_unfinished_across_two_trackers__cap0__one_counts_the_task() {
    let tracked = || {
        let tracker = tracker();
        (tracker, tracker)
    };
    let track = |tracker: &mut &'static Tracker| std::mem::forget(tracker.track(()));
    one_sees("track_unfinished_across_two", tracked, track, |tracker| tracker.unfinished() == 1);
}
